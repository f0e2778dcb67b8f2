"""Text from strangers made storable: bounded, without what PostgreSQL, a log line or a page must never hold. Pure."""

import html
import re
from email.header import decode_header

MOST_HEADER = 4000
MOST_HTML = 1_000_000
# Codecs that only transcode text: Python also knows some that expand, or that take quadratic time.
CHARSETS = re.compile(
    r"(us-ascii|ascii|utf[-_]?(7|8|16|32)([-_]?(le|be))?|iso[-_]?8859[-_]\d{1,2}|latin[-_]?\d{1,2}|windows-?12\d\d|"
    r"cp\d{3,5}|koi8[-_]?[rut]|big5(-?hkscs)?|gb2312|gbk|gb18030|euc[-_]?(jp|kr)|s(hift)?[-_]?jis|iso-2022-(jp|kr)|"
    r"tis-620|mac[-_]?roman)",
    re.IGNORECASE,
)
SURROGATES = re.compile("[\ud800-\udfff]")
# Everything that starts a new line where HTML is read as text.
BLOCKS = {"br", "p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section"}
UNSEEN = {"script", "style", "head", "title", "template"}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})\b([^<>]*)>|<[!?/][^<>]*>")
QUOTING_CLASSES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "divrplyfwdmsg", "protonmail_quote")


def storable(text: str) -> str:
    """The text with U+FFFD for what PostgreSQL or UTF-8 cannot hold."""
    return SURROGATES.sub("\ufffd", text.replace("\x00", "\ufffd"))


def one_line(text: str, most: int) -> str:
    """On one line, without control and direction characters: it ends in subjects, page titles and logs."""
    shown = "".join(one if one.isprintable() else " " for one in storable(text[: most * 4]))
    return " ".join(shown.split())[:most]


def decoded(content: bytes, charset: str) -> str:
    """Bytes as text, whatever their charset claims; what it cannot say becomes U+FFFD."""
    if charset and CHARSETS.fullmatch(charset):
        try:
            return storable(content.decode(charset, "replace"))
        except (LookupError, ValueError):
            pass
    try:
        return storable(content.decode("utf-8"))
    except UnicodeDecodeError:
        # No charset, or one that nobody knows: it is UTF-8, or most likely what Windows wrote.
        return storable(content.decode("utf-8" if charset else "cp1252", "replace"))


def header_text(raw: str) -> str:
    """A header as people read it: encoded words decoded, bounded before anything looks at it."""
    raw = raw[:MOST_HEADER]
    try:
        raw = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        parts = decode_header(raw)
    except Exception:  # The parser of the standard library stumbles over what is wrong enough.
        return storable(raw)
    return "".join(one if isinstance(one, str) else decoded(one, charset or "ascii") for one, charset in parts)


def html_text(source: str) -> str:
    """HTML read as text, its quotations marked with `> ` as in plain letters; in time linear in its length."""
    source = source[:MOST_HTML]
    pieces: list[str] = []
    place, skipping, depth = 0, "", 0
    for found in TAG.finditer(source):
        closing, name, attributes = found[1] == "/", (found[2] or "").lower(), (found[3] or "").lower()
        if not skipping:
            pieces.append(_words(source[place : found.start()]))
        place = found.end()
        if skipping:
            skipping = "" if closing and name == skipping else skipping
        elif name in UNSEEN and not closing:
            skipping = name
        elif name == "blockquote" or (name == "div" and any(one in attributes for one in QUOTING_CLASSES)):
            # A quoting <div> ends with the letter: what follows it is quoted too.
            depth += -1 if closing and depth else 0 if closing else 1
            pieces.append("\n\x01" if depth else "\n\x02")
        elif name in BLOCKS:
            pieces.append("\n")
    if not skipping:
        pieces.append(_words(source[place:]))
    return _marked("".join(pieces))


def _words(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", text)).replace("\x01", " ").replace("\x02", " ")


def _marked(text: str) -> str:
    lines, quoting = [], False
    for line in text.split("\n"):
        quoting = True if "\x01" in line else False if "\x02" in line else quoting
        plain = line.replace("\x01", "").replace("\x02", "").replace("\xa0", " ").strip()
        lines.append(f"> {plain}" if quoting and plain else plain)
    return re.sub(r"\n{3,}", "\n\n", storable("\n".join(lines))).strip()
