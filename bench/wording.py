"""The language guard on letters of 2,000 characters, clean and with a rule broken in every sentence: processor time."""

import statistics
import time
from pathlib import Path

import django

django.setup()

from bench.run import say  # noqa: E402
from notifications.guard import check  # noqa: E402
from notifications.guard.judging import forget  # noqa: E402

CORPORA = Path(__file__).resolve().parents[1] / "tests" / "notifications" / "guard"
CHARACTERS, RUNS = 2000, 9


def letters(name: str) -> list[str]:
    """The sentences of a corpus on end, cut into letters."""
    lines = (CORPORA / f"{name}.txt").read_text().splitlines()
    text = " ".join(line.split("|", 1)[-1] for line in lines)
    return [text[place : place + CHARACTERS] for place in range(0, len(text) - CHARACTERS, CHARACTERS)]


def milliseconds(letter: str, *, again: bool = False) -> float:
    """What a letter takes that nobody has read yet; or again, as after each word that is typed."""
    taken = []
    for _ in range(RUNS):
        if not again:
            forget()
        began = time.process_time()
        check(letter, third_parties=("HubSpot", "Instantly", "Apollo"), other_clients=("Harbor & Vine",))
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def floor() -> float:
    """A pass over as many characters in plain Python, so that a slow machine shows."""
    began = time.process_time()
    for _ in range(100):
        sum(1 for _ in "x" * CHARACTERS)
    return (time.process_time() - began) * 10


def main() -> None:
    began = time.process_time()
    check("We will write by five.")
    say("guard: the first letter, which makes the rules", f"{(time.process_time() - began) * 1000:.0f} ms")
    say("floor: one pass over 2,000 characters", f"{floor():.3f} ms")
    for name in ("clean", "broken"):
        each = [milliseconds(letter) for letter in letters(name)]
        say(f"guard: a {name} letter, median", f"{statistics.median(each):.2f} ms", "under 5 ms")
        say(f"guard: the slowest {name} letter", f"{max(each):.2f} ms")
        known = [milliseconds(letter, again=True) for letter in letters(name)]
        say(f"guard: a {name} letter read again, median", f"{statistics.median(known):.2f} ms")


if __name__ == "__main__":
    main()
