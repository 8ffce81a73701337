# Everything the project needs, it installs into this folder: .uv/ and .venv/.
SHELL := /bin/bash
UV := .uv/uv-0.13.9
RUN := .venv/bin
REFERRALS ?=
SUMMARY ?=

.PHONY: help install demo up test check format contracts clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

install: .venv/.installed

.venv/.installed: uv.lock pyproject.toml libs/*/pyproject.toml services/*/pyproject.toml
	@python3 scripts/bootstrap.py
	@$(UV) sync --locked --quiet
	@touch $@

demo: install  ## a cohort through every level of care (REFERRALS=folder-or-file SUMMARY=file.json)
	@$(RUN)/throughline demo $(if $(REFERRALS),--referrals "$(REFERRALS)") $(if $(SUMMARY),--summary "$(SUMMARY)")

up: install  ## the house on this machine, until Ctrl-C
	@$(RUN)/throughline up

test: install  ## rules, services on a real mongod, contracts, journeys on the real processes, house
	@$(RUN)/pytest

check: install  ## format, lint, types, import rules, house rules
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest -q tests/house

format: install  ## let ruff format and mend what it can
	$(RUN)/ruff format
	$(RUN)/ruff check --fix

contracts: install  ## write docs/asyncapi.yaml and freeze the shape of new contracts
	$(RUN)/python tests/contracts/freezing.py

clean:  ## remove what running left behind (not .venv)
	rm -rf .run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
