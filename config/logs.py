"""One line a record, with the request's id; control and bidirectional characters cannot forge a line."""

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class LineFormatter(logging.Formatter):
    """Formats as `time level logger [request] message`, in UTC; escapes what a terminal would act on."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return _UNSAFE.sub(lambda match: f"\\x{ord(match[0]):02x}", super().format(record))
