"""What lies sealed stays readable: it is sealed anew under the present key, and what no key opens is named.

Whoever changes the SECRET_KEY keeps the one before in SECRET_KEY_FALLBACKS until this sweep has been by; or runs
`manage.py reseal`. A secret that is lost fails its row here, and so stands in the banner, in `/metrics` and in
`manage.py watch` (notifications.aside) until it has been entered anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet

from notifications import aside, sealed

PREFIX = "sealed_"
# Where an authenticator keeps what must be read again; a passkey keeps nothing that is secret.
SEEDS = ("secret", "seed", "migrated_codes")


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed texts lie: `texts` finds them in the values of the columns, `renewed` puts them back."""

    name: str
    rows: QuerySet[Any]
    columns: list[str]
    texts: Callable[[Any], Iterator[str]]
    renewed: Callable[[Any], Any]

    def behind(self) -> list[int]:
        """Ids of the rows with a text that lies under an older key, under none of ours, or plain."""
        found = self.rows.order_by("pk").values_list("pk", *self.columns)
        return [pk for pk, *values in found.iterator() if not all(map(_lies_well, self._texts(values)))]

    def renew(self, pk: int) -> int:
        """Seals one row anew; 0 when another does it just now. `Lost` names what cannot be opened."""
        row = self.rows.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(pk=pk).first()
        if row is None:
            return 0
        for column in self.columns:
            try:
                setattr(row, column, self.renewed(getattr(row, column)))
            except sealed.Lost as error:
                raise sealed.Lost(f"{column.removeprefix(PREFIX)} of {row}: {error}") from error
        row.save(update_fields=self.columns)
        return 1

    def _texts(self, values: list[Any]) -> Iterator[str]:
        for value in values:
            yield from self.texts(value)


def columns() -> list[tuple[type[Model], list[str]]]:
    """Every model with columns that are sealed, which their names say, and the names of those."""
    named = [
        (model, [field.attname for field in model._meta.concrete_fields if field.attname.startswith(PREFIX)])
        for model in apps.get_models()
    ]
    return [(model, found) for model, found in named if found]


def places() -> Iterator[Place]:
    for model, names in columns():
        name = f"sealed {model._meta.verbose_name_plural}"[:40]
        yield Place(name, model._default_manager.all(), names, _itself, sealed_anew)
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).select_related("user")
    yield Place("sealed second factors", factors, ["data"], seeds, lambda data: mapped(data, sealed_anew))


def sweep(*, now: datetime) -> int:
    """Returns how many rows it sealed anew. Any number may run at once, anywhere."""
    done = 0
    for place in places():
        due = place.rows.filter(pk__in=place.behind()).order_by("pk")
        done += aside.each_due(place.name, due, place.renew, now=now)
    return done


def renew_all() -> tuple[int, list[str]]:
    """How many rows it sealed anew, and what no key opens, each by name."""
    done, lost = 0, []
    for place in places():
        for pk in place.behind():
            try:
                with transaction.atomic():
                    done += place.renew(pk)
            except sealed.Lost as error:
                lost.append(str(error))
    return done, lost


def sealed_anew(text: str) -> str:
    """Under the present key, whether it was sealed before or not; an empty text stays empty."""
    if not text:
        return ""
    return sealed.renewed(text) if sealed.is_sealed(text) else sealed.seal(text)


def seeds(data: dict[str, Any]) -> Iterator[str]:
    """The secrets in what an authenticator keeps, as they lie there."""
    for name in SEEDS:
        kept = data.get(name) or ()
        yield from (kept,) if isinstance(kept, str) else kept


def mapped(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The same with each of its secrets changed."""
    kept = {name: data[name] for name in SEEDS if data.get(name)}
    return data | {name: change(one) if isinstance(one, str) else [*map(change, one)] for name, one in kept.items()}


def _itself(text: str) -> Iterator[str]:
    yield from filter(None, (text,))


def _lies_well(text: str) -> bool:
    try:
        return sealed.renewed(text) == text
    except sealed.Lost:
        return False
