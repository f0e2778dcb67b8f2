"""What a statement is about, and what it says of it: an effect that clients see, or a part of the works. Pure."""

from collections.abc import Sequence

from notifications.guard.clauses import AUXILIARY
from notifications.guard.lexicon import GRAMMAR
from notifications.guard.words import FILLER, PASTS, forms, listed, shape

LISTS = {
    name: GRAMMAR.words(name)
    for name in (
        "YOU",
        "SEEN",
        "EXTENT",
        "NOUNLESS",
        "FEELS",
        "EFFECT",
        "DONE",
        "WORKS",
        "VISIBLE",
        "OPINION",
        "WORKED",
    )
}
# What comes for the first time may be a cause; what is already spoken of is not.
NEW = listed("a an some another one two our last yesterday such")
MOMENTS = listed(
    "time day morning week moment situation position experience start idea surprise relief afternoon evening night weekend year question thing apology explanation"
)
EMPTY = listed(
    "that as if though like to be is are was were 's it this there been being have has had not so also in for on at well get gets"
)
NOUNLESS_ONLY = listed("that the our a an as if though like to be is are was were 's it this there so")
# So many is what clients see; “one” and “two” may be two parts of the works.
MANY = listed(
    "dozen dozens hundred hundreds thousand thousands handful few majority ten eleven twelve twenty thirty forty fifty"
)
LIGHT = listed(
    "to for of in on at by than as and or that this today tomorrow tonight with from until again but we you your the when while if due because"
)
WE = listed("we i you they")
# Whatever is so, nobody guesses at the reason by saying it.
TOUCHED = listed("affected impacted unaffected concerned involved touched delayed late hit spared")
REACHED = forms("reach") | forms("affect") | forms("touch") | forms("concern") | forms("spare") | {"hit"}
# What those do who see an effect.
UNDERGO = listed("see get receive notice have experience report show appear look lack miss contain need")
# “This is the last thing you wanted to read”: of the reader's mind and not of the works.
MINDED = listed("want wants wanted need needed hope hoped expect expected like deserve deserved wish wished hear read")
BEGAN = listed("started began begun start begin ended stopped lasted occurred happened")
CALENDAR = listed(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today overnight midnight noon night morning afternoon evening weekend week"
    " january february march april june july august september october november december"
)
FOLLOWS = listed("after when because once with as due following right from")
BE = listed("be been being is are was were 's get gets got 're")


def subject_of(words: Sequence[str], low: int, high: int) -> str:
    """Whose matter a statement is: “effect” for what clients see and how much of it, “we” for those who write, or ""."""
    at, skipped = low, 0
    while (
        at < high
        and skipped < 6
        and (words[at] in LISTS["NOUNLESS"] or words[at] in FILLER or shape(words[at]) in ("#ly", "#mark", "#clock"))
    ):
        at += 1
        skipped += 1
    if at >= high:
        return ""
    word = words[at]
    if word in ("we", "i"):
        return "we"
    if words[at : at + 3] in (["no", "more", "than"], ["not", "more", "than"]) and (
        words[at + 3] in LISTS["EXTENT"] or shape(words[at + 3]) == "#number"
    ):
        return "effect"
    if words[at + 1 : at + 3] in (["more", "than"], ["other", "than"], ["but", "a"]):
        return ""
    if word in LISTS["YOU"] or (word in LISTS["SEEN"] and not _compound(words, at, high)):
        return "effect"
    if (word in LISTS["EXTENT"] or shape(word) == "#number") and (word in MANY or _counts(words, at, high)):
        return "effect"
    following = words[at + 1] if at + 1 < high else ""
    third = words[at + 2] if at + 2 < high else ""
    if word in ("every", "each") and third in BE:
        # “Every donation was booked.”
        return "effect"
    # “Reminder texts”, “Tuesday's report”, “the missing opens”: two or three words of which the last is what clients see.
    if word in ("all", "most", "some", "many") and following not in ("of", "as", "the", "your", "our", "those"):
        return ""
    if following in LISTS["SEEN"] and (
        third in AUXILIARY
        or third in PASTS
        or shape(third) == "#ed"
        or third in LISTS["EFFECT"]
        or third in UNDERGO
        or ((third in LIGHT or not third) and words[at - 1] not in NEW)
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
    near = words[at + 1 : min(high, at + 8)]
    if "than" in near[:2] and ("a" in near or "an" in near):
        return False
    bare = all(
        word in LISTS["EXTENT"]
        or word in FILLER
        or word in ("of", "a", "as", "an", "than", "or", "to", "and")
        or shape(word) != "#word"
        for word in near
    )
    return bare or "of" in near[:5] or any(word in LISTS["SEEN"] or word in LISTS["YOU"] for word in near[:4])


def worked(words: Sequence[str], low: int, high: int) -> bool:
    """“The list was filtered twice”, “the forms share one name”: of what clients see, but how it came about and not how it
    shows. How many were struck (“forty rows were overwritten”) says nothing of a cause."""
    at = low
    while at < high and (words[at] in NOUNLESS_ONLY or words[at] in FILLER or shape(words[at]) in ("#ly", "#mark")):
        at += 1
    if any(words[place : place + 2] in (["each", "other"], ["at", "once"]) for place in range(at, high)):
        # “Two people saved the sheet at once.”
        return True
    if at >= high or words[at] in LISTS["EXTENT"] or shape(words[at]) == "#number" or words[at] in LISTS["YOU"]:
        return False
    # “Saved without their date” is how it shows.
    return any(
        word in LISTS["WORKED"] and words[place + 1 : place + 2] != ["without"]
        for place, word in enumerate(words[at:high], at)
    )


def struck(words: Sequence[str], low: int, high: int) -> bool:
    """“Have reached fewer than twenty visitors”: how many, or whom, and not why."""
    for at in range(low, high):
        if words[at] in REACHED:
            whom = [word for word in words[at + 1 : min(high, at + 4)] if word not in FILLER]
            return any(word in LISTS["EXTENT"] or word in LISTS["YOU"] or shape(word) == "#number" for word in whom)
        if words[at] not in BE and (shape(words[at]) == "#ed" or words[at] in PASTS):
            # “Dropped the messages before they reached your customers.”
            return False
    return False


def dated(words: Sequence[str], low: int, high: int) -> bool:
    """“The problem started on Saturday at two”: since when it is so, and not why; but not “after the release”."""
    for at in range(low, high):
        if words[at] in BEGAN and visible(words, low, at):
            rest = words[at + 1 : min(high, at + 5)]
            timed = any(word in CALENDAR or shape(word) in ("#clock", "#ordinal", "#date", "#number") for word in rest)
            return timed and FOLLOWS.isdisjoint(words[at:high])
    return False


def did(words: Sequence[str], low: int, high: int) -> bool:
    """“We broke it”: what we did ourselves, thought and not known."""
    return any(
        word in LISTS["DONE"] and (shape(word) == "#ed" or word in PASTS) and words[at - 1] not in BE
        for at, word in enumerate(words[low:high], low)
    )


def acted(words: Sequence[str], low: int, high: int) -> bool:
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


def harmless(words: Sequence[str], low: int, high: int) -> bool:
    """It works, it was a bad morning, it is best to wait: nothing of a cause. A thing that is new (“a bad deploy”) is one."""
    at = _content(words, low, high)
    if at >= high:
        return True
    if any(
        word == "you" and words[place + 1 : place + 2][:1] and words[place + 1] in MINDED
        for place, word in enumerate(words[at : high - 1], at)
    ):
        return True
    if words[at] == "worth" or (
        words[at] in NEW and words[at + 1 : at + 2] in (["little"], ["bit"], ["few"], ["lot"], ["touch"])
    ):
        # “It may be worth a call”, “it could be a little more”.
        return True
    if words[at] in NEW:
        return felt(words, at, high) or words[at + 1 : at + 2] in (
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
            if word == "should" and "have" in words[verb + 1 : verb + 3]:
                # “This should never have happened.”
                return True
            said = _content(words, verb + 1, high)
            if said < high and words[said] in TOUCHED:
                return True
            if verb > at and not visible(words, at, verb):
                return said < high and words[said] in LISTS["FEELS"] and words[said : said + 2] != ["agree", "with"]
            return said < high and (_predicate(words, said, high) or (words[said] in NEW and felt(words, said, high)))
        if word in ("make", "makes", "come", "comes", "came", "costs", "deserves") and any(
            one in LISTS["FEELS"] for one in words[verb + 1 : verb + 5]
        ):
            return True
        if verb + 1 < high and word in LISTS["WORKS"] and shape(words[verb + 1]) == "#ed":
            # “The road works damaged a line.”
            continue
        if word in LISTS["WORKS"] and word.endswith("s") and words[verb - 1] not in ("the", "a", "our"):
            return True
        if word in LISTS["WORKS"] and verb > at and _ends(words, verb, high) and words[verb + 1 : verb + 2] != ["was"]:
            return True
        if verb > at and (shape(word) == "#ed" or word in PASTS):
            return word in LISTS["WORKS"] and words[verb - 1] not in ("never", "not") and visible(words, at, verb)
    return False


def visible(words: Sequence[str], low: int, high: int) -> bool:
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


def felt(words: Sequence[str], at: int, high: int) -> bool:
    """“A bad morning”, but not “a bad deploy”."""
    near = words[at + 1 : min(high, at + 4)]
    return any(word in LISTS["FEELS"] for word in near) and (len(near) < 2 or any(word in MOMENTS for word in near))
