"""Properties of the law as a whole: who may lose, who is covered, what changes nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.recipients import against_gap
from jiuzhu_sim.population import people_from_tables
from tests.full_law import full_law, people_tables
from tests.full_law import people as random_people
from tests.properties.test_invariants import (
    EVERYTHING,
    LAYER,
    RULES,
    assert_equal,
    moderate,
    one_value,
    reordered,
    seeds,
)

FULL = full_law()
PURE = FULL.change(
    {
        "single.offered": False,
        "tekun.offered": False,
        "dibao.benefit_form": "gap",
        "dibao.benefit_minimum": 0,
        "reading.grace_months": 0,
        "reading.work_refusal_sanction": "none",
        "reading.supplement_target": "ignore",
        **{path: 0 for path in FULL.values if path.startswith("supplement.") and "share" in path},
        **{
            path: math.inf if declarations()[path].unlimited else False
            for path in FULL.values
            if path.startswith("stop.") or path == "work.absences_max"
        },
    }
)
"""Dibao by the difference, and nothing else."""

WITH_SINGLE = PURE.change({"single.offered": True})
MAIN = ("layer_hh", "benefit_m_hh", "n_recipients_hh", "n_single_cases_hh")
raises = st.floats(0, 800)


def raised(policy, urban, rural):
    """The policy with higher standards."""
    return policy.change(
        {
            "dibao.standard.urban": policy["dibao.standard.urban"] + urban,
            "dibao.standard.rural": policy["dibao.standard.rural"] + rural,
        }
    )


def before_and_after(seed, policy, other, names=EVERYTHING, households=400):
    people = random_people(seed, households)
    base = simulate(people, policy, names)
    return base, simulate(people, other, names, reuse=base)


@moderate
@given(seeds, raises, raises)
def test_by_the_pure_difference_a_higher_standard_makes_no_losers(seed, urban, rural):
    base, new = before_and_after(seed, PURE, raised(PURE, urban, rural), MAIN)
    assert (new["benefit_m_hh"] >= base["benefit_m_hh"]).all()
    assert (new["n_recipients_hh"] >= base["n_recipients_hh"]).all()
    assert (new.numbers("layer_hh") <= base.numbers("layer_hh")).all()


@moderate
@given(seeds, raises, raises)
def test_with_single_persons_only_a_family_that_rises_into_dibao_may_lose(seed, urban, rural):
    """The member had the full standard; the family now has the difference."""
    base, new = before_and_after(seed, WITH_SINGLE, raised(WITH_SINGLE, urban, rural), MAIN)
    rises = (base["n_single_cases_hh"] > 0) & (new["layer_hh"] == "dibao")
    loses = new["benefit_m_hh"] < base["benefit_m_hh"]
    assert rises[loses].all()
    assert (new["n_recipients_hh"] >= base["n_recipients_hh"]).all()
    assert (new.numbers("layer_hh") <= base.numbers("layer_hh")).all()


def test_such_families_exist():
    higher = raised(WITH_SINGLE, 200, 200)
    base, new = before_and_after(1, WITH_SINGLE, higher, MAIN, households=2_000)
    assert (new["benefit_m_hh"] < base["benefit_m_hh"]).any()


@moderate
@given(seeds, st.floats(0, 1.5), st.floats(0, 1.5), st.floats(0, 1.5))
def test_tiers_against_the_difference(seed, first, second, third):
    gap = FULL.change({"dibao.benefit_form": "gap", "dibao.benefit_minimum": 0})
    shares = zip(("first", "second", "third"), (first, second, third), strict=True)
    tiers = gap.change(
        {"dibao.benefit_form": "tiers"} | {f"tiers.{name}_share": share for name, share in shares}
    )
    base, new = before_and_after(seed, gap, tiers)
    over, dibao = new["over_gap_m_hh"], new["is_dibao_hh"]
    assert (base["over_gap_m_hh"] == 0).all()
    assert (dibao == base["is_dibao_hh"]).all()
    assert (over == new["gap_benefit_m_hh"] - base["gap_benefit_m_hh"]).all()
    assert (over[dibao] == (new["tier_benefit_m_hh"] - base["gap_m_hh"])[dibao]).all()
    table = against_gap(new, weight="weight")
    weight = new["weight"]
    assert table.get("over_y", "total") == pytest.approx((weight * over).sum() * 12, abs=1e-6)
    assert table.get("over_y", "above") == pytest.approx((weight * over)[over > 0].sum() * 12)
    assert table.get("over_y", "below") == pytest.approx((weight * over)[over < 0].sum() * 12)
    assert table.get("households", "total") == pytest.approx(weight[dibao].sum())
    heads = (weight * new["n_members_hh"])[dibao].sum()
    assert table.get("persons", "total") == pytest.approx(heads)
    assert table.n.tolist()[-1] == dibao.sum()


def test_a_reform_without_content_changes_nothing():
    people = random_people(3, 400)
    base = simulate(people, FULL, EVERYTHING)
    same = FULL.change({path: FULL[path] for path in FULL.values})
    assert same.digest() == FULL.digest()
    again = simulate(people, same, EVERYTHING, reuse=base)
    assert all(again.computed[name] is base.computed[name] for name in EVERYTHING)
    assert_equal(simulate(people, same, EVERYTHING), base)


@moderate
@given(seeds)
def test_without_the_expenditure_deduction_fewer_are_covered(seed):
    """Income that counts can only rise, so that nobody becomes a recipient, or more of them."""
    less = FULL.change({"income.expenditure_deduction_share": 0})
    base, new = before_and_after(seed, FULL, less)
    assert (new["counted_income_m_hh"] >= base["counted_income_m_hh"]).all()
    assert (new["n_recipients_hh"] <= base["n_recipients_hh"]).all()
    for name in ("is_dibao_hh", "is_tekun_hh", "is_income_below_hh"):
        assert (base[name] | ~new[name]).all(), name


@moderate
@given(seeds)
def test_one_main_layer_and_any_flags(seed):
    """Dibao, tekun and edge exclude each other; rigid, monitored and other may stand beside."""
    results = simulate(random_people(seed, 400), FULL, EVERYTHING)
    first = ("tekun", "dibao", "edge")
    assert (sum(results[f"is_{name}_hh"].astype(int) for name in first) <= 1).all()
    main = results["layer_hh"]
    ladder = (*first, "rigid", "monitored", "other_low_income")
    any_flag = np.any([results[f"is_{name}_hh"] for name in ladder], axis=0)
    assert (any_flag == (main != "none")).all()
    for name in ladder:
        layer = name.removesuffix("_low_income")
        assert results[f"is_{name}_hh"][main == layer].all(), name
    assert results["is_edge_hh"][main == "single_person"].all()


def test_flags_stand_beside_a_higher_layer():
    results = simulate(random_people(4, 2_000), FULL, EVERYTHING)
    main = results.numbers("layer_hh")
    assert set(main.tolist()) == set(vars(LAYER).values())
    for name in ("rigid", "monitored", "other_low_income"):
        assert (results[f"is_{name}_hh"] & (main < LAYER.rigid)).any(), name


@moderate
@given(seeds)
def test_a_household_is_covered_whole_or_by_its_single_cases(seed):
    tables = people_tables(seed, 400, FULL)
    results = simulate(people_from_tables(*tables), FULL, EVERYTHING)
    owner = tables[0]["household_id"]

    def count(name):
        return np.bincount(owner, results[name], minlength=400)

    recipients, members = results["n_recipients_hh"], results["n_members_hh"]
    assert (members == count("is_unit_member")).all()
    whole = results["is_dibao_hh"] | results["is_tekun_hh"] | results["is_grace_hh"]
    single = results["is_edge_hh"] & ~whole & (results["stop_reason_hh"] == "none")
    assert (recipients == members)[whole].all()
    assert (recipients == count("is_severe_or_ill"))[single].all()
    assert (recipients == 0)[~whole & ~single].all()
    assert (results["n_single_cases_hh"] == 0)[whole].all()


def test_tiles_threads_and_order_change_nothing():
    tables = people_tables(7, 600, FULL)
    people = people_from_tables(*tables)
    whole = simulate(people, FULL, EVERYTHING, threads=1)
    for chunk, threads in ((1, 3), (50, 2), (333, 5)):
        assert_equal(simulate(people.with_chunk(chunk), FULL, EVERYTHING, threads=threads), whole)
    order = np.random.default_rng(7).permutation(600)
    other = simulate(people_from_tables(*reordered(tables, order)), FULL, EVERYTHING)
    rows = np.concatenate([np.flatnonzero(tables[0]["household_id"] == i) for i in order])
    for rule in RULES:
        kept = whole.numbers(rule.name)[rows if rule.level == "person" else order]
        assert other.numbers(rule.name).tobytes() == kept.tobytes(), rule.name


any_change = st.lists(
    st.sampled_from(sorted(declarations())), min_size=1, max_size=8, unique=True
).flatmap(
    lambda paths: st.fixed_dictionaries({path: one_value(declarations()[path]) for path in paths})
)


@moderate
@given(seeds, any_change, any_change)
def test_reuse_gives_what_a_fresh_simulation_gives(seed, first, second):
    people = random_people(seed, 60)
    base = simulate(people, FULL, EVERYTHING)
    once = simulate(people, FULL.change(first), EVERYTHING, reuse=base)
    assert_equal(once, simulate(people, FULL.change(first), EVERYTHING))
    twice = simulate(people, FULL.change(second), EVERYTHING, reuse=once)
    assert_equal(twice, simulate(people, FULL.change(second), EVERYTHING))
