"""Two partial indexes, built while people work: resolved without a review, closed and not audited yet."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0004_keep_errors_and_tokens")]
    operations = [
        AddIndexConcurrently(
            "incident",
            models.Index(
                fields=("resolved_at",),
                condition=models.Q(status="resolved", review_opened_at=None),
                name="resolved_without_review",
            ),
        ),
        AddIndexConcurrently(
            "incident",
            models.Index(
                fields=("closed_at",),
                condition=models.Q(status="closed", closure_audited_at=None, closure__in=("completed", "forced")),
                name="closed_not_audited",
            ),
        ),
    ]
