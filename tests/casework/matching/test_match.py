"""Matching: what sources show, what follows by the rules, lags, overlaps, duplicates."""

from dataclasses import replace

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.matching.listing import listed
from jiuzhu_sim.casework.matching.match import EFFECTS, KINDS, REASONS, match
from jiuzhu_sim.casework.matching.sources import (
    Losses,
    chosen,
    frequencies,
    loss_terms,
    measured,
    register_column,
    shown_by,
    sources,
    usual_losses,
)
from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law.load import clauses
from jiuzhu_sim.population.people import is_person, lay_out
from jiuzhu_sim.population.recipe import load_recipe
from tests.casework.matching.by_hand import people_by_hand

POLICY = jz.load_policy("example-county", at="2025-01-01")
FULL = jz.load_policy("national-illustrated")


@pytest.fixture(scope="module")
def people():
    return jz.synthesize("all-programmes", households=3000, seed=3)


@pytest.fixture(scope="module")
def matches(people):
    return match(people, FULL)


def by_hand():
    """Three rural families: a hidden pension, a hidden car, and a stale entry of a wage."""
    persons = {
        "household_id": [1, 2, 3],
        "age": [70, 68, 40],
        "pension_other_m": [0.0, 0, 0],
        "pension_other_true_m": [900.0, 0, 0],
        "pension_other_registry_m": [900.0, 0, 0],
        "wage_m": [0.0, 0, 100],
        "wage_true_m": [0.0, 0, 100],
        "wage_registry_m": [0.0, 0, 2500],
    }
    homes = {
        "household_id": [1, 2, 3],
        "area": ["rural"] * 3,
        "n_vehicles": [0, 0, 0],
        "n_vehicles_true": [0, 1, 0],
        "n_vehicles_registry": [0, 1, 0],
    }
    return people_by_hand(persons, homes)


def test_each_case_by_hand():
    found = match(by_hand(), POLICY, ["social_insurance", "vehicles"])
    kinds = [[KINDS[code] for code in row] for row in found.kind]
    # The wage of the third family stands in the tax register alone or in both.
    assert kinds[0][:2] == ["found", "none"]
    assert kinds[1] == ["none", "found", "none"]
    assert found.amount_m[0, 0] == 900
    assert found.amount_m[1].tolist() == [0, 0, 0]
    effects = [[EFFECTS[code] for code in row] for row in found.effect]
    reasons = [[REASONS[code] for code in row] for row in found.reason]
    assert effects[0][0] == "ends"
    assert reasons[0][0] == "income"
    assert effects[1][1] == "ends"
    assert reasons[1][1] == "vehicle"
    assert found.before_m[0] > 0
    assert found.benefit_m[0, 0] == 0


def test_a_stale_entry_is_false():
    every = match(by_hand(), POLICY)
    wage = [s.key for s in every.sources if "wage_m" in s.shows]
    codes = {KINDS[every.kind[[s.key for s in every.sources].index(key), 2]] for key in wage}
    assert "false" in codes
    assert "found" not in codes
    row = every.alone(None).loc["all"]
    assert (row["found"], row["false"], row["ends_false"]) == (2, 1, 1)


def test_hidden_income_opens_no_gradual_exit():
    policy = POLICY.change({"reading.grace_months": 6})
    people = by_hand().with_columns(
        {"was_dibao": np.ones(3, bool), "current_benefit_m": np.array([500.0, 500, 500])}
    )
    found = match(people, policy, ["social_insurance"])
    assert (found.before_m[0] > 0, found.after_m[0]) == (True, 0)
    # Unless it is told to: then it is treated as income that has risen.
    assert match(people, policy, ["social_insurance"], opens_grace=True).after_m[0] == 500


def test_deaths_and_compensation_by_hand():
    """One of two members has died; another family was paid for its land."""
    persons = {
        "household_id": [1, 1, 2],
        "age": [70, 68, 40],
        "not_counted_because": ["none"] * 3,
        "not_counted_because_true": ["none", "dead", "none"],
        "not_counted_because_registry": ["none", "dead", "none"],
    }
    homes = {
        "household_id": [1, 2],
        "area": ["rural"] * 2,
        "compensation": [0.0, 0.0],
        "compensation_true": [0.0, 500_000.0],
        "compensation_registry": [0.0, 500_000.0],
    }
    people = people_by_hand(persons, homes)
    deaths = match(people, POLICY, ["deaths"])
    assert [EFFECTS[code] for code in deaths.effect[0]] == ["reduces", "none"]
    assert REASONS[deaths.reason[0, 0]] == "members"
    dead = codes("not_counted_because").dead
    without = people.with_columns({"not_counted_because": np.array([0, dead, 0])})
    assert deaths.after_m[0] == jz.simulate(without, POLICY)["benefit_m_hh"][0]
    assert deaths.excess["deaths", "not_counted_because"].tolist() == [1, 0]
    paid = match(people, jz.load_policy("s0-street"), ["compensation"])
    assert [KINDS[code] for code in paid.kind[0]] == ["none", "found"]


def test_nobody_knows_without_the_truth():
    whole = by_hand()
    truthless = {n: v for n, v in whole.laid_out.items() if "_true" not in n}
    found = match(replace(whole, laid_out=truthless), POLICY, ["vehicles"])
    assert [KINDS[code] for code in found.kind[0]] == ["none", "unknown", "none"]


def test_all_sources_show_the_register_columns_whole(people, matches):
    """Whichever source holds an entry: together they hold each, and what is reported stays."""
    applied = people["has_applied"].astype(bool)
    plains = {p for source in matches.sources for p in shown_by(source, people)}
    for plain in plains:
        is_person = column(plain).level == "person"
        among = np.repeat(applied, people.sizes) if is_person else applied
        reported = people.numbers(plain)
        most = np.maximum(reported, people.numbers(register_column(plain)))
        expected = np.where(among, most, reported)
        assert (matches.established.numbers(plain) == expected).all(), plain


def test_a_source_shows_the_same_whoever_else_is_asked(people, matches):
    alone = match(people, FULL, ["tax"])
    place = [source.key for source in matches.sources].index("tax")
    assert (alone.kind[0] == matches.kind[place]).all()
    assert (alone.benefit_m[0] == matches.benefit_m[place]).all()


def test_what_is_missed_without_a_source(people, matches):
    """The margin of a source is the difference of two runs, with and without it."""
    keys = [source.key for source in matches.sources]
    without = match(people, FULL, [key for key in keys if key != "bank"])
    weight = people["weight"]
    expected = weight @ (without.after_m - matches.after_m)
    assert matches.alone().loc["bank", "margin_m"] == pytest.approx(expected)


def test_only_who_is_looked_up_is_matched(people):
    nobody = np.zeros(people.households, bool)
    found = match(people, FULL, among=nobody)
    assert not found.is_matched.any()
    assert (found.after_m == found.before_m).all()
    with pytest.raises(JZError, match="JZ-E033"):
        match(people, FULL, among=nobody[:5])


def test_results_do_not_depend_on_the_order_of_rows(people):
    turned = np.random.default_rng(0).permutation(people.households)
    first = np.cumsum(people.sizes) - people.sizes
    sizes = people.sizes
    rows = [first[h] + k for h in turned for k in range(sizes[h])]
    persons = {n: people.numbers(n)[rows] for n in people.laid_out if is_person(n)}
    homes = {n: people.numbers(n)[turned] for n in people.laid_out if not is_person(n)}
    mixed = lay_out(persons, homes, people.sizes[turned], people.names, people.about)
    losses = Losses(authorised=0.8, id_usable=0.9, mix_up=0.05)
    usual, other = match(people, FULL, losses=losses), match(mixed, FULL, losses=losses)
    assert (usual.kind[:, turned] == other.kind).all()
    assert (usual.after_m[turned] == other.after_m).all()


def test_results_do_not_depend_on_the_tiles(matches):
    people = jz.synthesize("all-programmes", households=3000, seed=3).with_chunk(500)
    again = match(people, FULL)
    assert (again.kind == matches.kind).all()
    assert (again.after_m == matches.after_m).all()


def test_losses_lose_and_mix_ups_add(people, matches):
    lost = match(people, FULL, losses=Losses(authorised=0.5))
    share = lost.is_matched.any(axis=0).sum() / matches.is_matched.any(axis=0).sum()
    assert 0.4 < share < 0.6
    assert not (lost.is_matched & ~matches.is_matched).any()
    unread = match(people, FULL, losses=Losses(id_usable=0.0))
    assert not unread.is_matched.any()
    mixed = match(people, FULL, ["vehicles"], losses=Losses(mix_up=0.2)).alone(None)
    usual = match(people, FULL, ["vehicles"]).alone(None)
    assert mixed.loc["vehicles", "false"] > 2 * usual.loc["vehicles", "false"]


def test_losses_outside_their_range_are_told_at_once():
    with pytest.raises(JZError) as caught:
        Losses(authorised=1.2, mix_up=-0.1)
    assert caught.value.codes == ("JZ-E004", "JZ-E004")
    assert usual_losses() == Losses()


def test_the_month_chooses_the_sources(people):
    assert {s.key for s in match(people, FULL, month=1).sources} == {"social_insurance"}
    june = {s.key for s in match(people, FULL, month=6).sources}
    assert june == {"social_insurance", "vehicles", "housing", "business"}
    with pytest.raises(JZError, match="JZ-E092"):
        match(people, FULL, month=0)


def test_measured_hits_are_those_of_the_recipe(people):
    """What the registers of synthetic people hold is what records.yaml says they hold."""
    many = jz.synthesize("all-programmes", households=40_000, seed=5)
    told = load_recipe("all-programmes")["records"]["property_registers"]
    found = measured(many)
    for name in ("n_vehicles", "n_homes", "has_business"):
        expected = told[name]["hit"] * (1 - told[name]["elsewhere"])
        n = found.loc[name, "hides"]
        spread = 4 * np.sqrt(expected * (1 - expected) / n)
        assert abs(found.loc[name, "hit"] - expected) < spread + 0.02, name


def test_people_without_registers_are_told_what_is_needed():
    people = jz.synthesize("example-county", households=20, seed=1)
    with pytest.raises(JZError, match="n_vehicles_registry") as caught:
        match(people, POLICY)
    assert caught.value.codes == ("JZ-E100",)
    with pytest.raises(JZError, match="JZ-E060"):
        match(people, POLICY, ["taxes"])
    with pytest.raises(JZError, match="JZ-E100"):
        measured(people)


def test_sources_without_a_column_are_refused_by_name_only(people):
    with pytest.raises(JZError, match="JZ-E100"):
        chosen(people, ["police"])
    assert "police" not in {source.key for source in chosen(people)}


def test_sources_cite_known_clauses_and_columns():
    cited = {clause for source in sources().values() for clause in source.clauses}
    cited |= {entry["clause"] for entry in frequencies().values()} - {""}
    cited |= {entry["clause"] for entry in loss_terms().values()}
    assert cited <= set(clauses())
    for source in sources().values():
        assert source.label["zh"]
        assert source.label["en"]
        assert all(column(plain).kind == "input" for plain in source.shows)
        assert all(0 < share <= 1 for share in source.shows.values())


def test_the_sources_of_the_documents_are_there():
    """S0.5.3, S4.2.7 and S4.3.15 name tax, social insurance, vehicles, housing fund, …"""
    named = {"tax", "social_insurance", "vehicles", "housing_fund", "housing", "police", "deaths"}
    assert named <= set(sources())


def test_the_list_holds_each_match_once_and_no_number(matches):
    table = listed(matches)
    assert len(table) == matches.is_matched.sum()
    assert not table.astype(str).apply(lambda c: c.str.contains(r"\d{11}")).to_numpy().any()


def test_together_counts_both(matches):
    both = matches.together(None)
    assert (both.to_numpy() == both.to_numpy().T).all()
    diagonal = np.diag(both.to_numpy())
    assert (diagonal == matches.is_matched.sum(axis=1)).all()
