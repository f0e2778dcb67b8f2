"""API down, and a CRM sync that breaks. Pure data."""

from incidents.playbooks.shape import Body, Check, Clause, Condition, Cues, Effect, Field, Step, is_

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
            effects=(Effect("start_outage", "done", is_(CAUSE, CAUSES[0]), {"began": "began"}),),
        ),
        Step(
            "backup",
            "If provider outage: switch to backup",
            "Model cascade fallback for OpenRouter.",
            role="resolver",
            branch="cause",
            when=is_(CAUSE, CAUSES[0]),
            fields=(Field("backup", "Which backup is in use?", "text", True),),
        ),
        Step(
            "configuration",
            "If our configuration",
            role="resolver",
            branch="cause",
            when=is_(CAUSE, CAUSES[1]),
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
            when=is_(CAUSE, CAUSES[2]),
            checks=(Check("volume", "Reduce request volume"), Check("backoff", "Implement backoff")),
            fields=(Field("limit", "Requests a minute now", "count"),),
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
            when=is_(CAUSE, CAUSES[0]),
            fields=(Field("seen", "How was it seen?", "text", True),),
            effects=(Effect("end_outage"),),
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
            when=is_(LOSS, "yes"),
            fields=(
                Field("last-success", "Last successful sync", "when", True),
                Field("gap", "The gap: which records, from when to when", "text", True),
            ),
        ),
        Step(
            "backfill",
            "Backfill missing records",
            role="resolver",
            when=is_(LOSS, "yes"),
            fields=(
                Field("expected", "Records expected", "count", True),
                Field("backfilled", "Records backfilled", "count", True),
            ),
        ),
    ),
)
