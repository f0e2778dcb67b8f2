"""What the sample workspace learned: reviewed incidents, one review in draft, one piece of work that is held."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from incidents import lifecycle
from incidents.facts import Kept
from incidents.models import Client, Clock, Incident, Responder, Role
from incidents.sample.story import PLOTS, Storyteller, deliver
from postmortems import checks, confirming, gates, letters, prevention, reviews
from postmortems.checks import Run, Scenario
from postmortems.confirming import Limit
from postmortems.explaining import explain_breach
from postmortems.gates import Pause
from postmortems.letters import Postmortem
from postmortems.models import ActionKind, LookBack, PreventionAction, Review
from postmortems.prevention import Plan
from postmortems.readiness import form_required, owed_letters
from postmortems.sample_words import Lesson, lesson

ANSWERS = {
    "detected_late": "The check ran once an hour; failures waited for its next run.",
    "missing_evidence": "none",
    "must_change": "Check every five minutes, and try each key once a day.",
    "factors": "A step was missing in the runbook.",
    "went_well": "Failed leads were queued and none was lost.",
    "client_changes": "We now check every five minutes and have added the missing step.",
}


class Learner:
    """Lives what follows a resolution, through the verbs, at the instants of the story."""

    def __init__(self, people: dict[str, Responder]) -> None:
        self.people = people
        self.lead = people["sam"]
        self.second = people["alfred"]

    def learn(self, incident: Incident, over: datetime) -> None:
        """Everything that an honest close needs, a day after the resolution; the short form for what came again."""
        at = over + timedelta(hours=20)
        incident.refresh_from_db()
        form = form_required(incident)
        if not form:
            return
        self.answer(incident, at)
        reviews.submit(incident.pk, by=self.lead, at=at + timedelta(minutes=30))
        reviews.sign(incident.pk, by=self.second, at=at + timedelta(hours=1))
        if form == Review.Form.SHORT:
            return
        time = Incident.objects.filter(title=incident.title, opened_at__lt=incident.opened_at).count()
        learned = lesson(incident.title, time)
        kind = ActionKind.objects.get(key=learned.kind)
        action = self.plan(incident, at, learned.action, kind, learned.outcome)
        owner = self.people["devin"]
        done = learned.reference.rsplit("/", 1)[-1]
        prevention.finish(incident.pk, action.pk, evidence=f"See {done}", by=owner, at=at + timedelta(hours=2))
        prevention.verify(
            incident.pk,
            action.pk,
            text="Saw the alert fire on a test",
            by=self.second,
            at=at + timedelta(hours=2, minutes=9),
        )
        self.check(incident, at, learned)
        self.change(incident, learned, time, at + timedelta(hours=2, minutes=40))
        if owed_letters(incident):
            words = Postmortem(incident.brief or incident.title[:120], incident.cause, ANSWERS["client_changes"])
            words = Postmortem(words.brief, words.cause, words.changes, "The cause is confirmed.")
            letters.send(incident.pk, words, by=self.second, at=at + timedelta(hours=3))

    def answer(self, incident: Incident, at: datetime) -> None:
        reviews.sweep(now=at - timedelta(hours=19))
        told = {**ANSWERS, "client_cause": incident.cause}
        reviews.write(incident.pk, told, edition=None, by=self.lead, at=at)
        for name, worked in (("Failed leads are queued", True), ("Hourly error check", False)):
            reviews.add_safeguard(incident.pk, name=name, worked=worked, detail="", by=self.lead, at=at)

    def change(self, incident: Incident, learned: Lesson, time: int, at: datetime) -> None:
        """What changed; a fifth time the same shows that the change of before was not in force yet, and two agree."""
        kind, text, reference, day = learned.change, learned.text, learned.reference, timezone.localdate(at)
        if time == 4:
            text = f"“{text}” was decided before and came a day too late; nothing else is to change."
            kind, reference = "none", ""
        row = prevention.document_change(
            incident.pk,
            kind=kind,
            text=text,
            reference=reference,
            changed_on=day if reference else None,
            by=self.lead,
            at=at,
        )
        if kind == "none":
            prevention.sign_no_change(incident.pk, row.pk, by=self.second, at=at + timedelta(minutes=5))

    def plan(
        self,
        incident: Incident,
        at: datetime,
        title: str,
        kind: ActionKind,
        outcome: str = "A forced failure opens an incident within six minutes.",
    ) -> PreventionAction:
        day = timezone.localdate(at + timedelta(days=9))
        plan = Plan(kind, title, outcome, self.people["devin"], day)
        return prevention.plan_action(incident.pk, plan, by=self.lead, at=at + timedelta(hours=1, minutes=5))

    def check(self, incident: Incident, at: datetime, learned: Lesson) -> None:
        scenario = Scenario(learned.check, learned.outcome, self.lead, False, 180)
        check = checks.add(incident.pk, scenario, by=self.lead, at=at + timedelta(hours=2, minutes=20))
        run = Run(True, "As it should: seen on the test workspace", at + timedelta(hours=2, minutes=30))
        checks.run(incident.pk, check.pk, run, by=self.people["jonas"], at=at + timedelta(hours=2, minutes=31))

    def checks_to_see_to(self, incident: Incident, now: datetime) -> None:
        """One that nobody has run yet, and one whose pass counted for a day."""
        at, by = now - timedelta(hours=17), self.lead
        never = Scenario("Revoke one provider key", "Leads wait in the queue and the next provider takes over.", by)
        checks.add(incident.pk, never, by=by, at=at)
        daily = Scenario("Try each key from outside", "Every key answers.", self.people["devin"], False, 1)
        check = checks.add(incident.pk, daily, by=by, at=at)
        run = Run(True, "5 of 5 keys answered", now - timedelta(hours=26))
        checks.run(incident.pk, check.pk, run, by=self.people["devin"], at=at + timedelta(minutes=4))
        checks.sweep(now=now - timedelta(hours=1))

    def failing(self, incident: Incident, now: datetime) -> None:
        """What CI runs and what still fails, so that the gate stays shut."""
        scenario = Scenario(
            "Import 40 dead addresses", "The list is refused and nobody is written to.", self.people["devin"], True, 7
        )
        check = checks.add(incident.pk, scenario, by=self.lead, at=now - timedelta(hours=5, minutes=50))
        run = Run(False, "38 of 40 refused; 2 reached the pool", now - timedelta(hours=5), "CI, nightly")
        checks.run(incident.pk, check.pk, run, by=None, at=now - timedelta(hours=5))


WHY = (
    ("not_assigned", "Reported on a Friday evening; nobody looked before Monday"),
    ("nobody_on_call", "Nobody on call overnight"),
    ("first_fix_failed", "The first fix failed its watch"),
    ("access", "The backup credentials had expired"),
    ("waited_provider", "The provider’s support answered after nine hours"),
    ("no_fallback", "No backup provider was set up"),
)


def explain(people: dict[str, Responder], now: datetime) -> int:
    """Why promises were broken in the months before; every fifth still has no reason. Returns how many were told."""
    late = Clock.objects.exclude(breached_at=None).filter(incident__is_open=False, kind__in=("acknowledge", "resolve"))
    told = [clock for number, clock in enumerate(late.order_by("pk")) if number % 5 != 4]
    for number, clock in enumerate(told):
        kind, text = WHY[number % len(WHY)]
        explain_breach(clock.pk, kind=kind, text=text, by=people["sam"], at=now - timedelta(hours=20))
    return len(told)


def look_back(people: dict[str, Responder], now: datetime) -> None:
    """Each day of looking back that has come was answered a day later; those of the last week wait for an answer."""
    told = LookBack.objects.filter(due_at__lt=now - timedelta(days=8)).select_related("action__incident")
    for row in told.order_by("due_at"):
        before = row.action.incident
        since = (row.due_at - timedelta(days=row.days), row.due_at)
        again = Incident.objects.filter(title=before.title, opened_at__range=since).exists()
        text = "It happened once more since." if again else "No alert and no report of it since."
        at = row.due_at + timedelta(days=1)
        prevention.look_back(before.pk, row.pk, came_back=again, text=text, by=people["devin"], at=at)


def set_scene(teller: Storyteller) -> None:
    """A SEV-2 resolved yesterday whose review is a draft, and senders that are held by their bounce rate."""
    people, now = teller.world.people, teller.now
    look_back(people, now)
    learner = Learner(people)
    fresh = teller.begin(PLOTS[1], now - timedelta(days=3), clients=("northwind", "harbor"))
    teller.closing = False
    teller.finish(fresh, PLOTS[1])
    fresh.refresh_from_db()
    learner.answer(fresh, now - timedelta(hours=20))
    reviews.write(fresh.pk, {"missing_evidence": ""}, edition=None, by=people["sam"], at=now - timedelta(hours=19))
    learner.plan(
        fresh, now - timedelta(hours=18), "Try every provider key once a day", ActionKind.objects.get(key="tests")
    )
    learner.checks_to_see_to(fresh, now)
    deliver(before=now - timedelta(hours=20))
    bouncing = Incident.objects.filter(title=PLOTS[3].title, is_open=True).first()
    if bouncing is not None:
        _hold_senders(bouncing, people, now)


def _hold_senders(incident: Incident, people: dict[str, Responder], now: datetime) -> None:
    at = now - timedelta(hours=14)
    kept = Kept(
        "550 5.1.1 user unknown (11.4 % of 412)", "Instantly › Campaigns › Bounces", at, "Europe/London", "ERR-5127"
    )
    lifecycle.keep_error(incident.pk, kept, by=people["priya"], at=at)
    told = Pause(
        reason="11.4 % bounces; every letter makes it worse",
        name="Outreach sender pool",
        kind="tool",
        scope="6 senders",
        client=Client.objects.filter(pk__in=incident.client_ids).first(),
        owner=people["devin"],
        undo="Resume the six senders one after the other",
        partial_scope="2 of 6 senders, 40 a day",
        limits=(Limit("bounce-rate", "Bounce rate under 2 %", "<", Decimal(2), "%", subject="sender pool"),),
    )
    gate = gates.pause(incident.pk, told, by=people["priya"], at=at + timedelta(minutes=4))
    for hours, value in ((12, "5.1"), (8, "3.2"), (4, "2.4")):
        taken = now - timedelta(hours=hours)
        confirming.read(
            "bounce-rate", Decimal(value), taken_at=taken, source="Warm-up sends", at=taken, subject="sender pool"
        )
    row = gate.criteria.get(key="owner")
    if Role.objects.filter(holdings__responder=people["sam"], permissions__contains=["confirm_evidence"]).exists():
        confirming.confirm(
            incident.pk,
            gate.pk,
            row.pk,
            evidence="Devin, until normal scope",
            by=people["sam"],
            at=now - timedelta(hours=3),
        )
    learner = Learner(people)
    learner.plan(
        incident,
        now - timedelta(hours=6),
        "Verify every list before import",
        ActionKind.objects.get(key="source_correction"),
    )
    learner.failing(incident, now)


def unfinished() -> int:
    """How many reviews the sample leaves in draft; for the sentence at its end."""
    return Review.objects.filter(state=Review.State.DRAFT).count()
