"""The catalogue of what a role may be granted, and the matrix that ships (B-126…B-129). Pure: no framework."""

PERMISSIONS: dict[str, str] = {
    "view_incident": "See incidents, clients and figures",
    "view_restricted": "See incidents that are restricted (suspected data breach)",
    "report_incident": "Report an incident",
    "triage_incident": "Triage: severity, scope, people",
    "reclassify_incident": "Change the severity of an incident",
    "assign_incident": "Assign coordinator, resolver and communicator",
    "acknowledge_incident": "Acknowledge an incident to the client",
    "update_incident": "Send an update to the client",
    "investigate_incident": "Diagnose, isolate, work around and fix",
    "verify_incident": "Confirm that a fix works, or that it failed",
    "resolve_incident": "Resolve an incident and write the resolved letter",
    "reopen_incident": "Reopen a resolved or closed incident",
    "close_incident": "Close an incident",
    "override_incident": "Override: skip a verification window, force a close, void a breach",
    "note_incident": "Add notes, evidence and situations",
    "pause_clock": "Pause and resume a resolve clock where the policy allows it",
    "take_escalation": "Take an escalation",
    "settle_note": "Record or waive a CRM note",
    "retry_letter": "Retry or waive a letter that did not arrive",
    "configure": "Change severities, policies, calendars, the matrix, clients and systems",
    "manage_people": "Invite responders, hold roles, edit the permission matrix",
}

EVERYBODY = frozenset({"view_incident", "report_incident", "note_incident", "take_escalation"})

MATRIX: dict[str, frozenset[str]] = {
    "coordinator": EVERYBODY
    | {
        "triage_incident",
        "reclassify_incident",
        "assign_incident",
        "close_incident",
        "reopen_incident",
        "override_incident",
        "pause_clock",
        "settle_note",
    },
    "resolver": EVERYBODY | {"investigate_incident", "verify_incident"},
    "communicator": EVERYBODY
    | {
        "acknowledge_incident",
        "update_incident",
        "resolve_incident",
        "reopen_incident",
        "settle_note",
        "retry_letter",
    },
    "escalation_target": EVERYBODY | {"view_restricted", "override_incident"},
    "legal_contact": EVERYBODY | {"view_restricted"},
    "support_lead": EVERYBODY | {"close_incident", "reopen_incident", "override_incident"},
    "administrator": frozenset(PERMISSIONS),
}

ROLE_NAMES: dict[str, str] = {
    "coordinator": "Coordinator",
    "resolver": "Resolver",
    "communicator": "Communicator",
    "escalation_target": "Escalation target",
    "legal_contact": "Legal contact",
    "support_lead": "Support lead",
    "administrator": "Administrator",
}
