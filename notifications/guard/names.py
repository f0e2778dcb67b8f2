"""Names in a letter: third parties (B-132, C-10) and other clients. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from notifications.guard.reading import LOWER
from notifications.guard.words import PASTS, listed

# “Your traffic from Akamai” says nothing of whose Akamai is.
ELSEWHERE = r"(?:from|to|off|through|via|by|at|on|with|in|of|for|behind|over|away|is|was|are|were|and)\b"
OWN_THING = r"(?:account|workspace|portal|instance|crm|inbox|login|list|lists|subscription|dashboard|data|seat|user|users|connection|integration|page|profile|admin|organisation|organization|tenant|mailbox|calendar|team|setup|settings|contacts|pipeline|site|store|domain|credentials|records|campaigns?)"


# “Apollo.io” is Apollo, and so is “Apollo GmbH”.
DOMAIN = r"\.(?:io|com|ai|app|co|net|org|dev|so|eu|de|uk|hq|cloud)\b"
LEGAL = re.compile(rf"(?:,?\s+(?:inc|gmbh|ltd|llc|corp|co|ag|sa|bv|plc|limited|corporation)\.?|{DOMAIN})+$", re.I)
JOINTS = re.compile(r"[\s.\-]+")
TRADES = listed(
    "payments payment cloud workspace platform mail email systems technologies software labs group networks network analytics services service api"
    " crm data hosting solutions telecom mobile messaging marketing enterprise connect apps suite sms dns vpn sso erp cdn usa gmbh llc"
)
# Nobody is called so; a list of names that was cut out of a text may hold them.
NO_NAMES = listed(
    "a an the i we you they he she it our your their its and or but of in on at to for from by with is are was be been will not no so as if this that there"
)
DAYS = listed("monday tuesday wednesday thursday friday saturday sunday april may june august")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _bare(name: str) -> str:
    """A name without its legal form and its domain."""
    return LEGAL.sub("", name.strip()) or name.strip()


def _short(name: str) -> Iterator[str]:
    """A name, and what remains of it without a word that says only what it sells: “Braintree” for Braintree Payments."""
    yield name
    first, *rest = name.split() or [""]
    if rest and len(first) > 4 and first.lower() not in ORDINARY and all(word.lower() in TRADES for word in rest):
        yield first


@lru_cache(maxsize=2)
def _joined(text: str) -> str:
    return JOINTS.sub("", text.lower())


@lru_cache(maxsize=16)
def _keys(names: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Every name and what remains of it, beside the letters by which a look tells whether it can stand in a text at all."""
    spoken = [name for name in names if name.strip() and name.strip().lower() not in NO_NAMES]
    return [(short, JOINTS.sub("", short.lower())) for name in spoken for short in _short(_bare(name))]


@lru_cache(maxsize=64)
def _named(names: Sequence[str]) -> re.Pattern[str] | None:
    parts = []
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        words = [re.escape(word) for word in re.split(r"[\s.-]+", HUMPS.sub(" ", name)) if word]
        if len(words) == 1 and len(name) >= 6 and name.isalpha():
            # “Smart Lead”, “Hub-Spot”: a name is found however it is parted.
            words = list(name)
        parts.append(r"[\s.-]?".join(words))
        last = name.split()[-1]
        if len(name.split()) > 1 and len(last) > 2 and last.isupper() and last.lower() not in TRADES:
            # “SES” for Amazon SES.
            parts.append(f"(?-i:{re.escape(last)})")
        initials = "".join(word[0] for word in name.split())
        if len(initials) > 2 and initials.isupper():
            # “AWS” for Amazon Web Services: written so, and in capitals.
            parts.append(f"(?-i:{initials})")
    return re.compile(rf"(?<![\w])(?:{'|'.join(parts)})(?P<domain>{DOMAIN})?(?:'s|s')?(?!\w)", re.I) if parts else None


def names_in(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Every place where one of the names stands; one-word names that are ordinary words count only as a name does."""
    joined = _joined(text)
    near = tuple(name for name, key in _keys(tuple(names)) if key in joined or " " in name)
    pattern = _named(near)
    if pattern is None:
        return
    for match in pattern.finditer(text):
        if match[0].lower().removesuffix("'s") in DAYS:
            continue
        plainly = match["domain"] or match[0].lower().removesuffix("'s") not in ORDINARY
        if plainly or _used_as_name(text, match):
            yield match.span()


# What follows or precedes a name and not the ordinary word: it does something, or something is sent through it.
ACTS = re.compile(
    r"(?:'s|s')?\s+(?:is|was|has|had|are|were|isn't|wasn't|hasn't|will|won't|would|should|must|could|might|did|didn't|does|doesn't|itself|api|apis|support|status|servers?"
    r"|outage|incident|maintenance|accounts?|workspace|engineers?|(?:returned|rejected|broke|failed|went|stopped|dropped|changed|suspended|throttled"
    r"|blocked|confirmed|confirms|says|said|reports|reported|lost|sent|cut|came|gave|took|let|crashed|limits?|limited|paused|released|lifted|deleted))\b"
)
# “Stripe declined every card”, “Close mixed up two contacts”, but not “Close failed tickets”: a verb of the past, and what it
# was done to.
DID = re.compile(
    rf"(?:\s+(?:has|have|had|also|simply|just|then|again|never|suddenly|wrongly|only|no longer|may have|might have|must have))*\s+(?:[a-z]{{2,15}}ed|{'|'.join(sorted(PASTS))}|put|cut|shut|set|hit)"
    r"(?:\s+(?:the|a|an|our|us|your|you|their|its|every|each|all|both|no|none|nothing|nobody|two|three|four|half|most|more|many|several|some|any"
    r"|up|down|out|back|off|over|away|it|them|this|that|again|twice|late|early|wrongly|for|on|in|at|from|to|with|by|because|without|and|while|after"
    r"|before|between|until|when|since|last|yesterday|today|overnight|\d\S*)\b|[.,;:!]|$)"
)
THROUGH = re.compile(r"\b(?:via|through|by|from|on|to|at|in|with|using|against|of|and|behind|into|between)\s+$")
ARTICLE = re.compile(
    r"\b(?:the|a|an|this|that|each|every|our|any|no|one|first|next|more|very|to|can|will|we|you|not|please|and)\s+$"
)
# “Plaid, the service that …”
APPOSED = re.compile(r":|, (?:the|a|an|our|which|who|whose)\b")
# “Stripe payments are failing.”
RUNS = re.compile(
    r"\s+(?:payments?|webhooks?|sync|integration|connector|plug-?in|bot|api|apis|sdk|checkout|terminals|messages|channels)\s+(?:is|are|was|were|has|have|had|fail|failed|failing"
    r"|stop|stopped|keep|kept|come|came|work|works|worked|could|can|may|do|did|went|go)\b",
    re.I,
)
ENDING = re.compile(r"\s*(?:[.,;:!?)]|$)")


def _used_as_name(text: str, match: re.Match[str]) -> bool:
    """Whether a word such as “make” or “Front” names a product here rather than being itself."""
    before, after = text[max(0, match.start() - 30) : match.start()], text[match.end() : match.end() + 40]
    opening = not before.strip() or bool(re.search(r"[.!?:\n]\s*$", before))
    if not match[0][0].islower() and not opening:
        return True
    acts = bool(ACTS.match(after.lower()) or DID.match(after.lower())) or match[0].lower().endswith("'s")
    if ARTICLE.search(before.lower()):
        return False
    if acts or (opening and (APPOSED.match(after) or RUNS.match(after))):
        return True
    return match[0].islower() and bool(THROUGH.search(before.lower()) and ENDING.match(after))


ORDINARY = listed("""
    call chat fix help here list note now plan report service start status support update
    access affirm ally amplitude anchor apollo apple azure beacon bird bolt box branch brave bridge bubble buffer
    canvas capsule cash causal census chime clay close clover coda column compass convoy copper crisp cube current
    dash dialog docs domain drift drip drive drop edge excel exchange flow flows fly folk forms fresh front fuse
    gem ghost gong greenhouse groove gusto harbor harbour harvest heap height heroes hunter increase insight
    insights instantly intercom iris jet keep kit kite lark later lattice lever light linear lob loom magic make
    mercury merge meta mirror mode modern monday monitor mosaic neon night nimble notify notion nova open oracle
    orbit order outline outlook outreach oyster page panther patch path pilot ping pivot plaid pocket podium point
    polar postman prefect press prime prism process pulse pure push qualified quick radar railway ramp rapid reach
    relate relay remote render reply ripple rival root rover rows runway sage scale scout seamless segment sentry
    sheets shift shortcut signal simple sky slack slate smart snap snow sonar source spark split spot spring
    sprout square stack stage steady stitch streak stream stripe sumo surge swift switch table tandem target team
    teams tempo temporal terminus tide tiger title toast token torch tower trace track trail transfer travel tray
    trust twist unit unleash upward user vault vector verse view vision voice warp watch wave web wire wise word
    work workable wrap yard zero zip zone zoom
    """)


def named_in(text: str, third_parties: Sequence[str], client: str) -> Iterator[tuple[int, int]]:
    """Every third party named, except as the client's own."""
    for span in names_in(text, [name for name in third_parties if name.casefold() != client.casefold()]):
        if not _own(text, *span, client):
            yield span


def overlaps(spans: Sequence[tuple[int, int]], low: int, high: int) -> bool:
    """Whether one of the spans, which are in order, shares a character with this one."""
    place = bisect_left(spans, (high, 0))
    return place > 0 and spans[place - 1][1] > low


def _own(text: str, start: int, end: int, client: str) -> bool:
    before, after = (piece.translate(LOWER) for piece in (text[max(0, start - 60) : start], text[end : end + 60]))
    if text[start:end].lower().endswith(("'s", "s'")) and not re.match(rf"\s+(?:\w+\s+)?{OWN_THING}\b", after):
        return False
    if re.search(
        r"\byou(?:r team)? (?:asked|wrote|mentioned|told us|said|reported|noted|noticed|saw|wondered)\b[^.;:]*$", before
    ):
        return True
    if re.search(
        rf"\byour(?: own| existing| connected| company'?s?| team'?s?)*\s+(?:(?!{ELSEWHERE})[\w-]+\s+){{0,2}}$", before
    ):
        return True
    if re.match(r"(?:\s+\w+){0,3}\s+(?:that|which) (?:belongs? to|is in the name of|was set up by) you", after):
        return True
    if re.match(
        rf"\s+(?:{OWN_THING}|tickets?|deals?|leads?|emails?|files?|orders?|messages?|events?|invoices?|reports?)\s+(?:in|on|of|under) your\b",
        after,
    ):
        return True
    if client:
        owner = re.escape(client.translate(LOWER))
        if re.search(rf"{owner}(?:'s?)?\s+(?:own\s+)?(?:\w+\s+)?$", before) or re.match(
            rf"(?:\s+\w+){{0,3}}\s+(?:belong\w* to|of|owned by|run by|at|for)\s+{owner}", after
        ):
            return True
    if re.match(
        r"(?:\s+\w+){0,3}\s+(?:that |which )?(?:you|your team)\s+(?:\w+\s+)?(?:share|use|own|have|connect|gave|give|run|set up|sent|pay|manage)",
        after,
    ):
        return True
    return bool(
        re.search(
            rf"\byour\s+(?:[\w-]+\s+){{0,2}}{OWN_THING}\s+(?:with|in|on|at|inside|from|to|and)\s+(?:the\s+)?$", before
        )
    )
