"""Addresses of incidents: one verb, one name."""

app_name = "incidents"
urlpatterns: list[object] = []
