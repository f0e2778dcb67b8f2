"""Seals the seeds of authenticator apps and of recovery codes, which lay plain in the table of their app.

A process of the version before cannot read a sealed one, and refuses the code until it has been replaced; a plain one that it
writes meanwhile is read as it is, and sealed by the sweep.
"""

from contextlib import suppress
from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from notifications import sealed

SEEDS = ("secret", "seed", "migrated_codes")


def seal(apps: Apps, editor: Any) -> None:
    _change(apps, lambda text: text if sealed.is_sealed(text) else sealed.seal(text))


def unseal(apps: Apps, editor: Any) -> None:
    _change(apps, _opened)


def _opened(text: str) -> str:
    # One that no key opens is lost either way, and stays as it is.
    with suppress(sealed.Lost):
        return sealed.unseal(text) if sealed.is_sealed(text) else text
    return text


def _change(apps: Apps, change: Any) -> None:
    factors = apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn")
    for row in factors.select_for_update().order_by("pk"):
        for name in SEEDS:
            kept = row.data.get(name)
            if kept:
                row.data[name] = change(kept) if isinstance(kept, str) else [change(one) for one in kept]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0027_drop_indexes_that_nobody_asks"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
