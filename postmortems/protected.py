"""What this installation keeps secret, wherever it keeps it: what the first layer of redaction looks for (A-18).

Settings come by a list of names, sealed columns by their prefix, the rest by name; tests walk the environment and
every column of every model, so that a new secret is either known here or said to be none.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from incidents import resealing
from incidents.detection.models import Heartbeat, InboundKey, PingKey
from incidents.models import ApiToken, ClientLink
from notifications import sealed
from notifications.protected import from_settings, inside


def secrets() -> tuple[str, ...]:
    """Every secret that can be read here, as it is; empty ones are left out."""
    return tuple(dict.fromkeys(filter(None, (*from_settings(), *from_tables()))))


def from_tables() -> Iterator[str]:
    """What is sealed, keys of pings, and the seeds of second factors."""
    for model, column in sealed_columns():
        for value in model._default_manager.exclude(**{column: ""}).values_list(column, flat=True):
            # What no key opens cannot be looked for; the sweep of what is sealed names it.
            with suppress(sealed.Lost):
                plain = sealed.unseal(value)
                yield from inside(plain, whole=True) if "://" in plain else (plain,)
    yield from PingKey.objects.filter(revoked_at=None).values_list("key", flat=True)
    for data in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("data", flat=True):
        for seed in resealing.seeds(data):
            with suppress(sealed.Lost):
                yield get_adapter().decrypt(seed)


def sealed_columns() -> list[tuple[Any, str]]:
    """Every column of every model that is sealed, by its name."""
    return [(model, column) for model, columns in resealing.columns() for column in columns]


def digests() -> frozenset[str]:
    """SHA-256 of what is only known by it: tokens, keys of sources, clients' links; and of the addresses of jobs."""
    found: set[str] = set()
    for model in (ApiToken, InboundKey, ClientLink):
        found.update(model._default_manager.values_list("digest", flat=True))
    codes = Heartbeat.objects.values_list("code", flat=True)
    found.update(hashlib.sha256(form.encode()).hexdigest() for code in codes for form in (str(code), code.hex))
    return frozenset(found)
