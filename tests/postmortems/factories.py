"""States of learning, made by verbs: a resolved SEV-1 with an open review, and what a close needs."""

from datetime import date, timedelta

from incidents import lifecycle
from incidents.facts import Resolution
from incidents.models import Incident, Responder
from postmortems import checks, prevention, reviews
from postmortems.checks import Run, Scenario
from postmortems.models import ActionKind, PreventionAction, RegressionCheck, Review
from postmortems.prevention import Plan
from tests.factories import ResponderFactory, Team, after

ANSWERS = {
    "what_failed": "The sender pool had no limit.",
    "root_cause": "Volume grew past what the domain had warmed up for.",
    "detected_late": "Nobody watched the bounce rate.",
    "missing_evidence": "none",
    "resolution": "Appealed and halved the volume.",
    "must_change": "Watch the bounce rate.",
    "client_cause": "Our sending volume grew too fast.",
    "client_changes": "We now watch the rate of bounces.",
}


class Learners(Team):
    """A team with a support lead and an administrator beside it."""

    def __init__(self, **client: object) -> None:
        super().__init__(**client)
        self.lead: Responder = ResponderFactory(name="Priya Nair", role="support_lead")
        self.admin: Responder = ResponderFactory(name="Sam Ortiz", role="administrator")

    def resolved(self, severity: int = 1) -> Incident:
        incident = self.to_verifying(severity)
        self.confirm(incident, at=after(hours=30))
        words = Resolution("Outreach paused", "Volume grew too fast.", "We appealed and slowed down.")
        return lifecycle.resolve(incident.pk, words, by=self.communicator, at=after(hours=31))

    def reviewed(self, severity: int = 1) -> tuple[Incident, Review]:
        incident = self.resolved(severity)
        reviews.sweep(now=after(hours=31, seconds=2))
        return incident, Review.objects.get(incident=incident)

    def answer(self, incident: Incident) -> None:
        at = after(hours=32)
        reviews.write(incident.pk, ANSWERS, edition=None, by=self.lead, at=at)
        reviews.add_safeguard(incident.pk, name="Bounce alert", worked=False, detail="", by=self.lead, at=at)

    def publish(self, incident: Incident) -> None:
        self.answer(incident)
        reviews.submit(incident.pk, by=self.lead, at=after(hours=33))
        reviews.sign(incident.pk, by=self.coordinator, at=after(hours=34))

    def plan(self, incident: Incident, **more: object) -> PreventionAction:
        facts = {
            "kind": ActionKind.objects.get(key="alert_tuning"),
            "title": "Alert on bounces over 2 %",
            "outcome": "A test reading of 2.1 opens an incident",
            "owner": self.resolver,
            "due_on": date(2026, 2, 10),
            **more,
        }
        return prevention.plan_action(incident.pk, Plan(**facts), by=self.lead, at=after(hours=35))  # type: ignore[arg-type]

    def verified(self, incident: Incident) -> PreventionAction:
        action = self.plan(incident)
        prevention.finish(incident.pk, action.pk, evidence="Change 479", by=self.resolver, at=after(hours=36))
        return prevention.verify(incident.pk, action.pk, text="Saw the alert", by=self.coordinator, at=after(hours=37))

    def check(self, incident: Incident, **more: object) -> RegressionCheck:
        scenario = Scenario("Import 40 dead addresses", "None may be sent to.", self.resolver, **more)  # type: ignore[arg-type]
        return checks.add(incident.pk, scenario, by=self.lead, at=after(hours=35))

    def passed(self, incident: Incident) -> RegressionCheck:
        check = self.check(incident)
        run = Run(True, "0 of 40 sent", after(hours=36))
        checks.run(incident.pk, check.pk, run, by=self.resolver, at=after(hours=36) + timedelta(minutes=1))
        check.refresh_from_db()
        return check
