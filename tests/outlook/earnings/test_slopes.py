"""The population on its slopes: bands, who stands at a cliff, what flattening costs, by hand."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.outlook.earnings.cliffs import cliffs
from jiuzhu_sim.outlook.earnings.flatten import flatten, flatten_options
from jiuzhu_sim.outlook.earnings.schedule import earnings_schedule
from jiuzhu_sim.outlook.earnings.slopes import BANDS, slopes
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.family import Family, people_of_families

POLICY = load_policy("example-county")
STEP = 50.0


@pytest.fixture(scope="module")
def people():
    return synthesize("example-county", households=3000, seed=5)


@pytest.fixture(scope="module")
def found(people):
    return slopes(people, POLICY, step=STEP)


# --- rates -----------------------------------------------------------------------------------
def test_the_rate_of_a_household_is_that_of_its_schedule(people, found):
    asked = np.flatnonzero(found.asked)
    moved = asked[found.emtr[asked] != 0]
    some = [*moved[:25], *np.flatnonzero(found.steep), *asked[:5]]
    rates = [earnings_schedule(people.only(place), POLICY, step=STEP).now.emtr for place in some]
    assert rates == pytest.approx(found.emtr[some].tolist(), abs=1e-9)


def test_only_households_with_an_able_adult_are_asked(people, found):
    owner = np.repeat(np.arange(people.households), people.sizes)
    able = people["labour_capable"] & ~people["is_student"] & (people["age"] >= 18)
    expected = np.bincount(owner, able, people.households) > 0
    assert np.array_equal(found.asked, expected)
    assert np.array_equal(np.isnan(found.emtr), ~expected)


def test_bands_hold_each_household_once(people, found):
    table = found.tables["slopes"]
    weight = people["weight"][found.asked]
    assert table.get("households", "total") == pytest.approx(weight.sum())
    assert table.get("share", "total") == pytest.approx(1)
    rate = found.emtr[found.asked]
    assert table.get("households", "above") == pytest.approx(weight[rate > 1].sum())
    assert table.get("households", "negative") == pytest.approx(weight[rate < 0].sum())
    between = weight[(rate > 0.6) & (rate <= 0.8)].sum()
    assert table.get("households", "to_80") == pytest.approx(between)
    assert [row[0] for row in table.rows] == [*BANDS, "total"]


def test_steep_households_by_area_and_layer_add_up(people, found):
    table = found.tables["steep"]
    assert table.get("steep", "total", "total") == people["weight"][found.steep].sum()
    assert table.get("steep", "total", "total") > 0
    parts = [table.get("steep", *row) for row in table.rows[:-1]]
    assert sum(parts) == table.get("steep", "total", "total")
    persons = (people["weight"] * people.sizes)[found.steep].sum()
    assert table.get("steep_persons", "total", "total") == persons


def test_three_households_by_hand():
    # 3 rural, counted = wage - 500 near the line at 2,180.  At 2,160: 50 more bring 2,210, benefit
    # 202 to 0 ((1,680 - 1,660) is below the least of 90; child 112): rate 202 / 50.  At 2,200: past
    # the line by 20, nothing more to lose.  At 1,000: 70 %.
    families = [Family(n_members=3, n_minor=1, wage=wage) for wage in (2160, 2200, 1000)]
    made = slopes(people_of_families(families), POLICY, step=STEP)
    assert made.emtr.tolist() == pytest.approx([202 / 50, 0, 0.7], abs=1e-9)
    assert made.steep.tolist() == [True, False, False]
    near = made.tables["near_cliff"]
    assert near.get("households", "below") == 1
    assert near.get("households", "above") == 1
    # From 2,179 to 2,180: 202 lost, 1 earned.
    assert near.get("mean_loss_m", "below") == pytest.approx(201)
    assert near.get("persons", "above") == 3
    assert not near.has_intervals


def test_those_next_to_a_cliff_are_those_whose_schedule_has_one(people, found):
    below = above = 0.0
    wage = people["wage_m"][found.earner]
    for place in np.flatnonzero(found.asked)[:400]:
        own = float(wage[place])
        made = earnings_schedule(
            people.only(int(place)), POLICY, low=max(own - STEP, 0), high=own + STEP, step=STEP
        )
        falls = [c.at.earnings for c in cliffs(made) if c.kind == "fall"]
        below += any(own < each <= own + STEP for each in falls)
        above += any(own - STEP < each <= own for each in falls)
    first = np.zeros(people.households, bool)
    first[np.flatnonzero(found.asked)[:400]] = True
    weighted = people.with_columns({"weight": first.astype(float)})
    near = slopes(weighted, POLICY, step=STEP).tables["near_cliff"]
    assert near.get("households", "below") == below
    assert near.get("households", "above") == above
    assert below + above > 0


def test_a_step_that_is_none_is_refused(people):
    with pytest.raises(JZError, match="JZ-E032"):
        slopes(people, POLICY, step=0)


def test_order_and_tiles_do_not_matter(people, found):
    again = slopes(people.with_chunk(500), POLICY, step=STEP)
    assert np.array_equal(again.emtr, found.emtr, equal_nan=True)
    for name, table in found.tables.items():
        assert np.array_equal(again.tables[name].values, table.values, equal_nan=True)


# --- flattening ------------------------------------------------------------------------------
def test_options_and_their_costs_by_hand():
    # One family at 2,170: benefit 202, after a step nothing: steep.
    # Six months of the old amount: 202 × 6.  Twelve, falling by a twelfth each month:
    # 202 × (12 + 11 + … + 1) / 12 = 1,313.  Deduction of half the wage, at most 1,000: counted
    # 1,170 now: 1,680 - 1,170 + 112 = 622, which is 420 a month more; after the step counted
    # 1,220: 572 a month instead of nothing.
    people = people_of_families([Family(n_members=3, n_minor=1, wage=2170)])
    table = flatten(people, POLICY, step=STEP)
    assert table.get("steep", "base") == 1
    assert [table.get("steep", key) for key in "123"] == [0, 0, 0]
    assert [table.get("flattened", key) for key in "123"] == [1, 1, 1]
    now = [table.get("cost_now_y", key) for key in "123"]
    assert now == pytest.approx([0, 0, 420 * 12], abs=0.01)
    step = [table.get("cost_step_y", key) for key in "123"]
    assert step == pytest.approx([202 * 6, 1313, 572 * 12], abs=0.01)
    assert table.get("cost_per_flattened_y", "1") == pytest.approx(1212)
    assert table.get("cost_step_y", "base") == 0
    assert np.isnan(table.get("cost_per_flattened_y", "base"))


def test_gradual_exit_in_force_is_part_of_the_present_rate():
    # The national rules have six months: who falls out of dibao keeps the amount, at first.
    people = people_of_families([Family(n_members=3, n_minor=1, wage=2480)])
    policy = load_policy("national-illustrated")
    assert slopes(people, policy, step=STEP).steep.tolist() == [True]
    assert flatten(people, policy, step=STEP).get("steep", "base") == 0


def test_without_options_nothing_but_the_policy_is_told(people):
    table = flatten(people, POLICY, [])
    assert table.rows == (("base",),)
    assert table.get("cost_now_y", "base") == 0


def test_the_steep_are_those_of_the_slopes_where_there_is_no_gradual_exit(people, found):
    table = flatten(people, POLICY, step=STEP)
    assert table.get("steep", "base") == found.tables["steep"].get("steep", "total", "total")


def test_options_are_named_in_both_languages_and_skip_what_changes_nothing():
    names = [option.title for option in flatten_options(POLICY)]
    assert len(names) == 3
    set_language("en")
    assert [option.title for option in flatten_options(POLICY)] != names
    six = POLICY.change({"reading.grace_months": 6, "reading.grace_benefit": "full"})
    assert len(flatten_options(six)) == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_render_in_both_languages(people, found, language):
    set_language(language)
    for table in (*found.tables.values(), flatten(people, POLICY, step=STEP)):
        assert table.title in str(table)
        assert table._repr_html_()
