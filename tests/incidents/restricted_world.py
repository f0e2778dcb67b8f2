"""Everything that an incident may leave behind, every text of it with one word, and all of it restricted."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from incidents import clocks, escalation, lifecycle
from incidents.detection import checks, heartbeats
from incidents.detection.heartbeats import Signal
from incidents.detection.intake.client_reports import Words, accept
from incidents.detection.models import CheckDefinition, ClientReport, Heartbeat, RunLine
from incidents.facts import Kept, Resolution
from incidents.models import AwaitingLetter, EscalationRule, Incident, Responder
from incidents.playbooks import verbs as playbooks
from incidents.playbooks.models import Playbook
from postmortems import checks as regression
from postmortems import gates, prevention, reviews, support
from postmortems.checks import Run
from postmortems.gates import Pause
from postmortems.models import Destination, RegressionCheck
from tests.detection.senders import Sender, alert
from tests.factories import after
from tests.postmortems.factories import ANSWERS, Learners

SECRET = "Zanzibar"
SEQUENCES = """
    SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, 0) FROM pg_sequences
    WHERE schemaname = 'public' AND sequencename LIKE '%\\_id\\_seq'
"""


def number_from_here() -> int:
    """Sets every table to go on from one number above all that were used: what is made from here has ids just above."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        found = cursor.fetchall()
        base = (max(last for _, last in found) // 1000 + 1) * 1000
        for name, _ in found:
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, base])
    return base


def tell(person: Responder, *situations: str) -> None:
    """Has this person told of these situations, by mail and in Allclear, again and again."""
    for situation in situations:
        rule = EscalationRule.objects.create(
            name=f"Tell {person}", situation=situation, channels=["email", "in_app"], repeat_minutes=30
        )
        rule.responders.add(person)


class RestrictedWorld:
    """Incidents from every door; `main` went the whole way to its gate. All are restricted at the end."""

    def __init__(self) -> None:
        self.team = Learners()
        self.main = self._main()
        self.incidents = [self.main, self._merged(), *self._noticed()]
        self._learned()
        for one in self.incidents:
            if one.closure != "merged":
                words = f"{SECRET} was seen"
                by, at = self.team.coordinator, timezone.now()
                lifecycle.raise_situation(one.pk, situation="data_breach", text=words, by=by, at=at)
        for one in self.incidents:
            one.refresh_from_db()

    def _main(self) -> Incident:
        team = self.team
        one = team.report(1, title=f"{SECRET} records in the wrong account", description=f"The {SECRET} list.")
        team.triage(one, at=after(minutes=5))
        team.acknowledge(one, at=after(minutes=10), brief=f"{SECRET} list", happening=f"The {SECRET} list was seen.")
        by: dict[str, Any] = {"by": team.resolver}
        lifecycle.note(one.pk, text=f"{SECRET} noted", at=after(minutes=11), **by)
        lifecycle.add_evidence(
            one.pk, name=f"{SECRET}.txt", content=SECRET.encode(), content_type="text/plain", at=after(minutes=12), **by
        )
        kept = Kept(f"{SECRET} 429", f"{SECRET} screen", after(minutes=3), "UTC", f"{SECRET}-1")
        lifecycle.keep_error(one.pk, kept, at=after(minutes=13), **by)
        run = playbooks.start(one.pk, Playbook.objects.filter(newest__isnull=False)[0].pk, at=after(minutes=14), **by)
        playbooks.stop(run.pk, reason=f"{SECRET} stopped", at=after(minutes=15), **by)
        lifecycle.suggest_situation(
            one.pk,
            situation="client_leaving",
            because=f"{SECRET} words",
            source=f"Mail of {SECRET}",
            cause="mail:1",
            words=f"We leave, says {SECRET}.",
            at=after(minutes=16),
        )
        lifecycle.investigate(one.pk, at=after(minutes=20), **by)
        # As if policy had asked for a second person: this one waits.
        words = team.letter(after(minutes=21), brief=f"{SECRET} list", happening=f"The {SECRET} list is closed.")
        AwaitingLetter.objects.create(
            incident=one,
            verb="update",
            words={**asdict(words), "next_update_by": after(hours=9).isoformat()},
            client_ids=one.client_ids,
            author=team.communicator,
            written_at=after(minutes=21),
            seq=one.entry_count,
        )
        clocks.sweep(now=after(hours=5))
        escalation.sweep(now=after(hours=6))
        return one

    def _merged(self) -> Incident:
        twin = self.team.report(2, title=f"{SECRET} twin", description=f"{SECRET} again", at=after(hours=1))
        into, by = self.main.pk, self.team.coordinator
        return lifecycle.merge(twin.pk, into_id=into, reason=f"{SECRET} twice", by=by, at=after(hours=7))

    def _noticed(self) -> list[Incident]:
        """Two from monitors, one from a client's form, one from a job, one from a check; each with what was sent."""
        now = timezone.now()
        monitor = Sender(systems=[self.team.system])
        monitor.alerts(alert(SECRET))
        other = Sender("generic", systems=[self.team.system])
        other.post(
            f"/api/v1/inbound/generic/{other.key}", {"title": f"{SECRET} is full", "key": "z", "status": "firing"}
        )
        form = Sender("form", systems=[self.team.system], client=self.team.client)
        accept(form.source, Words("Rory", f"The {SECRET} page", "At noon", "", "once"), at=now)
        told = ClientReport.objects.get()
        job = heartbeats.save_heartbeat(
            None, {"slug": "nightly", "name": "Nightly", "period_seconds": 3600, "grace_seconds": 600}, by=None, at=now
        )
        failed = Signal(kind="fail", body=f"{SECRET} has failed".encode())
        heartbeats.ping(failed, at=now, code=job.code)
        heartbeats.sweep(now=now + timedelta(seconds=1))
        check = CheckDefinition.objects.get(key="crm-review")
        run = checks.run_now(check.pk, by=self.team.coordinator, at=now)
        line = next(one for one in run.lines.all() if not one.is_automatic)
        checks.answer(run.pk, line.pk, outcome="failed", note=f"{SECRET} is off", by=self.team.coordinator, at=now)
        run.refresh_from_db()
        found = [
            *monitor.incidents(),
            *other.incidents(),
            told.incident,
            Heartbeat.objects.get().incident,
            run.incident,
        ]
        assert RunLine.objects.filter(note__contains=SECRET).exists()
        assert None not in found and len(set(found)) == 5
        return [one for one in found if one is not None]

    def _learned(self) -> None:
        """To the review, an action, a check, a change, a gate, a support report."""
        team, one = self.team, self.main
        told = Pause(reason=f"{SECRET} again", name=f"{SECRET} import", kind="workflow", owner=team.resolver)
        gates.pause(one.pk, told, by=team.resolver, at=after(hours=8))
        team.fix(one, at=after(hours=9))
        team.confirm(one, at=after(hours=30))
        words = Resolution(f"{SECRET} list", f"The {SECRET} list was shown.", f"The {SECRET} list is hidden.")
        lifecycle.resolve(one.pk, words, by=team.communicator, at=after(hours=31))
        reviews.sweep(now=after(hours=31, seconds=2))
        answers = {name: f"{SECRET}: {text}" for name, text in ANSWERS.items() if text != "none"}
        reviews.write(one.pk, {**ANSWERS, **answers}, edition=None, by=team.lead, at=after(hours=32))
        reviews.add_safeguard(one.pk, name=SECRET, worked=False, detail=SECRET, by=team.lead, at=after(hours=32))
        reviews.comment(one.pk, text=f"{SECRET}, says the lead", by=team.lead, at=after(hours=33))
        action = team.plan(one, title=f"{SECRET} alert", outcome=f"{SECRET} opens an incident")
        prevention.finish(one.pk, action.pk, evidence=f"{SECRET} 479", by=team.resolver, at=after(hours=36))
        check: RegressionCheck = team.check(one)
        ran = Run(True, f"{SECRET} not shown", after(hours=36))
        regression.run(one.pk, check.pk, ran, by=team.resolver, at=after(hours=37))
        report = support.draft(one.pk, by=team.lead, at=after(hours=38))
        sent = {
            "destination": Destination.objects.filter(is_active=True)[0],
            "destination_reason": f"{SECRET} answers 429.",
            "affected_user": "Dana Fox",
            "affected_screen": f"{SECRET} › Leads",
            "environment": {},
            "description": f"{SECRET} rows stay empty for a long time, with every client that was tried.",
            "steps": f"Open {SECRET}.",
            "excerpt": "",
        }
        support.write(one.pk, report.pk, sent, by=team.lead, at=after(hours=39))
