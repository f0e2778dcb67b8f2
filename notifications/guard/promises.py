"""A time, or nearness, for a fix, a workaround, a backfill or being back (B-44, B-133, C-29). Pure.

A time belongs to the act that governs it: the nearest one before it in the sentence, or, where it opens the
sentence, the first one after it. A repair that is still to come makes it a promise; an update, a check or the past do not.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from notifications.guard.times import LENGTH, TIME

REPAIR = re.compile(
    r"\b(?:(?:be|is|are|'re|'s|get|gets|have (?:it|this|that|you|them|everything|things|all of it|the \w+)|get (?:it|this|that|you|them|everything|things|all of it|the \w+)|bring (?:it|this|everything|things|the \w+)|everything|things|all)(?: all| fully| completely| finally| properly)? (?:working|running|ready|correct|fine|normal|right|okay|ok|live|up|well|smooth|sorted|usable|available|accessible|reachable|stable|healthy|back)\b|(?:hot)?fix(?:e[sd])?|fixing|repair(?:ed|s|ing)?|resolv(?:e[sd]?|ing)|resolution|workaround|work-around|patch(?:ed|es)?|solution|solv(?:ed|e[sd]?|ing)|remed(?:y|ied)|rectif(?:y|ied)|correct(?:ed|ion)|backfill(?:ed|s|ing)?|re-?process(?:ed|es|ing)?|replay(?:ed|ing)?|re-?sync(?:ed|hroni[sz]ed)?|restor(?:e[sd]?|ing|ation)|recover(?:ed|y|s)?|reinstat\w+|re-?connect(?:ed|s)?|re-?enabled?|unblock(?:ed)?|resum(?:e[sd]?|ing|ption)|restart(?:ed|s)?|re-?start|re-?open(?:ed|s)?"
    r"|back (?:up|online|on ?line|on|in (?:action|business|order|service|operation)|to normal|to (?:full|business)|on (?:track|its feet|your feet|stream|the air)|with you|running|working|live|again|for you|and running|at full)|(?:are|is|be|get|have|has|'re|'s|come|comes|coming|bring|bringing|brought|have (?:it|this|you|everything|things)|get (?:it|this|you|everything|things)|put (?:it|this|everything)) back\b|return(?:s|ed|ing)? to (?:normal|service|full)|normal(?:ity|cy)? returns?|normal(?:ity|ised|ized)? (?:service|operation|again|sending|again)|(?:full|normal|regular) service|things (?:will|should) be normal|up and running|up again|running (?:again|normally|smoothly|as)|work(?:s|ing)? (?:again|normally|properly|as (?:normal|expected|usual|before))|sort(?:ed)?(?: out| this| it| that)?(?=\b)|sorting|operational|functional|functioning|healthy|stable again|available again|accessible again|usable|good to go|good as new|all clear|in the clear|clear(?:ed)? (?:up|the backlog)|caught up|catch(?:es)? up|catching up|flow(?:s|ing)? (?:again|normally)|send(?:s|ing)? (?:again|normally)|sync(?:s|ing|ed)? (?:again|normally)|deliver(?:ed|y|ing)? (?:again|normally)|live(?: again)?|deploy(?:ed|ing|s|ment)?|roll(?:ed|ing|s)? out|roll-?out|ship(?:ped|s|ping)?|put right|set right|ironed out|straighten(?:ed)? out|mended|squared away|wrapped up|wrap (?:this|it|things) up|behind us|over with|done(?: with)?|finish(?:ed|es)?|complet(?:e[sd]?|ion)|end of (?:this|it|the (?:outage|issue|problem|incident))|outage (?:will|should) (?:end|be over)|(?:be|is) over\b|in place|cleared?|be (?:able|free) to|have access|access again|get through it|taken care of|handled|dealt with|addressed|nailed|crack(?:ed)? it|lick(?:ed)? it|eliminated|gone(?=\b)|go(?:es)? away|pass(?:es)? (?:by|within)|pick(?:s|ed)? up (?:again|where)|start(?:s|ed)? (?:again|sending|working|flowing|syncing)|refreshed|rebuilt|imported again|go(?:es)? out(?= by| before| in| with| to| to| this| to|\b)|be sent|be delivered|arrive|come(?:s)? through|flow\b|load\b|turn(?:ed)? (?:back )?on|switch(?:ed)? (?:back )?on|lifted|reactivated|re-?established|catch-up|cut ?over|go(?:es)? live|log ?in|relief|up to date|clean(?:ed)? up|tid(?:y|ied) up|removed|undone|reversed|re-?run|re-?sent|replaced|in (?:full )?working order|shipshape)\b",
)
# Words that only say that something comes back when the sentence speaks of what was held up.
WEAK = re.compile(
    r"^(?:go(?:es)? out|be sent|be delivered|arrive|comes? through|flow|load|handled|log ?in|gone|live|clear(?:ed)?|finish(?:ed|es)?|complet\w+|done|be (?:able|free) to|up to date|addressed|refreshed|relief|correct(?:ed|ion)|lifted|healthy|ship\w*|solution)$"
)
HELD = re.compile(
    r"\b(?:again|queued?|delayed|backlog|held|missing|remaining|paused|outstanding|stuck|normal(?:ly)?|rest of|waiting|catch|everything|it|this|that|service|sending|sync|emails?|leads?|campaigns?|you|we|all|issue|problem|data|reports?|dashboard|numbers|contacts|records|messages|work)\b"
)
INFORM = re.compile(
    r"\b(?:updat(?:e[sd]?|ing)|let(?:ting)? you know|keep(?:ing)? you (?:posted|informed|updated|in the loop|up to date|abreast)|get(?:ting)? back to you|(?:be |get |stay )?in (?:touch|contact)|touch base|writ(?:e|ing)(?: to you| again| back)?|report(?:ing)?(?: back| to you)?|inform(?:ing)?|tell(?:ing)? you|shar(?:e|ing)(?: (?:more|what|another|an|the (?:outcome|results?|findings|news|next)))|send(?:ing)? (?:you )?(?:an?|another|our|further|the next|more|word|out an?)\b ?(?:\w+ )?(?:update|summary|report|note|e?mail|letter|message|news|word|status)?|hear(?:ing)?|follow(?:ing)? up|call(?:ing)? (?:you|back)|(?:a|the|our|short|quick|brief) call\b|phone you|ring you|post(?:ing)? (?:an?|the|another|our) (?:\w+ )?(?:update|note|status|message)|notif(?:y|ying|ication)|confirm(?:ing|s|ation)?|next (?:update|check|report|message|note|review|letter|e-?mail|news|status|step|one)|check(?:s|ed|ing)?(?: (?:again|back|in|it|on|every))?|check-?in|monitor(?:s|ing|ed)?|watch(?:es|ing|ed)?|keep(?:ing)? (?:a close )?(?:an )?eye|observ\w+|re-?test(?:ing)?|test(?:s|ing)?|review(?:s|ing)?|verif(?:y|ies|ying|ication)|look(?:s|ing)? (?:again|into|at (?:this|it|them|the|each|every|your|how|what|all)\b)|maintenance(?: window| work)?|meet(?:ing)?|investigat\w+|assess\w*|re-?evaluat\w+|revisit|circulat\w+|provid(?:e|ing) (?:you )?(?:with )?(?:an?|another|more|further)|come back to you|back to you|back in touch|back with (?:an?|more|another|news|you with|further)|(?:more|further|any) (?:news|information|details)|(?<!good )(?<!great )(?<!better )news|respond|reply|repl(?:y|ies) to|answer|support (?:desk|line|team) (?:is|are) (?:open|available)|available (?=from|until|till|between|on|for)|reach us|reachable|postmortem|post-mortem|written (?:report|summary|account)|summary|window|status page|line is open|stand(?:ing)? by|on call|you(?:'ll| will| can)? (?:\w+ )?(?:receive|get|have|read|find|expect) (?:\w+ ){0,4}(?:timeline|report|account|summary|letter|list|findings|copy|answers?|write-up|explanation|update|note|details|documentation)\b|(?:another|next|further|final|short|longer|full|fuller|proper|new|daily|evening|morning|closing) (?:\w+ )?(?:note|message|letter|e-?mail|word|account|news)|(?:note|message|letter|e-?mail|word|news|mail) from (?:us|me)|observation|sample|gather\w*|collect\w*|decide|decision|speak|talk|analys\w+|read(?:ing)? the logs)\b",
)
# A restart at an hour is an act of maintenance; to be restarted is to come back.
MAINTAINS = re.compile(
    r"\b(?:an?|one|brief|short|quick|planned|scheduled|this|that|the) (?:\w+ )?(?:restart|reboot)s?\b"
)
FUTURE = re.compile(
    r"(?:\b(?:shouldn't|wouldn't|shoud|wil|will|shall|should|won't|going to|gonna|expect(?:s|ed|ing)?|expectation|hop(?:e|es|ing|eful)|hopefully|aim(?:s|ing|ed)?|plan(?:s|ned|ning)?|intend|target(?:ing|ed)?|look(?:s|ing)? (?:at|good|set|to)|on (?:track|course|schedule|target)|estimat\w+|anticipat\w+|predict\w*|forecast\w*|promis\w+|guarantee\w*|commit\w*|confiden\w+|eta|due|scheduled|slated|set to|about to|ought to|might|may|could|can|would|want|trying|try|to be|need|needs|takes?|require|told|assured?|reckon|likely|goal|deadline|optimistic|ready|trust|count on|rest assured|rely|bet|push(?:ing)? (?:to|for)|work(?:ing)? (?:to|towards)|close to|nearly|almost|not far|away from|has to|have to|must|supposed|give us|allow|bear with|hang (?:on|tight)|hold on|wait|think|believe|say|says|figure|guess|timeline|timeframe|time ?frame|window for|is a|'s a|feel|sure|certain|before you know|in sight|promise)\b|'ll\b|'d\b)",
)
PRESENT = re.compile(
    r"\b(?:goes|go|returns?|comes|returns|resumes|lands|ships|arrives|finishes|completes|starts|ends|is|are|'re|'s|be|get|gets|fixing|restoring|deploying|rolling|shipping|having|bringing|back|fix|workaround|backfill|restart|resolution)\b"
)
PAST = re.compile(
    r"\b(?:was|were|had|has been|have been|has (?:now |since |already )?\w+ed|have (?:now |since |already )?\w+ed|took|lasted|since|ago|yesterday|last (?:night|week|month)|earlier (?:today|this)|as of|already|did|(?:we|i|they|it|he|she|team|engineers?|service|sync|sending|imports?|delivery|emails?|messages|records|syncing|reports?|dashboard|everything|which|and|that|who) (?:then |now |also |all |fully )?(?:fixed|resolved|restored|resumed|repaired|deployed|completed|finished|recovered|returned|restarted|replayed|backfilled|started|began|went|came|ran|sent|held|stayed|ended|reconnected|caught up|stopped|cleared|brought|put|got|switched|rolled))\b",
)
# Said of what is not known or not promised.
# A plain future: whatever it governs is still to come.
COMING = re.compile(
    r"(?:\b(?:shouldn't|shoud|will(?! not have to)|shall|should|going to|gonna|expect(?:s|ed|ing)?|hop(?:e|es|ing|eful)|hopefully|aim(?:s|ing)?|plans? (?:is )?to|intends?|on track|anticipat\w+|estimat\w+|promis\w+|guarantee\w*|confident|ought to|optimistic|looking at|due (?:back|to)|scheduled to|set to|fingers crossed|with (?:a bit of |any |some )?luck|barring|pencil\w*|all being well|if all goes well|bound to|no later than|by then)\b|'ll\b)"
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
    r"\b(?:(?:nearly|almost|just about|practically|very nearly) (?:there|done|fixed|finished|resolved|ready|complete|back|restored|over|sorted|through)|close to (?:a |an |the |being |having |getting )?(?:fix\w*|resol\w+|done|finish\w*|back|solution|restor\w+|complet\w+|workaround|it|this|sorted|sorting|recover\w*)|(?:just )?(?:around|round) the corner|(?:on|in|into|entering) the (?:home|final) (?:stretch|straight)|final(?:ly)? (?:stages|stretch|steps|touches) of|(?:a |the )?(?:fix|resolution|solution|end|finish|workaround|repair|recovery) (?:is |are )?(?:now )?(?:in sight|imminent|close|near|at hand|within reach|on (?:its|the) way|minutes away|hours away|not far(?: off| away)?|nearby|moments away)|not far (?:off|away|from)|within reach|minutes away|hours away|moments away|any (?:minute|moment|second) now|(?:will be|be|is|are|'ll be) (?:fixed|back|resolved|sorted|restored|up|running|live) in no time|light at the end of the tunnel|(?:won't|will not|shouldn't) (?:be|take) (?:too |very |that |much )?long(?:er)?|not long now|before you know it|the worst is (?:over|behind)|eta\W{0,3}(?:(?:is|of|for|at|by|stands|currently|now|remains|about|around|still)\b|\d+)|in (?:next to )?no time(?: at all)?|(?:a|only a|just a) (?:matter|question) of (?:minutes|hours|days|moments|time)|(?:an?|one) (?:hour|day|morning|afternoon|evening|night|minute)'s work|(?:the )?end is in sight|in a jiffy|two shakes|as good as (?:done|fixed)|nearing (?:a |the )?(?:fix|resolution|completion|end)|quick fix|sooner than (?:you|we|anyone)|(?:\w+)[- ](?:minute|hour|day|week) (?:job|fix|task|repair|affair|matter)\b|(?:will not|won't|not going to) miss (?:your|the) [\w-]+)\b",
)
TAKES = re.compile(
    r"\b(?:take|takes|taking|need|needs|require|requires|give (?:us|it|them)|allow|wait|bear with us|hang (?:on|tight)|hold on|looking at|look at|expect|told|says?|said|estimate[sd]?|reckons?|thinks?|quoted?|count on|down for|disrupt\w+|outage|downtime|more like|timeline|timeframe|time ?frame|deadline|goal|target|aim)\b"
)
MOST = re.compile(r"\b(?:at (?:the )?most|tops|max(?:imum)?|at the outside|to go|from now)\b")
TIMELESS = re.compile(
    r"\bas (?:soon|quickly|fast|early) as (?:we |is |humanly |it |they )*(?:possible|can|can be|is)\b|\bas soon as\b|\bsooner\b(?! than)|\bsoonest\b|\b(?:24/7|around the clock|round the clock)\b"
)


# “I'd be surprised if it isn't fixed by five” says that it will be.
DOUBLED = re.compile(
    r"(?:'d|would|will|'ll) be (?:\w+ )?(?:surprised|amazed|astonished|disappointed|shocked) if (?:[\w']+ ){1,6}?(?:isn't|aren't|wasn't|weren't|doesn't|don't|didn't|hasn't|haven't|(?:is|are|was|were|has|have) not)"
)
# It will not last longer than that: a length of time, promised from its far end.
LASTING = re.compile(
    r"(?:n't|\bnot|\bno|\bnobody|\bno one|\bnone of us|\bnever|\bhardly|\bunlikely|\bdoubt) (?:\w+ ){0,4}?(?:to )?(?:last|take|be down|be (?:gone|away|out|off|without)|go on|run|continue|persist|drag|stretch|extend|wait|need|require|be)(?:ing)? (?:\w+ ){0,3}?(?:beyond|past|longer than|more than|over|into|later than|after|much longer|very long|too long|any longer than|far beyond|much more than|(?:too |very |that |all that |so )?long\b)"
)
FAR = re.compile(r"beyond|past|than|over|into|after|long")
# Somebody puts a figure on it, first or second hand.
ESTIMATE = re.compile(
    r"\b(?:reckons?|reckoned|thinks?|guess(?:es)?|figures?|says?|estimat\w+|quot(?:e|es|ed|ing)|told (?:me|us)|put(?:s|ting)? it at|(?:is|are|'s|'re|we'd be) (?:talking|looking at|thinking)|budget\w*|allow|count(?:ing)? on|speak(?:s|ing)? of|mention(?:s|ed)|ask(?:s|ed)? (?:us )?for|want(?:s|ed)?|need(?:s)?|requires?|asks? for|give (?:us|it|them|me)|wait)\b[^.;]{0,40}?$"
)
# What is finished is itself an act of telling or checking: the review, the account, the maintenance.
TOLD = re.compile(
    r"\b(?:reviews?|write-?ups?|accounts?|reports? on|(?:written|full|detailed|incident|final|interim|first) reports?|summar(?:y|ies)|analys[ie]s|post-?mortems?|investigations?|checks?|tests?|testing|monitoring|verification|maintenance|restarts?|reboots?|meetings?|calls?|updates?|windows?|notes?|letters?|explanations?|answers?|findings|list of|invoices?|survey|training|audit)(?: \w+){0,4}? (?:will|is|are|should|'ll|shall|would|to|ends?|finish\w*|gets?|comes?)(?: \w+){0,3}? ?$"
)
COUNTERFACTUAL = re.compile(r"\b(?:would|could|should|might)(?:n't| not)? have\b|\bhad (?:we|i|it|they|the|you)\b")


ASKS = re.compile(
    r"\W*(?:do|does|did|would|will|shall|should|could|can|may|is|are|which|what|when|how|who|where|why|if)\b"
)
PEOPLE = re.compile(r"\b(?:hand(?:s|ing)? over|takes? over from|join\w*|with you|reached|speak|visit)\b")
# One of these stands in every promise: most sentences are done with a look at them.
_HINTS = (
    "quarter|half|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|fifteen|twenty|thirty|forty|soon|short|moment|eta|imminent|long|minute|hour"
    "|day|week|month|night|morning|evening|noon|tom|tmrw|eod|cob|before|by |time|close|near|almost|way|corner|stretch|sight|away|presently|right"
    "|late|good as|quick|worst|light at|jiffy|until|till|immediate|instant|first thing|lunch|dinner|breakfast|fin|straight|shakes|course|patience|miss|end"
)
HINTS = tuple(_HINTS.split("|"))
DIGIT = re.compile(r"\d")


def promises(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of one sentence that promise a time; `text` is plain (see reading)."""
    sentence = text[start:end]
    if not any(hint in sentence for hint in HINTS) and not DIGIT.search(sentence):
        return
    sentence = TIMELESS.sub(lambda match: "~" * len(match[0]), sentence)
    if sentence.rstrip().endswith("?") and (ASKS.match(sentence) or not FUTURE.search(sentence)):
        return
    if " if " in sentence:
        sentence = DOUBLED.sub(lambda match: " expect ".ljust(len(match[0])), sentence)
    acts = Acts(sentence)
    lasting = LASTING.search(sentence) if FAR.search(sentence) else None
    if lasting is not None and not acts.past and not acts.informs(lasting.end()):
        yield start + lasting.start(), end
        return
    near, times = list(NEAR.finditer(sentence)), list(TIME.finditer(sentence))
    if not near and not times:
        return
    negated = NEGATED.search(sentence)
    found: list[tuple[int, int]] = []
    for match in near:
        if not negated and not acts.informs(match.start()) and (acts.future or not acts.past):
            found.append(match.span())
    for match in times:
        denied = negated and negated.start() < match.start() and " but " not in sentence[negated.end() : match.start()]
        span = None if denied else _governed(sentence, match, acts) or _left_to_come(sentence, match, acts)
        if span is not None:
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
        restarts = [match.span() for match in MAINTAINS.finditer(self.sentence)]
        return [one for one in _repairs(self.sentence) if not any(low <= one.start() < high for low, high in restarts)]

    @cached_property
    def informing(self) -> list[re.Match[str]]:
        return [*INFORM.finditer(self.sentence), *MAINTAINS.finditer(self.sentence)]

    @cached_property
    def past(self) -> bool:
        return PAST.search(self.sentence) is not None

    @cached_property
    def future(self) -> bool:
        return FUTURE.search(self.sentence) is not None

    @cached_property
    def coming(self) -> re.Match[str] | None:
        return COMING.search(self.sentence)

    @cached_property
    def idle(self) -> bool:
        """Nothing here can be promised: how long something loads, or what would have been."""
        if LOADING.search(self.sentence):
            return True
        return COUNTERFACTUAL.search(self.sentence) is not None and self.coming is None

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
    if acts.idle:
        return None
    repairs, informs = acts.repairs, acts.informing
    before = [m for m in (*repairs, *informs) if m.end() <= time.start() + 1]
    act = max(before, key=lambda match: (match.end(), match.start()), default=None)
    if act is None:
        after = [m for m in (*repairs, *informs) if m.start() >= time.end() - 1]
        act = min(after, key=lambda match: match.start(), default=None)
        opening = len(sentence[: time.start()].split()) <= 6
        if act is not None and (not opening or re.search(r";|:\s", sentence[time.end() : act.start()])):
            act = None
    if act is None and PEOPLE.search(sentence):
        return None
    if act is None:
        return _estimated(time, acts) or _taken(time, acts) or _coming(time, acts)
    if act in informs or TOLD.search(sentence[: act.start()]):
        return None
    clause = _clause(sentence, act, time)
    if PAST.search(clause) and not FUTURE.search(clause):
        return None
    if (
        HAPPENED.search(clause)
        and acts.coming is None
        and not FUTURE.search(clause.replace("is ", "").replace("are ", ""))
    ):
        return None
    if not acts.future and (
        acts.past
        or not PRESENT.search(sentence)
        or (
            re.match(r"(?:at|on|for|from|about|around|between|over|during|after)\b", time[0])
            and not re.search(
                r"\b(?:goes?|comes?|returns?|resumes?|lands?|ships?|arrives?|finish(?:es)?|completes?|starts?|ends?|stops?|disappears?|is|are|back)\b",
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


# A time that can only be ahead of us, whatever the tense beside it.
AHEAD = re.compile(
    r"(?:(?:by|before|within|inside|in|another|tonight|tomorrow|shortly|soon|later|next|ahead|first thing|momentarily|presently|before long|very soon|any|with|pencil\w*|over the|in the course|t[- ]?minus|a (?:little|bit) more|at (?:any moment|the latest)|no later|not later|till|until|overnight|this (?:afternoon|evening|week|weekend)|come|in time|on|from|at|around|about)\b|[:=]|.*\b(?:more|further|from now|to go|left|away|out|off|tops|at (?:the )?most|tomorrow|tonight)\b)"
)
# What may have its time said: people who are there, what stays as it is, what belongs to the client, what we do meanwhile.
KEPT = re.compile(
    r"\b(?:stay|stays|remain|remains|keep|keeps|keeping|kept|continu\w+|hold|holds|held|paus\w+|closed|stop(?:s|ped)?|off|open|hand(?:s|ing)? over|tak(?:e|es|ing) over (?:from|for) (?:me|him|her|us|you)|know\b|learn\b|find out|join\w*|(?:be|is|am|are|'m|'re) (?:with you|here|around|at my desk|at work|in the office|by the phone|on shift|on duty|available|reachable|reached|open|back at my desk|at your disposal|asleep|away)|go(?:es|ing)? (?:through|over)|walk\w*|talk|speak|see you|visit|discuss\w*|decid\w+|plan(?:s|ning)? (?:our|the)|ask\w*|help\w*|work(?:s|ing)? (?:on|through|at|all|late|over)|(?:'re|are|is|'s|be|been|people|engineers|team|colleagues) on (?:it|the case|this)\b|counts?|attend\w*|present\w*|train\w*|interview\w*|need (?:your|you)|wait(?:s|ing)? for (?:your|you)|reserved?|book(?:ed|s)?|invit\w+|publish\w*|listen\w*|start(?:s|ing)? (?:looking|reading|checking|testing|reviewing)|begin(?:s|ning)? \w+ing|schedul\w+ (?:a|the|your|our) (?:call|meeting|restart|window|maintenance|review|test|session)|you(?:'ll| will)? (?:may|might|could|can) (?:\w+ )?(?:see|notice|find|get|receive)|will (?:log|ask|prompt|require|interrupt|disconnect|restart)|affected|reduced|delayed|slow\w*|unavailable|down\b|offline|interrupt\w*|late\b|please|let (?:us|me) know|tell us|if you|would you|could you|can you|do you|are you|shall we|should we|your (?:[\w-]+ ){0,2}(?:campaign|launch|webinar|event|meeting|demo|send|mailing|trial|session|call|appointment|newsletter|sale|deadline)s? (?:\w+ ){0,3}(?:is|are|starts?|begins?|takes place|goes out|go out|runs?|ends?|will (?:start|begin|take place))|account manager|contact person|takes? over from|deadline for|expires?|renew\w*|licen[cs]e|subscription|contract|trial)\b"
)
NO_WINDOW = re.compile(
    r"^(?:for|over(?! the weekend| lunch| night)|during|since|between|after|from|until|till|at|on|around|about)\b"
)


def _left_to_come(sentence: str, time: re.Match[str], acts: Acts) -> tuple[int, int] | None:
    """A time ahead in a clause in which nothing is told, checked or kept: whatever comes by then is promised."""
    if acts.idle or AHEAD.match(sentence, time.start(), time.end() + 10) is None:
        return None
    low, high = _piece(sentence, time)
    clause = sentence[low:high]
    if any(kept.search(clause) for kept in (TOLD, INFORM, MAINTAINS, KEPT)):
        return None
    if time[0][0] in ":=" and not acts.repairs:
        return None
    coming = COMING.search(clause) or NEEDED.search(clause)
    if coming is None and (_is_past(clause) or COUNTERFACTUAL.search(clause)):
        return None
    open_ended = NO_WINDOW.match(time[0]) and not OUT.match(sentence, time.end())
    if coming is None and (open_ended or not (VERB.search(clause) or BARE.match(clause))):
        return None
    return low + min(coming.start() if coming else len(clause), time.start() - low), time.end()


def _is_past(clause: str) -> bool:
    """Something was done; “is fixed tomorrow” and “the corrected lists” say no such thing."""
    if PAST.search(clause):
        return True
    return any(
        not BEFORE_PARTICIPLE.search(clause, 0, found.start()) and not MODAL.search(clause, 0, found.start())
        for found in HAPPENED.finditer(clause)
    )


BEFORE_PARTICIPLE = re.compile(
    r"(?:\b(?:be|is|are|being|gets?|getting|'s|'re|the|a|an|all|your|our|these|those|every|each|any|of|with|has|have|and|\w+ly|never|not|re-)|'s|'re) ?-?$"
)
MODAL = re.compile(r"\b(?:can|will|'ll|should|may|might|to|get (?:it|you|this|them)|all being well)\b")
NEEDED = re.compile(
    r"\b(?:needs?|committed to|commit to|pledged|vowed|(?:it|they|we|he|she)'d (?:be|have)|would be|barring|if all goes|all being well|provided)\b"
)
# “Back by 5 pm.”
BARE = re.compile(
    r"\W*(?:all |everything )?(?:back|up|live|done|fixed|ready|sorted|online|working|running|restored|resolved|normal|recovery|fix|full)\b"
)
OUT = re.compile(r"\s+(?:out|away|off|left|to go|from now)\b")
VERB = re.compile(r"\b(?:is|are|be|gets?|goes|go|comes?|\w{3,}s|'ll|need|needs|until|till|and)\b")
PIECES = re.compile(
    r";|:(?=\s)|\s-\s|,|\b(?:but|while|although|though|because|so that|as i|as we)\b|\band (?=(?:we|it|they|i|you|your|the|mail|sending)\b)"
)


def _piece(sentence: str, time: re.Match[str]) -> tuple[int, int]:
    """The clause around a time; the whole sentence when the time stands by itself between its marks."""
    low = max((found.end() for found in PIECES.finditer(sentence, 0, time.start())), default=0)
    right = PIECES.search(sentence, time.end())
    high = right.start() if right else len(sentence)
    alone = len(sentence[low : time.start()].split()) + len(sentence[time.end() : high].split()) < 2
    return (0, len(sentence)) if alone else (low, high)


def _estimated(time: re.Match[str], acts: Acts) -> tuple[int, int] | None:
    """“They reckon forty minutes”: a length of time that somebody puts on it."""
    length = LENGTH.search(time[0])
    if length is None or acts.past:
        return None
    said = ESTIMATE.search(acts.sentence[: time.start() + length.start()])
    return (said.start(), time.end()) if said else None


def _coming(time: re.Match[str], acts: Acts) -> tuple[int, int] | None:
    """A plain future with a time and nothing that is told, checked or watched: whatever it is, it is promised."""
    coming = acts.coming
    low, high = _piece(acts.sentence, time)
    if (
        coming is None
        or BESIDE.search(acts.sentence)
        or KEPT.search(acts.sentence, low, high)
        or re.match(r"(?:for|over|during|since)\b", time[0])
    ):
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


def _taken(time: re.Match[str], acts: Acts) -> tuple[int, int] | None:
    """“It should take an hour”, “two hours at most”: a length of time with nothing to govern it."""
    sentence = acts.sentence
    if acts.past and not acts.future:
        return None
    if MOST.search(time[0]):
        return time.span()
    takes = TAKES.search(sentence)
    if takes is None or not acts.future:
        return None
    if HAPPENED.search(sentence) and acts.coming is None and "told" not in sentence:
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
