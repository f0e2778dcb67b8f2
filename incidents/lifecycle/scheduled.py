"""Words for the scheduled update: what clients will read of an incident that needs no letter of its own (C-04)."""

from collections.abc import Iterable
from datetime import datetime

from incidents import escalation, guarding, notices
from incidents.clocks import policy_of
from incidents.lifecycle.moving import Move, moving, retried
from incidents.models import Incident, IncidentClient, Responder, Situation, TimelineEntry
from incidents.refusals import Refused
from notifications.guard.legible import shown

Kind = TimelineEntry.Kind


def digests_owed(incident: Incident) -> list[IncidentClient]:
    """The affected clients in whose next scheduled update this must stand: they did not report it, no letter told them,
    and they have not read of its end. A restricted incident stands in none."""
    return [] if incident.is_restricted else _read_by(incident)


def digests_withheld(incident: Incident) -> list[IncidentClient]:
    """The clients who would read of it in their next scheduled update, were it not restricted."""
    return _read_by(incident) if incident.is_restricted else []


def _read_by(incident: Incident) -> list[IncidentClient]:
    if incident.triaged_at is None or incident.closure in ("merged", "cancelled"):
        return []
    if policy_of(incident.policy_version_id).terms(incident.severity).notify_mode != "digest":
        return []
    rows = incident.affected.filter(reported_it=False, notified_at=None, digested_resolved_at=None)
    return list(rows.select_related("client__tier", "sentence_by"))


@retried
def word(incident_id: int, *, sentence: str, guard_reason: str = "", by: Responder, at: datetime) -> Incident:
    """Says in one or two sentences what clients read of this in their scheduled update; the guard reads it too.

    Where it stands is added by Allclear from the record, so the sentence says what it is and stays true.
    """
    with moving(incident_id, "word", by=by, at=at) as move:
        put_into_words(move, sentence, guard_reason)
    return move.incident


def put_into_words(move: Move, sentence: str, guard_reason: str = "") -> None:
    """The same for a locked incident, as part of another verb."""
    incident, sentence = move.incident, " ".join(shown(sentence).split())
    owed = digests_owed(incident)
    if not owed:
        raise Refused("No client hears of this in a scheduled update.", "sentence")
    notices.check_short(sentence, "sentence", "Say in one or two plain sentences what it is.")
    guarded = guarding.passed(incident, {"sentence": sentence}, reason=guard_reason, by=move.by)
    stopped = guarding.stopped_for(row.client for row in owed)
    if stopped(sentence):
        raise Refused("The name of another client stands in this; each reads it in an update of their own.", "sentence")
    ids = [row.pk for row in owed]
    IncidentClient.objects.filter(pk__in=ids).update(sentence=sentence, sentence_by=move.by, sentence_at=move.at)
    clients = [row.client_id for row in owed]
    move.write(Kind.WORDED, sentence, clients=clients, **guarded)
    ended = (Situation.DIGEST_WORDS, Situation.DIGEST_HELD)
    escalation.end(incident, situations=ended, reason="it has words now", at=move.at)


def clients_named(rows: Iterable[IncidentClient]) -> str:
    """`Cedar Legal and Atlas Freight`."""
    names = [row.client.name for row in rows]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0] if names else "nobody"
