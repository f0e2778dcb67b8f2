"""Addresses of detection."""

from django.urls import URLPattern

from incidents.detection import urls_watching

app_name = "detection"
urlpatterns: list[URLPattern] = [*urls_watching.urlpatterns]
