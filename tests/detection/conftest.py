"""The shipped watch, also after tests that really commit."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

from incidents.detection.intake import limits, world
from incidents.detection.models import CheckDefinition

_settle = importlib.import_module("incidents.detection.migrations.0002_settle_the_watch").settle


@pytest.fixture(autouse=True)
def _settled(request: Any) -> Iterator[None]:
    """A test that really commits leaves the tables empty; the next one finds them as migrated."""
    marked = request.node.get_closest_marker("django_db")
    if marked:
        request.getfixturevalue("transactional_db" if marked.kwargs.get("transaction") else "db")
        if not CheckDefinition.objects.exists():
            _settle(apps, None)
    yield


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Nothing that intake keeps in the process is left from the test before."""
    world.forget()
    for bucket in (limits.requests, limits.refusals, limits.reports):
        bucket.forget()
    yield
    world.forget()
