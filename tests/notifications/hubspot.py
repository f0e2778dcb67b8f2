"""A HubSpot on loopback with a memory: records, notes, a search that lags; it fails as a test tells it."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "pat-not-a-real-token"


@dataclass
class Note:
    body: str
    timestamp: str
    on: str
    searchable: bool = True


@dataclass
class Failure:
    """What the next creation of a note gets: a status (0 hangs up), and whether the note is kept all the same; `late`
    keeps it only after all those seconds."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    keeps: bool = False
    seconds: float = 0.0
    late: bool = False


class Crm(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.records = {"deals/41": False, "companies/42": False, "contacts/43": False}
        self.notes: dict[int, Note] = {}
        self.failures: list[Failure] = []
        self.calls: list[str] = []
        self.token = TOKEN
        # The newest notes are not found by search yet.
        self.lags = False
        # Nor does the record itself name them: only the search knows.
        self.lists = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is what the tests are about."""


class _Call(BaseHTTPRequestHandler):
    server: Crm

    def do_GET(self) -> None:
        self._enter()
        found = re.fullmatch(r"/crm/v3/objects/(\w+/\d+)(\?associations=notes)?", self.path)
        if not self._known():
            return
        if not found or found[1] not in self.server.records:
            self._say(404, {"status": "error", "message": "resource not found", "category": "OBJECT_NOT_FOUND"})
            return
        told: dict[str, Any] = {"id": found[1].split("/")[1], "archived": self.server.records[found[1]]}
        ids = [number for number, note in self.server.notes.items() if note.on == found[1]]
        if found[2] and ids and self.server.lists:
            told["associations"] = {"notes": {"results": [{"id": str(n), "type": "deal_to_note"} for n in ids]}}
        self._say(200, told)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._enter()
        if not self._known():
            return
        if self.path.endswith("/notes/batch/read"):
            wanted = [int(one["id"]) for one in body["inputs"]]
            self._say(200, {"results": [self._shown(n) for n in wanted if n in self.server.notes]})
        elif self.path.endswith("/notes/search"):
            token = body["filterGroups"][0]["filters"][0]["value"]
            words = {n: re.findall(r"\w+", note.body) for n, note in self.server.notes.items() if self._indexed(note)}
            self._say(200, {"results": [self._shown(n) for n, found in words.items() if token in found]})
        else:
            self._create(body)

    def _create(self, body: dict[str, Any]) -> None:
        failure = self.server.failures.pop(0) if self.server.failures else Failure(201, keeps=True)
        if failure.late:
            time.sleep(failure.seconds)
        number = 9000 + len(self.server.notes)
        if failure.keeps:
            to = body["associations"][0]
            kind = {214: "deals", 190: "companies", 202: "contacts"}[to["types"][0]["associationTypeId"]]
            told = body["properties"]
            self.server.notes[number] = Note(told["hs_note_body"], told["hs_timestamp"], f"{kind}/{to['to']['id']}")
        if not failure.late:
            time.sleep(failure.seconds)
        if failure.status == 0:
            self.connection.close()
            return
        said = {"id": str(number)} if failure.status == 201 else {"message": f"status {failure.status}"}
        self._say(failure.status, said, failure.headers)

    def _indexed(self, note: Note) -> bool:
        return note.searchable and not self.server.lags

    def _shown(self, number: int) -> dict[str, Any]:
        return {"id": str(number), "properties": {"hs_note_body": self.server.notes[number].body}}

    def _enter(self) -> None:
        self.server.calls.append(f"{self.command} {self.path}")

    def _known(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.server.token}":
            return True
        self._say(401, {"status": "error", "message": "Authentication credentials not found"})
        return False

    def _say(self, status: int, said: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())
        except OSError:
            """The client gave up, as some tests make it."""

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def crm(settings: Any) -> Iterator[Crm]:
    """Runs the server and points Allclear at it."""
    server = Crm()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.HUBSPOT_API_URL, settings.HUBSPOT_TOKEN = server.address, TOKEN
    settings.HUBSPOT_PORTAL_ID = "777"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
