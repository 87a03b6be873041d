# Lắng Nghe. Two commands for a newcomer: `make dev` runs everything, `make test` tests everything.
SHELL := /bin/bash
export PYTHON
export PYTHONPATH := functions:.
.DEFAULT_GOAL := help
.PHONY: help setup dev job test lint bench bench-news down clean replay classify samples screenshots train answers register

VENV := .venv/bin
STAMPS := .venv/.stamp .venv-ministack/.stamp .venv-sam/.stamp

help: ## what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

# Three environments, because the emulator and SAM each need their own versions of boto3.
.venv/.stamp: requirements.txt functions/requirements.txt
	@python=$$(local/find-python) && { [ -x .venv/bin/python ] || "$$python" -m venv .venv; } && $(VENV)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@
.venv-ministack/.stamp: local/requirements-ministack.txt
	@python=$$(local/find-python) && { [ -x .venv-ministack/bin/python ] || "$$python" -m venv .venv-ministack; } && .venv-ministack/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@
.venv-sam/.stamp: local/requirements-sam.txt
	@python=$$(local/find-python) && { [ -x .venv-sam/bin/python ] || "$$python" -m venv .venv-sam; } && .venv-sam/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@

setup: $(STAMPS) ## install what development needs (the other targets do it themselves)

dev: setup ## run the whole product here; Ctrl-C stops it (SEED=60, ZALO_URL=, PORT_BASE=, MEDIA_HOSTS=)
	@$(VENV)/python -m local.dev

down: setup ## stop a running `make dev`
	@$(VENV)/python -m local.dev --stop

test: setup ## every test
	@failed=0; $(VENV)/python -m pytest tests/unit -n 2 || failed=1; \
	$(VENV)/python -m pytest tests/integration tests/browser -n 2 --dist loadfile || failed=1; exit $$failed

lint: setup ## style, types, template, import rules
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/cfn-lint template.yaml
	AWS_DEFAULT_REGION=ap-southeast-1 SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint

bench: setup ## speed and size, as ratios measured in one run
	@$(VENV)/python -m benchmarks.classifier
	@$(VENV)/python -m benchmarks.reminders $(REMINDERS)
	@$(VENV)/python -m benchmarks.lists $(REPORTS)

bench-news: setup ## an article to READERS (30000) through the simulated Zalo, killed twice; 30,000 take about twenty minutes
	@$(VENV)/python -m benchmarks.news $(or $(READERS),30000) 2

job: setup ## JOB=looks DAY=2026-12-24: run a scheduled job of the running stack now (sweep, tokens, deadlines, looks …)
	@$(VENV)/python -m local.job "$(JOB)" day="$(DAY)"

replay: setup ## IN=a.jsonl OUT=b.jsonl: run bursts through the conversation code under a simulated clock
	@$(VENV)/python -m local.replay "$(IN)" "$(OUT)"

classify: setup ## IN=a.jsonl OUT=b.jsonl: read messages as the desk reads them
	@$(VENV)/python -m local.classify "$(IN)" "$(OUT)"

register: setup ## AGENCY= AS_OF= PEOPLE= [CONTRIBUTIONS=] [FILES=] [STACK=prod]: import an agency's extract for look-ups
	@SECRET_PREFIX="langnghe/$(or $(STACK),prod)" REGISTER_TABLE="langnghe-$(or $(STACK),prod)-register" \
	$(VENV)/python -m lookup.importing --agency "$(AGENCY)" --as-of "$(AS_OF)" --people "$(PEOPLE)" \
	$(if $(CONTRIBUTIONS),--contributions "$(CONTRIBUTIONS)") $(if $(FILES),--files "$(FILES)")

train: setup ## make the models anew from the corpus, and the report
	@$(VENV)/python -m training.train && $(VENV)/python -m training.questions && $(VENV)/python -m training.report

answers: setup ## how well questions find their answers, and what the desk makes of those that others asked
	@$(VENV)/python -m training.answers --misses && $(VENV)/python -m training.outcomes --misses

samples: setup ## make the events of events/ anew
	@$(VENV)/python -m events.make

screenshots: setup ## make the pictures of the README anew (needs Chromium)
	@$(VENV)/python -m local.screenshots

clean: down ## forget the local stack's state
	rm -rf .local .aws-sam
