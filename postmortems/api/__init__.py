"""The door for programs to restart gates, prevention actions, and what machines ask without a person."""
