from importlib import import_module

from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "incidents.playbooks"
    label = "playbooks"
    verbose_name = "Playbooks"

    def ready(self) -> None:
        # Models are loaded only now. The page of an incident asks for what we keep of it, and does not know us.
        presence, library = import_module("incidents.presence"), import_module("incidents.playbooks.library")
        presence.supply(library.RARE)
