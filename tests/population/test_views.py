"""Another view in place of the plain columns, and columns put in place of others."""

import numpy as np
import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import people_from_tables, seen, synthesize


@pytest.fixture(scope="module")
def people():
    return synthesize("all-programmes", households=800, seed=3)


@pytest.mark.parametrize("view", ["true", "registry"])
def test_the_plain_columns_hold_the_view_and_all_else_stays(people, view):
    other = seen(people, view)
    shown = {c.view_of: n for n, c in columns().items() if c.view == view and n in people}
    assert len(shown) == 8  # the others are of those on a roll
    for name in people.laid_out:
        np.testing.assert_array_equal(other.numbers(name), people.numbers(shown.get(name, name)))
    assert other.about == {**people.about, "view": view}
    assert seen(other, view) is other


def test_as_reported_they_are_themselves(people):
    assert seen(people, "reported") is people


def test_true_and_registry_can_follow_each_other(people):
    again = seen(seen(people, "true"), "registry")
    assert again.digest() == seen(people, "registry").digest()


def test_refusals(people):
    with pytest.raises(JZError) as caught:
        seen(people, "registery")
    assert caught.value.codes == ("JZ-E060",)
    assert "registry" in str(caught.value)
    with pytest.raises(JZError) as caught:
        seen(seen(people, "true"), "reported")
    assert caught.value.codes == ("JZ-E032",)
    plain = people_from_tables({"household_id": [0]}, {"area": ["rural"], "savings_true": [5]})
    with pytest.raises(JZError) as caught:
        seen(plain, "true")
    assert set(caught.value.codes) == {"JZ-E011"}
    assert len(caught.value.codes) == 7
    assert "savings_true" not in {problem.values["name"] for problem in caught.value.problems}


# --- columns put in place ------------------------------------------------------------------
def test_columns_go_in_by_the_order_of_the_tables(people):
    age = np.arange(people.persons) % 90
    changed = people.with_columns({"age": age, "has_applied": np.ones(people.households)}, note=1)
    np.testing.assert_array_equal(changed["age"], age)
    assert changed.numbers("age").dtype == columns()["age"].storage
    assert changed["has_applied"].all()
    assert not people["has_applied"].all()
    assert changed.about["note"] == 1
    assert "note" not in people.about
    np.testing.assert_array_equal(changed["wage_m"], people["wage_m"])


def test_new_columns_may_be_added():
    small = people_from_tables({"household_id": [0, 0, 1]}, {"area": ["rural", "urban"]})
    assert small.with_columns({"age": [3, 4, 5]})["age"].tolist() == [3, 4, 5]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"age": [1, 2]}, "JZ-E033"), ({"savings": 3.0}, "JZ-E033"), ({"agee": [1]}, "JZ-E010")],
)
def test_columns_that_do_not_fit_are_refused(people, values, code):
    with pytest.raises(JZError) as caught:
        people.with_columns(values)
    assert caught.value.codes == (code,)
