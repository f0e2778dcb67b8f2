"""Addresses of detection."""

from django.urls import URLPattern

from incidents.detection import urls_mail, urls_watching
from incidents.detection.urls_intake import urls_intake

app_name = "detection"
urlpatterns: list[URLPattern] = [*urls_intake, *urls_mail.urlpatterns, *urls_watching.urlpatterns]
