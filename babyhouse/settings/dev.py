"""`make run`: everything on one machine, demo data allowed, keys that protect nothing real."""

from babyhouse.settings.base import *  # noqa: F403
from babyhouse.settings.base import DATA_DIR, env

DEMO_DATA_ALLOWED = True
DEVELOPER_INBOX = True
SECRET_KEY = env.str("SECRET_KEY", "demo-only-" + "0" * 50)
FIELD_KEY = env.str("FIELD_KEY", "ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMDA=")
LOOKUP_KEY = env.str("LOOKUP_KEY", "ZGVtby1vbmx5LWxvb2t1cC1kZW1vLW9ubHktbG9va3U=")
SIGNING_KEY = env.str("SIGNING_KEY", "ZGVtby1vbmx5LWRlbW8tb25seS1zaWduaW5nLWRlbW8=")
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
SMS_PROVIDER = "notifications.channels.LoggedSms"
# Static files straight from their folders: nothing to collect before `make run`.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
# Everybody here is one address, and measuring is no attack.
API_REQUESTS_A_MINUTE = {"user": 0, "address": 0}
