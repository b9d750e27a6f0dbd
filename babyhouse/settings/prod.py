"""Production. Boot fails on what is missing or unsafe, with one sentence that names it."""

import base64
import binascii

from django.core.exceptions import ImproperlyConfigured

from babyhouse.settings.base import *  # noqa: F403
from babyhouse.settings.base import (
    ALLOWED_HOSTS,
    BASE_DIR,
    DATABASES,
    FIELD_KEY,
    LOOKUP_KEY,
    SIGNING_KEY,
    env,
)

DEMO_DATA_ALLOWED = False


def _required(name: str) -> str:
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: the portal does not start without it.")
    return value


def _key_of_32_bytes(name: str, value: str) -> str:
    try:
        if len(base64.b64decode(value, validate=True)) == 32:
            return value
    except binascii.Error:
        pass
    raise ImproperlyConfigured(f"Set {name} to 32 random bytes in base64.")


SECRET_KEY = _required("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("demo-only"):
    raise ImproperlyConfigured("SECRET_KEY must be at least 50 random characters.")
_required("DATABASE_URL")
if "postgresql" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database.")
_required("REDIS_URL")
_required("DEFAULT_FROM_EMAIL")
_required("SMS_PROVIDER")
FIELD_KEY = _key_of_32_bytes("FIELD_KEY", FIELD_KEY)
LOOKUP_KEY = _key_of_32_bytes("LOOKUP_KEY", LOOKUP_KEY)
if FIELD_KEY == LOOKUP_KEY:
    raise ImproperlyConfigured("FIELD_KEY and LOOKUP_KEY must differ.")
SIGNING_KEY = _key_of_32_bytes("SIGNING_KEY", SIGNING_KEY)
if SIGNING_KEY in {FIELD_KEY, LOOKUP_KEY}:
    raise ImproperlyConfigured("SIGNING_KEY must differ from FIELD_KEY and LOOKUP_KEY.")
for _name, _value in (
    ("FIELD_KEY", FIELD_KEY),
    ("LOOKUP_KEY", LOOKUP_KEY),
    ("SIGNING_KEY", SIGNING_KEY),
):
    if base64.b64decode(_value).startswith(b"demo-only"):
        raise ImproperlyConfigured(f"{_name} is the demo key.")
_required("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is not one.")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # asked from inside
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_ROOT = BASE_DIR / "staticfiles"
