"""Words: a plain text as tokens in their places, and the forms of verbs. Pure."""

import re
from functools import lru_cache


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written as they are read."""
    return frozenset(text.split())


# Most words are found at once: those that no apostrophe, stop or hyphen follows.
TOKEN = re.compile(
    r"[^\W\d_]++(?![\w'.-])|\d{4}-\d\d-\d\d|\d{1,2}[:.h]\d\d(?![\d%])(?:[ap]m\b)?|\d+(?:[.,]\d+)*(?:st|nd|rd|th|am|pm|h|k|s|min|mins|hrs?|secs?|ish)?\b"
    r"|[^\W\d_]+(?=n't\b)|n't\b|'(?:ll|re|ve|s|d|m)\b|(?:re|pre|e|co)-[^\W\d_]+|[ap]\.m\.|(?:approx|est|ca|max|min|incl|hrs?|mins?)\.(?=\s)|[^\W\d_]+|[^\w\s]"
)
CLOCK = re.compile(r"\d{1,2}[:.h]\d\d(?:[ap]m)?$|\d{1,2}(?:am|pm|h)$")
SHORT = {
    "ca": "can",
    "wo": "will",
    "sha": "shall",
    "n't": "not",
    "'ll": "will",
    "'re": "are",
    "'ve": "have",
    "'m": "am",
    "cannot": "can",
}
# Letters of a word that only marks how much or how surely something holds are passed over between the parts of a pattern.
FILLER = listed(
    "now still also just really very quite rather so even simply all both then already too indeed actually currently once"
    " only ever yet more most much pretty fairly awfully perhaps maybe please hopefully together well ourselves itself himself"
)
MEANT = listed("probably possibly presumably apparently seemingly allegedly reportedly supposedly ostensibly conceivably evidently likely shortly"
    " immediately momentarily imminently presently early daily weekly monthly only family reply supply apply fly rely july ally assembly"
    " usually normally typically generally commonly potentially arguably plausibly surely unlikely nearly barely hardly instantly"
    " certainly doubtlessly undoubtedly directly")  # fmt: skip


SHAPES = ("#clock", "#date", "#number", "#ordinal", "#mark", "#ly", "#ing", "#ed", "#word")


class Text:
    """A text read once: its words, where each begins and ends, and where its sentences lie among them."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.begins: list[int] = []
        self.ends: list[int] = []
        words, begins, ends = self.words, self.begins, self.ends
        for match in TOKEN.finditer(text):
            word = match[0]
            begin, end = match.span()
            if word == "cannot":
                self._add("can", begin, begin + 3)
                self._add("not", begin + 3, end)
            elif word.isalpha():
                words.append(SHORT.get(word, word))
                begins.append(begin)
                ends.append(end)
            elif word != "-" or not (text[begin - 1 : begin].isalnum() and text[end : end + 1].isalnum()):
                # “third-party” is read like “third party”, “re-enable” like “reenable”, “approx.” without its stop.
                plainly = word.replace("-", "").rstrip("." if word[1:2] != "." else "") if word[0].isalpha() else word
                self._add(SHORT.get(word, plainly), begin, end)

    def _add(self, word: str, begin: int, end: int) -> None:
        self.words.append(word)
        self.begins.append(begin)
        self.ends.append(end)


@lru_cache(maxsize=4096)
def shape(word: str) -> str:
    """What a word is by its look: a time of day, a date, a number, a word in -ly, -ing or -ed, a mark."""
    first = word[:1]
    if not first:
        return "#mark"
    if first.isdigit():
        if CLOCK.match(word):
            return "#clock"
        if word.count("-") == 2:
            return "#date"
        return "#ordinal" if word.endswith(("st", "nd", "rd", "th")) else "#number"
    if not first.isalpha() and first != "'":
        return "#mark"
    if word.endswith("ly") and word not in MEANT:
        return "#ly"
    if word.endswith("ing") and len(word) > 4:
        return "#ing"
    if (word.endswith("ed") and word not in NO_PAST) or word in PARTICIPLES:
        return "#ed"
    return "#word"


NO_PAST = listed("need speed feed indeed exceed proceed succeed seed bed red shed breed embed bleed hundred")
# Base, past and participle; one that is like the past is left out.
_IRREGULAR = """
be was been/become became become/begin began begun/bend bent/bite bit bitten/blow blew blown/break broke broken/bring brought/build built
/burn burnt/buy bought/catch caught/choose chose chosen/come came come/cost cost/cut cut/deal dealt/do did done/draw drew drawn/drive drove driven
/eat ate eaten/fall fell fallen/feel felt/find found/fly flew flown/forget forgot forgotten/get got gotten/give gave given/go went gone/grow grew grown
/have had/hear heard/hide hid hidden/hit hit/hold held/keep kept/know knew known/lay laid/lead led/leave left/lend lent/let let/lie lay lain
/light lit/lose lost/make made/mean meant/meet met/mistake mistook mistaken/pay paid/put put/quit quit/read read/ride rode ridden/ring rang rung
/rise rose risen/run ran run/say said/see saw seen/seek sought/send sent/set set/shake shook shaken/shut shut/sink sank sunk/sit sat/slip slipped
/sleep slept/speak spoke spoken/spend spent/split split/spread spread/stand stood/steal stole stolen/stick stuck/strike struck/sweep swept/swing swung
/take took taken/teach taught/tear tore torn/tell told/think thought/throw threw thrown/understand understood/undo undid undone/upset upset
/wake woke woken/wear wore worn/win won/wind wound/write wrote written/overrun overran overrun/rewrite rewrote rewritten/foresee foresaw foreseen
/dig dug/freeze froze frozen/hang hung/sell sold/slide slid/swear swore sworn/tread trod trodden/bet bet/lean leant/smell smelt/spot spotted/redo redid redone/withdraw withdrew withdrawn/swallow swallowed/arise arose arisen/bind bound/creep crept
/rebuild rebuilt/resend resent/reset reset/rerun reran rerun/shoot shot/show showed shown/prove proved proven/spin spun/mend mended/choke choked
"""
IRREGULAR = {row.split()[0]: row.split()[1:] for row in _IRREGULAR.replace("\n", "").split("/") if row.split()}
# Their past looks like their present; only an auxiliary tells.
SAME = listed("read let put set cut cost hit shut come become run spread split quit reset bet overrun rerun")
PASTS = frozenset(row[0] for row in IRREGULAR.values()) - SAME
PARTICIPLES = frozenset(row[-1] for row in IRREGULAR.values()) - SAME


@lru_cache(maxsize=2048)
def forms(base: str) -> frozenset[str]:
    """Every form of a verb: “think” → think, thinks, thought, thinking."""
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe")) else base
    made = {base, third, stem + "ing", *IRREGULAR.get(base, ())}
    if base not in IRREGULAR:
        made.add(stem + "ed")
    if base.endswith("y") and base[-2] not in "aeiou":
        made |= {base[:-1] + "ies", base[:-1] + "ied"}
    if re.search(r"[^aeiou][aeiou][bdgklmnprtv]$", base):
        made |= {base + base[-1] + "ing", base + base[-1] + "ed"}
    if base.endswith("ie"):
        made.add(base[:-2] + "ying")
    return frozenset(made)
