"""What the tests of intake share: nothing kept in the process from the test before."""

from collections.abc import Iterator

import pytest

from incidents.detection.intake import limits, world


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    world.forget()
    for bucket in (limits.requests, limits.refusals, limits.reports):
        bucket.forget()
    yield
    world.forget()
