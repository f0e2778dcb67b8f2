"""The page of one incident: the next act first, then how it stands, who does what, and all that happened."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import crm_notes, entries, letterbook, lifecycle, presence, promises, scheduled
from incidents.faces import ClockFace
from incidents.models import (
    AwaitingLetter,
    Clock,
    CrmNote,
    Escalation,
    Incident,
    IncidentClient,
    PolicyVersion,
    Responder,
    Role,
    Situation,
    System,
    TimelineEntry,
)
from incidents.permissions import VERB_PERMISSION
from incidents.rows import face
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import VERBS, seen
from notifications.models import OutboundMessage

Kind = TimelineEntry.Kind
# What has been done and what is to be done, the instant that shows it, and the clock that runs until then.
STEPS = (
    ("Reported", "Report", "opened_at", "radar", ""),
    ("Triaged", "Triage", "triaged_at", "filter-check", ""),
    ("Acknowledged", "Acknowledge", "acknowledged_at", "send", "acknowledge"),
    ("Fixed", "Fix", "fixed_at", "tool", "resolve"),
    ("Verified", "Verify", "confirmed_at", "eye-check", "verification"),
    ("Resolved", "Resolve", "resolved_at", "flag-check", ""),
    ("Closed", "Close", "closed_at", "lock", ""),
)
KINDS = (
    Clock.Kind.ACKNOWLEDGE,
    Clock.Kind.RESOLVE,
    Clock.Kind.UPDATE,
    Clock.Kind.VERIFICATION,
    Clock.Kind.NOTIFY,
    Clock.Kind.OUTAGE,
)
NEXT = {
    "reported": ("triage",),
    "triaged": ("acknowledge", "investigate"),
    "acknowledged": ("investigate",),
    "investigating": ("acknowledge", "isolate", "fix"),
    "verifying": ("acknowledge", "confirm", "resolve"),
    "resolved": ("close",),
    "closed": (),
}
# What stands beside the title as well.
FIRST_ACTS = ("raise_situation", "assign", "note", "update")
# Letters that somebody has to approve, or to write again.
AWAITING = ("awaiting", "sent_back")
# What machines are told has pages of its own.
NO_LETTERS = (OutboundMessage.Channel.WEBHOOK,)
LETTER = (
    "pk",
    "key",
    "kind",
    "subject",
    "recipient",
    "state",
    "ambiguous",
    "channel",
    "due_at",
    "attempts",
    "sent_at",
    "last_error",
    "noticed_at",
)
ESCALATION = (
    "incident_id",
    "situation",
    "raised_at",
    "times_said",
    "taken_at",
    "ended_at",
    "end_reason",
    "taken_by__name",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the life of an incident: done at `at`, or due at `due_at` where a clock runs for it."""

    label: str
    icon: str
    state: str
    at: datetime | None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StillHere:
    """A letter that has not left: the entry that wrote it, to whom it goes, and when the outbox lets it go."""

    seq: int
    recipients: list[str]
    until: datetime

    @property
    def count(self) -> int:
        return len(self.recipients)


@dataclass(frozen=True, slots=True)
class ClockCard:
    clock: Clock
    face: ClockFace
    name: str
    voidable: bool
    # Of the notices to several clients the one that matters most stands for the others.
    others: "list[ClockCard]" = field(default_factory=list)


@require_safe
@permitted("view_incident")
def incident(request: SignedRequest, pk: int) -> HttpResponse:
    """Everything about one incident in a fixed number of queries."""
    one, now, me = seen(request, pk), timezone.now(), request.user
    lane, cards = request.GET.get("lane", "all"), _cards(one, me, now)
    has = presence.of(one.pk)
    one.policy_version = PolicyVersion.objects.defer("body").select_related("policy").get(pk=one.policy_version_id)
    # Who was told decides what is offered, and the panel of playbooks looks at the systems as well. Whole rows of the
    # clients: what a preview asks of them is asked of this very queryset.
    affected = IncidentClient.objects.select_related("client__tier")
    prefetch_related_objects([one], Prefetch("systems", System.objects.only("name")), Prefetch("affected", affected))
    paused = any(card.clock.paused for card in cards)
    awaiting = _awaiting(one) if "awaiting" in has else []
    waits = {row.verb for row in awaiting if row.state == "awaiting"}
    offered = lifecycle.offered(one, VERBS, by=me, paused=paused, awaiting=waits)
    possible = [VERBS[name] for name in offered if _may(me, name)]
    answered = {"acknowledge": one.acknowledged_at, "isolate": one.fault_domain}
    next_acts = [name for name in NEXT[one.status] if not answered.get(name)]
    first = next((verb for name in next_acts for verb in possible if verb.name == name), None)
    form = first.form(incident=one, viewer=me, now=now) if first else None
    letters = _letters(one)
    acts = [verb for verb in possible if verb is not first]
    context: dict[str, Any] = {
        "incident": one,
        "still_here": _still_here(letters, me),
        "awaiting": awaiting,
        "steps": _steps(one, cards),
        "cards": cards,
        "verb": first,
        "form": form,
        "letters": form.letters() if form else None,
        # Nobody has typed yet; what was taken back stands there as it went through the guard.
        "objections": [],
        "hints": [],
        "undo_seconds": settings.UNDO_SECONDS,
        "home": reverse("incidents:incident", args=[pk]),
        "acts": acts,
        "first_acts": [verb for verb in acts if verb.name in FIRST_ACTS],
        "lines": entries.shown(one, client_only=lane == "client"),
        "lane": lane,
        "affected": one.affected.all(),
        "systems": one.systems.all(),
        "letters_sent": letters,
        "has": has,
        "promises": promises.of_incident(one.pk, now=now) if has & {"book", "duplicates"} else [],
        "scheduled": scheduled.of_incident(one, shown="scheduled" in has),
        "escalations": _escalations(one) if "escalations" in has else [],
        "notes": _notes(one) if "notes" in has else [],
        "evidence": one.evidence.defer("content").select_related("added_by") if "evidence" in has else [],
        "duplicates": _duplicates(one, me) if "duplicates" in has else [],
        "merged_into": Incident.objects.visible_to(me).filter(pk=one.merged_into_id).only("pk", "title").first()
        if one.merged_into_id
        else None,
        "suggested": one.suggested_situations.filter(state="open") if "suggested" in has else [],
        "may_raise": me.has_perm("note_incident"),
        "circle": _circle(one) if one.is_restricted else None,
        "situations": [Situation(value).label for value in one.situations],
        "blockers": lifecycle.blockers(one) if one.status == "resolved" else [],
        "can_retry": me.has_perm("retry_letter"),
        "can_settle": me.has_perm("settle_note"),
        "can_take": me.has_perm("take_escalation"),
    }
    return render(request, "incidents/incident.html", context)


def _awaiting(one: Incident) -> list[AwaitingLetter]:
    return list(one.awaiting_letters.filter(state__in=AWAITING).select_related("author", "settled_by"))


def _escalations(one: Incident) -> "QuerySet[Escalation]":
    return one.escalations.select_related("taken_by").only(*ESCALATION)[:12]


def _duplicates(one: Incident, me: Responder) -> "QuerySet[Incident]":
    return Incident.objects.visible_to(me).filter(merged_into=one).only("pk", "title")


def _notes(one: Incident) -> list[tuple[CrmNote, OutboundMessage | None]]:
    """Each note with what the outbox says of it."""
    notes = list(one.crm_notes.select_related("client"))
    told = crm_notes.messages(note for note in notes if note.state == CrmNote.State.OWED)
    return [(note, told.get(note.pk)) for note in notes]


def _circle(one: Incident) -> dict[str, Any]:
    """Who may see a restricted incident: whoever is named, whoever works on it, whoever holds such a role."""
    return {
        "named": one.named.only("id", "name", "email"),
        "roles": Role.objects.filter(permissions__contains=["view_restricted"]).only("name"),
    }


def _still_here(letters: list[OutboundMessage], me: Responder) -> StillHere | None:
    """The newest letter while every message of it still waits in the outbox: then it can be taken back."""
    written = [one for one in letters if one.kind in lifecycle.WRITTEN_AS]
    if not written or not me.has_perm("update_incident"):
        return None
    seq = letterbook.seq_of(written[0].key)
    same = [one for one in written if letterbook.seq_of(one.key) == seq]
    due = [one.due_at for one in same if one.state == OutboundMessage.State.PENDING and not one.attempts and one.due_at]
    return StillHere(seq, [one.recipient for one in same], min(due)) if len(due) == len(same) else None


def _may(person: Responder, verb: str) -> bool:
    return person.has_perm(VERB_PERMISSION[verb])


def _steps(one: Incident, cards: list[ClockCard]) -> list[Step]:
    due = {card.clock.kind: card.clock.due_at for card in cards if card.face.ticking}
    found, current = [], False
    for done, todo, column, icon, kind in STEPS:
        at = getattr(one, column)
        if at:
            found.append(Step(done, "circle-check", "done", at))
            continue
        # A closed incident that skipped a step (merged, cancelled) has no next one.
        found.append(Step(todo, icon, "" if current or one.closed_at else "now", None, due.get(kind)))
        current = True
    return found


def _cards(one: Incident, me: Responder, now: datetime) -> list[ClockCard]:
    newest: dict[tuple[str, int | None], Clock] = {}
    for clock in one.clocks.select_related("client").order_by("cycle"):
        newest[(clock.kind, clock.client_id)] = clock
    cards = []
    for clock in sorted(newest.values(), key=lambda c: (KINDS.index(c.kind) if c.kind in KINDS else 99, c.pk)):
        if clock.kind not in KINDS or (clock.kind == Clock.Kind.NOTIFY and clock.state in ("met", "cancelled")):
            continue
        label = Clock.Kind(clock.kind).label
        name = f"{label}: {clock.client}" if clock.client else label
        shown = face(clock, name, now, me.zone)
        assert shown is not None
        voidable = clock.breached_at is not None and me.has_perm("override_incident")
        cards.append(ClockCard(clock, shown, name, voidable and clock.kind in ("acknowledge", "resolve")))
    return _folded(cards)


def _folded(cards: list[ClockCard]) -> list[ClockCard]:
    """One card for the notices to clients, however many clients: the running one that is due first, else the latest."""
    notices = [card for card in cards if card.clock.kind == Clock.Kind.NOTIFY]
    if len(notices) < 2:
        return cards
    notices.sort(key=lambda c: (not c.face.ticking, c.clock.due_at.timestamp() if c.clock.due_at else 0, c.clock.pk))
    first, *others = notices
    first.others.extend(others)
    return [card for card in cards if card not in others]


def _letters(one: Incident) -> list[OutboundMessage]:
    chosen = OutboundMessage.objects.filter(about=one.about).exclude(kind="escalation").exclude(channel__in=NO_LETTERS)
    return list(chosen.only(*LETTER).order_by("-pk")[:60])
