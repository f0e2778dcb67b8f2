"""The door for programs to incidents, clients and systems: the same verbs and refusals as the pages, in JSON."""
