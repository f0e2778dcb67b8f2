"""What one version says that another does not, as a person would list it. Pure."""

from dataclasses import dataclass

from incidents.playbooks import conditions
from incidents.playbooks.shape import ANSWER_KINDS, FOLLOWS, Body, Field, Step


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that was added, removed, moved or changed; or the outline."""

    what: str
    title: str
    lines: tuple[Line, ...] = ()


def between(old: Body, new: Body) -> list[Difference]:
    found = []
    outline = _lines(_outline(old), _outline(new))
    if outline:
        found.append(Difference("changed", "Outline", outline))
    before, after = {one.key: one for one in old.steps}, {one.key: one for one in new.steps}
    kept_before = [key for key in before if key in after]
    kept_after = [key for key in after if key in before]
    for key, step in after.items():
        if key not in before:
            found.append(Difference("added", step.title, _lines({}, words(step, new))))
            continue
        lines = _lines(words(before[key], old), words(step, new))
        moved = kept_before.index(key) != kept_after.index(key)
        if lines or moved:
            found.append(Difference("changed" if lines else "moved", step.title, lines))
    found += [Difference("removed", step.title) for key, step in before.items() if key not in after]
    return found


def _outline(body: Body) -> dict[str, str]:
    reading = body.cues.reading
    return {
        "Name": body.name,
        "Summary": body.summary,
        "Words": ", ".join(body.cues.words),
        "Systems": ", ".join(body.cues.systems),
        "Sources": ", ".join(body.cues.sources),
        "Reading": f"{reading.metric} over {reading.over:g}{reading.unit}" if reading else "",
    }


def words(step: Step, body: Body) -> dict[str, str]:
    """A step as lines of text under their names."""
    marks = {"do first": step.do_first, "never required": step.optional, "without a number": not step.numbered}
    return {
        "Title": step.title,
        "Kind": "prohibition" if step.is_prohibited else "",
        "Guidance": step.guidance,
        "Marks": ", ".join(name for name, on in marks.items() if on),
        "Who": step.role,
        "Ticked only when": FOLLOWS.get(step.follows, "") if step.follows else "",
        "Required when": conditions.spelled(step.when, body),
        "Alternatives": step.branch,
        "Sub-checks": "\n".join(one.label for one in step.checks),
        "Answers": "\n".join(_field(one) for one in step.fields),
        "Links": "\n".join(f"{one.label}: {one.url}" for one in step.links),
        "Effects": "\n".join(
            f"{one.name.replace('_', ' ')} at {one.at} {conditions.spelled(one.when, body)} "
            f"{', '.join(f'{key} {value}' for key, value in sorted(one.options.items()))}".strip()
            for one in step.effects
        ),
    }


def _field(one: Field) -> str:
    more = [ANSWER_KINDS[one.kind].lower(), *(["needed"] if one.required else []), *one.choices]
    if one.under is not None:
        more.append(f"under {one.under:g}{one.unit}")
    return f"{one.label} ({', '.join(more)})"


def _lines(before: dict[str, str], after: dict[str, str]) -> tuple[Line, ...]:
    names = [*after, *(name for name in before if name not in after)]
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(Line(name, old, new) for name, old, new in pairs if old != new)
