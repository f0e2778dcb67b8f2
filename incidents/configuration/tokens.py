"""Tokens of machines: made once, shown once, revoked for ever; each change is on the record, without the secret."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from incidents import tokens
from incidents.configuration.record import record_change
from incidents.models import ApiToken, Responder
from incidents.refusals import Refused

# For so long a form that comes again is the same click, or a page that was loaded anew.
TWICE = timedelta(minutes=1)


@transaction.atomic
def add_token(
    name: str,
    scopes: Sequence[str],
    responder: Responder,
    *,
    by: Responder,
    at: datetime,
    expires_at: datetime | None = None,
    form: str = "",
) -> tuple[ApiToken, str]:
    """The row and the secret, which is returned here and nowhere else. It acts in the name of `responder`, and
    from `expires_at` on opens nothing (never: None).

    `form` names one sending of one form: where that comes again within a minute, as a double click does, it gets the
    token that it made, and is refused after that.
    """
    if not name.strip():
        raise Refused("Name it after the machine that will use it.", "name")
    if not scopes:
        raise Refused("Choose at least one thing that it may do.", "scopes")
    if expires_at is not None and expires_at <= at:
        raise Refused("That day has passed.", "expires_on")
    secret = tokens.secret_from(form) if form else ""
    made = ApiToken.objects.filter(digest=tokens.digest(secret)).first() if secret else None
    if made is not None:
        if made.revoked_at is not None or at - made.created_at > TWICE:
            raise Refused("This page has made its token already, whose secret is not shown again. Open it anew.")
        return made, secret
    row, secret = tokens.create(name.strip(), scopes, responder, at=at, expires_at=expires_at, secret=secret)
    ends = expires_at.isoformat() if expires_at else None
    after = {"name": row.name, "scopes": row.scopes, "responder": str(responder), "prefix": row.prefix, "ends": ends}
    record_change(row, subject="API token", action="added", before={}, after=after, by=by, at=at)
    return row, secret


@transaction.atomic
def revoke_token(token_id: int, *, by: Responder, at: datetime) -> ApiToken:
    """From this instant it opens nothing."""
    row = ApiToken.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if row is None or row.revoked_at is not None:
        raise Refused("It is revoked already.")
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    after = {"revoked_at": at.isoformat()}
    record_change(row, subject="API token", action="changed", before={"revoked_at": None}, after=after, by=by, at=at)
    return row
