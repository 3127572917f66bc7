# make demo        set up, then predict the cube of a simulated galaxy into demo/
# make test        set up, then run every check; the last line counts the notebooks
# make help        the other targets
#
# Everything is installed into .venv; every target may be repeated and is quick the second time.

VENV   ?= .venv
# interpreters to try for a new environment, best first
PYTHON ?= python3.11 python3.12 python3.13 python3 python

BIN := $(VENV)/bin
PY  := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet

# survey files for the cells marked `data`, if they are here
override GALAXY_IFU_TEST_DATA := $(realpath $(or $(GALAXY_IFU_TEST_DATA),../shared/data))
ifneq ($(GALAXY_IFU_TEST_DATA),)
export GALAXY_IFU_TEST_DATA
FLAGS := data
else
unexport GALAXY_IFU_TEST_DATA
endif

.PHONY: help demo test test-slow docs readme export clean-notebooks save wheel test-wheel install clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo             set up and predict the cube of a simulated galaxy into demo/'
	@echo 'make test             set up and run every check (cells marked data run when ../shared/data exists)'
	@echo 'make test-slow        the same with the slow cells, saving all outputs into the notebooks'
	@echo 'make docs             build the documentation into _docs/index.html'
	@echo 'make export           write the modules of galaxy_ifu/ from the notebooks'
	@echo 'make save NB=00_units run notebooks and save their outputs (all without NB; FLAGS="data slow")'
	@echo 'make readme           write README.md from nbs/index.ipynb'
	@echo 'make clean-notebooks  bring the notebooks into the form that is committed'
	@echo 'make wheel            build wheel and source archive into dist/'
	@echo 'make test-wheel       and look into both, install the wheel beside it and run the demonstration (FULL=1: with its dependencies)'
	@echo 'make install          set up the development environment only'
	@echo 'make clean            remove what was built, the environment excepted'

# ---- environment: a stamp says for which settings.ini and setup.py it was installed

$(PY):
	@for python in $(PYTHON); do \
	  command -v $$python >/dev/null 2>&1 || continue; \
	  $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "creating $(VENV) with $$($$python --version)"; \
	  $$python -m venv $(VENV) && exit 0; \
	done; \
	rm -rf $(VENV); \
	echo 'No usable Python found: version 3.11 or newer with the venv module is needed (tried: $(PYTHON)).' >&2; \
	echo 'Install one (Debian and Ubuntu: apt install python3 python3-venv), or say which: make PYTHON=/path/to/python3' >&2; \
	exit 1

$(VENV)/.installed: settings.ini setup.py | $(PY)
	@echo 'installing the package into $(VENV): some minutes the first time'
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: settings.ini setup.py | $(PY)
	@echo 'installing the package and its development tools into $(VENV): some minutes the first time'
	@$(PIP) -e '.[dev,docs]'
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed-dev

# ---- what users run

demo: $(VENV)/.installed
	@$(BIN)/galaxy_ifu_demo

test: install
	@$(PY) tools/test.py --flags '$(FLAGS)'

test-slow: install
	@$(PY) tools/test.py --flags '$(FLAGS) slow' --save

docs: install
	@$(PY) docs/build.py

# ---- what authors run

export: install
	@$(BIN)/nbdev_export

save: install
	@$(PY) tools/run_notebooks.py --save --flags '$(FLAGS)' $(NB)

readme: install
	@$(PY) docs/convert.py readme

clean-notebooks: install
	@$(BIN)/nbdev_clean

wheel: install
	@rm -rf build dist
	@$(PY) -m build --outdir dist . >/dev/null
	@ls dist

test-wheel: wheel
	@$(PY) tools/check_wheel.py dist $(if $(FULL),--full)

clean:
	rm -rf build dist demo _docs _proc *.egg-info
