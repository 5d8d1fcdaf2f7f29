"""Procedure checks: cases a policy officer reads, rates by month, departments, faults of a file."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.casework.conduct.checks import FORMS as WRITTEN_FORMS
from jiuzhu_sim.casework.conduct.checks import read_checks
from jiuzhu_sim.casework.conduct.conduct import FORMS, conduct
from jiuzhu_sim.casework.conduct.spot_checks import needed
from jiuzhu_sim.casework.log.log import EVENTS, Log, log_of
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures
from jiuzhu_sim.casework.procedure.verdicts import VERDICTS
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, read_yaml, speaking
from jiuzhu_sim.law import clauses

FOLDER = Path(__file__).parents[2] / "cases_casework"
FILES = {path.stem: read_yaml(path) for path in sorted(FOLDER.glob("conduct_*.yaml"))}
CASES = [(stem, case) for stem, file in FILES.items() for case in file["cases"]]


def spelled(event):
    """``{visit: 2025-03-05, level: village}`` as the log takes it."""
    (kind,) = set(event) & set(EVENTS)
    rest = {name: value for name, value in event.items() if name != kind}
    return {"kind": kind, "at": event[kind] or "NaT"} | rest


def plain(case, number):
    columns = {k: v for k, v in case.items() if k not in ("name", "expect", "readings")}
    return columns | {"case": number, "events": [spelled(e) for e in case["events"]]}


def log_of_file(file):
    return log_of([plain(c, n) for n, c in enumerate(file["cases"])], at=file["at"])


LOGS = {stem: log_of_file(file) for stem, file in FILES.items()}
_FOUND = {}


def verdicts_of(stem, readings):
    """All cases of a file stand in one log; it is judged once for each set of readings."""
    key = (stem, tuple(sorted(readings.items())))
    if key not in _FOUND:
        procedure = load_procedure(FILES[stem]["procedure"], readings)
        _FOUND[key] = conduct(LOGS[stem], procedure).cases
    return _FOUND[key]


@pytest.mark.parametrize(
    ("stem", "number", "case"),
    [
        pytest.param(stem, number, case, id=f"{stem}: {case['name']}")
        for stem, file in FILES.items()
        for number, case in enumerate(file["cases"])
    ],
)
def test_case(stem, number, case):
    found = verdicts_of(stem, case.get("readings", {}))
    said = {key: VERDICTS[found.of(key)[number]] for key in case["expect"]}
    assert said == case["expect"]


def test_cases_have_names_of_their_own():
    names = Counter(case["name"] for _, case in CASES)
    assert [name for name, times in names.items() if times > 1] == []


def test_checks_of_the_files_are_met_and_broken():
    """For each form of a check the cases hold one that keeps it and one that does not."""
    seen = {}
    for stem, case in CASES:
        section = read_checks(load_procedure(FILES[stem]["procedure"]).conduct, stem)
        forms = {check.key: check.form for check in section.cases}
        for key, verdict in case["expect"].items():
            seen.setdefault(forms[key], set()).add(verdict)
    cannot_be_said = {"quota"}  # no ground of refusal in a log
    untold = {"yearly"}  # below
    for form in set(FORMS) - cannot_be_said - untold:
        assert "met" in seen.get(form, ()), form
        assert {"broken", "overdue"} & seen[form], form


def test_forms_are_read_and_judged():
    assert set(FORMS) == set(WRITTEN_FORMS)


# --- the files of the documents ---------------------------------------------------------------
@pytest.mark.parametrize("name", procedures())
def test_procedure_files_read(name):
    checks = read_checks(load_procedure(name).conduct, name)
    known = clauses()
    for check in (*checks.cases, *checks.rates):
        assert all(part.strip() in known for part in check.clause.replace("–", ",").split(","))
        assert set(check.label) == set(LANGUAGES)
    labels = [check.label["zh"] for check in (*checks.cases, *checks.rates)]
    assert len(set(labels)) == len(labels)
    keys = [check.key for check in (*checks.cases, *checks.rates)]
    assert len(set(keys)) == len({*keys})


# --- what a log never records is not said to be missing ---------------------------------------
def mine(checks=None, **section):
    return replace(load_procedure("national"), conduct={"checks": checks or {}, **section})


def decided(*events, **columns):
    rows = [{"kind": "decide", "at": "2025-03-03", "outcome": "passed"}, *events]
    return {"programme": "dibao", "events": rows} | columns


VISIT = {
    "check": "before",
    "clause": "S1.1.4",
    "programmes": "dibao",
    "first": "visit",
    "then": "decide",
}


def test_a_log_without_visits_cannot_tell_of_them():
    bare = conduct(log_of([decided()]), mine({"visit": VISIT})).cases.of("visit")
    other = {"programme": "dibao", "events": [{"kind": "visit", "at": "2025-03-03"}]}
    told = conduct(log_of([decided(), other]), mine({"visit": VISIT})).cases.of("visit")
    assert [VERDICTS[code] for code in (*bare, *told)] == ["unknown", "broken", "not_applicable"]


def test_no_secret_ballot_in_the_log_is_unknown_not_open():
    check = {"check": "secret", "clause": "S4.2.19", "programmes": "dibao"}
    log = log_of([decided({"kind": "vote", "at": "2025-03-01"})])
    assert VERDICTS[conduct(log, mine({"s": check})).cases.of("s")[0]] == "unknown"


def test_reviews_are_counted_in_full_years():
    check = {
        "check": "yearly",
        "clause": "S2.4.14",
        "programmes": "dibao",
        "step": "review",
        "since": {"event": "decide", "outcome": "passed"},
        "times": 2,
    }

    def reviews(*days, **more):
        return decided(*({"kind": "review", "at": day} for day in days), **more)

    log = log_of(
        [
            reviews("2025-09-01", "2026-03-02"),
            reviews("2025-09-01", "2026-03-03"),
            reviews("2025-09-01", "2025-12-01"),
            reviews("2025-09-01", "2025-12-01", "2026-09-01"),
            decided({"kind": "stop", "at": "2025-10-01"}),
        ],
        at="2026-03-03",
    )
    found = conduct(log, mine({"r": check})).cases.of("r")
    assert [VERDICTS[code] for code in found] == ["met", "broken", "met", "met", "not_applicable"]
    early = conduct(replace(log, at=np.datetime64("2026-03-02")), mine({"r": check})).cases.of("r")
    assert [VERDICTS[code] for code in early[1:3]] == ["running", "met"]


def test_persons_come_from_the_people_where_the_log_has_none():
    from jiuzhu_sim.population import people_from_tables

    people = people_from_tables(
        {"household_id": [0, 0, 1], "age": [70, 66, 30]}, {"area": ["rural", "rural"]}
    )
    pay = {"kind": "pay", "at": "2025-03-01", "amount": 9000.0}
    log = log_of(
        [{"programme": "one_case", "household": number, "events": [pay]} for number in (0, 1, 2)]
    )
    procedure = load_procedure("s2-district-2022", {"urgent_ceiling_unit": "person"})
    found = conduct(log, procedure, people).cases.of("urgent_ceiling")
    assert [VERDICTS[code] for code in found] == ["met", "broken", "unknown"]


# --- rates by township and month --------------------------------------------------------------
SPOT = {
    "clause": "S2.1.5",
    "programmes": "dibao",
    "steps": "spot_check",
    "of": {"event": "decide", "outcome": "passed"},
    "rate": 0.3,
}


def month_log(n, checks, at, township="甲镇", day="2025-04-28"):
    """`n` cases decided in March; those of `checks` spot-checked on `day`."""
    cases = [decided(township=township) for _ in range(n)]
    for case in cases[:checks]:
        case["events"].append({"kind": "spot_check", "at": day})
    return log_of(cases, at=at)


def told(log):
    found = conduct(log, mine(rates={"spot": SPOT})).rates
    return {(rate.township, rate.month): rate for rate in found}


@pytest.mark.parametrize(("n", "due"), [(1, 1), (3, 1), (4, 2), (10, 3), (11, 4)])
def test_a_rate_is_met_at_the_least_number_that_makes_it(n, due):
    met = told(month_log(n, due, "2025-12-31"))[("甲镇", "2025-03")]
    assert (met.cases, met.due, met.done, met.verdict) == (n, due, due, "met")
    if due > 1:
        short = told(month_log(n, due - 1, "2025-12-31"))[("", "2025-03")]
        assert (short.due, short.done, short.verdict) == (due, due - 1, "broken")


def test_a_rate_may_still_be_reached_until_the_next_month_is_over():
    assert told(month_log(10, 2, "2025-04-30"))[("", "2025-03")].verdict == "running"
    assert told(month_log(10, 2, "2025-05-01"))[("", "2025-03")].verdict == "broken"


def test_a_spot_check_in_the_month_after_next_is_too_late():
    late = told(month_log(10, 3, "2025-12-31", day="2025-05-01"))[("", "2025-03")]
    assert (late.done, late.verdict) == (0, "broken")


def test_no_spot_check_at_all_is_unknown():
    assert told(month_log(10, 0, "2025-12-31"))[("", "2025-03")].verdict == "unknown"


def test_townships_add_up_and_an_unknown_one_counts_in_the_whole():
    one = {"kind": "spot_check", "at": "2025-03-20"}
    log = log_of(
        [decided(one, township="甲镇"), decided(township="乙镇"), decided(one)], at="2025-12-31"
    )
    found = told(log)
    assert {key: (rate.cases, rate.done) for key, rate in found.items()} == {
        ("", "2025-03"): (3, 2),
        ("甲镇", "2025-03"): (1, 1),
        ("乙镇", "2025-03"): (1, 0),
    }


def test_a_visit_of_unknown_level_leaves_the_rate_open():
    rate = SPOT | {"steps": {"event": "visit", "level": "county"}, "rate": 0.5, "by_month": False}
    visit = {"kind": "visit", "at": "2025-03-01"}
    by_county = {"programme": "edge", "events": [visit | {"level": "county"}]}
    by_township = decided(visit | {"level": "township"})
    for case, others, verdict in (
        (by_township, [by_county], "broken"),
        (decided(visit), [by_county], "unknown"),
        (by_township, [], "unknown"),  # a township's own log, where no county visit is kept
    ):
        log = log_of([case, case, *others], at="2025-12-31")
        (whole,) = conduct(log, mine(rates={"visits": rate})).rates
        assert (whole.month, whole.due, whole.done, whole.verdict) == ("", 1, 0, verdict)


@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.2, 0.3, 0.5, 1.0]))
def test_the_number_needed_is_the_least_that_makes_the_share(n, rate):
    (found,) = needed(rate, np.array([n]))
    tenths = round(rate * 10)
    assert 10 * found >= tenths * n
    assert found == 0 or 10 * (found - 1) < tenths * n


# --- departments ------------------------------------------------------------------------------
def sent(department, done=None, answered=None):
    rows = [("transfer", "2025-09-01"), ("close", done), ("feedback", answered)]
    return {
        "programme": "dibao",
        "events": [
            {"kind": kind, "at": at, "department": department, "role": "department"}
            for kind, at in rows
            if at
        ],
    }


def test_departments_are_ranked_by_late_answers():
    log = log_of(
        [
            sent(
                "education", "2025-09-30", "2025-10-09"
            ),  # the first working day after the holiday
            sent("education", "2025-09-30", "2025-10-10"),
            sent("housing", "2025-09-12", "2025-09-15"),  # Friday to Monday
            sent("electricity", "2025-09-12", "2025-09-16"),
            sent("electricity", "2025-09-12"),
            sent("electricity", None, "2025-09-16"),
            sent("disabled_federation", "2025-09-12", "2025-09-16"),
            sent("emergency"),
        ],
        at="2025-12-31",
    )
    found = conduct(log, load_procedure("s2-district-2022")).departments
    assert found["late"].to_dict() == {
        "electricity": 2,
        "disabled_federation": 1,
        "education": 1,
        "housing": 0,
        "emergency": 0,
    }
    assert found["place"].tolist()[:4] == [1, 1, 3, 4]
    assert found.loc["electricity", ["transferred", "returned", "judged"]].tolist() == [3, 2, 2]
    assert found.loc["education", "days"] == 1.5
    assert np.isnan(found.loc["emergency", "place"])
    assert conduct(log, load_procedure("s1-county-2020")).departments.empty


def test_tables_speak_both_languages():
    log = month_log(4, 2, "2025-12-31")
    found = conduct(log, replace(load_procedure("s2-district-2022"), readings={}))
    for name in LANGUAGES:
        with speaking(name):
            for frame in (found.rates_frame(), found.departments_frame(), found.cases.frame()):
                assert all(str(head).strip() and "_" not in str(head) for head in frame.columns)
    assert found.rates_frame()["应办（件）"].tolist() == [2, 2]


# --- faults of a file --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "key", "word"),
    [
        ({"check": "befor"}, "visit.check", "before"),
        ({"first": "vist"}, "visit.first", "visit"),
        ({"then": {"event": "decide", "outcome": "pased"}}, "visit.then", "passed"),
        ({"then": {"outcome": "passed"}}, "visit.then", "event"),
        ({"programmes": "dibau"}, "visit.programmes", "dibao"),
        ({"kinds": []}, "visit.kinds", "[]"),
        ({"status": "known"}, "visit.status", "known"),
        ({"share": 0.5}, "visit.share", "share"),
        ({"urgent": "yes"}, "visit.urgent", "yes"),
    ],
)
def test_each_fault_is_told_with_its_place(change, key, word):
    with pytest.raises(JZError) as caught:
        read_checks({"checks": {"visit": VISIT | change}}, "mine.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.where, problem.values["key"]) == ("JZ-E096", "mine.yaml", key)
    assert word in problem.what


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"check": "by", "step": "audit"}, "mine"),
        ({"check": "separate", "steps": ["accept"]}, "mine.steps"),
        ({"check": "order", "steps": ["accept"]}, "mine.steps"),
        ({"check": "attendance", "least": 11.5}, "mine.least"),
        ({"check": "paid_as_decided", "months": []}, "mine.months"),
        ({"check": "flag", "flag": "n_files", "before": "decide"}, "mine.flag"),
        ({"check": "ceiling", "ceiling": -1}, "mine.ceiling"),
        ({"check": "secret", "label": "secret"}, "mine.label"),
    ],
)
def test_each_form_refuses_what_it_cannot_use(fields, key):
    section = {"checks": {"mine": {"clause": "S1.1.4", "programmes": "dibao"} | fields}}
    with pytest.raises(JZError) as caught:
        read_checks(section, "mine.yaml")
    assert [problem.values["key"] for problem in caught.value.problems] == [key]


def test_all_faults_are_told_at_once():
    bare = {name: value for name, value in VISIT.items() if name != "then"}
    section = {
        "checks": {"a": bare, "b": 3, "c": {"check": "quorum"}},
        "rates": {"d": SPOT | {"rate": 1.5}},
        "within_months": "soon",
    }
    with pytest.raises(JZError) as caught:
        read_checks(section, "mine.yaml")
    keys = [problem.values["key"] for problem in caught.value.problems]
    assert sorted(keys) == ["a", "b", "c", "c", "conduct.within_months", "d.rate"]


# --- nothing depends on the order of rows ------------------------------------------------------
def test_verdicts_do_not_depend_on_the_order_of_rows():
    log = LOGS["conduct_one_case"]
    procedure = load_procedure("s2-district-2022")
    before = conduct(log, procedure).cases.code
    back = np.arange(log.n_events)[::-1]
    events = {name: values[back] for name, values in log.events.items()}
    events["row"] = np.zeros(log.n_events, np.int32)
    again = Log.of(log.cases, events, log.names, at=log.at)
    np.testing.assert_array_equal(conduct(again, procedure).cases.code, before)


def test_parts_of_a_log_have_the_verdicts_of_the_whole():
    log = LOGS["conduct_lists"]
    procedure = load_procedure("s42-county-2013")
    whole = conduct(log, procedure).cases.code
    first = np.arange(log.n) < log.n - 1
    part = conduct(log.select(first), procedure).cases.code
    np.testing.assert_array_equal(part, whole[:, first])
