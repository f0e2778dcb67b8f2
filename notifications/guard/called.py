"""What lets somebody in is called something, and a letter says in so many ways that it is this. Patterns for small letters."""

import re

# What is called a password, whatever it looks like.
WORDS = (
    r"(?:(?:pass[ -]?(?:words?|phrases?|codes?|keys?|worts?)|passwd|pwd|pw|kennw[oö]rt(?:er)?|word of pass|(?<!boarding )(?<!bus )(?<!day )(?<!season )(?<!first )(?<!second )pass(?! (?:through|rate|on|by|the|over|again|along|without|all|it|them|your|our|its|from|to|out)\b)|psk|"
    r"(?:code|secret|magic|watch|safe)[ -]?words?|(?:recovery|seed|backup|secret)[ -]phrases?|mnemonic|(?:security|secret) (?:question|answer)|"
    r"(?:wi-?fi|wlan|wpa2?|network|shared|pre-?shared|guest)[ -](?:key|code))(?:'s)?)"
)
# Keys of machines. Other keys are figures, customers and questions.
KEYS = (
    r"(?:(?:(?<!public )(?<!primary )(?<!sort )(?<!foreign )(?<!cache )(?<!hash )(?<!lookup )(?<!index )(?<!pound )(?<!idempotency[ -])"
    r"keys?(?! (?:figure|point|difference|customer|client|people|person|part|reason|role|question|feature|date|account|contact|metric|fact|issue|step|thing|finding|user|id\b|ending|that ends))"
    r"|tokens?(?! (?:id\b|ending|that ends))|secrets?|session cookie|cookie|credentials?))"
)
# Codes of figures, or of letters and figures, that open something.
CODES = (
    r"(?:(?:(?:access|security|verification|verify|recovery|backup|back-up|reset|sign-?in|log-?in|login|one-?time|single-use|unlock|unlocking|door|alarm|entry|entrance|"
    r"gate|2fa|mfa|two-factor|two-step|second-factor|master|sharing|host|safe|vault|key|keypad|lock|locker|padlock|cabinet|lift|garage|building|house|conference|meeting|moderator|"
    r"voicemail|sms|authentication|authorisation|authorization|activation|pairing|set-?up|emergency|override|disarm|room|barrier|key ?box|front|back|side|wi-?fi|"
    r"invitation|invite|admin|technician|service|confirmation|bypass|scratch|rescue|temporary|secret|depot|store ?room|server room|car park|parking|manager|supervisor)(?:'s)?"
    r"(?:[ -](?:access|pass|sign-?in|door|gate|entry|box))?[ -]?(?:codes?|keys?|pins?|combinations?))"
    r"|(?:digit|letter|character)[ -]codes?|(?:codes?|combinations?) (?:of|for|to|on) (?:the |your |our )?(?:[\w'-]+ ){0,3}?(?:portal|tablet|copier|printer|laptop|router|till|shed|door|strongroom|gate|safe|vault|lock|locker|padlock|cabinet|alarm|lift|elevator|depot|house|building|garage|barrier|entrance|key ?box|keypad|room|lobby|yard|shed|box)"
    r"|number to (?:type|enter|key in)|pin(?:[ -]?(?:codes?|numbers?))?s?|puk|authenticator(?: app)?|otps?|m?tan|keypad|key ?pad|passcodes?)"
)
# What opens, or shuts out, or asks.
_LOCK = (
    r"(?:keypad|key ?pad|padlock|lock(?:er|box|s|ers)?|unlock(?:s|ed|ing)?|safe|vault|alarm|cabinet|door|gate|lift|elevator|barrier|entrance|turnstile|garage|voicemail|"
    r"second factor|two-factor|2fa|mfa|authenticator|approve|confirm (?:the |your |this )?(?:sign-?in|log-?in|it is you|it's you|that)|asks? (?:\w+ )?for (?:an?|the|its|your|their) (?:[\w-]+ ){0,3}?(?:code|pin)|pin|passcode|verification|key ?box|shutter|siren|strongroom|host)"
)
ASSIGNED = (
    r"(?:shows?|displays?|is|are|was|were|be|reads?|remains?|stays?|says?|runs?|goes|begins?|starts? with|has been|(?:re)?set (?:back )?to|(?:re)?set as|changed (?:back )?to|reset to|(?:gone |went |put )?back to|"
    r"updated to|switched to|rotated to|turned into|become|became|now|still|again|once again|as before|simply|just|currently|always|(?:\w+ )?(?:\w+ )?as|:|=+|->|=>|→|-|–|—)"
)
_LINK = rf"(?:[,.!]? (?:it|that|here it|and it)'s|(?:[,.!]? (?:which|it|this|that|here it|and it))? ?{ASSIGNED},?)(?: ?(?:is|now|still|again|once|once again|currently|simply|just|always|back|to|the same|as follows|this|:|=|,)){{0,4}}"
# From the name of a secret to its value: “the password for the test login is”, “PIN of the new card:”.
_TAIL = r"(?:[ ,(\"'“”‘’)][^.!?;:=\n]{0,70}?)?"
# “The password problem is known as …”, “the PIN pads are …”: it is another thing then that is called so.
_THING = (
    r"(?! (?:(?:[\w-]+ )?(?:problem|issue|error|fault|bug|request|incident|failure|outage|case|ticket|mail|e-mail|message|screen|page|form|field|terminal|pad|reader|sensor|entry|user|team|feature|flow|check|"
    r"test|policy|rule|rate|count|number|total|average|length|limit|time|delay|queue|log|review|rotation|version|release|file|list|endpoint|service|server|manager|holder|prompt|column|format|type|size|lifetime|expiry)|entries|policies|queries)s?\b)"
)
_OPEN = r"[ \t\n]*[\"'“”‘’„«`(\[*]*"
CUES = {"pass": WORDS, "key": KEYS, "code": CODES}


def _ends(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern}){_OPEN}\Z")


# What is done at a keypad, and with nothing else.
TYPED = _ends(
    r"\b(?:typ(?:e|es|ed|ing)|enter(?:s|ed|ing)?|(?:key|punch|tap|type|put|press|pop)(?:s|es|ed|ing)?(?: it)? in|input)"
)
# Right before the value: “the password is”, “a password of”, “the PIN”, “PIN:”.
SAID = {name: _ends(rf"(?<![^\W_]){cue}{_THING}{_TAIL}{_LINK}") for name, cue in CUES.items()}
BESIDE = {name: _ends(rf"(?<![^\W_]){cue}(?: (?:of|number))?[\"'”’)]?[ ]?[,:=]?") for name, cue in CUES.items()}
# “The PIN for the till, 4410.”
APPOSED = {name: _ends(rf"(?<![^\W_]){cue} (?:of|for|to|on|at) [\w' -]{{1,40}},") for name, cue in CUES.items()}
# A code that opens something only when the sentence says so.
BARE = _ends(
    r"(?<![\w-])(?:codes?|combination)[\"'”’)]?(?:[,.!]? (?:it|that)'s|[,.!]? (?:it|which|that)(?= is))?(?: (?:is|are|was|reads|remains|stays|now|still|number|of|back to|again|always|the same|this|simply|just|has been|changed to|set to|reset to))*[ ]?[,:=]?"
)
# “Type … into the field”, “simply use the word …”.
GIVEN = _ends(
    r"\b(?:(?:and|with) the (?:word|phrase|string)|(?:protected|secured|encrypted|locked) (?:by|with)|typ(?:e|es|ed|ing)|enter(?:s|ed|ing)?|key(?:s|ed|ing)?|put(?:s|ting)?|pop|punch(?:es|ed|ing)?|tap(?:s|ped|ping)?|press(?:es|ed|ing)?|input|use|uses|using|try|write|say|says|dial|give|with|paste|"
    r"quote|add|insert|choose|pick|supply|provide|accepts?|takes?|needs?)(?: in)?(?: on it)?(?:,? (?:please|simply|just|then|again|only))?"
    r"(?: (?:the|this|our|your|these|that))?(?: (?:four|five|six|eight|\d))?(?:[ -]?digits?)?(?: (?:code|word|words|number|numbers|combination|digits|figures|phrase|star|hash|value|string))?(?: (?:star|hash))?[:,]?"
)
AS = {
    name: re.compile(
        rf"[\"'“”’»)\]]*,? (?:back |again |once more |there )?(?:(?:as|for|is|was|into|in|on|at|to|remains|stays|serves as|works as) )(?:(?:the field|the box|the place) (?:marked|called|named|for|labelled) )?"
        rf"(?:(?:the|your|our|an?|its|my|his|her|their|this|that) )?[\"'“]?(?:[^\W\d][\w'-]* ){{0,3}}?{cue}(?![\w-])"
    )
    for name, cue in CUES.items()
}
OPENED = re.compile(rf"(?<![\w-]){_LOCK}(?![\w-])")
CALLED = {name: re.compile(rf"(?<![^\W_]){cue}(?![\w-])") for name, cue in CUES.items()}
LOGGED_IN = re.compile(
    r"(?<![\w-])(?:log(?:s|ged|ging)?[ -]?(?:in|on|ins)|sign(?:s|ed|ing)?[ -]?(?:in|on)|user ?names?|user(?= )|unlock(?:s|ed|ing)?|account|accounts|root|admin|administrator|(?:protected|secured) (?:by|with)|wi-?fi|network|encrypted|decrypt|archive|get in|let you in|lets you in|two-step|second factor)(?![\w-])"
)
# “… with …”: whoever has something else says so too.
WITH = _ends(r"\bwith")
# “… where it asks for the passphrase”.
ASKED = re.compile(
    rf"[\"'”’»]*,? (?:where|when|whenever|once|if|as soon as) [\w ,]{{0,40}}?\b(?:asks?|asked|prompts?|prompted|wants?|requests?) [\w ,]{{0,40}}?{WORDS}(?![\w-])"
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
    r"\b(?:numbers?|no|nr|extension|ext|line|port|room|store|shop|till|page|order|ticket|invoice|case|error|version|build|commit|hash|fingerprint|serial|checksum|host|server|branch|tenant|cluster|instance|since|from|until|about|some|over|under|than|least|most|nearly|around|roughly|exactly|all|only|first|last|next|every|"
    r"year|in|between|through|reference|ref|status|exit|area|postal|zip|country|product|article|part|model|discount|voucher|promo|promotion|coupon|dialling|dialing|sort|customer|client|member|job|id|eur|usd|gbp|chf|[$€£])\s*[:#]?\s*[\"'“(]*\Z"
)
# Names of codes that open nothing.
HARMLESS = re.compile(
    r"\b(?:error|status|exit|response|http|discount|voucher|promo|promotion|promotional|coupon|gift|order|booking|tracking|reference|product|article|item|country|area|dialling|dialing|postal|post|zip|sort|colou?r|cost|tax|source|bar|qr|currency|language|location|branch|department|project|return|fault|reason|result)"
    r"[ -]?(?:codes?|numbers?|keys?)\b[^.!?;\n]{0,60}\Z"
    r"|\b(?:answer|report|return|end|fail|stop|exit|repl|respond|crash|abort)(?:s|ed|ies|ied|ped)? (?:with )?(?:the )?codes?[^.!?;\n]{0,30}\Z"
    r"|\bconfirmation [^.!?;\n]{0,40}\b(?:booking|order|reservation|flight|delivery|payment|appointment)[^.!?;\n]{0,40}\Z"
)
# What is said of a password, and not the password.
STATES = re.compile(
    r"(?:too|in?valid|incorrect|expired?|required|requires|must|weak|wrong|not|never|no|reset|forgot\w*|unknown|missing|empty|blank|accepted|rejected|denied|locked|blocked|ok|okay|fine|safe|secure|unsafe|insecure|correct|changed|unchanged|"
    r"disabled|enabled|active|inactive|pending|sent|new|old|temporary|permanent|default|admin rights|already|please|sign|log|login|error|failed|failure|unauthori[sz]ed|forbidden|only|yes|off|on|none|n/a|here|there|stored|hidden|hashed|encrypted|revoked|"
    r"case|at least|up to|the|a|an|your|our|my|his|her|their|its|it|this|that|these|one|same|what|still|now|known|working|available|used|being|been|set|longer|shorter|long|short|enough|good|bad|also|always|show|hide|next|continue|submit|save|cancel|user ?name|password|reset-?link|pass)\b"
)
