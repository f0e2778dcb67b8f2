"""Credentials that a machine wrote down: assignments, headers, connection strings, command lines, key blocks."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import (
    WORDS,
    chance,
    classes,
    code,
    measure,
    passwordlike,
    placeholder,
    uuid,
    word,
    wordiness,
)

_PASS = (
    r"pass(?:word|wort|wd|phrase|code|wrd)?s?|psw|pswd|pwd?|passwords?|kennwort|contrase.a|clave|mdp|mot_?de_?passe|senha|parola|haslo"
    r"|wachtwoord|pin|otp|totp|cvv|cvc"
)
_SECRET = (
    r"secrets?|tokens?|credentials?|creds?|salt|nonce_salt|dsn|sessionid|session|phpsessid|jsessionid|sid|csrf|signature|sig|bearer|jwt|auth"
    r"|hmac|mnemonic|seed|webhook_?url|connection_?string|conn_?str|keystore|pepper|license|licence|assertion|hash_?key|psk|htpasswd"
)
_KEY = r"(?:api|app|access|private|secret|auth|encryption|signing|licen[sc]e|account|application|master|service|client|webhook|shared|ssh|admin|deploy|write|read|ingest|integration|routing|logged_in|secure_auth|rest|server|consumer|subscription|public|jwt|crypto|cipher|storage|primary|secondary|sas|session|cookie|security|aws|openai|stripe|sendgrid|dd|hmac|[a-z]*gpg|age|wifi|wi.fi|wpa|wlan|network|activation|product|recovery|unlock|x|cdn|maps|geo|mail|sms|backup|data|bot|hook|rsa|ecdsa|tls|ssl)[ _.-]{0,2}keys?|apikeys?|keys?"
_NAMED = compiled(
    rf"(?:^|[_.\- ])(?P<kind>(?P<p>{_PASS})|(?P<s>{_SECRET})|(?P<k>{_KEY}))"
    r"(?:[_.\- ](?:value|text|plain|plaintext|prod|production|live|test|staging|stage|dev|main|old|new|current|b64|base64|hex|string|str|raw|"
    r"confirm|confirmation|repeat|again|default|master|slave|replica|root|admin|[0-9a-f]{1,12}|id2|v\d|eu|us|de))*$"
)
_CAMEL = compiled(r"([a-z0-9])([A-Z])", ignore_case=False)
_SPOT = r"(?:pass|pw|psw|kennwort|contrase.a|clave|mdp|mot.de.passe|senha|secret|token|cred|salt|dsn|session|sessid|sid|csrf|sig|bearer|jwt|auth|hmac|mnemonic|seed|key|pin|otp|cv[vc]|webhook|conn|pepper|licen[sc]e|assertion|psk|parola|haslo|wachtwoord|logged_in)"
_CUT = compiled(r"(?:[;&](?:amp;)?[A-Za-z][\w .-]*=|&|\\[nrt]|\\?[\"'`<>]|,[\"'{\w ]|</).*$")
_TAIL = b".,;:!?)]}"
STATES = frozenset(
    b"is was are were be been the a an your my our his her their this that no not none in on at to for of and or if when while with by "
    b"from it must should can could will would may has have had does did expired invalid wrong incorrect missing required correct weak "
    b"strong reset changed updated rotated revoked empty blank ok okay valid unknown stored hashed encrypted protected shared set unset "
    b"protection policy manager field form page length rules string number text hash yes see same different ist war wird ein eine der die "
    b"das nicht falsch abgelaufen erforderlich est le la les un une non requis es el los una no lost failed forgotten disabled enabled "
    b"sent needed rejected denied please contact ask refused hidden masked removed redacted default optional value none never always all "
    b"any auth basic bearer standard high low medium on off pending active inactive success failure error generate regenerate create".split()
)

_ASSIGN = (
    rf"(?P<name>[\w$.\-]{{0,48}}?{_SPOT}[\w.\-]{{0,24}})(?:\\?[\"'`\])}}]){{0,3}}[ \t]{{0,20}}(?:=>|:=|\|\||->|==?|:|,|=|%3[Dd])[ \t]{{0,8}}"
    r"(?:\(?\s?(?:string|str|bytes)\)?\s)?"
    r"(?:[rbuf]{0,2}\\?\"(?P<a>(?:[^\"\\\n\x02]|\\[^\"\n])+)\\?\"?|[rbuf]{0,2}'(?P<b>(?:[^'\\\n\x02]|\\.)+)'?|`(?P<c>[^`\n\x02]+)`|(?P<d>[^\s\"'`\x02][^\s\"`\x02]*))"
)


def snake(name: bytes) -> bytes:
    return compiled(r"[\s.\-$\[\]'\"]+", True).sub(b"_", _CAMEL.sub(rb"\1_\2", name)).lower().strip(b"_")


def name_class(name: bytes) -> str:
    """`pass`, `secret`, `key` for a name whose last word says so; empty for `max_tokens`, `token_count`, `password_reset_at`."""
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
        if value.isdigit():
            return len(value) >= 4 or quoted
        if b" " in value:
            return bool(digits or others > value.count(b" ")) or not any(w in STATES for w in value.lower().split())
        return quoted or bool(digits) or others > 0 or value.lower() not in STATES
    if b" " in value and not (digits and others - value.count(b" ") > 3):
        return False
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


def _flag(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    return (
        len(value) > 2
        and not placeholder(value)
        and not code(value)
        and not value.startswith(b"-")
        and value.lower() not in STATES
    )


def _short_flag(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    spaced = flat[match.start("v") - 1 : match.start("v")] == b" " and b" -p " in match.group()[-len(value) - 4 :]
    if spaced and not (passwordlike(value) and (classes(value)[2] or classes(value)[3])):
        return False
    return (
        _flag(match, flat)
        and not value.isdigit()
        and not measure(value)
        and b"/" not in value[:1]
        and not compiled(r"^[\d.]+:[\d.:]+$").match(value)
    )


def _userinfo(match: Hit, flat: bytes) -> bool:
    return not placeholder(match.group("v"))


def _lone_user(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    return len(value) >= 16 and classes(value)[2] > 0 and not placeholder(value)


def _bearer(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    _lower, _upper, digits, _ = classes(value)
    if (
        flat[match.end("v") : match.end("v") + 1] in (b"(", b"[")
        or compiled(r"^[a-z_]+=[^=]").match(value)
        or (digits < 3 and wordiness(value) > 0.5)
    ):
        return False
    return (
        not placeholder(value)
        and not code(value)
        and value.lower() not in WORDS
        and bool(digits or len(value) >= 16 or b"=" in value)
    )


def _header(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v").strip()
    last = value.split()[-1]
    return (
        len(value) > 3
        and not placeholder(value)
        and not placeholder(last)
        and not code(last)
        and not all(w in WORDS for w in value.lower().split())
    )


def _cookie(match: Hit, flat: bytes) -> bool:
    return not placeholder(match.group("v").split(b"=", 1)[-1])


_BODY = compiled(r"(?:[A-Za-z0-9+/=\s:,.\-\"']|\\\\?[nr])*")


def _block(match: Hit, flat: bytes) -> tuple[int, int]:
    """From BEGIN to END; a block that was cut off ends where its alphabet does."""
    close = flat.find(b"--END " if b"- BEGIN" not in match.group() else b"-- END ", match.end(), match.end() + 16000)
    close = flat.find(b"END ", match.end(), match.end() + 16000) if close < 0 else close
    stop = flat.find(b"----", close + 4, close + 100) if close >= 0 else -1
    if stop < 0:
        body = _BODY.match(flat, match.end(), match.end() + 16000)
        return match.start(), body.end() if body else match.end()
    while flat[stop : stop + 1] == b"-":
        stop += 1
    return match.start(), stop


def _query(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    lower, upper, digits, _ = classes(value)
    if (
        flat[match.end("v") : match.end("v") + 1] == b"("
        or code(value)
        or compiled(r"^[a-z_]+=").match(value)
        or (digits < 3 and wordiness(value) > 0.7)
    ):
        return False
    return (
        not placeholder(value)
        and len(value) >= 6
        and bool((digits and (lower or upper)) or (len(value) >= 6 and digits) or (len(value) > 12 and not word(value)))
    )


RULES = (
    Rule(
        kinds.PRIVATE_KEY,
        r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|SECRET KEY)[A-Z0-9 ]{0,20}-{4,5}",
        (b"begin ",),
        _block,
    ),
    Rule(kinds.PRIVATE_KEY, r"(?m)^PuTTY-User-Key-File-(?:.*\n){3,80}?Private-MAC: \S+", (b"putty-user",)),
    Rule(
        kinds.PRIVATE_KEY,
        r"(?:MII[A-Z]|LS0tLS1CRUdJTi|b3BlbnNzaC1rZXkt)[A-Za-z0-9+/=\n]{60,}",
        (b"mii", b"ls0tls1crudjti", b"b3blbnnzac1rzxkt"),
        None,
        False,
    ),
    Rule(
        kinds.HEADER,
        r"(?:proxy-)?authorization(?:\\?[\"'])?\s{0,3}(?:[:=]|=>|,)\s{0,3}(?:\\?[\"'])?(?P<v>(?:[A-Za-z][A-Za-z0-9_.-]{1,20} )?[^\s\"'`,;\\\x02]{4,})",
        (b"authorization",),
        _header,
    ),
    Rule(
        kinds.HEADER,
        r"\b(?:bearer|basic|negotiate|genie-?key|apikey|token)[ :=]{1,2}\s?[\"']?(?P<v>[A-Za-z0-9+/_~.=-]{8,})",
        (b"bearer", b"basic", b"negotiate", b"genie", b"apikey", b"token"),
        _bearer,
    ),
    Rule(
        kinds.HEADER,
        r"\b(?:x-)?[a-z0-9]*[a-z0-9-]{0,40}(?:api-?key|access-?key|auth-?(?:token|key)|access-?token|server-token|account-token|secret|token|api-?token|application-key|license-key|signature|session-?id|apikey)[\"']?[ \t]{0,3}[:= ][ \t]{0,3}[\"']?(?P<v>[^\s\"',;\x02]{8,})",
        (b"x-", b"-key", b"-token", b"-auth", b"-sign", b"-secret"),
        _query,
    ),
    Rule(
        kinds.COOKIE,
        r"\b(?:set-)?cookie2?[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<v>[\w.%-]{1,64}=[^\n\"'\x02]{4,})",
        (b"cookie",),
        _cookie,
    ),
    Rule(
        kinds.COOKIE,
        r"\b(?:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|ci_session|laravel_session|connect\.sid|sessionid|csrftoken|wordpress_(?:logged_in|sec)_\w+|wp-settings-\w+|remember_\w+|_session_id|xsrf-token|cf_clearance|__cf_bm)[=:]\s?(?P<v>[^\s;,\"'&\x02]{6,})",
        (b"sess", b"csrf", b"sid", b"wordpress_", b"remember_", b"xsrf", b"cf_"),
    ),
    Rule(
        kinds.CONNECTION,
        r"\b[a-z][a-z0-9+.\-]{1,30}://[^\s:/@\"'<>\x02]{0,80}:(?P<v>[^\s\"'<>/\x02]{1,200})@[\w\[\]{$.:\-]",
        (b"://",),
        _userinfo,
    ),
    Rule(
        kinds.CONNECTION,
        r"\b[a-z][a-z0-9+.\-]{1,30}://[^\s:/@\"'<>\x02]{0,80}:(?P<v>[^\s\"'<>@\x02]{1,200})@[\w\[.\-]+[:/]",
        (b"://",),
        _userinfo,
    ),
    Rule(
        kinds.CONNECTION, r"\b[a-z][a-z0-9+.\-]{1,30}://(?P<v>[^\s:/@\"'<>\x02]{16,})@[\w.\-]+", (b"://",), _lone_user
    ),
    Rule(
        kinds.SECRET,
        r"[?&;#](?:amp;)?[\w.\-\[\]%]{0,30}?(?:token|sig|signature|api_?-?key|key|secret|password|pwd|pass|auth|code|jwt|sid|session(?:id)?|hash|ticket|otp|access|credential|assertion|nonce|hmac|k|t)=(?P<v>[^\s&#\"'<>;,)\x02]{4,})",
        (b"=",),
        _query,
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:^|[\s\"'(])-{1,2}[\w-]{0,24}(?:password|passwd|passphrase|pass|pwd|token|secret|api[-_]?key|access[-_]?key|private[-_]?key|auth|pin|storepass|keypass|requirepass)(?:[ =]|\s{1,4})[\"']?(?P<v>[^\s\"'\x02]{3,})",
        (b"-",),
        _flag,
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:^|[\s|;&(`$])(?:curl|wget|http|https|mysql\w*|mariadb\w*|mongo\w*|redis-cli|docker|podman|helm|sshpass|psql|ldap\w+|az|smbclient|rdesktop|xfreerdp|7z|zip|unzip|openssl|influx|clickhouse-client|sqlcmd|cqlsh|rabbitmqadmin|kinit|net|htpasswd|twine|npm|oc|nmcli|wp)\b[^\n|]{0,400}?\s(?:-p ?|-P ?|-a |-u \S{1,60}?:|--user[= ]\S{1,60}?:|-pw |/pass:|-u\S{1,60}? -p ?|-passin pass:|-passout pass:|-k )[\"']?(?P<v>[^\s\"'\x02]{3,})",
        (b" -p", b" -a ", b" -u", b"--user", b"-pw", b"/pass", b"-pass", b" -k"),
        _short_flag,
        False,
    ),
    Rule(
        kinds.PASSWORD,
        r"\bcurl\b[^\n]{0,400}?\s(?:-u|--user|--proxy-user)[ =]?[\"']?[^\s:\"']{1,80}:(?P<v>[^\s\"'\x02]{3,})",
        (b"curl",),
        _flag,
    ),
    Rule(kinds.CONNECTION, r"\bjdbc:\w+:\w+:[^\s/@:]+/(?P<v>[^\s@]+)@", (b"jdbc:",)),
    Rule(kinds.PASSWORD, r"(?m)^[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w*-]+:(?P<v>\S{4,})$", (b":",)),
    Rule(
        kinds.PASSWORD,
        r"type=[\"']password[\"'][^<>\n]*\bvalue=[\"'](?P<v>[^\"'\n\x02]{3,})",
        (b"password",),
        lambda m, f: not placeholder(m.group("v")),
    ),
    Rule(
        kinds.PASSWORD, r"(?:^|\s)(?:-u|--user)[ =][\"']?[\w.@-]{1,60}:(?P<v>[^\s\"'\x02]{4,})", (b"-u",), _short_flag
    ),
    Rule(kinds.PASSWORD, r"\bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<v>\S+)", (b"machine",)),
    Rule(kinds.PASSWORD, r"[\w.-]+:(?P<v>\$(?:apr1|2[aby]|1|5|6|y|argon2id?|P|H)\$[A-Za-z0-9./$,=+-]{10,})", (b"$",)),
    Rule(kinds.PASSWORD, r"(?P<v>\$(?:2[aby]|6|5|argon2id?|apr1)\$[A-Za-z0-9./$,=+-]{20,})", (b"$",)),
    Rule(
        kinds.PASSWORD,
        r"<(?P<name>[\w:.-]{0,40}(?:password|passwd|pwd|pass|secret|token|api-?key|credential|key|pin)[\w-]{0,12})(?:\s[^<>\n]{0,100})?>\s*(?P<v>[^\s<>\x02][^<>\n\x02]{2,})</",
        (b"</",),
        lambda m, f: not placeholder(m.group("v")) and not all(w in WORDS for w in m.group("v").lower().split()),
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:name|key|id|property|field|param|variable)[\"']?\s{0,2}[=:]\s{0,2}[\"'](?P<name>[\w:.-]{0,40}(?:password|passwd|pwd|pass|secret|token|api-?_?key|credential)[\w-]{0,12})[\"'][,;]?\s{1,3}[\"']?value[\"']?\s{0,2}[=:]\s{0,2}[\"'](?P<v>[^\"'\n\x02]{3,})[\"']",
        (b"value",),
        lambda m, f: not placeholder(m.group("v")),
    ),
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
