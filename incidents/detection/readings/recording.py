"""Record one reading: judged, kept, and told of when it climbs the ladder. Duplicates and late ones are safe."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from django.db import transaction

from incidents.detection import ladders
from incidents.detection.ladders import Judgement, Ladder, Rung, plain
from incidents.detection.models import Metric, Reading, Series
from incidents.detection.models.readings import DIGITS, PLACES
from incidents.detection.opening import Noticed, note_on, open_or_note, prompt, still_open
from incidents.lifecycle.moving import retried
from incidents.models import Incident, Responder
from incidents.playbooks import verbs as playbooks
from incidents.refusals import Refused
from incidents.spelling import in_utc

SKEW = timedelta(minutes=1)
STEP = Decimal(1).scaleb(-PLACES)
MOST = Decimal(10) ** (DIGITS - PLACES)
OLDEST = timedelta(days=3660)
MOST_SERIES = 2_000


@retried
def record(
    metric_key: str,
    value: Decimal | int | float | str,
    *,
    taken_at: datetime,
    source: str,
    at: datetime,
    sample: int | None = None,
    subject: str = "",
    by: Responder | None = None,
) -> Reading:
    """Keeps a reading with the verdict of its ladder, and opens or updates an incident when it climbs.

    The same reading again gives the one that is kept; another value for the same instant and source is refused. A
    reading older than the newest is kept and judged for itself, but changes no standing and tells nobody. Numbers are
    kept with nine decimal places.
    """
    number = _number(value)
    source, subject = one_line(source, "source", 80), one_line(subject, "subject", 120)
    if not source:
        raise Refused("Say where the reading comes from.", "source")
    if taken_at > at + SKEW:
        raise Refused("That is in the future; say when the number was taken.", "taken_at")
    if taken_at < at - OLDEST:
        raise Refused("That is more than ten years ago.", "taken_at")
    if sample is not None and not 0 <= sample < 2**62:
        raise Refused("The size of the sample is a whole number, 0 or more.", "sample")
    with transaction.atomic():
        series = _locked_series(metric_key, subject)
        metric = series.metric
        known = Reading.objects.filter(series=series, taken_at=taken_at, source=source).first()
        if known is not None:
            if known.value == number:
                return known
            raise Refused(f"{source} gave {plain(known.value)} for that very instant already.", "taken_at")
        ladder = ladders.read(metric.ladder)
        newest = series.last_taken_at is None or taken_at > series.last_taken_at
        judged = ladders.judge(ladder, number, before=series.rung if newest else 0, sample=sample)
        reading = Reading.objects.create(
            series=series,
            taken_at=taken_at,
            received_at=at,
            value=number,
            sample=sample,
            source=source,
            by=by,
            rung=judged.rung,
            verdict=verdict(ladder, judged),
            fails=judged.fails,
            counted=judged.counted,
        )
        if newest:
            _move(series, metric, ladder, judged, reading, at)
    return reading


def _number(value: Decimal | int | float | str) -> Decimal:
    try:
        number = ladders.decimal(value)
    except ValueError as error:
        raise Refused(str(error), "value") from error
    if abs(number) >= MOST:
        raise Refused("That number is too large.", "value")
    try:
        return number.quantize(STEP, ROUND_HALF_EVEN)
    except InvalidOperation as error:
        raise Refused("That number cannot be kept.", "value") from error


def one_line(text: str, field: str, most: int) -> str:
    line = " ".join(text.split())
    if not all(one.isprintable() for one in line):
        raise Refused("This stands on one line, without control characters.", field)
    if len(line) > most:
        raise Refused(f"At most {most} characters.", field)
    return line


def _locked_series(metric_key: str, subject: str) -> Series:
    metric = Metric.objects.filter(key=metric_key.replace("\x00", "")[:80], is_active=True).first()
    if metric is None:
        raise Refused("There is no active metric with this key.", "metric")
    known = Series.objects.filter(metric=metric, subject=subject)
    if not known.exists():
        if metric.series.count() >= MOST_SERIES:
            raise Refused(f"A metric is kept for at most {MOST_SERIES} subjects.", "subject")
        Series.objects.bulk_create([Series(metric=metric, subject=subject)], ignore_conflicts=True)
    locked = known.select_for_update(of=("self",), no_key=True).select_related("metric__system", "metric__client")
    return locked.get()


def verdict(ladder: Ladder, judged: Judgement) -> str:
    """The standing in the words of the ladder, as kept with the reading."""
    if not judged.counted:
        return f"sample under {ladder.min_sample}"
    if not judged.rung:
        return "healthy"
    name = ladder.rungs[judged.rung - 1].name
    return f"{name}, until {ladder.resume_words}" if judged.held else name


def _move(series: Series, metric: Metric, ladder: Ladder, judged: Judgement, reading: Reading, at: datetime) -> None:
    """Moves the standing of a locked series and says what changed."""
    series.last_taken_at, series.last_value = reading.taken_at, reading.value
    if metric.interval_seconds and series.is_active:
        series.due_at = max(reading.taken_at + timedelta(seconds=metric.interval_seconds), at)
    if series.silent_since:
        _say(series, at, f"{_named(series)}: readings come in again.", reading, "heard again")
        series.silent_since = None
    if judged.counted:
        before, series.rung = series.rung, judged.rung
        rung = ladder.rungs[judged.rung - 1] if judged.rung else None
        if rung and not judged.held and (judged.rung > series.told_rung or _forgotten(series, rung)):
            _climb(series, metric, rung, reading, at)
            series.told_rung = judged.rung
        elif judged.rung == 0 and before:
            healthy = f", {ladder.resume_words}" if ladder.resume is not None else ""
            text = f"{_reads(series, reading)}: healthy again{healthy}. Whether work resumes is for a person to decide."
            _say(series, at, text, reading, "healthy again")
            series.told_rung = 0
        elif judged.rung < before:
            _say(series, at, f"{_reads(series, reading)}: better, now “{reading.verdict}”.", reading)
            series.told_rung = judged.rung
    series.save()


def _forgotten(series: Series, rung: Rung) -> bool:
    """Whether it is still bad although the incident about it has ended."""
    return rung.severity is not None and still_open(series.incident_id) is None


def _climb(series: Series, metric: Metric, rung: Rung, reading: Reading, at: datetime) -> None:
    what = f"{_reads(series, reading)}, {rung.words} {metric.unit}".strip()
    suggestions = [f"SEV-{rung.severity}"] if rung.severity else []
    suggestions += [f"playbook “{rung.playbook}”"] if rung.playbook else []
    advice = f" Suggested: {', '.join(suggestions)}; confirm at triage." if suggestions else ""
    line = f"{what}: “{rung.name}”.{advice}"
    if rung.severity is None:
        _say(series, at, line, reading)
        return
    before = series.incident_id
    noticed = Noticed(
        title=f"{what}"[:200],
        description=f"{line}\n\nTaken at {in_utc(reading.taken_at, seconds=True)}, source: {reading.source}.",
        severity=rung.severity,
        source=Incident.Source.MONITORING,
        detected_at=reading.taken_at,
        line=line,
        facts={**_facts(series, reading), "suggested_severity": rung.severity, "suggested_playbook": rung.playbook},
        system_id=metric.system_id if metric.system and metric.system.is_active else None,
        client_id=metric.client_id if metric.client and metric.client.is_active else None,
    )
    incident = open_or_note(before, noticed, at=at)
    series.incident = incident
    playbooks.hint(
        incident.pk,
        metric=metric.key,
        value=float(reading.value),
        unit=metric.unit,
        source=f"{series.subject or reading.source}",
        at=reading.taken_at,
    )
    if rung.playbook:
        because = f"the ladder of “{metric.name}” names it at “{rung.name}”"
        playbooks.name_playbook(incident.pk, rung.playbook, because=because, at=at)
    if incident.pk == before and rung.severity < incident.severity:
        prompt(incident, f"reading:{reading.pk}", f"SEV-{rung.severity} suggested", line, at=at)


def _say(series: Series, at: datetime, line: str, reading: Reading, heading: str = "") -> None:
    incident = note_on(series.incident_id, line, _facts(series, reading), at=at)
    if incident and heading:
        prompt(incident, f"reading:{reading.pk}:{heading}", f"{series.metric} {heading}", line, at=at)


def _facts(series: Series, reading: Reading) -> dict[str, str | int]:
    return {
        "metric": series.metric.key,
        "subject": series.subject,
        "value": plain(reading.value),
        "reading": reading.pk,
        "verdict": reading.verdict,
    }


def _named(series: Series) -> str:
    return f"{series.metric.name} ({series.subject})" if series.subject else series.metric.name


def _reads(series: Series, reading: Reading) -> str:
    return f"{_named(series)} {plain(reading.value)} {series.metric.unit}".strip()
