"""Addresses of playbooks."""

from django.urls import URLPattern, path

from incidents.playbooks.views import editing, library, running

app_name = "playbooks"

_OF = "incidents/<int:pk>/playbooks/"
_RUN = _OF + "<int:run_pk>/"
_STEP = _RUN + "steps/<slug:key>/"

_ONE = "playbooks/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("playbooks/", library.playbooks, name="library"),
    path("playbooks/add/", editing.add, name="add"),
    path("playbooks/types/add/", library.add_type, name="add_type"),
    path("playbooks/types/<int:pk>/", library.change_type, name="change_type"),
    path(_ONE, library.playbook, name="playbook"),
    path(_ONE + "history/", library.history, name="history"),
    path(_ONE + "versions/<int:number>/", library.version, name="version"),
    path(_ONE + "versions/<int:number>/restore/", library.restore_version, name="restore_version"),
    path(_ONE + "restore/", library.restore_shipped, name="restore_shipped"),
    path(_ONE + "retire/", library.retire, name="retire"),
    path(_ONE + "edit/", editing.edit, name="edit"),
    path(_ONE + "edit/outline/", editing.outline, name="outline"),
    path(_ONE + "edit/publish/", editing.publish, name="publish"),
    path(_ONE + "edit/discard/", editing.discard, name="discard"),
    path(_ONE + "edit/steps/add/", editing.add_step, name="add_step"),
    path(_ONE + "edit/steps/change/<slug:key>/", editing.change_step, name="change_step"),
    path(_ONE + "edit/steps/change/<slug:key>/move/", editing.move_step, name="move_step"),
    path(_ONE + "edit/steps/change/<slug:key>/remove/", editing.remove_step, name="remove_step"),
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
