"""Regression checks: the failure scenario, run again by hand or by a machine that signs what it posts (A-14, A-19)."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.text import slugify

from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Responder
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications import aside, sealed, signatures
from postmortems.learning import Kind, learning
from postmortems.models import CheckRun, RegressionCheck

Standing = RegressionCheck.Standing


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to do and what must happen; a pass counts for `fresh_days`."""

    title: str
    text: str
    owner: Responder | None
    by_machine: bool = False
    fresh_days: int = 30


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as somebody or something saw it. `at` is when it ran.

    `mark` is that of the signature under which a machine posted it: the same one is taken once.
    """

    passed: bool
    evidence: str
    at: datetime
    source: str = "by hand"
    url: str = ""
    mark: str = ""


@retried
def add(incident_id: int, scenario: Scenario, *, by: Responder, at: datetime) -> RegressionCheck:
    """Records a check; its key is stable and its secret signs what a machine posts."""
    with learning(incident_id, by=by, at=at) as move:
        title = required(scenario.title, "title", "Name the check.")
        text = required(scenario.text, "scenario", "Say what to do and what must happen.")
        if scenario.owner is None:
            raise Refused("Name the person who sees to it.", "owner")
        check = RegressionCheck.objects.create(
            incident=move.incident,
            title=title,
            scenario=text,
            how=RegressionCheck.How.BY_MACHINE if scenario.by_machine else RegressionCheck.How.BY_HAND,
            key=f"{slugify(title)[:60] or 'check'}-{secrets.token_hex(3)}",
            owner=scenario.owner,
            fresh_days=scenario.fresh_days,
            sealed_secret=_fresh_secret() if scenario.by_machine else "",
            created_at=move.at,
        )
        move.write(Kind.CHECK_RUN, f"“{title}” is a regression check now.", check=check.pk, did="added")
    return check


def _fresh_secret() -> str:
    return sealed.seal(secrets.token_urlsafe(32))


@retried
def renew_secret(incident_id: int, check_id: int, *, by: Responder, at: datetime) -> RegressionCheck:
    """A new secret for what a machine posts; what the old one signs is refused from now on."""
    with learning(incident_id, by=by, at=at) as move:
        check = _locked(move, check_id)
        if check.how != RegressionCheck.How.BY_MACHINE:
            raise Refused("It is run by hand; no machine signs for it.")
        check.sealed_secret = _fresh_secret()
        check.save(update_fields=["sealed_secret"])
        text = f"“{check.title}” has a new secret; what the old one signs is refused."
        move.write(Kind.CHECK_RUN, text, check=check.pk, did="renewed")
    return check


def _locked(move: Move, check_id: int) -> RegressionCheck:
    rows = RegressionCheck.objects.select_for_update(of=("self",))
    check = rows.filter(pk=check_id, incident=move.incident, is_retired=False).first()
    if check is None:
        raise Refused("That check is not there any more.")
    return check


@retried
def run(incident_id: int, check_id: int, told: Run, *, by: Responder | None, at: datetime) -> CheckRun:
    """Records a run. The newest run by the time it ran decides; one that arrives late changes nothing but the list."""
    with learning(incident_id, by=by, at=at) as move:
        check = _locked(move, check_id)
        evidence = required(told.evidence, "evidence", "Say what was seen; a run without evidence proves nothing.")
        if told.at > move.at + timedelta(minutes=2):
            raise Refused("That is in the future.", "at")
        if told.mark and (before := check.runs.filter(mark=told.mark).first()):
            raise Refused(
                f"This very request was taken before, at {in_utc(before.recorded_at, seconds=True)}. "
                "Sign each run anew."
            )
        row = CheckRun.objects.create(
            regression_check=check,
            passed=told.passed,
            at=told.at,
            recorded_at=move.at,
            by=by,
            source=told.source[:120],
            evidence=evidence[:20_000],
            url=told.url,
            mark=told.mark,
        )
        _stand(check, move.at)
        what = "passed" if told.passed else "failed"
        move.write(Kind.CHECK_RUN, f"“{check.title}” {what}: {evidence[:400]}", check=check.pk, did=what, run=row.pk)
    return row


def _stand(check: RegressionCheck, now: datetime) -> None:
    newest = check.runs.order_by("-at", "-pk").first()
    if newest is None:
        return
    check.last_run_at = newest.at
    check.stale_at = newest.at + timedelta(days=check.fresh_days) if newest.passed else None
    if not newest.passed:
        check.standing = Standing.FAILED
    else:
        check.standing = Standing.STALE if check.stale_at and check.stale_at <= now else Standing.PASSED
    check.save()


@retried
def retire(incident_id: int, check_id: int, *, reason: str, by: Responder, at: datetime) -> RegressionCheck:
    """Takes a check out with a reason; its runs stay."""
    with learning(incident_id, by=by, at=at) as move:
        check = _locked(move, check_id)
        reason = required(reason, "reason", "Say why it is not needed any more.")
        check.is_retired = True
        check.save()
        move.write(Kind.CHECK_RUN, f"“{check.title}” is retired: {reason}", check=check.pk, did="retired")
    return check


def sweep(*, now: datetime, limit: int = 100) -> int:
    """Passes that no longer count become stale, and shut the gates that rest on them; returns how many."""
    due = RegressionCheck.objects.filter(standing=Standing.PASSED, stale_at__lte=now, is_retired=False)
    ordered = due.order_by("stale_at")
    return aside.each_due("stale checks", ordered, lambda pk: _go_stale(pk, at=now), now=now, most=limit)


@retried
def _go_stale(check_id: int, *, at: datetime) -> int:
    incident_id = RegressionCheck.objects.values_list("incident_id", flat=True).get(pk=check_id)
    with learning(incident_id, by=None, at=at) as move:
        check = RegressionCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
        if check.standing != Standing.PASSED or check.stale_at is None or check.stale_at > at:
            return 0
        check.standing = Standing.STALE
        check.save()
        days = f"{check.fresh_days} day{'s' if check.fresh_days > 1 else ''}"
        text = f"“{check.title}” last passed more than {days} ago and does not count any more."
        move.write(Kind.CHECK_RUN, text, check=check.pk, did="stale")
    return 1


def signed(check: RegressionCheck | None, body: bytes, header: str, *, now: datetime) -> tuple[datetime, str]:
    """When the check's own secret signed a posted body, and the mark of that; `signatures.Unsigned` says why not.

    A run that was signed earlier counts as run earlier: whoever holds a request back cannot pass an old result off as
    the newest. A clock that is ahead of ours does not put a run into the future. A check that does not exist is refused
    in the words of a wrong secret.
    """
    try:
        secret = check.secret if check else ""
    except sealed.Lost as error:
        raise signatures.Unsigned(f"The secret of this check cannot be read. {error} Make a new one.") from error
    at, mark = signatures.verified(header, body, secret, now=now.timestamp())
    return min(datetime.fromtimestamp(at, tz=UTC), now), mark
