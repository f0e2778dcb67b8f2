"""How long a body is, settled before Django reads it: Django takes no body without a length for one that is empty."""

import tempfile
from collections.abc import Callable, Iterable
from typing import Any

# More than any door takes, so that the door itself says what is too large.
MOST = 40 * 1024 * 1024
IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def measured(application: Application) -> Application:
    """The application, with chunked bodies (a sender that streams) read to their end, at most MOST of them.

    A length that is no number is answered here with 400, and so is a sender that falls silent (`config.listening`).
    """

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length and not (length.isascii() and length.isdigit() and len(length) < 16):
            return _refused(b"The Content-Length is no number.", start_response)
        # Set by a web server that ends the stream where the last chunk ended; reading on would wait for ever.
        if not length and environ.get("wsgi.input_terminated") and "HTTP_TRANSFER_ENCODING" in environ:
            # Closed with the request, when nothing holds it any more.
            body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
            read = 0
            try:
                while read <= MOST and (piece := environ["wsgi.input"].read(PIECE)):
                    body.write(piece)
                    read += len(piece)
            except OSError:
                return _refused(b"The request broke off.", start_response)
            body.seek(0)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(read)
        return application(environ, start_response)

    return answered


def _refused(sentence: bytes, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(sentence)))]
    start_response("400 Bad Request", [*headers, ("Connection", "close")])
    return [sentence]
