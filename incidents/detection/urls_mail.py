"""Addresses of inbound mail."""

from django.urls import URLPattern, path

from incidents.detection.views import mail

urlpatterns: list[URLPattern] = [
    path("inbound-mail/", mail.inbound_mail, name="inbound_mail"),
    path("inbound-mail/<int:pk>/", mail.mail, name="mail"),
    path("inbound-mail/<int:pk>/to-incident/", mail.file_to_incident, name="file_to_incident"),
    path("inbound-mail/<int:pk>/as-report/", mail.file_as_report, name="file_as_report"),
    path("inbound-mail/<int:pk>/set-aside/", mail.set_aside, name="set_aside"),
    path("inbound-mail/<int:pk>/put-back/", mail.put_back, name="put_back"),
    path("inbound-mail/<int:pk>/sort-again/", mail.sort_again, name="sort_again"),
    path("inbound-mail/<int:pk>/files/<int:number>/", mail.mail_file, name="mail_file"),
]
