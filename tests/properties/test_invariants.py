"""What holds for any people and any law, on random ones."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.columns import codes
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.rules import RULES
from jiuzhu_sim.rules.kit import HALF_FEN
from tests.full_law import full_law, people_tables, with_local_numbers

PRESETS = {
    name: with_local_numbers(load_policy(name)) for name in ("example-county", "s42-county-2013")
}
EXAMPLE = PRESETS["example-county"]
PRESETS["full law"] = full_law()
EVERYTHING = tuple(rule.name for rule in RULES)
LAYER = codes("layer_hh")
STOP = codes("stop_reason_hh")

seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 60)
moderate = settings(max_examples=40, deadline=None)


def one_value(declared):
    """Any value that a parameter may take."""
    if declared.type == "boolean":
        return st.booleans()
    if declared.type == "choice":
        return st.sampled_from(sorted(declared.choices))
    if declared.type == "integer":
        return st.integers(int(declared.low), int(declared.high))
    unlimited = st.just(math.inf) if declared.unlimited else st.nothing()
    return st.floats(declared.low, declared.high).map(lambda x: round(x, 2)) | unlimited


changes = st.lists(st.sampled_from(sorted(declarations())), max_size=4, unique=True).flatmap(
    lambda paths: st.fixed_dictionaries({path: one_value(declarations()[path]) for path in paths})
)
policies = st.builds(
    lambda name, made: PRESETS[name].change(made), st.sampled_from(sorted(PRESETS)), changes
)


def assert_equal(first, second, names=EVERYTHING):
    """Bit for bit."""
    for name in names:
        got, want = first.numbers(name), second.numbers(name)
        assert got.dtype == want.dtype, name
        assert got.tobytes() == want.tobytes(), name


def reordered(tables, order):
    """The same households, or some of them, in another order; ids kept, members in their order."""
    persons, homes = tables
    owner = persons["household_id"]
    rows = np.concatenate([np.flatnonzero(owner == household) for household in order])
    picked = {name: np.asarray(values)[order] for name, values in homes.items()}
    return {name: values[rows] for name, values in persons.items()}, picked | {
        "household_id": order
    }


@moderate
@given(seeds, counts, policies, st.integers(1, 200), st.sampled_from([1, 2, 5]))
def test_chunks_and_threads_change_nothing(seed, count, policy, chunk, threads):
    tables = people_tables(seed, count, policy)
    whole = simulate(people_from_tables(*tables), policy, EVERYTHING, threads=1)
    people = people_from_tables(*tables, chunk=chunk)
    assert_equal(simulate(people, policy, EVERYTHING, threads=threads), whole)
    rechunked = whole.people.with_chunk(chunk)
    assert rechunked.tiles == people.tiles
    assert_equal(simulate(rechunked, policy, EVERYTHING, threads=threads), whole)


@moderate
@given(seeds, counts, policies, st.data())
def test_order_and_company_change_nothing(seed, count, policy, data):
    """A household gets the same whoever else is in the file, and wherever it stands there."""
    tables = people_tables(seed, count, policy)
    whole = simulate(people_from_tables(*tables), policy, EVERYTHING)
    shuffled = data.draw(st.permutations(range(count)))
    order = np.array(shuffled[: data.draw(st.integers(1, count))])
    some = simulate(people_from_tables(*reordered(tables, order)), policy, EVERYTHING)
    rows = np.concatenate([np.flatnonzero(tables[0]["household_id"] == i) for i in order])
    for rule in RULES:
        kept = whole.numbers(rule.name)[rows if rule.level == "person" else order]
        assert some.numbers(rule.name).tobytes() == kept.tobytes(), rule.name


@moderate
@given(seeds, counts, st.data())
def test_digest_of_people_does_not_know_their_order(seed, count, data):
    tables = people_tables(seed, count, EXAMPLE)
    order = np.array(data.draw(st.permutations(range(count))))
    people = people_from_tables(*reordered(tables, np.arange(count)))
    assert people_from_tables(*reordered(tables, order)).digest() == people.digest()


@moderate
@given(seeds, counts, changes, changes, st.sets(st.sampled_from(EVERYTHING), min_size=1))
def test_reuse_gives_what_a_full_simulation_gives(seed, count, first, second, wanted):
    """Also when a reused result is reused, and when more is wanted than the base has."""
    people = people_from_tables(*people_tables(seed, count, EXAMPLE), chunk=50)
    once, twice = EXAMPLE.change(first), EXAMPLE.change(second)
    base = simulate(people, EXAMPLE)
    reused = simulate(people, once, EVERYTHING, reuse=base)
    assert_equal(reused, simulate(people, once, EVERYTHING))
    again = simulate(people, twice, wanted, reuse=reused)
    assert_equal(again, simulate(people, twice, wanted), wanted)
    assert_equal(simulate(people, EXAMPLE, reuse=again), base, base.computed)


@moderate
@given(seeds, counts, policies)
def test_a_reform_without_content_changes_nothing(seed, count, policy):
    people = people_from_tables(*people_tables(seed, count, policy))
    base = simulate(people, policy, EVERYTHING)
    same = policy.change({path: policy[path] for path in policy.values}, name="空")
    assert policy.diff(same) == ()
    new = simulate(people, same, EVERYTHING, reuse=base)
    assert all(new.computed[name] is base.computed[name] for name in EVERYTHING)


@moderate
@given(seeds, counts, policies, st.floats(0, 800), st.floats(0, 800))
def test_higher_standard_and_who_may_lose(seed, count, policy, urban, rural):
    """With all else fixed nobody loses by a higher standard who stays where he was.

    Staying is to keep the layer, gradual exit or not, the tier and the class. Who moves may lose:
    a single person whose family rises into dibao got the full standard before and gets the
    difference after (below). Layers only rise, with two exceptions. A household on the edge with
    a ground to stop is nothing when its income is below the standard. And one with a single
    person counts as edge once a limit in standards admits it to gradual exit.
    """
    if policy["reading.rigid_expenditure_cap"] == "share_of_income":
        # Less support by obligors would lower the ceiling of what is deducted.
        policy = policy.change({"support.form": "none"})
    higher = policy.change(
        {
            "dibao.standard.urban": min(policy["dibao.standard.urban"] + urban, 5000),
            "dibao.standard.rural": min(policy["dibao.standard.rural"] + rural, 5000),
        }
    )
    people = people_from_tables(*people_tables(seed, count, policy))
    base = simulate(people, policy, EVERYTHING)
    new = simulate(people, higher, EVERYTHING, reuse=base)
    before, after = base.numbers("layer_hh"), new.numbers("layer_hh")
    stopped = new["is_income_below_hh"] & (new.numbers("stop_reason_hh") != STOP.none)
    exits = new["is_grace_hh"] & ~base["is_grace_hh"]
    falls = after > before
    assert (stopped | exits)[falls].all()
    assert np.isin(before[falls], [LAYER.single_person, LAYER.edge]).all()
    assert (after[falls & ~stopped] == LAYER.edge).all()
    where = ("layer_hh", "is_grace_hh", "tier_hh", "support_class_hh")
    stays = np.all([base.numbers(name) == new.numbers(name) for name in where], axis=0)
    assert (new["benefit_m_hh"] >= base["benefit_m_hh"])[stays].all()
    assert (new["n_recipients_hh"] >= base["n_recipients_hh"]).all()


def test_rising_from_the_edge_can_lose():
    """Two persons with 780 yuan a head, one severely disabled: 1,014 yuan singly, then 295."""
    persons = {"household_id": [0, 0], "age": [40, 40], "disability_grade": [0, 1]}
    money = ("wage_m", "farm_income_y", "pension_basic_m", "pension_other_m", "medical_expense_y")
    allowances = ("preferential_allowance_m", "disability_allowance_m", "tuition_y")
    none = ("disability_kind", "serious_illness", "is_student", *money, *allowances)
    persons |= {name: [0, 0] for name in none} | {"transfer_m": [1560, 0]}
    homes = {
        "area": ["urban"],
        "n_vehicles": [0],
        "n_homes": [1],
        "savings": [0],
        "has_business": [0],
    }
    people = people_from_tables(persons, homes)
    base = simulate(people, EXAMPLE)
    new = simulate(people, EXAMPLE.change({"dibao.standard.urban": 781}), reuse=base)
    assert [base["layer_hh"][0], new["layer_hh"][0]] == ["edge", "dibao"]
    assert base["benefit_m_hh"][0] == 780 + 0.3 * 780
    assert new["benefit_m_hh"][0] == pytest.approx(2 * 30 + 0.3 * 781)


@moderate
@given(seeds, counts, policies)
def test_every_household_has_one_layer(seed, count, policy):
    """The main layer is the first of the flags that holds; the flags beside it may hold too."""
    people = people_from_tables(*people_tables(seed, count, policy))
    results = simulate(people, policy, EVERYTHING)
    is_single = results["is_edge_hh"] & (results["n_single_cases_hh"] > 0)
    has_own_layer = policy["single.household_layer"] == "single_person"
    flags = {
        LAYER.tekun: results["is_tekun_hh"],
        LAYER.dibao: results["is_dibao_hh"],
        LAYER.single_person: is_single & has_own_layer,
        LAYER.edge: results["is_edge_hh"],
        LAYER.rigid: results["is_rigid_hh"],
        LAYER.monitored: results["is_monitored_hh"],
        LAYER.other: results["is_other_low_income_hh"],
    }
    expected = np.select(list(flags.values()), list(flags), LAYER.none)
    assert (results.numbers("layer_hh") == expected).all()
    assert not (results["is_tekun_hh"] & results["is_dibao_hh"]).any()
    assert not (results["is_edge_hh"] & (results["is_tekun_hh"] | results["is_dibao_hh"])).any()
    assert not (results["is_grace_hh"] & (results["is_tekun_hh"] | results["is_dibao_hh"])).any()


@moderate
@given(seeds, counts, policies)
def test_amounts(seed, count, policy):
    """Nothing is negative, but for a form of benefit that pays less than the difference."""
    people = people_from_tables(*people_tables(seed, count, policy))
    results = simulate(people, policy, EVERYTHING)
    for name in EVERYTHING:
        values = results.numbers(name)
        assert not (np.signbit(values) & (values == 0)).any(), f"{name}: minus zero"
        if name != "over_gap_m_hh":
            assert (values >= 0).all(), name


@moderate
@given(seeds, counts, policies)
def test_benefits_and_layers(seed, count, policy):
    people = people_from_tables(*people_tables(seed, count, policy))
    results = simulate(people, policy, EVERYTHING)
    layer, income = results.numbers("layer_hh"), results["counted_income_m_hh"]
    dibao, edge, tekun = (results[f"is_{name}_hh"] for name in ("dibao", "edge", "tekun"))
    members, grace = results["n_members_hh"], results["is_grace_hh"]
    benefit, recipients = results["benefit_m_hh"], results["n_recipients_hh"]
    assert (recipients[benefit > 0] > 0).all()
    assert (may_get_nothing(results, policy) | (benefit > 0))[recipients > 0].all()
    assert (grace | (benefit == 0))[layer >= LAYER.rigid].all()
    assert (recipients == members)[dibao | tekun | grace].all()
    tested = dibao | tekun | edge | grace | results["is_rigid_hh"]
    assert results["is_property_passed_hh"][tested].all()
    assert (members > 0)[layer != LAYER.none].all()
    assert (income < results["guaranteed_m_hh"])[dibao].all()
    assert (results["tekun_income_m_hh"] < results["guaranteed_m_hh"])[tekun].all()
    limit = results["guaranteed_m_hh"] * policy["edge.ratio"]
    assert (income <= limit + HALF_FEN)[edge].all()
    assert (income > results["guaranteed_m_hh"] - HALF_FEN)[edge | grace].all()


def may_get_nothing(results, policy):
    """Recipients whose benefit may be nothing all the same."""
    nothing = results["is_suspended_hh"] | (results["entitled_m_hh"] < 0.005)
    nothing |= results["is_grace_hh"]  # by reading, or because there was nothing before
    single = results["n_single_cases_hh"] > 0
    if policy["reading.single_person_base"] != "full_standard":
        nothing |= single
    if policy["reading.supplement_target"] == "average_target":
        nothing |= results["is_dibao_hh"]
    elif policy["dibao.benefit_form"] == "tiers":
        nothing |= results["is_dibao_hh"] & (results["tier_benefit_m_hh"] == 0)
    return nothing | results["is_tekun_hh"] & (policy["tekun.basic_ratio"] == 0)
