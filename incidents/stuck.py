"""“Is anything stuck?” in one query: what an auditor asks every minute and a banner on every page."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

QUERY = """
    SELECT
        (SELECT extract(epoch FROM %(now)s - min(next_check_at)) FROM incidents_clock WHERE next_check_at IS NOT NULL
            AND next_check_at <= %(now)s),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_clock WHERE next_check_at <= %(now)s LIMIT 10001) AS due),
        (SELECT count(*) FROM incidents_clock WHERE quarantined_at IS NOT NULL),
        (SELECT extract(epoch FROM %(now)s - min(due_at)) FROM notifications_outboundmessage
            WHERE state IN ('pending', 'claimed', 'handoff') AND due_at <= %(now)s),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_outboundmessage
            WHERE state IN ('pending', 'claimed', 'handoff') AND due_at <= %(now)s LIMIT 10001) AS waiting),
        (SELECT count(*) FROM notifications_outboundmessage
            WHERE state IN ('dead', 'unknown', 'suppressed') AND noticed_at IS NULL),
        (SELECT extract(epoch FROM %(now)s - min(due_at)) FROM incidents_escalation e
            WHERE due_at <= %(now)s AND taken_at IS NULL AND ended_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM notifications_setaside s WHERE s.sweep = 'escalations' AND s.row = e.id
                    AND s.given_up_at IS NOT NULL)),
        (SELECT extract(epoch FROM %(now)s - min(received_at)) FROM notifications_inboundmail
            WHERE state = 'waiting' AND due_at <= %(now)s),
        (SELECT count(*) FROM notifications_inboundmail WHERE state = 'quarantined'),
        (SELECT extract(epoch FROM %(now)s - min(failing_since)) FROM notifications_mailbox),
        (SELECT extract(epoch FROM %(now)s - min(due_at)) FROM incidents_digest
            WHERE settled_at IS NULL AND due_at <= %(now)s),
        (SELECT count(*) FROM incidents_digest WHERE settled_at IS NULL AND errors >= 3),
        (SELECT array_agg(sweep || ', row ' || row || ': ' || last_error ORDER BY id) FROM notifications_setaside
            WHERE errors >= 5 AND given_up_at IS NULL)
"""
CLOCK_LIMIT = 30
LETTER_LIMIT = 300
ESCALATION_LIMIT = 60
MAIL_LIMIT = 300
MAILBOX_LIMIT = 600
DIGEST_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Look:
    """Ages are seconds since the oldest became due, 0 when nothing is; counts over 10,000 read 10,001."""

    clock_age: float
    clocks_due: int
    clocks_quarantined: int
    letter_age: float
    letters_due: int
    letters_failed: int
    escalation_age: float
    mail_age: float
    mail_quarantined: int
    mailbox_age: float
    digest_age: float
    digests_failing: int
    put_aside: tuple[str, ...] = ()

    def reasons(self) -> list[str]:
        """A sentence for each thing that is stuck; empty when all is well."""
        found = []
        if self.clock_age > CLOCK_LIMIT:
            found.append(f"{self.clocks_due} clocks are due and not enforced, the oldest for {self.clock_age:.0f} s")
        if self.clocks_quarantined:
            found.append(f"{self.clocks_quarantined} clocks are in quarantine")
        if self.letter_age > LETTER_LIMIT:
            found.append(f"{self.letters_due} messages wait, the oldest for {self.letter_age:.0f} s")
        if self.letters_failed:
            found.append(f"{self.letters_failed} messages did not arrive and nobody has dealt with them")
        if self.escalation_age > ESCALATION_LIMIT:
            found.append(f"an escalation waits to be repeated for {self.escalation_age:.0f} s")
        if self.mail_age > MAIL_LIMIT:
            found.append(f"letters that came in wait to be sorted, the oldest for {self.mail_age:.0f} s")
        if self.mail_quarantined:
            found.append(f"{self.mail_quarantined} letters that came in cannot be read")
        if self.mailbox_age > MAILBOX_LIMIT:
            found.append(f"the mailbox cannot be read for {self.mailbox_age:.0f} s")
        if self.digest_age > DIGEST_LIMIT:
            found.append(f"a scheduled update is due and not sent for {self.digest_age:.0f} s")
        if self.digests_failing:
            found.append(f"{self.digests_failing} scheduled updates failed three times and more")
        found += [f"something owed failed five times and more ({one})" for one in self.put_aside]
        return found

    def gauges(self) -> dict[str, tuple[str, float]]:
        return {
            "clock_lag_seconds": ("Age of the oldest clock that is due and not enforced", self.clock_age),
            "clocks_due": ("Clocks due and not enforced", self.clocks_due),
            "clocks_quarantined": ("Clocks in quarantine", self.clocks_quarantined),
            "outbox_lag_seconds": ("Age of the oldest message that is due and not sent", self.letter_age),
            "outbox_due": ("Messages due and not sent", self.letters_due),
            "outbox_failed": ("Messages that did not arrive and nobody dealt with", self.letters_failed),
            "escalation_lag_seconds": ("Age of the oldest repeat that is due", self.escalation_age),
            "inbound_mail_lag_seconds": ("Age of the oldest letter that came in and is not sorted", self.mail_age),
            "inbound_mail_quarantined": ("Letters that came in and cannot be read", self.mail_quarantined),
            "digest_lag_seconds": ("Age of the oldest scheduled update that is due and not settled", self.digest_age),
            "digests_failing": ("Scheduled updates to come that failed three times and more", self.digests_failing),
            "rows_put_aside": ("Rows that a sweep could not do five times and more", len(self.put_aside)),
            "mailbox_failing_seconds": ("For how long the mailbox cannot be read", self.mailbox_age),
        }


def look(*, now: datetime) -> Look:
    """Reads everything that may be stuck in one query over partial indexes."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, {"now": now})
        row = cursor.fetchone()
    clock_age, clocks_due, quarantined, letter_age, letters_due, failed, escalation_age, *mail = row
    ages = [float(age or 0) for age in (clock_age, letter_age, escalation_age, mail[0], mail[2], mail[3])]
    return Look(
        clock_age=ages[0],
        clocks_due=clocks_due,
        clocks_quarantined=quarantined,
        letter_age=ages[1],
        letters_due=letters_due,
        letters_failed=failed,
        escalation_age=ages[2],
        mail_age=ages[3],
        mail_quarantined=mail[1],
        mailbox_age=ages[4],
        digest_age=ages[5],
        digests_failing=mail[4],
        put_aside=tuple(mail[5] or ()),
    )
