"""Bouncing e-mail, and an outreach tool that is suspended. Pure data."""

from incidents.playbooks.shape import Body, Check, Clause, Condition, Cues, Effect, Field, Reading, Step, is_

DOMAIN = ("check-domain.warmed", "check-domain.spf", "check-domain.dkim", "check-domain.dmarc")

BOUNCES = Body(
    name="Email bounce spike",
    summary="More than 5 % of the letters of a sender bounce.",
    cues=Cues(
        systems=("e-mail", "email", "sender", "sending domain", "outreach emails"),
        words=("bounce", "bounces", "bounced", "bouncing", "bounce rate", "deliverability"),
        reading=Reading("bounce_rate", 5.0, "%"),
    ),
    steps=(
        Step(
            "pause",
            "Pause outreach immediately",
            "In the sending tool too, not only here. Pausing is containment: it needs no test, and it names what "
            "must be true before it is undone.",
            do_first=True,
            role="resolver",
            fields=(
                Field("sender", "Which sender or sequence?", "text", True, prefill="systems"),
                Field("queued", "Letters still queued", "count"),
            ),
            effects=(
                Effect(
                    "pause_item",
                    options={
                        "item": "sender",
                        "gate": "bounce rate under 2 %",
                        "metric": "bounce-rate",
                        "under": "2",
                        "unit": "%",
                    },
                ),
            ),
        ),
        Step(
            "no-resume",
            "Do NOT resume sending until bounce rate is under 2%",
            "2.0 % is not under 2 %, and step 6 enforces it.",
            kind="prohibited",
            numbered=False,
        ),
        Step(
            "check-domain",
            "Check the sending domain",
            role="resolver",
            fields=(
                Field("warmed", "Is the sending domain warmed up?", "yes_no", True),
                Field("spf", "Is SPF configured?", "yes_no", True),
                Field("dkim", "Is DKIM configured?", "yes_no", True),
                Field("dmarc", "Is DMARC configured?", "yes_no", True),
            ),
        ),
        Step(
            "review-bounces",
            "Review bounced addresses",
            "Hard bounces are bad addresses, soft bounces are temporary.",
            role="resolver",
            fields=(
                Field("sent", "Sent", "count"),
                Field("hard", "Hard bounces", "count", True, part_of="sent"),
                Field("soft", "Soft bounces", "count", True, part_of="sent"),
            ),
        ),
        Step(
            "verification",
            "If hard bounces: verify email verification pipeline is working",
            role="resolver",
            branch="bounces",
            when=Condition((Clause("review-bounces.hard", "over", "0"),)),
            checks=(Check("pipeline", "Verify that the email verification pipeline is working"),),
            fields=(Field("found", "What did you find?", "text"),),
        ),
        Step(
            "domain-issue",
            "If domain issue",
            role="resolver",
            branch="bounces",
            when=Condition(tuple(Clause(one, "any_of", "no, unknown") for one in DOMAIN), "any"),
            checks=(
                Check("reputation", "Check domain reputation"),
                Check("volume", "Reduce send volume"),
                Check("esp", "Contact ESP support"),
            ),
        ),
        Step(
            "under-two",
            "Resume sending: show a bounce rate under 2%",
            "Every reading is kept, also those that do not open it.",
            role="resolver",
            fields=(
                Field("rate", "Bounce rate", "number", True, unit="%", under=2.0),
                Field("read-at", "Read at", "when", True),
                Field("source", "Source", "text", True),
            ),
        ),
    ),
)

REASONS = ("Volume", "Spam complaints", "Something else")

SUSPENDED = Body(
    name="Outreach tool suspension",
    summary="Instantly, Smartlead or another sending tool has suspended the account.",
    cues=Cues(
        systems=("Instantly", "Smartlead", "outreach tool"),
        words=("suspended", "suspension", "account disabled", "account blocked"),
    ),
    steps=(
        Step(
            "severe",
            "This is a SEV-1: all outreach stops",
            "Starting this playbook sets SEV-1; lowering it afterwards needs a reason.",
            do_first=True,
            role="resolver",
            fields=(Field("stopped", "What was stopped?", "text", True, prefill="systems"),),
            effects=(
                Effect(
                    "pin_severity",
                    "start",
                    options={"severity": 1, "reason": "The outreach tool is suspended: all outreach stops."},
                ),
                Effect(
                    "pause_item",
                    options={"item": "stopped", "gate": "the suspension is lifted or the backup tool in use"},
                ),
            ),
        ),
        Step(
            "reason",
            "Check platform for suspension reason",
            "Usually volume or spam complaints.",
            role="resolver",
            status_pages=True,
            fields=(
                Field("reason", "Reason", "choice", True, REASONS),
                Field("words", "What the platform says", "text"),
                Field("permanent", "Is it permanent?", "yes_no", True),
            ),
        ),
        Step("no-new-account", "Do NOT create a new account", "This makes it worse.", kind="prohibited"),
        Step(
            "appeal",
            "Contact platform support with appeal",
            role="resolver",
            fields=(
                Field("sent", "Appeal sent", "when", True),
                Field("reference", "Reference", "text", True),
                Field("link", "Link to the case", "link"),
            ),
        ),
        Step(
            "backup",
            "If suspended permanently: migrate to backup tool",
            role="resolver",
            when=is_("reason.permanent", "yes"),
            fields=(Field("tool", "Which tool?", "text", True),),
        ),
        Step(
            "notify",
            "Notify affected clients immediately",
            "Last in the SOP, not last in time.",
            do_first=True,
            role="communicator",
            follows="clients_told",
            effects=(Effect("owe_letter", "start"),),
        ),
    ),
)
