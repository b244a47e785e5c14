# Regulars. Every target sets itself up: `make demo` and `make test` need only python3 (3.11 or
# newer) with its venv module, and make. `make help` lists what there is.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Empty: the system's python3 if it will do, else the first one found (scripts/make_venv).
PYTHON ?=
VENV ?= .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(PIP_INSTALL) --require-hashes --only-binary :all:
# Two workers: what two cores carry. Say `make test WORKERS=8` on a larger machine.
WORKERS ?= 2
ARGS ?=

# One stamp per set of locked packages. Its name holds the hash of what it stands for, so an
# unchanged lock costs nothing and a changed one installs again.
hash = $(shell cat pyproject.toml $(1) 2>/dev/null | cksum | tr ' ' '-')
READY := $(VENV)/stamps/venv
RUNTIME := $(VENV)/stamps/runtime-$(call hash,requirements/build.txt requirements/runtime.txt)
TEST := $(VENV)/stamps/test-$(call hash,requirements/build.txt requirements/test.txt)
DATASET := $(VENV)/stamps/dataset-$(call hash,requirements/completejourney.txt)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(RUNTIME) ## Make .venv with the locked packages and the project in it

.PHONY: demo
demo: $(RUNTIME) ## Start a demo shop on the embedded database and print where to sign in
	$(BIN)/regulars demo $(ARGS)

.PHONY: test
test: $(TEST) ## Run the tests (ARGS="-k points" picks some)
	@scripts/ensure_chromium || true
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: test-long
test-long: $(TEST) $(DATASET) ## Run the long tests too, the real retail year among them
	@scripts/ensure_chromium || true
	$(BIN)/python -m pytest -n $(WORKERS) -m "long or not long" --timeout 3600 $(ARGS)

.PHONY: lint
lint: $(TEST) ## Check style, types, walls between rooms, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@if find src -name '*.html' | grep -q .; then $(BIN)/djlint --quiet --lint src; fi

.PHONY: format
format: $(TEST) ## Put the code into the common format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(TEST) ## Measure, print a table and write bench.json
	$(BIN)/regulars bench $(ARGS)

.PHONY: prove
prove: $(RUNTIME) ## Recompute every figure from the first entry on
	$(BIN)/regulars prove $(ARGS)

.PHONY: dataset
dataset: $(RUNTIME) $(DATASET) ## Install the real retail year for `regulars import`

.PHONY: docs
docs: $(TEST) ## Write the generated documents anew (docs/apps.md)
	$(BIN)/python scripts/generate_docs.py

.PHONY: screenshots
screenshots: $(TEST) ## Take the README's pictures from a running demo shop
	scripts/ensure_chromium
	$(BIN)/python -m scripts.screenshots $(ARGS)

.PHONY: lock
lock: $(READY) ## Resolve the dependencies anew and write the hashed locks
	VENV=$(VENV) scripts/lock

.PHONY: clean
clean: ## Remove what the targets above made; the data stay
	rm -rf $(VENV) __pycache__ build dist bench.json .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY):
	@scripts/make_venv "$(PYTHON)" "$(VENV)"
	@mkdir -p $(VENV)/stamps && touch $@

# The old stamps of a kind go first: they tell of packages that are no longer the ones installed.
$(RUNTIME): | $(READY)
	@echo "Installing the locked packages (once; a minute or so) ..."
	@rm -f $(VENV)/stamps/runtime-*
	@$(LOCKED) -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST): $(RUNTIME) | $(READY)
	@echo "Installing the locked packages for tests and checks (once; a minute or so) ..."
	@rm -f $(VENV)/stamps/test-*
	@$(LOCKED) -r requirements/test.txt
	@touch $@

$(DATASET): | $(READY)
	@echo "Installing the real retail year (30 MB) and its reader ..."
	@rm -f $(VENV)/stamps/dataset-*
	@$(LOCKED) -r requirements/completejourney.txt
	@touch $@
