"""The tests' settings: real PostgreSQL and Redis, cheap hashes, a strict template engine."""

import tempfile
from pathlib import Path

from babyhouse.settings.base import *  # noqa: F403
from babyhouse.settings.base import DATABASES, TEMPLATES

DEMO_DATA_ALLOWED = True
DEVELOPER_INBOX = True
SECRET_KEY = "tests-only-" + "0" * 50
FIELD_KEY = "ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMDA="
LOOKUP_KEY = "ZGVtby1vbmx5LWxvb2t1cC1kZW1vLW9ubHktbG9va3U="
SIGNING_KEY = "ZGVtby1vbmx5LWRlbW8tb25seS1zaWduaW5nLWRlbW8="
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_PROVIDER = "notifications.channels.LoggedSms"
MEDIA_ROOT = Path(tempfile.gettempdir()) / "babyhouse-test-media"
ALLOWED_HOSTS = ["*"]
# An undefined variable in a template fails the test that renders it.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "UNDEFINED VARIABLE: %s"
# Between two tests tables are emptied, those too that are never emptied otherwise.
DATABASES["default"]["OPTIONS"]["options"] += " -c babyhouse.tables_may_be_emptied=on"
STATIC_ROOT = None  # nothing is collected for tests; the live server finds the files itself
# The test server would otherwise take every address for a file of families.
MEDIA_URL = "/papers-are-never-served-by-address/"
