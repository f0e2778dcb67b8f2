"""The verbs of a support report: draft, write, let a finding through, hand to a second operator, judge, hand off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Responder
from incidents.refusals import Refused
from notifications.redaction import Known, redact
from postmortems import protected
from postmortems.documents import as_markdown, document, known
from postmortems.learning import Kind, learning
from postmortems.models import Checkpoint, Dismissal, EnvironmentSet, Procedure, SupportReport

State = SupportReport.State
FIELDS = (
    "destination",
    "destination_reason",
    "occurred_at",
    "time_zone",
    "affected_user",
    "affected_screen",
    "error_reference",
    "environment",
    "description",
    "steps",
    "excerpt",
)
LEAST_DESCRIPTION = 40
LEAST_STEPS = 2


@retried
def draft(incident_id: int, *, by: Responder, at: datetime) -> SupportReport:
    """Begins a report from what was kept of the error, with the environment fields of the product (C-23)."""
    with learning(incident_id, by=by, at=at) as move:
        kept = move.incident.error_reports.order_by("-pk").first()
        sets = EnvironmentSet.objects.all()
        chosen = sets.filter(systems__in=move.incident.system_ids).first() or sets.filter(is_default=True).first()
        report = SupportReport.objects.create(
            incident=move.incident,
            author=by,
            created_at=move.at,
            environment_set=chosen,
            environment=dict.fromkeys(chosen.fields if chosen else [], ""),
            occurred_at=kept.occurred_at if kept else None,
            time_zone=kept.time_zone if kept else "UTC",
            affected_screen=kept.screen if kept else "",
            error_reference=kept.reference if kept else "",
        )
        move.write(Kind.HANDED_OFF, f"{report} is being written.", report=report.pk, did="drafted")
    return report


def _locked(move: Move, report_id: int) -> SupportReport:
    rows = SupportReport.objects.select_for_update(of=("self",)).select_related("destination", "author", "incident")
    report = rows.filter(pk=report_id, incident=move.incident).first()
    if report is None:
        raise Refused("That report is not there any more.")
    if report.has_left:
        raise Refused(f"{report} was handed off on {report.sent_at:%d %B %Y}; write another one.")
    return report


@retried
def write(
    incident_id: int,
    report_id: int,
    told: Mapping[str, Any],
    *,
    edition: int | None = None,
    by: Responder,
    at: datetime,
) -> SupportReport:
    """Saves what was typed; whatever a second operator said before holds no longer.

    `edition` is what the writer had before them: refused when somebody else saved in between.
    """
    with learning(incident_id, by=by, at=at) as move:
        report = _locked(move, report_id)
        if edition is not None and edition != report.edition:
            raise Refused(
                f"Somebody saved {report} while you wrote: it is edition {report.edition} now. "
                "Your text is below, with what stands there beside it; save again."
            )
        for name in FIELDS:
            if name in told:
                setattr(report, name, told[name])
        report.edition += 1
        report.state = State.DRAFT if report.state != State.RETURNED else State.RETURNED
        report.verdict, report.verdict_by, report.verdict_at = "", None, None
        report.save()
    return report


@retried
def dismiss(incident_id: int, report_id: int, digest: str, *, reason: str, by: Responder, at: datetime) -> Dismissal:
    """Lets one finding through with a reason; neither the row nor the record holds what was found (A-18)."""
    with learning(incident_id, by=by, at=at) as move:
        report = _locked(move, report_id)
        if not by.has_perm("dismiss_finding"):
            raise Refused("Only somebody who may dismiss findings can let this through.", "reason")
        reason = required(reason, "reason", "Say why it may leave.")
        kinds = {placed.finding.digest: placed.finding.kind for placed in document(report).findings}
        if digest not in kinds:
            raise Refused("That was not found in the report as it stands.")
        if redact(reason, known=known(report)).findings:
            raise Refused("Do not repeat in the reason what was found.", "reason")
        row, _ = Dismissal.objects.get_or_create(
            report=report, digest=digest, defaults={"kind": kinds[digest], "reason": reason, "at": move.at, "by": by}
        )
        move.write(Kind.HANDED_OFF, f"{report}: a finding ({row.kind}) was let through: {reason}", report=report.pk)
    return row


def _masked(text: str) -> str:
    """What was typed, as the record may hold it: for ever, and read by more people than the report (A-18)."""
    return redact(text, known=Known(secrets=protected.secrets(), digests=protected.digests())).text


def lacks(report: SupportReport) -> list[tuple[str, str]]:
    """What is missing before anybody can work with it: the field, and the sentence (A-17, A-22, A-25)."""
    found = []
    if report.destination is None:
        found.append(("destination", "Choose where it goes."))
    if not report.destination_reason.strip():
        found.append(("destination_reason", "Say why it goes there."))
    if report.occurred_at is None:
        found.append(("occurred_at", "Say when it happened, to the second."))
    if not report.affected_user.strip():
        found.append(("affected_user", "Say who was affected; only a stand-in leaves."))
    if not report.affected_screen.strip():
        found.append(("affected_screen", "Say on which screen."))
    found += [(f"environment:{name}", f"Fill in: {name}.") for name, value in report.versions if not value]
    if len(report.description.strip()) < LEAST_DESCRIPTION:
        found.append(("description", f"Describe what happens in at least {LEAST_DESCRIPTION} characters."))
    if len([line for line in report.steps.splitlines() if line.strip()]) < LEAST_STEPS:
        found.append(("steps", f"Give at least {LEAST_STEPS} steps, one on each line."))
    return found


@retried
def submit(incident_id: int, report_id: int, *, by: Responder, at: datetime) -> SupportReport:
    """Hands it to a second operator. Refused while a field is missing or a block of raw log is in it."""
    with learning(incident_id, by=by, at=at) as move:
        report = _locked(move, report_id)
        for field, sentence in lacks(report):
            raise Refused(sentence, field)
        _clean(report)
        report.state = State.READY
        report.save()
        move.write(Kind.HANDED_OFF, f"{report} is with a second operator.", report=report.pk, did="submitted")
    return report


def _clean(report: SupportReport) -> None:
    made = document(report)
    if made.withheld:
        raise Refused(f"Redaction did not finish ({made.withheld}); nothing leaves until it does.")
    if made.open_logs:
        where = made.open_logs[0].part
        raise Refused(
            f"A block of raw log stands under “{where}”: keep the lines around the error, or take it out.", "excerpt"
        )


@retried
def judge(incident_id: int, report_id: int, *, verdict: str, text: str, by: Responder, at: datetime) -> SupportReport:
    """Somebody other than the author says whether it is enough; “not enough” returns it (A-21)."""
    with learning(incident_id, by=by, at=at) as move:
        report = _locked(move, report_id)
        if report.state != State.READY:
            raise Refused("It is not with a second operator.")
        if by == report.author:
            raise Refused("You wrote it; somebody else judges it.", "verdict")
        if verdict not in SupportReport.Verdict.values:
            raise Refused("Reproduced, triaged, or not enough?", "verdict")
        enough = verdict != SupportReport.Verdict.NOT_ENOUGH
        report.verdict_text = text.strip() if enough else required(text, "text", "Say what is missing.")
        report.verdict, report.verdict_by, report.verdict_at = verdict, by, move.at
        report.state = State.JUDGED if enough else State.RETURNED
        report.save()
        told = _masked(report.verdict_text)
        said = f"{report}: {report.get_verdict_display().lower()}. {told}".strip()
        move.write(Kind.HANDED_OFF, said, report=report.pk, verdict=verdict)
    return report


def to_read() -> str:
    """What must be read before a hand-off: “Contacting Support”, unless an administrator asks for more (A-29…A-31)."""
    asked = Procedure.objects.filter(moment__in=("handoff", "routing", "redaction"), must_tick=True, is_active=True)
    names = list(dict.fromkeys(asked.values_list("name", flat=True))) or ["Contacting Support"]
    said = [f"“{name}”" for name in names]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


@retried
def hand_off(
    incident_id: int, report_id: int, *, reference: str, consulted: bool, by: Responder, at: datetime
) -> SupportReport:
    """Records that it left, to whom and as what; exactly what left is kept (A-22, A-29)."""
    with learning(incident_id, by=by, at=at) as move:
        report = _locked(move, report_id)
        if report.state != State.JUDGED:
            raise Refused("A second operator has not said that it is enough.")
        if not consulted:
            raise Refused(f"Read {to_read()} first, and tick it.", "consulted")
        if not Checkpoint.objects.filter(incident=move.incident, moment="before_handoff").exists():
            raise Refused("The checkpoint “before a support handoff” is not passed; the review page has it.")
        _clean(report)
        report.sent_reference = required(reference, "reference", "Give the ticket or reference there.")
        report.sent_text = as_markdown(report, document(report))
        report.state, report.sent_at, report.sent_by, report.consulted = State.SENT, move.at, by, True
        report.save()
        why, reference = _masked(report.destination_reason), _masked(report.sent_reference)
        text = f"{report} was handed to {report.destination}: {why} ({reference})"
        where = str(report.destination)
        move.write(Kind.HANDED_OFF, text, did="sent", report=report.pk, destination=where, reference=reference)
    return report


@retried
def take_back(incident_id: int, report_id: int, *, reason: str, by: Responder, at: datetime) -> SupportReport:
    """Records that a hand-off was wrong or is no longer asked for; what left is kept: nobody can unsend it (A-22)."""
    with learning(incident_id, by=by, at=at) as move:
        rows = SupportReport.objects.select_for_update(of=("self",)).select_related("destination")
        report = rows.filter(pk=report_id, incident=move.incident).first()
        if report is None or report.state != State.SENT:
            raise Refused("Only a report that was handed off can be taken back.")
        if not by.has_perm("hand_off"):
            raise Refused("None of your roles may hand off support reports.")
        reason = required(reason, "reason", "Say why it is taken back; whoever received it will ask.")
        if redact(reason, known=known(report)).findings:
            raise Refused("Do not repeat in the reason what must not leave.", "reason")
        report.state, report.withdraw_reason = State.WITHDRAWN, reason
        report.withdrawn_at, report.withdrawn_by = move.at, by
        report.save()
        reference = _masked(report.sent_reference)
        text = f"{report}, handed to {report.destination} as {reference}, is taken back: {reason}"
        move.write(Kind.HANDED_OFF, text, did="withdrawn", report=report.pk, reference=reference)
    return report
