"""The files of a letter: a name that is safe to store, and what the bytes look like, whatever it claims. Pure."""

import re

MOST_FILES = 10
MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_NAME = 120
RESERVED = re.compile(r'[<>:"|?*%\\/]')
MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
)
ENDINGS = {"message/rfc822": ".eml", "text/calendar": ".ics", "application/ms-tnef": ".dat", "text/html": ".html"}


def safe_name(claimed: str, number: int, kind: str) -> str:
    """The last part of a claimed path, printable, without what a file system or a header gives a meaning."""
    last = re.split(r"[\\/]", claimed[:1000])[-1]
    last = "".join(one if one.isprintable() else " " for one in last)
    last = " ".join(RESERVED.sub("_", last).split()).strip(" .")
    if not last:
        return f"attachment-{number}{ENDINGS.get(kind, '')}"
    stem, dot, ending = last.rpartition(".")
    if dot and stem and len(ending) <= 12:
        return f"{stem[: MOST_NAME - len(ending) - 1]}.{ending}"
    return last[:MOST_NAME]


def looks_like(content: bytes) -> str:
    """The kind of file by its first bytes; text where it is all text; else octets. It is told, never acted upon."""
    for begins, kind in MAGIC:
        if content.startswith(begins):
            return kind
    start = content[:4096]
    if b"\x00" in start:
        return "application/octet-stream"
    lowered = start.lstrip().lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")):
        return "text/html" if b"<html" in lowered or lowered.startswith(b"<!doctype") else "text/xml"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter cut in the middle of a character is text all the same.
        return "text/plain" if error.start > len(start) - 4 else "application/octet-stream"
    return "text/plain"
