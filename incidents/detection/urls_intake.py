"""Addresses of intake: the doors for machines and clients, and the pages of sources, rules and silences."""

from django.urls import URLPattern

from incidents.detection.doors import urlpatterns as doors

urls_intake: list[URLPattern] = [*doors]
