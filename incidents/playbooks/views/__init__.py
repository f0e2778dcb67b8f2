"""Pages of playbooks: following one on an incident, the library, editing."""
