#!/bin/sh
# Remakes the lock files from pyproject.toml: every version and every hash, and no address.
# To move one library only: make lock LOCK_ARGS='--upgrade-package NAME'
set -eu
cd "$(dirname "$0")/.."

tool=var/lock
[ -x "$tool/bin/uv" ] || {
    "${PYTHON:-python3}" -m venv "$tool"
    "$tool/bin/python" -m pip --quiet --disable-pip-version-check install 'uv==0.13.9'
}

# Read without the user's settings, so that the hashes are those of the public files.
compile() {
    # shellcheck disable=SC2086  # options, several or none
    "$tool/bin/uv" pip compile --quiet --no-config --generate-hashes --no-header --no-annotate \
        --universal --python-version 3.11 ${LOCK_ARGS:-} "$@"
}

# All three go into one environment, so what they share must be of one version.
compile pyproject.toml -o requirements.lock
compile --group build --constraint requirements.lock -o requirements-build.lock
compile --group test --constraint requirements.lock --constraint requirements-build.lock \
    -o requirements-test.lock

# The programs we measure ourselves against; each gets an environment of its own.
echo 'urlwatch==2.29' | compile - -o bench/rivals/urlwatch.lock
echo 'webchanges==3.37.0' | compile - -o bench/rivals/webchanges.lock
echo 'django<6' | compile - -o bench/rivals/django.lock
echo 'scrapy==2.19.*' | compile - --constraint requirements.lock -o bench/rivals/scrapy.lock
# The readers beside ours share an environment with our core, so that all run in one process.
printf '%s\n' beautifulsoup4 lxml parsel selectolax trafilatura |
    compile - --constraint requirements.lock -o bench/rivals/readers.lock

# The fuzzer, with what the core needs.
printf '%s\n' atheris==3.0.0 beautifulsoup4 lxml | compile - --constraint requirements.lock -o setup/fuzzing.lock
