# A thin front to run.py, which does the work and runs on Windows too.
PYTHON ?= python3

.PHONY: report test lab doctor bench docs example pins clean

report test lab doctor bench docs:
	$(PYTHON) run.py $@

# The report that is kept in the repository, to be looked at before anything is installed.
example:
	$(PYTHON) run.py report annual --law s42-county-2013 --out reports/example

# One pin for a package on every system and Python: markers are cut off, what isn't needed isn't installed.
pins:
	uv pip compile pyproject.toml -q --all-extras --universal --fork-strategy fewest --python-version 3.11 \
	  --no-annotate --no-header --no-emit-index-url | sed 's/ *;.*//' > constraints.tmp
	mv constraints.tmp constraints.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find jiuzhu_sim tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
