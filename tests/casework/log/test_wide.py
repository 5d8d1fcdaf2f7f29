"""A ledger with a case a row and a column for each step: how it is known, read and judged."""

import datetime
from pathlib import Path

import pytest

from jiuzhu_sim.casework.conduct.one_date import limits_of_one_date
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.log.parts import is_log
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.casework.log.wide import step_title, wide_meaning
from jiuzhu_sim.casework.log.write import write_ledger
from jiuzhu_sim.casework.procedure.procedure import load_procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.sheet import Sheet, Source

KEY = b"a key for the tests"
HEAD = (
    "案件编号,户主姓名,乡镇,救助类型,申请日期,受理日期,核对日期,入户日期,入户人员,评议日期,"
    "评议结果,公示起,公示止,审批日期,审批人,审批结果,告知日期,首次发放日期,经办人"
)
WHOLE = (
    "A1,张三,甲镇,低保,2025.3.3,2025-3-4,45726,20250312,王五、李四,2025年3月14日,"
    "通过,2025-3-17,2025-3-24,2025/3/26 9:30,赵六,同意,2025-3-28,2025-4-10,王五"
)


def read(folder, rows, head=HEAD, **options):
    path = folder / "台账.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return read_log(path, key=KEY, **options)


def found(made, code):
    """(row, column) of each finding of a code."""
    frame = made.findings.frame()
    frame = frame[frame["code"] == code]
    return list(zip(frame["row"], frame["column"], strict=True))


def changed(**cells):
    """The whole row with other cells, by header."""
    row = dict(zip(HEAD.split(","), WHOLE.split(","), strict=True)) | cells
    return ",".join(row.values())


@pytest.mark.parametrize(
    ("head", "field"),
    [
        (("申请日期",), "apply:::at"),
        (("受理时间",), "accept:::at"),
        (("入户调查日期",), "visit:::at"),
        (("入户人员",), "visit:::actor"),
        (("调查人",), "visit:::actor"),
        (("民主评议", "结果"), "vote:::outcome"),
        (("公示", "起"), "post:::period"),
        (("公示止",), "post:::until"),
        (("公示日期（止）",), "post:::until"),
        (("一榜公示日期",), "post::1:period"),
        (("乡镇公示", "截止日期"), "post:township::until"),
        (("审批意见",), "decide:::outcome"),
        (("县级审批日期",), "decide:county::at"),
        (("首次发放日期",), "pay:::at"),
        (("发放金额",), "pay:::amount"),
        (("评议应到人数",), "vote:::n_due"),
        (("应到",), "vote:::n_due"),
        (("经办人",), "actor"),
        (("申请人",), "head_name"),
        (("受理编号",), "number"),
        (("审批金额",), "amount_m"),
        (("身份证号",), "head_id"),
    ],
)
def test_a_header_is_a_step_and_what_is_told_of_it(head, field):
    assert wide_meaning(head).field.name == field


def test_what_is_no_step_is_left():
    assert wide_meaning(("家庭存款",)).field is None
    assert step_title("decide:::outcome") == "审核确认 · 办理结果"


def test_a_whole_row_becomes_its_events(tmp_path):
    made = read(tmp_path, [WHOLE])
    log = made.log
    assert made.findings.count("stop") + made.findings.count("doubt") == 0
    assert (made.rows, log.n, log.n_events, len(made.aside)) == (1, 1, 9, 0)
    days = {
        "apply": "2025-03-03",
        "accept": "2025-03-04",
        "verify": "2025-03-10",
        "visit": "2025-03-12",
        "vote": "2025-03-14",
        "post": "2025-03-17",
        "decide": "2025-03-26",
        "notify": "2025-03-28",
        "pay": "2025-04-10",
    }
    told = {kind: str(log.first(kind)[0])[:10] for kind in days}
    assert told == days
    assert made.steps == set(days)
    assert str(log.first("decide")[0]) == "2025-03-26T09:30"
    assert log.events["until"][log.rows("post")].astype(str).tolist() == ["2025-03-24"]
    assert log.any("decide", outcome="passed").tolist() == [True]
    assert log.events["n_present"][log.rows("visit")].tolist() == [2]


def test_officers_stand_where_they_acted_and_nowhere_else(tmp_path):
    log = read(tmp_path, [WHOLE]).log
    actor = {
        kind: log.events["actor"][log.rows(kind)][0]
        for kind in ("accept", "visit", "decide", "vote")
    }
    assert actor["accept"] == actor["visit"] >= 0, "王五 accepted and visited"
    assert actor["decide"] not in (actor["accept"], -1)
    assert actor["vote"] == -1, "the officer of the row is not said to have voted"


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"受理日期": "3月4日"}, "L201", "F"),
        ({"受理日期": "已受理"}, "L201", "F"),
        ({"入户日期": ""}, "L201", "H"),
        ({"公示止": "2025-3-10"}, "L208", "M"),
        ({"审批日期": "2025-3-1"}, "L204", "N"),
        ({"审批人": ""}, "L210", "O"),
        ({"审批结果": ""}, "L217", "P"),
        ({"审批结果": "看情况"}, "L212", "P"),
        ({"案件编号": ""}, "L101", "A"),
        ({"救助类型": "地保"}, "L211", "D"),
        ({"首次发放日期": "2099-1-1"}, "L202", "R"),
        ({"告知日期": "2025-3-1"}, "L203", "Q"),
    ],
)
def test_a_fault_is_told_at_its_cell(tmp_path, cells, code, column):
    made = read(tmp_path, [WHOLE.replace("A1", "A0"), changed(**cells)])
    assert (3, column) in found(made, code)
    assert made.rows == 2
    assert len(made.aside) == (code == "L101")
    assert made.log.n == 2 - (code == "L101")


def test_a_step_that_was_not_done_is_no_event(tmp_path):
    made = read(
        tmp_path, [changed(告知日期="", 首次发放日期="未发放", 入户日期="无", 入户人员="/")]
    )
    assert [made.log.any(kind)[0] for kind in ("notify", "pay", "visit")] == [False] * 3
    assert found(made, "L201") == []


def test_a_case_without_any_date_is_kept_and_told(tmp_path):
    made = read(tmp_path, [WHOLE, "A2,李四,乙镇,低保" + "," * 15])
    assert (made.log.n, found(made, "L214")) == (2, [(3, "A")])


def test_several_members_are_one_case(tmp_path):
    made = read(tmp_path, [WHOLE, changed(户主姓名="张三之妻"), changed(审批日期="2025-5-6")])
    assert (made.log.n, made.rows, made.log.count("accept")[0]) == (1, 3, 1)
    assert made.log.count("decide")[0] == 2, "another date is another record"
    assert found(made, "L308") == [(3, "")]
    assert len(made.aside) == 0


def test_two_rows_of_headers_merged_cells_titles_and_totals(tmp_path):
    import xlsxwriter

    path = tmp_path / "台账.xlsx"
    rows = [
        ["某镇2025年社会救助台账"],
        ["案件编号", "户主", "类别", "受理", "入户调查", "", "公示", "", "审批"],
        ["", "", "", "日期", "日期", "人员", "起", "止", "日期"],
        ["A1", "张三", "低保", "2025.3.4", 45728, "王五、李四", "", "", "2025-3-26"],
        [],
        ["A2", "李四", "特困", "", "", "", "", "", ""],
        ["合计", "", "2户"],
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, dated = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, [cell for cell in cells])
        sheet.merge_range(0, 0, 0, 8, rows[0][0])
        for left, right, words in ((4, 5, "入户调查"), (6, 7, "公示")):
            sheet.merge_range(1, left, 1, right, words)
        sheet.write_datetime(5, 3, datetime.datetime(2025, 3, 5), dated)
        other = book.add_worksheet("汇总")
        other.write_row(0, 0, ["乡镇", "件数"])
    made = read_log(path, key=KEY)
    assert made.log.numbers.tolist() == ["A1", "A2"]
    assert made.log.first("accept").astype("datetime64[D]").astype(str).tolist() == [
        "2025-03-04",
        "2025-03-05",
    ]
    assert made.log.frame("cases")["救助类型"].tolist() == ["低保", "特困供养"], "类别 by content"
    assert str(made.log.first("visit")[0])[:10] == "2025-03-12"
    assert (made.rows, len(found(made, "L309"))) == (2, 1)
    assert found(made, "L303") == [(5, "")]


def test_without_numbers_the_place_in_the_file_names_the_case(tmp_path):
    head = "序号,姓名,身份证号,申请日期,受理日期,入户日期,公示日期,审批日期"
    rows = ["1,张三,11010519491231002X,2025-3-3,2025-3-4,,2025.3.10-3.17,2025-3-26"] * 2
    made = read(tmp_path, rows, head=head)
    assert made.log.numbers.tolist() == ["第2行", "第3行"]
    assert found(made, "L307") == [(1, "")]
    kept = made.findings.frame().to_string() + made.log.frame("cases").to_string()
    assert "11010519491231002X" not in kept
    assert "张三" not in kept


def test_sheets_of_townships_name_the_township(tmp_path):
    import pandas as pd

    path = tmp_path / "台账.xlsx"
    with pd.ExcelWriter(path) as book:
        for name in ("甲镇", "乙乡"):
            frame = pd.DataFrame({"案件编号": [f"{name}1"], "受理日期": ["2025-3-4"]})
            frame.assign(审批日期="2025-3-9", 入户日期="").to_excel(
                book, sheet_name=name, index=False
            )
    made = read_log(path, key=KEY)
    assert made.log.labels("township").tolist() == ["甲镇", "乙乡"]
    assert made.sheets == ("甲镇", "乙乡")


def test_no_name_or_number_in_a_free_column_is_kept(tmp_path):
    rows = [
        changed(户主姓名="张三丰", 审批结果="同意张三丰13800138000"),
        changed(案件编号="A2", 乡镇="李四光13800138000", 审批日期="王小二11010519491231002X"),
        changed(案件编号="赵六七"),
    ]
    made = read(tmp_path, rows)
    kept = [made.findings.frame().to_string(), made.aside.to_string(), repr(made.log.names)]
    kept += [made.log.frame(level).to_string() for level in ("cases", "events")]
    for secret in ("张三丰", "李四光", "王小二", "赵六七", "13800138000", "11010519491231002X"):
        assert all(secret not in text for text in kept), secret


def sheet(head):
    return Source("a.csv", "text", "utf-8", (Sheet("", [head.split(","), ["1"] * 9]),))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD, True),
        ("案件编号,乡镇,受理日期,审批日期", True),
        ("户编号,户主姓名,身份证号,申请日期,审批日期,月保障金", False),
        ("户主姓名,身份证号,人口,申请日期,审批日期,发放日期", False),
        ("姓名,身份证号,申请日期,受理日期,公示日期,审批日期", True),
        ("乡镇,户数,金额", False),
    ],
)
def test_a_roster_is_no_ledger_of_cases(head, expected):
    assert is_log(sheet(head)) is expected


def test_a_header_without_rows_is_refused(tmp_path):
    with pytest.raises(JZError) as refused:
        read(tmp_path, [])
    assert set(refused.value.codes) == {"JZ-E079"}


def test_cases_of_which_nothing_is_dated_are_kept(tmp_path):
    made = read(tmp_path, ["A1,甲镇,,", "A2,甲镇,,"], head="案件编号,乡镇,受理日期,审批日期")
    assert (made.log.n, made.log.n_events, len(made.aside)) == (2, 0, 0)
    assert found(made, "L214") == [(2, "A"), (3, "A")]


def test_check_day_alone_is_the_result_and_beside_it_the_request(tmp_path):
    alone = read(
        tmp_path, ["A1,2025-3-4,2025-3-5,2025-3-6"], head="案件编号,受理日期,核对日期,审批日期"
    )
    assert [alone.log.any(kind)[0] for kind in ("entrust", "verify")] == [False, True]
    assert found(alone, "L310") == [(1, "C")]
    head = "案件编号,受理日期,核对日期,核对反馈日期"
    both = read(tmp_path, ["A1,2025-3-4,2025-3-5,2025-3-6"], head=head)
    assert [str(both.log.first(kind)[0])[:10] for kind in ("entrust", "verify")] == [
        "2025-03-05",
        "2025-03-06",
    ]
    asked = read(tmp_path, ["A1,2025-3-4,2025-3-5"], head="案件编号,受理日期,发起核对日期")
    assert [asked.log.any(kind)[0] for kind in ("entrust", "verify")] == [True, False]


def test_the_sample_of_the_how_to_is_read_without_a_fault():
    path = Path(__file__).parents[3] / "docs" / "casework-ledger.csv"
    made = read_log(path, key=KEY, at="2025-06-30")
    assert made.findings.count("stop") + made.findings.count("doubt") == 0
    assert (made.rows, made.log.n, len(made.aside)) == (4, 4, 0)
    late = limits(made.log, "s2-district-2022").of("processing") == CODE["broken"]
    assert made.log.numbers[late].tolist() == ["DB2025-002"]


def one(number, decided, kind="new"):
    steps = [("accept", "2025-03-03"), ("decide", decided), ("pay", "2025-04-08")]
    events = [{"kind": name, "at": at} for name, at in steps]
    events[1] |= {"outcome": "passed"}
    return {
        "case": number,
        "programme": "dibao",
        "kind": kind,
        "township": "甲镇",
        "events": events,
    }


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.csv"])
def test_a_written_ledger_reads_the_same_and_its_limits_are_the_same(tmp_path, name):
    log = log_of([one(1, "2025-03-20"), one(2, "2025-06-03"), {"case": 3, "programme": "dibao"}])
    made = read_log(write_ledger(log, tmp_path / name), key=KEY, at=str(log.at))
    assert (made.log.n, made.log.n_events) == (3, log.n_events)
    procedure = load_procedure("s2-district-2022")
    before, after = (limits(each, procedure).of("processing").tolist() for each in (log, made.log))
    assert before == after
    assert before[:2] == [1, 2], "met, broken"


def test_what_comes_round_again_is_not_called_overdue():
    log = log_of([one(1, "2025-03-20"), one(2, "2025-03-20", kind="review")], at="2025-09-30")
    procedure = load_procedure("s2-district-2022")
    before = limits(log, procedure)
    after = limits_of_one_date(before, procedure)
    assert before.counts().loc["payment", ["overdue", "broken"]].sum() > 0
    assert after.counts().loc["payment", "overdue"] == 0
    assert after.needs[after.keys.index("payment")]
    assert after.counts().loc["processing"].tolist() == before.counts().loc["processing"].tolist()
