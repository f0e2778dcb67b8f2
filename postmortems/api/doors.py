"""What machines ask without a person behind them, and its place in the schema: gates, readings, runs of checks."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from incidents.api.shapes import FAILURES, Failed
from incidents.detection.api import router
from postmortems.views import api as doors


def _scoped(scope: str) -> dict[str, Any]:
    """These answer as they always have, and look at the token themselves."""
    return {"security": [{"Bearer": []}], "x-scope": scope}


class Decision(Schema):
    decision: Literal["go", "hold"]
    gate: str = ""
    scope: str = ""
    partial_scope: str = ""
    unmet: list[str] = []
    incident: str = ""
    reference: str = ""
    since: str = ""
    error: str = ""


DECISIONS = {**FAILURES, 200: Decision, 304: None, 423: Decision}


@router.api_operation(
    ["GET", "HEAD"],
    "/gates/{slug:key}",
    response=DECISIONS,
    tags=["Gates"],
    auth=None,
    openapi_extra=_scoped("gates:read"),
)
def gate(request: HttpRequest, key: str) -> HttpResponse:
    """May this work run? 200 is a go; everything else is not. Scope `gates:read`."""
    return doors.gate(request, key)


class ReadingBody(Schema):
    metric: Annotated[str, Field(max_length=80)]
    value: float
    taken_at: datetime | None = None
    source: str = "api"
    sample: Annotated[int | None, Field(ge=0, description="Of how many; too few judge nothing.")] = None
    subject: Annotated[
        str,
        Field(max_length=120, description="What it was measured for, where the metric asks: a sending domain, say."),
    ] = ""


class TakenShape(Schema):
    accepted: int = Field(description="How many were kept.")
    criteria: int = Field(description="How many criteria of gates took one.")
    refused: list[dict[str, str]] = Field(description="Those that could be read and not be kept, each with why.")


def _described(scope: str, shape: type[Schema]) -> dict[str, Any]:
    schema = shape.model_json_schema()
    return {
        **_scoped(scope),
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }


TAKEN = {202: TakenShape, **FAILURES}


@router.post(
    "/readings", response=TAKEN, tags=["Readings"], auth=None, openapi_extra=_described("readings:write", ReadingBody)
)
def post_readings(request: HttpRequest) -> HttpResponse:
    """One reading, or up to 1,000 in a list under `readings`; all are taken or none. Scope `readings:write`."""
    return doors.readings(request)


class RunBody(Schema):
    passed: bool
    evidence: str
    source: str = "CI"
    url: str = ""


class RunShape(Schema):
    run: int
    passed: bool


RAN = {201: RunShape, **FAILURES, 409: Failed}


@router.post(
    "/checks/{slug:key}/runs",
    response=RAN,
    tags=["Checks"],
    auth=None,
    openapi_extra=_described("checks:write", RunBody),
)
def post_check_run(request: HttpRequest, key: str) -> HttpResponse:
    """The result of a regression check from CI. Scope `checks:write`, or the signature of the check over the body."""
    return doors.check_run(request, key)
