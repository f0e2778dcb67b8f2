"""One small view for every verb: the form on GET, the verb on POST, a refusal beside its field (design section 3)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import CharField, Field
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from incidents import drafting, lifecycle, moves
from incidents.forms import letters
from incidents.forms import verbs as forms
from incidents.forms.acting import VerbForm
from incidents.forms.quick_fix import QuickFixForm
from incidents.models import Incident, Responder
from incidents.permissions import PERMISSIONS, VERB_PERMISSION
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as its page shows it. `done` is the sentence afterwards; `lead` says what follows from it."""

    name: str
    title: str
    button: str
    form: type[VerbForm]
    done: str
    lead: str = ""
    icon: str = "check"
    danger: bool = False

    @property
    def permission(self) -> str:
        return VERB_PERMISSION[self.name]

    @property
    def segment(self) -> str:
        """What follows the incident in the address."""
        return f"{self.name.replace('_', '-')}/"


VERBS = {
    verb.name: verb
    for verb in (
        Verb("triage", "Triage", "Triage", forms.TriageForm, "Triaged.", "Severity, scope and people.", "filter-check"),
        Verb(
            "quick_fix",
            "Fix it at once",
            "Go on",
            QuickFixForm,
            "It is on record.",
            "In scope it is yours, and the coordinator hears of it; scope, log and test evidence stay mandatory.",
            "player-play",
        ),
        Verb(
            "acknowledge", "Acknowledge", "Send acknowledgement", letters.AcknowledgeForm, "Acknowledged.", "", "send"
        ),
        Verb(
            "investigate",
            "Start investigating",
            "Start",
            forms.EmptyForm,
            "The investigation has begun.",
            "",
            "zoom-question",
        ),
        Verb(
            "diagnose",
            "Record a diagnosis",
            "Record",
            forms.DiagnoseForm,
            "Recorded.",
            "What did each check show?",
            "search",
        ),
        Verb("isolate", "Isolate", "Record", forms.IsolateForm, "Recorded.", "Whose system is it?", "target"),
        Verb(
            "change",
            "Record a production change",
            "Record",
            forms.ChangeForm,
            "Recorded.",
            "Test it first; containment names its undo.",
            "git-commit",
        ),
        Verb(
            "work_around",
            "Put a workaround in place",
            "Workaround in place",
            forms.WorkAroundForm,
            "The workaround is on record.",
            "",
            "route",
        ),
        Verb(
            "start_outage",
            "Start the outage timer",
            "Start",
            forms.StartOutageForm,
            "The outage timer runs.",
            "Third-party outage: clients hear after its limit, then the escalation target.",
            "plug-x",
        ),
        Verb("end_outage", "End the outage", "It is over", forms.EmptyForm, "The outage is over.", "", "plug"),
        Verb(
            "fix",
            "Record the fix",
            "Fix is in place",
            forms.FixForm,
            "The fix is on record; the verification window runs.",
            "Stops the resolve clock and starts the verification window.",
            "tool",
        ),
        Verb("confirm", "Confirm the fix end to end", "Confirm", forms.ConfirmForm, "Confirmed.", "", "eye-check"),
        Verb(
            "fail_verification",
            "The failure came back",
            "It came back",
            forms.ReasonForm,
            "The resolve clock goes on.",
            "The fix is withdrawn; the resolve clock goes on as if it had never stopped.",
            "rotate-clockwise",
            True,
        ),
        Verb(
            "resolve",
            "Resolve",
            "Resolve and write to the clients",
            letters.ResolveForm,
            "Resolved.",
            "",
            "circle-check",
        ),
        Verb(
            "update",
            "Update the clients",
            "Send update",
            letters.UpdateForm,
            "The update is on its way.",
            "",
            "message-up",
        ),
        Verb(
            "word",
            "Put it into words for the scheduled update",
            "Save the words",
            letters.WordForm,
            "The scheduled update has its words.",
            "Clients who did not report it read of it there.",
            "news",
        ),
        Verb(
            "reclassify",
            "Change the severity",
            "Change severity",
            forms.ReclassifyForm,
            "The severity is changed.",
            "Clocks keep their start and get the new target; what is decided stays.",
            "adjustments",
        ),
        Verb("assign", "Assign", "Assign", forms.AssignForm, "Assigned.", "", "user-plus"),
        Verb(
            "rescope",
            "Change the scope",
            "Change scope",
            forms.RescopeForm,
            "The scope is changed.",
            "",
            "target-arrow",
        ),
        Verb(
            "pause",
            "Pause the resolve clock",
            "Pause",
            forms.PauseForm,
            "Paused; it resumes by itself.",
            "",
            "player-pause",
        ),
        Verb(
            "resume", "Resume the resolve clock", "Resume", forms.EmptyForm, "The clock runs again.", "", "player-play"
        ),
        Verb("note", "Add a note", "Add note", forms.NoteForm, "Noted.", "", "note"),
        Verb(
            "add_evidence",
            "Keep evidence",
            "Keep",
            forms.EvidenceForm,
            "Kept.",
            "At most 10 MB; its hash goes on the record.",
            "file-text",
        ),
        Verb(
            "keep_error",
            "Keep the error report",
            "Keep",
            forms.KeepErrorForm,
            "Kept and hashed.",
            "Before anything is tried again or changed: the exact error, its instant, its screen.",
            "scan",
        ),
        Verb(
            "raise_situation",
            "Raise a situation",
            "Raise",
            forms.SituationForm,
            "Raised; those on the matrix are told.",
            "",
            "stairs-up",
        ),
        Verb(
            "restrict",
            "Restrict to named people",
            "Restrict",
            forms.RestrictForm,
            "Only named people see it now.",
            "Lists, search, messages, exports and the API forget it for everybody else.",
            "lock",
        ),
        Verb("name_people", "Who may see it", "Save", forms.RestrictForm, "Saved.", "", "user-check"),
        Verb(
            "lift_restriction",
            "Lift the restriction",
            "Lift it",
            forms.LiftForm,
            "Everybody may see it again.",
            "What stands on its record is then for everybody who may see incidents.",
            "eye",
            True,
        ),
        Verb(
            "merge",
            "Merge into another incident",
            "Merge",
            forms.MergeForm,
            "Merged.",
            "Closes this one; its clients join the other.",
            "git-branch",
            True,
        ),
        Verb(
            "cancel", "Not an incident", "It is none", forms.ReasonForm, "Closed as not an incident.", "", "ban", True
        ),
        Verb("reopen", "Reopen", "Reopen", forms.ReopenForm, "Reopened.", "", "arrow-back-up", True),
        Verb("close", "Close", "Close", forms.CloseForm, "Closed.", "", "lock"),
    )
}


def view_of(name: str) -> Callable[..., HttpResponse]:
    """The view of one verb, under its own name and permission."""
    verb = VERBS[name]

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: SignedRequest, pk: int) -> HttpResponse:
        return do(request, pk, verb)

    view.permission = verb.permission  # type: ignore[attr-defined]
    return view


NAMED = ("id", "name", "email")
PEOPLE = ("coordinator", "resolver", "communicator", "reported_by")


def seen(request: SignedRequest, pk: int) -> Incident:
    """The incident, if this responder may know of it; 404 otherwise, as for one that does not exist."""
    if not request.user.has_perm("view_incident"):
        raise PermissionDenied(f"None of your roles may do this: “{PERMISSIONS['view_incident']}”.")
    incident = Incident.objects.visible_to(request.user).defer("search").filter(pk=pk).order_by().first()
    if incident is None:
        raise Http404("No such incident.")
    # Four joins to one table, of which a page shows four names, took PostgreSQL longer to plan than to do.
    held = {name: getattr(incident, f"{name}_id") for name in PEOPLE}
    people = Responder.objects.only(*NAMED).in_bulk({pk for pk in held.values() if pk})
    for name, person in held.items():
        setattr(incident, name, people.get(person))
    return incident


def do(request: SignedRequest, pk: int, verb: Verb) -> HttpResponse:
    if not request.user.has_perm(verb.permission):
        what = PERMISSIONS[verb.permission]
        raise PermissionDenied(f"None of your roles may do this: “{what}”. An administrator can change that.")
    incident = seen(request, pk)
    now = timezone.now()
    refused = _stands_against(incident, verb)
    files = request.FILES if request.method == "POST" else None
    if refused and request.method == "POST":
        form = verb.form(request.POST, files, incident=incident, viewer=request.user, now=now)
        return _too_late(request, incident, verb, form, refused)
    drafts = verb.name == "update" or (
        verb.name == "acknowledge" and lifecycle.acknowledgement_needs(incident) == "letter"
    )
    draft = drafting.draft(incident, now=now) if drafts and files is None and not refused else None
    filled = draft.fields() if draft and "draft" in request.GET else {}
    form = verb.form(request.POST or None, files, incident=incident, viewer=request.user, now=now, initial=filled)
    if "repair" in request.POST:
        form = verb.form(letters.repaired(form), files, incident=incident, viewer=request.user, now=now)
    sends = request.method == "POST" and not {"preview", "repair"} & request.POST.keys()
    if sends and form.is_valid():
        try:
            form.act(pk, by=request.user, at=timezone.now())
        except Refused as error:
            form.refuse(error)
            incident.refresh_from_db(fields=["status", "acknowledged_at"])
            if _stands_against(incident, verb):
                return _too_late(request, incident, verb, form, error.sentence)
        else:
            messages.success(request, getattr(form, "done", "") or verb.done)
            return redirect("incidents:incident", pk)
    context: dict[str, Any] = {"incident": incident, "verb": verb, "form": form, "refused": refused}
    context["draft"], context["drafted"] = draft, bool(filled)
    context["letters"] = form.letters() if not refused else None
    context["objections"] = form.objections() if hasattr(form, "objections") and not refused else []
    context["hints"] = form.hints() if hasattr(form, "hints") and not refused else []
    context["undo_seconds"] = settings.UNDO_SECONDS
    if getattr(form, "awaits", False) and not refused:
        # Said before a second one is written that would be refused.
        context["waiting"] = incident.awaiting_letters.filter(verb=verb.name, state="awaiting").first()
    return render(request, "incidents/verb.html", context)


def _stands_against(incident: Incident, verb: Verb) -> str:
    """Why nothing that is typed here could be done, said before it is typed; "" where it may."""
    if not moves.allowed(verb.name, incident.status):
        return lifecycle.why_not(incident, verb.name)
    return lifecycle.acknowledged_already(incident) if verb.name == "acknowledge" else ""


def _too_late(request: SignedRequest, incident: Incident, verb: Verb, form: VerbForm, refused: str) -> HttpResponse:
    """Somebody was faster, or the page was old: the sentence, and what was typed, so that nobody types it again."""
    kept = [form[name] for name in form.changed_data if _is_text(form.fields[name])]
    if not kept:
        messages.error(request, refused)
        return redirect("incidents:incident", incident.pk)
    context: dict[str, Any] = {"incident": incident, "verb": verb, "refused": refused, "kept": kept}
    if verb.name == "acknowledge" and moves.allowed("update", incident.status):
        # Two were writing the first letter: what the slower one knows may still be news.
        context["onward"] = request.user.has_perm(VERB_PERMISSION["update"])
    return render(request, "incidents/verb.html", context)


def _is_text(field: Field) -> bool:
    return isinstance(field, CharField) and not field.widget.is_hidden


@require_http_methods(["POST"])
def preview(request: SignedRequest, pk: int, name: str) -> HttpResponse:
    """The letters as clients will read them, while they are typed; nothing is written."""
    verb = VERBS.get(name)
    if verb is None or not hasattr(verb.form, "kind"):
        raise Http404("No such letter.")
    if not request.user.has_perm(verb.permission):
        raise PermissionDenied("None of your roles may write this letter.")
    incident = seen(request, pk)
    form = verb.form(request.POST, incident=incident, viewer=request.user, now=timezone.now())
    form.is_valid()
    context: dict[str, Any] = {"form": form, "letters": form.letters()}
    context["objections"] = form.objections() if hasattr(form, "objections") else []
    context["hints"] = form.hints() if hasattr(form, "hints") else []
    return render(request, "incidents/_letters.html", context)
