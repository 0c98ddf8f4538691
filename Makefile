# Every verb of the house; `make help` reads the comment beside each one.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(VENV)/bin/pytest
WORKERS ?= 2
SERVE ?= 1
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
WORDS_STAMP := $(VENV)/.messages
CATALOGUES := $(shell find src -name '*.po' 2>/dev/null)
POSTGRES = $(shell $(PY) scripts/postgres.py --url 2>/dev/null)

.PHONY: help install install-dev demo test lint format types imports messages messages-check migrations-check \
	docs-check unit postgres browser lock bench screenshots permissions changelog piste clean

help:  ## list every verb
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

install: $(RUN_STAMP) $(WORDS_STAMP)  ## create .venv with what the product needs, by hash
install-dev: install $(DEV_STAMP)  ## the same, with what tests need

$(RUN_STAMP): requirements/run.txt scripts/install.sh
	@sh scripts/install.sh run
$(DEV_STAMP): requirements/dev.txt $(RUN_STAMP)
	@sh scripts/install.sh dev
$(WORDS_STAMP): $(RUN_STAMP) $(CATALOGUES)
	@$(PY) scripts/messages.py --compile
	@touch $@

demo: install  ## the demo territory: need, plan, reasons, then the site on port 8000 (SERVE=0 stops before it)
	@$(VENV)/bin/reflexes demo $(if $(filter 0,$(SERVE)),--no-serve)

test: install-dev lint types imports messages-check migrations-check docs-check postgres browser unit  ## everything, on both databases and in a browser

lint: install-dev  ## ruff, templates, rules of the house
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/djlint src --lint --quiet
	@$(PY) scripts/check_house.py
format: install-dev  ## put the code in the house's shape
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .
types: install-dev  ## mypy, strict in engines and core
	@$(VENV)/bin/mypy
imports: install-dev  ## import contracts
	@$(VENV)/bin/lint-imports
messages: install-dev  ## refresh and compile the French catalogues (needs gettext)
	@$(PY) scripts/messages.py
messages-check: install-dev  ## fail when a French string is missing, fuzzy or stale
	@if command -v xgettext >/dev/null; then $(PY) scripts/messages.py --check; \
	else echo "NOT RUN: messages-check, because gettext is not installed (apt-get install gettext)"; fi
migrations-check: install-dev  ## fail when a model changed without its migration
	@DATABASE_URL=sqlite:///$(CURDIR)/var/check.sqlite3 $(PY) manage.py makemigrations --check --dry-run
docs-check: install-dev  ## links, commands and tables of the documentation
	@$(PYTEST) tests/docs -q -p no:cacheprovider

unit: install-dev  ## unit and property tests on SQLite
	@env -u DATABASE_URL $(PYTEST) -m "not browser" -n $(WORKERS) -q
postgres: install-dev  ## the same tests on PostgreSQL (a local server is started or reused)
	@url="$(POSTGRES)"; if [ -n "$$url" ]; then DATABASE_URL="$$url" $(PYTEST) -m "not browser" -n $(WORKERS) -q; \
	else echo "NOT RUN: tests on PostgreSQL, because $$($(PY) scripts/postgres.py --why)"; fi
browser: install-dev  ## browser tests, with axe on every page
	@if $(PY) -m tests.harness.chromium >/dev/null; then env -u DATABASE_URL $(PYTEST) -m browser -q; \
	else echo "NOT RUN: browser tests, because no Chromium is installed (apt-get install chromium)"; fi

lock:  ## compile the locked requirements again (maintainers; needs uv)
	@uv pip compile --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml -o requirements/run.txt
	@uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
bench: install-dev  ## speed and quality of plans against other ways, in one table
	@$(PY) -m bench
screenshots: install-dev  ## refresh the pictures of the README
	@$(PY) scripts/screenshots.py
permissions: install-dev  ## add to tests/permissions.csv the addresses it lacks, to be read before committing
	@REFLEXES_WRITE_PERMISSIONS=1 $(PYTEST) tests/test_permissions.py -q -k write
changelog: install-dev  ## what the next release brings, from the fragments
	@$(VENV)/bin/towncrier build --draft --version next
piste: install  ## a new piste: make piste NAME=my_piste ORIENTATION=lab
	@$(PY) scripts/new_piste.py "$(ORIENTATION)" "$(NAME)"
clean:  ## remove the environment and everything made here
	@rm -rf $(VENV) var build .mypy_cache .ruff_cache .pytest_cache .hypothesis
