"""Who asks as a machine: a token is made once, shown once, stored as a digest, and found by it."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from incidents.models import ApiToken, Responder

SCOPES: dict[str, str] = {
    "incidents:read": "Read incidents and their timelines",
    "incidents:write": "Report incidents and act on them, as far as the responder may",
    "clients:read": "Read clients and their contacts",
    "clients:write": "Add and change clients and contacts",
    "systems:read": "Read systems",
    "systems:write": "Add and change systems",
    "heartbeats:read": "Read heartbeats",
    "heartbeats:write": "Register, change and pause heartbeats",
    "readings:read": "Read metrics and their readings",
    "readings:write": "Post readings",
    "gates:read": "Ask restart gates",
    "gates:write": "Pause work, confirm criteria and restart in stages",
    "actions:read": "Read prevention actions",
    "actions:write": "Plan, finish and verify prevention actions",
    "checks:write": "Post runs of regression checks",
}
SEEN_EVERY = timedelta(minutes=5)


def digest(secret: str) -> str:
    """SHA-256 of a token: it is long and random, so a slow hash would protect nothing and cost every request."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def secret_from(form: str) -> str:
    """The secret of the token that one sending of a form makes: the same for the same form, and nothing that anybody
    without our key could say. So a form that comes twice shows what it made once, and nothing is kept for it."""
    made = salted_hmac("allclear.api-token", form, algorithm="sha256").digest()
    return f"alc_{urlsafe_b64encode(made).decode().rstrip('=')}"


def create(
    name: str,
    scopes: Sequence[str],
    responder: Responder,
    *,
    at: datetime,
    expires_at: datetime | None = None,
    secret: str = "",
) -> tuple[ApiToken, str]:
    """The token's row and its secret, a random one unless given, which nobody can read again; unknown scopes raise
    ValueError."""
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        raise ValueError(f"unknown scopes: {', '.join(sorted(unknown))}")
    secret = secret or f"alc_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        name=name,
        digest=digest(secret),
        prefix=secret[:9],
        scopes=sorted(scopes),
        responder=responder,
        created_at=at,
        expires_at=expires_at,
    )
    return row, secret


def shown(request: HttpRequest, *, now: datetime) -> ApiToken | None:
    """The live token that the Authorization header shows; None for none, an unknown, a revoked and an expired one.

    Looked up once for each request, however many ask.
    """
    if not hasattr(request, "shown_token"):
        request.shown_token = _shown(request, now)  # type: ignore[attr-defined]
    found: ApiToken | None = request.shown_token  # type: ignore[attr-defined]
    return found


def _shown(request: HttpRequest, now: datetime) -> ApiToken | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    rows = ApiToken.objects.select_related("responder").filter(revoked_at=None, responder__is_active=True)
    row = rows.filter(digest=digest(secret.strip())).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    if row.used_at is None or now - row.used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return row


def bearer(request: HttpRequest, scope: str, *, now: datetime) -> ApiToken | None:
    """The live token that is shown, if it carries the scope; None for everything else alike."""
    row = shown(request, now=now)
    return row if row is not None and scope in row.scopes else None
