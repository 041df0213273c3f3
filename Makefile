# Pixelweave: every task has one door. `make` lists them.

.DEFAULT_GOAL := help
.PHONY: help up down logs traffic test lint types contracts template unit functional speed e2e browser bench cost picture questions tag build lock setup

PYTHON ?= python3
RUN := PATH="$(CURDIR)/.venv/bin:$(PATH)" .venv/bin/python
STAGE := $(RUN) -m pixelweave_local.stage

help:  ## what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

up: setup  ## start the embedded AWS, deploy the template to it, seed a month of history, send demo traffic, serve shop and dashboard
	@$(RUN) -m pixelweave_local.main up

down:  ## stop what `make up` started
	@if [ -x .venv/bin/python ]; then $(RUN) -m pixelweave_local.main down; fi

logs: setup  ## show the functions' logs; `make logs FOLLOW=1` keeps showing them
	@$(RUN) -m pixelweave_local.main logs $(if $(FOLLOW),--follow)

traffic: setup  ## send the demo traffic once more
	@$(RUN) -m pixelweave_local.main traffic

test: setup  ## every check and test; make lint, types, contracts, template, unit, functional, speed, e2e, browser run one stage
	@$(STAGE)

lint types contracts template unit functional speed e2e browser: setup  # one stage of `make test`
	@$(STAGE) $@

bench: setup  ## measure, and write docs/benchmarks.md's figures
	@$(RUN) -m bench

cost: setup  ## measure what `pixelweave cost` multiplies, and write it down
	@$(RUN) -m bench.cost --write

picture: setup  ## take the pictures of the demo shop's panel and of the dashboard anew; `make up` first
	@$(RUN) -m pixelweave_local.shop_picture
	@$(RUN) -m pixelweave_local.dashboard_picture

questions: setup  ## write the questions of dashboard/questions into docs/queries.md
	@$(RUN) -m pixelweave_local.question_page

tag: setup  ## build the browser tag of tag/ into the module that collect serves it from
	@$(RUN) -m pixelweave_local.tag_build

build: setup  ## sam build, as for AWS
	@PATH="$(CURDIR)/.local/sam/bin:$(CURDIR)/.local/uv/bin:$(PATH)" .local/sam/bin/sam build --parallel

lock:  ## recompile requirements/*.txt from *.in, with hashes
	@$(PYTHON) local/bootstrap.py lock

setup:
	@$(PYTHON) local/bootstrap.py
