# Two commands for a newcomer, on any machine with Python >= 3.11, git and make:
#   make report   the report: every claim of the paper, put to the test
#   make test     everything that is checked before a change lands
# What either has measured in the folder store the other does not measure again, as long as its code is the same.
# Each sets up what it needs in .venv, once; it is done again when pyproject.toml or constraints.txt has changed.

PYTHON ?= python3
TORCH_INDEX ?=
PROFILE ?= quick
BIN := .venv/bin
# Python compiles what it imports, and only that: compiling all of torch and SymPy takes longer than unpacking them.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --no-compile --quiet --constraint constraints.txt
VERSION := import sys; sys.exit(sys.version_info < (3, 11))

# $(call step,command,what to do when it fails)
define step
@echo '+ $(1)'; $(1) || { echo "make: that step failed. $(2)" >&2; exit 1; }
endef
network = Is the network there? Behind a proxy or mirror, set PIP_INDEX_URL, then run make again.

.PHONY: report test docs fuzz bench clean

report: .venv/ready-report
	$(call step,$(BIN)/python -m reports.build --profile $(PROFILE),The message above names the cause; make clean starts afresh.)

test: .venv/ready-test
	$(call step,$(BIN)/ruff check,Run $(BIN)/ruff check --fix and mend the rest by hand.)
	$(call step,$(BIN)/ruff format --check,Run $(BIN)/ruff format.)
	$(call step,$(BIN)/pyright,Mend the types named above.)
	$(call step,$(BIN)/lint-imports,An import goes against reports > verify > simulate > theory.)
	$(call step,OMP_NUM_THREADS=1 $(BIN)/pytest tests --quiet --numprocesses 2 --dist worksteal,Run the failing test alone: $(BIN)/pytest tests/FILE.py -k NAME)
	$(call step,OMP_NUM_THREADS=1 $(BIN)/pytest verify --quiet --numprocesses 2 --dist loadgroup --store store,The message names the claim: docs/ledger.md says what a verdict means.)

# Tests of random examples (Hypothesis) alone. `make test` draws the same examples in every run (profile "ci" of
# tests/conftest.py); `make fuzz` draws new ones in every run, twenty times as many. A failure prints the seed: put its
# example in an @example of the test, mend the code, and it is checked for ever. FUZZ names other tests: make fuzz FUZZ=tests
FUZZ ?= tests/theory
fuzz: .venv/ready-test
	$(call step,OMP_NUM_THREADS=1 $(BIN)/pytest $(FUZZ) -m hypothesis --hypothesis-profile=fuzz --quiet,The message names the example: pin it with @example and mend the code.)

docs: .venv/ready-docs
	$(call step,$(BIN)/python -m sphinx -q -W --keep-going docs build/docs,The page named above needs mending.)
	@echo build/docs/index.html

bench: .venv/ready-test
	$(call step,$(BIN)/python -m benchmarks,The message above names the cause.)

clean:
	rm -rf .venv store build

.venv/ready-report: pyproject.toml constraints.txt
	$(call step,$(PYTHON) -c "$(VERSION)",Python 3.11 or later is needed: make PYTHON=python3.12 names another.)
	$(call step,$(PYTHON) -m venv .venv,On Debian and Ubuntu: apt install python3-venv.)
	$(call step,$(INSTALL) torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)),$(network))
	$(call step,$(INSTALL) --editable .,$(network))
	@touch $@

.venv/ready-test: .venv/ready-report
	$(call step,$(INSTALL) --editable ".[test]",$(network))
	@touch $@

.venv/ready-docs: .venv/ready-report
	$(call step,$(INSTALL) --editable ".[docs]",$(network))
	@touch $@
