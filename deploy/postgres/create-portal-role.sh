#!/bin/bash
# Run once by the postgres image on an empty volume. The portal's role is no superuser: it cannot
# switch off the triggers that keep the audit log and the law unchanged.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --no-password --username "$POSTGRES_USER" --dbname postgres \
    --set "password=$PORTAL_DB_PASSWORD" <<'SQL'
CREATE ROLE babyhouse LOGIN PASSWORD :'password';
CREATE DATABASE babyhouse OWNER babyhouse ENCODING 'UTF8' TEMPLATE template0;
SQL
