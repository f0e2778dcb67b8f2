"""The entries of the timeline as a page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from incidents import letterbook
from incidents.models import Incident, TimelineEntry

Kind = TimelineEntry.Kind
MOST = 300
# The icon and the tone of each kind; the others are dull.
LOOKS = {
    Kind.REPORTED: ("radar", "red"),
    Kind.TRIAGED: ("filter-check", ""),
    Kind.ACKNOWLEDGED: ("send", "acc"),
    Kind.UPDATED: ("message-up", "acc"),
    Kind.BREACHED: ("alarm", "red"),
    Kind.AT_RISK: ("alarm", "red"),
    Kind.ESCALATED: ("stairs-up", "acc"),
    Kind.ESCALATION_TAKEN: ("hand-stop", "acc"),
    Kind.NOTED: ("note", ""),
    Kind.EVIDENCE_ADDED: ("file-text", ""),
    Kind.FIXED: ("tool", "acc"),
    Kind.CONFIRMED: ("eye-check", "acc"),
    Kind.RESOLVED: ("circle-check", "acc"),
    Kind.CLOSED: ("lock", ""),
    Kind.LETTER_FAILED: ("circle-x", "red"),
    Kind.VERIFICATION_FAILED: ("rotate-clockwise", "red"),
    Kind.REOPENED: ("arrow-back-up", "red"),
    Kind.SITUATION_RAISED: ("alert-triangle", "red"),
    Kind.LETTER_TAKEN_BACK: ("arrow-back-up", "red"),
    Kind.LETTER_AWAITING: ("user-check", "acc"),
    Kind.LETTER_SENT_BACK: ("arrow-back-up", "red"),
    Kind.LETTER_WITHDRAWN: ("ban", ""),
    Kind.SITUATION_SUGGESTED: ("alert-triangle", ""),
    Kind.RESTRICTED: ("lock", "red"),
    Kind.PEOPLE_NAMED: ("user-check", ""),
    Kind.RESURFACED: ("ghost-2", "red"),
    Kind.CLIENT_REPLIED: ("message-2", "acc"),
    Kind.AUTO_REPLIED: ("robot", ""),
    Kind.REPLY_SETTLED: ("check", ""),
    Kind.PLAYBOOK_STARTED: ("book-2", "acc"),
    Kind.STEP_DONE: ("check", "acc"),
    Kind.STEP_SKIPPED: ("arrow-forward-up", ""),
    Kind.PROHIBITION_READ: ("ban", ""),
    Kind.PLAYBOOK_ENDED: ("flag-check", ""),
}
DULL = ("circle-dashed", "")
# What stands in the facts of an entry and belongs beside its text; `{}` is what was typed.
REMARKS: dict[str, dict[str, str]] = {
    Kind.CHANGED: {
        "retry": "Only tried again, nothing was changed.",
        "undo": "Containment, undone by: {}",
        "test_evidence": "Tested: {}",
        "override_reason": "Not tested, an emergency: {}",
        "without_evidence_reason": "Before the error report was kept: {}",
    },
    Kind.ISOLATED: {"fault_domain": "It is {}", "workaround_possible": "Workaround: {}"},
    Kind.FIXED: {
        "broken": "Broken: {}",
        "cause": "Cause: {}",
        "test_evidence": "Tested: {}",
        "client_confirmation": "The client confirmed: {}",
    },
    Kind.CONFIRMED: {"scenario": "Tried again: {}", "evidence": "Shown by: {}"},
    Kind.RESOLVED: {
        "override_reason": "Before the verification window ended: {}",
        "acknowledgement_exception": "Without an acknowledgement: {}",
    },
    Kind.CLOSED: {"missing": "By force, without this: {}"},
}
# Answers that were chosen from a list, in words.
CHOSEN = {
    Kind.ISOLATED: {
        "ours": "our system",
        "client": "the client’s system",
        "third_party": "a third-party service",
        "yes": "possible",
        "no": "not tried yet",
        "not_possible": "not possible",
    }
}


def remarks(kind: str, facts: Mapping[str, object]) -> tuple[str, ...]:
    """What the record holds of an entry beside its text (A-14, A-24, B-134); nothing for most kinds."""
    words = CHOSEN.get(Kind(kind), {})
    told = {name: _said(facts.get(name)) for name in REMARKS.get(kind, {})}
    told = {name: words.get(said, said) for name, said in told.items()}
    return tuple(REMARKS[kind][name].format(said) for name, said in told.items() if said)


def _said(fact: object) -> str:
    return " ".join(str(one) for one in fact) if isinstance(fact, list) else str(fact or "")


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry with its icon and tone. `taken_back`: its letter never left, so no client has read it.

    `remarks` are what the entry says beside its text: how a change was tested, why something was skipped.
    """

    entry: TimelineEntry
    icon: str
    tone: str
    taken_back: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Written down noticeably later than it happened: both times are shown."""
        return (self.entry.recorded_at - self.entry.at).total_seconds() > 60


def shown(incident: Incident, *, client_only: bool) -> list[Shown]:
    """The newest 300 entries, the latest happening first; with `client_only` those that clients read. Two queries at
    most."""
    chosen = incident.timeline.order_by("-seq")
    if client_only or incident.entry_count > MOST:
        gone = letterbook.taken_back(incident.pk)
        chosen = chosen.filter(client_visible=True).exclude(seq__in=gone) if client_only else chosen
        entries = list(chosen[:MOST])
    else:
        entries = list(chosen)
        gone = [entry.facts["taken_back"] for entry in entries if entry.kind == Kind.LETTER_TAKEN_BACK]
    entries.sort(key=lambda entry: (entry.at, entry.seq), reverse=True)
    return [
        Shown(
            entry,
            *LOOKS.get(Kind(entry.kind), DULL),
            taken_back=entry.seq in gone,
            remarks=() if client_only else remarks(entry.kind, entry.facts),
        )
        for entry in entries
    ]
