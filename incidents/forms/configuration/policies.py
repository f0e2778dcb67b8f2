"""The form of a policy: the grid of the four severities, what tiers get instead, and outages."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from incidents.forms.configuration.look import DurationField, LineField, Sheet, write_duration
from incidents.models import SlaPolicy
from incidents.policy import ACKNOWLEDGED_BY, NOTIFY_MODES

RANKS = (1, 2, 3, 4)
ROUND_THE_CLOCK = "Round the clock"
MONTH = 31 * 86400


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the grid: what it is called, and the name of its field for each severity."""

    label: str
    hint: str
    name: str
    path: tuple[str, ...]
    unit: str = ""


LINES = (
    Line("Acknowledge within", "never pauses", "ack", ("acknowledge", "target_seconds")),
    Line("Counted in", "the acknowledge clock", "ack_calendar", ("acknowledge", "calendar")),
    Line("Acknowledged by", "what stops that clock", "acknowledged_by", ("acknowledged_by",)),
    Line("Resolve within", "stops when the fix is live", "resolve", ("resolve", "target_seconds")),
    Line("Counted in", "the resolve clock", "resolve_calendar", ("resolve", "calendar")),
    Line(
        "Workaround counts",
        "a workaround in place stops the resolve clock",
        "workaround",
        ("resolve", "met_by_workaround"),
    ),
    Line("May be paused", "the resolve clock only, with a reason", "pausable", ("resolve", "pausable")),
    Line("Paused at most", "then it resumes by itself", "max_pause", ("resolve", "max_pause_seconds")),
    Line("Watch after a fix", "before resolve is allowed", "verification", ("verification_seconds",)),
    Line("Tell the client", "", "notify_mode", ("notify", "mode")),
    Line("… at once means within", "", "notify_within", ("notify", "seconds")),
    Line("… the same day, but never under", "midnight is the client’s", "notify_floor", ("notify", "floor_seconds")),
    Line("Next update, proposed after", "the letter names the time", "next_update", ("next_update_seconds",)),
    Line("A second person approves letters", "before clients receive them", "approval", ("approval",)),
    Line("Raised again when untouched for", "", "resurface", ("resurface_seconds",)),
)
APPROVAL = (("", "the same"), ("yes", "Yes"), ("no", "No"))
LEAST = {"verification": 0, "notify_floor": 0, "max_pause": 60}


def _read(row: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _write(row: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        row = row.setdefault(step, {})
    row[path[-1]] = value


def _grid_field(line: Line, rank: int, calendars: list[tuple[str, str]]) -> forms.Field:
    label = f"SEV-{rank}: {line.label.removeprefix('… ').lower()}"
    if line.name in ("ack_calendar", "resolve_calendar"):
        return forms.ChoiceField(label=label, choices=calendars, required=False)
    if line.name == "acknowledged_by":
        return forms.ChoiceField(label=label, choices=list(ACKNOWLEDGED_BY.items()))
    if line.name == "notify_mode":
        return forms.ChoiceField(label=label, choices=list(NOTIFY_MODES.items()))
    if line.name in ("workaround", "pausable", "approval"):
        return forms.BooleanField(label=label, required=False)
    return DurationField(label=label, least=LEAST.get(line.name, 60))


@dataclass(frozen=True, slots=True)
class GridRow:
    label: str
    hint: str
    cells: tuple[tuple[int, BoundField, str], ...]


class PolicyForm(Sheet):
    """Edits the body of a policy version. `base` is the body in force: what the grid does not show stays as it is."""

    outage_notify = DurationField(label="Tell affected clients when an outage exceeds", most=MONTH)
    outage_escalate = DurationField(label="Escalate when an outage exceeds", most=MONTH)
    reopen_days = forms.IntegerField(
        label="A reply may reopen for",
        min_value=0,
        max_value=365,
        help_text="Days after resolution; later it is a new incident.",
    )
    note = LineField(label="Why, for the version history", max_length=300)
    started_from = forms.IntegerField(widget=forms.HiddenInput)
    previewed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        base: Mapping[str, Any],
        tiers: Iterable[tuple[str, str]],
        calendars: Iterable[str],
        **kwargs: Any,
    ) -> None:
        self.base, self.tiers = base, list(tiers)
        self.calendars = [("", ROUND_THE_CLOCK), *((name, name) for name in calendars)]
        super().__init__(*args, initial={**self._initial(), **kwargs.pop("initial", {})}, **kwargs)

    def further_fields(self) -> dict[str, forms.Field]:
        grid = {f"s{rank}_{line.name}": _grid_field(line, rank, self.calendars) for line in LINES for rank in RANKS}
        amended: dict[str, forms.Field] = {
            f"t_{key}_{rank}_{kind}": DurationField(
                label=f"{name}, SEV-{rank}: {'acknowledge' if kind == 'ack' else 'resolve'} within", required=False
            )
            for key, name in self.tiers
            for rank in RANKS
            for kind in ("ack", "resolve")
        }
        approval: dict[str, forms.Field] = {
            f"t_{key}_{rank}_approval": forms.ChoiceField(
                label=f"{name}, SEV-{rank}: letters are approved", choices=APPROVAL, required=False
            )
            for key, name in self.tiers
            for rank in RANKS
        }
        return {**grid, **amended, **approval}

    def _initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {
            "outage_notify": self.base.get("outage", {}).get("notify_seconds", 3600),
            "outage_escalate": self.base.get("outage", {}).get("escalate_seconds", 14400),
            "reopen_days": self.base.get("reopen_days", 14),
        }
        for rank in RANKS:
            row = self.base["severities"][f"SEV-{rank}"]
            for line in LINES:
                initial[f"s{rank}_{line.name}"] = _read(row, line.path)
        for tier, rows in self.base.get("tiers", {}).items():
            for severity, row in rows.items():
                for kind, name in (("acknowledge", "ack"), ("resolve", "resolve")):
                    if kind in row:
                        initial[f"t_{tier}_{severity[-1]}_{name}"] = row[kind].get("target_seconds")
                if "approval" in row:
                    initial[f"t_{tier}_{severity[-1]}_approval"] = "yes" if row["approval"] else "no"
        return initial

    def grid(self) -> Iterator[GridRow]:
        """The rows of the grid with a field for each severity, and what it was when that differs."""
        for line in LINES:
            cells = tuple((rank, self[f"s{rank}_{line.name}"], self._was(rank, line)) for rank in RANKS)
            yield GridRow(line.label, line.hint, cells)

    def _was(self, rank: int, line: Line) -> str:
        """What is in force, in words, where something else was typed."""
        name = f"s{rank}_{line.name}"
        if not self.is_bound or name not in self.changed_data:
            return ""
        value, field = self.initial.get(name), self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return {**ACKNOWLEDGED_BY, **NOTIFY_MODES}.get(value or "", value or ROUND_THE_CLOCK.lower())
        if isinstance(field, forms.BooleanField):
            return "yes" if value else "no"
        return write_duration(value) if isinstance(value, int) else "empty"

    def tier_grid(self) -> Iterator[tuple[str, list[tuple[int, list[BoundField]]]]]:
        """For each tier its name and, severity by severity, the fields of what it gets instead."""
        for key, name in self.tiers:
            asked = ("ack", "resolve", "approval")
            yield name, [(rank, [self[f"t_{key}_{rank}_{one}"] for one in asked]) for rank in RANKS]

    def body(self) -> dict[str, Any]:
        """The body as typed, without calendars: those are copied in when the version is written."""
        body = copy.deepcopy(dict(self.base))
        for rank in RANKS:
            row = body["severities"][f"SEV-{rank}"]
            for line in LINES:
                value = self.cleaned_data[f"s{rank}_{line.name}"]
                if line.name == "approval" and not value:
                    # Bodies from before there were approvals say nothing, and mean the same.
                    row.pop("approval", None)
                    continue
                _write(row, line.path, value if value != "" else None)
        body["tiers"] = self._tiers()
        body["outage"] = {
            "notify_seconds": self.cleaned_data["outage_notify"],
            "escalate_seconds": self.cleaned_data["outage_escalate"],
        }
        body["reopen_days"] = self.cleaned_data["reopen_days"]
        return body

    def _tiers(self) -> dict[str, Any]:
        tiers = copy.deepcopy(dict(self.base.get("tiers", {})))
        for key, _ in self.tiers:
            for rank in RANKS:
                for kind, name in (("acknowledge", "ack"), ("resolve", "resolve")):
                    seconds = self.cleaned_data[f"t_{key}_{rank}_{name}"]
                    row = tiers.setdefault(key, {}).setdefault(f"SEV-{rank}", {})
                    if seconds:
                        row.setdefault(kind, {})["target_seconds"] = seconds
                    else:
                        row.pop(kind, None)
                row = tiers[key][f"SEV-{rank}"]
                row.pop("approval", None)
                if answer := self.cleaned_data[f"t_{key}_{rank}_approval"]:
                    row["approval"] = answer == "yes"
        kept = {key: {rank: row for rank, row in rows.items() if row} for key, rows in tiers.items()}
        return {key: rows for key, rows in kept.items() if rows}


class NewPolicyForm(Sheet):
    name = LineField(max_length=80)
    like = forms.ModelChoiceField(SlaPolicy.objects.all(), label="Starts as a copy of", empty_label=None)


class PolicyNameForm(Sheet):
    name = LineField(max_length=80)
