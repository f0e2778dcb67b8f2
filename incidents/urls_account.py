"""Addresses of the ways in, and of what a responder sets about himself."""

from django.urls import URLPattern, path

from incidents.views.configuration import account

urlpatterns: list[URLPattern] = [
    path("first-sign-in/<str:token>/", account.first_sign_in, name="first_sign_in"),
    path("join/<str:key>/<str:token>/", account.join, name="join"),
    path("demo-sign-in/", account.demo_sign_in, name="demo_sign_in"),
    path("preferences/", account.preferences, name="preferences"),
    path("preferences/theme/", account.choose_theme, name="choose_theme"),
    path("preferences/away/", account.be_away, name="be_away"),
    path("preferences/away/<int:pk>/back/", account.be_back, name="be_back"),
]
