"""The `Log`: columns filled, sorted, asked by kind; plain mappings made into one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.casework.log.log import EVENTS, Log, code, log_of
from jiuzhu_sim.errors import JZError

CASES = [
    {
        "case": 11,
        "programme": "dibao",
        "township": "甲镇",
        "is_authorised": True,
        "events": [
            {"kind": "post", "at": "2025-01-20", "list_no": 2, "level": "township"},
            {"kind": "post", "at": "2025-01-10", "list_no": 1, "level": "village"},
            {"kind": "apply", "at": "2025-01-02 09:30", "actor": "甲"},
            {"kind": "decide", "outcome": "passed"},
        ],
    },
    {"case": 12, "programme": "edge", "township": "乙镇"},
    {"case": 13, "township": "甲镇", "events": [{"kind": "apply", "at": "2025-03-01"}]},
]


@pytest.fixture
def log():
    return log_of(CASES)


def days(times):
    return times.astype("datetime64[D]").astype(str).tolist()


def test_events_stand_by_case_and_time_the_undated_last(log):
    kinds = [EVENTS[kind] for kind in log.events["kind"]]
    assert kinds == ["apply", "post", "post", "decide", "apply"]
    assert log.events["case"].tolist() == [0, 0, 0, 0, 2]


def test_first_last_count_and_any(log):
    assert days(log.first("post")) == ["2025-01-10", "NaT", "NaT"]
    assert days(log.last("post")) == ["2025-01-20", "NaT", "NaT"]
    assert log.count("post").tolist() == [2, 0, 0]
    assert log.any("apply").tolist() == [True, False, True]


def test_where_narrows_by_name_and_number(log):
    assert days(log.first("post", level="township"))[0] == "2025-01-20"
    assert days(log.first("post", list_no=1))[0] == "2025-01-10"
    assert log.count("post", list_no=1, level="county").tolist() == [0, 0, 0]


def test_an_event_without_a_date_is_there_but_has_no_time(log):
    assert log.any("decide").tolist() == [True, False, False]
    assert days(log.first("decide"))[0] == "NaT"
    assert log.undated("decide").tolist() == [True, False, False]
    assert not log.undated("post").any()


def test_what_was_not_recorded_is_unknown_not_false(log):
    assert log.knows("is_authorised").tolist() == [True, False, False]
    assert not log.knows("is_secret").any()
    assert log.cases["programme"].tolist() == [0, 1, -1]
    assert log.events["n_for"].tolist() == [-1] * 5
    assert np.isnan(log.events["amount"]).all()


def test_a_selection_keeps_its_events_and_names(log):
    some = log.select(np.array([False, True, True]))
    assert some.cases["case"].tolist() == [12, 13]
    assert days(some.first("apply")) == ["NaT", "2025-03-01"]
    assert some.labels("township").tolist() == ["乙镇", "甲镇"]
    assert some.knows("is_authorised").tolist() == [False, False]
    assert len(some.knows("is_secret")) == some.n_events


def test_the_day_of_the_log_is_its_last_day(log):
    assert str(log.at) == "2025-03-01"
    assert str(log_of(CASES, at="2025-12-31").at) == "2025-12-31"
    assert np.isnat(log_of([{}]).at)


def test_a_frame_shows_labels_and_leaves_the_unknown_blank(log):
    cases, events = log.frame("cases"), log.frame("events")
    assert cases["救助类型"].tolist() == ["低保", "低保边缘", ""]
    assert cases["核对授权书"].tolist() == ["是", "", ""]
    assert events["办理时间"].tolist()[0] == "2025-01-02 09:30"
    assert events["办理时间"].tolist()[3] == ""
    assert events["案件编号"].tolist() == ["11"] * 4 + ["13"]


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({"programe": "dibao"}, "JZ-E010"),
        ({"programme": "dibau"}, "JZ-E060"),
        ({"events": [{"kind": "vizit"}]}, "JZ-E060"),
        ({"events": [{"kind": "visit", "when": "2025-01-01"}]}, "JZ-E010"),
    ],
)
def test_unknown_columns_and_codes_are_refused(case, told):
    with pytest.raises(JZError) as refused:
        log_of([case])
    assert refused.value.codes == (told,)


def test_unknown_names_in_a_question_are_refused(log):
    with pytest.raises(JZError):
        log.first("vizit")
    with pytest.raises(JZError):
        log.first("post", leval="village")
    with pytest.raises(JZError):
        log.knows("is_autorised")


def test_columns_must_fit():
    with pytest.raises(ValueError, match="village"):
        Log.of({"case": [1, 2], "village": [0]}, {"case": []})
    with pytest.raises(ValueError, match="not there"):
        Log.of({"case": [1]}, {"case": [1]})


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400)), max_size=30), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, rng):
    def built(some):
        events = {
            "case": np.array([case for case, _ in some], int),
            "kind": np.full(len(some), code("event", "kind", "visit")),
            "at": np.datetime64("2025-01-01", "m")
            + np.array([day for _, day in some], int) * np.timedelta64(1, "D"),
        }
        return Log.of({"case": np.arange(4)}, events)

    mixed = list(rows)
    rng.shuffle(mixed)
    one, other = built(rows), built(mixed)
    np.testing.assert_array_equal(one.first("visit"), other.first("visit"))
    np.testing.assert_array_equal(one.last("visit"), other.last("visit"))
    for case in range(4):
        own = [day for each, day in rows if each == case]
        assert one.count("visit")[case] == len(own)
        if own:
            first = np.datetime64("2025-01-01") + min(own)
            assert one.first("visit")[case].astype("datetime64[D]") == first
