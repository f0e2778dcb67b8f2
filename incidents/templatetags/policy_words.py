"""Small words and figures of the settings pages."""

from django import template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from incidents.spelling import spell

register = template.Library()


@register.filter
def spelled(seconds: int) -> str:
    """`17h 20m`."""
    return spell(seconds)


@register.filter
def minus(number: int, less: int) -> int:
    return number - less


@register.filter
def share(part: int, whole: int) -> str:
    """`90.2 %`; a dash when there is nothing to divide by."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


@register.filter
def labelled(field: BoundField) -> SafeString:
    """The widget of a field in a grid, whose label is spoken but not shown."""
    return field.as_widget(attrs={"aria-label": str(field.label)})


@register.filter
def styled(field: BoundField) -> BoundField:
    """A field of somebody else's form with the classes that our forms give their widgets."""
    widget = field.field.widget
    name = {"checkbox": "form-check-input", "select": "form-select"}.get(field.widget_type, "form-control")
    if not field.use_fieldset:
        widget.attrs["class"] = name
    return field
