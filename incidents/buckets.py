"""So many a minute for each name: a token bucket in this process; others never wait for it. Pure."""

import threading
import time


class Buckets:
    """A minute's worth may come at once; then it refills evenly."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[object, tuple[float, float]] = {}

    def take(self, name: object, per_minute: int, *, now: float | None = None) -> float:
        """0.0 when the request may pass, else the seconds until the next one may."""
        instant = time.monotonic() if now is None else now
        with self._lock:
            left, seen = self._left.get(name, (float(per_minute), instant))
            left = min(float(per_minute), left + (instant - seen) * per_minute / 60)
            passes = left >= 1
            self._left[name] = (left - 1 if passes else left, instant)
            if len(self._left) > 10_000:
                self._left = {key: value for key, value in self._left.items() if instant - value[1] < 120}
        return 0.0 if passes else (1 - left) * 60 / max(per_minute, 1)

    def forget(self) -> None:
        with self._lock:
            self._left.clear()
