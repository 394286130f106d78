# The two commands a newcomer needs are `make run` and `make test`. Everything else is listed by `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOL_PORT ?= 8000
CANVAS_PORT ?= 8001
STUDIO_PORT ?= 8002
MEDIA ?= 200
WORKERS ?= 2
EMPTY ?=
LOCALES := ar de es fr pt_BR
TEXTS := lti/web/translations

# Some machines forbid it for all Python programs; here each of many processes would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run invite node test faults coverage bench lint format texts requirements clean

help:
	@echo "make run           the tool, a sandbox Canvas and a sandbox Studio; prints the address to open"
	@echo "make invite        an address that installs the running tool (make run EMPTY=1, make invite EMPTY=1)"
	@echo "make test          every test (what has no browser or PostgreSQL here is skipped, and says so)"
	@echo "make node          tus-js-client, for the tests that upload with it (needs node and npm)"
	@echo "make faults        fails every outgoing call and our own parts in every way, and writes docs/faults.md"
	@echo "make coverage      the same, with what was not run"
	@echo "make bench         the figures, as ratios in one run"
	@echo "make lint          ruff, mypy, import rules"
	@echo "make format        ruff's formatter and its safe mends"
	@echo "make texts         collect the texts for translation, and compile the translations"
	@echo "make requirements  lock the dependencies again, with hashes"
	@echo "make clean         remove what the others made"

# PYTHON must be 3.11 or newer; the version is checked before anything is installed.
$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cuedeck needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Cuedeck needs into $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(READY)

run: $(READY)
	@$(BIN)/python -m sandbox --tool-port $(TOOL_PORT) --canvas-port $(CANVAS_PORT) --studio-port $(STUDIO_PORT) --media $(MEDIA) $(if $(EMPTY),--empty --run-dir .run/empty)

invite: $(READY)
	@$(BIN)/python -m sandbox.command --tool-port $(TOOL_PORT) $(if $(EMPTY),--run-dir .run/empty) invite

# No registry's address is written: versions and hashes are in tests/node/package-lock.json.
node:
	@npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund --silent

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

# Looks at what happens when each outgoing call fails, and writes docs/faults.md anew.
faults: $(READY)
	CUEDECK_WRITE_FAULTS=1 $(BIN)/python -m pytest tests/faults tests/unit/web/test_own_faults.py \
		tests/flows/test_database_away.py tests/flows/test_killed_*.py $(ARGS)

coverage: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --cov --cov-report=term $(ARGS)

bench: $(READY)
	$(BIN)/python -m benchmarks

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Texts that are new have no translation afterwards: write it into messages.po, and run this again.
texts: $(READY)
	@mkdir -p .run
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k NP_:1c,2 --no-location --sort-output --no-wrap --project=Cuedeck --version=1 -o .run/messages.pot .
	for locale in $(LOCALES); do \
		$(BIN)/pybabel -q update -i .run/messages.pot -d $(TEXTS) -l $$locale --init-missing \
			--no-fuzzy-matching --ignore-obsolete --no-wrap || exit 1; done
	$(BIN)/pybabel -q compile -d $(TEXTS)

# Needs uv. No index address is written: the files hold names, versions and hashes only.
requirements:
	uv pip compile pyproject.toml --extra s3 --extra sentry --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url -o requirements.txt
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url -o requirements-dev.txt

clean:
	rm -rf $(VENV) tests/node/node_modules .run var .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov
