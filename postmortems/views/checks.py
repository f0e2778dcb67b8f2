"""Every regression check on one page: what failed or counts no more first, and what rests on each (A-14, A-19)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Prefetch, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.models import Incident
from incidents.views.configuration.permitted import SignedRequest, permitted
from postmortems.models import RegressionCheck, RestartGate

PER_PAGE = 50
Standing = RegressionCheck.Standing
WORST_FIRST = (Standing.FAILED, Standing.STALE, Standing.NEVER_RUN, Standing.PASSED)
RETIRED = "retired"


@require_safe
@permitted("view_incident")
def check_list(request: SignedRequest) -> HttpResponse:
    """The checks of the incidents that one may see, by standing; the retired ones under their own filter.

    A filter that nobody knows shows all. A gate rests on every check of its incident, and so does the close.
    """
    rows = RegressionCheck.objects.filter(incident__in=Incident.objects.visible_to(request.user))
    mine = bool(request.GET.get("mine"))
    if mine:
        rows = rows.filter(owner=request.user)
    current = rows.filter(is_retired=False)
    counts = dict(current.order_by().values_list("standing").annotate(n=Count("pk")))
    counts[RETIRED] = rows.filter(is_retired=True).count()
    wanted = request.GET.get("standing", "")
    if wanted == RETIRED:
        shown = rows.filter(is_retired=True)
    elif wanted in Standing.values:
        shown = current.filter(standing=wanted)
    else:
        shown, wanted = current, ""
    labels = {**dict(Standing.choices), RETIRED: "Retired"}
    context = {
        "rows": Paginator(_ordered(shown), PER_PAGE).get_page(request.GET.get("page")),
        "standing": wanted,
        "label": str(labels.get(wanted, "")).lower(),
        "mine": mine,
        "all": sum(counts.get(one.value, 0) for one in WORST_FIRST),
        "filters": [(value, labels[value], counts.get(value, 0)) for value in (*WORST_FIRST, RETIRED)],
        "now": timezone.now(),
    }
    return render(request, "postmortems/checks.html", context)


def _ordered(rows: QuerySet[RegressionCheck]) -> QuerySet[RegressionCheck, Any]:
    """The worst first; among those that passed, the one whose pass ends next."""
    worst = Case(
        *(When(standing=one, then=Value(place)) for place, one in enumerate(WORST_FIRST)), output_field=IntegerField()
    )
    live = RestartGate.objects.filter(ended_at=None).select_related("work").order_by("pk")
    return (
        rows.select_related("incident", "owner")
        .defer("incident__search")
        .prefetch_related(Prefetch("incident__gates", queryset=live, to_attr="live_gates"))
        .order_by(worst, F("stale_at").asc(nulls_last=True), "-last_run_at", "pk")
    )
