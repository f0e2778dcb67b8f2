from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "incidents.playbooks"
    label = "playbooks"
    verbose_name = "Playbooks"
