"""What stands before a restart: the state of every criterion of a gate, computed where it can be (A-10, A-19, C-17)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from incidents.models import Incident
from incidents.spelling import in_utc
from postmortems import shipped
from postmortems.models import Criterion, PreventionAction, Procedure, RegressionCheck, RestartGate, Review

State = Criterion.State
Stage = RestartGate.Stage
SETTLED = (State.MET, State.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Learned:
    """What one incident's review, actions and checks say; read once for all of its gates."""

    review: Review | None
    actions: Sequence[PreventionAction]
    checks: Sequence[RegressionCheck]

    @classmethod
    def of(cls, incident: Incident) -> "Learned":
        return cls(
            Review.objects.filter(incident=incident).first(),
            list(PreventionAction.objects.filter(incident=incident).select_related("owner")),
            list(RegressionCheck.objects.filter(incident=incident, is_retired=False)),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a computed criterion is met, and the sentence that says why not."""

    met: bool
    detail: str


@dataclass(slots=True)
class Judged:
    """A gate after its criteria were looked at: what holds each scope, and what shut it again, if anything."""

    partial: list[Criterion] = field(default_factory=list)
    normal: list[Criterion] = field(default_factory=list)
    shut_by: str = ""


def add_all(gate: RestartGate, review: Review | None) -> None:
    """Writes the criteria of a fresh gate: those of the guide, and those that its circumstances add."""
    rows = [*shipped.CRITERIA, *circumstances(review), *procedures(review)]
    Criterion.objects.bulk_create(
        [
            Criterion(gate=gate, key=key, name=name, how=how, for_normal_only=later, position=position)
            for position, (key, name, how, later) in enumerate(rows)
        ],
        ignore_conflicts=True,
    )


def circumstances(review: Review | None) -> list[tuple[str, str, str, bool]]:
    """The criteria that an update, a migration or a release adds (A-32, A-34)."""
    rows: list[tuple[str, str, str, bool]] = []
    if review is not None and review.update_involved:
        rows.append(shipped.MIGRATION_REVIEW)
    if review is not None and review.ships_release:
        rows.append(shipped.RELEASE_REVIEW)
    return rows


def procedures(review: Review | None) -> list[tuple[str, str, str, bool]]:
    """The criteria for what an administrator wants read before a restart, and ticked as read; after an update or with a
    release there may be more (A-32…A-34)."""
    moments = ["restart"]
    moments += ["update"] if review is not None and review.update_involved else []
    moments += ["release"] if review is not None and review.ships_release else []
    asked = Procedure.objects.filter(moment__in=moments, must_tick=True, is_active=True)
    # These two have a criterion of their own, whether they must be ticked or not.
    own = asked.exclude(moment="update", key="migration-and-reindex").exclude(moment="release", key="changelog-review")
    return [(f"procedure-{one.pk}", f"{one.name} consulted", "confirmed", False) for one in own]


def add_circumstances(gate: RestartGate, review: Review | None, known: set[str]) -> bool:
    """Adds what the review says by now and did not when the work was paused; `known` are the keys that are there.

    What an administrator asks for in the meantime holds what stands still, and stops nothing that runs.
    """
    added = circumstances(review)
    if gate.stage in (Stage.PAUSED, Stage.SHADOW):
        added += procedures(review)
    fresh = [row for row in added if row[0] not in known]
    for key, name, how, later in fresh:
        gate.criteria.create(key=key, name=name, how=how, for_normal_only=later, position=40)
    return bool(fresh)


def judge(gate: RestartGate, learned: Learned, *, now: datetime) -> Judged:
    """Brings the computed and measured criteria up to date, and counts what holds. The gate is saved by the caller."""
    judged = Judged()
    for criterion in gate.criteria.all():
        if criterion.how != Criterion.How.CONFIRMED and criterion.state != State.NOT_APPLICABLE:
            verdict = (
                measured(criterion, now) if criterion.how == "measured" else _computed(criterion, gate, learned, now)
            )
            state = State.MET if verdict.met else State.OPEN
            if (criterion.state, criterion.detail) != (state, verdict.detail):
                was_met = criterion.state == State.MET
                criterion.state, criterion.detail = state, verdict.detail
                criterion.save(update_fields=["state", "detail"])
                counts = gate.stage == Stage.NORMAL or not criterion.for_normal_only
                if was_met and not verdict.met and counts and criterion.key != "soak":
                    judged.shut_by = judged.shut_by or f"“{criterion.name}” holds no longer. {verdict.detail}"
        if criterion.state not in SETTLED:
            (judged.normal if criterion.for_normal_only else judged.partial).append(criterion)
    gate.holding_partial, gate.holding_normal = len(judged.partial), len(judged.normal)
    return judged


def measured(criterion: Criterion, now: datetime) -> Verdict:
    """Strict as written: a reading equal to the limit does not pass, and one too old is no reading (B-89, C-01)."""
    limit, value = criterion.limit, criterion.reading
    must = f"must be {criterion.get_comparison_display()} {plain(limit)} {criterion.unit}".strip()
    named = criterion.subject or criterion.reading_subject
    of = f" for {named}" if named else ""
    if value is None or criterion.reading_at is None or limit is None:
        return Verdict(False, f"No reading{of} yet; {must}.")
    if criterion.reading_at < now - timedelta(hours=criterion.fresh_hours):
        return Verdict(False, f"The last reading{of} is older than {criterion.fresh_hours} h; {must}.")
    met = value < limit if criterion.comparison == "<" else value > limit
    return Verdict(met, f"{plain(value)} {criterion.unit}".strip() + f"{of}; {must}.")


def plain(number: Decimal | None) -> str:
    """`2.4`, `10`: without the zeros of the column."""
    if number is None:
        return "?"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _computed(criterion: Criterion, gate: RestartGate, learned: Learned, now: datetime) -> Verdict:
    match criterion.key:
        case "actions_verified":
            return _actions([one for one in learned.actions if one.holds_gate])
        case "every_action":
            return _actions(learned.actions, none_is_fine=True)
        case "checks_passed":
            return _checks(learned.checks)
        case "review":
            submitted = learned.review is not None and learned.review.state != Review.State.DRAFT
            return Verdict(submitted, "Submitted." if submitted else "The review is not submitted yet.")
        case "soak":
            return _soak(gate, now)
    return Verdict(False, "Nobody knows how to compute this.")


def _actions(actions: Sequence[PreventionAction], *, none_is_fine: bool = False) -> Verdict:
    counted = [one for one in actions if one.state != PreventionAction.State.DECLINED]
    still = [one for one in counted if one.state != PreventionAction.State.VERIFIED]
    if not actions:
        return Verdict(none_is_fine, "None is recorded." if none_is_fine else "No prevention action is recorded yet.")
    if still:
        return Verdict(False, f"{len(counted) - len(still)} of {len(counted)}; open: “{still[0].title[:120]}”.")
    return Verdict(True, f"{len(counted)} of {len(counted)} verified.")


def _checks(checks: Sequence[RegressionCheck]) -> Verdict:
    if not checks:
        return Verdict(False, "No regression check is recorded yet.")
    bad = [one for one in checks if one.standing != RegressionCheck.Standing.PASSED]
    if bad:
        return Verdict(False, f"“{bad[0].title[:120]}”: {bad[0].get_standing_display().lower()}.")
    return Verdict(True, f"{len(checks)} of {len(checks)} passed.")


def _soak(gate: RestartGate, now: datetime) -> Verdict:
    if gate.stage == Stage.NORMAL:
        return Verdict(True, "Was long enough at partial scope.")
    if gate.stage != Stage.PARTIAL:
        return Verdict(False, f"Starts with partial scope; {gate.partial_hours} h.")
    over = gate.stage_at + timedelta(hours=gate.partial_hours)
    return Verdict(now >= over, f"At partial scope since {in_utc(gate.stage_at)}; {gate.partial_hours} h needed.")
