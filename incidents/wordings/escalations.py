"""What responders are told when a situation is raised: one text for each channel (B-107…B-113).

What happened, to which clients, what is due when in the reader's own zone, and what to do: each once. An e-mail says
the first in its subject. Whoever may not see a restricted incident is told a fixed sentence, which nobody rewords.
"""

from typing import Literal

from incidents.wordings.kind import Kind, Part, Variable
from notifications.wording import Wording

SUBJECT = "{{ reference }} {{ severity }}: {{ situation }} – {{ title }}"
HEADING = """**{{ reference }} {{ severity }}: {{ situation }}** {{ said }}
{{ title }}

"""
BODY = """{{ text }}

**Clients**: {{ clients }}
**Deadline**: {{ due }}
**To do**: {{ to_do }}

[A draft of the letter, for you to send or change]({{ draft_link }})
[Do it here]({{ act_link }})
[I have it]({{ take_link }})
[Incident]({{ incident_link }})
"""
CHANNELS = {"email": "by e-mail", "telegram": "by Telegram", "in_app": "in Allclear"}

# What whoever is told is asked to do, by the situation.
TO_DO = {
    "severe": "Take it, and see that somebody works on it and that the clients hear of it.",
    "client_leaving": "Take it, and speak to the client.",
    "payment_dispute": "Take it, and settle with the client what is in dispute.",
    "data_breach": "Take it, and decide who else has to know; only named people see the incident.",
    "legal_threat": "Take it, and decide who answers; only named people see the incident.",
    "outage_long": "Take it, and decide whether to work around the service.",
    "outage_notice": "Write to the clients.",
    "resolve_breached": "Take it, and see what the fix lacks.",
    "acknowledge_breached": "Acknowledge it to the clients now.",
    "acknowledge_at_risk": "Acknowledge it to the clients before that time.",
    "resolve_at_risk": "See what the fix lacks before that time.",
    "notify_breached": "Write to them now.",
    "update_soon": "Write to the clients before that time.",
    "update_breached": "Write to the clients now, and say when you write again.",
    "digest_words": "Put it into words that this client can read.",
    "digest_held": "Look at what holds it back; it leaves once nothing does.",
    "verification_over": "Confirm that it holds and resolve it, or say what came back.",
    "untouched": "Say where it stands, or resolve what is done.",
    "letter_failed": "Send it again, or reach the client otherwise.",
    "crm_note_failed": "Write the note by hand, or waive it with a reason.",
    "forced_close": "Read what is missing, and reopen it if that cannot stay.",
    "closed_incomplete": "Add what is missing.",
    "review_overdue": "See that it is completed and signed off, or give it to somebody who can.",
    "action_overdue": "See that it is done, or decide with a reason that it will not be.",
    "restart_forced": "Read the reason, and pause the work again if it does not hold.",
    "paused_again": "Find out why before it is started again.",
    "quick_fix": "Look at what was done.",
    "letter_awaiting": "Read it, and approve it or send it back.",
    "letter_sent_back": "Write it again, or withdraw it.",
}


def _variables(heading: Part) -> tuple[Variable, ...]:
    """`heading` is the part that may not be without the number; a body alone also says what has happened."""
    happened: Part | Literal[""] = "body" if heading == "body" else ""
    return (
        Variable("reference", "The incident’s number.", "INC-2041", needed_in=heading),
        Variable("severity", "How bad.", "SEV-1"),
        Variable("situation", "What has happened, as the matrix names it.", "Critical incident", needed_in=happened),
        Variable("said", "How often it was said, from the second time on.", "(said 2 times)", may_be_empty=True),
        Variable("title", "What broke.", "Outreach suspended for all senders", may_be_empty=True),
        Variable(
            "text",
            "What is known of the situation; times in the reader’s zone.",
            "Reported: Every sender shows suspended.",
            may_be_empty=True,
        ),
        Variable("clients", "Which clients it concerns.", "Cedar Legal and Northwind Dental"),
        Variable(
            "due",
            "What is due next, when in the reader’s zone, and how far off; nothing where the situation itself says it.",
            "Acknowledge by 15:20 on Tuesday 24 November (GMT), in 45 minutes",
            may_be_empty=True,
        ),
        Variable("to_do", "What is asked of whoever reads it.", TO_DO["severe"], may_be_empty=True),
        Variable(
            "draft_link", "A draft of the letter that is due.", "https://allclear.example/draft/", may_be_empty=True
        ),
        Variable("act_link", "Where it is done.", "https://allclear.example/word/", may_be_empty=True),
        Variable(
            "take_link", "Takes the escalation, signed in or not.", "https://allclear.example/t/", needed_in="body"
        ),
        Variable("incident_link", "The incident’s page.", "https://allclear.example/incidents/2041/"),
    )


def _kind(channel: str, name: str) -> Kind:
    # An e-mail is never seen without its subject; what a messenger or a list shows may have none.
    by_email = channel == "email"
    body = f"{{{{ said }}}}\n{BODY}" if by_email else f"{HEADING}{BODY}"
    return Kind(
        Wording(f"escalation-{channel.replace('_', '-')}", SUBJECT, body),
        f"Escalation {name}",
        f"To whom the matrix names, {name}, when a situation is raised and each time it is said again.",
        _variables("subject" if by_email else "body"),
        for_clients=False,
    )


BY_CHANNEL = {channel: _kind(channel, name) for channel, name in CHANNELS.items()}
