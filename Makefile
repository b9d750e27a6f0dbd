# Everything from a bare checkout: Python 3.11 and make are enough.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c

PORT ?= 8000
DATA ?= var
HOST ?= 127.0.0.1
export PORT DATA HOST
export GOAL := $(firstword $(MAKECMDGOALS))
ifdef PYTHON
export PYTHON
endif

# The browser journeys drive the system's own browser; empty where there is none.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
export CHROMIUM

BIN := .venv/bin
PY := $(BIN)/python
# Both stamps are younger than the locks, or the installation runs again.
PACKAGES := .venv/installed
FRONT_END := node_modules/installed
SETUP := babyhouse/embedded/setup.sh
# Values that satisfy production's start-up checks and open nothing.
PRODUCTION := deploy/with_production_settings.sh

.PHONY: help setup run test check format schema bench lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  run takes PORT=8000 DATA=var HOST=127.0.0.1; test takes ARGS='-k booking'"

$(PACKAGES): requirements/dev.txt
	@$(SETUP) python
	@touch $@

$(FRONT_END): package-lock.json $(PACKAGES)
	@$(SETUP) front-end
	@touch $@

setup: $(PACKAGES) $(FRONT_END) ## Install what the locks name (the other targets do it themselves)

run: setup ## Start the whole portal on this machine, with a generated 金山区
	@$(PY) -m babyhouse.embedded.run

test: setup ## Run every test on a PostgreSQL and a Redis of its own
	@$(PY) -m pytest -n 2 $(ARGS)

check: setup ## Lint, types, import contracts, migrations, deploy check, API schema
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	find templates -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --check
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(PRODUCTION) $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(PRODUCTION) $(PY) manage.py spectacular --validate --fail-on-warn \
		| diff -u docs/openapi.yaml - || { echo "The API changed: make schema" >&2; false; }

format: setup ## Bring code and templates into the form that check asks for
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	find templates -name '*.html' -print0 | xargs -0 -r $(BIN)/djade || true

schema: setup ## Write docs/openapi.yaml from the code
	$(PRODUCTION) $(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

bench: setup ## Measure bookings and pages next to the database's own limit
	@$(PY) -m bench $(ARGS)

COMPILE = .venv/uv/bin/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

lock: setup ## Resolve pyproject.toml again into requirements/
	@python3 -m venv .venv/uv && .venv/uv/bin/python -m pip install --quiet uv
	@$(COMPILE) -o requirements/base.txt
	@$(COMPILE) --extra embedded -o requirements/embedded.txt
	@$(COMPILE) --extra embedded --extra dev -o requirements/dev.txt
	@rm -rf .venv/uv

clean: ## Remove what can be made again; var/ with its data stays
	@rm -rf .venv node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
