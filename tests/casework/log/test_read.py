"""Reading an officer's own log: layouts, writings, findings at their cell, nobody's name kept."""

import json

import numpy as np
import pytest

from jiuzhu_sim.casework.log.cells import is_yes, periods, times
from jiuzhu_sim.casework.log.findings import log_catalogue
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.casework.log.sample import faulty_log
from jiuzhu_sim.casework.log.write import workbook, write_log
from jiuzhu_sim.errors import JZError

KEY = b"a key for the tests"
HEAD = "案件编号,乡镇,救助类型,环节,办理时间,经办人,结果,应到,实到,赞成,公示起止,金额"


def read(folder, rows, head=HEAD, name="log.csv", **options):
    path = folder / name
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return read_log(path, key=KEY, **options)


def found(made, code):
    """(row, column) of each finding of a code."""
    frame = made.findings.frame()
    frame = frame[frame["code"] == code]
    return list(zip(frame["row"], frame["column"], strict=True))


def days(times_):
    return times_.astype("datetime64[D]").astype(str).tolist()


GOOD = [
    "A1,甲镇,低保,受理,2025-1-6,王五,,,,,,",
    "A1,甲镇,低保,入户核查,2025/1/9,王五、李四,,,,,,",
    "A1,甲镇,低保,评议,2025年1月13日 14:30,王五,通过,15,13,12,,",
    "A1,甲镇,低保,一榜公示,,王五,,,,,2025-1-14至2025-1-20,",
    "A1,甲镇,低保,审批,45680,赵六,同意,,,,,",
    "A1,甲镇,低保,发放,20250210,,,,,,,560.5",
]


def test_a_flat_table_is_read_whole(tmp_path):
    made = read(tmp_path, GOOD)
    log = made.log
    assert made.findings.count("stop") + made.findings.count("doubt") == 0
    assert (log.n, log.n_events) == (1, 6)
    assert days(log.first("accept")) == ["2025-01-06"]
    assert log.first("vote").astype(str).tolist() == ["2025-01-13T14:30"]
    assert days(log.first("decide", outcome="passed")) == ["2025-01-23"]
    post = log.rows("post", list_no=1)
    assert log.events["until"][post].astype(str).tolist() == ["2025-01-20"]
    assert log.events["n_present"][log.rows("visit")].tolist() == [2]
    assert np.nansum(log.events["amount"]) == 560.5
    assert log.events["row"].tolist() == [2, 3, 4, 5, 6, 7]


def test_two_sheets_titles_and_signatures(tmp_path):
    import xlsxwriter

    path = tmp_path / "log.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        cases = book.add_worksheet("案件")
        events = book.add_worksheet("办理环节")
        for row, cells in enumerate(
            [
                ["某县案件台账"],
                ["编号", "户主姓名", "街道", "救助项目"],
                ["A1", "张三", "甲街道", "特困"],
            ]
        ):
            cases.write_row(row, 0, cells)
        for row, cells in enumerate(
            [
                ["办理环节流水"],
                ["案件编号", "步骤", "日期", "经办人员"],
                ["A1", "受理", "2025-01-06", "王五"],
                ["", "", "", ""],
                ["填表人：王五"],
            ]
        ):
            events.write_row(row, 0, cells)
    made = read_log(path, key=KEY)
    assert made.sheets == ("案件", "办理环节")
    assert made.log.frame("cases")["救助类型"].tolist() == ["特困供养"]
    assert made.log.labels("township").tolist() == ["甲街道"]
    assert made.log.n_events == 1
    assert found(made, "L303") == [(4, "")]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",甲镇,低保,入户,2025-1-9,王五,,,,,,", "L101", "A"),
        ("A1,甲镇,低保,入护调查,2025-1-9,王五,,,,,,", "L102", "D"),
        ("A1,甲镇,低保,受理,2025-1-6,王五,,,,,,", "L105", "D"),
        ("A1,甲镇,低保,,2025-1-9,王五,,,,,,", "L106", "D"),
        ("A1,甲镇,低保,入户,2025年1月,王五,,,,,,", "L201", "E"),
        ("A1,甲镇,低保,入户,,王五,,,,,,", "L201", "E"),
        ("A1,甲镇,低保,入户,2099-1-9,王五,,,,,,", "L202", "E"),
        ("A1,甲镇,低保,审批,2025-1-3,王五,同意,,,,,", "L204", "E"),
        ("A1,甲镇,低保,审批,2025-2-3,王五,同意,,,,,", "L205", "D"),
        ("A1,甲镇,低保,归档,2025-1-3,王五,,,,,,", "L207", "E"),
        ("A1,甲镇,低保,公示,,王五,,,,,2025-1-20至2025-1-14,", "L208", "K"),
        ("A1,甲镇,低保,评议,2025-1-9,王五,,15,16,12,,", "L209", "J"),
        ("A1,甲镇,低保,评议,2025-1-9,王五,,15,12,13,,", "L209", "J"),
        ("A1,甲镇,低保,入户,2025-1-9,,,,,,,", "L210", "F"),
        ("A2,甲镇,地保,受理,2025-1-9,王五,,,,,,", "L211", "C"),
        ("A1,甲镇,低保,入户,2025-1-10,王五,看情况,,,,,", "L212", "G"),
        ("A1,甲镇,低保,发放,2025-3-9,,,,,,,-300", "L215", "L"),
        ("A1,乙镇,低保,入户,2025-1-10,王五,,,,,,", "L216", "B"),
        ("A2,甲镇,低保,审批,2025-1-9,王五,,,,,,", "L217", "G"),
        ("A2,甲镇,,受理,2025-1-9,王五,,,,,,", "L218", "C"),
        ("A2,,低保,受理,2025-1-9,王五,,,,,,", "L219", "B"),
        ("A2,甲镇,低保,发放,2025-1-9,,,,,,,300", "L206", "D"),
    ],
)
def test_each_fault_is_told_at_its_cell(tmp_path, row, code, column):
    made = read(tmp_path, [*GOOD, row])
    assert found(made, code) == [(8, column)]
    assert made.log.n_events + len(made.aside) == len(GOOD) + 1
    level = log_catalogue()[code]["level"]
    assert (8 in made.aside["row"].tolist()) == (level == "stop")


def test_an_event_before_the_application(tmp_path):
    rows = ["A3,甲镇,低保,申请,2025-3-9,,,,,,,", "A3,甲镇,低保,受理,2025-3-8,王五,,,,,,"]
    assert found(read(tmp_path, rows), "L203") == [(3, "E")]


def test_a_township_that_is_not_on_the_list(tmp_path):
    made = read(tmp_path, GOOD, townships=("甲乡", "乙镇"))
    assert len(found(made, "L213")) == len(GOOD)
    assert "甲乡" in made.findings.frame().query("code == 'L213'")["fix"].iloc[0]


def test_a_case_decided_again_after_an_objection_is_no_fault(tmp_path):
    more = [
        "A1,甲镇,低保,公示异议,2025-1-24,,,,,,,",
        "A1,甲镇,低保,审批,2025-2-3,王五,不同意,,,,,",
    ]
    assert found(read(tmp_path, [*GOOD, *more]), "L205") == []


def test_events_of_unknown_cases_and_cases_twice_are_kept_apart(tmp_path):
    import pandas as pd

    cases = pd.DataFrame({"案件编号": ["A1", "A1", "A2"], "乡镇": "甲镇", "救助类型": "低保"})
    events = pd.DataFrame(
        {"案件编号": ["A1", "A9"], "环节": "受理", "办理时间": ["2025-1-6", "2025-1-7"]}
    )
    path = tmp_path / "log.xlsx"
    path.write_bytes(workbook({"案件": cases, "环节": events}))
    made = read_log(path, key=KEY)
    assert (found(made, "L103"), found(made, "L104")) == ([(3, "A")], [(3, "A")])
    assert found(made, "L214") == [(4, "A")]
    assert (made.log.n, made.log.n_events, len(made.aside)) == (2, 1, 2)


def test_unusable_rows_are_counted_in_their_case(tmp_path):
    made = read(tmp_path, [*GOOD, "A1,甲镇,低保,入护调查,2025-1-9,王五,,,,,,"])
    assert made.log.cases["n_unread"].tolist() == [1]


def test_what_no_column_tells_is_unknown(tmp_path):
    head = "案件编号,环节,办理时间,授权书"
    made = read(tmp_path, ["A1,受理,2025-1-6,有", "A2,受理,2025-1-6,"], head=head)
    assert made.log.knows("is_authorised").tolist() == [True, False]
    assert not made.log.knows("is_relative").any()
    assert "actor" in made.absent
    assert "is_authorised" not in made.absent


def test_no_name_or_number_of_a_person_is_kept(tmp_path):
    head = "案件编号,姓名,身份证号,电话,环节,办理时间,经办人,结果"
    rows = [
        "11010519491231002X,张三丰,11010519491231002X,13800138000,受理,2025-1-6,王小五,",
        "13800138000,李四光,11010519491231002X,13800138000,受理,2025-1-6,王小五,李四光",
        "赵六,赵六,,,王小五,2025-1-7,孙七八,",
    ]
    made = read(tmp_path, rows, head=head)
    kept = [made.findings.frame().to_string(), made.aside.to_string()]
    kept += [made.log.frame(level).to_string() for level in ("cases", "events")]
    kept.append(json.dumps(made.log.names, ensure_ascii=False))
    for secret in ("张三丰", "李四光", "王小五", "孙七八", "11010519491231002X", "13800138000"):
        assert all(secret not in text for text in kept), secret
    assert len(made.log.names["actor"]) == 2, "one officer, one pseudonym"
    assert found(made, "L301") == [(2, "A")]


def test_a_pseudonym_needs_the_key(tmp_path):
    one = read(tmp_path, GOOD).log.names["actor"]
    path = tmp_path / "log.csv"
    assert read_log(path, key=KEY).log.names["actor"] == one
    assert read_log(path, key=b"another").log.names["actor"] != one


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025-01-03", "2025-01-03T00:00"),
        ("2025.1.3 9:30", "2025-01-03T09:30"),
        ("2025年1月3日 9:30:59", "2025-01-03T09:30"),
        ("2025年1月3日下午2时5分", "2025-01-03T14:05"),
        ("2025/1/3 9:30 PM", "2025-01-03T21:30"),
        ("２０２５－１－３", "2025-01-03T00:00"),
        ("45660", "2025-01-03T00:00"),
        ("45660.395833333", "2025-01-03T09:30"),
        ("20250103", "2025-01-03T00:00"),
        ("2025-02-30", "NaT"),
        ("2025-1-3 25:00", "NaT"),
        ("202501", "NaT"),
        ("去年", "NaT"),
    ],
)
def test_times_in_the_usual_writings(cell, expected):
    made = times(np.array([cell], object))
    assert made.value.astype(str).tolist() == [expected]
    assert made.is_bad.tolist() == [expected == "NaT"]


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2025-1-3至2025-1-9", "2025-01-03", "2025-01-09"),
        ("2025.1.3-2025.1.9", "2025-01-03", "2025-01-09"),
        ("2025年1月30日—2月5日", "2025-01-30", "2025-02-05"),
        ("2025年1月3日至9日", "2025-01-03", "2025-01-09"),
        ("2025/1/3~2025/1/9", "2025-01-03", "2025-01-09"),
        ("2025-1-3", "2025-01-03", "NaT"),
    ],
)
def test_periods_in_the_usual_writings(cell, first, last):
    made = [days(part.value) for part in periods(np.array([cell], object))]
    assert made == [[first], [last]]


def test_yes_and_no_in_the_usual_writings():
    yes, blank, unread = is_yes(np.array(["是", "有", "×", "", "大概"], object))
    assert yes.tolist() == [True, True, False, False, False]
    assert (blank.tolist()[3], unread.tolist()) == (True, [False] * 4 + [True])


def steps(place):
    at = [f"2025-0{place % 9 + 1}-{day:02}" for day in (2, 3, 6, 8, 10, 20, 25, 28)]
    kinds = ("apply", "accept", "visit", "vote", "post", "decide", "pay", "close")
    made = [
        {"kind": kind, "at": day, "actor": f"甲{place % 3}"}
        for kind, day in zip(kinds, at, strict=True)
    ]
    made[3] |= {"n_due": 15, "n_present": 13, "n_for": 11, "is_secret": True}
    made[4] |= {"until": at[5], "list_no": 1, "level": "village"}
    made[5] |= {"outcome": "passed", "level": "county"}
    made[6] |= {"amount": 400.5}
    return made


@pytest.fixture(scope="module")
def sound():
    places = ("甲镇", "乙镇")
    return log_of(
        {
            "case": 100 + k,
            "programme": "dibao",
            "area": "rural",
            "township": places[k % 2],
            "is_authorised": k % 2 == 0,
            "events": steps(k),
        }
        for k in range(60)
    )


@pytest.mark.parametrize("name", ["log.xlsx", "log.csv"])
def test_a_written_log_reads_the_same(sound, tmp_path, name):
    made = read_log(write_log(sound, tmp_path / name), key=KEY)
    assert len(made.findings) == 0, made.findings.frame()
    for level in ("cases", "events"):
        one, other = sound.frame(level), made.log.frame(level)
        names = [title for title in one if "化名" not in title and "行号" not in title]
        assert one[names].to_numpy().tolist() == other[names].to_numpy().tolist()
    assert len(made.log.names["actor"]) == 3


def test_every_planted_fault_is_found_where_it_stands(sound, tmp_path):
    made = faulty_log(sound, per_kind=2, seed=3)
    read_again = read_log(made.write(tmp_path / "log.xlsx"), key=KEY)
    frame = read_again.findings.frame()
    told = set(zip(frame["code"], frame["row"], strict=True))
    assert len(made.planted) == 28
    assert set(made.planted) <= told
    assert read_again.log.n == sound.n


def test_a_formula_in_a_text_comes_back_as_text(tmp_path):
    log = log_of([{"township": "=1+1", "events": [{"kind": "apply", "at": "2025-01-02"}]}])
    path = write_log(log, tmp_path / "log.csv")
    assert "'=1+1" in path.read_text(encoding="utf-8-sig")
    assert read_log(path, key=KEY).log.names["township"] == ("=1+1",)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("乡镇,户数,金额", "JZ-E093"),
        ("案件编号,乡镇,救助类型", "JZ-E094"),
        ("案件编号,环节,办理时间", "JZ-E079"),
    ],
)
def test_a_file_that_is_no_log_is_refused(tmp_path, head, code):
    with pytest.raises(JZError) as refused:
        read(tmp_path, [], head=head)
    assert set(refused.value.codes) == {code}
