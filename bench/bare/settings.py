"""Django with nothing switched on but persistent connections to the same PostgreSQL."""

from environs import Env

env = Env()

SECRET_KEY = "bare-" + "0" * 50
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bench.bare"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.urls"
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=600)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
