"""Made-up secrets, put together at run time from parts and seeded chance, so that no scanner finds one in the code."""

import base64
import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM = LOWER + UPPER + DIGITS
LOWNUM = LOWER + DIGITS
HEX = "0123456789abcdef"
B64 = ALNUM + "+/"
URL64 = ALNUM + "-_"
B32 = UPPER + "234567"

WORDS = [
    "Sommer",
    "Winter",
    "Tiger",
    "Falcon",
    "Dragon",
    "Berlin",
    "Madrid",
    "Kitten",
    "Coffee",
    "Guitar",
    "Rocket",
    "Sunset",
    "Banana",
    "Garden",
    "Purple",
    "Silver",
    "Monkey",
    "Shadow",
    "Hunter",
    "Pepper",
    "Orange",
    "Panther",
    "Thunder",
    "Welcome",
    "Football",
    "Hamster",
    "Schatz",
    "Bonjour",
    "Fluffy",
    "Wizard",
]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, with what must not be left of it; a clean text has no secrets and must come back as it was."""

    kind: str
    text: str
    secrets: tuple[str, ...] = ()


def pick(r: Random, alphabet: str, length: int) -> str:
    return "".join(r.choice(alphabet) for _ in range(length))


def mixed(r: Random, alphabet: str, length: int) -> str:
    """Random text with at least one digit, and at least one letter of each case that the alphabet has."""
    while True:
        made = pick(r, alphabet, length)
        wanted = [any(c in group for c in made) for group in (LOWER, UPPER, DIGITS) if set(group) & set(alphabet)]
        if all(wanted) and made[0] in ALNUM and made[-1] in ALNUM:
            return made


def uuid(r: Random) -> str:
    return "-".join(pick(r, HEX, n) for n in (8, 4)) + f"-4{pick(r, HEX, 3)}-a{pick(r, HEX, 3)}-{pick(r, HEX, 12)}"


def human(r: Random) -> str:
    """A password as people make them."""
    one, two, number = r.choice(WORDS), r.choice(WORDS), r.randrange(10, 9999)
    return r.choice(
        (
            f"{one}{r.randrange(2015, 2027)}!",
            f"{one.lower()}{number}",
            f"{one}-{two}-{number}",
            f"{one[:3]}{two}#{number}",
            f"{one.replace('o', '0').replace('e', '3').replace('a', '4')}{number}$",
            f"{one.lower()}_{two.lower()}{number}!",
            f"{pick(r, ALNUM, 5)}!{pick(r, ALNUM, 4)}{number}",
        )
    )


def jwt(r: Random) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join(
        (
            part({"alg": "HS256", "typ": "JWT"}),
            part({"sub": pick(r, DIGITS, 10), "n": pick(r, LOWER, 9)}),
            pick(r, URL64, 43),
        )
    )


def key_block(r: Random, what: str = "RSA PRIVATE KEY", joint: str = "\n") -> str:
    dashes = "-" * 5
    lines = [pick(r, B64, 64) for _ in range(6)] + [pick(r, B64, 30) + "=="]
    return joint.join([f"{dashes}BEGIN {what}{dashes}", *lines, f"{dashes}END {what}{dashes}"])


def card(r: Random, joint: str = " ") -> str:
    digits = [int(c) for c in r.choice(("4", "51", "55", "2221", "6011")) + pick(r, DIGITS, 11)]
    digits = [*digits, *[int(c) for c in pick(r, DIGITS, 15)]][:15]
    total = sum(d if i % 2 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits))
    whole = "".join(map(str, [*digits, -total % 10]))
    return joint.join(whole[i : i + 4] for i in range(0, 16, 4))


def iban(r: Random, joint: str = "") -> str:
    country, length = r.choice((("DE", 18), ("ES", 20), ("AT", 16)))
    account = pick(r, DIGITS, length)
    moved = "".join(str(int(c, 36)) for c in account + country + "00")
    whole = f"{country}{98 - int(moved) % 97:02d}{account}"
    return joint.join(whole[i : i + 4] for i in range(0, len(whole), 4)) if joint else whole


def email(r: Random) -> str:
    first, last = (
        r.choice(("jane", "peter", "maria", "lukas", "sofia")),
        r.choice(("miller", "braun", "lopez", "smith")),
    )
    return (
        f"{first}.{last}{r.randrange(99)}@"
        + r.choice(("acme", "northwind", "contoso", "brightlabs"))
        + r.choice((".io", ".com", ".de"))
    )


def prefixed(*parts: str, alphabet: str, length: int) -> Callable[[Random], str]:
    return lambda r: "".join(parts) + mixed(r, alphabet, length)


def joined(glue: str, *pieces: Callable[[Random], str]) -> Callable[[Random], str]:
    return lambda r: glue.join(piece(r) for piece in pieces)


def run(alphabet: str, length: int) -> Callable[[Random], str]:
    return lambda r: mixed(r, alphabet, length)


def fill(kind: str, template: str, r: Random, mints: dict[str, Callable[[Random], str]]) -> Sample:
    """Replaces each `<<name>>` by a minted secret, and each `((name))` by a minted value that may stay."""
    secrets = []
    text = template
    for name, mint in mints.items():
        while f"<<{name}>>" in text:
            value = mint(r)
            secrets.append(value)
            text = text.replace(f"<<{name}>>", value, 1)
        while f"(({name}))" in text:
            text = text.replace(f"(({name}))", mint(r), 1)
    assert "<<" not in text.replace("<<EOF", "") or kind == "clean", text
    return Sample(kind, text, tuple(secrets))


PROVIDERS: dict[str, Callable[[Random], str]] = {
    "aws": prefixed("AK", "IA", alphabet=B32, length=16),
    "aws_session": prefixed("AS", "IA", alphabet=B32, length=16),
    "aws_secret": run(B64, 40),
    "google": prefixed("AI", "za", alphabet=URL64, length=35),
    "google_oauth": prefixed("GOC", "SPX-", alphabet=URL64, length=28),
    "google_access": prefixed("ya", "29.", alphabet=URL64, length=80),
    "azure_storage": lambda r: mixed(r, B64, 86) + "==",
    "azure_client": joined("8Q~", run(ALNUM, 3), run(URL64, 34)),
    "openai": prefixed("sk-", "proj-", alphabet=URL64, length=74),
    "openai_old": joined("T3Blbk" + "FJ", prefixed("sk", "-", alphabet=ALNUM, length=20), run(ALNUM, 20)),
    "anthropic": prefixed("sk-", "ant-api03-", alphabet=URL64, length=95),
    "openrouter": prefixed("sk-", "or-v1-", alphabet=HEX, length=64),
    "groq": prefixed("gs", "k_", alphabet=ALNUM, length=52),
    "huggingface": prefixed("h", "f_", alphabet=ALNUM, length=34),
    "replicate": prefixed("r", "8_", alphabet=ALNUM, length=37),
    "perplexity": prefixed("pp", "lx-", alphabet=LOWNUM, length=48),
    "xai": prefixed("xa", "i-", alphabet=ALNUM, length=80),
    "stripe": prefixed("sk", "_live_", alphabet=ALNUM, length=24),
    "stripe_restricted": prefixed("rk", "_live_", alphabet=ALNUM, length=40),
    "stripe_hook": prefixed("wh", "sec_", alphabet=ALNUM, length=32),
    "twilio": prefixed("S", "K", alphabet=HEX, length=32),
    "sendgrid": joined(".", prefixed("S", "G.", alphabet=URL64, length=22), run(URL64, 43)),
    "mailgun": prefixed("ke", "y-", alphabet=HEX, length=32),
    "mailchimp": joined("-us", run(HEX, 32), lambda r: str(r.randrange(1, 21))),
    "brevo": joined("-", prefixed("xkey", "sib-", alphabet=HEX, length=64), run(ALNUM, 16)),
    "slack_bot": joined("-", prefixed("xo", "xb-", alphabet=DIGITS, length=12), run(DIGITS, 12), run(ALNUM, 24)),
    "slack_hook": joined(
        "/",
        lambda r: "https://hooks.slack" + ".com/services/T" + pick(r, UPPER, 8),
        prefixed("B", alphabet=UPPER + DIGITS, length=9),
        run(ALNUM, 24),
    ),
    "discord_hook": joined(
        "/", lambda r: "https://discord" + ".com/api/webhooks/" + pick(r, DIGITS, 18), run(URL64, 68)
    ),
    "discord_bot": joined(".", prefixed("M", alphabet=ALNUM, length=23), run(URL64, 6), run(URL64, 27)),
    "github": prefixed("gh", "p_", alphabet=ALNUM, length=36),
    "github_fine": joined("_", prefixed("github", "_pat_", alphabet=ALNUM, length=22), run(ALNUM, 59)),
    "gitlab": prefixed("gl", "pat-", alphabet=URL64, length=20),
    "npm": prefixed("np", "m_", alphabet=ALNUM, length=36),
    "pypi": prefixed("pypi-", "AgEIcHlwaS5vcmc", alphabet=URL64, length=70),
    "hubspot": joined("-", lambda r: "pat" + "-na1", uuid),
    "telegram": joined(":", run(DIGITS, 10), prefixed("A", "A", alphabet=URL64, length=33)),
    "shopify": prefixed("shp", "at_", alphabet=HEX, length=32),
    "square": prefixed("sq0", "csp-", alphabet=URL64, length=43),
    "digitalocean": prefixed("dop", "_v1_", alphabet=HEX, length=64),
    "sentry_dsn": lambda r: (
        f"https://{pick(r, HEX, 32)}@o{pick(r, DIGITS, 6)}.ingest.sentry" + f".io/{pick(r, DIGITS, 7)}"
    ),
    "newrelic": prefixed("NR", "AK-", alphabet=UPPER + DIGITS, length=27),
    "grafana": joined("_", prefixed("gl", "sa_", alphabet=ALNUM, length=32), run(HEX, 8)),
    "airtable": joined(".", prefixed("pa", "t", alphabet=ALNUM, length=14), run(HEX, 64)),
    "notion": prefixed("nt", "n_", alphabet=ALNUM, length=46),
    "linear": prefixed("lin", "_api_", alphabet=ALNUM, length=40),
    "figma": prefixed("fi", "gd_", alphabet=URL64, length=40),
    "databricks": prefixed("da", "pi", alphabet=HEX, length=32),
    "vault": prefixed("hv", "s.", alphabet=URL64, length=90),
    "age": prefixed("AGE-", "SECRET-KEY-1", alphabet=UPPER + DIGITS, length=58),
    "heroku": prefixed("HR", "KU-AA", alphabet=URL64, length=58),
    "doppler": prefixed("dp.", "pt.", alphabet=ALNUM, length=43),
    "pulumi": prefixed("pu", "l-", alphabet=HEX, length=40),
    "terraform": joined(".atlas" + "v1.", run(ALNUM, 14), run(URL64, 67)),
    "postman": joined("-", prefixed("PM", "AK-", alphabet=HEX, length=24), run(HEX, 34)),
    "tailscale": joined("-", prefixed("tskey", "-auth-", alphabet=ALNUM, length=12), run(ALNUM, 30)),
    "supabase": prefixed("sb", "p_", alphabet=HEX, length=40),
    "planetscale": prefixed("pscale", "_tkn_", alphabet=URL64, length=43),
    "docker": prefixed("dckr", "_pat_", alphabet=URL64, length=27),
    "rubygems": prefixed("ruby", "gems_", alphabet=HEX, length=48),
    "atlassian": prefixed("AT", "ATT3x", alphabet=URL64, length=180),
    "facebook": prefixed("EA", "AC", alphabet=ALNUM, length=120),
    "dropbox": prefixed("s", "l.", alphabet=URL64, length=130),
    "dynatrace": joined(".", prefixed("dt0", "c01.", alphabet=UPPER + DIGITS, length=24), run(UPPER + DIGITS, 64)),
    "okta": prefixed("0", "0", alphabet=URL64, length=40),
    "apify": prefixed("apify", "_api_", alphabet=ALNUM, length=36),
    "langsmith": joined("_", prefixed("lsv2", "_pt_", alphabet=HEX, length=32), run(HEX, 10)),
    "nvidia": prefixed("nv", "api-", alphabet=URL64, length=64),
    "netlify": prefixed("nf", "p_", alphabet=ALNUM, length=36),
    "smartlead": joined("_", uuid, run(LOWNUM, 7)),
    "instantly": lambda r: base64.b64encode(f"{uuid(r)}:{pick(r, ALNUM, 12)}".encode()).decode(),
    "apollo": run(URL64, 22),
    "resend": joined("_", prefixed("r", "e_", alphabet=ALNUM, length=8), run(ALNUM, 24)),
    "mandrill": prefixed("m", "d-", alphabet=URL64, length=22),
    "buildkite": prefixed("bk", "ua_", alphabet=HEX, length=40),
    "sonar": prefixed("sq", "p_", alphabet=HEX, length=40),
    "mapbox": lambda r: "sk" + ".ey" + "J" + mixed(r, ALNUM, 60) + "." + mixed(r, URL64, 22),
    "posthog": prefixed("ph", "x_", alphabet=ALNUM, length=43),
    "adyen": prefixed("AQE", "yhmfx", alphabet=B64, length=80),
    "alibaba": prefixed("LT", "AI", alphabet=ALNUM, length=20),
    "fly": prefixed("fo", "1_", alphabet=URL64, length=43),
}

MINTS: dict[str, Callable[[Random], str]] = {
    **PROVIDERS,
    "pw": human,
    "uuid": uuid,
    "jwt": jwt,
    "hex32": run(HEX, 32),
    "hex40": run(HEX, 40),
    "hex64": run(HEX, 64),
    "hex7": run(HEX, 7),
    "alnum20": run(ALNUM, 20),
    "alnum32": run(ALNUM, 32),
    "low24": run(LOWNUM, 24),
    "b64_44": lambda r: mixed(r, B64, 43) + "=",
    "url43": run(URL64, 43),
    "salt": lambda r: mixed(r, ALNUM + "!#$%&*+,-./:;=?@[]^_{|}~", 64),
    "basic": lambda r: base64.b64encode(f"{r.choice(WORDS).lower()}:{human(r)}".encode()).decode(),
    "phrase": lambda r: " ".join(r.sample([w.lower() for w in WORDS], 4)),
    "pin": lambda r: pick(r, "123456789", 4),
    "otp": lambda r: pick(r, "123456789", 6),
    "card": card,
    "card_dash": lambda r: card(r, "-"),
    "card_plain": lambda r: card(r, ""),
    "iban": iban,
    "iban_spaced": lambda r: iban(r, " "),
    "ssn": lambda r: f"{r.randrange(101, 665)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}",
    "email": email,
    "uk": lambda r: f"+44 20 7946 0{r.randrange(100, 999)}",
    "de": lambda r: f"+49 30 90{r.randrange(1000, 9999)}{r.randrange(10, 99)}",
    "us": lambda r: f"(212) 55{r.randrange(2, 9)}-{r.randrange(1000, 9999)}",
    "us_dash": lambda r: f"415-{r.randrange(320, 890)}-{r.randrange(1000, 9999)}",
    "us_plain": lambda r: f"+1415{r.randrange(320, 890)}{r.randrange(1000, 9999)}",
    "rsa": key_block,
    "openssh": lambda r: key_block(r, "OPENSSH PRIVATE KEY"),
    "pgp": lambda r: key_block(r, "PGP PRIVATE KEY BLOCK"),
    "one_line": lambda r: key_block(r, "PRIVATE KEY", "\\n"),
    "day": lambda r: f"2026-0{r.randrange(1, 9)}-{r.randrange(10, 28)}",
    "clock": lambda r: f"{r.randrange(10, 23)}:{r.randrange(10, 59)}:{r.randrange(10, 59)}",
    "n4": lambda r: str(r.randrange(1000, 9999)),
    "n6": lambda r: str(r.randrange(100000, 999999)),
    "version": lambda r: f"{r.randrange(1, 9)}.{r.randrange(0, 30)}.{r.randrange(0, 20)}",
}
