"""Details of private customers: e-mail, phone, postal address, the IP of a visitor, birth, names after a cue.

An IP address goes only when it is public and the text says whose it is; the addresses of servers are what reports
are about.
"""

import ipaddress
from functools import lru_cache

import phonenumbers

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import WORDS

_NO_PERSON = compiled(
    r"(?:^(?:git|noreply|no-reply|donotreply)@|@(?:example\.(?:com|org|net)|localhost|[\w.-]+\.(?:png|jpg|svg|css|"
    r"js|py|service|local))$|^\W+$|^[\w.-]+@(?:sha256|v?\d+(?:\.\d+)*)$)"
)
_REGIONS = ("GB", "DE", "US", "FR", "ES", "AT", "CH", "NL", "IT")
_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
            "::/127",
            "fc00::/7",
            "fe80::/10",
            "ff00::/8",
        ],
    )
)
_TLD = (
    r"(?:com|org|net|io|de|co|uk|fr|es|at|ch|eu|ai|dev|app|info|biz|it|nl|us|me|tech|cloud|edu|gov|agency|email|"
    r"mail|online|shop|pl|se|no|dk|be|pt|ie|ca|au|nz|in|jp|br|mx)"
)


def _email(match: Hit, flat: bytes) -> bool:
    return _NO_PERSON.search(match.group()) is None


@lru_cache(maxsize=4096)
def _dialled(number: str, regions: tuple[str | None, ...]) -> bool:
    for region in regions:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) or (region is None and phonenumbers.is_possible_number(parsed)):
            return True
    return False


def _international(match: Hit, flat: bytes) -> bool:
    return _dialled("+" + match.group("v").decode("latin-1").replace("(0)", "").removeprefix("00").lstrip("+"), (None,))


def _national(match: Hit, flat: bytes) -> bool:
    return _dialled(match.group("v").decode("latin-1"), _REGIONS)


def _cued(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    digits = sum(48 <= c <= 57 for c in value)
    before = flat[match.start("v") - 1 : match.start("v")]
    return not before.isalnum() and 6 <= digits <= 15 and not compiled(r"^\d{4}-\d\d-\d\d").match(value)


def _visitor(match: Hit, flat: bytes) -> bool:
    try:
        address = ipaddress.ip_address(match.group("v").decode())
    except ValueError:
        return False
    return not any(address in net for net in _INSIDE if net.version == address.version)


_COMPANY = frozenset(b"gmbh inc ltd llc ag sa srl bv nv oy ab plc corp co kg ug spa sarl sas group agency".split())


def _name(match: Hit, flat: bytes) -> bool:
    parts = match.group("v").replace(b"-", b" ").split()
    return parts[-1].strip(b".").lower() not in _COMPANY and any(part.lower() not in WORDS for part in parts)


_CUE = (
    r"\b(?:tel(?:e(?:f|ph)on(?:o|e|nummer)?)?|phone(?: ?(?:number|no))?|ph|call(?:ed|ing)?|mobil(?:e|nummer)?|"
    r"cell|whats ?app|fax|reach|ring|r.ckruf|handy(?:nummer)?|m.vil|portable|num.ro|contact number|rufnummer|"
    r"anruf(?:en)?|signal|sms|text|dial|hotline|hung up on)\b[^\n\d+(]{0,28}?"
)
_STREET = (
    r"(?:street|st\.?|avenue|ave\.?|road|rd\.?|lane|ln\.?|drive|dr\.?|boulevard|blvd\.?|terrace|square|sq\.?|"
    r"court|ct\.?|way|place|pl\.?|close|crescent|grove|gardens|hill|park|row|mews|parkway|pkwy|highway|hwy)"
)
_CAP = r"[A-Z\xc0-\xde][\w\xdf-\xff'.-]{1,24}"

RULES = (
    Rule(
        kinds.EMAIL,
        r"[A-Za-z0-9._%+'\xc0-\xff-]{1,64}@[A-Za-z0-9\xc0-\xff](?:[A-Za-z0-9\xc0-\xff.-]{0,120})"
        r"\.[A-Za-z\xc0-\xff]{2,24}\b",
        (b"@",),
        _email,
    ),
    Rule(
        kinds.EMAIL,
        r"\b[A-Za-z0-9._+-]{2,40}(?:%40|&#64;|&commat;|\\u0040)[A-Za-z0-9.-]{2,80}\.[A-Za-z]{2,12}\b",
        (b"%40", b"&#64;", b"&commat;", b"\\u0040"),
    ),
    Rule(
        kinds.EMAIL,
        rf"\b[A-Za-z0-9._+-]{{2,40}}\s{{0,2}}(?:[\[({{<]\s?(?:at|@|klammeraffe|arroba|arobase)\s?[\])}}>]|\sat\s|"
        rf"\s@\s|_at_)"
        rf"\s{{0,2}}[A-Za-z0-9-]{{2,40}}(?:\s{{0,2}}(?:[\[({{<]\s?(?:dot|punkt|punto|point|\.)\s?[\])}}>]|\sdot\s|"
        rf"\s\.\s|_dot_|\.)\s{{0,2}}[A-Za-z0-9-]{{2,40}})"
        rf"{{0,3}}\s{{0,2}}(?:[\[({{<]\s?(?:dot|punkt|punto|point|\.)\s?[\])}}>]|\sdot\s|_dot_)\s{{0,2}}{_TLD}\b",
        (b"dot", b"punkt", b"punto", b"point", b"[.]", b"(.)"),
        _email,
    ),
    Rule(
        kinds.EMAIL,
        rf"\b[A-Za-z0-9._+-]{{2,40}}\s{{0,2}}[\[({{<]\s?(?:at|@|klammeraffe|arroba|arobase)\s?[\])}}>]\s{{0,2}}[A-Za-z0-9.-]{{2,80}}\.{_TLD}\b",
        (b"at", b"@", b"arroba", b"arobase"),
    ),
    Rule(
        kinds.EMAIL,
        rf"\b[A-Za-z0-9._+-]{{2,40}} ?@ ?[A-Za-z0-9-]{{2,40}}(?:\.[A-Za-z0-9-]{{2,40}}){{0,3}}\.{_TLD}\b",
        (b"@ ", b" @"),
    ),
    Rule(
        kinds.PHONE, r"(?:^|[^\w+./-])(?P<v>(?:\+|00)[1-9](?:[ ()./\-]{0,3}\d){7,14})\b", (b"+", b"00"), _international
    ),
    Rule(
        kinds.PHONE,
        r"(?:^|[^\w+./-])(?P<v>\(\d{3}\) ?\d{3}[-. ]\d{4}|[2-9]\d{2}([-.])[2-9]\d{2}[-.]\d{4}|1[-. ][2-9]\d{2}[-. "
        r"]\d{3}[-. ]\d{4})\b",
        (),
        _cued,
    ),
    Rule(
        kinds.PHONE,
        r"(?:^|[^\w+./:,#-])(?P<v>0\d{2,4}[ /\-]\d{2,8}(?:[ -]\d{2,6}){0,4}|07\d{3} ?\d{6}|0[67](?:[ .]\d\d){4}|"
        r"0[1-9](?:[ .]\d\d){4})\b",
        (b"0",),
        _national,
    ),
    Rule(
        kinds.PHONE,
        _CUE + r"(?P<v>[+(]?\d(?:[ ()./-]{0,2}\d){5,14})\b",
        (
            b"tel",
            b"ph",
            b"call",
            b"mobil",
            b"cell",
            b"whats",
            b"fax",
            b"reach",
            b"ring",
            b"ruf",
            b"handy",
            b"vil",
            b"portable",
            b"num",
            b"signal",
            b"sms",
            b"text",
            b"dial",
            b"hotline",
        ),
        _cued,
    ),
    Rule(
        kinds.ADDRESS,
        rf"\b\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:{_CAP} ){{1,4}}(?i:{_STREET})(?:,? (?i:apt|suite|unit|flat|#)"
        rf"\.? ?\w{{1,6}})?(?:,? {_CAP}(?: {_CAP}){{0,2}})?(?:,? [A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?|,? "
        rf"[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})?\b",
        (b"street", b"st", b"ave", b"r", b"la", b"dr", b"bl", b"ter"),
        None,
        False,
    ),
    Rule(
        kinds.ADDRESS,
        rf"\b{_CAP}(?:[ -]{_CAP}){{0,2}}(?:str\.|stra.e|strasse|weg|gasse|platz|allee|damm|ufer|ring)\s\d{{1,4}} "
        rf"?[a-z]?\b(?:,?\s(?:D-|A-|CH-)?\d{{4,5}} {_CAP}(?:[ -]{_CAP}){{0,2}})?",
        (b"str", b"weg", b"gasse", b"platz", b"allee", b"damm", b"ufer", b"ring"),
        None,
        False,
    ),
    Rule(
        kinds.ADDRESS,
        rf"\b(?:{_CAP} )?(?:Str\.|Stra.e|Strasse|Weg|Gasse|Platz|Allee|Damm|Ufer|Ring)\s\d{{1,4}} "
        rf"?[a-z]?\b(?:,?\s(?:D-|A-|CH-)?\d{{4,5}} {_CAP})?",
        (b"str", b"weg", b"gasse", b"platz", b"allee", b"damm", b"ufer", b"ring"),
        None,
        False,
    ),
    Rule(
        kinds.ADDRESS,
        rf"\b(?:\d{{1,4}}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|chemin|all.e|impasse|quai)(?: (?:de|du|des|"
        rf"la|le|l'|d'))* ?{_CAP}(?: {_CAP}){{0,3}}|(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Via|Piazza)(?: (?:de|"
        rf"del|la|las|los))* {_CAP}(?: {_CAP}){{0,3}},? (?:n.? ?)?\d{{1,4}})(?:,? \d{{5}} {_CAP})?",
        (
            b"rue",
            b"avenue",
            b"boulevard",
            b"place",
            b"chemin",
            b"all",
            b"impasse",
            b"quai",
            b"calle",
            b"c/",
            b"av",
            b"pla",
            b"paseo",
            b"via",
            b"piazza",
        ),
        None,
        False,
    ),
    Rule(kinds.ADDRESS, r"(?:\bp\.? ?o\.? box|postfach|apartado)\s\d{2,6}\b", (b"box", b"postfach", b"apartado")),
    Rule(
        kinds.ADDRESS,
        rf"(?i:address|adresse|direcci.n|anschrift|lives at|lives in|living at|wohnhaft in|wohnt in|ship(?:ped|"
        rf"ping)? to|deliver(?:ed|y)? to)[ :]{{1,3}}(?P<v>\d{{1,5}} {_CAP}[^\n;:]{{3,80}}|{_CAP}[^\n;:\d]{{2,40}} "
        rf"\d{{1,4}}[a-z]?, [^\n;:]{{4,60}})",
        (b"addre", b"adresse", b"direcci", b"anschrift", b"live", b"living", b"wohn", b"ship", b"deliver"),
        None,
        False,
    ),
    Rule(
        kinds.IP,
        r"\b(?:customer|client|user|visitor|her|his|their|my|caller|subscriber|guest|member|shopper|buyer|kunde|"
        r"kunden|home|private|residential|remote|from|ip)(?:'s|s)?[ -]{0,2}(?:ip|address|addr|adresse|ip[- "
        r"]address|machine|pc|laptop|connection)?(?: (?:address|ip|is|was|ist|of))*[ :=(]{1,3}(?P<v>(?:\d{1,3}\.)"
        r"{3}\d{1,3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7})\b",
        (b"ip", b"address", b"from", b"client", b"user", b"visitor", b"customer", b"kunde", b"my", b"his", b"her"),
        _visitor,
    ),
    Rule(
        kinds.IP,
        r"\bip(?:[- ]address)? (?:of|for|used by|belonging to) (?:the |my |our |a |this )?(?:customer|client|user|"
        r"visitor|caller|contact)[\w' ]{0,16}[:=(]?\s?(?:is |was )?(?P<v>(?:\d{1,3}\.){3}\d{1,3})\b",
        (b"ip",),
        _visitor,
    ),
    Rule(
        kinds.IP,
        r"\b(?:x-forwarded-for|x-real-ip|cf-connecting-ip|true-client-ip|remote_addr|client_ip|clientip|user_ip|"
        r"remote_ip)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<v>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4})"
        r"{3,7})\b",
        (b"ip", b"forwarded", b"remote"),
        _visitor,
    ),
    Rule(
        kinds.BIRTH,
        r"\b(?:date of birth|birth ?-?dat?[ey]|d\.?o\.?b\.?|born(?: on)?|geboren(?: am)?|geburtsdatum|geb\.|n.e? "
        r"le|date de naissance|fecha de nacimiento|naci.)(?: (?:is|ist|was))?[ "
        r":=]{1,3}(?P<v>\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}(?:st|nd|rd|th|\.)? [a-z]{3,10},? \d{4}|[a-z]{3,10} "
        r"\d{1,2},? \d{4})\b",
        (
            b"birth",
            b"dob",
            b"d.o.b",
            b"born",
            b"gebor",
            b"geburt",
            b"geb.",
            b"naissance",
            b"nacimiento",
            b" le ",
            b"naci",
        ),
    ),
    Rule(
        kinds.NAME,
        rf"\b(?i:customer|client|contact|caller|kunde|kundin|customer name|full name|name|my name is|ich hei.e|je "
        rf"m'appelle|me llamo|cardholder|card ?holder(?: name)?|account holder|kontoinhaber|reported by|regards,\n|"
        rf"mit freundlichen gr..en,?\n|gr..e,?\n)\s?[:=]?\s?(?P<v>{_CAP} (?:(?:van|von|de|la|der|den|del|di) )"
        rf"{{0,2}}{_CAP})\b",
        (
            b"customer",
            b"client",
            b"contact",
            b"caller",
            b"kund",
            b"name",
            b"hei",
            b"appelle",
            b"llamo",
            b"holder",
            b"inhaber",
            b"reported",
            b"regards",
            b"gr",
        ),
        _name,
        False,
    ),
    Rule(
        kinds.NAME,
        rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Mme|Madame|Monsieur|Se.or|Se.ora|Sr|Sra)\.? (?P<v>{_CAP}(?: {_CAP})?)\b",
        (b"mr", b"ms", b"miss", b"dr", b"herr", b"frau", b"mme", b"ma", b"mo", b"se", b"sr"),
        _name,
        False,
    ),
)
