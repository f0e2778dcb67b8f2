"""The page of the API: what every call takes and answers, read from the schema that machines read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.api import api
from incidents.tokens import SCOPES
from incidents.views.configuration.permitted import SignedRequest, permitted


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call as the page shows it; `example` is a body that one may start from."""

    anchor: str
    method: str
    path: str
    title: str
    description: str
    scope: str
    fields: tuple[Field, ...]
    body: tuple[Field, ...]
    example: str
    answers: tuple[tuple[str, str], ...]


def _resolved(shape: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in shape:
        found: dict[str, Any] = shapes[shape["$ref"].rpartition("/")[2]]
        return found
    if len(shape.get("allOf", [])) == 1:
        return _resolved(shape["allOf"][0], shapes)
    return shape


def _type(shape: dict[str, Any], shapes: dict[str, Any]) -> str:
    shape = _resolved(shape, shapes)
    if "enum" in shape:
        return " | ".join(json.dumps(one) for one in shape["enum"])
    if "const" in shape:
        return json.dumps(shape["const"])
    if "anyOf" in shape:
        return " or ".join(dict.fromkeys(_type(one, shapes) for one in shape["anyOf"]))
    kind = str(shape.get("type", "any"))
    if kind == "array":
        return f"list of {_type(shape.get('items', {}), shapes)}"
    if kind == "object":
        return f"object {{{', '.join(shape.get('properties', {}))}}}" if shape.get("properties") else "object"
    return {"date-time": "instant", "date": "day"}.get(shape.get("format", ""), kind)


def _fields(shape: dict[str, Any], shapes: dict[str, Any]) -> Iterator[Field]:
    shape = _resolved(shape, shapes)
    required = shape.get("required", [])
    for name, one in shape.get("properties", {}).items():
        note = one.get("description", "")
        most = one.get("maxLength") or _resolved(one, shapes).get("maxLength")
        note = f"{note} At most {most} characters.".strip() if most and one.get("type") == "string" else note
        yield Field(name, _type(one, shapes), name in required, note)


SAMPLES = {"integer": 1, "boolean": True, "number": 1.9, "instant": "2026-07-20T13:05:00Z", "day": "2026-07-21"}


def _example(fields: tuple[Field, ...]) -> str:
    told = {one.name: _sample(one) for one in fields if one.required} or {one.name: _sample(one) for one in fields[:2]}
    return json.dumps(told, ensure_ascii=False, indent=2) if told else ""


def _sample(field: Field) -> Any:
    kind = field.type.split(" or ")[0]
    if kind.startswith('"'):
        return json.loads(kind.split(" | ")[0])
    return [1] if kind == "list of integer" else [] if kind.startswith("list") else SAMPLES.get(kind, "…")


def _operation(path: str, method: str, one: dict[str, Any], shapes: dict[str, Any]) -> Operation:
    content = one.get("requestBody", {}).get("content", {})
    shape: dict[str, Any] = next((kind["schema"] for kind in content.values()), {})
    body = tuple(_fields(shape, shapes))
    fields = tuple(
        Field(each["name"], _type(each["schema"], shapes), each.get("required", False), _note(each))
        for each in one.get("parameters", [])
    )
    answers = tuple(
        (str(code), each.get("description", "")) for code, each in one["responses"].items() if int(code) < 400
    )
    return Operation(
        anchor=one["operationId"],
        method=method.upper(),
        path=path,
        title=one.get("summary", ""),
        description=one.get("description", ""),
        scope=one.get("x-scope", ""),
        fields=fields,
        body=body,
        example=_example(body) if "application/json" in content else "",
        answers=answers,
    )


def _note(parameter: dict[str, Any]) -> str:
    note = parameter.get("description") or parameter["schema"].get("description", "")
    return f"{note} In the {parameter['in']}.".strip() if parameter["in"] != "query" else note


@lru_cache(maxsize=1)
def groups() -> list[tuple[str, list[Operation]]]:
    """Every call under the noun that it is about, in the order of the schema."""
    schema = api.get_openapi_schema()
    shapes = schema["components"]["schemas"]
    found: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method, one in operations.items():
            group = (one.get("tags") or ["Other"])[0]
            found.setdefault(group, []).append(_operation(path, method, one, shapes))
    return list(found.items())


@require_safe
@permitted("view_incident")
def page(request: SignedRequest) -> HttpResponse:
    context = {
        "groups": groups(),
        "scopes": SCOPES,
        "root": f"{request.scheme}://{request.get_host()}",
        "may_make": request.user.has_perm("configure"),
    }
    return render(request, "api.html", context)
