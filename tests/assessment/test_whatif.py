import numpy as np
import pytest

from jiuzhu_sim.assessment import people_of, what_if
from jiuzhu_sim.policy import load_policy

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
