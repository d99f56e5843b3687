PYTHON ?= python3
BIN = .venv/bin
CLIENTS = .clients
OLDEST_BOTO3 = 1.34.0
FUZZ_REQUESTS = 1000000
SEED = 1
# One process more than processors, since some tests wait for other programs. One that runs out of tests takes some of another's.
PARALLEL = -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist worksteal
WITHOUT = echo "Packages cannot be had here; tests are skipped for"
OTHER_LANGUAGES = examples/one_time_code_typescript examples/one_time_code_go examples/one_time_code_java

# Download the packages of an example in another language, and note that they are there.
define prepare
if command -v $(2) >/dev/null; then (cd $(CLIENTS)/examples/one_time_code_$(1) && $(3) && touch ../$(1).ready) || $(WITHOUT) the example in $(1); fi
endef

# Programs that are started in tests would compile all that they import again and again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-page test-clients browser postgres crash-test check format bench fuzz test-refusals history soak audit pin coverage reference docs examples clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/light ## send a one-time code to a handset, reply STOP, read the receipts from SQS
	@$(BIN)/python examples/demo.py

serve: .venv/light ## run the server on 127.0.0.1:7767
	@$(BIN)/sms-voice-emulator serve

test: .venv/ready $(CLIENTS)/ready ## run the test suite in parallel, but for the tests of the page, of other clients and of installing
	$(BIN)/pytest $(PARALLEL) -q --ignore=tests/front/page --ignore=tests/clients

test-page: .venv/ready ## run the page's tests in a real Chromium
	$(BIN)/pytest -n auto -q tests/front/page

browser: ## install Chromium, on Debian and as root
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }

postgres: ## install PostgreSQL, on Debian and as root
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; }

crash-test: .venv/ready ## kill servers under load: 200 times on SQLite, ten leaders with 50 clients on PostgreSQL
	CRASH_ROUNDS=200 FAILOVERS=10 FAILOVER_CLIENTS=50 $(BIN)/pytest -q -rP tests/journal/test_crashes.py tests/journal/test_replicas.py

test-clients: .venv/ready $(CLIENTS)/ready ## run the tests of the other SDKs, the AWS command line and an installed package
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

fuzz: .venv/ready ## send 10^6 made-up requests, then odd bytes to each reader; FUZZ_REQUESTS and SEED set how many and which
	$(BIN)/python tools/fuzz.py --requests $(FUZZ_REQUESTS) --seed $(SEED)
	$(BIN)/pip install --quiet --disable-pip-version-check atheris || $(WITHOUT) atheris
	for target in ssml toml media rcs wire; do $(BIN)/python tools/fuzz_bytes.py $$target || exit 1; done
	FUZZ_EXAMPLES=500 $(BIN)/pytest -n auto -q tests/robustness/test_never_500.py tests/robustness/test_bytes.py

test-refusals: .venv/ready ## run the tests over the mock and the server, and compare the world before and after every refusal
	$(BIN)/pytest $(PARALLEL) -q --check-refusals --every-reach --ignore=tests/front/page --ignore=tests/clients --ignore=tests/journal

history: .venv/ready ## send 100,000 texts, and measure what reading them costs
	@AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing $(BIN)/python tools/history.py

soak: .venv/ready ## run 200 clients with faults for an hour of virtual time, then audit what is there
	@$(BIN)/python tools/soak.py

audit: .venv/ready ## list the dependencies' licences and known advisories, and write sbom.json
	@$(BIN)/python tools/licences.py
	@$(BIN)/python tools/sbom.py > sbom.json
	@$(PYTHON) tools/audit.py $(BIN)/python

pin: .venv/ready ## choose the versions that the image installs, and write them with their hashes
	$(BIN)/python tools/pin_requirements.py

coverage: .venv/ready ## write the tables of docs/coverage.md and docs/decided-by-us.md
	@$(BIN)/python tools/coverage_table.py
	@$(BIN)/python tools/decided_by_us.py

examples: .venv/ready ## run the examples, and update the output in their README
	@$(BIN)/python tools/update_examples_readme.py

clean: ## remove what the other targets created
	rm -rf .venv $(CLIENTS) build dist *.egg-info

reference: .venv/ready ## write the references in docs/ that are made from the code
	@for tool in cli_reference control_reference event_records limits_table python_reference; do $(BIN)/python tools/$$tool.py || exit 1; done

docs: reference ## build the documentation into build/site, strictly
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@$(BIN)/python tools/prepare_docs.py
	$(BIN)/zensical build --clean --strict

# What running needs, without the tools of development. Compiling all that comes with it would take half of the time.
.venv/light: setup.cfg setup.py pyproject.toml
	@echo "Installing into .venv, which takes about a minute ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --editable .
	@touch $@

.venv/ready: setup.cfg setup.py pyproject.toml
	@echo "Installing with the tools of development into .venv, which takes a few minutes ..."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q emulator
	@touch $@ .venv/light

# Clients that the suite uses besides the boto3 in .venv: the oldest boto3, the AWS command line (version 1), asynchronous
# SDKs for Python, and those for JavaScript, Go and Java, and the CDK, where their toolchains are installed.
$(CLIENTS)/ready: setup.cfg tests/clients/package.json tests/clients/go/go.mod tests/clients/java/pom.xml examples/cdk/package.json $(wildcard $(OTHER_LANGUAGES:=/*.*)) | .venv/ready
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
	mkdir -p $(CLIENTS)/cdk && cp examples/cdk/package.json $(CLIENTS)/cdk/
	if command -v npm >/dev/null; then (cd $(CLIENTS)/cdk && npm install --silent --no-audit --no-fund) || $(WITHOUT) the CDK; fi
	$(PYTHON) -m venv $(CLIENTS)/async
	$(CLIENTS)/async/bin/pip install --quiet --disable-pip-version-check aioboto3 capo-pinpoint-sms-voice-v2
	if command -v go >/dev/null; then (cd tests/clients/go && go build -o $(CURDIR)/$(CLIENTS)/go-story .) || $(WITHOUT) Go; fi
	cp -r tests/clients/java $(CLIENTS)/java
	if command -v mvn >/dev/null; then (cd $(CLIENTS)/java && mvn -q -B package dependency:copy-dependencies -DoutputDirectory=target/lib) || $(WITHOUT) Java; fi
	mkdir $(CLIENTS)/examples && cp -r $(OTHER_LANGUAGES) $(CLIENTS)/examples
	$(call prepare,typescript,npm,npm install --silent --no-audit --no-fund)
	$(call prepare,go,go,go test -c -o /dev/null ./...)
	$(call prepare,java,mvn,mvn -q -B dependency:go-offline test -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false)
	@touch $@
