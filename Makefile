# make help lists what can be done. Everything lives in .venv; nothing else on the machine changes.
VENV := .venv
BIN := $(VENV)/bin
PYTHONS := python3.13 python3.12 python3.14 python3.11 python3
EXTRAS ?= test,check

.DEFAULT_GOAL := help
.PHONY: help setup compile run serve test check proof bench i18n vendor migrate clean

help:  ## List the targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/.made  ## Make the environment in .venv and install Shifu into it

$(VENV)/.made: pyproject.toml
	@set -e; for p in $(PYTHONS); do \
		if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then py=$$p; break; fi; \
	done; \
	if [ -z "$$py" ]; then echo "Shifu needs Python 3.11 to 3.14: install one of them (Debian, Ubuntu: apt install python3-venv; macOS: brew install python@3.13)."; exit 1; fi; \
	if [ ! -x $(BIN)/python ]; then $$py -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }; fi
	@echo "Installing Shifu and what it stands on into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$(EXTRAS)]'
	@touch $@

compile: setup  ## Make the search fast, which takes minutes, once; the served product does it by itself
	@$(BIN)/python -m solver compile

run: setup  ## Run the product with the Guangzhou demo at http://127.0.0.1:8000
	@$(BIN)/shifu demo run

serve: setup  ## Run the product as it is, without loading the demo
	@$(BIN)/shifu db upgrade && $(BIN)/shifu serve

test: compile  ## Run every test, on SQLite and PostgreSQL
	$(BIN)/pytest -n auto --dist loadgroup

check: setup  ## Linters, types, import contracts, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --quiet app/web || $(BIN)/djlint --lint app/web
	$(BIN)/pytest -q tests/architecture --database sqlite

proof: compile  ## The heavy figures: races, fuzz, kills
	$(BIN)/pytest -m proof -n auto --dist loadgroup --timeout 600

bench: compile  ## Our solver beside its peers: small; make bench FULL=1 takes hours
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]' || echo "Without the peers that could not be installed."
	$(BIN)/python -m tests.bench $(if $(FULL),--full,)

i18n: setup  ## Extract and compile the translations
	$(BIN)/pybabel -q extract -F app/translations/babel.cfg -k lazy_gettext -k N_ -k problem_of:2 --no-location --sort-output -o app/translations/messages.pot .
	$(BIN)/pybabel -q update -N --ignore-obsolete -i app/translations/messages.pot -d app/translations
	$(BIN)/pybabel -q compile -d app/translations

vendor:  ## Renew the front-end libraries kept in app/web/static/vendor
	cd app/web && npm install && npm run vendor

migrate: setup  ## Write a migration of what changed in the models: make migrate m="say what"
	$(BIN)/flask --app wsgi db migrate -m "$(m)"

clean:  ## Remove the environment and caches; data in instance/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
