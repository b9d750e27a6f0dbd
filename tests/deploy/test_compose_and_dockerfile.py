"""The container files say what the portal reads and what `make run` starts.

No container engine is needed: the files are read, and the same commands are run natively.
"""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

from babyhouse.embedded import commands

ROOT = Path(__file__).resolve().parents[2]


class OnceOnly(yaml.SafeLoader):
    """Refuses a key said twice, as docker compose does and YAML's own loader does not."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        assert len(keys) == len(set(keys)), f"a key is said twice: {sorted(keys)}"
        return super().construct_mapping(node, deep=deep)


COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(), OnceOnly)  # noqa: S506
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
PORTAL_SERVICES = ["migrate", "web", "worker", "beat"]
# Told by the image or by gunicorn.conf.py, the same everywhere.
OF_THE_IMAGE = {"DATA_DIR"}
SECRETS = {
    "SECRET_KEY",
    "FIELD_KEY",
    "LOOKUP_KEY",
    "SIGNING_KEY",
    "PORTAL_DB_PASSWORD",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
}


def variables_read_by(*files):
    """Return the names in env.str("NAME"), env.list("NAME"), _required("NAME") and the like."""
    names = set()
    for file in files:
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = ast.unparse(node.func)
                if function.startswith("env.") or function == "_required":
                    names.add(node.args[0].value)
    return names


def references(text):
    """Return {name: rest} of every ${NAME...} in the text."""
    return dict(re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", text))


def instructions(name):
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, flags=re.MULTILINE)


def test_every_variable_of_the_settings_is_in_compose_and_the_reverse():
    read = variables_read_by("babyhouse/settings/base.py", "babyhouse/settings/prod.py")

    assert "SECRET_KEY" in read
    assert set(SERVICES["web"]["environment"]) == read - OF_THE_IMAGE


def test_the_image_tells_the_rest():
    for name in OF_THE_IMAGE:
        assert re.search(rf"\b{name}=", instructions("ENV")[0])


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_missing_secret_stops_compose_with_a_sentence(name):
    found = references((ROOT / "docker-compose.yml").read_text())[name]

    assert re.fullmatch(r":\?.{20,}", found), f"{name} has a default or no message"


def test_no_secret_is_written_in_the_files():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"KEY|PASSWORD|DATABASE_URL|REDIS_URL", name):
                assert "${" in value, name


def test_what_production_requires_has_no_default_in_compose():
    required = variables_read_by("babyhouse/settings/prod.py")
    environment = SERVICES["web"]["environment"]

    for name in required:
        assert ":?" in environment[name], name


def test_compose_starts_what_make_run_starts():
    assert SERVICES["web"]["command"] == list(commands.WEB)
    assert SERVICES["worker"]["command"] == list(commands.WORKER)
    assert SERVICES["beat"]["command"][:-1] == list(commands.BEAT)
    assert SERVICES["beat"]["command"][-1].startswith("--schedule=")
    first = (
        commands.MIGRATE,
        commands.LOAD_REGULATIONS,
        commands.LOAD_CHECKLISTS,
        commands.LOAD_GUIDE,
    )
    together = " && ".join(shlex.join(one) for one in first)
    assert SERVICES["migrate"]["command"] == ["sh", "-c", together]


def test_the_image_starts_the_web_server_by_default():
    assert instructions("CMD")[-1] == str(list(commands.WEB)).replace("'", '"')


def test_every_long_running_service_has_a_health_check():
    for name, service in SERVICES.items():
        if name != "migrate":
            assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name


def test_nobody_runs_as_root_and_nothing_can_be_written_but_volumes():
    for name, service in SERVICES.items():
        assert int(service["user"].split(":")[0]) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
    assert instructions("USER")[-1] == SERVICES["web"]["user"]


def test_only_nginx_is_reached_from_the_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_portal_waits_for_healthy_stores_and_a_migrated_database(name):
    waits = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}

    assert waits == {
        "postgres": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_every_named_volume_is_used_and_declared():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if re.match(r"[a-z]+:", volume)
    }

    assert used == set(COMPOSE["volumes"])


def test_every_file_the_image_copies_exists_and_is_not_ignored():
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }

    for copied in instructions("COPY"):
        *sources, _ = copied.split()
        if sources[0].startswith("--from") or sources == ["."]:
            continue
        for source in sources:
            assert (ROOT / source).exists(), source
            top = source.split("/")[0]
            assert any(entry == source or entry.split("/")[0] == top for entry in kept), source


def test_every_app_goes_into_the_image():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    kept = (ROOT / ".dockerignore").read_text().splitlines()

    for package in packages["root_packages"]:
        assert f"!{package}" in kept


def test_packages_are_installed_by_their_hashes():
    for command in instructions("RUN"):
        if "pip install" in command:
            assert "--require-hashes" in command


@pytest.mark.parametrize("lock", ["base", "embedded", "dev"])
def test_the_locks_have_a_hash_for_every_package_and_no_address(lock):
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    entries = re.split(r"\n(?=[a-z])", text)

    assert len(entries) > 20
    for entry in entries:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert not re.search(r"https?://|--(extra-)?index|--find-links", text)


def test_nginx_writes_over_what_the_outside_claims():
    conf = (ROOT / "deploy/nginx.conf").read_text()

    assert "proxy_set_header X-Forwarded-Proto $scheme;" in conf
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in conf
    assert "client_max_body_size 11m;" in conf


def test_nginx_shows_the_metrics_to_inner_addresses_only():
    conf = (ROOT / "deploy/nginx.conf").read_text()
    servers = re.split(r"\n    server \{", conf)[1:]
    public = next(server for server in servers if "8443" in server)
    inner = next(server for server in servers if "8081" in server)

    assert re.search(r"location = /metrics \{\s*return 404;", public)
    assert "deny all;" in inner
    published = " ".join(SERVICES["nginx"]["ports"])
    assert "8081" not in published


def test_nginx_has_a_closing_brace_for_every_opening_one():
    conf = re.sub(r"#.*", "", (ROOT / "deploy/nginx.conf").read_text())

    assert conf.count("{") == conf.count("}") > 0
    for line in filter(None, map(str.strip, conf.splitlines())):
        assert line[-1] in "{};'", line
