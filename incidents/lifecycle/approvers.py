"""Everybody who may approve a letter hears that one waits, also whom no row of the matrix names."""

from django.conf import settings
from django.db.models import QuerySet

from incidents.escalation import Matrix
from incidents.lifecycle.moving import Move
from incidents.models import AwaitingLetter, Responder, Situation
from notifications import outbox
from notifications.outbox import Outgoing

NOTICE = "letter-awaiting"


def tell_approvers(move: Move, row: AwaitingLetter, said: str) -> None:
    """A notice in Allclear and by e-mail; not to the author, to whoever is away or may not see the incident, nor twice
    to whom the matrix tells."""
    page = f"{settings.PUBLIC_URL}/awaiting-letters/{row.pk}/"
    incident, matrix = move.incident, Matrix(move.at)
    rules = matrix.rules_for(Situation.LETTER_AWAITING, incident.severity)
    told = {person.pk for rule in rules for person in matrix.recipients(rule, incident)}
    others = _may_approve().exclude(pk__in={*told, *matrix.away, row.author_id}).order_by("pk")
    outbox.enqueue(
        [
            Outgoing(
                key=f"{_prefix(row)}{channel}:{person.pk}",
                channel=channel,
                to=person.email if channel == "email" else str(person.pk),
                to_name=str(person),
                subject=f"{incident.reference}: a letter to clients awaits approval",
                text=f"{said}\n\nRead and approve it: {page}\n",
                html="",
                about=incident.about,
                kind=NOTICE,
                responder_id=person.pk,
            )
            for person in others
            if matrix.may_see(person, incident)
            for channel in ("in_app", "email")
        ],
        at=move.at,
    )


def hush_approvers(row: AwaitingLetter, reason: str, move: Move) -> None:
    """Nobody is told any more that it waits: what has not left does not leave."""
    outbox.supersede(at=move.at, reason=reason, prefix=_prefix(row))


def _may_approve() -> QuerySet[Responder]:
    return Responder.objects.filter(is_active=True, holdings__role__permissions__contains=["approve_letter"]).distinct()


def _prefix(row: AwaitingLetter) -> str:
    return f"awaiting:{row.pk}:"
