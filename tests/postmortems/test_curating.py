"""A very long record in its review: the end of the story is never missing, and what is not there is said."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents import lifecycle, timeline
from incidents.facts import Resolution
from incidents.models import Incident, TimelineEntry
from incidents.sign_in import BACKEND
from incidents.timeline import Line
from postmortems import reviews
from postmortems.models import Review
from tests.factories import after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db


def _much(incident: Incident, count: int) -> None:
    """As many notes as a busy night leaves."""
    for number in range(count):
        timeline.append(
            incident,
            Line(TimelineEntry.Kind.NOTED, after(hours=1), f"Note {number}"),
            by=None,
            recorded_at=after(hours=1),
        )
    incident.save()


@pytest.mark.requirement("A-02", "B-72")
def test_of_nine_hundred_entries_those_that_tell_are_there_and_the_page_says_what_is_not() -> None:
    team = Learners()
    incident = team.to_verifying(1)
    _much(incident, 900)
    team.confirm(incident, at=after(hours=30))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We appealed and slowed down.")
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=31))
    reviews.sweep(now=after(hours=31, seconds=2))
    review = Review.objects.get(incident=incident)
    kinds = set(review.curated.filter(kept=True).values_list("entry__kind", flat=True))
    assert {"reported", "fixed", "confirmed", "resolved"} <= kinds
    assert review.curated.exclude(client_text="").filter(entry__kind="resolved").exists()
    assert review.curated.count() == 500
    left = incident.timeline.filter(seq__lte=review.curated.latest("entry__seq").entry.seq).count() - 500
    assert left > 390
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = " ".join(browser.get(reverse("postmortems:review", args=[incident.pk])).content.decode().split())
    assert f"The record has {left} more entries than fit here" in page


def test_an_ordinary_record_is_there_whole_and_nothing_is_said_of_it() -> None:
    team = Learners()
    incident, review = team.reviewed()
    last = review.curated.latest("entry__seq").entry.seq
    assert review.curated.count() == incident.timeline.filter(seq__lte=last).count()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    assert b"than fit here" not in browser.get(reverse("postmortems:review", args=[incident.pk])).content


def test_what_happened_until_it_was_resolved_once_more_comes_in_as_well() -> None:
    team = Learners()
    incident, review = team.reviewed()
    before = review.curated.count()
    lifecycle.reopen(incident.pk, reason="Back", by_client=False, by=team.coordinator, at=after(hours=35))
    team.fix(incident, at=after(hours=37))
    team.confirm(incident, at=after(hours=38))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We slowed down.", override_reason="Seen")
    lifecycle.resolve(incident.pk, words, by=team.admin, at=after(hours=70))
    reviews.sweep(now=after(hours=70, seconds=2))
    assert review.curated.filter(entry__kind="resolved").count() == 2
    assert review.curated.filter(entry__kind="reopened", kept=True).count() == 1
    assert review.curated.count() > before
