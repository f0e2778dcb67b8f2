"""Which alerts are a sender's own test, from its “Test” button. Pure.

A test proves the connection: it is kept, and shown as one. It opens nothing and pages nobody. Only what no rule of the
sender could have written counts as one, for an alert that is taken for a test is an incident that nobody hears of.
"""

from collections.abc import Mapping

# What Grafana's contact points send for their “Test” button, whichever of our doors it points at.
NAME, INSTANCE = "TestAlert", "Grafana"
SUMMARY = f"[FIRING:1] {NAME} {INSTANCE}"
LEGACY = ("Test notification", "Someone is testing the alert notification within Grafana.")


def by_labels(labels: Mapping[str, str]) -> bool:
    """Of Grafana's webhook: an alert of a rule always names the folder of the rule, the test never does."""
    return labels.get("alertname") == NAME and labels.get("instance") == INSTANCE and "grafana_folder" not in labels


def by_summary(summary: str, origin: str) -> bool:
    """Of Grafana's PagerDuty and Opsgenie contact points, which put the labels into one line and name themselves."""
    return " ".join(summary.split()).rstrip(" ()") == SUMMARY and origin == INSTANCE


def by_legacy(rule: str, message: str) -> bool:
    """Of the notification channels that Grafana had before its contact points."""
    return rule == LEGACY[0] and message.strip() == LEGACY[1]
