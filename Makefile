# Everything the project needs, it installs into this folder: .uv/ and .venv/.
SHELL := /bin/bash
UV := .uv/uv-0.13.9
RUN := .venv/bin
REFERRALS ?=
SUMMARY ?=
SEED ?= 7
SLOW ?= 1
SECONDS ?= 60
SEEDS ?=
JSON ?=
ROWS ?=
SIZE ?= 20000
ROUNDS ?= 3
KAFKA ?=
BROKER ?= embedded
TESTS ?=
PARTICIPANTS ?= 42

.PHONY: help install demo up test bench chaos-mutants chaos compose-test check format contracts docs clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

install: .venv/.installed

.venv/.installed: uv.lock pyproject.toml libs/*/pyproject.toml services/*/pyproject.toml
	@python3 scripts/bootstrap.py
	@$(UV) sync --locked --quiet
	@touch $@

demo: install  ## a cohort through every level of care (REFERRALS=folder-or-file SUMMARY=file.json BROKER=kafka)
	@$(RUN)/throughline demo --broker $(BROKER) $(if $(REFERRALS),--referrals "$(REFERRALS)") $(if $(SUMMARY),--summary "$(SUMMARY)")

up: install  ## the house on this machine, until Ctrl-C (BROKER=kafka)
	@$(RUN)/throughline up --broker $(BROKER)

test: install  ## rules, services on a real mongod, contracts, journeys on the real processes, house (BROKER=kafka TESTS=tests/journeys)
	@THROUGHLINE_TEST_BROKER=$(BROKER) $(RUN)/pytest $(if $(filter embedded,$(BROKER)),-n 2 --dist loadfile) $(TESTS)

chaos-mutants: install  ## take each guard away once: the chaos checks must see it (ONLY=skip-inbox,mark-first)
	@PYTHONPATH=tests $(RUN)/python -m chaos.mutants $(if $(ONLY),--only "$(ONLY)")

chaos: install  ## everything goes wrong while a cohort lives; nothing may be lost (SEED=7 SECONDS=60 SLOW=1 BROKER=kafka, or SEEDS=1-20)
	@PYTHONPATH=tests $(RUN)/python -m chaos --broker $(BROKER) --seeds "$(or $(SEEDS),$(SEED))" --seconds $(SECONDS) --slow $(SLOW) $(if $(JSON),--json "$(JSON)")

.run/bench-peers/.installed: tests/benchmarks/peers.txt | install
	@$(UV) venv --quiet --allow-existing --python .venv/bin/python .run/bench-peers
	-@$(UV) pip install --quiet --python .run/bench-peers/bin/python --require-hashes -r $< && touch $@

bench: install .run/bench-peers/.installed  ## the plumbing beside its neighbours (ROWS=hop,codec SIZE=20000 ROUNDS=3 JSON=file.json BROKER=kafka KAFKA=host:port)
	@PYTHONPATH=tests $(RUN)/python -m benchmarks --broker $(BROKER) --rows "$(ROWS)" --size $(SIZE) --rounds $(ROUNDS) \
	  $(if $(KAFKA),--kafka "$(KAFKA)") $(if $(JSON),--json "$(JSON)")

compose-test: install  ## the site of docker-compose.yml in containers, killed while a cohort lives in it (PARTICIPANTS=42 JSON=file.json)
	@PYTHONPATH=tests $(RUN)/python -m compose --participants $(PARTICIPANTS) $(if $(JSON),--json "$(JSON)")

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

docs: install  ## write docs/metrics.md, docs/configuration.md and docs/problems.md from the code
	PYTHONPATH=tests $(RUN)/python tests/house/documenting.py

clean:  ## remove what running left behind (not .venv)
	rm -rf .run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
