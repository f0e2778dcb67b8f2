"""Addresses of heartbeats, readings and routine checks."""

from collections.abc import Iterator

from django.urls import URLPattern, path, re_path

from incidents.detection.views import pings


def _ping(prefix: str, view: object, name: str) -> Iterator[URLPattern]:
    """The endings that jobs use: nothing, a word, or an exit code; each also with a slash."""
    for ending, kind in (("", "ok"), ("/start", "start"), ("/fail", "fail"), ("/log", "log")):
        for slash in ("", "/"):
            yield path(f"{prefix}{ending}{slash}", view, {"kind": kind}, name=name)  # type: ignore[call-overload]
    yield re_path(f"^{_as_regex(prefix)}/(?P<exit_status>[0-9]+)/?$", view, name=name)  # type: ignore[call-overload]


def _as_regex(prefix: str) -> str:
    code = "(?P<code>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    return (
        prefix.replace("<uuid:code>", code)
        .replace("<str:ping_key>", "(?P<ping_key>[^/]+)")
        .replace("<str:slug>", "(?P<slug>[^/]+)")
    )


pinging: list[URLPattern] = [
    *_ping("ping/<uuid:code>", pings.ping_code, "ping"),
    *_ping("ping/<str:ping_key>/<str:slug>", pings.ping_slug, "ping_slug"),
    *_ping("<uuid:code>", pings.ping_code, "ping_bare"),
]

urlpatterns: list[URLPattern] = [*pinging]
