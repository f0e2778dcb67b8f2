"""Resolve, close, and what may follow: reopen, merge, “not an incident” (SOP step 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from incidents import escalation, guarding, notices, wordings
from incidents.clocks import policy_of
from incidents.escalation import Raising
from incidents.facts import Resolution
from incidents.lifecycle.answering import answered_by_letter
from incidents.lifecycle.awaiting import Hand, leave, overtake
from incidents.lifecycle.crm import owe_notes
from incidents.lifecycle.moving import Move, moving, required, retried
from incidents.lifecycle.reporting import newest_version_for
from incidents.lifecycle.scheduled import digests_owed
from incidents.lifecycle.sensitive import shut
from incidents.models import (
    BY_PERSON,
    OVER_WHEN_RESOLVED,
    Clock,
    CrmNote,
    Escalation,
    Incident,
    IncidentClient,
    Responder,
    Severity,
    Situation,
    TimelineEntry,
)
from incidents.models.incident import LOOKING
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications.models import OutboundMessage

Kind = TimelineEntry.Kind
UNSETTLED = ("pending", "claimed", "handoff", *OutboundMessage.FAILED)


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands before closing: a sentence, and the verb that settles it ("" where only time does)."""

    sentence: str
    verb: str = ""


def too_early(incident: Incident, at: datetime) -> str:
    """Why it may be resolved at that instant by an override only; "" when nothing of the kind stands in the way."""
    if incident.confirmed_at is None:
        return f"{incident.resolver} has not confirmed the fix end to end yet."
    if incident.verify_until and at < incident.verify_until:
        return f"The verification window runs until {in_utc(incident.verify_until)}; resolving earlier needs a reason."
    return ""


@retried
def resolve(incident_id: int, resolution: Resolution, *, by: Responder, at: datetime) -> Incident:
    """Ends the response: resolved letters to every client that was told, and a CRM note owed for each (B-62, B-63).

    Refused before the fix is confirmed, before the verification window is over (an override needs permission and a
    reason), and without an acknowledgement or a recorded exception (B-131). Where policy asks for a second person and
    a client was told, the letter waits for approval instead: until it goes the incident is not resolved.
    """
    with moving(incident_id, "resolve", by=by, at=at) as move:
        resolving(move, resolution, hand=Hand(by))
    return move.incident


def resolving(move: Move, resolution: Resolution, *, hand: Hand) -> None:
    """What `resolve` does to a locked incident, for whoever writes or approves the letter."""
    by, incident = hand.author, move.incident
    override = resolution.override_reason.strip()
    if override and not by.has_perm("override_incident"):
        raise Refused("Only somebody who may override can resolve early.", "override_reason")
    if not override and (early := too_early(incident, move.at)):
        raise Refused(early, "override_reason")
    exception = resolution.acknowledgement_exception.strip()
    if incident.acknowledged_at is None and not exception:
        raise Refused("Nobody acknowledged this incident; acknowledge it, or say why not.", "acknowledgement_exception")
    happened = required(resolution.happened, "happened", "Say what happened.")
    did = required(resolution.did, "did", "Say what we did.")
    told = list(incident.affected.exclude(notified_at=None).values_list("client_id", flat=True))
    guarded: dict[str, Any] = {}
    if told:
        notices.check_resolution(resolution)
        words = {"brief": resolution.brief, "happened": resolution.happened, "did": resolution.did}
        guarded = guarding.passed(incident, words, reason=resolution.guard_reason, by=by)
        leaving = leave(move, "resolve", resolution, kind=wordings.RESOLVED.key, hand=hand, clients=told)
        if leaving is None:
            return
        guarded |= leaving
        cause = str(incident.entry_count + 1)
        letters = notices.send(incident, wordings.RESOLVED.key, resolution, cause=cause, by=by, at=move.at)
        guarded["wordings"] = letters.wordings
        IncidentClient.objects.filter(incident=incident, client_id__in=told).update(told_resolved_at=move.at)
        answered_by_letter(move, told)
    incident.acknowledgement_excepted = exception
    incident.brief = resolution.brief.strip() or incident.brief
    incident.resolved_at = move.at
    if incident.review_opened_at is not None:
        # It was resolved before, perhaps less severe and for other clients: what its review must hold is seen anew.
        incident.review_opened_at, incident.unsettled = None, [LOOKING]
    ended = escalation.end(incident, situations=OVER_WHEN_RESOLVED, reason="resolved", at=move.at)
    move.write(
        Kind.RESOLVED,
        happened,
        status=move.to(),
        client_visible=bool(told),
        did=did,
        brief=incident.brief,
        current_status=notices.current_status(incident),
        override_reason=override,
        acknowledgement_exception=exception,
        escalations_ended=ended,
        clients=told,
        **guarded,
    )
    owe_notes(move, happened, did)


def blockers(incident: Incident) -> list[Blocker]:
    """What stands before closing, each with the verb that settles it; empty when the incident may be closed.

    The rooms above add to it by calling down: `record_review` and `stamp_unsettled` (design law 8).
    """
    found = []
    updates = [f"digest:{pk}" for pk in incident.digest_lines.values_list("digest_id", flat=True)]
    letters = OutboundMessage.objects.filter(
        about__in=[incident.about, *updates], kind__in=notices.LETTERS, noticed_at=None
    )
    for about, state in letters.filter(state__in=UNSETTLED).values_list("about", "state"):
        what = "letter" if about == incident.about else "scheduled update"
        if state in OutboundMessage.FAILED:
            verb = "retry_letter" if about == incident.about else "scheduled_update"
            found.append(Blocker(f"A {what} to a client did not arrive.", verb))
        else:
            found.append(Blocker(f"A {what} to a client is still on its way."))
    found += [
        Blocker(f"The {one.get_verb_display()} that {one.author} wrote awaits approval.", "approve_letter")
        for one in incident.awaiting_letters.filter(state="awaiting").select_related("author")
    ]
    for note in incident.crm_notes.filter(state=CrmNote.State.OWED).select_related("client"):
        found.append(Blocker(f"A CRM note for {note.client} is owed.", "settle_note"))
    for reply in incident.replies.filter(answered_at=None).only("incident_id", "sender_name", "sender_address"):
        found.append(Blocker(f"What {reply.sender} answered waits for an answer.", "settle_reply"))
    found += [
        Blocker(f"{row.client} has not heard of it yet: it stands in the next scheduled update.", "scheduled_update")
        for row in digests_owed(incident)
    ]
    # What the review lacks is said by itself, in more words, as soon as it was looked at.
    said = any("review" in sentence.lower() for sentence in incident.unsettled)
    if incident.reviewed_at is None and not said and _review_required(incident):
        found.append(Blocker("The post-incident review is not published.", "review"))
    found += [Blocker(sentence, "review") for sentence in incident.unsettled]
    for situation in (
        incident.escalations.filter(taken_at=None, ended_at=None, rule__urgency="immediate")
        .exclude(situation=Situation.FORCED_CLOSE)
        .values_list("situation", flat=True)
        .distinct()
    ):
        found.append(Blocker(f"Nobody has taken the escalation “{Situation(situation).label}”.", "take_escalation"))
    return found


def _review_required(incident: Incident) -> bool:
    ranks = {incident.severity, incident.peak_severity}
    return Severity.objects.filter(rank__in=ranks, review_required=True).exists()


@retried
def close(incident_id: int, *, force_reason: str = "", by: Responder, at: datetime) -> Incident:
    """Ends the incident. Refused while anything is owed; a forced close needs permission and a reason, and escalates
    with the names of what is missing (A-14, A-23)."""
    with moving(incident_id, "close", by=by, at=at) as move:
        incident = move.incident
        missing = [blocker.sentence for blocker in blockers(incident)]
        reason = force_reason.strip()
        if missing and not reason:
            raise Refused("Not yet: " + " ".join(missing), "force_reason")
        if missing and not by.has_perm("override_incident"):
            raise Refused("Only somebody who may override can close by force.", "force_reason")
        incident.closure = Incident.Closure.FORCED if missing else Incident.Closure.COMPLETED
        incident.closed_at = move.at
        # What a forced close lacks is said here and now; the nightly look says it of every other, also of a second.
        incident.closure_audited_at = move.at if missing else None
        overtake(move, f"{incident.reference} was closed.")
        # An update promised after the resolution is owed no longer.
        ended = escalation.end(incident, situations=OVER_WHEN_RESOLVED, reason="closed", at=move.at)
        text = reason if missing else ""
        move.write(Kind.CLOSED, text, status=move.to(), missing=missing, escalations_ended=ended)
        if missing:
            cause = f"incident:{incident.pk}:forced:{incident.entry_count}"
            text = f"Closed by {by} with something missing: {' '.join(missing)} Reason given: {reason}"
            move.escalate(Raising(incident, Situation.FORCED_CLOSE, cause, text))
    return incident


@retried
def reopen(incident_id: int, *, reason: str, by_client: bool, by: Responder | None, at: datetime) -> Incident:
    """It is back. By the client it must be answered anew; within the window the same clock goes on, later a fresh
    cycle begins under the newest policy (S8, S9, C-26). Too late after resolution it is a new incident."""
    with moving(incident_id, "reopen", by=by, at=at) as move:
        incident = move.incident
        reason = required(reason, "reason", "Say what came back.")
        if incident.closure in (Incident.Closure.MERGED, Incident.Closure.CANCELLED):
            raise Refused(f"It was closed as “{incident.get_closure_display()}”; report a new incident.", "reason")
        days = policy_of(incident.policy_version_id).reopen_days
        if incident.resolved_at and move.at > incident.resolved_at + timedelta(days=days):
            raise Refused(f"It was resolved more than {days} days ago; report a new incident.", "reason")
        facts: dict[str, Any] = {"by": "client" if by_client else "responder"}
        if incident.verify_until is None or move.at >= incident.verify_until:
            newest = newest_version_for(incident)
            facts |= {"policy_version": newest.pk, "policy_changed": newest.pk != incident.policy_version_id}
            incident.policy_version = newest
        elif incident.resolved_at:
            # The same clock goes on: what nobody had taken when it was resolved is true again.
            back = (Situation.RESOLVE_BREACHED,)
            escalation.resume(incident, since=incident.resolved_at, reason="resolved", at=move.at, situations=back)
        closed = (Situation.FORCED_CLOSE, Situation.CLOSED_INCOMPLETE)
        facts["escalations_ended"] = escalation.end(incident, situations=closed, reason="reopened", at=move.at)
        if by_client:
            incident.acknowledged_at = None
            incident.client_reported_at = incident.client_reported_at or move.at
        incident.resolved_at = incident.closed_at = incident.fixed_at = incident.verify_until = None
        incident.fixed_by = incident.confirmed_by = incident.confirmed_at = incident.worked_around_at = None
        incident.closure = ""
        # Clients read of it in scheduled updates again, and once more of its end.
        incident.affected.update(digested_resolved_at=None)
        move.write(Kind.REOPENED, reason, status=move.to(), **facts)
    return incident


@retried
def merge(incident_id: int, *, into_id: int, reason: str, by: Responder, at: datetime) -> Incident:
    """Closes a duplicate; its clients and systems join the incident that stays, whose clocks then count them too.

    What clients were promised goes with them: the earlier of the two promised updates is the clock from then on, and
    one that was missed already is owed there. Whoever was told of the duplicate is told of the end of the other.
    """
    if into_id == incident_id:
        raise Refused("An incident cannot be merged into itself.", "into_id")
    with transaction.atomic():
        # Both rows are locked in the order of their ids, so that two merges cannot wait for each other.
        locked = Incident.objects.select_for_update(no_key=True).defer("search").filter(pk__in=(incident_id, into_id))
        stays = {one.pk: one for one in locked.order_by("pk")}.get(into_id)
        if stays is None or not stays.is_open or not stays.is_visible_to(by):
            raise Refused("Choose an open incident to merge into.", "into_id")
        with moving(incident_id, "merge", by=by, at=at) as move:
            incident, promised = move.incident, _promised(incident_id)
            incident.merged_into, incident.closed_at = stays, move.at
            incident.closure = Incident.Closure.MERGED
            reason = reason.strip() or f"The same as {stays.reference}."
            overtake(move, f"{incident.reference} is one with {stays.reference}; write to the clients from there.")
            situations = tuple(Situation.values)
            untaken = _untaken(incident)
            because = f"merged into {stays.reference}"
            ended = escalation.end(incident, situations=situations, reason=because, at=move.at)
            move.write(Kind.MERGED, reason, status=move.to(), into=stays.pk, escalations_ended=ended)
        _absorb(stays, incident, promised, untaken, by, at)
    return incident


def _untaken(incident: Incident) -> list[Escalation]:
    """What people raised and nobody has taken: it is said on where the duplicate goes (B-107…B-110)."""
    return list(incident.escalations.filter(situation__in=BY_PERSON, taken_at=None, ended_at=None).order_by("pk"))


def _promised(incident_id: int) -> str | None:
    """By when its clients were promised the next update that they have not got yet, as the record writes it."""
    running = Clock.objects.filter(incident=incident_id, kind=Clock.Kind.UPDATE, stopped_at=None)
    due = running.exclude(state=Clock.State.CANCELLED).order_by("-cycle").values_list("due_at", flat=True).first()
    return due.isoformat() if due else None


def _absorb(
    stays: Incident,
    gone: Incident,
    promised: str | None,
    untaken: Sequence[Escalation],
    by: Responder,
    at: datetime,
) -> None:
    move = Move(stays, "absorb", by, at)
    known = {row.client_id: row for row in stays.affected.all()}
    joining = []
    for row in gone.affected.select_related("client__tier"):
        if row.client_id not in known:
            joining.append(row)
        told = known.get(row.client_id) or IncidentClient(incident=stays, client=row.client, added_at=move.at)
        told.reported_it |= row.reported_it
        told.notified_at = _first(told.notified_at, row.notified_at)
        told.digested_at = _first(told.digested_at, row.digested_at)
        if not told.sentence:
            told.sentence, told.sentence_by, told.sentence_at = row.sentence, row.sentence_by, row.sentence_at
        told.save()
    stays.client_ids = sorted({*stays.client_ids, *(row.client_id for row in joining)})
    stays.system_ids = sorted({*stays.system_ids, *gone.system_ids})
    stays.systems.add(*gone.systems.all())
    stays.is_internal = stays.is_internal and not stays.client_ids
    tiers = [row.client.tier.key for row in joining]
    clients = [row.client.name for row in joining]
    stays.situations = list(dict.fromkeys([*stays.situations, *gone.situations]))
    if stays.resolved_at is not None:
        stays.review_opened_at, stays.unsettled = None, [LOOKING]
    gone.suggested_situations.filter(state="open").update(incident=stays)
    if gone.is_restricted or stays.is_restricted:
        # The two tell one story, so they are for the same people.
        own = [gone.coordinator, gone.resolver, gone.communicator, by, *gone.named.all()] if gone.is_restricted else []
        shut(move, f"{gone.reference} is one with it.", [one for one in own if one is not None])
    move.write(
        Kind.ABSORBED,
        f"{gone.reference} {gone.title}",
        gone=gone.pk,
        tiers_added=tiers,
        clients=clients,
        next_update_by=promised,
    )
    for one in untaken:
        text = f"{one.text} (From {gone.reference}.)"
        move.escalate(Raising(stays, Situation(one.situation), f"absorbed:{gone.pk}:{one.situation}", text))
    move.finish()


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def somebody_was_told(incident: Incident) -> bool:
    """Whether a client has heard of it, by letter or in a scheduled update, and so must hear its end."""
    return any(one.notified_at or one.digested_at for one in incident.affected.all())


@retried
def cancel(incident_id: int, *, reason: str, by: Responder, at: datetime) -> Incident:
    """It was not an incident: undecided clocks are cancelled, neither met nor missed; decided ones stand."""
    with moving(incident_id, "cancel", by=by, at=at) as move:
        incident = move.incident
        reason = required(reason, "reason", "Say why this is not an incident.")
        if somebody_was_told(incident):
            raise Refused("A client was told of it and must hear its end; resolve it instead.", "reason")
        incident.closed_at, incident.closure = move.at, Incident.Closure.CANCELLED
        overtake(move, f"{incident.reference} is not an incident.")
        situations = tuple(Situation.values)
        ended = escalation.end(incident, situations=situations, reason="not an incident", at=move.at)
        move.write(Kind.CANCELLED, reason, status=move.to(), escalations_ended=ended)
    return incident
