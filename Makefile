# What you can do here; `make` alone lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HOME_FOLDER ?= $(CURDIR)/var
PORT ?= 8000
WORKERS ?= 2
PYTEST ?= $(BIN)/pytest -n $(WORKERS) --dist loadgroup

INPUTS := setup.cfg setup.py pyproject.toml constraints.txt
SOURCES := $(shell find webapp/frontend webapp/translations -type f -not -path '*/node_modules/*' \
	-not -name '*.mo' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run install assets test test-server check format bench browser clean constraints

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Set up and serve with the demo city on http://localhost:8000 (PORT=8080 for another port)
	@THROUGHTRAIN_HOME="$${THROUGHTRAIN_HOME:-$(HOME_FOLDER)}" $(BIN)/throughtrain run --demo --port $(PORT)

install: $(VENV)/.installed ## Make the virtual environment and install the product in it

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON): install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer, or name one: make PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks venv: install it (Debian: apt-get install python3-venv)"; exit 2; }
	@echo "Making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python $(INPUTS) $(SOURCES)
	@echo "Installing (the first time about a minute)"
	@$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what tests and checks need"
	@$(BIN)/pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	@touch $@

assets: $(VENV)/.installed-dev ## Build scripts, styles and translations, if their sources changed
	@$(BIN)/python setup.py -q build_assets build_translations

test: $(VENV)/.installed-dev browser ## Run the whole suite on the embedded PostgreSQL
	@env -u DATABASE_URL $(PYTEST)

test-server: $(VENV)/.installed-dev browser ## Run the suite on the server that DATABASE_URL names
	@test -n "$$DATABASE_URL" || { \
		echo "Say which server: make test-server DATABASE_URL=postgresql://user:password@host/postgres"; exit 2; }
	@DATABASE_URL="$$DATABASE_URL" $(PYTEST)

browser:
	@sh deploy/install-browser.sh

check: $(VENV)/.installed-dev ## Look at format, lint, types, import contracts and translations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy models workflows webapp
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m webapp.catalogues check

format: $(VENV)/.installed-dev ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.installed-dev ## Measure, print a table and write docs/benchmarks.md
	@$(BIN)/throughtrain bench --write docs/benchmarks.md

constraints: $(VENV)/.installed-dev ## Write the installed versions to constraints.txt
	@head -1 constraints.txt > constraints.new
	@$(BIN)/pip freeze --exclude-editable --exclude coverage >> constraints.new
	@mv constraints.new constraints.txt

clean: ## Remove the virtual environment, built assets and the demo's data
	rm -rf $(VENV) build *.egg-info webapp/static/built webapp/frontend/node_modules var
