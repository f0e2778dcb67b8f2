"""A few months of believable history, and a handful of incidents in progress whose clocks really run.

Everything here happened through the verbs, at instants in the past: the record of the sample is a true record.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents import clocks, crm, crm_notes, digests, lifecycle
from incidents.facts import (
    Acknowledgement,
    Confirmation,
    Diagnosis,
    Fix,
    Isolation,
    Letter,
    Report,
    Resolution,
    Triage,
)
from incidents.models import Digest, Incident
from incidents.sample.world import World
from notifications.channels.rehearsed import Rehearsed
from notifications.models import OutboundMessage


@dataclass(frozen=True, slots=True)
class Plot:
    """One kind of incident: what breaks, how it reads to a client, what was the matter; then all that for clients."""

    title: str
    system: str
    severity: int
    source: str
    domain: str
    description: str
    happening: str
    cause: str
    done: str
    brief: str
    happened: str
    did: str


PLOTS = (
    Plot(
        "Outreach suspended for all senders",
        "outreach",
        1,
        "agent",
        "third_party",
        "Every sender shows “account suspended”; no outreach is leaving.",
        "Your outreach emails have stopped sending. No contacts were lost and replies still reach your inbox.",
        "The workspace was suspended for volume.",
        "Appealed with the sending logs, lowered the volume, moved two campaigns to the backup tool.",
        "Outreach paused",
        "Your sending was stopped because its volume had grown too fast.",
        "We lowered the volume and moved two campaigns to another tool.",
    ),
    Plot(
        "Lead enrichment returns 401 for every request",
        "enrichment",
        1,
        "monitoring",
        "ours",
        "The enrichment job fails with 401 since the key was rotated; no leads flow.",
        "New leads are not being enriched. Leads already in your CRM are unaffected.",
        "An API key was rotated without updating the worker.",
        "Put the new key in place and replayed the failed batch.",
        "New leads are not being enriched",
        "We changed a key, and one of our own systems went on using the old one.",
        "We put the new key in place and ran again what had failed.",
    ),
    Plot(
        "CRM sync drops contacts without an owner",
        "crm",
        2,
        "client",
        "ours",
        "Contacts without an owner are skipped by the sync since a new required field appeared.",
        "Some new contacts are not reaching your CRM. Nothing was deleted and we hold every record.",
        "A new required field made the sync skip contacts without an owner.",
        "Mapped the field with a default and backfilled the skipped contacts.",
        "Some contacts missing in your CRM",
        "A new required field made our sync pass over contacts without an owner.",
        "We gave the field a default and sent the contacts that were missing.",
    ),
    Plot(
        "Bounce rate above 10 % on one sequence",
        "email",
        2,
        "monitoring",
        "ours",
        "Bounce rate 11.4 % over 24 hours on the Tuesday sequence.",
        "One of your email sequences is paused while we check its addresses.",
        "A list was imported without verification.",
        "Verified the list, removed 214 addresses, resumed at half volume.",
        "One email sequence paused",
        "A list had been imported without checking its addresses.",
        "We checked the list, removed 214 addresses and started again at half volume.",
    ),
    Plot(
        "Replies are classified hours late",
        "model",
        2,
        "monitoring",
        "third_party",
        "Model calls time out; the reply queue is four hours behind.",
        "Replies to your campaigns are being sorted later than usual.",
        "The first model in the cascade timed out and the fallback was not reached.",
        "Lowered the time-out so that the fallback takes over.",
        "Replies sorted late",
        "The first step that sorts replies was slow, and the second was not reached.",
        "We made the second step take over sooner.",
    ),
    Plot(
        "Weekly report shows last week’s totals",
        "reporting",
        3,
        "client",
        "ours",
        "The report job read a stale snapshot.",
        "Your weekly report shows the totals of the week before.",
        "The snapshot job had been disabled during maintenance.",
        "Enabled the job and sent the corrected report.",
        "Weekly report shows last week’s totals",
        "The job that prepares the report had been switched off during maintenance.",
        "We switched it on again and sent the corrected report.",
    ),
    Plot(
        "Duplicate companies after an import",
        "crm",
        3,
        "agent",
        "client",
        "An import without domains created 63 duplicates.",
        "Some companies appear twice in your CRM.",
        "The import file had no domains to match by.",
        "Merged the duplicates and guided the client through the import settings.",
        "Duplicate companies in your CRM",
        "The import file had no domains to match companies by.",
        "We merged the duplicates and went through the import settings with you.",
    ),
    Plot(
        "Typo in the second follow-up template",
        "email",
        4,
        "review",
        "ours",
        "“Recieve” in the second follow-up.",
        "A typo in one template.",
        "Nobody proofread the template.",
        "Corrected the template.",
        "A typo in one template",
        "A template had not been proofread.",
        "We corrected it.",
    ),
)


class Storyteller:
    """Lives incidents through the verbs at past instants; `luck` is seeded, so each load tells the same story."""

    def __init__(self, world: World, now: datetime, seed: int = 7) -> None:
        # The last one of the sample is left for somebody to close.
        self.closing = True
        self.world = world
        self.now = now
        self.luck = random.Random(seed)  # noqa: S311 (a story, not a secret)

    def learn(self, incident: Incident, over: datetime) -> None:
        """What follows a resolution, until a storey above tells more of it."""
        if incident.severity > 2:
            return
        where, by = "Review held; prevention assigned.", self.world.people["sam"]
        lifecycle.record_review(incident.pk, text=where, by=by, at=over + timedelta(days=1))

    def history(self, count: int, days: int) -> None:
        """`count` incidents over the last `days`, all of them over."""
        for index in range(count):
            ago = timedelta(days=days - index * (days - 5) / count, hours=self.luck.uniform(0, 20))
            weights = (2, 2, 4, 4, 3, 5, 4, 3)
            plot = self.luck.choices(PLOTS, weights)[0]
            incident = self.begin(plot, self.now - ago)
            self.finish(incident, plot)

    def begin(self, plot: Plot, at: datetime, *, clients: tuple[str, ...] = ()) -> Incident:
        """Reports and triages one incident."""
        people = self.world.people
        names = clients or (self.luck.choice(list(self.world.clients)),)
        ids = tuple(self.world.clients[name].pk for name in names)
        if plot.severity == 3:
            digests.sweep(now=at)
        return lifecycle.report(
            Report(
                title=plot.title,
                description=plot.description,
                severity=plot.severity,
                source=plot.source,
                detected_at=at,
                client_reported_at=at if plot.source == "client" else None,
                # Not by luck, so that the story stays the same.
                impact_started_at=at - timedelta(minutes=len(plot.description) % 47 + 3),
                client_ids=ids,
                reporting_client_ids=ids[:1] if plot.source == "client" else (),
                system_ids=(self.world.systems[plot.system].pk,),
                production_affected=plot.severity < 3,
            ),
            by=people["devin" if plot.source == "agent" else "alfred"],
            at=at + timedelta(minutes=self.luck.uniform(0.5, 4)),
        )

    def triage(self, incident: Incident, at: datetime, resolver: str = "devin") -> None:
        people = self.world.people
        lifecycle.triage(
            incident.pk,
            Triage(
                severity=incident.severity,
                client_ids=tuple(incident.client_ids),
                system_ids=tuple(incident.system_ids),
                resolver_id=people[resolver].pk,
                communicator_id=people["rick"].pk,
                coordinator_id=people["alfred"].pk,
            ),
            by=people["alfred"],
            at=at,
        )

    def acknowledge(self, incident: Incident, plot: Plot, at: datetime) -> None:
        needs = lifecycle.acknowledgement_needs(incident)
        if needs == "letter":
            promised = at + timedelta(hours=1 if incident.severity == 1 else 4)
            letter = Letter(brief=plot.brief, happening=plot.happening, next_update_by=promised)
            told = Acknowledgement(letter=letter)
        elif needs == "schedule":
            told = Acknowledgement(scheduled_fix_on=(at + timedelta(days=3)).date())
        else:
            words = plot.happening if lifecycle.digests_owed(incident) else ""
            told = Acknowledgement(note="Seen; goes into the next scheduled update.", sentence=words)
        lifecycle.acknowledge(incident.pk, told, by=self.world.people["rick"], at=at)

    def investigate(self, incident: Incident, plot: Plot, at: datetime, by: str = "devin") -> None:
        person = self.world.people[by]
        lifecycle.investigate(incident.pk, by=person, at=at)
        found = Diagnosis(logs=plot.description, status_pages="All green.")
        lifecycle.diagnose(incident.pk, found, by=person, at=at + timedelta(minutes=9))
        isolation = Isolation(
            fault_domain=plot.domain,
            finding=plot.cause,
            workaround_possible="yes" if plot.domain == "third_party" else "",
            guidance="Showed the import settings on a call." if plot.domain == "client" else "",
        )
        lifecycle.isolate(incident.pk, isolation, by=person, at=at + timedelta(minutes=14))

    def fix(self, incident: Incident, plot: Plot, at: datetime, by: str = "devin") -> None:
        person = self.world.people[by]
        if plot.domain == "third_party":
            lifecycle.end_outage(incident.pk, by=person, at=at - timedelta(minutes=1))
        confirmed = "The client saw it work." if plot.domain == "client" else ""
        lifecycle.fix(
            incident.pk,
            Fix(plot.title, plot.cause, plot.done, "Ran the failing case again: passes.", plot.domain, confirmed),
            by=person,
            at=at,
        )
        checked = Confirmation(plot.title, "The failing case passes end to end.", "Log of the run kept.")
        lifecycle.confirm(incident.pk, checked, by=person, at=at + timedelta(minutes=12))

    def finish(self, incident: Incident, plot: Plot) -> None:
        """The rest of the life of an incident that is over; one in eight was acknowledged or fixed too late."""
        policy = clocks.policy_of(incident.policy_version_id).terms(incident.severity)
        slow = 1.25 if self.luck.random() < 0.12 else self.luck.uniform(0.15, 0.8)
        opened = incident.opened_at
        acknowledged = opened + timedelta(seconds=policy.acknowledge.target_seconds * slow)
        triaged = min(opened + timedelta(minutes=self.luck.uniform(5, 15)), acknowledged)
        self.triage(incident, triaged)
        incident.refresh_from_db()
        clocks.sweep(now=acknowledged)
        self.acknowledge(incident, plot, acknowledged)
        late = 1.2 if self.luck.random() < 0.1 else self.luck.uniform(0.3, 0.85)
        fixed = max(
            opened + timedelta(seconds=policy.resolve.target_seconds * late), acknowledged + timedelta(minutes=30)
        )
        self.investigate(incident, plot, acknowledged + timedelta(minutes=2))
        if lifecycle.acknowledgement_needs(incident) == "letter" and self.luck.random() < 0.9:
            last = Letter(plot.title, "We know what it is and are putting it right.", is_last=True)
            told = min(acknowledged + timedelta(minutes=52), fixed - timedelta(minutes=5))
            clocks.sweep(now=told)
            lifecycle.update(incident.pk, last, by=self.world.people["rick"], at=told)
        clocks.sweep(now=fixed)
        waited = bool(lifecycle.digests_owed(incident))
        if waited:
            self.run_updates(fixed)
        self.fix(incident, plot, fixed)
        over = fixed + timedelta(seconds=policy.verification_seconds + 60)
        clocks.sweep(now=over)
        if waited:
            self.run_updates(over)
        people = self.world.people
        done = Resolution(brief=plot.brief, happened=plot.happened, did=plot.did)
        lifecycle.resolve(incident.pk, done, by=people["rick"], at=over)
        self.close(incident, over)

    def close(self, incident: Incident, over: datetime) -> None:
        people = self.world.people
        self.write_notes(incident, over)
        for escalation in incident.escalations.filter(taken_at=None, ended_at=None):
            lifecycle.take_escalation(escalation.pk, by=people["clayton"], at=over + timedelta(minutes=10))
        if not self.closing:
            return
        self.learn(incident, over)
        told = self.update_clients(incident, over)
        if told is None:
            return
        deliver(before=told + timedelta(days=1))
        lifecycle.close(incident.pk, by=people["alfred"], at=told + timedelta(days=1, hours=2))

    def run_updates(self, until: datetime) -> None:
        """Scheduled updates left on their days, up to that instant."""
        while due := Digest.objects.filter(settled_at=None, due_at__lte=until).order_by("due_at").first():
            digests.sweep(now=due.due_at)

    def update_clients(self, incident: Incident, over: datetime) -> datetime | None:
        """When everybody has read of its end in a scheduled update; None while one of them is still to come."""
        incident.refresh_from_db()
        last = over
        while owed := lifecycle.digests_owed(incident):
            clients = [row.client_id for row in owed]
            last = Digest.objects.filter(client__in=clients, settled_at=None).order_by("due_at")[0].due_at
            if last > self.now:
                return None
            self.run_updates(last)
        return last

    def write_notes(self, incident: Incident, over: datetime) -> None:
        """HubSpot took the notes at once; where a client has no deal, somebody wrote one by hand.

        Of the incident that is left to close, the deal of one client is gone: its note is still owed.
        """
        notes = list(incident.crm_notes.select_related("client"))
        told = crm_notes.messages(notes)
        for note in notes:
            if note.pk in told and not self.closing and note == notes[-1]:
                lost = f"HubSpot 404: there is no deal {note.client.crm_reference}"
                self.fate(told[note.pk], over + timedelta(seconds=4), state="dead", last_error=lost)
            elif note.pk in told:
                fate = {"state": "sent", "provider_reference": Rehearsed().send(told[note.pk])}
                self.fate(told[note.pk], over + timedelta(seconds=4), **fate)
            else:
                at = over + timedelta(minutes=9)
                lifecycle.settle_note(note.pk, reference=f"note/{incident.pk}", by=self.world.people["rick"], at=at)
        crm.sweep(now=over + timedelta(seconds=8))

    def fate(self, message: OutboundMessage, at: datetime, **told: str) -> None:
        """What became of a message in the past; nothing of the sample ever leaves."""
        sent = {"sent_at": at} if told["state"] == "sent" else {}
        OutboundMessage.objects.filter(pk=message.pk).update(
            attempts=1, handoff_at=at, settled_at=at, due_at=None, **sent, **told
        )


def deliver(*, before: datetime) -> None:
    """History's messages were delivered in history: they are marked as sent and never leave now."""
    waiting = OutboundMessage.objects.filter(state="pending", created_at__lte=before).exclude(channel="crm")
    for message in waiting.only("pk", "created_at").iterator():
        sent = message.created_at + timedelta(seconds=2)
        OutboundMessage.objects.filter(pk=message.pk).update(state="sent", sent_at=sent, settled_at=sent)
