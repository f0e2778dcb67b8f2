"""The ledger of promises: by when each letter said that we write again, and whether we did.

A pure function of the book of letters and the outbox; nothing is counted up or corrected. A promise is made when its
letter leaves: one that never left made none. It is kept by the next letter to the same client about the same incident
(or the one that took it in) that left, if that letter was written by the promised instant. A letter counts from when
it was written if it left within a minute of it, else from when it left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from incidents.spelling import spell

KEPT_FOR = timedelta(days=90)
# `left_at`: when the first message of a letter left; `counted_at`: the instant from which the letter counts.
LEDGER = """
    SELECT l.id, l.incident_id, i.title, l.client_id, c.name AS client, c.time_zone, l.kind, l.seq, l.at, l.by_name,
        l.promise_words, l.promised_until, mine.left_at, mine.waiting, mine.doubted, mine.reasons,
        answer.id AS answer_id, answer.kind AS answer_kind, answer.by_name AS answer_by,
        answer.incident_id AS answer_incident, answer.seq AS answer_seq, answer.counted_at AS answered_at
    FROM incidents_clientletter l
    JOIN incidents_incident i ON i.id = l.incident_id
    LEFT JOIN incidents_incident j ON j.id = i.merged_into_id
    JOIN incidents_client c ON c.id = l.client_id
    CROSS JOIN LATERAL (
        SELECT min(m.sent_at) FILTER (WHERE m.state = 'sent') AS left_at,
            coalesce(bool_or(m.state IN ('pending', 'claimed', 'handoff')), false) AS waiting,
            coalesce(bool_or(m.state <> 'sent' AND m.ambiguous > 0), false) AS doubted,
            string_agg(DISTINCT nullif(m.last_error, ''), '; ') FILTER (WHERE m.state <> 'sent') AS reasons
        FROM notifications_outboundmessage m WHERE m.key = ANY(l.keys)
    ) mine
    LEFT JOIN LATERAL (
        SELECT a.id, a.kind, a.by_name, a.incident_id, a.seq,
            CASE WHEN d.left_at <= a.at + interval '1 minute' THEN a.at ELSE d.left_at END AS counted_at
        FROM incidents_clientletter a
        CROSS JOIN LATERAL (
            SELECT min(m.sent_at) AS left_at FROM notifications_outboundmessage m
            WHERE m.key = ANY(a.keys) AND m.state = 'sent'
        ) d
        WHERE a.client_id = l.client_id AND (a.at, a.id) > (l.at, l.id) AND d.left_at IS NOT NULL
            AND (a.incident_id = i.id OR a.incident_id IN (i.merged_into_id, j.merged_into_id) AND a.at >= i.closed_at)
        ORDER BY counted_at, a.id LIMIT 1
    ) answer ON true
    WHERE l.promised_until IS NOT NULL AND {where}
"""
NEWEST = LEDGER + " ORDER BY l.promised_until DESC, l.id DESC LIMIT %(limit)s"
TALLY = f"""
    SELECT client_id,
        count(*) FILTER (WHERE answered_at <= promised_until) AS kept,
        count(*) FILTER (WHERE coalesce(answered_at, %(now)s) > promised_until) AS missed
    FROM ({LEDGER}) AS ledger WHERE left_at IS NOT NULL GROUP BY client_id
"""  # noqa: S608 (our own text)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise to one client, as it stands at `now`."""

    incident_id: int
    title: str
    client_id: int
    client: str
    time_zone: str
    kind: str
    seq: int
    at: datetime
    by_name: str
    words: str
    until: datetime
    left_at: datetime | None
    waiting: bool
    doubted: bool
    reasons: str
    answer_kind: str
    answer_by: str
    answer_incident: int | None
    answer_seq: int | None
    answered_at: datetime | None
    now: datetime

    @property
    def state(self) -> str:
        """`made` (still to come), `kept`, `missed`, `owed` (missed and still not kept), `leaving` or `none`."""
        if self.left_at is None:
            return "leaving" if self.waiting else "none"
        if self.answered_at is not None:
            return "kept" if self.answered_at <= self.until else "missed"
        return "made" if self.now <= self.until else "owed"

    @property
    def tone(self) -> str:
        return {"kept": "ok", "missed": "warn", "owed": "warn"}.get(self.state, "")

    @property
    def label(self) -> str:
        return {
            "made": "Running",
            "kept": "Kept",
            "missed": "Missed",
            "owed": "Missed, still owed",
            "leaving": "Not made yet",
            "none": "Not known" if self.doubted else "Never made",
        }[self.state]

    @property
    def sentence(self) -> str:
        """What became of it, in words: how early or late, by which letter of whom; or why it does not count."""
        if self.state == "leaving":
            return "Its letter is still on its way; the promise is made when it leaves."
        if self.state == "none":
            why = f": {self.reasons}" if self.reasons else ""
            if self.doubted:
                return f"Nobody knows whether its letter arrived{why}. It is not counted."
            return f"Its letter never left{why}. The client was promised nothing by it."
        if self.answered_at is None:
            span = spell((self.until - self.now).total_seconds())
            return f"Due in {span}." if self.state == "made" else f"Nobody has written for {span} since it was due."
        span = spell((self.until - self.answered_at).total_seconds())
        what = {"incident-update": "an update", "incident-resolved": "the resolved letter"}.get(
            self.answer_kind, "the next letter"
        )
        how = f"{span} early" if self.state == "kept" else f"{span} late"
        elsewhere = f" about INC-{self.answer_incident}" if self.answer_incident != self.incident_id else ""
        return f"By {what} of {self.answer_by}{elsewhere}, {how}."

    @property
    def reference(self) -> str:
        return f"INC-{self.incident_id}"


@dataclass(frozen=True, slots=True)
class Tally:
    """Promises whose time has come, kept and missed; one that still runs and is answered in time counts as kept."""

    kept: int = 0
    missed: int = 0

    @property
    def all(self) -> int:
        return self.kept + self.missed

    @property
    def rate(self) -> float | None:
        """The share that was kept, in per cent with one decimal; None when there was none."""
        return round(100 * self.kept / self.all, 1) if self.all else None


def of_incident(incident_id: int, *, now: datetime, limit: int = 100) -> list[Promise]:
    """Every promise about an incident and about what was merged into it, the latest due first; one query."""
    where = (
        "l.incident_id IN (SELECT id FROM incidents_incident WHERE id = %(incident)s OR merged_into_id = %(incident)s)"
    )
    return _read(where, {"incident": incident_id, "limit": limit}, now)


def of_client(client_id: int, *, hidden: Sequence[int], now: datetime, limit: int = 10) -> list[Promise]:
    """The newest promises to a client, without those about `hidden` incidents; one query."""
    where = "l.client_id = %(client)s AND l.incident_id <> ALL(%(hidden)s)"
    return _read(where, {"client": client_id, "hidden": list(hidden), "limit": limit}, now)


def of_letters(letter_ids: Sequence[int], *, now: datetime) -> dict[int, Promise]:
    """The promises of some letters of the book, by the letter's id; one query."""
    if not letter_ids:
        return {}
    rows = _rows(NEWEST.format(where="l.id = ANY(%(ids)s)"), {"ids": list(letter_ids), "limit": len(letter_ids)})
    return {row["id"]: _promise(row, now) for row in rows}


def decided(client_id: int, *, kept: bool, now: datetime) -> list[int]:
    """The ids of the letters whose promise to a client was kept, or was missed; one query."""
    rows = _rows(NEWEST.format(where="l.client_id = %(client)s"), {"client": client_id, "limit": 100_000})
    wanted = ("kept",) if kept else ("missed", "owed")
    return [row["id"] for row in rows if _promise(row, now).state in wanted]


def tally(client_id: int, *, since: datetime, now: datetime) -> Tally:
    """Kept and missed promises to a client that fell due from `since` until now; whoever asks, all of them count."""
    return by_client(since=since, now=now, only=client_id).get(client_id, Tally())


def by_client(*, since: datetime, now: datetime, only: int | None = None) -> dict[int, Tally]:
    """Kept and missed promises that fell due from `since` until now, for each client who had any; one query."""
    where = "l.promised_until >= %(since)s AND (l.promised_until < %(now)s OR answer.id IS NOT NULL)"
    if only is not None:
        where += " AND l.client_id = %(only)s"
    rows = _rows(TALLY.format(where=where), {"since": since, "now": now, "only": only})
    return {row["client_id"]: Tally(row["kept"], row["missed"]) for row in rows}


def _read(where: str, named: Mapping[str, Any], now: datetime) -> list[Promise]:
    return [_promise(row, now) for row in _rows(NEWEST.format(where=where), named)]


def _rows(statement: str, named: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _promise(row: Mapping[str, Any], now: datetime) -> Promise:
    return Promise(
        incident_id=row["incident_id"],
        title=row["title"],
        client_id=row["client_id"],
        client=row["client"],
        time_zone=row["time_zone"],
        kind=row["kind"],
        seq=row["seq"],
        at=row["at"],
        by_name=row["by_name"],
        words=row["promise_words"],
        until=row["promised_until"],
        left_at=row["left_at"],
        waiting=row["waiting"],
        doubted=row["doubted"],
        reasons=row["reasons"] or "",
        answer_kind=row["answer_kind"] or "",
        answer_by=row["answer_by"] or "",
        answer_incident=row["answer_incident"],
        answer_seq=row["answer_seq"],
        answered_at=row["answered_at"],
        now=now,
    )
