"""When something is expected: periods, cron expressions with a zone, and the times of routine checks. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from incidents.spelling import spell


@dataclass(frozen=True, slots=True)
class Schedule:
    """`cron` empty means every `period`."""

    period: timedelta
    grace: timedelta
    cron: str = ""
    zone: str = "UTC"

    def expected_after(self, instant: datetime) -> datetime:
        """When the job should report next, seen from its last success (or its registration)."""
        if not self.cron:
            return instant + self.period
        return next_tick(self.cron, self.zone, instant)

    def deadline_after(self, instant: datetime) -> datetime:
        return self.expected_after(instant) + self.grace

    @property
    def words(self) -> str:
        if self.cron:
            return f"cron {self.cron} in {self.zone}, {spell(self.grace.total_seconds())} grace"
        return f"every {spell(self.period.total_seconds())}, {spell(self.grace.total_seconds())} grace"


def next_tick(cron: str, zone: str, instant: datetime) -> datetime:
    """The first tick strictly after `instant`; ValueError when there is none."""
    try:
        return next(CronSim(cron, instant.astimezone(ZoneInfo(zone)))).astimezone(UTC)
    except (CronSimError, StopIteration, OverflowError) as error:
        raise ValueError(f"“{cron}” is not a cron expression that ever comes due.") from error


def in_words(cron: str) -> str:
    """What a cron expression says, in English; empty when it cannot be said."""
    try:
        return str(CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC)).explain())
    except (CronSimError, ValueError, StopIteration):
        return ""


@dataclass(frozen=True, slots=True)
class Routine:
    """A time of day in a zone, every day, on a weekday, or on a day of the month."""

    cadence: str
    at_time: time
    zone: str
    weekday: int = 0
    month_day: int = 1

    def after(self, instant: datetime) -> datetime:
        """The next time strictly after `instant`; a time that a change of clocks skips comes that much later."""
        day = instant.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)
        while True:
            if self._is_day(day):
                found = self._instant(day)
                if found > instant:
                    return found
            day += timedelta(days=1)

    def before(self, instant: datetime) -> datetime:
        """The last time strictly before `instant`: what a run looks back on begins there."""
        day = instant.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=1)
        while True:
            if self._is_day(day):
                found = self._instant(day)
                if found < instant:
                    return found
            day -= timedelta(days=1)

    def _instant(self, day: date) -> datetime:
        return datetime.combine(day, self.at_time, ZoneInfo(self.zone)).astimezone(UTC)

    def _is_day(self, day: date) -> bool:
        if self.cadence == "weekly":
            return day.weekday() == self.weekday
        if self.cadence == "monthly":
            return day.day == min(self.month_day, monthrange(day.year, day.month)[1])
        return True
