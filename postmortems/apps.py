from importlib import import_module

from django.apps import AppConfig


class PostmortemsConfig(AppConfig):
    name = "postmortems"
    label = "postmortems"
    verbose_name = "Post-incident reviews"

    def ready(self) -> None:
        # Models are loaded only now. The storey below has a place for what a step causes here, and does not know us.
        effects, causing = import_module("incidents.playbooks.effects"), import_module("postmortems.causing")
        effects.supply("pause_item", causing.pause_item, permission="pause_work")
