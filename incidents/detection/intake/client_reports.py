"""A client's own words, by form or by e-mail: kept as they were written, and an incident with the client attached."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from incidents import lifecycle
from incidents.detection.intake import world
from incidents.detection.intake.alerts import MOST_TEXT, Alert, one_line
from incidents.detection.intake.opening import say_what_fits
from incidents.detection.intake.routing import decide
from incidents.detection.models import ClientReport, InboundSource
from incidents.facts import Report
from incidents.models import Incident
from incidents.refusals import Refused

log = logging.getLogger(__name__)
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 20


@dataclass(frozen=True, slots=True)
class Words:
    """What was written. `once` makes the same report the same."""

    once: str
    not_working: str
    stopped: str = ""
    changes: str = ""
    subject: str = ""
    sender_name: str = ""
    sender_address: str = ""
    client_id: int | None = None


def accept(source: InboundSource, words: Words, *, at: datetime) -> ClientReport:
    """Keeps a report and opens its incident, or adds it to the one that it answers; the same one twice is kept once.

    Refuses more than 20 an hour from one source.
    """
    with transaction.atomic():
        InboundSource.objects.select_for_update(no_key=True).get(pk=source.pk)
        known = _same(source, words, at)
        if known is not None:
            return known
        if ClientReport.objects.filter(source=source, received_at__gt=at - AN_HOUR).count() >= MOST_AN_HOUR:
            raise Refused("Too many reports in the last hour. Please telephone, or try again later.")
        report = ClientReport.objects.create(
            source=source,
            client_id=words.client_id or source.client_id,
            received_at=at,
            sender_name=words.sender_name[:120],
            sender_address=words.sender_address[:254],
            subject=words.subject[:300],
            not_working=words.not_working,
            stopped=words.stopped,
            changes=words.changes,
            once=words.once,
        )
        try:
            with transaction.atomic():
                _become(report, words, at)
        except Exception as error:
            # Kept whatever happens; the page of the source shows it as not opened.
            log.exception("client report %s opened no incident", report.pk)
            report.incident, report.outcome = None, f"Not opened: {error}"[:200]
        report.save()
    return report


def _same(source: InboundSource, words: Words, at: datetime) -> ClientReport | None:
    """The same report sent again. A form that the browser fetched anew has a new `once`: its words then tell."""
    rows = ClientReport.objects.filter(source=source)
    if source.kind != InboundSource.Kind.FORM:
        return rows.filter(once=words.once).first()
    again = rows.filter(
        received_at__gt=at - AN_HOUR,
        not_working=words.not_working,
        stopped=words.stopped,
        changes=words.changes,
        sender_name=words.sender_name[:120],
        sender_address=words.sender_address[:254],
    )
    return rows.filter(once=words.once).first() or again.first()


def _become(report: ClientReport, words: Words, at: datetime) -> None:
    kept = world.fresh()
    sender = kept.sources[report.source_id]
    title = one_line(words.subject or words.not_working, 200) or "Client report"
    labels = {"from": words.sender_address, "subject": words.subject}
    route = decide(kept, sender, Alert(key="report", title=title, text=words.not_working, labels=labels), at=at)
    if not route.wants:
        report.outcome = f"Kept only: {route.rule or route.silence}"[:200]
        return
    client_id = report.client_id or route.client_id
    incident = lifecycle.report(
        Report(
            title=title,
            description=told(report),
            severity=route.severity,
            source=Incident.Source.CLIENT,
            detected_at=at,
            client_reported_at=at,
            client_ids=(client_id,) if client_id else (),
            reporting_client_ids=(client_id,) if client_id else (),
            system_ids=route.system_ids,
        ),
        by=None,
        at=at,
    )
    say_what_fits(incident.pk, route, sender, now=at)
    report.incident, report.client_id, report.outcome = incident, client_id, "Opened an incident"


QUESTIONS = (
    ("not_working", "What specifically isn’t working?"),
    ("stopped", "When did it stop?"),
    ("changes", "Any changes on your end?"),
)


def told(report: ClientReport) -> str:
    """The client's words under the questions that were asked; an e-mail is its text alone."""
    who = " ".join(filter(None, (report.sender_name, f"<{report.sender_address}>" if report.sender_address else "")))
    if report.source.kind == InboundSource.Kind.EMAIL:
        parts = [report.not_working]
    else:
        parts = [f"{asked}\n\n{getattr(report, name) or '(no answer)'}" for name, asked in QUESTIONS]
    return "\n\n".join([*parts, f"Reported by {who}." if who else "Reported by the client."])[:MOST_TEXT]
