# Every verb prepares what it needs. CI calls the same ones.
.PHONY: help run setup test adversarial browser long coverage check bench fmt map lock screens messages clean

PYTHON := .venv/bin/python
BIN := .venv/bin
# Tests write here, not beside the data of a running site. Bytecode is kept even where the machine
# says not to: without it each process rewrites every test file, which takes 25 s.
TESTS := VAR_DIR=$(CURDIR)/build/tests PYTHONDONTWRITEBYTECODE= \
	PYTHONPYCACHEPREFIX=$(CURDIR)/build/bytecode
# One test at a time, whoever is free: handed out a hundred at once, one process played all weeks of
# the solver while the other had nothing left to do.
TWO := -n 2 --maxschedchunk=1
# On PostgreSQL what can meet a database; tests/conftest.py says why.
MEETS := $(if $(findstring postgres,$(DATABASE_URL)),database and )
OURS := peerreview reviews questionnaires casemapping scheduling feedback
# A real installation's settings, as an example for the checks.
DEPLOYED := VAR_DIR=$(CURDIR)/build/check DEMO=0 DEBUG=0 HTTPS=1 DATABASE_URL= \
	ALLOWED_HOSTS=review.example.org SITE_ADDRESS=https://review.example.org \
	EMAIL_URL=smtp://mail.example.org

help:
	@echo "make run          the demonstration, on this machine"
	@echo "make test         the tests, but for the browser's and the attackers'; properties on a quarter"
	@echo "make adversarial  the attackers' games, and properties on all their examples"
	@echo "make browser      the tests in a browser"
	@echo "make long         hours: all games and installations at full length, on both databases"
	@echo "make coverage     make test, and no branch of what decides may be left untaken"
	@echo "make check        style, types, directions of imports, templates, migrations"
	@echo "make bench        how fast, beside the least that Django can do"
	@echo "make fmt          put the code into our style"
	@echo "make map          draws the map of docs/architecture.md from the code"
	@echo "make screens      a picture of every page, into build/screens"
	@echo "make messages     new sentences of respondents' pages into the catalogues of translations"
	@echo "make lock         write the lists of locked dependencies again"

run:
	@deploy/setup.sh run
	@exec deploy/run.sh

setup:
	@deploy/setup.sh test

test: setup
	SIZE=quarter $(TESTS) $(BIN)/pytest $(TWO) -q -m "$(MEETS)not browser and not adversarial"

adversarial: setup
	$(TESTS) $(BIN)/pytest $(TWO) -q -m "$(MEETS)(adversarial or hypothesis) and not browser" \
		--timeout=900

browser: setup
	$(TESTS) $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q tests/browser \
		--timeout=2700 $(if $(findstring long,$(SIZE)),,-m "not long")

long:
	.ci/long

coverage: setup
	SIZE=quarter $(TESTS) $(BIN)/pytest $(TWO) -q -m "not browser and not adversarial" --cov --cov-report=
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=100

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TESTS) $(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTHON) deploy/draw_map.py --check
	$(BIN)/djlint --quiet --check templates
	$(BIN)/djlint --quiet --lint templates
	$(DEPLOYED) $(PYTHON) manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(PYTHON) manage.py check --deploy --fail-level WARNING

# ONLY="journey" measures one part.
bench: setup
	$(PYTHON) deploy/bench/run.py $(ONLY)

fmt: setup
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat templates

map: setup
	$(PYTHON) deploy/draw_map.py

screens: setup
	$(PYTHON) manage.py screens

messages: setup
	$(TESTS) $(PYTHON) manage.py messages

# Never uv lock or uv sync: their files hold addresses.
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
lock: .venv/bin/uv
	$(COMPILE) --all-extras pyproject.toml -o requirements.txt
	$(COMPILE) --all-extras --group test --group browser --group lint -c requirements.txt \
		pyproject.toml -o requirements-dev.txt

# What is locked may be what the set-up itself needs.
.venv/bin/uv:
	deploy/setup.sh test

clean:
	rm -rf build node_modules .venv
