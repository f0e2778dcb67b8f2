"""One small view for every act of learning: the form on GET, the verb on POST, a refusal beside its field."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from incidents.models import Clock, Incident
from incidents.permissions import PERMISSIONS
from incidents.refusals import Refused
from incidents.views.configuration.permitted import Page, SignedRequest
from incidents.views.verbs import seen
from postmortems.forms import gates as gate_forms
from postmortems.forms import prevention as prevention_forms
from postmortems.forms import reviews as review_forms
from postmortems.forms import support as support_forms
from postmortems.forms.learning import LearnForm
from postmortems.models import (
    Criterion,
    CuratedEntry,
    DocumentedChange,
    LookBack,
    PreventionAction,
    RegressionCheck,
    RestartGate,
    Review,
    SupportReport,
)


@dataclass(frozen=True, slots=True)
class On:
    """What an act is done to: where its address begins, how it is found, where its page is."""

    prefix: str
    model: type[models.Model]
    incident: str
    page: str
    page_key: str = ""

    def find(self, pk: int) -> Any:
        return self.model._default_manager.filter(pk=pk).first()


def _path(subject: Any, dotted: str) -> Any:
    for name in dotted.split("."):
        subject = getattr(subject, name)
    return subject


INCIDENT = On("incidents", Incident, "pk", "incidents:incident", "pk")
REVIEW = On("incidents", Incident, "pk", "postmortems:review", "pk")
CURATED = On("curated", CuratedEntry, "review.incident_id", "postmortems:review", "review.incident_id")
ACTION = On("actions", PreventionAction, "incident_id", "postmortems:action", "pk")
LOOK = On("look-backs", LookBack, "action.incident_id", "postmortems:action", "action_id")
CHECK = On("regression-checks", RegressionCheck, "incident_id", "postmortems:check", "pk")
CHANGE = On("changes", DocumentedChange, "incident_id", "postmortems:review", "incident_id")
GATE = On("gates", RestartGate, "incident_id", "postmortems:gate", "pk")
BREACH = On("breaches", Clock, "incident_id", "postmortems:report_breaches")
CRITERION = On("criteria", Criterion, "gate.incident_id", "postmortems:gate", "gate_id")


@dataclass(frozen=True, slots=True)
class Act:
    """An act as its page shows it; `name` is its address and its URL name."""

    name: str
    title: str
    button: str
    form: type[LearnForm]
    on: On
    permission: str
    lead: str = ""

    @property
    def address(self) -> str:
        return f"{self.on.prefix}/<int:pk>/{self.name.replace('_', '-')}/"


REPORT = On("support-reports", SupportReport, "incident_id", "postmortems:support_report", "pk")
R, P, G, S = review_forms, prevention_forms, gate_forms, support_forms
ACTS = {
    act.name: act
    for act in (
        Act("open_review", "Open a review", "Open", R.OpenForm, REVIEW, "write_review", "For an incident whose severity does not require one."),
        Act("sign_review", "Sign off the review", "Sign off and publish", R.SignForm, REVIEW, "sign_review", "By somebody other than who submitted it."),
        Act("send_review_back", "Return the review", "Return", R.SendBackForm, REVIEW, "sign_review"),
        Act("hand_review_over", "Owner and due date", "Save", R.HandOverForm, REVIEW, "write_review"),
        Act("add_safeguard", "Add a safeguard", "Add", R.SafeguardForm, REVIEW, "write_review"),
        Act("add_link", "Link evidence", "Add", R.LinkForm, REVIEW, "write_review"),
        Act("comment", "Comment on the review", "Say it", R.CommentForm, REVIEW, "note_incident"),
        Act("curate", "Curate an entry", "Save", R.CurateForm, CURATED, "write_review", "The record itself stays as it is."),
        Act("plan_action", "Add a prevention action", "Add", P.ActionForm, REVIEW, "write_review", "A named person, a day, and an outcome that can be verified."),
        Act("replan", "Change the plan", "Save", P.ReplanForm, ACTION, "write_review"),
        Act("finish_action", "Mark it done", "Done", P.FinishForm, ACTION, "note_incident", "With evidence; somebody else verifies it."),
        Act("verify_action", "Verify the action", "Verify", P.VerifyForm, ACTION, "verify_action", "By somebody other than its owner."),
        Act("reopen_action", "Open it again", "Open again", P.ReopenForm, ACTION, "verify_action"),
        Act("decline_action", "Not doing", "Decide", P.DeclineForm, ACTION, "write_review", "A decision with a reason; a second person agrees on this same page."),
        Act("look_back", "Did it come back?", "Record", P.LookBackForm, LOOK, "note_incident"),
        Act("add_check", "Add a regression check", "Add", P.CheckForm, REVIEW, "write_review", "The failure scenario as something that can be run again."),
        Act("run_check", "Record a run", "Record", P.RunForm, CHECK, "note_incident"),
        Act("renew_secret", "Make a new secret", "Make a new one", P.RenewSecretForm, CHECK, "write_review", "What signs with the old one is refused from then on."),
        Act("retire_check", "Retire the check", "Retire", P.RetireCheckForm, CHECK, "write_review"),
        Act("document_change", "Document a change", "Record", P.ChangeForm, REVIEW, "write_review", "What changed because of this incident, with link and date."),
        Act("sign_no_change", "Sign: no change warranted", "Sign", P.SignNoChangeForm, CHANGE, "sign_review"),
        Act("pause_work", "Pause work", "Pause it", G.PauseForm, INCIDENT, "pause_work", "A workflow, an agent, a tool or a panel; its gate stands before the restart."),
        Act("add_criterion", "Add a criterion", "Add", G.CriterionForm, GATE, "write_review"),
        Act("add_limit", "Add a limit", "Add", G.LimitForm, GATE, "write_review", "A reading equal to the limit does not pass."),
        Act("name_gate_owner", "Name the owner", "Save", G.OwnerForm, GATE, "write_review"),
        Act("restart_work", "Restart", "Restart", G.RestartForm, GATE, "restart_work", "Shadow, then partial, then normal scope."),
        Act("pause_again", "Pause it again", "Pause it again", G.PauseAgainForm, GATE, "pause_work"),
        Act("ask_to_force", "Ask to restart by force", "Ask", G.AskToForceForm, GATE, "restart_work", "Costs a reason, a second person and an escalation."),
        Act("force_restart", "Agree to restart by force", "Restart by force", G.ForceForm, GATE, "override_incident"),
        Act("retire_work", "It never runs again", "Retire", G.EndForm, GATE, "confirm_evidence"),
        Act("confirm_criterion", "Confirm with evidence", "Confirm", G.ConfirmForm, CRITERION, "confirm_evidence"),
        Act("criterion_not_needed", "Not applicable", "Not needed", G.NotApplicableForm, CRITERION, "confirm_evidence"),
        Act("withdraw_confirmation", "Take the confirmation back", "Take back", G.WithdrawForm, CRITERION, "confirm_evidence"),
        Act("draft_report", "Write a support report", "Begin", S.DraftForm, INCIDENT, "hand_off", "For outside support or another team: enough to reproduce, and not one secret."),
        Act("write_report", "Write the support report", "Save", S.ReportForm, REPORT, "hand_off", "Nothing leaves as it stands here; the next page shows what does."),
        Act("submit_report", "Hand it to a second operator", "Hand over", S.SubmitForm, REPORT, "hand_off"),
        Act("judge_report", "Is it enough?", "Say so", S.JudgeForm, REPORT, "judge_report", "Could you reproduce or triage this from what leaves?"),
        Act("hand_off", "Record the hand-off", "Record", S.HandOffForm, REPORT, "hand_off"),
        Act("take_back", "Take the hand-off back", "Take it back", S.TakeBackForm, REPORT, "hand_off", "What left stays on the record, and so does that it was taken back. Then write another one."),
        Act("explain_breach", "Why was it late?", "Record the reason", P.BreachForm, BREACH, "write_review", "Counted in the reports by its kind, and on the incident’s record in your words."),
        Act("read_criterion", "Record a reading", "Record", G.ReadForm, CRITERION, "note_incident"),
    )
}  # fmt: skip


def view_of(act: Act) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: SignedRequest, pk: int) -> HttpResponse:
        return do(request, pk, act)

    view.permission = act.permission  # type: ignore[attr-defined]
    return view


def _key(on: On, incident: Incident, subject: Any) -> list[Any]:
    """What the address of the page afterwards needs; nothing for a page that is not about one thing."""
    if not on.page_key:
        return []
    return [incident.pk if on.prefix == "incidents" else _path(subject, on.page_key)]


def do(request: SignedRequest, pk: int, act: Act) -> HttpResponse:
    if not request.user.has_perm(act.permission):
        what = PERMISSIONS[act.permission]
        raise PermissionDenied(f"None of your roles may do this: “{what}”. An administrator can change that.")
    subject = act.on.find(pk)
    if subject is None:
        raise Http404("There is no such thing.")
    incident = seen(request, _path(subject, act.on.incident))
    if act.on is REVIEW and act.name not in ("open_review", "plan_action", "add_check", "document_change"):
        subject = Review.objects.filter(incident=incident).first()
        if subject is None:
            raise Http404("There is no review yet.")
    back = reverse(act.on.page, args=_key(act.on, incident, subject))
    now = timezone.now()
    # A link may bring words along, such as a line of the review that is to become an action.
    brought = {name: value[:200] for name, value in request.GET.items() if name in act.form.base_fields}
    form = act.form(
        request.POST or None, incident=incident, subject=subject, viewer=request.user, now=now, initial=brought
    )
    if request.method == "POST":
        form.is_bound = True
        form.data = form.data or request.POST
        if form.is_valid():
            try:
                messages.success(request, form.act(by=request.user, at=timezone.now()))
            except Refused as refused:
                form.refuse(refused)
            else:
                return redirect(back)
    crumbs = ((incident.reference, reverse("incidents:incident", args=[incident.pk])),)
    page = Page(act.title, crumbs, back, act.button, act.lead or incident.title)
    return render(request, page.template, {"form": form, "page": page})


urlpatterns: list[URLPattern] = [path(act.address, view_of(act), name=act.name) for act in ACTS.values()]
