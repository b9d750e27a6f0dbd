"""What is the same wherever the portal runs. The environment is read here, once."""

from pathlib import Path
from typing import Any

from environs import Env

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# How many gateways of ours write X-Forwarded-For; what stands further left is only claimed.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

# Children's identity numbers, allergies and histories are encrypted with FIELD_KEY and looked up
# by a keyed HMAC with LOOKUP_KEY; both are 32 bytes in base64. See common/crypto.py.
FIELD_KEY = env.str("FIELD_KEY", "")
LOOKUP_KEY = env.str("LOOKUP_KEY", "")
# Results of inspections are signed with SIGNING_KEY, 32 bytes in base64 (Ed25519); public keys of
# earlier ones stay here to check what they signed. See common/signing.py.
SIGNING_KEY = env.str("SIGNING_KEY", "")
SIGNING_KEYS_BEFORE: list[str] = env.list("SIGNING_KEYS_BEFORE", [])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "babyhouse.apps.CollectedFilesConfig",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "csp",
    "django_prometheus",
    "common",
    "audit",
    "notifications",
    "regulations",
    "accounts",
    "imports",
    "families",
    "facilities",
    "safety",
    "guide",
    "credit",
    "staff",
    "bookings",
    "inspections",
    "portal",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "common.middleware.HearItOutMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.middleware.ChosenLanguageMiddleware",
    "common.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.ReadOnlyGetMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "babyhouse.urls"
WSGI_APPLICATION = "babyhouse.wsgi.application"

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
                "portal.context.page",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {
    "default": env.dj_db_url("DATABASE_URL", "postgres:///babyhouse", conn_max_age=600)
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Nobody waits long for a lock, and a stuck session frees what it holds (assurance F6).
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=15s"
    " -c timezone=UTC"
)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 3)  # then it is away: 503
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False  # each service opens its own transaction

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "babyhouse",
        # Sign-in limits live here. A Redis that hangs must not hang the page.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# --- the worker (measured facts: docs/adr/0003) ----------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SOFT_TIME_LIMIT = 75
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"

# --- who is asking -----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "accounts.adapter.PhoneAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1"]  # without a password one signs in by code
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignUpForm",
    "login": "accounts.forms.PasswordSignInForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Counted in Redis, and closed when it is down. The key is the mobile number. By address only
# loosely: a whole neighborhood may share one behind its mobile operator.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "120/m/ip,5/5m/key",
    "signup": "60/m/ip,1000/d/ip",
    "request_login_code": "60/m/ip,1000/d/ip,2/m/key,10/d/key",
    "verify_phone": "60/m/ip,1/30s/key,10/d/key",
    "change_phone": "3/m/user",
    # Reports of concerns, and looking them up by receipt code (inspections).
    "report": "20/h/ip,200/d/ip",
    "report_code": "60/m/ip,1000/d/ip",
    # Wrong passwords under a result that is to be signed (inspections).
    "signature_failed": "5/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 300
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- words, days and money -----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # Not all of dist: its libs name source maps that are not there, and none of them is used.
    ("vendor/tabler/css", NODE_MODULES / "@tabler/core/dist/css"),
    ("vendor/htmx", NODE_MODULES / "htmx.org/dist"),
    ("vendor/leaflet", NODE_MODULES / "leaflet/dist"),
    ("vendor/event-calendar", NODE_MODULES / "@event-calendar/build/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Papers of children. Never under STATIC_URL or a public MEDIA_URL; read through one tested view.
MEDIA_ROOT = DATA_DIR / "private"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_BYTES = 10 * 1024 * 1024

# What can be brought in and taken out as Excel; each app defines its own kinds in `resources.py`.
IMPORT_KINDS = (
    "facilities.resources.TimetableImport",
    "staff.resources.PeopleImport",
    "staff.resources.PapersImport",
    "staff.resources.TrainingImport",
    "staff.resources.ShiftsImport",
)

# What apps above families keep of a child: a guardian takes it away with the rest.
KEPT_OF_CHILDREN = ("bookings.selectors.kept.kept_of_child",)

# --- the outside --------------------------------------------------------------------------------
MAP_TILE_URL = env.str("MAP_TILE_URL", "")  # empty: points alone, no request leaves the network
SMS_PROVIDER = env.str("SMS_PROVIDER", "")
DEVELOPER_INBOX = False  # the page that shows one-time codes; only settings/dev.py turns it on
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# Who answers for children's personal information (个人信息保护法 第52条); shown on /privacy/.
PRIVACY_OFFICER = env.str("PRIVACY_OFFICER", "")
PRIVACY_OFFICER_CONTACT = env.str("PRIVACY_OFFICER_CONTACT", "")
EMAIL_TIMEOUT = 5  # seconds; shorter than the pause before a message is tried again
PUBLIC_URL = env.str("PUBLIC_URL", "")  # e.g. https://babyhouse.example.cn, for links in e-mail
ICP_NUMBER = env.str("ICP_NUMBER", "")  # 备案号, shown at the foot of every page where it is set
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "宝宝屋 <no-reply@localhost>")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_SELF = "'self'"
_TILES = [MAP_TILE_URL.split("{", 1)[0].rstrip("/")] if MAP_TILE_URL else []
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "img-src": [_SELF, "data:", *_TILES],
        "style-src": [_SELF],
        "script-src": [_SELF],
        "connect-src": [_SELF],
        "worker-src": [_SELF],
        "font-src": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": [_SELF],
        "object-src": ["'none'"],
    }
}

# For programs; 0 is without end. A whole neighborhood may share one address behind its operator.
API_REQUESTS_A_MINUTE = {
    "user": env.int("API_REQUESTS_A_MINUTE_BY_USER", 1200),
    "address": env.int("API_REQUESTS_A_MINUTE_BY_ADDRESS", 6000),
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "common.tokens.Tokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["common.permissions.DenyAll"],
    "DEFAULT_THROTTLE_CLASSES": ["common.throttles.RequestsAMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "common.pagination.Pages",
    "EXCEPTION_HANDLER": "common.api.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is a parameter nobody knows, as any other
}
SPECTACULAR_SETTINGS = {
    "TITLE": "宝宝屋 API",
    "DESCRIPTION": (
        "Ids are UUIDs, times RFC 3339 with offset. What is not the caller's answers 404. "
        "Errors are application/problem+json; a refusal (409) carries every reason in `verdicts`."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # nothing leaves the house
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "AUTHENTICATION_WHITELIST": ["common.tokens.Tokens"],  # sessions are for our own pages
    "ENUM_NAME_OVERRIDES": {
        "CareMode": ["drop_off", "with_parent", "with_grandparent"],
        "DrawState": ["planned", "revealed", "published"],
        "FacilityState": ["open", "suspended", "closed"],
        # The ledger's, as it was called before visits had kinds too.
        "KindEnum": ["grant", "hold", "release", "consume", "forfeit", "restore", "lapse"],
        "HourState": ["live", "cancelled", "forfeited", "closed", "settled"],
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.schema.say_what_can_go_wrong",
    ],
}
REST_KNOX = {"AUTO_REFRESH": False, "AUTH_HEADER_PREFIX": "Token"}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": "structlog.processors.JSONRenderer",
        },
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # A refusal is an answer, never an alarm; what is wrong on our side still is one.
    "loggers": {"django.request": {"level": "ERROR"}},
}
