"""How an incident is noticed: intake, heartbeats, readings, routine checks."""
