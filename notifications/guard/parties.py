"""Outside parties as letters speak of them, and the words that lay fault on one. See others."""

PARTIES = """
KIND    = email|mail|data|hosting|payment|payments|cloud|dns|crm|sms|phone|telephony|telecom|telecoms|network|internet|infrastructure
          |software|api|sending|delivery|ai|model|enrichment|calendar|identity|storage|analytics|ad|search|translation|voice|external
          |outside|other|upstream|third|party|underlying|partner|service|platform|gateway|technology|web|server|domain|database|backup
          |billing|plugin|messaging|connectivity|fibre|power|water|gas|electricity|electric|energy|rail|railway|cable|line|machine|equipment|scanner|printing|payroll|mapping|smtp|security|outsourced|video|transcription
FIRM    = vendor|vendors|provider|providers|supplier|suppliers|partner|partners|host|hoster|hosts|contractor|contractors|subcontractor
          |subcontractors|carrier|carriers|processor|processors|registrar|registrars|isp|isps|manufacturer|manufacturers|maker|makers
          |agency|agencies|freelancer|freelancers|outsider|outsiders|reseller|resellers|operator|operators|telco|telcos|consultancy
          |consultant|consultants|bureau|bureaus|bureaux|integrator|integrators|publisher|landlord|outfit|brokers|broker|utility|electricians|courier|couriers
          |distributor|distributors|bank|banks|insurer|insurers|airline|caterer|caterers|electrician
PEOPLE  = company|firm|vendor|people|folks|guys|ones|team|crew|lot|outfit|business|companies|firms|owners|operators|bunch|bank|office
          |studio|lab|workshop
PARTY   = KIND? KIND? KIND? FIRM !list|lists|field|fields|names|transfer|transfers|account|accounts|holiday|holidays|details|card|cards|statement|statements / third party|parties
          / third party KIND? team|company|firm|service|vendor|issue|problem|outage|fault|failure|error
          / data|call|contact cent|centre|center|centres|centers / the|that|this|another ~1 company|firm
          / KIND company|firm|companies|folks|guys|people|staff|engineers|owners
          / print|repair|copy shop / PEOPLE that|who|which|behind|hosting|running|operating|managing|at|supplying|providing|we ~3 runs|run|hosts|host|hosting
          |supplies|supply|provides|provide|sells|makes|built|builds|delivers|deliver|operates|manages|maintain|maintains|plugin|rent|pay
          |use|work|hired|whose|behind|running|database|servers|network|relay|gateway|mail|data|sends|send
          / external|outside|outsourced !our team|company|firm|people|party|engineers|developers|staff
          / those|these folks|guys|people|companies
          / KIND 's? owners|operators|makers|author|authors|developer|developers|creator|creators|publisher
          / #word 's author|authors|developers|creators|makers|publisher|owners|maintainers|vendor
          / developers|developer|makers|maker|authors|author|creators|publishers|publisher|maintainers|owners|people of|behind the|this|that|its ~1
          plugin|theme|extension|app|module|addon|widget|library|tool|calendar|package|gateway|chat|editor|template|font / the other side|party|end|lot|team|company
          / somebody|someone else / outside|external|another|other party|parties|company|firm|business|organisation|organization
FAULTS  = break_|fail_|failure|failures|down|outage|outages|crash_|bug|bugs|fault|faults|faulty|mistake|mistakes|error|errors|problem
          |problems|issue|issues|trouble|troubles|incident|incidents|disruption|disruptions|degrade_|degradation|degraded|unavailable
          |unresponsive|mess|messed|botch_|bungle_|mishandle_|neglect_|negligence|negligent|careless|carelessness|forget_|lose_|drop_
          |delete_|change_|rename_|pull_|push_|switch_|shut_|cut_|suspend_|block_|throttle_|reject_|refuse_|limit_|admit_|apologise_
          |apologize_|responsible|blame|blamed|cause_|suffer_|overload_|overloaded|slow|late|misconfigure_|maintenance|downtime|poor
          |incompetent|incompetence|unreliable|struggle_|investigating|blunder|blunders|slip_|slipped|mishap|oversight|sloppy|sloppiness
          |glitch|hiccup|lapse|lapsed|screw_|screwed|wrong|bad|trip_|remove_|introduce_|roll_|upgrade_|asleep|ignore_|ignored|disconnect_
          |revoke_|expire_|stop_|withhold_|delay_|overrun_|breach_|disagree_|dispute_|deny_|denies|culprit|guilty|caught|accident
          |interrupt_|interruption|rollout|went|disabled|disable_|kill_|wipe_|corrupt_|flood_|mislabelled|unplug_|unplugged|decline_|omit_
          |break|mislay_|underestimate_|overcharge_|downgrade_|outdated|flaky|patchy|shaky|unstable|impact_|interrupted|mark_|classify_
          |misclassify_|filter_|bounce_|quarantine_|blacklist_|freeze_|withdraw_|misread_|mishear_|mix_|mislay_|misdirect_|misprint_|miscount_
          |untested|rubbish|garbage|nonsense|shambles
DID     = wrongly|mistakenly|incorrectly|erroneously|improperly / FAULTS / on it|this|the|site / make_ a ~1 hash|mess|mistake|error|blunder
          / has|have|had no|insufficient|too|not / to thank / not pick|answer|return|call|help / never told|warned|answered|called|fixed
          / let ~3 down / lets ~3 down / letting ~3 down / drop_ the ball
          / did|do|does nothing|little / not respond_|answer_|work_|deliver_|accept_|fix_|reply_|warn_|tell_|notice_ / do_ to your|you|us|our
          / without warning|notice|telling|asking / own_ up / accept_ blame|responsibility / ran into / fell over|short
          / get_ ~4 wrong / go_ down|dark|wrong|offline|sideways|under / went down|dark|wrong|offline|sideways / is|was|are out / answer|account for
          / could|can not cope|keep|handle|take|carry / assure_ us|me / promise_ us|me
          / has|have|had ~1 fix_|resolve_|repair_|solve_|correct_ / yet to fix|answer|respond|explain / working on / keep_ us waiting
          / drag_ ~1 feet / itself to thank / rather than? us / instead of us / not us|ours / is|are|were|was behind|to / gave|give us
          / power cut|failure / whose|who|which ~2 FAULTS / ship_|shipped|release_|publish_ a|an|the|it|this|their|untested
          / leave_|left ~6 state|mess|tatters|ruins|shambles|condition|half|stranded|dark|alone / handle_|treat_|do_|perform_|serve_ ~4 badly|poorly|terribly|shoddily|carelessly
          / run_|ran|run out|dry / hold_|held ~3 back|up / turn_ ~3 away|down / never set|check|test|tell|warn|reply|answer|call|finish|update|properly|noticed|replied|set|tested|checked
          / damage|damages|compensation|liable|liability / not properly|correctly / mixed up|the|two|our|your / slowed|slows your|our|the|down|everything / sent|send|sends us|you ~2 wrong|broken|corrupt|empty|rubbish|garbage|incomplete|bad
          / to blame / gave|give|gives us the? wrong|no|bad|false|outdated
LAID    = #ed by / doing|work|handiwork of / that|those of
          / annoyed|angry|furious|disappointed|frustrated|unhappy|cross|disgusted with|at|by|in
          / caused|broken|triggered|introduced|made|sent|deleted|dropped|blocked|stopped|delayed|removed|interrupted|knocked|rejected
          |brought by / down|due|owing|thanks to / because of / blame_
          / fault|mistake|error|failure|outage|problem|issue|bug|trouble|incident|release|change|update|deployment|hiccup|glitch|blunder
          |slip|oversight|breakdown|breakage of|with|at|by|from|inside|within|on
          / fault|flaw|defect|weakness|mistake|error|problem|cause|culprit|issue|blame|trouble|difficulty|failure|bug|origin|source is|was|lies|lay|sits|rests|belongs|here ~3 with|on|at|to|by|in|inside|the|our|a|an
          |one / let down by / on the part of / responsibility|responsible|accountability of|lies|is|rests|sits|falls ~5 with|on
          / lie_|sit_|rest_ with / points ~1 to|at / victim|victims of / at the mercy of
          / break_|happen_|start_|begin_|arise_|originate_|fail_|occur_|come_|stem_ ~4 at|with|from|inside|within|by / what
          / complain_|complaint|claim|claims|refund|compensation|damages to|with|from|against
          / someone|somebody|nobody|people|engineer|engineers|staff|technician|technicians|support|colleagues|team|guy at|from|of
          / trace_|traced ~3 to / hit by / it|this|that one? is|was|'s ~1 on|down / was|is the / ^ blame|thank / you can|may|have thank|blame / be thanks to / not by us but
          / in the hands of / wait_|waiting for|on / depend_ on / courtesy of
SIDE    = end|side|part|systems|system|court|camp|house|premises|platform|infrastructure|network|doorstep|backyard|hands|watch|door|turf
          |servers|shop|territory|kitchen
FAULTY  = fault|mistake|mistakes|error|errors|outage|outages|bug|bugs|failure|failures|negligence|problem|problems|downtime|blunder
          |carelessness|incompetence|doing|breakage|issue|issues|incident|hiccup|glitch|mess|oversight|slip|rollout|sloppiness|neglect
OURSIDE = team|server|client|customer|user|reader|browser|database|application|app|site|website|visitor|editor|system|sender|recipient
          |patient|parent|teacher|buyer|mailbox
STAFF   = nobody|team|engineer|colleague|developer|system|script|job|shift|desk|crew|admin|administrator|technician|server|robot|program|day|night
          |week|month|morning|user|client|customer|reader|visitor|patient|parent|teacher|buyer|caller|tester|manager|department
UNNAMED = wait_ for|on the|our|a|this|that ~1 KIND? FIRM to fix|repair|solve|mend|restore|act / they ~1 took ~3 hours|days|weeks|ages to / ^ had the|our|a|this ~1 KIND? KIND? FIRM ~1 warned|told|informed|acted|tested|answered|reacted|listened|checked|done|been|kept|noticed|given|sent
          / if the|our|a|this ~1 KIND? FIRM had ~1 warned|told|informed|acted|tested|answered|reacted|listened|checked|done|been|kept|noticed|given|sent
          / your former|previous|old|last|earlier agency|provider|host|developer|developers|supplier|vendor ~4 left|broke|forgot|never|blame|fault|wrong|badly|deleted|lost|mess
          / inherit_ ~4 from / whoever ~1 built|made|wrote|installed|designed|coded / caused|happened|went|started elsewhere / we did nothing wrong / external failure|outage|fault|problem|error|incident|cause / theirs did not / other side did not
          / they ~1 never told|warned|informed|tested|asked|answered / they sold us
          / not with|by|through us|our / not the ones who|that / none|nothing of this|it ~1 was|is|has ~3 us|ours|our / wait_|waiting for|on them to fix|repair|solve|answer|mend|act
          / they|them ,? not we|us / not the ones|one|party|people ~2 fault|blame|blamed|responsible|guilty
          / on|at the|a|their !OURSIDE #word 's side|end|part|doorstep|court|watch
          / the|a|an|this|that !STAFF ~2 !STAFF 's own? fault|mistake
          |blunder|negligence|oversight|carelessness|doing
          / on|at|from|in|to|inside|within|of|over their|theirs|others|another '? 's? own? SIDE
          / on|at|from|in|to|inside|within|over the? other|another|someone|somebody|others|that|outside|external else|company|party
          |firm? 's? '? own? SIDE / their own? ~1 FAULTY / is|was|'s|lies|are|but|be|entirely|clearly|all theirs / not ours ,? it|but
          / theirs ,? and? not ours
          / their own? ~1 interface|certificate|gateway|platform|servers|server|system|systems|api|service|network|infrastructure|engineers|team|software|release|update
          |rollout|maintenance|support|side|people|data ~3 DID|is|are|was|were|has|had
          / not|never|hardly|no|nothing ~1 our fault|doing|mistake|error|failure|responsibility|making / not|never of our own? making|doing
          / not|never|nothing ours to fix|answer / not|nothing ~1 wrong at|on|with|in our / nothing ~3 to do with us|our / through no fault
          / no fault of ours|our / out of our hands|control / not in our hands|control
          / is|are|was|were|'s not on|with us|our !side|list|status / not down to us / not|beyond|outside of? ~1 our control|reach|influence|power / lies|lie|lay|is|was|'s|sits|happened|originated|originates|arose|came|comes|started|began|failed|broke ~2 not|beyond|outside of? our own? walls|house|company|organisation|organization|building
          / in their|others|somebody hands / no|little influence|control|say|hand on|over|in / not to blame|at fault|responsible|the cause
          / not ~2 by us but / not|n't ~1 us but|, / not|never us $ / not ours $
          / we|our|us ~3 not to blame/ someone|somebody else '? 's? ~1 FAULTY|change|code|system|job|broke|caused|messed|dropped
          / they ~1 broke|messed|failed|let|screwed|botched|admit|admitted|forgot|pushed|caused|dropped|suspended|cut|shut|blocked|bungled
          |crashed|slipped / they ~1 changed something|their|the|it|an|without / they ~1 did not|never warn|tell|inform|announce|test|notice
          / they are|were|have|had ~2 responsible|down|slow|outage|incident|failure|problem|fault|trouble|issue|negligent|careless
          / own_ up to it
          / fault|error|problem|cause|issue|failure|trouble|blame|origin ~1 was|is|lies|lay|sits|lie|originated|happened|started|began
          |arose ~1 upstream|elsewhere|outside|external|externally / innocent bystander|bystanders / we|our ~3 the victim|victims
          / third party issue|problem|outage|fault|failure|error|incident|bug|disruption|mistake
          / vendor|provider|supplier|carrier outage|issue|problem|failure|error|fault|bug|incident / their house / ball is in their
          / we played no part / we|us had|have|has|were|was|are nothing|no|not ~1 do|part|involved|responsible|fault
          / we|us are|is|was|were not ~1 cause
"""
