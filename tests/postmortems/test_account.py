"""What a review computes and offers: delays and their cost, what was asked for, and who owes what (A-03, A-06)."""

from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents.models import Brand
from incidents.sign_in import BACKEND
from postmortems import account, readiness, reviews
from postmortems.models import Review
from tests.factories import ClientFactory, SystemFactory, after
from tests.postmortems.factories import ANSWERS, Learners

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("A-03", "A-15")
def test_each_figure_says_what_its_delay_cost() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    told = {figure.name: figure for figure in account.figures(incident)}
    assert {"Clients told", "Acknowledged", "Fixed", "Confirmed"} <= set(told)
    clock = incident.clocks.filter(kind="acknowledge").order_by("cycle").last()
    assert clock is not None
    assert "to spare" in told["Acknowledged"].remark and told["Acknowledged"].good
    clock.breached_at, clock.late_seconds = clock.due_at, 480
    clock.save()
    late = {figure.name: figure for figure in account.figures(incident)}["Acknowledged"]
    assert (late.remark, late.good) == ("8m late", False)


@pytest.mark.requirement("A-06", "A-07")
def test_each_line_that_must_change_is_offered_until_somebody_has_it() -> None:
    team = Learners()
    incident, review = team.reviewed()
    asked = "- Watch the bounce rate.\n2. Rotate keys with a reload\n\nnone"
    reviews.write(incident.pk, {"must_change": asked}, edition=None, by=team.lead, at=after(hours=32))
    review.refresh_from_db()
    assert readiness.unanswered_changes(review) == ["Watch the bounce rate.", "Rotate keys with a reload"]
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(reverse("postmortems:review", args=[incident.pk])).content.decode()
    link = reverse("postmortems:plan_action", args=[incident.pk]) + "?title=Rotate%20keys%20with%20a%20reload"
    assert link in page
    assert 'value="Rotate keys with a reload"' in browser.get(link).content.decode()
    team.plan(incident, title="watch the bounce rate")
    assert readiness.unanswered_changes(review) == ["Rotate keys with a reload"]


@pytest.mark.requirement("B-124")
def test_debt_is_shown_by_client_and_by_age() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.plan(incident)
    team.plan(incident, title="Another")
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(reverse("postmortems:actions")).content.decode()
    assert "By client" in page and team.client.name in page
    assert "Older" in page and '<span class="grow">Older</span><span class="num">2</span>' in page


@pytest.mark.requirement("B-76", "A-15")
def test_a_client_gets_a_file_in_its_own_zone_and_not_before_it_is_fit() -> None:
    team = Learners(time_zone="Asia/Tokyo")
    incident, review = team.reviewed()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    address = reverse("postmortems:review_file", args=[incident.pk])
    assert browser.get(f"{address}?for=client").status_code == 302, "a draft is not for a client"
    page = browser.get(reverse("postmortems:review_export", args=[incident.pk]) + "?for=client").content.decode()
    assert "not for a client" in page and "Save as a file" not in page
    team.publish(incident)
    row = review.curated.filter(kept=True).exclude(client_text="").select_related("entry")[0]
    told = browser.get(f"{address}?for=client&client={team.client.pk}")
    text = told.content.decode()
    assert told["Content-Disposition"].endswith(f'{incident.reference}-report.html"')
    assert row.entry.at.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%H:%M JST") in text
    assert f"For {team.client.name}" in text and ANSWERS["client_cause"] in text
    for ours in (ANSWERS["root_cause"], "SEV-1", "Priya", "<script", "href="):
        assert ours not in text
    brand = team.client.brand or Brand.objects.order_by("-is_default", "name")[0]
    assert f"from {brand.name}" in text and f"— {brand.signature}" in text
    assert f"began {incident.opened_at.astimezone(ZoneInfo('Asia/Tokyo')):%-d %B %Y, %H:%M}" in text
    assert browser.get(f"{address}?for=client&client=999999").status_code == 404
    inside = browser.get(address).content.decode()
    assert ANSWERS["root_cause"] in inside and "Bounce alert" in inside


@pytest.mark.requirement("B-76", "B-132", "C-10")
def test_a_paper_for_a_client_names_nobody_whom_a_letter_may_not_name() -> None:
    team = Learners()
    incident, review = team.reviewed()
    other = ClientFactory(name="Kestrel HR")
    SystemFactory(name="Outreach (Instantly)", owner="third_party")
    team.publish(incident)
    review.refresh_from_db()
    review.client_cause = "Instantly suspended us, and so it was for Kestrel HR."
    review.save()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(reverse("postmortems:review_export", args=[incident.pk]) + "?for=client").content.decode()
    assert "as clients read it” names a third party or another client" in page and "Save as a file" not in page
    file = browser.get(reverse("postmortems:review_file", args=[incident.pk]) + "?for=client", follow=True)
    assert "Content-Disposition" not in file and "names a third party" in file.content.decode()
    Review.objects.update(client_cause=f"{team.client.name} was stopped; {other.name.split()[0]} is a bird.")
    page = browser.get(reverse("postmortems:review_export", args=[incident.pk]) + "?for=client").content.decode()
    assert "Save as a file" in page


@pytest.mark.requirement("C-13")
def test_the_paper_of_a_short_form_asks_nothing_that_the_form_does_not() -> None:
    team = Learners()
    incident = team.resolved(3)
    reviews.open_review(incident.pk, by=team.lead, at=after(hours=32), form="short")
    team.passed(incident)
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(reverse("postmortems:review_export", args=[incident.pk])).content.decode()
    for heading in ("Root cause", "Regression checks", "short form"):
        assert heading in page
    for heading in ("What was detected late", "Missing evidence", "Safeguards", "<h2>Prevention</h2>"):
        assert heading not in page
    assert "Import 40 dead addresses: passed" in page
