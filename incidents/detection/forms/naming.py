"""Fields that name a playbook or a type of incident: chosen from what there is, so that no name leads nowhere."""

from typing import Any

from django import forms

from incidents.playbooks import library


class PlaybookField(forms.ChoiceField):
    """A playbook in use, by its short name; empty: none."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"required": False, "choices": _playbooks, **kwargs}
        super().__init__(**given)


class TypeField(forms.ChoiceField):
    """A type of incident, by its key; empty: none."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"required": False, "choices": _types, "label": "Type", **kwargs}
        super().__init__(**given)


def _playbooks() -> list[tuple[str, str]]:
    return [("", "None in particular"), *library.choices()]


def _types() -> list[tuple[str, str]]:
    return [("", "None in particular"), *library.type_choices()]
