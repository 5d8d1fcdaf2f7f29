"""The tables of the benchmarks: what is told, what is missing, what is marked."""

import copy

import numpy as np
import pytest

import jiuzhu_sim as jz
from benchmarks import peers, tables
from benchmarks.floor import WORD, blocks, inputs, measure_floor
from benchmarks.growth import exponent, growth_lines, series
from benchmarks.out_of_core import out_of_core_lines
from benchmarks.rivals import COARSE, OTHERS, OURS, WAYS

SIZES = (10_000, 100_000)


def timing(seconds):
    return {"best": seconds, "median": seconds, "runs": 3}


@pytest.fixture
def results():
    """Ours takes size / 1e7 seconds for anything, the others twice as long, DuckDB half."""

    def found(size):
        each = {name: timing(size / 1e7 * (1 if name == OURS else 2)) for name in WAYS}
        each["DuckDB"] = timing(size / 2e7)
        times = {name: copy.deepcopy(each) for name in peers.LABELS}
        times["prepare"].pop(COARSE)
        times |= {name: {OURS: timing(size / 5e6)} for name in peers.ALONE}
        apart = dict.fromkeys(("households", "fen", "layer"), 3) | {"most": 30.0, "cost": 1e-7}
        floor = {"bytes": size * 228, **timing(size / 1e8)}
        return {
            "times": times,
            "persons": size * 3,
            "coarse": apart | {"gini": 0.0},
            "floor": floor,
        }

    machine = {"processor": "P", "cores": 2, "system": "Linux", "python": "3.11", "numpy": "2.4"}
    row = {"seconds": [3.0, 1.0, 2.0], "held": 2e6, "peak": 5e6, "cost": 1.0}
    alone = {"columns": 2e6, "ways": {OURS: row, "pandas": {"failed": "out of memory"}}}
    return {
        "machine": machine,
        "runs": {"peers": {"at": "2026-01-02 03:04", "seconds": 90.0, "others": 0.01}},
        "sizes": {str(size): found(size) for size in SIZES},
        "stream": {"bytes": 2e9, **timing(0.1)},
        "memory": {"1000000": alone},
    }


def test_whoever_is_faster_is_marked(results):
    lines = [line for line in peers.peer_lines(results) if line.startswith("| baseline: the rules")]
    assert len(lines) == len(SIZES)
    cells = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert cells[1] == "**1.0 ms**"
    assert cells[2 + OTHERS.index("pandas")] == "2.0 ms, 2.0 ×"
    assert cells[2 + OTHERS.index("DuckDB")] == "0.5 ms, **0.50 ×, faster than ours**"


def test_every_row_has_as_many_cells_as_its_head(results):
    width = 0
    for line in tables.markdown(results).splitlines():
        if line.startswith("|"):
            width = width or line.count("|")
            assert line.count("|") == width, line
        else:
            width = 0


def test_sections_that_were_not_measured_are_left_out(results):
    text = tables.markdown(results)
    assert "### The floor" in text
    assert "### Out of core" not in text
    assert "### To the nation" not in text


def test_aims_without_a_measurement_say_so(results):
    told = {label: value for label, value, *_ in tables.aims(results)}
    assert told["slider move, 100k households"] == pytest.approx(0.01)
    assert told["rules and sums, 1M households"] is None
    assert told["peak memory / input columns, 1M households"] == pytest.approx(2.5)
    lines = list(tables._aims(results))
    assert any("not measured" in line for line in lines)
    assert any("slider move, 100k" in line and "**missed**" in line for line in lines)


def test_the_floor_is_told_in_multiples(results):
    last = list(peers.floor_lines(results))[-1]
    assert last == "| 100,000 | 22.8 MB | 1.0 ms | 22.8 | 10.0 × | 10.0 × | 10.0 × |"


def test_a_run_that_failed_says_why(results):
    lines = list(peers.alone_lines(results))
    assert "2.00 s | 2 MB | 5 MB (2.5 ×) |" in lines[-2]
    assert "pandas | out of memory |" in lines[-1]


def test_growth_knows_the_largest_size_from_runs_alone(results):
    found = series(results)
    assert found[OURS] == {10_000: 0.001, 100_000: 0.01, 1_000_000: 2.0}
    assert 1_000_000 not in found["pandas"]
    assert exponent([10, 100], [1.0, 10.0]) == pytest.approx(1.0)
    assert exponent([10, 100], [1.0, 100.0]) == pytest.approx(2.0)
    assert any(line.startswith(f"| {OURS} | 1.00 | 2.30 |") for line in growth_lines(results))


def test_out_of_core_rows():
    row = {"seconds": 2.0, "peak": 5e8, "read": 1e6, "written": 2e6}
    found = {"1000": {"rows": {"a": row, "b": {"failed": "longer than 5 s"}}}}
    lines = list(out_of_core_lines(found))
    assert lines[2] == "| 1,000 | a | **2.0** | 500 | 500 MB | 1 MB | 2 MB |"
    assert lines[3].startswith("| 1,000 | b | longer than 5 s |")


def test_the_floor_reads_every_byte_the_plan_reads():
    people, policy = jz.synthesize("example-county", 300, 1), jz.load_policy("example-county")
    columns = inputs(people, policy)
    whole = sum(column.nbytes for column in columns)
    read = sum(part.nbytes for part in blocks(columns))
    assert whole - WORD * len(columns) < read <= whole
    wage = people.laid_out["wage_m"]
    assert any(np.shares_memory(wage, column) for column in columns)
    assert measure_floor(people, policy)["bytes"] == read


def test_the_page_has_a_place_for_the_tables(results, tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(tables.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    for _ in range(2):
        tables.write_docs(results, page)
    text = page.read_text(encoding="utf-8")
    assert text.count("### The floor") == text.count(tables.BEGIN) == 1
    assert text.startswith(tables.PAGE.read_text(encoding="utf-8").split(tables.BEGIN)[0])
