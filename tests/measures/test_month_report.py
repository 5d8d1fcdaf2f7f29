"""The monthly report of an office, by hand."""

from functools import cache

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.casework.procedure.procedure import load_procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE, Verdicts
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.measures.month_report import month_report, months_report

HEADS = ("kind", "at", "outcome", "amount")


def case(township, kind, *events, programme="dibao"):
    return {
        "township": township,
        "kind": kind,
        "programme": programme,
        "area": "rural",
        "events": [dict(zip(HEADS, event, strict=False)) for event in events],
    }


CASES = [
    case(
        "甲镇",
        "new",
        ("accept", "2025-01-06"),
        ("decide", "2025-02-05", "passed"),
        ("pay", "2025-02-08", "none", 300),
        ("pay", "2025-03-08", "none", 300),
        ("spot_check", "2025-03-10"),
    ),
    case("甲镇", "new", ("accept", "2025-03-03"), ("decide", "2025-03-20", "failed")),
    case("乙镇", "new", ("accept", "2025-03-04")),
    case("乙镇", "review", ("decide", "2025-03-05", "failed"), ("stop", "2025-03-05")),
    case("乙镇", "review", ("stop", "2025-03-06")),
    case(
        "乙镇",
        "complaint",
        ("complain", "2025-01-10"),
        ("reply", "2025-03-11", "upheld"),
        ("close", "2025-03-12"),
        programme="complaint",
    ),
    case("甲镇", "complaint", ("complain", "2025-03-10"), programme="complaint"),
]


def log():
    return log_of(CASES, at="2025-03-31")


def row(table, *key):
    names = [entry.name for entry in table.statistics]
    return {name: table.get(name, *key) for name in names}


def test_a_month_by_hand():
    found = row(month_report(log()), "2025-03", "total")
    assert found.pop("on_time") != found["accepted"]
    assert found == {
        "accepted": 2,
        "agreed": 0,
        "refused": 1,
        "paid_cases": 1,
        "amount_paid": 0.03,
        "spot_checked": 1,
        "complaints_in": 1,
        "complaints_closed": 1,
        "complaint_days": 60,
        "exits": 2,
        "exits_review": 1,
        "exits_other": 1,
    }


def test_the_year_to_date_and_the_townships():
    table = month_report(log(), "2025-02")
    found = row(table, "to_date", "甲镇")
    assert (found["accepted"], found["agreed"], found["paid_cases"]) == (1, 1, 1)
    assert row(table, "to_date", "乙镇")["accepted"] == 0
    assert np.isnan(row(table, "to_date", "乙镇")["complaint_days"])
    assert row(table, "to_date", "乙镇")["complaints_in"] == 1
    assert table.rows[0] == ("2025-02", "甲镇")
    assert table.n[-1] == 2


def test_the_months_add_up_to_the_whole():
    table = months_report(log())
    assert [key[0] for key in table.rows] == ["2025-01", "2025-02", "2025-03", "total"]
    for entry, column in zip(table.statistics, table.values.T, strict=True):
        if entry.additive:
            assert column[:-1].sum() == pytest.approx(column[-1])


def test_in_time_is_judged_by_the_verdicts_given():
    """Of those decided and judged; a case with one limit broken is not in time."""
    some = log()
    code = np.full((2, some.n), CODE["not_applicable"], np.int8)
    code[:, 0] = CODE["met"], CODE["unknown"]
    code[:, 1] = CODE["met"], CODE["broken"]
    verdicts = Verdicts(some, (), code)
    table = month_report(some, verdicts=verdicts)
    assert table.get("on_time", "to_date", "total") == 0.5
    assert table.get("on_time", "2025-03", "甲镇") == 0.0
    assert np.isnan(table.get("on_time", "2025-03", "乙镇"))
    blank = month_report(some)
    assert np.isnan(blank.get("on_time", "to_date", "total"))
    assert "note.no_limits" in blank.notes
    assert "note.no_limits" not in table.notes


def test_by_programme_and_area():
    table = month_report(log(), by="programme")
    assert table.get("exits", "to_date", "dibao") == 2
    assert table.get("complaints_in", "to_date", "complaint") == 2
    assert month_report(log(), by="area").get("exits", "to_date", "rural") == 2


def test_both_languages():
    for language, words in (("zh", ("本年累计", "受理申请（件）")), ("en", ("Year to date",))):
        with speaking(language):
            shown = str(month_report(log()))
        assert all(word in shown for word in words)


def test_what_does_not_fit_is_refused():
    with pytest.raises(JZError, match="JZ-E060"):
        month_report(log(), "2025-04")
    with pytest.raises(JZError, match="JZ-E031"):
        month_report(log(), by="village")


# --- with a synthetic year -------------------------------------------------------------------
@cache
def year():
    people = jz.synthesize("all-programmes", households=4000, seed=1)
    return synthetic_log(people, jz.load_policy("s2-district-2022"), year=2023)


def test_a_synthetic_year_tells_townships_apart():
    verdicts = limits(year(), load_procedure("s2-district-2022"))
    table = month_report(year(), verdicts=verdicts)
    names = year().names["township"]
    shares = [table.get("on_time", "to_date", name) for name in names]
    assert 0.5 < table.get("on_time", "to_date", "total") < 1
    assert max(shares) - min(shares) > 0.1
    assert "note.synthetic_log" in table.notes


def test_a_log_without_events_has_an_empty_month():
    table = months_report(log_of([{"township": "甲镇"}], at="2025-03-31"))
    assert table.rows == (("2025-03",), ("total",))
    assert np.nansum(table.values) == 0


def test_words_for_what_is_no_month():
    assert "to_date" in month_report(log()).names
    assert months_report(log()).names is None


def test_a_case_no_limit_speaks_of_is_not_judged_because_another_is():
    some = log()
    code = np.full((1, some.n), CODE["not_applicable"], np.int8)
    code[0, 0] = CODE["met"]
    table = month_report(some, verdicts=Verdicts(some, (), code))
    assert np.isnan(table.get("on_time", "2025-03", "total"))  # the other one decided
    assert table.get("on_time", "to_date", "total") == 1


def test_a_case_agreed_is_not_refused():
    assert row(month_report(log(), "2025-02"), "2025-02", "total")["refused"] == 0
    assert row(month_report(log(), "2025-02"), "2025-02", "total")["agreed"] == 1


def test_days_of_complaints_are_those_closed_in_any_month_of_the_year_so_far():
    later = case("甲镇", "complaint", ("complain", "2025-01-10"), ("close", "2025-01-20"),
                 programme="complaint")  # fmt: skip
    table = month_report(log_of([*CASES, later], at="2025-03-31"))
    assert table.get("complaint_days", "to_date", "total") == (60 + 10) / 2
    assert table.get("complaint_days", "2025-03", "total") == 60
