# Every command people and machines rely on. What they do is in deploy/local/.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test lint bench fmt clean

help:
	@echo "make run    the site with a demo school on http://127.0.0.1:8000 (another port: PORT=8001 make run)"
	@echo "make test   every check: lint, types, tests on SQLite and on PostgreSQL + Redis, tests in a browser"
	@echo "make lint   only the checks that run nothing: lint, format, types, import contracts, settings"
	@echo "make bench  benchmarks as ratios measured in one run, on SQLite and PostgreSQL; prints the figures"
	@echo "make fmt    put the code into the agreed format"
	@echo "make clean  remove what can be rebuilt (.venv, caches); data in var/ stays"

run:
	@$(PYTHON) -m deploy.local.run

test:
	@$(PYTHON) -m deploy.local.test

lint:
	@$(PYTHON) -m deploy.local.test static

bench:
	@$(PYTHON) -m deploy.local.bench

fmt:
	@$(PYTHON) -m deploy.local.fmt

clean:
	rm -rf .venv staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
