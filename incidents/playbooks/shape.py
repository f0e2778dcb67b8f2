"""What a playbook consists of, as frozen values read from the stored body and written back to it. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
ANSWER_KINDS = {
    "text": "Text",
    "number": "Number",
    "count": "Count: whole, 0 or more",
    "yes_no": "Yes, no, not known",
    "choice": "One of several",
    "when": "Date and time",
    "link": "Link",
}
ROLES = {"": "Anybody", "coordinator": "Coordinator", "resolver": "Resolver", "communicator": "Communicator"}
YES_NO = {"yes": "Yes", "no": "No", "unknown": "Not known"}
# What must be true of the incident before a step can be ticked.
FOLLOWS = {
    "": "Nothing: it is ticked by hand",
    "acknowledged": "The incident is acknowledged",
    "clients_told": "Every affected client has had a letter",
}
# Answers that are figures: compared with limits, added up, drawn.
FIGURES = ("number", "count")
MOST_STEPS, MOST_FIELDS, MOST_CHECKS, MOST_LINKS = 40, 12, 12, 8


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison: an answer (`step.field`) or a fact of the incident, an operator, and what it is compared with."""

    subject: str
    operator: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses joined by `all` or `any`; no clauses: always."""

    clauses: tuple[Clause, ...] = ()
    joined: str = "all"

    def __bool__(self) -> bool:
        return bool(self.clauses)


@dataclass(frozen=True, slots=True)
class Field:
    """An answer that a step asks for. `under` is the strict limit that a number must keep
    before the step is ticked; `part_of` names the number of the same step that it is a share of."""

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    under: float | None = None
    prefill: str = ""
    keeps: str = ""
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step causes: at the start of the run or when it is ticked, and, if `when` says so, only then."""

    name: str
    at: str = "done"
    when: Condition = Condition()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: str
    guidance: str = ""
    kind: str = "step"
    numbered: bool = True
    do_first: bool = False
    optional: bool = False
    role: str = ""
    branch: str = ""
    follows: str = ""
    status_pages: bool = False
    when: Condition = Condition()
    checks: tuple[Check, ...] = ()
    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def is_prohibited(self) -> bool:
        return self.kind == "prohibited"

    def asks(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that suggests the playbook: strictly over `over` (C-01)."""

    metric: str
    over: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cues:
    """What in an incident suggests the playbook."""

    systems: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """One version of a playbook, whole."""

    name: str
    summary: str = ""
    cues: Cues = Cues()
    steps: tuple[Step, ...] = ()

    def step(self, key: str) -> Step | None:
        return next((one for one in self.steps if one.key == key), None)

    def numbers(self) -> dict[str, int]:
        """The number of each numbered step, in the order written, whatever floats to the top of the page."""
        return {one.key: n for n, one in enumerate((s for s in self.steps if s.numbered), 1)}

    def with_step(self, step: Step) -> "Body":
        """The body with this step in the place of the one of the same key, or at the end."""
        if self.step(step.key) is None:
            return replace(self, steps=(*self.steps, step))
        return replace(self, steps=tuple(step if one.key == step.key else one for one in self.steps))


def is_(subject: str, value: str) -> Condition:
    """The condition that one answer is this."""
    return Condition((Clause(subject, "is", value),))


def slug(title: str) -> str:
    """A key made of a title: lower-case letters, figures and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:40].strip("-")


def write(body: Body) -> dict[str, Any]:
    """The body as plain JSON values."""
    return _plain(asdict(body))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def read(body: Mapping[str, Any]) -> Body:
    """A stored body; whatever it lacks has its default."""
    cues = body.get("cues") or {}
    reading = cues.get("reading")
    return Body(
        name=str(body.get("name", "")),
        summary=str(body.get("summary", "")),
        cues=Cues(
            systems=tuple(cues.get("systems", ())),
            words=tuple(cues.get("words", ())),
            sources=tuple(cues.get("sources", ())),
            reading=Reading(**reading) if reading else None,
        ),
        steps=tuple(_step(one) for one in body.get("steps", ())),
    )


def condition(stored: Mapping[str, Any] | None) -> Condition:
    if not stored:
        return Condition()
    clauses = tuple(Clause(**one) for one in stored.get("clauses", ()))
    return Condition(clauses, stored.get("joined", "all"))


def _step(stored: Mapping[str, Any]) -> Step:
    return Step(
        **{
            **stored,
            "when": condition(stored.get("when")),
            "checks": tuple(Check(**one) for one in stored.get("checks", ())),
            "fields": tuple(
                Field(**{**one, "choices": tuple(one.get("choices", ()))}) for one in stored.get("fields", ())
            ),
            "links": tuple(Link(**one) for one in stored.get("links", ())),
            "effects": tuple(
                Effect(**{**one, "when": condition(one.get("when"))}) for one in stored.get("effects", ())
            ),
        }
    )


def problems(body: Body, effects: Iterable[str]) -> Iterator[str]:
    """Why this body cannot be published, as sentences; none when it can."""
    if not body.name.strip():
        yield "The playbook needs a name."
    if not body.steps:
        yield "A playbook has at least one step."
    if len(body.steps) > MOST_STEPS:
        yield f"At most {MOST_STEPS} steps."
    known, seen = set(effects), set[str]()
    for step in body.steps:
        where = f"Step “{step.title}”"
        if not KEY.match(step.key) or step.key in seen:
            yield f"{where} has a key that is not usable or used twice."
        seen.add(step.key)
        if not step.title.strip():
            yield "Every step needs a title."
        if step.is_prohibited and (step.fields or step.checks or step.effects or step.when):
            yield f"{where} is a prohibition: it asks for nothing, has no condition and causes nothing."
        for one in step.effects:
            if one.name not in known:
                yield f"{where} causes “{one.name}”, which nothing here can do."
        yield from (f"{where}: {sentence}" for sentence in _unknown(body, step))


def _unknown(body: Body, step: Step) -> Iterator[str]:
    for clause in (*step.when.clauses, *(c for effect in step.effects for c in effect.when.clauses)):
        if clause.subject in FACTS:
            continue
        owner, _, key = clause.subject.partition(".")
        asked = body.step(owner)
        if asked is None or asked.asks(key) is None:
            yield f"its condition asks for “{clause.subject}”, which no step records."


FACTS = {
    "incident.outage_minutes": "minutes of outage",
    "incident.severity": "severity (1 to 4)",
    "incident.source": "source of the report",
    "incident.clients": "number of affected clients",
}
OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "over": "is more than",
    "under": "is less than",
    "any_of": "is one of (separated by commas)",
    "answered": "is answered",
}
