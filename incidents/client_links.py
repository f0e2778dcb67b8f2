"""The secret of a client's link: random, signed, and known to the database by its digest alone.

A link that was guessed or cut fails its signature, in constant time, before anything is looked up; one that ended or
was revoked is not found. All are answered alike.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from incidents.models import ClientLink

SALT = "client-status"
SEEN_EVERY = timedelta(minutes=5)
LONGEST = 300


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt=SALT)


def new_secret() -> str:
    """What stands in the link's address, made once and kept by nobody but the client."""
    return _signer().sign(secrets.token_urlsafe(24))


def digest(secret: str) -> str:
    """SHA-256: the secret is long and random, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def address(secret: str) -> str:
    """The whole link as it is given away."""
    url: str = settings.PUBLIC_URL
    return url + reverse("incidents:client_status", args=[secret])


def find(secret: str, *, now: datetime) -> ClientLink | None:
    """The link that still shows something; None for everything else alike. One query at most."""
    if len(secret) > LONGEST:
        return None
    try:
        _signer().unsign(secret)
    except signing.BadSignature:
        return None
    wanted = digest(secret)
    live = ClientLink.objects.filter(digest=wanted, revoked_at=None, ends_at__gt=now, client__is_active=True)
    link = live.select_related("client__brand").first()
    return link if link is not None and hmac.compare_digest(link.digest, wanted) else None


def seen(link: ClientLink, *, at: datetime) -> None:
    """The page was read, as its script says; written down at most once in five minutes."""
    if link.opened_at is None or at - link.opened_at >= SEEN_EVERY:
        ClientLink.objects.filter(pk=link.pk).update(opened_at=at, opened_count=link.opened_count + 1)
