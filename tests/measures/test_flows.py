"""The roll month by month: the identity of stock and flow, the reasons, and what is hidden."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import texts
from jiuzhu_sim.measures import publish
from jiuzhu_sim.measures.flows import conceal, flows, transitions
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.months.roll import REASONS, STATUSES
from tests.measures.small_months import AREA, small_months


def statuses(*names):
    return [STATUSES.index(name) for name in names]


OPENING = statuses("paid", "paid", "outside", "paid")
STATUS = [
    statuses("paid", "outside", "applying", "grace"),
    statuses("paid", "outside", "paid", "outside"),
]
REASON = np.zeros((2, 4), np.int8)
REASON[0, 1] = REASONS.index("income_above")
REASON[0, 2] = REASONS.index("applied")
REASON[0, 3] = REASONS.index("income_risen")
REASON[1, 2] = REASONS.index("approved")
REASON[1, 3] = REASONS.index("grace_over")
MONTHS = small_months(
    opening=OPENING,
    status=STATUS,
    reason=REASON,
    opening_persons=[1, 2, 0, 4],
    persons=[[2, 0, 0, 4], [2, 0, 3, 0]],
    weight=[10.0, 20.0, 30.0, 40.0],
)


def test_each_month_by_hand():
    table = flows(MONTHS)
    assert table.rows[:3] == (("2025-01", "urban"), ("2025-01", "rural"), ("2025-01", "total"))
    first, second = ("2025-01", "total"), ("2025-02", "total")
    assert [table.get(f"roll_{name}", *first) for name in ("start", "entered", "left", "end")] == [
        70, 0, 20, 50,
    ]  # fmt: skip
    assert [table.get(f"roll_{name}", *second) for name in ("start", "entered", "left", "end")] == [
        50, 30, 40, 40,
    ]  # fmt: skip
    # The first household gains a member while it stays: 10 × 1.
    assert table.get("roll_changed_persons", *first) == 10
    assert table.get("roll_end_persons", *second) == 10 * 2 + 30 * 3
    assert table.get("roll_left", "2025-02", "rural") == 40
    assert table.get("roll_start", "total", "total") == 70
    assert table.get("roll_entered", "total", "urban") == 0
    assert table.n[-1] == 4


def test_households_themselves_are_counted_without_a_weight():
    table = flows(MONTHS, (), weight=None)
    assert table.dims == ("month",)
    assert table.get("roll_left", "total") == 2
    assert table.get("roll_end_persons", "2025-02") == 5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_start_and_entries_and_exits_make_the_end(seed, n_months):
    draw = np.random.default_rng(seed)
    homes = 12
    status = draw.integers(0, len(STATUSES), (n_months, homes))
    months = small_months(
        opening=draw.integers(0, len(STATUSES), homes),
        status=status,
        reason=np.zeros((n_months, homes)),
        opening_persons=draw.integers(1, 5, homes),
        persons=draw.integers(1, 5, (n_months, homes)),
        weight=draw.random(homes) * 10,
        area=draw.choice(AREA, homes),
    )
    table = flows(months)
    value = {entry.name: table.values[:, k] for k, entry in enumerate(table.statistics)}
    households = value["roll_start"] + value["roll_entered"] - value["roll_left"]
    assert np.allclose(households, value["roll_end"])
    persons = value["roll_start_persons"] + value["roll_entered_persons"]
    persons = persons - value["roll_left_persons"] + value["roll_changed_persons"]
    assert np.allclose(persons, value["roll_end_persons"])
    ends = [table.get("roll_end", month, "total") for month in months.names]
    starts = [table.get("roll_start", month, "total") for month in months.names]
    assert np.allclose(ends[:-1], starts[1:])


def test_the_reasons_are_counted():
    table = transitions(MONTHS)
    row = ("grace", "outside", "grace_over")
    assert table.get("moved_households", *row) == 40
    assert table.get("moved_persons", *row) == 40 * 4
    assert table.get("moved_households", "total", "total", "total") == 20 + 30 + 40 + 30 + 40
    assert table.labels(("applying", "paid", "approved")) == ("申请办理中", "在保", "审核确认")
    assert table.n.tolist()[-1] == 3  # different households
    assert publish([table], 2)[0].hidden.any()


def test_few_moves_are_hidden_with_others_and_stocks_stay():
    table = flows(MONTHS, min_n=5)
    place = table.rows.index(("2025-01", "urban"))
    shown = dict(zip([entry.name for entry in table.statistics], table.values[place], strict=True))
    assert np.isnan(shown["roll_left"])
    assert shown["roll_start"] == 30
    assert "note.concealed" in table.notes
    assert flows(MONTHS, min_n=0).hidden is None


def test_no_single_row_is_hidden_of_those_that_add_up():
    ones = np.ones((4, 1))
    table = Table("t", ("area",), tuple((name,) for name in "abcd"), (Statistic("x", ""),),
                  ones, ones, ones, np.array([9, 9, 9, 27]), "household")  # fmt: skip
    hidden = conceal(table, ["x"], np.array([2.0, 8, 9, 19]), [[0, 1, 2]], 5).hidden
    assert hidden.ravel().tolist() == [True, True, False, False]


def test_an_unknown_group_and_months_without_households_are_refused():
    with pytest.raises(JZError) as refused:
        flows(MONTHS, ["age"])
    assert refused.value.codes == ("JZ-E031",)
    with pytest.raises(ValueError, match="keep=True"):
        flows(small_months(opening=OPENING, opening_persons=[1, 1, 1, 1], months=1))


def test_rows_in_which_nobody_moved_are_shown_however_few_stand_there():
    """Two households in each area stay; nobody enters or leaves."""
    stay = [statuses("paid", "paid", "paid", "paid")]
    months = small_months(
        opening=stay[0],
        status=stay,
        reason=np.zeros((1, 4)),
        opening_persons=[1, 1, 1, 1],
        persons=[[1, 1, 1, 1]],
    )
    assert flows(months, min_n=5).hidden is None


def test_another_group_of_the_month_is_hidden_with_the_one_of_few_moves():
    """One leaves in the towns, five in the villages: the total of the month would tell the one."""
    on, off = STATUSES.index("paid"), STATUSES.index("outside")
    status = [[off, on, *[off] * 5, on]]
    months = small_months(
        opening=[on] * 8,
        status=status,
        reason=np.zeros((1, 8)),
        opening_persons=[1] * 8,
        persons=np.ones((1, 8)),
    )
    table = flows(months, min_n=3)
    for month in ("2025-01", "total"):
        assert np.isnan(table.get("roll_left", month, "urban"))
        assert np.isnan(table.get("roll_left", month, "rural"))
    assert table.get("roll_start", "2025-01", "urban") == 2


def test_who_is_hidden_for_another_is_not_left_alone_in_a_further_sum():
    ones = np.ones((4, 1))
    table = Table("t", ("area",), tuple((name,) for name in "abcd"), (Statistic("x", ""),),
                  ones, ones, ones, np.array([9, 9, 9, 9]), "household")  # fmt: skip
    hidden = conceal(table, ["x"], np.array([2.0, 9, 20, 30]), [[0, 1], [1, 2], [3]], 5).hidden
    assert hidden.ravel().tolist() == [True, True, True, False]
    # A row in which nobody moved protects nobody: it stays, and the next smallest goes.
    hidden = conceal(table, ["x"], np.array([2.0, 0, 20, 30]), [[0, 1, 2, 3]], 5).hidden
    assert hidden.ravel().tolist() == [True, False, True, False]


def test_grounds_to_stop_without_a_wording_as_a_reason_keep_that_of_the_ground():
    labels = columns()["stop_reason_hh"].codes
    unworded = {key for key in labels if f"month_reason.{key}" not in texts()}
    assert unworded
    assert transitions(MONTHS).names == {key: labels[key] for key in unworded}
