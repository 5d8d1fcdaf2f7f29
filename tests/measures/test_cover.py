"""Errors of cover and their money: what is hidden, what recipients alone can tell, whose weight."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.targeting import (
    Cells,
    aim_between,
    cover,
    cover_money,
    make_aim,
    make_table,
)
from tests.measures import small
from tests.measures.small import AREA, DUE, PAID, SIX


def test_a_number_without_end_is_named_as_none():
    with pytest.raises(JZError) as refused:
        make_aim([np.inf, 1.0], [0.0, 0.0])
    assert np.isnan(refused.value.problems[0].values["value"])


def test_households_count_by_the_weight_of_who_is_paid():
    made = small.results(**small.FOUR)
    aim = aim_between(made, small.changed(made, [0.0, 0, 0, 0]))
    assert aim.weight.tolist() == small.FOUR["weight"]
    assert cover(aim).get("cover_wrong", "total") == 20 + 30


def test_a_difference_of_two_ratios_over_the_same_sum():
    """a/x − b/x is (a − b)/x, its interval too."""
    draw = np.random.default_rng(3)
    weight, x, a, b = draw.uniform(1, 9, (4, 30))
    cells = Cells(weight, x=x, a=a, b=b, less=a - b)
    for ours, plain in zip(
        cells.difference(("a", "x"), ("b", "x")), cells.ratio("less", "x"), strict=True
    ):
        assert ours == pytest.approx(plain)


def test_money_of_recipients_alone_leaves_out_who_is_missed():
    made = cover_money(make_aim(PAID, DUE, knows_outside=False))
    names = [entry.name.removeprefix("cover_money_") for entry in made.statistics]
    assert names == ["paid", "wrong", "over", "under", "wrong_rate", "over_rate"]


def test_money_of_few_errors_is_hidden_and_what_is_paid_is_not():
    made = cover_money(SIX, AREA, min_n=2)
    for name in ("wrong", "over", "under", "missed", "wrong_rate"):
        assert np.isnan(made.get(f"cover_money_{name}", "rural"))
    assert made.get("cover_money_paid", "rural") == 1 * 500 + 2 * 100 + 4 * 200
    assert made.get("cover_money_due", "rural") == 1 * 400 + 2 * 250


def test_a_table_without_errors_has_none_to_hide():
    parts = {("cover_paid", "households"): tuple(np.array([[2.0, 4, 6]] * 3))}
    made = make_table("cover", SIX, AREA, parts, "household", min_n=5)
    assert made.hidden is None
