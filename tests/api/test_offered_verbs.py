"""What an incident's answer offers can be done, and what it does not offer is refused: every verb in every state."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from incidents.api.bodies import BODIES
from notifications import delivery
from tests.api.conftest import Program
from tests.factories import ResponderFactory, Team
from tests.incidents.test_pause import pausable

pytestmark = pytest.mark.django_db
EVERY = ["administrator", "coordinator", "resolver", "communicator", "support_lead"]
OURS = {"fault_domain": "ours"}
VERBS = {verb.replace("_", "-") for verb in BODIES} | {"add-evidence", "take-back"}
# How far it has come; each verb is done through the API by the one who asks, `confirm` by somebody else.
STATES = (
    "",
    "quick-fix",
    "triage",
    "triage start-outage",
    "triage acknowledge",
    "triage acknowledge-and-send",
    "triage acknowledge restrict",
    "triage acknowledge start-outage end-outage",
    "triage acknowledge investigate isolate work-around",
    "triage acknowledge investigate fix",
    "triage acknowledge investigate fix confirm",
    "triage acknowledge investigate fix fail-verification",
    "triage acknowledge investigate fix confirm resolve",
    "triage acknowledge investigate fix confirm resolve-and-send",
    "triage acknowledge investigate fix confirm resolve-and-send close",
    "triage acknowledge investigate fix confirm resolve-and-send reopen",
    "cancel",
    "triage merge",
)


class Asked:
    """One incident, who asks about it, and somebody else."""

    def __init__(self, severity: int, **scope: Any) -> None:
        self.team = Team()
        self.me = Program(ResponderFactory(name="Ada Lind", role=EVERY))
        self.other = Program(ResponderFactory(name="Bo Ek", role=EVERY))
        self.severity = severity
        began = timezone.now() - timedelta(minutes=3)
        self.into = self.team.report(severity, at=began)
        self.pk = self.team.report(severity, at=began, **scope).pk
        self.internal = bool(scope.get("is_internal"))

    def body(self, verb: str) -> dict[str, Any]:
        now = timezone.now()
        earlier = (now - timedelta(minutes=1)).isoformat()
        letter = {
            "brief": "Outreach paused",
            "happening": "Your outreach emails are not being sent. Nothing was lost.",
            "next_update_by": (now + timedelta(minutes=50)).isoformat(),
        }
        clients = [] if self.internal else [self.team.client.pk]
        scope = {"client_ids": clients, "system_ids": [self.team.system.pk], "is_internal": self.internal}
        people = {"resolver_id": self.me.token.responder_id, "communicator_id": self.me.token.responder_id}
        words = {"happened": "Your emails were not sent.", "did": "We restored sending.", "brief": "Outreach runs"}
        return {
            "triage": scope | people | {"severity": self.severity},
            "quick-fix": {"in_scope": False, "reason": "It needs the DNS."},
            "acknowledge": self._acknowledgement(letter, now),
            "update": letter,
            "word": {"sentence": "Your weekly report was late."},
            "diagnose": {"logs": "403 everywhere"},
            "isolate": {"fault_domain": "ours", "finding": "Our volume."},
            "change": {"what": "Halved it", "test_evidence": "Ten arrived", "without_evidence_reason": "Seen live."},
            "work-around": {"text": "The other sender."},
            "fix": {"broken": "Senders", "cause": "Volume", "done": "Appealed", "test_evidence": "Ten", **OURS},
            "confirm": {"scenario": "Send", "result": "All arrive", "evidence": "The log"},
            "fail-verification": {"reason": "It bounced again."},
            "resolve": words | {"override_reason": "Checked twice.", "acknowledgement_exception": "They called us."},
            "close": {"force_reason": "The client left."},
            "reopen": {"reason": "It is back."},
            "reclassify": {"severity": self.severity % 4 + 1, "reason": "Wider than thought."},
            "assign": {"coordinator_id": self.other.token.responder_id},
            "rescope": scope | {"system_ids": [self.team.system.pk]},
            "pause": {"reason": "waiting_on_client", "text": "", "until": (now + timedelta(minutes=30)).isoformat()},
            "note": {"text": "Looked at it."},
            "keep-error": {"report": "403", "occurred_at": earlier, "screen": "Senders"},
            "raise-situation": {"situation": "client_leaving", "text": "They said so."},
            "merge": {"into_id": self.into.pk},
            "cancel": {"reason": "A test."},
            "restrict": {"people": [self.me.token.responder_id], "reason": "A file was public."},
            "name-people": {"people": [self.other.token.responder_id], "reason": "She helps."},
            "lift-restriction": {"reason": "It was no breach."},
        }.get(verb, {})  # fmt: skip

    def _acknowledgement(self, letter: dict[str, Any], now: Any) -> dict[str, Any]:
        needs = self.me.get(f"/incidents/{self.pk}")["acknowledged_by"]
        if needs == "letter":
            return {"letter": letter}
        return (
            {"note": "We look at it."}
            if needs == "note"
            else {"scheduled_fix_on": f"{now + timedelta(days=9):%Y-%m-%d}"}
        )

    def ask(self, verb: str, by: Program | None = None) -> HttpResponse:
        path = f"/incidents/{self.pk}/{verb}"
        if verb == "take-back":
            written = [one["seq"] for one in self._entries() if one["kind"] in ("acknowledged", "updated", "resolved")]
            return self.me.post(path, {"seq": written[-1] if written else 1})
        if verb == "add-evidence":
            file = SimpleUploadedFile("log.txt", b"403", "text/plain")
            shown = {"Authorization": f"Bearer {self.me.secret}"}
            return Client().post(f"/api/v1{path}", {"file": file}, headers=shown)  # type: ignore[return-value]
        return (by or self.me).post(path, self.body(verb))

    def _entries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.me.get(f"/incidents/{self.pk}/timeline?limit=200")["items"]
        return sorted(found, key=lambda one: one["seq"])

    def come(self, state: str) -> None:
        for step in state.split():
            verb, sends = step.removesuffix("-and-send"), step.endswith("-and-send")
            answer = self.ask(verb, by=self.other if verb == "confirm" else None)
            assert answer.status_code in (200, 204), (verb, answer.content)
            if sends:
                delivery.sweep("email", now=timezone.now() + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("severity", "state"),
    [(1, one) for one in STATES] + [(3, one) for one in STATES[1::3]] + [(4, one) for one in STATES[2:6:3]],
)
def test_each_offered_verb_can_be_done_and_no_other(severity: int, state: str) -> None:
    _ask_for_each(Asked(severity), state)


@pytest.mark.parametrize("state", STATES[:10:3], ids=lambda state: state.replace(" ", "_") or "reported")
@pytest.mark.parametrize(
    "scope",
    [{"is_internal": True, "client_ids": ()}, {"client_ids": (), "system_ids": ()}],
    ids=["internal", "unscoped"],
)
def test_so_it_is_without_clients(scope: dict[str, Any], state: str) -> None:
    _ask_for_each(Asked(2, **scope), state)


@pytest.mark.parametrize("state", ["triage", "triage pause", "triage pause resume", "triage investigate pause"])
def test_so_it_is_where_the_policy_lets_a_clock_be_paused(state: str) -> None:
    pausable(2)
    _ask_for_each(Asked(2), state)


def _ask_for_each(asked: Asked, state: str) -> None:
    asked.come(state)
    offered = set(asked.me.get(f"/incidents/{asked.pk}")["verbs"])
    assert {"note", "add-evidence", "keep-error"} <= offered
    wrong = []
    for verb in sorted(VERBS):
        with transaction.atomic():
            answer = asked.ask(verb)
            transaction.set_rollback(True)
        done = answer.status_code in (200, 204)
        if done != (verb in offered):
            wrong.append(
                (
                    verb,
                    "offered" if verb in offered else "not offered",
                    answer.status_code,
                    json.loads(answer.content or b"{}").get("refusal"),
                )
            )
        assert done or answer.status_code == 409, (verb, answer.content)
    assert not wrong, wrong
