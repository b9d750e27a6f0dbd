"""What docker-compose.yml starts, started here without containers, under production's settings.

The commands, the variables and the health checks are read from the file, not written again.
"""

import base64
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml

from babyhouse.embedded.postgres import Postgres, programs
from babyhouse.embedded.processes import last_words, spawn, stop
from babyhouse.embedded.redis import free_port

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DATABASE = "as_in_compose"
SOON_SECONDS = 120


def resolved(text, values):
    """Fill in ${NAME}, ${NAME:-default} and ${NAME:?sentence} as docker compose does."""

    def value(found):
        name, default = found.groups()
        return values.get(name, default or "")

    return re.sub(r"\$\{([A-Z_]+)(?::-([^}]*)|:\?[^}]*)?\}", value, str(text)).replace("$$", "$")


def random_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(scope="module")
def database():
    """An empty database beside the tests' own; its address."""
    given = os.environ["DATABASE_URL"]
    run_sql(given, f"CREATE DATABASE {DATABASE}")
    yield urlsplit(given)._replace(path=f"/{DATABASE}").geturl()
    run_sql(given, f"DROP DATABASE {DATABASE} WITH (FORCE)")


def run_sql(url, statement):
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


@pytest.fixture(scope="module")
def environment(database, tmp_path_factory):
    """The variables of the web service, with this machine's addresses."""
    secret = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEY": random_key(),
        "LOOKUP_KEY": random_key(),
        "SIGNING_KEY": random_key(),
        "ALLOWED_HOSTS": "portal.example",
        "DEFAULT_FROM_EMAIL": "portal@portal.example",
        "SMS_PROVIDER": "notifications.channels.LoggedSms",
        "PORTAL_DB_PASSWORD": "unused",
        "REDIS_PASSWORD": "unused",
    }
    told = {name: resolved(value, secret) for name, value in SERVICES["web"]["environment"].items()}
    return {
        **told,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOSTNAME": socket.gethostname(),
        "DJANGO_SETTINGS_MODULE": "babyhouse.settings.prod",
        "DATABASE_URL": database,
        # A numbered database that no other test looks into.
        "REDIS_URL": urlsplit(os.environ["REDIS_URL"])._replace(path="/15").geturl(),
        "DATA_DIR": str(tmp_path_factory.mktemp("papers")),
        "WEB_BIND": f"127.0.0.1:{free_port()}",
        "WEB_CONCURRENCY": "1",
    }


def run(command, environment):
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def migrated(environment):
    """The variables, once the migrate service has ended well and the static files are named."""
    for command in (
        SERVICES["migrate"]["command"],
        ["python", "manage.py", "collectstatic", "--noinput"],
    ):
        done = run(command, environment)
        assert done.returncode == 0, done.stderr
    return environment


@pytest.fixture(scope="module")
def service(migrated, tmp_path_factory):
    """Return a function that starts a service of the file by its name."""
    started = []

    def start(name):
        folder = tmp_path_factory.mktemp(name)
        command = [part.replace("/tmp", str(folder)) for part in SERVICES[name]["command"]]  # noqa: S108
        started.append(spawn(command, log=folder / "log", environment=migrated, folder=ROOT))
        return folder

    yield start
    for process in started:
        stop(process, None if process.poll() is not None else signal.SIGTERM)


def is_healthy(name, environment, folder):
    """Run the service's own health check."""
    kind, *check = SERVICES[name]["healthcheck"]["test"]
    command = ["sh", "-c", *check] if kind == "CMD-SHELL" else check
    command = [part.replace("$$", "$").replace("/tmp", str(folder)) for part in command]  # noqa: S108
    return run(command, environment).returncode == 0


def becomes_healthy(name, environment, folder):
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        if is_healthy(name, environment, folder):
            return True
        time.sleep(0.5)
    return False


@pytest.fixture(scope="module")
def web(service, migrated):
    folder = service("web")
    assert becomes_healthy("web", migrated, folder), last_words(folder / "log")
    return migrated["WEB_BIND"]


def ask(address, path, **headers):
    """Ask as nginx does, unless the headers say otherwise."""
    as_nginx = {"Host": "portal.example", "X-Forwarded-Proto": "https"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection(address, timeout=30)) as connection:
        connection.request("GET", path, headers={**as_nginx, **named})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")


def test_a_check_of_a_web_server_that_is_not_there_fails(migrated, tmp_path):
    elsewhere = {**migrated, "WEB_BIND": f"127.0.0.1:{free_port()}"}

    assert not is_healthy("web", elsewhere, tmp_path)


def test_the_web_server_answers_behind_nginx(web):
    status, headers, page = ask(web, "/account/login/")

    assert status == 200
    assert "宝宝屋" in page
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert ask(web, "/readyz")[0] == 200


def test_static_files_are_named_by_their_content(web):
    page = ask(web, "/account/login/")[2]
    style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)

    assert style is not None
    status, headers, _ = ask(web, style[1])
    assert status == 200
    assert "immutable" in headers["Cache-Control"]


def test_plain_http_is_sent_to_https(web):
    status, headers, _ = ask(web, "/account/login/", X_Forwarded_Proto="http")

    assert status == 301
    assert headers["Location"] == "https://portal.example/account/login/"


def test_a_foreign_host_is_refused(web):
    assert ask(web, "/account/login/", Host="evil.example")[0] == 400


def test_prometheus_is_answered_through_the_inner_door(web):
    status, _, figures = ask(web, "/metrics", Host="web")

    assert status == 200
    assert "django_http_requests" in figures


def test_the_worker_passes_its_own_check(service, migrated):
    folder = service("worker")

    assert becomes_healthy("worker", migrated, folder), last_words(folder / "log")


def test_the_clock_passes_its_own_check(service, migrated):
    folder = service("beat")

    assert becomes_healthy("beat", migrated, folder), last_words(folder / "log")


def test_the_databases_first_start_makes_a_role_that_is_no_superuser(tmp_path, monkeypatch):
    monkeypatch.setattr(Postgres, "_create_role_and_database", lambda self: None)
    server = Postgres(tmp_path / "postgres", durable=False)
    server.start()
    password = "it's 宝宝屋"

    done = run(
        [ROOT / "deploy/postgres/create-portal-role.sh"],
        {
            "PATH": f"{programs()}:/usr/bin:/bin",
            "PGHOST": str(server.sockets),
            "POSTGRES_USER": "postgres",
            "PORTAL_DB_PASSWORD": password,
        },
    )

    assert done.returncode == 0, done.stderr
    with closing(psycopg2.connect(server.url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, pg_get_userbyid(datdba), pg_encoding_to_char(encoding)"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = 'babyhouse'"
        )
        assert cursor.fetchall() == [(False, "babyhouse", "UTF8")]
    server.stop()
