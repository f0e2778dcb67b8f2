"""Fault laid on somebody who is not named: “the vendor's fault”, “on their end” (B-132, C-10). Pure.

An outside party may be spoken of (“a service that we rely on”, “we have written to our provider”); what makes it blame is that
something is said to be wrong with it, done by it, or not ours.
"""

from collections.abc import Iterator, Mapping, Sequence

from notifications.guard.grammar import Mark
from notifications.guard.words import FILLER, PASTS, forms, listed, shape

OWN = listed("your yours")
COLLEAGUES = listed("people folks guys staff engineers crew team lot")
OUTSIDE = listed("external outside outsourced third other")
STOPS = frozenset(";.!?:")
# Whoever is told, asked or written to is not said to be at fault.
HARMLESS = listed("rely relies relied depend depends")
NEAR = 9
DOES = listed("did does do")
# What it is no fault to leave undone.
SPARING = listed(
    "cause lose harm damage delete affect break fail charge touch share store see receive need change miss bill"
)
HARMED = frozenset(form for base in SPARING for form in forms(base))
# What an outside party may be said to have done without being blamed for anything.
DECENT = listed(
    "was were been had did confirmed told said replied answered helped informed written wrote sent given gave asked arrived came joined restored"
    " fixed repaired recovered resolved mended completed finished received agreed acknowledged reported opened started began begun based called"
    " named used located hired recommended mentioned known made got explained offered provided shared promised assured advised suggested saw seen"
    " found looked worked read spoke met thanked visited supported delivered returned corrected listed involved affected concerned contacted"
)


def laid(words: Sequence[str], low: int, high: int, marks: Mapping[str, Sequence[Mark]]) -> Iterator[tuple[int, int]]:
    """The words, from and up to, of a sentence that lay fault on an outside party without a name."""
    for mark in marks.get("UNNAMED", ()):
        # “Your visitors changed nothing on their end”: they are the client's own.
        own = any(word in OWN for word in words[low : mark.low]) and "their" in words[mark.low : mark.low + 2]
        if not own or "PARTY" in marks:
            yield mark.low, mark.high
    for party in _longest(marks.get("PARTY", ())):
        # “The night team takes over so that the work goes on” speaks of no team that works.
        if "so" not in words[party.low : party.high] and not _ours(words, low, party):
            yield from _charged(words, low, high, party, marks.get("DID", ()), marks.get("LAID", ()))


def excused(words: Sequence[str], high: int, marks: Mapping[str, Sequence[Mark]]) -> bool:
    """“Our subcontractor did not lose any of your data”: what an outside party is said not to have harmed."""
    for party in marks.get("PARTY", ()):
        for at in range(party.high, min(high, party.high + NEAR)):
            if words[at] in ("not", "never"):
                done = next((one for one in words[at + 1 : high] if one not in FILLER), "")
                if done in HARMED:
                    return True
    return False


def _longest(parties: Sequence[Mark]) -> list[Mark]:
    return [
        one
        for one in parties
        if not any(other is not one and other.low <= one.low and one.high <= other.high for other in parties)
    ]


def _ours(words: Sequence[str], low: int, party: Mark) -> bool:
    """“Your provider” is the client's own; “provider” in “our provider list” is nobody."""
    if words[party.low - 1] in ("we", "you", "they", "to", "i"):
        # “The list we host.”
        return True
    before = words[max(low, party.low - 3) : party.low]
    if (
        words[party.high - 1] in COLLEAGUES
        and "our" in before
        and not any(word in OUTSIDE for word in words[party.low : party.high])
    ):
        # “All our database people are on it.”
        return True
    return any(word in OWN for word in before)


def _charged(
    words: Sequence[str], low: int, high: int, party: Mark, did: Sequence[Mark], laid_by: Sequence[Mark]
) -> Iterator[tuple[int, int]]:
    end = next(
        (at for at in range(party.high, min(high, party.high + NEAR)) if words[at] in STOPS),
        min(high, party.high + NEAR),
    )
    begin = next(
        (at + 1 for at in range(party.low - 1, max(low, party.low - NEAR) - 1, -1) if words[at] in STOPS),
        max(low, party.low - NEAR),
    )
    if words[party.high : party.high + 1] == ["'s"] and words[party.high + 1 : party.high + 2] in ([","], ["."], []):
        yield party.low, party.high + 1
        return
    deed = party.high
    if words[deed : deed + 1] == ["'s"]:
        # “The carrier's people misread it.”
        deed += 2
    while deed < end and (
        words[deed] in FILLER or words[deed] in ("has", "have", "had") or shape(words[deed]) == "#ly"
    ):
        deed += 1
    if deed < end and words[deed] not in DECENT and (words[deed] in PASTS or shape(words[deed]) == "#ed"):
        yield party.low, deed + 1
        return
    if deed + 1 < end and words[deed] in DOES and words[deed + 1] in ("not", "never"):
        # “Our subcontractor did not do theirs”, but not “did not lose any data”.
        left = next((at for at in range(deed + 2, end) if words[at] not in FILLER), end)
        if left == end or words[left] not in SPARING:
            yield party.low, min(left + 1, end)
        return
    if deed + 1 < end and words[deed] == "never" and (words[deed + 1] in PASTS or shape(words[deed + 1]) == "#ed"):
        yield party.low, deed + 2
        return
    for one in did:
        if party.high <= one.low < end or (
            party.low <= one.low < party.high and one.high > party.low and words[one.low] not in ("third", "party")
        ):
            yield party.low, max(one.high, party.high)
            return
    for one in laid_by:
        between = words[one.high : party.low]
        if (
            begin <= one.low
            and one.high <= party.low
            and len(between) < 4
            and not any(word in ("we", "i", "and", ",") for word in between)
        ):
            if (
                words[one.low] in ("what", "it", "was", "is", "wait", "waiting")
                and one.high - one.low < 3
                and not any(party.high <= other.low < end for other in did)
            ):
                continue
            yield one.low, party.high
            return
    for one in did:
        if (
            begin <= one.low
            and one.high <= party.low
            and words[one.low]
            in (
                "blunder",
                "blame",
                "outage",
                "negligence",
                "mistake",
                "carelessness",
                "culprit",
                "fault",
                "failure",
                "incident",
                "error",
            )
        ):
            yield one.low, party.high
            return
