"""Indicators from a log: counts made by hand, in any order, in both designs, by any procedure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.assessment.indicators import evidence_of, measure
from jiuzhu_sim.casework.log.log import log_of

AT = "2025-12-31"
JUDGED_ON = {"accept": "2025-03-03", "on_time": "2025-03-10", "late": "2025-06-30"}


def applied(case, township, *, is_late=False, is_dated=True, is_visited=True):
    """An application accepted on Monday 3 March and verified within ten working days, or not."""
    done = {"kind": "verify", "at": JUDGED_ON["late" if is_late else "on_time"]}
    if not is_dated:
        del done["at"]
    events = [{"kind": "accept", "at": JUDGED_ON["accept"]}, done]
    if is_visited:
        events.append({"kind": "visit", "at": "2025-03-05", "level": "township"})
    return {"case": case, "township": township, "programme": "dibao", "events": events}


def office(n=20, late=5, township="甲镇", first=1):
    return [applied(first + k, township, is_late=k < late) for k in range(n)]


def measured(cases, design="census", procedure="s1-county-2020", **how):
    return measure(evidence_of(log=log_of(cases, at=AT), procedure=procedure), design, **how)


def row(made, key, name):
    return getattr(made, name)[:, made.place(key)].tolist()


def test_what_was_kept_of_what_can_be_judged():
    cases = [*office(), *office(10, 1, "乙乡", 100), applied(200, "乙乡", is_dated=False)]
    made = measured(cases)
    assert made.units == ("乙乡", "甲镇")
    assert row(made, "verification_on_time", "hits") == [9, 15]
    assert row(made, "verification_on_time", "n") == [10, 20]
    assert row(made, "verification_on_time", "population") == [10, 20]
    assert row(made, "verification_on_time", "value") == [0.9, 0.75]
    assert np.isnan(row(made, "verification_on_time", "low")).all()


def test_what_cannot_be_judged_is_told_and_left_out():
    made = measured([*office(), applied(200, "甲镇", is_dated=False)])
    assert row(made, "verification_on_time", "n") == [20]
    assert row(made, "verification_on_time", "unknown") == [1]
    assert any("无法判定" in note for note in made.notes)


def test_a_case_is_kept_where_every_item_was_met():
    """Both reviews of class C, urban and rural, are one indicator; a case has one of them."""
    late = {"kind": "review", "at": "2025-11-30"}
    events = [
        {"kind": "accept", "at": "2025-01-02"},
        {"kind": "decide", "at": "2025-01-10", "outcome": "passed"},
    ]
    cases = [
        {"township": "甲镇", "programme": "dibao", "review_class": "C", "area": area,
         "household": k, "events": [*events, late]}
        for k, area in enumerate(["urban", "rural"])
    ]  # fmt: skip
    made = measured(cases)
    assert row(made, "review_c_on_time", "n") == [2]
    assert row(made, "review_c_on_time", "hits") == [0]
    assert row(made, "review_on_time", "n") == [2]


def test_rates_count_cases_done_in_time_among_those_due():
    cases = [*office(8, 0), *(applied(50 + k, "甲镇", is_visited=False) for k in range(2))]
    made = measured(cases)
    assert row(made, "visit_rate", "hits") == [8]
    assert row(made, "visit_rate", "n") == [10]
    assert made.indicators[made.place("visit_rate")].target == 1


def test_a_month_that_is_not_over_is_not_held_against_anybody():
    cases = [applied(1, "甲镇"), applied(2, "甲镇", is_visited=False)]
    log = log_of(cases, at="2025-04-15")
    made = measure(evidence_of(log=log, procedure="s1-county-2020"), "census")
    assert row(made, "visit_rate", "n") == [1]


def test_the_target_and_clause_are_those_of_the_procedure_in_use():
    events = [{"kind": "accept", "at": "2023-03-03"},
              {"kind": "decide", "at": "2023-03-10", "outcome": "passed"},
              {"kind": "spot_check", "at": "2023-03-20"}]  # fmt: skip
    case = {"township": "甲镇", "programme": "dibao", "events": events}
    made = measured([case], procedure="s2-district-2022")
    used = made.indicators[made.place("county_check_rate")]
    assert (used.target, used.clause) == (0.3, "S2.1.5、S2.2.4")
    assert row(made, "county_check_rate", "value") == [1.0]


def test_a_sample_draws_so_many_files_and_has_an_interval():
    made = measured(office(200, 40), "sample", files=60, seed=3)
    k = made.place("verification_on_time")
    assert (made.n[0, k], made.population[0, k]) == (60, 200)
    assert made.low[0, k] < made.value[0, k] < made.high[0, k]
    assert made.files.tolist() == [60]
    assert made.looked.sum() == 60


def test_of_few_files_all_are_looked_at():
    made = measured(office(20), "sample", files=60)
    k = made.place("verification_on_time")
    assert (made.n[0, k], made.population[0, k]) == (20, 20)
    assert np.isnan(made.low[0, k])


def test_the_draw_is_one_of_the_case_whatever_the_order_of_rows():
    cases = office(120, 30)
    made = measured(cases, "sample", files=25, seed=5)
    again = measured(cases[::-1], "sample", files=25, seed=5)
    np.testing.assert_array_equal(made.hits, again.hits)
    drawn = {case["case"] for case, looked in zip(cases, made.looked, strict=True) if looked}
    others = {
        case["case"] for case, looked in zip(cases[::-1], again.looked, strict=True) if looked
    }
    assert drawn == others
    assert len(drawn) == 25


def test_one_case_more_moves_one_file_at_most():
    cases = office(100, 0)
    more = [*cases, *office(100, 0, "乙乡", 500), applied(999, "甲镇")]
    made, again = (measured(each, "sample", files=20, seed=2) for each in (cases, more))
    drawn = {case["case"] for case, looked in zip(cases, made.looked, strict=True) if looked}
    after = {
        case["case"]
        for case, looked in zip(more, again.looked, strict=True)
        if looked and case["township"] == "甲镇"
    }
    assert len(drawn - after) <= 1


def test_samples_of_many_seeds_are_right_on_average():
    cases = office(100, 30)
    values = [
        measured(cases, "sample", files=20, seed=seed).column("verification_on_time")[0]
        for seed in range(40)
    ]
    # Standard error of the mean of 40 samples of 20 of 100 is about 0.015.
    assert np.mean(values) == pytest.approx(0.7, abs=0.05)
    assert len(set(values)) > 3


@pytest.mark.parametrize("design", ["census", "sample"])
@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.permutations(["甲镇", "乙乡", "丙镇"]))
def test_any_order_of_cases_events_and_townships_gives_the_same(design, chance, towns):
    cases = [*office(40, 9), *office(30, 4, "乙乡", 100), *office(8, 1, "丙镇", 200)]
    mixed = [
        case | {"events": chance.sample(case["events"], len(case["events"]))} for case in cases
    ]
    chance.shuffle(mixed)
    logs = (log_of(each, at=AT) for each in (cases, mixed))
    made, again = (
        measure(evidence_of(log=log, procedure="s1-county-2020", units=units), design, files=15)
        for log, units in zip(logs, (["甲镇", "乙乡", "丙镇"], towns), strict=True)
    )
    again = again.of_units(made.units)
    for name in ("value", "low", "high", "hits", "n", "population", "size", "files"):
        np.testing.assert_array_equal(getattr(made, name), getattr(again, name))


def test_a_township_alone_is_measured_as_among_others():
    cases = [*office(40, 9), *office(30, 4, "乙乡", 100)]
    among = measured(cases, "sample", files=15).of_units(["甲镇"])
    alone = measured(cases[:40], "sample", files=15)
    np.testing.assert_array_equal(among.hits, alone.hits)
    np.testing.assert_array_equal(among.value, alone.value)


def test_steps_that_a_log_never_records_are_missing_not_zero():
    cases = [applied(k, "甲镇", is_visited=False) for k in range(5)]
    made = measured(cases)
    assert np.isnan(made.column("visit_rate")).all()
    assert row(made, "visit_rate", "unknown") == [5]
    assert "无法判定" in made.missing["visit_rate"]


def test_a_township_without_any_case_has_no_value_and_no_size():
    made = measure(evidence_of(log=log_of([], at=AT), procedure="national", units=["甲镇"]))
    assert np.isnan(made.value).all()
    assert np.isnan(made.size).all()
    assert set(made.missing) == set(made.keys)


def test_a_rate_of_the_procedure_counts_alone():
    """Compared after the decision, in time for the rate: S1.1.13 asks for no order."""
    events = [{"kind": "accept", "at": "2025-03-03"},
              {"kind": "decide", "at": "2025-03-10", "outcome": "passed"},
              {"kind": "verify", "at": "2025-03-20"}]  # fmt: skip
    made = measured([{"township": "甲镇", "programme": "dibao", "events": events}])
    assert row(made, "comparison_rate", "value") == [1]
    assert row(made, "steps_in_order", "value") == [0]


def test_an_office_that_visits_need_not_spot_check_as_well():
    """Never a spot-check on record: who was not visited by the county was not checked."""
    cases = [applied(k, "甲镇") for k in range(4)]
    cases[0]["events"].append({"kind": "visit", "at": "2025-03-06", "level": "county"})
    made = measured(cases)
    assert (row(made, "county_check_rate", "hits"), row(made, "county_check_rate", "n")) == (
        [1],
        [4],
    )


@pytest.mark.parametrize("procedure", ["national", "s310-zone-2009", "s45-community"])
def test_what_a_procedure_does_not_rule_is_missing_with_a_sentence(procedure):
    made = measured(office(3, 0), procedure=procedure)
    assert "没有规定这一项" in made.missing["verification_on_time"]
    assert "换用" in made.missing["verification_on_time"]
    assert np.isnan(made.column("verification_on_time")).all()


def test_what_no_case_concerns_is_missing_for_another_reason():
    made = measured(office(3, 0))
    assert "没有涉及这一项" in made.missing["petition_on_time"]


def test_a_case_of_no_township_is_nobodys():
    made = measured([*office(5, 0), {"programme": "dibao", "events": office(1)[0]["events"]}])
    assert row(made, "verification_on_time", "n") == [5]
