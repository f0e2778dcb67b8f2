"""What strangers send: bodies that are no message, and messages of which one value is not what it should be."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

JSON = "application/json"
# What stands for a value that JSON has and Python's encoder would refuse or change.
RAW_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "9" * 400, "9" * 5000, "-0", "1E-400")

BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", JSON),
    "space": (b" \r\n\t", JSON),
    "null": (b"null", JSON),
    "true": (b"true", JSON),
    "a number": (b"1", JSON),
    "a text": (b'"text"', JSON),
    "an empty list": (b"[]", JSON),
    "an empty object": (b"{}", JSON),
    "a list of objects": (b'[{"a": 1}, {}]', JSON),
    "cut off": (b'{"status": "firi', JSON),
    "a comma too many": (b'{"a": 1,}', JSON),
    "two values": (b"{} {}", JSON),
    "a list 100,000 deep": (b"[" * 100_000 + b"]" * 100_000, JSON),
    "an object 100,000 deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON),
    "a list 100,000 deep, cut off": (b"[" * 100_000, JSON),
    "the same key twice": (b'{"status": "firing", "status": "resolved", "alerts": [], "alerts": {}}', JSON),
    "no UTF-8": (b'{"title": "\xff\xfe\x80"}', JSON),
    "UTF-16": ('{"title": "x"}'.encode("utf-16"), JSON),
    "a byte order mark": (b'\xef\xbb\xbf{"title": "x"}', JSON),
    "a NUL byte": (b'{"title": "a\x00b"}', JSON),
    "only NUL bytes": (b"\x00" * 1000, JSON),
    "a lone surrogate": (b'{"title": "\\ud800", "\\udfff": "\\ud800"}', JSON),
    "gzip": (gzip.compress(b'{"title": "x"}'), JSON),
    "6 MB of text": (b'{"title": "' + b"a" * 6_000_000 + b'"}', JSON),
    "30 MB": (b"a" * 30_000_000, JSON),
    "10,000 keys": (json.dumps({f"k{n}": n for n in range(10_000)}).encode(), JSON),
    "a form": (b"a=1&b=2", "application/x-www-form-urlencoded"),
    "a form of 5,000 fields": (b"&".join(b"f%d=1" % n for n in range(5_000)), "application/x-www-form-urlencoded"),
    "a form of broken percent signs": (b"a=%ff%zz%00&%=%", "application/x-www-form-urlencoded"),
    "a multipart form without a boundary": (b"--x\r\n\r\n--x--", "multipart/form-data"),
    "a multipart form that breaks off": (b"--x\r\nContent-Disposition: form", "multipart/form-data; boundary=x"),
    "a multipart form in no transfer encoding": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "a multipart form with a boundary that is none": (b"--\xff", "multipart/form-data; boundary=\xff"),
    "plain text": (b"it is down", "text/plain"),
    "XML": (b"<a/>", "text/xml"),
    "no type": (b"{}", ""),
    "a type that is none": (b"{}", "}{"),
    "a charset that is none": (b"{}", "application/json; charset=nonsense"),
    "a charset that is another": (b'{"title": "x"}', "application/json; charset=utf-16"),
    **{f"the number {number[:12]}": (f'{{"title": "x", "at": {number}}}'.encode(), JSON) for number in RAW_NUMBERS},
}

# Headers as they reach the application when the web server let them through.
HEADERS: dict[str, dict[str, str]] = {
    "a length that is no number": {"CONTENT_LENGTH": "ten"},
    "a negative length": {"CONTENT_LENGTH": "-5"},
    "a length of 400 digits": {"CONTENT_LENGTH": "9" * 400},
    "a length that is too large": {"CONTENT_LENGTH": "99999999"},
    "more than was sent": {"CONTENT_LENGTH": "4000"},
    "an encoding": {"HTTP_CONTENT_ENCODING": "gzip"},
    "an Authorization without a scheme": {"HTTP_AUTHORIZATION": "\xff\x00"},
    "an Authorization of 8,000 characters": {"HTTP_AUTHORIZATION": "Bearer " + "a" * 8_000},
    "a key in the query": {"QUERY_STRING": "key=abc"},
    "a query that is none": {"QUERY_STRING": "%ff=%00&rid=1&rid=%zz&create=1&&==&[]=%"},
    "5,000 parameters": {"QUERY_STRING": "&".join(f"q{n}=1" for n in range(5_000))},
    "a run id that is none": {"QUERY_STRING": "rid=%00%ff"},
    "an agent of controls": {"HTTP_USER_AGENT": "\x1b[31m\x00\ud800" + "x" * 5_000},
    "an origin that is none": {"HTTP_ORIGIN": "http://[::1", "HTTP_REFERER": "http://[::1"},
}

VALUES: dict[str, Any] = {
    "null": None,
    "minus one": -1,
    "41 digits": int("9" * 41),
    "an empty text": "",
    "only spaces": "  \u00a0\u2003 ",
    "a NUL": "a\x00b",
    "a lone surrogate": "a\ud800b",
    "not text but looks like it": "\uffff\U0010ffff\u0378",
    "100,000 characters": "ä" * 100_000,
    "controls and script": "a\x1b[31m\r\nSubject: x\u202eb<script>{{ 7*7 }}%(x)s",
    "year 0": "0000-01-01T00:00:00Z",
    "year 99999": "99999-01-01T00:00:00Z",
    "an empty list": [],
    "an object of objects": {"a": {"b": {"c": [None, True, {"d": "\x00"}]}}},
    "10,000 labels": {f"label{n}": "x" for n in range(10_000)},
    "a label of 100,000 characters": {"l" * 100_000: "v" * 100_000},
    "texts where objects should be": ["a", None, 1, True, []],
}


def spoiled(message: Any) -> Iterator[tuple[str, Any]]:
    """The message with each of its values, one at a time, replaced by each of VALUES, or left out."""
    for path in _paths(message):
        for name, value in VALUES.items():
            yield f"{'.'.join(map(str, path))}: {name}", _with(message, path, value)
        yield f"{'.'.join(map(str, path))}: left out", _with(message, path, ...)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in entries:
        yield (*path, key)
        yield from _paths(one, (*path, key))


def _with(message: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(message))
    place = copy
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy
