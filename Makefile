# Run `make` to see what there is. Everything is installed into .venv, everything made goes to var/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
INSTALLED_BY := setup.sh bootstrap.txt pyproject.toml uv.lock tests/fake_stripe/tools/package-lock.json

.PHONY: help run test check format migration catalogues bench chaos real-stripe stripe-data

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-11s %s\n", $$1, $$2 }'

run: .venv/.ready-run ## Start the portal with demo data and an offline Stripe on http://localhost:8000
	@exec $(BIN)/python demo.py

test: .venv/.ready-test ## Run every test, in parallel; TESTS="tests/bills -k withdraw" picks some
	@$(BIN)/pytest -n auto --dist worksteal -q $(TESTS)

check: .venv/.ready-test ## Format, lint, types, import contracts, lock file, migrations and catalogues in step
	@$(BIN)/ruff format --check --quiet . || { echo "Run make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/uv lock --check --quiet || { echo "uv.lock is not in step with pyproject.toml: run uv lock"; exit 1; }
	@$(BIN)/python -m portal.translations --check
	@$(BIN)/pytest -q -n 0 --no-header tests/house/test_migrations.py -k sqlite

bench: .venv/.ready-test ## Measure the offline Stripe beside localstripe and a bare Flask hello
	@$(BIN)/python -m tests.bench

SEED ?= 0
SCHEDULES ?= 100

chaos: .venv/.ready-test ## Play SCHEDULES random schedules from SEED on, told by webhooks and by reconcile alone
	@$(BIN)/python -m tests.chaos --seed $(SEED) --schedules $(SCHEDULES)

real-stripe: .venv/.ready-test ## Hold stripe_api and the checkout page against real Stripe's test mode: needs test keys
	@$(BIN)/python -m tests.real_stripe

stripe-data: .venv/.ready-test ## Make the offline Stripe's data anew from the SDK and the OpenAPI document
	@$(BIN)/python -m fake_stripe.build

format: .venv/.ready-test ## Put every file into the house's format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

migration: .venv/.ready-test ## Write a migration for what the models have gained: NAME="what changes"
	@$(BIN)/python -m portal.migrations "$(NAME)"
	@$(BIN)/ruff format --quiet --isolated --line-length 120 portal/migrations/versions

catalogues: .venv/.ready-test ## Take the texts out of code and templates into portal/translations
	@$(BIN)/python -m portal.translations

.venv/.ready-run: $(INSTALLED_BY)
	@./setup.sh run

.venv/.ready-test: $(INSTALLED_BY)
	@./setup.sh test
