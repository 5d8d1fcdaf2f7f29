"""Rank interval coverage: 90 % intervals against assessments whose truth is known.

All settings with 500 assessments each: `python -m benchmarks.rank_coverage` (decision 036).
"""

import numpy as np
import pytest

from benchmarks.rank_coverage import held

RUNS, DRAWS = 60, 300


@pytest.mark.parametrize(
    ("units", "spread", "files", "full"),
    [(8, 0.3, 60, 0.95), (20, 0.1, 20, 1.0), (20, 0.3, 60, 0.95)],
)
def test_rank_interval_coverage(units, spread, files, full):
    """85–95 % over 500; here fewer, so 3 more on either side."""
    all_held = [held(run, units, spread, files, full, draws=DRAWS) for run in range(RUNS)]
    for source in ("sampling", "both"):
        holds = 100 * np.mean([each.holds[source] for each in all_held])
        assert 82 < holds < 98, f"{source}: {holds:.1f} %"
