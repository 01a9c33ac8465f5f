#!/bin/sh
# Adds to .venv what the tests need, and as root installs Debian's Chromium, PostgreSQL, Postfix and
# OpenDKIM where they are missing, without starting any. Without them the tests use what the lock
# brings, or are skipped and say so.
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
has_postfix() { command -v postfix >/dev/null; }
has_opendkim() { command -v opendkim >/dev/null; }
has_genkey() { command -v opendkim-genkey >/dev/null; }
has_dkimpy() { /usr/bin/python3 -I -c 'import dkim' 2>/dev/null; }
# Postfix would take the place of the mail server that a machine has.
has_other_mailer() { command -v sendmail >/dev/null; }

# Playwright's driver is a program of its own, which a plain Debian lacks one library for.
has_driver() { .venv/lib/python3*/site-packages/playwright/driver/node --version >/dev/null 2>&1; }

missing=""
has_driver || missing="$missing libatomic1"
has_chromium || missing="$missing chromium"
has_postgresql || missing="$missing postgresql"
relay=""
has_postfix || has_other_mailer || relay="$relay postfix"
has_opendkim || relay="$relay opendkim"
has_genkey || relay="$relay opendkim-tools"
has_dkimpy || relay="$relay python3-dkim"

# Debian starts a server when it is installed, unless this file says no. Ours are started by tests.
policy=/usr/sbin/policy-rc.d
keep_servers_stopped() {
    [ -e "$policy" ] && return
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
}
is_added() { case "$relay " in *" $1 "*) ;; *) return 1 ;; esac }
leave_postfix_unconfigured() {
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
}
keep_from_starting() { update-rc.d "$1" disable >/dev/null 2>&1 || true; }

add() {
    # shellcheck disable=SC2086  # a list of names
    [ -z "$1" ] || sh setup/debian.sh $1 || say "that failed; going on without"
}

install() {
    keep_servers_stopped
    if is_added postfix; then leave_postfix_unconfigured; fi
    # One by one: what a system does not have must not keep the other from it.
    add "$missing"
    add "$relay"
    # Nor are they to start with the machine.
    for server in postfix opendkim; do
        if is_added "$server"; then keep_from_starting "$server"; fi
    done
}

if [ -n "$missing$relay" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing Debian's$missing$relay (a minute)"
    install
elif [ -n "$missing$relay" ]; then
    say "going on without Debian's$missing$relay (only root can install them)"
fi
