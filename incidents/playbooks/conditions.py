"""Whether a condition holds: yes, no, or not known yet because nobody has answered. Pure."""

from collections.abc import Mapping
from typing import Any

from incidents.playbooks.shape import FACTS, OPERATORS, YES_NO, Body, Clause, Condition

Answers = Mapping[str, Any]


def holds(condition: Condition, answers: Answers) -> bool | None:
    """`answers` maps `step.field` and the names of FACTS to values. An empty condition holds."""
    found = [_clause(one, answers) for one in condition.clauses]
    if condition.joined == "any" and found:
        return True if True in found else None if None in found else False
    return False if False in found else None if None in found else True


def _clause(clause: Clause, answers: Answers) -> bool | None:
    value = answers.get(clause.subject)
    if clause.operator == "answered":
        return True if value not in (None, "") else None
    if value is None or value == "":
        return None
    if clause.operator in ("over", "under"):
        try:
            here, there = float(value), float(clause.value)
        except (TypeError, ValueError):
            return None
        return here > there if clause.operator == "over" else here < there
    text = _words(value)
    match clause.operator:
        case "is":
            return text == _words(clause.value)
        case "is_not":
            return text != _words(clause.value)
        case "any_of":
            return text in {_words(one) for one in clause.value.split(",")}
    return None


def _words(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().casefold()


def spelled(condition: Condition, body: Body) -> str:
    """“Required when …” without its beginning: `Hard bounces is more than 0, or …`."""
    parts: dict[str, list[str]] = {}
    for clause in condition.clauses:
        name, value = FACTS.get(clause.subject, ""), clause.value
        if not name:
            owner, _, key = clause.subject.partition(".")
            step = body.step(owner)
            asked = step.asks(key) if step else None
            name = f"“{asked.label}”" if asked else clause.subject
            if asked is not None and asked.kind == "yes_no":
                value = " or ".join(YES_NO.get(one.strip(), one.strip()) for one in value.split(","))
        operator = OPERATORS.get(clause.operator, clause.operator).partition(" (")[0]
        operator = "is" if " or " in value else operator
        parts.setdefault(f"{operator} {value}".strip(), []).append(name)
    joint = " or " if condition.joined == "any" else " and "
    return joint.join(f"{joint.join(names)} {rest}" for rest, names in parts.items())
