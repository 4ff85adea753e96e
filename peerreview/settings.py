"""Settings: one file, from the environment only; without any, everything runs on one machine."""

import secrets
import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from peerreview.database import keep_connections

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Everything that an installation writes: database, keys, mail of the demonstration.
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

TESTING = "pytest" in sys.modules
DEBUG = env.bool("DEBUG", False)
# A demonstration signs people in without a second factor: loopback names only (checks.py).
DEMO = env.bool("DEMO", False)
# Nobody else reaches names of this machine, and nothing listens there for TLS.
_this_machine_only = "ALLOWED_HOSTS" not in env and "SITE_ADDRESS" not in env
# The one switch for TLS: secure cookies and their prefix, redirects, HSTS.
HTTPS = env.bool("HTTPS", not (DEMO or DEBUG or TESTING or _this_machine_only))


def _secret(name: str, size: int) -> str:
    """From the environment, or from a file of its own that the first start makes."""
    given = env.str(name, "")
    if given:
        return str(given)
    file = VAR_DIR / name.lower()
    try:
        with file.open("x") as new:
            file.chmod(0o600)
            new.write(secrets.token_hex(size))
    except FileExistsError:
        pass
    return file.read_text().strip()


SECRET_KEY = _secret("SECRET_KEY", 50)
# Wrap the keys of the keystore. A web-only node has WORKER_PUBLIC_KEY and an empty
# MASTER_KEY_WORKER: it makes worker keys and cannot read them.
MASTER_KEY_WEB = _secret("MASTER_KEY_WEB", 32)
WORKER_PUBLIC_KEY = env.str("WORKER_PUBLIC_KEY", "")
MASTER_KEY_WORKER = (
    env.str("MASTER_KEY_WORKER", "")
    if WORKER_PUBLIC_KEY
    else _secret("MASTER_KEY_WORKER", 32)
)
KEYSTORE_DIR = Path(env.str("KEYSTORE_DIR", str(VAR_DIR / "keystore")))

SITE_ADDRESS = env.str("SITE_ADDRESS", f"http://127.0.0.1:{env.int('PORT', 8000)}")
# Whom to ask about the installation itself, in a few words: shown to everybody on the help page.
SUPPORT_CONTACT = env.str("SUPPORT_CONTACT", "").strip()
# Who answers for the data in law, and how to reach them: shown on the privacy page.
DATA_CONTROLLER = env.str("DATA_CONTROLLER", "").strip()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]

INSTALLED_APPS = [
    "peerreview",
    "feedback",
    "questionnaires",
    "casemapping",
    "scheduling",
    "reviews",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_linear_migrations",
    "django_q",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    # First of all: nothing below it may learn who answers a questionnaire.
    "questionnaires.no_trace.NoTraceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "peerreview.middleware.PolicyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "peerreview.middleware.DenyByDefault",
    "peerreview.middleware.SessionLimits",
    "peerreview.middleware.SecondFactorRequired",
    "peerreview.middleware.KeysHeld",
]

ROOT_URLCONF = "peerreview.urls"
WSGI_APPLICATION = "peerreview.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reviews.access.page_context",
                "peerreview.personas.context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "critical_friend"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["critical_friend"]
CRISPY_FAIL_SILENTLY = False

# SQLite: WAL and IMMEDIATE so that two writers wait instead of failing; no
# ATOMIC_REQUESTS, which would let one person at a time on the site; deleted text is
# overwritten.
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        " PRAGMA journal_size_limit=27103364; PRAGMA secure_delete=ON;"
        " PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
    ),
}


def _database(address: str) -> dict[str, Any]:
    config: dict[str, Any] = environ.Env.db_url_config(address)
    if config["ENGINE"].endswith("sqlite3"):
        config["ENGINE"] = "peerreview.sqlite3"
        config["OPTIONS"] = dict(_SQLITE)
        # On disk in tests too, so that they meet WAL and real locks.
        config["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    else:
        config["OPTIONS"] = {}
    config["CONN_MAX_AGE"] = 0
    # For a web server other than deploy/gunicorn.conf.py, which does it itself; never for the worker.
    if env.bool("DATABASE_POOL", False):
        keep_connections(config)
    return config


DATABASES = {
    "default": _database(
        env.str("DATABASE_URL", "") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
    )
}
if env.str("KEYSTORE_URL", ""):
    DATABASES["keystore"] = _database(env.str("KEYSTORE_URL"))
# The apps whose newest migration is written down, so that two branches conflict in git.
FIRST_PARTY_APPS = [
    "feedback",
    "questionnaires",
    "casemapping",
    "scheduling",
    "reviews",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
    }
if TESTING:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
# Twice a second the queue says how it is, which nobody here asks: it is not written down.
CACHES["queue"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

Q_CLUSTER: dict[str, Any] = {
    "name": "peerreview",
    "workers": 2,
    "timeout": 120,
    "retry": 180,  # above the timeout, or a task runs twice
    "save_limit": -1,  # arguments and results are kept nowhere
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "recycle": 50,
    "bulk": 5,
    "poll": 0.5,
    "cache": "queue",
}
Q_CLUSTER |= {"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}

AUTH_USER_MODEL = "reviews.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("reviews:work")
ACCOUNT_ADAPTER = "reviews.domain.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("account_login")
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# How long the link in an invitation or for a forgotten password works; the letters say so.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/5m/key"}
ACCOUNT_FORMS = {
    "login": "reviews.forms.accounts.Login",
    "reset_password": "reviews.forms.accounts.ResetPassword",
    "reset_password_from_key": "reviews.forms.accounts.ResetPasswordKey",
    "change_password": "reviews.forms.accounts.ChangePassword",
    "reauthenticate": "reviews.forms.accounts.Reauthenticate",
}
MFA_FORMS = {
    "authenticate": "reviews.forms.accounts.Authenticate",
    "reauthenticate": "reviews.forms.accounts.ReauthenticateWithCode",
    "activate_totp": "reviews.forms.accounts.ActivateTotp",
    "deactivate_totp": "reviews.forms.accounts.DeactivateTotp",
}
MFA_ADAPTER = "reviews.domain.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Critical Friend"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # goes with the visit
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
if not (DEBUG or TESTING):
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "peerreview.static_files.Storage"},
    }

# Replies go to people; this is only the envelope's sender.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Peer review <review@localhost>")
EMAIL_URL = env.str("EMAIL_URL", "")
EMAIL_HOST = ""
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "reviews.mail.smtp.Backend"
if EMAIL_URL:
    _mail = env.email_url("EMAIL_URL")
    if _mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        del _mail[
            "EMAIL_BACKEND"
        ]  # ours does the same, and tells what may have arrived
    vars().update(_mail)
if DEMO:
    EMAIL_BACKEND = "reviews.mail.mailer.DemonstrationBackend"
elif not EMAIL_URL:
    EMAIL_HOST = "localhost"
# Questionnaire letters that come back: the address that they come back to, and its mailbox,
# imaps://user:password@mail.example.org/INBOX. manage.py take_bounce does without the mailbox.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", "")
BOUNCE_URL = env.str("BOUNCE_URL", "")

LANGUAGE_CODE = "en-gb"
# Welsh for respondents: their pages follow their questionnaire, everything else is in English.
LANGUAGES = [("en-gb", "English"), ("cy", "Welsh")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

# Where "Leave this page" takes a respondent: a public page that says nothing of this one.
LEAVE_TO = env.str("LEAVE_TO", "https://www.bbc.co.uk/weather")

DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000
# Uploads are held in memory, up to 25MB: Django's own handlers write to disk in clear.
FILE_UPLOAD_HANDLERS = ["reviews.files.uploads.HeldInMemory"]
ADMINS: list[tuple[str, str]] = []  # no error mail: it would quote what people said
DEFAULT_EXCEPTION_REPORTER_FILTER = "peerreview.silence.NothingReported"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_trace": {"()": "peerreview.silence.NoTraceFilter"}},
    "formatters": {"json": {"()": "peerreview.silence.AllowedFields"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["no_trace"],
            "formatter": "json",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {
            "handlers": ["console"],
            "level": "ERROR",
            "propagate": False,
        },
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "weasyprint.progress": {"level": "WARNING"},
    },
}
if TESTING:
    STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns where there is none
    LOGGING = {"version": 1, "disable_existing_loggers": False}
    TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "UNKNOWN NAME IN TEMPLATE: %s"
