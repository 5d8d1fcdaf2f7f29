"""Time limits: hand-made cases a policy officer can read, and a slow count day by day."""

import datetime
from pathlib import Path

import chinese_calendar
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import EVENTS, log_of
from jiuzhu_sim.casework.procedure.entries import Limit
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures
from jiuzhu_sim.casework.procedure.verdicts import CODE, VERDICTS, joined

CASES = sorted((Path(__file__).parents[2] / "cases_casework").glob("limits_*.yaml"))


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_hand_made_cases(path):
    content = read(path)
    procedure = load_procedure(content["procedure"], content.get("readings"))
    entries = [entry["case"] | {"events": entry["events"]} for entry in content["cases"]]
    found = limits(log_of(entries, at=content["at"]), procedure)
    wrong = []
    for place, entry in enumerate(content["cases"]):
        for key, expected in entry["expect"].items():
            wanted = expected if isinstance(expected, dict) else {"verdict": expected}
            row = found.keys.index(key)
            got = {"verdict": VERDICTS[found.code[row, place]]}
            if "due" in wanted:
                got["due"] = found.due[row, place].astype(object)
            if got != wanted:
                wrong.append((entry["name"], key, got, wanted))
    assert not wrong


def test_the_cases_cover_every_limit_on_both_sides():
    """Each item of each procedure is met in one hand-made case and missed in another."""
    seen = {}
    for path in CASES:
        content = read(path)
        for entry in content["cases"]:
            for key, expected in entry["expect"].items():
                verdict = expected["verdict"] if isinstance(expected, dict) else expected
                seen.setdefault((content["procedure"], key), set()).add(verdict)
    for name in procedures():
        for entry in load_procedure(name).entries:
            verdicts = seen[name, entry.key]
            assert "met" in verdicts, (name, entry.key)
            assert verdicts & {"broken", "overdue"}, (name, entry.key)


DAY = datetime.timedelta(1)
# A case nobody judges, so that the log holds every kind of event.
WITNESS = {
    "case": 999,
    "programme": "complaint",
    "events": [{"kind": kind, "at": "2004-01-05"} for kind in EVENTS],
}


def slow_due(day, number, unit):
    """The last day of a period, counted one day at a time."""
    if unit == "days":
        day += number * DAY
        while not chinese_calendar.is_workday(day):
            day += DAY
        return day
    while number:
        day += DAY
        number -= chinese_calendar.is_workday(day)
    return day


def simple(entry):
    """Limits from one recorded event to another, in days: what the slow count can judge alone."""
    return (
        isinstance(entry, Limit)
        and entry.unit != "hours"
        and not (entry.extension or entry.plus_posting or entry.is_urgent)
        and all(event.by == "at" for event in entry.start.events)
    )


SIMPLE = [
    (name, entry)
    for name in procedures()
    for entry in load_procedure(name).entries
    if simple(entry)
]
START = st.dates(datetime.date(2022, 7, 1), datetime.date(2026, 8, 1))


def event_of(event, at):
    return {"kind": event.kind, "at": at.isoformat(), **event.where}


@pytest.mark.parametrize(("name", "entry"), SIMPLE, ids=lambda held: getattr(held, "key", held))
@given(days=st.lists(START, min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_one_day_decides_at_the_border_and_nowhere_else(name, entry, days):
    """Done on each day around the slow due day: met up to it, broken from the day after."""
    cases, expected = [], []
    for start in days:
        due = slow_due(start, entry.number, entry.unit)
        for shift in (-1, 0, 1, 2):
            done = due + shift * DAY
            events = [event_of(entry.start.events[0], start), event_of(entry.end.events[0], done)]
            cases.append(
                {"programme": entry.programmes[0], "kind": entry.kinds[0], "events": events}
            )
            expected.append("met" if shift <= 0 else "broken")
    found = limits(log_of(cases, at="2026-12-31"), name)
    row = found.keys.index(entry.key)
    assert [VERDICTS[code] for code in found.code[row]] == expected
    # How much was used says the same as the dates.
    if entry.unit == "working days":
        assert ((found.days[row] <= found.allowed[row]) == (found.code[row] == CODE["met"])).all()


@given(
    days=st.lists(st.integers(0, 400), min_size=1, max_size=12),
    seed=st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_order_of_rows_and_other_cases_do_not_matter(days, seed):
    """A case is judged alike alone, among others, and with its rows shuffled."""
    rng = np.random.default_rng(seed)
    cases = [
        {
            "programme": "dibao",
            "household": place,
            "review_class": "C",
            "area": "rural",
            "events": [
                {"kind": kind, "at": str(np.datetime64("2020-06-01") + int(day + rng.integers(60)))}
                | ({"outcome": "passed"} if kind == "decide" else {})
                for kind in rng.choice(["accept", "verify", "decide", "pay", "review", "stop"], 6)
            ],
        }
        for place, day in enumerate(days)
    ]
    whole = limits(log_of([*cases, WITNESS], at="2021-12-31"), "s1-county-2020")
    shuffled = [case | {"events": case["events"][::-1]} for case in cases]
    again = limits(log_of([*shuffled, WITNESS], at="2021-12-31"), "s1-county-2020")
    for place, case in enumerate(cases):
        alone = limits(log_of([case, WITNESS], at="2021-12-31"), "s1-county-2020")
        assert (alone.code[:, 0] == whole.code[:, place]).all()
        same_day = len({event["at"] for event in case["events"]}) == len(case["events"])
        if same_day:
            assert (again.code[:, place] == whole.code[:, place]).all()


def verdict_of(case, key, procedure="s1-county-2020", at="2021-12-31", readings=None):
    found = limits(log_of([case, WITNESS], at=at), load_procedure(procedure, readings))
    return VERDICTS[found.of(key)[0]]


def test_unreadable_rows_and_unknown_dates_are_not_called_late():
    case = {"programme": "dibao", "events": [{"kind": "accept", "at": "2020-06-01"}]}
    assert verdict_of(case, "verification") == "overdue"
    assert verdict_of(case | {"n_unread": 1}, "verification") == "unknown"
    dateless = case | {"events": [*case["events"], {"kind": "verify"}]}
    assert verdict_of(dateless, "verification") == "unknown"
    assert verdict_of(case | {"programme": "edge"}, "verification") == "not_applicable"


def test_a_year_without_calendar_is_said():
    events = [{"kind": "accept", "at": "2030-09-16"}, {"kind": "verify", "at": "2030-09-30"}]
    found = limits(log_of([{"programme": "dibao", "events": events}]), "s1-county-2020")
    assert "2004至2026年" in found.note
    assert VERDICTS[found.of("verification")[0]] == "met"  # 30 September is the tenth weekday
    events[0]["at"], events[1]["at"] = "2025-09-01", "2025-09-02"
    found = limits(log_of([{"programme": "dibao", "events": events}]), "s1-county-2020")
    assert found.note == ""


def test_posting_restarts_even_if_the_objection_comes_on_its_last_day():
    posted = {"kind": "post", "at": "2018-05-07", "until": "2018-05-14", "list_no": 1}
    decided = {"kind": "decide", "at": "2018-05-28", "outcome": "passed"}

    def case(objected):
        events = [posted, {"kind": "objection", "at": objected}, decided]
        return {"programme": "dibao", "events": events}

    assert verdict_of(case("2018-05-14"), "posting", "s312-township") == "broken"
    assert verdict_of(case("2018-05-15"), "posting", "s312-township") == "met"


def test_frames_and_counts():
    case = {
        "case": 7,
        "programme": "dibao",
        "township": "甲镇",
        "events": [{"kind": "accept", "at": "2020-06-01"}, {"kind": "verify", "at": "2020-06-30"}],
    }
    found = limits(log_of([case, {"case": 8, "programme": "tekun"}]), "s1-county-2020")
    frame = found.frame()
    assert frame["案件编号"].tolist() == [7]
    assert frame["乡镇（街道）"].tolist() == ["甲镇"]
    assert frame["到期日"].tolist() == ["2020-06-15"]
    assert frame["依据条款"].tolist() == ["S1.1.5"]
    assert found.of_case(8).empty
    assert len(found.of_case(7)) >= 1
    assert (found.counts().sum(axis=1) == 2).all()
    assert found.any_of().tolist() == [True, False]
    both = joined([found, found])
    assert len(both.items) == 2 * len(found.items)
    assert both.due.shape == both.code.shape
    with pytest.raises(KeyError):
        found.of("nothing")


def test_cases_of_one_household_are_one_chain():
    """What an application began, a later case goes on with; what is missing is told on the last."""
    grant = {"kind": "decide", "at": "2022-09-15", "outcome": "passed"}
    new = {"programme": "dibao", "household": 5, "events": [grant]}
    later = {"programme": "dibao", "household": 5, "kind": "review"}
    october = {"kind": "pay", "at": "2022-10-09"}

    def codes(*cases):
        found = limits(log_of(cases, at="2022-11-30"), "s2-district-2022")
        return [VERDICTS[code] for code in found.of("payment")]

    assert codes(new, later | {"events": [october]}) == ["not_applicable", "overdue"]
    paid = later | {"events": [october, {"kind": "pay", "at": "2022-11-10"}]}
    assert codes(new, paid) == ["not_applicable", "met"]
    # Of another household, or of none that is known, it is not this one's payment.
    assert codes(new, paid | {"household": 6}) == ["overdue", "met"]
    assert codes(new | {"household": -1}, paid | {"household": -1}) == ["overdue", "met"]
    # A benefit stopped asks for nothing more; one granted again does.
    stopped = later | {"events": [october, {"kind": "stop", "at": "2022-10-20"}]}
    assert codes(new, stopped) == ["not_applicable", "met"]
    again = new | {"events": [{**grant, "at": "2022-10-25"}]}
    assert codes(new, stopped, again) == ["not_applicable", "met", "overdue"]


def test_a_suspended_benefit_resumed_is_asked_for_again():
    events = [
        {"kind": "decide", "at": "2022-08-15", "outcome": "passed"},
        {"kind": "pay", "at": "2022-09-09"},
        {"kind": "suspend", "at": "2022-09-20"},
        {"kind": "pay", "at": "2022-12-09"},
    ]
    case = {"programme": "dibao", "household": 1, "events": events}
    assert verdict_of(case, "payment", "s2-district-2022", "2023-01-05") == "met"
    assert verdict_of(case, "payment", "s2-district-2022", "2023-01-11") == "overdue"
