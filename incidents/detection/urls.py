"""Addresses of detection."""

from django.urls import URLPattern

app_name = "detection"
urlpatterns: list[URLPattern] = []
