"""Tests here start from the shipped library, also after a test that really committed."""

import importlib
from typing import Any

import pytest
from django.apps import apps

from incidents.playbooks.models import Playbook

_install = importlib.import_module("incidents.playbooks.migrations.0003_install_the_shipped").install


@pytest.fixture(autouse=True)
def _library(request: Any) -> None:
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("db")
        if not Playbook.objects.exists():
            _install(apps, None)
