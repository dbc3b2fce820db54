# Everything here sets itself up: `make run` and `make test` need Python 3.11 to 3.13 and a C++ compiler, nothing else.
#   make run WHEELS=cpu      takes a ready llama.cpp (cpu, cu124, metal, vulkan, …) instead of compiling it
#   make run ARGS="probe"    runs a command instead of the window
#   CMAKE_ARGS=-DGGML_CUDA=on make run    compiles it for a GPU
#   PYTHON=/path/to/python   uses that Python
BIN = .venv/bin
SOURCES = app tests packaging
PREPARE = PYTHON="$(PYTHON)" sh packaging/prepare

.PHONY: run test setup lint i18n bench fuzz clean

run:
	@$(PREPARE) run --wheels "$(WHEELS)"
	@$(BIN)/gemfit $(ARGS)

setup:
	@$(PREPARE) setup --wheels "$(WHEELS)"

# Four workers on two cores as well: tests wait for processes, disks and the loopback. They start Gemfit some hundred
# times: with what Python compiled, whatever the environment says of it, that takes three quarters of the time.
test: export PYTHONDONTWRITEBYTECODE =
test:
	@$(PREPARE) test --wheels "$(WHEELS)"
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -q -n 4 --dist worksteal --cov --cov-report=term

lint:
	@$(PREPARE) setup
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

i18n:
	@$(PREPARE) setup
	$(BIN)/python packaging/i18n.py update

bench:
	@$(PREPARE) test
	$(BIN)/python -m tests.bench $(MODELS)

# Damaged files and messages by the thousand: `make fuzz CASES=1000 SEED=7`.
fuzz:
	@$(PREPARE) test
	FUZZ_CASES=$(or $(CASES),50000) FUZZ_SEED=$(or $(SEED),2) $(BIN)/pytest -q -n 0 --durations=0 tests/fuzz

clean:
	rm -rf .venv build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/shots i18n/*.qm
	find app tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
