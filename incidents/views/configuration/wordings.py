"""Wordings: which text is in force for whom, how it came to be, and how it would read before it is saved."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import configuration, specimens
from incidents.configuration import Place
from incidents.forms.configuration.wordings import WordingForm
from incidents.models import Brand, Client, IncidentClient, Wording, WordingVersion
from incidents.refusals import Refused
from incidents.texts import Text, Texts
from incidents.views.configuration.permitted import SignedRequest, act, permitted
from incidents.wordings import BY_KIND, KINDS, Kind
from incidents.wordings.differences import Piece, between
from notifications.wording import Wording as Words

PLACE = re.compile(r"(brand|client)-(\d{1,17})")
MOST_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """One kind in one place: what an address of these pages names."""

    kind: Kind
    slug: str
    place: Place
    brand: Brand | None = None
    client: Client | None = None

    @property
    def name(self) -> str:
        if self.client is not None:
            return str(self.client)
        return f"the brand {self.brand}" if self.brand is not None else "everybody"

    @property
    def in_force(self) -> Text:
        texts = Texts(self.kind.key, clients=[self.client.pk] if self.client else [])
        if self.client is not None:
            brand = self.client.brand or Brand.objects.filter(is_default=True).first()
            return texts.for_client(self.client, brand)
        return texts.for_brand(self.brand) if self.brand else texts.for_everybody()

    @property
    def row(self) -> Wording | None:
        rows = Wording.objects.filter(kind=self.kind.key, brand=self.brand, client=self.client)
        return rows.select_related("newest", "brand", "client").first()

    def url(self, name: str, *more: int) -> str:
        return reverse(f"incidents:{name}", args=[self.kind.key, self.slug, *more])


def _desk(wording: str, place: str) -> Desk:
    kind = BY_KIND.get(wording)
    found = PLACE.fullmatch(place)
    if kind is None or (found is None and place != "everybody") or (found and not kind.for_clients):
        raise Http404("There is no such wording.")
    if found is None:
        return Desk(kind, place, Place())
    if found[1] == "brand":
        brand = get_object_or_404(Brand, pk=int(found[2]))
        return Desk(kind, place, Place(brand_id=brand.pk), brand=brand)
    client = get_object_or_404(Client.objects.select_related("brand"), pk=int(found[2]))
    return Desk(kind, place, Place(client_id=client.pk), client=client)


@require_safe
@permitted("configure")
def wordings(request: SignedRequest) -> HttpResponse:
    """Every kind with the text in force for everybody, and for how many it is worded otherwise; one query."""
    stored: dict[str, list[Wording]] = {}
    for row in Wording.objects.select_related("newest", "brand", "client"):
        if row.newest is not None and not row.newest.is_withdrawn:
            stored.setdefault(row.kind, []).append(row)
    rows = []
    for kind in KINDS:
        of_kind = stored.get(kind.key, [])
        general = next((row.newest for row in of_kind if row.brand_id is None and row.client_id is None), None)
        own = [row for row in of_kind if row.brand_id is not None or row.client_id is not None]
        rows.append((kind, general, own[:12], max(0, len(own) - 12)))
    return render(request, "incidents/configuration/wordings.html", {"rows": rows})


@require_safe
@permitted("configure")
def wording(request: SignedRequest, wording: str, place: str) -> HttpResponse:
    """The text in force here, its variables, and each version with what it changed."""
    desk = _desk(wording, place)
    row = desk.row
    versions = list(row.versions.order_by("-number")[: MOST_VERSIONS + 1]) if row else []
    own = Wording.objects.filter(kind=desk.kind.key, newest__is_withdrawn=False).exclude(brand=None, client=None)
    context = {
        "desk": desk,
        "row": row,
        "has_own": row is not None and row.newest is not None and not row.newest.is_withdrawn,
        "text": desk.in_force,
        "versions": [
            (version, _changed(version, older, desk.kind), desk.url("use_wording", version.number))
            for version, older in zip(versions[:MOST_VERSIONS], [*versions[1:], None], strict=False)
        ],
        "more": len(versions) > MOST_VERSIONS,
        "change_url": desk.url("change_wording"),
        "restore_url": desk.url("restore_wording"),
        "own": own.select_related("brand", "client")[:200],
        "brands": Brand.objects.all()[:200] if desk.kind.for_clients else [],
        "clients": Client.objects.filter(is_active=True).only("name")[:1000] if desk.kind.for_clients else [],
    }
    return render(request, "incidents/configuration/wording.html", context)


def _changed(version: WordingVersion, older: WordingVersion | None, kind: Kind) -> list[tuple[str, list[Piece]]]:
    """What a version changed against the one before it, or against the built-in text when it was the first."""
    if version.is_withdrawn:
        return []
    before = kind.shipped if older is None or older.is_withdrawn else older
    parts = (("Subject", before.subject, version.subject), ("Letter", before.body, version.body))
    return [(name, between(old, new)) for name, old, new in parts if old.strip() != new.strip()]


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def change_wording(request: SignedRequest, wording: str, place: str) -> HttpResponse:
    """The text as a form, its preview beside it. Whoever saves second sees what the first saved, and loses nothing."""
    desk = _desk(wording, place)
    pairs = specimens.offered(request.user, brand_id=desk.place.brand_id, client_id=desk.place.client_id)
    text = desk.in_force.words
    form = _form(request, desk, pairs, {"subject": text.subject, "body": text.body, "against": _first(pairs)})
    row = desk.row
    newest = row.newest if row else None
    started = _number(request.POST.get("started_from", "")) if request.method == "POST" else None
    context: dict[str, Any] = {"desk": desk, "form": form, "newest": newest, "text": desk.in_force}
    context["started_from"] = (newest.number if newest else 0) if started is None else started
    context |= {"wording_url": desk.url("wording"), "preview_url": desk.url("preview_wording")}
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        found = form.cleaned_data
        try:
            version = configuration.write_wording(
                desk.kind.key,
                desk.place,
                subject=found["subject"],
                body=found["body"],
                note=found["note"],
                expected=context["started_from"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            form.refuse(refused)
            context |= _meanwhile(desk, context["started_from"], found)
        else:
            return act(request, lambda: f"Version {version.number} is in force.", back=desk.url("wording"))
    context |= _specimen(request, desk, form, pairs)
    context["next"] = context["newest"].number + 1 if context["newest"] else 1
    return render(request, "incidents/configuration/change_wording.html", context)


def _number(text: str) -> int:
    """What the hidden field says; -1 for anything else, which no version has, so that it is refused as stale."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1


def _meanwhile(desk: Desk, started: int, found: dict[str, Any]) -> dict[str, Any]:
    """When another version came first: what it says, and how the typed text differs from it."""
    row = desk.row
    theirs = row.newest if row else None
    if theirs is None or theirs.number == started:
        return {}
    shown = [("Subject", between(theirs.subject, found["subject"])), ("Letter", between(theirs.body, found["body"]))]
    return {"theirs": theirs, "against_theirs": shown, "newest": theirs, "started_from": theirs.number}


def _form(request: SignedRequest, desk: Desk, pairs: list[IncidentClient], initial: dict[str, Any]) -> WordingForm:
    shown = [(f"{one.incident_id}-{one.client_id}", f"{one.incident.reference} for {one.client}") for one in pairs]
    data = request.POST if request.method == "POST" else None
    return WordingForm(data, kind=desk.kind, pairs=shown, initial=initial)


def _first(pairs: list[IncidentClient]) -> str:
    return f"{pairs[0].incident_id}-{pairs[0].client_id}" if pairs else ""


@require_POST
@permitted("configure")
def preview_wording(request: SignedRequest, wording: str, place: str) -> HttpResponse:
    """How it would read, while it is typed; nothing is written."""
    desk = _desk(wording, place)
    pairs = specimens.offered(request.user, brand_id=desk.place.brand_id, client_id=desk.place.client_id)
    form = _form(request, desk, pairs, {})
    form.is_valid()
    context = {"desk": desk, **_specimen(request, desk, form, pairs)}
    return render(request, "incidents/configuration/_specimen.html", context)


def _specimen(request: SignedRequest, desk: Desk, form: WordingForm, pairs: list[IncidentClient]) -> dict[str, Any]:
    """The preview, or the sentences that say why there is none."""
    if form.is_bound:
        faults = [str(error) for part in ("subject", "body", "reference") for error in form.errors.get(part, [])]
        words = Words(desk.kind.key, form.cleaned_data.get("subject", ""), form.cleaned_data.get("body", ""))
        chosen, reference = form.cleaned_data.get("against", ""), form.cleaned_data.get("reference")
    else:
        faults, chosen, reference = [], str(form.initial.get("against", "")), None
        words = desk.in_force.words
    if faults:
        return {"faults": faults}
    about = next((one for one in pairs if f"{one.incident_id}-{one.client_id}" == chosen), None)
    if reference is not None:
        about = specimens.pair(request.user, reference, desk.place.client_id)
        if about is None:
            return {"faults": [f"There is no incident INC-{reference} that affects a client and that you may see."]}
    return {"specimen": specimens.specimen(desk.kind, words, about, desk.brand, now=timezone.now()), "about": about}


@require_safe
@permitted("configure")
def own_wording(request: SignedRequest, wording: str, place: str) -> HttpResponse:
    """On to the page where a brand or a client gets a text of its own."""
    desk = _desk(wording, place)
    chosen = request.GET.get("for", "")
    if not PLACE.fullmatch(chosen):
        return redirect(desk.url("wording"))
    return redirect(_desk(wording, chosen).url("change_wording"))


@require_POST
@permitted("configure")
def restore_wording(request: SignedRequest, wording: str, place: str) -> HttpResponse:
    """Back to the built-in text, or to the next wider one for a brand or a client."""
    desk = _desk(wording, place)
    expected = _number(request.POST.get("started_from", ""))
    what = "The built-in text" if desk.place.is_for_everybody else "The wider text"

    def save() -> str:
        configuration.withdraw_wording(
            desk.kind.key, desk.place, note=f"{what} again", expected=expected, by=request.user, at=timezone.now()
        )
        return f"{what} is in force again."

    return act(request, save, back=desk.url("wording"))


@require_POST
@permitted("configure")
def use_wording(request: SignedRequest, wording: str, place: str, number: int) -> HttpResponse:
    """An earlier version once more, as the next one."""
    desk = _desk(wording, place)
    row = desk.row
    version = get_object_or_404(WordingVersion, wording=row, number=number, is_withdrawn=False) if row else None
    if version is None:
        raise Http404("There is no such version.")
    expected = _number(request.POST.get("started_from", ""))

    def save() -> str:
        again = configuration.write_wording(
            desk.kind.key,
            desk.place,
            subject=version.subject,
            body=version.body,
            note=f"Version {number} again",
            expected=expected,
            by=request.user,
            at=timezone.now(),
        )
        return f"Version {number} is in force again, as version {again.number}."

    return act(request, save, back=desk.url("wording"))
