"""The five playbooks of the SOP and the incident types that they are for. Pure data.

Read by the migration that installs them and by “restore as shipped”; changing it changes no playbook that is installed.
Numbered steps keep the SOP's numbers; an unnumbered one is ours, or is a prohibition that holds for the whole run.
"""

from incidents.playbooks.shape import Body, Check, Clause, Condition, Cues, Effect, Field, Reading, Step

# key, name, words
TYPES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("api_down", "An API or provider is down", ("API", "provider", "status page", "rate limit")),
    ("email_bounces", "E-mails bounce", ("bounce", "bounces", "deliverability")),
    ("crm_sync", "A CRM sync fails", ("CRM", "sync", "integration")),
    ("client_report", "A client reports an issue", ("client says",)),
    ("tool_suspended", "An outreach tool is suspended", ("suspended", "suspension")),
)


def _is(subject: str, value: str) -> Condition:
    return Condition((Clause(subject, "is", value),))


CAUSES = ("Provider outage", "Our configuration", "Rate limited", "Not known yet")
CAUSE = "status-page.cause"

API_DOWN = Body(
    name="API down",
    summary="A provider’s API does not answer or answers with errors: OpenRouter, Apollo, HubSpot.",
    cues=Cues(
        systems=("OpenRouter", "Apollo", "HubSpot"),
        words=(
            "API down",
            "API is down",
            "API error",
            "API errors",
            "API outage",
            "provider outage",
            "rate limited",
            "rate limit",
            "503",
            "429",
        ),
    ),
    steps=(
        Step(
            "status-page",
            "Check provider status page",
            "Say what it is; the steps below follow from it. A provider outage starts the outage timer.",
            do_first=True,
            role="resolver",
            status_pages=True,
            fields=(
                Field("cause", "What is it?", "choice", True, CAUSES),
                Field("says", "What does the status page say?", "text"),
                Field("began", "The outage began", "when"),
            ),
            effects=(Effect("start_outage", "done", _is(CAUSE, CAUSES[0]), {"began": "began"}),),
        ),
        Step(
            "backup",
            "If provider outage: switch to backup",
            "Model cascade fallback for OpenRouter.",
            role="resolver",
            branch="cause",
            when=_is(CAUSE, CAUSES[0]),
            fields=(Field("backup", "Which backup is in use?", "text", True),),
        ),
        Step(
            "configuration",
            "If our configuration",
            role="resolver",
            branch="cause",
            when=_is(CAUSE, CAUSES[1]),
            checks=(
                Check("keys", "Verify API keys"),
                Check("limits", "Check rate limits"),
                Check("changes", "Review recent changes"),
            ),
            fields=(Field("found", "What did you find?", "text"),),
        ),
        Step(
            "rate-limit",
            "If rate limited",
            role="resolver",
            branch="cause",
            when=_is(CAUSE, CAUSES[2]),
            checks=(Check("volume", "Reduce request volume"), Check("backoff", "Implement backoff")),
            fields=(Field("limit", "Requests a minute now", "number"),),
        ),
        Step(
            "notify",
            "Notify affected clients if outage exceeds 1 hour",
            "The outage timer owes the letter at 60 minutes; clients who were told already are not written to again.",
            role="communicator",
            follows="clients_told",
            when=Condition((Clause("incident.outage_minutes", "over", "60"),)),
        ),
        Step(
            "provider-back",
            "The provider is back",
            "Ends the outage timer. Not from the SOP.",
            numbered=False,
            optional=True,
            role="resolver",
            when=_is(CAUSE, CAUSES[0]),
            fields=(Field("seen", "How was it seen?", "text", True),),
            effects=(Effect("end_outage"),),
        ),
    ),
)

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
            "In the sending tool too, not only here. Pausing is containment: it needs no test, and it names what must be "
            "true before it is undone.",
            do_first=True,
            role="resolver",
            fields=(
                Field("sender", "Which sender or sequence?", "text", True, prefill="systems"),
                Field("queued", "Letters still queued", "number"),
            ),
            effects=(Effect("pause_item", options={"item": "sender", "gate": "bounce rate under 2 %"}),),
        ),
        Step(
            "no-resume",
            "Do NOT resume sending until bounce rate is under 2%",
            "It holds for the whole run. 2.0 % is not under 2 %.",
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
                Field("sent", "Sent", "number"),
                Field("hard", "Hard bounces", "number", True),
                Field("soft", "Soft bounces", "number", True),
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

LOSS = "test-sync.loss"

CRM = Body(
    name="CRM sync break",
    summary="Records do not arrive in the CRM, or arrive wrong.",
    cues=Cues(
        systems=("CRM", "HubSpot", "sync"),
        words=("CRM sync", "sync", "syncing", "sync failed", "CRM integration", "records missing", "missing records"),
    ),
    steps=(
        Step(
            "connection",
            "Check integration connection status",
            role="resolver",
            status_pages=True,
            fields=(Field("status", "Connection", "choice", True, ("Connected", "Disconnected", "Flaky")),),
        ),
        Step(
            "credentials",
            "Verify API credentials haven’t expired",
            role="resolver",
            fields=(
                Field("valid", "Are they valid?", "yes_no", True),
                Field("expires", "Valid until", "when"),
            ),
        ),
        Step(
            "schema",
            "Check for schema changes",
            role="resolver",
            checks=(Check("new", "New fields"), Check("deleted", "Deleted fields")),
            fields=(Field("changed", "What changed?", "text"),),
        ),
        Step(
            "test-sync",
            "Run test sync with a single record",
            role="resolver",
            fields=(
                Field(
                    "result", "Result", "choice", True, ("The record arrived", "It arrived wrong", "It did not arrive")
                ),
                Field("record", "Which record?", "text"),
                Field("loss", "Is data loss suspected?", "yes_no", True),
            ),
        ),
        Step(
            "gap",
            "If data loss suspected: check last successful sync timestamp, identify gap",
            role="resolver",
            when=_is(LOSS, "yes"),
            fields=(
                Field("last-success", "Last successful sync", "when", True),
                Field("gap", "The gap: which records, from when to when", "text", True),
            ),
        ),
        Step(
            "backfill",
            "Backfill missing records",
            role="resolver",
            when=_is(LOSS, "yes"),
            fields=(
                Field("expected", "Records expected", "number", True),
                Field("backfilled", "Records backfilled", "number", True),
            ),
        ),
    ),
)

SAID = ("Nothing of the kind", "Client threatening to leave", "Payment or refund dispute", "Legal threat")

REPORTED = Body(
    name="Client reports “It’s not working”",
    summary="A client says that something does not work. Often it is a setting on their side.",
    cues=Cues(
        words=("not working", "doesn't work", "does not work", "isn't working", "is broken", "stopped working"),
        sources=("client",),
    ),
    steps=(
        Step(
            "acknowledge",
            "Acknowledge within SLA",
            "Ticked when the acknowledgement is on the record; the acknowledge clock of the incident counts.",
            do_first=True,
            role="communicator",
            follows="acknowledged",
        ),
        Step(
            "ask",
            "Ask clarifying questions",
            role="communicator",
            fields=(
                Field("what", "What specifically isn’t working?", "text", True),
                Field("stopped", "When did it stop?", "text", True),
                Field("changes", "Any changes on their end?", "text", True),
                Field("said", "Did they say more than that?", "choice", False, SAID),
            ),
            effects=(
                Effect(
                    "raise_situation",
                    "done",
                    Condition((Clause("ask.said", "any_of", "Client threatening to leave"),)),
                    {"situation": "client_leaving"},
                ),
                Effect("raise_situation", "done", _is("ask.said", SAID[2]), {"situation": "payment_dispute"}),
                Effect("raise_situation", "done", _is("ask.said", SAID[3]), {"situation": "legal_threat"}),
            ),
        ),
        Step(
            "investigate",
            "Investigate the specific system the client references",
            role="resolver",
            status_pages=True,
            fields=(
                Field("system", "System", "text", True, prefill="systems"),
                Field(
                    "side", "Whose side is it on?", "choice", True, ("The client’s side", "Our side", "A third party")
                ),
                Field("found", "What did you find?", "text"),
            ),
        ),
        Step(
            "guide",
            "If it is on the client’s side: guide them through fixing it",
            "Often the client changed a password or modified a setting. Ask what changed, say each click, stay until it "
            "works, and blame nobody.",
            role="communicator",
            when=_is("investigate.side", "The client’s side"),
            fields=(
                Field("setting", "What had changed?", "choice", False, ("A password", "A setting", "Something else")),
                Field("guided", "What were they guided through?", "text", True),
            ),
        ),
        Step(
            "document",
            "Document resolution for future reference",
            "Shown on later incidents of the same system.",
            role="resolver",
            fields=(Field("resolution", "What resolved it?", "text", True, keeps="resolution"),),
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
            when=_is("reason.permanent", "yes"),
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

# key of the playbook, key of its incident type, body
PLAYBOOKS: tuple[tuple[str, str, Body], ...] = (
    ("api-down", "api_down", API_DOWN),
    ("email-bounce-spike", "email_bounces", BOUNCES),
    ("crm-sync-break", "crm_sync", CRM),
    ("client-report", "client_report", REPORTED),
    ("outreach-suspension", "tool_suspended", SUSPENDED),
)
BODIES = {key: body for key, _, body in PLAYBOOKS}
