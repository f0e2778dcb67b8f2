"""Takes out of a text what must not leave the company (reliability.md, section "Redaction"). Knows no framework."""

from notifications.redaction.engine import Finding, Redacted, digest_of, redact
from notifications.redaction.kinds import CLASS_OF
from notifications.redaction.known import Known

__all__ = ["CLASS_OF", "Finding", "Known", "Redacted", "digest_of", "redact"]
