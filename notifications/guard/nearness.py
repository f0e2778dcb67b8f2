"""Nearness without a time of its own, what others have said, and what makes a time harmless. See promises."""

NEARNESS = """
ENDED      = there|done|fixed|finished|resolved|ready|complete|completed|back|restored|over|sorted|through|solved|repaired|recovered|home
             |working|running|live|up|reparing|repairing|fixing|finishing|restoring
GOAL       = fix_|resolve_|resolution|done|finish_|back|solution|restore_|complete|completion|workaround|it|this|sorted|sorting|recover_
             |recovery|end|repair_|solve_|restoration|solving|finished|cure|having|getting|mend_|normal|crack_
NEAR       = going to be ~1 short|brief / will|should be ~1 short|brief !of|on / all that|we|'s ~2 missing|left|remains|need is / only|just need|have to switch_|flip|roll|press|restart|turn|push|plug|load / fix|repair|patch|solution|help|rescue|version|remedy is|'s ~1 on its way|imminent|close|near|minutes|hours
             / over the hill / broken the back / a? mere? formality / from here ~3 quickly|fast|quick|easy / need not|no need to|do not postpone|cancel|reschedule|move the|your|tomorrow ~2 launch|event|exam|campaign|opening|tour|concert|webinar|lesson|class|party|sale
             / not|never see|have|get|bother|trouble|meet|notice|need ~4 after|beyond|past the? TODAY|TOMORROW|DAYNAME|weekend
             / another|one|last more? push|step|check|restart|try|test and|then we|you|it / very|really|so close|near now|$ / close|near now $ / only|just one|two|a ~1 step|piece|part|thing|hurdle|task|test left|remains|is|to
             / rest is|will|'s quick|easy|simple|quickly / a|an ~1 short|quick|easy|simple|small one / nothing that|which takes|will long / not hold|keep|detain you|us ~1 longer|long
             / put_|putting|adding|add ~2 last|final|finishing ~1 touches|pieces|details|bits|lines / wrapping up|it|this|things / see land / end|finish is|'s in view|sight / not be|see this ~3 after TODAY
             / talking about? minutes|hours|moments / tenths|thirds|quarters|half of ~2 done|finished|complete|over|restored / progress bar / finished|finish ~2 coffee|lunch|tea before / cure|remedy|solution|repair|answer is ~1 simple|quick|easy
             / is|was|'s|be the last|final day|evening|night|morning|shift|time|week|lesson ~2 you|that|this|of|on|with|without ~3 you|your|this|error|trouble|paper|hand|outage|problem|it
             / is|'s|be the first day|morning|night|shift ~3 normally|normal|again|without|usual|works|runs
             / one|another|a more|last shift|round|day|night|evening|lesson at|of|on|by|with|ahead|and ~3 hand|paper|manual|most|manually|patience|waiting|downtime|this
             / not ~2 last|take|be|need|keep ~1 long|longer
             / half|mostly|largely|quarters|thirds|percent done|complete|completed|finished|restored|rebuilt|recovered|through
             / left|remains|remaining is|are LEN / nearly|almost|practically|virtually|just about? ENDED
             / recovery|fix|repair|solution|resolution|restoration|end|workaround|cure|normality is|'s|are close|near|nearby $
           / nearly|almost|practically there|done|finished / close|closer|closing|near to|in|on on? a|an|the|being|having|getting? ~1 GOAL
             / nearing|approaching|near a|an|the|our? ~1 fix|resolution|solution|end|workaround|recovery|completion|restoration|repair
             / hours|minutes|days|moments ,? not ~1 days|weeks|hours ,? away|out|off|from / this close to
             / on|at the verge|brink|point|cusp|edge of ~2 GOAL / not much? longer|long now / around|round the corner
             / the? home|final|last straight|stretch|stages|steps|step|mile|leg|hurdle|lap|touches|furlong|phase|bit|piece|push|metres|yards
             / in|within|into sight|reach / at hand / light at the end / the worst is over|behind / not far off|away|from|now
             / will|should|need|shall|might|may not be|take|have|keep ~3 long|longer / not be|take long|longer
             / not have|need to wait ~2 long|longer|past|beyond / not keep you waiting / almost|nearly over|there|finished|done
             / end is in|near|nigh|close / LEN|UNIT 's ~1 work|job|task|effort|repair|fix|labour
             / not|never|hardly be|have|need|wait_|live|go|do|stay|remain|work|manage|struggle ~7 for long|longer $ / nobody|unlikely ~2 be|have|need|wait_ ~7 for long|longer $ / not much? longer|long to wait|go / quick|short|small|easy|simple job|task|matter|affair
             / NUMBER hour|minute|day|week|evening job|fix|task|repair|affair|matter|thing / as good as ~1 ENDED
             / quick|easy|simple|fast|speedy fix|repair|recovery|resolution|turnaround / sooner than ~3 / a stone|stone's throw
             / well on the|our|its way / nearing|approaching|entering|reaching ~2 end|completion|final|last|finish
             / #number|DIGITS per cent done|complete|completed|there|restored
             / #number|DIGITS %|percent done|complete|completed|there|finished|restored|cent|through|recovered|rebuilt|imported|processed
             / about to ~1 MENDING|roll_|push_|bring_|turn_|switch_|put_|apply_|release_|be|come|go|return|resume|finish|fix|restore|end
             |resolve|work|ship|deploy|start|have|get|reopen|land / on the|its way out|back|up|to recovery / be|is|are|'s down to the last|final|few
             / hours|minutes|moments|days|seconds away|off|out|from / tunnel / last few ~1 percent|rows|records|steps|percent
             / will|not miss your|the ~2 EVENT
             / it|this will|should|ought not? blow|pass|resolve|clear|sort|settle itself?|over|down? soon|shortly / eta
             / nearly|almost|all but ENDED / won 't be long / only a short|brief|little / short wait / mere|only|just a? formality
             / any minute|moment|day|second|hour|time now / two shakes / finish|finishing line / tantalisingly / within touching
             / in the bag / nothing stands in the|our way / for your|the ~1 EVENT ready|working|back|fixed|up / back ~3 for|before your|the ~2 EVENT
SAID       = last i|we heard|hear was|is / i|we think|reckon|believe|guess|figure|estimate|say|expect|imagine|'d|bet
             / they|he|she|who|team|engineers|engineer|colleagues|developers|developer|lead|vendor|provider|support|technicians|technician
             |specialists|people|cto|guys|staff|host|supplier|admin|admins|dev|devs|experts|expert|ops|side|desk|department|partner
             |contractor|processor|carrier|operator|company|manager|crew|colleague|architect|everyone|sam ~3 think_|reckon_|believe_|guess_
             |figure_|estimate_|say_|tell_|quote_|mention_|assure_|promise_|swear_|claim_|speak_|bet_ me|us|of|it|that|in?
             / talked|spoke|talks|speaks about|of / have|has|'ve given me|us / been|was|were|am|are|is|'m told|assured|promised|informed|advised|given|quoted|hearing / i|we|they hear_ / according to
             / put_ it|this|the|that at|down|around / talking|speaking|looking|thinking about|of|at?
             / by their|his|her|our|my reckoning|estimate|count|guess / budget_|allow_ / ask_ for|us|me / want_ to|it|another|us?
             / word is|has / word from !us|me / notice|message|announcement|bulletin|statement ~4 give_|gave|name_|state_|quote_|mention_|speak_ of?
             / my|our|best|the|their|his|her guess|estimate|feeling|hunch|bet / pencil_ / penciled
             / need|needs|requires|require|takes|take / give|allow|gives us|it|them|me|the ~1 until|till|another?
             / ^ hold|hang|bear|sit|wait on|off|tight|with|for / how long / anyone 's guess
USUALLY    = usually|normally|typically|often|generally|sometimes ~1 take_|last|lasts
IDLE       = usually|normally|typically|always|generally|ordinarily|mostly ready|done|complete|sent|there|available|up|finished by|at|before|within|in|after
             / can|may|might ~1 take_|last|lasts
             / may|might|can|could take_ ~8 load|arrive|appear|show|open|refresh|update|reach / take_ ~2 longer to load|arrive|appear
             / could|should|would|might not? have #ed|been|told|caught|had|done|known / had we|i|it|they|the|you ~3 #ed|been|known
             / yet|still to establish|determine|find|learn
ROUTINE    = as always|ever|every
BEFOREHAND = from now on / every|each LEN|UNIT|DAYNAME|PARTS|other / notice !we|they|that|which|from|says|gives|names|states|sent / trial|sample
             / free|here|around|available|reachable for|at|until|on / work|works|worked|working|been on|at|through|all|late ~4 / hours a
             / as planned|scheduled|agreed|always|ever|announced / open|closed until|from|on|at|for
"""
