"""Where a metric stands, in words beside its newest number."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.detection import readings
from incidents.detection.models import Metric
from tests.detection.test_pages import signed_in, text

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("C-01")
def test_the_page_says_what_holds_a_standing_while_its_number_does_not() -> None:
    """Between healthy and the first rung, and when the newest was of too few, the number alone would mislead."""
    metric = Metric.objects.get(key="bounce_rate")
    Metric.objects.filter(pk=metric.pk).update(ladder={**metric.ladder, "resume": "1", "min_sample": 100})
    browser, now = signed_in(), timezone.now()

    def shown(value: str, minutes: int, sample: int, words: str) -> None:
        at = now - timedelta(minutes=minutes)
        readings.record("bounce_rate", value, taken_at=at, source="x", at=at, sample=sample, subject="a.example")
        assert f"{value} % · {words}</span>" in text(browser, f"/readings/{metric.pk}/")
        assert f">{words}</span>" in text(browser, "/readings/")

    shown("2", 50, 100, "watch")
    shown("1.5", 40, 100, "watch, until &lt; 1")
    shown("30", 30, 99, "sample under 100; still watch")
    shown("0.9", 20, 100, "healthy")
    shown("30", 10, 99, "sample under 100")
