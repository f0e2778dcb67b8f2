"""What responders are told when a situation is raised: one text for each channel (B-107…B-113).

Whoever may not see a restricted incident is told a fixed sentence instead, which nobody rewords.
"""

from incidents.wordings.kind import Kind, Variable
from notifications.wording import Wording

SUBJECT = "{{ reference }} {{ severity }}: {{ situation }} – {{ title }}"
BODY = """**{{ reference }} {{ severity }}: {{ situation }}** {{ said }}

{{ title }}
{{ text }}

[A draft of the letter, for you to send or change]({{ draft_link }})
[I have it]({{ take_link }})
[Incident]({{ incident_link }})
"""
VARIABLES = (
    Variable("reference", "The incident’s number.", "INC-2041", needed_in="body"),
    Variable("severity", "How bad.", "SEV-1"),
    Variable("situation", "What has happened, as the matrix names it.", "SEV-1 incident", needed_in="body"),
    Variable("said", "How often it was said, from the second time on.", "(said 2 times)", may_be_empty=True),
    Variable("title", "What broke.", "Outreach suspended for all senders", may_be_empty=True),
    Variable("text", "What is known of the situation.", "Every sender shows suspended.", may_be_empty=True),
    Variable("draft_link", "A draft of the letter that is due.", "https://allclear.example/draft/", may_be_empty=True),
    Variable("take_link", "Takes the escalation, signed in or not.", "https://allclear.example/t/", needed_in="body"),
    Variable("incident_link", "The incident’s page.", "https://allclear.example/incidents/2041/"),
)
CHANNELS = {"email": "by e-mail", "telegram": "by Telegram", "in_app": "in Allclear"}
BY_CHANNEL = {
    channel: Kind(
        Wording(f"escalation-{channel.replace('_', '-')}", SUBJECT, BODY),
        f"Escalation {name}",
        f"To whom the matrix names, {name}, when a situation is raised and each time it is said again.",
        VARIABLES,
        for_clients=False,
    )
    for channel, name in CHANNELS.items()
}
