"""Life month by month: nothing without chance, nobody lost, the same whatever the order of rows."""

import numpy as np
import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import texts
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.conditions import Conditions
from jiuzhu_sim.months.life import EVENTS, Life
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize

ALL = assumptions("life")
BUSY = ALL.changed(
    {
        "job_loss.rate": 0.1,
        "job_found.rate": 0.2,
        "deaths.rate_male": 0.2,
        "deaths.rate_female": 0.2,
        "births.rate": {18: 0.5, 45: 0},
        "illness.rate": 0.3,
        "recovery.rate": 0.2,
        "accident.rate": 0.1,
        "drift.rate": 0.3,
    }
)
MONTHS = 24


def live(people, assumed=BUSY, months=MONTHS, **more):
    more = {"start": "2025-03", "seed": 1} | more
    return Life(people, assumed, months=months, **more)


@pytest.fixture(scope="module")
def people():
    return synthesize("all-programmes", households=800, seed=1)


@pytest.fixture(scope="module")
def life(people):
    return live(people)


def at(life, t):
    return life.people.with_columns(life.month(t).columns)


def owners(people):
    return np.repeat(np.arange(people.households), people.sizes)


def test_every_event_has_a_label():
    assert all(f"event.{name}" in texts() for name in EVENTS)


def test_without_chance_nothing_happens(people):
    still = live(people, ALL.off())
    assert still.people is people
    for t in range(MONTHS):
        month = still.month(t)
        assert set(month.columns) <= {"emergency_need"}
        happened = {name for name, flags in month.events.items() if flags.any()}
        assert happened <= {"accident"}


def test_own_emergencies_arise_once_in_twelve_months(people):
    still = live(people, ALL.off())
    own = people["emergency_need"]
    needs = np.array([still.month(t).columns["emergency_need"] for t in range(MONTHS)])
    assert (needs[:12].sum(axis=0) == own).all()
    assert ((needs[:12] > 0).sum(axis=0) == (own > 0)).all()
    assert (needs[12:] == needs[:12]).all()
    assert (needs.sum(axis=1) > 0).sum() > 6
    happened = np.array([still.month(t).events["accident"] for t in range(MONTHS)])
    assert (happened == (needs > 0)).all()


def test_a_household_without_needs_has_no_such_column():
    few = synthesize("example-county", households=50, seed=1)
    still = live(few, ALL.off())
    assert all(not still.month(t).columns for t in range(MONTHS))


def test_a_month_may_be_asked_for_in_any_order(people, life):
    again = live(people)
    for t in (5, 0, 23, 5):
        found, same = again.month(t), life.month(t)
        assert set(found.columns) == set(same.columns)
        for name, values in found.columns.items():
            assert (values == same.columns[name]).all()


def test_a_shorter_run_is_the_beginning_of_a_longer_one(people, life):
    short = live(people, months=12)
    keep = ~np.isin(life.people["not_counted_because"], ["unborn"])
    for t in range(12):
        now, longer = at(short, t), at(life, t)
        here = now["not_counted_because"] != "unborn"
        there = longer["not_counted_because"] != "unborn"
        for name in ("wage_m", "age", "serious_illness", "not_counted_because"):
            assert (now[name][here] == longer[name][there]).all(), name
    assert keep.any()


def test_living_plus_dead_less_born_are_those_at_the_start(people, life):
    counted = (people["not_counted_because"] == "none").sum()
    others = people.persons - counted
    born = died = 0
    for t in range(MONTHS):
        now = at(life, t)["not_counted_because"]
        dead, unborn = (now == "dead").sum(), (now == "unborn").sum()
        born_now = life.people.persons - people.persons - unborn
        assert born_now >= born
        assert dead >= died
        assert len(now) - dead - unborn == counted + others + born_now - dead
        born, died = born_now, dead
    assert born > 20
    assert died > 100


def test_events_and_columns_tell_the_same(people, life):
    home = owners(life.people)
    before = life.people.with_columns({})
    for t in range(MONTHS):
        month, now = life.month(t), at(life, t)
        was, is_ = before["not_counted_because"], now["not_counted_because"]
        for event, flags in (
            ("died", (is_ == "dead") & (was != "dead")),
            ("born", (was == "unborn") & (is_ != "unborn")),
            ("fell_ill", now["serious_illness"] & ~before["serious_illness"]),
            ("birthday", (now["age"] > before["age"]) & (is_ != "dead") & (was != "unborn")),
        ):
            homes = np.bincount(home[flags], minlength=people.households) > 0
            assert (month.events[event] == homes).all(), (event, t)
        need = now["emergency_need"] > 0
        assert (month.events["accident"] == need).all()
        before = now


def test_everybody_grows_a_year_older_in_twelve_months(people):
    quiet = live(people, ALL.off().changed({"ageing.share": 1}))
    assert (at(quiet, 11)["age"] == people["age"] + 1).all()
    assert (at(quiet, 23)["age"] == people["age"] + 2).all()
    assert 0 < (at(quiet, 5)["age"] > people["age"]).mean() < 1


def test_children_are_born_at_age_zero_into_their_household(people, life):
    first = live(people, months=12)
    new = first.people["not_counted_because"] == "unborn"
    assert (first.people["wage_m"][new] == 0).all()
    assert set(first.people["relation"][new]) <= {"child", "grandchild", "other"}
    assert (at(first, 11)["age"][new] == 0).all()
    assert (first.people.ids == people.ids).all()
    for name in ("area", "weight", "savings"):
        assert (first.people[name] == people[name]).all()
    old = {name: first.people[name][~new] for name in ("age", "wage_m", "relation")}
    assert all((values == people[name]).all() for name, values in old.items())
    assert (at(life, 23)["age"][life.people["not_counted_because"] == "unborn"] <= 2).all()


@pytest.mark.parametrize("rule", ["household", "legal"])
def test_the_unborn_and_the_dead_are_no_members(people, rule):
    policy = (
        load_policy("national").change({"unit.rule": rule})
        if rule == "legal"
        else load_policy("s42-county-2013")
    )
    life = live(people)
    for t in (0, 11, 23):
        now = at(life, t)
        members = simulate(now, policy, ["n_members_hh", "is_unit_member"])
        gone = np.isin(now["not_counted_because"], ["unborn", "dead"])
        assert not members["is_unit_member"][gone].any()
        if rule == "household":
            left = np.bincount(owners(now)[~gone], minlength=now.households)
            assert (members["n_members_hh"] == left).all()
            assert (left == 0).any() or t == 0


def test_a_household_of_the_dead_gets_nothing(people):
    last = at(live(people, BUSY.changed({"deaths.rate_male": 1, "deaths.rate_female": 1})), 12)
    born = last["not_counted_because"] == "none"
    empty = np.bincount(owners(last)[born], minlength=last.households) == 0
    for name in ("s42-county-2013", "s1-county-2020"):
        made = simulate(last, load_policy(name), ["n_members_hh", "benefit_m_hh"])
        assert (made["n_members_hh"][empty] == 0).all()
        assert (made["benefit_m_hh"][empty] == 0).all()
    assert empty.mean() > 0.5


def test_nothing_happens_to_those_who_were_gone_before(people):
    codes = list(columns()["not_counted_because"].codes)
    gone = np.arange(people.persons) % 3 == 0
    because = np.where(gone, codes.index("dead"), people.numbers("not_counted_because"))
    life = live(people.with_columns({"not_counted_because": because}))
    old = life.people["not_counted_because"] == "dead"
    for t in (0, 23):
        now = at(life, t)
        assert (now["not_counted_because"][old] == "dead").all()
        for name in ("wage_m", "serious_illness"):
            assert (now[name][old] == people[name][gone]).all()
        died = (now["not_counted_because"] == "dead").sum() - old.sum()
        drawn = (now["n_deaths_y"] - people["n_deaths_y"]).sum()
        assert drawn == died if t < 12 else drawn <= died


def test_what_happens_does_not_depend_on_the_order_of_rows():
    few = synthesize("example-county", households=60, seed=3)
    persons = {n: few[n] for n in few.laid_out if n != "id" and columns()[n].level == "person"}
    homes = {n: few[n] for n in few.laid_out if n != "id" and columns()[n].level == "household"}
    ids = few.ids
    plain = people_from_tables(
        {"household_id": np.repeat(ids, few.sizes), **persons}, {"household_id": ids, **homes}
    )
    order = np.random.default_rng(1).permutation(60)
    shuffled = people_from_tables(
        {"household_id": np.repeat(ids, few.sizes), **persons},
        {"household_id": ids[order], **{name: values[order] for name, values in homes.items()}},
    )
    one, two = live(plain), live(shuffled)
    for t in (0, 7, 23):
        first, second = at(one, t), at(two, t)
        assert first.digest() == second.digest()
        for name in EVENTS:
            assert (one.month(t).events[name][order] == two.month(t).events[name]).all(), name


def test_what_happens_does_not_depend_on_other_families():
    """Wages and expenses are taken from all there are, so only when and to whom is compared."""
    few = synthesize("example-county", households=60, seed=3)
    life, alone = live(few), live(few.only(17))
    for t in range(MONTHS):
        month, own = life.month(t), alone.month(t)
        for name in EVENTS:
            if name != "job_found":  # with nobody at work there is no wage to find
                assert month.events[name][17] == own.events[name][0], (name, t)


def test_ids_that_are_words_draw_by_the_word():
    table = {"age": [30, 30, 30], "labour_capable": [True] * 3, "wage_m": [900.0] * 3}
    homes = {"area": ["rural"] * 3}
    names = np.array(["东-3", "东-12", "a"], dtype=object)
    three = people_from_tables({"household_id": names, **table}, {"household_id": names, **homes})
    longer = np.array(["东-3", "东-12", "b-long-name"], dtype=object)
    other = people_from_tables({"household_id": longer, **table}, {"household_id": longer, **homes})
    one, two = live(three), live(other)
    for t in range(MONTHS):
        for name in EVENTS:
            same = one.month(t).events[name][:2] == two.month(t).events[name][:2]
            assert same.all(), (name, t)


def test_every_column_stays_in_its_range_and_no_income_is_negative(people):
    wild = BUSY.changed({"drift.sd": 2, "harvest.sd": 2, "accident.sd": 3})
    life = live(people, wild, conditions=Conditions(income_growth=0.5, shocks=3))
    for t in range(0, MONTHS, 4):
        for name, values in life.month(t).columns.items():
            entry = columns()[name]
            level = life.people.persons if entry.level == "person" else life.people.households
            assert len(values) == level, name
            if entry.low is not None:
                assert values.min() >= entry.low, name
                assert values.max() <= entry.high, name
            assert np.isfinite(values.astype(float)).all()


def test_new_work_is_the_same_in_every_view_and_lost_work_leaves_none(people):
    views = ("wage_m", "wage_true_m", "wage_registry_m")
    lose = live(people, ALL.off().changed({"job_loss.rate": 1}), months=1)
    now = at(lose, 0)
    able = people["labour_capable"]
    assert all((now[name][able] == 0).all() for name in views)
    assert (people["wage_true_m"][able] > 0).any()
    find = live(people, ALL.off().changed({"job_found.rate": 1}), months=1)
    now = at(find, 0)
    new = now["wage_m"] != people["wage_m"]
    assert new.any()
    assert (now["wage_m"][new] == now["wage_true_m"][new]).all()
    assert (now["wage_m"][new] == now["wage_registry_m"][new]).all()
    idle = (people["wage_true_m"] == 0) & (people["farm_income_true_y"] == 0)
    assert (idle & able & ~people["is_student"])[new].all()


def test_the_ill_do_not_earn_and_have_their_wage_back_when_they_recover(people):
    sick = ALL.off().changed({"illness.rate": 0.9, "recovery.rate": 0.5})
    life = live(people, sick)
    for t in range(MONTHS):
        now = at(life, t)
        fallen = now["serious_illness"] & ~people["serious_illness"]
        assert (now["wage_m"][fallen] == 0).all()
        assert not now["labour_capable"][fallen].any()
        well = ~now["serious_illness"] & ~people["serious_illness"]
        for name in ("wage_m", "wage_true_m", "labour_capable", "medical_expense_y"):
            assert (now[name][well] == people[name][well]).all(), name
    assert fallen.mean() > 0.1


def test_a_start_that_is_no_month_is_refused(people):
    with pytest.raises(JZError, match="JZ-E007"):
        live(people, start="spring")
    with pytest.raises(JZError, match="JZ-E032"):
        live(people, months=0)
