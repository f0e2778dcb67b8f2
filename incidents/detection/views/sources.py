"""Sources: who sends, with which key, what came last and what became of it."""

import contextlib
import json
import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection.forms.sources import MOST_SAMPLE, LinkForm, MappingForm, SourceForm
from incidents.detection.intake import arranging, became, parsers, taking, world
from incidents.detection.intake.alerts import Alert
from incidents.detection.intake.routing import decide
from incidents.detection.intake.snippets import snippets
from incidents.detection.intake.strict import Unreadable, read
from incidents.detection.models import ClientReport, Delivery, InboundSource, Signal
from incidents.detection.models.signals import SignalQuerySet
from incidents.detection.views.client_form import link_of
from incidents.models import Incident
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SAVED_SINCE, Page, SignedRequest, act, answer, mark_of, permitted

# PagerDuty clients send their key in the body; nobody reads it here.
KEY_IN_BODY = re.compile(r'("(?:routing_key|service_key)"\s*:\s*")[^"]*')
NEWEST = 25
SHOWN_BYTES = 20_000
PLACEHOLDER = "YOUR-KEY"
# The cookie in which a new key goes to the page that shows it, and for how many seconds.
NEW_KEY, KEPT = "new_key", 120
MAIL = ("kind", "address", "opens_reports")
SHEET = "detection/source_form.html"
CRUMBS = (("Sources", "/settings/sources/"),)


@require_safe
@permitted("configure")
def sources(request: SignedRequest) -> HttpResponse:
    """Every sender with its newest request; two queries however many there are."""
    newest = (
        "SELECT received_at FROM detection_delivery d WHERE d.source_id = detection_inboundsource.id "
        "ORDER BY d.id DESC LIMIT 1"
    )
    rows = InboundSource.objects.select_related("client").extra(select={"newest_at": f"({newest})"})  # noqa: S610
    return render(request, "detection/sources.html", {"rows": rows.order_by("-is_enabled", "name")[:500]})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def add_source(request: SignedRequest) -> HttpResponse:
    """Adds a source and issues its first key, which the next page shows this once."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            systems = [one.pk for one in form.cleaned_data["systems"]]
            now = timezone.now()
            # Both or none: a source whose link is refused would keep its name from the next try.
            with transaction.atomic():
                made = arranging.save_source(None, form.values(), system_ids=systems, by=request.user, at=now)
                ends_on = form.cleaned_data["link_ends_on"] if made.kind == "form" else None
                key = arranging.issue_key(made.pk, ends_on=ends_on, by=request.user, at=now)[1]
        except Refused as refused:
            form.refuse(Refused(refused.sentence, "link_ends_on") if refused.field == "ends_on" else refused)
        else:
            return _shown_next(made.pk, key, added=True)
    lead = "One source for each sender: its own key, its own limits, its own page of what it sent."
    page = Page("Connect a source", CRUMBS, reverse("detection:sources"), "Connect", lead, SHEET)
    return render(request, page.template, {"form": form, "page": page})


@require_safe
@permitted("configure")
def source(request: SignedRequest, pk: int) -> HttpResponse:
    """What it sent; and, to whoever has just made one, its new key, this once."""
    one = get_object_or_404(InboundSource.objects.select_related("client"), pk=pk)
    how, _, key = (request.get_signed_cookie(NEW_KEY, "", salt=f"{NEW_KEY}:{pk}", max_age=KEPT) or "").partition(":")
    shown = _source(request, one, key=key, added=how == "added")
    if key:
        shown.delete_cookie(NEW_KEY, path=reverse("detection:source", args=[pk]), samesite="Strict")
    return shown


def _shown_next(pk: int, key: str, *, added: bool = False) -> HttpResponse:
    """To the page of the source, so that reloading it issues nothing.

    The key goes along in a cookie of the browser that is to show it, for that one page and two minutes: here it is kept
    nowhere, not in a session either. The page takes the cookie away.
    """
    address = reverse("detection:source", args=[pk])
    answer = redirect(address)
    answer.set_signed_cookie(
        NEW_KEY,
        f"{'added' if added else 'issued'}:{key}",
        salt=f"{NEW_KEY}:{pk}",
        max_age=KEPT,
        path=address,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Strict",
    )
    return answer


def _source(
    request: SignedRequest,
    one: InboundSource,
    *,
    key: str = "",
    added: bool = False,
    link_form: LinkForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    deliveries = list(one.deliveries.defer("body")[:NEWEST])
    ids = {signal_id for delivery in deliveries for signal_id in delivery.signal_ids[:50]}
    by_id = {signal.pk: signal for signal in _signals(request).filter(pk__in=ids)}
    signals = _signals(request).filter(source=one).counted().order_by("-pk")[:NEWEST]
    hidden = Incident.objects.hidden_from(request.user).values("pk")
    told = ClientReport.objects.filter(Q(incident=None) | ~Q(incident__in=hidden), source=one)
    live = list(one.keys.live(now).select_related("created_by"))
    context = {
        "source": one,
        "key": key,
        "added": added,
        "keys": live,
        "may_issue": len(live) < 2,
        "link_form": link_form or LinkForm(),
        "links": [link_of(one.pk, row.pk) for row in live] if one.kind == "form" else [],
        "snippets": snippets(one.kind, settings.PUBLIC_URL, key or PLACEHOLDER),
        "placeholder": PLACEHOLDER,
        "rows": [(row, _became(row, by_id), len(row.signal_ids)) for row in deliveries],
        "signals": signals,
        "reports": told.select_related("client", "incident")[:NEWEST],
    }
    return render(request, "detection/source.html", context)


def _became(row: Delivery, by_id: dict[int, Signal]) -> list[tuple[Signal, str]]:
    some = [by_id[pk] for pk in row.signal_ids[:5] if pk in by_id]
    return [(signal, became.of(signal, row.received_at)) for signal in some]


def _signals(request: SignedRequest) -> SignalQuerySet:
    return Signal.objects.visible_to(request.user).select_related("incident")


def _hides(request: SignedRequest, one: Delivery) -> bool:
    """Whether a request says something of an incident that is restricted to others."""
    hidden = Incident.objects.hidden_from(request.user).values("pk")
    return Signal.objects.filter(pk__in=one.signal_ids, incident__in=hidden).exists()


@permitted("configure")
def change_source(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(InboundSource, pk=pk)
    names = ("name", "client", "severity", "severity_label", "client_label", "system_label", "incident_type")
    initial: dict[str, Any] = {name: getattr(one, name) for name in (*names, "playbook", "burst_seconds", *MAIL)}
    initial |= {"limit_per_minute": one.limit_per_minute, "systems": list(one.systems.all())}
    initial["severity_words"] = "\n".join(f"{word} = {rank}" for word, rank in one.severity_map.items())
    form = SourceForm(request.POST or None, initial=initial, changing=True)
    back = reverse("detection:source", args=[pk])

    def save() -> str:
        systems = [system.pk for system in form.cleaned_data["systems"]]
        arranging.save_source(pk, form.values(), system_ids=systems, by=request.user, at=timezone.now())
        return "The source is saved."

    return answer(request, form, save, Page(f"Change {one.name}", (*CRUMBS, (one.name, back)), back, template=SHEET))


@require_POST
@permitted("configure")
def switch_source(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(InboundSource, pk=pk)
    on = request.POST.get("on") == "yes"

    def save() -> str:
        arranging.switch_source(pk, on=on, by=request.user, at=timezone.now())
        return f"{one.name} is {'on' if on else 'off: its keys open nothing'}."

    return act(request, save, back=reverse("detection:source", args=[pk]))


@require_POST
@permitted("configure")
def issue_key(request: SignedRequest, pk: int) -> HttpResponse:
    """A new key; for the link of a client's form with the last day that was chosen, if any."""
    one, form = get_object_or_404(InboundSource, pk=pk), LinkForm(request.POST)
    if form.is_valid():
        try:
            ends_on = form.cleaned_data["ends_on"]
            key = arranging.issue_key(pk, ends_on=ends_on, by=request.user, at=timezone.now())[1]
            return _shown_next(pk, key)
        except Refused as refused:
            if refused.field != "ends_on" or one.kind != "form":
                messages.error(request, refused.sentence)
                return redirect("detection:source", pk)
            form.refuse(refused)
    return _source(request, one, link_form=form)


@require_POST
@permitted("configure")
def end_key(request: SignedRequest, pk: int, key_pk: int) -> HttpResponse:
    get_object_or_404(InboundSource, pk=pk)

    def save() -> str:
        key = arranging.end_key(pk, key_pk, by=request.user, at=timezone.now())
        return f"The key {key} has ended."

    return act(request, save, back=reverse("detection:source", args=[pk]))


@require_POST
@permitted("configure")
def send_test(request: SignedRequest, pk: int) -> HttpResponse:
    """One alert through everything after the key; it opens a real incident, unless a rule or a silence says not."""
    one = get_object_or_404(InboundSource, pk=pk)
    back = reverse("detection:source", args=[pk])
    if one.kind in ("email", "form"):
        return redirect(back)
    alert = Alert(
        key=f"allclear-test-{pk}",
        title="Test alert from Allclear",
        name="AllclearTest",
        text="Somebody pressed “Send a test alert”. Nothing is broken; cancel this incident when you have seen it.",
        labels={"test": "true"},
    )

    def save() -> str:
        told = taking.send_test(pk, alert, at=timezone.now())
        signal = Signal.objects.filter(source_id=told.sender.id, fingerprint=alert.fingerprint).get()
        where = f", in INC-{signal.incident_id}" if signal.incident_id else ""
        return f"The test alert was taken: {signal.get_outcome_display().lower()}{where}."

    return act(request, save, back=back)


@require_safe
@permitted("configure")
def delivery(request: SignedRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """One request as it arrived, and where each alert in it is now."""
    one = get_object_or_404(Delivery.objects.select_related("source"), pk=delivery_pk, source_id=pk)
    if _hides(request, one):
        raise Http404("That request belongs to a restricted incident.")
    body = bytes(one.body)
    text = body[:SHOWN_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd")
    with contextlib.suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False) if len(body) <= SHOWN_BYTES else text
    signals = _signals(request).filter(pk__in=one.signal_ids[:200]).counted()
    text = KEY_IN_BODY.sub(r"\1…", text)
    context = {"delivery": one, "text": text, "cut": len(body) > SHOWN_BYTES, "size": len(body), "signals": signals}
    return render(request, "detection/delivery.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def mapping(request: SignedRequest, pk: int) -> HttpResponse:
    """A sample payload, where things stand in it, and what would become of it; nothing is stored until saved."""
    one = get_object_or_404(InboundSource, pk=pk, kind="generic")
    # A body that the field would cut is no sample: it could not be read.
    short = one.deliveries.annotate(size=Length("body")).filter(size__gt=0, size__lte=MOST_SAMPLE)
    newest = next((row for row in short[:NEWEST] if not _hides(request, row)), None)
    sample = bytes(newest.body).decode("utf-8", "replace").replace("\x00", "") if newest else SAMPLE
    form = MappingForm(request.POST or None, initial={"sample": sample, **one.mapping})
    opened = mark_of(one.mapping)
    made: list[Any] = []
    alerts: list[Alert] = []
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            alerts = parsers.generic(read(form.cleaned_data["sample"].encode()), form.mapping())
            kept = world.reload()
            made = [(alert, decide(kept, kept.sources[pk], alert, at=now)) for alert in alerts[:20]]
            if "save" in request.POST and request.POST.get("opened", opened) != opened:
                form.add_error(None, SAVED_SINCE)
            elif "save" in request.POST:
                arranging.save_mapping(pk, form.mapping(), by=request.user, at=now)
                return act(request, lambda: "The mapping is saved.", back=reverse("detection:source", args=[pk]))
        except Unreadable as unreadable:
            form.add_error("sample", unreadable.sentence)
        except Refused as refused:
            form.refuse(refused)
    context = {"source": one, "form": form, "made": made, "count": len(alerts), "opened": opened}
    return render(request, "detection/mapping.html", context)


SAMPLE = '{\n  "title": "Disk is full",\n  "key": "disk-web-1",\n  "status": "firing",\n  "severity": "critical"\n}'
