"""A user and a password side by side, a value assigned to a name, a phrase: ways of telling a secret that need a pattern of
their own. Pure."""

import re
from collections.abc import Iterator

from notifications.guard.values import Shape, shape, trimmed
from notifications.redaction.shapes import WORDS, placeholder

# Each with words of which it needs one, and the group of the value.
PAIRS = tuple(
    (needs, re.compile(pattern))
    for needs, pattern in (
        # “Log in as guest, password guest.”, “user loader with the password …”.
        (
            ("pass", "pw", "pin", "kennw"),
            r"\b(?:log(?:ged)?[ -]?(?:in|on) (?:as|with)|sign(?:ed)?[ -]?in (?:as|with)|user(?: ?name)?:?|login|account)(?: is| was|:)? [\"'“‘]?(?!name|and|or|the|your|with|but)[\w.@-]{2,60}[\"'”’]?(?:,| and| with|, and|;)+(?: the| its| a)?(?: \w+)? (?:password|passwort|pass|pw|pwd|kennwort|pin)(?: is|:| =)? [\"'“‘]?(?P<v>(?!(?:is|was|are|and|or|to|for|of|in|that|which|you|we|they|it|as|by|at|if|on|from|has|have|will|can)\b)[^\s\"'”’.,;!]{3,60})(?=[\"'”’]|[.,;!]|\s*$| (?:to|and|for|if|until|on|in) )",
        ),
        # “admin / admin as its log-in”, “with admin/admin”.
        (
            ("/",),
            r"(?<![\w/])[a-z][\w.-]{2,30} ?/ ?(?P<v>[^\s/,;.]{3,60})(?= (?:as|is|was|for) (?:its|the|a|an|your|our|their) (?:[\w-]+ )?(?:log-?in|credentials|user|password))",
        ),
        (
            ("admin", "root", "guest", "demo", "sa", "user", "test"),
            r"\b(?:log(?:ged)?[ -]?(?:in|on)|sign(?:ed)?[ -]?in) (?:as|with|using) (?P<v>(?:admin|root|guest|demo|sa|user|test)[ ]?[/:][ ]?[^\s,;.]{3,60})",
        ),
        (
            ("log", "sign"),
            r"\b(?:log|sign)(?:ged)?[ -]?(?:in|on) (?:as|with|using) [^\s,;]{1,60} ?(?:/|with|and|:)(?: the)?(?: word| phrase| secret)? ?[\"'“‘]?(?P<v>(?=[^\s,;]*\d)(?=[^\s,;]*[a-z])[^\s,;]{6,60})",
        ),
        (
            ("word", "phrase", "secret"),
            r"\b(?:(?:log|sign)(?:ged)?[ -]?(?:in|on) (?:as|with|using) [^\s,;]{1,60} (?:with|and|using)|(?:protected|secured|encrypted|locked|opened|opens?|unlock\w*) (?:by|with|using)) (?:the )?(?:words?|phrase|secret) [\"'“‘](?P<v>[^\"'”’\n]{3,60})",
        ),
        (
            ("admin", "root", "guest"),
            r"\b(?:(?:with|as|is|user|accepts|takes) (?:admin|root|administrator|guest) (?:with|and) (?:the )?(?:word |password )?[\"'“‘]?(?=\S*\d)|(?:admin|root|administrator|guest|user):(?=\S*[a-z]))(?P<v>\d{4,12}|(?=[^\s,;]*\d)(?=[^\s,;]*[a-z])[^\s,;]{6,60})(?=[\"'”’.,;!]|\s*$| (?:to|and|for|on|works?|opens?|lets?|is)\b)",
        ),
        # “SMTP_PASS=…”, “sid=…”, “Password=…;”.
        (
            ("=",),
            r"(?<![\w?&])(?:[a-z0-9]+_)*(?:pass(?:word|wd|phrase)?|pw|pwd|secret|token|(?:api_?|access_?|private_?|secret_?|auth_?)key|sid|session(?:_?id)?|psk)=[\"']?(?P<v>(?![$<{%*]|\S*(?:…|\.\.\.)|(?:true|false|none|null|yes|no|off|on|pass(?:word)?|secret|xxx\w*)\b)[^\s\"'&;]{4,200})",
        ),
        # “Append ?access_token=… to the address”.
        (
            ("=",),
            r"(?<!\S)[\"'“‘]?[?&](?:[a-z0-9]+_)*(?:token|secret|key|sig|signature|password|pwd)=(?P<v>(?=[^\s&]*\d)[^\s\"'&;]{6,200})",
        ),
        # “curl -u name:password”.
        (("curl",), r"\bcurl\b[^\n]{0,80}? (?:-u|--user)[ =][\"']?[^\s:\"']{1,60}:(?P<v>[^\s\"']{2,100})"),
        (("sshpass", "mysql", "pgpass"), r"\b(?:sshpass -p|mysql -p|pgpassword=)[ ]?[\"']?(?P<v>[^\s\"']{4,100})"),
        (("bearer",), r"\bbearer (?P<v>(?=\S*\d)[\w.~+/=-]{12,400})"),
        (("basic",), r"\bbasic (?:auth\w* )?(?:is )?(?P<v>[a-z0-9+/]{12,200}={1,2})"),
        # “Open the drawer by pressing 2, 5, 8 and 0.”
        (
            ("press", "typ", "enter", "key", "tap", "punch"),
            r"\b(?:open|unlock|door|gate|drawer|lock|safe|alarm)\w*\b[^.!?\n]{0,60}\b(?:press|typ|enter|key|tapp?|punch)(?:e|es|s|ing|ed)?(?: in)? (?P<v>\d(?:, ?\d){2,8}(?:,? (?:and |then |and then )\d)?)\b",
        ),
        # Dials: “18 left, 42 right, 7 left”.
        (
            ("left", "clockwise"),
            r"(?P<v>\b\d{1,3} (?:left|right|clockwise|anticlockwise)\b(?:,? (?:and |then |to )?\d{1,3} (?:left|right|clockwise|anticlockwise)\b){1,4})",
        ),
        # “Say ‘marmalade skies’ to the night desk and they will unlock it.”
        (
            ("say ", "whisper", "give", "tell", "answer", "reply"),
            r"\b(?:say|whisper|give|tell|answer|reply) (?:\w+ ){0,3}?[\"“‘„](?P<v>[^\"”’“\n]{3,60})[\"”’“],? (?:to|at|and|into|on|when|so)\b[^.!?\n]{0,80}\b(?:unlocks?|lets? (?:you|them|him|her) in|opens?|puts? you through|resets?|gives? (?:you|him|her|them) access|gets? (?:\w+ ){0,4}?(?:access|data|through)|knows? it is you)\b",
        ),
        # “The answer to the security question is Bramble.”
        (
            ("question", "answer"),
            r"\b(?:security|secret) (?:question|answer)s?\b[^.!?\n]{0,60}? (?:is|was|reads|:)(?: simply| still| just)? [\"'“‘„]?(?P<v>(?!(?:not|no|wrong|right|correct|asked|needed|required|too|still|case|the|a|an|your|never|always|only|now|stored|known)\b)[\w-]+(?: [\w-]+)?)(?=[\"'”’.,;!]|\s*$)",
        ),
        # “We have reset your account to ‘Welcome-Otter-2026’.”
        (
            ("account", "login", "log-in", "user"),
            r"\b(?:re)?set (?:\w+ ){0,3}(?:accounts?|log-?ins?|users?) (?:back )?to [\"'“‘„]?(?P<v>(?=[^\s\"'”’“]*\d)(?=[^\s\"'”’“]*[a-z])[^\s\"'”’“,;]{7,60})",
        ),
    )
)
# “The ssh password for the camera is himbeere.”
BARE = re.compile(
    r"(?:^|[.,;:!?\n(] ?|\b(?:and|so|but) )(?:(?:the|your|our|its|my|his|her|their) )?(?:(?!with|who|know|has|have|hold|only)[\w'’-]+ ){0,3}pass[ -]?word(?: (?:for|of|on|to|at) [^\s,;!?]{1,40}(?: [\w.@-]{1,30}){0,3}?)? (?:is|was)"
    r"(?: still| now| simply| just| again)? (?P<v>[^\W\d_]{4,24})(?=[.,;!)]|\s*$)"
)
# “The passphrase is copper lantern 58 fjord.”
PHRASES = tuple(
    (needs, re.compile(pattern))
    for needs, pattern in (
        (
            ("phrase",),
            r"\b(?:pass|recovery |seed |backup |secret )[ -]?phrase(?:[ \w',-]{0,50}?\b(?:is|was|reads)(?: now| still)?| ?[:=]),? (?P<v>[\w'-]+(?: [\w'-]+){2,7})(?=\s*[.,;!)]|\s*$)",
        ),
        (
            ("word you",),
            r"\bpass[ -]?word you (?:can|will|could) \w+(?: \w+)?: (?P<v>[\w'-]+(?: [\w'-]+){1,7})(?=\s*[.,;!)]|\s*$)",
        ),
    )
)
# The words of a passphrase say nothing; a sentence about one does.
ABOUT = re.compile(
    r"\b(?:the|a|an|to|for|in|at|is|are|was|were|be|been|must|should|may|might|and|or|with|by|from|your|our|my|this|that|it|its|not|no|all|can|could|will|would|has|have|had|when|if|please|as|we|you|they|he|she|so|but|than|only|of|on)\b"
    r"|^\w+(?:ed|ing|ly|able|ible)\b"
)
# “The password is unguessable”, “… is yours”: endings and words of what a password can be.
_SAID_OF = re.compile(
    r"(?:ed|ing|ly|[ai]ble|al|ive|ous|ic|less|ful|[ae]nt|[oa]ry|ete|ish|ite|en|ne[dw]|like|proof|wise|ile|own|ound|sh?own|gone|kept|held|made|lost|stolen|paramount|due|hers|yours?|ours?|theirs?|mine|moot|safe|weak|wrong|right|up|out|off|late|ready|fresh)$"
)
# What is of letters and figures, in one word.
_NAMING = re.compile(r"^(?=.*\d)(?=.*[^\W\d_])\S+$")


def paired(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """The value of each."""
    for needs, pattern in PAIRS:
        for match in pattern.finditer(lowered) if any(need in lowered for need in needs) else ():
            low, high = trimmed(text, *match.span("v"))
            if _stands(text[low:high]):
                yield low, high
    for needs, pattern in PHRASES:
        for match in pattern.finditer(lowered) if any(need in lowered for need in needs) else ():
            if not ABOUT.search(match["v"]):
                yield match.span("v")
    for match in BARE.finditer(lowered) if "word" in lowered else ():
        # No word of every day, and nothing that is said of a password.
        if match["v"].encode("latin-1", "replace") not in WORDS and not _SAID_OF.search(match["v"]):
            yield match.span("v")


def _stands(value: str) -> bool:
    """Whether what stands where a secret does is one, and not empty, a name for it, or a product with a number."""
    stood = bool(value) and not placeholder(value.encode("latin-1", "replace"))
    return stood and not (_NAMING.search(value) and shape(value) is Shape.OTHER)
