"""Payment details: cards by Luhn and issuer range, IBAN by its check digits, the rest by the words before."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule

_ISSUERS = (
    *((str(n), (13, 16, 19)) for n in (4,)),
    *((str(n), (16,)) for n in range(51, 56)),
    *((str(n), (16,)) for n in range(2221, 2721)),
    *((str(n), (15,)) for n in (34, 37)),
    *((str(n), (16, 17, 18, 19)) for n in (6011, 65, *range(644, 650), 62, 81)),
    *((str(n), (14, 16)) for n in (36, 38, 39, *range(300, 306))),
    *((str(n), (16,)) for n in range(3528, 3590)),
    *((str(n), (12, 13, 14, 15, 16, 17, 18, 19)) for n in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763)),
)
_LENGTHS = dict(_ISSUERS)
_IBAN = dict(
    pair.split(":")
    for pair in [
        "AD:24",
        "AE:23",
        "AL:28",
        "AT:20",
        "AZ:28",
        "BA:20",
        "BE:16",
        "BG:22",
        "BH:22",
        "BR:29",
        "BY:28",
        "CH:21",
        "CR:22",
        "CY:28",
        "CZ:24",
        "DE:22",
        "DK:18",
        "DO:28",
        "EE:20",
        "EG:29",
        "ES:24",
        "FI:18",
        "FO:18",
        "FR:27",
        "GB:22",
        "GE:22",
        "GI:23",
        "GL:18",
        "GR:27",
        "GT:28",
        "HR:21",
        "HU:28",
        "IE:22",
        "IL:23",
        "IQ:23",
        "IS:26",
        "IT:27",
        "JO:30",
        "KW:30",
        "KZ:20",
        "LB:28",
        "LC:32",
        "LI:21",
        "LT:20",
        "LU:20",
        "LV:21",
        "MC:27",
        "MD:24",
        "ME:22",
        "MK:19",
        "MR:27",
        "MT:31",
        "MU:30",
        "NL:18",
        "NO:15",
        "PK:24",
        "PL:28",
        "PS:29",
        "PT:25",
        "QA:29",
        "RO:24",
        "RS:22",
        "SA:24",
        "SC:31",
        "SE:24",
        "SI:19",
        "SK:24",
        "SM:27",
        "ST:25",
        "SV:28",
        "TL:23",
        "TN:24",
        "TR:26",
        "UA:29",
        "VA:22",
        "VG:24",
        "XK:20",
    ]
)


def luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _card(match: Hit, flat: bytes) -> bool:
    digits = "".join(chr(c) for c in match.group() if 48 <= c <= 57)
    lengths = next((_LENGTHS[digits[:n]] for n in (4, 3, 2, 1) if digits[:n] in _LENGTHS), ())
    return len(digits) in lengths and luhn(digits) and len(set(digits)) > 1


def _iban(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    """The account may be followed by a word in capitals: only as many characters as the country has are counted."""
    found: bytes = match.group()
    length, taken, made = int(_IBAN.get(found[:2].decode().upper(), "0")), 0, ""
    while taken < len(found) and len(made) < length:
        if chr(found[taken]).isalnum():
            made += chr(found[taken]).upper()
        taken += 1
    if not length or len(made) < length or not made.isascii():
        return False
    valid = int("".join(str(int(c, 36)) for c in made[4:] + made[:4])) % 97 == 1
    return (match.start(), match.start() + taken) if valid else False


def _ssn(match: Hit, flat: bytes) -> bool:
    area, group, serial = (int(part) for part in match.group("v").replace(b" ", b"-").split(b"-"))
    return area not in (0, 666) and area < 900 and group > 0 and serial > 0


_IS = (
    r"(?: (?:is|was|no\.?|nr\.?|number|code|nummer|ist|lautet|ending|date|datum|on|the|back|of|my|card|hinten|"
    r"auf|der|karte))*\.?\s{0,2}[:=#]?\s{0,3}[\"'(]?"
)

RULES = (
    Rule(kinds.CARD, r"\b(?:\d[ .\-]?){12,18}\d\b", (), _card),
    Rule(
        kinds.CARD_CODE,
        rf"\b(?:cv[vc][ ]?2?|csc|card (?:security|verification) code|security code|pr.fziffer|kartenpr.fnummer|"
        rf"cryptogramme|cvn|cid){_IS}(?P<v>\d{{3,4}})\b",
        (b"cv", b"csc", b"security", b"pr", b"crypto", b"cid"),
    ),
    Rule(
        kinds.CARD_EXPIRY,
        rf"\b(?:exp(?:iry|ires|iration|\.)?|valid (?:thru|until|to)|g.ltig bis|ablauf|expire le|caduca|vencimiento)"
        rf"{_IS}(?P<v>(?:0[1-9]|1[0-2]) ?[/\-.] ?(?:20)?[2-4]\d)\b",
        (b"exp", b"valid", b"ltig", b"ablauf", b"caduca", b"vencim"),
    ),
    Rule(kinds.IBAN, r"\b[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]){11,30}", (), _iban),
    Rule(
        kinds.ACCOUNT,
        r"\b(?:sort ?-?code|bankleitzahl|blz|bsb|routing(?: ?(?:transit )?number)?|aba(?: number)?|rtn|transit number)"
        + _IS
        + r"(?P<v>\d{2}[- ]\d{2}[- ]\d{2}|\d{3}-\d{3}|\d{3} \d{3} \d{2}|\d{6,9})\b",
        (b"sort", b"blz", b"bankl", b"bsb", b"routing", b"aba", b"rtn", b"transit"),
    ),
    Rule(
        kinds.ACCOUNT,
        r"\b(?:bank account|account|acct|acc|a/c|konto|kontonummer|kto|compte|cuenta|checking|savings)(?: (?:is|no|"
        r"nr|number|num|nummer|n.))?\.?\s{0,2}[:=#]?\s{0,3}(?P<v>\d{7,12}|\d{4}[ -]\d{4}(?:[ -]\d{1,4})?)\b",
        (b"acc", b"a/c", b"konto", b"kto", b"compte", b"cuenta", b"check", b"saving"),
    ),
    Rule(
        kinds.ACCOUNT,
        r"\b(?i:bic|swift)(?i:[ -]?code)?[ :/=]{1,3}(?P<v>[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b",
        (b"bic", b"swift"),
        None,
        False,
    ),
    Rule(kinds.IDENTITY, r"\b(?P<v>\d{3}-\d{2}-\d{4})\b", (b"-",), _ssn),
    Rule(
        kinds.IDENTITY,
        r"\b(?:ssn|social security(?: number)?|social)" + _IS + r"(?P<v>\d{3}[ -]?\d{2}[ -]?\d{4})\b",
        (b"ssn", b"social"),
    ),
    Rule(
        kinds.IDENTITY,
        r"\b(?:passport|ausweis|personalausweis|reisepass|passnummer|driving licen[cs]e|driver'?s? licen[cs]e|"
        r"licence number|national insurance|nino|ni number|tax id|tin|steuer-?id|steuernummer|"
        r"steueridentifikationsnummer|sozialversicherungsnummer|ein|nie|nif|dni|vat id|nhs(?: number)?|insee|id "
        r"card|personnummer|bsn|pesel|codice fiscale|medicare)(?: (?:no|nr|number|nummer|is|ist|n.|id|card))"
        r"*\.?\s{0,2}[:=#]?\s{0,3}(?P<v>[A-Z]{0,3}\d[A-Z0-9 /.-]{4,16}[A-Z0-9]|[A-Z]{1,2}\d{2}[A-Z]\d{4,6}|"
        r"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D])\b",
        (
            b"pass",
            b"ausweis",
            b"licen",
            b"insurance",
            b"ni",
            b"tax",
            b"tin",
            b"steuer",
            b"sozial",
            b"ein",
            b"nif",
            b"dni",
            b"vat",
            b"nhs",
            b"insee",
            b"id",
            b"bsn",
            b"pesel",
            b"codice",
            b"medicare",
        ),
    ),
    Rule(kinds.IDENTITY, r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", (), None, False),
)
