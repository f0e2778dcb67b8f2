"""What a fresh install holds: kinds of action, procedures, destinations, the versions that a report names. Pure."""

# The seven of A-07 and the three that A-16 adds, in the guide's words.
ACTION_KINDS = (
    ("prompt_change", "Prompt change"),
    ("permission_update", "Permission update"),
    ("source_correction", "Source correction"),
    ("provider_fallback", "Provider fallback change"),
    ("rate_limit", "Rate-limit adjustment"),
    ("test_data_cleanup", "Test-data cleanup"),
    ("evaluation", "Additional evaluation"),
    ("provider_settings", "Provider settings"),
    ("tests", "Tests"),
    ("alert_tuning", "Alert tuning"),
)

# key, name, moment, must be ticked
PROCEDURES = (
    ("incident-response-runbook", "Incident Response Runbook", "report", False),
    ("incident-response-runbook", "Incident Response Runbook", "production", False),
    ("incident-response-runbook", "Incident Response Runbook", "review", False),
    ("model-evaluation", "Model Evaluation and Regression Review", "review", False),
    ("audit-log-review", "Audit Log Review", "review", False),
    ("model-evaluation", "Model Evaluation and Regression Review", "check", False),
    ("contacting-support", "Contacting Support", "handoff", True),
    ("support-sla", "Support SLA and Escalation Matrix", "routing", False),
    ("error-reports", "Error Reports and Support Codes", "redaction", False),
    ("post-incident-review", "Post-Incident Review and Prevention", "restart", False),
    ("migration-and-reindex", "Migration and Reindex Review", "update", True),
    ("changelog-review", "Changelog and Release Note Review", "release", False),
)

# key, name, when to choose it, leaves the company
DESTINATIONS = (
    (
        "hosting",
        "Hosting",
        "The server, DNS, TLS, disk or PHP itself fails, or several unrelated applications on one host do.",
        True,
    ),
    (
        "provider",
        "Provider support",
        "A provider’s interface answers with its own error or limit, and our keys and settings are right.",
        True,
    ),
    (
        "codecanyon",
        "CodeCanyon support",
        "The bought plugin or theme itself misbehaves on a supported version, and it can be reproduced.",
        True,
    ),
    (
        "internal",
        "Internal operations",
        "Our own prompts, permissions, data or settings are the cause, or nobody knows yet whose it is.",
        False,
    ),
)
ENVIRONMENT = ("SophMate", ("SophMate version", "WordPress version", "PHP version"))

REVIEW_DAYS = {1: 3, 2: 5, 3: 7, 4: 7}
LOOK_BACK_DAYS = (30, 60, 90)

# The full review asks all of these, the short form the second list (C-13). Missing evidence: “none” must be typed.
FULL = ("what_failed", "root_cause", "detected_late", "missing_evidence", "resolution", "must_change")
SHORT = ("root_cause",)

# key, name, how, only for normal scope. The first four are A-10’s and need a person; the rest are computed.
CRITERIA = (
    ("actions_done", "Preventive actions confirmed", "confirmed", False),
    ("documentation", "Documentation updated", "confirmed", False),
    ("alerts", "Alerts tuned", "confirmed", False),
    ("owner", "Responsible owner named", "confirmed", False),
    ("actions_verified", "Prevention actions verified", "computed", False),
    ("checks_passed", "Regression check passed", "computed", False),
    ("review", "Review submitted", "computed", False),
    ("every_action", "Every change that the review asks for is done", "computed", True),
    ("soak", "Long enough at partial scope", "computed", True),
)
MIGRATION_REVIEW = ("migration_review", "Migration and Reindex Review consulted", "confirmed", False)
RELEASE_REVIEW = ("release_review", "Changelog and Release Note Review consulted", "confirmed", False)
