"""The postmortem letter: owed to exactly the clients whose tier asks for it (B-75, B-76)."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents import guarding, letterbook, notices
from incidents.lifecycle.moving import required, retried
from incidents.models import Client, Incident, Responder
from incidents.refusals import Refused
from incidents.spelling import zone_of
from notifications import outbox
from notifications.outbox import Outgoing
from postmortems import readiness
from postmortems.learning import Kind, learning
from postmortems.models import Review


@dataclass(frozen=True, slots=True)
class Postmortem:
    """What clients read: the cause and what has changed, both in plain words; `brief` completes the subject."""

    brief: str
    cause: str
    changes: str
    guard_reason: str = ""


def timeline_for(incident: Incident, zone: ZoneInfo) -> str:
    """The client-visible timeline, one line for each entry that was kept and has words for clients, in their zone."""
    review = Review.objects.filter(incident=incident).first()
    if review is None:
        return ""
    rows = review.curated.filter(kept=True).exclude(client_text="").select_related("entry")
    return "\n".join(f"{_moment(row.entry.at, zone)}: {' '.join(row.client_text.split())}" for row in rows)


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    """`27 November, 05:13 (EST)`."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%B, %H:%M} ({zone_of(local)})"


def guarded_words(incident: Incident, words: Postmortem) -> dict[str, str]:
    """What the guard reads of it: also the curated timeline, whose words nobody has checked for clients before."""
    return {
        "brief": words.brief,
        "cause": words.cause,
        "changes": words.changes,
        "timeline": timeline_for(incident, ZoneInfo("UTC")),
    }


def preview(incident: Incident, words: Postmortem) -> list[Outgoing]:
    """The very letters that `send` would write down; nothing is written."""
    return _letters(
        incident, words, sorted(set(readiness.owed_letters(incident)) - readiness.letters_written(incident))
    )


def _letters(incident: Incident, words: Postmortem, clients: list[int]) -> list[Outgoing]:
    same = {
        "system": notices.systems_in_words(incident),
        "brief": words.brief.strip(),
        "cause": words.cause.strip(),
        "changes": words.changes.strip(),
    }

    def variables(client: Client) -> dict[str, str]:
        return {**same, "timeline": timeline_for(incident, client.zone)}

    return notices.compose(incident, readiness.POSTMORTEM, variables, clients=clients, cause="review")


def why_not(incident: Incident) -> str:
    """Why none may be sent now: owed to nobody, written already, or the review not signed off; "" when it may."""
    owed = set(readiness.owed_letters(incident))
    if not owed:
        worst = min(incident.severity, incident.peak_severity)
        return f"No client is owed a postmortem for this incident: none is of a tier that asks for one at SEV-{worst}."
    if owed <= readiness.letters_written(incident):
        names = incident.affected.filter(client_id__in=owed).values_list("client__name", flat=True)
        clients = ", ".join(sorted(names))
        return f"The postmortem is written already, to {clients}; nobody else is owed one."
    if not Review.objects.filter(incident=incident, state=Review.State.PUBLISHED).exists():
        return "The review is not signed off yet; its letter follows it."
    return ""


@retried
def send(incident_id: int, words: Postmortem, *, by: Responder, at: datetime) -> Incident:
    """Writes the letters down, once for each client that is owed one; refused with an empty section (B-76)."""
    with learning(incident_id, by=by, at=at) as move:
        incident = move.incident
        if sentence := why_not(incident):
            raise Refused(sentence)
        owed = sorted(set(readiness.owed_letters(incident)) - readiness.letters_written(incident))
        required(words.cause, "cause", "Explain the cause in plain words.")
        required(words.changes, "changes", "Say what you have changed to prevent recurrence.")
        said = guarded_words(incident, words)
        if not said["timeline"]:
            raise Refused("No entry of the timeline has words for clients; curate it first.", "cause")
        notices.check_brief(words.brief)
        guarded = guarding.passed(incident, said, reason=words.guard_reason, by=by)
        letters = _letters(incident, words, owed)
        outbox.enqueue([replace(letter, by_person=True) for letter in letters], at=move.at)
        account = f"{words.cause.strip()}\n\n{words.changes.strip()}"
        letterbook.enter(incident, readiness.POSTMORTEM, letters, text=account, by=by, at=move.at)
        text = f"Postmortem written to {len(owed)} client{'s' if len(owed) > 1 else ''}."
        move.write(Kind.REVIEW_MOVED, text, clients=owed, **guarded)
    return incident
