"""Times as letters say them: points, lengths and nearness, by the clock, the day or the reader's own calendar. Pure."""

import re

_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_WORDS = rf"(?:{_ONES}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]{_ONES})?|(?:a|one) hundred|a dozen|half a dozen)"
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
_EVENT = r"(?:your|the|that|tomorrow'?s|tonight'?s|monday'?s|friday'?s|next)\s+(?:[\w-]+\s+){0,3}(?:campaign|launch|send|sends|demo|meeting|webinar|event|deadline|call|sequence|newsletter|mailing|presentation|opening|team|office|people|shift|day|week|working day|quarter|sale|promotion|rush|start|starts?|begins?|stand-?up|board|flight|review|kick-?off|go-?live|conference|fair|show|trip|holidays?|renewal|cut-?off|peak|run|batch|visit|interview|session|training|workshop|town hall|all-hands|audit|release|announcement|broadcast|mailshot|drop|appointments?|visitors?|customers|doors|store|shop|lunch|breakfast|dinner|commute|bedtime|weekend|month-?end|payroll|closing|close|trial|pilot|keynote|pitch|seminar|party|gala|auction|season|black friday|cyber monday|christmas|easter|thanksgiving)"
TIME = re.compile(
    rf"[:=]\s*(?:{_SOFT}{_CLOCK}|(?:(?:approx\.?|approximately|about|around|roughly|ca\.?)\s*)?{_SPAN})"
    # One look at the edge of a word for all of these, not one for each.
    r"|\b(?:"
    rf"(?:by|before|until|till|til|no later than|not later than|at the latest by|come|ahead of|towards?|around|about|at|on|for|from|over|during|later|first thing(?: on)?|sometime|between)\s+{_SOFT}{_POINT}"
    rf"|(?:before|ahead of|in time for|prior to|well before|by the time|in good time for|for|by|come)\s+{_EVENT}|(?:before|ahead of|in time for|in good time for) (?:your|you|anyone|anybody|people|most of you|black friday|christmas|easter)\b"
    rf"|by the time you\b|before you (?:know it|start|log|wake|need|open|get)\b"
    rf"|(?:within|in|inside|under|over|during|for|after|takes?|taking|take|another|needs?|need|about|around|roughly|approximately|more than|less than|no more than|not more than|up to|at most|maximum|maybe|say|only|just|roughly)\s+(?:(?:about|around|under|just|only|less than|roughly|approximately|another|the next|the coming|at most|no more than|maybe|probably|perhaps|the|next|say|as little as|up to|a further|some)\s+)*(?:{_SPAN}|hour|couple of hours|few hours|few minutes)"
    rf"|{_N}\s+(?:more|further|extra|additional)\s+{_UNIT}|{_SPAN}\s+(?:out|away|off)\b|in (?:about |around |under )?(?:five|ten|fifteen|twenty|thirty|forty-?five|sixty|90|60|45|30|20|15|10|5)(?=\s*(?:[.,!]|$))|with (?:tomorrow|tonight|next week|this week|{_DAY})'s \w+|with the next (?:release|update|deploy\w*)|(?:by|before|until|till|on|from) the \d{{1,2}}(?:st|nd|rd|th)|pencil\w* in (?:the fix for )?{_POINT}|(?:is|are|was|at) {_SPAN}(?= for| until| to )|over (?:the )?(?:weekend|night|lunch)|(?:a )?(?:little|bit) more (?:patience|time)"
    rf"|put(?:s|ting)? it at {_SPAN}|in the course of (?:the |this |tomorrow )?\w+|t[- ]?minus {_SPAN}|(?:deadline|target|goal|aim|estimate|eta|expectation|forecast|plan) (?:of|is|was|for) {_SOFT}{_POINT}|(?:estimate|eta|target|expectation|goal|aim|forecast)\b[^.;]{{0,40}}? (?:is|remains) {_SOFT}(?:{_POINT}|{_SPAN})|at {_WORDS}(?=\s*(?:[.,!]|$))|(?:will|is going to|are going to) [^.,;]{{0,40}}? on time\b|at (?:half|a quarter|quarter) (?:past|to) \w+"
    rf"|an?\s+{_CLOCK}|(?:by|before|until|till)?\s*(?:tonite|tom+or+ow|tmrw|2morrow)\b|is\s+{_SOFT}{_CLOCK}|(?<!one )(?:by|before|until|till|around)\s+(?:about |around )?{_WORDS}\b(?!\s+(?:of|people|contacts|emails|engineers|times|percent|messages|leads))"
    rf"|(?:estimat\w+|expect|reckon|guess|budget(?:ed)?|allow|say|need|give (?:it|us|them|me))\s+(?:about |around |roughly |some |another |just )*{_SPAN}|the (?:next|coming) (?:few |couple of )?(?:{_SPAN}|hours?|minutes|days?)"
    rf"|(?:most of|the rest of|the whole|all|much of) (?:the |this )?(?:day|morning|afternoon|evening|week|night)\b"
    rf"|{_SPAN}\s+(?:at (?:the )?most|max(?:imum)?|tops|from now|away|left|to go|or thereabouts|at the outside)"
    rf"|{_SPAN}(?=\s*(?:[.!,]|$))"
    rf"|(?:tonight|tomorrow|today|overnight|(?:later|sometime|some time|early|late|earlier) (?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|next week|in the (?:day|week|afternoon|evening|morning))|this (?:morning|afternoon|evening|week|weekend)|next (?:week|month|{_DAY})|(?:the )?same day|first thing|on (?:{_DAY}))\b"
    rf"|(?<!as )(?<!how )(?:shortly|soon|momentarily|imminent(?:ly)?|presently|before long|in no time(?: at all)?|in due course(?= it)|very soon|any (?:minute|moment|second|time|hour|day)(?: now)?|at any moment|in a (?:bit|moment|sec|second|jiffy|minute|little while|short while|while|few)|right away|straight ?away|immediately|instantly|in the (?:near|very near|immediate|not[- ]too[- ]distant) future|in short order|(?:a )?matter of (?:seconds|minutes|hours|days)|in (?:the )?(?:next|coming) (?:minutes|hours|days|hour|day)|not (?:too |very )?long(?: now| from now)?|(?:won't|will not|shouldn't|should not) (?:be|take) (?:too |very |that |much )?long(?:er)?|long before|within (?:minutes|hours|days|moments|seconds|the hour|the day|the week|the next few)|in (?:minutes|hours|moments|seconds)|hours,? not days|minutes,? not hours)(?! as\b)\b"
    r")"
)
LENGTH = re.compile(rf"{_SPAN}")
