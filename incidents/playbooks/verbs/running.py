"""Following a playbook on an incident. Each verb locks the incident, decides, writes, and goes on the timeline."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.lifecycle.moving import moving, required, retried
from incidents.models import Incident, Responder, TimelineEntry
from incidents.playbooks import answers as answering
from incidents.playbooks import conditions, effects, standing
from incidents.playbooks.effects import Occasion
from incidents.playbooks.models import Playbook, ProhibitionRead, Run, RunStep, StepRecord
from incidents.playbooks.shape import Body, Effect, Step
from incidents.refusals import Refused
from incidents.spelling import in_utc

Kind = TimelineEntry.Kind
State = RunStep.State


@dataclass(slots=True)
class Place:
    """A run whose incident is locked. The incident is not kept here: verbs beneath load and save their own."""

    run: Run
    body: Body
    rows: dict[str, RunStep]
    by: Responder
    at: datetime

    def step(self, key: str) -> tuple[RunStep, Step]:
        row, step = self.rows.get(key), self.body.step(key)
        if row is None or step is None:
            raise Refused("This playbook has no such step.")
        return row, step

    def name(self, step: Step) -> str:
        number = self.body.numbers().get(step.key)
        return f"Step {number}, {step.title}" if number else step.title

    def write(self, kind: str, text: str, **facts: Any) -> None:
        with moving(self.run.incident_id, "note", by=self.by, at=self.at) as move:
            move.write(kind, text, run=self.run.pk, playbook=self.run.playbook_id, **facts)

    def known(self) -> standing.Known:
        incident = Incident.objects.defer("search").get(pk=self.run.incident_id)
        return standing.known(incident, self.rows.values(), self.at)

    def cause(self, step: Step, effect: Effect) -> dict[str, str]:
        answers = self.rows[step.key].answers
        occasion = Occasion(
            self.run.incident_id,
            self.run.pk,
            self.run.playbook.name,
            step,
            answers,
            effect.options,
            self.by,
            self.at,
        )
        caused = effects.cause(effect.name, occasion)
        return {"effect": effect.name, "sentence": caused.sentence, "url": caused.url}


@contextmanager
def following(run_id: int, *, by: Responder, at: datetime) -> Iterator[Place]:
    """Locks the incident, then the run; refuses one that has ended."""
    with transaction.atomic():
        incident_id = Run.objects.values_list("incident_id", flat=True).get(pk=run_id)
        touched = _lock(incident_id).touched_at
        run = Run.objects.select_for_update(of=("self",)).select_related("playbook", "version").get(pk=run_id)
        if run.ended_at:
            raise Refused(f"This run has ended: {run.get_outcome_display().lower()} by {run.ended_by}.")
        rows = {row.key: row for row in run.steps.select_related("settled_by")}
        yield Place(run, run.version.content, rows, by, max(at, touched))


def _lock(incident_id: int) -> Incident:
    return Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)


@retried
def start(incident_id: int, playbook_id: int, *, because: str = "", by: Responder, at: datetime) -> Run:
    """Begins a run of the newest version, which it keeps; does at once what the playbook does at its start."""
    with transaction.atomic():
        incident = _lock(incident_id)
        playbook = Playbook.objects.select_related("newest").filter(pk=playbook_id).first()
        if playbook is None or playbook.newest is None or playbook.is_retired:
            raise Refused("This playbook is not in use.", "playbook")
        if incident.status == Incident.Status.CLOSED:
            raise Refused(f"{incident.reference} is closed.", "playbook")
        if Run.objects.filter(incident=incident, playbook=playbook, ended_at=None).exists():
            raise Refused(f"“{playbook}” is being followed here already.", "playbook")
        at = max(at, incident.touched_at)
        run = Run.objects.create(
            incident=incident,
            playbook=playbook,
            version=playbook.newest,
            because=because[:2000],
            started_at=at,
            started_by=by,
        )
        body = playbook.newest.content
        made = RunStep.objects.bulk_create(
            RunStep(run=run, key=step.key, position=position, is_prohibited=step.is_prohibited)
            for position, step in enumerate(body.steps)
        )
        place = Place(run, body, {row.key: row for row in made}, by, at)
        text = f"{playbook}, version {playbook.newest.number}"
        if because:
            text += f". Suggested because {because[:2000]}."
        place.write(Kind.PLAYBOOK_STARTED, text, version=playbook.newest.number)
        for step in body.steps:
            caused = [place.cause(step, effect) for effect in step.effects if effect.at == "start"]
            if caused:
                _record(place.rows[step.key], StepRecord.Act.SAVED, {}, "", caused, place)
    return run


@retried
def record_step(
    run_id: int,
    key: str,
    *,
    answers: Mapping[str, Any],
    checks: Collection[str] = (),
    note: str = "",
    done: bool,
    by: Responder,
    at: datetime,
) -> RunStep:
    """Keeps answers and sub-checks; with `done`, ticks the step and does what it causes. A prohibition refuses both."""
    with following(run_id, by=by, at=at) as place:
        row, step = place.step(key)
        if step.is_prohibited or row.is_prohibited:
            raise Refused(f"“{step.title}” is a prohibition: it can be read, never ticked.")
        note = answering.clean_note(note)
        found = {one.key: answering.clean(one, answers.get(one.key)) for one in step.fields}
        found = {name: value for name, value in found.items() if value is not None}
        answering.consistent(step, found, at=place.at)
        ticked = [check.key for check in step.checks if check.key in checks]
        if row.state == State.DONE and done:
            when = f", at {in_utc(row.settled_at, seconds=True)}" if row.settled_at else ""
            raise Refused(f"{row.settled_by} ticked it already{when}.")
        if not done and not note and (found, ticked) == (row.answers, row.checks):
            raise Refused("There is nothing new to keep.")
        row.answers, row.checks = found, ticked
        caused = _tick(place, row, step) if done else []
        row.save()
        _keep(place, step, found)
        act = StepRecord.Act.DONE if done else StepRecord.Act.SAVED
        _record(row, act, found, note, caused, place)
    return row


def _tick(place: Place, row: RunStep, step: Step) -> list[dict[str, str]]:
    answering.missing(step, row.answers, set(row.checks))
    known = place.known()
    refused = known.followed(step)
    if refused:
        raise Refused(refused)
    _must_have_read(place, row, step)
    row.state, row.settled_at, row.settled_by, row.reason = State.DONE, place.at, place.by, ""
    caused = []
    for effect in step.effects:
        if effect.at == "done" and conditions.holds(effect.when, known.values):
            caused.append(place.cause(step, effect))
    return caused


def _must_have_read(place: Place, row: RunStep, step: Step) -> None:
    """Whoever goes on past a prohibition has read it; what is to be done first does not wait for that."""
    if step.do_first:
        return
    before = [one.pk for one in place.rows.values() if one.is_prohibited and one.position < row.position]
    read = ProhibitionRead.objects.filter(step__in=before, responder=place.by).count() if before else 0
    if read < len(before):
        raise Refused("Read the prohibition above first, and say so with its button.")


def _keep(place: Place, step: Step, found: Mapping[str, Any]) -> None:
    for asked in step.fields:
        if asked.keeps == "resolution" and found.get(asked.key):
            place.run.resolution = found[asked.key]
            place.run.save(update_fields=["resolution"])


def _record(
    row: RunStep,
    act: str,
    found: Mapping[str, Any],
    note: str,
    caused: list[dict[str, str]],
    place: Place,
) -> None:
    """Writes down what was done about a step, here and on the incident's timeline."""
    StepRecord.objects.create(
        step=row, act=act, answers=dict(found), note=note, caused=caused, at=place.at, by=place.by
    )
    _, step = place.step(row.key)
    said = [f"{one.label} {answering.spelled(one, found[one.key])}" for one in step.fields if one.key in found]
    said += [check.label for check in step.checks if check.key in row.checks]
    said += [note] if note else []
    kind = {
        StepRecord.Act.DONE: Kind.STEP_DONE,
        StepRecord.Act.SKIPPED: Kind.STEP_SKIPPED,
    }.get(StepRecord.Act(act), Kind.PLAYBOOK_STEP)
    text = place.name(step) + (f"\n\n{'; '.join(said)}" if said else "")
    if act == StepRecord.Act.UNTICKED:
        text = f"Opened again: {text}"
    place.write(kind, text, step=row.key, answers=dict(found), checks=list(row.checks), effects=caused)


@retried
def skip_step(run_id: int, key: str, *, reason: str, by: Responder, at: datetime) -> RunStep:
    """Passes over a step, with the reason on the record; a prohibition cannot be passed over."""
    with following(run_id, by=by, at=at) as place:
        row, step = place.step(key)
        if step.is_prohibited:
            raise Refused(f"“{step.title}” is a prohibition: it cannot be skipped.")
        if row.state != State.TODO:
            raise Refused(f"{row.settled_by} settled it already: {row.get_state_display().lower()}.")
        reason = required(answering.clean_note(reason), "reason", "Say why it is skipped; it stands on the record.")
        row.state, row.settled_at, row.settled_by, row.reason = State.SKIPPED, place.at, by, reason
        row.save()
        _record(row, StepRecord.Act.SKIPPED, {}, reason, [], place)
    return row


@retried
def untick_step(run_id: int, key: str, *, reason: str, by: Responder, at: datetime) -> RunStep:
    """Opens a step again that was ticked or skipped too early. What it caused stays caused."""
    with following(run_id, by=by, at=at) as place:
        row, _ = place.step(key)
        if row.state == State.TODO:
            raise Refused("It is open.")
        reason = required(answering.clean_note(reason), "reason", "Say why it is opened again.")
        row.state, row.settled_at, row.settled_by, row.reason = State.TODO, None, None, ""
        row.save()
        _record(row, StepRecord.Act.UNTICKED, {}, reason, [], place)
    return row


@retried
def assign_step(run_id: int, key: str, *, responder_id: int | None, by: Responder, at: datetime) -> RunStep:
    """Gives one step to somebody; with nobody, it falls back to whoever has its role on the incident."""
    with following(run_id, by=by, at=at) as place:
        row, step = place.step(key)
        if step.is_prohibited:
            raise Refused("A prohibition holds for everybody.", "assignee")
        found = Responder.objects.filter(pk=responder_id, is_active=True).first() if responder_id else None
        if responder_id and found is None:
            raise Refused("Choose somebody who is active.", "assignee")
        if row.assignee_id == (found.pk if found else None):
            raise Refused("It is assigned like that already.", "assignee")
        row.assignee = found
        row.save(update_fields=["assignee"])
        text = f"{place.name(step)}: {f'given to {found}' if found else 'given to nobody in particular'}"
        place.write(Kind.PLAYBOOK_STEP, text, step=key, assignee=found.pk if found else None)
    return row


@retried
def acknowledge_prohibition(run_id: int, key: str, *, by: Responder, at: datetime) -> ProhibitionRead:
    """“I have read this”, once for each person. It never makes the prohibition done."""
    with following(run_id, by=by, at=at) as place:
        row, step = place.step(key)
        if not row.is_prohibited:
            raise Refused("This is a step: do it, and tick it.")
        if row.reads.filter(responder=by).exists():
            raise Refused("You have read it already.")
        read = ProhibitionRead.objects.create(step=row, responder=by, at=place.at)
        place.write(Kind.PROHIBITION_READ, step.title, step=key)
    return read


@retried
def finish(run_id: int, *, note: str = "", by: Responder, at: datetime) -> Run:
    """Ends a run that is complete; otherwise refused with what is missing."""
    with following(run_id, by=by, at=at) as place:
        reads = ProhibitionRead.objects.filter(step__run=place.run).values_list("step__key", flat=True)
        left = standing.unfinished(place.body, place.rows, place.known(), set(reads))
        if left:
            raise Refused(" ".join(left))
        _end(place, Run.Outcome.FINISHED, answering.clean_note(note))
    return place.run


@retried
def stop(run_id: int, *, reason: str, by: Responder, at: datetime) -> Run:
    """Ends a run before it is complete, with a reason."""
    with following(run_id, by=by, at=at) as place:
        reason = required(answering.clean_note(reason), "reason", "Say why it is not followed to its end.")
        _end(place, Run.Outcome.STOPPED, reason)
    return place.run


def _end(place: Place, outcome: Run.Outcome, note: str) -> None:
    run = place.run
    run.outcome, run.ended_at, run.ended_by, run.end_note = outcome, place.at, place.by, note
    run.save()
    text = f"{run.playbook}: {outcome.label.lower()}" + (f"\n\n{note}" if note else "")
    place.write(Kind.PLAYBOOK_ENDED, text, outcome=str(outcome))
