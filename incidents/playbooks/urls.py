"""Addresses of playbooks."""

from django.urls import URLPattern, path

from incidents.playbooks.views import running

app_name = "playbooks"

_OF = "incidents/<int:pk>/playbooks/"
_RUN = _OF + "<int:run_pk>/"
_STEP = _RUN + "steps/<slug:key>/"

urlpatterns: list[URLPattern] = [
    path(_OF, running.of_incident, name="of_incident"),
    path(_OF + "start/", running.start, name="start"),
    path(_OF + "type/", running.classify, name="classify"),
    path(_RUN, running.run, name="run"),
    path(_RUN + "finish/", running.finish, name="finish"),
    path(_RUN + "stop/", running.stop, name="stop"),
    path(_STEP, running.record_step, name="record_step"),
    path(_STEP + "skip/", running.skip_step, name="skip_step"),
    path(_STEP + "untick/", running.untick_step, name="untick_step"),
    path(_STEP + "assign/", running.assign_step, name="assign_step"),
    path(_STEP + "read/", running.acknowledge_prohibition, name="acknowledge_prohibition"),
]
