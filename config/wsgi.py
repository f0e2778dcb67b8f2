"""The WSGI door that gunicorn opens."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.bodies import measured
from config.checks import refuse_bad_deployment
from notifications import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = measured(get_wsgi_application())
refuse_bad_deployment()
# Every address and its form is read now: `/healthz` would answer before, and whoever came first would wait for it.
WARM = (get_resolver().url_patterns, get_resolver("config.machines").url_patterns)
# So are the language guard's patterns and weights, all but a second of work: whoever types the first words of a letter
# is answered as quickly as whoever types the next.
guard.check("Hi Dana, the vendor probably broke it at 10:00; the password is known, and it will be back by tomorrow.")
# What stands now stands for ever: the collector need not walk through half a million objects again in a request.
gc.freeze()
