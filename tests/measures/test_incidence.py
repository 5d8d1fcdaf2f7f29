"""Who gets it by income: groups, edges and intervals that the tests of targeting leave out."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.incidence import BAND, concentration, efficiency, incidence
from jiuzhu_sim.measures.intervals import Z95
from jiuzhu_sim.measures.targeting import cover, cover_money, grouped, make_aim
from tests.measures.small import AREA, SIX


def test_each_group_is_ranked_by_itself():
    """In the towns 50 (6 persons), 100 (10) and 1000 (20): 300 yuan for each of 10 households."""
    for poorest, share in ((6 / 36, 0.0), (0.3, (0.3 * 36 - 6) / 10), (16 / 36, 1.0)):
        made = incidence(SIX, AREA, poorest=[poorest])
        level = made.rows[0][1]
        assert made.get("incidence_share", "urban", level) == pytest.approx(share)
    urban = concentration(SIX, AREA).get("concentration", "urban")
    assert urban == pytest.approx(2 * (6 + 5) / 36 - 1)


def test_the_ratio_has_the_interval_of_the_share():
    made = incidence(SIX, poorest=[0.2])
    for side in (made.values, made.low, made.high):
        assert side[0, 1] == pytest.approx(side[0, 0] / 0.2)
    assert made.low[0, 1] < made.values[0, 1] < made.high[0, 1]
    assert made.values[0, 0] - made.low[0, 0] == pytest.approx(made.high[0, 0] - made.values[0, 0])


@pytest.mark.parametrize("line", [0.0, [400.0, 0.0]])
def test_a_line_of_nothing_is_refused_by_name(line):
    aim = make_aim([5.0, 0], [5.0, 0], income_pc_m=[1.0, 2], line_m=line)
    with pytest.raises(JZError) as refused:
        efficiency(aim)
    (problem,) = refused.value.problems
    assert (problem.code, problem.values["name"]) == ("JZ-E032", "line_m")


def test_one_household_of_a_weight_below_one_is_somebody():
    aim = make_aim([5.0, 0], [5.0, 0], weight=[0.2, 0.3], income_pc_m=[1.0, 2])
    assert incidence(aim, poorest=[0.4]).get("incidence_share", "total", "40%") == 1
    nobody = make_aim([5.0, 5], [5.0, 0], members=[0, 0], income_pc_m=[1.0, 2])
    assert np.isnan(incidence(nobody, poorest=[0.4]).values).all()
    assert np.isnan(concentration(nobody).values).all()


def test_a_level_on_which_nobody_counts_changes_nothing():
    """Households of weight 0 below, between and above the others."""
    some = make_aim([2.0, 4, 0], [2.0, 4, 0], income_pc_m=[2.0, 4, 6])
    paid, weight = [2.0, 9, 4, 9, 0], [1.0, 0, 1, 0, 1]
    more = make_aim(paid, paid, weight=weight, income_pc_m=[2.0, 3, 4, 1, 6])
    for q in (0.2, 1 / 3, 0.5):
        ours, plain = (incidence(aim, poorest=[q]).values for aim in (more, some))
        assert ours == pytest.approx(plain)


def test_the_interval_of_a_share_by_hand():
    """Incomes 1 to 20, a person each; who stands within `BAND` of the edge tells what moving it
    does: 40 households of every level, so that the edge of 20 % is known."""
    income = np.repeat(np.arange(1.0, 21), 40)
    paid = np.where(income < 10, income**2, 0)
    weight = np.full(800, 1 / 800)
    aim = make_aim(paid, paid, weight=weight, income_pc_m=income, line_m=5)
    made = incidence(aim, poorest=[0.2])
    value, inside = (1 + 4 + 9 + 16) / 285, income <= 4
    rank = (np.arange(20) + 0.5) / 20
    near = np.abs(rank - 0.2) <= max(BAND, np.abs(rank - 0.2).min())
    edge = paid.reshape(20, 40)[near].mean()
    u = (paid * (inside - value) + edge * (0.2 - inside)) / paid.sum()
    half = Z95 * np.sqrt(800 / 799 * ((u - u.mean()) ** 2).sum())
    assert made.values[0, 0] == pytest.approx(value)
    assert made.high[0, 0] - made.values[0, 0] == pytest.approx(half)
    assert made.values[0, 0] - made.low[0, 0] == pytest.approx(half)


def test_what_the_weights_were_calibrated_to_has_no_error():
    """Those paid and those entitled are known, in households and in yuan."""
    paid, due = np.array([300.0, 500, 0, 0]), np.array([300.0, 0, 0, 200])
    columns = {"paid": paid, "wrong": paid * (due == 0), "one": (paid > 0) * 1.0}
    weight, income = np.array([1.0, 2, 3, 4]), [1.0, 2, 3, 4]
    both = [
        make_aim(paid, due, weight=weight, income_pc_m=income, line_m=9, auxiliaries=known)
        for known in (columns, {})
    ]
    for table, name in ((cover, "cover_paid"), (cover_money, "cover_money_wrong_rate"),
                        (efficiency, "vertical")):  # fmt: skip
        ours, plain = (table(aim) for aim in both)
        k = [entry.name for entry in ours.statistics].index(name)
        assert ours.low[0, k] == ours.high[0, k] == ours.values[0, k]
        assert plain.low[0, k] < plain.values[0, k] == ours.values[0, k]
    ours, plain = (concentration(aim) for aim in both)
    assert ours.values[0, 0] == plain.values[0, 0]
    assert plain.low[0, 0] < ours.low[0, 0] < ours.high[0, 0] < plain.high[0, 0]


def test_groups_by_label_are_those_of_the_households():
    labels = np.array(["甲乡", "乙乡"] * 3)
    made = efficiency(SIX, grouped("township", labels))
    assert made.rows == (("乙乡",), ("甲乡",), ("total",))
    assert made.n.tolist() == [3, 3, 6]
