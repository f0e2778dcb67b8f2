"""Addresses of intake: the doors for machines and clients, and the pages of sources, rules and silences."""

from django.urls import URLPattern, path, re_path

from incidents.detection.views import inbound, sources

KEY = r"(?:/(?P<key>[^/]{1,200}))?/?$"
AT = r"^api/v1/inbound"

doors: list[URLPattern] = [
    re_path(rf"{AT}/alertmanager{KEY}", inbound.alertmanager, name="inbound_alertmanager"),
    re_path(rf"{AT}/grafana{KEY}", inbound.grafana, name="inbound_grafana"),
    re_path(rf"{AT}/generic{KEY}", inbound.generic, name="inbound_generic"),
    re_path(rf"{AT}/report{KEY}", inbound.report, name="inbound_report"),
    re_path(rf"{AT}/events/v2/enqueue/?$", inbound.pagerduty, name="inbound_pagerduty"),
    re_path(rf"{AT}/events/v2/change/enqueue/?$", inbound.pagerduty_change, name="inbound_pagerduty_change"),
    re_path(r"^v2/enqueue/?$", inbound.pagerduty, name="pagerduty_enqueue"),
    re_path(r"^v2/change/enqueue/?$", inbound.pagerduty_change, name="pagerduty_change_enqueue"),
    re_path(r"^v2/alerts/?$", inbound.opsgenie, name="opsgenie_alerts"),
    re_path(r"^v2/alerts/(?P<identifier>[^/]{1,512})/close/?$", inbound.opsgenie_close, name="opsgenie_close"),
    re_path(rf"{AT}/opsgenie{KEY}", inbound.opsgenie, name="inbound_opsgenie"),
]
pages: list[URLPattern] = [
    path("settings/sources/", sources.sources, name="sources"),
    path("settings/sources/add/", sources.add_source, name="add_source"),
    path("settings/sources/<int:pk>/", sources.source, name="source"),
    path("settings/sources/<int:pk>/key/", sources.renew_key, name="renew_key"),
    path("settings/sources/<int:pk>/keys/<int:key_pk>/end/", sources.end_key, name="end_key"),
    path("settings/sources/<int:pk>/switch/", sources.switch_source, name="switch_source"),
]
urls_intake: list[URLPattern] = [*doors, *pages]
