"""More made-up values, for the wide set; `[[…]]` marks a secret that is written out because no scanner minds it."""

import re
from collections.abc import Callable
from random import Random

from tests.notifications.redaction import mint
from tests.notifications.redaction.mint import (
    ALNUM,
    B32,
    B64,
    DIGITS,
    HEX,
    LOWNUM,
    UPPER,
    URL64,
    Sample,
    mixed,
    pick,
    run,
)

B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SEEDS = [
    "abandon",
    "ability",
    "able",
    "about",
    "above",
    "absent",
    "absorb",
    "abstract",
    "absurd",
    "abuse",
    "access",
    "accident",
    "account",
    "accuse",
    "acid",
]
PLAIN = [
    "correcthorse",
    "mickeymouse",
    "letmeinplease",
    "sunflowers",
    "trustno1",
    "bluemonday",
    "iloveyou",
    "dragonfly",
]
NAMES = ["Ottilie Brandner", "Marco Bellini", "Anouk Vermeulen", "Siobhan Gallagher", "Tadeusz Kowalczyk"]
_WRITTEN = re.compile(r"\[\[(.+?)\]\]")


def grouped(r: Random, alphabet: str, length: int, groups: int) -> str:
    return "-".join(mixed(r, alphabet, length) for _ in range(groups))


def weird(r: Random) -> str:
    return f"{pick(r, ALNUM, 4)}{r.choice('!@#$%^&*')}{pick(r, ALNUM, 4)}{r.choice('!@#$%^&*')}{pick(r, ALNUM, 3)}"


def fiscal(r: Random) -> str:
    return (
        f"{pick(r, 'BCDFGLMNPRST', 6)}{r.randrange(60, 99)}{r.choice('ABCDEHLMPRST')}{r.randrange(10, 30)}"
        f"{r.choice('ABCDEFGHL')}{r.randrange(100, 999)}{r.choice('ABCDEFGHIJ')}"
    )


MINTS: dict[str, Callable[[Random], str]] = {
    **mint.MINTS,
    "plaid": run(HEX, 30),
    "code8": lambda r: f"{pick(r, LOWNUM, 4)}-{pick(r, LOWNUM, 4)}",
    "code10": lambda r: f"{pick(r, LOWNUM, 5)}-{pick(r, LOWNUM, 5)}",
    "lic": lambda r: grouped(r, UPPER + DIGITS, 5, 5),
    "lic4": lambda r: grouped(r, UPPER + DIGITS, 4, 4),
    "seed16": run(B32, 16),
    "seed32": run(B32, 32),
    "wif": lambda r: "5" + pick(r, B58, 50),
    "eth": lambda r: "0x" + pick(r, HEX, 64),
    "words12": lambda r: " ".join(r.sample(SEEDS, 12)),
    "hex12": run(HEX, 12),
    "hex16": run(HEX, 16),
    "hex24": run(HEX, 24),
    "hex48": run(HEX, 48),
    "hex128": run(HEX, 128),
    "alnum16": run(ALNUM, 16),
    "alnum24": run(ALNUM, 24),
    "alnum40": run(ALNUM, 40),
    "url22": run(URL64, 22),
    "url32": run(URL64, 32),
    "url64": run(URL64, 64),
    "b64_43": run(B64, 43),
    "b64_88": lambda r: mixed(r, B64, 86) + "==",
    "wpw": lambda r: r.choice(PLAIN),
    "simple": lambda r: r.choice(mint.WORDS).lower() + str(r.randrange(1, 99)),
    "weird": weird,
    "fr": lambda r: f"0{r.choice('67')} " + " ".join(str(r.randrange(10, 99)) for _ in range(4)),
    "phone_it": lambda r: f"+39 3{r.randrange(20, 99)} {r.randrange(100, 999)} {r.randrange(1000, 9999)}",
    "ip": lambda r: f"{r.choice((81, 93, 201, 178, 212))}." + ".".join(str(r.randrange(1, 254)) for _ in range(3)),
    "ip6": lambda r: "2a02:" + ":".join(pick(r, HEX, 4) for _ in range(7)),
    "pairs": lambda r: ":".join(pick(r, HEX, 2) for _ in range(16)),
    "nino": lambda r: f"{pick(r, 'ABCEGHJ', 2)} " + " ".join(str(r.randrange(10, 99)) for _ in range(3)) + " B",
    "bsn": lambda r: pick(r, "123456789", 9),
    "pesel": lambda r: f"{r.randrange(50, 99)}0{r.randrange(1, 9)}{r.randrange(10, 28)}{r.randrange(10000, 99999)}",
    "cf": fiscal,
    "dni": lambda r: pick(r, "123456789", 8) + r.choice("TRWAGMYFPDXBNJZSQVHLCKE"),
    "passport": lambda r: f"{r.choice('CFGHJK')}{pick(r, UPPER + DIGITS, 2)}{pick(r, DIGITS, 6)}",
    "name": lambda r: r.choice(NAMES),
    "login": lambda _: "user" + ":" + "password",
}


def fill(kind: str, template: str, r: Random, mints: dict[str, Callable[[Random], str]]) -> Sample:
    """As `mint.fill`, and what stands in double brackets is a secret as it is."""
    made = mint.fill(kind, _WRITTEN.sub(r"\1", template), r, mints)
    return Sample(made.kind, made.text, (*made.secrets, *_WRITTEN.findall(template)))
