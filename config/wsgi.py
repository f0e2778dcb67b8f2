"""The WSGI door that gunicorn opens."""

import os

from django.core.wsgi import get_wsgi_application

from config.checks import refuse_bad_deployment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_bad_deployment()
