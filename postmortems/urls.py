"""Addresses of learning: one act, one name."""

from django.urls import URLPattern, path

from postmortems.views import acts, checks, letter, pages, paper, reports, settings, support

app_name = "postmortems"
urlpatterns: list[URLPattern] = [
    path("reviews/", pages.review_list, name="reviews"),
    path("incidents/<int:pk>/review/", pages.review, name="review"),
    path("incidents/<int:pk>/review/preview/", pages.review_preview, name="review_preview"),
    path("incidents/<int:pk>/review/history/", pages.history, name="history"),
    path("incidents/<int:pk>/review/export/", paper.export, name="review_export"),
    path("incidents/<int:pk>/review/export.html", paper.file, name="review_file"),
    path("incidents/<int:pk>/consult/<int:procedure>/", pages.consult, name="consult"),
    path("incidents/<int:pk>/checkpoint/<slug:moment>/", pages.pass_checkpoint, name="checkpoint"),
    path("incidents/<int:pk>/safeguards/<int:safeguard>/remove/", pages.remove_safeguard, name="remove_safeguard"),
    path("incidents/<int:pk>/send-postmortem/", letter.send_postmortem, name="send_postmortem"),
    path("incidents/<int:pk>/send-postmortem/preview/", letter.postmortem_preview, name="postmortem_preview"),
    path("actions/", pages.actions, name="actions"),
    path("actions/<int:pk>/", pages.action, name="action"),
    path("regression-checks/", checks.check_list, name="checks"),
    path("regression-checks/<int:pk>/", pages.check, name="check"),
    path("changes/", pages.changes, name="changes"),
    path("paused-work/", pages.paused_work, name="paused_work"),
    path("gates/<int:pk>/", pages.gate, name="gate"),
    path("reports/", reports.reports, name="reports"),
    path("reports/incidents/", reports.report_incidents, name="report_incidents"),
    path("reports/breaches/", reports.report_breaches, name="report_breaches"),
    path("reports/export.csv", reports.export_reports, name="export_reports"),
    path("support-reports/<int:pk>/", support.support_report, name="support_report"),
    path("support-reports/<int:pk>/dismiss/<slug:digest>/", support.dismiss, name="dismiss_finding"),
    path("support-reports/<int:pk>/export.<slug:kind>", support.export, name="export_report"),
    *acts.urlpatterns,
    *settings.urlpatterns,
]
