"""Speculation by the way a sentence is built: who holds something for likely, and what it is that they hold (B-43). Pure.

Three questions. Is anything marked as thought, seeming or likely rather than known? What is the thing so marked (the
proposition)? Does that speak of a cause, or only of what clients see: who is affected, how far, that it works again?
"""

import re
from collections.abc import Iterator

_WHO = r"(?:i|we|they|he|she|some|most|everyone|everybody|one|others|(?:(?:the|our|my|a|both|all|some|most|one of our|his|her) (?:\w+ ){0,2})?(?:team|teams|engineers?|developers?|colleagues?|specialists?|analysts?|technicians?|experts?|admins?|people|side|lead|staff|guys|support|crew|folks|department|desk|us|them))"
_SLIGHTLY = r"(?:(?:\w+ly|do|does|did|all|now|still|rather|really|also|would|'d|'m|'re|am|is|are|was|were|have|has|'ve|been|very much|quite|a bit|more|at present|at this point|so far|sort of|kind of|tend to|to|be|come to|currently|beginning|starting|can only|could only|had|may|might)\s+){0,4}"
HELD = re.compile(
    r"(?:\bnot|n't) (?:be )?(?:\w+ )?surprised"
    # One look at the edge of a word for all of these, not one for each.
    r"|\b(?:"
    # Somebody thinks it.
    rf"{_WHO}(?:'d|'m|'re|'ve|'s)?,? {_SLIGHTLY}(?:think(?:s|ing)?|thought|believ(?:e|es|ed|ing)(?! in\b)|suspect(?:s|ed|ing)?|assum(?:e|es|ed|ing)|presum(?:e|es|ed|ing)|reckon(?:s|ed|ing)?|guess(?:es|ed|ing)?|figur(?:e|es|ed)(?! out)|imagin(?:e|es|ed)|suppos(?:e|es)|fear(?:s|ed)? (?:that|the|it|a|an|this|our)|conclud(?:e|es|ed)|surmis\w+|conjectur\w+|speculat\w+|theori[sz]\w+|hypothesi[sz]\w+|infer(?:s|red)?|deduc\w+|convinced|persuaded|inclined|tempted|lean(?:s|ing)?|leant|point(?:s|ing)? (?:the finger|to|towards)|put(?:s|ting)? (?:it|this|that|the \w+) down|wonder(?:s|ed|ing)? (?:if|whether)|gather(?:s|ed)? (?:that|it|the)|take it|venture|(?:feel|feels|felt)(?: that| it| the| sure| fairly| like)|(?:fairly|pretty|quite|almost|nearly|reasonably|99%|rather) (?:sure|certain|confident)|looking at (?:the|a|an)(?: \w+){0, 3} as the)\b"
    r"|(?:i|we)(?:'d|'ll)? (?:would |will )?(?:bet|wager|put (?:my|our) money|put it down|say (?:it|that|this|the|an?)\b|hazard|go so far)\b|if (?:i|we) (?:had|have|were) to (?:guess|say|bet|venture|name|pick)\b"
    # Its nouns.
    r"|(?:theory|hypothesis|hypotheses|hunch|suspicions?|guess|guesswork|assumption|impression|assessment|diagnosis|explanation|conclusion|inference|thinking|conjecture|premise|instinct|gut feeling|best reading|verdict|view|sense|feeling|thoughts?|ideas?|notion|gut|instincts?|money|understanding|bet|belief|suspects?|candidates?|scenario|finger|contender|reading of (?:it|this|the \w+))(?: (?:so far|at present|right now|at the moment|here|now|today|for now|in the team|among us|on our side|currently))*(?: (?:is|are|was|would be|would have to be|has to be|remains|points?|seems|says?|being|goes|runs|says|tells us|tell us|lean\w*)\b|'s\b|:|,| that\b| of (?:a|an|the)\b| (?:the|a|an|our|it|this|some|one) \w+)"
    r"|(?:chances?|odds|possibility|possibilities|likelihood|probability|suspicion|suggestions?|speculation|indications?|signs?|hints?|clues?|pointers?|reasons? to (?:think|believe|suspect|assume)) (?:\w+ ){0,2}(?:that|of (?:a|an|the|some|our|it)|is|are|to (?:a|an|the)|for (?:a|an|the))"
    r"|(?:most |more |very |the )?(?:plausible|likely|likeliest|probable|simplest|obvious|logical|natural|best) (?!to\b|that\b)\w+ (?:is|was|would be|being|for (?:this|it|the))\b|(?:could|might|may) (?:it|this|that) (?:\w+ )?(?:be|have)\b|(?:speaks?|spoke) for (?:an?|the|some)\b|not (?:inconceivable|unthinkable|implausible|improbable)\b"
    r"|(?:i|we) (?:\w+ )?(?:attribute|ascribe) (?:this|it|that|the)\b|(?:our|my|the|a|one) (?:main|prime|chief|current|first|likel(?:y|iest)|number[- ]one|top|best|strongest|leading|most \w+|favou?rite|working) (?:suspect|guess|theory|hunch|candidate|hypothesis|explanation|assumption|culprit|contender|suspicion|cause|reason|source)\b"
    # It only seems so.
    r"|(?:(?:seem|appear)(?:s|ed|ing)?(?: (?:very much|rather|increasingly|strongly|now|to us|to me|at first sight|so far))*(?: (?:to|that|as if|as though|like|related|linked|connected|due|caused|down|tied|attributable|rooted|responsible|likely|probable|possible|plausible|we|the|it|an?|our|one|some)\b|,)|(?:look|sound|feel|smell|read|behave|smack|reek|taste)(?:s|ed|ing)?(?: (?:very much|a lot|rather|increasingly|suspiciously|strongly|awfully|remarkably|more and more|to (?:us|me)|so far))* (?:like|as if|as though|of|responsible|guilty|to blame|to be)\b|by (?:the )?(?:looks?|sounds?) of (?:it|things)|from the looks of)"
    r"|(?:it|this|that|there|which|what|\w+)(?: is| are| was| were|'s) (?:\w+ly |now |currently |just |also |even )?(?:thought|believed|suspected|assumed|presumed|supposed|understood|rumoured|considered|reckoned|hypothesi[sz]ed|theori[sz]ed|conceivable|plausible|imaginable|thinkable|not impossible|not unlikely|quite possible|possible|likely|probable|almost certain|a fair bet|a safe bet)(?: (?:to|that|it|the|a|an|we|our|one|some|as)\b)"
    # It is inferred.
    r"|(?:must|may|might|could|can(?:no|')t|couldn't) (?:\w+ly |well |also |even |simply |just |in fact |of course |as well )?(?:not )?have (?:\w+ly |just |simply |also )?(?:been |had |got )?(?:come|run|put|cut|hit|set|let|shut|read|gone|done|\w+(?:ed|en|wn|n|t|k|g|d|ne|de|ut|it|un|m|pt|ge))\b|(?:must|might|could)'?ve \w+"
    r"|(?:may|might|could|must|has to|have to|can only|would) (?:well |very well |also |simply |just |easily |conceivably |possibly |even )?(?:be|stem|come|originate|result|arise|derive|lie|be coming|be down|date|relate|trace|belong|point|explain|account|turn out|have (?:\w+ )?to do)\b"
    r"|(?:can(?:no|')t|can not|could not|couldn't|(?:is|are|have|has|not)(?: been)? (?:not )?(?:yet )?(?:able to )?|hard to|without|haven't|hasn't|to) (?:yet |entirely |fully |completely |quite |be |been )?(?:rul(?:e|ed|ing) out|exclud(?:e|ed|ing)|dismiss(?:ed)?|discount(?:ed)?)\b|put it past\b|no (?:other )?(?:doubt|question)\b"
    r"|(?:usually|normally|typically|often|generally|almost always|nearly always|most of the time|nine times out of ten|more often than not|tends? to|in most cases|in our experience|in my experience|as a rule|commonly|frequently)\b(?=.{0,40}\b(?:mean|means|meant|come|comes|happens?|points?|indicates?|signals?|suggests?|is|are|caused|because|when|down to|after|follow|due|result)\b)"
    r"|(?:signs?|evidence|logs?|everything|indications?|data|clues?|fingers?|symptoms?|arrows?|it|this|all|we see|we know|timing|errors?|error text|message|traces?|that|which|indicators?|findings?|analysis|investigation|checks?|results?|figures|graphs?|metrics?|circumstances|tests?|much) (?:[\w']+ ){0,3}?(?:points?|pointed|pointing) (?:\w+ly |firmly |more and more |all )?(?:to|towards?|at|in the direction)\b|(?<!we )(?<!i )(?<!we would )(?<!i would )(?<!we'd )(?<!i'd )(?:suggest|indicat|impl(?:y|ies)|hint|signal)\w*\b(?! (?:you|your|a call|we (?:talk|meet|speak)|keeping|that you|that we))|(?:consistent|in keeping|in line|compatible|squares?|fits?|tallies|tally|matches|chimes?|agrees?) (?:\w+ )?with (?:an?|the|what|our|some\w*)|hallmarks?\b|(?:typical|symptomatic|characteristic|reminiscent|indicative|suggestive|classic|textbook|tell-?tale|symptom|sign|usual result|usual sign|signature|mark)(?: \w+)? (?:of|sign|symptom|case|example) (?:an?|the|some|what|of)?"
    # Words that mark a whole sentence.
    r"|(?:probably|potentially|almost certain(?:ly)?|presumably|perhaps|maybe|possibly|apparently|seemingly|supposedly|allegedly|reportedly|ostensibly|conceivably|plausibly|arguably|evidently|in all (?:likelihood|probability)|in (?:my|our) (?:view|opinion|estimation|judg\w+)|(?:most|very|quite|more than|highly|rather) (?:likely|probably|possibly)|likely(?! to\b)|as far as (?:we|i|anyone) (?:can|could) (?:tell|judge|see|make out)|from (?:what|all) (?:we|i)(?:'ve| have| can| could)? (?:\w+ ){0,2}(?:tell|see|seen|gather|gathered|heard|hear|understand|know|judge|read|found|make out)|to the best of (?:our|my) knowledge|unless (?:we are|we're|i'm|i am) (?:very much )?mistaken|for all we know|judging (?:by|from)|going by|to go by|as (?:best|near|well) (?:as )?(?:we|i|anyone) can|reading between the lines|by (?:my|our) reckoning|to all appearances|at first (?:sight|glance)|on the face of it|all the (?:signs|evidence)|word is|rumou?r has it|chances are|odds are|ten to one|suspected|presumed|probable|alleged|supposed)\b"
    r")"
)
# One of these stands in every match of HELD: most sentences are done with a look at them.
_STEMS = (
    "think|thought|suspic|betting|i bet|'d bet|we bet|believ|belief|suspect|assum|assess|presum|reckon|guess|figur|"
    "imagin|suppos|fear|conclu|surmis|conjectur|speculat|theor|hypothe|infer|deduc|convinced|persuad|inclin|tempt|"
    "lean|point|put|wonder|gather|take it|venture|feel|felt|sure|certain|confident|looking at|bet |wager|say|hazard|"
    "hunch|impression|diagnos|expla|premise|instinct|reading|verdict|view|sense|understanding|understood|candidate|"
    "scenario|finger|contend|chance|odds|possib|likel|probab|suggest|indicat|sign|hint|clue|reason|seem|appear|look|"
    "sound|smell|behave|smack|reek|taste|conceiv|plausib|considered|rumour|rumor|must|may|might|could|can only|"
    "can't|cannot|has to|have to|would|rul|exclud|dismiss|discount|surprised|put it past|doubt|question|usual|"
    "normal|typical|often|general|almost|most of|nine times|tend|most cases|experience|common|frequent|impl|"
    "consistent|keeping with|line with|compat|square|fit|tall|match|chime|agree|hallmark|symptom|characteristic|"
    "reminisc|classic|textbook|tell-tale|telltale|mark of|usual|potential|perhaps|maybe|apparent|alleg|reported|"
    "ostensib|arguab|evident|opinion|estimation|judg|going by|to go by|as best|as near|between the lines|reckoning|gut|inconceiv|unthink|improb|speak|spoke|idea|notion|money|thought|as far as|from what|from all|the best of|mistaken|all we know|"
    "at first|face of|word is|ten to one|attribut|ascribe|go so far"
)
STEMS = tuple(_STEMS.split("|"))


# What makes, or would make, something happen.
LINK = re.compile(
    r"\b(?:caus(?:e|es|ed|ing)|because|due to|owing to|thanks to|on account of|as a result of|as a consequence of|result(?:s|ed|ing)? (?:of|from)|trigger\w*|stem\w*|originat\w+|aris(?:e|es|ing)|arose|deriv\w+|(?:root )?cause|culprit|behind (?:it|this|that|the|these|those|today|all|what)|to blame|down to|relat(?:ed|es|ing) to|linked (?:to|with)|link (?:to|with|between)|connected (?:to|with)|tied (?:to|up with)|trac(?:ed?|es|ing) (?:\w+ )?(?:back )?to|attribut\w+|responsible|explain\w*|account(?:s|ed)? for|led to|leading to|brought (?:about|on|down)|com(?:e|es|ing) (?:down )?(?:from|to the)|came (?:from|about)|lies? (?:with|in|at)|lay (?:with|in|at)|at fault|to do with|set (?:it|this|that|things|everything|the \w+) off|spark(?:ed|s)|play(?:ed|s)? (?:a|some|its|any|no small) (?:\w+ )?(?:part|role)|contribut\w+|introduc(?:ed|es)|started it|(?:happen(?:ed|s)?|began|start(?:ed|s)?|broke|fail(?:ed|s)?|stopped) (?:\w+ )?(?:when|after|because|with|as soon as)|knock-on|fallout|source of|reason (?:for|is|was|why|behind)|rooted|at the (?:root|bottom|heart) of|did (?:it|this)|what (?:broke|tripped|stopped|knocked|took|did|made|threw|upset|killed))\b"
)
# Whose matter is it: the subject of what clients see.
_SEEN = r"(?:e-?mails?|messages?|mails?|contacts?|leads?|campaigns?|sequences?|reports?|numbers|figures|totals|pages?|people|clients?|customers?|users?|records?|rows|recipients|columns|addresses|dashboards?|data|deliver(?:y|ies|ability)|replies|reply|charts?|exports?|lists?|appointments?|invoices?|orders?|bookings?|duplicates|notifications|alerts|entries|results|tiles|screens?|deals?|tasks?|mailings?|newsletters?|attachments?|service|sending|performance|speed|everything|things|all (?:is|was|are)|it all|nothing(?! (?:more|less|other|but|else))|none|nobody|no one|no \w+|anyone|anything|any \w+|neither)"
_EXTENT = (
    r"(?:(?:only |just |at least |at most |still |that |also )*(?:about|around|roughly|approximately|some|fewer|less|more|up to|a few|few|several|most|many|half|an? (?:third|quarter|fifth|sixth|eighth|tenth|fraction|couple|dozen|hundred|bit|little)|two thirds|a handful|a small|a large|the majority|a minority|one in|one or two|two or three|only|just|nearly|almost|over|under|at most|at least|no more|not more|\d[\d,.]*(?! (?:o'clock|am|pm))|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|a hundred|a dozen|dozens|hundreds|small group|number)\b(?:(?= of\b)| (?:(?:of|the|your|these|those|\w+|per cent|%)\s+){0,4}?SEEN\b))"
).replace("SEEN", _SEEN)
SUBJECT = re.compile(
    rf"^\W*(?:(?:that|as if|as though|like|to be|is|are|was|were|it is|it's|this is|there (?:is|are|were|was|may be|will be)|if|whether|the|these|those|our|all|both|today's|yesterday's|other|new|old|first|later|remaining|delayed|affected|of|for|from|in|on|to|your)\s+){{0,4}}(?:you\b|your\b|yours\b|{_SEEN}\b|{_EXTENT})"
)
# What is said of it that is no cause: that it is affected, that it works, that something is good to do.
STATE = re.compile(
    r"\b(?:(?:be|is|are|was|were|been|being|'s|'re|remain|remains|look|looks|seem|seems|appear|appears|feel|feels|stay|stays|get|gets) (?:\w+ly |now |all |still |back |a (?:little|bit) |somewhat |slightly |much |only |also |quite |more |less |very |fully |not |no |no longer |mostly |largely |just )*(?:working|back|normal|resolved|fixed|stable|fine|well|healthy|gone|over|complete|correct|right|safe|intact|in order|up|running|better|worse|limited|confined|restricted|isolated|contained|unaffected|affected|impacted|delayed|late|later|slow(?:er)?|missing|lost|duplicated|doubled|incomplete|out of date|visible|empty|higher|lower|shorter|longer|fewer|quiet|available|unavailable|improving|recovering|holding|easing|behind us|useful|helpful|best|easier|frustrating|annoying|inconvenient|disappointing|worrying|upsetting|important|urgent|difficult|hard|wise|sensible|fair|good|enough|true|clear|okay|ok|alright|solved|settled|done|the best|a good|a better|the right|the same|new|small|minor|rare|harmless|in use|online|offline|reachable|quicker|faster|lighter|heavier|earlier|close to|between|about|around|under|over|twice|once|short|brief|wrong|off|noticeable|seen|shown|counted|welcome|critical)|hold(?:s|ing)?(?: up| so far| steady|\W*$)|work(?:s|ed|ing)?(?: again| well| fine| normally| properly| as (?:before|usual|expected)|\W*$)|recover(?:ed|ing)?|improv\w+|settl(?:ed|ing) down|affect(?:s|ed|ing)? (?:only |just |all |most |some |about |around |your |you |mostly |mainly |a |the |\d|new |every |no )|concern(?:s|ed)? (?:only|just|all|most|some|your|you|about|around|\d)|reach(?:es|ed)? (?:you|your|people|most|all|its|their)|be noticed|we (?:can|should|will|need|would|have to|'ll|shall|ought|must|owe|may)|i (?:can|should|will|need|would|'ll)|to (?:wait|pause|keep|stop|ask|tell|check|send|talk|call|leave|hold off|start with|go through|look)|should (?:be|not|keep|wait)|left (?:our|the|your) (?:systems?|premises|network)|been (?:\w+er\b|more \w+|received|seen|sent|opened|delivered|lost|deleted|shared|exposed|affected|delayed|missed|noticed|fixed|resolved))\b"
)
# “May be a little slower”, “could arrive late”: what is seen now or later, not what was done.
NOW = re.compile(
    r"^(?:may|might|could|can|would|will|should|must|has to|have to) (?:\w+ly |well |also |still |even |just )*(?:be (?:\w+ly |a (?:little|bit|few) |somewhat |slightly |much |some |more |less |up to |no |only |about |around |in for |able |asked |prompted |logged |required |needed |reached |closed |worth |best |better |shown |sent |seen |charged )|take\b|arrive|show|see)"
)
ADVICE = re.compile(r"\b(?:you|we|i) (?:may|might|could|can) (?:\w+ )?(?!have\b|be \w+ing because)\w+")
NOT_YET = re.compile(
    r"\b(?:(?:do not|don't|does not|not|cannot|can't|no|nor|never|without|rather than|instead of|before|until|avoid|refuse to|won't|will not|would rather not|not going to) (?:\w+ ){0,5}(?:caus\w*|speculat\w*|guess\w*|assum\w*|root|reason|why|happened|behind|theor\w+|conclu\w+|found|known|sure|certain|clear|tell)|(?:find(?:ing)? out|look(?:ing)? (?:for|into)|identif\w+|investigat\w+|establish\w*|determin\w+|understand(?:ing)?|pinpoint\w*|search\w*|work(?:ing)? out|learn) (?:\w+ ){0,3}(?:caus\w+|reason|source|origin|why|what|root|whether|how)|(?:cause|reason|source) (?:is|was|remains|has) (?:\w+ ){0,2}(?:unknown|not|under|still|being|unclear|to be (?:found|determined|confirmed|established|seen|named)|yet|open))\b"
)
# “There is no sign that …” denies it.
NO = re.compile(r"\b(?:no|any|without|not an?)(?: \w+)? $")
BREAK = re.compile(
    r";|:(?=\s)|\s-\s|,? (?:but|so that|so(?! far)|although|though|however|while)\b|, (?:and|which|who) |, (?=(?:we|i|it|they|this|that)\b)"
)


INTRODUCES = re.compile(
    r"\b(?:that|think|thinks|believ\w+|suspect\w*|assum\w+|is|are|was|points?|pointing|pointed|whether|if|reckon\w*|guess\w*|suggest\w*|indicat\w*|impl\w+|hint\w*|signal\w*|point\w* (?:\w+ )?(?:to|towards?|at)|with \w+|:|,)$"
)


def speculation(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span of an unconfirmed cause in one sentence of a plain, lower-case text."""
    sentence = text[start:end]
    if not any(stem in sentence for stem in STEMS):
        return
    for match in HELD.finditer(sentence):
        if _is_cause(sentence, match):
            yield start + match.start(), end
            return


def _is_cause(sentence: str, match: re.Match[str]) -> bool:
    """Whether what is marked here is a cause rather than an effect, an extent, or what we are about to do."""
    if NO.search(sentence, 0, match.start()):
        return False
    before, after = _clause(sentence, match)
    if not after.strip(" .,!?") and match.end() < len(sentence):
        # “If we had to guess, …”: what is marked comes after the comma.
        after = sentence[match.end() :]
    marked = match[0]
    modal = re.match(r"(?:may|might|could|can|must|would|will|should|has to|have to)\b", marked)
    if modal is None and not after.strip(" .,!?"):
        # “A change in the form is our main suspect”: what is marked stands before the mark.
        before, after = "", before
    linked = LINK.search(after) or LINK.search(before)
    if NOT_YET.search(before + match[0] + after) and not (linked and _names_a_cause(sentence, linked)):
        return False
    subject_before = bool(SUBJECT.search(before)) if before.strip() else False
    if modal is not None:
        inferring = " have " in marked or "'ve" in marked or marked.startswith(("must", "has to", "have to"))
        if subject_before and not (inferring and linked):
            return False
        said = marked + after
        linked = linked or LINK.search(said)
        if not inferring and not linked and NOW.search(said):
            return False
        if re.search(r"\b(?:we|i|you|who|please)\b\W*(?:\w+ )?$", before) and not linked:
            return False
        return linked is not None or not STATE.search(said)
    if linked is not None and not _of_effect(after, before, linked):
        return True
    if (SUBJECT.search(after) and not (linked and linked.string is before and "reason" in linked[0])) or (
        subject_before and not _introduces(marked)
    ):
        return False
    if re.search(r"\b(?:you|your \w+|please|we(?:'ll| will| can| should| may)|i(?:'ll| will))\W*$", before):
        return False
    return bool(after.strip(" .,!?")) and not STATE.search(after)


def _clause(sentence: str, match: re.Match[str]) -> tuple[str, str]:
    """The words of the marked clause before and after the mark."""
    parted = match.start()
    if sentence.startswith(",", match.end()) and sentence[:parted].endswith(", "):
        # “The reason, we think, is …” is one clause.
        parted -= 2
    left = max((found.end() for found in BREAK.finditer(sentence, 0, parted)), default=0)
    right = BREAK.search(sentence, match.end())
    return sentence[left : match.start()], sentence[match.end() : right.start() if right else len(sentence)]


def _introduces(marked: str) -> bool:
    """The mark brings a whole statement after it, so that what stands before it is not its subject."""
    return bool(INTRODUCES.search(marked))


def _of_effect(after: str, before: str, linked: re.Match[str]) -> bool:
    """“Some emails may be late because of this”: the link leads to what everybody knows, the incident itself."""
    text = linked.string[linked.end() :]
    return bool(
        re.match(
            r"(?: of| to)? (?:this|that|it|the (?:issue|problem|incident|outage|interruption|delay|disruption|pause|maintenance))\b",
            text,
        )
    )


def _names_a_cause(sentence: str, linked: re.Match[str]) -> bool:
    """Something stands after the link that could be a cause: not the mere question for it."""
    return bool(
        re.match(r"(?:\s+\w+){0,2}\s+(?:an?|the|our|some|last|yesterday's|one)\b", sentence[linked.end() :])
    ) and not re.search(
        r"\b(?:what|why|how|whether|unknown|not (?:yet )?(?:know|found|clear|sure|certain))\b", sentence
    )
