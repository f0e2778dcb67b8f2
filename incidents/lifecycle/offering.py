"""Which verbs an incident invites to: what the table of moves allows, without what the facts make pointless."""

from collections.abc import Collection

from incidents import letterbook, moves
from incidents.clocks import policy_of
from incidents.lifecycle.ending import somebody_was_told
from incidents.lifecycle.scheduled import digests_owed
from incidents.lifecycle.telling import acknowledgement_needs
from incidents.models import ClientLetter, Incident, Responder, Severity
from notifications.models import OutboundMessage


def offered(
    incident: Incident, verbs: Collection[str], *, by: Responder, paused: bool, awaiting: Collection[str]
) -> list[str]:
    """Which of `verbs` are offered to `by`, in the order an incident lives them; their permission is asked elsewhere.

    `paused` says whether its resolve clock stands still, `awaiting` which verbs wait for somebody's approval: their
    words are written already. A verb that is not offered is refused with a sentence all the same.
    """
    possible = [verb for verb in moves.verbs_from(incident.status) if verb in verbs and verb not in awaiting]
    return [verb for verb in possible if _sensible(verb, incident, by, paused)]


def _sensible(verb: str, one: Incident, by: Responder, paused: bool) -> bool:
    outage = one.outage_started_at is not None and one.outage_ended_at is None
    match verb:
        case "acknowledge":
            return one.acknowledged_at is None and _has_readers(one)
        case "update":
            return one.acknowledged_at is not None and not one.is_internal
        case "word":
            return bool(digests_owed(one))
        case "start_outage":
            return not outage
        case "end_outage":
            return outage
        case "confirm":
            return one.confirmed_at is None and _may_confirm(one, by)
        case "restrict":
            return not one.is_restricted
        case "name_people" | "lift_restriction":
            return one.is_restricted
        case "cancel":
            return not somebody_was_told(one)
        case "pause":
            return policy_of(one.policy_version_id).terms(one.severity).resolve.pausable
        case "resume":
            return paused
        case "reopen":
            return one.closure not in ("merged", "cancelled")
        case "take_back":
            return _may_be_taken_back(one)
    return True


def _has_readers(one: Incident) -> bool:
    """A letter needs clients and names systems; before triage there may be neither."""
    return bool(one.client_ids and one.system_ids) or acknowledgement_needs(one) != "letter"


def _may_confirm(one: Incident, by: Responder) -> bool:
    if one.resolver_id == by.pk and one.fixed_by_id != by.pk:
        return True
    if Severity.objects.get(pk=one.severity).confirmed_by_another:
        return one.fixed_by_id != by.pk
    return one.resolver_id == by.pk or by.has_perm("override_incident")


def _may_be_taken_back(one: Incident) -> bool:
    """Every message of the newest letter still waits in the outbox, and nobody has begun to send it."""
    newest = ClientLetter.objects.filter(incident=one.pk).order_by("-seq").values_list("seq", flat=True).first()
    if newest is None:
        return False
    keys = letterbook.keys_of(one.pk, newest)
    waiting = OutboundMessage.objects.filter(key__in=keys, state="pending", attempts=0, ambiguous=0)
    return waiting.count() == len(keys)
