"""Clients with their contacts, incidents and letters; systems; tiers and brands."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import configuration, crm_notes, figures, promises, scheduled
from incidents.digest_days import MONDAY, NINE
from incidents.forms.configuration.catalogue import BrandForm, ClientForm, ContactForm, SystemForm, TierForm
from incidents.models import Brand, Client, Contact, Incident, System, Tier
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted
from notifications import suppression
from notifications.models import OutboundMessage

NEWEST = 25
PAGE = 100


@require_safe
@permitted("view_incident")
def clients(request: SignedRequest) -> HttpResponse:
    """Every client with its open incidents. Restricted incidents are counted only for those who may see them."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    found = Client.objects.select_related("tier", "brand", "policy")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(contacts__email__icontains=words)).distinct()
    total = found.count()
    shown = list(found.order_by("-is_active", "name", "pk")[:PAGE])
    ids = [client.pk for client in shown]
    visible = Incident.objects.visible_to(request.user).open()
    rows = visible.filter(affected__client_id__in=ids).values_list("affected__client_id").annotate(n=Count("pk"))
    contacts = Contact.objects.filter(client_id__in=ids).values_list("client_id").annotate(n=Count("pk"))
    open_now, people, kept = dict(rows), dict(contacts), figures.promises_to_clients()
    context = {
        "rows": [
            (client, open_now.get(client.pk, 0), people.get(client.pk, 0), kept.get(client.pk)) for client in shown
        ],
        "total": total,
        "words": words,
        "left_out": max(0, total - len(shown)),
    }
    return render(request, "incidents/configuration/clients.html", context)


@require_safe
@permitted("view_incident")
def client(request: SignedRequest, pk: int) -> HttpResponse:
    """One client: what it was promised, its contacts, its newest incidents, and the letters that went to it."""
    one = get_object_or_404(Client.objects.select_related("tier", "brand", "policy"), pk=pk)
    contacts = list(one.contacts.all())
    dead = suppression.among(contact.email for contact in contacts)
    for contact in contacts:
        contact.suppression = dead.get(contact.email)  # type: ignore[attr-defined]
    visible = Incident.objects.visible_to(request.user).filter(client_ids__contains=[pk])
    incidents = list(visible.defer("search", "description").order_by("-pk")[:NEWEST])
    letters = OutboundMessage.objects.filter(
        about__in=[incident.about for incident in incidents],
        recipient__in=[contact.email for contact in contacts],
    ).order_by("-pk")[:NEWEST]
    by_about = {incident.about: incident for incident in incidents}
    now = timezone.now()
    coming, over = scheduled.of_client(one)
    context = {
        "client": one,
        "schedule": one.digest_schedule.words,
        "coming": coming,
        "over": over,
        "promises": promises.of_client(pk, hidden=hidden_from(request, pk), now=now, limit=NEWEST),
        "tally": promises.tally(pk, since=now - promises.KEPT_FOR, now=now),
        "contacts": contacts,
        "crm": crm_notes.how(one),
        "incidents": incidents,
        "letters": [(letter, by_about[letter.about]) for letter in letters],
    }
    return render(request, "incidents/configuration/client.html", context)


def hidden_from(request: SignedRequest, client_pk: int) -> list[int]:
    """The restricted incidents of a client that this responder may not know of; one query."""
    hidden = Incident.objects.hidden_from(request.user).filter(client_ids__contains=[client_pk])
    return list(hidden.order_by().values_list("pk", flat=True))


def _clients_crumbs() -> tuple[tuple[str, str], ...]:
    return (("Clients", reverse("incidents:clients")),)


@permitted("configure")
def add_client(request: SignedRequest) -> HttpResponse:
    form = ClientForm(request.POST or None, initial={"time_zone": request.user.time_zone, "is_active": True})
    page = Page("Add a client", _clients_crumbs(), reverse("incidents:clients"), "Add client")
    made: list[Client] = []

    def save() -> str:
        made.append(configuration.save_client(None, form.cleaned_data, by=request.user, at=timezone.now()))
        return f"{made[0].name} is added. Add the people to whom letters go."

    response = answer(request, form, save, page)
    if made:
        response["Location"] = reverse("incidents:client", args=[made[0].pk])
    return response


@permitted("configure")
def change_client(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Client, pk=pk)
    named = ("name", "tier", "time_zone", "brand", "policy", "crm_kind", "crm_reference", "note", "is_active")
    names = (*named, "digest_days", "digest_hour")
    form = ClientForm(request.POST or None, initial={name: getattr(one, name) for name in names})
    back = reverse("incidents:client", args=[pk])
    page = Page(f"Change {one.name}", (*_clients_crumbs(), (one.name, back)), back)

    def save() -> str:
        configuration.save_client(pk, form.cleaned_data, by=request.user, at=timezone.now())
        return "The client is saved."

    return answer(request, form, save, page)


@permitted("configure")
def add_contact(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Client, pk=pk)
    form = ContactForm(request.POST or None, initial={"receives_letters": True})
    back = reverse("incidents:client", args=[pk])
    page = Page("Add a contact", (*_clients_crumbs(), (one.name, back)), back, "Add contact")

    def save() -> str:
        contact = configuration.save_contact(pk, None, form.cleaned_data, by=request.user, at=timezone.now())
        return f"{contact.name} is added."

    return answer(request, form, save, page)


@permitted("configure")
def change_contact(request: SignedRequest, pk: int, contact_pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("client"), pk=contact_pk, client_id=pk)
    names = ("name", "email", "receives_letters")
    form = ContactForm(request.POST or None, initial={name: getattr(contact, name) for name in names})
    back = reverse("incidents:client", args=[pk])
    page = Page(f"Change {contact.name}", (*_clients_crumbs(), (contact.client.name, back)), back)

    def save() -> str:
        configuration.save_contact(pk, contact_pk, form.cleaned_data, by=request.user, at=timezone.now())
        return "The contact is saved."

    return answer(request, form, save, page)


@require_POST
@permitted("configure")
def remove_contact(request: SignedRequest, pk: int, contact_pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=contact_pk, client_id=pk)

    def save() -> str:
        configuration.remove_contact(pk, contact_pk, by=request.user, at=timezone.now())
        return f"{contact.name} gets no more letters."

    return act(request, save, back=reverse("incidents:client", args=[pk]))


@require_safe
@permitted("view_incident")
def systems(request: SignedRequest) -> HttpResponse:
    shown = list(System.objects.order_by("-is_active", "name", "pk")[:500])
    visible = Incident.objects.visible_to(request.user).open()
    rows = visible.filter(systems__in=[one.pk for one in shown]).values_list("systems").annotate(n=Count("pk"))
    open_now = dict(rows)
    context = {"rows": [(one, open_now.get(one.pk, 0)) for one in shown]}
    return render(request, "incidents/configuration/systems.html", context)


SYSTEM_FIELDS = ("name", "client_name", "owner", "alias", "status_page", "is_active")


@permitted("configure")
def add_system(request: SignedRequest) -> HttpResponse:
    return _system(request, None)


@permitted("configure")
def change_system(request: SignedRequest, pk: int) -> HttpResponse:
    return _system(request, get_object_or_404(System, pk=pk))


def _system(request: SignedRequest, one: System | None) -> HttpResponse:
    source = one or System(name="")
    form = SystemForm(request.POST or None, initial={name: getattr(source, name) for name in SYSTEM_FIELDS})
    back = reverse("incidents:systems")
    title = f"Change {one.name}" if one else "Add a system"
    page = Page(title, (("Systems", back),), back, "Save" if one else "Add system")

    def save() -> str:
        pk = one.pk if one else None
        saved = configuration.save_system(pk, form.cleaned_data, by=request.user, at=timezone.now())
        return f"{saved.name} is saved."

    return answer(request, form, save, page)


@require_safe
@permitted("view_incident")
def tiers(request: SignedRequest) -> HttpResponse:
    """Classes of clients, and in whose name letters go out."""
    context = {
        "tiers": Tier.objects.annotate(n=Count("clients")),
        "brands": Brand.objects.annotate(n=Count("clients")).order_by("-is_default", "name"),
    }
    return render(request, "incidents/configuration/tiers.html", context)


@permitted("configure")
def add_tier(request: SignedRequest) -> HttpResponse:
    return _tier(request, None)


@permitted("configure")
def change_tier(request: SignedRequest, pk: int) -> HttpResponse:
    return _tier(request, get_object_or_404(Tier, pk=pk))


def _tier(request: SignedRequest, one: Tier | None) -> HttpResponse:
    named = ("name", "postmortem_severities", "digest_days", "digest_hour")
    initial = {name: getattr(one, name) for name in named} if one else {"digest_days": [MONDAY], "digest_hour": NINE}
    form = TierForm(request.POST or None, initial=initial, fixed_key=one is not None)
    back = reverse("incidents:tiers")
    title = f"Change {one.name}" if one else "Add a tier"
    lead = "What a tier is promised stands in the SLA policies."
    page = Page(title, (("Tiers & brands", back),), back, "Save" if one else "Add tier", lead)

    def save() -> str:
        pk = one.pk if one else None
        saved = configuration.save_tier(pk, form.cleaned_data, by=request.user, at=timezone.now())
        return f"The tier {saved.name} is saved."

    return answer(request, form, save, page)


BRAND_FIELDS = ("name", "subject_prefix", "signature", "from_email", "reply_to", "is_default")


@permitted("configure")
def add_brand(request: SignedRequest) -> HttpResponse:
    return _brand(request, None)


@permitted("configure")
def change_brand(request: SignedRequest, pk: int) -> HttpResponse:
    return _brand(request, get_object_or_404(Brand, pk=pk))


def _brand(request: SignedRequest, one: Brand | None) -> HttpResponse:
    initial = {name: getattr(one, name) for name in BRAND_FIELDS} if one else {}
    form = BrandForm(request.POST or None, initial=initial)
    back = reverse("incidents:tiers")
    title = f"Change {one.name}" if one else "Add a brand"
    page = Page(title, (("Tiers & brands", back),), back, "Save" if one else "Add brand")

    def save() -> str:
        pk = one.pk if one else None
        saved = configuration.save_brand(pk, form.cleaned_data, by=request.user, at=timezone.now())
        return f"The brand {saved.name} is saved."

    return answer(request, form, save, page)
