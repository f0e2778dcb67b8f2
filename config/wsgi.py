"""The WSGI door that gunicorn opens."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.bodies import measured
from config.checks import refuse_bad_deployment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = measured(get_wsgi_application())
refuse_bad_deployment()
# Every address and its form is read now: `/healthz` would answer before, and whoever came first would wait for it.
WARM = (get_resolver().url_patterns, get_resolver("config.machines").url_patterns)
# What stands now stands for ever: the collector need not walk through half a million objects again in a request.
gc.freeze()
