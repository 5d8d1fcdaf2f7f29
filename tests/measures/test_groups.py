"""Households in groups: which groups there are, their order, and what is refused."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.groups import GROUPS, groups, household
from tests.measures.small import FOUR, results


def test_groups_that_occur_in_the_order_of_the_dictionary():
    found = groups(results(**FOUR), ["area", "township"])
    assert found.dims == ("area", "township")
    assert found.rows == (
        ("urban", "乙乡"),
        ("urban", "甲乡"),
        ("rural", "丙乡"),
        ("rural", "乙乡"),
    )
    assert [found.rows[k] for k in found.index] == [
        ("urban", "甲乡"), ("urban", "乙乡"), ("rural", "乙乡"), ("rural", "丙乡"),
    ]  # fmt: skip


def test_more_combinations_than_a_short_number_holds():
    """3,000 townships × 2 areas × categories × layers: beyond 32,767."""
    many = 3_000
    each = {name: values[:1] * many for name, values in FOUR.items()}
    townships = [f"{k:04d}乡" for k in range(many)]
    given = each | {"township": townships, "area": ["rural"] * many}
    found = groups(results(**given), GROUPS[::-1])
    assert found.n == many
    assert [row[2] for row in found.rows] == townships
    assert (found.index == np.arange(many)).all()


def test_no_grouping_is_all_households_together():
    found = groups(results(**FOUR), ())
    assert (found.dims, found.rows, found.index.tolist()) == ((), (), [0, 0, 0, 0])


def test_an_unknown_grouping_is_refused_by_name():
    with pytest.raises(JZError) as caught:
        groups(results(**FOUR), ["area", "village"])
    (problem,) = caught.value.problems
    assert problem.code == "JZ-E031"
    assert problem.values == {"name": "village", "known": ", ".join(GROUPS)}
    assert "village" in str(problem)


def test_a_column_the_people_lack_is_refused_by_name():
    made = results(**FOUR)
    computed = {name: column for name, column in made.computed.items() if name != "layer_hh"}
    with pytest.raises(JZError) as caught:
        groups(type(made)(made.people, made.plan, computed), ["layer_hh"])
    (problem,) = caught.value.problems
    assert problem.code == "JZ-E011"
    assert "layer_hh" in str(problem)


def test_a_column_of_persons_is_no_weight():
    made = results(**FOUR)
    assert household(made, "n_members_hh").tolist() == [1, 2, 3, 4]
    assert household(made, "n_members_hh").dtype == np.float64
    with pytest.raises(JZError) as caught:
        household(made, "age")
    assert caught.value.codes == ("JZ-E032",)
    assert caught.value.problems[0].values["value"] == "age"
