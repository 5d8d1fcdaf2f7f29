"""The worked examples: the county of S4.3 and the city of S4.1, against what they reported.

The recipes set how many are in which condition; who is cancelled, and why, the rules find.
"""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import clean_up, load_checks, reported_of, roll_of
from jiuzhu_sim.law import figures_of, known_values
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population.recipe import load_recipe, overlay

SEEDS = range(1, 9)
AREAS = ("urban", "rural")
COUNTY, CITY = (known_values(figures_of(name)) for name in ("s43-county", "s41-city"))


@cache
def roll(place, seed=1, households=None):
    return roll_of(place, load_policy(place), seed=seed, households=households)


@cache
def cleaned(place, seed=1, checks="complete", **changes):
    law = load_policy(place)
    return clean_up(roll(place, seed), law, checks=load_checks(checks), seed=seed, **changes)


def total(cleanup, values, area=None):
    weight = cleanup.people["weight"]
    inside = np.ones(len(weight), bool) if area is None else cleanup.people["area"] == area
    return float((weight * inside) @ values)


def cancelled(cleanup, area=None):
    """Households and persons."""
    stopped = cleanup.is_outcome("stopped")
    return total(cleanup, stopped, area), total(cleanup, cleanup.reasons_persons, area)


def found(cleanup, reason):
    return total(cleanup, cleanup.reasons_persons * cleanup.has_reason(reason))


# --- S4.3 -------------------------------------------------------------------------------------
def test_the_stock_before_is_the_reported_one_to_the_unit():
    it = cleaned("s43-county")
    for area, figures in zip(AREAS, (("R052", "R053"), ("R054", "R055")), strict=True):
        assert total(it, it.roll, area) == pytest.approx(COUNTY[figures[0]], abs=1e-3)
        assert total(it, it.persons_before, area) == pytest.approx(COUNTY[figures[1]], abs=1e-3)
    low, high, _ = it.people.about["calibration"]["ratios"]
    assert 1 < low < high < 1.5


def test_a_complete_check_cancels_about_as_many_as_reported():
    """643 households and 2,063 persons, 327/811 urban and 316/1,252 rural: each seed within 10 %
    or three standard deviations of the sampling spread, the mean of all seeds near."""
    wanted = {None: ("R056", "R057"), "urban": ("R058", "R059"), "rural": ("R061", "R062")}
    for area, names in wanted.items():
        all_seeds = np.array([cancelled(cleaned("s43-county", seed), area) for seed in SEEDS])
        reported = np.array([COUNTY[name] for name in names])
        spread = all_seeds.std(axis=0, ddof=1)
        allowed = np.maximum(0.10 * reported, 3 * spread)
        assert (np.abs(all_seeds - reported) <= allowed).all(), area
        assert np.abs(all_seeds.mean(axis=0) / reported - 1).max() < 0.06, area


@pytest.mark.parametrize("reason", list(reported_of("s43-county")["reasons"]))
def test_each_reason_is_found_about_as_often_as_reported(reason):
    """48, 41, 192, 25, 621 and 1,136 persons, within three standard deviations of one seed."""
    reported = COUNTY[reported_of("s43-county")["reasons"][reason]]
    all_seeds = np.array([found(cleaned("s43-county", seed), reason) for seed in SEEDS])
    assert abs(all_seeds[0] - reported) <= 3 * all_seeds.std(ddof=1)
    assert abs(all_seeds.mean() - reported) <= 3 * all_seeds.std(ddof=1) / np.sqrt(len(SEEDS))


def test_no_other_reason_and_larger_families():
    it = cleaned("s43-county")
    whole = sum(found(it, reason) for reason in reported_of("s43-county")["reasons"])
    assert whole == pytest.approx(cancelled(it)[1])
    for area, least in (("urban", 2.3), ("rural", 3.5)):  # 2.48 and 3.96 reported, roll 2.0 and 2.4
        households, persons = cancelled(it, area)
        assert persons / households > least
    assert not it.is_outcome("new").any()


def test_the_stock_after():
    """Rural 5,187 and 11,966; the identity holds exactly, so the urban residual stays apart."""
    it = cleaned("s43-county")
    for area in AREAS:
        gone = cancelled(it, area)
        before = total(it, it.roll, area), total(it, it.persons_before, area)
        after = total(it, it.is_after, area), total(it, it.persons_after, area)
        assert after == pytest.approx(np.subtract(before, gone), abs=1e-6)
    assert total(it, it.is_after, "rural") == pytest.approx(COUNTY["R070"], rel=0.02)
    assert total(it, it.persons_after, "rural") == pytest.approx(COUNTY["R071"], rel=0.03)


def test_fewer_checks_find_less():
    """Only 31 % visited; those visited and the others asked about; everybody visited."""
    law, people = load_policy("s43-county"), roll("s43-county")
    asked = load_checks("visited_31")
    alone = asked.change(interviews=0, sources=())
    few, more, all_found = (
        cancelled(clean_up(people, law, checks=checks, seed=1))
        for checks in (alone, asked, load_checks("complete"))
    )
    assert few[0] < 0.6 * more[0] < more[0] < 0.95 * all_found[0]
    assert few[1] < more[1] < all_found[1]


def test_the_visits_are_as_many_as_reported():
    """2,823 households and 6,342 persons at first (S4.3.1), priority groups first (S4.3.7)."""
    it = cleaned("s43-county", checks="visited_31")
    first = it.visited & it.roll & ~it.facts.second
    assert total(it, first) == pytest.approx(COUNTY["R049"], abs=2)
    assert total(it, it.persons_before * first) == pytest.approx(COUNTY["R050"], rel=0.12)
    assert it.is_priority[first].all()
    assert (it.facts.second <= it.is_suspected).all()
    assert not (it.interviewed & first).any()
    ways = {"visit", "interview", "matching"}
    assert all(total(it, (it.facts.found_by == k) * it.roll) > 0 for k in (2, 3, 4)), ways


def otherwise(monkeypatch, factors):
    """The clean-up of a roll whose conditions are as many times as frequent as `factors` say."""
    from jiuzhu_sim.population import enrol

    recipe = load_recipe("s43-county")
    usual = recipe["records"]["roll"]["conditions"]
    conditions = {
        name: {"share": {area: part * factor for area, part in usual[name]["share"].items()}}
        for name, factor in factors.items()
    }
    changed = overlay(recipe, {"records": {"roll": {"conditions": conditions}}})
    monkeypatch.setitem(enrol.__globals__, "load_recipe", lambda _: changed)
    law = load_policy("s43-county")
    return clean_up(roll_of("s43-county", law, seed=1), law, seed=1)


@pytest.mark.parametrize("reason", list(reported_of("s43-county")["reasons"]))
def test_half_the_share_gives_half_of_that_reason_and_the_others_as_before(monkeypatch, reason):
    usual, half = cleaned("s43-county"), otherwise(monkeypatch, {reason: 0.5})
    for name in reported_of("s43-county")["reasons"]:
        was, now = ((it.has_reason(name) & (it.reasons_persons > 0)) for it in (usual, half))
        if name == reason:
            assert not (now & ~was).any()
            assert 0.25 < now.sum() / was.sum() < 0.75
        else:
            assert (now != was).sum() <= 0.25 * was.sum()  # those set free may meet another


def test_nothing_hidden_nobody_cancelled(monkeypatch):
    shares = dict.fromkeys(load_recipe("s43-county")["records"]["roll"]["conditions"], 0.0)
    it = otherwise(monkeypatch, shares)
    assert it.is_outcome("stays")[it.roll].all()
    assert not it.reason.any()
    twice = otherwise(monkeypatch, {"pension": 2.0})
    assert 1.6 < found(twice, "pension") / found(cleaned("s43-county"), "pension") < 2.4


def test_another_standard_gives_other_counts():
    """A higher standard keeps more of those whose income has risen a little."""
    law, people = load_policy("s43-county"), roll("s43-county")
    higher = law.change({"dibao.standard.urban": "+20%", "dibao.standard.rural": "+20%"})
    usual, kept = clean_up(people, law, seed=1), clean_up(people, higher, seed=1)
    assert found(kept, "other_income") < 0.95 * found(usual, "other_income")
    assert (kept.is_outcome("stopped") <= usual.is_outcome("stopped")).all()
    assert total(kept, kept.is_outcome("raised")) > 0.8 * total(kept, kept.roll)


def test_what_is_true_decides_nothing():
    """Blind checks cancel nobody, whatever is true; the truth stands beside for comparison."""
    law, people = load_policy("s43-county"), roll("s43-county")
    blind = load_checks("complete", visit=0.0, objections={"wronged": 0})
    it = clean_up(people, law, checks=blind, seed=1)
    assert not it.is_outcome("stopped").any()
    seen_truly = cleaned("s43-county")
    np.testing.assert_array_equal(it.persons_truly, seen_truly.persons_truly)
    assert (seen_truly.persons_after == seen_truly.persons_truly)[it.roll].all()


# --- S4.1 -------------------------------------------------------------------------------------
def test_the_city_before():
    it = cleaned("s41-city")
    group = it.roll & it.people["is_petition_group"]
    assert total(it, it.roll) == pytest.approx(CITY["R001"], abs=1e-2)
    assert total(it, it.persons_before) == pytest.approx(CITY["R004"], abs=1e-2)
    assert total(it, group) == pytest.approx(CITY["R007"], abs=1e-2)
    assert total(it, it.persons_before * group) == pytest.approx(CITY["R008"], abs=1e-2)


def test_the_city_removes_and_admits_about_as_many_as_reported():
    """6,944 households and 9,513 persons removed, 7,208 and 9,447 new."""
    it = cleaned("s41-city")
    assert it.petition == "clearly_above"
    assert cancelled(it) == pytest.approx((CITY["R010"], CITY["R011"]), rel=0.05)
    new = it.is_outcome("new")
    assert total(it, new) == pytest.approx(CITY["R012"], rel=0.05)
    assert total(it, it.persons_after * new) == pytest.approx(CITY["R013"], rel=0.05)
    # New households were eligible and uncovered, and had applied and been refused (S3.11.15).
    assert it.people["has_applied"][new].all()
    assert not it.people["was_dibao"][new].any()


def test_keeping_petition_groups_has_a_cost():
    kept, strict = cleaned("s41-city"), cleaned("s41-city", petition="strict")
    assert not strict.retained.any()
    assert kept.people["is_petition_group"][kept.retained].all()
    assert (kept.is_outcome("stopped") <= strict.is_outcome("stopped")).all()
    more = cancelled(strict)[0] - cancelled(kept)[0]
    assert more == pytest.approx(total(kept, kept.retained))
    assert total(kept, kept.amount_after_m * kept.retained) > 0
    ratio = kept.policy["reading.clearly_above_ratio"]
    limit = kept.after.numbers("guaranteed_m_hh") * ratio
    assert (kept.after.numbers("counted_income_m_hh") <= limit + 0.005)[kept.retained].all()
