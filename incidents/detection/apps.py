from importlib import import_module

from django.apps import AppConfig


class DetectionConfig(AppConfig):
    name = "incidents.detection"
    label = "detection"
    verbose_name = "Detection"

    def ready(self) -> None:
        # Models are loaded only now. The page of an incident asks for what we keep of it, and does not know us.
        presence, models = import_module("incidents.presence"), import_module("incidents.detection.models")
        presence.supply({"alerts": (models.Signal, "incident_id")})
