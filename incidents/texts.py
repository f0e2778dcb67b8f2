"""Which text is in force for whom: the client's own, else the brand's, else everybody's, else the shipped one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from incidents import wordings
from incidents.models import Brand, Client, Wording, WordingVersion
from incidents.wordings import Kind
from notifications import wording

SHIPPED = "the built-in text"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in force. `version` is None for the shipped one; `label` says in words where it comes from."""

    words: wording.Wording
    version: WordingVersion | None
    label: str

    @property
    def mark(self) -> str:
        """What a message made from it carries, so that the text can be found again: `wording:17`."""
        return f"wording:{self.version.pk}" if self.version else f"shipped:{self.words.key}"


def for_responders(kinds: Sequence[Kind]) -> dict[str, Text]:
    """The texts of several kinds that responders read, by their keys, in one query."""
    rows = Wording.objects.filter(kind__in=[kind.key for kind in kinds], brand=None, client=None)
    newest = {row.kind: row.newest for row in rows.filter(newest__is_withdrawn=False).select_related("newest")}
    found = {}
    for kind in kinds:
        version = newest.get(kind.key)
        if version is None:
            found[kind.key] = Text(kind.shipped, None, SHIPPED)
        else:
            words = wording.Wording(kind.key, version.subject, version.body)
            found[kind.key] = Text(words, version, f"the text for everybody, version {version.number}")
    return found


class Texts:
    """The texts of one kind as they stand now, read in one query however many clients are written to."""

    def __init__(self, kind: str, *, clients: Sequence[int] = ()) -> None:
        self.kind: Kind = wordings.BY_KIND[kind]
        rows = Wording.objects.filter(kind=kind, newest__is_withdrawn=False).filter(
            Q(client=None) | Q(client__in=clients)
        )
        found = {(row.brand_id, row.client_id): row for row in rows.select_related("newest", "brand", "client")}
        self._found: dict[tuple[int | None, int | None], Wording] = found

    def for_everybody(self) -> Text:
        return self._first((None, None))

    def for_brand(self, brand: Brand) -> Text:
        return self._first((brand.pk, None), (None, None))

    def for_client(self, client: Client, brand: Brand | None) -> Text:
        """The most specific text for this client, written to in the name of this brand."""
        return self._first((None, client.pk), (brand.pk if brand else None, None), (None, None))

    def _first(self, *places: tuple[int | None, int | None]) -> Text:
        row = next((self._found[place] for place in places if place in self._found), None)
        version = row.newest if row else None
        if row is None or version is None:
            return Text(self.kind.shipped, None, SHIPPED)
        words = wording.Wording(self.kind.key, version.subject, version.body)
        return Text(words, version, f"the text for {row.place}, version {version.number}")


def found(mark: str) -> WordingVersion | None:
    """The version that a message was made from, by what it carries; None for a shipped text and anything else."""
    kind, _, pk = mark.partition(":")
    if kind != "wording" or not pk.isdecimal():
        return None
    rows = WordingVersion.objects.select_related("wording__brand", "wording__client")
    return rows.filter(pk=int(pk)).first()


def facts(used: dict[int, Text]) -> list[dict[str, Any]]:
    """What the record keeps of the texts that letters were made from: `used` says which for each client."""
    found: dict[str, dict[str, Any]] = {}
    for client_id, text in sorted(used.items()):
        row = found.setdefault(text.mark, {"from": text.mark, "label": text.label, "clients": []})
        row["clients"].append(client_id)
    return list(found.values())
