"""The roll from a log, by hand: entries, exits, stocks, and the identity between them."""

from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.measures.flows import STOCK
from jiuzhu_sim.measures.roll_flows import BY, UNKNOWN, roll_flows, roll_of

YES = {"kind": "decide", "outcome": "passed"}
NO = {"kind": "decide", "outcome": "failed"}


def case(household, kind, *events, programme="dibao", persons=2, area="rural", township="甲镇"):
    """A case of a household; events as (what, day)."""
    return {
        "household": household,
        "kind": kind,
        "programme": programme,
        "n_persons": persons,
        "area": area,
        "township": township,
        "events": [
            {**(what if isinstance(what, dict) else {"kind": what}), "at": at}
            for what, at in events
        ],
    }


def stocks(log, *row, by="area", **more):
    table = roll_flows(log, by, **more)
    return [table.get(f"roll_{name}", *row) for name in STOCK]


YEAR = [
    case(1, "review", ("pay", "2025-01-05"), ("review", "2025-03-03"), persons=3),
    case(2, "review", (NO, "2025-02-10"), ("stop", "2025-02-11"), persons=1, area="urban"),
    case(3, "new", ("accept", "2025-01-06"), (YES, "2025-02-03"), persons=4),
    case(4, "new", ("accept", "2025-01-06"), (NO, "2025-02-03")),
    case(5, "new", ("accept", "2025-03-06")),
    case(6, "complaint", ("complain", "2025-03-06"), programme="complaint"),
]


def test_a_quarter_by_hand():
    log = log_of(YEAR, at="2025-03-31")
    assert stocks(log, "2025-01", "total") == [2, 0, 0, 2]
    assert stocks(log, "2025-02", "total") == [2, 1, 1, 2]
    assert stocks(log, "2025-03", "rural") == [2, 0, 0, 2]
    assert stocks(log, "total", "urban") == [1, 0, 1, 0]
    table = roll_flows(log)
    assert [table.get(f"roll_{name}_persons", "total", "total") for name in STOCK] == [4, 4, 1, 7]
    assert table.get("turnover", "total", "total") == 1.0
    assert table.rows[-1] == ("total", "total")
    assert table.n[-1] == 3


def test_a_second_case_of_a_household_counts_once():
    log = log_of([*YEAR, case(1, "adjustment", (YES, "2025-02-20"))], at="2025-03-31")
    assert stocks(log, "total", "total") == [2, 1, 1, 2]


def test_two_programmes_of_a_household_are_two():
    log = log_of([*YEAR, case(1, "review", programme="edge")], at="2025-03-31")
    assert stocks(log, "total", "total") == [3, 1, 1, 3]
    assert stocks(log, "total", "edge", by="programme") == [1, 0, 0, 1]
    assert stocks(log, "total", "total", programmes=["edge"]) == [1, 0, 0, 1]


def test_somebody_recognised_in_the_year_and_reviewed_later_was_not_there_before():
    again = case(3, "review", ("review", "2025-03-20"))
    assert stocks(log_of([*YEAR, again], at="2025-03-31"), "2025-01", "total")[0] == 2


def test_a_household_may_leave_and_come_back():
    log = log_of(
        [
            case(1, "review", ("stop", "2025-01-10"), ("stop", "2025-01-11")),
            case(1, "new", (YES, "2025-03-01")),
        ],
        at="2025-03-31",
    )
    assert stocks(log, "2025-01", "total") == [1, 0, 1, 0]
    assert stocks(log, "2025-03", "total") == [0, 1, 0, 1]


def test_without_stops_a_failed_review_is_the_exit():
    log = log_of([case(1, "cleanup", (NO, "2025-01-10")), case(2, "review")], at="2025-01-31")
    assert stocks(log, "2025-01", "total") == [2, 0, 1, 1]


def test_cases_without_a_household_stand_for_themselves():
    both = [case(-1, "review"), case(-1, "review")]
    assert stocks(log_of(both, at="2025-01-31"), "2025-01", "total")[0] == 2


def test_an_unknown_township_has_a_row_of_its_own():
    lost = {key: value for key, value in YEAR[0].items() if key != "township"}
    table = roll_flows(log_of([*YEAR[1:], lost], at="2025-03-31"), "township")
    assert table.get("roll_start", "2025-01", "unknown") == 1
    with speaking("en"):
        assert "Not stated" in str(table)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4),
            st.sampled_from(["new", "review", "adjustment", "cleanup"]),
            st.lists(
                st.tuples(
                    st.sampled_from([YES, NO, "stop", "pay", "review"]).map(
                        lambda what: what if isinstance(what, dict) else {"kind": what}
                    ),
                    st.dates(date(2025, 1, 1), date(2025, 6, 30)).map(str),
                ),
                max_size=4,
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_start_and_entries_less_exits_is_the_end(cases):
    log = log_of([case(*one[:2], *one[2]) for one in cases], at="2025-06-30")
    table = roll_flows(log)
    for row in table.rows:
        for ending in ("", "_persons"):
            start, entered, left, end = (table.get(f"roll_{n}{ending}", *row) for n in STOCK)
            assert start + entered - left == end
            assert min(start, entered, left, end) >= 0
    months = dict.fromkeys(row[0] for row in table.rows if row[0] != "total")
    starts, ends = (
        [table.get(f"roll_{name}", month, "total") for month in months] for name in ("start", "end")
    )
    assert starts[1:] == ends[:-1]
    assert max(ends) <= len({one[0] for one in cases})


# --- with a population -----------------------------------------------------------------------
@cache
def people():
    return jz.synthesize("all-programmes", households=2000, seed=1)


@cache
def log_of_year():
    return synthetic_log(people(), jz.load_policy("s2-district-2022"), year=2023)


@pytest.mark.parametrize("by", BY)
def test_groups_add_up_to_the_total(by):
    table = roll_flows(log_of_year(), by, people=people())
    months = dict.fromkeys(row[0] for row in table.rows)
    for month in months:
        rows = [k for k, row in enumerate(table.rows) if row[0] == month]
        assert np.allclose(table.values[rows[:-1], :8].sum(axis=0), table.values[rows[-1], :8])


def test_weights_are_those_of_the_people():
    plain, weighted = roll_flows(log_of_year()), roll_flows(log_of_year(), people=people())
    weight = people()["weight"][0]
    assert (people()["weight"] == weight).all()
    assert np.allclose(plain.values[:, :8] * weight, weighted.values[:, :8])


def test_the_roll_of_the_start_is_those_reviewed():
    roll, log = roll_of(log_of_year()), log_of_year()
    reviewed = log.select(log.cases["kind"] == 1)
    assert roll.started.sum() == len(np.unique(reviewed.cases["household"]))


def test_a_synthetic_log_says_so_and_small_moves_are_hidden():
    table = roll_flows(log_of_year(), "township", min_n=5)
    assert "note.synthetic_log" in table.notes
    assert table.hidden.any()
    names = [entry.name for entry in table.statistics]
    assert not table.hidden[:, names.index("roll_start")].any()


def test_what_does_not_fit_is_refused():
    with pytest.raises(JZError, match="JZ-E031"):
        roll_flows(log_of_year(), "village")
    stranger = log_of([case(10**9, "review")], at="2025-01-31")
    with pytest.raises(JZError, match="JZ-E029"):
        roll_flows(stranger, people=people())


def test_the_months_are_those_from_the_first_event_to_the_day_it_is_judged():
    table = roll_flows(log_of(YEAR, at="2025-03-31"))
    months = ["2025-01", "2025-02", "2025-03", "total"]
    assert list(dict.fromkeys(row[0] for row in table.rows)) == months


def test_one_who_leaves_is_all_of_a_roll_of_one():
    log = log_of([case(1, "review", ("stop", "2025-01-10"))], at="2025-02-28")
    table = roll_flows(log)
    assert table.get("turnover", "2025-01", "total") == 1.0
    assert np.isnan(table.get("turnover", "2025-02", "total"))  # nobody was there


def test_a_case_without_a_household_counts_once_beside_weighted_ones():
    few = jz.synthesize("example-county", households=20, seed=1)
    cases = [case(3, "review"), case(-1, "review")]
    table = roll_flows(log_of(cases, at="2025-01-31"), people=few)
    assert table.get("roll_start", "2025-01", "total") == few["weight"][3] + 1
    assert few["weight"][3] > 1


def test_households_and_cases_without_one_are_kept_apart():
    """Household 0 in every programme, and cases without a household in the first rows."""
    cases = [case(-1, "review"), case(-1, "review"), case(-1, "review")]
    cases += [case(0, "review", programme=name) for name in ("dibao", "edge", "tekun")]
    cases += [case(1, "review", programme=name) for name in ("dibao", "edge", "tekun")]
    table = roll_flows(log_of(cases, at="2025-01-31"), "programme")
    assert table.get("roll_start", "2025-01", "total") == 9
    assert table.get("roll_start", "2025-01", "dibao") == 5


def test_the_first_unit_of_the_log_is_not_taken_for_somebody_on_the_roll():
    """A stop of an applicant changes nothing, a decision in favour is an entry."""
    stopped = roll_of(log_of([case(1, "new", ("stop", "2025-01-10"))], at="2025-01-31"))
    assert stopped.step.tolist() == []
    entered = roll_of(log_of([case(1, "new", (YES, "2025-01-10"))], at="2025-01-31"))
    assert entered.step.tolist() == [1]


def test_no_row_for_what_is_not_stated_where_all_is():
    log = log_of([case(1, "review", area="urban"), case(2, "review")], at="2025-01-31")
    for by in BY:
        assert UNKNOWN not in {row[1] for row in roll_flows(log, by).rows}


def test_another_group_of_the_month_is_hidden_with_the_one_of_few_moves():
    """One leaves in the towns, five in the villages: the total of the month would tell the one."""
    leaves = ("stop", "2025-01-10")
    cases = [case(k, "review", leaves) for k in range(1, 6)]
    cases += [case(k, "review") for k in range(6, 9)] + [case(9, "review", leaves, area="urban")]
    table = roll_flows(log_of(cases, at="2025-01-31"), min_n=3)
    for month in ("2025-01", "total"):
        assert np.isnan(table.get("roll_left", month, "urban"))
        assert np.isnan(table.get("roll_left", month, "rural"))
        assert table.get("roll_left", month, "total") == 6
