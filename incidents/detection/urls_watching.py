"""Addresses of heartbeats, readings and routine checks."""

from collections.abc import Iterator

from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import StringConverter

from incidents.detection.views import checks, heartbeats, pings, readings


class PingKeyConverter(StringConverter):
    """A ping key as it stands at the head of an address: so many characters that no page of ours begins with."""

    regex = "[A-Za-z0-9_-]{22}"


register_converter(PingKeyConverter, "pingkey")


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
        .replace("<pingkey:ping_key>", f"(?P<ping_key>{PingKeyConverter.regex})")
        .replace("<str:slug>", "(?P<slug>[^/]+)")
    )


pinging: list[URLPattern] = [
    *_ping("ping/<uuid:code>", pings.ping_code, "ping"),
    *_ping("ping/<str:ping_key>/<str:slug>", pings.ping_slug, "ping_slug"),
    *_ping("<uuid:code>", pings.ping_code, "ping_bare"),
    *_ping("<pingkey:ping_key>/<str:slug>", pings.ping_slug, "ping_slug"),
]

pages: list[URLPattern] = [
    path("heartbeats/", heartbeats.jobs, name="heartbeats"),
    path("heartbeats/add/", heartbeats.add_job, name="add_heartbeat"),
    path("heartbeats/keys/add/", heartbeats.add_ping_key, name="add_ping_key"),
    path("heartbeats/keys/<int:pk>/revoke/", heartbeats.revoke_ping_key, name="revoke_ping_key"),
    path("heartbeats/<int:pk>/", heartbeats.job, name="heartbeat"),
    path("heartbeats/<int:pk>/change/", heartbeats.change_job, name="change_heartbeat"),
    path("heartbeats/<int:pk>/pause/", heartbeats.pause_job, name="pause_heartbeat"),
    path("heartbeats/<int:pk>/resume/", heartbeats.resume_job, name="resume_heartbeat"),
    path("heartbeats/<int:pk>/pings/<int:number>/", heartbeats.ping, name="kept_ping"),
    path("readings/", readings.metrics, name="metrics"),
    path("readings/add/", readings.add_metric, name="add_metric"),
    path("readings/<int:pk>/", readings.metric, name="metric"),
    path("readings/<int:pk>/change/", readings.change_metric, name="change_metric"),
    path("readings/<int:pk>/ladder/", readings.ladder, name="ladder"),
    path("readings/<int:pk>/record/", readings.add_reading, name="add_reading"),
    path("readings/<int:pk>/subjects/add/", readings.add_subject, name="add_subject"),
    path("readings/<int:pk>/export.csv", readings.export, name="export_readings"),
    path("readings/series/<int:pk>/switch/", readings.switch_subject, name="switch_subject"),
    path("checks/", checks.checks, name="checks"),
    path("checks/add/", checks.add_check, name="add_check"),
    path("checks/<int:pk>/", checks.check, name="check"),
    path("checks/<int:pk>/change/", checks.change_check, name="change_check"),
    path("checks/<int:pk>/run/", checks.run_check, name="run_check"),
    path("checks/<int:pk>/lines/add/", checks.add_line, name="add_line"),
    path("checks/<int:pk>/lines/<int:line_pk>/", checks.change_line, name="change_line"),
    path("checks/<int:pk>/lines/<int:line_pk>/remove/", checks.remove_line, name="remove_line"),
    path("checks/runs/<int:pk>/", checks.check_run, name="check_run"),
    path("checks/runs/<int:pk>/lines/<int:line_pk>/", checks.answer_line, name="answer_line"),
    path("checks/runs/<int:pk>/sign/", checks.sign_run, name="sign_run"),
    path("checks/runs/<int:pk>/assign/", checks.assign_run, name="assign_run"),
]

urlpatterns: list[URLPattern] = [*pages, *pinging]
