"""Where a run stands: what is needed, what is not, what is still open before it can be finished."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.models import Incident
from incidents.playbooks import conditions
from incidents.playbooks.effects import untold
from incidents.playbooks.models import RunStep
from incidents.playbooks.shape import Body, Step

REQUIRED, OPTIONAL, NOT_NEEDED, UNDECIDED = "required", "optional", "not needed", "not known yet"


@dataclass(frozen=True, slots=True)
class Known:
    """All that conditions are judged by: answers as `step.field`, facts of the incident as `incident.…`."""

    values: Mapping[str, Any]
    acknowledged: bool
    untold: tuple[str, ...]

    def followed(self, step: Step) -> str:
        """Why a step that follows from the incident cannot be ticked yet; empty when it can."""
        if step.follows == "acknowledged" and not self.acknowledged:
            return "The acknowledgement is not on the record yet."
        if step.follows == "clients_told" and self.untold:
            return f"No letter yet to: {', '.join(self.untold)}."
        return ""


def known(incident: Incident, rows: Iterable[RunStep], now: datetime) -> Known:
    values: dict[str, Any] = {f"{row.key}.{key}": value for row in rows for key, value in row.answers.items()}
    minutes = 0.0
    if incident.outage_started_at:
        until = incident.outage_ended_at or now
        minutes = max(0.0, (until - incident.outage_started_at).total_seconds() / 60)
    values |= {
        "incident.outage_minutes": minutes,
        "incident.severity": incident.severity,
        "incident.source": incident.source,
        "incident.clients": len(incident.client_ids),
    }
    names = () if incident.is_internal else tuple(untold(incident.pk))
    return Known(values, incident.acknowledged_at is not None, names)


def need(step: Step, known: Known) -> str:
    """Whether a step has to be done, as things stand."""
    if step.optional:
        return OPTIONAL
    verdict = conditions.holds(step.when, known.values)
    return UNDECIDED if verdict is None else REQUIRED if verdict else NOT_NEEDED


def unfinished(body: Body, rows: Mapping[str, RunStep], known: Known, read: set[str]) -> list[str]:
    """What stands before finishing the run, as sentences. `read` has the keys of prohibitions somebody has read."""
    numbers, left = body.numbers(), []
    for step in body.steps:
        name = f"Step {numbers[step.key]}" if step.key in numbers else f"“{step.title}”"
        if step.is_prohibited:
            if step.key not in read:
                left.append(f"Nobody has read the prohibition “{step.title}” yet.")
        elif rows[step.key].state == RunStep.State.TODO:
            match need(step, known):
                case "required":
                    left.append(f"{name} is to do: {step.title}.")
                case "not known yet":
                    left.append(f"{name} depends on an answer that is still missing.")
    return left
