"""One verb, one address: /incidents/42/acknowledge/ is incidents:acknowledge."""

from django.urls import URLPattern, path

from incidents.views import awaiting, settling, verbs

urlpatterns: list[URLPattern] = [
    *(path(f"incidents/<int:pk>/{verb.segment}", verbs.view_of(name), name=name) for name, verb in verbs.VERBS.items()),
    path("incidents/<int:pk>/preview/<str:name>/", verbs.preview, name="preview"),
    path("escalations/<int:pk>/take/", settling.take_escalation, name="take_escalation"),
    path("escalations/<str:token>/", settling.take_by_link, name="take_by_link"),
    path("crm-notes/<int:pk>/settle/", settling.settle_note, name="settle_note"),
    path("crm-notes/<int:pk>/write/", settling.write_note, name="write_note"),
    path("letters/<int:pk>/retry/", settling.retry_letter, name="retry_letter"),
    path("letters/<int:pk>/waive/", settling.waive_letter, name="waive_letter"),
    path("incidents/<int:pk>/take-back/", settling.take_back, name="take_back"),
    path("awaiting-letters/<int:pk>/", awaiting.awaiting, name="awaiting"),
    path("awaiting-letters/<int:pk>/approve/", awaiting.approve_letter, name="approve_letter"),
    path("awaiting-letters/<int:pk>/send-back/", awaiting.send_back_letter, name="send_back_letter"),
    path("awaiting-letters/<int:pk>/withdraw/", awaiting.withdraw_letter, name="withdraw_letter"),
    path("suggested-situations/<int:pk>/confirm/", settling.confirm_situation, name="confirm_situation"),
    path("suggested-situations/<int:pk>/dismiss/", settling.dismiss_situation, name="dismiss_situation"),
    path("clocks/<int:pk>/void/", settling.void_breach, name="void_breach"),
]
