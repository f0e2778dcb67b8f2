"""Addresses of intake: the doors for machines and clients, and the pages of sources."""

from django.urls import URLPattern, path

from incidents.detection.doors import urlpatterns as doors
from incidents.detection.views import sources

pages: list[URLPattern] = [
    path("settings/sources/", sources.sources, name="sources"),
    path("settings/sources/add/", sources.add_source, name="add_source"),
    path("settings/sources/<int:pk>/", sources.source, name="source"),
    path("settings/sources/<int:pk>/key/", sources.renew_key, name="renew_key"),
    path("settings/sources/<int:pk>/keys/<int:key_pk>/end/", sources.end_key, name="end_key"),
    path("settings/sources/<int:pk>/switch/", sources.switch_source, name="switch_source"),
]
urls_intake: list[URLPattern] = [*doors, *pages]
