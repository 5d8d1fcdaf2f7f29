"""One family against its earnings: points by hand, cliffs against a sweep of every single fen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.outlook.earnings.cliffs import cliffs, cliffs_table
from jiuzhu_sim.outlook.earnings.net_income import NEEDED, main_earner, net_income, with_earnings
from jiuzhu_sim.outlook.earnings.schedule import earnings_schedule, pair_table, schedules
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.family import Family, people_of_families, people_of_family
from jiuzhu_sim.receipt import explain

POLICY = load_policy("example-county")
COUPLE = Family(n_members=3, n_minor=1, wage=1200)
DISABLED = Family(n_members=2, n_severe_disabled=1, wage=800)


def schedule_of(family, policy=POLICY, **options):
    return earnings_schedule(people_of_family(family), policy, **options)


# --- points ----------------------------------------------------------------------------------
def test_points_of_a_rural_couple_with_a_child_by_hand():
    # EC.1, EC.7: benefit 560 × 3 + 112 - counted; counted 0, 700, 1,500 (2,000 less the cap of
    # 500), 2,500 (at or above 1,680: nothing).  Rate over 1,000: of the first 700 / 1,000.
    made = schedule_of(COUPLE, low=0, high=3000, step=1000)
    assert made.earnings.tolist() == [0, 1000, 2000, 3000]
    assert made.benefit.tolist() == pytest.approx([1792, 1092, 292, 0], abs=0.001)
    assert made.net_income.tolist() == pytest.approx([1792, 2092, 2292, 3000], abs=0.001)
    assert made.counted_income.tolist() == pytest.approx([0, 700, 1500, 2500], abs=0.001)
    assert made.layer.tolist() == ["dibao", "dibao", "dibao", "edge"]
    assert made.emtr.tolist() == pytest.approx([0.7, 0.8, 0.292, 0], abs=1e-9)


def test_the_family_as_it_is_stands_beside_the_points():
    made = schedule_of(COUPLE, step=50)
    assert made.now.earnings == 1200
    assert made.now.benefit == pytest.approx(952, abs=0.001)
    assert made.now.emtr == pytest.approx(0.7)
    (again,) = zip(made.at([1200]).net_income, strict=True)
    assert again == (made.now.net_income,)


def test_the_axis_reaches_beyond_the_last_change():
    made = schedule_of(COUPLE)
    (cliff,) = cliffs(made)
    assert made.low == 0
    assert made.high > cliff.until
    assert made.benefit[-1] == 0


def test_net_income_counts_cash_the_law_leaves_out():
    family = Family(
        n_members=1, n_elder=1, wage=100, farm_income_y=1200, pension_basic_m=90, other_income=10
    )
    now = schedule_of(family).now
    # Counted: 70 + 100 + 10; basic pension is exempt (EC.1). Benefit 560 - 180 + 112.
    assert now.counted_income == pytest.approx(180)
    assert now.benefit == pytest.approx(492)
    assert now.net_income == pytest.approx(100 + 100 + 90 + 10 + 492)


def test_add_ons_are_an_option_where_the_law_has_them():
    policy = load_policy("s1-county-2020").change({"price.cpi_rise": 0.05, "price.scpi_rise": 0.1})
    family = Family(n_members=1, wage=0, area="urban")
    plain, more = (schedule_of(family, policy, with_addons=each) for each in (False, True))
    assert more.now.net_income > plain.now.net_income
    assert plain.now.benefit == more.now.benefit


def test_the_main_earner_is_the_able_adult_with_the_highest_wage():
    families = [Family(wage=500, wage_second=700), Family(n_members=1, n_elder=1, wage=0)]
    results = simulate(people_of_families(families), POLICY, NEEDED)
    earner, is_able = main_earner(results)
    assert earner.tolist() == [1, 3]
    assert is_able.tolist() == [True, False]


@pytest.mark.parametrize(
    "options",
    [{"step": 0}, {"step": np.nan}, {"low": -1}, {"low": 9, "high": 8}, {"member": 3}],
)
def test_a_range_that_is_none_is_refused(options):
    with pytest.raises(JZError, match="JZ-E032"):
        schedule_of(COUPLE, **options)


def test_two_households_are_refused():
    with pytest.raises(JZError, match="JZ-E032"):
        earnings_schedule(people_of_families([COUPLE, COUPLE]), POLICY)


def test_two_policies_share_their_points():
    new = POLICY.change({"dibao.standard.rural": 670}, name="提标")
    base, reform = schedules(people_of_family(COUPLE), [POLICY, new])
    assert np.array_equal(base.earnings, reform.earnings)
    table = pair_table(base, reform)
    # 670 × 3 - 840 + 20 % of 670.
    assert table.get("benefit_m.new", "1200") == pytest.approx(1304, abs=0.001)
    assert table.get("benefit_m.base", "1200") == pytest.approx(952, abs=0.001)
    with pytest.raises(JZError, match="JZ-E032"):
        pair_table(base, schedule_of(COUPLE, high=100))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_render_in_both_languages(language):
    set_language(language)
    made = schedule_of(DISABLED)
    for table in (made.table, cliffs_table(made), pair_table(made, made)):
        assert "JZ-" not in str(table)
        assert table.caption in table._repr_html_() or "&" in table.caption
    assert made.table.get("benefit_m", "800", "dibao") == made.now.benefit


def test_a_family_without_a_cliff_has_an_empty_table():
    made = schedule_of(Family(n_members=1, wage=0), load_policy("national"))
    assert cliffs(made) == ()
    assert cliffs_table(made).rows == ()
    assert str(cliffs_table(made))


# --- cliffs ----------------------------------------------------------------------------------
def test_the_cliff_of_the_couple_by_hand():
    # Counted income reaches 1,680 at a wage of 2,180 (cost capped at 500). A fen below: the least
    # benefit of 30 × 3 and 112; at it nothing. The loss is made up at 2,381.99, or 2,382.
    (cliff,) = cliffs(schedule_of(COUPLE))
    assert cliff.kind == "fall"
    assert (cliff.below.earnings, cliff.at.earnings) == (2179.99, 2180.0)
    assert cliff.below.benefit == pytest.approx(202)
    assert cliff.at.benefit == 0
    assert cliff.loss == pytest.approx(201.99)
    assert cliff.band == (2180.0, 2382.0)
    assert (cliff.below.layer, cliff.at.layer) == ("dibao", "edge")
    assert cliff.clauses == ("EC.4",)
    assert cliff.line.limit_name == "dibao_standard_m_hh"


def test_entering_single_person_cover_is_a_rise_and_leaving_it_a_fall():
    # Two heads: counted 1,120 at 1,600, where the disabled member alone gets 728 instead of the
    # couple's 60 and 168; counted 1,680 at 2,180, the edge limit of 840 a head.
    rise, fall = cliffs(schedule_of(DISABLED))
    assert (rise.kind, rise.at.earnings, rise.band) == ("rise", 1600.0, None)
    assert rise.at.benefit - rise.below.benefit == pytest.approx(728 - 228)
    assert (fall.kind, fall.at.earnings, fall.rule) == ("fall", 2180.0, "is_edge_hh")
    assert fall.loss == pytest.approx(728 - 0.01)
    assert fall.line.limit == 840


@pytest.mark.parametrize("family", [COUPLE, DISABLED, Family(n_members=1, area="urban", wage=0)])
def test_the_drop_is_where_the_receipt_says(family):
    people = people_of_family(family)
    receipt = explain(simulate(people, POLICY), "1")
    for cliff in cliffs(earnings_schedule(people, POLICY)):
        assert cliff.sentence in receipt.thresholds
        place = receipt.thresholds.index(cliff.sentence)
        below, at = (
            explain(simulate(with_earnings(people, 0, np.array([each])), POLICY), 0)
            for each in (cliff.below.earnings, cliff.at.earnings)
        )
        assert "（不满足）" not in below.thresholds[place]
        assert "（不满足）" in at.thresholds[place]


def test_a_cliff_of_another_kind_names_the_test_that_turns():
    # Tiers: 80 %, 50 %, 30 % of the guarantee below a third and two thirds of it.
    tiers = POLICY.change(
        {
            "dibao.benefit_form": "tiers",
            "tiers.first_below": 0.3,
            "tiers.second_below": 0.6,
            "tiers.first_share": 0.8,
            "tiers.second_share": 0.5,
            "tiers.third_share": 0.2,
        }
    )
    found = cliffs(schedule_of(Family(n_members=1, wage=0), tiers))
    # 560 × 0.3 = 168 counted: 240; 560 × 0.6 = 336: 480; 560: 800.
    assert [cliff.at.earnings for cliff in found] == [240.0, 480.0, 800.0]
    assert [cliff.rule for cliff in found] == ["tier_hh", "tier_hh", "is_income_below_hh"]
    assert found[0].title == "档次：一档 → 二档"
    assert found[0].line is None
    assert found[0].sentence == ""
    assert found[0].loss == pytest.approx(560 * 0.3 - 0.01)


def test_a_cliff_hidden_inside_a_step_is_found():
    # The couple's cliff lies between 2,000 and 2,500, and net income is higher at 2,500.
    made = schedule_of(COUPLE, low=0, high=2500, step=500)
    assert (made.emtr <= 1).all()
    assert [cliff.at.earnings for cliff in cliffs(made)] == [2180.0]


def jumps(people, policy, high):
    """Every fen at which net income moves by more than the rounding of a benefit, by brute force.

    A benefit is rounded to whole yuan, so a step of one yuan is no threshold.
    """
    fen = np.arange(high * 100 + 1) / 100
    results = simulate(with_earnings(people, 0, fen), policy, NEEDED)
    moves = np.diff(net_income(results))
    return fen[1:][np.abs(moves) > 1.01].tolist()


kinds = st.fixed_dictionaries(
    {
        "n_members": st.integers(1, 3),
        "n_minor": st.integers(0, 1),
        "n_severe_disabled": st.integers(0, 1),
        "area": st.sampled_from(["urban", "rural"]),
        "wage": st.floats(0, 3000).map(lambda value: round(value, 2)),
        "other_income": st.floats(0, 700).map(lambda value: round(value, 2)),
        "medical_expense_y": st.integers(0, 9000),
    }
)


@settings(max_examples=8, deadline=None)
@given(kinds, st.sampled_from(["example-county", "national-illustrated"]))
def test_cliffs_are_those_of_a_sweep_of_every_fen(values, place):
    family = Family(**{**values, "n_minor": min(values["n_minor"], values["n_members"] - 1)})
    people, policy = people_of_family(family), load_policy(place)
    high = 2500
    made = earnings_schedule(people, policy, member=0, high=high)
    found = [cliff.at.earnings for cliff in cliffs(made) if cliff.at.earnings <= high]
    assert found == jumps(people, policy, high)


def test_cliffs_are_those_of_single_simulations_yuan_by_yuan():
    families = [Family(n_members=2, n_severe_disabled=1, wage=w) for w in range(1500, 2301)]
    results = simulate(people_of_families(families), POLICY, NEEDED)
    net, benefit = net_income(results), results["benefit_m_hh"]
    falls = (np.flatnonzero(np.diff(net) < 0) + 1501).tolist()
    rises = (np.flatnonzero(np.diff(benefit) > 0) + 1501).tolist()
    made = cliffs(schedule_of(DISABLED, low=1500, high=2300))
    assert [c.at.earnings for c in made if c.kind == "fall"] == falls == [2180]
    assert [c.at.earnings for c in made if c.kind == "rise"] == rises == [1600]


def test_any_household_of_a_population_has_a_schedule():
    people = synthesize("all-programmes", households=60, seed=3)
    policy = load_policy("national-illustrated")
    for place in range(0, people.households, 12):
        made = earnings_schedule(people.only(place), policy)
        whole = simulate(people, policy)["benefit_m_hh"][place]
        assert made.now.benefit == pytest.approx(whole)
        cliffs(made)
