"""The guard: reads a letter and says what must not go out as it is. Pure, no network, a few milliseconds."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from notifications.guard.finding import Finding
from notifications.guard.judging import broken
from notifications.guard.legible import legible
from notifications.guard.letter import ONE_OR_TWO, owed
from notifications.guard.names import named_in, names_in, overlaps
from notifications.guard.reading import LOWER, plain, sentences
from notifications.guard.repair import alias, plainer
from notifications.guard.secrets import secret_spans
from notifications.guard.words import Text

# Names that are nothing but names: they count whatever the catalogue says, and it adds its own.
_KNOWN = (
    "OpenRouter, HubSpot, Salesforce, Smartlead, Zapier, Mailgun, SendGrid, Twilio, OpenAI, Anthropic, Cloudflare, Pipedrive, Mailchimp, "
    "Clearbit, ZoomInfo, AWS, Amazon, Azure, Microsoft, Google, Google Cloud, Google Workspace, GoDaddy, Namecheap, DigitalOcean, Heroku, "
    "Vercel, Netlify, Fastly, Akamai, GitHub, GitLab, Atlassian, Jira, Zendesk, Freshdesk, Intercom, Klaviyo, Postmark, SparkPost, Braze, "
    "Marketo, Eloqua, ActiveCampaign, Shopify, WooCommerce, PayPal, Braintree, Adyen, Klarna, Mollie, Datadog, PagerDuty, Okta, Auth0, "
    "Airtable, Calendly, DocuSign, Dropbox, Vonage, RingCentral, Aircall, Plivo, Sinch, MessageBird, Airbyte, Fivetran, Snowflake, "
    "Databricks, MongoDB, Supabase, Firebase, Meta Ads, Facebook, LinkedIn, Instagram, WhatsApp, QuickBooks, Xero, NetSuite, SAP, Hetzner, OVH, "
    # The same by other names.
    "Amazon Web Services, EC2, S3 bucket, GCP, SFDC, G Suite, Office 365, Microsoft 365, ChatGPT, Exchange Online"
)
KNOWN = tuple(name.strip() for name in _KNOWN.split(","))
JARGON = {
    r"stack ?traces?": "an error message",
    r"null ?pointers?(?: exceptions?)?": "a programming error",
    r"HTTP(?:S)? ?[1-5]\d\d|(?:a |the )?(?:40[0134]|429|50[0234])s?(?: errors?)?(?= |$|[.,;])(?<=[a-z0-9] errors)|(?<=error )(?:40[0134]|429|50[0234])": "an error",
    r"seg(?:mentation )?faults?": "a crash",
    r"regex(?:es)?|regular expressions?": "a rule",
    r"mutex|deadlock|race condition": "a clash of two steps",
    r"mutexes|deadlocks|race conditions": "clashes of steps",
    r"idempoten\w+": "safe to repeat",
    r"kubernetes|k8s|pods? (?:restart|crash)\w*": "our servers",
    r"OOM(?:[- ]?kill\w*)?|SIGKILL": "a process that stopped",
    r"TLS handshakes?|NXDOMAIN": "the connection",
    r"cron ?jobs?": "a scheduled task",
    r"payloads?": "the data",
    r"JSON|SQL|YAML": "the data",
    r"OAuth refresh tokens?": "the sign-in",
}
# A look for one of these spares the pattern of the same place.
_HINTS = (
    ("trace",), ("null",), ("http", "error"), ("seg",), ("regex", "regular"), ("mutex", "lock", "race"),
    ("mutex", "lock", "race"), ("idempoten",), ("kube", "k8s", "pod"),
    ("oom", "sigkill"), ("handshake", "nxdomain"), ("cron",), ("payload",), ("json", "sql", "yaml"), ("oauth",),
)  # fmt: skip
_JARGON = [
    (hints, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I), plainly)
    for hints, (pattern, plainly) in zip(_HINTS, JARGON.items(), strict=True)
]
INSTEAD = {
    "promise": "We'll update you by [time].",
    "speculation": "We are investigating and will share what we confirm.",
    # Of somebody who is not named; a name has an alias of its own (see repair).
    "blame": "We are working on it.",
    "other_client": "",
    "secret": "",
    "length": "",
    "next_update": "We'll update you by [time].",
}


def bounds(text: Text, read: str) -> Iterator[tuple[int, int]]:
    """The words of each sentence, from and up to."""
    place = 0
    for start, end in sentences(read):
        while place < len(text.words) and text.begins[place] < start:
            place += 1
        low = place
        while place < len(text.words) and text.begins[place] < end:
            place += 1
        if place > low:
            yield low, place


def check(
    text: str,
    *,
    third_parties: Sequence[str] | None = None,
    client: str = "",
    other_clients: Sequence[str] = (),
    field: str = "",
    kind: str = "",
    next_update_by: datetime | None = None,
    now: datetime | None = None,
    secrets: Sequence[str] = (),
    sent_now: bool = True,
) -> tuple[Finding, ...]:
    """What is found, in the order of the text. `field` (`happening`, `happened`, `did`, `doing`) asks for one or two
    sentences; `kind` with `now` asks for a next-update time.
    A text that greets or has the SOP's headings is read as a whole letter (see letter), its times against `now`. `secrets` are known
    ones, looked for as they stand. Without `sent_now` the letter may be of another day than `now`, and no time in it counts as past. A few well-known names count beside `third_parties`. What nobody sees hides nothing."""
    written, (text, places) = text, legible(text)
    read = plain(text)
    found: list[tuple[str, int, int, str]] = []
    lowered = read.translate(LOWER)
    words = Text(lowered)
    named = list(named_in(read, (*KNOWN, *(third_parties or ())), client))
    found += [
        ("blame", low, high, alias(read, low, high, named[place - 1][1] if place else -1))
        for place, (low, high) in enumerate(named)
    ]
    for what, first, last in broken(words.words, bounds(words, read)):
        low, high = words.begins[first], words.ends[last - 1]
        if what != "blame" or not overlaps(named, low, high):
            found.append((what, low, high, INSTEAD[what]))
    others = [name for name in other_clients if name.casefold() != client.casefold()]
    mine = list(names_in(read, [client])) if client else []
    for low, high in names_in(read, others):
        # “Atlas Freight GmbH” is not a word about Atlas when it is the one who reads.
        if not overlaps(mine, low, high):
            found.append(("other_client", low, high, ""))
    found += [("secret", low, high, "") for low, high in secret_spans(text, secrets)]
    found += _jargon(read)
    found += _length(read, field)
    found += _next_update(text, kind, next_update_by, now)
    if not field and not kind:
        found += [(what, low, high, INSTEAD[what]) for what, low, high in owed(text, now if sent_now else None)]
    ordered = sorted(found, key=lambda one: (one[1], one[2], one[0]))
    if places is not None:
        # Up to the end of the last letter, not to the begin of the next: what is hidden between them stays outside.
        ordered = [(what, places[low], places[high - 1] + 1, instead) for what, low, high, instead in ordered]
    return tuple(Finding(what, low, high, written[low:high], instead) for what, low, high, instead in ordered)


def _jargon(read: str) -> Iterator[tuple[str, int, int, str]]:
    lowered = read.lower()
    for hints, pattern, plainly in _JARGON:
        if not any(hint in lowered for hint in hints):
            continue
        for match in pattern.finditer(read):
            if match[0]:
                start, instead = plainer(read, match.start(), plainly)
                yield "jargon", start, match.end(), instead


def _length(read: str, field: str) -> Iterator[tuple[str, int, int, str]]:
    spans = list(sentences(read)) if field in ONE_OR_TWO else []
    if len(spans) > 2:
        yield "length", spans[2][0], spans[-1][1], ""


def _next_update(
    text: str, kind: str, next_update_by: datetime | None, now: datetime | None
) -> Iterator[tuple[str, int, int, str]]:
    promised = kind in ("incident-notification", "incident-update") and now is not None
    if promised and now is not None and (next_update_by is None or next_update_by <= now):
        yield "next_update", 0, min(len(text), 1), "We'll update you by [time]."
