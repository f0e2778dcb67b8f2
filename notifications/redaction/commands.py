"""Passwords and tokens that stand bare in a command: by their place, or piped into it."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import classes, code, measure, passwordlike, path, placeholder, wordiness

_QUOTED = compiled(r"[\"'](?P<v>[^\"'\n]{3,120})[\"']")
_BARE = r"[\"']?(?P<v>[^\s\"'|<>\x02]{3,})"


def _typed(match: Hit, flat: bytes) -> bool:
    """What stands where a password belongs, unless it is a variable, an option or a path."""
    value: bytes = match.group("v")
    return not (placeholder(value) or code(value) or measure(value) or value[:1] in b"-/$")


def _shaped(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    return _typed(match, flat) and passwordlike(value) and (classes(value)[2] > 0 or classes(value)[3] > 0)


def _paired(match: Hit, flat: bytes) -> bool:
    """Beside the name of an account: letters with digits, and a sign or both cases; `admin/page2` is a path."""
    value = match.group("v").rstrip(b".,;:)")
    lower, upper, digits, _ = classes(value)
    signed = any(sign in value for sign in b"!$%^&*#@+~")
    return (
        _shaped(match, flat)
        and len(value) > 5
        and digits > 1
        and lower + upper > 3
        and bool(signed or (upper and lower))
    )


def _strong(match: Hit, flat: bytes) -> bool:
    """`jo:` and then what only a password looks like: both cases, digits and a sign."""
    value = match.group("v").rstrip(b".,;:)")
    lower, upper = classes(value)[:2]
    return _paired(match, flat) and bool(lower and upper) and any(sign in value[1:] for sign in b"!$%^&*#@+~")


def _drawn(match: Hit, flat: bytes) -> bool:
    """A token after a word of signing in: long, with digits, and not made of words."""
    value: bytes = match.group("v")
    return _typed(match, flat) and classes(value)[2] > 2 and wordiness(value) < 0.5


def _argument(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    """Of the arguments of a call that signs in, the first after the first that has the shape of a password."""
    begun = match.start("args")
    for place, quoted in enumerate(_QUOTED.finditer(match.group("args"))):
        start, end = quoted.span("v")
        value = quoted.group("v")
        shaped = passwordlike(value) and (classes(value)[2] > 0 or classes(value)[3] > 0)
        if (
            (place or b"," in match.group("args")[:start])
            and shaped
            and not (placeholder(value) or code(value) or path(value))
        ):
            return begun + start, begun + end
    return False


RULES = (
    Rule(
        kinds.PASSWORD,
        r"\b(?:mysqli(?:_connect)?|mysql_connect|PDO|ftp_login|imap_open|ldap_bind|ssh2_auth_password|login|authenticate|connect|"
        r"\w*Credentials?|HTTP\w*Auth|basic_?auth|auth|getConnection|set_?credentials|Authenticator|PasswordAuthentication)"
        r"\s?[=:]?\s?\((?P<args>[^()\n\x02]{6,400})\)",
        (b"mysql", b"pdo", b"login", b"imap_open", b"bind", b"auth", b"connect", b"credential"),
        _argument,
    ),
    Rule(kinds.PASSWORD, r"\blftp\b[^\n]{0,80}?\s-u\s?[\"']?[^\s,]{1,60}," + _BARE, (b"lftp",), _typed, False),
    Rule(kinds.PASSWORD, r"\bsend\s+(?:--\s+)?[\"'](?P<v>[^\"'\\\n\x02]{4,80})\\[rn]", (b"send",), _shaped),
    Rule(
        kinds.TOKEN,
        r"\b[a-z][\w.-]{1,24}\s(?:auth|login|logon|authenticate|sign-?in|set-token|(?:add-)?authtoken|configure|"
        r"activate|register|connect|link|join|up)(?:\s(?:add|set|token|with|key))?\s[\"']?(?P<v>[\w+/=.~-]{16,})",
        (b"auth", b"log", b"sign", b"token", b"configure", b"activate", b"register", b"connect", b"link", b"join"),
        _drawn,
    ),
    Rule(
        kinds.TOKEN,
        r"(?:^|\s)(?:-t|-k|-T|--key|--auth|--license|--apikey)[ =][\"']?(?P<v>[\w+/=.~-]{20,})",
        (b"-t", b"-k", b"--key", b"--auth", b"--license", b"--apikey"),
        _drawn,
    ),
    Rule(kinds.PASSWORD, r"\s-U\s?[\"']?[\w.\\/@-]{1,60}%(?P<v>[^\s\"'\x02]{3,})", (b"-u",), _typed, False),
    Rule(
        kinds.PASSWORD,
        r"(?:^|\s)(?:--auth|-a|--user|--proxy-user|--creds?|--login|--http-user)[ =][\"']?[\w.@\\-]{1,60}:" + _BARE,
        (b"--auth", b"-a", b"--user", b"--proxy", b"--cred", b"--login", b"--http"),
        _typed,
    ),
    Rule(kinds.PASSWORD, r"\bnet\s+user\s+[^\s/]+\s+" + _BARE, (b"net user",), _shaped),
    Rule(kinds.PASSWORD, r"\bnet\s+use\b[^\n]{0,120}?/user:\S+\s+" + _BARE, (b"net use",), _typed),
    Rule(kinds.PASSWORD, r"\brclone\s+obscure\s+" + _BARE, (b"rclone",), _typed),
    Rule(kinds.PASSWORD, r"\b[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w*-]+:" + _BARE, (b":",), _shaped),
    Rule(
        kinds.PASSWORD,
        r"\bhtpasswd\s+(?:-\w+\s+)*-\w*b\w*\s+(?:-\w+\s+)*(?:\S*[./]\S*\s+)?[^\s/.]+\s+" + _BARE,
        (b"htpasswd",),
        _typed,
    ),
    Rule(
        kinds.PASSWORD,
        r"\b(?:echo|printf)\s+(?:-[ne]+\s+)?(?:[\"']?[\w.-]{1,40}:)?" + _BARE + r"[\"']?(?:\\n)?[\"']?\s*\|[^\n]{0,60}?"
        r"(?:sudo\s+-\w*S|stdin|chpasswd|--with-token|\blogin\b|\bpasswd\b|cryptsetup|smbpasswd|gpg\b|kinit|vault\b)",
        (b"echo", b"printf"),
        _typed,
        False,
    ),
    Rule(kinds.PASSWORD, r"(?:pass\w*|secret|token|key)-command[ =][\"']?echo\s+" + _BARE, (b"-command",), _typed),
    Rule(
        kinds.PASSWORD,
        r"\b(?:mosquitto_\w+|ldap\w+|snmp\w+|ipmitool|vncviewer|svn|lftp|mount|kadmin|amqp-\w+|rabbitmq\w+|winexe|evil-winrm|"
        r"crackmapexec|nxc|impacket-\w+|sftp|scp|plink|pscp|nats|etcdctl|consul|cypher-shell|arangosh|couchbase-cli)\b"
        r"[^\n|]{0,300}?\s(?:-[wPpAX]\s|-w|--pw\s)" + _BARE,
        (b" -w", b" -p", b" -a", b" -x", b"--pw"),
        _shaped,
        False,
    ),
    Rule(
        kinds.PASSWORD,
        r"\b(?:snmp\S*\s+)?community\s(?:string\s)?(?:is\s)?" + _BARE,
        (b"community",),
        _shaped,
    ),
    Rule(
        kinds.PASSWORD,
        r"(?:^|[\s\"'(])(?:root|admin|administrator|sa|postgres|superuser|sysadmin|webmaster|support|deploy|backup|service|"
        r"operator|oracle|ubuntu|pi|guest|demo|test)\s?[/:|]\s?" + _BARE,
        (b"/", b":", b"|"),
        _paired,
    ),
    Rule(kinds.PASSWORD, r"(?:^|[\s\"'(])[A-Za-z][\w.-]{1,30}:(?P<v>[^\s\"'|<>:/\x02]{8,40})", (b":",), _strong),
    Rule(kinds.PASSWORD, r"\b[a-z0-9]{1,6} LOGIN \S{1,60} " + _BARE, (b" login ",), _shaped, False),
)
