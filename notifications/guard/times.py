"""Times as letters say them: points, lengths and nearness, by the clock, the day or the reader's own calendar.

AHEAD can only be still to come, OPEN may be either, LENGTH is how long, PASSED is behind us, ASOF and EVERY govern nothing.
"""

TIMES = """
ONES      = one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen
            |twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred
DIGITS    = ONES / #number
NUMBER    = DIGITS / DIGITS to|or|and|- DIGITS / ONES ONES / a|an|one|another|several|some|half|few|many / half an|a / a half
            / the? a? couple|few|handful|dozen|hundred|bunch of? / DIGITS and a half / the better part of a|an|the
EXTRA     = more|extra|further|working|business|additional|short|full|good|solid|other|odd|whole|quick|little|so|last|remaining
UNIT      = second|seconds|sec|secs|minute|minutes|min|mins|hour|hours|hr|hrs|h|day|days|week|weeks|month|months|moment|moments|tick|ticks
            |fortnight|quarter|sprint|sprints|evening|morning|afternoon|night|weekend
LEN       = NUMBER EXTRA? UNIT / NUMBER or? EXTRA UNIT / NUMBER UNIT and a half / NUMBER UNIT or so|two|three|less / quarter of an hour
            / NUMBER quarters of an hour / half of the? UNIT
BIT       = bit|moment|sec|second|jiffy|minute|while|mo|tick|flash|heartbeat|trice
DAYNAME   = monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thurs|fri
MONTH     = january|february|march|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept|sep|oct|nov|dec
PARTS     = morning|afternoon|evening|night|weekend|lunchtime|midday|noon
EARLY     = early|late|later|mid|about|around|roughly|approximately|sometime|say|maybe|probably|hopefully|perhaps|circa|ca|approx|est|max
            |just|shortly|well|long|the|very|this|next|coming|exactly|some|time|tentatively|or|so|nearly|almost|as|of
ZONE      = cet|cest|utc|gmt|bst|est|edt|pst|pdt|eastern|pacific|local|your time
CLOCK     = #clock / #clock am|pm|a.m.|p.m. / DIGITS am|pm|a.m.|p.m.|oclock / DIGITS o ' clock / DIGITS sharp / half DIGITS
            / happy|rush hour / noon|midday|midnight|lunch|lunchtime|dinner|dinnertime|breakfast|teatime|supper|bedtime|sunrise|sundown|dawn|dusk|nightfall
            / a? half|quarter past|to DIGITS / DIGITS minutes? past|to DIGITS / DIGITS in the PARTS
TOMORROW  = tomorrow|tmrw|tmr|tomorow|tommorow|tommorrow|tonight|tonite|overnight
TODAY     = today / this PARTS / DAYNAME / DAYNAME PARTS
DATE      = #number|#ordinal of? MONTH|may / MONTH|may #number|#ordinal / #ordinal / #date / the first|second|third|fourth week of MONTH|may
            / the? first|last|second|third|next working|business|school|banking day|week of the|next|this|coming? month|week|year|MONTH
            / in MONTH
NEXTDAY   = next|coming|following DAYNAME|UNIT|PARTS|sprint|release / TOMORROW / TOMORROW PARTS / DATE / this week|month|quarter
EDGE      = end|close|start|beginning|top|middle|turn|stroke|course
SPAN      = day|week|business|play|month|shift|afternoon|morning|evening|hour|today|tomorrow|DAYNAME|night|weekend|quarter|year|lunch
            |midnight
EOD       = the|my|our|your|today|tomorrow|his|her? 's? very? working|business? EDGE of the|this|my|our|your|today|tomorrow|next|his
            |her? 's? working|business? SPAN / EDGE of the|this|your|our|next ~1 SPAN / end|close next|this|my|our|your|working|business|coming SPAN / eod|cob|eow|eob|cop|eom
            / the? early|small|late hours / business|office|working|school hours
POINT     = EARLY? EARLY? CLOCK ZONE? / EARLY? EARLY? NEXTDAY / EARLY? EARLY? TODAY / EARLY? EARLY? EOD / EARLY? mid TODAY|PARTS|NEXTDAY
            / EARLY? EARLY? NEXTDAY|TODAY at|,|by|around|about? EARLY? CLOCK ZONE? / EARLY? CLOCK ZONE? on|of|,? EARLY? TODAY|NEXTDAY
            / EARLY? #number ZONE / EARLY? yesterday|last PARTS|DAYNAME|UNIT? PARTS? / EARLY? EARLY? DIGITS &THEREUPON
            / early|late|mid PARTS
THEREUPON = today|tomorrow|tonight|on|and|or|but|if|when|this|at|sharp|latest|your|his|we|you|it|the|my|local|time|by|for|to|with|so|because
            |cet|gmt|utc|at|sharp|before|until|then|again|unless|while|which|he|she|they|i|our|in|is|will|should|everything|things|all|next
            |sending|service
EVENTISH  = team|office|people|shift|day|week|working|quarter|first|morning|evening|run|report|reporting|open|business|market|markets|drop
            |stand|deal|review|order|audit|session|send|sends|sending|invoice|month
EVENT     = campaign|launch|demo|meeting|meetings|webinar|event|deadline|call|calls|sequence|newsletter|mailing|presentation|opening|sale
            |sales|promotion|rush|standup|board|flight|kickoff|kick|golive|conference|fair|show|trip|holiday|holidays|renewal|cutoff|cut
            |train|trains|plane|bell|lecture|class|classes|lesson|lessons|service|matchday|harvest|tea|curtain|peak|batch|visit|interview|interviews|training|workshop|town|release|announcement|broadcast|mailshot|appointment|appointments
            |visitors|customers|doors|store|shop|weekend|payroll|closing|close|trial|pilot|keynote|pitch|seminar|party|gala|auction|season
            |christmas|easter|thanksgiving|monthend|quarterend|yearend|guests|clients|students|staff|colleagues|users|lunch|dinner|commute
            |summit|invoicing|exam|exams|election|match|game|hearing|filing|drive|push|tradeshow|expo|panel|signing|vote|delivery|shipment
            |wedding|concert|premiere|coffee|stocktake|inventory|festival|tender|auditors
WHOSE     = your|the|tomorrow|tonight|DAYNAME|next|our|his|her|their|black|cyber|a|anyone|anybody|everyone
BEGINS    = starts|begins|opens|start|off|up|in|meets|live|out|ends|closes|leaves|arrive|arrives
FORTHE    = ahead|prior of|to / in good|plenty|ample|enough|lots? of? time for / with time|hours|days to spare for|before
DOES      = know|start_|log_|wake_|need_|open_|get_|come_|go_|send_|arrive_|launch_|present_|meet_|begin_|finish_|leave_|read_|sit_|return_
            |notice_|board_|land_|have_|are|is|reopen_|close_|publish_|kick_|head_|sign_|pack_|hit_|ship_|travel_|pull_|run_|fly_|travel_
            |step_|clock_
BYTIME    = by|before|until|till|til|come|towards|toward|untill|within|inside|past|beyond / no|not later|longer than / at the? latest by?
            / well? ahead|prior of|to / in time for / well before / latest by? / longer than / not past|beyond / between now and
            / starting|beginning / in|during|over the course of
LASTING   = not|no|never|nobody|doubt|unlikely|hardly|surprised ~5 last_|take_|drag_|delayed|offline|stuck|affected|closed|continue_|keep_|run_|need_|require_|exceed_|stretch_
            |persist_|wait_|waiting|down|without ~3 past|beyond|longer|more|later|into|over
PRELEN    = say|maybe|probably|perhaps|figure|reckon / call it / in|under|over|into|inside|within EARLY? ABOUT? ABOUT? / at most|max
            / maximum|max|tops / no|not more|longer than / less|fewer|sooner than / t minus / after / another
POSTLEN   = , tops|max|maximum / out|away|off|left|remaining|remain_|tops|max|maximum|more|time / ~3 remain|remains|left / from now / to go
            / at the? most|max|maximum|outside|latest|worst / or thereabouts|less|sooner / ,? give or take / ,? not|rather than? ~1 UNIT
            / 's ? time
AHEAD     = when|once WHOSE ~2 EVENT|EVENTISH|shift|shop|round starts|begins|opens|start|begin|open|meets|arrive / when you|they return|come|get|are|log|sign back|from|in|home ~3 NEXTDAY|holiday|break|lunch|weekend|trip|TODAY
            / by|before|until tea|dinner|lunch|supper|breakfast|coffee|bed|closing|opening|home|month|year|quarter|tea|checkout time|end / by|before supper|breakfast|tea|dinner
            / from|with|for|at the late|early|morning|night|evening|next|day shift|round|service|run on? / beyond|past|after|until tonight|today|tomorrow|DAYNAME 's #word|shift
            / beyond|past|until the? DAYNAME / about POINT $ / well|nicely in time / before|by the|your|our ~3 is|are due / in|with|as|part|of this|next week|month|sprint 's RELEASE / more|longer|later than the BYTHE
            / for|before|by|from|with DAYNAME|tomorrow|tonight 's ~2 #word|#ing / by|before the time of WHOSE ~3 EVENT / BYTIME POINT / PRELEN LEN
            / LEN POSTLEN / PRELEN LEN POSTLEN / from POINT on|onwards|onward|forward / from then on|onwards? $ / by|before|until|till|come then / by|before|until|till|past that|this $ / by which time|point|moment|date|hour / again then $
            / this|right|good side of the? BYTHE|DAYNAME|TOMORROW|EOD|lunch|midnight|noon / this|right side of WHOSE ~3 EVENT
            / before|until|till|come|by WHOSE !time 's? ~3 EVENT|EVENTISH BEGINS? / FORTHE WHOSE|it|this|that 's? ~3 EVENT|EVENTISH BEGINS?
            / ahead of ~2 '? ~1 EVENT|EVENTISH / FORTHE it|that|this|you / for your|tomorrow|tonight|DAYNAME|next 's? ~3 EVENT
            / right|just|shortly|immediately before WHOSE ~3 EVENT|EVENTISH
            / in time for|to WHOSE|it|you|christmas|easter 's? ~3 EVENT|EVENTISH?
            / before|by the? time? you|anyone|anybody|people|everyone|they|we|your|our|most|WHOSE !you|your|we|our|it|they|i|this|that|these|all|everyone|everything ~3 DOES work|business|duty|school|trading|lessons|shift? in|on|up|back|out|off? NEXTDAY
            |TODAY? / before|by black|cyber friday|monday / before|by|for christmas|easter
            / before|by|till|until the? BYTHE is|'s out|over|through|done|up|ends? / before|by|till|until the? BYTHE ends
            / within|by|before|inside|past|beyond|until|till|into the BYTHE / within|inside the|an|one|a|this|about? EARLY? UNIT
            / within minutes|hours|days|moments|seconds|reach / in minutes|hours|moments|seconds|days
            / in|over|during|within|for|inside the next|coming|following NUMBER? EXTRA? UNIT
            / in the immediate|near|foreseeable|coming|very ~2 future|days|hours|weeks / another|more UNIT
            / NUMBER? more|further|extra|additional|remaining UNIT
            / in EARLY? five|ten|fifteen|twenty|thirty|forty|sixty|90|60|45|30|20|15|10|5 $ / TOMORROW PARTS?
            / later|some|sometime time? today|NEXTDAY|TODAY / later this PARTS|week|month / this weekend|week|month|quarter
            / next ~1 release|deployment|deploy|rollout|sprint|version|patch / next DAYNAME|UNIT|sprint|PARTS|release
            / late|early next|tomorrow|tonight UNIT|PARTS|DAYNAME? / first thing / first thing on|in? the? DAYNAME|tomorrow|PARTS
            / over|at|across|by the weekend|night|lunch / before|by first|last|second period|lesson|light|bell|shift|train|bus|service|delivery|orders / over|by lunch / sooner|later or later|sooner / before|ere too? long
            / shortly|soon|momentarily|imminently|imminent|asap|pronto / in no|little|short|double|next to? no? time|order at? all?
            / any minute|moment|second|hour|day|time now? / at any moment|minute / in a BIT
            / in a little|short|wee|few|couple while|bit|minutes|hours|moments|days|ticks / not too? long now|from? / in due course
            / in good time / a? matter|question of LEN / a? matter|question of seconds|minutes|hours|days|time|moments
            / hours|minutes|days ,? not|rather than? days|hours|weeks
            / in|with|on|after|during the|our|tomorrow|tonight|today|DAYNAME next|following|upcoming|coming|'s RELEASE
            / with tomorrow|tonight|DAYNAME|today|next|this week? 's? ~1 RELEASE / the? same day
            / the? rest|remainder of the day|week|afternoon|evening / before you know it|so / before you can say
            / a? little|bit longer|while / a little|bit more of? patience|time
            / over|during|throughout|for the? rest|remainder|course of the day|afternoon|evening|morning / quicker|faster|sooner than ~3
            / just|only|mere minutes|hours|moments|days / minutes|hours|moments|days|seconds away|out|off|left|from
            / in|over|during EARLY? PARTS|UNIT of POINT / over|across|through|throughout the? weekend / a day or two
BYTHE     = hour|day|week|morning|afternoon|evening|weekend|month|night|new|year|quarter|lunch
ABOUT     = under|about|around|less|only|just|roughly|another|as|no|at|the|than|little|most|more|next|coming|max|maximum|maybe|maybe|perhaps
            |probably|up|to|say
RELEASE   = release|update|deploy|deployment|deploys|rollout|sprint|build|version|batch|patch|drop|run|import|sync
AT        = at|on|from|around|about|for|circa|sometime|between|after|through / approx|about|around|ca . ? / between|from POINT and|to|-
THENON    = THEREUPON / had|have|has|were|was|did|could|are / .|,|;|)|:
OPEN      = between|from DIGITS and|to|till|until DIGITS &THENON / midweek / mid week|month / AT POINT / after the|your|their|our|his|her BYTHE|break|lunch|holiday|holidays|night / at|on|for the PARTS / in the? early|late? PARTS / in MONTH
            / CLOCK|TODAY|EOD|DATE / this|that morning|afternoon|evening / during|throughout the day|morning|afternoon|evening
            / this|that day|evening / EARLY TODAY / early|late|mid PARTS|TODAY
LENGTH    = LEN / most|all|much|half of the|this? day|morning|afternoon|evening|week|night
            / the? whole|entire day|morning|afternoon|evening|week|night
            / about|around|roughly|approximately|some|say|maybe|up|under|over|just|only? to? LEN / hours|minutes|days|weeks
PASSED    = from|since before|after POINT / LEN ago|earlier|after|later|late / LEN before $ / yesterday / last night|week|month|DAYNAME|year|evening
            / earlier today|this|tonight|on PARTS? / since POINT|then / for|in|over|during the last|past LEN|UNIT
            / until|till|by now|yesterday / until|till|by last ~2 / POINT yesterday / yesterday ~1 at|by|from|until POINT
            / the previous UNIT|PARTS / ago / last LEN / this time / in time $
PROMPT    = quickly|rapidly|swiftly|promptly|speedily !as / on time|schedule / presently|forthwith|instantly|immediately|straightaway
            / right|straight away / at once
ASOF      = as of POINT|now
EVERY     = every|each|per|twice a? LEN|UNIT|DAYNAME|PARTS|other / once a UNIT / every LEN / hourly|daily|weekly / LEN each|every
            / after LEN of|without / within LEN on working|business|week|school days / on working|business|week|school days / on weekdays
            / NUMBER times a|per|an UNIT / DIGITS hours? a day / around|round the clock / 24 / 7 / from now on
"""
