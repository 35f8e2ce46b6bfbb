# Each target works on a fresh clone with only Python 3.11 and make.
SHELL  := /bin/bash
# A distribution's Python is built with profile-guided optimisation; one built by hand is often not, and slower.
PYTHON ?= $(shell for p in /usr/bin/python3.11 python3.11 python3; do $$p -c 'import ensurepip, venv' 2>/dev/null && echo $$p && break; done)
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench format docs client picture graphiql lock prove clean

help:                ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

install: .venv/installed  ## a virtual environment with the pinned packages (demo and test do it first)

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Contact Status needs Python 3.11 or later.")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: install        ## the product with its own PostgreSQL and demo data, on http://127.0.0.1:8000
	@$(BIN)/python -m server demo

check: install       ## lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo

test: check          ## check, then every test
	$(BIN)/pytest -n auto

bench: install       ## ours beside what one would run instead; BENCH="--only page --rounds 3", see --help
	@$(BIN)/pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@$(BIN)/python -m bench $(BENCH)

format: install      ## put the code into the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install        ## what is generated: the pages of the rules and of imports, the schema's text
	$(BIN)/python -m rules > docs/statuses.md
	$(BIN)/python -m resolvers.imports.page > docs/import.md
	$(BIN)/python -m server export-schema > schema/schema.graphql

client: install      ## clients/python anew, after the API or the client's operations changed
	$(PYTHON) -m venv .venv-client
	.venv-client/bin/pip install --quiet --disable-pip-version-check -r clients/python/requirements.txt
	rm -rf clients/python/contact_status
	PYTHONPATH=. .venv-client/bin/ariadne-codegen
	$(BIN)/python -m clients.uses > clients/python/uses.txt

picture: install     ## docs/graphiql-refusal.png, while `make demo` runs
	$(BIN)/python -m web.screenshot

graphiql: install    ## web/dist anew from web/ (wants npm; running the server does not)
	cd web && npm ci && npm run build

lock: install        ## resolve requirements*.in to requirements*.txt
	$(BIN)/pip install --quiet pip-tools
	for name in requirements requirements-dev; do $(BIN)/pip-compile --quiet --no-header --strip-extras \
	  --no-emit-index-url --no-emit-find-links --annotation-style=line -o $$name.txt $$name.in; done

prove: install       ## at length: 2,000 random histories; kill -9 amid 100,000 events; 1,000 requests sent twice at once
	HISTORIES=2000 $(BIN)/pytest -n 0 tests/schema/test_histories.py -k random_history
	PAIRS=1000 $(BIN)/pytest -n 0 tests/schema/test_once.py -k same_moment
	STORM=20000 $(BIN)/pytest -n 0 -s tests/server/test_kill.py

clean:               ## remove the environment and the embedded database
	rm -rf .venv .venv-client .data
