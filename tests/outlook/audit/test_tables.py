"""Ways of checking side by side: the rows are those of the measures, and they add up."""

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import signs_of
from jiuzhu_sim.casework.matching.match import match
from jiuzhu_sim.measures.incidence import incidence
from jiuzhu_sim.measures.targeting import cover
from jiuzhu_sim.outlook.audit.audit import audit
from jiuzhu_sim.outlook.audit.tables import (
    audit_tables,
    lag_table,
    petition_table,
    priority_table,
)
from tests.outlook.audit.rolls import made, recipients

TABLES = audit_tables(made())
MOMENTS = ("before", "complete", "visited_31", "matching_only")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_row_is_what_the_measure_says(moment):
    name = None if moment == "before" else moment
    alone = cover(made().aim(name))
    for statistic in ("cover_wrong", "cover_missed_rate", "cover_differential"):
        expected = alone.get(statistic, "total")
        assert TABLES["audit_cover"].get(statistic, moment) == expected
    by_share = incidence(made().aim(name))
    for row in by_share.rows:
        assert TABLES["audit_incidence"].get("cgh", moment, row[1]) == by_share.get("cgh", *row)


@pytest.mark.parametrize("moment", MOMENTS)
def test_paid_less_due_is_what_goes_wrong(moment):
    money = {
        name: TABLES["audit_money"].get(f"cover_money_{name}", moment)
        for name in ("paid", "due", "wrong", "over", "under", "missed")
    }
    gap = money["wrong"] + money["over"] - money["under"] - money["missed"]
    assert money["paid"] - money["due"] == pytest.approx(gap, abs=1)


def test_what_each_way_finds():
    found = TABLES["audit_found"]
    before = TABLES["audit_cover"].get("cover_wrong", "before")
    for way in MOMENTS[1:]:
        assert found.get("audit_wrong", way) == pytest.approx(before)
        left = TABLES["audit_cover"].get("cover_wrong", way)
        ended = found.get("audit_wrong_ended", way)
        assert ended + left == pytest.approx(before, rel=0.02)  # new ones can be wrong
        assert found.get("audit_share_found", way) == pytest.approx(ended / before)
    assert found.get("audit_share_found", "complete") == 1
    assert found.get("audit_visited", "matching_only") == 0
    assert found.get("audit_matched", "complete") == 0


def test_findings_by_way_add_up():
    table = TABLES["audit_found_by"]
    for way in MOMENTS[1:]:
        parts = [row for row in table.rows if row[0] == way and row[1] != "total"]
        total = sum(table.get("cancelled_m", *row) for row in parts)
        assert total == pytest.approx(table.get("cancelled_m", way, "total"))


def test_signs_are_those_of_the_roll():
    table, chosen = priority_table(made()), made().chosen
    weight = made().people.numbers("weight")
    young = signs_of(chosen.before, "s43")["young"]
    assert table.get("households", "s43", "young") == pytest.approx(weight @ (young & chosen.roll))
    assert table.get("households", "total", "total") == pytest.approx(weight @ chosen.roll)


def test_a_hidden_part_of_the_petition_group_takes_a_second_with_it():
    whole = petition_table(made())
    sizes = {row: int(n) for row, n in zip(whole.rows, whole.n, strict=True)}
    few = min(n for row, n in sizes.items() if n > 0 and row[1] != "in_group")
    guarded = petition_table(made(), min_n=few + 1)
    assert guarded.hidden is not None
    for rule in ("strict", "clearly_above"):
        hidden = [guarded.hidden[k].all() for k, row in enumerate(guarded.rows) if row[0] == rule]
        assert sum(hidden) != 1


def test_the_lag_times_the_fall_is_what_leaks():
    audited = made()
    found = match(audited.people, audited.policy, among=audited.roll, seed=3)
    table = lag_table(audited, found)
    fall = np.maximum(found.before_m - found.after_m, 0) * audited.roll
    weighted = float(audited.people.numbers("weight") @ fall)
    assert table.get("audit_lag_all", "yearly") == pytest.approx(5.5 * weighted)
    assert table.get("audit_lag_mean", "quarterly") == 1.5
    assert table.get("audit_lag_all", "monthly") == 0


def test_without_a_truth_no_table_of_errors():
    names = set(audit_tables(recipients(), 5))
    assert names == {"audit_found", "audit_found_by", "audit_priority"}


def test_where_only_recipients_are_known_wrong_cover_is_still_told():
    found = audit(made().people, made().policy, covers_outside=False, seed=3)
    tables = audit_tables(found)
    assert "audit_efficiency" not in tables
    names = [each.name for each in tables["audit_cover"].statistics]
    assert "cover_wrong" in names
    assert "cover_missed" not in names
    expected = TABLES["audit_cover"].get("cover_wrong", "before")
    assert tables["audit_cover"].get("cover_wrong", "before") == expected
