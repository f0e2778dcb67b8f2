"""Sensitive situations, and who may see an incident because of them (B-107…B-110).

A situation is raised by a person, by hand or by confirming a suggestion; nothing else raises one of these. A suspected
breach and a legal threat restrict the incident to named people in the same transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from incidents import escalation
from incidents.escalation import Raising
from incidents.lifecycle.moving import Move, moving, required, retried
from incidents.models import (
    BY_PERSON,
    RESTRICTING,
    Incident,
    Responder,
    Situation,
    SuggestedSituation,
    TimelineEntry,
)
from incidents.refusals import Refused

Kind = TimelineEntry.Kind
State = SuggestedSituation.State


@retried
def raise_situation(incident_id: int, *, situation: str, text: str, by: Responder, at: datetime) -> Incident:
    """A person says what happened; the matrix says who hears of it. Some situations also restrict who may see."""
    with moving(incident_id, "raise_situation", by=by, at=at) as move:
        if situation not in {str(one) for one in BY_PERSON}:
            raise Refused("Choose what happened.", "situation")
        _raise(move, Situation(situation), text)
    return move.incident


def _raise(move: Move, situation: Situation, text: str) -> None:
    incident = move.incident
    text = required(text, "text", "Say in a sentence what was said or seen.")
    if situation in incident.situations:
        raise Refused("That was raised already.", "situation")
    if situation in RESTRICTING:
        # Before a word of it is written: whatever listens to the record judges by how the incident stands then.
        shut(move, f"{situation.label}: for named people only.", [move.by] if move.by else [])
    incident.situations = [*incident.situations, str(situation)]
    move.write(Kind.SITUATION_RAISED, text, situation=str(situation), label=situation.label)
    cause = f"incident:{incident.pk}:{situation}:{incident.entry_count}"
    move.escalate(Raising(incident, situation, cause, text))
    # Whatever else suggested the same has its answer now.
    waiting = incident.suggested_situations.filter(situation=situation, state=State.OPEN)
    waiting.update(state=State.CONFIRMED, decided_at=move.at, decided_by=move.by, reason=text)


@retried
def suggest_situation(
    incident_id: int,
    *,
    situation: str,
    because: str,
    source: str,
    cause: str,
    words: str = "",
    link: str = "",
    at: datetime,
) -> SuggestedSituation | None:
    """Something that was read looks like one of the situations that only people raise; a person decides on the page.

    `source` says what was read (“Mail of Dana Reyes”), `because` why in a sentence, `words` quotes it, `link` is a path
    of ours. `cause` names what was read (`mail:17:legal_threat`): the same cause suggests once, for ever. None when it
    was suggested before or when the situation is raised already. Nothing is restricted and nobody is told by this.
    """
    if situation not in {str(one) for one in BY_PERSON}:
        raise ValueError(f"{situation!r} is not a situation that a person raises")
    if link and not (link.startswith("/") and not link.startswith("//")):
        raise ValueError("the link is a path of ours")
    with moving(incident_id, "suggest_situation", by=None, at=at) as move:
        incident = move.incident
        if situation in incident.situations or SuggestedSituation.objects.filter(cause=cause).exists():
            return None
        suggested = SuggestedSituation.objects.create(
            incident=incident,
            situation=situation,
            cause=cause,
            source=source[:120],
            because=because.strip(),
            words=words.strip()[:2000],
            link=link,
            suggested_at=move.at,
        )
        text = f"{Situation(situation).label}? {suggested.because} ({suggested.source}) A person decides."
        move.write(Kind.SITUATION_SUGGESTED, text, situation=situation, suggestion=suggested.pk)
    return suggested


@retried
def confirm_situation(suggestion_id: int, *, text: str, by: Responder, at: datetime) -> Incident:
    """Raises what was suggested, with a note of the person who confirms it."""
    with moving(_incident_of(suggestion_id), "raise_situation", by=by, at=at) as move:
        _raise(move, Situation(_undecided(suggestion_id).situation), text)
    return move.incident


@retried
def dismiss_situation(suggestion_id: int, *, reason: str, by: Responder, at: datetime) -> SuggestedSituation:
    """It is not that, with the reason; the same words are not suggested again."""
    with moving(_incident_of(suggestion_id), "dismiss_situation", by=by, at=at) as move:
        suggested = _undecided(suggestion_id)
        suggested.reason = required(reason, "reason", "Say why it is not that.")
        suggested.state, suggested.decided_at, suggested.decided_by = State.DISMISSED, move.at, by
        suggested.save(update_fields=["reason", "state", "decided_at", "decided_by"])
        label = suggested.get_situation_display()
        text = f"No {label[0].lower()}{label[1:]}: {suggested.reason}"
        move.write(Kind.SITUATION_DISMISSED, text, situation=suggested.situation, suggestion=suggested.pk)
    return suggested


def _incident_of(suggestion_id: int) -> int:
    return SuggestedSituation.objects.values_list("incident_id", flat=True).get(pk=suggestion_id)


def _undecided(suggestion_id: int) -> SuggestedSituation:
    """Read under the incident's lock, so that of two people who decide at once the second is told of the first."""
    rows = SuggestedSituation.objects.select_for_update(of=("self",)).select_related("decided_by")
    suggested = rows.get(pk=suggestion_id)
    if suggested.state != State.OPEN:
        did = "raised it" if suggested.state == State.CONFIRMED else "dismissed it"
        raise Refused(f"{suggested.decided_by} {did} already: {suggested.reason}")
    return suggested


@retried
def restrict(incident_id: int, *, people: Sequence[int], reason: str, by: Responder, at: datetime) -> Incident:
    """From now on only those named, those at work on it and roles that may see restricted incidents know of it.

    Whoever restricts it is named. Messages about it that have not left and that others would get are withdrawn.
    """
    with moving(incident_id, "restrict", by=by, at=at) as move:
        reason = required(reason, "reason", "Say why it is for named people only.")
        if move.incident.is_restricted:
            raise Refused("It is restricted already; change who is named instead.")
        shut(move, reason, [by, *_chosen(people)])
    return move.incident


@retried
def name_people(incident_id: int, *, people: Sequence[int], reason: str, by: Responder, at: datetime) -> Incident:
    """Sets who is named on a restricted incident: those left out may not see it any more, unless they work on it."""
    with moving(incident_id, "name_people", by=by, at=at) as move:
        incident = move.incident
        if not incident.is_restricted:
            raise Refused("It is not restricted; everybody may see it.")
        reason = required(reason, "reason", "Say why.")
        before, after = list(incident.named.all()), _chosen(people)
        added = [one for one in after if one not in before]
        gone = [one for one in before if one not in after]
        if not added and not gone:
            raise Refused("Those are the people who are named now.", "people")
        incident.named.set(after)
        if not incident.is_visible_to(by):
            raise Refused("You would not see it any more yourself; somebody else takes you off.", "people")
        said = [f"Named: {_names(added)}."] if added else []
        said += [f"No longer named: {_names(gone)}."] if gone else []
        facts: dict[str, Any] = {"added": [one.pk for one in added], "removed": [one.pk for one in gone]}
        move.write(Kind.PEOPLE_NAMED, f"{' '.join(said)} {reason}", **facts)
        escalation.hush(incident, at=move.at)
        for same in _merged_into(move):
            same.incident.named.set(after)
            same.write(Kind.PEOPLE_NAMED, f"As on {incident.reference}. {' '.join(said)}", **facts)
            same.finish()
    return incident


@retried
def lift_restriction(incident_id: int, *, reason: str, by: Responder, at: datetime) -> Incident:
    """Everybody may see it again; who was named stands on the record."""
    with moving(incident_id, "lift_restriction", by=by, at=at) as move:
        incident = move.incident
        if not incident.is_restricted:
            raise Refused("It is not restricted.")
        reason = required(reason, "reason", "Say why everybody may see it again.")
        incident.is_restricted = False
        move.write(Kind.RESTRICTION_LIFTED, reason, named=[one.pk for one in incident.named.all()])
        incident.named.clear()
        for same in _merged_into(move):
            same.incident.is_restricted = False
            same.write(Kind.RESTRICTION_LIFTED, f"As that of {incident.reference}.", named=[])
            same.incident.named.clear()
            same.finish()
    return incident


def shut(move: Move, reason: str, people: Iterable[Responder]) -> None:
    """Restricts the incident of a move and names people on it; where it is restricted, only adds those who lack.

    Duplicates that were merged into it tell the same story and follow it.
    """
    incident = move.incident
    known = set(incident.named.values_list("pk", flat=True))
    added = [one for one in dict.fromkeys(people) if one.pk not in known]
    incident.named.add(*added)
    names = f" Named: {_names(added)}." if added else ""
    facts: dict[str, Any] = {"added": [one.pk for one in added], "removed": []}
    if not incident.is_restricted:
        incident.is_restricted = True
        move.write(Kind.RESTRICTED, f"{reason}{names}", **facts)
        # The gate reads the row: what is hushed and told from here on is decided by how it stands now.
        incident.save(update_fields=["is_restricted"])
    elif added:
        move.write(Kind.PEOPLE_NAMED, names.strip(), **facts)
    escalation.hush(incident, at=move.at)
    for same in _merged_into(move):
        shut(same, f"Merged into {incident.reference}, which is restricted.", incident.named.all())
        same.finish()


def _merged_into(move: Move) -> list[Move]:
    """A move, in this transaction, for each duplicate that was merged straight into the incident of this one."""
    merged = Incident.objects.select_for_update(no_key=True).defer("search").filter(merged_into=move.incident)
    return [Move(one, move.verb, move.by, move.at) for one in merged.order_by("pk")]


def _chosen(people: Sequence[int]) -> list[Responder]:
    found = list(Responder.objects.filter(pk__in=people, is_active=True))
    if len(found) != len(set(people)):
        raise Refused("Choose people who are active here.", "people")
    return found


def _names(people: Iterable[Responder]) -> str:
    return ", ".join(str(one) for one in people)
