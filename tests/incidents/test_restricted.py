"""What is for named people only: one gate, tried at every address that the URL resolver knows, by what it answers.

Every sequence is set to one number first, so that whatever the incident leaves behind, in whatever table, has one of
few ids; each address is asked with each of these. The same walk by whoever may see it shows that it gets to the words.
"""

import itertools
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import escalation, lifecycle, tokens
from incidents.detection.models import CheckDefinition
from incidents.escalation.raising import link
from incidents.models import Escalation, Incident, Responder, Role, RoleHolding
from incidents.permissions import PERMISSIONS
from incidents.playbooks.models import Playbook
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, after
from tests.incidents.restricted_world import SECRET, RestrictedWorld, number_from_here, tell
from tests.incidents.test_access import ADDRESSES, FOREIGN, OURS, Address

pytestmark = pytest.mark.django_db
# As lower case: what a page repeats of a question is no leak.
ASKED = (
    "/?q=zanzibar&view=all",
    "/?view=mine",
    "/?view=closed",
    "/?view=resolved",
    "/letters/?state=all",
    "/letters/?state=failed",
)
# Rows that one incident leaves; of letters there are many.
MOST = {"letters": 40}
FEW = 7
# Pages at which somebody who may see it reads the word; the walk would be worth nothing if it did not get there.
REACHED = {
    "board",
    "export",
    "incident",
    "letters",
    "letter",
    "my_work",
    "evidence",
    "merge",
    "note",
    "support_report",
    "review",
    "reviews",
    "history",
    "action",
    "actions",
    "check",
    "gate",
    "paused_work",
    "run",
    "playbook",
    "of_incident",
    "source",
    "delivery",
    "check_run",
    "kept_ping",
    "try_rules",
    "mapping",
    "confirm_situation",
    "add_criterion",
}


@pytest.fixture
def curious(db: None) -> Responder:
    """May do everything except see what is restricted, and is told of everything."""
    person: Responder = ResponderFactory(name="Curious", role=None)
    rights = sorted(set(PERMISSIONS) - {"view_restricted"})
    role = Role.objects.create(key="curious", name="Curious", permissions=rights)
    RoleHolding.objects.create(role=role, responder=person)
    tell(person, "severe", "data_breach", "acknowledge_breached", "resolve_breached", "client_leaving")
    return person


def paths(one: Address, base: int) -> Iterator[str]:
    """The address with each id that the world left behind, and with those of shipped rows that it used."""
    hole, first = str(FOREIGN), one.path.split("/")[1]
    if one.path.count(hole) > 1:
        for n, m in itertools.product(range(1, FEW + 1), range(1, 4)):
            path = one.path.replace(hole, str(base + n), 1)
            yield path.replace(hole, str(base + m))
            # Things that are numbered within their own, such as the pings of a job.
            yield from [path.replace(hole, str(m))] if n == 1 else []
    elif hole in one.path:
        numbers = [base + n for n in range(1, MOST.get(first, 12) + 1)]
        shipped: dict[str, Any] = {"playbooks": Playbook, "checks": CheckDefinition}
        numbers += shipped[first].objects.values_list("pk", flat=True) if first in shipped else []
        yield from (one.path.replace(hole, str(number)) for number in numbers)
    else:
        yield one.path


def walk(browser: Browser, addresses: Iterable[Address], base: int, **headers: dict[str, str]) -> dict[str, list[str]]:
    """Where the word stands in an answer, by the name of the address."""
    found: dict[str, list[str]] = {}
    asked = [(one.name, path) for one in addresses for path in paths(one, base)] + [("asked", path) for path in ASKED]
    for name, path in asked:
        response = browser.get(path, **headers)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        said = body.decode("utf-8", "replace") + str(dict(response.headers))
        assert response.status_code < 500, path
        if SECRET in said:
            found.setdefault(name, []).append(path)
    return found


def signed_in(person: Responder) -> Browser:
    browser = Browser()
    browser.force_login(person, backend=BACKEND)
    return browser


@pytest.mark.requirement("B-107", "B-110")
def test_no_address_says_a_word_of_it_to_whoever_is_not_named(curious: Responder) -> None:
    base = number_from_here()
    world = RestrictedWorld()
    assert all(one.is_restricted for one in world.incidents), [one for one in world.incidents if not one.is_restricted]
    assert min(one.pk for one in world.incidents) > base
    assert walk(signed_in(curious), OURS, base) == {}
    reached = walk(signed_in(world.team.admin), [one for one in OURS if one.name in REACHED], base)
    assert reached.keys() >= REACHED, REACHED - reached.keys()


@pytest.mark.requirement("B-110")
def test_no_address_for_machines_says_a_word_of_it_either(curious: Responder) -> None:
    """With a token of somebody who may not see it, and with every scope; the gate says hold, and not why."""
    base = number_from_here()
    world = RestrictedWorld()
    _, secret = tokens.create("ci", list(tokens.SCOPES), curious, at=after())
    head = {"Authorization": f"Bearer {secret}"}
    machines = [one for one in ADDRESSES if one not in OURS]
    assert walk(Browser(), machines, base, headers=head) == {}
    held = Browser().get("/api/v1/gates/zanzibar-import", headers=head)
    assert held.status_code == 423 and held.json()["decision"] == "hold"
    assert SECRET not in held.content.decode()
    assert held.json()["unmet"] == ["Its incident is restricted; ask whoever answers for this work."]
    lifecycle.lift_restriction(world.main.pk, reason="Nothing was seen.", by=world.team.admin, at=after(days=300))
    assert (
        "Its incident is restricted"
        not in Browser().get("/api/v1/gates/zanzibar-import", headers=head).content.decode()
    )


@pytest.mark.requirement("B-110")
def test_nothing_can_be_done_to_it_by_whoever_may_not_see_it(curious: Responder) -> None:
    """Every address of an incident and of what it left, posted to: no answer has the word, nothing is written."""
    base = number_from_here()
    world = RestrictedWorld()
    before = {one.pk: (one.entry_count, one.is_restricted) for one in world.incidents}
    browser = signed_in(curious)
    about = {
        "incidents",
        "escalations",
        "letters",
        "clocks",
        "crm-notes",
        "suggested-situations",
        "gates",
        "criteria",
        "actions",
        "regression-checks",
        "support-reports",
        "curated",
        "look-backs",
        "changes",
        "playbook-runs",
    }
    given = {"text": "x", "reason": "x", "name": "x", "situation": "legal_threat", "people": str(curious.pk)}
    posted = 0
    for one in OURS:
        if one.path.split("/")[1] in about and one.foreign:
            for path in paths(one, base):
                response = browser.post(path, given)
                assert response.status_code in (403, 404, 405), (path, response.status_code)
                assert SECRET not in response.content.decode(), path
                posted += 1
    assert posted > 500
    now = Incident.objects.in_bulk(before)
    assert {pk: (one.entry_count, one.is_restricted) for pk, one in now.items()} == before


def test_beneath_the_doors_the_verbs_refuse_too(curious: Responder) -> None:
    world = RestrictedWorld()
    with pytest.raises(Refused, match="restricted to named people"):
        lifecycle.note(world.main.pk, text="I was here", by=curious, at=after(days=300))
    other = world.team.report(1, title="Another")
    with pytest.raises(Refused, match="Choose an open incident"):
        lifecycle.merge(other.pk, into_id=world.incidents[2].pk, reason="", by=curious, at=after(days=300))


@pytest.mark.requirement("B-110")
def test_whoever_may_not_see_it_is_told_that_there_is_one_and_no_more(curious: Responder) -> None:
    """Before it was restricted they were told of it; what had not left is withdrawn, and said again as that."""
    world = RestrictedWorld()
    theirs = OutboundMessage.objects.filter(responder=curious)
    for about in (one.about for one in world.incidents):
        waiting = theirs.filter(about=about, state="pending")
        assert waiting.exists() and not waiting.exclude(kind="restricted").exists()
    later = timezone.now() + timedelta(minutes=45)
    escalation.sweep(now=later)
    said = theirs.filter(about__in=[one.about for one in world.incidents]).exclude(state="superseded")
    late = said.filter(created_at=later)
    assert late.exists() and {one.kind for one in late} == {"restricted"}
    for one in said.filter(kind="restricted"):
        text = one.subject + one.body_text + one.body_html + str(one.buttons)
        assert SECRET not in text and "I have it" not in text and "breach" not in text.lower()
    assert not theirs.filter(channel="in_app", seen_at=None).exclude(kind="restricted").exists()
    # They read that much, and nothing else of it.
    browser = signed_in(curious)
    mine = late.filter(channel="in_app")[0]
    assert browser.get(f"/letters/{mine.pk}/").status_code == 200
    assert mine.subject in browser.get("/my-work/").content.decode()
    # Whoever may see it still gets the words.
    assert OutboundMessage.objects.filter(responder=world.team.target, body_text__contains=SECRET).exists()


def test_a_link_that_was_sent_before_shows_nothing_and_takes_nothing(curious: Responder) -> None:
    world = RestrictedWorld()
    sent = Escalation.objects.filter(incident=world.incidents[2], recipients=curious, taken_at=None)[0]
    path = "/" + link(sent.pk, curious.pk).split("/", 3)[3]
    for response in (Browser().get(path), Browser().post(path)):
        assert response.status_code == 200
        assert SECRET not in response.content.decode() and "is restricted" in response.content.decode()
    sent.refresh_from_db()
    assert sent.taken_at is None
