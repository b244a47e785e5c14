"""Django's settings, derived from `foundation.settings`. Nothing is decided here by hand."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from regulars.foundation.database.connections import django_databases
from regulars.foundation.logs import logging_config
from regulars.foundation.settings import secret_key, settings_load
from regulars.rooms import ROOMS

REGULARS = settings_load()
PACKAGE = Path(__file__).resolve().parent
STAFF_ROOM = "regulars.organization.staff"

DEBUG = REGULARS.debug
SECRET_KEY = secret_key(REGULARS)
ALLOWED_HOSTS = REGULARS.host_names
CSRF_TRUSTED_ORIGINS = [origin for origin in REGULARS.trusted_origins.split(",") if origin]
ROOT_URLCONF = "regulars.urls"
WSGI_APPLICATION = "regulars.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    *ROOMS,
    "regulars.foundation.discovery.DiscoveryConfig",
]

MIDDLEWARE = [
    "regulars.foundation.requests.RequestMiddleware",
    "regulars.faces.api.middleware.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "regulars.foundation.shop.middleware.ShopClockMiddleware",
    "django.middleware.common.CommonMiddleware",
    "regulars.foundation.webkit.bodies.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

DATABASES = django_databases(REGULARS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if STAFF_ROOM in ROOMS:
    AUTH_USER_MODEL = "organization_staff.Staff"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SECOND_FACTOR = REGULARS.second_factor
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "console:sign-in"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

USE_TZ = True
TIME_ZONE = REGULARS.time_zone
USE_I18N = True
LANGUAGE_CODE = REGULARS.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
# Served from the packages themselves: no collecting step stands between install and use.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = REGULARS.behind_https
CSRF_COOKIE_SECURE = REGULARS.behind_https
CSRF_FAILURE_VIEW = "regulars.astray.form_too_old"
if REGULARS.behind_https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 86_400
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

# Jobs are found by `foundation.discovery`, with everything else that rooms declare.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_DATABASE_ALIAS = "default"

LOGGING_CONFIG = "regulars.foundation.logs.logging_configure"
LOGGING = logging_config(REGULARS)
SILENCED_SYSTEM_CHECKS: list[str] = []
