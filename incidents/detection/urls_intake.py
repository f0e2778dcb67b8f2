"""Addresses of intake: the doors for machines and clients, and the pages of sources, rules and silences."""

from django.urls import URLPattern, path

from incidents.detection.doors import urlpatterns as doors
from incidents.detection.views import client_form, routing_rules, sources

urls_intake: list[URLPattern] = [
    *doors,
    path("tell-us/<str:token>/", client_form.client_report, name="client_report"),
    path("settings/sources/", sources.sources, name="sources"),
    path("settings/sources/add/", sources.add_source, name="add_source"),
    path("settings/sources/<int:pk>/", sources.source, name="source"),
    path("settings/sources/<int:pk>/change/", sources.change_source, name="change_source"),
    path("settings/sources/<int:pk>/switch/", sources.switch_source, name="switch_source"),
    path("settings/sources/<int:pk>/key/", sources.issue_key, name="issue_key"),
    path("settings/sources/<int:pk>/keys/<int:key_pk>/end/", sources.end_key, name="end_key"),
    path("settings/sources/<int:pk>/test/", sources.send_test, name="send_test"),
    path("settings/sources/<int:pk>/mapping/", sources.mapping, name="mapping"),
    path("settings/sources/<int:pk>/deliveries/<int:delivery_pk>/", sources.delivery, name="delivery"),
    path("settings/routing/", routing_rules.rules, name="rules"),
    path("settings/routing/add/", routing_rules.add_rule, name="add_rule"),
    path("settings/routing/try/", routing_rules.try_rules, name="try_rules"),
    path("settings/routing/<int:pk>/", routing_rules.change_rule, name="change_rule"),
    path("settings/routing/<int:pk>/move/", routing_rules.move_rule, name="move_rule"),
    path("settings/routing/<int:pk>/remove/", routing_rules.remove_rule, name="remove_rule"),
    path("settings/silences/", routing_rules.silences, name="silences"),
    path("settings/silences/add/", routing_rules.add_silence, name="add_silence"),
    path("settings/silences/<int:pk>/end/", routing_rules.end_silence, name="end_silence"),
]
