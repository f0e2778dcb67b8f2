"""How a run's page shows a run: steps in their order of urgency, alternatives side by side, each with what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from incidents.models import Incident, Responder, System
from incidents.playbooks import answers as answering
from incidents.playbooks import conditions, effects, standing
from incidents.playbooks.forms.running import StepForm
from incidents.playbooks.models import ProhibitionRead, Run, RunStep, StepRecord
from incidents.playbooks.shape import FIGURES, Body, Field, Step


@dataclass(frozen=True, slots=True)
class Answer:
    field: Field
    value: Any
    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Numbers that are parts of another, as one bar: each part's share of all parts, with its place on the bar."""

    parts: tuple[tuple[float, float, str], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """The last reading of a number with a limit, and all of them as a line: x and y in per cent of the plot."""

    label: str
    words: str
    at: datetime
    limit: str
    percent: int
    kept: bool
    left: str
    points: tuple[tuple[float, float, bool, str], ...]
    limit_y: float

    @property
    def below(self) -> float:
        return round(100 - self.limit_y, 1)

    @property
    def lines(self) -> list[tuple[float, float, float, float]]:
        return [(a[0], a[1], b[0], b[1]) for a, b in pairwise(self.points)]


@dataclass(slots=True)
class Shown:
    """One step as the page shows it."""

    step: Step
    row: RunStep
    number: int | None
    need: str
    required_when: str = ""
    waits_for: str = ""
    answers: list[Answer] = field(default_factory=list)
    records: list[StepRecord] = field(default_factory=list)
    reads: list[ProhibitionRead] = field(default_factory=list)
    read_by_me: bool = False
    assignee: Responder | None = None
    causes: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    form: StepForm | None = None

    @property
    def state(self) -> str:
        """Which of the page's shapes it has."""
        if self.step.is_prohibited:
            return "never"
        if self.row.state != RunStep.State.TODO:
            return "done" if self.row.state == RunStep.State.DONE else "skipped"
        if self.need == standing.NOT_NEEDED:
            return "off"
        return "hold" if self.waits_for or (self.gauge and not self.gauge.kept) else "todo"

    @property
    def mark(self) -> str:
        marks = {"never": "ban", "done": "check", "skipped": "arrow-forward-up", "off": "minus", "hold": "lock"}
        return marks.get(self.state, "circle-dashed")

    @property
    def readings(self) -> list[list[Answer]]:
        """Every time a number with a limit was recorded, newest first."""
        if not any(one.under is not None for one in self.step.fields):
            return []
        rows = [_answers(self.step, record.answers, record.at) for record in self.records if record.answers]
        return rows[::-1]

    @property
    def numbers(self) -> list[Answer]:
        return [one for one in self.answers if one.field.kind in FIGURES and one.field.under is None]

    @property
    def others(self) -> list[Answer]:
        numbers = self.numbers if len(self.numbers) > 1 else []
        return [one for one in self.answers if one not in numbers]

    @property
    def share(self) -> Share | None:
        """“70 of 614, 11.4 %”, when the step recorded parts and the whole that they are of."""
        parts = [one for one in self.answers if one.field.part_of and one.value]
        whole = next((one for one in self.answers if parts and one.field.key == parts[0].field.part_of), None)
        total = sum(float(one.value) for one in parts)
        if whole is None or total <= 0 or float(whole.value) <= 0:
            return None
        drawn, x = [], 0.0
        for number, one in enumerate(parts):
            width = 100 * float(one.value) / total
            drawn.append((round(x, 1), max(0.5, round(width - 1, 1)), "f-bad" if number == 0 else "f-warn"))
            x += width
        split = ", ".join(f"{100 * float(one.value) / total:.0f}% {one.field.label.lower()}" for one in parts)
        rate = f"{100 * total / float(whole.value):.1f}%"
        return Share(tuple(drawn), f"{total:g} of {whole.words}, {rate} · {split}")

    @property
    def gauge(self) -> Gauge | None:
        found = [one for row in self.readings for one in row if one.field.under is not None]
        if not found:
            return None
        last, limit, at = found[0], found[0].field.under, found[0].at
        if limit is None or at is None:
            return None
        top = max(limit, *(one.value for one in found)) * 1.15 or 1.0
        step = 88 / max(1, len(found) - 1)
        points = tuple(
            (round(6 + n * step, 1), round(100 - 100 * max(0.0, one.value) / top, 1), one.value < limit, one.words)
            for n, one in enumerate(reversed(found))
        )
        over = round(last.value - limit, 6)
        left = "" if over < 0 else f"{last.words} is not under it" if over == 0 else f"more than {over:g} to go"
        return Gauge(
            label=last.field.label,
            words=last.words,
            at=at,
            limit=f"under {limit:g}{last.field.unit}",
            percent=max(0, min(100, round(100 * last.value / (limit * 6)))) if limit > 0 else 0,
            kept=last.value < limit,
            left=left,
            points=points,
            limit_y=round(100 - 100 * max(0.0, limit) / top, 1),
        )

    @property
    def notes(self) -> list[StepRecord]:
        return [record for record in self.records if record.note and record.act != StepRecord.Act.SKIPPED]

    @property
    def caused(self) -> list[dict[str, str]]:
        return [one for record in self.records for one in record.caused if one.get("sentence")]


@dataclass(slots=True)
class Group:
    """One step, or alternatives that stand beside each other."""

    steps: list[Shown]

    @property
    def is_fork(self) -> bool:
        return len(self.steps) > 1


@dataclass(slots=True)
class Sheet:
    """The whole page."""

    run: Run
    body: Body
    groups: list[Group]
    needed: int
    done: int
    waiting: int
    left: list[str]

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.needed) if self.needed else 100

    @property
    def gauge(self) -> Gauge | None:
        return next((one.gauge for group in self.groups for one in group.steps if one.gauge), None)

    @property
    def next_step(self) -> Shown | None:
        todo = [one for group in self.groups for one in group.steps if one.state in ("todo", "hold")]
        return next((one for one in todo if one.need == standing.REQUIRED), todo[0] if todo else None)


def lay_out(
    run: Run,
    incident: Incident,
    *,
    viewer: Responder,
    now: datetime,
    may_act: bool,
    bound: StepForm | None = None,
    left_only: bool = False,
) -> Sheet:
    """Six queries, however many steps. `bound` is the form that was refused, with what was typed."""
    body, numbers = run.version.content, run.version.content.numbers()
    rows = {row.key: row for row in run.steps.select_related("assignee", "settled_by")}
    systems = list(incident.systems.all())
    records: dict[int, list[StepRecord]] = {}
    for record in StepRecord.objects.filter(step__run=run).select_related("by"):
        records.setdefault(record.step_id, []).append(record)
    reads: dict[int, list[ProhibitionRead]] = {}
    for read in ProhibitionRead.objects.filter(step__run=run).select_related("responder"):
        reads.setdefault(read.step_id, []).append(read)
    known = standing.known(incident, rows.values(), run.ended_at or now)
    shown = []
    for step in body.steps:
        row = rows[step.key]
        one = Shown(step, row, numbers.get(step.key), standing.need(step, known))
        one.required_when = conditions.spelled(step.when, body)
        one.waits_for = known.followed(step) if row.state == RunStep.State.TODO else ""
        one.answers = _answers(step, row.answers, None)
        one.records, one.reads = records.get(row.pk, []), reads.get(row.pk, [])
        one.read_by_me = any(read.responder_id == viewer.pk for read in one.reads)
        one.assignee = row.assignee or (getattr(incident, step.role) if step.role else None)
        # What happened at the start of the run is not to come.
        coming = [one.name for one in step.effects if one.at == "done" and one.name in effects.KNOWN]
        one.causes = [effects.KNOWN[name].label for name in dict.fromkeys(coming)]
        one.links = _links(step, systems)
        if may_act and run.ended_at is None and not step.is_prohibited:
            mine = bound is not None and bound.step.key == step.key
            one.form = bound if mine else StepForm(step=step, row=row, systems=systems, now=now)
        shown.append(one)
    required = [one for one in shown if one.need == standing.REQUIRED and not one.step.is_prohibited]
    settled = sum(1 for one in required if one.row.state != RunStep.State.TODO)
    waiting = sum(1 for one in required if one.waits_for)
    read_keys = {one.step.key for one in shown if one.reads}
    left = standing.unfinished(body, rows, known, read_keys) if run.ended_at is None else []
    visible = [one for one in shown if one.state not in ("done", "skipped", "off")] if left_only else shown
    return Sheet(run, body, _groups(visible), len(required), settled, waiting, left)


def _groups(shown: Sequence[Shown]) -> list[Group]:
    """What is to be done first stands first, and keeps its number (C-25); neighbours of one branch stand together."""
    groups: list[Group] = []
    for one in sorted(shown, key=lambda found: not found.step.do_first):
        before = groups[-1].steps[-1].step if groups else None
        if one.step.branch and before is not None and before.branch == one.step.branch:
            groups[-1].steps.append(one)
        else:
            groups.append(Group([one]))
    return groups


def _answers(step: Step, found: dict[str, Any], at: datetime | None) -> list[Answer]:
    return [
        Answer(one, found[one.key], answering.spelled(one, found[one.key]), at)
        for one in step.fields
        if one.key in found
    ]


def _links(step: Step, systems: Sequence[System]) -> list[tuple[str, str]]:
    found = [(link.label, link.url) for link in step.links]
    if step.status_pages:
        found += [(f"Status page of {one.name}", one.status_page) for one in systems if one.status_page]
    return found
