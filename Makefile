# Hangtag. `make run` is all a fresh machine with Python 3.11, git and make needs.
#   make install   environment, browser assets, print fonts, a database at the newest schema
#   make run       the same if needed, then serves; PORT=8123 and HOST=0.0.0.0 change it;
#                  HTTPS=1 for phones and their cameras, see docs/https.md
#   make test      every test      make check   format, lint, types, imports, templates, browser floor
#   make faults    kills, full disks and held locks, for minutes     make bench   speed beside its bounds
#   make screenshots   takes the pictures of docs/screenshots anew
#   make clean     removes what the other targets made, but never a database

PYTHON ?= python3
BIN := .venv/bin
MADE := .venv/made
PO := $(wildcard tracker/translations/*/LC_MESSAGES/*.po)
FLASK := $(BIN)/flask --app wsgi

.DEFAULT_GOAL := run
.PHONY: install run test check faults bench screenshots clean assets translations browser
.DELETE_ON_ERROR:

install: $(MADE)/run assets translations
	@$(FLASK) prepare

run: install
	@exec $(FLASK) serve

test: $(MADE)/dev assets translations browser
	$(BIN)/pytest -n 2 -m 'not browser' $(ARGS)
	$(BIN)/pytest -n 2 --dist loadfile -m browser $(ARGS) || [ $$? = 5 ]  # 5: ARGS name no browser test

check: $(MADE)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python tools/floor.py
	$(BIN)/python tools/translations.py check

faults: $(MADE)/dev assets translations
	HANGTAG_FAULTS=long $(BIN)/pytest tests/faults $(ARGS)

bench: $(MADE)/dev assets translations
	@$(BIN)/python -m bench

screenshots: $(MADE)/dev assets translations browser
	@$(BIN)/python tools/screenshots.py

clean:
	rm -rf .venv static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf .hypothesis .coverage .coverage.* htmlcov
	find tracker -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

assets: $(MADE)/run
	@$(BIN)/python tools/vendor.py

translations: $(PO:.po=.mo)

browser: $(MADE)/dev
	@$(BIN)/python tools/browser.py

%.mo: %.po | $(MADE)/run
	@$(BIN)/pybabel -q compile -i $< -o $@

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.9

$(MADE)/run: requirements.txt | $(BIN)/uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.txt
	@mkdir -p $(MADE) && touch $@

$(MADE)/dev: requirements-dev.txt $(MADE)/run
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@mkdir -p $(MADE) && touch $@
