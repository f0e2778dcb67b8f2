"""The SOP's monitoring checklist and the metrics that it reads, as a fresh install has them. Pure."""

from datetime import time
from typing import Any

WEEK, DAY, HOUR = 604_800, 86_400, 3_600


def _rung(name: str, comparison: str, threshold: str, severity: int | None, playbook: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "comparison": comparison,
        "threshold": threshold,
        "fails": True,
        "severity": severity,
        "playbook": playbook,
    }


METRICS: tuple[dict[str, Any], ...] = (
    {
        "key": "bounce_rate",
        "name": "Email bounce rate",
        "unit": "%",
        "subject_name": "sending domain",
        "interval_seconds": DAY,
        "note": "Bounced of sent in the last 24 hours. A reading without a subject is for all domains together.",
        "ladder": {
            "rungs": [
                _rung("watch", "≥", "2", 3),
                _rung("playbook and pause", ">", "5", 3, "email-bounce-spike"),
                _rung("degraded", ">", "10", 2, "email-bounce-spike"),
            ],
            "resume": "2",
            "min_sample": 0,
        },
    },
    {
        "key": "letters_bounced",
        "name": "Our own letters bounced",
        "unit": "%",
        "subject_name": "",
        "interval_seconds": None,
        "note": "Bounced of tried in the last 24 hours, measured by Allclear itself every hour that has letters.",
        "ladder": {
            "rungs": [
                _rung("watch", "≥", "2", 3),
                _rung("playbook and pause", ">", "5", 3, "email-bounce-spike"),
                _rung("degraded", ">", "10", 2, "email-bounce-spike"),
            ],
            "resume": "2",
            # Of three letters one is a third: below this size a reading is kept and judges nothing.
            "min_sample": 20,
        },
    },
    {
        "key": "api_error_rate",
        "name": "API error rate",
        "unit": "%",
        "subject_name": "",
        "interval_seconds": DAY,
        "note": "Failed of all calls in the last 24 hours.",
        "ladder": {"rungs": [_rung("watch", "≥", "1", 3)], "resume": "1", "min_sample": 0},
    },
    {
        "key": "domain_reputation",
        "name": "Domain reputation",
        "unit": "points",
        "subject_name": "sending domain",
        "interval_seconds": None,
        "note": "One series for each sending domain; the monthly check has a line for each. Higher is better.",
        "ladder": {"rungs": [], "resume": None, "min_sample": 0},
    },
)


def _line(text: str, kind: str = "manual", target: str = "", window: int = DAY) -> dict[str, Any]:
    return {"text": text, "kind": kind, "target": target, "window_seconds": window}


CHECKS: tuple[dict[str, Any], ...] = (
    {
        "key": "daily-monitoring",
        "name": "Daily monitoring",
        "note": "Read by Allclear itself. Nothing to read is a failure.",
        "cadence": "daily",
        "at_time": time(6),
        "source": "monitoring",
        "role": "coordinator",
        "allowed_seconds": 4 * HOUR,
        "lines": (
            _line("All cron jobs fired successfully", "heartbeats"),
            _line("API error rate < 1 %", "reading", "api_error_rate"),
            _line("Email bounce rate < 2 %", "reading", "bounce_rate"),
            _line("CRM sync last successful < 24 hours ago", "age", "crm-sync"),
        ),
    },
    {
        "key": "crm-review",
        "name": "Communicator’s CRM review",
        "note": "A look through the CRM for data that cannot be right.",
        "cadence": "daily",
        "at_time": time(18),
        "source": "review",
        "role": "communicator",
        "allowed_seconds": 4 * HOUR,
        "lines": (_line("CRM data of the day: nothing missing, doubled or wrong"),),
    },
    {
        "key": "weekly-review",
        "name": "Weekly review",
        "note": "",
        "cadence": "weekly",
        "weekday": 0,
        "at_time": time(9),
        "source": "review",
        "role": "coordinator",
        "allowed_seconds": DAY,
        "lines": (
            _line("Review all client-reported issues from the week", "client_reports", window=WEEK),
            _line("Check outreach tool health (send limits, reputation score)"),
            _line("Verify all integrations are connected"),
            _line("Review Apollo/enrichment credit usage"),
        ),
    },
    {
        "key": "monthly-review",
        "name": "Monthly review",
        "note": "",
        "cadence": "monthly",
        "month_day": 1,
        "at_time": time(9),
        "source": "review",
        "role": "coordinator",
        "allowed_seconds": 3 * DAY,
        "lines": (
            _line("Domain reputation check (all sending domains)", "subjects", "domain_reputation"),
            _line("Full integration audit (disconnect and reconnect if flaky)"),
            _line("Review incident log for patterns", "recurrences"),
            _line("Update playbooks if new incident types emerged", "unplayed"),
        ),
    },
)
