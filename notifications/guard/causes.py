"""Speculation about a cause (B-43) and blame of others (B-132, C-10). Pure.

A hedge is speculation only beside a cause: what was affected, and how far, may be hedged; a cause stated as fact may stand.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from notifications.guard.reading import LOWER

_THING = r"(?:configuration|config|settings?|schema|dns|network|database|server|certificate|cert|token|keys?|credentials?|password|permissions?|cache|queue|disk|firewall|cron|script|webhook|integration|plugin|api|domain|account|software|hardware|code|data|login|authentication|connection|provider|vendor|mail|email|sync|storage|memory|load|traffic|routing|sender|billing|quota|system|internal|upstream|capacity|timing|rate|version|field|mapping|import|form|feed|time ?zone)"
FAULT = rf"(?:rule|filter|setting|firewall|limit|policy|plugin|script) (?:\w+ ){{0,4}}(?:blocks?|blocked|stops|stopped|is blocking|rejects|rejected)|too (?:high|large|slow|old|strict)\b|(?:is|was|are|were|got) (?:locked|full|blocked|disabled|revoked|renamed|removed|cut|switched (?:on|off))\b|wrong (?:setting|password|key|field|version|value|account|order|column|permission)|old (?:key|token|version|password|setting)|expir\w+|misconfigur\w+|mis-?set|\bbug\b|faulty|\bbad (?:deploy\w*|update|release|config\w*|cable|node|batch|import|data|push|file|row|record|value|patch)|br[oe]ken?\b|crash\w*|corrupt\w*|overload\w*|(?:ran|run|running) out\b|glitch|hiccup|revoked|rotat(?:ed|ion)|throttl\w+|rate.?limit\w*|blocked by|race condition|human error|mistake|typo|leak|out of memory|power (?:cut|failure|outage)|attack|ddos|hack\w*|(?:recent|latest|last night'?s|yesterday'?s|new|overnight|weekend|scheduled|silent|unannounced|earlier|small|minor|routine) (?:\w+ )?(?:update|change|deploy\w*|release|upgrade|migration|rollout|patch|rotation|maintenance)|(?:update|upgrade|deploy\w*|release|migration|rollout|patch) (?:gone|went|from|that|we|of|last|on)|{_THING}[- ](?:\w+ )?(?:problem|issue|error|failure|fault|change|mismatch|conflict|outage|limit|expiry|expiration|lapse|hiccup|glitch|bug|lock|update|rotation|reset|exhaustion|spike|surge|loss|drift|bottleneck|clash|overflow|shortage|delay|drop|timeout|lapsed|expired|changed|failed|filled)|(?:someone|somebody|a colleague|a developer|an engineer|one of us|a person) (?:\w+ ){0, 3}(?:changed|deleted|removed|edited|renamed|moved|turned|switched|pressed|forgot|mistyped|disabled|unplugged|pushed|overwrote)|(?:changed|deleted|removed|renamed|overwritten|disabled|lapsed|forgotten|full|exhausted|tripped|flipped|unplugged|mistyped|mis-?typed|truncated|dropped) (?:overnight|yesterday|last|during|by|at|without|somewhere)|(?:setting|token|key|certificate|password|licen[cs]e|subscription|domain|field|column|limit|filter|script|job|process|server|disk|cache|database|worker|connection|account|permission|record)s? (?:\w+ ){{0,2}}(?:changed|lapsed|filled up|failed|dropped|stopped|hung|timed out|stalled|got|was|were|went|been)|spike in|surge in|sudden (?:load|rise|spike|surge)|heavy (?:load|traffic)|too many (?:requests|connections)|outage at|problem (?:at|with) (?:the|our|a|an|one)|issue (?:at|with) (?:the|our|a|an|one)|fault (?:at|with|in)|incompatib\w+|conflict(?:ing)? (?:with|between)|mismatch"
CAUSE = r"caus(?:e[sd]?|ing|al)|because|due to|owing to|thanks to|result(?:s|ed|ing)? (?:of|from)|root|reason|trigger\w*|stem\w*|originat\w+|culprit|source of (?:the|this)|behind (?:this|it|the|today)|to blame|down to|link(?:ed)?\b|connection (?:to|with)|related|connected (?:to|with)|traced?|attribut\w+|responsible|explain\w*|led to|lead(?:s|ing)? to|brought (?:about|on|down)|comes? from|came from|coming from|lies? (?:with|in|at)|lay (?:with|in)|at fault|knock-on|side effect|fallout|aftermath|follow(?:s|ed|ing) (?:from|on from)|set (?:this |it )?off|sparked|tied to|has to do with|have to do with|had to do with|something to do with|happened (?:when|after|because)|broke (?:when|after|because)|started (?:when|with|after)|began (?:when|with|after)|rooted"
_BECAUSE = re.compile(rf"\b(?:{CAUSE})\b")
_FAULT = re.compile(rf"(?:\b(?:{FAULT})\b)")
# These speak of a cause by themselves.
INHERENT = re.compile(
    r"\b(?:(?:likely|probable|possible|potential|suspected|presumed|apparent|most likely|plausible) (?:root )?(?:cause|causes|culprit|culprits|source|reason|explanation|trigger|origin)|(?:working|leading|current|best|main|pet|favou?rite|strongest) (?:theory|hypothesis|assumption|guess|suspicion|suspect)|(?:our|my|the|a|one) (?:\w+ )?(?:theory|hypothesis|hunch|suspicion|guess|suspect)\b|prime suspect|educated guess|suspect(?:s|ed|ing)? (?:that )?(?:the|a|an|it|this|our|that|one|some change|something|is)|(?:all )?(?:signs|evidence|logs|everything|indications|data|clues|fingers?|symptoms|arrows|it|this|which|timing|errors?|traces|that|indicators) (?:\w+ )?(?:all )?(?:points?|pointing|pointed) (?:strongly |firmly |clearly |squarely )?(?:to|towards?|at)|hallmarks? of|(?:consistent|in keeping|in line) with (?:a|an|the|what)|(?:usually|normally|typically|often|generally|almost always|always|tends? to|would|can) (?:mean|means|indicate|indicates|point|points|signal|signals|suggest|suggests|happen|happens)(?: (?:that|when|if|to|a|an|the|something))|(?:would|could|may|might|likely|probably|that|which|perhaps) (?:well |also |be what |best )?explains?\b|(?:typical|symptomatic|characteristic|reminiscent|indicative|suggestive|classic sign|classic symptom|tell-?tale sign|sign) of (?:a|an|the|some|what|something)|(?:smells?|smacks|reeks|tastes?) (?:like|of)|must be (?:due|caused|related|linked|because|down|the|a|an)|has to be (?:the|a|an|due|down|something|because)|can only be (?:the|a|an|due|down|because)|chalk(?:ing)? (?:this|it) up|put(?:ting)? (?:this|it) down to|reading between the lines|what (?:probably|likely|may have|might have|must have|seems to have|appears to have) happened|our money is on|i'd (?:bet|wager|say it)|wouldn't be surprised if|would not be surprised if|(?:likeliest|most plausible|most probable|simplest|obvious) (?:cause|explanation|reason|culprit)|hints? at (?:a|an|the|some)|(?:i|we) have a (?:\w+ )?(?:feeling|hunch)|there (?:are|is) (?:\w+ )?(?:signs?|evidence|indications?) (?:that|of|for)|(?:we|i) attribute|(?:good|fair|strong|high|decent|real) (?:chance|probability|likelihood) (?:that|of)|to all appearances|coincid\w+ with|(?:errors?|failures?|symptoms?|problems?|faults?|these|such \w+) (?:normally|usually|often|typically|generally|mostly|tend to) (?:comes?|happens?|follows?|arises?|means?|occurs?|points?)|we can only (?:assume|guess)|not (?:yet )?confirmed,? but|unconfirmed,? but|have yet to confirm,? but|yet to be confirmed,? but|pending confirmation|every (?:indication|sign|reason) (?:that|is|of|to believe|suggests|points)|looks? (?:very |a lot |suspiciously |increasingly |awfully )?like (?:a|an|the|our|some kind|another|one of|someone|something (?:changed|broke|went))(?! (?:few|handful|small|number|couple|third|quarter|half|minority|majority|single|subset|total|dozen))|might have (?:to do|something to do) with|may have (?:to do|something to do) with|narrowed (?:it|this) down|suggests? (?:strongly )?(?:that )?(?:a|an|some|something|the) (?:\w+ )?(?:link|connection|relation|problem|issue|fault|failure|error|change|with|in|went|broke|is wrong))\b",
)
HEDGE = re.compile(
    r"\b(?:might|may|could(?! you)|can't rule out|probably|likely|presumably|possibly|perhaps|maybe|apparently|seemingly|potentially|conceivably|allegedly|supposedly|arguably|seems?|seemed|appears?|appeared|looks? like|looks? as (?:if|though)|sounds? like|feels? like|suspect\w*|suspicion|believe[sd]?|think|thinks|thought|guess\w*|theor\w+|hypothes\w+|assum\w+|presum\w+|hunch|gut|reckon\w*|imagine|figure|suppose|speculat\w*|suggests?|suggesting|indicat\w+|must have|must've|would have|chances are|odds are|likelihood|in all probability|i'd say|we'd say|as far as we (?:can tell|know|understand)|from what we(?:'ve| have)? (?:can see|can tell|seen|know|understand|heard)|pretty sure|fairly sure|fairly certain|quite sure|fairly confident|reasonably (?:sure|confident|certain)|almost certain(?:ly)?|nearly certain|more or less certain|our understanding|my understanding|possibility|leaning towards?|inclined to|tempted to|impression|word is|rumou?r\w*|we hear|we're hearing|i hear|we are told|we're told|told that|would appear|would seem|not certain but|not sure but|if (?:i|we) had to guess|potential|possible|sense is|feeling is|view is|wonder\w*|conclu(?:de|sion)|infer\w*|deduc\w+|gather that|early signs|initial signs|first impressions|preliminary|conceivabl[ey]|plausibl[ey]|thinkable|feeling|signs? (?:that|of)|confident that|convinced|no doubt|surely|undoubtedly|evidently)\b",
)
# Guessing words after which only what clients see, or what we are about to do, is clean.
GUESS = re.compile(
    r"\b(?:probably|maybe|perhaps|possibly|presumably|apparently|seemingly|supposedly|most likely|very likely|suspect|assume|presume|it (?:would )?(?:seems?|appears?)|there seems|there appears|must have|my guess|our guess|we guess|reckon|(?:could|might|may) (?:well |also |very well )?be|looks like|sounds like|i'd say|we'd say|feeling is|my sense|our sense)\b"
)
OURS_OR_YOURS = re.compile(
    r"\b(?:you|your|yours|e?mails?|messages|contacts?|leads?|campaigns?|reports?|numbers?|pages?|people|records?|lists?|recipients|columns?|rows|addresses|dashboard|data|working|works|again|normal|back|resolved|fixed|stable|well|fine|we (?:will|should|would|need|can)|i (?:will|should|would)|best|better|useful|helpful|easier|able|more|fewer|up to|about|\d+ ?%?)\b"
)
# What is affected, and how far, may be hedged.
EFFECT = re.compile(
    r"\b(?:(?:may|might|could|can|will|would|should|to|seems?|appears?)(?: also| still| well| briefly| sometimes| occasionally| temporarily| currently| only)* (?:(?:have )?be(?:en)? (?:\w+ly )?(?:affected|delayed|missing|lost|duplicat\w+|doubled|incomplete|slow(?:er)?|late|later|unavailable|out of date|outdated|wrong|empty|interrupted|short|stale|seen|visible|sent|shown|added|received|skipped|counted|listed|limited|higher|lower|off|twice|unaffected|safe|intact|fine|working|in use|charged|billed|impacted|hit|on hold|paused|stuck|held|waiting|included|noticed|about|around|up to|fewer|more|less|no|only|some|few|most|all|several|many|\d)|(?:appear|look|seem)(?! that| to| as| like)|arrive|show|take|see|notice|experience|receive|find|miss|lose|not|need|feel|run|get|contain|affect|impact|reach|load|have (?:affected|missed|received|seen|noticed|lost|reached|gone|been (?:sent|delayed|lost|affected|missed|skipped|added|duplicated))|lead to (?:some|a few|duplicate|delay|slower)|cause (?:some|a few|duplicate|delay|slower|emails|messages|reports|numbers|your))\w*|affect(?:s|ed|ing)?|delayed|missing|lost|duplicat\w+|incomplete|slower|notice|impact(?:ed)?|out of date|unavailable)\b"
)
HARD_CAUSE = re.compile(
    r"\b(?:caused by|be caused|been caused|due to|because (?:of|the|a|an|our|we|it|one|someone)|owing to|result of|resulted from|resulting from|stem\w* from|originat\w+|culprit|to blame|down to|traced?|attribut\w+|behind (?:this|it|the)|root(?:ed)?(?: cause)?|responsible|related to|linked to|connected (?:to|with)|tied to|trigger\w+|(?:the|a|our|this) (?:cause|reason)|have caused|has caused|had caused|caused (?:this|it|the|today|all|your)|be the (?:cause|reason|source|result)|explain\w*|com(?:es|ing) from|came from|led to (?:this|the|today)|at fault|lies? (?:with|in|at)|started (?:when|with|after)|began (?:when|with|after)|happened (?:when|because|after)|to do with|brought (?:(?:this|it|the) )?(?:on|about|down)|set (?:this|it) off|sparked (?:this|it|the)|knocked (?:this|it|the|out))\b",
)
UNKNOWN = re.compile(
    r"\b(?:(?:do not|don't|not|n't|cannot|can't|no|nor|never|without|rather than|instead of|before|until|avoid|whether|what|why|which|how) (?:\w+ ){0,5}(?:cause|caused|speculat\w*|guess\w*|assum\w*|root|reason|why|happened|behind)|(?:find(?:ing)? out|looking for|look(?:ing)? into|identif\w+|investigat\w+|establish\w*|determin\w+|understand\w*|confirm\w*|pinpoint\w*|searching for|tracing|narrowing) (?:\w+ ){0,3}(?:cause|caused|reason|source|origin|why|what|root)|(?:cause|reason|source|root cause) (?:is|was|remains|has) (?:\w+ ){0,2}(?:unknown|not|under|still|being|unclear|to be|yet))\b",
)


def speculation(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span of one sentence that guesses at a cause; `text` is plain."""
    sentence = text[start:end]
    inherent = INHERENT.search(sentence)
    if (
        inherent is not None
        and not (UNKNOWN.search(sentence) and not _FAULT.search(sentence))
        and not _extent(sentence, inherent)
    ):
        yield start + inherent.start(), end
        return
    hedge = HEDGE.search(sentence)
    if hedge is None:
        return
    fault, because, hard = _FAULT.search(sentence), _BECAUSE.search(sentence), HARD_CAUSE.search(sentence)
    if UNKNOWN.search(sentence) and fault is None:
        return
    if hard is not None and not _only_effect(sentence):
        yield start + min(hedge.start(), hard.start()), end
        return
    if (fault is not None or because is not None) and not _only_effect(sentence):
        yield start + hedge.start(), end
        return
    guess = GUESS.search(sentence)
    if guess is not None and not EFFECT.search(sentence) and not OURS_OR_YOURS.search(sentence):
        yield start + guess.start(), end


def _extent(sentence: str, match: re.Match[str]) -> bool:
    rest = sentence[match.end() :]
    return bool(
        re.match(
            r"\s*(?:\w+ ){0,2}(?:\d+|few|handful|small|number|couple|third|quarter|half|only|some|contacts|emails|messages|clients|leads|campaigns|records|data (?:was|is|has))\b",
            rest,
        )
    ) and not _FAULT.search(sentence)


def _only_effect(sentence: str) -> bool:
    """The hedge speaks of who or what is affected, and no cause is named beside it."""
    if HARD_CAUSE.search(sentence) and not re.search(
        r"\b(?:as a result|because of this|due to this|due to the (?:issue|problem|incident|outage|interruption|delay))\b",
        sentence,
    ):
        return False
    effect = EFFECT.search(sentence)
    if effect is None:
        return False
    return not re.search(
        r"\b(?:expir|misconfig|bug\b|faulty|human error|typo|mistake|leak|rotat|revoked|corrupt|race condition|someone|somebody|overload|crash|too (?:high|low|large|small|slow|old|many|strict|short)\b|bad (?:deploy|update|release|config))",
        sentence,
    )


_OTHERS = r"(?:vendor|provider|supplier|third[- ]party|third parties|partner|host(?:ing company|ing provider)?|contractor|carrier|data ?cent(?:er|re)|isp|registrar|platform(?: provider)?|agency|developer of the|email service|cloud|crm company|esp|manufacturer|subcontractor|upstream (?:provider|vendor|team|company)|other (?:company|side|party|team)|external (?:team|company|service|party|provider)|outside (?:firm|company|party)|makers? of)"
FAULT_OF_OTHERS = re.compile(
    rf"\b(?:(?:on|at|from) (?:their|the (?:\w+ )?{_OTHERS}'?s?) (?:end|side|part)|their (?:own )?(?:fault|mistake|outage|error|bug|failure|negligence|problem|problems|servers?|systems?|api|platform|downtime|engineers?|change|update|team|incompetence|blunder|carelessness|infrastructure|doing|responsibility|breakage|issue|issues|service)|{_OTHERS}s?'?s? (?:\w+ )?(?:fault|mistake|error|failure|bug|outage|negligence|problem|issue|downtime|carelessness|blunder|servers?|infrastructure|breakage|incident|change|update)s?|{_OTHERS}'?s? (?:system|systems|software|api|service|tool|network|platform)s? (?:is|are|was|were|had|has|stopped|failed|broke|crashed)|{_OTHERS}s? (?:\w+ ){{0,3}}?(?:broke|failed|fails|let us down|lets us down|dropped|messed|screwed|botched|made|caused|causing|is to blame|are to blame|went down|is down|are down|was down|had|has (?:an?|been|had|let|broken|failed|caused|admitted|confirmed)|is having|are having|having|crashed|suffered|is suffering|stopped|mishandled|forgot|neglected|breaks|changed|pulled|suspended|blocked|throttled|rejected|refused|is responsible|are responsible|is at fault|are at fault|pushed|did not|didn't|does not|doesn't|never|experienc\w+|is experiencing|ignored|shut|cut)|(?:caused|triggered|broken|brought down|created|introduced|down to|due to|because of|thanks to|blame[sd]?|blaming|fault of|mistake (?:by|of|at)|error (?:by|of|at)|failure (?:by|of|at)|outage (?:at|of)|problem (?:at|with)|issue (?:at|with)|let down by) (?:(?:by|on|at|with|to|of|the|our|a|an|one of our|another|some|external) )*{_OTHERS}|not our (?:fault|doing|mistake|error|problem|systems?)|isn't our fault|wasn't our fault|(?:is|was|were|are) not (?:our|us)\b|nothing to do with us|(?:let|letting) us down|someone else'?s (?:fault|mistake|problem|error)|they (?:broke|failed|messed|screwed|dropped|caused|botched|let|forgot|are to blame|went down|are down|crashed|are having|have an outage|had an outage|made a mistake|pushed|changed)|(?:is|are|was|were) to blame|the blame|lies with (?:them|the|our)|shame on|at the mercy of|(?:sits|rests|lies|lay|is) (?:entirely |squarely )?with (?:the|our|their) (?:\w+ )?{_OTHERS}|through no fault of (?:ours|our own)|(?:out|outside) of our hands)\b",
)
ALIAS = re.compile(r"\b(?:an? )?upstream services?\b[^.!?]*")
OWN_THING = r"(?:account|workspace|portal|instance|crm|inbox|login|list|lists|subscription|dashboard|data|seat|user|users|connection|integration|page|profile|admin|organisation|organization|tenant|mailbox|calendar|team|setup|settings|contacts|pipeline|site|store|domain|credentials|records|campaigns?)"


@lru_cache(maxsize=64)
def _named(names: Sequence[str]) -> re.Pattern[str] | None:
    parts = []
    for name in sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True):
        words = [re.escape(word) for word in re.split(r"[\s.-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) if word]
        if len(words) == 1 and len(name) >= 6 and name.isalpha():
            # “Smart Lead”, “Hub-Spot”: a name is found however it is parted.
            words = list(name)
        parts.append(r"[\s.-]?".join(words))
    return re.compile(rf"(?<![\w])(?:{'|'.join(parts)})(?:'s|s')?(?!\w)", re.I) if parts else None


def names_in(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Every place where one of the names stands; one-word names that are ordinary words count only as a name does."""
    pattern = _named(tuple(names))
    if pattern is None:
        return
    for match in pattern.finditer(text):
        word = match[0]
        ordinary = word.islower() and word.rstrip("'s") in ORDINARY
        if not ordinary:
            yield match.span()


ORDINARY = {
    "instantly",
    "clay",
    "apollo",
    "slack",
    "notion",
    "stripe",
    "square",
    "front",
    "close",
    "drift",
    "loom",
    "monday",
    "linear",
    "segment",
    "outreach",
    "intercom",
    "zoom",
    "box",
    "lemlist",
    "reply",
    "attio",
    "copper",
    "keap",
    "make",
    "buffer",
    "later",
    "render",
    "fly",
    "neon",
    "ghost",
    "wise",
    "gong",
    "hunter",
    "kit",
    "brave",
    "oracle",
    "sage",
    "teams",
    "meta",
    "apple",
    "snap",
    "target",
}


def blame(text: str, third_parties: Sequence[str], client: str) -> Iterator[tuple[int, int]]:
    """Every third party named, except as the client's own, and every unnamed fault of others."""
    taken: list[tuple[int, int]] = []
    for start, end in names_in(text, [name for name in third_parties if name.casefold() != client.casefold()]):
        if not _own(text, start, end):
            taken.append((start, end))
            yield start, end
    hidden = ALIAS.sub(lambda match: " " * len(match[0]), text.translate(LOWER))
    for match in FAULT_OF_OTHERS.finditer(hidden):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield match.span()


def _own(text: str, start: int, end: int) -> bool:
    before, after = (piece.translate(LOWER) for piece in (text[max(0, start - 60) : start], text[end : end + 30]))
    if text[start:end].lower().endswith(("'s", "s'")) and not re.match(rf"\s+(?:\w+\s+)?{OWN_THING}\b", after):
        return False
    if re.search(r"\byour(?: own| existing| connected| company'?s?| team'?s?)*\s+(?:[\w-]+\s+){0,2}$", before):
        return True
    return bool(
        re.search(
            rf"\byour\s+(?:[\w-]+\s+){{0,2}}{OWN_THING}\s+(?:with|in|on|at|inside|from|to|and)\s+(?:the\s+)?$", before
        )
    )
