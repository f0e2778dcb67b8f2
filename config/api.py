"""One API out of the doors of every app: how it speaks of refusals, of what was wrong, and of itself."""

import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from incidents.allowance import Allowance
from incidents.api import acting, catalogue, reading
from incidents.api.door import NO_TOKEN, Bearer, Door, failed
from incidents.detection import api as detection
from incidents.detection.intake.strict import Unreadable, read
from incidents.refusals import Refused
from postmortems.api import actions, doors, gates

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
log = logging.getLogger(__name__)
calls = Allowance("api")
DESCRIPTION = (
    "Show a token with every call: `Authorization: Bearer alc_…`. "
    "What a page refuses, the API refuses with the same sentence."
)
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
    "description": "The same request with the same key is done once; its answer is kept for a day.",
}
WRITING = ("post", "patch")


class StrictParser(Parser):
    """JSON as strangers send it: bounded in size, depth and numbers."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read(request.body)


class AllclearAPI(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The schema, with the key that makes a call safe to repeat wherever something is written."""
        schema = super().get_openapi_schema(**kwargs)
        scopes = self.scopes()
        for operations in schema["paths"].values():
            if "head" in operations:
                # One function answers both; the schema names each.
                operations["head"] = {**operations["head"], "operationId": operations["get"]["operationId"] + "_head"}
            for method, operation in operations.items():
                if method in WRITING:
                    operation.setdefault("parameters", []).append(KEY_HEADER)
                if operation["operationId"] in scopes:
                    operation["x-scope"] = scopes[operation["operationId"]]
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function: one verb, one name."""
        return operation.view_func.__name__

    def scopes(self) -> dict[str, str]:
        """The scope that each operation asks for, by the id of the operation."""
        found = {}
        for router in self._get_bound_routers():
            for path in router.path_operations.values():
                for one in path.operations:
                    for guard in one.auth_callbacks:
                        if isinstance(guard, Bearer):
                            found[self.get_openapi_operation_id(one)] = guard.scope
        return found


api = AllclearAPI(
    title="Allclear",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)
api.add_decorator(Door(calls), mode="view")
# Reading and acting share their addresses, and so one router; importing `acting` adds the verbs
# to it, and `gates` and `doors` add theirs to that of heartbeats and readings.
__all__ = ["acting", "api", "doors", "gates", "urlpatterns"]
api.add_router("", reading.router)
api.add_router("", catalogue.router)
api.add_router("", detection.router)
api.add_router("", actions.router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _json(409, {"refusal": error.sentence, "field": error.field})


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Each fault beside the name of what it is about, without the words of the library that found it."""
    faults = [{"field": _place(one["loc"]), "error": _sentence(one)} for one in error.errors]
    return _json(422, {"error": "The request does not say what it must.", "errors": faults})


def _place(loc: Any) -> str:
    """`clients.0` for what was found at `("body", "body", "clients", 0)`: the first two name our own parameters."""
    return ".".join(str(part) for part in (loc[2:] or loc[1:] or loc))[:200]


def _sentence(one: Any) -> str:
    return str(one.get("msg", "")).removeprefix("Value error, ")[:300]


@api.exception_handler(HttpError)
def broken_off(request: HttpRequest, error: HttpError) -> HttpResponse:
    # The framework wraps what the parser said.
    cause = error.__cause__ or error.__context__
    if isinstance(cause, Unreadable):
        return failed(cause.status, cause.sentence)
    if isinstance(cause, RequestDataTooBig):
        return failed(413, "The body is too large.")
    if error.status_code == 422:
        name, _, sentence = error.message.partition(": ")
        return _json(422, {"error": error.message, "errors": [{"field": name, "error": sentence}]})
    return failed(error.status_code, error.message)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return failed(401, NO_TOKEN)


@api.exception_handler(SuspiciousOperation)
def suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return failed(400, "The request cannot be read.")


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database did not answer in time: the caller may try again, for nothing was written."""
    log.exception("a call of the API could not be answered")
    answer = failed(503, "The database did not answer; nothing was written.")
    answer["Retry-After"] = "5"
    return answer


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _spoken(view: View) -> View:
    """A wrong method is answered in JSON like everything else."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = view(request, *args, **kwargs)
        if found.status_code != 405:
            return found
        refused = failed(405, "This address does not take that method.")
        refused["Allow"] = found.headers["Allow"]
        return refused

    return cast(View, answer)


def urlpatterns() -> Iterator[URLPattern]:
    """The addresses, each open to whoever is not signed in: a token is looked at instead."""
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = login_not_required(_spoken(pattern.callback))
            yield pattern
