"""Doors of detection."""
