"""Every ground to stop is known to the clean-up and to the months: by file, or by its own rule."""

import pytest

from jiuzhu_sim.casework.cleanup.reasons import reason_table
from jiuzhu_sim.columns import columns
from jiuzhu_sim.law import clauses
from jiuzhu_sim.months.roll import REASONS, reason_clauses, reason_title

GROUNDS = [
    name for name in columns()["stop_reason_hh"].codes if name not in ("none", "not_applied")
]


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_ground_has_words_and_clauses_wherever_it_is_told(ground):
    (reason,) = [each for each in reason_table().values() if each.get("stop") == ground]
    assert reason["clause"] in clauses()
    assert set(reason["label"]) == {"zh", "en"}
    assert ground in REASONS
    assert reason_title(ground)
    assert set(reason_clauses(ground)) <= clauses().keys()
