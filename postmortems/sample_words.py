"""What the sample workspace learned, in words: for each of its stories what was done, tried again and changed. Pure."""

from dataclasses import dataclass

GIT, WIKI = "https://git.leadspanther.example/changes/", "https://wiki.leadspanther.example/"


@dataclass(frozen=True, slots=True)
class Lesson:
    """An action (its kind by key), how one sees that it is done, the scenario of its check, and the change it made."""

    kind: str
    action: str
    outcome: str
    check: str
    change: str
    text: str
    reference: str


LESSONS = {
    "Outreach suspended for all senders": (
        Lesson(
            "rate_limit",
            "Cap each sender at 40 letters a day",
            "The 41st letter of a day waits for the next.",
            "Send 41 letters from one sender",
            "source",
            "A sender stops at 40 letters a day",
            f"{GIT}412",
        ),
        Lesson(
            "alert_tuning",
            "Alert when a provider answers “suspended”",
            "A suspended test sender opens an incident within five minutes.",
            "Suspend the test sender",
            "monitoring",
            "One suspended sender is an alert, and not only all of them",
            f"{GIT}431",
        ),
        Lesson(
            "provider_fallback",
            "Keep a second provider warm",
            "Ten letters a day leave through it.",
            "Send a day’s letters through the second provider",
            "runbook",
            "Runbook: move senders to the second provider, step by step",
            f"{WIKI}runbooks/senders",
        ),
    ),
    "Lead enrichment returns 401 for every request": (
        Lesson(
            "alert_tuning",
            "Check every five minutes",
            "A forced failure opens an incident within six minutes.",
            "Force the failure on a test lead",
            "monitoring",
            "The error-rate check runs every five minutes",
            f"{GIT}479",
        ),
        Lesson(
            "permission_update",
            "Let nobody rotate a key alone",
            "Rotating asks for a second person.",
            "Rotate the key of the test workspace",
            "permission",
            "Rotating a provider key needs two people",
            f"{GIT}486",
        ),
        Lesson(
            "provider_settings",
            "Name every user of a key beside it",
            "The list names the worker, the agents and the reports.",
            "Revoke one key and see who stops",
            "runbook",
            "Runbook “Rotate a key” lists the workers to restart",
            f"{WIKI}runbooks/keys",
        ),
        Lesson(
            "tests",
            "Try each key before it goes live",
            "A wrong key fails the release.",
            "Release with a wrong key",
            "test",
            "The release tries every key once",
            f"{GIT}502",
        ),
    ),
    "CRM sync drops contacts without an owner": (
        Lesson(
            "source_correction",
            "Give contacts without an owner a default",
            "A contact without an owner arrives with the default one.",
            "Sync a contact without an owner",
            "source",
            "The sync falls back to the account’s owner",
            f"{GIT}455",
        ),
        Lesson(
            "tests",
            "Count what the sync leaves out",
            "One contact that is left out fails the nightly run.",
            "Add a required field in the test CRM",
            "test",
            "The nightly run compares both sides by number",
            f"{GIT}461",
        ),
    ),
    "Bounce rate above 10 % on one sequence": (
        Lesson(
            "source_correction",
            "Verify every list before import",
            "A list with 5 % dead addresses is refused.",
            "Import 40 dead addresses",
            "source",
            "An import verifies addresses and refuses a list above 3 %",
            f"{GIT}440",
        ),
        Lesson(
            "test_data_cleanup",
            "Take dead addresses out of old sequences",
            "No sequence holds an address that bounced twice.",
            "Look for addresses that bounced twice",
            "runbook",
            "Checklist for imports: where a list may come from",
            f"{WIKI}checklists/imports",
        ),
    ),
    "Replies are classified hours late": (
        Lesson(
            "provider_fallback",
            "Reach the second model after 20 seconds",
            "A call that hangs is answered by the second model.",
            "Let the first model hang",
            "prompt",
            "The second model has a prompt of its own, tried on 200 replies",
            f"{GIT}470",
        ),
        Lesson(
            "evaluation",
            "Compare both models once a month",
            "The monthly evaluation names both.",
            "Run the evaluation with the second model alone",
            "test",
            "200 labelled replies are classified before each release",
            f"{GIT}473",
        ),
        Lesson(
            "alert_tuning",
            "Alert when the queue is 15 minutes old",
            "A stopped worker opens an incident within 20 minutes.",
            "Stop the worker for 20 minutes",
            "monitoring",
            "The age of the oldest reply is measured each minute",
            f"{GIT}490",
        ),
    ),
}
OTHER = LESSONS["Lead enrichment returns 401 for every request"][0]


def lesson(title: str, time: int) -> Lesson:
    """What was learned the `time`-th time (from 0) that this story happened."""
    known = LESSONS.get(title, (OTHER,))
    return known[time % len(known)]
