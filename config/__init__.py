"""Wires the house together; holds no rule of the domain."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
