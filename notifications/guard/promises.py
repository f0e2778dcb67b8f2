"""A time, or nearness, for a fix, a workaround, a backfill or being back (B-44, B-133, C-29). Pure.

A time belongs to the act that governs it: the nearest one before it in its clause, or the first one after it where none
stands before. A repair that is still to come makes it a promise; an update, a check, what stays as it is or the past do not.
A plain future with a time and no act that we know is a promise too: whatever it is, it comes by then.
"""

from functools import cached_property

from notifications.guard.clauses import AUXILIARY, Clause, has_verb
from notifications.guard.grammar import Mark
from notifications.guard.sentence import SPARED, Sentence
from notifications.guard.vocabulary import (
    BARE,
    LETTERS,
    LOADS,
    MODALS,
    NAMING,
    NOWADAYS,
    OUT,
    RELAYS,
    REST,
    SECONDS,
    STILL_TO_COME,
    UNTIL,
)
from notifications.guard.words import shape


class Promise(Sentence):
    """What makes the times of a sentence promises."""

    def promised(self) -> tuple[int, int] | None:
        """The words, from and up to, of the sentence that promise a time."""
        spans = [span for mark in self.near if (span := self.nearness(mark))]
        spans += [span for mark in self.marks.get("LASTING", ()) if self.times and (span := self.lasting(mark))]
        spans += [span for mark in self.times if (span := self.governed(mark))]
        return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None

    @cached_property
    def settled(self) -> bool:
        """Whether all that has a time has happened, could not happen or only goes on, or nothing but a question is asked: no
        weight makes a promise of it."""
        if any(clause.waits for clause in self.clauses) or "'d" in self.words[self.low : self.high]:
            return False
        if self.asked and len(self.clauses) == 1:
            return True
        return all(self.behind(mark) or self.denied(mark) for mark in (*self.times, *self.near))

    def denied(self, mark: Mark) -> bool:
        """“We cannot say when”: nobody names a time, and nothing turns it round after that."""
        return self.has("DENY", self.low, mark.low + 1) and not self._turned(mark)

    def behind(self, mark: Mark) -> bool:
        """Whether what has this time has happened, could not happen or only goes on."""
        clause = self.clauses[self.clause(mark.low)]
        past = self.past(clause.low, clause.high) and not self.has("FUTURE", clause.low, clause.high)
        done = {act.name for act in self.acts if clause.low <= act.low < clause.high}
        # “I will be your contact until eight”, “our next note comes in four hours”.
        kept = ("KEEP" in done and "MEND" not in done) or (
            done == {"TELL"} and self.has("DOC", clause.low, clause.high)
        )
        nearest = self.before(mark, clause.low)
        kept |= done in ({"MAINTAIN"}, {"YOURS"}) or (nearest is not None and nearest.name == "MAINTAIN")
        return past or kept or self._unable(clause, mark)

    def nearness(self, mark: Mark) -> tuple[int, int] | None:
        clause = self.clauses[self.clause(mark.low)]
        if self.asked or clause.waits or self.has("DENY", clause.low, mark.low + 1) or self.idle:
            return None
        act = self.before(mark, clause.low) or self.after(mark, clause.high)
        if act is not None and act.name in ("TELL", "CHECK"):
            return None
        if act is None and any(
            clause.low <= one.low < clause.high and self.words[one.low] == "please" for one in self.marks.get("ASK", ())
        ):
            return None
        if self.past(clause.low, clause.high) and not self._ahead(clause, mark):
            return None
        return mark.low, mark.high

    def _ahead(self, clause: Clause, mark: Mark) -> bool:
        """Whether something but the nearness itself (“did not have to wait for long”) lies ahead."""
        return self.has("FUTURE", clause.low, mark.low) or self.has("FUTURE", mark.high, clause.high)

    def lasting(self, mark: Mark) -> tuple[int, int] | None:
        """“It will not last beyond the afternoon”: a length of time, promised from its far end."""
        after = [time for time in self.times if mark.high - 3 <= time.low <= mark.high + 2]
        clause = self.clauses[self.clause(mark.low)]
        if not after or self.asked or self.idle or self.past(clause.low, clause.high):
            return None
        act = self.before(mark, clause.low)
        return None if act is not None and act.name in ("TELL", "CHECK", "MAINTAIN") else (mark.low, after[0].high)

    def governed(self, mark: Mark) -> tuple[int, int] | None:
        """The span from the act to its time where the act is a repair that is still to come."""
        if mark.name in ("PASSED", "EVERY") or self.asked or self.idle:
            return None
        if mark.name == "LENGTH" and self.words[mark.high - 1] in SECONDS and not self.marks.get("FUTURE"):
            # “Page loads average eight seconds.”
            return None
        number = self.clause(mark.low)
        clause = self.clauses[number]
        if self.denied(mark):
            return None
        if self.has("BEFOREHAND", clause.low, mark.low + 1) or self.has("ROUTINE", clause.low, clause.high):
            return None
        before, after = self.before(mark, clause.low), self.after(mark, clause.high)
        act: Mark | None = before or after
        if (
            before is None
            and self.words[mark.low] in UNTIL
            and self.words[mark.low + 1] in ("your", "the", "our", "it")
        ):
            # “Nobody goes home until your shop is open.”
            return None
        if self._unable(clause, mark) or self._written(mark, before):
            return None
        if (
            mark.name == "AHEAD"
            and self.words[mark.low] == "for"
            and mark.low > clause.low
            and before is None
            and after
            and not self.has("FUTURE", clause.low, clause.high)
        ):
            # “The page for your summit accepts entries again.”
            return None
        if mark.low == self.low and "please" in self.words[mark.high : mark.high + 4]:
            # “For tonight's shift please use paper.”
            return None
        if (
            self.words[mark.low] in UNTIL
            and self.words[clause.low : clause.low + 2] == ["you", "can"]
            and "again" not in self.words[clause.low : clause.high]
        ):
            # “You can hand in your return until Wednesday.”
            return None
        if mark.name == "LENGTH" and self.words[mark.high : mark.high + 1] == ["between"]:
            return None
        if (
            act
            and act.name in SPARED
            and after
            and after.name == "MEND"
            and self.words[act.high : act.high + 1] == ["of"]
            and mark.low == act.high + 1
        ):
            # “A window of two hours for the repair.”
            act = after
        if before and after and after.name == "MEND" and ":" in self.words[before.high : mark.low]:
            act = after
        waits = clause.waits and not any(one.low == clause.low for one in self.marks.get("FUTURE", ()))
        if waits and (act is None or act.name == "MEND" or mark.low - clause.low < 9):
            if act is not None and act.name == "TELL":
                return None
            return self._waited(mark, number)
        if act is not None and act.name in SPARED:
            out = (
                self.words[act.high - 1] in OUT
                and (self.words[mark.low] in UNTIL or (mark.name == "AHEAD" and self.words[mark.low - 1] == "for"))
                and not self.marks.get("MAINTAIN")
            )
            return (act.low, mark.high) if out else None
        if (
            act is None
            and number == 0
            and mark.low == clause.low
            and len(self.clauses) > 1
            and clause.high - mark.high < 4
            and not has_verb(self.words, mark.high, clause.high)
        ):
            # “By the time your team logs on, the board will work.”
            clause = self.clauses[1]
            act = self.after(mark, clause.high)
            if act is not None and act.name in SPARED:
                return None
        if act is None and number and self.words[clause.low] == "and" and self.words[clause.low + 1] in AUXILIARY:
            # “The maintenance begins at one and will take two hours.”
            earlier = self.clauses[number - 1]
            if any(self.has(name, earlier.low, earlier.high) for name in ("MAINTAIN", "DOC", "CHECK")):
                return None
        if act is None and number and clause.high - clause.low < mark.high - mark.low + 3:
            # “… and you are good, say half an hour.”
            clause = self.clauses[number - 1]
            act = self.before(mark, clause.low)
            if act is not None and act.name in SPARED:
                return None
        if (
            act is None
            and mark.name in ("AHEAD", "OPEN")
            and number + 1 < len(self.clauses)
            and (mark.low > clause.low or clause.high - mark.high < 4)
        ):
            # “It is a matter of minutes, an hour perhaps, before sending is back.”
            following = self.clauses[number + 1]
            if self.words[following.low : following.low + 2][-1] in ("before", "until", "till") or self.words[
                mark.high : following.low
            ] == ["is"]:
                act = self.after(mark, following.high)
                if self.words[following.low] == "when":
                    # “Half past three is when you will be live.”
                    clause = following
        if self._asks(clause, act):
            return self._retold(mark)
        future = self.has("FUTURE", clause.low, clause.high)
        said = self.first("SAID", clause.low, mark.low)
        if act is None and self.words[mark.low - 1] in OUT and self.words[mark.low] in ("until", "till"):
            return mark.low - 1, mark.high
        past = self.past(said.high if said else clause.low, clause.high)
        said_here = self.words[clause.low : clause.high]
        if past and not (future and not MODALS.isdisjoint(said_here)):
            return None
        weak = self.has("WEAK", clause.low, clause.high)
        able = act is not None and "can" in self.words[clause.low : act.low + 1]
        if act is not None and weak and act.high <= mark.low and not LOADS & set(self.words[act.low : act.high]):
            # “It could be back by six”, but not “it might reach you late today”.
            able = True
        coming = future or said is not None or able or (weak and act is not None and mark.name == "AHEAD")
        if act is None:
            return self._loose(mark, clause, coming, past)
        if mark.name == "LENGTH" and not coming and not AUXILIARY.isdisjoint(said_here):
            return None
        if (
            mark.name == "LENGTH"
            and mark.low > 0
            and self.words[mark.low - 1] in ("for", "over", "during")
            and not future
        ):
            return None
        if mark.name in ("ASOF", "PROMPT") and not future:
            return None
        if (
            mark.name == "OPEN"
            and not (future or able or (said and (act.high <= mark.low or self._named(mark, act))))
            and not self._comes(clause, act, mark)
        ):
            return None
        return min(act.low, mark.low), max(act.high, mark.high)

    def _retold(self, mark: Mark) -> tuple[int, int] | None:
        """“Please retry after five, when it will be up.”"""
        act = self.after(mark, self.high)
        then = act is not None and "when" in self.words[mark.high : mark.high + 2]
        mended = then and act is not None and act.name == "MEND" and self.has("FUTURE", mark.high, act.low)
        return (mark.low, act.high) if mended and act is not None else None

    def _due(self, clause: Clause) -> bool:
        """“Your next post is due tomorrow”: what has its own time, unless it is the service or the rest of it."""
        ahead = [one for one in self.marks.get("FUTURE", ()) if clause.low <= one.low < clause.high]
        return (
            all(self.words[one.low] == "due" for one in ahead)
            and bool(ahead)
            and not REST & set(self.words[clause.low : ahead[0].low])
        )

    def _written(self, mark: Mark, act: Mark | None) -> bool:
        """“What we find will be in the 15:00 update”, “it goes into tonight's message”: the time of a letter."""
        if act is not None and act.name == "MEND" and self.words[act.low] not in BARE:
            return False
        at = mark.high + (self.words[mark.high : mark.high + 1] == ["'s"])
        return self.words[at : min(at + 1, self.high)] in LETTERS or (
            at > mark.high and mark.name == "AHEAD" and self.words[mark.high - 1 : mark.high] in LETTERS
        )

    def _unable(self, clause: Clause, mark: Mark) -> bool:
        """“Your staff could not sign in this morning”: a time at which something cannot be done."""
        return (
            (mark.name in ("OPEN", "LENGTH", "ASOF") or self.words[mark.low] == "for")
            and any(
                self.words[at : at + 2] in (["could", "not"], ["can", "not"], ["would", "not"], ["did", "not"])
                for at in range(clause.low, mark.low if mark.low > clause.low else clause.high)
            )
        ) or (
            mark.name == "LENGTH"
            and any(self.words[at : at + 3] == ["can", "not", "be"] for at in range(clause.low, clause.high))
        )

    def _turned(self, mark: Mark) -> bool:
        """“No promises, but it should be back by five.”"""
        denied = self.first("DENY", self.low, mark.low + 1)
        between = self.words[denied.high : mark.low] if denied else ()
        return "but" in between or (";" in between) or "though" in between

    def _asks(self, clause: Clause, act: Mark | None) -> bool:
        if act is None and self.first("MAYDO", clause.low, clause.high) is not None:
            return True
        if self.supposed:
            return False
        asked = self.first("ASK", clause.low, clause.high)
        if asked is not None and act is not None and act.name == "MEND" and "that" in self.words[asked.high : act.low]:
            # “Please tell your drivers that it will work again after the break.”
            that = self.words.index("that", asked.high)
            if RELAYS & set(self.words[asked.low : that]):
                return not self.has("FUTURE", that, act.low)
        return asked is not None and not self.has("NEAR", clause.low, clause.high)

    def _comes(self, clause: Clause, act: Mark, mark: Mark) -> bool:
        """The present for what is to come: “service returns at 5”, “we are back at noon”, “fix at 6”."""
        words = self.words[clause.low : clause.high]
        if self.words[mark.low - 1] == ":":
            return True
        if any(word in ("before", "until", "unless") for word in self.words[mark.high : act.low]):
            # “From this week a second person reads every change before it goes out.”
            return False
        if "morning" in self.words[mark.low : mark.high] or act.low > mark.low > clause.low + 1:
            return False
        if any(
            word in ("going", "coming", "arriving", "landing", "shipping", "returning", "rolling") for word in words
        ):
            return True
        if not any(word in AUXILIARY for word in words):
            return True
        return any(word in ("is", "are", "'s", "be") for word in words) and not any(
            shape(word) == "#ing" for word in words
        )

    def _named(self, mark: Mark, act: Mark) -> bool:
        """“The notice gives 19:00 as the time of recovery”: nothing stands between the time and what it is the time of."""
        return (
            act.name == "MEND"
            and self.words[mark.high] in ("as", "for")
            and NAMING.issuperset(self.words[mark.high : act.low])
        )

    def _loose(self, mark: Mark, clause: Clause, coming: bool, past: bool) -> tuple[int, int] | None:
        """A time with no act beside it: a plain future, what somebody reckons, a word or two that stand alone."""
        if self._due(clause):
            return None
        if mark.name == "LENGTH" and self._at_present(clause, mark):
            return None
        if (past and not coming) or (
            mark.name in ("ASOF", "PROMPT") and not self.has("FUTURE", clause.low, clause.high)
        ):
            return None
        if not past and mark.name == "AHEAD" and not coming and self._present(clause, mark):
            return mark.low, mark.high
        if coming and mark.name != "OPEN":
            first = self.first("FUTURE", clause.low, clause.high) or self.first("SAID", clause.low, clause.high) or mark
            return min(first.low, mark.low), max(first.high, mark.high)
        if coming and mark.name == "OPEN":
            begin = self.first("FUTURE", clause.low, clause.high)
            said = self.first("SAID", clause.low, mark.low)
            if begin is None and said is not None and mark.low - said.high < 2:
                # “She is thinking Thursday.”
                begin = said
            return (min(begin.low, mark.low), mark.high) if begin else None
        alone = mark.high - mark.low >= (self.high - self.low) - 3 and mark.name == "AHEAD"
        return (mark.low, mark.high) if alone else None

    def _at_present(self, clause: Clause, mark: Mark) -> bool:
        """“Right now a search takes nine seconds”: how it is while it lasts."""
        before = self.words[clause.low : mark.low]
        takes = ("takes" in before or "take" in before) and not self.has("FUTURE", clause.low, clause.high)
        return takes and not NOWADAYS.isdisjoint(before)

    def _present(self, clause: Clause, mark: Mark) -> bool:
        """“The rest follows tonight”, “done by ten”: nothing but the present, or no verb at all, and a time that is ahead."""
        if self.has("WEAK", clause.low, clause.high) or self.has("DOC", clause.low, clause.high):
            return False
        if any(clause.low <= one.low < clause.high for one in self.marks.get("ENDED", ())):
            return True
        if self.words[mark.high - 1] in ("remain", "remains", "left", "remaining") or self.words[
            mark.high - 2 : mark.high
        ] == ["to", "go"]:
            return True
        if (
            self.words[mark.high - 2] == "of"
            and self.words[mark.low + 1 : mark.low + 2] != ["the"]
            and {"matter", "question"} & set(self.words[mark.low : mark.high])
        ):
            return True
        stated = mark.low == clause.low or has_verb(self.words, clause.low, mark.low)
        return stated and any(word in STILL_TO_COME for word in self.words[mark.low : mark.high])

    def _waited(self, mark: Mark, number: int) -> tuple[int, int] | None:
        """“Once we swap the disk at noon the errors go away”: what waits for a time is promised with it."""
        clause = self.clauses[number]
        others = self.clauses[number + 1 :] if clause.low == self.low else ()
        for other in others:
            acts = [act for act in self.acts if other.low <= act.low < other.high]
            if acts and acts[0].name == "MEND" and not self.past(other.low, other.high):
                return mark.low, acts[0].high
        own = [act for act in self.acts if clause.low <= act.low < clause.high]
        awaited = own and all(act.name == "MEND" and act.high <= mark.low for act in own)
        if awaited and self.words[clause.low] in ("until", "till") and mark.name in ("AHEAD", "OPEN"):
            # “Until the fix lands later this week, please use the export.”
            return own[0].low, mark.high
        if number and self.words[clause.low] in ("when", "once", "after", "as") and mark.name in ("AHEAD", "OPEN"):
            main = self.clauses[number - 1]
            acts = [act for act in self.acts if main.low <= act.low < main.high]
            own = [act for act in self.acts if clause.low <= act.low < clause.high and act.name in SPARED]
            mended = acts and all(act.name == "MEND" for act in acts) and not own
            if mended and not self.past(main.low, main.high) and not self.past(clause.low, clause.high):
                return acts[-1].low, mark.high
        if not others:
            inside = [act for act in self.acts if act.low >= mark.high and act.high <= clause.high]
            if inside and inside[-1].name == "MEND" and not self.past(clause.low, clause.high):
                return mark.low, inside[-1].high
        return None
