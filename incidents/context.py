"""What stands around every page: the rail with its counts, the theme, the zone, and whether the engine is late."""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from incidents.faces import RailLink
from incidents.models import Responder
from notifications import heartbeats

MOST = 1000
# One round trip for every number of the rail; each count stops at a thousand and reads as “999+”.
COUNTS = """
    SELECT
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident
            WHERE is_open AND acknowledged_at IS NULL LIMIT 1000) a),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident
            WHERE is_open AND acknowledged_at IS NULL AND next_due_at < %(now)s LIMIT 1000) o),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_outboundmessage
            WHERE state IN ('dead', 'unknown', 'suppressed') AND noticed_at IS NULL LIMIT 1000) f),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_outboundmessage
            WHERE channel = 'in_app' AND seen_at IS NULL AND responder_id = %(me)s LIMIT 1000) u),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_inboundmail
            WHERE state IN ('unmatched', 'quarantined') LIMIT 1000) m),
        (SELECT last_value FROM incidents_revision),
        (SELECT array_agg(name ORDER BY name) FROM notifications_sweepheartbeat),
        (SELECT array_agg(ok_at ORDER BY name) FROM notifications_sweepheartbeat),
        (SELECT array_agg(DISTINCT sweep ORDER BY sweep) FROM notifications_setaside
            WHERE errors >= 5 AND given_up_at IS NULL)
"""


def _count(number: int) -> str:
    return "" if not number else "999+" if number >= MOST else str(number)


def frame(request: HttpRequest) -> dict[str, object]:
    """For signed-in responders one query, for others none."""
    theme = request.COOKIES.get("theme", "system")
    now = timezone.now()
    found: dict[str, object] = {
        "theme": theme if theme in ("light", "dark") else "system",
        "now": now,
        "demo": settings.DEMO,
    }
    user = getattr(request, "user", None)
    if not isinstance(user, Responder):
        return found
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"now": now, "me": user.pk})
        waiting, overdue, failed, unread, unfiled, revision, sweeps, last, failing = cursor.fetchone()
    ran = zip(sweeps or (), last or (), strict=True)
    late = [name for name, ok_at in ran if heartbeats.is_late(name, ok_at, now)]
    return {
        **found,
        "rail": _rail(request.path, user, waiting, overdue, failed, unread, unfiled),
        "overdue": overdue,
        "revision": revision,
        "rev_url": reverse("incidents:freshness"),
        "engine_banner": _banner(late, failing or ()),
        "stuck": bool(failing),
    }


def _banner(late: Sequence[str], failing: Sequence[str]) -> str:
    said = [f"Deadlines are enforced late: {', '.join(late)} did not run in time."] if late else []
    if failing:
        said.append(f"Something owed fails again and again: {', '.join(failing)}.")
    return " ".join(said)


@lru_cache(maxsize=128)
def _address(name: str) -> str:
    """Of a page without arguments; thirty of them on every page are worth remembering."""
    return reverse(name)


def _rail(
    path: str, user: Responder, waiting: int, overdue: int, failed: int, unread: int, unfiled: int
) -> list[tuple[str, list[RailLink]]]:
    def link(name: str, label: str, icon: str, count: str = "", hot: bool = False) -> RailLink:
        url = _address(name if ":" in name else f"incidents:{name}")
        current = path == url or (url != "/" and path.startswith(url)) or (name == "board" and "/incidents/" in path)
        return RailLink(url, label, icon, count, hot, current)

    answering = user.has_perm("answer_client")
    work = [
        link("board", "Incidents", "layout-list", _count(waiting), overdue > 0),
        link("my_work", "My work", "checklist", _count(unread)),
        link("letters", "Letters", "mail", _count(failed), failed > 0),
        *([link("detection:inbound_mail", "Inbound mail", "inbox", _count(unfiled))] if answering else []),
        link("postmortems:reviews", "Reviews", "clipboard-text"),
        link("postmortems:actions", "Prevention actions", "shield-check"),
        link("postmortems:checks", "Regression checks", "repeat"),
        link("postmortems:paused_work", "Paused work", "player-pause"),
        link("postmortems:reports", "Reports", "chart-histogram"),
    ]
    watch = [
        link("detection:checks", "Checks", "list-check"),
        link("detection:heartbeats", "Heartbeats", "activity-heartbeat"),
        link("detection:metrics", "Readings", "chart-line"),
    ]
    reference = [
        link("playbooks:library", "Playbooks", "book-2"),
        link("clients", "Clients", "buildings"),
        link("systems", "Systems", "server"),
    ]
    groups = [("", work), ("Watch", watch), ("Reference", reference)]
    configuring = [
        link("severities", "Severity & SLAs", "clock-cog"),
        link("calendars", "Calendars", "calendar-event"),
        link("escalation_rules", "Escalation rules", "stairs-up"),
        link("wordings", "Wordings", "writing"),
        link("trial", "Try a policy", "test-pipe"),
        link("detection:sources", "Inbound sources", "plug"),
        link("detection:rules", "Routing rules", "route"),
        link("detection:silences", "Silences", "bell-ringing"),
        link("postmortems:learning_settings", "Learning", "book-2"),
        link("tokens", "API tokens", "robot"),
        link("destinations", "Chat & SMS", "message-2"),
        link("webhooks", "Webhooks", "world"),
        link("stuck", "What fails", "alert-triangle"),
        link("changes", "Record of changes", "history"),
    ]
    people = [link("responders", "Responders", "user-check"), link("roles", "Roles", "key")]
    admin = configuring if user.has_perm("configure") else []
    admin += people if user.has_perm("manage_people") else []
    if admin:
        groups.append(("Admin", admin))
    return groups
