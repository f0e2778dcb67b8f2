"""The letters as shipped: the SOP's own words (B-45…B-52, B-64…B-71), and two that it names without a text (C-19)."""

from incidents.wordings.kind import Kind, Variable
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

# The SOP's “next scheduled update”, which it names without giving its words (B-21).
DIGEST = Wording(
    key="client-digest",
    subject="[{{ prefix }}] Scheduled update, {{ date }}",
    body="""Hi {{ name }},

Here is what we are working on for you, and what we have finished since the last update.

{{ items }}

**Next scheduled update**: {{ next_update }}.

If you have questions, or notice anything else, just reply to this email.

— {{ signature }}
""",
)

DOING = "Our team is investigating and working on a fix."
ALL_NORMAL = "Everything is back to normal and running as expected."

PREFIX = Variable("prefix", "The brand’s subject prefix.", "Allclear", needed_in="subject")
BRIEF = Variable("brief", "The brief description that was typed.", "Outreach paused", needed_in="subject")
NAME = Variable("name", "First name of whoever reads it.", "Dana", needed_in="body")
SYSTEM = Variable("system", "What the client calls the affected systems.", "your outreach emails", needed_in="body")
SIGNATURE = Variable("signature", "The brand’s signature.", "The support team", needed_in="body")
HAPPENING = Variable(
    "happening",
    "What is happening, in one or two sentences.",
    "Your outreach emails are not being sent. No contacts were lost.",
    needed_in="body",
)
DOING_NOW = Variable("doing", "What we are doing.", DOING, needed_in="body")
WHEN = "15:20 on Tuesday 24 November (GMT)"

KINDS = (
    Kind(
        NOTIFICATION,
        "Acknowledgement",
        "To every contact of every affected client when an incident is acknowledged.",
        (
            PREFIX,
            BRIEF,
            NAME,
            SYSTEM,
            HAPPENING,
            DOING_NOW,
            Variable("next_update", "When we write again, in the client’s time zone.", WHEN, needed_in="body"),
            SIGNATURE,
        ),
        from_sop=True,
    ),
    Kind(
        UPDATE,
        "Update",
        "To every contact of every affected client with each update.",
        (
            PREFIX,
            BRIEF,
            NAME,
            SYSTEM,
            HAPPENING,
            DOING_NOW,
            Variable(
                "next_update_sentence",
                "“We’ll update you by …”, or that this is the last update.",
                f"We'll update you by {WHEN}.",
                needed_in="body",
            ),
            SIGNATURE,
        ),
        note="The SOP names this letter without giving its words.",
    ),
    Kind(
        RESOLVED,
        "Resolved",
        "To every contact of every client that was told, when the incident is resolved.",
        (
            PREFIX,
            BRIEF,
            NAME,
            SYSTEM,
            Variable("happened", "What happened.", "Our sending volume grew faster than planned.", needed_in="body"),
            Variable("did", "What we did.", "We lowered the volume and sent what was waiting.", needed_in="body"),
            Variable(
                "current_status",
                "Computed, never typed: normal, a workaround, or what is still paused.",
                ALL_NORMAL,
                needed_in="body",
            ),
            SIGNATURE,
        ),
        from_sop=True,
    ),
    Kind(
        POSTMORTEM,
        "Postmortem",
        "To clients whose tier is owed one, after the review is signed off.",
        (
            PREFIX,
            BRIEF,
            NAME,
            SYSTEM,
            Variable(
                "timeline",
                "The entries of the timeline that clients may read.",
                "24 November 14:02 UTC: Your outreach emails stopped.\n24 November 16:40 UTC: They are sent again.",
                needed_in="body",
            ),
            Variable("cause", "The root cause, in plain words.", "Our sending volume grew too fast.", needed_in="body"),
            Variable(
                "changes",
                "What we have changed to prevent recurrence.",
                "We now slow down before a limit is reached.",
                needed_in="body",
            ),
            SIGNATURE,
        ),
        note="The SOP names its three sections without giving its words.",
    ),
    Kind(
        DIGEST,
        "Scheduled update",
        "To every contact of a client on the days of its schedule, when there is something to say.",
        (
            PREFIX,
            Variable("date", "The day of the update, in the client’s zone.", "Monday 24 November", needed_in="subject"),
            NAME,
            Variable(
                "items",
                "One paragraph for each incident: what it is, and where it stands.",
                "Some invoices show last month’s logo. We are working on it.\n\n"
                "Two report headings were cut off. This is resolved.",
                needed_in="body",
            ),
            Variable("next_update", "When the next scheduled update is due.", WHEN, needed_in="body"),
            SIGNATURE,
        ),
        note="The SOP speaks of the next scheduled update without giving its words.",
    ),
)
