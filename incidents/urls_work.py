"""Addresses of the work: the board, an incident, what I owe, the letters."""

from django.urls import URLPattern, path

from incidents.views import addresses, board, evidence, incident, letters, my_work, replies, report, stuck, why

urlpatterns: list[URLPattern] = [
    path("", board.board, name="board"),
    path("incidents/export.csv", board.export, name="export"),
    path("incidents/report/", report.report, name="report"),
    path("incidents/<int:pk>/", incident.incident, name="incident"),
    path("incidents/<int:pk>/clocks/<int:clock_pk>/", why.why, name="why"),
    path("incidents/<int:pk>/evidence/<int:evidence_pk>/", evidence.evidence, name="evidence"),
    path("incidents/<int:pk>/error-reports/<int:report_pk>/", evidence.kept_error, name="kept_error"),
    path("my-work/", my_work.my_work, name="my_work"),
    path("my-work/seen/", my_work.seen, name="seen"),
    path("letters/", letters.letters, name="letters"),
    path("letters/suppressed/", addresses.suppressed, name="suppressed"),
    path("letters/suppressed/<int:pk>/lift/", addresses.lift_suppression, name="lift_suppression"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("replies/<int:pk>/", replies.reply, name="reply"),
    path("replies/<int:pk>/settle/", replies.settle_reply, name="settle_reply"),
    path("replies/<int:pk>/reopen/", replies.reopen_by_reply, name="reopen_by_reply"),
    path("replies/<int:pk>/follow/", replies.follow_reply, name="follow_reply"),
    path("stuck/", stuck.stuck, name="stuck"),
    path("stuck/<int:pk>/try/", stuck.try_stuck, name="try_stuck"),
    path("stuck/<int:pk>/give-up/", stuck.give_up_stuck, name="give_up_stuck"),
    path("stuck/clocks/<int:pk>/release/", stuck.release_clock, name="release_clock"),
    path("rev", board.freshness, name="freshness"),
]
