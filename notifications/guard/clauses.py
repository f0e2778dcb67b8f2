"""A sentence as clauses: where one statement ends and the next begins. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from notifications.guard.words import PASTS, forms, listed, shape

MARKS = frozenset(",;:-()!?.…/")
JOINS = listed(
    "but while although though because so which who whereas as when once if unless whether after until till before since where that whenever"
)
# After these the same statement may go on or another begin: it begins where a subject stands.
SUBJECTS = listed(
    "we it they i you he she this that these those everything all there the your our my a an his her their please nobody everyone which most some then"
)
WAITS = listed("once when whenever if unless whether after until till before as while should")
PREPOSED = listed("before until till after by as since")
AUXILIARY = listed(
    "is are was were am be been has have had do does did will shall would should can could may might must ought 's"
)
SURPRISE = listed("surprised amazed shocked astonished surprise amaze shock astonish")
_COMMON = (
    "begin start stop end come go get give take make keep hold run work fix repair restore return resume send write call check look test watch find see know think"
    " believe expect hope plan aim need want ask tell say update inform let help open close move put bring show turn seem appear stay remain affect"
    " happen fail break lose miss follow continue pause finish complete land arrive reach receive apologise pledge promise rely depend stand swap"
    " reckon guess estimate assume mean depend swap drain trickle flow matter mind say promise assure mention require put pick reach load sync"
    " try drop use reload log sign wait allow bear rest trust thank join meet review renew expire switch restart reconnect recover clear ship deploy roll mend sort"
)
VERBS = frozenset(form for base in _COMMON.split() for form in forms(base)) - listed(
    "check checks call calls fix fixes report reports review reviews update updates test tests restart work sort look looks watch show start end stop close open"
)


class Clause(NamedTuple):
    """The words from `low` up to `high`; `waits` when it only says when or whether (“once …”, “if …”)."""

    low: int
    high: int
    waits: bool


def has_verb(words: Sequence[str], low: int, high: int) -> bool:
    """Whether something is said of something between two places."""
    return any(word in AUXILIARY or word in VERBS or word in PASTS or shape(word) == "#ed" for word in words[low:high])


def clauses(words: Sequence[str], low: int, high: int, whole: Sequence[tuple[int, int]] = ()) -> list[Clause]:
    """The clauses of one sentence; no border falls inside one of the spans that are `whole`."""
    # “two hours before mail flows” is one statement, and so is “before your launch”.
    inside = {place for begin, end in whole for place in range(begin + (words[begin] not in PREPOSED), end)}
    inside |= {end for _, end in whole if end < high and words[end] in PREPOSED}
    cuts = [low]
    for at in range(low, high):
        if at not in inside and at > low and _parts(words, at, high):
            cuts.append(at)
    cuts.append(high)
    found: list[tuple[int, int]] = []
    carried = low
    for begin, end in pairwise(cuts):
        if has_verb(words, begin, end) or words[begin] == ";":
            found.append((carried, end))
        elif found and carried == begin:
            # A piece in which nothing is said belongs to the one before it.
            found[-1] = (found[-1][0], end)
        else:
            continue
        carried = end
    if carried < high:
        if found:
            found[-1] = (found[-1][0], high)
        else:
            found.append((carried, high))
    return [Clause(begin, end, _waits(words, begin, end)) for begin, end in found]


def _waits(words: Sequence[str], low: int, high: int) -> bool:
    at = low
    while at < high and (shape(words[at]) == "#mark" or words[at] in ("and", "but", "only", "just", "even")):
        at += 1
    return at < high and (_waiting(words, at, high))


def _waiting(words: Sequence[str], at: int, high: int) -> bool:
    after = words[at + 1] if at + 1 < high else ""
    if words[at] in ("should", "before", "after", "as", "until", "till"):
        later = words[at] == "after" and after in ("that", "this", "which")
        return (after in SUBJECTS or after in ("soon", "that")) and not later
    return words[at] in WAITS or (
        words[at] == "the"
        and after in ("moment", "minute", "second", "instant")
        and at + 2 < high
        and words[at + 2] in SUBJECTS
    )


def _parts(words: Sequence[str], at: int, high: int) -> bool:
    word = words[at]
    if word in MARKS:
        return True
    after = words[at + 1] if at + 1 < high else ""
    if word in ("and", "or"):
        return after in SUBJECTS or (after in AUXILIARY and after not in ("be", "been"))
    if word in ("as",):
        return after in ("soon", "we", "i", "you", "it", "they", "the", "if")
    if word == "that" or (
        word == "if" and (words[at - 1] in SURPRISE or words[at - 1] in ("as", "even") or words[at - 2] in SURPRISE)
    ):
        return False
    return word in JOINS and (
        after in SUBJECTS
        or after in AUXILIARY
        or word in ("but", "because", "which", "whether", "once", "unless", "while", "when")
    )
