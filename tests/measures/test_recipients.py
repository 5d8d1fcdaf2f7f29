"""Who stands behind a change of cost, an overlap of ledgers, or a form of payment."""

from functools import cache
from types import MappingProxyType

import numpy as np
import pytest

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures.recipients import (
    against_gap,
    overlap,
    split_by_recipient,
    unmatched_poor,
)
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize
from jiuzhu_sim.rules import RULES
from tests.full_law import full_law, people, people_tables
from tests.measures.small import FOUR, changed, results, with_columns

EVERYTHING = tuple(rule.name for rule in RULES)


@cache
def base():
    return simulate(people(21, 800), full_law(), EVERYTHING)


def column(table, statistic):
    return [table.get(statistic, *row) for row in table.rows]


def test_split_of_four_households():
    """One stays and gains, one leaves, one enters, one is never there."""
    before = results(**FOUR | {"recipients": [0, 2, 3, 0], "benefit": [0.0, 600.0, 300.0, 0.0]})
    columns = {name: FOUR[name] for name in ("area", "income_pc", "size")}
    after = with_columns(
        before.people, benefit=[100.0, 650.0, 0.0, 0.0], recipients=[1, 2, 0, 0], **columns
    )
    table = split_by_recipient(before, after, weight="weight")
    assert [row[0] for row in table.rows] == ["existing", "new", "leaving", "total"]
    assert column(table, "change_y") == [12_000, 12_000, -108_000, -84_000]
    assert column(table, "households") == [20, 10, 30, 60]
    assert column(table, "persons") == [40, 10, 90, 140]
    assert column(table, "cost_y.base") == [144_000, 0, 108_000, 252_000]
    assert column(table, "cost_y.new") == [156_000, 12_000, 0, 168_000]
    assert table.n.tolist() == [1, 1, 1, 3]


def test_split_adds_up_to_the_change_of_cost():
    higher = full_law().change({"dibao.standard.urban": "+20%", "dibao.standard.rural": "+20%"})
    new = simulate(base().people, higher, EVERYTHING, reuse=base())
    table = split_by_recipient(base(), new, weight="weight")
    weight = new["weight"]
    change = (weight * (new["benefit_m_hh"] - base()["benefit_m_hh"])).sum() * 12
    assert table.get("change_y", "total") == pytest.approx(change)
    parts = sum(table.get("change_y", name) for name in ("existing", "new", "leaving"))
    assert parts == pytest.approx(change)
    assert table.get("change_y", "new") > 0
    assert table.get("cost_y.base", "new") == 0
    touched = (base()["n_recipients_hh"] > 0) | (new["n_recipients_hh"] > 0)
    assert table.get("households", "total") == pytest.approx(weight[touched].sum())


def test_split_wants_the_same_people():
    other = simulate(people(22, 50), full_law(), EVERYTHING)
    with pytest.raises(JZError, match="JZ-E030"):
        split_by_recipient(base(), other, weight="weight")


def test_split_without_a_change():
    before = results(**FOUR)
    table = split_by_recipient(before, changed(before, FOUR["benefit"]), weight="weight")
    assert column(table, "change_y") == [0, 0, 0, 0]
    assert column(table, "households") == [50, 0, 0, 50]


@pytest.mark.parametrize("form", ["gap", "tiers", "classes"])
def test_against_the_gap(form):
    policy = full_law().change({"dibao.benefit_form": form, "dibao.benefit_minimum": 0})
    found = simulate(base().people, policy, EVERYTHING, reuse=base())
    table = against_gap(found, weight="weight")
    weight, over = found["weight"], found["over_gap_m_hh"]
    dibao = found["layer_hh"] == "dibao"
    groups = {"above": over > 0.001, "exact": abs(over) < 0.001, "below": over < -0.001}
    for name, group in groups.items():
        heads = (weight * found["n_members_hh"])[group & dibao].sum()
        assert table.get("households", name) == pytest.approx(weight[group & dibao].sum())
        assert table.get("persons", name) == pytest.approx(heads)
        assert table.get("over_y", name) == pytest.approx((weight * over)[group].sum() * 12)
    assert table.n.tolist() == [
        *((group & dibao).sum() for group in groups.values()),
        dibao.sum(),
    ]
    if form == "gap":
        assert table.get("households", "exact") == table.get("households", "total")
        assert table.get("over_y", "total") == 0


def test_overlap_of_layers_and_poverty_register():
    table = overlap(base(), weight="weight")
    weight, layer = base()["weight"], base()["layer_hh"]
    poor = base()["is_registered_poor"]
    for row in table.rows[:-1]:
        group = (layer == row[0]) & (poor == (row[1] == "registered"))
        assert group.any(), row
        assert table.get("households", *row) == pytest.approx(weight[group].sum())
        heads = (weight * base()["n_members_hh"])[group].sum()
        assert table.get("persons", *row) == pytest.approx(heads)
        assert table.n[table.rows.index(row)] == group.sum()
    assert table.get("households", "total", "total") == pytest.approx(weight.sum())
    assert table.n[:-1].sum() == table.n[-1] == 800
    assert len(set(table.rows)) == len(table.rows)
    assert len(table.rows) == 1 + len(set(zip(layer.tolist(), poor.tolist(), strict=True)))


def test_overlap_needs_the_poverty_register():
    persons, homes = people_tables(1, 20, full_law())
    del homes["is_registered_poor"]
    found = simulate(people_from_tables(persons, homes), full_law())
    with pytest.raises(JZError, match="JZ-E011"):
        overlap(found, weight="weight")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_have_titles_in_both_languages(language):
    set_language(language)
    for table in (
        split_by_recipient(base(), base(), weight="weight"),
        against_gap(base(), weight="weight"),
        overlap(base(), weight="weight"),
    ):
        shown = table._repr_html_()
        assert table.caption
        for raw in ("stat.", "note.", "not_registered", "single_person"):
            assert raw not in shown, raw
        assert np.isfinite(table.values).all()


def test_registered_poor_who_qualify_and_are_not_covered_are_listed():
    people = synthesize("all-programmes", households=2000, seed=4)
    results = simulate(people, load_policy("s1-county-2020"))
    found = unmatched_poor(results)
    listed = set(found["household_id"].tolist())
    for place, household in enumerate(people.ids.tolist()):
        is_poor = people["is_registered_poor"][place] and not people["was_dibao"][place]
        qualifies = results["layer_hh"][place] in ("tekun", "dibao")
        assert (household in listed) == bool(is_poor and qualifies)
    assert listed


def test_a_single_person_who_leaves_is_leaving():
    one = FOUR | {"size": [1] * 4, "recipients": [1, 1, 0, 0], "benefit": [50.0, 60.0, 0, 0]}
    before = results(**one)
    numbers = {"n_recipients_hh": np.array([1, 0, 1, 0]), "benefit_m_hh": [50.0, 0, 70.0, 0]}
    columns = {**before.computed, **{name: np.asarray(n) for name, n in numbers.items()}}
    after = Results(before.people, before.plan, MappingProxyType(columns))
    table = split_by_recipient(before, after, weight="weight")
    assert column(table, "households") == [10, 30, 20, 60]
    assert column(table, "change_y") == [0, 70 * 12 * 30, -60 * 12 * 20, 12 * (70 * 30 - 60 * 20)]
