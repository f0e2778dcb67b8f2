"""Investigate, contain, fix and verify (SOP steps 4 and 5)."""

from datetime import datetime, timedelta
from typing import Any

from incidents.clocks import policy_of
from incidents.escalation import end
from incidents.facts import Change, Confirmation, Diagnosis, Fix, Isolation
from incidents.lifecycle.moving import Move, moving, required, retried
from incidents.models import Incident, Responder, Severity, Situation, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc

Kind = TimelineEntry.Kind
WORKAROUND_ANSWERS = {
    "yes": "A workaround is possible",
    "no": "Not tried yet",
    "not_possible": "No workaround is possible",
}


@retried
def investigate(incident_id: int, *, by: Responder, at: datetime) -> Incident:
    """Begins the work; an unassigned incident becomes the work of whoever begins."""
    with moving(incident_id, "investigate", by=by, at=at) as move:
        move.incident.investigating_at = move.at
        move.write(Kind.INVESTIGATED, status=move.to())
    return move.incident


@retried
def diagnose(incident_id: int, diagnosis: Diagnosis, *, by: Responder, at: datetime) -> Incident:
    """Records what the logs, the status pages and the integration configs showed (B-53); at least one of them."""
    with moving(incident_id, "diagnose", by=by, at=at) as move:
        findings: dict[str, Any] = {
            "logs": diagnosis.logs.strip(),
            "status_pages": diagnosis.status_pages.strip(),
            "integrations": diagnosis.integrations.strip(),
        }
        if not any(findings.values()):
            raise Refused("Write down what at least one of the checks showed.", "logs")
        move.write(Kind.DIAGNOSED, "\n".join(filter(None, findings.values())), **findings)
    return move.incident


@retried
def isolate(incident_id: int, isolation: Isolation, *, by: Responder, at: datetime) -> Incident:
    """Says whose system it is (B-54). A third party starts the outage timer and asks for a workaround (B-56)."""
    with moving(incident_id, "isolate", by=by, at=at) as move:
        incident = move.incident
        if isolation.fault_domain not in Incident.FaultDomain.values:
            raise Refused("Is it our system, the client’s system, or a third party’s service?", "fault_domain")
        if isolation.fault_domain == "third_party" and isolation.workaround_possible not in WORKAROUND_ANSWERS:
            raise Refused("Is a workaround possible?", "workaround_possible")
        if isolation.fault_domain == "client":
            required(isolation.guidance, "guidance", "Write down how the client is guided through the fix.")
        incident.fault_domain = isolation.fault_domain
        facts: dict[str, Any] = {
            "fault_domain": isolation.fault_domain,
            "workaround_possible": isolation.workaround_possible,
            "guidance": isolation.guidance.strip(),
        }
        move.write(Kind.ISOLATED, isolation.finding.strip() or isolation.guidance.strip(), **facts)
        if isolation.fault_domain == "third_party" and not incident.outage_started_at:
            _start_outage(move, move.at)
    return incident


@retried
def change(incident_id: int, change: Change, *, by: Responder, at: datetime) -> Incident:
    """Records a change to production. Untested ones are refused (B-134) but for containment, which names its undo
    (C-15), and for an emergency, whose reason stands on the record. Before the error report is kept, changes and
    retries need a reason to go on (A-24); containment does not, it is what keeps the harm small."""
    with moving(incident_id, "change", by=by, at=at) as move:
        what = required(change.what, "what", "Say what was changed.")
        kept = move.incident.error_reports.exists()
        unkept_reason = change.without_evidence_reason.strip()
        if not kept and not change.containment and not unkept_reason:
            raise Refused(
                "Keep the exact error report, its timestamp and the affected screen first: a change may destroy them. "
                "Going on without them needs a reason.",
                "without_evidence_reason",
            )
        if change.is_retry and not change.containment:
            pass  # Trying the same thing again changes nothing in production and so needs no test.
        elif change.containment:
            required(change.undo, "undo", "Say how the containment is undone.")
        elif not change.test_evidence.strip() and not change.override_reason.strip():
            raise Refused("Test it first, and say how; an emergency needs its reason.", "test_evidence")
        if change.override_reason.strip() and not by.has_perm("override_incident"):
            raise Refused("Only somebody who may override can change production untested.", "override_reason")
        move.write(
            Kind.CHANGED,
            what,
            containment=change.containment,
            undo=change.undo.strip(),
            test_evidence=change.test_evidence.strip(),
            override_reason=change.override_reason.strip(),
            retry=change.is_retry,
            evidence_kept=kept,
            without_evidence_reason="" if kept else unkept_reason,
        )
    return move.incident


@retried
def work_around(incident_id: int, *, text: str, by: Responder, at: datetime) -> Incident:
    """Puts a workaround in place; where the policy says so it stops the resolve clock, “met by workaround” (B-09)."""
    with moving(incident_id, "work_around", by=by, at=at) as move:
        incident = move.incident
        incident.workaround = required(text, "text", "Describe the workaround and how to take it back.")
        incident.worked_around_at = move.at
        meets = policy_of(incident.policy_version_id).terms(incident.severity).resolve.met_by_workaround
        move.write(Kind.WORKED_AROUND, incident.workaround, meets_resolve=meets)
    return incident


@retried
def start_outage(incident_id: int, *, by: Responder, at: datetime, occurred_at: datetime | None = None) -> Incident:
    """Starts the third-party outage timer (B-82, B-111); it may have begun before now, never after."""
    with moving(incident_id, "start_outage", by=by, at=at) as move:
        if move.incident.outage_started_at and not move.incident.outage_ended_at:
            raise Refused(f"The outage timer runs since {in_utc(move.incident.outage_started_at)}.")
        begun = occurred_at or move.at
        if begun > move.at:
            raise Refused("An outage cannot begin in the future.", "occurred_at")
        if begun < move.incident.opened_at:
            raise Refused("That is before the incident itself began.", "occurred_at")
        _start_outage(move, begun)
    return move.incident


def _start_outage(move: Move, begun: datetime) -> None:
    move.incident.outage_started_at, move.incident.outage_ended_at = begun, None
    move.write(Kind.OUTAGE_STARTED, at=begun)


@retried
def end_outage(incident_id: int, *, by: Responder, at: datetime) -> Incident:
    with moving(incident_id, "end_outage", by=by, at=at) as move:
        if not move.incident.outage_started_at or move.incident.outage_ended_at:
            raise Refused("No outage timer is running.")
        _end_outage(move)
    return move.incident


def _end_outage(move: Move) -> None:
    move.incident.outage_ended_at = move.at
    move.write(Kind.OUTAGE_ENDED)
    end(
        move.incident,
        situations=(Situation.OUTAGE_LONG, Situation.OUTAGE_NOTICE),
        reason="the outage is over",
        at=move.at,
    )


@retried
def fix(incident_id: int, fix: Fix, *, by: Responder, at: datetime) -> Incident:
    """Stops the resolve clock and starts the verification window of the severity (C-02, C-03).

    Refused without whose system it was, what was broken, why, what was done, and test evidence (B-54, B-55, B-58).
    """
    with moving(incident_id, "fix", by=by, at=at) as move:
        incident = move.incident
        domain = fix.fault_domain or incident.fault_domain
        if domain not in Incident.FaultDomain.values:
            raise Refused("Whose system was it: ours, the client’s, or a third party’s?", "fault_domain")
        incident.broken = required(fix.broken, "broken", "Say what was broken.")
        incident.cause = required(fix.cause, "cause", "Say what caused it; “unknown so far” is an answer.")
        incident.done = required(fix.done, "done", "Say what was done.")
        incident.test_evidence = required(fix.test_evidence, "test_evidence", "Say how the fix was tested.")
        if domain == "client":
            required(fix.client_confirmation, "client_confirmation", "How did the client confirm that it works?")
        incident.fault_domain = domain
        incident.fixed_at, incident.fixed_by = move.at, by
        window = policy_of(incident.policy_version_id).terms(incident.severity).verification_seconds
        incident.verify_until = move.at.replace(microsecond=0) + timedelta(seconds=window)
        incident.confirmed_at = incident.confirmed_by = None
        move.write(
            Kind.FIXED,
            incident.done,
            status=move.to(),
            broken=incident.broken,
            cause=incident.cause,
            test_evidence=incident.test_evidence,
            fault_domain=domain,
            client_confirmation=fix.client_confirmation.strip(),
            verify_until=incident.verify_until.isoformat(),
        )
        ended = (Situation.RESOLVE_AT_RISK, Situation.RESOLVE_BREACHED)
        end(incident, situations=ended, reason="a fix is in place", at=move.at)
    return incident


@retried
def confirm(incident_id: int, confirmation: Confirmation, *, by: Responder, at: datetime) -> Incident:
    """The resolver confirms end to end that the failure scenario now passes (B-59, B-60); others need permission.

    Where the severity asks for a second pair of eyes (C-28), whoever fixed it is refused, and anybody else who may
    confirm at all does it.
    """
    with moving(incident_id, "confirm", by=by, at=at) as move:
        incident = move.incident
        second = Severity.objects.get(pk=incident.severity).confirmed_by_another
        if second and incident.fixed_by_id == by.pk:
            raise Refused(f"You fixed it: a SEV-{incident.severity} is confirmed by somebody else.")
        if not second and incident.resolver_id != by.pk and not by.has_perm("override_incident"):
            raise Refused(f"{incident.resolver} is the resolver and confirms the fix.")
        if incident.confirmed_at:
            raise Refused(
                f"{incident.confirmed_by} confirmed it already, at {in_utc(incident.confirmed_at, seconds=True)}."
            )
        incident.scenario = required(confirmation.scenario, "scenario", "Which failure was tried again?")
        incident.scenario_result = required(confirmation.result, "result", "What happened this time?")
        evidence = required(confirmation.evidence, "evidence", "What shows it?")
        incident.confirmed_at, incident.confirmed_by = move.at, by
        move.write(Kind.CONFIRMED, incident.scenario_result, scenario=incident.scenario, evidence=evidence)
    return incident


@retried
def fail_verification(incident_id: int, *, reason: str, by: Responder, at: datetime) -> Incident:
    """The failure came back: the fix is withdrawn and the resolve clock goes on as if it had never stopped (C-03)."""
    with moving(incident_id, "fail_verification", by=by, at=at) as move:
        incident = move.incident
        reason = required(reason, "reason", "Say what came back.")
        incident.fixed_at = incident.fixed_by = incident.verify_until = None
        incident.confirmed_at = incident.confirmed_by = None
        move.write(Kind.VERIFICATION_FAILED, reason, status=move.to())
    return incident
