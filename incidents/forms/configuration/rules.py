"""The form of one row of the escalation matrix, and of a severity’s words."""

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.models import EscalationRule, Responder, Role, Situation
from notifications.models import Destination


class RuleForm(Sheet):
    name = LineField(max_length=120)
    situation = forms.ChoiceField(choices=Situation.choices, help_text="What happens that somebody must hear of.")
    severities = forms.TypedMultipleChoiceField(
        choices=[(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: every severity.",
    )
    wall_hours = forms.IntegerField(
        label="At the latest … hours after its start",
        required=False,
        min_value=1,
        max_value=2000,
        help_text="Only for “Not resolved in time”: by the wall clock, so that no pause and no closed hours hide it.",
    )
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The incident’s own coordinator, resolver or communicator, else the first holder who is not away.",
    )
    responders = forms.ModelMultipleChoiceField(
        Responder.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Told by name, whatever roles they hold.",
    )
    channels = forms.MultipleChoiceField(
        choices=EscalationRule.Channel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    rooms = forms.ModelMultipleChoiceField(
        Destination.objects.filter(responder=None, is_active=True),
        label="Chat rooms",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Hear of it too while “Chat or SMS” is ticked; never of a restricted incident.",
    )
    urgency = forms.ChoiceField(choices=EscalationRule.Urgency.choices)
    repeat_minutes = forms.IntegerField(
        label="Say it again every … minutes",
        required=False,
        min_value=1,
        max_value=10080,
        help_text="Until somebody takes it. Empty: said once.",
    )
    repeat_limit = forms.IntegerField(label="At most … times", min_value=1, max_value=100)
    is_enabled = forms.BooleanField(label="On", required=False)


class SeverityForm(Sheet):
    name = LineField(max_length=80)
    definition = TextField(max_length=2000, help_text="Shown wherever a severity is chosen.")
    examples = TextField(max_length=2000, help_text="Separated by commas.")
    communication = TextField(max_length=1000, help_text="How clients hear of it, in a sentence.")
    review_required = forms.BooleanField(label="A review is required before closing", required=False)
    confirmed_by_another = forms.BooleanField(
        label="A fix is confirmed by somebody other than whoever fixed it",
        required=False,
        help_text="Off: the resolver confirms, as the SOP has it.",
    )
