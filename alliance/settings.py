"""Settings of the portal, read from the environment.

PORTAL_MODE is "production" unless told otherwise: it then refuses to start without the settings in
REQUIRED. "demo", which `make` sets, has a default for each; its servers are `alliance.embedded`.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# ── Mode ────────────────────────────────────────────────────────────────────────────────────────
PORTAL_MODE = env("PORTAL_MODE", default="production")
if PORTAL_MODE not in ("production", "demo"):
    raise ImproperlyConfigured(f"PORTAL_MODE is production or demo, not {PORTAL_MODE!r}.")
DEMO = PORTAL_MODE == "demo"

REQUIRED = (
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "ALLOWED_HOSTS",
    "SITE_URL",
)
if not DEMO and (missing := [name for name in REQUIRED if not env(name, default="")]):
    raise ImproperlyConfigured(
        f"In production these settings must be given: {', '.join(missing)}. "
        "PORTAL_MODE=demo runs the portal without them."
    )

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="demo: signs nothing of worth")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# ── Names ───────────────────────────────────────────────────────────────────────────────────────
PORTAL_NAME = {
    "zh-hant": env("PORTAL_NAME_ZH", default="臺灣區塊鏈大聯盟"),
    "en": env("PORTAL_NAME_EN", default="Taiwan Blockchain Alliance"),
}
PORTAL_ADDRESS = {"zh-hant": env("PORTAL_ADDRESS_ZH", default=""), "en": env("PORTAL_ADDRESS_EN", default="")}
PORTAL_HOURS = {"zh-hant": env("PORTAL_HOURS_ZH", default=""), "en": env("PORTAL_HOURS_EN", default="")}
PORTAL_PHONE = env("PORTAL_PHONE", default="")
PORTAL_EMAIL = env("PORTAL_EMAIL", default="secretariat@demo.example" if DEMO else "")
# A mark and a stylesheet of one's own: paths below static/.
PORTAL_MARK = env("PORTAL_MARK", default="")
PORTAL_THEME_CSS = env("PORTAL_THEME_CSS", default="")

# ── Applications ────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "members.User"
ROOT_URLCONF = "alliance.urls"
WSGI_APPLICATION = "alliance.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "members",
    "workinggroups",
    "proposals",
    "events",
    "alliance.apps.AllianceConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "pgtrigger",
    "alliance.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "alliance.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alliance.unsent.UnsentTextMiddleware",
    "alliance.middleware.MfaRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

FORMS_URLFIELD_ASSUME_HTTPS = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliance.context.portal",
            ],
        },
    },
]

# ── Database: the application's role, which can neither create nor alter tables ─────────────────
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://tba@/tba?host=/nonexistent")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=0),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "statement_timeout": env("STATEMENT_TIMEOUT", default="0"),
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",
    }.items()
)

# ── Cache, sessions, queue ──────────────────────────────────────────────────────────────────────
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # signing in must outlive the cache

CELERY_BROKER_URL = env("REDIS_URL", default="memory://")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 1,
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "Asia/Taipei"
# The second engine, `sweep --loop`, pauses so long between two rounds.
SWEEP_PAUSE_SECONDS = env.float("SWEEP_PAUSE_SECONDS", default=60)
CELERY_BEAT_SCHEDULE = {
    "send letters": {
        "task": "members.tasks.send_letters",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "sweep deadlines": {
        "task": "proposals.tasks.sweep",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "forget applications": {
        "task": "members.tasks.forget_applications",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": 3600},
    },
    "tend contact requests": {
        "task": "members.tasks.tend_contact_requests",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 3600},
    },
    "tidy files": {
        "task": "proposals.tasks.tidy_files",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
}

# ── Mail ────────────────────────────────────────────────────────────────────────────────────────
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"portal@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Dotted path of `accepted(message_id) -> bool | None`: did our relay take this letter? None: it cannot tell.
RELAY_JOURNAL = env("RELAY_JOURNAL", default="alliance.embedded.mail.accepted" if DEMO else "")
MAIL_FOLDER = env("MAIL_FOLDER", default="")
# A sender has a letter for itself while it may be sending (LETTER_SECONDS for the whole conversation) and as
# long again as a relay may need to write its journal; only then another one may look into the journal.
LETTER_SECONDS = env.float("LETTER_SECONDS", default=60)
LETTER_LEASE_MARGIN_SECONDS = env.float("LETTER_LEASE_MARGIN_SECONDS", default=120)
# When a letter refused for now is tried again; the last pause holds on.
LETTER_RETRY_MINUTES = env.list("LETTER_RETRY_MINUTES", cast=float, default=[1, 5, 15, 60, 240])
# How long a letter waits of which no journal knows whether it has left.
LETTER_DOUBT_MINUTES = env.float("LETTER_DOUBT_MINUTES", default=15)
# How long one task sends before it makes room; a worker told to end waits for it.
LETTERS_BUDGET_SECONDS = env.float("LETTERS_BUDGET_SECONDS", default=20)

# ── Language and time ───────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", "正體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "alliance" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Taipei"

# ── Files: uploads are private and have no address; a view checks the right on every request ────
STATIC_URL = "/static/"
STATIC_ROOT = None if DEMO else BASE_DIR / "staticfiles"  # the demo serves them where they are
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / ".portal" / "files")))
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ── Signing in ──────────────────────────────────────────────────────────────────────────────────
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not DEMO)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ["email", "name"]},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_FAILURE_VIEW = "alliance.unsent.csrf_failure"

ACCOUNT_ADAPTER = "alliance.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0 if DEMO else 1)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = PORTAL_NAME["en"]

# ── What browsers are told ──────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"

# ── Logs ────────────────────────────────────────────────────────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "alliance.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "pypdf": {"handlers": [], "level": "CRITICAL", "propagate": True},  # it tells of each odd file
    },
}
