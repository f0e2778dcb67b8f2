"""Forms of detection."""
