# Causeway. `make help` lists what there is.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test check bench soak eval format lock proto widget clean

DOCS ?= docs
PY := .venv/bin/python
WIDGET_SOURCES := $(shell find widget -path widget/node_modules -prune -o -path widget/dist -prune -o -type f -print 2>/dev/null)

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: .venv/.ready-run widget/dist/manifest.json ## Install, index DOCS=<folder> (default docs), start everything; Ctrl-C stops
	@.venv/bin/causeway up --docs "$(DOCS)"

test: .venv/.ready-dev widget/dist/manifest.json ## Every test; what cannot run here is listed with its reason
	@scripts/browser.sh
	@scripts/servers.sh
	@cd widget && PATH="$(CURDIR)/.venv/bin:$$PATH" npm test
	@$(PY) -m pytest

check: .venv/.ready-dev widget/node_modules/.ready tools/node_modules/.ready ## Format, lint, types, import contracts, stubs, widget
	@scripts/check.sh

bench: .venv/.ready-dev ## First figures beside what one would use instead; FULL=1 takes the large ones
	@FULL="$(FULL)" $(PY) -m benchmarks

soak: .venv/.ready-dev ## The long proofs in full: kills at random points, drawn filters; an hour or two
	@scripts/servers.sh
	@CAUSEWAY_SOAK_KILLS="$${CAUSEWAY_SOAK_KILLS:-1000}" CAUSEWAY_TEST_FILTER_CASES="$${CAUSEWAY_TEST_FILTER_CASES:-100000}" \
	  $(PY) -m pytest -o timeout=0 tests/retrieval/test_random_kills.py tests/retrieval/test_index_filters.py

eval: .venv/.ready-dev ## Searches and answers with known answers, beside reference figures; FULL=1 takes all
	@FULL="$(FULL)" $(PY) -m evals $(SUITES)

format: .venv/.ready-dev ## Format the code
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

lock: .venv/.ready-dev ## Compile requirements/*.txt from pyproject.toml
	@scripts/lock.sh

proto: .venv/.ready-dev ## Generate the gRPC stubs
	@scripts/proto.sh

widget: widget/dist/manifest.json ## Build the widget and the demo page

clean: ## Remove what the other targets made, but not the data in .causeway
	rm -rf .venv widget/node_modules widget/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .causeway-test
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready-run: requirements/run.txt requirements/bootstrap.txt scripts/setup.sh
	@scripts/setup.sh run

.venv/.ready-dev: requirements/dev.txt requirements/bootstrap.txt scripts/setup.sh
	@scripts/setup.sh dev

widget/node_modules/.ready: widget/package-lock.json | .venv/.ready-run
	@cd widget && PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.ready

tools/node_modules/.ready: tools/package-lock.json | .venv/.ready-run
	@cd tools && PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --no-save --no-audit --no-fund --loglevel=error && touch node_modules/.ready

widget/dist/manifest.json: widget/node_modules/.ready $(WIDGET_SOURCES)
	@cd widget && PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent build
