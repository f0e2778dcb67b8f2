"""A time, or nearness, for a fix, a workaround, a backfill or being back (B-44, B-133, C-29). Pure.

A time belongs to the act that governs it: the nearest one before it in the sentence, or, where it opens the
sentence, the first one after it. A repair that is still to come makes it a promise; an update, a check or the past do not.
"""

import re
from collections.abc import Iterator
from functools import cached_property

_WORDS = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty(?:[- ]five)?|ninety)"
_N = rf"(?:\d+(?:[.,]\d+)?(?:\s*(?:-|to|or)\s*\d+)?|{_WORDS}(?:\s*(?:-|to|or)\s*{_WORDS})?|an?|(?:a )?(?:few|couple(?: of)?|handful of)|several|half an?|some)"
_UNIT = r"(?:(?:more|extra|further|working|business)\s+)?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|moments?|ticks?)"
_SPAN = rf"{_N}\s*{_UNIT}(?:\s+or\s+(?:so|two|three|less))?"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_CLOCK = r"(?:\d{1,2}[:.h]\d{2}(?:\s*(?:am|pm|a\.m\.|p\.m\.))?|\d{1,2}\s*(?:am|pm|a\.m\.|p\.m\.|o'?clock|h\b)|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?: o'?clock|(?= (?:today|tonight|tomorrow|this|in the)))|(?:half|quarter)(?: past| to)? \w+|past lunch\w*|noon|midday|midnight|lunch(?:time)?|dinner(?:time)?|breakfast|teatime)"
_POINT = (
    rf"(?:{_CLOCK}|{_DAY}|today|tonight|tomorrow|this (?:morning|afternoon|evening|week|weekend|month)|(?:the )?(?:early |late |mid[- ]?)?(?:morning|afternoon|evening|weekend|night)"
    rf"|(?:the )?(?:very )?end of (?:the |this |my |our |your )?(?:day|week|business|month|play|shift|afternoon|morning|today|working day)|eod|cob|eow|eob|close of (?:business|play)"
    rf"|(?:early |late |the start of |the beginning of )?next (?:week|month|{_DAY})|(?:{_DAY}) (?:morning|afternoon|evening|night)|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}|\d{{4}}-\d{{2}}-\d{{2}}|then|the hour|(?:the )?top of the hour|business hours|the (?:next|coming) (?:hour|day|morning|week)|\d{{1,2}}\b(?!\s*(?:%|percent|of|contacts|leads|emails|messages|records|clients|users|campaigns|people|times|per|minutes|hours|days)))"
)
_SOFT = r"(?:(?:about|around|roughly|approximately|some time|sometime|at the latest|at latest|say|maybe|hopefully|probably|the|early|late|later)\s+)*"
_EVENT = r"(?:your|the|that|tomorrow'?s|tonight'?s|monday'?s|friday'?s|next)\s+(?:[\w-]+\s+){0,3}(?:campaign|launch|send|sends|demo|meeting|webinar|event|deadline|call|sequence|newsletter|mailing|presentation|opening|team|office|people|shift|day|week|working day|quarter|sale|promotion|rush|start|starts?|begins?)"
TIME = re.compile(
    rf"\b(?:by|before|until|till|til|no later than|not later than|at the latest by|come|ahead of|towards?|around|about|at|on|for|from|over|during|later|first thing(?: on)?|sometime|between)\s+{_SOFT}{_POINT}"
    rf"|\b(?:before|ahead of|in time for|prior to|well before|by the time|in good time for|for)\s+{_EVENT}"
    rf"|\bby the time you\b|\bbefore you (?:know it|start|log|wake|need|open|get)\b"
    rf"|\b(?:within|in|inside|under|over|during|for|after|takes?|taking|take|another|needs?|need|about|around|roughly|approximately|more than|less than|no more than|not more than|up to|at most|maximum|maybe|say|only|just|roughly)\s+(?:(?:about|around|under|just|only|less than|roughly|approximately|another|the next|the coming|at most|no more than|maybe|probably|perhaps|the|next|say|as little as|up to|a further|some)\s+)*(?:{_SPAN}|hour|couple of hours|few hours|few minutes)"
    rf"|[:=]\s*{_SOFT}{_CLOCK}|\ban?\s+{_CLOCK}|\b(?:by|before|until|till)?\s*(?:tonite|tom+or+ow|tmrw|2morrow)\b|\bis\s+{_SOFT}{_CLOCK}|\b(?:by|before|until|till|around)\s+(?:about |around )?{_WORDS}\b(?!\s+(?:of|people|contacts|emails|engineers|times|percent|messages|leads))"
    rf"|\b(?:estimat\w+|expect|reckon|guess|budget(?:ed)?|allow|say|need|give (?:it|us|them|me))\s+(?:about |around |roughly |some |another |just )*{_SPAN}|[:=]\s*(?:approx\.?|approximately|about|around|roughly|ca\.?)?\s*{_SPAN}|\bthe (?:next|coming) (?:few |couple of )?(?:{_SPAN}|hours?|minutes|days?)"
    rf"|\b(?:most of|the rest of|the whole|all|much of) (?:the |this )?(?:day|morning|afternoon|evening|week|night)\b"
    rf"|\b{_SPAN}\s+(?:at (?:the )?most|max(?:imum)?|tops|from now|away|left|to go|or thereabouts|at the outside)"
    rf"|\b{_SPAN}(?=\s*(?:[.!,]|$))"
    rf"|\b(?:tonight|tomorrow|today|overnight|(?:later|sometime|some time|early|late|earlier) (?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|next week|in the (?:day|week|afternoon|evening|morning))|this (?:morning|afternoon|evening|week|weekend)|next (?:week|month|{_DAY})|(?:the )?same day|first thing|on (?:{_DAY}))\b"
    rf"|(?<!as )(?<!how )\b(?:shortly|soon|momentarily|imminent(?:ly)?|presently|before long|in no time(?: at all)?|in due course(?= it)|very soon|any (?:minute|moment|second|time|hour|day)(?: now)?|at any moment|in a (?:bit|moment|sec|second|jiffy|minute|little while|short while|while|few)|right away|straight ?away|immediately|instantly|in the (?:near|very near|immediate|not[- ]too[- ]distant) future|in short order|(?:a )?matter of (?:seconds|minutes|hours|days)|in (?:the )?(?:next|coming) (?:minutes|hours|days|hour|day)|not (?:too |very )?long(?: now| from now)?|(?:won't|will not|shouldn't|should not) (?:be|take) (?:too |very |that |much )?long(?:er)?|long before|within (?:minutes|hours|days|moments|seconds|the hour|the day|the week|the next few)|in (?:minutes|hours|moments|seconds)|hours,? not days|minutes,? not hours)(?! as\b)\b",
)
REPAIR = re.compile(
    r"\b(?:(?:be|is|are|'re|'s|get|gets|have (?:it|this|that|you|them|everything|things|all of it|the \w+)|get (?:it|this|that|you|them|everything|things|all of it|the \w+)|bring (?:it|this|everything|things|the \w+)|everything|things|all)(?: all| fully| completely| finally| properly)? (?:working|running|ready|correct|fine|normal|right|okay|ok|live|up|well|smooth|sorted|usable|available|accessible|reachable|stable|healthy|back)\b|(?:hot)?fix(?:e[sd])?|fixing|repair(?:ed|s|ing)?|resolv(?:e[sd]?|ing)|resolution|workaround|work-around|patch(?:ed|es)?|solution|solv(?:ed|e[sd]?|ing)|remed(?:y|ied)|rectif(?:y|ied)|correct(?:ed|ion)|backfill(?:ed|s|ing)?|re-?process(?:ed|es|ing)?|replay(?:ed|ing)?|re-?sync(?:ed|hroni[sz]ed)?|restor(?:e[sd]?|ing|ation)|recover(?:ed|y|s)?|reinstat\w+|re-?connect(?:ed|s)?|re-?enabled?|unblock(?:ed)?|resum(?:e[sd]?|ing|ption)|restart(?:ed|s)?|re-?start|re-?open(?:ed|s)?"
    r"|back (?:up|online|on ?line|on|in (?:action|business|order|service|operation)|to normal|to (?:full|business)|on (?:track|its feet|your feet|stream|the air)|with you|running|working|live|again|for you|and running|at full)|(?:are|is|be|get|have|has|'re|'s|come|comes|coming|bring|bringing|brought|have (?:it|this|you|everything|things)|get (?:it|this|you|everything|things)|put (?:it|this|everything)) back\b|return(?:s|ed|ing)? to (?:normal|service|full)|normal(?:ity|ised|ized)? (?:service|operation|again|sending|again)|(?:full|normal|regular) service|things (?:will|should) be normal|up and running|up again|running (?:again|normally|smoothly|as)|work(?:s|ing)? (?:again|normally|properly|as (?:normal|expected|usual|before))|sort(?:ed)?(?: out| this| it| that)?(?=\b)|sorting|operational|functional|functioning|healthy|stable again|available again|accessible again|usable|good to go|good as new|all clear|in the clear|clear(?:ed)? (?:up|the backlog)|caught up|catch(?:es)? up|catching up|flow(?:s|ing)? (?:again|normally)|send(?:s|ing)? (?:again|normally)|sync(?:s|ing|ed)? (?:again|normally)|deliver(?:ed|y|ing)? (?:again|normally)|live(?: again)?|deploy(?:ed|ing|s|ment)?|roll(?:ed|ing|s)? out|roll-?out|ship(?:ped|s|ping)?|put right|set right|ironed out|straighten(?:ed)? out|mended|squared away|wrapped up|wrap (?:this|it|things) up|behind us|over with|done(?: with)?|finish(?:ed|es)?|complet(?:e[sd]?|ion)|end of (?:this|it|the (?:outage|issue|problem|incident))|outage (?:will|should) (?:end|be over)|(?:be|is) over\b|in place|cleared?|be (?:able|free) to|have access|access again|get through it|taken care of|handled|dealt with|addressed|nailed|crack(?:ed)? it|lick(?:ed)? it|eliminated|gone(?=\b)|go(?:es)? away|pass(?:es)? (?:by|within)|pick(?:s|ed)? up (?:again|where)|start(?:s|ed)? (?:again|sending|working|flowing|syncing)|refreshed|rebuilt|imported again|go(?:es)? out(?= by| before| in| with| to| to| this| to|\b)|be sent|be delivered|arrive|come(?:s)? through|flow\b|load\b|turn(?:ed)? (?:back )?on|switch(?:ed)? (?:back )?on|lifted|reactivated|re-?established|catch-up|cut ?over|go(?:es)? live|log ?in|relief|up to date|clean(?:ed)? up|tid(?:y|ied) up|removed|undone|reversed|re-?run|re-?sent|replaced|in (?:full )?working order|shipshape)\b",
)
# Words that only say that something comes back when the sentence speaks of what was held up.
WEAK = re.compile(
    r"^(?:go(?:es)? out|be sent|be delivered|arrive|comes? through|flow|load|handled|log ?in|gone|live|clear(?:ed)?|finish(?:ed|es)?|complet\w+|done|be (?:able|free) to|up to date|addressed|refreshed|relief|correct(?:ed|ion)|lifted|healthy|ship\w*|solution)$"
)
HELD = re.compile(
    r"\b(?:again|queued?|delayed|backlog|held|missing|remaining|paused|outstanding|stuck|normal(?:ly)?|rest of|waiting|catch|everything|it|this|that|service|sending|sync|emails?|leads?|campaigns?|you|we|all|issue|problem|data|reports?|dashboard|numbers|contacts|records|messages|work)\b"
)
INFORM = re.compile(
    r"\b(?:updat(?:e[sd]?|ing)|let(?:ting)? you know|keep(?:ing)? you (?:posted|informed|updated|in the loop|up to date|abreast)|get(?:ting)? back to you|(?:be |get |stay )?in (?:touch|contact)|touch base|writ(?:e|ing)(?: to you| again| back)?|report(?:ing)?(?: back| to you)?|inform(?:ing)?|tell(?:ing)? you|shar(?:e|ing)(?: (?:more|what|another|an|the (?:outcome|results?|findings|news|next)))|send(?:ing)? (?:you )?(?:an?|another|our|further|the next|more|word|out an?)\b ?(?:\w+ )?(?:update|summary|report|note|e?mail|letter|message|news|word|status)?|hear(?:ing)?|follow(?:ing)? up|call(?:ing)? (?:you|back)|phone you|ring you|post(?:ing)? (?:an?|the|another|our) (?:\w+ )?(?:update|note|status|message)|notif(?:y|ying|ication)|confirm(?:ing|s|ation)?|next (?:update|check|report|message|note|review|letter|e-?mail|news|status|step|one)|check(?:s|ed|ing)?(?: (?:again|back|in|it|on|every))?|check-?in|monitor(?:s|ing|ed)?|watch(?:es|ing|ed)?|keep(?:ing)? (?:a close )?(?:an )?eye|observ\w+|re-?test(?:ing)?|test(?:s|ing)?|review(?:s|ing)?|verif(?:y|ies|ying|ication)|look(?:ing)? (?:again|at (?:this|it|them) again)|maintenance(?: window| work)?|meet(?:ing)?|investigat\w+|assess\w*|re-?evaluat\w+|revisit|circulat\w+|provid(?:e|ing) (?:you )?(?:with )?(?:an?|another|more|further)|come back to you|back to you|back in touch|back with (?:an?|more|another|news|you with|further)|(?:more|further|any) (?:news|information|details)|news|respond|reply|repl(?:y|ies) to|answer|support (?:desk|line|team) (?:is|are) (?:open|available)|available (?:from|until|till|between|on|for)|reach us|reachable|postmortem|post-mortem|written (?:report|summary|account)|summary|window|status page|line is open|stand(?:ing)? by|on call|observation|sample|gather\w*|collect\w*|decide|decision|speak|talk|analys\w+|read(?:ing)? the logs)\b",
)
FUTURE = re.compile(
    r"(?:\b(?:shouldn't|wouldn't|shoud|wil|will|shall|should|won't|going to|gonna|expect(?:s|ed|ing)?|expectation|hop(?:e|es|ing|eful)|hopefully|aim(?:s|ing|ed)?|plan(?:s|ned|ning)?|intend|target(?:ing|ed)?|look(?:s|ing)? (?:at|good|set|to)|on (?:track|course|schedule|target)|estimat\w+|anticipat\w+|predict\w*|forecast\w*|promis\w+|guarantee\w*|commit\w*|confiden\w+|eta|due|scheduled|slated|set to|about to|ought to|might|may|could|can|would|want|trying|try|to be|need|needs|takes?|require|told|assured?|reckon|likely|goal|deadline|optimistic|ready|trust|count on|rest assured|rely|bet|push(?:ing)? (?:to|for)|work(?:ing)? (?:to|towards)|close to|nearly|almost|not far|away from|has to|have to|must|supposed|give us|allow|bear with|hang (?:on|tight)|hold on|wait|think|believe|say|says|figure|guess|timeline|timeframe|time ?frame|window for|is a|'s a|feel|sure|certain|before you know|in sight|promise)\b|'ll\b|'d\b)",
)
PRESENT = re.compile(
    r"\b(?:goes|comes|returns|resumes|lands|ships|arrives|finishes|completes|starts|ends|is|are|'re|'s|be|get|gets|fixing|restoring|deploying|rolling|shipping|having|bringing|back|fix|workaround|backfill|restart|resolution)\b"
)
PAST = re.compile(
    r"\b(?:was|were|had|has been|have been|has (?:now |since |already )?\w+ed|have (?:now |since |already )?\w+ed|took|lasted|since|ago|yesterday|last (?:night|week|month)|earlier (?:today|this)|as of|already|did|(?:we|i|they|it|he|she|team|engineers?|service|sync|sending|imports?|delivery|emails?|messages|records|syncing|reports?|dashboard|everything|which|and|that|who) (?:then |now |also |all |fully )?(?:fixed|resolved|restored|resumed|repaired|deployed|completed|finished|recovered|returned|restarted|replayed|backfilled|started|began|went|came|ran|sent|held|stayed|ended|reconnected|caught up|stopped|cleared|brought|put|got|switched|rolled))\b",
)
# Said of what is not known or not promised.
# A plain future: whatever it governs is still to come.
COMING = re.compile(
    r"(?:\b(?:shouldn't|shoud|will(?! not have to)|shall|should|going to|gonna|expect(?:s|ed|ing)?|hop(?:e|es|ing|eful)|hopefully|aim(?:s|ing)?|plans? (?:is )?to|intends?|on track|anticipat\w+|estimat\w+|promis\w+|guarantee\w*|confident|ought to|optimistic|looking at|due (?:back|to)|scheduled to|set to|fingers crossed|with (?:a bit of |any |some )?luck|barring|all being well|if all goes well|bound to|no later than|by then)\b|'ll\b)"
)
# The future of other things: what stays as it is, what we do beside the repair, what the client is asked.
BESIDE = re.compile(
    r"(?:^|\b)(?:(?:will|'ll|shall|should|going to|to)(?: \w+)? (?:stay|remain|keep|continue|hold|pause|be (?:closed|paused|kept|away|watching|affected|charged|billed|open|available|here|present|on)|join|work on|help|discuss|explain|go through|count|compare|ask|send you|attend|publish|stand|see (?:that|no)|be in|start (?:looking|with)|need you|receive (?:an?|our|the)|get (?:an?|our) (?:e?mail|letter|message|note|report|update)|find|not)|please|^\W*your (?:\w+ )?(?:campaign|launch|webinar|event|meeting|demo|send|mailing) (?:is|starts?|begins?|was|takes place)|could you|can you|would you|let us know|would like|you (?:can|may|might|could)|if you)\b"
)
HAPPENED = re.compile(
    r"\b(?:(?!expected|scheduled|estimated|planned|promised|need|indeed|based|fixed\b|resolved\b|restored\b|repaired\b|sorted\b|completed\b|cleared\b|finished\b)[a-z]{3,}ed|began|ran|went|came|sent|took|saw|found|held|kept|lost|fell|rose|wrote|told|did|was|were|had)\b"
)
# How long something takes to arrive or to load is an effect, and may be hedged.
LOADING = re.compile(
    r"\b(?:may|might|can|could) (?:\w+ )?takes?\b.*\b(?:load|arrive|appear|show|open|refresh|for (?:the|a|your|some) \w+ to)\b"
)
NEGATED = re.compile(
    r"\b(?:(?:do not|don't|cannot|can't|can not|could not|couldn't|won't|will not|unable to|not able to|not in a position to|not going to|would rather not|prefer not to|too early to|too soon to|hesitate to|wary of|never|nor) (?:yet |want to |like to |wish to |be able to |currently |honestly |going to )*(?:know|say|tell|give|giving|promise|promising|estimat\w+|commit\w*|guess|predict|have (?:an?|any)|provide|put|offer|speculate|name|set|quote|guarantee|confirm)|no (?:eta|estimate|firm time|time(?:line|frame)? (?:yet|for)|promise|fixed time|date|reliable estimate)|without (?:an eta|promising|committing|a time)|not yet (?:know|clear|certain|sure|able)|n't (?:yet )?(?:know|have) (?:\w+ ){0,3}(?:when|how long|time|eta|estimate)|(?:asked|ask|asking|wondered|wanted to know) (?:\w+ ){0,2}(?:whether|when|if|how)|unknown)\b",
)
CONDITION = re.compile(
    r"\b(?:as soon as|once|when(?:ever)?|until|unless|if|after|whether|while|how|so that|in case|should you|the moment|the minute)\s+(?:[\w'-]+\s+){0,6}?$"
)
ABOUT = re.compile(
    r"\b(?:updates?|news|progress|word|details|information|report|status|summary|note|work(?:ing)?|works?|more|confirmation|result|results|outcome|effect|testing|tests?|findings|letter|tested|checks?|checking|monitor(?:ing)?|watch(?:ing)?|verify(?:ing)?)\s+(?:on|about|of|towards?|for|regarding|concerning|with|to|a|an|the|our|this|that)\s+(?:the |a |an |our |this |your |its |that )?(?:[\w-]+\s+){0,3}?$"
)
NEAR = re.compile(
    r"\b(?:(?:nearly|almost|just about|practically|very nearly) (?:there|done|fixed|finished|resolved|ready|complete|back|restored|over|sorted|through)|close to (?:a |an |the |being |having |getting )?(?:fix\w*|resol\w+|done|finish\w*|back|solution|restor\w+|complet\w+|workaround|it|this|sorted|sorting|recover\w*)|(?:just )?(?:around|round) the corner|(?:on|in|into|entering) the (?:home|final) (?:stretch|straight)|final(?:ly)? (?:stages|stretch|steps|touches) of|(?:a |the )?(?:fix|resolution|solution|end|finish|workaround|repair|recovery) (?:is |are )?(?:now )?(?:in sight|imminent|close|near|at hand|within reach|on (?:its|the) way|minutes away|hours away|not far(?: off| away)?|nearby|moments away)|not far (?:off|away|from)|within reach|minutes away|hours away|moments away|any (?:minute|moment|second) now|(?:will be|be|is|are|'ll be) (?:fixed|back|resolved|sorted|restored|up|running|live) in no time|light at the end of the tunnel|(?:won't|will not|shouldn't) (?:be|take) (?:too |very |that |much )?long(?:er)?|not long now|before you know it|the worst is (?:over|behind)|eta\W{0,3}(?:(?:is|of|for|at|by|stands|currently|now|remains|about|around|still)\b|\d+)|in no time(?: at all)?|(?:a|only a|just a) (?:matter|question) of (?:minutes|hours|days|moments|time)|(?:an?|one) (?:hour|day|morning|afternoon|evening|night|minute)'s work|(?:the )?end is in sight|in a jiffy|two shakes|as good as (?:done|fixed)|nearing (?:a |the )?(?:fix|resolution|completion|end)|quick fix)\b",
)
TAKES = re.compile(
    r"\b(?:take|takes|taking|need|needs|require|requires|give (?:us|it|them)|allow|wait|bear with us|hang (?:on|tight)|hold on|looking at|look at|expect|told|says?|said|estimate[sd]?|reckons?|thinks?|quoted?|count on|down for|disrupt\w+|outage|downtime|more like|timeline|timeframe|time ?frame|deadline|goal|target|aim)\b"
)
MOST = re.compile(r"\b(?:at (?:the )?most|tops|max(?:imum)?|at the outside|to go|from now)\b")
TIMELESS = re.compile(
    r"\bas (?:soon|quickly|fast|early) as (?:we |is |humanly |it |they )*(?:possible|can|can be|is)\b|\bas soon as\b|\bsooner\b|\bsoonest\b|\b(?:24/7|around the clock|round the clock)\b"
)


HINT = re.compile(
    r"\d|soon|short|moment|eta\b|imminent|long|minute|hour|\bday|today|week|month|night|morning|evening|noon|tomorrow|eod|cob|before|by the|\bby\b|time|close|near|almost|way\b|corner|stretch|sight|away|presently|right|late|good as|quick fix|worst|light at|jiffy|until|till|immediate|instant|first thing|o'?clock|lunch|fin(?:al|ish)|straight|shakes|weekend|[a-z]+day\b"
)


def promises(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of one sentence that promise a time; `text` is plain (see reading)."""
    if not HINT.search(text, start, end):
        return
    sentence = TIMELESS.sub(lambda match: "~" * len(match[0]), text[start:end])
    if sentence.rstrip().endswith("?") and not FUTURE.search(sentence):
        return
    negated = NEGATED.search(sentence)
    found: list[tuple[int, int]] = []
    acts = Acts(sentence)
    for match in NEAR.finditer(sentence):
        if (
            not negated
            and not acts.informs(match.start())
            and not (PAST.search(sentence) and not FUTURE.search(sentence))
        ):
            found.append(match.span())
    for match in TIME.finditer(sentence):
        span = _governed(sentence, match, acts)
        if span is not None and not (negated and negated.start() < match.start()):
            found.append(span)
    if found:
        low, high = min(one[0] for one in found), max(one[1] for one in found)
        yield start + low, start + high


class Acts:
    """The repairs and the acts of telling, checking and watching of one sentence, found once and only when asked."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    @cached_property
    def repairs(self) -> list[re.Match[str]]:
        return list(_repairs(self.sentence))

    @cached_property
    def informing(self) -> list[re.Match[str]]:
        return list(INFORM.finditer(self.sentence))

    def informs(self, place: int) -> bool:
        """Whether the nearest act before a place is to tell, check or watch."""
        acts = [match for match in (*self.repairs, *self.informing) if match.end() <= place]
        last = max(acts, key=lambda match: match.start(), default=None)
        return last is not None and last in self.informing


def _repairs(sentence: str) -> Iterator[re.Match[str]]:
    for match in REPAIR.finditer(sentence):
        before = sentence[: match.start()]
        if CONDITION.search(before[-60:]) or ABOUT.search(before[-60:]):
            continue
        if WEAK.match(match[0]) and not HELD.search(sentence.replace(match[0], "")):
            continue
        yield match


def _governed(sentence: str, time: re.Match[str], acts: Acts) -> tuple[int, int] | None:
    """The span from the repair to its time, when a repair that is still to come governs this time."""
    if LOADING.search(sentence):
        return None
    repairs, informs = acts.repairs, acts.informing
    before = [m for m in (*repairs, *informs) if m.end() <= time.start() + 1]
    act = max(before, key=lambda match: (match.end(), match.start()), default=None)
    if act is None:
        after = [m for m in (*repairs, *informs) if m.start() >= time.end() - 1]
        act = min(after, key=lambda match: match.start(), default=None)
        opening = len(sentence[: time.start()].split()) <= 6
        if act is not None and not opening:
            act = None
    if act is None:
        return _taken(sentence, time) or _coming(sentence, time)
    if act in informs:
        return None
    past, future = PAST.search(sentence), FUTURE.search(sentence)
    clause = _clause(sentence, act, time)
    if PAST.search(clause) and not FUTURE.search(clause):
        return None
    if (
        HAPPENED.search(clause)
        and not COMING.search(sentence)
        and not FUTURE.search(clause.replace("is ", "").replace("are ", ""))
    ):
        return None
    if not future and (
        past
        or not PRESENT.search(sentence)
        or (
            re.match(r"(?:at|on|for|from|about|around|between|over|during|after)\b", time[0])
            and not re.search(
                r"\b(?:goes|comes|returns|resumes|lands|ships|arrives|finishes|completes|starts|ends|is|are|back)\b",
                clause,
            )
        )
    ):
        return None
    if (
        re.match(r"(?:for|over|during|after|from|since)\b", time[0])
        and not re.match(r"for (?:your|tomorrow|tonight|today|this|next|the)", time[0])
        and not FUTURE.search(clause)
    ):
        return None
    return min(act.start(), time.start()), max(act.end(), time.end())


def _coming(sentence: str, time: re.Match[str]) -> tuple[int, int] | None:
    """A plain future with a time and nothing that is told, checked or watched: whatever it is, it is promised."""
    coming = COMING.search(sentence)
    if coming is None or BESIDE.search(sentence) or re.match(r"(?:for|over|during|since)\b", time[0]):
        return None
    return min(coming.start(), time.start()), max(coming.end(), time.end())


def _clause(sentence: str, act: re.Match[str], time: re.Match[str]) -> str:
    """The words around an act and its time, as far as the marks and conjunctions that end a clause."""
    low, high = min(act.start(), time.start()), max(act.end(), time.end())
    left = max(
        (
            match.end()
            for match in re.finditer(
                r"[;:]|\s-\s|, (?:and|but|so|while|although|which)\b|\band (?:we|it|they|i|you|will)\b|\bbut\b",
                sentence[:low],
            )
        ),
        default=0,
    )
    right = re.search(r"[;:]|\s-\s|, (?:and|but|so|while|although)\b|\bbut\b", sentence[high:])
    return sentence[left : high + right.start() if right else len(sentence)]


def _taken(sentence: str, time: re.Match[str]) -> tuple[int, int] | None:
    """“It should take an hour”, “two hours at most”: a length of time with nothing to govern it."""
    if PAST.search(sentence) and not FUTURE.search(sentence):
        return None
    if MOST.search(time[0]):
        return time.span()
    takes = TAKES.search(sentence)
    if takes is None or (HAPPENED.search(sentence) and not COMING.search(sentence) and "told" not in sentence):
        return None
    if not FUTURE.search(sentence):
        return None
    subject = sentence[: takes.end()]
    if re.search(
        r"\b(?:emails?|messages|pages?|contacts|reports?|numbers|leads|lists?|searches|imports?|deliver(?:y|ies)) (?:may|might|could|can)\b",
        subject,
    ):
        return None
    if re.search(
        r"\b(?:it|this|that|fix|repair|work|engineers?|we|they|team|i|me|us|he|she|timeline|timeframe|goal|target|vendor|provider|estimate|everything|things|wait|outage|downtime|disruption|please|you|another|currently|now|people|colleagues?|technicians?|developers?)\b",
        subject,
    ):
        return min(takes.start(), time.start()), time.end()
    return None
