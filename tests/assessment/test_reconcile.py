import numpy as np
import pytest

from jiuzhu_sim.assessment import assess, people_of, reconcile
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize


@pytest.fixture(scope="module")
def county():
    policy = load_policy("s42-county-2013")
    return policy, people_of("", policy, 6000, 1)


def test_targets_are_met_and_checks_are_near(county):
    policy, people = county
    table = reconcile(simulate(people, policy), weight="weight")
    for figure in ("R016", "R017", "R018", "R019", "R021", "R023"):
        row = (figure, "target")
        assert table.get("model", *row) == pytest.approx(table.get("reported", *row), rel=1e-9)
    # The checks follow from the targets: 12 x persons x mean supplement, against what was paid.
    assert table.get("model", "R020", "check") == pytest.approx(12 * 3212 * 240.20)
    assert table.get("difference_rate", "R020", "check") == pytest.approx(-0.0226, abs=5e-5)
    assert table.get("difference_rate", "R022", "check") == pytest.approx(0.0016, abs=5e-5)


def test_a_changed_law_does_not_move_the_calibration(county):
    policy, people = county
    again = people_of("", policy.change({"dibao.standard.rural": "+10%"}), 6000, 1)
    assert np.array_equal(again["weight"], people["weight"])


def test_weights_stay_within_their_bounds(county):
    low, high, mean = county[1].about["calibration"]["ratios"]
    assert 0.2 <= low <= mean <= high <= 5.0


def test_every_table_of_the_annual_report_is_there(county):
    policy, people = county
    tables = assess(people, policy).tables
    assert {
        "area",
        "category",
        "layer",
        "programmes",
        "township",
        "area_category",
        "full",
        "poverty",
        "budget",
        "reconcile",
        "identities",
        "calibration",
    } == set(tables)
    need = 12 * 7583 * 125.11
    assert tables["budget"].get("need_y", "rural") == pytest.approx(need)
    assert tables["budget"].get("gap_y", "rural") == pytest.approx(need - 10_280_000)


def test_a_folder_that_is_not_there_is_refused():
    with pytest.raises(JZError) as refused:
        people_of("no/such/folder", load_policy("example-county"), 100, 1)
    assert refused.value.codes == ("JZ-E020",)


def test_people_who_were_not_calibrated_are_only_checked():
    policy = load_policy("s42-county-2013")
    table = reconcile(simulate(synthesize(policy.place, 3000, 1), policy), weight="weight")
    assert {role for _, role in table.rows} == {"check"}
    assert table.get("difference", "R016", "check") != 0
