"""What one incident can add to a report: a name for each count, and the title of a list of them. Pure.

A count is a whole number that adds up over days, severities, clients, systems and types. Whatever is not additive
(medians, "nine in ten") is read from the incidents' own rows.
"""

# Reasons that a person gives for a breach (the drawing's chips); `why_<key>` is the count.
REASONS: dict[str, str] = {
    "nobody_on_call": "Nobody on call",
    "not_assigned": "Not assigned in time",
    "told_late": "Told too late",
    "waited_client": "Waited for the client",
    "waited_provider": "Waited for a third party",
    "access": "Access or credentials",
    "no_fallback": "No fallback was set up",
    "first_fix_failed": "First fix failed",
    "harder": "Harder than it looked",
    "other": "Something else",
}

COUNTS: dict[str, str] = {
    "incidents": "Incidents",
    "void": "Merged into another, or not an incident",
    "open_now": "Still open",
    "first_monitoring": "Automated monitoring told us first",
    "first_agent": "One of us noticed first",
    "first_client": "The client told us first",
    "first_review": "A scheduled review told us first",
    "gap_known": "With a known start of impact",
    "ack_known": "Acknowledged",
    "fix_known": "Fixed",
    "confirm_known": "Resolved",
    "again": "Came again",
    "reopened": "Reopened",
    "watch_failed": "A fix that failed its watch",
    "paused": "With a paused resolve clock",
    "ack_met": "Acknowledged in time",
    "ack_late": "Acknowledged late",
    "ack_open_late": "Late and not acknowledged",
    "ack_running": "Acknowledge clock running",
    "fix_met": "Fixed in time",
    "fix_workaround": "In time by a workaround",
    "fix_late": "Fixed late",
    "fix_open_late": "Late and not fixed",
    "fix_running": "Resolve clock running",
    "fix_paused": "Resolve clock paused",
    "fix_watched": "Fixed in time and in its watch",
    "cancelled": "With a cancelled clock",
    "kept_120": "Updated over 2 h early",
    "kept_60": "Updated 1 to 2 h early",
    "kept_30": "Updated 30 to 60 min early",
    "kept_10": "Updated 10 to 30 min early",
    "kept_0": "Updated under 10 min early",
    "promise_late": "Updated late",
    "promise_open_late": "Late and not updated",
    "promise_running": "With an update promised",
    "notify_met": "Client first told in time",
    "notify_late": "Client first told late",
    "breached": "With a breach",
    "unexplained": "With a breach that has no reason yet",
    **{f"why_{key}": f"Breach: {label.lower()}" for key, label in REASONS.items()},
    "unreviewed": "SEV-1 or SEV-2 over and without a published review",
    "no_report_look": "Reviewed without the look at report",
    "no_handoff_look": "Handed to support without the look before it",
    "no_recovery_look": "Over and reviewed without the look after recovery",
    "forced_close": "Closed by force",
    "early_resolve": "Resolved before the verification window ended",
    "unacknowledged": "Resolved without an acknowledgement",
    "voided": "With a voided breach",
    "forced_restart": "With a restart by force",
    "let_through": "With a letter that went out in spite of the guard",
    "unapproved": "With a letter that went out without its approval",
}

KEPT = ("kept_120", "kept_60", "kept_30", "kept_10", "kept_0")
FIRST = ("first_monitoring", "first_agent", "first_client", "first_review")
DEVIATIONS = (
    "forced_close",
    "forced_restart",
    "early_resolve",
    "unacknowledged",
    "voided",
    "let_through",
    "unapproved",
)
LOOKS = ("no_report_look", "no_handoff_look", "no_recovery_look")
# A list may also be asked for by one of these: every incident that adds to any of its counts.
TOGETHER: dict[str, tuple[str, tuple[str, ...]]] = {
    "ack_decided": ("With a decided acknowledge clock", ("ack_met", "ack_late", "ack_open_late")),
    "ack_missed": ("Acknowledged late or not at all", ("ack_late", "ack_open_late")),
    "fix_decided": ("With a decided resolve clock", ("fix_met", "fix_workaround", "fix_late", "fix_open_late")),
    "fix_kept": ("Fixed, or worked around, in time", ("fix_met", "fix_workaround")),
    "fix_missed": ("Fixed late or not at all", ("fix_late", "fix_open_late")),
    "promises": ("With a promised update that is decided", (*KEPT, "promise_late", "promise_open_late")),
    "promises_kept": ("With a promised update that was kept", KEPT),
    "promises_missed": ("With a promised update that was missed", ("promise_late", "promise_open_late")),
    "deviations": ("With a deviation", DEVIATIONS),
}


def listed(what: str) -> tuple[str, tuple[str, ...]] | None:
    """The title of a list and the counts that put an incident on it; None for a name that is not known."""
    if what in COUNTS:
        return COUNTS[what], (what,)
    return TOGETHER.get(what)
