"""Letters that did not arrive are put on the incident's record and escalated, never silently lost (issue point 5)."""

from datetime import datetime

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, QuerySet

from incidents import escalation, notices, timeline
from incidents.escalation import Raising
from incidents.models import DigestLine, Escalation, Incident, Situation, TimelineEntry
from incidents.timeline import Line
from notifications import aside
from notifications.models import OutboundMessage

BATCH = 100
# “12:letter:345:6”: the row of the matrix, the letter, and where it stands on the record.
LETTER_OF, NUMBER = "(%(function)s(%(expressions)s from ':letter:([0-9]+):'))::bigint", BigIntegerField()


def sweep(*, now: datetime) -> int:
    """Looks at each undelivered or stale letter once: a line on the record, and the situation “letter failed”; and at
    those that have left since, of which nobody has to be told any more. Returns how many.

    The letter itself stays a blocker for closing until somebody retries or waives it.
    """
    failed = aside.settle_due(
        "failed letters", _due().order_by("pk"), lambda ids: _settle(ids, now), now=now, batch=BATCH
    )
    return failed + aside.settle_due("letters that left after all", _left(), lambda ids: _let_go(ids, now), now=now)


def _left() -> QuerySet[Escalation]:
    """Untaken escalations whose letter was sent when it was tried again."""
    said = Escalation.objects.filter(situation=Situation.LETTER_FAILED, taken_at=None, ended_at=None)
    numbered = said.annotate(letter=Func(F("cause"), function="substring", template=LETTER_OF, output_field=NUMBER))
    sent = OutboundMessage.objects.filter(pk=OuterRef("letter"), state=OutboundMessage.State.SENT)
    return numbered.filter(Exists(sent)).order_by("pk")


def _let_go(ids: list[int], now: datetime) -> int:
    incident_ids = Escalation.objects.filter(pk__in=ids).values("incident")
    locked = (
        Incident.objects.select_for_update(no_key=True, skip_locked=True).defer("search").filter(pk__in=incident_ids)
    )
    incidents = {one.pk: one for one in locked.order_by("pk")}
    found = list(_left().filter(pk__in=ids, incident__in=incidents))
    letters = OutboundMessage.objects.only("recipient", "sent_at").in_bulk([_letter(one) for one in found])
    lines = []
    for one in found:
        letter = letters[_letter(one)]
        escalation.over(one, reason="it left when it was tried again", at=now)
        text = f"The letter to {letter.recipient} left when it was tried again."
        line = Line(TimelineEntry.Kind.NOTED, letter.sent_at or now, text, {"letter": letter.pk})
        lines.append((incidents[one.incident_id], line))
    timeline.append_many(lines, recorded_at=now)
    return len(found)


def _letter(one: Escalation) -> int:
    return int(one.cause.split(":")[2])


def _due() -> QuerySet[OutboundMessage]:
    undelivered = (*OutboundMessage.FAILED, OutboundMessage.State.SUPERSEDED)
    letters = OutboundMessage.objects.filter(kind__in=notices.LETTERS, state__in=undelivered, reported_at=None)
    ours = letters.filter(Q(about__startswith="incident:") | Q(about__startswith="digest:"))
    return ours.exclude(last_error="")


def _settle(ids: list[int], now: datetime) -> int:
    failed = list(_due().select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids).order_by("pk"))
    for message in failed:
        _tell(message, now)
    return OutboundMessage.objects.filter(pk__in=[message.pk for message in failed]).update(reported_at=now)


def _tell(message: OutboundMessage, now: datetime) -> None:
    """A scheduled update that did not arrive is told once, on the record of the first incident that stood in it."""
    kind, _, pk = message.about.partition(":")
    incident_id = int(pk)
    if kind == "digest":
        incident_id = DigestLine.objects.filter(digest_id=incident_id).values_list("incident_id", flat=True)[0]
    incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)
    text = f"The letter to {message.recipient} did not arrive: {message.last_error}"
    if message.may_be_there:
        # Begun and not answered: on a record that nobody can correct, it is not called lost.
        text = f"Nobody knows whether the letter to {message.recipient} arrived: {message.last_error}"
    line = Line(TimelineEntry.Kind.LETTER_FAILED, now, text, {"letter": message.pk, "state": message.state})
    # By its place on the record: attempts are counted anew when somebody tries again.
    cause = f"letter:{message.pk}:{incident.entry_count}"
    lines = escalation.raise_all([Raising(incident, Situation.LETTER_FAILED, cause, text, line=line)], at=now)
    timeline.append_many(lines, recorded_at=now)
