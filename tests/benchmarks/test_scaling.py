"""The simulation of large runs, against cases that can be reckoned by hand."""

from dataclasses import asdict, replace

import pytest

from benchmarks.scaling import LARGE, SIZES, WORKERS, Measured, scaling, scaling_lines, simulate

FREE = Measured((2.0,), 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("parts", "workers", "seconds"), [(8, 1, 16), (8, 4, 4), (9, 4, 6), (3, 8, 2)]
)
def test_without_any_cost_around_it_only_workers_count(parts, workers, seconds):
    run = simulate(parts, workers, FREE)
    assert run.seconds == seconds
    assert run.core_seconds == 2.0 * parts
    assert run.limit == "workers"


def test_the_scheduler_tells_one_part_after_the_other():
    run = simulate(100, 100, replace(FREE, scheduling=1.0))
    assert run.seconds == 102.0  # the last is told after 100 s
    assert run.limit == "scheduler"
    assert run.busy["scheduler"] == pytest.approx(100 / 102)


def test_the_shared_disk_serves_one_after_the_other():
    run = simulate(100, 100, replace(FREE, bytes_read=1e9), bandwidth=1e9)
    assert run.seconds == 102.0
    assert run.limit == "disk"


def test_reading_and_writing_share_the_disk():
    """One worker: read 1 s, compute 2 s, write 0.5 s; twice."""
    run = simulate(2, 1, replace(FREE, bytes_read=1e9, bytes_written=5e8), bandwidth=1e9)
    assert run.seconds == 7.0


def test_adding_up_goes_on_beside_the_work():
    assert simulate(4, 1, replace(FREE, merging=1.0)).seconds == 9.0
    run = simulate(4, 4, replace(FREE, merging=5.0))
    assert run.seconds == 22.0
    assert run.limit == "client"


def test_stragglers_cost_the_end_of_a_run():
    slow = replace(FREE, seconds=(1.0,) * 9 + (11.0,))
    run = simulate(1000, 250, slow)
    assert run.seconds > 1.5 * run.core_seconds / 250
    assert run.core_seconds == pytest.approx(2000, rel=0.2)
    assert simulate(1000, 250, slow) == run


def test_more_workers_are_never_slower_and_never_better_than_perfect():
    measured = Measured((0.9, 1.0, 1.2), 20e6, 5e6, 5e4, 0.003, 0.004)
    runs = [simulate(500, workers, measured) for workers in (1, 2, 8, 64, 256)]
    times = [run.seconds for run in runs]
    assert times == sorted(times, reverse=True)
    assert all(run.efficiency <= 1.0 for run in runs)


def test_the_next_part_is_ready_when_one_ends():
    """Told while the first is computed: the scheduler is waited for once."""
    assert simulate(5, 1, replace(FREE, scheduling=1.0)).seconds == 11.0


def test_larger_parts_spare_the_client():
    small = Measured((0.3,), 1e6, 1e6, 5e5, 0.002, 0.01)
    large = replace(small, seconds=(2.4,), merging=0.015, rows=LARGE)
    both = [scaling(each)[-1] for each in (small, large)]  # the nation on 256 workers
    assert both[0].limit == "client"
    assert both[1].seconds < both[0].seconds / 3


def test_what_limits_is_told():
    assert simulate(1000, 4, FREE).breaks.startswith("nothing")
    assert "without a part" in simulate(3, 4, FREE).breaks
    assert "few parts" in simulate(9, 4, FREE).breaks
    assert "client" in simulate(1000, 4, replace(FREE, merging=5.0)).breaks


def test_the_table_has_a_row_for_each_size_and_number_of_workers():
    small = Measured((0.9, 1.0, 1.2), 20e6, 5e6, 5e4, 0.003, 0.004)
    both = [small, replace(small, rows=LARGE)]
    check = {"parts": 16, "real": 4.0, "looking": 0.1, "simulated": 3.0, "simulated_crowded": 3.9}
    shown = list(
        scaling_lines(
            {
                "measured": [asdict(each) for each in both],
                "check": check | {"simulated_part": 0.3, "simulated_crowded_part": 0.4},
                "simulated": [[asdict(run) for run in scaling(each)] for each in both],
            }
        )
    )
    heads = [n for n, line in enumerate(shown) if line.startswith("|--")]
    assert len(heads) == 2
    for head in heads:  # tables of Markdown: as many cells in each row
        rows = [shown[head - 1], shown[head]]
        rows += [line for line in shown[head + 1 :] if line.startswith("| ")]
        assert len({line.count("|") for line in rows[: 3 if head == heads[0] else None]}) == 1
    rows = [line for line in shown[heads[1] + 1 :] if line.startswith("| ")]
    assert len(rows) == len(SIZES) * len(WORKERS)
    assert "494,000,000" in rows[-1]
    assert any("3.00 s, -25%" in line for line in shown)
