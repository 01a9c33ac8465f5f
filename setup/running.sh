#!/bin/sh
# Leaves .venv/bin/roundwatch: a virtual environment with what is locked in requirements.lock, and
# the project in it. What is up to date is left alone, so a second call takes a moment.
set -eu
cd "$(dirname "$0")/.."
: "${PYTHON:=python3}"

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

pip() {
    .venv/bin/python -m pip --quiet --no-input --disable-pip-version-check "$@"
}

# Each stamp holds what its step was made from; a difference makes the step anew.
fits() { [ "$(cat ".venv/$1.stamp" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >".venv/$1.stamp"; }

can_make_environments() { "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; }

command -v "$PYTHON" >/dev/null || fail "there is no $PYTHON here; install Python 3.11 or later."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$PYTHON" --version) is too old; call make with PYTHON=the name of Python 3.11 or later."

# A virtual environment names its own folder and its Python, so a moved one is no good.
environment="$(pwd -P) $("$PYTHON" --version) $(cat requirements.lock requirements-build.lock setup/running.sh | sha256sum)"
if ! fits environment "$environment"; then
    # Debian's python3 comes without the means to make an environment.
    can_make_environments || sh setup/debian.sh python3-venv || true
    can_make_environments ||
        fail "$PYTHON cannot make a virtual environment. On Debian, as root: apt-get install python3-venv"
    say "installing the libraries into .venv (half a minute)"
    rm -rf .venv
    "$PYTHON" -m venv .venv
    # Nothing here needs setuptools, and its start-up hook would slow down every command.
    pip uninstall --yes setuptools
    # Wheels only: building a source archive would run build tools that no lock holds.
    pip install --no-deps --only-binary :all: --require-hashes \
        -r requirements.lock -r requirements-build.lock
    stamp environment "$environment"
fi

# The version stands in the second.
project="$(cat pyproject.toml monitor/__init__.py | sha256sum)"
if ! fits project "$project"; then
    pip install --no-deps --no-index --no-build-isolation --editable .
    stamp project "$project"
fi

# Written here because a service may run under a user, or with settings, that cannot write it.
.venv/bin/python -m compileall -q monitor storage notifiers
