"""Leakage: what is paid and not due, due and not paid, and to whom."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.measures.leakage import errors, leakage, mistakes
from jiuzhu_sim.months.roll import STATUSES
from jiuzhu_sim.rules.kit import HALF_FEN
from tests.measures.small_months import small_months

ON, OFF = STATUSES.index("paid"), STATUSES.index("outside")
PAID = [[300.0, 500, 0, 100], [0, 500, 0, 100]]
DUE = [[0.0, 400, 200, 150], [0, 500, 200, 150]]
MONTHS = small_months(
    opening=[ON] * 4,
    opening_persons=[1] * 4,
    paid=PAID,
    due=DUE,
    status=[[ON, ON, OFF, ON], [OFF, ON, OFF, ON]],
    category=[[0, 1, 2, 2], [0, 1, 2, 2]],
    weight=[10.0, 1.0, 2.0, 4.0],
)


def test_money_by_hand():
    table = leakage(MONTHS)
    got = {name: table.get(f"money_{name}", "total") for name in ("leaked", "withheld", "missed")}
    assert got == {"leaked": 3000 + 100, "withheld": 2 * 4 * 50, "missed": 2 * 2 * 200}
    assert table.get("money_leaked_rate", "2025-01") == 3100 / (3000 + 500 + 400)
    assert table.get("money_missed_rate", "total") == 800 / (400 + 500 + 2 * 400 + 2 * 600)


def test_households_by_hand():
    table = mistakes(MONTHS)
    assert table.get("cases_wrongly_paid", "2025-01") == 10
    assert table.get("cases_wrongly_paid", "total") == 5  # in a mean month
    assert table.get("cases_overpaid", "2025-01") == 1
    assert table.get("cases_underpaid", "2025-02") == 4
    assert table.get("cases_missed", "total") == 2
    assert table.get("cases_wrongly_paid_rate", "2025-01") == 10 / 15
    assert table.get("cases_missed_rate", "2025-02") == 2 / 7


def test_groups_add_up_to_the_period():
    for dim, first in (("area", "urban"), ("category_hh", "A")):
        table = leakage(MONTHS, [dim])
        assert table.get("money_leaked", first) >= 3000
        assert table.values[:-1, 2].sum() == table.get("money_leaked", "total")
    assert mistakes(MONTHS, ["category_hh"]).get("cases_underpaid", "C") == 4


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_paid_less_what_is_due_is_leaked_less_withheld_less_missed(seed):
    draw = np.random.default_rng(seed)
    shape = (3, 9)
    status = np.where(draw.random(shape) < 0.7, ON, OFF)
    months = small_months(
        opening=[ON] * 9,
        opening_persons=[1] * 9,
        paid=np.where(status == ON, draw.integers(0, 3, shape) * 100.0, 0),
        due=draw.integers(0, 3, shape) * 100.0,
        status=status,
    )
    money = errors(months).money
    net = money["leaked"] - money["withheld"] - money["missed"]
    assert (money["paid"] - money["due"] == net).all()
    flags = errors(months).households
    kinds = [flags[name] for name in ("wrongly_paid", "overpaid", "underpaid", "missed")]
    assert (np.sum(kinds, axis=0) == (money["paid"] != money["due"])).all()


def test_nothing_is_wrong_where_all_is_paid_as_due():
    months = small_months(
        opening=[ON] * 2,
        opening_persons=[1] * 2,
        paid=[[5.0, 0]],
        due=[[5.0, 0.004]],
        status=[[ON, OFF]],
        area=["urban", "rural"],
    )
    table = leakage(months)
    assert [table.get(f"money_{name}", "total") for name in ("leaked", "withheld", "missed")] == [
        0
    ] * 3
    assert mistakes(months).get("cases_missed_rate", "total") == 0


def test_errors_of_few_households_are_hidden():
    table = leakage(MONTHS, ["area"], min_n=3)
    names = [entry.name for entry in table.statistics]
    row = table.values[table.rows.index(("urban",))]
    assert np.isnan(row[names.index("money_leaked")])
    assert row[names.index("money_paid")] > 0


def test_the_tolerance_itself_is_no_error():
    months = small_months(
        opening=[ON] * 2,
        opening_persons=[1] * 2,
        paid=[[HALF_FEN, 0]],
        due=[[0, HALF_FEN]],
        status=[[ON, ON]],
        area=["urban", "rural"],
    )
    found = errors(months)
    assert not any(flags.any() for flags in found.households.values())
    assert not any(found.money[name].any() for name in ("leaked", "withheld", "missed"))


def test_households_behind_a_row_are_those_paid_or_entitled_in_some_month():
    months = small_months(
        opening=[ON] * 4,
        opening_persons=[1] * 4,
        paid=[[300.0, 0, 0, 0], [0, 0, 0, 0]],
        due=[[0.0, 0, 0, 0], [0, 200, 0, 0]],
        status=[[ON, OFF, OFF, ON]] * 2,
        category=[[1, 2, 2, 2]] * 2,
    )
    assert leakage(months).n.tolist() == [1, 1, 2]
    table = leakage(months, ["category_hh"], min_n=1)
    assert table.rows == (("B",), ("C",), ("total",))  # nobody is in A
    assert table.get("money_leaked", "B") == 300


def test_errors_are_hidden_by_the_rows_shown_where_a_group_is_nobody():
    """Nobody is in A: what is hidden in B and C must not move up a row."""
    months = small_months(
        opening=[ON] * 8,
        opening_persons=[1] * 8,
        paid=[[300.0] * 8],
        due=[[0.0, *[0.0] * 5, 300, 300]],
        status=[[ON] * 8],
        category=[[1, *[2] * 7]],
    )
    table = leakage(months, ["category_hh"], min_n=3)
    assert table.rows == (("B",), ("C",), ("total",))
    assert np.isnan(table.get("money_leaked", "B"))
    assert np.isnan(table.get("money_leaked", "C"))  # the total would tell B
    assert table.get("money_leaked", "total") == 6 * 300
