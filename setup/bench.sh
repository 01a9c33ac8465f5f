#!/bin/sh
# Adds what bench.serving and bench.sending measure with and beside: wrk; postfix's smtp-sink and
# smtp-source, and node with npm. As root they are installed from Debian; postfix is left without a
# configuration, so that no mail server starts.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin"

say() { printf 'setup: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null; }

missing=""
has smtp-sink && has smtp-source || missing="$missing postfix"
has wrk || missing="$missing wrk"
has node && has npm || missing="$missing nodejs npm"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    say "going on without Debian's$missing (only root can install them)"
    exit 0
fi
say "installing Debian's$missing (a minute)"
has smtp-sink || echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
# shellcheck disable=SC2086  # a list of names
sh setup/debian.sh $missing || say "that failed; going on without"
