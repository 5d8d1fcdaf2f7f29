"""What holds of months for any people and any law, on random ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.months import Life, accounts, assumptions, regime, simulate_months
from jiuzhu_sim.months.roll import ON_ROLL, status_of
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.rules.kit import codes
from tests.full_law import full_law, people_tables, with_local_numbers
from tests.months.hand_life import HandLife

LAWS = {
    name: with_local_numbers(load_policy(name))
    for name in ("example-county", "s1-county-2020", "s42-county-2013", "national-2020")
}
LAWS["full law"] = full_law()
FORMS = {"reading.supplement_target": "ignore", "classes.newcomers_third": False}
SUSPENDED = codes("payment_status_hh").suspended
OFF = assumptions().off()

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def nothing_happens(people, policy, **settings):
    return simulate_months(people, policy, life=HandLife(people), assumptions=OFF, **settings)


def by_the_clock(people, policy, t):
    """The people `t` months on, when nothing happens: gradual exit and suspension run."""
    first = simulate(people, policy, ("payment_status_hh",))
    moved = {"months_above_standard": people.numbers("months_above_standard") + t}
    if t >= policy["work.suspension_months"]:
        served = (first.numbers("payment_status_hh") == SUSPENDED).repeat(people.sizes)
        for name in ("n_labour_absences", "n_job_refusals"):
            moved[name] = np.where(served, 0, people.numbers(name))
    return people.with_columns(moved)


@few
@given(seeds, st.sampled_from(sorted(LAWS)), st.booleans())
def test_without_chance_every_month_pays_what_the_rules_say(seed, name, has_roster):
    """With a roster those on it; what runs by the clock (gradual exit, suspension) set aside."""
    policy = LAWS[name]
    people = people_from_tables(*people_tables(seed, 40, policy))
    listed = people["was_dibao"] & has_roster
    applied = people["has_applied"] | listed
    people = people.with_columns({"was_dibao": listed, "has_applied": applied})
    made = nothing_happens(people, policy, months=6)
    for t in range(6):
        now = simulate(by_the_clock(people, policy, t), policy, ("benefit_m_hh",))["benefit_m_hh"]
        assert made.paid[t].tolist() == np.where(made.opening, now, 0).tolist(), t
        on = made.on_roll[t]
        assert made.due[t][on].tolist() == now[on].tolist(), t
    if not listed.any():
        first = simulate(people, policy, ("payment_status_hh",)).numbers("payment_status_hh")
        assert made.opening.tolist() == (status_of(first) >= ON_ROLL).tolist()


@few
@given(seeds, st.sampled_from(sorted(LAWS)), st.integers(1, 8))
def test_stock_and_flows_add_up(seed, name, months):
    """Start less exits plus entries is the end; each change of status has a reason, and only those.

    Nobody is paid off the roll.
    """
    policy = LAWS[name]
    people = people_from_tables(*people_tables(seed, 60, policy))
    made = simulate_months(people, policy, months=months, seed=seed % 1000)
    before = np.vstack([made.opening_status, made.status[:-1]])
    start, end = before >= ON_ROLL, made.on_roll
    weight = people["weight"]
    entries, exits = (~start & end) @ weight, (start & ~end) @ weight
    assert np.allclose(start @ weight - exits + entries, end @ weight, rtol=0, atol=1e-9)
    assert np.allclose(made.counts["entries"], entries, rtol=0, atol=1e-9)
    assert np.allclose(made.counts["exits"], exits, rtol=0, atol=1e-9)
    assert ((made.status != before) == (made.reason > 0)).all()
    assert (made.paid[~end] == 0).all()
    assert (made.persons[~end] == 0).all()
    basic = [key.startswith(("dibao", "tekun")) for key in accounts()]
    assert np.allclose(made.money[:, basic].sum(axis=1), made.paid @ weight, rtol=1e-12)
    assert np.allclose(made.owed[:, basic].sum(axis=1), made.due @ weight, rtol=1e-12)


def assert_same(one, other, order=slice(None)):
    """The same months; the households of `one` are those of `other` in this order."""
    for name in ("paid", "due", "status", "reason", "reviewed", "visited", "matched", "persons"):
        assert getattr(one, name).tolist() == getattr(other, name)[:, order].tolist(), name
    assert np.allclose(one.money, other.money, rtol=1e-12)
    assert np.allclose(one.owed, other.owed, rtol=1e-12)
    assert one.opening_status.tolist() == other.opening_status[order].tolist()


@pytest.mark.parametrize("name", ["s45_monthly_signin", "national_monthly_matching"])
def test_order_chunk_and_threads_change_nothing(name):
    policy = load_policy("s42-county-2013").change(regime(name).changes)
    people = jz.synthesize("all-programmes", households=700, seed=4)
    made = simulate_months(people, policy, months=6)
    assert made.counts["signins" if "signin" in name else "matched"].sum() > 0
    chunked = people.with_chunk(200)
    assert_same(simulate_months(chunked, policy, months=6, threads=2), made)
    order = np.random.default_rng(1).permutation(people.households)
    moved = people_from_tables(*shuffled(people, order))
    told = {"recipe": people.about["recipe"], "source": "synthetic"}
    moved = moved.with_columns({}, **told)
    assert_same(simulate_months(moved, policy, months=6), made, order)


def shuffled(people, order):
    """Two tables of the same people, the households in another order."""
    ids, sizes = people.numbers("id"), people.sizes
    owner = np.repeat(np.arange(len(ids)), sizes)
    rows = np.concatenate([np.flatnonzero(owner == home) for home in order])
    persons = {"household_id": ids[owner][rows]}
    homes = {"household_id": ids[order]}
    for name in people.laid_out:
        if name == "id":
            continue
        if column(name).level == "person":
            persons[name] = people[name][rows]
        else:
            homes[name] = people[name][order]
    return persons, homes


def test_more_looking_leaks_less():
    """Under common draws: monthly matching and class reviews against no review at all."""
    people = jz.synthesize("example-county", households=3_000, seed=5)
    law = load_policy("example-county")
    leak = {}
    for name in ("none", "s1_classes", "national_half_yearly_matching"):
        policy = law.change(regime(name).changes)
        made = simulate_months(people, policy, months=24)
        leak[name] = np.maximum(made.paid - made.due, 0).sum()
        assert np.maximum(made.due - made.paid, 0).sum() > 0
    assert leak["none"] > 1.2 * leak["s1_classes"] > 0
    assert leak["none"] > 1.2 * leak["national_half_yearly_matching"] > 0


def test_the_same_life_for_every_law():
    """What happens does not depend on the law, and one life may serve several."""
    people = jz.synthesize("example-county", households=400, seed=6)
    law = load_policy("example-county")
    life = Life(people, assumptions(), months=6, start="2025-01", seed=1)
    first = simulate_months(people, law, months=6, life=life)
    richer = simulate_months(
        people, law.change({"dibao.standard.rural": "+20%"}), months=6, life=life
    )
    for name in first.counts:
        if name.startswith("event."):
            assert first.counts[name].tolist() == richer.counts[name].tolist()
    assert (richer.money.sum(axis=1) > first.money.sum(axis=1)).all()
    assert_same(simulate_months(people, law, months=6), first)
