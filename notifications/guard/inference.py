"""Speculation by the way a sentence is built: who holds something for likely, and what it is that they hold (B-43). Pure.

Three questions. Is anything marked as thought, seeming, likely or inferred rather than known? What is so marked? Does that
speak of a cause, or only of what clients see: who is affected, how far, that it works again, that it was a bad morning?
"""

from collections.abc import Mapping, Sequence

from notifications.guard.clauses import has_verb
from notifications.guard.grammar import Mark
from notifications.guard.lexicon import HELD
from notifications.guard.subjects import (
    LISTS,
    acted,
    dated,
    did,
    felt,
    harmless,
    struck,
    subject_of,
    visible,
    worked,
)
from notifications.guard.words import listed, shape

# Here a thought ends and another begins.
ENDS = frozenset(";().!?-")
TURNS = listed("but although though however while so")
# “It could have been caught earlier” is a regret and no guess.
AGAINST = listed("but although though yet still however ;")
YOURS = listed("you your")
OWED = listed("owe owed owes deserve deserves deserved want wanted asked")
LINKS = listed(
    "ad ads link links domain record records page pages button arrow sign signs campaign campaigns url urls address addresses"
)
SLOW = listed(
    "slow slower late later busy busier longer quieter unavailable closed empty incomplete missing worth best better"
)
CERTAIN = listed("sure certain confident")
ASKED = (["what"], ["why"], ["how"], ["which"], ["where"])
ALMOST = listed("fairly pretty quite almost nearly reasonably rather very")
BETTER = listed("earlier sooner avoided prevented better louder clearer quicker faster")


def speculated(
    words: Sequence[str], low: int, high: int, marks: Mapping[str, Sequence[Mark]]
) -> tuple[int, int] | None:
    """The words, from and up to, of an unconfirmed cause in one sentence."""
    links, denied = marks.get("LINK", ()), marks.get("DENIED", ())
    for mark in marks.get("UNCHECKED", ()):
        if any(_besides(words, mark, link) for link in links):
            return low, high
    for mark in sorted((one for name in HELD for one in marks.get(name, ())), key=lambda one: (one.low, -one.high)):
        if _is_cause(words, low, high, mark, links, denied):
            return mark.low, high
    return None


def _besides(words: Sequence[str], mark: Mark, link: Mark) -> bool:
    """“It is down to the calendar, although nobody has checked yet”, but not “nobody has checked whether it is”."""
    between = words[mark.high : link.low] if mark.high <= link.low else words[link.high : mark.low]
    return any(word in AGAINST for word in between)


def _is_cause(
    words: Sequence[str], low: int, high: int, mark: Mark, links: Sequence[Mark], denied: Sequence[Mark]
) -> bool:
    begin, end = _around(words, low, high, mark)
    if any(one.low <= mark.high and mark.low <= one.high + 1 and begin - 1 <= one.low < end for one in denied):
        return False
    if mark.name == "THINK" and words[mark.high - 1] in CERTAIN and words[mark.high : mark.high + 1] in ASKED:
        # “We are now sure what happened”, but not “we are fairly sure what happened”.
        return bool(ALMOST.intersection(words[mark.low : mark.high])) and ":" in words[mark.high : high]
    if mark.name == "SURE":
        return not any(begin <= one.low < end for one in denied)
    before, after = (begin, mark.low), (mark.high, end)
    if not _said(words, *after) and end < high:
        # “If we had to guess, …”: what is marked comes after the comma.
        after = (mark.high, high)
    if (
        mark.name == "SIGN"
        and words[mark.low].startswith("point")
        and LINKS & set(words[max(low, mark.low - 3) : mark.low])
    ):
        # “Ads that point to the page”.
        return False
    if mark.name == "THINK" and (
        words[mark.low - 1] in ("your", "you") or OWED & set(words[max(low, mark.low - 4) : mark.low])
    ):
        # A theory of the client's own; an explanation that is owed.
        return False
    if (
        ":" in words[mark.high : mark.high + 7]
        and words.index(":", mark.high) < end
        and mark.name == "THINK"
        and any(word in LISTS["OPINION"] for word in words[mark.low : mark.high])
        and _said(words, words.index(":", mark.high), end)
    ):
        after = (words.index(":", mark.high), end)
    elif ":" in words[mark.high : end] and not has_verb(words, mark.high, words.index(":", mark.high)):
        # “Best guess right now: a bad release.”
        after = (words.index(":", mark.high), end)
    if not links and mark.name != "SIGN" and dated(words, begin, end):
        return False
    alone = not _said(words, *after)
    if alone and words[mark.high - 1] == "?" and not _said(words, *before):
        # “My best guess?”
        return True
    linked = any(
        (before[0] <= one.low < before[1] or mark.low < one.high <= after[1])
        and not (mark.low <= one.low and one.high <= mark.high)
        for one in links
    )
    linked = linked and not _known(words, links, mark, after)
    proposition = before if alone else after
    subject = subject_of(words, *proposition)
    if mark.name == "MODAL":
        return _modal(words, mark, before, after, linked)
    if linked:
        named = [words[one.low] for one in links if mark.low < one.high <= after[1]]
        return subject != "we" or not all(
            word in ("explain", "reason", "cause", "explanation", "because") for word in named
        )
    if (
        mark.name == "SIGN"
        and words[mark.low].startswith(("suggest", "indicate"))
        and words[mark.low - 1] in ("we", "i", "'d", "to", "not")
    ):
        return False
    if (
        mark.name == "SIGN"
        and words[mark.low - 1] in ("not", "never")
        and words[mark.low][:4] in ("poin", "sugg", "indi", "impl", "hint")
    ):
        return False
    if words[mark.high - 1].startswith("wonder") and YOURS & set(words[mark.high : mark.high + 2]):
        # “We wonder whether you would prefer a call.”
        return False
    if mark.name == "THINK" and words[mark.high : mark.high + 1] in (["how"], ["what"], ["in"]) and not linked:
        return False
    if mark.name in ("SEEM", "MAYBE") and struck(words, *after):
        return False
    if mark.name == "SEEM" and words[mark.high - 1] == "to" and subject_of(words, *before) == "effect":
        return acted(words, *after)
    if subject == "effect":
        return acted(words, *proposition) or worked(words, *proposition)
    if subject == "we":
        return did(words, *proposition)
    if mark.name == "MAYBE" and _said(words, *before) and not alone:
        whose = subject_of(words, *before)
        if whose == "effect":
            return acted(words, begin, end) or worked(words, begin, end)
        if whose == "we" and not did(words, begin, end):
            return False
    if mark.name == "MAYBE" and alone and not _said(words, *before):
        return False
    if (
        _said(words, *before)
        and not alone
        and mark.name in ("SEEM", "MAYBE")
        and not visible(words, *before)
        and not felt(words, mark.high - 1, after[1])
    ):
        # “The cache appears to be stale.”
        return True
    return not harmless(words, *proposition)


def _around(words: Sequence[str], low: int, high: int, mark: Mark) -> tuple[int, int]:
    """The thought around a mark: as far as the marks and words at which another begins."""
    begin, end = low, high
    for at in range(mark.low - 1, low - 1, -1):
        if (
            words[at] in ENDS
            or (words[at] in TURNS and words[at - 1] != "as")
            or (words[at] == "yet" and words[at - 1] == ",")
            or words[at] in ("that", "whether", ":")
            or (
                words[at] in ("and", ",")
                and words[at + 1] in ("we", "i", "it", "they", "you", "your", "yours", "our", "which", "who")
            )
        ):
            begin = at + 1
            break
    if begin and words[begin - 1] == "," and words[mark.high : mark.high + 1] == [","]:
        # “The reason, we think, is …” is one thought.
        begin = low
    for at in range(mark.high, high):
        if (
            words[at] in ENDS
            or (words[at] in TURNS and at > mark.high and words[at - 1] != "as")
            or (
                words[at] == ","
                and at + 1 < high
                and words[at + 1] in ("we", "i", "it", "they", "which", "and")
                and at > mark.high
            )
        ):
            end = at
            break
    return begin, end


def _said(words: Sequence[str], low: int, high: int) -> bool:
    return any(
        shape(word) != "#mark" and word not in ("that", "so", "to", "at", "present", "now", "moment", "the", "stage")
        for word in words[low:high]
    )


def _known(words: Sequence[str], links: Sequence[Mark], mark: Mark, after: tuple[int, int]) -> bool:
    """“Because of this”, “due to the outage”: the link leads to what everybody knows, the incident itself."""
    linked = [one for one in links if one.high > mark.low and one.low < after[1]]
    if not linked or words[linked[-1].low] not in ("because", "due", "owing", "as", "thanks"):
        return False
    rest = [
        word
        for word in words[linked[-1].high : linked[-1].high + 3]
        if word not in ("of", "to", "the", "this", "that", "your")
    ]
    last = words[linked[-1].high - 1]
    return (
        bool(rest)
        and (
            rest[0]
            in (
                "issue",
                "problem",
                "incident",
                "outage",
                "interruption",
                "delay",
                "disruption",
                "pause",
                "maintenance",
                "it",
            )
            and last != "when"
        )
    ) or (
        words[linked[-1].high : linked[-1].high + 1] in (["this"], ["it"])
        and words[linked[-1].low] in ("because", "due", "as", "owing")
    )


def _modal(words: Sequence[str], mark: Mark, before: tuple[int, int], after: tuple[int, int], linked: bool) -> bool:
    """“It may have been the cache”, but not “emails may be late” or “you might see duplicates”."""
    first = words[mark.low]
    inferring = any(word in ("have", "'ve") for word in words[mark.low : mark.high]) or first in (
        "must",
        "has",
        "have",
        "had",
        "can",
    )
    whose = (
        subject_of(words, *before) or subject_of(words, *after)
        if before[1] - before[0] < 2
        else subject_of(words, *before)
    )
    if mark.low > before[0] and (words[mark.low - 1] in LISTS["EXTENT"] or shape(words[mark.low - 1]) == "#number"):
        # “214 are complete and 16 may have gaps.”
        whose = "effect"
    if (whose == "effect" or words[mark.low - 1] == "you") and not linked:
        return acted(words, *after)
    if (whose == "we" and not linked) or (
        any(word in BETTER for word in words[after[0] : after[1]]) and first in ("could", "should", "might", "would")
    ):
        return False
    if first == "must" and (
        "you" in words[after[0] : after[0] + 3] or LISTS["FEELS"] & set(words[after[0] : after[0] + 3])
    ):
        return False
    if first == "will" and any(
        word in ("by", "before", "until", "within", "when") for word in words[after[0] : after[1]]
    ):
        return False
    if linked:
        return True
    if words[mark.high - 1] == "be" and words[mark.high : mark.high + 1] and words[mark.high] in SLOW:
        # “The gates may be slow tomorrow.”
        return False
    if words[mark.high - 1] in ("suggest", "indicate", "point", "imply", "mean", "hint", "explain", "account"):
        return whose != "effect"
    if first in ("will", "should", "would", "has", "have", "had") and not inferring:
        return False
    return not harmless(words, *after) or (before[1] - before[0] > 1 and not visible(words, *before))
