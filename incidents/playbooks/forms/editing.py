"""Forms that edit a draft: the outline, one step with its rows, a type of incident."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from incidents.forms.configuration.look import LineField, Sheet, TextField, one_line
from incidents.models import BY_PERSON, Incident
from incidents.playbooks import shape
from incidents.playbooks.effects import KNOWN
from incidents.playbooks.models import IncidentType
from incidents.playbooks.shape import (
    ANSWER_KINDS,
    FACTS,
    FOLLOWS,
    MOST_CHECKS,
    MOST_FIELDS,
    MOST_LINKS,
    OPERATORS,
    ROLES,
    Body,
    Check,
    Clause,
    Condition,
    Cues,
    Effect,
    Field,
    Link,
    Reading,
    Step,
)
from incidents.playbooks.suggesting import METRICS

CLAUSES, BLANK, EFFECTS = 4, 3, 4
_URL = re.compile(r"https?://\S+\Z", re.IGNORECASE)


class LinesField(forms.CharField):
    """Several short texts, one on each line."""

    def __init__(self, *, most: int = 40, longest: int = 120, **kwargs: Any) -> None:
        self.most, self.longest = most, longest
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=most * (longest + 2), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        for line in lines:
            one_line(line)
        if len(lines) > self.most or any(len(line) > self.longest for line in lines):
            raise ValidationError(f"At most {self.most} lines of {self.longest} characters.")
        return list(dict.fromkeys(lines))


class OutlineForm(Sheet):
    name = LineField(max_length=120)
    summary = TextField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    incident_type = forms.ModelChoiceField(IncidentType.objects.all(), required=False, help_text="What it is for.")
    words = LinesField(
        required=False, longest=80, label="Suggested by words", help_text="One on each line, as a report would say it."
    )
    systems = LinesField(required=False, longest=80, label="Suggested by systems", help_text="Words of their names.")
    sources = forms.MultipleChoiceField(
        choices=Incident.Source.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Suggested by source",
    )
    metric = forms.ChoiceField(
        choices=[("", "No reading"), *METRICS.items()], required=False, label="Suggested by a reading of"
    )
    over = forms.FloatField(required=False, min_value=0, max_value=1e9, label="… that is over")
    unit = LineField(required=False, max_length=12, label="Unit")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("metric") and found.get("over") is None and "over" not in self.errors:
            self.add_error("over", "Say over which number.")
        return found

    @property
    def cues(self) -> Cues:
        found = self.cleaned_data
        reading = Reading(found["metric"], found["over"], found["unit"]) if found["metric"] else None
        return Cues(tuple(found["systems"]), tuple(found["words"]), tuple(found["sources"]), reading)


def filled(body: Body, incident_type: IncidentType | None) -> dict[str, Any]:
    """What an OutlineForm begins with."""
    cues, reading = body.cues, body.cues.reading
    return {
        "name": body.name,
        "summary": body.summary,
        "incident_type": incident_type,
        "words": cues.words,
        "systems": cues.systems,
        "sources": cues.sources,
        "metric": reading.metric if reading else "",
        "over": reading.over if reading else None,
        "unit": reading.unit if reading else "%",
    }


class StepSheet(Sheet):
    """One step. Rows left empty are dropped; a renamed answer keeps its key, so conditions still find it."""

    title = LineField(max_length=160)
    kind = forms.ChoiceField(
        choices=[("step", "A step"), ("prohibited", "A prohibition: read, never ticked")], widget=forms.RadioSelect
    )
    guidance = TextField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    numbered = forms.BooleanField(required=False, label="It has a number")
    do_first = forms.BooleanField(required=False, label="Do first: it stands on top, with its own number")
    optional = forms.BooleanField(required=False, label="Never required")
    status_pages = forms.BooleanField(required=False, label="Show the status pages of the affected systems")
    role = forms.ChoiceField(choices=list(ROLES.items()), required=False, label="Who does it")
    follows = forms.ChoiceField(choices=list(FOLLOWS.items()), required=False, label="Ticked only when")
    branch = LineField(
        required=False,
        max_length=40,
        help_text="Neighbours with the same word stand beside each other as alternatives.",
    )
    checks = LinesField(
        required=False, most=MOST_CHECKS, longest=160, label="Sub-checks", help_text="One on each line."
    )
    links = LinesField(
        required=False, most=MOST_LINKS, longest=600, help_text="One on each line: words | https://address"
    )
    joined = forms.ChoiceField(
        choices=[("all", "all of these hold"), ("any", "any of these holds")],
        required=False,
        label="It is required when",
    )

    def __init__(self, *args: Any, body: Body, step: Step | None, **kwargs: Any) -> None:
        self.body, self.step = body, step or Step("", "")
        kwargs["initial"] = self._filled()
        super().__init__(*args, **kwargs)

    def further_fields(self) -> dict[str, forms.Field]:
        self.rows = min(MOST_FIELDS, len(self.step.fields) + BLANK)
        subjects = [("", "–"), *self._subjects()]
        own = [("", "–"), *((one.key, one.label) for one in self.step.fields)]
        found: dict[str, forms.Field] = {}
        for n in range(CLAUSES):
            found |= _clause(f"w{n}", subjects)
        for n in range(self.rows):
            found |= {
                f"f{n}-key": forms.CharField(required=False, max_length=40, widget=forms.HiddenInput),
                f"f{n}-label": LineField(required=False, max_length=160, label=f"Answer {n + 1}"),
                f"f{n}-kind": forms.ChoiceField(choices=list(ANSWER_KINDS.items()), required=False, label="Kind"),
                f"f{n}-choices": LineField(
                    required=False, max_length=600, label="Choices", help_text="Separated by semicolons."
                ),
                f"f{n}-unit": LineField(required=False, max_length=12, label="Unit"),
                f"f{n}-under": forms.FloatField(required=False, label="Must be under"),
                f"f{n}-required": forms.BooleanField(required=False, label="Needed to tick the step"),
                f"f{n}-keeps": forms.BooleanField(required=False, label="Shown on later incidents as the resolution"),
            }
        situations = [("", "–"), *((str(one), str(one.label)) for one in BY_PERSON)]
        for n in range(EFFECTS):
            found |= {
                f"e{n}-name": forms.ChoiceField(
                    choices=[("", "Nothing"), *((name, one.label) for name, one in KNOWN.items())],
                    required=False,
                    label="It also does",
                ),
                f"e{n}-at": forms.ChoiceField(
                    choices=[("done", "when it is ticked"), ("start", "when the run starts")],
                    required=False,
                    label="When",
                ),
                f"e{n}-severity": forms.TypedChoiceField(
                    choices=[("", "–"), *((r, f"SEV-{r}") for r in (1, 2, 3, 4))],
                    coerce=int,
                    required=False,
                    empty_value=None,
                    label="Severity",
                ),
                f"e{n}-situation": forms.ChoiceField(choices=situations, required=False, label="Situation"),
                f"e{n}-item": forms.ChoiceField(choices=own, required=False, label="The answer that names it"),
                f"e{n}-gate": LineField(required=False, max_length=200, label="What undoes it"),
            } | _clause(f"e{n}w", subjects)
        return found

    def _subjects(self) -> Iterator[tuple[str, str]]:
        for step in self.body.steps:
            for one in step.fields:
                yield f"{step.key}.{one.key}", f"{step.title[:40]}: {one.label}"
        yield from ((key, f"Incident: {words}") for key, words in FACTS.items())

    def _filled(self) -> dict[str, Any]:
        step = self.step
        found: dict[str, Any] = {
            name: getattr(step, name)
            for name in ("title", "kind", "guidance", "numbered", "do_first", "optional", "status_pages", "role")
        }
        found |= {"follows": step.follows, "branch": step.branch, "joined": step.when.joined}
        found["checks"] = [one.label for one in step.checks]
        found["links"] = [f"{one.label} | {one.url}" for one in step.links]
        for n, clause in enumerate(step.when.clauses[:CLAUSES]):
            found |= _clause_filled(f"w{n}", clause)
        for n, one in enumerate(step.fields):
            found |= {
                f"f{n}-{name}": getattr(one, name) for name in ("key", "label", "kind", "unit", "under", "required")
            }
            found |= {f"f{n}-choices": "; ".join(one.choices), f"f{n}-keeps": one.keeps == "resolution"}
        for n, effect in enumerate(step.effects[:EFFECTS]):
            found |= {f"e{n}-name": effect.name, f"e{n}-at": effect.at}
            found |= {f"e{n}-{name}": effect.options.get(name) for name in ("severity", "situation", "item", "gate")}
            if effect.when.clauses:
                found |= _clause_filled(f"e{n}w", effect.when.clauses[0])
        return found

    def clean_links(self) -> list[str]:
        for line in self.cleaned_data["links"]:
            label, _, url = line.partition("|")
            if not label.strip() or not _URL.match(url.strip()):
                raise ValidationError(f"“{line[:60]}”: write words, a bar, and an address that begins with https://.")
        return list(self.cleaned_data["links"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for n in range(self.rows):
            label, choices = found.get(f"f{n}-label"), _split(found.get(f"f{n}-choices"))
            if label and found.get(f"f{n}-kind") == "choice" and len(choices) < 2:
                self.add_error(f"f{n}-choices", "Write at least two, separated by semicolons.")
        for n in range(CLAUSES):
            if (
                found.get(f"w{n}-subject")
                and not found.get(f"w{n}-value")
                and found.get(f"w{n}-operator") != "answered"
            ):
                self.add_error(f"w{n}-value", "Compared with what?")
        return found

    def made(self) -> Step:
        """The step as the form says it; called when the form is valid."""
        found, old = self.cleaned_data, self.step
        prohibited = found["kind"] == "prohibited"
        key = old.key or _unused(shape.slug(found["title"]), [one.key for one in self.body.steps])
        return Step(
            key=key,
            title=found["title"],
            guidance=found["guidance"],
            kind=found["kind"],
            numbered=found["numbered"],
            do_first=found["do_first"] and not prohibited,
            optional=found["optional"],
            role=found["role"],
            branch=found["branch"],
            follows=found["follows"],
            status_pages=found["status_pages"],
            when=self._when(),
            checks=tuple(self._checks()),
            fields=tuple(self._fields()),
            links=tuple(
                Link(label.strip(), url.strip()) for label, _, url in (one.partition("|") for one in found["links"])
            ),
            effects=tuple(self._effects()),
        )

    def _when(self) -> Condition:
        clauses = [_made(self.cleaned_data, f"w{n}") for n in range(CLAUSES)]
        return Condition(tuple(one for one in clauses if one), self.cleaned_data["joined"] or "all")

    def _checks(self) -> Iterator[Check]:
        known, used = {one.label: one.key for one in self.step.checks}, list[str]()
        for label in self.cleaned_data["checks"]:
            key = known.get(label) or _unused(shape.slug(label), [*known.values(), *used])
            used.append(key)
            yield Check(key, label)

    def _fields(self) -> Iterator[Field]:
        found, used = self.cleaned_data, list[str]()
        known = {one.key: one for one in self.step.fields}
        for n in range(self.rows):
            label = found[f"f{n}-label"]
            if not label:
                continue
            old = known.get(found[f"f{n}-key"])
            key = old.key if old and old.key not in used else _unused(shape.slug(label), [*known, *used])
            used.append(key)
            kind = found[f"f{n}-kind"] or "text"
            yield Field(
                key=key,
                label=label,
                kind=kind,
                required=found[f"f{n}-required"],
                choices=tuple(_split(found[f"f{n}-choices"])) if kind == "choice" else (),
                unit=found[f"f{n}-unit"],
                under=found[f"f{n}-under"] if kind in shape.FIGURES else None,
                prefill=old.prefill if old else "",
                keeps="resolution" if found[f"f{n}-keeps"] else "",
                part_of=old.part_of if old else "",
            )

    def _effects(self) -> Iterator[Effect]:
        found = self.cleaned_data
        for n in range(EFFECTS):
            name = found[f"e{n}-name"]
            if not name:
                continue
            before = self.step.effects[n] if n < len(self.step.effects) else None
            options = dict(before.options) if before and before.name == name else {}
            for option in ("severity", "situation", "item", "gate"):
                value = found[f"e{n}-{option}"]
                options.pop(option, None)
                if value not in (None, ""):
                    options[option] = value
            clause = _made(found, f"e{n}w")
            yield Effect(name, found[f"e{n}-at"] or "done", Condition((clause,) if clause else ()), options)

    @property
    def groups(self) -> list[tuple[str, list[list[forms.BoundField]]]]:
        """The rows of conditions, answers and effects, each with its fields, for the page."""
        found: list[tuple[str, list[list[forms.BoundField]]]] = []
        for title, letter in (("When it is required", "w"), ("What is recorded", "f"), ("What it does", "e")):
            rows: dict[str, list[forms.BoundField]] = {}
            for field in self.visible_fields():
                head = field.name.split("-")[0].removesuffix("w") if field.name[0] == "e" else field.name.split("-")[0]
                if "-" in field.name and head[0] == letter:
                    rows.setdefault(head, []).append(field)
            first = [[self["joined"]]] if letter == "w" else []
            found.append((title, [*first, *rows.values()]))
        return found

    @property
    def plain(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if "-" not in field.name and field.name != "joined"]


class TypeForm(Sheet):
    name = LineField(max_length=80)
    words = LinesField(required=False, longest=60, help_text="How one would recognise it; one on each line.")


class NoteForm(Sheet):
    note = LineField(required=False, max_length=300, label="What changed, and why")


def _clause(prefix: str, subjects: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        f"{prefix}-subject": forms.ChoiceField(choices=subjects, required=False, label="If"),
        f"{prefix}-operator": forms.ChoiceField(choices=list(OPERATORS.items()), required=False, label="Comparison"),
        f"{prefix}-value": LineField(required=False, max_length=300, label="Value"),
    }


def _clause_filled(prefix: str, clause: Clause) -> dict[str, str]:
    parts = {"subject": clause.subject, "operator": clause.operator, "value": clause.value}
    return {f"{prefix}-{name}": value for name, value in parts.items()}


def _made(found: dict[str, Any], prefix: str) -> Clause | None:
    subject = found[f"{prefix}-subject"]
    return Clause(subject, found[f"{prefix}-operator"] or "is", found[f"{prefix}-value"]) if subject else None


def _split(text: str | None) -> list[str]:
    return [one.strip() for one in (text or "").split(";") if one.strip()]


def _unused(stem: str, taken: Sequence[str]) -> str:
    stem = stem[:36].strip("-") or "step"
    return next(one for one in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if one not in taken)
