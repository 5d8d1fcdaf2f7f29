"""Cases on the borders of the clauses, counted by hand from the text and the official calendar.

Each line: procedure, programme and kind, item, events, verdict (and due day where it has one). The
working days were counted one by one in the comments, with no code of the package.
"""

import pytest

from jiuzhu_sim.casework.conduct.conduct import conduct
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import EVENTS, log_of
from jiuzhu_sim.casework.procedure.procedure import load_procedure
from jiuzhu_sim.casework.procedure.verdicts import VERDICTS

S1, S2, S310 = "s1-county-2020", "s2-district-2022", "s310-zone-2009"
S312, S39, S45, S0 = "s312-township", "s39-township", "s45-community", "s0-street"
PASSED, FAILED = {"outcome": "passed"}, {"outcome": "failed"}
ONE = {"programme": "one_case"}
LATER = "2026-12-31"


def event(kind, at, **more):
    return {"kind": kind, "at": at, **more}


# The log holds every kind of event, in a case nobody judges.
WITNESS = {
    "case": 999,
    "programme": "complaint",
    "events": [event(kind, "2004-01-05") for kind in EVENTS],
}


def judged(procedure, case, at=LATER, judge=limits, **readings):
    log = log_of([{"programme": "dibao", "household": 1, **case}, WITNESS], at=at)
    found = judge(log, load_procedure(procedure, readings))
    return found if judge is limits else found.cases


def verdict(procedure, key, events, at=LATER, judge=limits, readings=None, **case):
    found = judged(procedure, {**case, "events": events}, at, judge, **(readings or {}))
    due = None if found.due is None else str(found.due[found.keys.index(key), 0])
    return VERDICTS[found.of(key)[0]], due


# 2022-12: 21 22 23 26 27 28 29 30 (8; 31 to 2 January off), 3–6 (12), 9–13 (17), 16 17 18 (20)
# 2023-09: 26 27 28 (3; 29 to 6 October off), 7 8 worked (5), 9–13 (10), 16–20 (15), 23–27 (20)
# 2023-04: 29 to 3 May off; 4 5, Saturday 6 worked (3), 8, 9 (5)
# 2022-09: 30 (1), 1 to 7 October off, Saturday 8 (2) and Sunday 9 worked (3)
# 2024-02: 6 7 8 9 (4), 10 to 17 off, Sunday 18 worked (5), 19–23 (10), 26–29 (14), 1 March (15)
# 2020-06: 25 to 27 off, Sunday 28 worked (1), 29 30 1 2 July (5)
# 2021-10: 1 to 7 off; 8, Saturday 9 worked (2), 11 12 13 (5)
STEPS = [
    (S2, "dibao", "processing", "accept", "2022-12-20", "decide", "2023-01-18", "2023-01-19"),
    (S2, "edge", "processing", "accept", "2023-09-25", "decide", "2023-10-27", "2023-10-28"),
    (S2, "one_case", "meeting", "accept", "2023-04-28", "vote", "2023-05-09", "2023-05-10"),
    (S2, "one_case", "filing", "decide", "2022-09-29", "file", "2022-10-09", "2022-10-10"),
    (
        *(S2, "temporary_expenditure", "processing_temporary"),
        *("accept", "2024-02-05", "decide", "2024-03-01", "2024-03-02"),
    ),
    (
        *(S2, "temporary_expenditure", "temporary_payment"),
        *("decide", "2023-12-29", "pay", "2024-01-04", "2024-01-05"),
    ),
]


@pytest.mark.parametrize(("name", "programme", "key", "start", "day", "end", "last", "late"), STEPS)
def test_the_last_day_is_in_time_and_the_next_is_not(
    name, programme, key, start, day, end, last, late
):
    begun = event(start, day, **(PASSED if start == "decide" else {}))
    done = {**(PASSED if end == "decide" else {})}
    found = verdict(name, key, [begun, event(end, last, **done)], programme=programme)
    assert found == ("met", last)
    found = verdict(name, key, [begun, event(end, late, **done)], programme=programme)
    assert found == ("broken", last)


# Accepted and asked for on Wednesday 1 March 2023. 20 WD: 2 3, 6–10, 13–17, 20–24, 27 28 29 March;
# 30 WD: 30 31, 3 4 April (24; 5 off), 6 7, 10–13; 25 WD: 6 April.
@pytest.mark.parametrize(
    ("verified", "decided", "readings", "wanted"),
    [
        ("2023-03-16", "2023-03-30", {}, ("broken", "2023-03-29")),  # 15 days are not more than 15
        ("2023-03-17", "2023-03-30", {}, ("met", "2023-04-13")),
        ("2023-03-17", "2023-04-14", {}, ("broken", "2023-04-13")),
        ("2023-03-17", "2023-04-06", {"extended_limit_wd": 25}, ("met", "2023-04-06")),
        # 17 March is the 12th working day, 22 March the 15th, 23 March the 16th
        (
            *("2023-03-17", "2023-03-30", {"extension_trigger_days": "working"}),
            ("broken", "2023-03-29"),
        ),
        ("2023-03-23", "2023-03-30", {"extension_trigger_days": "working"}, ("met", "2023-04-13")),
    ],
)
def test_extension_begins_with_the_sixteenth_day(verified, decided, readings, wanted):
    events = [event(kind, "2023-03-01") for kind in ("accept", "entrust")]
    events += [event("verify", verified), event("decide", decided, **PASSED)]
    assert verdict(S2, "processing", events, readings=readings) == wanted


@pytest.mark.parametrize(
    ("applied", "paid", "wanted"),
    [
        ("2023-03-10 23:30", "2023-03-11 23:30", "met"),
        ("2023-03-10 23:30", "2023-03-11 23:31", "broken"),
        ("2022-12-31 22:00", "2023-01-01 21:59", "met"),
        ("2023-03-10 23:30", "2023-03-11", "unknown"),  # half an hour to 24 hours and a half
        ("2023-03-10 23:30", "2023-03-10", "met"),  # whenever on that day
        ("2023-03-10", "2023-03-11 09:00", "unknown"),
        ("2023-03-10", "2023-03-12", "broken"),
    ],
)
def test_aid_within_24_hours_across_midnight(applied, paid, wanted):
    events = [event("apply", applied), event("pay", paid, amount=800)]
    assert verdict(S2, "urgent_aid", events, **ONE, is_urgent=True)[0] == wanted


@pytest.mark.parametrize(
    ("paid", "decided", "is_urgent"),
    [
        ("2023-03-10", "2023-03-10 10:00", False),  # nobody knows which came first
        ("2023-03-10 09:00", "2023-03-10 10:00", True),
        ("2023-03-10 11:00", "2023-03-10 10:00", False),
        ("2023-03-10 11:00", "2023-03-10", False),
        ("2023-03-09", "2023-03-10 10:00", True),
    ],
)
def test_a_payment_on_the_day_of_the_decision_is_early_only_by_its_time(paid, decided, is_urgent):
    events = [event("apply", "2023-03-09"), event("pay", paid, amount=1)]
    events.append(event("decide", decided, **PASSED))
    assert (verdict(S2, "urgent_aid", events, **ONE)[0] != "not_applicable") is is_urgent


def test_periods_that_end_on_a_day_off():
    # A week after Saturday 22 April 2023 is the first of five days off; 4 May is worked.
    paid = event("pay", "2023-04-20", until="2023-04-22", amount=1)
    for day, wanted in (("2023-05-04", "met"), ("2023-05-05", "broken")):
        events = [event("apply", "2023-04-20"), paid, event("paperwork", day)]
        assert verdict(S2, "urgent_paperwork", events, **ONE) == (wanted, "2023-05-04")
    # Three days after 28 September 2020 is National Day; the first day worked is 9 October.
    refused = event("decide", "2020-09-28", **FAILED)
    assert verdict(S1, "refusal_notice", [refused, event("notify", "2020-10-09")])[0] == "met"
    assert verdict(S1, "refusal_notice", [refused, event("notify", "2020-10-10")])[0] == "broken"
    # A year after 29 February 2020 is Sunday 28 February 2021.
    case = {"kind": "review", "review_class": "A"}
    for day, wanted in (("2021-03-01", "met"), ("2021-03-02", "broken")):
        reviews = [event("review", "2020-02-29"), event("review", day)]
        assert verdict(S1, "review_a", reviews, at="2021-03-31", **case)[0] == wanted


def test_county_approval_runs_from_the_last_day_of_publicity():
    posted = event("post", "2020-06-17", until="2020-06-24", list_no=1)
    for day, wanted in (("2020-07-02", "met"), ("2020-07-03", "broken")):
        events = [posted, event("decide", day, **PASSED)]
        assert verdict(S1, "approval", events) == (wanted, "2020-07-02")


@pytest.mark.parametrize(
    ("name", "granted", "paid", "wanted"),
    [
        (S2, "2022-12-15", "2023-01-10", "met"),
        (S2, "2022-12-15", "2023-01-11", "broken"),
        (S1, "2020-05-20", "2020-07-10", "met"),
        (S1, "2020-05-20", "2020-07-11", "broken"),
    ],
)
def test_the_first_payment_comes_in_the_period_after_the_grant(name, granted, paid, wanted):
    events = [event("decide", granted, **PASSED), event("pay", paid, amount=1)]
    assert verdict(name, "payment", events, at=paid)[0] == wanted


def test_statistics_and_departments():
    for day, wanted in (("2020-08-05", "met"), ("2020-08-06", "broken")):
        events = [event("pay", "2020-07-08"), event("file", day, channel="system")]
        assert verdict(S1, "statistics_entry", events)[0] == wanted
    for day, wanted in (("2022-10-08", "met"), ("2022-10-09", "broken")):
        done = event("close", "2022-09-30", role="department", department="housing")
        events = [done, event("feedback", day, department="housing")]
        assert verdict(S2, "department_feedback", events)[0] == wanted
    for day, wanted in (("2021-10-13", "met"), ("2021-10-14", "broken")):
        checked = event("audit", day, level="county", channel="system")
        assert verdict(S45, "roster_check", [checked], kind="review")[0] == wanted


def test_two_reviews_in_the_year_after_the_grant():
    """The second on the anniversary still counts; then the next year runs."""
    granted, first = event("decide", "2022-08-01", **PASSED), event("review", "2022-12-01")
    for day, wanted in (("2023-08-01", "running"), ("2023-08-02", "overdue")):
        events = [granted, first, event("review", day)]
        assert verdict(S2, "one_case_review", events, at="2023-08-31", **ONE)[0] == wanted


def test_sign_in_on_the_25th_to_28th():
    days = {"24": "broken", "25": "met", "28": "met", "29": "broken"}
    for day, wanted in days.items():
        signed = event("review", f"2021-04-{day}", role="applicant")
        events = [event("decide", "2021-03-10", **PASSED), signed]
        assert verdict(S45, "sign_in", events, at="2021-04-30")[0] == wanted


@pytest.mark.parametrize(
    ("again", "wanted"),
    [
        (None, "broken"),
        (("2023-05-14", "2023-05-21"), "met"),
        (("2023-05-14", "2023-05-20"), "broken"),
    ],
)
def test_an_objection_asks_for_seven_days_anew(again, wanted):
    events = [
        event("post", "2023-05-06", until="2023-05-13", list_no=1),
        event("objection", "2023-05-13"),
        event("decide", "2023-05-25", **PASSED),
    ]
    if again:
        events.insert(2, event("post", again[0], until=again[1], list_no=1))
    assert verdict(S312, "posting", events)[0] == wanted


def test_phases_by_their_days():
    for day, wanted in (("2021-07-18", "met"), ("2021-07-19", "broken"), ("2021-07-03", "broken")):
        found = verdict(S39, "phase_visit", [event("visit", day)], kind="review", at="2021-12-31")
        assert found[0] == wanted
    # A visit before the phase says nothing while it lasts, nor one after it to who was visited.
    early = [event("visit", "2021-03-01")]
    assert verdict(S39, "phase_visit", early, kind="review", at="2021-07-10")[0] == "running"
    both = [event("visit", "2021-07-10"), event("visit", "2021-08-20")]
    assert verdict(S39, "phase_visit", both, kind="review")[0] == "met"
    # A list that hangs into August is not wholly within "May to the end of July".
    for last, wanted in (("2015-07-31", "met"), ("2015-08-01", "broken")):
        posted = [event("post", "2015-07-24", until=last, list_no=1)]
        assert verdict(S0, "phase_posting", posted, kind="cleanup")[0] == wanted


@pytest.mark.parametrize(
    ("due", "present", "votes", "quorum", "majority"),
    [
        (20, 10, 6, "broken", "met"),  # exactly half is not more than half
        (20, 11, 6, "met", "met"),
        (21, 11, 5, "met", "broken"),
        (24, 12, 6, "broken", "broken"),
    ],
)
def test_more_than_half(due, present, votes, quorum, majority):
    vote = event("vote", "2009-06-10", n_due=due, n_present=present, n_for=votes, **PASSED)
    assert verdict(S310, "quorum", [vote], judge=conduct)[0] == quorum
    assert verdict(S310, "vote_result", [vote], judge=conduct)[0] == majority


@pytest.mark.parametrize(
    ("amount", "reading", "persons", "wanted"),
    [
        (5000, "case", 3, "met"),
        (5000.01, "case", 3, "broken"),
        (15000, "person", 3, "met"),
        (15000.01, "person", 3, "broken"),
    ],
)
def test_ceiling_of_urgent_aid(amount, reading, persons, wanted):
    events = [event("pay", "2023-03-10", amount=amount), event("paperwork", "2023-03-15")]
    readings = {"urgent_ceiling_unit": reading}
    found = verdict(
        S2, "urgent_ceiling", events, judge=conduct, readings=readings, n_persons=persons, **ONE
    )
    assert found[0] == wanted


@pytest.mark.parametrize(
    ("cases", "checked", "day", "wanted"),
    [
        (10, 3, "2023-03-31", "met"),
        (10, 2, "2023-03-31", "broken"),
        (7, 3, "2023-04-30", "met"),  # 2.1 of 7 is 3
        (7, 2, "2023-04-30", "broken"),
        (7, 3, "2023-05-01", "broken"),
        (1, 1, "2023-03-20", "met"),  # 0.3 of one is one
    ],
)
def test_spot_checks_are_rounded_up(cases, checked, day, wanted):
    made = [
        {
            "case": number,
            "programme": "dibao",
            "events": [
                event("decide", "2023-03-15", **PASSED),
                *([event("spot_check", day)] if number < checked else []),
            ],
        }
        for number in range(cases)
    ]
    found = conduct(log_of([*made, WITNESS], at=LATER), load_procedure(S2))
    (rate,) = [each for each in found.rates if each.key == "spot_checks" and not each.township]
    assert (rate.cases, rate.verdict) == (cases, wanted)


# --- what a log never records ------------------------------------------------------------------
def test_what_is_never_recorded_is_named_and_not_called_overdue():
    accepted = {"programme": "dibao", "events": [event("accept", "2023-03-01")]}
    found = limits(log_of([accepted], at="2023-12-31"), S2)
    assert VERDICTS[found.of("processing")[0]] == "unknown"
    assert "没有审核确认的记录" in found.note
    assert found.frame(("unknown",))["需补记"].tolist() == ["审核确认"]
    decided = {"programme": "dibao", "events": [event("decide", "2023-03-01", **PASSED)]}
    both = limits(log_of([accepted, decided], at="2023-12-31"), S2)
    assert VERDICTS[both.of("processing")[0]] == "overdue"


def test_a_log_without_visits_says_so():
    events = [event("accept", "2020-06-01"), event("decide", "2020-06-20", **PASSED)]
    found = conduct(log_of([{"programme": "dibao", "events": events}]), load_procedure(S1)).cases
    assert VERDICTS[found.of("township_visit")[0]] == "unknown"
    assert "没有核对反馈、入户调查、民主评议、公示的记录" in found.note
    frame = found.frame(("unknown",))
    needs = dict(zip(frame["检查事项"], frame["需补记"], strict=True))
    assert "公示" in needs[found.items[found.keys.index("posted_before_decision")].title]


# --- payments under an earlier decision -----------------------------------------------------------
@pytest.mark.parametrize(
    ("paid", "wanted"),
    [
        (("2023-02-08", 400), "not_applicable"),  # before the review decided otherwise
        (("2023-04-08", 300), "met"),
        (("2023-04-08", 400), "broken"),
    ],
)
def test_only_payments_after_the_decision_are_held_against_it(paid, wanted):
    decided = event("decide", "2023-03-15", amount=300, **PASSED)
    events = [decided, event("pay", paid[0], amount=paid[1])]
    found = verdict(S2, "paid_as_decided", events, judge=conduct, kind="review", amount_m=300)
    assert found[0] == wanted
