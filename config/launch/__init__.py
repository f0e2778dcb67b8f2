"""The launcher's rooms: standard library only, so that they run before anything is installed."""
