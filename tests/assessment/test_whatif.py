import numpy as np
import pytest

from jiuzhu_sim.assessment import assess, people_of, what_if
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.random_tables import random_tables

POLICY = load_policy("example-county")


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
