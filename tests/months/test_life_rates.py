"""Life in numbers: rates are met, conditions act the right way, sources say what the file says."""

import numpy as np
import pytest

from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.conditions import Conditions
from jiuzhu_sim.months.life import Life
from jiuzhu_sim.population import people_from_tables, synthesize

ALL = assumptions("life")
OFF = ALL.off()
N = 20_000
SIGMAS = 4


@pytest.fixture(scope="module")
def people():
    return synthesize("example-county", households=N, seed=7)


def live(people, assumed, months=12, **more):
    return Life(people, assumed, months=months, **({"start": "2025-01", "seed": 5} | more))


def at(life, t):
    return life.people.with_columns(life.month(t).columns)


def near(count, n, rate):
    """Within sampling error of a binomial count."""
    return abs(count - n * rate) <= SIGMAS * np.sqrt(n * rate * (1 - rate)) + 1


def test_lost_work(people):
    life = live(people, OFF.changed({"job_loss.rate": 0.02}))
    at_work = (people["wage_m"] > 0).sum()
    left = (at(life, 11)["wage_m"] > 0).sum()
    assert near(left, at_work, 0.98**12)


def test_who_has_lost_work_finds_it_sooner(people):
    lost, back = 0.02, 0.3
    assumed = OFF.changed({"job_loss.rate": lost, "job_found.rate_recent": back})
    life = live(people, assumed, months=24)
    idle = people["wage_m"] == 0
    at_work = (people["wage_m"] > 0).sum()
    now = at(life, 23)["wage_m"]
    assert (now[idle] == 0).all()
    left = (now[~idle] == 0).sum()
    assert left / at_work == pytest.approx(lost / (lost + back), abs=0.01)


def test_found_work_pays_as_the_lower_part_of_local_wages(people):
    rate = 0.05
    life = live(people, OFF.changed({"job_found.rate": rate}))
    idle = people["labour_capable"] & (people["wage_m"] == 0) & (people["farm_income_y"] == 0)
    idle &= ~people["is_student"]
    found = idle & (at(life, 11)["wage_m"] > 0)
    assert near(found.sum(), idle.sum(), 1 - (1 - rate) ** 12)
    area = np.repeat(people["area"], people.sizes)
    wage = at(life, 11)["wage_m"]
    for name in ("urban", "rural"):
        local = people["wage_m"][(people["wage_m"] > 0) & (area == name)]
        new = wage[found & (area == name)]
        most = np.quantile(local, OFF["job_found.quantile_max"])
        assert new.max() <= most * 1.01
        assert np.median(new) == pytest.approx(
            np.quantile(local, OFF["job_found.quantile_max"] / 2), rel=0.08
        )


def test_deaths_by_age_and_sex():
    men, women = 0.2, 0.1
    persons = {
        "household_id": np.repeat(np.arange(N // 4), 4),
        "age": np.tile([40, 40, 70, 70], N // 4),
    }
    persons["is_female"] = np.tile([False, True, False, True], N // 4)
    people = people_from_tables(persons, {"area": ["rural"] * (N // 4)})
    rates = {"deaths.rate_male": {0: 0, 60: men}, "deaths.rate_female": {0: 0, 60: women}}
    life = live(people, OFF.changed(rates))
    dead = at(life, 11)["not_counted_because"] == "dead"
    assert not dead[people["age"] == 40].any()
    assert near(dead[2::4].sum(), N // 4, men)
    assert near(dead[3::4].sum(), N // 4, women)
    by_month = [life.month(t).events["died"].sum() for t in range(12)]
    assert min(by_month) > sum(by_month) / 24
    homes = life.month(11).columns["n_deaths_y"]
    assert homes.sum() == dead.sum()


def test_deaths_of_more_than_twelve_months_ago_no_longer_count(people):
    life = live(people, OFF.changed({"deaths.rate_male": {0: 0.05}}), months=24)
    last = at(life, 23)
    died = (last["not_counted_because"] == "dead").sum()
    first = (at(life, 11)["not_counted_because"] == "dead").sum()
    assert 0 < last["n_deaths_y"].sum() == died - first


def test_births_and_the_share_of_girls(people):
    rate = 0.3
    assumed = OFF.changed({"births.rate": {20: rate, 45: 0}, "births.female_share": 0.48})
    women = people_from_tables(
        {"household_id": np.arange(N), "age": np.full(N, 30), "is_female": np.ones(N, bool)},
        {"area": ["rural"] * N},
    )
    life = live(women, assumed)
    new = life.people["not_counted_because"] == "unborn"
    assert near(new.sum(), N, rate)
    assert near(life.people["is_female"][new].sum(), new.sum(), 0.48)
    assert (np.unique(life.owner[new], return_counts=True)[1] == 1).all()


def test_births_of_a_mother_are_apart(people):
    assumed = OFF.changed({"births.rate": {20: 1.0, 45: 0}, "births.spacing": 18})
    women = people_from_tables(
        {"household_id": np.arange(500), "age": np.full(500, 22), "is_female": np.ones(500, bool)},
        {"area": ["rural"] * 500},
    )
    life = live(women, assumed, months=60)
    born = np.array([life.month(t).events["born"] for t in range(60)])
    assert (born.sum(axis=0) >= 2).all()
    for home in born.T:
        assert np.diff(np.flatnonzero(home)).min() >= 18


def test_a_household_that_is_full_has_no_more_children():
    full = people_from_tables(
        {"household_id": np.zeros(63, int), "age": np.full(63, 30), "is_female": np.ones(63, bool)},
        {"area": ["rural"]},
    )
    life = live(full, OFF.changed({"births.rate": 1.0}))
    assert life.people.persons == 64


def test_illness_and_recovery(people):
    ill = people["serious_illness"]
    sick = live(people, OFF.changed({"illness.rate": {0: 0.01, 60: 0.05}}))
    fallen = at(sick, 11)["serious_illness"] & ~ill
    old = people["age"] >= 60
    assert near(fallen[old].sum(), (~ill & old).sum(), 0.05)
    assert near(fallen[~old].sum(), (~ill & ~old).sum(), 0.01)
    assert (at(sick, 11)["medical_expense_y"] >= people["medical_expense_y"]).all()
    mean = at(sick, 11)["medical_expense_y"][fallen].mean()
    assert mean > 1.5 * people["medical_expense_y"][fallen].mean()
    well = live(people, OFF.changed({"recovery.rate": 0.1}))
    left = at(well, 11)["serious_illness"][ill]
    assert near(left.sum(), ill.sum(), 0.9**12)
    assert (at(well, 11)["medical_expense_y"] <= people["medical_expense_y"]).all()


def test_drift_moves_incomes_and_keeps_their_mean_and_spread(people):
    rate, size = 0.25, 0.2
    life = live(people, OFF.changed({"drift.rate": rate, "drift.sd": size}), months=60)
    rural = (people["wage_m"] > 0) & (np.repeat(people["area"], people.sizes) == "rural")
    first = np.log(people["wage_m"][rural])
    share = np.sqrt(1 - (size / first.std()) ** 2)
    for t in (11, 59):
        wage = at(life, t)["wage_m"][rural]
        assert wage.mean() == pytest.approx(people["wage_m"][rural].mean(), rel=0.05)
        assert np.log(wage).std() == pytest.approx(first.std(), rel=0.05)
        alike = np.corrcoef(np.log(wage), first)[0, 1]
        assert alike == pytest.approx((1 - rate + rate * share) ** (t + 1), abs=0.05)
    events = np.array([life.month(t).events["income_drift"] for t in range(12)])
    assert events.any(axis=0).mean() > 0.3


def test_a_change_is_as_large_as_stated(people):
    life = live(people, OFF.changed({"drift.rate": 1, "drift.sd": 0.1}), months=1)
    earns = people["wage_m"] > 0
    moved = np.log(at(life, 0)["wage_m"][earns] / people["wage_m"][earns])
    assert moved.std() == pytest.approx(0.1, rel=0.05)


def test_a_harvest_changes_farm_income_in_one_month_and_does_not_add_up(people):
    assumed = OFF.changed({"harvest.sd": 0.3, "harvest.month": 10})
    life = live(people, assumed, months=60)
    farms = people["farm_income_y"] > 0
    assert "farm_income_y" not in life.month(8).columns
    assert life.month(9).events["income_drift"].any()
    assert not life.month(10).events["income_drift"].any()
    for t in (9, 57):
        crop = at(life, t)["farm_income_y"][farms]
        factor = crop / people["farm_income_y"][farms]
        assert np.log(factor).std() == pytest.approx(0.32, rel=0.1)
        assert crop.mean() == pytest.approx(people["farm_income_y"][farms].mean(), rel=0.03)
    rural = np.repeat(people["area"], people.sizes) == "rural"
    some = farms & rural
    before, after = (np.log(p["farm_income_y"][some]).std() for p in (people, at(life, 57)))
    assert after == pytest.approx(before, rel=0.05)


def test_accidents_by_persons_and_their_mean_need(people):
    rate, mean = 0.02, 1000.0
    assumed = OFF.changed({"accident.rate": rate, "accident.mean": mean})
    life = live(people, assumed)
    need = np.array([life.month(t).columns["emergency_need"] for t in range(12)])
    hit = (need > 0).sum()
    spread = np.sqrt((people.sizes * rate).sum())
    assert abs(hit - (people.sizes * rate).sum()) < SIGMAS * spread
    assert need[need > 0].mean() == pytest.approx(mean, rel=0.15)
    assert ((need > 0).sum(axis=0) <= 1).all()
    alone = people.sizes == 1
    assert (need[:, alone] > 0).sum() / alone.sum() < (need > 0).sum() / people.households


def test_own_emergencies_are_those_of_usual_times():
    brings = synthesize("all-programmes", households=5000, seed=1)
    cases = {
        shocks: sum(
            live(brings, ALL, conditions=Conditions(shocks=shocks))
            .month(t)
            .events["accident"]
            .sum()
            for t in range(12)
        )
        for shocks in (0.5, 1.0, 2.0)
    }
    own = (brings["emergency_need"] > 0).sum()
    assert cases[1.0] == own
    assert near(cases[0.5], own, 0.5)
    assert cases[2.0] > own


@pytest.mark.parametrize("event", ["job_lost", "fell_ill", "accident"])
def test_more_shocks_bring_more_of_them_and_none_bring_nothing(people, event):
    def times(shocks):
        life = live(people, ALL, conditions=Conditions(shocks=shocks))
        return sum(life.month(t).events[event].sum() for t in range(12))

    none, usual, many = times(0), times(1), times(2)
    assert none == 0
    assert usual < many
    assert many == pytest.approx(2 * usual, rel=0.2)


def test_incomes_grow_and_what_is_no_income_does_not(people):
    life = live(people, OFF, conditions=Conditions(income_growth=0.1))
    last = at(life, 11)
    for name in ("wage_m", "farm_income_y", "transfer_m"):
        assert last[name] == pytest.approx(people[name] * 1.1)
    for name in ("pension_basic_m", "medical_expense_y", "savings", "age"):
        assert (last[name] == people[name]).all()
    shrunk = live(people, OFF, conditions=Conditions(income_growth=-0.1))
    assert at(shrunk, 5)["wage_m"].sum() < people["wage_m"].sum()


def test_growth_comes_on_top_of_what_happens(people):
    plain, growing = live(people, ALL), live(people, ALL, conditions=Conditions(income_growth=0.1))
    assert at(growing, 11)["wage_m"] == pytest.approx(at(plain, 11)["wage_m"] * 1.1)


def test_usual_times_keep_work_and_health_about_as_they_are(people):
    last = at(live(people, ALL), 11)
    alive = last["not_counted_because"] != "dead"
    alive &= last["not_counted_because"] != "unborn"
    assert (last["wage_m"][alive] > 0).mean() == pytest.approx(
        (people["wage_m"] > 0).mean(), rel=0.05
    )
    assert last["wage_m"].sum() == pytest.approx(people["wage_m"].sum(), rel=0.05)
    ill = last["serious_illness"][alive].mean()
    assert ill == pytest.approx(people["serious_illness"].mean(), rel=0.08)


def test_another_seed_is_another_run(people):
    one, two = live(people, ALL, seed=1), live(people, ALL, seed=2)
    assert (one.month(3).events["job_lost"] != two.month(3).events["job_lost"]).any()


def test_derived_rates_are_computed_from_the_figures_their_source_names():
    """1380.6 ten thousand cases (2020) over 141178 ten thousand persons of the census."""
    rate = ALL.entries["accident.rate"]
    assert rate.status == "derived"
    assert rate.value == pytest.approx(1380.6 / 141178, rel=0.005)
    assert "1380.6" in rate.source
    assert "141178" in rate.source
