"""Who asks as a machine: a token is made once, shown once, stored as a digest, and found by it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest

from incidents.models import ApiToken, Responder

SCOPES: dict[str, str] = {
    "gates:read": "Ask restart gates",
    "readings:write": "Post readings",
    "checks:write": "Post runs of regression checks",
    "incidents:read": "Read incidents, timelines, clients and systems",
    "incidents:write": "Report incidents and act on them, as far as the responder may",
    "actions:read": "Read prevention actions",
    "actions:write": "Plan and finish prevention actions",
}
SEEN_EVERY = timedelta(minutes=5)


def digest(secret: str) -> str:
    """SHA-256 of a token: it is long and random, so a slow hash would protect nothing and cost every request."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create(name: str, scopes: Sequence[str], responder: Responder, *, at: datetime) -> tuple[ApiToken, str]:
    """The token's row and its secret, which nobody can read again; unknown scopes raise ValueError."""
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        raise ValueError(f"unknown scopes: {', '.join(sorted(unknown))}")
    secret = f"alc_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        name=name, digest=digest(secret), prefix=secret[:9], scopes=sorted(scopes), responder=responder, created_at=at
    )
    return row, secret


def bearer(request: HttpRequest, scope: str, *, now: datetime) -> ApiToken | None:
    """The live token that the Authorization header shows, if it carries the scope; None for everything else alike."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    rows = ApiToken.objects.select_related("responder")
    row = rows.filter(digest=digest(secret.strip()), revoked_at=None, responder__is_active=True).first()
    if row is None or scope not in row.scopes:
        return None
    if row.used_at is None or now - row.used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return row
