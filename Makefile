# Every verb makes what it needs: a fresh machine has only Python 3.11 or newer, with venv and pip.
# uv is used where it is there. The stamps in .venv say what has been installed.
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-nightly lint typecheck typing bench bench-check docs wheel clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
UV = $(shell uv pip install --help 2>/dev/null | grep -q -- --group && command -v uv)
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install -qq --disable-pip-version-check)
PYTEST = $(BIN)/pytest -q --numprocesses auto --maxprocesses 8

help: ## Show the verbs
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

demo: $(VENV)/.installed ## Draft a message from examples/, no key and no network, and show what each sentence rests on
	@$(BIN)/overture draft --candidate examples/candidate-backend.json --job examples/job-backend.html \
		--company examples/company.yaml --recruiter examples/recruiter.yaml --explain

test: $(VENV)/.dev typing ## Run the tests
	$(PYTEST) -m 'not slow and not nightly and not server'

test-slow: $(VENV)/.server typing ## Run the slow tests, then those against a real model server on loopback
	$(PYTEST) -m 'slow and not nightly and not server' --durations 15
	$(BIN)/pytest -q -m server

test-nightly: $(VENV)/.server typing ## Run what takes minutes each: kills by the hundred, steps by the ten thousand, a whole year
	$(PYTEST) -m nightly

lint: $(VENV)/.dev ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

typecheck: $(VENV)/.dev typing ## Check types with mypy and pyright, both strict
	$(BIN)/mypy
	$(BIN)/pyright

typing: $(VENV)/.made ## Make the links that let type checkers and pytest follow the package map
	@$(BIN)/python .ci/link_rooms.py

bench: $(VENV)/.dev ## Measure speed, print it, keep it in benchmarks/results/
	$(BIN)/python benchmarks/drafting.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/size.py
	$(BIN)/python benchmarks/replies.py accuracy
	$(BIN)/python benchmarks/replies.py speed
	$(BIN)/python benchmarks/messaging.py
	$(BIN)/python benchmarks/feedback.py
	$(BIN)/python benchmarks/eval.py
	$(BIN)/python benchmarks/bulk.py
	$(BIN)/python benchmarks/grounding.py
	$(BIN)/python benchmarks/studio.py
	$(BIN)/python benchmarks/ratios_page.py

bench-check: $(VENV)/.dev ## Hold the ratios of the last `make bench` to the kept ones
	$(BIN)/python benchmarks/bench_check.py

docs: $(VENV)/.dev ## Write into README and docs what their examples print now
	$(BIN)/python .ci/refresh_pages.py

wheel: $(VENV)/.dev ## Build the sdist, and the wheel from the sdist, into dist/
	rm -rf dist
	$(BIN)/python -m build

clean: ## Remove what the other verbs made
	rm -rf $(VENV) .typing build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo 'Overture needs Python 3.11 or newer; none was found' >&2; exit 1; }
	@echo 'Making $(VENV): about a minute, once'
	@test -x $(BIN)/python || $(if $(UV),$(UV) venv --quiet --seed --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))
	@$(INSTALL) --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@$(INSTALL) --editable '.[bulk,classification,eval,feedback,langchain,messaging,studio]'
	@touch $@

$(VENV)/.dev: $(VENV)/.installed pyproject.toml
	@$(INSTALL) --group dev
	@touch $@

$(VENV)/.server: $(VENV)/.dev pyproject.toml
	@$(INSTALL) --no-deps --group server
	@touch $@
