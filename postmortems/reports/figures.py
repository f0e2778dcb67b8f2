"""A figure as a page shows it: the number, of how many, how good that is, and where its incidents are listed."""

from dataclasses import dataclass

from incidents.spelling import spell

GOOD, FAIR = 95.0, 90.0


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, which may be nothing. `url` lists the incidents of the whole, `missed` those of the rest."""

    part: int
    whole: int
    url: str = ""
    missed: str = ""

    @property
    def rest(self) -> int:
        return self.whole - self.part

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None

    @property
    def words(self) -> str:
        """`96.4%`; 100% means every one, and 0% not one."""
        if self.percent is None:
            return "–"
        if self.part in (0, self.whole):
            return f"{self.percent:.0f}%"
        return f"{min(99.9, max(0.1, self.percent)):.1f}%"

    @property
    def tone(self) -> str:
        """`bad` below 90 per cent kept, `warn` below 95."""
        if self.percent is None or self.percent >= GOOD:
            return ""
        return "warn" if self.percent >= FAIR else "bad"


@dataclass(frozen=True, slots=True)
class Change:
    """How a share stood in the period before, and whether it got better: `up`, `dn` or `` (the same, or unknown)."""

    before: Share
    way: str
    icon: str

    @property
    def words(self) -> str:
        return f"{self.before.words} before" if self.before.whole else "none before"


def change(now: Share, before: Share, *, more_is_better: bool = True) -> Change:
    if now.percent is None or before.percent is None or abs(now.percent - before.percent) < 0.05:
        return Change(before, "", "minus")
    rose = now.percent > before.percent
    return Change(before, "up" if rose == more_is_better else "dn", "trending-up" if rose else "trending-down")


def spelled(seconds: float | None) -> str:
    return "–" if seconds is None else spell(seconds)
