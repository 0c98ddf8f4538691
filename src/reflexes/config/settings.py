"""One settings file, read from the environment.

Development needs no configuration at all. Production (``REFLEXES_ENV=production``) refuses to start without a
secret key, allowed hosts, a database, a mail sender and the address of its source (design.md, section 3).
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from reflexes.config import bare
from reflexes.config.database import database_from_url
from reflexes.config.security import content_security_policy

SRC_DIR = bare.SRC_DIR
VAR_DIR = bare.VAR_DIR
ENV = os.environ.get("REFLEXES_ENV", "development")
PRODUCTION = ENV == "production"


def setting(name: str, development: str) -> str:
    """Read ``name`` from the environment; production has no default."""
    value = os.environ.get(name, "" if PRODUCTION else development)
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"Production needs {name}. Set it in the environment, then start again.")
    return value


DEBUG = False
SECRET_KEY = setting("REFLEXES_SECRET_KEY", "development-only-key-never-in-production-0123456789")
ALLOWED_HOSTS = setting("REFLEXES_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
SITE_URL = setting("REFLEXES_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
DEMO = os.environ.get("REFLEXES_DEMO", "") == "1" and not PRODUCTION
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# The telephone of the cell, said wherever a screen cannot help; the demonstration uses a number kept for fiction.
CELL_PHONE = os.environ.get("REFLEXES_CELL_PHONE", "04 65 71 00 00" if DEMO else "")

# Whoever uses an instance over the network may read its source (AGPL, section 13): its address is on every page.
SOURCE_URL = setting("REFLEXES_SOURCE_URL", "")

PISTES = [
    "reflexes.pistes.resources.micro_mobility",
    "reflexes.pistes.influence.liaison_committees",
    "reflexes.pistes.contact.citizen_dialogue",
    "reflexes.pistes.contact.proactive_desks",
    "reflexes.pistes.data.data_trust",
]
PISTES_OFF = [slug for slug in os.environ.get("REFLEXES_PISTES_OFF", "").split(",") if slug]

# A folder read again and again for sheets that other programs leave (docs/sheets.md), and whose sheets they are.
DROP_FOLDER = os.environ.get("REFLEXES_DROP", "")
DROP_ORGANISATION = os.environ.get("REFLEXES_DROP_ORGANISATION", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "reflexes.core.accounts",
    "reflexes.core.outbox",
    "reflexes.core.notifications",
    "reflexes.core.privacy",
    "reflexes.web",
    "reflexes.mechanisms.journal",
    "reflexes.mechanisms.directory",
    "reflexes.mechanisms.crisis",
    "reflexes.mechanisms.allocation",
    "reflexes.mechanisms.assembly",
    "reflexes.mechanisms.casework",
    "reflexes.mechanisms.evidence",
    *[piste for piste in PISTES if piste.rsplit(".", 1)[-1] not in PISTES_OFF],
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are sentences: compressed, they are a fifth. It adds random bytes against the guessing of secrets by size.
    "django.middleware.gzip.GZipMiddleware",
    "reflexes.web.middleware.HeadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "reflexes.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "reflexes.mechanisms.directory.middleware.ActingMiddleware",
    "reflexes.mechanisms.crisis.middleware.ExerciseMiddleware",
    "reflexes.web.middleware.ClosedByDefaultMiddleware",
]

ROOT_URLCONF = "reflexes.config.urls"
WSGI_APPLICATION = "reflexes.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SRC_DIR / "web" / "overrides"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reflexes.web.context.page",
            ],
            "builtins": ["reflexes.web.templatetags.components"],
        },
    },
]

FORM_RENDERER = "reflexes.web.forms.Renderer"
CSRF_FAILURE_VIEW = "reflexes.web.errors.csrf_failure"

DATABASES = {"default": database_from_url(setting("DATABASE_URL", f"sqlite:///{VAR_DIR / 'reflexes.sqlite3'}"))}
# Secrets of datasets, one file each, outside the database and its backups (docs/keys.md).
KEYS_DIR = Path(os.environ.get("REFLEXES_KEYS", VAR_DIR / "keys"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"

ACCOUNT_ADAPTER = "reflexes.core.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Tries are counted where every web process sees them, or two processes would allow twice as many.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_tries"}}
# Behind a proxy every request comes from the proxy's address: tries are then counted by the address it forwards.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("REFLEXES_BEHIND_PROXY") == "1" else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Réflexes"
MFA_FORMS = {
    "add_webauthn": "reflexes.core.accounts.forms.KeyForm",
    "edit_webauthn": "reflexes.core.accounts.forms.KeyNameForm",
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = bare.LOCALE_PATHS

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {"BACKEND": "reflexes.web.storage.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

EMAIL_BACKEND = os.environ.get(
    "REFLEXES_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("REFLEXES_SMTP_HOST")
    else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = setting("REFLEXES_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("REFLEXES_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("REFLEXES_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("REFLEXES_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("REFLEXES_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = setting("REFLEXES_MAIL_FROM", "Réflexes <reflexes@localhost>")
TEXT_BACKEND = os.environ.get("REFLEXES_TEXT_BACKEND", "reflexes.core.notifications.text.PageBackend")
# No message from 20:00 to 8:00 nor on Sunday (6) unless it is urgent; the demo is visited at any hour.
QUIET_HOURS = None if DEMO else (20, 8, (6,))

CONTENT_SECURITY_POLICY = content_security_policy()
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("REFLEXES_BEHIND_PROXY") == "1" else None
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
