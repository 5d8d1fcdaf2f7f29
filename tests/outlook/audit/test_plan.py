"""The spot-check of a roll: sizes, the list, what comes back, how often the interval is right."""

import numpy as np
import pytest

from jiuzhu_sim.casework.sampling.sampling import half_width
from jiuzhu_sim.casework.sampling.verification import title_of
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.spot_check import spot_check
from jiuzhu_sim.outlook.audit.plan import (
    drawn_list,
    estimate_tables,
    plan_sample,
    size_table,
    width_curve,
)
from tests.outlook.audit.rolls import made, recipients


def test_the_same_seed_gives_the_same_list():
    lists = [drawn_list(plan_sample(made(), size=50, seed=seed)) for seed in (1, 1, 2)]
    assert lists[0].equals(lists[1])
    assert not lists[0].equals(lists[2])
    assert len(lists[0]) == 50


def test_a_small_roll_is_verified_whole():
    plan = plan_sample(recipients(), size=400)
    assert plan.sample.size == plan.of == 40
    assert plan.checked is None
    assert estimate_tables(plan) == {}


def test_the_list_holds_pseudonyms_and_what_is_paid():
    listed = drawn_list(plan_sample(recipients(), size=10))
    assert set(listed[title_of("township")]) == {"甲镇", "乙镇"}
    assert not any("户主" in str(cell) for cell in listed.to_numpy().ravel())


@pytest.mark.parametrize("design", ["simple", "stratified"])
def test_what_came_back_is_extrapolated_by_hand(design, tmp_path):
    plan = plan_sample(recipients(), design=design, size=10, seed=5)
    listed = drawn_list(plan)
    yes = ["是" if k % 5 else "否" for k in range(10)]
    listed[title_of("is_eligible")] = yes
    listed.to_csv(tmp_path / "交回.csv", index=False)
    back = plan_sample(
        recipients(), design=design, size=10, seed=5, verify_path=str(tmp_path / "交回.csv")
    )
    assert back.is_returned
    tables = estimate_tables(back)
    # Sorted by township: the first and the sixth are wrong; both strata hold 20, draw 5 each.
    assert tables["strata"].get("check_rate", "total") == pytest.approx(2 / 10)
    assert tables["strata"].get("check_cases", "total") == pytest.approx(8)
    assert ("townships" in tables) == (design == "simple")


def test_a_wholly_verified_roll_has_no_error_left():
    plan = plan_sample(made(), size=10**6)
    table = estimate_tables(plan)["strata"]
    aim = made().aim()
    wrong = (aim.paid & ~aim.entitled)[made().roll]
    row = table.rows.index(("total",))
    assert table.get("check_cases", "total") == wrong.sum()
    assert table.low[row, 3] == table.high[row, 3] == pytest.approx(wrong.mean())


def test_intervals_hold_the_truth_as_often_as_they_promise():
    """The 95 % interval covers the true rate in 90 to 99 % of 200 repeats."""
    aim = made().aim()
    truth = (aim.paid & ~aim.entitled)[made().roll].mean()
    hits = 0
    for seed in range(200):
        plan = plan_sample(made(), size=150, seed=seed)
        found = spot_check(plan.sample, plan.checked)
        low, high = (part[found.rows.index(("total",)), 3] for part in (found.low, found.high))
        hits += bool(low <= truth <= high)
    assert 180 <= hits <= 198


def test_sizes_and_widths():
    plan = plan_sample(made(), size=120)
    table = size_table(plan)
    assert table.get("audit_size", "drawn") == 120
    assert table.get("audit_size", "rate_0.3") == np.ceil(0.3 * plan.of)
    assert table.get("audit_size", "rate_1") == plan.of
    for width in ("0.05", "0.03", "0.02", "0.01"):
        assert table.get("audit_half_worst", f"width_{width}") <= float(width) + 1e-9
    assert table.get("audit_half_worst", "drawn") == half_width(120, plan.of)
    curve = width_curve(plan)
    assert (np.diff(curve.values[:, 2]) < 0).all()
    assert curve.values[-1, 2] == 0


def test_what_cannot_be_is_refused():
    for given, code in (
        ({"design": "stratifed"}, "JZ-E060"),
        ({"conf": 1.2}, "JZ-E032"),
        ({"size": 0}, "JZ-E032"),
    ):
        with pytest.raises(JZError) as refused:
            plan_sample(made(), **given)
        assert refused.value.codes == (code,)
