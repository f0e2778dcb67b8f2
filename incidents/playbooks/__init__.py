"""What to do: the library of playbooks, their runs and steps."""
