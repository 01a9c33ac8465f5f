#!/bin/sh
# Fuzzes the reading for SECONDS and stops; what it finds goes into TO. The fuzzer has an
# environment of its own, for it is no part of `make test`.
set -eu
cd "$(dirname "$0")/.."

seconds="${SECONDS_TO_FUZZ:-600}" to="${TO:-var/fuzz}" home=var/fuzzing
[ -e "$home/installed" ] || {
    "${PYTHON:-python3}" -m venv --clear "$home"
    "$home/bin/python" -m pip --quiet --disable-pip-version-check install \
        --no-deps --require-hashes -r setup/fuzzing.lock
    touch "$home/installed"
}
mkdir -p "$to/corpus" "$to/found"
cp tests/pages/*.html "$to/corpus"
status=0
"$home/bin/python" -m tests.fuzz.reading "$to/corpus" -dict=tests/fuzz/readouts.dict \
    -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$to/found/" -print_final_stats=1 2>"$to/log" || status=$?
grep -E '^stat::number_of_executed_units|DONE' "$to/log" || true
grep -oE 'cov: [0-9]+ ft: [0-9]+' "$to/log" | tail -n 1
printf 'findings: %s in %s/found\n' "$(find "$to/found" -type f | wc -l)" "$to"
exit "$status"
