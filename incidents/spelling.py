"""Durations in words. Pure."""


def spell(seconds: float) -> str:
    """`3h 18m`, `2d 4h`, `45s`: the two largest units, truncated, without a sign."""
    whole = int(abs(seconds))
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if n]
    return " ".join(parts[:2]) if parts else f"{secs}s"
