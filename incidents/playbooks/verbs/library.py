"""Keeping the library: a draft is edited, published as the next version, thrown away; versions never change."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from incidents.configuration.record import checked, record_change
from incidents.models import Responder
from incidents.playbooks import effects, shape, shipped
from incidents.playbooks.models import Draft, IncidentType, Playbook, PlaybookVersion
from incidents.playbooks.shape import Body, Cues, Step
from incidents.refusals import Refused

SUBJECT = "playbook"


@transaction.atomic
def create(name: str, *, type_id: int | None, by: Responder, at: datetime) -> Playbook:
    """A playbook without a version: it is edited as a draft and used once that is published."""
    playbook = Playbook(name=_free(name, None), incident_type=_type(type_id))
    checked(playbook).save()
    body = shape.write(Body(playbook.name))
    Draft.objects.create(playbook=playbook, based_on=0, body=body, changed_at=at, changed_by=by)
    _say(playbook, "added", {}, {"name": playbook.name}, by, at)
    return playbook


@transaction.atomic
def draft_of(playbook_id: int, *, by: Responder, at: datetime) -> Draft:
    """The draft, begun from the newest version when there is none yet."""
    playbook = _locked(playbook_id)
    found = Draft.objects.filter(playbook=playbook).first()
    if found is not None:
        return found
    newest = playbook.newest
    return Draft.objects.create(
        playbook=playbook,
        based_on=newest.number if newest else 0,
        body=newest.body if newest else shape.write(Body(playbook.name)),
        changed_at=at,
        changed_by=by,
    )


def save_outline(
    playbook_id: int, *, name: str, summary: str, cues: Cues, type_id: int | None, by: Responder, at: datetime
) -> Draft:
    """Name, summary, and what suggests it. The type belongs to the playbook and holds at once."""

    def change(body: Body) -> Body:
        return replace(body, name=_free(name, playbook_id), summary=summary.strip(), cues=cues)

    with transaction.atomic():
        draft = _edit(playbook_id, change, by=by, at=at)
        playbook = _locked(playbook_id)
        before, playbook.incident_type = playbook.incident_type, _type(type_id)
        playbook.save(update_fields=["incident_type"])
        _say(playbook, "changed", {"type": str(before)}, {"type": str(playbook.incident_type)}, by, at)
    return draft


def save_step(playbook_id: int, step: Step, *, by: Responder, at: datetime) -> Draft:
    """Puts a step into the draft, in the place of the one of the same key or at the end."""
    if not shape.KEY.match(step.key):
        raise Refused("The step needs a title of letters or figures.", "title")

    def change(body: Body) -> Body:
        if body.step(step.key) is None and len(body.steps) >= shape.MOST_STEPS:
            raise Refused(f"At most {shape.MOST_STEPS} steps.")
        return body.with_step(step)

    return _edit(playbook_id, change, by=by, at=at)


def move_step(playbook_id: int, key: str, *, by_places: int, by: Responder, at: datetime) -> Draft:
    def change(body: Body) -> Body:
        steps = list(body.steps)
        here = next((n for n, one in enumerate(steps) if one.key == key), None)
        if here is None:
            raise Refused("There is no such step.")
        steps.insert(max(0, here + by_places), steps.pop(here))
        return replace(body, steps=tuple(steps))

    return _edit(playbook_id, change, by=by, at=at)


def remove_step(playbook_id: int, key: str, *, by: Responder, at: datetime) -> Draft:
    def change(body: Body) -> Body:
        if body.step(key) is None:
            raise Refused("There is no such step.")
        return replace(body, steps=tuple(one for one in body.steps if one.key != key))

    return _edit(playbook_id, change, by=by, at=at)


def _edit(playbook_id: int, change: Callable[[Body], Body], *, by: Responder, at: datetime) -> Draft:
    with transaction.atomic():
        _locked(playbook_id)
        draft = draft_of(playbook_id, by=by, at=at)
        draft.body = shape.write(change(draft.content))
        draft.changed_at, draft.changed_by = at, by
        draft.save()
    return draft


@transaction.atomic
def publish(playbook_id: int, *, note: str, by: Responder, at: datetime) -> PlaybookVersion:
    """Makes the draft the next version. Runs under way keep theirs. Refused when somebody published in between."""
    playbook = _locked(playbook_id)
    draft = Draft.objects.filter(playbook=playbook).first()
    if draft is None:
        raise Refused("There is no draft: nothing was changed.")
    number = playbook.newest.number if playbook.newest else 0
    if draft.based_on != number:
        raise Refused(
            f"Version {number} was published since this draft was begun. Throw the draft away and begin anew."
        )
    if playbook.newest and playbook.newest.body == draft.body:
        raise Refused("The draft says what the newest version says: nothing was changed.")
    version = _publish(playbook, draft.content, note, by=by, at=at)
    draft.delete()
    return version


@transaction.atomic
def discard(playbook_id: int, *, by: Responder, at: datetime) -> None:
    """Throws the draft away; the playbook too, when it never had a version."""
    playbook = _locked(playbook_id)
    gone, _ = Draft.objects.filter(playbook=playbook).delete()
    if not gone:
        raise Refused("There is no draft.")
    if playbook.newest is None:
        _say(playbook, "removed", {"name": playbook.name}, {}, by, at)
        playbook.delete()


@transaction.atomic
def restore_shipped(playbook_id: int, *, by: Responder, at: datetime) -> PlaybookVersion:
    """Publishes a built-in playbook again as it was shipped; what was changed stays in the history."""
    playbook = _locked(playbook_id)
    body = shipped.BODIES.get(playbook.shipped)
    if body is None:
        raise Refused("This playbook is not built in.")
    return _again(playbook, body, "Restored as shipped", by=by, at=at)


@transaction.atomic
def restore_version(playbook_id: int, number: int, *, by: Responder, at: datetime) -> PlaybookVersion:
    """Publishes an earlier version again, as the newest."""
    playbook = _locked(playbook_id)
    version = PlaybookVersion.objects.filter(playbook=playbook, number=number).first()
    if version is None:
        raise Refused("There is no such version.")
    return _again(playbook, version.content, f"Restored from version {number}", by=by, at=at)


def _again(playbook: Playbook, body: Body, note: str, *, by: Responder, at: datetime) -> PlaybookVersion:
    if playbook.newest and playbook.newest.body == shape.write(body):
        raise Refused("The newest version says exactly that already.")
    Draft.objects.filter(playbook=playbook).delete()
    return _publish(playbook, body, note, by=by, at=at)


@transaction.atomic
def retire(playbook_id: int, *, on: bool, by: Responder, at: datetime) -> Playbook:
    """Takes a playbook out of use, or back into it; runs under way go on."""
    playbook = _locked(playbook_id)
    before, playbook.is_retired = playbook.is_retired, on
    playbook.save(update_fields=["is_retired"])
    _say(playbook, "changed", {"retired": before}, {"retired": on}, by, at)
    return playbook


@transaction.atomic
def save_type(type_id: int | None, *, name: str, words: Sequence[str], by: Responder, at: datetime) -> IncidentType:
    """Adds or changes a type of incident."""
    kept = IncidentType.objects.select_for_update().filter(pk=type_id).first() if type_id else IncidentType()
    if kept is None:
        raise Refused("There is no such type.")
    before = {"name": kept.name, "words": list(kept.words)} if type_id else {}
    kept.name, kept.words = name.strip(), list(words)
    same = IncidentType.objects.filter(name__iexact=kept.name).exclude(pk=kept.pk)
    if same.exists():
        raise Refused("There is already a type with this name.", "name")
    if not kept.key:
        stem = shape.slug(kept.name).replace("-", "_") or "type"
        taken = set(IncidentType.objects.filter(key__startswith=stem).values_list("key", flat=True))
        kept.key = next(one for one in (stem, *(f"{stem}_{n}" for n in range(2, 999))) if one not in taken)
    checked(kept).save()
    after = {"name": kept.name, "words": list(kept.words)}
    action = "changed" if type_id else "added"
    record_change(kept, subject="incident type", action=action, before=before, after=after, by=by, at=at)
    return kept


def _publish(playbook: Playbook, body: Body, note: str, *, by: Responder, at: datetime) -> PlaybookVersion:
    wrong = next(shape.problems(body, effects.KNOWN), None)
    if wrong:
        raise Refused(wrong)
    number = playbook.newest.number if playbook.newest else 0
    before: dict[str, object] = {"version": number, "name": playbook.name}
    playbook.name = _free(body.name, playbook.pk)
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=number + 1,
        body=shape.write(body),
        note=note.strip()[:300],
        created_at=at,
        created_by=by,
        by_name=str(by),
    )
    playbook.newest = version
    checked(playbook).save()
    after: dict[str, object] = {"version": version.number, "name": playbook.name, "note": version.note}
    _say(playbook, "published", before, after, by, at)
    return version


def _locked(playbook_id: int) -> Playbook:
    rows = Playbook.objects.select_for_update(of=("self",)).select_related("newest", "incident_type")
    found = rows.filter(pk=playbook_id).first()
    if found is None:
        raise Refused("There is no such playbook.")
    return found


def _free(name: str, playbook_id: int | None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("The playbook needs a name.", "name")
    if len(name) > 120 or "\x00" in name:
        raise Refused("At most 120 characters, on one line.", "name")
    others = Playbook.objects.filter(name__iexact=name)
    if playbook_id is not None:
        others = others.exclude(pk=playbook_id)
    if others.exists():
        raise Refused("There is already a playbook with this name.", "name")
    return name


def _type(type_id: int | None) -> IncidentType | None:
    if not type_id:
        return None
    found = IncidentType.objects.filter(pk=type_id).first()
    if found is None:
        raise Refused("Choose a type.", "incident_type")
    return found


def _say(
    playbook: Playbook, action: str, before: dict[str, object], after: dict[str, object], by: Responder, at: datetime
) -> None:
    record_change(playbook, subject=SUBJECT, action=action, before=before, after=after, by=by, at=at)
