#!/bin/sh
# Adds to .venv what the tests need, and as root installs Debian's Chromium and PostgreSQL where
# they are missing. Without them the tests use what the lock brings, or are skipped and say so.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

locked="$(sha256sum <requirements-test.lock)"
if [ "$(cat .venv/testing.stamp 2>/dev/null)" != "$locked" ]; then
    say "installing the tests' libraries into .venv (half a minute)"
    .venv/bin/python -m pip --quiet --no-input --disable-pip-version-check install \
        --no-deps --only-binary :all: --require-hashes -r requirements-test.lock
    printf '%s\n' "$locked" >.venv/testing.stamp
fi

has_chromium() { command -v chromium >/dev/null; }
has_postgresql() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

# Playwright's driver is a program of its own, which a plain Debian lacks one library for.
has_driver() { .venv/lib/python3*/site-packages/playwright/driver/node --version >/dev/null 2>&1; }

missing=""
has_driver || missing="$missing libatomic1"
has_chromium || missing="$missing chromium"
has_postgresql || missing="$missing postgresql"
if [ -n "$missing" ] && [ "$(id -u)" -eq 0 ]; then
    say "installing Debian's$missing (a minute)"
    # shellcheck disable=SC2086  # a list of names
    sh setup/debian.sh $missing || say "that failed; going on without"
elif [ -n "$missing" ]; then
    say "going on without Debian's$missing (only root can install them)"
fi
