#!/bin/sh
# Installs the named Debian packages: as root, or with sudo where it asks no password.
# Ends with status 1 where neither is possible or there is no apt-get; the caller decides what then.
set -eu

export DEBIAN_FRONTEND=noninteractive

command -v apt-get >/dev/null || exit 1
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    exit 1
fi

install() {
    $as_root apt-get install --yes --quiet --quiet --no-install-recommends \
        -o Acquire::Retries=2 -o DPkg::Lock::Timeout=120 "$@"
}

# The package lists of a fresh machine are empty or old: fetch them where the first try fails.
install "$@" >/dev/null 2>&1 ||
    { $as_root apt-get update --quiet --quiet && install "$@" >/dev/null; } >&2
