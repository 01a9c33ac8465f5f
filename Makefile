# Two commands do everything, on plain Debian with python3 and make:
#   make demo   the whole job, shown on the bundled press pages
#   make test   every check, with what the checks need installed first

PYTHON ?= python3
export PYTHON LOCK_ARGS

# Servers and package tools are found where a person's PATH may not look.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

# Another project's modules must not stand before ours.
unexport PYTHONPATH PYTHONHOME

# Where the demo leaves its mail (it then serves the pages until Ctrl-C); and what to hand on to pytest, as in: make test T='-k digest'
TO ?= var/demo
T ?=
SECONDS ?= 600

.PHONY: demo test setup testing check lock bench load docs fuzz clean

demo: setup
	@.venv/bin/roundwatch demo --to $(TO)

test: testing check
	.venv/bin/pytest --numprocesses 2 $(T)

check: testing
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

setup:
	@setup/running.sh

testing: setup
	@setup/testing.sh

lock:
	@setup/lock.sh

docs: setup
	@.venv/bin/python docs/example.py
	@.venv/bin/python docs/api_examples.py

bench: setup
	@.venv/bin/python -m bench.unchanged_poll
	@.venv/bin/python -m bench.comparing
	@.venv/bin/python -m bench.reading
	@.venv/bin/python -m bench.queueing
	@.venv/bin/python -m bench.week
	@.venv/bin/python -m bench.crawling
	@setup/bench.sh && .venv/bin/python -m bench.serving
	@.venv/bin/python -m bench.sending

# Longer than a bench: an hour or so, half of it the soak
load: testing
	@setup/bench.sh
	@.venv/bin/python -m bench.growth
	@.venv/bin/python -m bench.million
	@.venv/bin/python -m bench.soak

# As in: make fuzz SECONDS=3600 TO=var/fuzz; it stops by itself, and what it finds is in TO/found
fuzz:
	@SECONDS_TO_FUZZ=$(SECONDS) TO=$(if $(filter command line,$(origin TO)),$(TO),var/fuzz) setup/fuzzing.sh

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
