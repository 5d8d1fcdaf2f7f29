"""The tables of a what-if: they agree with each other, with or without results at hand."""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.assessment import assess, people_of, what_if
from jiuzhu_sim.assessment.whatif import TABLES, needed
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures import by_programme, caseload
from jiuzhu_sim.measures.programmes import NEEDED
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests import full_law
from tests.random_tables import random_tables

POLICY = load_policy("example-county")
CHANGED = POLICY.change({"dibao.standard.rural": 670}, name="农村670")
FEN = 0.01
MOMENTS = ("base", "new", "change")


@pytest.fixture(scope="module")
def people():
    return people_of("", POLICY, 3000, 1)


def test_difference_is_new_less_old(people):
    compared = what_if(people, POLICY, POLICY.change({"dibao.standard.rural": 670}))
    table = compared.tables["change"]
    for row in table.rows:
        old, new = table.get("cost_y.base", *row), table.get("cost_y.new", *row)
        assert table.get("cost_y.change", *row) == pytest.approx(new - old)
    assert table.get("cost_y.change", "urban") == 0
    assert table.get("cost_y.change", "rural") > 0
    whole = compared.tables["winners_losers"].get("change_y", "total")
    assert whole == pytest.approx(table.get("cost_y.change", "total"))


def test_no_change_changes_nothing(people):
    compared = what_if(people, POLICY, POLICY)
    assert compared.nothing_changed
    assert compared.changes == ()
    assert compared.tables["winners_losers"].get("share", "none") == 1
    assert not np.nan_to_num(compared.tables["deciles"].values[:, 1]).any()


def test_a_complete_count_has_no_sampling_error(people):
    persons, homes = random_tables(1, 400, POLICY)
    own = people_from_tables(persons, {**homes, "weight": np.ones(400)})
    changed = POLICY.change({"dibao.standard.rural": 670})
    assert own.is_complete
    for tables in (assess(own, POLICY).tables, what_if(own, POLICY, changed).tables):
        assert not any(table.has_intervals for table in tables.values())
    assert assess(people, POLICY).tables["area"].has_intervals


def same(one, other):
    """Whether two tables are the same to the last bit, hidden cells included."""
    return (
        one.rows == other.rows
        and one.notes == other.notes
        and np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.n, other.n)
    )


@cache
def full():
    """Everything, under a law with every programme."""
    law, made = full_law.full_law(), full_law.people(9, 1_500)
    cut = {"temporary.urgent_ceiling": 100, "dibao.standard.rural": "+10%"}
    return what_if(made, law, law.change(cut), min_cell=0)


def test_all_tables_are_there(people):
    tables = what_if(people, POLICY, CHANGED, appropriation=1e7).tables
    assert list(tables) == [name for name in TABLES if name in tables]
    # Nobody loses here, so there is no table of losers, or there is.
    assert set(TABLES) - set(tables) <= {"losers"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_alone_is_the_one_among_all(people, name):
    whole = what_if(people, POLICY, CHANGED, appropriation=1e7).tables
    alone = what_if(people, POLICY, CHANGED, appropriation=1e7, tables=[name]).tables
    assert set(alone) == {name} & set(whole)
    if name in whole and name not in ("change", "township", "township_change", "split"):
        assert same(alone[name], whole[name])
    elif name in whole:  # the note on other aid needs the programmes
        assert np.array_equal(alone[name].values, whole[name].values, equal_nan=True)


def test_results_at_hand_change_nothing(people):
    plain = what_if(people, POLICY, CHANGED)
    base = simulate(people, POLICY)
    for given in ({"base": base}, {"base": plain.base}, {"base": plain.base, "new": plain.new}):
        made = what_if(people, POLICY, CHANGED, **given)
        assert all(same(made.tables[name], plain.tables[name]) for name in plain.tables)
    assert what_if(people, POLICY, CHANGED, base=plain.base).base is plain.base
    assert what_if(people, POLICY, CHANGED, base=base, tables=["change"]).base is base


def test_results_of_another_law_are_not_taken_as_they_are(people):
    plain = what_if(people, POLICY, CHANGED)
    swapped = what_if(people, POLICY, CHANGED, base=plain.new, new=plain.base)
    assert all(same(swapped.tables[name], plain.tables[name]) for name in plain.tables)


def test_results_of_other_people_are_refused(people):
    other = people_of("", POLICY, 200, 2)
    with pytest.raises(JZError) as caught:
        what_if(people, POLICY, CHANGED, base=simulate(other, POLICY))
    assert caught.value.codes == ("JZ-E030",)


def test_an_unknown_table_is_refused_with_the_nearest(people):
    with pytest.raises(JZError) as caught:
        what_if(people, POLICY, CHANGED, tables=["programes"])
    assert caught.value.codes == ("JZ-E032",)
    assert "programmes" in str(caught.value)


def test_only_programmes_need_more_columns():
    assert set(NEEDED) <= set(needed(None))
    assert not set(NEEDED) & (set(needed(set(TABLES) - {"programmes", "programme_area"})))


def test_programmes_are_those_of_each_policy():
    compared = full()
    table = compared.tables["programmes"]
    for moment, results in (("base", compared.base), ("new", compared.new)):
        one = by_programme(results, weight="weight")
        for (name,) in one.rows:
            for statistic in ("reached", "cost_y"):
                expected = pytest.approx(one.get(statistic, name), abs=FEN / 2)
                assert table.get(f"{statistic}.{moment}", name) == expected
    rows = [row[0] for row in table.rows]
    assert rows[-2:] == ["total", "charity"]
    for moment in MOMENTS:
        parts = [table.get(f"cost_y.{moment}", name) for name in rows[:-2]]
        assert sum(parts) == pytest.approx(table.get(f"cost_y.{moment}", "total"), abs=FEN / 2)
    assert table.get("cost_y.change", "temporary") < 0


def test_programmes_by_area_sum_to_the_programmes():
    whole, table = full().tables["programmes"], full().tables["programme_area"]
    for (name,) in whole.rows:
        for statistic in (entry.name for entry in whole.statistics):
            parts = [table.get(statistic, name, area) for area in ("urban", "rural")]
            assert sum(parts) == pytest.approx(whole.get(statistic, name), abs=FEN / 2)
            assert table.get(statistic, name, "total") == whole.get(statistic, name)


def test_townships_and_levels_sum_to_the_change():
    tables = full().tables
    change, town, shares = (tables[name] for name in ("change", "township_change", "shares"))
    for entry in change.statistics:
        parts = [town.get(entry.name, *row) for row in town.rows if row != ("total",)]
        assert sum(parts) == pytest.approx(change.get(entry.name, "total"), abs=FEN / 2)
    for area in ("urban", "rural", "total"):
        levels = [row for row in shares.rows if row[0] == area and row[1] != "total"]
        for moment in MOMENTS:
            paid = sum(shares.get(f"cost_y.{moment}", *row) for row in levels)
            assert paid == pytest.approx(change.get(f"cost_y.{moment}", area), abs=FEN / 2)


def test_recipients_are_those_of_the_caseload():
    compared = full()
    for name, by in (("change", "area"), ("township_change", "township")):
        table = compared.tables[name]
        for moment, results in (("base", compared.base), ("new", compared.new)):
            one = caseload(results, (by,), weight="weight")
            assert one.rows == table.rows
            for statistic in ("households", "persons", "cost_y"):
                expected = [one.get(statistic, *row) for row in one.rows]
                assert [table.get(f"{statistic}.{moment}", *row) for row in one.rows] == expected


def test_other_aid_is_pointed_to_where_there_is_any(people):
    assert "note.basic" in full().tables["change"].notes
    assert "note.basic" not in what_if(people, POLICY, CHANGED).tables["change"].notes


def test_aid_beside_basic_living_is_a_change_too():
    law, made = full_law.full_law(), full_law.people(9, 600)
    cut = law.change({"temporary.urgent_ceiling": 100})
    assert not what_if(made, law, cut).nothing_changed
    assert what_if(made, law, cut, tables=["change"]).nothing_changed  # it was not computed


def test_shares_that_move_cost_nothing(people):
    moved = POLICY.change({"funding.central_share": 0.5})
    compared = what_if(people, POLICY, moved)
    table = compared.tables["shares"]
    assert compared.nothing_changed
    assert table.get("cost_y.change", "total", "total") == 0
    assert table.get("cost_y.change", "total", "central") < 0
    assert table.get("cost_y.change", "total", "county") > 0


LEVELS = ("central", "province", "city", "county", "total")


@pytest.mark.parametrize("least", [5, 40, 120])
def test_what_is_hidden_in_one_table_is_not_told_by_another(people, least):
    """A township hidden in one table of recipients is hidden in the other; a small row is never
    the only one hidden of rows that sum to a shown one.
    """
    open_, tables = (what_if(people, POLICY, CHANGED, min_cell=cell).tables for cell in (0, least))
    gone, small = {}, {}
    for name in ("change", "township", "township_change", "programmes", "programme_area"):
        rows, values = tables[name].rows, tables[name].values[:, 0]
        gone[name] = {row for row, value in zip(rows, values, strict=True) if np.isnan(value)}
        counted = zip(rows, open_[name].n, strict=True)
        small[name] = {row for row, n in counted if 0 < n < least}
        assert small[name] <= gone[name]
    assert gone["township"] == gone["township_change"]
    assert any(gone.values()) == (least > 5)
    sums = [(name, set(tables[name].rows)) for name in ("township", "change", "programmes")]
    by_area = tables["programme_area"].rows
    for place in (0, 1):
        for key in {row[place] for row in by_area}:
            sums.append(("programme_area", {row for row in by_area if row[place] == key}))
    for name, rows in sums:
        hidden = gone[name] & rows
        assert len(hidden) != 1 or not hidden & small[name]
    for (area,) in gone["change"]:
        assert all(np.isnan(tables["shares"].get("cost_y.new", area, level)) for level in LEVELS)
    for (name,) in tables["programmes"].rows:
        assert ((name,) in gone["programmes"]) == ((name, "total") in gone["programme_area"])


def test_people_without_townships_have_no_tables_of_them():
    persons, homes = random_tables(1, 200, POLICY)
    made = people_from_tables(persons, {k: v for k, v in homes.items() if k != "township"})
    if "township" not in made:
        tables = what_if(made, POLICY, CHANGED).tables
        assert {"township", "township_change"}.isdisjoint(tables)
        assert "change" in tables
