"""Keys that name their provider: a prefix, a length, an alphabet. What has no prefix is left to `chance`."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule
from notifications.redaction.shapes import classes, wordiness

_U = r"[A-Za-z0-9_-]"
_A = r"[A-Za-z0-9]"
_H = r"[0-9a-fA-F]"

PREFIXED = (
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|ABIA|ACCA)[A-Z2-7]{12,20}",  # AWS
    rf"AIza{_U}{{30,}}|GOCSPX-{_U}{{20,}}|ya29\.{_U}{{20,}}|1//0{_U}{{30,}}",  # Google, Firebase
    rf"{_A}{{3}}8Q~[A-Za-z0-9_.~-]{{30,}}",  # Azure
    rf"sk-(?:proj|svcacct|admin|None|service|or-v1|ant|lf|litellm)"
    rf"-?{_U}{{16,}}|sk-{_A}{{16,}}|sk-{_U}{{32,}}",  # OpenAI and kin
    rf"gsk_{_A}{{20,}}|hf_{_A}{{20,}}|api_org_{_A}{{20,}}|r8_{_A}{{20,}}|pplx-{_A}{{20,}}|xai-{_A}{{20,}}|"
    rf"nvapi-{_U}{{20,}}",
    rf"tvly-{_U}{{16,}}|fc-{_H}{{24,}}|fw_{_A}{{16,}}|pcsk_{_U}{{20,}}|lsv2_(?:pt|sk)_[0-9a-f_]{{20,}}|"
    rf"ls__{_A}{{20,}}|pa-{_U}{{30,}}|jina_{_U}{{30,}}",
    rf"(?:sk|rk|pk|ek)_(?:live|test|prod)_{_A}{{10,}}|sk_{_A}{{24,}}|whsec_[A-Za-z0-9+/=]{{16,}}|(?:acct|cus)"
    rf"_secret_{_A}{{16,}}",  # Stripe
    r"(?:AC|SK|AP|MG)[0-9a-f]{32}",  # Twilio
    rf"SG\.{_U}{{16,}}\.{_U}{{20,}}|key-{_H}{{32}}|"
    rf"{_H}{{32}}-{_H}{{8}}-{_H}{{8}}|{_H}{{32}}-us\d{{1,2}}",  # SendGrid, Mailgun, Mailchimp
    rf"xkeysib-{_U}{{20,}}|xsmtpsib-{_U}{{20,}}|re_{_A}{{6,}}_{_A}{{16,}}|md-{_U}{{20,22}}|pk_[0-9a-f]{{34}}|"
    rf"mlsn\.{_A}{{40,}}",
    r"xox[a-z]-[A-Za-z0-9-]{10,}|xoxe\.[A-Za-z0-9.-]{10,}|xapp-[A-Za-z0-9-]{10,}",  # Slack
    rf"[MNO]{_U}{{22,27}}\.{_U}{{5,7}}\.{_U}{{26,40}}",  # Discord
    rf"gh[pousr]_{_A}{{20,}}|github_pat_[A-Za-z0-9_]{{20,}}|v\d\.[0-9a-f]{{40}}",  # GitHub
    rf"gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent|oas|wt)-{_U}{{16,}}|GR1348941{_U}{{16,}}|ATBB{_A}{{20,}}|"
    rf"ATATT3{_U}{{20,}}|ATCTT3{_U}{{20,}}",
    rf"npm_{_A}{{30,}}|pypi-{_U}{{16,}}|rubygems_[0-9a-f]{{32,}}|dckr_(?:pat|oat)_{_U}{{16,}}|oy2{_A}{{40,}}|"
    rf"cio{_A}{{32}}",
    rf"pat-(?:na|eu|ap)\d-{_H}{{8}}-[0-9a-fA-F-]{{20,}}",  # HubSpot
    rf"\d{{8,11}}:A{_U}{{32,40}}",  # Telegram
    rf"shp(?:at|ss|ca|pa|rt|ua)_{_H}{{24,}}|"
    rf"sq0[a-z]{{3}}-{_U}{{20,}}|EAAA{_U}{{40,}}|"
    rf"EAA[A-Z]{_A}{{40,}}",  # Shopify, Square, Facebook
    rf"access_token\$(?:production|sandbox)\${_A}+\${_H}{{16,}}|access-(?:sandbox|development|production)"
    rf"-[0-9a-f-]{{36}}|rzp_(?:live|test)_{_A}{{14,}}",
    rf"do[opr]_v1_{_H}{{32,}}|"
    rf"v1\.0-[0-9a-f]{{20,}}-[0-9a-f]{{100,}}|cf(?:ut|at|k)"
    rf"_{_A}{{30,}}",  # DigitalOcean, Cloudflare
    rf"sntry[su]_[A-Za-z0-9+/=_-]{{20,}}|NR(?:AK|II|JS|AA|RA)-{_A}{{16,}}|[0-9a-f]{{36}}NRAL|gl(?:sa|c)"
    rf"_{_U}{{20,}}[=]{{0,2}}|hc(?:aik|bik|xik)_{_A}{{20,}}|ddp_{_A}{{30,}}",
    rf"pat{_A}{{14}}\.{_H}{{64}}|key{_A}{{14}}|ntn_{_A}{{20,}}|secret_{_A}{{32,}}|lin_(?:api|oauth)_{_A}{{24,}}|"
    rf"fig[dour]{{1,2}}_{_U}{{20,}}",  # Airtable, Notion…
    rf"dapi{_H}{{32}}(?:-\d)?|dose{_H}{{32}}|hv[sbr]\.{_U}{{20,}}|[sb]\.{_A}{{24}}|AGE-SECRET-KEY-1[0-9A-Z]{{40,}}",
    rf"HRKU-{_U}{{20,}}|dp\.(?:pt|st|sa|ct|scim|audit)\.[A-Za-z0-9._-]{{20,}}|pul-{_H}{{32,}}|"
    rf"{_A}{{14}}\.atlasv1\.{_U}{{40,}}",
    rf"PMAK-{_H}{{16,}}-{_H}{{16,}}|tskey-[a-z]+-{_A}{{6,}}-{_A}{{12,}}|sb[ps]_{_A}{{24,}}|sb_(?:secret|"
    rf"publishable)_{_U}{{16,}}|pscale_(?:tkn|pw|oauth)_{_U}{{24,}}",
    rf"dt0[a-z]\d\d\.[A-Z0-9]{{20,}}\.[A-Z0-9]{{40,}}|apify_api_{_A}{{24,}}|nf[pcuob]_{_A}{{24,}}|rnd_{_A}{{20,}}|"
    rf"npg_{_A}{{10,}}|vc[a-z]?_{_A}{{24,}}",
    rf"bk[urta]{{1,2}}_{_A}{{24,}}|sq[pua]_[0-9a-f]{{32,}}|CCI(?:PAT|PRJ)_{_A}+_{_A}{{20,}}|ph[xcs]_{_A}{{24,}}|"
    rf"fo1_{_U}{{24,}}|FlyV1 fm\d_{_U}{{24,}}",
    rf"LTAI{_A}{{12,24}}|AKID{_A}{{28,36}}|AQVN{_U}{{30,}}|sl\.{_U}{{60,}}|AKCp{_A}{{40,}}|cmVmdGtu{_A}{{30,}}|"
    rf"p8e-{_A}{{24,}}|CFPAT-{_U}{{24,}}",
    rf"(?:sdk|mob|api)-[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}|ops_eyJ{_U}{{40,}}|"
    rf"rdme_{_A}{{24,}}|tfp_{_U}{{24,}}",
    rf"[sp]k\.eyJ{_U}{{20,}}\.{_U}{{16,}}|{_A}{{10,}}msh{_A}{{10,}}jsn{_A}{{10,}}|AQE[A-Za-z0-9+/]{{40,}}=*|"
    rf"00{_U}{{40}}|SSWS {_U}{{30,}}",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}_[a-z0-9]{6,9}",  # Smartlead
    rf"AAAAAAAAA[A-Za-z0-9%]{{50,}}|oauth2v2_{_U}{{24,}}|(?:inst|clay|lem|apl|snov|phb|zb)_{_A}{{20,}}|"
    rf"ey[JK]{_U}{{12,}}\.ey[JKI]{_U}{{6,}}(?:\.{_U}*)?",
    rf"{_H}{{12}}4{_H}{{3}}[89ab]{_H}{{15}}-{_A}{{8}}",
)
HOOKS = (
    r"https?://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{12,}"
    r"|https?://(?:\w+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[A-Za-z0-9_-]{20,}"
    r"|https?://[\w.-]+\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{20,}"
    r"|https?://(?:hooks\.zapier\.com/hooks/catch|hook\.(?:\w+\.)?make\.com|hook\.integromat\.com|"
    r"maker\.ifttt\.com/trigger|"
    r"chat\.googleapis\.com/v1/spaces|outlook\.office\.com/webhook|[\w-]+\.logic\.azure\.com|hc-ping\.com|"
    r"events\.pagerduty\.com/integration)"
    r"/[A-Za-z0-9_?=&%@/.~-]{12,}|https?://api\.telegram\.org/bot[A-Za-z0-9:_-]{20,}|"
    r"https?://[0-9a-f]{16,}(?::[0-9a-f]{16,})?@[\w.-]+/\d+"
)


def _drawn(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group()
    if value.startswith((b"AKIA", b"ASIA")):
        return True
    if value.startswith(b"00-"):  # the head of a trace, not a token of a directory
        return False
    if flat[match.start() - 1 : match.start()] in (b"/", b"-", b"_") and wordiness(value) > 0.3:
        return False
    lower, upper, digits, _ = classes(value)
    return bool(digits or (lower and upper and len(value) > 24)) and wordiness(value[4:]) < 0.6


def _made_up(match: Hit, flat: bytes) -> bool:
    """A vendor's prefix that nobody listed: `acme_live_` or `key-`, then a run of letters and digits by lot."""
    tail: bytes = match.group(2)
    lower, upper, digits, _ = classes(tail)
    return bool(digits > 1 and (lower or upper)) and wordiness(tail) < 0.4


RULES = (
    Rule(kinds.PROVIDER_KEY, rf"\b(?:{'|'.join(PREFIXED)})", (), _drawn, ignore_case=False),
    Rule(kinds.PROVIDER_KEY, HOOKS, (b"http",)),
    Rule(
        kinds.PROVIDER_KEY,
        r"\b([A-Za-z]{2,12}[0-9]{0,2}(?:[_-](?:live|test|prod|production|sandbox|api|pat|sk|pk|key|secret|token|"
        r"auth|bot|app|user|admin|v\d|tok|int|svc))+[_-])([A-Za-z0-9]{16,})",
        (b"_", b"-"),
        _made_up,
    ),
)
