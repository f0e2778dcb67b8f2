"""A letter as it was read: what `reading.read` returns. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attached:
    """One file of a letter. `name` is safe to store and to show; `content_type` is what its bytes look like."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bounced:
    """What a delivery report says of one recipient (RFC 3464). `status` is `5.1.1`, or "" when it says none."""

    recipient: str
    action: str
    status: str
    said: str

    @property
    def failed(self) -> bool:
        """It will not arrive; a report of a delay is none of these."""
        return self.action == "failed"

    @property
    def is_dead(self) -> bool:
        """The address itself is no good: no such mailbox or domain, or switched off. A full mailbox is not that."""
        return self.failed and (self.status.startswith("5.1.") or self.status in ("5.2.1", "5.4.4"))


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that may be asked of a letter. `answers` are the Message-IDs that it answers, the nearest first.

    `text` is what was written now, `quoted` what was quoted below or between it. `automatic` says why no person wrote
    it, "" when one may have. `returned_ids` are Message-IDs of the letter that a delivery report gives back.
    """

    message_id: str
    from_name: str
    from_address: str
    recipients: tuple[str, ...]
    subject: str
    answers: tuple[str, ...]
    text: str
    quoted: str
    attachments: tuple[Attached, ...]
    left_out: tuple[str, ...]
    automatic: str
    bounces: tuple[Bounced, ...]
    returned_ids: tuple[str, ...]
    unreadable: str = ""

    @property
    def whole_text(self) -> str:
        return "\n\n".join(filter(None, (self.text, self.quoted)))
