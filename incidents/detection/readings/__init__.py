"""Readings: numbers with a time and a source, judged by the ladder of their metric (B-115…B-117, C-01, C-24)."""

from incidents.detection.readings.keeping import declare_series, save_ladder, save_metric, switch_series
from incidents.detection.readings.owed import sweep
from incidents.detection.readings.recording import record

__all__ = ["declare_series", "record", "save_ladder", "save_metric", "sweep", "switch_series"]
