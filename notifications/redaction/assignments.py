"""Assignments: whether a name says that its value is a secret, and whether the value is one."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import (
    WORDS,
    chance,
    classes,
    code,
    measure,
    passwordlike,
    path,
    placeholder,
    uuid,
    word,
    wordiness,
)

_FIRST = (
    r"pass(?:word|wort|wd|phrase|code|wrd)?s?|psw|pswd|pwd?|passwords?|kennwort|contrase.a|clave|mdp|"
    r"mot_?de_?passe|senha|parola|haslo"
    r"|wachtwoord|pin|otp|totp|cvv|cvc"
)
_SECOND = (
    r"secrets?|tokens?|credentials?|creds?|salt|nonce_salt|dsn|sessionid|session|phpsessid|jsessionid|sid|csrf|"
    r"signature|sig|bearer|jwt|auth"
    r"|hmac|mnemonic|seed|webhook_?url|connection_?string|conn_?str|keystore|pepper|license|licence|assertion|"
    r"hash_?key|psk|htpasswd"
)
_THIRD = (
    r"(?:api|app|access|private|secret|auth|encryption|signing|licen[sc]e|account|application|master|service|"
    r"client|webhook|shared|ssh|admin|deploy|write|read|ingest|integration|routing|logged_in|secure_auth|rest|"
    r"server|consumer|subscription|public|jwt|crypto|cipher|storage|primary|secondary|sas|session|cookie|"
    r"security|aws|openai|stripe|sendgrid|dd|hmac|[a-z]*gpg|age|wifi|wi.fi|wpa|wlan|network|activation|product|"
    r"recovery|unlock|x|cdn|maps|geo|mail|sms|backup|data|bot|hook|rsa|ecdsa|tls|ssl)[ _.-]{0,2}keys?|apikeys?|"
    r"keys?"
)
_NAMED = compiled(
    rf"(?:^|[_.\- ])(?P<kind>(?P<p>{_FIRST})|(?P<s>{_SECOND})|(?P<k>{_THIRD}))"
    r"(?:[_.\- ](?:value|text|plain|plaintext|prod|production|live|test|staging|stage|dev|main|old|new|current|b64|"
    r"base64|hex|string|str|raw|"
    r"confirm|confirmation|repeat|again|default|master|slave|replica|root|admin|[0-9a-f]{1,12}|id2|v\d|eu|us|de))*"
    r"(?:[_.\- ](?:for|of)[_.\- ][a-z0-9]+)?$"
)
_CAMEL = compiled(r"([a-z0-9])([A-Z])", ignore_case=False)
_SPOT = (
    r"(?:pass|pw|psw|kennwort|contrase.a|clave|mdp|mot.de.passe|senha|secret|token|cred|salt|dsn|session|"
    r"sessid|sid|csrf|sig|bearer|jwt|auth|hmac|mnemonic|seed|key|pin|otp|cv[vc]|webhook|conn|pepper|licen[sc]e|"
    r"assertion|psk|parola|haslo|wachtwoord|logged_in)"
)
_CUT = compiled(r"(?:[;&](?:amp;)?[A-Za-z][\w .-]*=|&|\\[nrt]|\\?[\"'`<>]|,[\"'{\w ]|</).*$")
_TAIL = b".,;:!?)]}"
STATES = frozenset(
    b"is was are were be been the a an your my our his her their this that no not none in on at to for of and or "
    b"if when while with by "
    b"from it must should can could will would may has have had does did expired invalid wrong incorrect missing "
    b"required correct weak "
    b"strong reset changed updated rotated revoked empty blank ok okay valid unknown stored hashed encrypted "
    b"protected shared set unset "
    b"protection policy manager field form page length rules string number text hash yes see same different ist "
    b"war wird ein eine der die "
    b"das nicht falsch abgelaufen erforderlich est le la les un une non requis es el los una no lost failed "
    b"forgotten disabled enabled "
    b"sent needed rejected denied please contact ask refused hidden masked removed redacted default optional value "
    b"none never always all "
    b"any auth basic bearer standard high low medium on off pending active inactive success failure error generate "
    b"regenerate create include includes omit inherit".split()
)

_ASSIGN = (
    rf"(?P<name>[\w$.\-]{{0,48}}?{_SPOT}[\w.\-]{{0,24}})(?:\\?[\"'`\])}}]){{0,3}}[ \t]{{0,20}}(?:=>|:=|\|\||->|==?|"
    rf":|,|=|%3[Dd])[ \t]{{0,20}}"
    r"(?:\(?\s?(?:string|str|bytes)\)?\s)?"
    r"(?:[rbuf]{0,2}\\?\"(?P<a>(?:[^\"\\\n\x02]|\\[^\"\n])+)\\?\"?|[rbuf]{0,2}'(?P<b>(?:[^'\\\n\x02]|\\.)+)'?|"
    r"`(?P<c>[^`\n\x02]+)`|(?P<d>[^\s\"'`\x02][^\s\"`\x02]*))"
)


def snake(name: bytes) -> bytes:
    return compiled(r"[\s.\-$\[\]'\"]+", True).sub(b"_", _CAMEL.sub(rb"\1_\2", name)).lower().strip(b"_")


def name_class(name: bytes) -> str:
    """`pass`, `secret`, `key` for a name whose last word says so; empty for `max_tokens` or `token_count`."""
    found = _NAMED.search(snake(name))
    if not found or snake(name).startswith(
        (b"max_", b"min_", b"num_", b"n_", b"total_", b"is_", b"has_", b"primary_key", b"foreign_key")
    ):
        return ""
    if found.group("p"):
        return "pass"
    if found.group("s"):
        return "bare key" if found.group("s").startswith(b"licen") else "secret"
    return "key" if found.group("k") not in (b"key", b"keys") else "bare key"


def secret_value(value: bytes, named: str, quoted: bool) -> bool:
    """Whether what follows a name is a secret, and not a placeholder, program text, a state or a number."""
    lower, upper, digits, others = classes(value)
    if len(value) < 3 or placeholder(value) or (not quoted and code(value)) or value.lower().strip(_TAIL) in STATES:
        return False
    if (
        value in (b"!vault", b"!secret", b"!ref", b"!reference")
        or (quoted and value[:1] in b",)")
        or (not digits and name_class(value))
    ):
        return False
    if named == "pass":
        if not quoted and path(value):
            return False
        if value.isdigit():
            return len(value) >= 4 or quoted
        if b" " in value:
            return bool(digits or others > value.count(b" ")) or not any(w in STATES for w in value.lower().split())
        return quoted or bool(digits) or others > 0 or value.lower() not in STATES
    if b" " in value and not (digits and others - value.count(b" ") > 3):
        words = value.split()
        return (
            named == "secret" and quoted and len(words) > 3 and value.islower() and not any(w in STATES for w in words)
        )
    if named == "secret":
        if (
            value.isdigit()
            or measure(value)
            or (value.startswith((b"/", b"./", b"http")) and b"@" not in value and b"?" not in value)
        ):
            return False
        return bool(
            (digits and len(value) >= 6)
            or (lower and upper and len(value) >= 12 and wordiness(value) < 0.6)
            or (digits + others == 0 and len(value) >= 8 and wordiness(value) == 0)
            or (others > 2 and wordiness(value) < 0.35)
        ) and not (word(value.replace(b"_", b"-")))
    if named == "key":
        return (
            (digits >= 2 and (lower or upper) and len(value) >= 8 and not measure(value))
            or chance(value)
            or (
                digits + others == 0
                and len(value) >= 6
                and wordiness(value) == 0
                and (len(value) > 7 or not value.islower())
            )
        )
    return (
        chance(value)
        or (uuid(value) and named != "bare key")
        or (passwordlike(value) and len(value) >= 16 and digits > 2 and others < 4)
    )


def _assignment(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    named = name_class(match.group("name"))
    if not named:
        return False
    for group in "abcd":
        start, end = match.span(group)
        if start < 0:
            continue
        value: bytes = flat[start:end]
        comma = match.group()[: start - match.start()].rstrip(b" \t\"'`rbuf")[-1:] == b","
        if comma and not (
            flat[max(0, match.start() - 8) : match.start()].rstrip(b"\"' ")[-1:] == b"("
            and (group != "d" and (classes(value)[2] or match.group("name").isupper()))
        ):
            return False
        if group == "d":
            cut = _CUT.search(value)
            value = value[: cut.start()] if cut else value
            value = value.rstrip(b",;)]}") if value[-1:] in (b",", b";", b")", b"]", b"}") else value
            value = value[:-1] if value[-1:] in (b".", b":") and len(value) > 1 else value
            if flat[start - 1 : start] != b"=" and _more_words(flat, start + len(value), value):
                return False
        return (start, start + len(value)) if secret_value(value, named, group != "d") else False
    return False


def _more_words(flat: bytes, end: int, value: bytes) -> bool:
    """Prose, not a value: an ordinary word that is followed by further words."""
    rest = flat[end : end + 12]
    return value.isalpha() and value.lower() in WORDS and rest[:1] == b" " and rest[1:2].isalpha()


RULES = (
    Rule(
        kinds.SECRET,
        _ASSIGN,
        (
            b"pass",
            b"pw",
            b"kennwort",
            b"clave",
            b"mdp",
            b"secret",
            b"token",
            b"cred",
            b"salt",
            b"dsn",
            b"sess",
            b"sid",
            b"csrf",
            b"sig",
            b"bearer",
            b"jwt",
            b"auth",
            b"hmac",
            b"seed",
            b"key",
            b"pin",
            b"otp",
            b"cv",
            b"conn",
            b"licen",
            b"psk",
        ),
        _assignment,
    ),
)
