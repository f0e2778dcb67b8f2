"""The sample workspace: the SOP's own world for a first look, and volume for measuring."""
