"""A team at work on a triaged incident with a playbook; verbs make the states."""

from datetime import datetime
from typing import Any

from incidents.models import Incident, Responder
from incidents.playbooks import verbs
from incidents.playbooks.models import Playbook, Run, RunStep
from tests.factories import Team, after


def playbook(shipped: str) -> Playbook:
    return Playbook.objects.select_related("newest").get(shipped=shipped)


class Following:
    """A run of a shipped playbook on a triaged incident; `do` ticks, `save` keeps, `state` reads."""

    def __init__(self, shipped: str, severity: int = 2, **incident: Any) -> None:
        self.team = Team()
        reported = self.team.report(severity, **incident)
        self.incident: Incident = self.team.triage(reported, at=after(minutes=1))
        self.by: Responder = self.team.resolver
        self.playbook = playbook(shipped)
        self.run: Run = verbs.start(self.incident.pk, self.playbook.pk, by=self.by, at=after(minutes=2))

    def do(self, key: str, at: datetime | None = None, *, checks: Any = (), note: str = "", **answers: Any) -> RunStep:
        return self._record(key, True, at, checks, note, answers)

    def save(
        self, key: str, at: datetime | None = None, *, checks: Any = (), note: str = "", **answers: Any
    ) -> RunStep:
        return self._record(key, False, at, checks, note, answers)

    def _record(self, key: str, done: bool, at: Any, checks: Any, note: str, answers: dict[str, Any]) -> RunStep:
        found = {name.replace("_", "-"): value for name, value in answers.items()}
        moment = at or after(minutes=5)
        return verbs.record_step(
            self.run.pk, key, answers=found, checks=checks, note=note, done=done, by=self.by, at=moment
        )

    def read(self, key: str, by: Responder | None = None) -> None:
        verbs.acknowledge_prohibition(self.run.pk, key, by=by or self.by, at=after(minutes=3))

    def step(self, key: str) -> RunStep:
        return self.run.steps.get(key=key)

    def told(self) -> list[str]:
        return list(self.incident.timeline.order_by("seq").values_list("kind", flat=True))
