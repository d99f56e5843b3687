PYTHON ?= python3
BIN = .venv/bin
CLIENTS = .clients
OLDEST_BOTO3 = 1.34.0
WITHOUT = echo "Packages cannot be had here; tests are skipped for"

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-page test-clients browser postgres crash-test check format bench fuzz soak audit coverage docs examples clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/light ## send a one-time code to a handset, reply STOP, read the receipts from SQS
	@$(BIN)/python examples/demo.py

serve: .venv/light ## run the server on 127.0.0.1:7767
	@$(BIN)/sms-voice-emulator serve

test: .venv/ready $(CLIENTS)/ready ## run the test suite in parallel, but for the tests of the page and of other clients
	$(BIN)/pytest -n auto -q --ignore=tests/front/page --ignore=tests/clients

test-page: .venv/ready ## run the page's tests in a real Chromium
	$(BIN)/pytest -n auto -q tests/front/page

browser: ## install Chromium, on Debian and as root
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }

postgres: ## install PostgreSQL, on Debian and as root
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; }

crash-test: .venv/ready ## kill servers under load: 200 times on SQLite, ten leaders with 50 clients on PostgreSQL
	CRASH_ROUNDS=200 FAILOVERS=10 FAILOVER_CLIENTS=50 $(BIN)/pytest -q -rP tests/journal/test_crashes.py tests/journal/test_replicas.py

test-clients: .venv/ready $(CLIENTS)/ready ## run the tests of the other SDKs and the AWS command line
	$(BIN)/pytest -n auto -q tests/clients

check: .venv/ready ## check formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/ready ## format the code, and fix what lint can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready ## run the benchmarks against boto3 and moto
	@$(BIN)/python -m compileall -q emulator # as pip does for a user
	@$(BIN)/python tools/bench.py
	@$(BIN)/python tools/bench_events.py
	@$(BIN)/python tools/bench_scale.py
	@$(BIN)/python tools/bench_journal.py

fuzz: .venv/ready ## send odd input to every API for longer than the tests do
	FUZZ_EXAMPLES=2000 $(BIN)/pytest -n auto -q tests/robustness/test_never_500.py

soak: .venv/ready ## run 200 clients with faults for an hour of virtual time, then audit what is there
	@$(BIN)/python tools/soak.py

audit: .venv/ready ## list the dependencies' licences and known advisories, and write sbom.json
	@$(BIN)/python tools/licences.py
	$(PYTHON) -m venv .audit && .audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	.audit/bin/pip-audit --path $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') --skip-editable --format cyclonedx-json --output sbom.json
	rm -rf .audit

coverage: .venv/ready ## write the tables of docs/coverage.md and docs/decided-by-us.md
	@$(BIN)/python tools/coverage_table.py
	@$(BIN)/python tools/decided_by_us.py

examples: .venv/ready ## run the examples, and update the output in their README
	@$(BIN)/python tools/update_examples_readme.py

clean: ## remove what the other targets created
	rm -rf .venv $(CLIENTS) build dist *.egg-info

docs: .venv/ready ## build the documentation into build/site, strictly
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@$(BIN)/python tools/cli_reference.py
	@$(BIN)/python tools/prepare_docs.py
	$(BIN)/zensical build --clean --strict

# What running needs, without the tools of development.
.venv/light: setup.cfg setup.py pyproject.toml
	@echo "Installing into .venv, which takes about a minute ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/ready: setup.cfg setup.py pyproject.toml
	@echo "Installing with the tools of development into .venv, which takes a few minutes ..."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q emulator
	@touch $@ .venv/light

# Clients that the suite uses besides the boto3 in .venv: the oldest boto3, the AWS command line (version 1), asynchronous
# SDKs for Python, and those for JavaScript, Go and Java where their toolchains are installed.
$(CLIENTS)/ready: setup.cfg tests/clients/package.json tests/clients/go/go.mod tests/clients/java/pom.xml | .venv/ready
	rm -rf $(CLIENTS) && mkdir -p $(CLIENTS)/js
	$(BIN)/pip install --quiet --disable-pip-version-check --target $(CLIENTS)/oldest boto3==$(OLDEST_BOTO3) botocore==$(OLDEST_BOTO3)
	$(BIN)/pip install --quiet --disable-pip-version-check --target $(CLIENTS)/aio aioboto3
	$(PYTHON) -m venv $(CLIENTS)/aws
	$(CLIENTS)/aws/bin/pip install --quiet --disable-pip-version-check awscli
	$(PYTHON) -m venv $(CLIENTS)/aws-old
	$(CLIENTS)/aws-old/bin/pip install --quiet --disable-pip-version-check --no-deps awscli==1.25.97 botocore==1.27.96 s3transfer==0.6.0
	$(CLIENTS)/aws-old/bin/pip install --quiet --disable-pip-version-check colorama 'docutils<0.17' jmespath python-dateutil PyYAML rsa 'urllib3<1.27'
	cp tests/clients/package.json $(CLIENTS)/js/
	if command -v npm >/dev/null; then (cd $(CLIENTS)/js && npm install --silent --no-audit --no-fund) || $(WITHOUT) JavaScript; fi
	$(PYTHON) -m venv $(CLIENTS)/async
	$(CLIENTS)/async/bin/pip install --quiet --disable-pip-version-check aioboto3 capo-pinpoint-sms-voice-v2
	if command -v go >/dev/null; then (cd tests/clients/go && go build -o $(CURDIR)/$(CLIENTS)/go-story .) || $(WITHOUT) Go; fi
	cp -r tests/clients/java $(CLIENTS)/java
	if command -v mvn >/dev/null; then (cd $(CLIENTS)/java && mvn -q -B package dependency:copy-dependencies -DoutputDirectory=target/lib) || $(WITHOUT) Java; fi
	@touch $@
