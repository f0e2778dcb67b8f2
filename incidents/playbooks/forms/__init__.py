"""Forms of playbooks: one for each step of a run, and those that edit the library."""
