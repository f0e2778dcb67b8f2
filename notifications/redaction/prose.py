"""Passwords that a person wrote into a sentence, in English, German, French and Spanish."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import (
    WORDS,
    classes,
    code,
    measure,
    passwordlike,
    path,
    placeholder,
    word,
    wordiness,
)

CUE = (
    r"(?:pass ?words?|psw|passw|p[@4]ss(?:w[o0]rd)?|pass ?codes?|pass ?phrases?|pass ?keys?|passwd|pass|pwd|pw|p/w|passw[o0]rt|kennwort|"
    r"kennw.rter|zugangscode|mot ?s? de passe|mdp|contrase.as?|clave(?: de acceso)?"
    r"|senha|creds?|credentials?|zugangsdaten|identifiants|credenciales|security answer|secret answer|secret word|"
    r"secret phrase|seed phrase|recovery phrase|mnemonic|memorable word|(?:wi-?fi|wlan|wpa2?|network|access|"
    r"license|licence|product|activation|recovery|security|backup|master|encryption|api|secret|private) keys?|"
    r"geheimnis|schl.ssel|secret)"
)
_LINK = (
    r"(?:is now|is still|is currently|has been set to|was set to|set to|changed to|reset to|updated to|should "
    r"be|will be|would be|used to be|is set to|is|was|are|were|to|as|lautet(?: jetzt| nun)?|lauten|ist(?: "
    r"jetzt| nun)?|war|heisst|hei.t|est|sont|.tait|es|son|era|je|jest|.r|er|on|[:=]+|->|=>|-{1,2}|>)"
)
_OPEN = r"[\"'`(\[*_]{0,3}"
_VALUE = r"[^\s\"'`<>\x02(\[][^\s\"'`<>\x02]{2,100}"
_BREAK = compiled(r"(?:[.,;:!?)\]*_]+|\.\.\.)$")
_NOT_SECRET = frozenset(
    b"wrong expired required incorrect invalid correct weak strong missing empty blank reset changed updated "
    b"rotated stored hashed "
    b"encrypted protected shared set unset hidden masked lost forgotten case long short enough okay fine good bad "
    b"old new the a an my your "
    b"our his her their its this that these those not no never always also still only just now then too very same "
    b"different identical "
    b"longer shorter known unknown needed mandatory optional accepted rejected refused denied sent given here "
    b"there where what which "
    b"when why how who in on at to for of from by with without and or but if it he she they we you i kept part one "
    b"two three time "
    b"being been be used unique safe secure insecure available unavailable valid visible redacted pending active "
    b"inactive disabled enabled "
    b"local blocked locked unlocked leaked compromised exposed public private temporary permanent falsch "
    b"abgelaufen erforderlich "
    b"geheim sicher unsicher nicht kein weg gesperrt bekannt unbekannt gleich zu zur am im richtig ung\xfcltig "
    b"leer expir\xe9 "
    b"requis invalide incorrect trop pas plus obligatoire perdu oubli\xe9 v\xe1lida incorrecta obligatoria "
    b"caducada correcta no muy "
    b"include includes omit yes no y n manager managers field fields form policy rules hash hashes reset resets change changes prompt page screen "
    b"box input required".split()
)


_FUNCTION = frozenset(
    b"the a an to for in at is are was were be been must should may might and or with by from your our my this "
    b"that it its not all can could "
    b"will would has have had when if please needs need as we you they he she but so than then which who what how "
    b"do does did until since "
    b"der die das und ist wird nicht mit von le la les est et ou pour el los es y para con muss".split()
)


_ABOUT = compiled(
    r"\b(?:manager|policy|field|page|rules?|prompt|form|input|reset|strength|expiry|hint|type|hash|column|table|file|"
    r"length|screen|generator|store|vault|protection|checker|change|settings|status|help|support|team)\b"
)


_NOT_KEY = compiled(
    r"\b(?:sort|object|s3|redis|cache|partition|primary|foreign|i18n|translation|row|lookup|index|map|dict|json|config|"
    r"registry|unique|hash|range|public|idempotency|routing|message|group|storage|cursor)[ _-]key"
)


def _trim(value: bytes) -> bytes:
    """Without the full stop or bracket of the sentence; an exclamation mark after a digit belongs to the password."""
    while value:
        last = value[-1:]
        before = value[-2:-1]
        if (
            last in b".,;:)]}"
            or value.endswith(b"**")
            or (last in b"?*_" and before.isalpha())
            or (last == b"!" and before.isalpha() and value[:-1].lower() in WORDS)
        ):
            value = value[:-1]
        else:
            break
    return value


def _said(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    """The word after "the password is …": a password by its shape, or any word that is no state and ends the clause."""
    start, end = match.span("v")
    value = _trim(flat[start:end])
    link: bytes = match.group("link").strip().lower()
    if path(value) or _NOT_KEY.search(flat[max(0, match.start() - 24) : match.start() + 4]):
        return False
    if len(value) < 3 or placeholder(value) or value.lower() in _NOT_SECRET or code(value):
        return False
    exact = (start, start + len(value))
    if not passwordlike(value) and _ABOUT.search(match.group()[: start - match.start()]):
        return False
    quoted = flat[start - 1 : start] in (b'"', b"'", b"`") and start > match.start()
    if passwordlike(value) or (quoted and flat[start + len(value) : start + len(value) + 1] in (b'"', b"'", b"`")):
        return exact
    if value.isdigit():
        return exact if len(value) >= 4 else False
    after = flat[start + len(value) : start + len(value) + 2]
    ends = after[:1] in (b"", b"\n", b".", b",", b";", b")", b"!", b'"', b"'") or after == b" \n"
    lowered = value.lower()
    if link[:1] in b":=->":
        return (
            exact
            if ends and lowered not in _NOT_SECRET and value.isascii() and (b":" in link or not word(value))
            else False
        )
    if lowered.endswith(
        (b"ed", b"ing", b"able", b"ible", b"en", b"t", b"ly", b"\xe9", b"\xe9e", b"ado", b"ada", b"ida", b"ido")
    ) and word(value):
        return False
    return exact if not word(value) and len(value) >= 4 and classes(value)[3] < 3 else False


def _phrase(match: Hit, flat: bytes) -> bool:
    """Four words and more after "passphrase:" or in quotes after "the mnemonic is"."""
    words = match.group("v").lower().replace(b"-", b" ").split()
    said = match.group()[: match.start("v") - match.start()].lower()
    if (
        b"phrase" not in said
        and said.rstrip()[-1:] not in b":=\"'("
        and words[0].endswith((b"ed", b"ing", b"able", b"t"))
    ):
        return False
    return not any(w in _FUNCTION for w in words) and sum(w in _NOT_SECRET for w in words[:4]) < 2


def _beside(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    """`admin / Sommer2024!` after words of signing in."""
    start, end = match.span("v")
    value = _trim(flat[start:end])
    if path(value) or _NOT_KEY.search(flat[max(0, match.start() - 24) : match.start() + 4]):
        return False
    if (
        value.isdigit()
        or not passwordlike(value)
        or code(value)
        or value[:1] in b"/#"
        or b"://" in value
        or len(value) < 5
    ):
        return False
    if compiled(
        r"^[A-Z]{1,6}-?\d|^[\w.-]+\.(?:py|php|js|html|log|txt|csv|pdf|png|jpg|com|org|io|net|de)\b|^\w+\(|"
        r"^[A-Za-z]+/[\d.]+$|^[a-z]+[A-Z][a-zA-Z]+$|^[a-z_]+$|^[\\w.-]+=$|^-",
        False,
    ).match(value):
        return False
    digits = classes(value)[2]
    if compiled(r"^[A-Z][a-z]+\+\w+$", False).match(value):
        return False
    if not compiled(r"[!$%^&*#@+?]").search(value) and wordiness(value) > (
        0.4 if not digits else 0.7 if digits < 2 else 2
    ):
        return False
    if compiled(r"^[\w.]+=(?:None|True|False|[a-z_]+$)|^%\(|^\{\w|^[.]/", False).match(value):
        return False
    return start, start + len(value)


def _direct(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    """`password hunter2`: right beside the word, one digit is enough, and so is a lower-case word that is none."""
    start, end = match.span("v")
    value = _trim(flat[start:end])
    lower, upper, digits, others = classes(value)
    if (
        placeholder(value)
        or code(value)
        or measure(value)
        or others
        or word(value)
        or lower + upper < 4
        or value.lower() in _NOT_SECRET
    ):
        return False
    if (
        digits
        and not compiled(
            r"^(?:field|label|input|step|page|column|key|test|user|option|version|reset|form|line|row)s?\d+$"
        ).match(value)
    ) or (
        not upper
        and len(value) >= 5
        and wordiness(value) < 0.5
        and not digits
        and not value.endswith((b"ing", b"ed", b"ion", b"es"))
    ):
        return start, start + len(value)
    return False


def _set_to(match: Hit, flat: bytes) -> tuple[int, int] | bool:
    spot = _beside(match, flat)
    if spot is False or spot is True:
        return spot
    lower, upper, digits, others = classes(flat[spot[0] : spot[1]])
    return spot if digits and lower + upper >= 4 and (upper or others) and spot[1] - spot[0] >= 7 else False


_SIGN = (
    r"(?:log(?:ged)?[ -]?(?:in|on|ins)|sign(?:ed)?[ -]?in|logins?|accounts?|user ?names?|users?|"
    r"benutzer(?:name)?|nutzer|credentials?|creds?|zugangsdaten|zugang|access|utilisateur|identifiants?|"
    r"usuario|acceso|admin|use|using|try|tried|connect|ssh|ftp|sftp|vpn|anmelden|einloggen|connexion)"
)

RULES = (
    Rule(
        kinds.PASSWORD,
        rf"\b{CUE}(?:[ ][^\s:=.!?\x02]{{1,24}}){{0,6}}?\s{{0,3}}[\"')\]*]{{0,2}}(?P<link>[:=]|\s{_LINK}|{_LINK})"
        rf"[\s]{{1,3}}{_OPEN}(?P<v>{_VALUE})",
        (
            b"pass",
            b"pw",
            b"p/w",
            b"kennw",
            b"zugang",
            b"mdp",
            b"contrase",
            b"clave",
            b"senha",
            b"cred",
            b"answer",
            b"word",
            b"phrase",
            b"mnemonic",
            b"key",
            b"identifiants",
            b"schl",
            b"geheim",
            b"secret",
        ),
        _said,
    ),
    Rule(
        kinds.PASSWORD,
        rf"\b(?:pass ?words?|pass ?codes?|passwd|pass|pwd|pw|passwort|kennwort|mot de passe|mdp|contrase.a|clave|"
        rf"secret|token|api key|key)\b(?:[ ](?:for|of|to|is|the|a|my|our|your|für|fuer|bot|user|site|new|mit|with|"
        rf"pour|para|\w{{1,12}})){{0,4}}?(?:\s?[:=]\s?|[ ]){_OPEN}(?P<v>{_VALUE})",
        (b"pass", b"pwd", b"pw", b"kennwort", b"mdp", b"contrase", b"clave", b"secret", b"token", b"key"),
        _beside,
    ),
    Rule(
        kinds.PASSWORD,
        r"\b(?:pass ?phrases?|mnemonic|seed(?: phrase)?|secret phrase|recovery (?:phrase|words)|passwords?|pwd?|"
        r"passwort|kennwort|mot de passe|contrase.a)(?: [^\s:=\x02]{1,16}){0,4}?\s?(?:[:=]|\s(?:is|are|ist|lautet|"
        r"est|es|was))\s?[\"'(]?(?P<v>[a-z]{3,12}(?:[ -][a-z]{3,12}){2,23})",
        (b"phrase", b"mnemonic", b"seed", b"recovery", b"passw", b"pw", b"kennwort", b"mot de", b"contrase"),
        _phrase,
    ),
    Rule(
        kinds.PASSWORD,
        rf"\b{_SIGN}\b[^\n\x02]{{0,40}}?[\s\"'(]\S{{1,60}}?\s?(?:/|:|\||,| with| and| mit| und| et| y| avec| con|;)"
        rf"\s?(?:the )?(?:password |pass |pw |passwort |kennwort )?{_OPEN}(?P<v>{_VALUE})",
        (
            b"log",
            b"sign",
            b"user",
            b"account",
            b"benutz",
            b"nutzer",
            b"cred",
            b"zugang",
            b"access",
            b"utilis",
            b"identif",
            b"usuario",
            b"acceso",
            b"admin",
            b"use",
            b"using",
            b"tr",
            b"connect",
            b"ssh",
            b"ftp",
            b"vpn",
            b"anmeld",
            b"einlog",
        ),
        _beside,
    ),
    Rule(
        kinds.PASSWORD,
        rf"\b(?:pass ?word|passwd|passwort|kennwort|pwd|pw|pass ?code|mot de passe|mdp|contrase.a|clave)(?:'s| is| "
        rf"was| now| ist)?[ ]{_OPEN}(?P<v>[^\s\"'`<>\x02(\[]{{5,40}})",
        (b"pass", b"pw", b"kennwort", b"mdp", b"contrase", b"clave"),
        _direct,
    ),
    Rule(
        kinds.PASSWORD,
        rf"{_OPEN}(?P<v>[^\s\"'`<>\x02(\[]{{5,40}})[\"'`)]?",
        (b"passw", b"kennwort", b"pw", b"mot de", b"contrase"),
        _direct,
        ends=r"\s(?:is|was|as|ist|als|comme|como)\s(?:(?:the|my|our|your|his|her|their|a|das|mein|le|mon|la|mi)\s)?"
        r"(?:\w{1,12}\s)?(?:password|passwort|kennwort|pw|mot de passe|contrase.a)\b",
    ),
    Rule(
        kinds.PASSWORD,
        r"[\s\"'`](?P<v>[^\s\"'`<>\x02(\[]{5,40})[\"'`]?\s\((?:the |its |my |our )?(?:zip |pdf |wifi |admin )?(?:password|passwort|"
        r"kennwort|pw|pwd|passphrase|passcode|mot de passe|contrase.a)\)",
        (b"(",),
        _direct,
    ),
    Rule(
        kinds.PASSWORD,
        r"\b(?:admin|administrator|root|guest|demo|sa|postgres|pi|ubnt|cisco)\s?[:/]\s?(?P<v>admin\d{0,4}|toor|"
        r"root\d{0,4}|guest\d{0,4}|demo\d{0,4}|password\d{1,4}|letmein|changeme|welcome\d{0,4}|qwerty\d{0,4}|"
        r"12345\d{0,4}|postgres|raspberry|ubnt|cisco)\b",
        (b"admin", b"root", b"guest", b"demo", b"sa", b"postgres", b"pi", b"ubnt", b"cisco"),
    ),
    Rule(
        kinds.PASSWORD,
        r"\b(?:maiden name|first pet|name of (?:my|your|the) (?:first )?pet|geburtsname der mutter)(?: (?:is|was|"
        r"ist|war))?\s?:?\s{1,2}(?P<v>[A-Z][\w'-]{2,20})\b",
        (b"maiden", b"pet", b"geburtsname"),
        None,
        False,
    ),
    Rule(
        kinds.TOKEN,
        r"\b[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){3,8}\b",
        (b"-",),
        lambda m, f: min(classes(m.group())[1:3]) > 2,
        False,
    ),
    Rule(
        kinds.PASSWORD,
        rf"\b(?:re)?(?:set|changed?|switched|updated|ge.ndert)\b(?: it| that| them| this| the \w+| auf| back| es)"
        rf"?(?: to| auf| zu| into| a| en)\s{_OPEN}(?P<v>{_VALUE})",
        (b"set", b"chang", b"switch", b"updat", b"ndert"),
        _set_to,
    ),
    Rule(
        kinds.PASSWORD,
        rf"{_OPEN}(?P<v>{_VALUE})[\"'`)\]*]{{0,2}}",
        (b"passw", b"kennwort", b"pass", b"pw", b"contrase", b"clave", b"secret", b"key", b"token"),
        _beside,
        ends=r"\s(?:is|was|as|ist|war|est|es|als|comme|como|for)\s(?:now |still )?(?:the|my|our|your|his|her|their|a|"
        r"das|mein|dein|unser|ihr|le|mon|votre|la|mi|su|un|una|une|new|current|old)\s(?:\w{1,14}\s){0,2}?(?:password|"
        r"passwort|kennwort|pass|pw|mot de passe|contrase.a|clave|secret|key|token|passphrase|credential)",
    ),
)
