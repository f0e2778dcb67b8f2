from django.apps import AppConfig


class DetectionConfig(AppConfig):
    name = "incidents.detection"
    label = "detection"
    verbose_name = "Detection"
