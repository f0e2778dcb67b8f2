"""One PostgreSQL is migrated for all fault tests; each of them works on its own copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import migrated


@pytest.fixture(scope="session")
def template(django_db_setup: None) -> Iterator[Path]:
    with migrated() as folder:
        yield folder
