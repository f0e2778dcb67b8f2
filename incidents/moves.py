"""The one table of moves: which verb may follow which status, and where it leads. Pure.

The page's buttons, the verbs and the tests read this table (design law 2). `None` as a destination means that the
status stays; an acknowledgement is an event and not a gate in line (C-26), so from *reported* it leaves the status
alone and triage then goes straight to *acknowledged*.
"""

OPEN = ("reported", "triaged", "acknowledged", "investigating", "verifying")
ANY = (*OPEN, "resolved", "closed")


def _stays(*statuses: str) -> dict[str, str | None]:
    return dict.fromkeys(statuses)


MOVES: dict[str, dict[str, str | None]] = {
    "triage": {"reported": "triaged"},
    # In scope it leads on through triage to the investigation; out of scope the incident waits where it is.
    "quick_fix": _stays("reported"),
    "acknowledge": {
        "reported": None,
        "triaged": "acknowledged",
        "investigating": None,
        "verifying": None,
    },
    "investigate": {"triaged": "investigating", "acknowledged": "investigating"},
    "diagnose": _stays("investigating"),
    "isolate": _stays("investigating"),
    "change": _stays("triaged", "acknowledged", "investigating", "verifying"),
    "work_around": _stays("investigating"),
    "start_outage": _stays("triaged", "acknowledged", "investigating", "verifying"),
    "end_outage": _stays(*OPEN),
    "fix": {"investigating": "verifying"},
    "confirm": _stays("verifying"),
    "fail_verification": {"verifying": "investigating"},
    "resolve": {"verifying": "resolved"},
    "close": {"resolved": "closed"},
    "reopen": {"resolved": "investigating", "closed": "investigating"},
    "update": _stays("triaged", "acknowledged", "investigating", "verifying", "resolved"),
    "word": _stays("triaged", "acknowledged", "investigating", "verifying", "resolved"),
    # What a scheduled update leaves on the record, also of an incident that was closed by force before it.
    "digest": _stays("triaged", "acknowledged", "investigating", "verifying", "resolved", "closed"),
    "reclassify": _stays("triaged", "acknowledged", "investigating", "verifying"),
    "assign": _stays(*OPEN, "resolved"),
    "rescope": _stays("triaged", "acknowledged", "investigating", "verifying"),
    "pause": _stays("triaged", "acknowledged", "investigating"),
    "resume": _stays("triaged", "acknowledged", "investigating"),
    "note": _stays(*ANY),
    "add_evidence": _stays(*ANY),
    "take_back": {**_stays(*OPEN), "resolved": None},
    # An approved letter is the verb that it was written for; sent back or dropped it may be at any time.
    "send_back_letter": _stays(*ANY),
    "withdraw_letter": _stays(*ANY),
    "raise_situation": _stays(*ANY),
    "suggest_situation": _stays(*ANY),
    "dismiss_situation": _stays(*ANY),
    "restrict": _stays(*ANY),
    "name_people": _stays(*ANY),
    "lift_restriction": _stays(*ANY),
    "take_escalation": _stays(*ANY),
    "keep_error": _stays(*ANY),
    "record_reply": _stays(*ANY),
    "settle_reply": _stays(*ANY),
    "settle_note": _stays("resolved", "closed"),
    "write_note": _stays("resolved", "closed"),
    "record_review": _stays("resolved", "closed"),
    # What reviews, actions, checks and gates put on the record, from the day work is paused until long after the close.
    "learn": _stays(*ANY),
    "void_breach": _stays(*ANY),
    "rebaseline": _stays(*OPEN),
    "retry_letter": _stays(*ANY),
    "waive_letter": _stays(*ANY),
    "merge": dict.fromkeys(OPEN, "closed"),
    "cancel": dict.fromkeys(OPEN, "closed"),
}


def allowed(verb: str, status: str) -> bool:
    """Whether `verb` may be done to an incident in `status`; an unknown verb is never allowed."""
    return status in MOVES.get(verb, {})


def destination(verb: str, status: str) -> str:
    """The status after an allowed `verb`; KeyError when it is not allowed."""
    return MOVES[verb][status] or status


def verbs_from(status: str) -> tuple[str, ...]:
    """The verbs that may be done from `status`, in the order an incident lives them."""
    return tuple(verb for verb, row in MOVES.items() if status in row)
