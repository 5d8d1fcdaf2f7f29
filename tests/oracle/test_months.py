"""The loop over months against its oracle: every household, every month, to the fen."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.months import STATUSES, Life, assumptions, regime, simulate_months
from tests.full_law import with_local_numbers
from tests.oracle.months import Oracle

TWICE = {"dibao.standard.urban": "+150%", "dibao.standard.rural": "+150%"}
"""So that many of few households are on the roll."""

RESTLESS = {
    "job_loss.rate": 0.06,
    "drift.rate": 0.3,
    "signin.missed": 0.25,
    "renewal.missed": 0.3,
    "labour.absent": 0.1,
    "application.reluctant": 0.2,
    "application.others": 0.05,
}
"""Much happens to these families, and they often stay away."""

PRICE = {"price.cpi_rise": 0.05, "price.scpi_rise": 0.1, "price.cpi_trigger": 0.03}

CASES = {
    "example-county": (
        "example-county",
        "example-county",
        {},
        {7: {"dibao.standard.rural": "+10%"}},
    ),
    "sign-in and labour": ("s42-county-2013", "all-programmes", {}, {}),
    "gradual exit, price months, matching": (
        "s36-region",
        "all-programmes",
        {"matching.months": 3},
        {3: PRICE, 6: {"price.cpi_rise": 0.0}, 7: {"dibao.standard.urban": "+8%"}},
    ),
    "classes": ("s1-county-2020", "all-programmes", regime("s1_classes").changes, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_household_and_month_as_by_hand(case):
    law, recipe, changes, schedule = CASES[case]
    policy = with_local_numbers(jz.load_policy(law)).change({**TWICE, **changes})
    people = jz.synthesize(recipe, households=150, seed=11)
    told = assumptions().changed(RESTLESS)
    life = Life(people, told, months=12, start="2024-10", seed=4)
    given = {"start": "2024-10", "assumptions": told, "schedule": schedule, "seed": 4}
    made = simulate_months(people, policy, life=life, **given)
    hand = Oracle(life, made.policies, told, seed=4, first_month=10)
    assert [STATUSES[code] for code in made.opening_status] == hand.opening
    for t in range(12):
        for name in ("paid", "due"):
            mine, theirs = np.array(hand.rows[name][t]), getattr(made, name)[t]
            assert np.abs(mine - theirs).max() < 0.005, (name, t)
        assert [STATUSES[code] for code in made.status[t]] == hand.rows["status"][t], t
        for name in ("reviewed", "visited"):
            assert getattr(made, name)[t].tolist() == hand.rows[name][t], (name, t)
    assert_much_happened(case, made, hand)


def assert_much_happened(case, made, hand):
    """The comparison is worth something only if the months are not quiet."""
    moved = made.reason.any(axis=0)
    assert moved.sum() > 15
    assert (made.paid != made.due).any()
    ends = {name for row in hand.rows["status"] for name in row}
    assert {"applying", "paid", "outside"} <= ends
    if "sign-in" in case:
        assert "suspended" in ends
        assert made.counts["signins_missed"].sum() > 0
    if "gradual" in case:
        assert "grace" in ends
        assert made.counts["matched"].sum() > 0
