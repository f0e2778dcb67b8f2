"""What every test of the API begins with: a team, and a program that shows a token."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from config.api import calls
from incidents import tokens
from incidents.models import ApiToken, Responder
from tests.factories import T0, ResponderFactory, Team


class Program:
    """A program with a token: what it sends is JSON, what it gets is read as JSON."""

    def __init__(self, responder: Responder, *scopes: str, name: str = "ci", **token: Any) -> None:
        self.token, self.secret = tokens.create(name, scopes or tuple(tokens.SCOPES), responder, at=T0, **token)
        self.http = Client()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        shown = {"Authorization": f"Bearer {self.secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.http.generic(  # type: ignore[return-value]
            method, f"/api/v1{path}", data, content_type="application/json", headers=shown
        )

    def get(self, path: str, **headers: str) -> Any:
        answer = self.ask("GET", path, **headers)
        assert answer.status_code == 200, (answer.status_code, answer.content)
        return json.loads(answer.content)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, body, **headers)

    def done(self, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.post(path, body, **headers)
        assert answer.status_code in (200, 201), (answer.status_code, answer.content)
        return json.loads(answer.content)


@pytest.fixture(autouse=True)
def _fresh_rates() -> Iterator[None]:
    calls.forget()
    yield
    calls.forget()


@pytest.fixture
def team(db: None) -> Team:
    return Team()


@pytest.fixture
def program(db: None) -> Callable[..., Program]:
    return Program


@pytest.fixture
def everything(db: None) -> Program:
    """A program in the name of an administrator, with every scope."""
    return Program(ResponderFactory(name="Ada Lind", role=["administrator", "coordinator"]))


def told(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


__all__ = ["ApiToken", "Program", "told"]
