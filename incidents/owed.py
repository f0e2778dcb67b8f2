"""What one responder owes, each a sentence with one button, the earliest first (work queues of B-126…B-129)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from incidents import notices
from incidents.clocks import policy_of
from incidents.escalation import DONE_BY
from incidents.models import (
    AwaitingLetter,
    ClientReply,
    Clock,
    CrmNote,
    DigestLine,
    Escalation,
    Incident,
    Responder,
    Situation,
    SuggestedSituation,
)
from incidents.models.incident import IncidentQuerySet
from incidents.spelling import for_zone
from notifications.models import OutboundMessage

MOST = 50


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation. `due_at` is None where nothing says by when."""

    sentence: str
    incident: str
    severity: int
    due_at: datetime | None
    button: str
    url: str
    post: bool = False
    detail: str = ""
    # Where it is done, when the button is only for taking it.
    done_at: str = ""


def owed_by(person: Responder) -> list[Owed]:
    """Everything that waits for this person or for a role that they hold, times within a text in the person's zone; at
    most fifty of each kind."""
    visible = Incident.objects.visible_to(person).open().defer("search", "description")
    found: list[Owed] = []
    if person.has_perm("triage_incident"):
        rows = visible.filter(status="reported").order_by("next_due_at", "pk")[:MOST]
        found += [_act(one, "triage", "Triage", f"Triage “{one.title}”", one.next_due_at) for one in rows]
    if person.has_perm("acknowledge_incident"):
        mine = Q(communicator=person) | Q(communicator=None)
        rows = visible.filter(mine, acknowledged_at=None).order_by("next_due_at", "pk")[:MOST]
        found += [
            _act(one, "acknowledge", "Acknowledge", f"Acknowledge “{one.title}” to the client", one.next_due_at)
            for one in rows
        ]
    if person.has_perm("note_incident"):
        found += _suggested(person)
    found += _clocks(person, visible)
    found += _awaiting(person)
    found += _escalations(person, visible)
    if person.has_perm("answer_client"):
        found += _replies(person)
    if person.has_perm("settle_note"):
        notes = CrmNote.objects.filter(state=CrmNote.State.OWED, incident__in=Incident.objects.visible_to(person))
        for note in notes.select_related("incident", "client").order_by("owed_at")[:MOST]:
            url = reverse("incidents:settle_note", args=[note.pk])
            sentence = f"Put the note into the CRM of {note.client}"
            found.append(Owed(sentence, note.incident.reference, note.incident.severity, note.owed_at, "Settle", url))
    if person.has_perm("close_incident"):
        ended = Incident.objects.visible_to(person).filter(status="resolved", is_open=False)
        for one in ended.defer("search", "description").order_by("resolved_at")[:MOST]:
            url = reverse("incidents:incident", args=[one.pk])
            found.append(Owed(f"Close “{one.title}”", one.reference, one.severity, one.resolved_at, "Look", url))
    if person.has_perm("retry_letter"):
        found += _failed(person)
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at.timestamp() if one.due_at else 0.0))


def _suggested(person: Responder) -> list[Owed]:
    """Situations that something suggests: for the incident's own people, for everybody while nobody coordinates it."""
    mine = Q(coordinator=person) | Q(communicator=person) | Q(coordinator=None)
    rows = SuggestedSituation.objects.filter(
        state="open", incident__in=Incident.objects.visible_to(person).filter(mine, is_open=True)
    )
    return [
        Owed(
            f"{row.get_situation_display()}? Say whether it is that",
            row.incident.reference,
            row.incident.severity,
            row.suggested_at,
            "Decide",
            reverse("incidents:incident", args=[row.incident_id]),
            detail=row.because[:200],
        )
        for row in rows.select_related("incident").defer("incident__search")[:MOST]
    ]


def _act(one: Incident, verb: str, button: str, sentence: str, due: datetime | None) -> Owed:
    return Owed(sentence, one.reference, one.severity, due, button, reverse(f"incidents:{verb}", args=[one.pk]))


def _clocks(person: Responder, visible: IncidentQuerySet) -> list[Owed]:
    running = Clock.objects.filter(
        incident__in=visible, stopped_at=None, state__in=("running", "breached", "paused"), due_at__isnull=False
    ).select_related("incident")
    found = []
    if person.has_perm("update_incident"):
        for clock in running.filter(kind=Clock.Kind.UPDATE, incident__communicator=person).order_by("due_at")[:MOST]:
            one = clock.incident
            words = one.timeline.filter(kind__in=("acknowledged", "updated")).order_by("-seq").first()
            said = f"Last said by {words.by_name}: “{words.text[:160]}”" if words else ""
            url = reverse("incidents:update", args=[one.pk]) + "?draft=1"
            sentence = f"Write to the clients of “{one.title}”, as promised"
            found.append(Owed(sentence, one.reference, one.severity, clock.due_at, "Write", url, detail=said))
        found += _words(person, running)
    if person.has_perm("investigate_incident"):
        for clock in running.filter(kind=Clock.Kind.RESOLVE, incident__resolver=person, provisional=False).order_by(
            "due_at"
        )[:MOST]:
            one = clock.incident
            url = reverse("incidents:incident", args=[one.pk])
            found.append(Owed(f"Fix “{one.title}”", one.reference, one.severity, clock.due_at, "Open", url))
    verifying = visible if person.has_perm("verify_incident") else visible.none()
    for one in verifying.filter(status="verifying", confirmed_at=None, resolver=person)[:MOST]:
        found.append(_act(one, "confirm", "Confirm", f"Confirm that “{one.title}” is fixed", one.verify_until))
    return found


def _awaiting(person: Responder) -> list[Owed]:
    """Letters that this person may approve, wrote and waits for, or got back and writes again."""
    rows = AwaitingLetter.objects.filter(incident__in=Incident.objects.visible_to(person))
    rows = rows.select_related("incident", "author", "settled_by").defer("incident__search")
    waiting = rows.filter(state="awaiting")
    if not person.has_perm("approve_letter"):
        waiting = waiting.filter(author=person)
    found = []
    for row in waiting.order_by("written_at")[:MOST]:
        mine, what = row.author_id == person.pk, f"the {row.get_verb_display()} about “{row.incident.title}”"
        sentence = f"Waits for approval: {what}" if mine else f"Approve {what} that {row.author} wrote"
        found.append(_letter(row, sentence, "Look" if mine else "Read"))
    for row in rows.filter(state="sent_back", author=person).order_by("settled_at")[:MOST]:
        sentence = f"{row.settled_by} sent back your {row.get_verb_display()} about “{row.incident.title}”: write again"
        found.append(_letter(row, sentence, "Look", detail=f"“{row.reason[:200]}”"))
    return found


def _letter(row: AwaitingLetter, sentence: str, button: str, detail: str = "") -> Owed:
    one, url = row.incident, reverse("incidents:awaiting", args=[row.pk])
    return Owed(sentence, one.reference, one.severity, one.next_due_at, button, url, detail=detail)


def _words(person: Responder, running: "QuerySet[Clock]") -> list[Owed]:
    """Incidents that lack words for a scheduled update, each once, by the first update that waits for them (C-04)."""
    wordless = running.filter(
        kind=Clock.Kind.NOTIFY,
        incident__communicator=person,
        incident__affected__client=F("client"),
        incident__affected__sentence="",
        incident__affected__reported_it=False,
    )
    first: dict[int, Clock] = {}
    for clock in wordless.order_by("due_at")[:MOST]:
        one = clock.incident
        if policy_of(one.policy_version_id).terms(one.severity).notify_mode == "digest":
            first.setdefault(one.pk, clock)
    return [
        _act(clock.incident, "word", "Write", f"Put “{clock.incident.title}” into words for clients", clock.due_at)
        for clock in first.values()
    ]


def _escalations(person: Responder, visible: IncidentQuerySet) -> list[Owed]:
    rows = Escalation.objects.filter(recipients=person, taken_at=None, ended_at=None, incident__in=visible)
    return [
        Owed(
            f"Somebody must have it: {row.get_situation_display()}",
            row.incident.reference,
            row.incident.severity,
            row.raised_at,
            "I have it",
            reverse("incidents:take_escalation", args=[row.pk]),
            post=True,
            detail=for_zone(row.text, person.zone)[:200],
            done_at=_done_at(row),
        )
        for row in rows.select_related("incident").order_by("raised_at")[:MOST]
    ]


def _done_at(row: Escalation) -> str:
    done = DONE_BY.get(Situation(row.situation))
    return reverse("incidents:incident", args=[row.incident_id]) + done if done else ""


def _replies(person: Responder) -> list[Owed]:
    """What clients answered about incidents that this person speaks for, or that nobody does."""
    mine = Q(incident__communicator=person) | Q(incident__communicator=None)
    rows = ClientReply.objects.filter(mine, answered_at=None, incident__in=Incident.objects.visible_to(person))
    found = []
    for reply in rows.select_related("incident").defer("quoted", "incident__search").order_by("received_at")[:MOST]:
        one = reply.incident
        late = " after it was resolved" if reply.standing != ClientReply.Standing.OPEN else ""
        who = reply.sender if reply.is_known else f"{reply.sender}, who is no contact,"
        sentence = f"{who} wrote about “{one.title}”{late}: answer"
        url = reverse("incidents:reply", args=[reply.pk])
        detail = f"“{reply.text[:160]}”"
        found.append(Owed(sentence, one.reference, one.severity, reply.received_at, "Answer", url, detail=detail))
    return found


def _failed(person: Responder) -> list[Owed]:
    """Letters and scheduled updates that did not arrive; an update is settled at the first incident that stood in it,
    by whoever may know of all of them."""
    failed = OutboundMessage.objects.filter(state__in=OutboundMessage.FAILED, noticed_at=None, kind__in=notices.LETTERS)
    rows = list(failed.defer("body_text", "body_html").order_by("pk")[:MOST])
    stood: dict[str, list[int]] = {}
    updates = [int(one.about.partition(":")[2]) for one in rows if one.about.startswith("digest:")]
    for digest_id, incident_id in DigestLine.objects.filter(digest__in=updates).values_list("digest_id", "incident_id"):
        stood.setdefault(f"digest:{digest_id}", []).append(incident_id)
    for one in rows:
        if one.about.startswith("incident:"):
            stood[one.about] = [int(one.about.partition(":")[2])]
    incidents = Incident.objects.visible_to(person).in_bulk({pk for ids in stood.values() for pk in ids})
    found = []
    for one in rows:
        ids = stood.get(one.about, [])
        if not ids or any(incident_id not in incidents for incident_id in ids):
            continue
        incident, what = incidents[ids[0]], "letter"
        url = reverse("incidents:incident", args=[incident.pk]) + "#retry_letter"
        if one.about.startswith("digest:"):
            what, url = "scheduled update", reverse("incidents:digest", args=[one.about.partition(":")[2]])
        said = f"The {what} to {one.recipient} {'may not have arrived' if one.may_be_there else 'did not arrive'}"
        at, why = one.created_at, one.last_error
        found.append(Owed(said, incident.reference, incident.severity, at, "Look", url, detail=why))
    return found
