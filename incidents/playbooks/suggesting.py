"""Which playbooks fit an incident, each with its reasons: a name, type, systems, source, words, a reading. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from incidents.playbooks.shape import Cues, Reading

# How strongly each cue speaks; a source alone suggests nothing unless it is a client's report in so many words.
BY_PERSON, BY_READING, BY_WORDS, BY_SYSTEM, BY_SOURCE = 100, 60, 30, 20, 10
ENOUGH = 20
METRICS = {"bounce_rate": "bounce rate", "api_error_rate": "API error rate", "sync_age": "age of the last sync"}
_NUMBER = r"[^0-9.\n]{0,24}?(\d{1,6}(?:[.,]\d{1,4})?)\s*(?:%|per cent|percent)"
MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Read:
    """A reading that somebody or something took: the metric, the number, and where it came from."""

    metric: str
    value: float
    unit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an incident says, as far as a suggestion needs it. `named`: short names of playbooks, with who says so."""

    text: str
    source: str = ""
    systems: tuple[str, ...] = ()
    type_key: str = ""
    readings: tuple[Read, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A playbook that might fit. `type_key` is the incident type that it is for, `short_name` what rules call it."""

    pk: int
    name: str
    cues: Cues
    type_key: str = ""
    type_name: str = ""
    short_name: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    candidate: Candidate
    reasons: tuple[str, ...]
    strength: int = field(default=0)

    @property
    def sentence(self) -> str:
        """“Suggested because …”, as it is kept with the run."""
        return "; ".join(self.reasons)


def suggest(candidates: Iterable[Candidate], seen: Seen) -> list[Suggestion]:
    """The playbooks that fit, the strongest first; each says why."""
    text = _flat(seen.text[:MOST_TEXT])
    found = [one for one in (_fits(candidate, seen, text) for candidate in candidates) if one is not None]
    return sorted(found, key=lambda one: (-one.strength, one.candidate.name))


def _fits(candidate: Candidate, seen: Seen, text: str) -> Suggestion | None:
    cues, reasons, strength = candidate.cues, list[str](), 0
    by_person = bool(candidate.type_key) and candidate.type_key == seen.type_key
    if by_person:
        reasons.append(f"the incident type is “{candidate.type_name or candidate.type_key}”")
        strength += BY_PERSON
    if candidate.short_name and candidate.short_name in seen.named:
        by_person = True
        reasons.append(seen.named[candidate.short_name])
        strength += BY_PERSON
    if cues.reading:
        read = newest(cues.reading, seen)
        if read is not None and read.value > cues.reading.over:
            reasons.append(_said(cues.reading, read))
            strength += BY_READING
        elif read is not None and not by_person:
            return None  # The number is known, and it is not over the limit: words do not outvote it (C-01).
    words = [word for word in cues.words if f" {_flat(word)} " in f" {text} "]
    if words:
        reasons.append(f"the text says “{'”, “'.join(words[:3])}”")
        strength += BY_WORDS
    systems = [name for name in seen.systems if any(f" {_flat(cue)} " in f" {_flat(name)} " for cue in cues.systems)]
    if systems:
        reasons.append(f"{_listed(systems[:3])} {'is' if len(systems) == 1 else 'are'} affected")
        strength += BY_SYSTEM
    elif not seen.systems and (spoken := [cue for cue in cues.systems if f" {_flat(cue)} " in f" {text} "]):
        reasons.append(f"the text names {_listed(spoken[:3])}")
        strength += BY_SYSTEM
    if seen.source in cues.sources:
        reasons.append("a client reported it" if seen.source == "client" else "of where it came from")
        strength += BY_SOURCE + (ENOUGH - BY_SOURCE if seen.source == "client" else 0)
    return Suggestion(candidate, tuple(reasons), strength) if strength >= ENOUGH else None


def newest(reading: Reading, seen: Seen) -> Read | None:
    """The reading to judge by: the last one that was hinted, else one written in the text."""
    hinted = [one for one in seen.readings if one.metric == reading.metric]
    if hinted:
        return hinted[-1]
    name = METRICS.get(reading.metric, reading.metric.replace("_", " "))
    match = re.search(re.escape(name) + _NUMBER, seen.text[:MOST_TEXT], re.IGNORECASE)
    return Read(reading.metric, float(match[1].replace(",", ".")), reading.unit, "the report") if match else None


def _said(reading: Reading, read: Read) -> str:
    name = METRICS.get(reading.metric, reading.metric.replace("_", " "))
    where = f" ({read.source})" if read.source else ""
    return f"the {name} read {read.value:g}{reading.unit}, over {reading.over:g}{reading.unit}{where}"


def _flat(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.casefold().replace("’", "'")))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
