"""The language guard at the door of every letter: what it finds, and what may go out all the same (B-43, B-44, B-132).

A secret or another client's name stops a letter. The rest needs a typed reason that stands on the record; a promised
fix time and a named third party also need somebody who may attest or name (C-10, C-29).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from incidents import proofs
from incidents.bulk import read_rows
from incidents.models import Client, Incident, Responder, System
from incidents.refusals import Refused
from notifications import guard
from notifications.guard import Finding
from notifications.guard.check import KNOWN
from notifications.guard.legible import legible
from notifications.guard.names import names_in
from notifications.guard.reading import plain, sentences
from notifications.guard.repair import repaired
from notifications.guard.secrets import secret_spans
from notifications.protected import written

Unfit = Callable[[str], bool]

# “Outreach (Instantly)”: what stands in brackets is the name.
BRACKETED = re.compile(r"\(([^()]+)\)")
NAMES = """
    SELECT 'party', name FROM incidents_system WHERE is_active AND owner = 'third_party'
    UNION ALL
    SELECT 'reader', c.name FROM incidents_client c JOIN incidents_incidentclient a ON a.client_id = c.id
    WHERE a.incident_id = %s
    UNION ALL
    SELECT 'client', name FROM incidents_client WHERE is_active
    ORDER BY 1, 2
"""
PERMISSION = {"promise": "attest_time", "blame": "name_third_party"}
MAY_NOT = {
    "promise": "Only somebody who may attest a time can promise when it is fixed. Say by when you write again instead.",
    "blame": "Only somebody who may name third parties can let that name out. Say “an upstream service we rely on”.",
}
# The fields of letters that tell of the end: there “we are working on it” would be untrue.
AFTER = ("happened", "did", "cause", "changes", "timeline")
OVER = {
    guard.INSTEAD["speculation"]: "We have not confirmed the cause.",
    guard.INSTEAD["blame"]: "The issue has been resolved.",
    guard.INSTEAD["promise"]: "The issue has been resolved.",
}


# What is put right by leaving its sentence out: by when the next letter comes is said by the letter itself.
TAKEN_OUT = ("promise", "secret", "other_client", "length")
TAKING_OUT = {
    "promise": "Take the sentence out; the next update stands in the letter",
    "length": "Keep the first two sentences",
}
WORKING = guard.INSTEAD["blame"]
# Among these a letter is looked through; what it is clean of is said in this order.
CLEAN_OF = {
    "speculation": "no unconfirmed cause",
    "promise": "no time for a fix",
    "blame": "no third party",
    "secret": "no key or password",
    "other_client": "no other client",
    "jargon": "plain words",
}


@dataclass(frozen=True, slots=True)
class Objection:
    """A finding in one field of a letter, whose words are `words`; `repaired` is the field put right, or ""."""

    field: str
    finding: Finding
    repaired: str
    words: str = ""

    @property
    def key(self) -> str:
        """How a button names it; what was changed since is not mistaken for it."""
        return f"{self.field}:{self.finding.kind}:{self.finding.start}"

    @property
    def offer(self) -> str:
        """What the button says that repairs it."""
        if self.finding.suggestion:
            return f"Say instead: {self.finding.suggestion}"
        if self.field == "brief":
            return "Take it out"
        return TAKING_OUT.get(self.finding.kind, "Take the sentence out")

    @property
    def needs(self) -> str:
        """The permission without which no reason lets it pass; "" for none."""
        return PERMISSION.get(self.finding.kind, "")


@dataclass(frozen=True, slots=True)
class Hint:
    """Marks of Markdown in a field. They stop no letter and ask for no reason; clients read them as they stand."""

    field: str
    text: str
    repaired: str
    words: str

    @property
    def key(self) -> str:
        return f"{self.field}:marks"


def hints(words: Mapping[str, str]) -> list[Hint]:
    """The fields in which somebody typed marks that a letter would show as they stand."""
    return [
        Hint(field, first, proofs.without_marks(text), text)
        for field, text in words.items()
        if (first := proofs.first_mark(text))
    ]


def clean_of(found: Iterable[Objection]) -> list[str]:
    """What was looked for and not found, so that whoever writes sees that it was looked for."""
    kinds = {one.finding.kind for one in found}
    return [said for kind, said in CLEAN_OF.items() if kind not in kinds]


def _short(name: str) -> str:
    return bracketed[1] if (bracketed := BRACKETED.search(name)) else name


def objections(incident: Incident, words: Mapping[str, str]) -> list[Objection]:
    """What the guard finds in the fields of a letter, in their order; one query however long the letter is.

    The names that letters do not carry are those of the catalogue's third-party systems, and a few that everybody
    knows. A letter goes to every affected client with the same words: where there are several, each is another to the
    others.
    """
    names: dict[str, list[str]] = {"party": [], "reader": [], "client": []}
    for what, name in read_rows(NAMES, [incident.pk]):
        names[what].append(name)
    parties = [*map(_short, names["party"]), *KNOWN]
    mine = [name.casefold() for name in names["reader"]]
    if len(mine) > 1:
        mine = []
    others = [name for name in names["client"] if name.casefold() not in mine]
    found, secrets = [], written()
    for field, text in words.items():
        for one in guard.check(text, third_parties=parties, other_clients=others, field=field, secrets=secrets):
            found.append(_offered(field, text, one))
    return found


def _offered(field: str, text: str, one: Finding) -> Objection:
    """The finding with the repair that fits its field: a subject takes no sentence, a sentence that promises goes."""
    over = field in AFTER
    if one.kind in TAKEN_OUT or (field == "brief" and one.suggestion.endswith(".")):
        rest = _without(text, one, whole=field != "brief")
        if rest or field == "brief":
            return Objection(field, replace(one, suggestion=""), rest, text)
        one = replace(one, suggestion=OVER[WORKING] if over else WORKING)
    elif over and one.suggestion in OVER:
        one = replace(one, suggestion=OVER[one.suggestion])
    return Objection(field, one, repaired(text, one), text)


def _without(text: str, one: Finding, *, whole: bool) -> str:
    """The text without what was found, or without the whole sentences in which it stands; "" where nothing is left."""
    spans = [span for span in sentences(plain(text)) if span[0] < one.end and one.start < span[1]] if whole else []
    low, high = (spans[0][0], spans[-1][1]) if spans else (one.start, one.end)
    before, after = text[:low].rstrip(" \t"), text[high:].lstrip(" \t")
    joint = "" if not before or before.endswith("\n") or not after or after.startswith("\n") else " "
    rest = f"{before}{joint}{after}".strip()
    rest = rest if whole else rest.strip(" ,;:–—-")
    return rest if any(map(str.isalnum, rest)) else ""


def stopped_for(clients: Iterable[Client]) -> Unfit:
    """Whether a text can go into a letter to these clients at all: it names a client that is not the one who reads it,
    or holds a secret. Among several readers each is another to the others. One query."""
    readers = {client.name.casefold() for client in clients}
    every = Client.objects.filter(is_active=True).values_list("name", flat=True)
    names = list(every) if len(readers) > 1 else [name for name in every if name.casefold() not in readers]

    secrets = written()

    def stopped(text: str) -> bool:
        text, _ = legible(text)
        return any(names_in(plain(text), names)) or any(secret_spans(text, secrets))

    return stopped


def unfit_for(client: Client) -> Unfit:
    """Whether a text must not stand on a page that a client may open at any time: it names a third party or another
    client, however it came into a letter, or holds a secret. Two queries, whatever is then asked."""
    owned = System.objects.filter(owner=System.Owner.THIRD_PARTY).values_list("name", flat=True)
    parties = map(_short, owned)
    others = Client.objects.exclude(pk=client.pk).values_list("name", flat=True)
    names = [*parties, *KNOWN, *(name for name in others if name.casefold() != client.name.casefold())]

    secrets = written()

    def unfit(text: str) -> bool:
        text, _ = legible(text)
        return any(names_in(plain(text), names)) or any(secret_spans(text, secrets))

    return unfit


def passed(incident: Incident, words: Mapping[str, str], *, reason: str, by: Responder | None) -> dict[str, Any]:
    """What goes on the record when a letter passes; a refusal beside its field when it does not."""
    found = objections(incident, words)
    for one in found:
        if one.finding.stops:
            what = "A secret" if one.finding.kind == "secret" else "The name of another client"
            raise Refused(f"{what} stands in this letter; it cannot go out.", one.field)
    if not found:
        return {}
    first = found[0]
    if not reason.strip():
        raise Refused(f"“{first.finding.text}”: {first.finding.why} Change it, or give a reason below.", first.field)
    for kind, permission in PERMISSION.items():
        if by is not None and any(one.finding.kind == kind for one in found) and not by.has_perm(permission):
            raise Refused(MAY_NOT[kind], "guard_reason")
    listed = [{"kind": one.finding.kind, "field": one.field, "text": one.finding.text[:200]} for one in found]
    return {"guard": listed, "guard_reason": reason.strip()}
