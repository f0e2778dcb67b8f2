"""The one settings file: everything that differs between machines comes from the environment (design law 10)."""

from pathlib import Path

import environ

from config.patience import impatient

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("ALLCLEAR_DEBUG", False)
DEMO = env.bool("ALLCLEAR_DEMO", False)
SECRET_KEY = env.str("SECRET_KEY", "")
# The keys before it, while it is being changed: they still open what they sealed and signed, and seal nothing more.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_URL = env.str("ALLCLEAR_URL", "http://127.0.0.1:8080").rstrip("/")
ALLOWED_HOSTS = env.list("ALLCLEAR_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "notifications",
    "incidents",
    "incidents.playbooks",
    "incidents.detection",
    "postmortems",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    "config.middleware.RequestId",
    "config.middleware.SecurityHeaders",
    "config.middleware.Alive",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.Machines",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.typed.KeepTyped",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.ViewerZone",
    "config.twice.DoneOnce",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "incidents.context.frame",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", "postgres:///allclear")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A pooled connection that a restarted PostgreSQL has cut is noticed before a page uses it.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
STATEMENT_TIMEOUT = env.int("ALLCLEAR_STATEMENT_TIMEOUT", 30)
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "connect_timeout": 3,
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout={min(10, STATEMENT_TIMEOUT)}s "
    "-c idle_in_transaction_session_timeout=60s",
}
if env.bool("ALLCLEAR_POOL", True):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("ALLCLEAR_POOL_SIZE", 20),
        "timeout": 5,
        # Whoever waits asks anew. A pool that tries by itself waits twice as long each time: minutes after an outage.
        "reconnect_timeout": 1,
        "connection_class": impatient(STATEMENT_TIMEOUT),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "global_keyprefix": "allclear:",
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 180
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "clocks"

AUTH_USER_MODEL = "incidents.Responder"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "config.typed.not_ours"
LOGIN_REDIRECT_URL = "incidents:board"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "incidents.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "incidents.sign_in.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
# One address, set by an administrator and on the record of changes; nobody adds another way in by himself.
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
# Nobody signs up, so nobody can block another's address: a second factor needs no verified address first.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "incidents.sign_in.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env.str("OIDC_NAME", "Single sign-on"),
                    "client_id": env.str("OIDC_CLIENT_ID", ""),
                    "secret": env.str("OIDC_CLIENT_SECRET", ""),
                    "settings": {"server_url": env.str("OIDC_SERVER_URL", "")},
                }
            ],
        }
    }
    if env.str("OIDC_CLIENT_ID", "")
    else {}
)

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = env.path("ALLCLEAR_STATIC_ROOT", str(ROOT / ".run" / "static"))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": env.str("ALLCLEAR_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Sessions live in PostgreSQL: a sign-in must survive a lost Redis, and no page may wait for it.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = env.bool("ALLCLEAR_SSL_REDIRECT", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SECURE_HSTS_SECONDS = 31536000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_COOKIES
SECURE_HSTS_PRELOAD = SECURE_COOKIES
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
# The cache only counts sign-in attempts; PostgreSQL keeps it, so that it works without Redis and across machines.
# Django keeps 300 rows unless told otherwise: attempts under many names would push out what was counted of one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "allclear_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# `filemail:///srv/mail` names a folder from the root; read as it comes, it would lie below the working directory.
EMAIL_FILE_PATH = f"/{vars()['EMAIL_FILE_PATH']}" if vars().get("EMAIL_FILE_PATH") else None
EMAIL_TIMEOUT = env.int("ALLCLEAR_SMTP_TIMEOUT", 15)
DEFAULT_FROM_EMAIL = env.str("ALLCLEAR_FROM_EMAIL", "Allclear <allclear@localhost>")
ALLCLEAR_REPLY_TO = env.str("ALLCLEAR_REPLY_TO", "")
# How long a letter to clients that a person wrote can be taken back before the outbox lets it go; 0: not at all.
UNDO_SECONDS = max(0, env.int("ALLCLEAR_UNDO_SECONDS", 20))
# Where answers to letters go, and where they are fetched: each letter gets a signed `+` address of this mailbox.
REPLY_ADDRESS = env.str("REPLY_ADDRESS", "")
# For how many days letters that came in are kept; 0: for ever.
KEEP_MAIL_DAYS = max(0, env.int("ALLCLEAR_KEEP_MAIL_DAYS", 365))
# Those that no thread claimed or nobody could read, and that nobody filed.
KEEP_UNFILED_MAIL_DAYS = max(0, env.int("ALLCLEAR_KEEP_UNFILED_MAIL_DAYS", 90))
INBOUND_IMAP_URL = env.str("INBOUND_IMAP_URL", "")
TELEGRAM_API_URL = env.str("TELEGRAM_API_URL", "https://api.telegram.org")
TELEGRAM_BOT_TOKEN = env.str("TELEGRAM_BOT_TOKEN", "")
# The CRM: without a token its notes are recorded by hand. The portal id makes each note a link.
HUBSPOT_API_URL = env.str("HUBSPOT_API_URL", "https://api.hubapi.com").rstrip("/")
HUBSPOT_APP_URL = env.str("HUBSPOT_APP_URL", "https://app.hubspot.com").rstrip("/")
HUBSPOT_TOKEN = env.str("HUBSPOT_TOKEN", "")
HUBSPOT_PORTAL_ID = env.str("HUBSPOT_PORTAL_ID", "")
# Hosts that webhooks may reach although they are internal, and without TLS; all others must be on the Internet.
EGRESS_HOSTS = env.list("ALLCLEAR_EGRESS_HOSTS", default=[])
# The zone in which a day ends for actions, checks and reports that belong to no client (C-24).
ALLCLEAR_TIME_ZONE = env.str("ALLCLEAR_TIME_ZONE", "UTC")
DEAD_MAN_URL = env.str("ALLCLEAR_DEAD_MAN_URL", "")
METRICS_TOKEN = env.str("ALLCLEAR_METRICS_TOKEN", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("ALLCLEAR_LOG_LEVEL", "INFO")},
    "loggers": {
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
