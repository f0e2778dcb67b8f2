"""Credentials that a machine wrote down: headers, connection strings, command lines, key blocks."""

from notifications.redaction import assignments, kinds
from notifications.redaction.assignments import STATES
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import WORDS, classes, code, measure, passwordlike, placeholder, word, wordiness


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
    digits = classes(value)[2]
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


_HEADER_NAME = compiled(r"^[A-Z][A-Za-z0-9]*(?:-[A-Z][A-Za-z0-9]*)+$", ignore_case=False)


def _header(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v").strip()
    last = value.split()[-1]
    return (
        len(value) > 3
        and not _HEADER_NAME.match(value)
        and not placeholder(value)
        and not placeholder(last)
        and not code(last)
        and not all(w in WORDS for w in value.lower().split())
    )


_ATTRIBUTES = frozenset(b"path domain expires max-age samesite secure httponly priority version comment".split())
_SIGNED_IN = compiled(r"sess|sid|auth|token|login|user|remember|jwt|csrf|xsrf|secret|key")


def _cookie(match: Hit, flat: bytes) -> bool:
    """A cookie that lets somebody in: by its name, or by a value that no person chose; `lang=de; theme=dark` is none."""
    for pair in match.group("v").split(b";"):
        name, _, value = pair.strip(b" \"'").partition(b"=")
        if not value or placeholder(value) or name.lower() in _ATTRIBUTES:
            continue
        if _SIGNED_IN.search(name) or (len(value) >= 6 and not word(value) and not measure(value)):
            return True
    return False


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
    *assignments.RULES,
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
        r"(?:proxy-)?authorization(?:\\?[\"'])?\s{0,3}(?:[:=]|=>|,)\s{0,3}(?:\\?[\"'])"
        r"?(?P<v>(?:[A-Za-z][A-Za-z0-9_.-]{1,20} )?[^\s\"'`,;\\\x02]{4,})",
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
        r"\b(?:x-)?[a-z0-9]*[a-z0-9-]{0,40}(?:api-?key|access-?key|auth-?(?:token|key)|access-?token|server-token|"
        r"account-token|secret|token|api-?token|application-key|license-key|signature|session-?id|apikey)[\"']?[ "
        r"\t]{0,3}[:= ][ \t]{0,3}[\"']?(?P<v>[^\s\"',;\x02]{8,})",
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
        r"\b(?:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|ci_session|laravel_session|connect\.sid|sessionid|csrftoken|"
        r"wordpress_(?:logged_in|sec)_\w+|wp-settings-\w+|remember_\w+|_session_id|xsrf-token|cf_clearance|__cf_bm)"
        r"[=:]\s?(?P<v>[^\s;,\"'&\x02]{6,})",
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
        r"[?&;#](?:amp;)?[\w.\-\[\]%]{0,30}?(?:token|sig|signature|api_?-?key|key|secret|password|pwd|pass|auth|"
        r"code|jwt|sid|session(?:id)?|hash|ticket|otp|access|credential|assertion|nonce|hmac|k|t)"
        r"=(?P<v>[^\s&#\"'<>;,)\x02]{4,})",
        (b"=",),
        _query,
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:^|[\s\"'(])-{1,2}[\w-]{0,24}(?:password|passwd|passphrase|pass|pwd|token|secret|api[-_]?key|"
        r"access[-_]?key|private[-_]?key|auth|pin|storepass|keypass|requirepass)(?:[ =]|\s{1,4})"
        r"[\"']?(?P<v>[^\s\"'\x02]{3,})",
        (b"-",),
        _flag,
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:^|[\s|;&(`$])(?:curl|wget|http|https|mysql\w*|mariadb\w*|mongo\w*|redis-cli|docker|podman|helm|"
        r"sshpass|psql|ldap\w+|az|smbclient|rdesktop|xfreerdp|7z|zip|unzip|openssl|influx|clickhouse-client|sqlcmd|"
        r"cqlsh|rabbitmqadmin|kinit|net|htpasswd|twine|npm|oc|nmcli|wp)\b[^\n|]{0,400}?\s(?:-p ?|-P ?|-a |-u "
        r"\S{1,60}?:|--user[= ]\S{1,60}?:|-pw |/pass:|-u\S{1,60}? -p ?|-passin pass:|-passout pass:|-k )"
        r"[\"']?(?P<v>[^\s\"'\x02]{3,})",
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
        r"<(?P<name>[\w:.-]{0,40}(?:password|passwd|pwd|pass|secret|token|api-?key|credential|key|pin)[\w-]{0,12})"
        r"(?:\s[^<>\n]{0,100})?>\s*(?P<v>[^\s<>\x02][^<>\n\x02]{2,})</",
        (b"</",),
        lambda m, f: not placeholder(m.group("v")) and not all(w in WORDS for w in m.group("v").lower().split()),
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:name|key|id|property|field|param|variable)"
        r"[\"']?\s{0,2}[=:]\s{0,2}[\"'](?P<name>[\w:.-]{0,40}(?:password|passwd|pwd|pass|secret|token|api-?_?key|"
        r"credential)[\w-]{0,12})[\"'][,;]?\s{1,3}[\"']?value[\"']?\s{0,2}[=:]\s{0,2}[\"'](?P<v>[^\"'\n\x02]{3,})"
        r"[\"']",
        (b"value",),
        lambda m, f: not placeholder(m.group("v")),
    ),
)
