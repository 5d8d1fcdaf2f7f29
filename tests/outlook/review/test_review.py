"""Review regimes side by side: the same lives, work, leakage, the frontier, data matching."""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.leakage import errors
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.run import simulate_months
from jiuzhu_sim.outlook.review.review import (
    BY_RULE,
    Comparison,
    compare_regimes,
    frontier,
    hours,
    hours_given,
    measured,
    months_given,
)
from jiuzhu_sim.outlook.review.review_regimes import matching_family
from jiuzhu_sim.outlook.review.review_tables import (
    mean_interval,
    ratio_interval,
    review_tables,
    trade_table,
    workload_table,
)
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize

POLICY = load_policy("example-county")


@cache
def people():
    return synthesize("example-county", households=1_200, seed=3)


def compare(**changed):
    given = {"names": ["national"], "intervals": (1, 6, 24), "matching": (6,), "seeds": (1, 2)}
    return compare_regimes(people(), POLICY, **{**given, "warm_up": 6, "months": 6, **changed})


@cache
def compared():
    return compare()


def mean(found: Comparison, measure: str, key: str) -> float:
    return float(found.yearly(measure)[found.index(key)].mean())


def test_more_frequent_reviews_cost_more_and_leak_less():
    keys = ["every_24", "every_6", "every_1"]
    days = [mean(compared(), "days", key) for key in keys]
    leaked = [mean(compared(), "money_leaked", key) for key in keys]
    assert days == sorted(days)
    assert leaked == sorted(leaked, reverse=True)
    assert leaked[0] > 0
    assert leaked[-1] == 0  # everybody is looked at every month
    assert mean(compared(), "reviews", "every_1") > 10 * mean(compared(), "reviews", "every_24")


def test_matching_finds_what_would_leak():
    assert mean(compared(), "matched", "present") == 0
    assert mean(compared(), "runs", "match_6") == 2  # one in six months: two a year
    assert mean(compared(), "matched", "match_6") > 0
    assert mean(compared(), "money_leaked", "match_6") < mean(compared(), "money_leaked", "present")
    sets = [each.matching for each in matching_family((3, 9))]
    assert sets == [(3,), (9,), (3, 9)]


def test_without_any_chance_nothing_leaks_under_any_regime():
    found = compare(assumed=assumptions().off())
    for measure in ("money_leaked", "money_withheld"):
        assert (found.yearly(measure) == 0).all()


def test_what_is_counted_is_the_run_itself():
    found = compared()
    run = simulate_months(people(), POLICY, months=12, start="2024-07", seed=1)
    last = measured(run, 6)
    assert last.names == found.months
    assert last.start == "2025-01"
    assert (last.opening_status == run.status[5]).all()
    weight = run.people.numbers("weight")
    leaked = (errors(last).money["leaked"] * weight).sum(axis=1)
    assert np.allclose(found.monthly("money_leaked")[0, 0], leaked)
    assert found.run.names == last.names
    assert (found.run.paid == last.paid).all()


def test_a_seed_gives_the_same_whatever_stands_beside_it():
    alone = compare_regimes(people(), POLICY, [], intervals=(6,), seeds=(2,), warm_up=6, months=6)
    beside = compared()
    assert (alone.values[1, 0] == beside.values[beside.index("every_6"), 1]).all()


def test_officer_days_by_hand():
    own = hours_given(review=2, visit=4, match=-1)
    found = compare(working=own, visit_share=0.5)
    reviews, other = (found.yearly(name) for name in ("reviews", "visits_other"))
    visits = 0.5 * reviews + other
    assert np.allclose(found.yearly("visits"), visits)
    spent = 2 * reviews + 4 * visits + hours()["hours.match"] * found.yearly("matched")
    spent = spent + hours()["hours.run"] * found.yearly("runs")
    assert np.allclose(found.yearly("days"), spent / 8)
    assert compared().visit_share == BY_RULE


def test_the_frontier_holds_what_nothing_beats():
    work, leaked = np.array([5.0, 1, 3, 4, 1]), np.array([0.0, 9, 4, 4, 8])
    assert frontier(work, leaked) == [4, 2, 0]
    found = compared()
    best = found.efficient()
    days, money = (found.yearly(name).mean(axis=1) for name in ("days", "money_leaked"))
    for k in range(len(found.regimes)):
        beaten = [b for b in best if days[b] <= days[k] and money[b] <= money[k]]
        assert beaten  # itself, or what beats it


def test_differences_and_prices_by_hand():
    table, found = trade_table(compared()), compared()
    days, leaked = found.yearly("days"), found.yearly("money_leaked")
    k = found.index("every_24")
    saved, more = (days[0] - days[k]).mean(), (leaked[k] - leaked[0]).mean()
    assert table.get("days_saved", "every_24") == round(saved)
    assert table.get("leaked_per_day", "every_24") == pytest.approx(more / saved)
    assert ("present",) not in table.rows
    low = table.low[table.rows.index(("every_24",)), 1]
    assert low < table.get("leaked_more", "every_24")


def test_intervals_are_those_of_a_mean():
    value, low, high = mean_interval(np.array([[1.0, 2.0, 3.0]]))
    assert value[0] == 2
    assert high[0] - 2 == pytest.approx(4.302652729911275 / 3**0.5)  # t of 2 degrees, sd 1
    assert 2 - low[0] == pytest.approx(high[0] - 2)
    ratio, low, high = ratio_interval(np.array([[1.0, 3.0]]), np.array([[-1.0, -2.0]]))
    assert np.isnan(ratio[0])
    assert np.isnan(mean_interval(np.ones((2, 1)))[1]).all()


def test_all_tables_are_there():
    tables = review_tables(compared(), min_n=5)
    assert {"flows", "leakage_category_hh", "review_matching", "review_month"} <= tables.keys()
    assert workload_table(compared()).names["every_6"]["zh"] == "一律每6个月复核"
    assert tables["review_month"].rows[0] == ("2025-01", "present")


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"names": ["s1_clases"]}, ("JZ-E060",)),
        ({"matching": (0, 13)}, ("JZ-E032", "JZ-E032")),
        ({"intervals": (0,), "names": ["x"]}, ("JZ-E060", "JZ-E032")),
        ({"months": 0, "warm_up": -1, "seeds": ()}, ("JZ-E032",) * 3),
        ({"visit_share": 1.5}, ("JZ-E032",)),
    ],
)
def test_wrong_questions_are_refused_all_at_once(given, codes):
    with pytest.raises(JZError) as refused:
        compare_regimes(people(), POLICY, **{"names": [], **given})
    assert refused.value.codes == codes


def test_what_a_user_gives_is_read_or_refused():
    assert months_given(["3", 9, ""]) == (3, 9)
    with pytest.raises(JZError):
        months_given(["三月"])
    with pytest.raises(JZError) as refused:
        hours_given(review=99)
    assert refused.value.codes == ("JZ-E004",)
    with pytest.raises(JZError):
        compared().index("every_7")
