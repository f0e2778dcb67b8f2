"""Addresses for machines, in a list of their own, which the middleware looks into before anything else is done."""

from django.urls import URLPattern, re_path

from incidents.detection.views import inbound, inbound_mail

KEY = r"(?:/(?P<key>[^/]{1,200}))?/?$"
AT = r"^api/v1/inbound"

urlpatterns: list[URLPattern] = [
    re_path(rf"{AT}/alertmanager{KEY}", inbound.alertmanager, name="inbound_alertmanager"),
    re_path(rf"{AT}/grafana{KEY}", inbound.grafana, name="inbound_grafana"),
    re_path(rf"{AT}/generic{KEY}", inbound.generic, name="inbound_generic"),
    re_path(rf"{AT}/mail{KEY}", inbound_mail.mail, name="inbound_mail_door"),
    re_path(rf"{AT}/report{KEY}", inbound.report, name="inbound_report"),
    re_path(rf"{AT}/events/v2/enqueue/?$", inbound.pagerduty, name="inbound_pagerduty"),
    re_path(rf"{AT}/events/v2/change/enqueue/?$", inbound.pagerduty_change, name="inbound_pagerduty_change"),
    re_path(r"^v2/enqueue/?$", inbound.pagerduty, name="pagerduty_enqueue"),
    re_path(r"^v2/change/enqueue/?$", inbound.pagerduty_change, name="pagerduty_change_enqueue"),
    re_path(r"^v2/alerts/?$", inbound.opsgenie, name="opsgenie_alerts"),
    re_path(r"^v2/alerts/(?P<identifier>.{1,512})/close/?$", inbound.opsgenie_close, name="opsgenie_close"),
    re_path(rf"{AT}/opsgenie{KEY}", inbound.opsgenie, name="inbound_opsgenie"),
]
