"""What lets somebody in is called something, and a letter says in so many ways that it is this. Patterns for small letters."""

import re

# What is called a password, whatever it looks like.
NAMES_OF_WORDS = (
    r"(?:(?:pass[ -]?(?:words?|phrases?|codes?|keys?|worts?)|passwd|pwd|pw|kennw[oö]rt(?:er)?|word of pass|pass(?! (?:through|rate|on|by|the|over|again|along|without|all|it|them|your|our|its|from|to|out)\b)|psk|"
    r"(?:code|secret|magic|watch|safe)[ -]?words?|(?:recovery|seed|backup|secret)[ -]phrases?|mnemonic|(?:security|secret) (?:question|answer)|"
    r"(?:wi-?fi|wlan|wpa2?|network|shared|pre-?shared|guest)[ -](?:key|code))(?:'s)?)"
)
# Keys of machines. Other keys are figures, customers and questions.
NAMES_OF_KEYS = (
    r"(?:(?:(?<!primary )(?<!sort )(?<!foreign )(?<!cache )(?<!hash )(?<!lookup )(?<!index )(?<!pound )(?<!idempotency[ -])"
    r"keys?(?! (?:figure|point|difference|customer|client|people|person|part|reason|role|question|feature|date|account|contact|metric|fact|issue|step|thing|finding|user|id\b|ending|that ends))"
    r"|tokens?(?! (?:id\b|ending|that ends))|secrets?|session cookie|cookie|credentials?))"
)
# Codes of figures, or of letters and figures, that open something.
NAMES_OF_CODES = (
    r"(?:(?:(?:access|security|verification|verify|recovery|backup|back-up|reset|sign-?in|log-?in|login|one-?time|single-use|unlock|unlocking|door|alarm|entry|entrance|"
    r"gate|2fa|mfa|two-factor|two-step|second-factor|master|sharing|host|safe|vault|key|keypad|lock|locker|padlock|cabinet|lift|garage|building|house|conference|meeting|moderator|"
    r"voicemail|sms|authenticator|authentication|authorisation|authorization|activation|pairing|set-?up|emergency|override|disarm|room|barrier|key ?box|front|back|side|wi-?fi|"
    r"invitation|invite|admin|technician|service|confirmation|bypass|scratch|rescue|temporary|secret|depot|store ?room|server room|car park|parking)"
    r"(?:[ -](?:access|pass|sign-?in|door|gate|entry|box))?[ -]?(?:codes?|keys?|pins?|combinations?))"
    r"|(?:digit|letter|character)[ -]codes?|codes? (?:of|for|to|on) (?:the |your |our )?(?:[\w-]+ )?(?:door|gate|safe|vault|lock|locker|padlock|cabinet|alarm|lift|elevator|depot|house|building|garage|barrier|entrance|key ?box|keypad|room|lobby|yard|shed|box)"
    r"|pin(?:[ -]?(?:codes?|numbers?))?s?|puk|otps?|m?tan|combination|keypad|key ?pad|passcodes?)"
)
# What opens, or shuts out, or asks.
_LOCK = (
    r"(?:keypad|key ?pad|padlock|lock(?:er|box|s|ers)?|unlock(?:s|ed|ing)?|safe|vault|alarm|cabinet|door|gate|lift|elevator|barrier|entrance|turnstile|garage|voicemail|"
    r"second factor|two-factor|2fa|mfa|authenticator|approve|confirm (?:the |your |this )?(?:sign-?in|log-?in|it is you|it's you|that)|asks? (?:\w+ )?for (?:an?|the|its|your|their) (?:[\w-]+ ){0,3}?(?:code|pin)|pin|passcode|verification|key ?box|shutter|siren|strongroom|host)"
)
ASSIGNED = (
    r"(?:is|are|was|were|be|reads?|remains?|stays?|says?|runs?|goes|begins?|starts? with|has been|(?:re)?set (?:back )?to|(?:re)?set as|changed (?:back )?to|reset to|(?:gone |went |put )?back to|"
    r"updated to|switched to|rotated to|turned into|become|became|now|still|again|once again|as before|simply|just|currently|always|(?:\w+ )?(?:\w+ )?as|:|=+|->|=>|→|-|–|—)"
)
_LINK = rf"(?:,? (?:it|that|here it|and it)'s|(?:,? (?:which|it|this|that|here it|and it))? ?{ASSIGNED},?)(?: ?(?:is|now|still|again|once|once again|currently|simply|just|always|back|to|the same|as follows|this|:|=|,)){{0,4}}"
# From the name of a secret to its value: “the password for the test login is”, “PIN of the new card:”.
_TAIL = r"(?:[ ,(\"'“”‘’)][^.!?;:=\n]{0,70}?)?"
# “The password problem is known as …”, “the PIN pads are …”: it is another thing then that is called so.
_THING = (
    r"(?! (?:(?:[\w-]+ )?(?:problem|issue|error|fault|bug|request|incident|failure|outage|case|ticket|mail|e-mail|message|screen|page|form|field|terminal|pad|reader|sensor|entry|user|team|feature|flow|check|"
    r"test|policy|rule|rate|count|number|total|average|length|limit|time|delay|queue|log|review|rotation|version|release|file|list|endpoint|service|server|manager|holder|prompt|column|format|type|size|lifetime|expiry)|entries|policies|queries)s?\b)"
)
_OPEN = r"[ \t\n]*[\"'“”‘’„«`(\[*]*"
CUES = {"pass": NAMES_OF_WORDS, "key": NAMES_OF_KEYS, "code": NAMES_OF_CODES}


def _ends(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern}){_OPEN}\Z")


# Right before the value: “the password is”, “a password of”, “the PIN”, “PIN:”.
SAID = {name: _ends(rf"(?<![^\W_]){cue}{_THING}{_TAIL}{_LINK}") for name, cue in CUES.items()}
BESIDE = {name: _ends(rf"(?<![^\W_]){cue}(?: (?:of|number))?[\"'”’)]?[ ]?[,:=]?") for name, cue in CUES.items()}
# “The PIN for the till, 4410.”
APPOSED = {name: _ends(rf"(?<![^\W_]){cue} (?:of|for|to|on|at) [\w' -]{{1,40}},") for name, cue in CUES.items()}
# A code that opens something only when the sentence says so.
BARE = _ends(
    r"(?<![\w-])codes?[\"'”’)]?(?:,? (?:it|that)'s|,? (?:it|which|that)(?= is))?(?: (?:is|are|was|reads|remains|stays|now|still|number|of))*[ ]?[,:=]?"
)
# “Type … into the field”, “simply use the word …”.
GIVEN = _ends(
    r"\b(?:(?:and|with) the (?:word|phrase|string)|typ(?:e|es|ed|ing)|enter(?:s|ed|ing)?|key(?:s|ed|ing)?|put(?:s|ting)?|pop|punch(?:es|ed|ing)?|tap(?:s|ped|ping)?|press(?:es|ed|ing)?|input|use|uses|using|try|say|says|dial|give|with|paste|"
    r"quote|add|insert|choose|pick|supply|provide|by|at|on|to|accepts?|takes?|needs?)(?: in)?(?: on it)?(?:,? (?:please|simply|just|then|again|only))?"
    r"(?: (?:the|this|our|your|these|that))?(?: (?:four|five|six|eight|\d))?(?:[ -]?digits?)?(?: (?:code|word|words|number|numbers|combination|digits|figures|phrase|star|hash|value|string))?(?: (?:star|hash))?[:,]?"
)
AS = {
    name: re.compile(
        rf"[\"'“”’»)\]]*,? (?:back |again |once more |there )?(?:(?:as|for|is|was|into|in|on|at|to|remains|stays|serves as|works as) )(?:(?:the field|the box|the place) (?:marked|called|named|for|labelled) )?"
        rf"(?:(?:the|your|our|an?|its|my|his|her|their|this|that) )?[\"'“]?(?:[\w-]+ ){{0,3}}?{cue}(?![\w-])"
    )
    for name, cue in CUES.items()
}
OPENED = re.compile(rf"(?<![\w-]){_LOCK}(?![\w-])")
CALLED = {name: re.compile(rf"(?<![^\W_]){cue}(?![\w-])") for name, cue in CUES.items()}
LOGGED_IN = re.compile(
    r"(?<![\w-])(?:log(?:s|ged|ging)?[ -]?(?:in|on|ins)|sign(?:s|ed|ing)?[ -]?(?:in|on)|user ?names?|user(?= )|unlock(?:s|ed|ing)?|account|accounts|root|admin|administrator|(?:protected|secured) (?:by|with)|wi-?fi|network|encrypted|decrypt|archive|get in|let you in|lets you in|two-step|second factor)(?![\w-])"
)
# “… where it asks for the passphrase”.
ASKED = re.compile(
    rf"[\"'”’»]*,? (?:where|when|whenever|once|if|as soon as) [\w ,]{{0,40}}?\b(?:asks?|asked|prompts?|prompted|wants?|requests?) [\w ,]{{0,40}}?{NAMES_OF_WORDS}(?![\w-])"
)
# What a value may follow that is shaped as nothing else is; whoever is named, counted or placed follows other words.
FREE = _ends(
    r"[,:;=/]|->|→| [-–—]|\b(?:is|was|are|were|be|remains?|still|now|again|reads?|says|with|and|or|type|types|enter|enters|use|uses|using|say|try|key in|type in|put in|enter in|pop in|namely|simply|just|paste|put|add|insert|send|give|take|takes|"
    r"needs?|an? [\w-]+ [\w-]+ of|an? [\w-]+ of|(?:set|reset|changed|updated|switched|rotated|goes|gone|went) (?:[\w-]+ ){0,5}(?:back )?to)"
)
# What a number counts is no code: after one stands a stop or a small word.
COUNTS = re.compile(
    r"(?:#|\*)?[\"'“”’»)\]]*(?:\s*$|\s*[.,;:!?)\n/-]|\s+[-–—]|\s+(?:and|or|to|for|on|at|as|in|into|until|when|if|with|then|again|followed|which|so|but|please|is|was|opens?|lets?|works?|will|still|here|now|before|after|by|once|"
    r"because|from|since|while|you|we|it|valid|instead|that|the|your|our|this|these|gets?|gives?|unlocks?|does|has|can|would|should|must|may|replaces?|stays?|remains?|also|today|too|only|twice|plus|anywhere|through|whenever|where|during|than|of|left|right|star|hash)\b)"
)
# Places, times and counts: “the PIN pads in store 1204”, “since 2019”, “from 82822”.
PLACED = re.compile(
    r"\b(?:number|no|nr|extension|ext|line|port|room|store|shop|till|page|order|ticket|invoice|case|error|version|build|since|from|until|about|some|over|under|than|least|most|nearly|around|roughly|exactly|all|only|first|last|next|every|"
    r"year|in|between|through|reference|ref|status|exit|area|postal|zip|country|product|article|part|model|discount|voucher|promo|promotion|coupon|dialling|dialing|sort|customer|client|member|job|id|eur|usd|gbp|chf|[$€£])\s*[:#]?\s*[\"'“(]*\Z"
)
# Names of codes that open nothing.
HARMLESS = re.compile(
    r"\b(?:error|status|exit|response|http|discount|voucher|promo|promotion|promotional|coupon|gift|order|booking|tracking|reference|product|article|item|country|area|dialling|dialing|postal|post|zip|sort|colou?r|cost|tax|source|bar|qr|currency|language|location|branch|department|project|return|fault|reason|result)"
    r"[ -]?(?:codes?|numbers?|keys?)\b[^.!?;\n]{0,60}\Z"
    r"|\bconfirmation [^.!?;\n]{0,40}\b(?:booking|order|reservation|flight|delivery|payment|appointment)[^.!?;\n]{0,40}\Z"
)
# What is said of a password, and not the password.
STATES = re.compile(
    r"(?:too|in?valid|incorrect|expired?|required|requires|must|weak|wrong|not|never|no|reset|forgot\w*|unknown|missing|empty|blank|accepted|rejected|denied|locked|blocked|ok|okay|fine|safe|secure|unsafe|insecure|correct|changed|unchanged|"
    r"disabled|enabled|active|inactive|pending|sent|new|old|temporary|permanent|default|admin rights|already|please|sign|log|login|error|failed|failure|unauthori[sz]ed|forbidden|only|yes|off|on|none|n/a|here|there|stored|hidden|hashed|encrypted|revoked|"
    r"case|at least|up to|the|a|an|your|our|my|his|her|their|its|it|this|that|these|one|same|what|still|now|known|working|available|used|being|been|set|longer|shorter|long|short|enough|good|bad|also|always|show|hide|next|continue|submit|save|cancel|user ?name|password|reset-?link|pass)\b"
)


# Pairs and assignments, each with words of which it needs one, and the group of the value.
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
            r"\b(?:log|sign)(?:ged)?[ -]?(?:in|on) (?:as|with|using) [^\s,;]{1,60} (?:with|and|using) (?:the )?(?:word|phrase|secret) [\"'“‘](?P<v>[^\"'”’\n]{3,60})",
        ),
        (
            ("admin", "root", "guest"),
            r"\b(?:(?:admin|root|administrator|guest) (?:with|and) |(?:admin|root|administrator|guest|user):)(?:the )?(?:word |password )?[\"'“‘]?(?P<v>\d{4,12}|(?=[^\s,;]*\d)(?=[^\s,;]*[a-z])[^\s,;]{6,60})(?=[\"'”’.,;!]|\s*$| (?:to|and|for|on|works?|opens?|lets?|is)\b)",
        ),
        # “SMTPNAMES_OF_WORDS=…”, “sid=…”, “Password=…;”.
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
        # Dials: “18 left, 42 right, 7 left”.
        (
            ("left", "clockwise"),
            r"(?P<v>\b\d{1,3} (?:left|right|clockwise|anticlockwise)\b(?:,? (?:and |then |to )?\d{1,3} (?:left|right|clockwise|anticlockwise)\b){1,4})",
        ),
        # “Say ‘marmalade skies’ to the night desk and they will unlock it”, “The old staging password ‘opensesame’”.
        (
            ("unlock", "let", "open", "put you", "reset", "access", "know"),
            r"\b(?:say|whisper|give|tell|answer|reply) (?:\w+ ){0,3}?[\"“‘„](?P<v>[^\"”’“\n]{3,60})[\"”’“][^.!?\n]{0,80}\b(?:unlock|let you in|lets you in|open|put you through|reset|give you access|know it is you)",
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
