"""A new kind of entry, or a new situation, is a line of code and no change of the schema."""

import pytest
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState

from incidents.models import Escalation, EscalationRule, SuggestedSituation, TimelineEntry
from incidents.models.record import kinds


@pytest.mark.django_db
def test_a_new_kind_asks_for_no_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    more = [*TimelineEntry.Kind.choices, ("astonished", "Astonished")]
    monkeypatch.setattr(type(TimelineEntry.Kind), "choices", property(lambda kind: more))
    assert ("astonished", "Astonished") in kinds()
    kept = MigrationLoader(connection).project_state()
    now = kept.clone()
    for model in (TimelineEntry, Escalation, EscalationRule, SuggestedSituation):
        now.models["incidents", model.__name__.lower()] = ModelState.from_model(model)
    assert MigrationAutodetector(kept, now)._detect_changes() == {}


def test_what_may_be_chosen_is_what_the_code_names() -> None:
    field = TimelineEntry._meta.get_field("kind")
    assert list(field.choices or ()) == kinds()
    assert ("reported", "Reported") in kinds()
