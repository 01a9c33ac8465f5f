#!/bin/sh
# Makes the secrets that docker-compose.yml names, each a file; one that is there is left as it is.
# The folder, deploy/secrets by default, is closed to all others. The files in it can be read by
# everybody who gets there: the containers, whose user has no name on this machine.
set -eu

folder="${1:-$(dirname "$0")/secrets}"
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Written aside first: a secret that breaks off would be kept for good.
keep() {
    [ -e "$folder/$1" ] && return
    printf '%s\n' "$2" >"$folder/$1.new"
    chmod 444 "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
    printf 'made %s\n' "$folder/$1" >&2
}

keep database_password "$(random)"
keep database_url "postgresql://roundwatch:$(cat "$folder/database_password")@database/roundwatch"
keep operator_token "$(random)"
# The mail server for trying out. To send for real, put the address of yours in its place.
keep smtp_url "smtp://mail:1025"
