#!/bin/bash
# Runs a command under production's settings with values that open nothing, for `make check`.
set -euo pipefail

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }

export DJANGO_SETTINGS_MODULE=babyhouse.settings.prod
export SECRET_KEY FIELD_KEY LOOKUP_KEY SIGNING_KEY
SECRET_KEY=$(random 48)
FIELD_KEY=$(random 32)
LOOKUP_KEY=$(random 32)
SIGNING_KEY=$(random 32)
export DATABASE_URL=postgres://check@127.0.0.1:1/check
export REDIS_URL=redis://127.0.0.1:1/0
export ALLOWED_HOSTS=portal.example
export DEFAULT_FROM_EMAIL=portal@portal.example
export SMS_PROVIDER=notifications.channels.LoggedSms
exec "$@"
