"""A sentence as promises read it: its times, what is done in it, what is to come and what is past (B-44). Pure.

See promises for how these are weighed against each other.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from notifications.guard.clauses import AUXILIARY, SURPRISE, Clause, clauses
from notifications.guard.grammar import Mark
from notifications.guard.lexicon import GRAMMAR, HEDGED, OPENING, TIMED, WHEN
from notifications.guard.vocabulary import (
    AGAIN,
    BE,
    DETERMINERS,
    HAVE,
    MAYBE_PAST,
    MODAL,
    MODALLED,
    MOVES,
    OBJECTS,
    OWNED,
    PARTS,
    PLEDGED,
    QUESTIONS,
    RUNS,
    SEEMS,
    STILL_TO_COME,
    THINGS,
    WAS,
    WEEKDAYS,
    WRITERS,
)
from notifications.guard.words import FILLER, PASTS, SAME, shape

SPARED = ("TELL", "CHECK", "KEEP", "YOURS", "MAINTAIN")
WHAT = (
    *SPARED,
    "MEND",
    "FUTURE",
    "DENY",
    "ASK",
    "SAID",
    "IDLE",
    "ROUTINE",
    "USUALLY",
    "BEFOREHAND",
    "WEAK",
    "MAYDO",
    "DOC",
    "ENDED",
    "NOUNS",
)


class Sentence:
    """The marks of one sentence and how they stand to each other."""

    def __init__(self, words: Sequence[str], low: int, high: int) -> None:
        self.words, self.low, self.high = words, low, high
        said = GRAMMAR.encode(words, low, high)
        self.marks = GRAMMAR.scan(said, low, OPENING)
        if not self.marks.keys().isdisjoint(HEDGED):
            self.marks |= GRAMMAR.scan(said, low, ("LINK", "DENIED"))
        if "PARTY" in self.marks:
            self.marks |= GRAMMAR.scan(said, low, ("DID", "LAID"))
        self.times: list[Mark] = []
        self.near: list[Mark] = []
        self._pasts: dict[tuple[int, int], bool] = {}
        self.asked = False
        # “I'd be surprised if it wasn't fixed by five”: no past, but the opposite of what is expected.
        self.supposed = False
        if self.marks.keys().isdisjoint(WHEN):
            return
        every = [mark for name in TIMED for mark in self.marks.get(name, ())]
        self.times = [self._directed(mark) for mark in _widest(every) if self._is_time(mark)]
        self.near = self.marks.get("NEAR", [])
        if self.times or self.near:
            # Most sentences hold no time, and what is done in them does not matter.
            self.marks |= GRAMMAR.scan(said, low, WHAT)
            for name in ("FUTURE", "SAID"):
                # “The last thing you wanted” is nobody's plan.
                self.marks[name] = [one for one in self.marks.get(name, ()) if not self._wished(one)]
            opens = words[low] in AUXILIARY or words[low] in QUESTIONS
            self.asked = words[high - 1] == "?" and (opens or bool(self.marks.get("ASK")))
            self.supposed = self._supposed()

    def _wished(self, mark: Mark) -> bool:
        if mark.low > self.low and self.words[mark.low] == "to" and self.words[mark.low - 1] in SEEMS:
            # “It seems to have affected your Monday orders.”
            return True
        if self.words[mark.low] == "wait" and self.words[mark.low - 1] in DETERMINERS:
            # “The wait on the phone is twelve minutes.”
            return True
        return mark.low > self.low and self.words[mark.low - 1] == "you" and self.words[mark.low].startswith("want")

    def _is_time(self, mark: Mark) -> bool:
        """“As soon as”, “today's report” and “the second” say no time."""
        before = self.words[mark.low - 1] if mark.low > self.low else ""
        after = self.words[mark.high] if mark.high < self.high else ""
        first = self.words[mark.low]
        if self.words[mark.low : mark.high] == ["by", "one"] and before == "one":
            return False
        if (
            self.words[max(mark.low, mark.high - 2) : mark.high] == ["a", "second"]
            and shape(after or ".") == "#word"
            and after not in AUXILIARY
        ):
            return False
        if self.words[mark.low : mark.high] == ["overnight"] and after in RUNS and before not in ("the", "tonight"):
            # “Consistent with a missed overnight run.”
            return False
        if self.words[mark.high - 1] == "may" and after in MODALLED:
            # “Are complete and 16 may have gaps.”
            return False
        if mark.high - mark.low == 1 and first in WEEKDAYS and before in OWNED and shape(after or ".") == "#word":
            # “Your Friday newsletter”, but not “your Friday is safe”.
            return after in AUXILIARY or after in PARTS or after == "and"
        if first == "before" and before in ("from", "since") and mark.name == "AHEAD":
            # “Entries from before Friday are right.”
            return False
        if after in ("per", "percent", "%") and self.words[mark.high - 1].isdigit():
            # “4 to 6 per cent”.
            return False
        return not (
            (first in ("soon", "early", "quickly") and before in ("as", "so", "too", "how"))
            or (after == "'s" and mark.high - mark.low < 3 and first not in STILL_TO_COME)
        )

    def _directed(self, mark: Mark) -> Mark:
        """“In the early hours of tomorrow”, “at nine tonight” lie ahead whatever stands before them."""
        said = self.words[mark.low : mark.high]
        ahead = mark.name in ("OPEN", "ASOF", "LENGTH") and any(word in STILL_TO_COME for word in said)
        ahead |= mark.name == "LENGTH" and any(word in ("more", "another", "further") for word in said)
        return Mark("AHEAD", mark.low, mark.high) if ahead else mark

    @cached_property
    def clauses(self) -> list[Clause]:
        return clauses(self.words, self.low, self.high, [(mark.low, mark.high) for mark in self.times])

    def clause(self, at: int) -> int:
        for number, one in enumerate(self.clauses):
            if one.low <= at < one.high:
                return number
        return 0

    @cached_property
    def acts(self) -> list[Mark]:
        """What is done, in the order of the sentence; a longer act hides the shorter ones inside it."""
        taken = [(mark.low, mark.high) for mark in self.times]
        said = [
            place for one in self.marks.get("SAID", ()) if one.high - one.low > 1 for place in (one.low, one.high - 1)
        ]
        spared = [mark for name in SPARED for mark in self.marks.get(name, ())]
        # “Are compared again” is comparing.
        mends = [one for one in self.marks.get("MEND", ()) if not self._again(one, spared)]
        found = spared + mends
        kept: list[Mark] = []
        for mark in _widest([one for one in found if not self._hidden(one, taken, said)]):
            last = kept[-1] if kept else None
            if mark.high - mark.low == 1 and self.words[mark.low] in THINGS and self._a_thing(mark):
                continue
            if mark.low == self.low and self.words[mark.low : mark.high + 1] == ["end", ":"]:
                continue
            if mark.name == "KEEP" and self.words[mark.high - 1 : mark.high + 1] == ["open", "again"]:
                mark = Mark("MEND", mark.low, mark.high)
            if self.words[mark.low : mark.high] == ["news"] and self.words[mark.low - 1] in ("good", "great", "best"):
                continue
            if mark.name == "MAINTAIN" and any(
                one.high == mark.low and self.words[one.high - 1] == "for" for one in self.marks.get("FUTURE", ())
            ):
                # “We aim for a restart at noon.”
                mark = Mark("MEND", mark.low, mark.high)
            if mark.name == "TELL" and self._resumed(mark):
                mark = Mark("MEND", mark.low, mark.high)
            if mark.name != "MEND" and last is not None and last.high == mark.low and self._able(last):
                # “We will be able to tell you” is about telling, “guests will be able to check in” is not.
                if not WRITERS & set(self.words[self.clauses[self.clause(mark.low)].low : last.low]):
                    continue
                kept.pop()
            if mark.name == "MEND" and last is not None and last.name in ("TELL", "CHECK") and self._object(last, mark):
                continue
            if (
                mark.name == "MEND"
                and last is not None
                and last.name == "TELL"
                and mark.low - last.high < 2
                and self.words[mark.low] == "back"
            ):
                continue
            if (
                mark.name == "MEND"
                and (self.words[mark.high - 1] in MOVES or self.words[mark.low] in MOVES)
                and self._document(mark)
            ):
                mark = Mark("TELL", mark.low, mark.high)
            kept.append(mark)
        return [*kept, *self._agains(kept)]

    def _a_thing(self, mark: Mark) -> bool:
        """“The lift”, “two network switches”: what stands in a building or in a rack and is no act."""
        return any(
            word in DETERMINERS or shape(word) == "#number"
            for word in self.words[max(self.low, mark.low - 2) : mark.low]
        )

    def _agains(self, kept: Sequence[Mark]) -> Iterator[Mark]:
        """“Members can renew their cards again”: whatever is done again was broken, unless it is we who do it."""
        for at in range(self.low + 1, self.high):
            if self.words[at] != "again":
                continue
            clause = self.clauses[self.clause(at)]
            before = set(self.words[clause.low : at])
            spared = [one for one in kept if clause.low <= one.low < at and one.name != "MEND"]
            if not {"we", "i", "let", "us", "our"} & before and (not spared or "able" in before):
                yield Mark("MEND", at, at + 1)

    def _resumed(self, mark: Mark) -> bool:
        """“The site answers again”, “you can publish again”, but not “we report again”."""
        before = self.words[max(self.low, mark.low - 6) : mark.low]
        again = mark.high < self.high and self.words[mark.high] == "again" and self.words[mark.low] in AGAIN
        return again and not {"we", "i", "let", "us"} & set(before)

    def _again(self, mark: Mark, spared: Sequence[Mark]) -> bool:
        return (
            self.words[mark.high - 1] == "again"
            and self.words[mark.low] not in HAVE
            and any(mark.low < one.low and one.high < mark.high and one.name in ("TELL", "CHECK") for one in spared)
        )

    def _able(self, mark: Mark) -> bool:
        return mark.name == "MEND" and self.words[mark.high - 2 : mark.high] in (["able", "to"], ["free", "to"])

    def _hidden(self, mark: Mark, taken: Sequence[tuple[int, int]], said: Sequence[int]) -> bool:
        if mark.name == "MEND":
            return any(low < mark.high <= high for low, high in taken)
        # “We are looking at two hours” looks at nothing.
        if any(mark.low <= place < mark.high for place in said) and any(
            low - mark.high in (-1, 0, 1, 2) for low, _ in taken
        ):
            return True
        # “Is late” in “is late afternoon” is half a time; “report at” in “report at six” is an act all the same.
        half = self.words[mark.high - 1] in ("late", "early", "back")
        return any(low < mark.high and mark.low < high and (low <= mark.low or half) for low, high in taken)

    def _object(self, last: Mark, mark: Mark) -> bool:
        """“Check the fix”, “an update on the repair”: what is only the object of telling or checking is no act of its own."""
        between = self.words[last.high : mark.low]
        if (
            last.name == "CHECK"
            and len(between) < 4
            and "again" in self.words[mark.low : mark.high]
            and "to" not in between
        ):
            return True
        noun = any(other.low == mark.low for other in self.marks.get("NOUNS", ())) or (
            between and between[-1] in DETERMINERS
        )
        return (
            bool(noun)
            and len(between) < 5
            and not any(word in AUXILIARY or word in (",", ";", ":", "and", "but") for word in between)
        )

    def _document(self, mark: Mark) -> bool:
        """“Our next letter reaches you”, “the maintenance begins at one and ends at three”: what arrives or ends here is told."""
        low = self.clauses[self.clause(mark.low)].low
        if mark.low - low < 3 or (self.words[low] in ("and", "or") and self.words[low + 1] in AUXILIARY):
            low = self.low
        documents = [one for one in self.marks.get("DOC", ()) if low <= one.low < mark.low]
        mended = [one for one in self.marks.get("NOUNS", ()) if low <= one.low < mark.low]
        return bool(documents) and not mended

    def has(self, name: str, low: int, high: int) -> bool:
        # A loop: it is asked so often that a generator would cost a tenth of the reading.
        for mark in self.marks.get(name, ()):  # noqa: SIM110
            if low <= mark.low and mark.high <= high:
                return True
        return False

    def first(self, name: str, low: int, high: int) -> Mark | None:
        for mark in self.marks.get(name, ()):
            if low <= mark.low < high:
                return mark
        return None

    @cached_property
    def idle(self) -> bool:
        """“An import usually takes an hour” promises nothing, “the repair usually takes an hour” does."""
        if self.has("IDLE", self.low, self.high):
            return True
        usual = self.first("USUALLY", self.low, self.high)
        return usual is not None and not any(one.low < usual.low for one in self.marks.get("NOUNS", ()))

    def past(self, low: int, high: int) -> bool:
        """Whether something between two places has happened: “was”, “has been”, “sent”, but not “be fixed”, “the lost mails”."""
        known = self._pasts.get((low, high))
        if known is None:
            known = self._pasts[low, high] = not self.supposed and self._happened(low, high)
        return known

    def _happened(self, low: int, high: int) -> bool:
        words = self.words
        for at in range(low, high):
            word = words[at]
            if not (word in MAYBE_PAST or shape(word) == "#ed") or at in self.covered:
                continue
            if word in WAS:
                if not (word == "were" and "if" in words[low:at]):
                    return True
            elif word in SAME:
                if word in ("put", "cut", "set", "reset", "let", "shut") and at > low and words[at - 1] in WRITERS:
                    return True
                if words[at - 1] in HAVE and not any(one in MODAL for one in words[max(low, at - 4) : at]):
                    return True
            elif self._finite(at, low, high):
                return True
        return False

    @cached_property
    def covered(self) -> frozenset[int]:
        """The places of the words that say a time, but for a verb that is past (“by noon your team had”)."""
        times = (at for one in self.times for at in range(one.low, one.high) if self.words[at] not in WAS)
        return frozenset((*times, *(at for one in self.near for at in range(one.low, one.high))))

    def _supposed(self) -> bool:
        said = self.words[self.low : self.high]
        return not SURPRISE.isdisjoint(said) and any(
            word in SURPRISE and "if" in said[at : at + 3] for at, word in enumerate(said)
        )

    def _finite(self, at: int, low: int, high: int) -> bool:
        words = self.words
        if words[at] in PLEDGED and not (at > low and words[at - 1] in ("we", "i", "was", "were")):
            return False
        before = at - 1
        while before >= low and (words[before] in FILLER or shape(words[before]) == "#ly" or words[before] == "not"):
            before -= 1
        if before < low:
            # “Resolved at 07:35.” has happened; “expected recovery” has not.
            return (
                at + 1 >= high
                or shape(words[at + 1]) != "#word"
                or words[at + 1] in ("at", "on", "in", "by", "since", "and")
            )
        word = words[before]
        if words[at] == "stuck" or words[at : at + 2] == ["left", "off"]:
            # “The mails stuck in the queue”, “pick up where they left off”.
            return False
        if any(words[one] in HAVE and words[one + 1] in DETERMINERS for one in range(max(low, before - 3), before)):
            # “The plan has the queue cleared by ten.”
            return False
        if word in BE or word in DETERMINERS or word in MODAL:
            return word == "been" and not any(one in MODAL for one in words[max(low, before - 4) : before])
        if words[at] == "got" and word in HAVE | {"'ve"}:
            return False
        if word in HAVE or word == "'ve":
            return not any(one in MODAL for one in words[max(low, before - 3) : before])
        if any(
            one in ("have", "get", "getting", "having", "find", "see") for one in words[max(low, before - 4) : before]
        ) and any(one in MODAL or one in ("hoping", "hope") for one in words[low:before]):
            return False
        if word in OBJECTS and any(
            one in ("have", "get", "see", "having", "getting") for one in words[max(low, before - 2) : before]
        ):
            return False
        return shape(word) not in ("#mark", "#number") or words[at] in PASTS

    def before(self, mark: Mark, low: int) -> Mark | None:
        found = [act for act in self.acts if low <= act.low and act.high <= mark.low + 1 and act.low < mark.low]
        if (
            len(found) > 1
            and found[-1].name == "MAINTAIN"
            and self.words[found[-1].low - 1] in ("with", "after", "through", "by")
        ):
            # “Normality returns with the restart at six.”
            found.pop()
        return max(found, key=lambda act: (act.high, act.low), default=None)

    def after(self, mark: Mark, high: int) -> Mark | None:
        return next((act for act in self.acts if mark.high - 1 <= act.low < high and act.high > mark.high), None)


def _widest(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that lie in no wider one, in the order of the sentence."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.low - one.high, TIMED.index(one.name) if one.name in TIMED else 0)):
        if not any(mark.low < other.high and other.low < mark.high for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda one: one.low)
