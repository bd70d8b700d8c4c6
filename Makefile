# Homeport: `make up` starts the stack, `make test` proves it. `make help` lists the rest.
.DEFAULT_GOAL := help
PY := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## lists the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup:  ## makes .venv with what Homeport needs to run
	@scripts/setup

setup-dev:
	@scripts/setup dev

up: setup  ## starts the stack in the foreground; Ctrl-C stops it
	@exec .venv/bin/homeport up $(ARGS)

check: setup-dev  ## format, lint, types, import contracts, docs
	@scripts/check

test: setup-dev  ## installs what the tests need, then runs check and every test
	@scripts/test-tools
	@scripts/check
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

conformance: setup-dev  ## runs the official OCI suite and a real Kubernetes control plane, where Go is found to build them
	@command -v go >/dev/null || echo "go is not installed, which builds the OCI conformance suite and the control plane: their tests are skipped"
	@scripts/test-tools
	@HOMEPORT_CONFORMANCE=1 $(PY) -m pytest -p no:cacheprovider tests/conformance/registry tests/conformance/kubernetes tests/conformance/tofu $(ARGS)
	@$(PY) -m pytest -p no:cacheprovider tests/e2e/image/whole.py $(ARGS)

bench: setup-dev  ## runs the benchmarks beside their peers
	@scripts/test-tools
	@$(PY) -m bench $(ARGS)

lock: setup-dev  ## pins the newest dependencies with their hashes
	@scripts/lock

clean:  ## removes .venv and caches, never data
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help setup setup-dev up check test conformance bench lock clean
