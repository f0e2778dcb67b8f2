"""What a step can cause, by name. A storey above replaces one with `supply`, without being imported from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from incidents import lifecycle
from incidents.lifecycle.moving import moving
from incidents.models import Incident, IncidentClient, Responder, Situation, TimelineEntry
from incidents.permissions import PERMISSIONS
from incidents.playbooks.shape import Step
from incidents.refusals import Refused
from incidents.spelling import in_utc


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and where an effect happens. `answers` are those of the step itself."""

    incident_id: int
    run_id: int
    playbook: str
    step: Step
    answers: Mapping[str, Any]
    options: Mapping[str, Any]
    by: Responder
    at: datetime


@dataclass(frozen=True, slots=True)
class Caused:
    """What came of it: a sentence for the run's page, and where it is to be found. Empty: nothing was left to do."""

    sentence: str = ""
    url: str = ""


Cause = Callable[[Occasion], Caused]


@dataclass(frozen=True, slots=True)
class Known:
    label: str
    do: Cause
    permission: str = ""


def cause(name: str, occasion: Occasion) -> Caused:
    """Does it in the transaction of the caller, who holds the incident's lock. Refused as the verb beneath refuses."""
    known = KNOWN[name]
    if known.permission and not occasion.by.has_perm(known.permission):
        what = PERMISSIONS[known.permission]
        raise Refused(f"This step also does: {known.label.lower()}. None of your roles may: “{what}”.")
    return known.do(occasion)


def supply(name: str, do: Cause, *, label: str = "", permission: str | None = None) -> None:
    """Replaces what `name` does, or adds it. Called once, when the storey above is ready."""
    before = KNOWN.get(name, Known(label or name, do))
    KNOWN[name] = replace(
        before,
        do=do,
        label=label or before.label,
        permission=before.permission if permission is None else permission,
    )


def pause_item(occasion: Occasion) -> Caused:
    """Writes the pause down as containment with the condition for its undoing (C-15)."""
    name = str(occasion.answers.get(occasion.options.get("item", "")) or "").strip()
    gate = str(occasion.options.get("gate", "")).strip()
    if not name:
        raise Refused("Name what is paused.", str(occasion.options.get("item", "")))
    text = f"Paused: {name}. Containment; may resume when: {gate or 'it was tested'}."
    facts: dict[str, Any] = {"item": name, "change_kind": "containment", "undo": gate, "run": occasion.run_id}
    with moving(occasion.incident_id, "note", by=occasion.by, at=occasion.at) as move:
        move.write(TimelineEntry.Kind.NOTED, text, **facts)
    return Caused(text)


def raise_situation(occasion: Occasion) -> Caused:
    situation = str(occasion.options.get("situation", ""))
    incident = _incident(occasion)
    if situation in incident.situations:
        return Caused("It was raised already.")
    text = f"{occasion.playbook}: {occasion.step.title}"
    lifecycle.raise_situation(occasion.incident_id, situation=situation, text=text, by=occasion.by, at=occasion.at)
    said = f"“{Situation(situation).label}” is raised; those on the matrix are told."
    restricted = _incident(occasion).is_restricted and not incident.is_restricted
    return Caused(f"{said} {incident.reference} is for named people only from now on." if restricted else said)


def start_outage(occasion: Occasion) -> Caused:
    incident = _incident(occasion)
    if incident.outage_started_at and not incident.outage_ended_at:
        return Caused(f"The outage timer runs since {in_utc(incident.outage_started_at)}.")
    answered = occasion.answers.get(str(occasion.options.get("began", "")))
    begun = datetime.fromisoformat(answered) if answered else None
    earlier = begun is not None and begun < incident.opened_at
    begun = incident.opened_at if earlier else begun
    lifecycle.start_outage(occasion.incident_id, by=occasion.by, at=occasion.at, occurred_at=begun)
    since = f"The outage timer runs since {in_utc(begun or occasion.at)}"
    return Caused(f"{since}, when the incident began; the outage is older." if earlier else f"{since}.")


def end_outage(occasion: Occasion) -> Caused:
    incident = _incident(occasion)
    if not incident.outage_started_at or incident.outage_ended_at:
        return Caused("No outage timer was running.")
    lifecycle.end_outage(occasion.incident_id, by=occasion.by, at=occasion.at)
    return Caused("The outage timer has ended.")


def pin_severity(occasion: Occasion) -> Caused:
    """Sets the severity; lowering it afterwards asks for a reason, as every reclassification does (B-101)."""
    incident, rank = _incident(occasion), int(occasion.options.get("severity", 1))
    if incident.severity <= rank:
        return Caused(f"It is SEV-{incident.severity} already.")
    if incident.status == Incident.Status.REPORTED:
        raise Refused(f"Triage {incident.reference} first: this playbook makes it SEV-{rank}.")
    reason = str(occasion.options.get("reason") or f"The playbook “{occasion.playbook}” says so.")
    lifecycle.reclassify(occasion.incident_id, severity=rank, reason=reason, by=occasion.by, at=occasion.at)
    return Caused(f"Set to SEV-{rank}; lowering it needs a reason.")


def owe_letter(occasion: Occasion) -> Caused:
    """Says on the record which clients are still to be told; the step cannot be ticked until they are."""
    names = untold(occasion.incident_id)
    if not names:
        return Caused("Every affected client has been told.")
    text = f"A letter is owed now to: {', '.join(names)}."
    with moving(occasion.incident_id, "note", by=occasion.by, at=occasion.at) as move:
        move.write(TimelineEntry.Kind.NOTED, text, owed="letter", run=occasion.run_id, step=occasion.step.key)
    return Caused(text)


def untold(incident_id: int) -> list[str]:
    """The affected clients to whom no letter has been written yet, by name."""
    waiting = IncidentClient.objects.filter(incident_id=incident_id, notified_at=None)
    return list(waiting.values_list("client__name", flat=True))


def _incident(occasion: Occasion) -> Incident:
    return Incident.objects.defer("search").get(pk=occasion.incident_id)


KNOWN: dict[str, Known] = {
    "pause_item": Known("Pause an item", pause_item, "note_incident"),
    "raise_situation": Known("Raise a situation", raise_situation, "note_incident"),
    "start_outage": Known("Start the outage timer", start_outage, "investigate_incident"),
    "end_outage": Known("End the outage timer", end_outage, "investigate_incident"),
    "pin_severity": Known("Set the severity", pin_severity),
    "owe_letter": Known("Owe the clients a letter", owe_letter),
}
