"""Addresses of incidents: one verb, one name."""

from incidents.urls_account import urlpatterns as account
from incidents.urls_clients import urlpatterns as clients
from incidents.urls_configuration import urlpatterns as configuration
from incidents.urls_verbs import urlpatterns as verbs
from incidents.urls_work import urlpatterns as work

app_name = "incidents"
urlpatterns = [*work, *verbs, *clients, *configuration, *account]
