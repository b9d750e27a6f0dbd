"""The portal does not start half-configured: one sentence names what is missing or unsafe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoyMzQ1Njc="
OTHER_KEY = "enl4d3Z1dHNycXBvbm1sa2ppaGdmZWRjYmEwOTg3NjU="
THIRD_KEY = "MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY="
COMPLETE = {
    "SECRET_KEY": "p9#kQ2vL7xW4zR1tY8mN5bC3hJ6gF0dS-aE_uI.oP+lK=jH:qM",
    "FIELD_KEY": KEY,
    "LOOKUP_KEY": OTHER_KEY,
    "SIGNING_KEY": THIRD_KEY,
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "portal.example",
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
    "SMS_PROVIDER": "notifications.channels.LoggedSms",
}
DEMO_FIELD_KEY = "ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMDA="
DEMO_LOOKUP_KEY = "ZGVtby1vbmx5LWxvb2t1cC1kZW1vLW9ubHktbG9va3U="
DEMO_SIGNING_KEY = "ZGVtby1vbmx5LWRlbW8tb25seS1zaWduaW5nLWRlbW8="


def boot(environment):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**clean, **environment, "DJANGO_SETTINGS_MODULE": "babyhouse.settings.prod"},
        capture_output=True,
        text=True,
        check=False,
    )


def last_line(outcome):
    return outcome.stderr.strip().splitlines()[-1]


def test_a_complete_and_safe_configuration_boots():
    outcome = boot(COMPLETE)

    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_the_keeper_is_told_what_is_missing(name):
    outcome = boot({key: value for key, value in COMPLETE.items() if key != name})

    assert outcome.returncode == 1
    assert last_line(outcome).startswith(f"django.core.exceptions.ImproperlyConfigured: Set {name}")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS"])
def test_an_empty_value_is_a_missing_one(name):
    outcome = boot({**COMPLETE, name: ""})

    assert outcome.returncode == 1
    assert name in last_line(outcome)


@pytest.mark.parametrize(
    ("name", "unsafe"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "demo-only-" + COMPLETE["SECRET_KEY"]),
        ("FIELD_KEY", "not base64 at all"),
        ("FIELD_KEY", "QUJD"),
        ("FIELD_KEY", DEMO_FIELD_KEY),
        ("FIELD_KEY", OTHER_KEY),
        ("LOOKUP_KEY", "QUJD"),
        ("LOOKUP_KEY", DEMO_LOOKUP_KEY),
        ("SIGNING_KEY", "QUJD"),
        ("SIGNING_KEY", DEMO_SIGNING_KEY),
        ("SIGNING_KEY", KEY),
        ("DATABASE_URL", "sqlite:///portal.db"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "portal.example,*"),
    ],
)
def test_the_keeper_is_told_what_is_unsafe(name, unsafe):
    outcome = boot({**COMPLETE, name: unsafe})

    assert outcome.returncode == 1
    assert "ImproperlyConfigured" in last_line(outcome)
    assert name in last_line(outcome)


def test_demo_data_is_refused_in_production():
    outcome = subprocess.run(
        [sys.executable, "manage.py", "seed_city", "--seed", "1", "--scale", "demo"],
        cwd=ROOT,
        env={**os.environ, **COMPLETE, "DJANGO_SETTINGS_MODULE": "babyhouse.settings.prod"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode != 0
    assert "demo" in outcome.stderr.lower() or "演示" in outcome.stderr
    assert "Traceback" not in outcome.stderr
