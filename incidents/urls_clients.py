"""Addresses of what clients were told, and of what they see by their link."""

from django.urls import URLPattern, path

from incidents.views import client_links, client_status, digests, told

urlpatterns: list[URLPattern] = [
    path("clients/<int:pk>/told/", told.client_told, name="client_told"),
    path("clients/<int:pk>/told.csv", told.client_told_export, name="client_told_export"),
    path("clients/<int:pk>/told/print/", told.client_told_print, name="client_told_print"),
    path("clients/<int:pk>/links/", client_links.client_links, name="client_links"),
    path("clients/<int:pk>/links/add/", client_links.add_client_link, name="add_client_link"),
    path("clients/<int:pk>/links/<int:link_pk>/revoke/", client_links.revoke_client_link, name="revoke_client_link"),
    path("clients/<int:pk>/digest/", digests.coming_digest, name="coming_digest"),
    path("digests/<int:pk>/", digests.digest, name="digest"),
    path("status/<str:token>/", client_status.client_status, name="client_status"),
    path("status/<str:token>/seen/", client_status.client_status_seen, name="client_status_seen"),
]
