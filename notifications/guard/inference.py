"""Speculation by the way a sentence is built: who holds something for likely, and what it is that they hold (B-43). Pure.

Three questions. Is anything marked as thought, seeming, likely or inferred rather than known? What is so marked? Does that
speak of a cause, or only of what clients see: who is affected, how far, that it works again, that it was a bad morning?
"""

from collections.abc import Iterator, Sequence

from notifications.guard.clauses import AUXILIARY
from notifications.guard.grammar import Grammar, Mark
from notifications.guard.hedges import HEDGES
from notifications.guard.words import FILLER, PASTS, Text, listed, shape

HELD = ("SURE", "SIGN", "THINK", "SEEM", "MODAL", "MAYBE")
CAUSES = Grammar(HEDGES)
LISTS = {
    name: CAUSES.words(name)
    for name in ("YOU", "SEEN", "EXTENT", "NOUNLESS", "FEELS", "EFFECT", "DONE", "WORKS", "VISIBLE")
}
# Here a thought ends and another begins.
ENDS = frozenset(";().!?-")
TURNS = listed("but although though however while so")
# What comes for the first time may be a cause; what is already spoken of is not.
NEW = listed("a an some another one two our last yesterday such")
MOMENTS = listed(
    "time day morning week moment situation position experience start idea surprise relief afternoon evening night weekend year question thing apology explanation"
)
# “It could have been caught earlier” is a regret and no guess.
BETTER = listed("earlier sooner avoided prevented better louder clearer quicker faster")
EMPTY = listed(
    "that as if though like to be is are was were 's it this there been being have has had not so also in for on at well get gets"
)
LIGHT = listed(
    "to for of in on at by than as and or that this today tomorrow tonight with from until again but we you your the when while if due because"
)
WE = listed("we i you they")
BE = listed("be been being is are was were 's get gets got 're")


def speculation(text: Text, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The words, from and up to, of an unconfirmed cause in one sentence."""
    words = text.words
    said = CAUSES.encode(words, low, high)
    marks = CAUSES.scan(said, low, HELD)
    if not marks:
        return
    marks |= CAUSES.scan(said, low, ("LINK", "DENIED"))
    for mark in sorted((one for name in HELD for one in marks.get(name, ())), key=lambda one: (one.low, -one.high)):
        if _is_cause(words, low, high, mark, marks.get("LINK", ()), marks.get("DENIED", ())):
            yield mark.low, high
            return


def _is_cause(
    words: Sequence[str], low: int, high: int, mark: Mark, links: Sequence[Mark], denied: Sequence[Mark]
) -> bool:
    begin, end = _around(words, low, high, mark)
    if any(one.low <= mark.high and mark.low <= one.high + 1 and begin - 1 <= one.low < end for one in denied):
        return False
    if mark.name == "SURE":
        return not any(begin <= one.low < end for one in denied)
    before, after = (begin, mark.low), (mark.high, end)
    if not _said(words, *after) and end < high:
        # “If we had to guess, …”: what is marked comes after the comma.
        after = (mark.high, high)
    if ":" in words[mark.high : end]:
        # “Best guess right now: a bad release.”
        after = (words.index(":", mark.high), end)
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
    subject = _subject(words, *proposition)
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
    if mark.name == "THINK" and words[mark.high : mark.high + 1] in (["how"], ["what"]):
        return False
    if mark.name == "SEEM" and words[mark.high - 1] == "to" and _subject(words, *before) == "effect":
        return _acted(words, *after)
    if subject == "effect":
        return _acted(words, *proposition)
    if subject == "we":
        return _did(words, *proposition)
    if mark.name == "MAYBE" and _said(words, *before) and not alone:
        whose = _subject(words, *before)
        if whose == "effect":
            return _acted(words, begin, end)
        if whose == "we" and not _did(words, begin, end):
            return False
    if mark.name == "MAYBE" and alone and not _said(words, *before):
        return False
    if (
        _said(words, *before)
        and not alone
        and mark.name in ("SEEM", "MAYBE")
        and not _visible(words, *before)
        and not _felt(words, mark.high - 1, after[1])
    ):
        # “The cache appears to be stale.”
        return True
    return not _harmless(words, *proposition)


def _around(words: Sequence[str], low: int, high: int, mark: Mark) -> tuple[int, int]:
    """The thought around a mark: as far as the marks and words at which another begins."""
    begin, end = low, high
    for at in range(mark.low - 1, low - 1, -1):
        if (
            words[at] in ENDS
            or (words[at] in TURNS and words[at - 1] != "as")
            or words[at] in ("that", "whether", ":")
            or (
                words[at] in ("and", ",")
                and words[at + 1] in ("we", "i", "it", "they", "you", "your", "our", "which", "who")
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


def _subject(words: Sequence[str], low: int, high: int) -> str:
    """Whose matter a statement is: “effect” for what clients see and how much of it, “we” for those who write, or ""."""
    at, skipped = low, 0
    while (
        at < high
        and skipped < 6
        and (words[at] in LISTS["NOUNLESS"] or words[at] in FILLER or shape(words[at]) in ("#ly", "#mark"))
    ):
        at += 1
        skipped += 1
    if at >= high:
        return ""
    word = words[at]
    if word in ("we", "i"):
        return "we"
    if words[at + 1 : at + 3] in (["more", "than"], ["other", "than"], ["but", "a"]):
        return ""
    if word in LISTS["YOU"] or (word in LISTS["SEEN"] and not _compound(words, at, high)):
        return "effect"
    if (word in LISTS["EXTENT"] or shape(word) == "#number") and _counts(words, at, high):
        return "effect"
    following = words[at + 1] if at + 1 < high else ""
    third = words[at + 2] if at + 2 < high else ""
    # “Reminder texts”, “Tuesday's report”, “the missing opens”: two or three words of which the last is what clients see.
    if word in ("all", "most", "some", "many") and following not in ("of", "the", "your", "our", "those"):
        return ""
    if following in LISTS["SEEN"] and (
        third in AUXILIARY or third in PASTS or shape(third) == "#ed" or third in LISTS["EFFECT"]
    ):
        return "effect"
    if following == "'s" and third in LISTS["SEEN"]:
        return "effect"
    return ""


def _compound(words: Sequence[str], at: int, high: int) -> bool:
    """“The search cluster” is no search."""
    after = words[at + 1] if at + 1 < high else ""
    if words[at] in ("nobody", "none", "nothing", "everything", "anyone", "anything", "things", "others", "people"):
        return False
    return (
        bool(after)
        and shape(after) == "#word"
        and not (
            after in AUXILIARY
            or after in PASTS
            or after in LIGHT
            or after in FILLER
            or after in LISTS["EFFECT"]
            or after in LISTS["SEEN"]
            or after in ("not", "were", "may", "might", "could", "would", "sent", "which", "who", "or")
        )
    )


def _counts(words: Sequence[str], at: int, high: int) -> bool:
    """“About forty of your contacts”, “a few more”, but not “two workers collided” or “nothing more than a full disk”."""
    near = words[at + 1 : min(high, at + 6)]
    if "than" in near[:2] and ("a" in near or "an" in near):
        return False
    bare = all(
        word in LISTS["EXTENT"]
        or word in FILLER
        or word in ("of", "a", "as", "an", "than", "or", "to", "and")
        or shape(word) != "#word"
        for word in near
    )
    return bare or "of" in near[:3] or any(word in LISTS["SEEN"] or word in LISTS["YOU"] for word in near[:4])


def _did(words: Sequence[str], low: int, high: int) -> bool:
    """“We broke it”: what we did ourselves, thought and not known."""
    return any(
        word in LISTS["DONE"] and (shape(word) == "#ed" or word in PASTS) and words[at - 1] not in BE
        for at, word in enumerate(words[low:high], low)
    )


def _acted(words: Sequence[str], low: int, high: int) -> bool:
    """What clients have did something to us: “your firewall blocked our mails”."""
    for at in range(low, high):
        word = words[at]
        if (
            word in LISTS["DONE"]
            and (shape(word) == "#ed" or word in PASTS)
            and at + 1 < high
            and shape(words[at + 1]) == "#word"
        ):
            before = words[at - 1] if at else ""
            if (
                before not in BE
                and before not in ("have", "has", "had", "the", "not")
                and words[at + 1] in ("our", "the", "us", "it", "them", "this")
            ):
                return True
    return False


def _harmless(words: Sequence[str], low: int, high: int) -> bool:
    """It works, it was a bad morning, it is best to wait: nothing of a cause. A thing that is new (“a bad deploy”) is one."""
    at = _content(words, low, high)
    if at >= high:
        return True
    if words[at] in NEW:
        return _felt(words, at, high) or words[at + 1 : at + 2] in (
            ["call"],
            ["meeting"],
            ["chat"],
            ["pause"],
            ["conversation"],
        )
    if _predicate(words, at, high) or any(
        word in ("best", "safest", "simplest", "fairest", "quickest") for word in words[at : at + 3]
    ):
        return True
    for verb in range(at, min(high, at + 9)):
        word = words[verb]
        if word in AUXILIARY:
            if word in ("should", "ought", "can", "will") and words[verb - 1] in WE:
                return True
            said = _content(words, verb + 1, high)
            if verb > at and not _visible(words, at, verb):
                return said < high and words[said] in LISTS["FEELS"]
            return said < high and (_predicate(words, said, high) or (words[said] in NEW and _felt(words, said, high)))
        if word in ("make", "makes", "come", "comes", "came", "costs", "deserves") and any(
            one in LISTS["FEELS"] for one in words[verb + 1 : verb + 5]
        ):
            return True
        if word in LISTS["WORKS"] and word.endswith("s") and words[verb - 1] not in ("the", "a", "our"):
            return True
        if word in LISTS["WORKS"] and verb > at and _ends(words, verb, high) and words[verb + 1 : verb + 2] != ["was"]:
            return True
        if verb > at and (shape(word) == "#ed" or word in PASTS):
            return word in LISTS["WORKS"]
    return False


def _visible(words: Sequence[str], low: int, high: int) -> bool:
    """Whether a subject is what clients see (“the sync”, “it”), and not a part of the works (“the cache”)."""
    return any(
        word in LISTS["VISIBLE"] or word in LISTS["SEEN"] or word in LISTS["YOU"] for word in words[low:high]
    ) or not any(
        shape(word) == "#word" and word not in EMPTY and word not in ("the", "our", "a", "an")
        for word in words[low:high]
    )


def _content(words: Sequence[str], at: int, high: int) -> int:
    """The first word that means something of its own."""
    while at < high and (words[at] in EMPTY or words[at] in FILLER or shape(words[at]) in ("#ly", "#mark")):
        at += 1
    return at


def _predicate(words: Sequence[str], at: int, high: int) -> bool:
    """Whether a word says how something is for those who use it: “late”, “louder”, “best”."""
    word = words[at]
    if word in LISTS["FEELS"]:
        return _ends(words, at, high)
    return _ends(words, at, high) and (word in LISTS["EFFECT"] or word in LISTS["WORKS"])


def _ends(words: Sequence[str], at: int, high: int) -> bool:
    """Whether a word is the last of its phrase, so that it says something of what stands before it."""
    after = words[at + 1] if at + 1 < high else ""
    return not after or shape(after) != "#word" or after in LIGHT or after in FILLER


def _felt(words: Sequence[str], at: int, high: int) -> bool:
    """“A bad morning”, but not “a bad deploy”."""
    near = words[at + 1 : min(high, at + 4)]
    return any(word in LISTS["FEELS"] for word in near) and (len(near) < 2 or any(word in MOMENTS for word in near))


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
        _subject(words, *before) or _subject(words, *after) if before[1] - before[0] < 2 else _subject(words, *before)
    )
    if whose == "effect" and not (inferring and linked) and not linked:
        return _acted(words, *after)
    if (whose == "we" and not linked) or (
        any(word in BETTER for word in words[after[0] : after[1]]) and first in ("could", "should", "might", "would")
    ):
        return False
    if linked:
        return True
    if words[mark.high - 1] in ("suggest", "indicate", "point", "imply", "mean", "hint", "explain", "account"):
        return whose != "effect"
    if first in ("will", "should", "would", "has", "have", "had") and not inferring:
        return False
    return not _harmless(words, *after) or (before[1] - before[0] > 1 and not _visible(words, *before))
