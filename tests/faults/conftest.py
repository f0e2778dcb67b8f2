"""Each fault test works on its own copy of the migrated PostgreSQL."""

from pathlib import Path

import pytest

from tests import template as kept


@pytest.fixture(scope="session")
def template() -> Path:
    """The folder of a PostgreSQL that holds the shipped world and does not run, for copies."""
    return kept.folder()
