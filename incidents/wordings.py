"""The letters as shipped: the SOP's own words (B-45…B-52, B-64…B-71), and one that it names without a text (C-19)."""

from notifications.wording import Wording

NOTIFICATION = Wording(
    key="incident-notification",
    subject="[{{ prefix }}] Issue Detected — {{ brief }}",
    body="""Hi {{ name }},

We've identified an issue with {{ system }}.

**What's happening**: {{ happening }}

**What we're doing**: {{ doing }}

**Next update**: We'll update you by {{ next_update }}.

If you have questions, reply to this email.

— {{ signature }}
""",
)

# Not from the SOP, which names the letter without giving its text: written from B-42.
UPDATE = Wording(
    key="incident-update",
    subject="[{{ prefix }}] Update — {{ brief }}",
    body="""Hi {{ name }},

Here is where we are with {{ system }}.

**What we know**: {{ happening }}

**What we're doing**: {{ doing }}

**Next update**: {{ next_update_sentence }}

If you have questions, reply to this email.

— {{ signature }}
""",
)

RESOLVED = Wording(
    key="incident-resolved",
    subject="[{{ prefix }}] Resolved — {{ brief }}",
    body="""Hi {{ name }},

The issue with {{ system }} has been resolved.

**What happened**: {{ happened }}

**What we did**: {{ did }}

**Current status**: {{ current_status }}

If you notice anything else, just reply to this email.

— {{ signature }}
""",
)

# Named by the SOP without a text either: its three sections are those of B-76.
POSTMORTEM = Wording(
    key="incident-postmortem",
    subject="[{{ prefix }}] What happened and what we changed — {{ brief }}",
    body="""Hi {{ name }},

Here is the full account of the issue with {{ system }}.

**Timeline**:
{{ timeline }}

**Root cause**: {{ cause }}

**What we've changed to prevent recurrence**: {{ changes }}

If you have questions, reply to this email.

— {{ signature }}
""",
)

DOING = "Our team is investigating and working on a fix."
ALL_NORMAL = "Everything is back to normal and running as expected."
BY_KIND = {wording.key: wording for wording in (NOTIFICATION, UPDATE, RESOLVED, POSTMORTEM)}
