"""Addresses for programs alone: looked up before sessions, cookies and sign-in are thought of."""

from django.urls import include, path

from config import api
from incidents.detection.doors import urlpatterns as doors

programs = path("api/v1/", include((list(api.urlpatterns()), "ninja"), namespace="api"))
urlpatterns = [*doors, programs]
