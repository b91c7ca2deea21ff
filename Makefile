PYTHON ?= python
VENV ?= .venv
JOBS ?= 2
FOLDERS := compiler frontends drpdialect targets passes backends

.PHONY: help venv test long lint format types docs check bench namespace clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

venv: ## Make a virtual environment in .venv with everything to develop
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --upgrade pip
	$(VENV)/bin/pip install --quiet -e '.[dev,examples]'

test: ## Run the tests (JOBS=2 at a time)
	$(PYTHON) -m pytest -n $(JOBS)

long: ## Run the property tests with many random examples
	HYPOTHESIS_PROFILE=long $(PYTHON) -m pytest -n $(JOBS) tests/properties tests/drpdialect

lint: namespace ## Check format, style and the direction of imports
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	lint-imports --no-cache

format: ## Format, and mend what can be mended
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

types: namespace ## Check the types
	$(PYTHON) -m basedpyright

docs: ## Write the generated pages under docs/reference
	$(PYTHON) docs/generate.py

check: lint types ## All checks but the tests: lint, types, generated pages up to date
	$(PYTHON) docs/generate.py --check

bench: ## Measure lowering and the interpreter (benchmarks/*.py have more, see their heads)
	$(PYTHON) benchmarks/lower.py
	OMP_NUM_THREADS=2 $(PYTHON) benchmarks/interpreter.py layers

namespace: # Lay out build/namespace/drpc with links to our folders, for tools that know no editable installs
	@mkdir -p build/namespace/drpc
	@for folder in $(FOLDERS); do ln -sfn ../../../$$folder build/namespace/drpc/$$folder; done

clean: ## Remove what was built
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
