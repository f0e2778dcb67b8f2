"""A client reports that something does not work. Pure data."""

from incidents.playbooks.shape import Body, Clause, Condition, Cues, Effect, Field, Step, is_

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
                Effect("raise_situation", "done", is_("ask.said", SAID[2]), {"situation": "payment_dispute"}),
                Effect("raise_situation", "done", is_("ask.said", SAID[3]), {"situation": "legal_threat"}),
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
            "Often the client changed a password or modified a setting. Ask what changed, say each click, stay until "
            "it works, and blame nobody.",
            role="communicator",
            when=is_("investigate.side", "The client’s side"),
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
