"""What a verb is told: frozen dataclasses, plain Python. A form or an API call fills one; the verb decides."""

from dataclasses import dataclass, field
from datetime import date, datetime

from notifications.guard.legible import shown
from notifications.inbound.letter import Attached


def _show(words: object, *names: str) -> None:
    """What clients read holds nothing that nobody sees, through whichever door it came."""
    for name in names:
        object.__setattr__(words, name, shown(getattr(words, name)))


@dataclass(frozen=True, slots=True)
class Report:
    """Something broke. `detected_at` may precede the entry (C-07); `in_scope` is the quick-fix lane (B-33, C-14)."""

    title: str
    description: str
    severity: int
    source: str
    detected_at: datetime
    client_ids: tuple[int, ...] = ()
    system_ids: tuple[int, ...] = ()
    is_internal: bool = False
    client_reported_at: datetime | None = None
    reporting_client_ids: tuple[int, ...] = ()
    impact_started_at: datetime | None = None
    production_affected: bool = False
    in_scope: bool = False


@dataclass(frozen=True, slots=True)
class Triage:
    """Severity, scope and people (B-34…B-37). `is_internal` says explicitly that no client is affected."""

    severity: int
    client_ids: tuple[int, ...]
    system_ids: tuple[int, ...]
    resolver_id: int
    communicator_id: int
    coordinator_id: int | None = None
    is_internal: bool = False
    description: str = ""
    reason: str = ""
    raised_to_severe: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class QuickFix:
    """Whether whoever found it fixes it at once (B-33, C-14). With no, `reason` says what it needs instead."""

    in_scope: bool
    severity: int = 0
    client_ids: tuple[int, ...] = ()
    system_ids: tuple[int, ...] = ()
    is_internal: bool = False
    description: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a letter. `next_update_by` is a promise and starts a clock (B-50); None only with `is_last`."""

    brief: str
    happening: str
    doing: str = ""
    next_update_by: datetime | None = None
    is_last: bool = False
    guard_reason: str = ""
    unapproved_reason: str = ""

    def __post_init__(self) -> None:
        _show(self, "brief", "happening", "doing")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How an incident is acknowledged: by letter, or for SEV-3 and SEV-4 as the policy says (C-04). `guard_reason` is
    why the sentence stands although the guard objects; a letter has its own."""

    letter: Letter | None = None
    note: str = ""
    sentence: str = ""
    scheduled_fix_on: date | None = None
    guard_reason: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at (B-53): a check and what it showed."""

    logs: str = ""
    status_pages: str = ""
    integrations: str = ""


@dataclass(frozen=True, slots=True)
class Isolation:
    """Whose system it is (B-54), and what follows for a third party (B-56) or the client's side (B-57)."""

    fault_domain: str
    finding: str = ""
    workaround_possible: str = ""
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change to production (B-134). `containment` is exempt from the test rule but names its undo (C-15)."""

    what: str
    test_evidence: str = ""
    containment: bool = False
    undo: str = ""
    override_reason: str = ""
    is_retry: bool = False
    without_evidence_reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The exact error as it was seen: `occurred_at` to the second, `time_zone` the IANA name it was read in (A-24)."""

    report: str
    screen: str
    occurred_at: datetime
    time_zone: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """What was broken, why, what was done, and the evidence that it was tested (B-55, B-58)."""

    broken: str
    cause: str
    done: str
    test_evidence: str
    fault_domain: str = ""
    client_confirmation: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """End-to-end confirmation (B-59, B-60)."""

    scenario: str
    result: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The words of the resolved letter (B-64…B-71); *current status* is computed, never typed (C-12)."""

    brief: str
    happened: str
    did: str
    override_reason: str = ""
    acknowledgement_exception: str = ""
    guard_reason: str = ""
    unapproved_reason: str = ""

    def __post_init__(self) -> None:
        _show(self, "brief", "happened", "did")


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered to our letters: `text` was written now, `quoted` stood there before (B-51, B-70)."""

    mail_id: int
    sender_name: str
    sender_address: str
    subject: str
    text: str
    quoted: str = ""
    attachments: tuple[Attached, ...] = ()
    left_out: tuple[str, ...] = ()
