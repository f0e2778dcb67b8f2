"""The verbs of a review, in the order it lives them: open, write, curate, submit, return, sign (A-02…A-06, B-72)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents import lifecycle
from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Incident, Responder, RoleHolding, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications import aside
from postmortems import curating, readiness, shipped
from postmortems.learning import Kind, learning
from postmortems.models import (
    Checkpoint,
    Comment,
    Consultation,
    CuratedEntry,
    EvidenceLink,
    Procedure,
    Review,
    Safeguard,
)

ANSWERS = (
    "what_failed",
    "root_cause",
    "detected_late",
    "missing_evidence",
    "resolution",
    "must_change",
    "factors",
    "went_well",
    "client_cause",
    "client_changes",
    "update_involved",
    "ships_release",
)


def sweep(*, now: datetime, limit: int = 100) -> int:
    """Opens the review of each resolved incident that needs one and has none (B-72); returns how many it looked at."""
    due = Incident.objects.filter(status="resolved", review_opened_at=None).order_by("resolved_at")
    return aside.each_due("open reviews", due, lambda pk: _open(pk, now), now=now, most=limit)


def _open(pk: int, now: datetime) -> int:
    open_review(pk, by=None, at=now)
    return 1


@retried
def open_review(incident_id: int, *, by: Responder | None, at: datetime, form: str = "") -> Review | None:
    """Opens the review with its owner, due date and timeline; None where the severity asks for none and nobody did.

    `form` asks for a review where none is required. Opening twice changes nothing, unless what is required grew.
    """
    with learning(incident_id, by=by, at=at) as move:
        incident = move.incident
        known = Review.objects.filter(incident=incident).first()
        if known is not None:
            incident.review_opened_at = incident.review_opened_at or move.at
            _grown(known, move)
            if known.state != Review.State.PUBLISHED:
                # It was resolved once more: what happened since belongs to the story.
                curating.take_in(known)
            return known
        form = readiness.form_required(incident) or form
        if incident.resolved_at is None:
            raise Refused("A review begins when the incident is resolved.")
        incident.review_opened_at = move.at
        if not form:
            return None
        review = Review.objects.create(
            incident=incident,
            form=form,
            owner=_owner(incident, move.at),
            created_at=move.at,
            due_at=readiness.due_on(incident, form, opened=move.at),
            root_cause=incident.cause,
            what_failed=incident.broken,
            resolution=incident.done,
            missing_evidence="",
        )
        curating.take_in(review)
        if incident.triaged_at:
            triaged = incident.timeline.filter(kind=TimelineEntry.Kind.TRIAGED).first()
            Checkpoint.objects.get_or_create(
                incident=incident,
                moment=Checkpoint.Moment.AT_REPORT,
                defaults={"at": incident.triaged_at, "by": triaged.by if triaged else None, "note": "Triaged"},
            )
        text = f"{review.get_form_display()}, due {review.due_at:%d %B %Y}; owner {review.owner or 'nobody yet'}."
        move.write(Kind.REVIEW_OPENED, text, review=review.pk, form=form)
    return review


def _grown(review: Review, move: Move) -> None:
    """A short form of what came back as a SEV-1 or SEV-2 becomes a full review, and is a draft again (C-13, B-135)."""
    if review.form == Review.Form.FULL or readiness.form_required(move.incident) != Review.Form.FULL:
        return
    before = {"form": review.form, "state": review.state}
    review.form, review.state = Review.Form.FULL, Review.State.DRAFT
    review.submitted_at = review.submitted_by = review.signed_at = review.signed_by = None
    review.due_at = readiness.due_on(move.incident, review.form, opened=move.at)
    review.overdue_at = move.incident.reviewed_at = None
    _changed(review, "Form", before, {"form": review.form, "state": review.state}, move)
    review.save()
    text = f"It is a full review now, due {review.due_at:%d %B %Y}: the incident came back more severe."
    move.write(Kind.REVIEW_MOVED, text, review=review.pk, form=review.form)


def _owner(incident: Incident, at: datetime) -> Responder | None:
    """A support lead (A-12), else the coordinator (B-73), else an administrator; nobody who is away."""
    for key in ("support_lead", "", "administrator"):
        if not key:
            if incident.coordinator is not None:
                return incident.coordinator
            continue
        present = list(RoleHolding.objects.present(key, at))
        if present:
            return present[0].responder
    return None


def _editable(move: Move) -> Review:
    review = Review.objects.select_for_update(of=("self",)).filter(incident=move.incident).first()
    if review is None:
        raise Refused("There is no review yet; open it first.")
    if review.state == Review.State.PUBLISHED:
        raise Refused("The review is published; reopen it to change it.")
    return review


def _changed(review: Review, what: str, before: Mapping[str, Any], after: Mapping[str, Any], move: Move) -> None:
    review.edition += 1
    review.changes.create(
        edition=review.edition, at=move.at, by=move.by, what=what, before=dict(before), after=dict(after)
    )


@retried
def write(incident_id: int, answers: Mapping[str, Any], *, edition: int | None, by: Responder, at: datetime) -> Review:
    """Saves answers; `edition` is what the writer had before them: refused when somebody else saved in between."""
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        if edition is not None and edition != review.edition:
            last = review.changes.first()
            who = f"{last.by} at {in_utc(last.at)}" if last else "somebody"
            raise Refused(
                f"{who} saved this review while you wrote. Your text is below, with what they changed; save again."
            )
        told = {name: answers[name] for name in ANSWERS if name in answers}
        before = {name: getattr(review, name) for name in told if getattr(review, name) != told[name]}
        if before:
            for name in before:
                setattr(review, name, told[name])
            _changed(review, "Answers", before, {name: told[name] for name in before}, move)
            review.save()
    return review


@retried
def hand_over(incident_id: int, *, owner: Responder, due_at: datetime, by: Responder, at: datetime) -> Review:
    """Names another owner or day; the owner must be one who may write reviews (A-12)."""
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        if not owner.has_perm("write_review"):
            raise Refused(f"{owner} may not write reviews.", "owner")
        if due_at <= move.at:
            raise Refused("That day has passed.", "due_on")
        before = {"owner": str(review.owner or ""), "due_at": review.due_at.isoformat()}
        review.owner, review.due_at, review.overdue_at = owner, due_at, None
        _changed(review, "Owner", before, {"owner": str(owner), "due_at": due_at.isoformat()}, move)
        review.save()
        move.write(Kind.REVIEW_MOVED, f"{owner} owns the review, due {due_at:%d %B %Y}.", review=review.pk)
    return review


@retried
def add_safeguard(incident_id: int, *, name: str, worked: bool, detail: str, by: Responder, at: datetime) -> Safeguard:
    """One safeguard, and whether it worked (A-05, A-15)."""
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        row = review.safeguards.create(
            name=required(name, "name", "Name the safeguard."), worked=worked, detail=detail.strip()
        )
        _changed(review, "Safeguard", {}, {"name": row.name, "worked": worked}, move)
        review.save()
    return row


@retried
def remove_safeguard(incident_id: int, safeguard_id: int, *, by: Responder, at: datetime) -> None:
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        row = review.safeguards.filter(pk=safeguard_id).first()
        if row is None:
            raise Refused("That safeguard is not there any more.")
        _changed(review, "Safeguard", {"name": row.name, "worked": row.worked}, {}, move)
        row.delete()
        review.save()


@retried
def add_link(incident_id: int, *, title: str, url: str, by: Responder, at: datetime) -> EvidenceLink:
    """A link to evidence; http and https only, which the form sees to."""
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        row = review.links.create(title=required(title, "title", "Name the evidence."), url=url)
        _changed(review, "Link", {}, {"title": row.title, "url": url}, move)
        review.save()
    return row


@retried
def curate(
    incident_id: int, entry_id: int, *, kept: bool, text: str, client_text: str, by: Responder, at: datetime
) -> CuratedEntry:
    """Keeps an entry or leaves it out, in our words and in those that clients read. The record itself stays."""
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        row = review.curated.filter(entry_id=entry_id).first()
        if row is None:
            raise Refused("That entry is not on this incident’s record.")
        of = {"entry": row.entry.at.isoformat()}
        before = of | {"kept": row.kept, "text": row.text, "client_text": row.client_text}
        row.kept, row.text, row.client_text = kept, text.strip() or row.text, client_text.strip()
        row.save()
        after = of | {"kept": row.kept, "text": row.text, "client_text": row.client_text}
        if before != after:
            _changed(review, "Timeline", before, after, move)
            review.save()
    return row


@retried
def comment(incident_id: int, *, text: str, by: Responder, at: datetime) -> Comment:
    """A remark on the review, also after it is published."""
    with learning(incident_id, by=by, at=at) as move:
        review = Review.objects.filter(incident=move.incident).first()
        if review is None:
            raise Refused("There is no review to comment on yet.")
        return review.comments.create(text=required(text, "text", "Write something."), by=by, at=move.at)


@retried
def consult(incident_id: int, procedure: Procedure, *, by: Responder, at: datetime) -> Consultation:
    """Records that a procedure was read for this incident (A-08); a second time changes nothing."""
    with learning(incident_id, by=by, at=at) as move:
        row, fresh = Consultation.objects.get_or_create(
            incident=move.incident, procedure=procedure, defaults={"at": move.at, "by": by}
        )
        if fresh:
            move.write(Kind.REVIEW_MOVED, f"Read “{procedure}”.", procedure=procedure.key)
    return row


@retried
def pass_checkpoint(incident_id: int, moment: str, *, note: str, by: Responder, at: datetime) -> Checkpoint:
    """One of the three moments at which an incident is looked over (A-13); each is passed once."""
    with learning(incident_id, by=by, at=at) as move:
        if moment not in Checkpoint.Moment.values:
            raise Refused("There is no such checkpoint.")
        row, fresh = Checkpoint.objects.get_or_create(
            incident=move.incident, moment=moment, defaults={"at": move.at, "by": by, "note": note.strip()[:400]}
        )
        if fresh:
            move.write(Kind.REVIEW_MOVED, f"Looked over: {row.get_moment_display().lower()}. {row.note}".strip())
    return row


@retried
def submit(incident_id: int, *, by: Responder, at: datetime) -> Review:
    """Asks for the sign-off. Refused while an answer is blank, without a safeguard, or without an owner (A-02…A-05)."""
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        if review.state != Review.State.DRAFT:
            raise Refused("It is already with the second person.")
        names = shipped.FULL if review.form == Review.Form.FULL else shipped.SHORT
        for name in names:
            if not getattr(review, name).strip():
                what = readiness.answer_name(name)
                hint = " Name what was missing, or type “none”." if name == "missing_evidence" else ""
                raise Refused(f"“{what}” is blank; blank is not an answer.{hint}", name)
        if review.form == Review.Form.FULL and not review.safeguards.exists():
            raise Refused("Name at least one safeguard that worked or failed.", "safeguards")
        if review.owner is None:
            raise Refused("Name the owner of the review first.", "owner")
        unread = Procedure.objects.filter(moment="review", must_tick=True, is_active=True)
        if (one := unread.exclude(consultations__incident=move.incident).first()) is not None:
            raise Refused(f"“{one}” must be read first; tick it under “Read alongside”.")
        review.state, review.submitted_at, review.submitted_by = Review.State.IN_REVIEW, move.at, by
        _changed(review, "Submitted", {}, {}, move)
        review.save()
        Checkpoint.objects.get_or_create(
            incident=move.incident,
            moment=Checkpoint.Moment.AFTER_RECOVERY,
            defaults={"at": move.at, "by": by, "note": "Review submitted"},
        )
        move.write(Kind.REVIEW_MOVED, "Submitted for sign-off.", review=review.pk, state="in_review")
    return review


@retried
def send_back(incident_id: int, *, reason: str, by: Responder, at: datetime) -> Review:
    """Returns the review to its writer with what it lacks; a published one becomes a draft again, on the record."""
    with learning(incident_id, by=by, at=at) as move:
        review = Review.objects.select_for_update(of=("self",)).filter(incident=move.incident).first()
        if review is None or review.state == Review.State.DRAFT:
            raise Refused("There is nothing to return.")
        reason = required(reason, "reason", "Say what is missing.")
        was = review.get_state_display()
        review.state = Review.State.DRAFT
        review.submitted_at = review.submitted_by = review.signed_at = review.signed_by = None
        _changed(review, "Returned", {"state": was}, {"reason": reason}, move)
        review.save()
        if move.incident.status != Incident.Status.CLOSED:
            move.incident.reviewed_at = None
        move.write(Kind.REVIEW_MOVED, f"Returned to draft: {reason}", review=review.pk, state="draft")
    return review


def sign(incident_id: int, *, by: Responder, at: datetime) -> Review:
    """Publishes: signed by somebody other than who submitted it. The incident is stamped as reviewed (B-135)."""
    review = _sign(incident_id, by=by, at=at)
    # Down the stairs (design law 8): the response keeps its own stamp and its own line on the record.
    lifecycle.record_review(incident_id, text=f"Signed off by {by}; written by {review.owner}.", by=by, at=at)
    return review


@retried
def _sign(incident_id: int, *, by: Responder, at: datetime) -> Review:
    with learning(incident_id, by=by, at=at) as move:
        review = _editable(move)
        if review.state != Review.State.IN_REVIEW:
            raise Refused("It is not submitted yet.")
        if by == review.submitted_by:
            raise Refused("You submitted it; a second person signs it off.")
        review.state, review.signed_at, review.signed_by = Review.State.PUBLISHED, move.at, by
        _changed(review, "Signed off", {}, {}, move)
        review.save()
    return review
