"""Codes and PINs that a person wrote into a sentence: sent by text message, typed at a door, kept for recovery."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import classes, wordiness

_CODE = (
    r"(?:(?:verification|verify|login|log-?in|access|door|gate|confirmation|confirm|security|auth(?:entication|"
    r"enticator|orisation|orization)?|one[- ]time|single[- ]use|sms|pin|2fa|mfa|otp|totp|backup|recovery|entry|"
    r"alarm|sign[- ]?in|unlock|safe|two[- ]factor|temporary|activation|pairing|reset|email|e-mail|bank|phone|"
    r"passcode|six[- ]digit|6[- ]digit|4[- ]digit|keypad|garage|building|lock|voicemail)[- ]?(?:codes?|"
    r"numbers?|tokens?)|best.tigungscode|sicherheitscode|zugangscode|anmeldecode|einmalcode|einmalpasswort|"
    r"freischaltcode|t.rcode|verifizierungscode|code de (?:v.rification|s.curit.|confirmation|connexion|"
    r"validation)|c.digo(?: de (?:verificaci.n|seguridad|acceso|confirmaci.n))?|otp|m?tan|sms-?tan|2fa|mfa|"
    r"pin(?:[- ]?(?:code|number|nummer))?s?|puk(?:[- ]?(?:code|nummer))?|geheimzahl|code d'acc.s|"
    r"(?:lock|safe|padlock|vault|locker|door) combination|passcode|one[- ]time (?:password|pin|passcode))"
)


def _digits(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    after = flat[match.end("v") : match.end("v") + 1]
    plain = value.replace(b"-", b"").replace(b" ", b"")
    before = flat[max(0, match.start("v") - 24) : match.start("v")].lower()
    if compiled(r"^(?:19|20)\d\d$").match(plain) and (
        after == b"-"
        or before.rstrip().endswith((b" in", b"since", b" of", b"from", b"until", b" by", b" on", b"seit", b" en"))
    ):
        return False
    return (
        4 <= len(plain) <= 10
        and after not in (b"%", b":", b"/")
        and flat[match.end("v") : match.end("v") + 2] != b"-0"
        and not compiled(
            r"(?:error|status|exit|http|line|port|zip|postal|country|area|response|sev-?|version|room)"
            r"\W{0,3}(?:code)?\W{0,3}$"
        ).search(before)
    )


RULES = (
    Rule(
        kinds.CODE,
        r"\b(?:2fa|mfa|otp|totp|setup|authenticator|secret|recovery|backup|manual)\b[^\n]{0,60}?[\s:=\"'(](?P<v>(?:[a-z2-7]{4}[ -]){3,15}[a-z2-7]{4})\b",
        (b"2fa", b"mfa", b"otp", b"setup", b"authenticator", b"secret", b"recovery", b"backup", b"manual"),
        lambda m, f: classes(m.group("v"))[2] > 1 and wordiness(m.group("v")) < 0.5,
    ),
    Rule(
        kinds.CODE,
        rf"\b{_CODE}\b(?:[ ][^\s\d:=\x02]{{1,16}}){{0,5}}?[\s:=#\"'(*\-]{{1,4}}(?P<v>\d{{3,4}}[ -]?\d{{3,4}}|"
        rf"\d{{4,10}})\b",
        (
            b"code",
            b"otp",
            b"tan",
            b"2fa",
            b"mfa",
            b"pin",
            b"geheimzahl",
            b"digo",
            b"number",
            b"token",
            b"one",
            b"einmal",
            b"puk",
            b"combination",
        ),
        _digits,
    ),
    Rule(
        kinds.CODE,
        r"\b(?P<v>\d{3}[ -]?\d{3}|\d{4,8})[\"'*)]{0,2}\s(?:is|ist|est|es)\s(?:your|the|my|our|ihr|dein|der|die|das|"
        r"votre|ton|su|tu|el|le)\s(?:[^\s\d]{1,16}\s){0,3}?[\w-]{0,16}(?:code|pin|otp|passcode|tan|token|c.digo|"
        r"password|passwort)",
        (b"code", b"pin", b"otp", b"tan", b"token", b"digo", b"passw"),
    ),
    Rule(
        kinds.CODE,
        r"\b(?:use|enter|type|with|the|using|input|try|dial|your|my)\s(?:the |this |my |following |your )"
        r"?code\s?(?:is |was |number |of )?[:=]?\s?[\"'(*]{0,2}(?P<v>\d{3}[ -]?\d{3}|\d{4,8})\b",
        (b"code",),
        _digits,
    ),
    Rule(
        kinds.CODE,
        r"\bcode\s?(?:is|lautet|ist|est|es|[:=])\s?[\"'(*]{0,2}(?P<v>\d{3}[ -]\d{3}|\d{4,8})\b",
        (b"code",),
        _digits,
    ),
    Rule(kinds.CODE, r"\b[A-Z]{1,2}-(?P<v>\d{5,8}) (?:is|ist) ", (b"-",), None, False),
    Rule(
        kinds.CODE,
        r"\b(?:backup|recovery|scratch|rescue|emergency) codes?\b[^\n]{0,30}?[:\n ][ \t*-]{0,3}"
        r"(?P<v>(?:[a-z0-9]{4,6}[- ][a-z0-9]{4,6}(?:[,;\n \t*-]{1,4})?){1,16})",
        (b"codes", b"code"),
        lambda m, f: classes(m.group("v"))[2] > 1,
    ),
)
