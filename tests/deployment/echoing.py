"""An application that reads its body, and gunicorn's settings of the product with a patience of one second."""

from collections.abc import Callable, Iterable
from typing import Any

from config import listening
from config.bodies import measured

when_ready = listening.when_ready
listening.RECEIVE_SECONDS = 1


def _read(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    found = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", str(len(found)))])
    return [found]


application = measured(_read)
