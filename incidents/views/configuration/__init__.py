"""Pages of the settings, of the people and of the ways in."""
