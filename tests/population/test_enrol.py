"""Enrolment: consistent, near the recipe's error rates, a function of seed and id alone."""

import numpy as np
import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import enrol, people_from_tables, seen, synthesize
from jiuzhu_sim.population.recipe import load_recipe

HOUSEHOLDS = 30_000
RATES = load_recipe("all-programmes")["records"]["enrolment"]


def flags_of(people):
    """Stand-ins for what rules find: few savings as reported, and as is true."""
    return people["savings"] < 3_000, people["savings_true"] < 3_000


@pytest.fixture(scope="module")
def people():
    return synthesize("all-programmes", households=HOUSEHOLDS, seed=1)


@pytest.fixture(scope="module")
def enrolled(people):
    return enrol(people, *flags_of(people), seed=9)


def test_all_that_depends_on_the_roster_fits_it(people, enrolled):
    gets, covered = enrolled["was_dibao"], enrolled["n_covered_now"]
    np.testing.assert_array_equal(covered > 0, gets)
    assert (covered <= people.sizes).all()
    for name in ("current_benefit_m", "months_above_standard", "months_since_review"):
        assert not enrolled[name][~gets].any()
    for name in ("n_missed_signins", "months_not_collected", "has_missed_renewal"):
        assert not enrolled[name][~gets].any()
    assert not enrolled["has_left_this_semester"][gets].any()
    assert enrolled["has_applied"][gets].all()
    assert enrolled.about == {**people.about, "enrolled": 9}


def test_nothing_else_changes(people, enrolled):
    moved = {
        name
        for name in people.laid_out
        if not np.array_equal(people.numbers(name), enrolled.numbers(name))
    }
    assert moved == {
        "has_applied",
        "was_dibao",
        "n_covered_now",
        "current_benefit_m",
        "months_above_standard",
        "months_since_review",
        "has_left_this_semester",
        "n_missed_signins",
        "months_not_collected",
        "has_missed_renewal",
    }


def test_error_rates_are_near_the_recipe(people, enrolled):
    reported, true = flags_of(people)
    gets, applied = enrolled["was_dibao"], enrolled["has_applied"]
    in_group = people["is_petition_group"]

    def share(which):
        return gets[applied & which].mean()

    assert share(reported & true) == pytest.approx(1 - RATES["refused"], abs=0.01)
    assert share(reported & ~true) == pytest.approx(1 - RATES["found"], abs=0.05)
    assert share(~reported & ~in_group) == pytest.approx(RATES["kept"], abs=0.003)
    assert share(~reported & in_group) == pytest.approx(RATES["kept_petition_group"], abs=0.08)
    missed = true & ~gets
    assert (~applied[missed]).mean() > 0.5  # most of the missed never applied


def test_take_up_falls_with_income(people, enrolled):
    rich = people["savings_true"] > np.quantile(people["savings_true"], 0.8)
    poor = people["savings_true"] == 0
    assert enrolled["has_applied"][poor].mean() > enrolled["has_applied"][rich].mean() + 0.05


def test_by_household_whatever_the_blocks_and_the_order(people, enrolled, monkeypatch):
    few = synthesize("all-programmes", households=500, seed=1)
    alone = enrol(few, *flags_of(few), seed=9)
    np.testing.assert_array_equal(alone["was_dibao"], enrolled["was_dibao"][:500])
    np.testing.assert_array_equal(alone["has_applied"], enrolled["has_applied"][:500])
    monkeypatch.setitem(enrol.__globals__, "BLOCK", 77)
    assert enrol(few, *flags_of(few), seed=9).digest() == alone.digest()
    assert enrol(few, *flags_of(few), seed=10).digest() != alone.digest()
    assert enrol(few.with_chunk(200), *flags_of(few), seed=9).digest() == alone.digest()


def test_the_rules_benefit_is_what_the_roster_pays(people):
    reported, true = flags_of(people)
    pays = np.where(reported, 123.0, 0.0)
    made = enrol(people, reported, true, seed=9, benefit_m=pays)
    gets = made["was_dibao"]
    assert (made["current_benefit_m"][gets & reported] == 123).all()
    assert (made["current_benefit_m"][gets & ~reported] > 0).all()
    assert not made["current_benefit_m"][~gets].any()


def test_with_the_rules_on_both_views(people):
    """What hides income and is not found out is wrong cover; the law itself makes no error."""
    law = load_policy("example-county")
    all_apply = people.with_columns({"has_applied": np.ones(HOUSEHOLDS, bool)})
    eligible = [
        simulate(seen(all_apply, view), law, ["is_dibao_hh"])["is_dibao_hh"]
        for view in ("reported", "true")
    ]
    made = enrol(people, *eligible, seed=9)
    gets = made["was_dibao"]
    wrong, missed = ~eligible[1][gets], ~gets[eligible[1]]
    assert not (eligible[1] & ~eligible[0]).any()  # nobody reports more than is true
    assert 0.05 < wrong.mean() < 0.4
    assert RATES["refused"] < missed.mean() < 0.4
    both = eligible[0] & eligible[1]
    assert gets[both & made["has_applied"]].mean() == pytest.approx(1 - RATES["refused"], abs=0.01)


def test_refusals(people):
    some = np.ones(HOUSEHOLDS, bool)
    wrong = [
        (people, some[1:], some, {}),
        (people, some, some.astype(float), {}),
        (people, some, some, {"benefit_m": np.ones(3)}),
        (synthesize("example-county", 20, 1), some[:20], some[:20], {}),
    ]
    own = people_from_tables({"household_id": [0]}, {"area": ["rural"]})
    wrong.append((own, some[:1], some[:1], {}))
    # Told to be of the recipe, but with other members.
    few = people_from_tables({"household_id": [0, 0, 0, 0, 0, 0]}, {"area": ["rural"]})
    claims = few.with_columns({"is_petition_group": [False]}, **people.about)
    wrong.append((claims, some[:1], some[:1], {}))
    for given, reported, true, more in wrong:
        with pytest.raises(JZError) as caught:
            enrol(given, reported, true, seed=1, **more)
        assert caught.value.codes == ("JZ-E032",)
