"""Tags of detection."""
