"""What letters say is done: to mend, which may be promised to nobody, and to tell, to check, to keep, which may.

Each list is a rule of the grammar; see promises for how they are weighed.
"""

ACTS = """
THING    = it|this|that|things|everything|you|them|all|service|services|sending|us / the|your ~2
MENDING  = fix_|repair_|resolve_|patch_|solve_|remedy_|rectify_|backfill_|reprocess_|replay_|resync_|restore_|recover_|reinstate_
           |reconnect_|reenable_|unblock_|resume_|restart_|reopen_|mend_|rebuild_|resend_|rerun_|reimport_|regenerate_|reindex_|redeploy_
           |reactivate_|reestablish_|repost_|reappear_|stabilise_|stabilize_|normalise_|normalize_|unfreeze_|unclog_|reverse_|undo_|revert_
           |refund_|recompute_|recalculate_|repopulate_|resynchronise_|resynchronize_|refill_|relaunch_|catchup|failover_|unlock_|reload_
           |redeliver_|requeue_|reroute_|heal_|cure_|iron_|straighten_|sort_|tidy_|untangle_|crack_|lick_|nail_|subside_|disappear_|vanish_
           |clear_|lift_|deploy_|ship_|swap_|replace_|migrate_|drain_|reset_|whole|reroute_|switch_|bypass_|mended|reconcile_|amend_
           |correct_|rehydrate_|resubmit_|retry_|reissue_|restoring|finish_|complete_|conclude_|wrap_|end_|cease_|stop_|ease_|abate_|land_
           |arrive_|return_|republish_|work_|function_|flow_|load_|refresh_|improve_|settle_|eliminate_|remove_|address_|handle_|tackle_
           |close_
NOUNS    = fix|fixes|hotfix|repair|repairs|resolution|workaround|workarounds|patch|solution|remedy|backfill|replay|resync|restoration
           |recovery|reinstatement|resumption|restart|rollback|rollout|deployment|correction|cure|stopgap|bypass|relief|normality|normalcy
           |normal|failover|reindexing|reprocessing|cutover|rebuild|restore|reconnection|migration|catchup|reimport|turnaround|completion
           |closure|remediation|mitigation|bugfix|replacement|switchover|swap|connectivity|availability|uptime|greens|green
STATE    = reliable|back|up|online|live|running|working|ready|fixed|fine|normal|right|okay|ok|well|smooth|sorted|usable|available|accessible
           |reachable|stable|healthy|operational|functional|functioning|good|whole|over|done|complete|completed|finished|resolved|restored
           |repaired|mended|correct|accurate|cleared|clear|gone|behind|through|current|intact|open|solved|there|able|free|green|reopened|in
           |100|out
MEND     = not|never see|meet|have|encounter this|that problem|error|issue|trouble|fault|outage|gap / show_|display_ ~1 right|correct|true|full|real|live / be|is history|memory / try_ again / #ed normally|properly again?
           / it|fix|patch|that|update drops|lands|ships / rest|remainder|others|third|second|last|fourth|half|ones|batch ~1 follow_|go_|come_|arrive_ / MENDING / NOUNS / back
           / be|is|are|get_|have|being|become|look|stand|come|run|feel|seem|look_|'s|been STATE / up and running
           / up|running|working|live|online|right|well|fine|good|normal|available|open again|properly|normally|smoothly / go_ away|live|out
           / goes live / roll_ out|back / catch_ up / caught up / pick_ up
           / start_ again|up|sending|working|flowing|accepting|syncing|running|moving|arriving|loading|delivering|to
           / put_ right|back|THING|in place|back|right? / set_ right / iron_ out / sort_ out? / wrap_ up|THING / clean_ up|out?
           / done with|deal_ / dealt with / taken care of / over with / behind us / turn_ back? on / switch_ back? on|over / blow_ over
           / come_ back|through|in|online|up|alive|to|good / bring_ ~3 back|online|up
           / get_ ~3 back|working|running|going|sorted|fixed|online|up|done|sending|moving|out
           / have_ ~3 back|working|running|fixed|sorted|online|up|ready|restored|done|resolved|repaired|licked|solved|cleared|in / log_ in
           / sign_ in / use_ ~2 again / be at an end / send_|use_|call_|import_|export_|dial_|log_|enrich_ again / be|is|are|get_ released
           / be|is|are|'s|become ~1 again / be able|free to / able|free to / good to go / good as new / right as rain
           / on track|stream|air|feet / on its|your|their feet / all clear / in the clear / green lights?
           / in business|action|operation|service|order
           / full|normal|regular|usual service|operation|speed|capacity|functionality|access|strength|swing
           / data|access|figures|numbers will be|is / no longer / have access / access to / hold_ up / in your hands / put_ in place
           / in place / filled in / fill_ in?
           / be sent|delivered|imported|processed|corrected|added|shown|shipped|released|replaced|lifted|removed / gone out / go_ through
           / reach_ you|your / make_ THING work / take_ over / kick_ in / help_ on|the|way / way out / end of THING / put_ an end
           / respond_|answer_|reply_|behave_ normally|properly|fine / go_|get_|come_ back to #ing / have|has ~2 #ing again|normally|properly
           / mail|mails|email|emails|messages|orders|letters|parcels ~5 leave_ / you|your ~1 can carry_|go_|get_ on|back / get_ through / turn_ the corner / have|take_ effect / cut over
PAPER    = update|updates|note|summary|summaries|status|bulletin|bulletins|information|info|findings|timeline|explanation|postmortem|recap
           |briefing|statement|communication|notice|digest|confirmation|outcome|result|results|overview|documentation|assessment|memo
           |debrief|transcript|news|answer|answers|writeup|analysis|review|letter|survey
TOLDOF   = PAPER
           / notes|message|messages|letters|email|emails|mail|word|report|reports|account|details|detail|list|write|reply|response|copy
           |draft|reading|readings|screenshot|screenshots|text
TELL     = word from|of us|me / reach_ us|me / list|lists|drafts|draft|figures ~3 be with you / update_ you|we|them|the|this|by|at|again|your|our|everyone|on / update|updates|bulletin|bulletins / let_ you know
           / let_ you|them|your ~3 know / keep_ you|everyone ~1 posted|informed|updated|in|up|abreast|current / get_ back to you|your|them
           / warn_ / alert_ you|us|them|me|the / caution_ / return_ your|the|any|all ~1 call|calls|message|messages / get_ back with / be|get_|stay|remain|keep in touch|contact / back|be in touch|contact / touch base / in touch / write_ / wrote
           / report|reporting|reported back|to|in|on|it|what|again|at|by|any|whether|progress / inform_ / tell_ you|your|them|everyone
           / share_ / send_ you|out|an|another|our|the|a|further|more|your|round|over ~3 TOLDOF
           / send_ you|out? a|an|another|the|our|your? ~2 update|report|summary|note|letter|message|list|copy|account|draft|word
           |confirmation|email / hear_ from|back|more|again / read_ from us|me / hear_ / follow_ up / call_ you|back|us|your|them|each|every|everyone|all|round / should|must|to know|hear|learn that|about|how|what
           / a|the|our|short|quick|brief|another|conference|video|phone call|calls / telephone_ / phone_ you|us|back|him|her|your|them
           / ring_ you|us|back|him|her|your|them / post_ an|the|another|a|our|it|more|here|on|again / notify_ / notification / confirm_
           / confirmation
           / next|another|further|final|first|last|new|full|fuller|longer|written|daily|closing|fresh|short|proper|interim|detailed|second
           |more|regular|hourly|status|progress|any ~1 TOLDOF|check|step|steps|one|look|reading|bulletin|milestone
           / TOLDOF|number|numbers|figure|figures|count|total|answer from|to us|me|my|our|you
         / get|have ~1 exact|final|precise|correct|right|full figure|figures|count|number|numbers|total|list at|by|from|before|within|this|tomorrow|in|tonight / PAPER will|is|are|due|follow_|come_|arrive_|reach_|comes|to
           / our|my|next|written|full|an|a|another|final|this|evening|morning|weekly|daily ~1 TOLDOF
           / get|receive it|them|this !back|fixed|working|sorted|running|going|done|up|right|restored|repaired|resolved / respond_
           / reply|replied|replying|replies / answer|answers|answered|answering / come_ back to you|with / back to you
           / back with an|a|more|another|news|you|further|details|what / more|any|further news|details|information / news
           / contact|contacted|contacting !list|lists|form|forms|page|details|data|book|record|records|in|at|from|for|will|is|was|has|had|back|returns|arrives|comes|can|should|may|might|shall / reach_ out / speak_ / talk_ / discuss_ / explain_ / say_ more / share_|tell_|say_ ~3 more
           / know_ more|how|whether|what|if / learn_ / let_ THING know / brief_ / provide_ ~4 TOLDOF / give_ ~4 TOLDOF|call|ring
           / get|receive|have|find|expect|see|read ~4 TOLDOF / expect_ ~3 TOLDOF|silence / summary|summaries|postmortem|report
           / communicate_ / announce_ / publish_ / circulate_ / email_ you|your|everyone / message_ you / mail_ you / drop_ you / ping_ you
           / apologise_ / apologize_ / thank_ / check_ in|back / loop_ ~2 in / revert_ to you / revert_ with / status page / document_
           / present_ / show_ you / walk_ you / go_ through|over the|your|our|what|it|them|each|this|with|how|everything
           / be|is in your inbox / post mortem / catch_ you / silence / write up / touch / fill_ you / outline_ / decide_ / decision
           / propose_ / see_ you / listen_ / read_ you / hand_ you ~3 TOLDOF
CHECK    = colleague|colleagues|team|shift|engineer|manager|he|she ~2 take_ over / check_ / monitor_ / watch_ / keep_ ~2 eye|eyes|watch / eye on / observe_ / observation / retest_ / test_ / review_ / verify_
           / verification / look_ again|at|into|in|over|back|through / maintenance / window / maintain_ / meet_ / meeting|meetings
           / investigate_ / investigation / assess_ / evaluate_ / reevaluate_ / reassess_ / revisit_ / recheck_ / inspect_ / examine_
           / audit_ / analyse_ / analyze_ / analysis / measure_ / compare_ / sample_ / gather_ / collect_ / count_ !on / recount_
           / validate_ / supervise_ / stand_ by / on call / on watch / on duty / on shift / trial|test run|send|import
           / run_ a|another|the|our|an|more|further|some ~2 test|check|checks|tests|send|comparison|query|scan|report / study_ / track_
           / drill|drills|rehearsal|exercise / diagnose_ / diagnosis / read_ the|through / searching / search the|our|for|through
           / postmortem / interview_ / logs / vet_ / probe_ / probes / confirmatory / scan_ / upgrade window / dig_ / regroup_ / hand_ over
           / handover / take_ over from|for me|us|him|her|the / look|looking for|into|out
BILL     = draft|drafts|design|designs|document|documents|material|materials|file|invoice|bill|contract|quote|quotation|agenda|minutes|slides|licence|license|agreement|certificate|receipt|voucher|proposal|offer
           |brochure|questionnaire|bills|contracts|credit
DOC      = PAPER / your|our|the|this|next|a|an|final|monthly|annual|renewal|written|signed|'s ~1 BILL / our|my|next|written|full|an|a|another|final|this|weekly|daily|monthly ~1 TOLDOF / the report
           / window|maintenance|investigation|monitoring|test|tests|check|checks|verification|meeting|training|survey|observation|watch
           |postmortem|audit|restart|reboot|drill|analysis|bulletin|webinar
KEEP     = replace_|retire_|renew_ the|our|your|this|that|all ~1 old|older|ageing|aging|outdated / refund|refunds|payout|payouts|reimbursement ~1 take_|need_|reach_|arrive_ / be|is|am|are|remain|stay your|the|our ~2 contact / is|are closed / sit_ down with / be|is|are in|at your office|school|shop|site|hall|building / refund|credit for|of|will|shows|goes|appears / work|repair|search|effort|efforts ~1 go_|carry_|continue_ on|through|forward / work|repair|search|effort|efforts continue_ / go_ on with|working|looking|searching / not be ~1 sent|published|charged|billed|mailed|posted|shown / not send_|publish|mail|charge|bill|post
          / refund_ the|your|this|all ~1 fee|fees|price|month|subscription|invoice|charge|charges / we|i continue
           / add_|replace_|introduce_|improve_|write_|change_|upgrade_|extend_|build_|tighten_|revise_|raise_|set_|automate_ ~4 alarm
           |alarms|alert|alerts|test|tests|monitoring|monitor|check|checks|review|process|policy|procedure|training|documentation|safeguard
           |safeguards|runbook|limit|limits|guard|step|reviewer|rota|eyes|person|engineer|rule|checklist
           / alert|alerts|alarm|alarms|test|tests|check|checks|monitor|checklist|procedure|policy|safeguard|runbook|change will|is|are|gets
           |have / stay_ !up|online / remain|remains|remained / keep_ / hold_ your|off|the|back|any|all|it|them|sends|sending|imports
           / pause_ / continue_ to? / be|are|is here|around|available|reachable|reached|away|present|open|awake|at my|at our
           / at my|our|your desk|desks|disposal|side|service / in the office / by the phone
           / i|we|team|desk|line|engineer|engineers|manager|colleague|colleagues|hotline|she|he ~3 available|reachable|here
           / manager|colleague|engineer|i|specialist ~2 be with you
           / registration|booking|enrolment|enrollment|voting|applications|nominations|entries|tickets|sales ~3 close_|open_|start_|end_
           / delivery|payment|rent|deposit|balance|fee is|are|falls due / workshop|course|lesson|seminar|webinar|tour|rehearsal|ceremony|exam|lecture / office|desk|line|lines|hotline|support|counter is|are|will|opens|closes|stays
           / be|is|are|was|were|been|'s not? affected|reduced|delayed|slow|slower|unavailable|down|offline|interrupted|late|degraded
           |missing|lower / log_ you|out / ask_ you|for / prompt_ / join_ !the / attend_ / visit_ / help_
           / work_ on|through|late|at|all|over|around|flat|with|into / expire_ / renew_
           / your|the|this ~1 subscription|invoice|contract|trial|licence|license|renewal|billing / charge_ / train_
           / stand_ by|down|ready|in / start_ looking|with|reading|work|checking|testing / begin_ work|looking|checking|testing|with
           / be|are|is|'s on it|the|this|site|hand / staff_ / staffed / rota / added to the team / carry_ on / careful
           / stop_ sending|all|any|the / schedule_ a|the|your|our ~1 call|meeting|session|restart|review / book_ a|the|you|us|an / reserve_
           / wait_ for your / apply_ / credit_ / credited / extend_ / extended / accompany_ / freeze_ / valid / entitled
           / open until|from|till / closes|close at|until|for / assigned / move_ your / postpone_ / reschedule_ / remind_ / cancel_
           / like|appreciate|welcome|await your / need_ your|you|from / want_ your / your|you may|might|could|can see|notice|find|get|receive / you may|might|could / visit
           / handing / deliver_ training / switch_ off|shifts / rotate_ / change_ shifts / relieve_
MAINTAIN = be|is|are|being|get|gets serviced|upgraded|retired|decommissioned|overhauled|inspected / service|upgrade|decommission|retire the|our|a|an|two|three|your|all|both|this / switch|move|migration|change|upgrade|relocation to the|a|our|its new|next|bigger|larger|second / planned|scheduled|announced|routine switch|migration|move|change|cutover|rollout|release|update|works|replacement / maintenance / a|an|one ~1 restart|reboot / planned|scheduled|announced|routine work|works|restart|reboot|downtime|upgrade|outage
           / the|this|that|a|our ~1 window|restart|reboot / during|in ~3 window / change freeze|window
YOURS    = your ~2 day|week|shift|school|term|season|night|exhibition|fiscal|campaign|launch|webinar|event|meeting|demo|send|mailing|trial|session|call|appointment|newsletter|sale|deadline
           |subscription|renewal|contract|conference|quarter|invoice|plan|fair|product|order|team|shop|store|customers|office|board|audit
           |stand is|are|starts|begins|takes|goes|go|runs|ends|happens|meets|opens|closes|was|renews|expires|leaves|left|comes|keeps|needs
           |still|remains|falls|on|'s|depends
ASK      = ^ please !bear|hang|hold|wait|allow|give|expect|have|be|stand|try / ^ could|can|would|will you
           / ^ do|did|does|are|is|has|have|shall|should|would|could|may|might|which|who|where|why you|we|i|it|the|your|there|that|this
           |anything|any / let us know / ^ tell us|me / please|and|to tell us|me / if you / would you / could you / can you
           / ^ if|should you|your|it|any|the / you|your ~2 need|want|needn / you have until|till / suit_ you / shall we|i / would prefer
           / ^ to ~4 you|we|please
WEAK     = can|could|may|might
MAYDO    = you|your ~2 can|may|might|could
FUTURE   = lined up / let 's say|call|aim|go|assume|shoot / be|is|are|'s|been|now scheduled|planned / have|be patience|patient
           / if|unless|provided|assuming nothing|all|everything|no|the ~3 well|wrong|plan|smoothly|happens|passes|holds|succeeds|right
           |planned|hoped|expected / have my word|promise / surprised|amazed|shocked|astonished|surprise|astonish|amaze|shock me|us? if
           / will|shall|should|ought|gonna|eta|due|hopefully|confident|optimistic|hopeful|realistic|realistically|slated|pencil_|pencilled
           |guaranteed|barring|projected|expected|anticipated|estimated|targeted|forecast|tentatively / going to
           / expect|expects|expecting|hope|hopes|hoping|aim|aims|aiming|plan|plans|planning|intend|intends|intending|anticipate|anticipates
           |anticipating|estimate|estimates|estimating|target|targets|targeting|predict|predicts|forecast|forecasts|foresee|promise
           |promises|guarantee|guarantees|commit|commits|committed|committing|project|projects|trust|pledge_|vow_|undertake_|bet
           / on track|course|schedule|target / set|about|bound|poised|ready|likely|certain|sure to / looking at|good|like|to|promising
           / to be|have|get / fingers crossed / with luck|any|a ~2 luck / all|if all? be|being|goes|going well|to|as / rest assured
           / count|rely|bank|depend on
           / goal|target|aim|deadline|timeline|timeframe|intention|expectation|objective|plan|estimate|prognosis|forecast|outlook
           |projection|hope is|of|for|: / goal|target|aim|deadline|timeline|estimate|eta|prognosis|forecast ~4 is|stands|remains|stays
           / working|aiming|pushing|heading|racing|shooting|gunning|striving towards|toward|to|for / try_ to|and / want_ to
           / every chance|reason|confidence / no reason why / see no reason / in|within sight|reach / soon|need|needs / fully? expect
           / worst|best case / at worst|best / would / close to / bear with / hang on|tight|in / hold on|off|tight
           / give_ us|it|them|me|the|another / allow_ / wait_ / est
DENY     = not|never|nor|unable|hesitate|wary|cannot ~3 know|say|tell|give|promise|estimate|commit|guess|predict|indicate|disclose
           |determine|have|provide|put|offer|speculate|name|set|quote|guarantee|confirm|tempt|pretend|answer|swear|foresee|venture|state
           |specify|tie / not able|possible|ready|position|going to ~2 say|tell|give|promise|estimate|commit|name|predict
           / no|without eta|estimate|estimates|timeline|timeframe|forecast|prediction|progress|basis|idea|promise
           / no|without ~1 firm|fixed|exact|reliable|honest|definite|certain|precise ~1 time|date|estimate|answer|eta
           / no time for|yet|to|that / no date|time to|that|yet|for / too early|soon to / rather|prefer not ~1
           / without ~1 promise_|commit_|know_|time / refuse_ to / unknown|unclear|uncertain / ask_|wonder_|want_ ~3 whether|when|if|how|for
           / remain_ open / question|questions ~3 whether|when|if|how / open question / depend_ on / wish|like i|we|to could|be|able|name|say|tell
           / nobody|neither|none|no ~4 can|know|knows|say|tell / have neither / hard|impossible|difficult to say|tell|predict|know
"""
