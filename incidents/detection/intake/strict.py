"""Reads JSON from strangers: bounded in size, depth and numbers; what it refuses it refuses with a sentence."""

import json
import math
from typing import Any

MOST_BYTES = 5 * 1024 * 1024
MOST_DEPTH = 40
MOST_DIGITS = 40
REPLACED = {0: "\ufffd"}


class Unreadable(Exception):
    """The sentence says what is wrong, for the person who set the sender up; `status` is the HTTP answer."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def read(body: bytes) -> Any:
    """The JSON value in `body`. NUL and lone surrogates in texts become U+FFFD, for PostgreSQL cannot store them.

    Refused: more than 5 MB, no UTF-8, depth over 40, NaN and infinities, numbers of more than 40 digits, a key that
    stands twice in one object. The size is checked by the door as well, before the body is read.
    """
    if len(body) > MOST_BYTES:
        raise Unreadable("The body is larger than 5 MB.", 413)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8, at byte {error.start}.") from error
    try:
        found = _DECODER.decode(text)
    except RecursionError as error:
        raise Unreadable(f"The JSON is nested deeper than {MOST_DEPTH} levels.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg}, line {error.lineno}, column {error.colno}.") from error
    if body.count(b"{") + body.count(b"[") > MOST_DEPTH or b"\\u" in body:
        return _checked(found)
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Unreadable(f"The key “{shown(twice)}” stands twice in one object.")
    return found


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise Unreadable(f"A number has more than {MOST_DIGITS} digits.")
    return int(text)


def _fraction(text: str) -> float:
    number = float(text) if len(text) <= MOST_DIGITS * 10 else math.inf
    if not math.isfinite(number):
        raise Unreadable("A number is too large.")
    return number


def _constant(text: str) -> float:
    raise Unreadable(f"{text} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_whole, parse_float=_fraction, parse_constant=_constant)


def _checked(value: Any, depth: int = 1) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict | list) and depth > MOST_DEPTH:
        raise Unreadable(f"The JSON is nested deeper than {MOST_DEPTH} levels.")
    if isinstance(value, dict):
        return {storable(key): _checked(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_checked(one, depth + 1) for one in value]
    return value


def storable(text: str) -> str:
    """The text with U+FFFD for what PostgreSQL or UTF-8 cannot hold."""
    if "\x00" in text:
        text = text.translate(REPLACED)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def shown(text: object, most: int = 60) -> str:
    """A stranger's text, short enough and clean enough to be quoted in an answer."""
    plain = "".join(one if one.isprintable() else "\ufffd" for one in storable(str(text))[: most + 1])
    return plain if len(plain) <= most else plain[:most] + "…"


def an_object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(f"{where} must be an object.")
    return value


def a_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"{where} must be a list.")
    return value


def a_text(value: Any, where: str, *, required: bool = False) -> str:
    """A text, a number or nothing; refused when it is anything else."""
    if value is None:
        value = ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(f"{where} must be a text.")
    text = str(value)
    if required and not text.strip():
        raise Unreadable(f"{where} is missing.")
    return text
