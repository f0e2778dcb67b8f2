"""Every address of the product, in one list."""

from django.urls import include, path

from config import api_page, checks, health
from config.machines import programs

# Importing the checks registers them.
__all__ = ["checks", "urlpatterns"]

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("accounts/", include("allauth.urls")),
    path("", include("incidents.urls")),
    path("", include("incidents.playbooks.urls")),
    path("", include("incidents.detection.urls")),
    path("", include("postmortems.urls")),
    path("settings/api/", api_page.page, name="api_page"),
    programs,
]

handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
