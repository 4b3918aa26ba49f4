# Two commands matter: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# A newer Python, where there is one: the unit tests must pass on it too.
NEWER ?= $(shell for python in python3.13 $(HOME)/.pyenv/versions/3.13.*/bin/python3.13; do \
	  $$python -c '' 2>/dev/null && echo $$python && break; done)
# The largest tables, whose cases a newer Python has nothing to do with, are left to `make ci-long`, and of runs that
# chance draws three of four: all are made by `unit`.
export NEWER_TESTS ?= tests/flow tests/core $(wildcard tests/edges/test_endpoint*.py) tests/edges/test_heads.py $(wildcard tests/edges/test_source*.py) tests/edges/test_unpacking.py --ignore=tests/core/test_decode_wrong.py --ignore=tests/core/test_cards.py --ignore=tests/core/test_dates.py --ignore-glob=*/test_masking* --ignore-glob=*/test_rules* --ignore-glob=*/test_verdict*
export NEWER_PROFILE ?= few
# A copy in which is compiled what a wheel compiles; system and faults are tried on it, as it is shipped.
COMPILED = build/$(notdir $(VENV))
IN_COMPILED = cd $(COMPILED)/copy && PYTHONPATH=$(abspath $(COMPILED)/copy) $(abspath $(BIN))
SEED ?= 1
MINUTES ?= 15
INSTALL := -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/demo ## see it work: broker, Omeda and events, all in one process
	$(BIN)/omeda-bridge demo $(DEMO_OPTIONS)

# What takes one core each comes first, two at a time.
.PHONY: test
test: ## everything, with a real Apache Kafka: lint, types, unit, newer, system, faults
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types compiled newer-compiled
	$(MAKE) --no-print-directory unit newer system faults

.PHONY: check
check: lint types quick ## the fast part, without a broker

.PHONY: lint
lint: $(VENV)/dev ## format, lint and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

.PHONY: types
types: $(VENV)/dev ## mypy, strict, over bridge and tests
	$(BIN)/mypy

.PHONY: quick
quick: $(VENV)/dev
	$(BIN)/pytest -q -n auto -m "not slow" --ignore=tests/system --ignore=tests/deploy --ignore=tests/guides --ignore=tests/faults/test_short.py

.PHONY: unit
unit: $(VENV)/dev ## core, flow and edge tests
	$(BIN)/pytest -q -n auto --ignore=tests/system --ignore=tests/deploy --ignore=tests/guides --ignore=tests/faults/test_short.py

.PHONY: newer-compiled
newer-compiled:
ifneq ($(NEWER),)
	$(MAKE) --no-print-directory VENV=$(VENV)-newer PYTHON=$(NEWER) compiled
endif

.PHONY: newer
newer: ## flow tests, most core tests and those of HTTP, compiled, on Python 3.13 where it is installed; laws with fewer examples, chance with fewer seeds
ifeq ($(NEWER),)
	@echo "Python 3.13 is not installed: they run on another"
	$(MAKE) --no-print-directory compiled-unit
else
	$(MAKE) --no-print-directory VENV=$(VENV)-newer PYTHON=$(NEWER) compiled-unit
endif

.PHONY: compiled
compiled: $(VENV)/dev
	scripts/compiled.sh $(BIN)/python $(COMPILED)

# Planted mistakes inherit from what they spoil, which what is compiled does not allow.
.PHONY: compiled-unit
compiled-unit: export HYPOTHESIS_PROFILE := $(NEWER_PROFILE)
compiled-unit: compiled
	$(IN_COMPILED)/pytest -q -n auto --ignore=tests/flow/test_planted_mistakes.py $(NEWER_TESTS)

# They wait for much of their time: one more at once than CI has cores. Those marked long begin first.
.PHONY: system
system: compiled ## system tests against a real Apache Kafka
	$(BIN)/python -m tests.system.broker fetch
	$(IN_COMPILED)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests/system

.PHONY: faults
faults: compiled ## every fault once, against a real Apache Kafka, some minutes
	$(IN_COMPILED)/pytest -q -n 2 --maxschedchunk 1 tests/faults

.PHONY: image
image: ## the container image, with docker
	docker build --tag omeda-bridge .

# The image is built by one process; what runs beside it waits more than it works, and is told no time.
.PHONY: test-deploy
test-deploy: ## image, chart, alerts, dashboards, status page, guides; root on Debian
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-image test-dashboards test-page
	$(MAKE) --no-print-directory test-chart test-alerts test-guides

.PHONY: test-image
test-image: $(VENV)/dev ## the image, built and run without a container engine
	$(BIN)/python -m tests.system.broker fetch
	$(BIN)/pytest -q tests/deploy/test_dockerfile.py tests/deploy/test_image.py

.PHONY: test-chart
test-chart: $(VENV)/dev ## the chart, rendered and held against Kubernetes' schemas
	$(BIN)/pytest -q -n 2 tests/deploy/chart

.PHONY: test-alerts
test-alerts: $(VENV)/dev ## the alerts: each fires, resolves, and has its runbook
	$(BIN)/python -m tests.system.broker fetch
	$(BIN)/pytest -q -n 2 tests/deploy/alerts

.PHONY: test-dashboards
test-dashboards: $(VENV)/dev ## the dashboards: linted, and every query asked of a real Prometheus
	$(BIN)/python -m tests.system.broker fetch
	$(BIN)/pytest -q tests/deploy/dashboards

.PHONY: test-page
test-page: $(VENV)/dev ## the status page, in Chromium
	$(BIN)/pytest -q tests/deploy/page

.PHONY: test-guides
test-guides: $(VENV)/dev ## docs/start.md typed, the producers' examples run, compose.yaml held against what it names
	$(BIN)/python -m tests.system.broker fetch
	scripts/tools.sh examples promtool check-jsonschema
	$(BIN)/pytest -q -n 2 --dist loadfile tests/guides

.PHONY: test-cluster
test-cluster: $(VENV)/dev ## the chart, on a real Kubernetes API; builds that with Go at first
	scripts/tools.sh kube-apiserver etcd crds helm kubectl
	$(BIN)/pytest -q -n 2 tests/deploy/cluster

.PHONY: sbom
sbom: ## what the image holds, as CycloneDX, into sbom.cdx.json
	scripts/image.sh .tools/image
	scripts/sbom.sh .tools/image > sbom.cdx.json

.PHONY: test-faults
test-faults: compiled ## faults and configurations drawn by SEED for MINUTES; see docs/guarantees.md
	$(IN_COMPILED)/python -m tests.faults --seed $(SEED) --minutes $(MINUTES)

.PHONY: soak
soak: compiled ## steady load and faults for MINUTES, bulk and receipts on: memory, tasks and descriptors stay flat
	$(IN_COMPILED)/python -m tests.faults --soak --seed $(SEED) --minutes $(MINUTES)

.PHONY: ci-long
ci-long: export OMEDA_BRIDGE_LONG := 1
ci-long: export NEWER_TESTS := tests/core tests/flow $(wildcard tests/edges/test_endpoint*.py) tests/edges/test_heads.py $(wildcard tests/edges/test_source*.py) tests/edges/test_unpacking.py
ci-long: export NEWER_PROFILE := all
ci-long: test test-deploy test-cluster ## all of CI and what takes longer than it may: whole matrices, all tables and seeds on Python 3.13, a Kubernetes API (Go), an hour of faults, an hour's soak
	$(MAKE) --no-print-directory test-faults MINUTES=60
	$(MAKE) --no-print-directory soak MINUTES=60

.PHONY: format
format: $(VENV)/dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: compiled ## measure beside others, with a real Apache Kafka; Java, Maven and Go; see docs/performance.md
	$(BIN)/python -m tests.system.broker fetch
	$(IN_COMPILED)/python -m bench.compare --into $(abspath bench/results) $(BENCH_OPTIONS)

.PHONY: bench-quick
bench-quick: compiled ## a tenth of `make bench`, in about two minutes
	$(BIN)/python -m tests.system.broker fetch
	$(IN_COMPILED)/python -m bench.compare --into $(abspath bench/results) --quick $(BENCH_OPTIONS)

.PHONY: bench-parts
bench-parts: compiled ## what the bridge costs without Kafka and HTTP: its steps, and its line
	$(IN_COMPILED)/python -m bench.reading
	$(IN_COMPILED)/python -m bench.micro
	$(IN_COMPILED)/python -m bench.line

.PHONY: docs
docs: $(VENV)/dev ## write docs/events.md, docs/metrics.md and docs/cli.md anew, from the code
	$(BIN)/python scripts/events_reference.py
	$(BIN)/python scripts/metrics_reference.py
	$(BIN)/python scripts/cli_reference.py

.PHONY: site
site: $(VENV)/dev ## the documentation as a site, into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.PHONY: chart
chart: $(VENV)/dev ## write the chart's schema and README anew, from scripts/chart/
	$(BIN)/python -m scripts.chart

.PHONY: dashboards
dashboards: $(VENV)/dev ## write the chart's dashboards anew, from scripts/dashboards/
	$(BIN)/python -m scripts.dashboards

.PHONY: dashboard-pictures
dashboard-pictures: $(VENV)/dev ## draw docs/dashboard-*.png from a real run; needs a browser, no part of CI
	$(BIN)/python -m tests.system.broker fetch
	$(BIN)/python -m tests.deploy.dashboards.pictures

.PHONY: status-picture
status-picture: $(VENV)/dev ## take docs/status-page.png from a real run of 15 minutes; no part of CI
	$(BIN)/python -m tests.deploy.page.picture

.PHONY: lock
lock: $(VENV)/dev ## pin every dependency anew, with hashes
	$(BIN)/python scripts/lock.py

.PHONY: clean
clean: ## forget what was installed and cached here
	rm -rf $(VENV) $(VENV)-newer .mypy_cache .ruff_cache .pytest_cache .hypothesis

# What is installed, by the list it was installed from.
$(VENV)/pip:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo: $(VENV)/pip requirements/demo.txt pyproject.toml
	$(BIN)/python $(INSTALL) --require-hashes -r requirements/demo.txt
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# uv takes a quarter of pip's time; where it finds no packages, pip may, which alone knows pip's settings.
$(VENV)/uv: $(VENV)/pip requirements/dev.txt
	sed -n '/^uv==/,/[^\\]$$/p' requirements/dev.txt >$@.txt
	$(BIN)/python $(INSTALL) --require-hashes -r $@.txt
	@touch $@

$(VENV)/dev: $(VENV)/uv requirements/dev.txt pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt || \
	  $(BIN)/python $(INSTALL) --require-hashes -r requirements/dev.txt
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
