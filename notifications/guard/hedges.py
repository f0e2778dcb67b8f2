"""How letters say that something is thought, seems or is inferred rather than known, and what causes and effects are called.

THINK, SEEM, MAYBE, MODAL and SIGN mark what is not known; whether it is a cause is for inference to say. SURE needs no more,
and UNCHECKED no more than a cause that stands beside it.
"""

HEDGES = """
TEAM     = team|teams|engineer|engineers|developer|developers|colleague|colleagues|specialist|specialists|analyst|analysts|technician
           |technicians|expert|experts|admin|admins|people|side|lead|staff|guys|support|crew|folks|department|desk|dev|devs|cto|dba|dbas
           |architect|us|them|ops|group|office|manager|leads|person|someone|somebody
WHO      = i|we|they|he|she|some|most|everyone|everybody|one|others|many|us|people|colleagues|engineers|developers|consensus
           / ^ #word? TEAM
           / the|our|my|a|an|both|all|some|most|one|his|her|their|several of? our|the|my? ~2 TEAM
           / someone|somebody|everyone|people|colleague|engineer on|in|at|from the|our ~2 TEAM
THINKS   = think_|believe_|fancy_|suspect_|assume_|presume_|reckon_|guess_|imagine_|suppose_|surmise_|conjecture_|speculate_|theorise_|theorize_
           |hypothesise_|hypothesize_|infer_|deduce_|conclude_|figure_|fear_|gather_|venture_|wager_|bet_|attribute_|ascribe_|blame_
           |lean_|doubt_|posit_|postulate_|wonder_|intuit_|sense_|judge_
THINK    = WHO THINKS / my|our|initial|preliminary|best|personal|first ~1 reading is|:|,|that|of
           / WHO is|are|am|was|'s|were|'m ~1 think_|leaning|inclined|tempted|convinced|persuaded|assuming|guessing|betting|suspecting
           |certain|sure|confident|led|drawn|minded|pointing|wondering|thinking to|towards|toward|that|it|the|a|an|as|on|at|whether|if?
           / WHO tend_|incline_|lean_ to|towards|toward / WHO put_ it|this|that|the ~3 down
           / WHO feel|feels|felt that|it|the|like|as|sure|fairly
           / WHO have|has|had a|the|our|some ~2 idea what|who|why|where|which / easy|much|little to imagine|picture|guess|see that|how|a|the
           / WHO have|has|had a|an|the|our|some|my|their ~1 feeling|suspicions|doubts|theories|suspicion|hunch|theory|idea|inkling|notion|guess|sense|impression / WHO take it
           / WHO can|could|must|will|would|might|may|do|'d|should ~1 THINKS / WHO say_ it|that|this|the|a|probably
           / WHO point_ to|at|towards
           / i|we 'd|would say|hazard|bet|guess|wager|venture|put|go|expect|think|suspect|attribute|pin|lay|imagine
           / if i|we|you|anyone ~2 guess|bet|say|pick|choose|name|money|venture|speculate / call it a hunch|guess / between us
           / WHO find it hard / given|led|made|brought to believe|think|understand|suppose|suspect
           / ^ pretty|fairly|quite|reasonably|almost|nearly|very|rather? sure|certain|confident|convinced it|that|this|we|the
           / ^ bet|guess|reckon|suspect|assume|assuming|presume|think|believe !you / ^ bet you / WHO think_ so / WHO pin_ / money is on
           / WHO lay_ it|this at
           / one|another|a|an ~1 OPINION ~3 is|was that|a|the / OURS ~2 OPINION is|are|was|would|has|goes|runs|points|remains|says|being|leans|:|that|lies|so|at|?|,|for|going|among|blames
           |attributes|puts|suggests|'s|around|here|seems|tells|'d|will|tends / OPINION doing|making the rounds / OPINION ~5 is that / OPINION is|'s|:|that|here|so|among|going|would|has|?|,|:|-
           / OPINION we|i have|can|see|find|come|got ~4 is / suspicion|suspicions|finger ~1 falls|fall|fell|rests|lands|points|goes
           / help thinking|suspecting|wondering|feeling / word ~4 is that|it|we|they / OPINION of|among|in|on our|us|this
           / OPINION of|among|in|on|at|from|with ~3 is|are|says|holds|points|has|suggests|remains / hard|difficult|impossible not to
           / hard|difficult|impossible to imagine|see|think / hard|difficult|impossible to explain ~3 other|otherwise|without|unless|except|anything
           / reading|view|understanding|picture of the|it|this|things|events ~2 is|suggests|points
           / leading|prevailing|working|current|main|prime|chief|likeliest|best|top|first|preliminary|initial|early|tentative
           |provisional OPINION / according to ~2 OPINION
           / it|this is|was|'s|has|been|are? ~2 thought|believed|suspected|assumed|presumed|supposed|understood|rumoured|reckoned
           |hypothesised|theorised|considered|attributed|deemed|held|feared to|that|as?
           / is|are|was|were|been|being|'s thought|believed|suspected|assumed|presumed|supposed|rumoured|reckoned|hypothesised|theorised
           |surmised|considered|speculated to|that|as|by|a|an|the?
           / suspected|presumed|supposed|alleged|assumed|putative|purported|hypothesised|hypothetical
           / as far as we|i|anyone|one ~1 tell|see|judge|know|make|understand|reconstruct|establish|gather|determine|work|piece|ascertain
           / to the best of / as|so far as we|i|anyone|one ~1 tell|see|judge|know|make|understand|reconstruct|establish|gather|determine|ascertain
           / if you ask_ me|us / reasonable|fair|safe|natural|tempting|logical|sensible to suppose|assume|think|believe|conclude|say|point|blame / think|believe we ~1 know|found|have ~1 what|why|it|the
           / strikes|struck us|me|everyone|anyone as|like / OPINION we favour|favor|prefer|like|hold|lean|have / under suspicion / suspicion|suspicions ~1 fall_|rest_|of|about|towards
           / WHO are|is|am|'m ~1 eyeing|eying|weighing|considering|entertaining / what we are|'re considering|weighing|suspecting / attention|eyes|focus|search|hunt has|have|is|are ~1 turned|narrowed|on|moved|shifted to|down|on
           / is|are|be among the|our|several possibilities|suspects|candidates|theories / one|another possibility|candidate|theory|scenario|suspect|explanation we|that|is|which|would|could|might|among
           / would be my|our OPINION / , i|we 'd? think|wager|bet|guess|suspect|say|reckon|presume|believe|suppose|imagine $
           / from what|all we|i ~2 tell|see|seen|gather|gathered|heard|hearing|hear|understand|know|judge|read|found|make|learned
           / from where we|i / in my|our|their ~1 view|opinion|estimation|judgement|judgment|reading|mind|book|eyes
           / by|to my|our reckoning|mind|lights / unless i|we ~2 mistaken|wrong / our|my gut / all we know / for all i|we / word is|has
           / as|so we|i ~1 understand|see|read|interpret it|things|this|matters / word from|in|around ~4 is / rumour|rumor has
           / reading|read between / putting two / two and two
           / make|makes|leads|lead|inclines us|me to? think|believe|suspect|conclude|assume|wonder
           / reason|reasons|cause|grounds to think|believe|suspect|assume|fear
           / operating|working on the|an ~2 assumption|theory|hypothesis|premise / are|is|am looking at a|an|the ~3 as / lay_ the blame
           / point_ the finger / not be|have been? ~1 surprised|astonished|shock / not surprise|astonish me|us / WHO would not put
           / not put it past / same|this|that|our feeling|conclusion|suspicion|hunch / draw_ ~3 conclusion|conclusions|inference
           / read_ this|it|that as / take_ this|it as / treat_ ~5 as the|a|our ~2 CAUSE|trigger|suspect
OURS     = our|my|the|a|an|one|their|his|her|current|working|initial|first|best|early|main|leading|prevailing|common|general|another
           |engineers|team|'s|only|some|that|this|any|strong|strongest|likely|safe|educated|preliminary|good|fair|every|other|latest
           |collective|shared|personal
OPINION  = theory|theories|hypothesis|hypotheses|hunch|hunches|suspicion|suspicions|guess|guesses|guesswork|assumption|assumptions
           |impression|assessment|diagnosis|explanation|conclusion|inference|thinking|conjecture|premise|instinct|feeling|verdict|view
           |sense|notion|gut|money|understanding|belief|suspect|suspects|candidate|candidates|scenario|contender|speculation|bet
           |opinion|consensus|analysis|idea|favourite|favorite|thought|thoughts|deduction|presumption|supposition|surmise|indication|finger
SEEM     = read|reads ~1 like|as / resemble_ a|an|the|what|our|some / it|this|that is|'s|was as if|though
           / seem|seems|seemed|seeming|appear|appears|appeared to|that|as|like|related|linked|connected|due|caused|down|tied|attributable
           |rooted|responsible|likely|probable|possible|plausible|we|the|it|a|an|our|one|some|,|there
           / seem|seems a|an|the|likely|plausible|probable|possible / would|may|might seem|appear
           / look|looks|looked|looking|sound|sounds|sounded|feel|feels|felt|smell|smells|smelled|smelt|behaves|behave|behaved
           |smack|smacks|reeks|tastes more? and? more|a? lot|to|suspiciously? us|me? like|as|of|responsible|guilty|to|increasingly|more
           |very|a|suspicious|suspect / by the? looks|look|sound|sounds of / from the looks|look|sound of
           / has|have|had|bears|bear|carries ~3 hallmarks|hallmark|marks|fingerprints|signature|earmarks|makings
           / has|have|had the|a ~1 look|feel|ring of|about / what seems|appears|looks / it|this|that|which seems|appears|looks
           / appears|seems $
MAYBE    = ^ either the|a|an|our|some|it
           / probably|presumably|perhaps|maybe|possibly|apparently|seemingly|supposedly|allegedly|reportedly|ostensibly|conceivably
           |plausibly|arguably|evidently|potentially|doubtless|surely|undoubtedly|probable|possible|likely|unlikely|plausible|conceivable
           / in all likelihood|probability / chances|odds are|is|that|good|high|of
           / there is|'s|are every|a|some|good|strong|real|little|no|fair|decent ~2 chance|chances|likelihood|possibility|probability
           |suspicion|speculation|doubt / likelihood|possibility|probability|risk is|that|of
           / no|without|little|hardly|beyond ~1 doubt|question / ten to one / dollars to doughnuts / a safe|fair|good bet
           / almost|nearly certain|certainly / more than likely / as likely as / most|very|quite|highly likely
           / at first|face sight|glance|value / on the face|balance / to all appearances / all|balance of the? signs|evidence|probabilities
           / judging|going by|from / to go by / ^ to judge by|from / if|assuming our|my|the|we|i ~4 right|correct|accurate|mistaken|reliable|believed / if ~5 anything to go
           / odds|chances ~1 favour|favor|point / ^ should|were the|our|my|this|that|these ~2 be|hold|prove right|correct|accurate|true|up|reliable|anything|to
           / not|hardly|never ~1 out of the question / if this|it|that is|'s|turns|was ~3 then|,
           / not impossible|inconceivable|unthinkable|implausible|improbable|unlikely|excluded / i|we dare say
           / as best|near|well as? we|i|anyone ~1 tell|see|judge|say / unconfirmed / not yet? proven|confirmed|verified
           / yet to be verified|proven|confirmed / though|although|but ~4 unproven / be|is it that|possible / could|might|may be that
           / theoretically|hypothetically|suspiciously|coincidentally / nine times|cases
MODAL    = will have #ed|been / would then|thus|therefore be|have|mean / it can be that / got ta be / gotta be
           / may|might|could|must|can|couldn ~1 well|very|also|easily|conceivably? not? have|'ve !OBJECT
           / it|that|this will have been a|an|the|our|some|somebody|someone / can|could only have|be|been|mean|'ve / can|could not have|been|mean|'ve / can|could not be !#ed
           / has|have|had got? to have|be|do|mean
           / may|might|could|must well|very|also|easily|conceivably|possibly? be|stem|come|originate|result|arise|derive|lie|date|relate
           |trace|belong|point|explain|account|turn|mean|involve|indicate|suggest|lead|play|sit|go
           / ^ could|might|may|can|would ~6 be|have|explain / could|might|may it|this|that|the ~3 be|have / bound|likely to have|be
           / is|was|are|were|been likely|probably|possibly|unlikely to / would|could|might|may|can|does|do ~1 explain|account|fit
           / would suggest|indicate|point|imply|mean|hint
EVID     = logs|log|evidence|everything|signs|it|this|all|data|symptoms|symptom|timing|errors|error|traces|trace|findings|graphs|metrics
           |which|that|clues|arrows|fingers|analysis|investigation|checks|results|figures|indicators|circumstances|tests|much|we|pattern
           |patterns|message|monitoring|finger|trail|roads|code|codes|timestamps|diagnostics
SIGN     = EVID ~3 pointed|pointing to|towards|toward|at|in / point|points|pointing ~1 to|towards|toward|at|in
           / suggest|suggests|suggested|suggesting|suggestion|suggestions !you|your|we
           / indicate|indicates|indicated|indicating|indication|indications|indicative / imply|implies|implied|implying
           / hint|hints|hinted|hinting at|that|of|to? / signal|signals|signalled that|a
           / consistent|keeping|line|compatible|accord|correspond|square|squares|fit|fits|tally|tallies|match|matches|matched|chime|chimes
           |agree|agrees|coincide|coincides|coincided|correlates|correlate|correlated|ties|tie|lines|line|dovetails|overlaps in? up|too
           |exactly|neatly? ~2 with / coincidence|coincidental / hallmark|hallmarks|fingerprint|fingerprints|earmarks
           / typical|symptomatic|characteristic|reminiscent|suggestive|classic|textbook|telltale|symptom|symptoms|sign|signs|signature
           |evidence|trace|traces|clue|clues|pointers|mark of|sign|case|symptom|example|that|to|point|for|is|are|suggest|so|lead|leads
           / signs|evidence|clues|fingers|arrows|everything|logs|indicators|roads|trail ~3 point|lead|leads|points|pointing|are|suggest
           |suggests|hint|speak|speaks / speak|speaks|spoke|argues|argue for|against|in
           / usually|normally|typically|often|generally|commonly|frequently|always|mostly|traditionally ~4 mean|means|meant|come|comes
           |happen|happens|point|points|indicate|indicates|signal|signals|suggests|is|are|caused|because|when|down|after|follow|follows|due
           |result|stem|stems|arise|arises|occur|occurs|begin|start|trace|traces|appear
           / tend|tends to ~1 mean|come|happen|point|indicate|be|follow|occur|arise|stem|appear|result|signal|show / in most cases
           / in our|my experience / as a rule / more often than not / most of the time / nine times / tell|tells its own / rule_ out
           / not exclude|dismiss|discount|preclude / exclude_ / not ~3 ruled|excluded|dismissed|discounted / without ruling|excluding
           / lead|leads|led|brings|brought us|me ~1 to|towards / would|could|might|may|does|all ~2 explain|explains|account|make
           / explain_ a lot / ask ourselves / suspicious / follows|follow that / must|has to mean
           / too neat|good|neatly|close|much|big ~8 coincidence|chance|accident / no accident|coincidence|surprise that
           / not a? coincidence|accident
           / fits|fit the|our|this|that|what|with ~1 pattern|picture|bill|timing|timeline|theory|evidence|facts|symptoms
           / EVID ~2 fit|fits|match|matches|matched a|an|the|our|what|that ~2 pattern|picture|profile|theory|behaviour|symptoms|signature|description
           |failure|case|bug|fault|fingerprint|time|moment|timing|timestamps|release|update|expiry|deploy|deployment|change|happens|happened|see|saw|known / timing ~3 suspicious|fits|matches|suggests|points|lines
           / symptoms|symptom|pattern|errors|signs|signature|timing|traces|log|logs ~1 fit|fits|match|matches|matched a|an
           / put_ ~3 down to / blames the|a|an|our|this|it / tells us|me it|that|the|this
           / hardly|no|not ~2 chance|coincidence|accident|random / is|are|looks|look those|that|one of a|an / stand_ to reason
           / as the|a|our likely|likeliest|probable|most|culprit|cause|reason|trigger|suspect
CAUSE    = cause|causes|reason|reasons|culprit|culprits|trigger|source|origin|root|explanation|suspect|offender|driver|catalyst|villain
           |instigator|perpetrator|factor|candidate|contender
DOUBTED  = likely|likeliest|probable|possible|potential|suspected|presumed|supposed|apparent|plausible|conceivable|prime|main|chief|leading
           |top|obvious|usual|alleged|assumed|believed|candidate|hypothetical|simplest|logical|natural|best|strongest|unconfirmed|working
           |tentative|provisional|preliminary|presumptive|interim
SURE     = treat_|regard_|consider_ ~5 as the|our ~2 CAUSE !to / can|could only mean|come / what we|i ~2 see|seeing|saw|seen fits|fit|matches|match|points|suggests|suits !your|you|the
           / have|has|had ~1 seen|met|had|known|encountered this|that|it|such ~2 before|earlier|already , ~4 it|that was|were
           / line|lines of inquiry|enquiry|investigation / we|engineers|colleagues|i ~2 following|pursuing|chasing a|one|the ~1 lead|clue|trail / a|one|best|only|strongest|promising ~1 lead|clue|trail that? we|they|i|team ~2 following|pursuing|chasing|follow|pursue / in our sights / zeroing|homing|closing in on / all but settled on / per cent sure|certain|convinced|confident / %|percent sure|certain|convinced|confident / coincidence ~6 hard|striking|remarkable|difficult|telling|odd
           / hard|difficult to believe|imagine|see ~6 nothing|unrelated|chance / similar|such|comparable|like|earlier|these cases|case|gaps|errors|incidents|failures|faults|outages ~5 down|caused|due|because|traced / similar|such|comparable|like|earlier|these cases|case|gaps|errors|incidents|failures|faults|outages ~5 came|come !in|up|back|to|at|on
           / kind|sort|type of ~1 thing|error|fault|failure|problem|gap ~3 is|happens|you|we|comes|a ~2 what|when|get|see|makes|expect !you|your|when / is|'s|was|just|exactly|precisely|much what you|we|one ~1 expect|get|see when|from|if|of|after !you|your / as you|we|one ~1 expect|get|see when|if|after !you|your
           / trail|trails|evidence|everything|signs|logs|tracks|fault|problem|error|failure|failures|trouble ~2 lead|leads|led|points|goes back to|there / keep_ ~1 coming back|returning to / talk|rumours|whispers of a|an|the / picture|pattern|story is|that|we ~2 emerging|emerges|is|tell / nearly|almost|practically always it|the|a|an|our|some|down|because|due
           / usually|typically|normally|generally|mostly|commonly|often ,? when|if|where ~8 , ~5 has|have been / usually|typically|normally|generally|mostly|commonly|often ,? when|if|where ~8 , ~5 has|have ~1 #ed|gone $
           / usually|typically|normally|generally|mostly|commonly|often ,? when|if|where ~8 , it|this is|was|'s|comes ~1 a|an|because|due|down|from|one|some|mostly|often|always|caused
           / in|with cases|situations|incidents|circumstances|faults|things like this|these|that ,? ~3 is|was|'s|comes ~1 a|an|the|usually|mostly|nearly|almost|often|because|down|due|always|from
           / ^ is|was the|a|an|our|this|it ~4 to blame|fault|responsible|culprit|behind / spotlight|betting|money|suspicion ~6 is|are|falls on|upon the|a|an|our / something ~1 cut|knocked|ate|tripped|broke|blocked|overwrote|switched|pulled it|the|them|this
           / narrowed|narrow|narrowing it|this|things|matters|that? down? to !one|our|us / comes|come|boils down to the|a|our|either|one|two / evidence|facts|signs|logs|findings|data|opinions|opinion|everything ~1 lean_|tend_|incline_ ~1 to|towards|toward
           / it|this is|'s either the|a|an|our|some / one of two|three|several things|causes|reasons / causes|candidates|suspects|possibilities are|is ~1 question|left|open|remaining
           / findings|results|analysis|checks|tests ~1 blame|blames|incriminate|implicate|accuse / have|has|had ~1 seen|met|had|known|encountered this|that|it|such ~2 before|earlier|already ~6 was|were|it|a|the
           / last|previous time ~4 , ~1 it|was|were|a|the / last|previous time ~3 happened|occurred|saw|had ~2 was|were ~1 a|an|the|our / same ~1 happened|occurred ~4 when|because|after / everything revolves|hinges|turns ~1 around|on|about / timing is ~1 telling|revealing|suggestive|striking|suspicious
           / root|roots|origin in old|the|a|an|our|some|bad / go_ back to the|a|an|our|yesterday|last update|release|change|deploy|migration|upgrade|move
           / may|might|could|must|would stem|come|result|arise|derive|originate|date from|in / not be the first time
           / would|could|might ~2 produce|cause|create|lead|result|trigger|yield|give ~2 this|exactly|such|what|precisely|these
           / can not prove|swear|say ~3 but|, ~2 but? / can not be sure|certain|positive ~2 but|, ~2 but? / would|could fit $
           / provisional|preliminary|tentative|initial|early|first|interim finding|findings|result|results|conclusion|conclusions|reading
           |diagnosis|assessment|evidence :|is|are|point|points|suggest|suggests|indicate|indicates|show|shows|blames|lead
           / you|we|one 'd|would ~1 expect_|see this|that|it|such|exactly|these ~2 when|if|from|with|after !you|your
           / would|could|might|may ~1 be explained|accounted / would make sense if / help but notice|wonder|think|suspect|feel|conclude / my|our read|take is|on that|the|it|this?
           / if our|my ~1 OPINION ~4 is|are|proves|holds / leave_ little|no|small|much room|doubt|space / front runner / frontrunner / no other|better CAUSE / only CAUSE ~3 left|remaining|remains|possible|fits|fit|plausible / hold_ ~5 responsible|accountable / i|we|they think|believe|suspect|fear|guess|imagine|reckon|assume so
           / CAUSE #mark? preliminary|provisional|tentative|unconfirmed|tbc|suspected|likely|probable|presumed / ^ was it the|a|an|our|some
           / seem_|appear_ to show|suggest|indicate|point|tell|hint|imply|confirm / WHO ~2 attribute_|ascribe_|chalk_|pin_ ~6 to|down|on|up
           / draw_ ~3 conclusion|conclusions|inference / same|sneaking feeling|suspicion|hunch / ^ what seem_|appear_|looks to
           / ^ had|if ~6 not ~6 ,? ~3 probably|likely|presumably|perhaps / DOUBTED CAUSE
           / CAUSE is|was|:|seems|looks|appears|remains ~1 likely|probably|possibly|presumably|perhaps|maybe|unconfirmed|suspected|believed
           |thought|assumed|might|may|could|potentially / prime|main|chief|usual|top|number ~2 suspect|suspects
           / CAUSE might|may|could|must|would|should|seems|appears|looks / most|more likely|probable|plausible|obvious CAUSE
           / likely|probably|possibly|potentially|presumably|perhaps|apparently caused|triggered|due|because|down|related|linked|owing
           |introduced|brought / no doubt because|due|down|caused / what|that|which would|could|might|may ~1 explain|account|be
           / too ~4 to be a? coincidence / only be|have been|come / surely ~2 blame|cause / it|this|that was|is ~3 or ~4 , ~4 not sure
UNCHECKED = not ~1 have ~1 proof|evidence|certainty / no ~1 proof|evidence|certainty ,? but|though|yet / nobody|none|neither ~3 has|have ~2 CHECKED it|this|that|so? yet|,|. / nobody|none|neither ~3 has|have ~2 CHECKED it|this|that? so far
           / has|have not|never ~2 been? CHECKED it|this|that? yet|,|. / has|have not|never ~2 CHECKED it|this|that? so far
           / still|yet to be CHECKED / not yet CHECKED / ^ not CHECKED yet|so|,
CHECKED  = checked|verified|confirmed|proven|proved|tested|looked|established|shown|validated|examined|seen
LINK     = side effect|effects of|from / by product of / it|this|that was|is|'s ~1 the|our|a|an|some|your ~6 that !you|we|i|they|he|she|your|our|the|a|counts|counted|matters|mattered / #ed by the|a|an|our|some|last|yesterday|one / cut|hit|put|set|shut|hurt off|down|out? by the|a|an|our|some|one
           / cause_|because|trigger_|stem_|originate_|arise_|derive_|culprit|rooted|contribute_|introduce_|explain_|attribute_|spark_
           |fallout|CAUSE / due|owing|thanks to / on account of / as a result|consequence of / result_ of|from|in
           / behind it|this|that|the|these|those|today|all|what|your|$ / to blame / down to / relate_ to
           / linked|link|connected|tied|related to|with|between|up / trace_ ~2 back? to / responsible / account_ for / lead_|led to
           / bring_|brought about|on|down / come_ down? from|to|about|down / lie_|sit_ with|in|at|behind / at fault / to do with
           / set_ it|this|that|things|everything|the|all? off / is|are|was|were|be|been the ~1 problem|issue|culprit
           / is|was the one|only? thing that|which
           / play_ a|some|its|any ~2 part|role
           / happen_|begin_|start_|break_|fail_|stop_|lose_|lost|vanish_|go_|delay_|bounce_|disappear_ ~1 when|after|because|with|as
           / knock on / reason for|is|was|why|behind / at the root|bottom|heart / do_ it|this
           / is|was|'s what changed / what broke|tripped|stopped|knocked|took|did|made|threw|upset|killed|brought / had a hand / fault of|in|with
           / somewhere|something in|with|about|wrong / when|after|once the|our|a|an|we|it ~5 #ed|went|ran|was|were|fell|changed|moved|ran
           / because of / the work of
OBJECT   = the|a|an|at|your|our|some|no|any|this|that|these|to|more|enough|access|all|both|two|three
YOU      = you|your|yours|yourself|yourselves
SEEN     = notes|prices|price|labels|parcels|shipments|callers|photos|images|pictures|comments|scores|grades|seats|greetings|tariffs|quotes|everyone|everybody|total|sum|sums|balance|count|counts|amount|amounts|interruption|interruptions|disruptions|pauses|views|tasks
           |letter|letters|gap|gaps|difference|differences|discrepancies|holes|blanks|repeats|copies|copy|overlaps|inconsistencies|doubles
           |email|emails|message|messages|mail|mails|contact|contacts|lead|leads|campaign|campaigns|sequence|sequences|report|reports
           |number|numbers|figures|totals|page|pages|people|client|clients|customer|customers|user|users|record|records|rows|recipients
           |columns|addresses|dashboard|dashboards|data|delivery|deliverability|replies|reply|chart|charts|export|exports|list|lists
           |appointment|appointments|invoice|invoices|order|orders|booking|bookings|duplicates|notification|notifications|alerts|entries
           |results|tiles|screen|screens|deals|tasks|mailings|newsletter|newsletters|attachments|service|sending|performance|speed
           |everything|things|nothing|none|nobody|anyone|anything|neither|reminder|reminders|template|templates|events|event|opens|clicks
           |payments|payment|accounts|sessions|searches|search|files|folders|texts|logins|members|subscribers|transactions|uploads
           |downloads|calls|tickets|others|readers|guests|visitors|workflows|workflow|items|webhooks|confirmations|receipts|impact|effect
           |scope|damage|extent|delay|delays|disruption|loads|response|responses|loading|meetings|registrations|imports|signups|signup
           |forms|links|quality|patients|students|teams|parents|pupils|schools|families|shoppers|shops|buyers|drivers|callers|tenants|donors
           |residents|travellers|attendees|classes|courses|stores|branches|timetable|timetables
EXTENT   = between|about|around|roughly|approximately|some|fewer|less|more|up|few|several|most|many|half|third|quarter|fifth|sixth|eighth
           |tenth|fraction|tiny|share|portion|couple|dozen|hundred|handful|majority|minority|just|only|nearly|almost|over|under|least
           |dozens|hundreds|thousands|thousand|million|none|no|not|all|both|each|every|two|three|four|five|six|seven|eight|nine|ten|eleven
           |twelve|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|zero|little|small|large|#number
NOUNLESS = somewhere|that|as|if|though|like|to|be|is|are|was|were|'s|it|this|these|those|there|the|our|both|today|yesterday|monday|other|new|old
           |first|later|remaining|delayed|affected|of|for|from|in|on|a|an|at|may|might|could|would|will|have|has|been|not|so|,|and|but|or
           |any|queued|missing|last|late|held|open|current|weekly|daily|monthly|one|individual|certain|also|"
FEELS    = sense|kinder|nicer|fairer|frustrating|annoying|inconvenient|disappointing|worrying|upsetting|unpleasant|stressful|hard|tired|tiring|welcome
           |important|urgent|difficult|wise|sensible|fair|best|better|right|worth|owe|owed|deserve|deserves|appreciate|prefer|agree
           |understand|wondering|unsettling|awkward|relief|painful|bad|helpful|useful|sorry|trouble|patience|glad|happy|apology|question
           |good|matters|enough|unacceptable|easier|safer|safest|simplest|clearer|honest|tough|rough
WORKS    = touch_|work_|recover_|improve_|hold|holds|holding|arrive_|reach_|settle_|notice_|receive_|affect_|concern_|load_|matter_|help_|owe_
EFFECT   = delivered|lost|received|seen|sent|opened|shared|exposed|delayed|missed|noticed|fixed|resolved|restored|affected|impacted
           |unaffected|limited|confined|restricted|isolated|contained|stable|fine|well|healthy|gone|over|complete|correct|safe|intact|up
           |running|worse|late|later|slow|slower|slowly|missing|duplicated|doubled|incomplete|visible|empty|higher|lower|shorter|longer
           |available|unavailable|improving|normal|quiet|small|minor|rare|harmless|online|offline|reachable|quicker|faster|lighter|heavier
           |earlier|twice|short|brief|noticeable|shown|counted|critical|back|working|down|below|above|between|solved|settled|done|clear
           |true|same|untouched|involved|concerned|needed|required|asked|prompted|logged|outdated|stale|blank|pending|behind|normally|happy
           |smaller|larger|bigger|louder|clearer|fewer|weaker|harder|sooner|busier|quieter|cheaper|stronger|wider|deeper|closer|reversible
           |harmless|gone|usual|smoothly|steady|steadily|valid|today|unusual|take|takes|last|lasted
DONE     = block_|break_|reject_|stop_|cut_|delete_|remove_|choke_|trip_|disconnect_|overload_|overwrite_|lock_|rotate_|expire_|change_
           |rename_|misroute_|misconfigure_|corrupt_|overwhelm_|exhaust_|crash_|fill_|throttle_|revoke_|disable_|switch_|drop_|kill_|knock_
           |wipe_|purge_|swallow_|skip_|duplicate_|collide_|overlap_|time_|swap_|edit_|filter_|intercept_|catch_|caught|shift_|hang_|jam_
           |clog_|scramble_|confuse_|misread_|misbehave_|fail_|run_|ran|ate|eat_|mangle_|truncate_|shut_|reset_|update_|push_|merge_
           |import_|upload_|enter_|paste_|click_|press_|turn_|flag_|mark_
WORKED   = pause_|archive_|deactivate_|exclude_|save_|saved|blew|tripped|overlap_|typo|filter_|share_|overwrite_|overwritten|import_|sort_|map_|cache_|cached|merge_|rename_|edit_|swap_|mix_|misread_|select_|convert_|clone_
           |uploaded|upload_|replaced|copied|shown|served|serve_|truncate_|corrupt_|misconfigure_|mislabel_|mistaken|mistook|lapse_|lapsed|expire_|expired|held
           |pointed|pointing|redirect_|reset|removed|switched|clash_|collide_|conflict_|template|refreshed|assigned|matched|tagged|flagged
           |routed|encoded|formatted|parsed|scheduled|triggered|stored|synced|linked|unlinked|attached|embedded|blocked|throttled|consent|cut
DENIED   = could|should|might have been ~1 caught|noticed|spotted|detected|found ~1 by|in|with ~2 test|tests|check|checks|review|alarm|alarms|monitoring|us
           / neither|nor ~3 rule|confirm|exclude|know|say
           / no ~2 sign|signs|indication|indications|evidence|reason|suggestion|hint|trace|suspicion|proof
           / any sign|indication|evidence|hint|suggestion|trace
           / not|never|nor|without|avoid|refuse|rather|cannot|instead|than ~4 speculate|speculating|guess|guessing|assume|assuming|conclude
           |speculation|theorise|conjecture|guesses|theories|assumptions|suspect
           / not ~3 know|known|clear|found|established|determined|certain|say|tell|sure|confirmed|identified|confirm|identify ~2 cause|why|what|how|whether|reason|if|where|who
           / cause|reason|source|root is|remains|was|are still|yet|as|not? unknown|open|unclear|unconfirmed|not|under|being|to
           / before|until we|it|i|the ~3 know|confirmed|confirm|certain|cause|sure|found
           / find|finding|look|looking|investigate|investigating|identify|identifying|establish|establishing|determine|determining
           |understand|understanding|pinpoint|search|searching|work|working|learn|check|checking|examine|examining ~2 for? out? ~2 cause
           |reason|source|origin|why|what|root|whether|how|if / have|'ve|has|we|i|they|tests|test|checks|team ~1 ruled|excluded / is|was|were|has been? ruled|excluded
           / to the question|matter|point|subject|topic of|about|whether
           / possible to / as possible / if|where|wherever|whenever possible / likely to need|ask|want / would you|your / no such|other !CAUSE
           / soon as
VISIBLE  = it|this|that|these|those|everything|things|all|service|services|system|systems|sync|site|website|app|portal|platform|problem
           |issue|outage|incident|errors|disruption|interruption|fix|repair|workaround|correction|situation|trend|rate|rates|backlog|access
           |recovery|latency|product|feature|integration|we|i|you|they|what|which|who|there|line|phones|calls|dialer|inbox|inboxes|calendar
           |traffic|change|measure|tracking|nothing|anything|rest|worst|behaviour|behavior|wait|team|colleague|call|chat|meeting
           |conversation|text|texts|account|widget|editor|tool|screen|layout|experience|morning|timing|today
"""
