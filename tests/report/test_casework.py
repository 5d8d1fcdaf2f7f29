"""The report on casework: its sections, its lists, and that it says what it is made of."""

import json
import re

import pytest

from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.casework.log.sample import faulty_log
from jiuzhu_sim.casework.log.write import write_ledger, write_log
from jiuzhu_sim.casework.procedure.procedure import load_procedure
from jiuzhu_sim.cli import main
from jiuzhu_sim.language import speaking
from jiuzhu_sim.report.casework import casework_report, judge
from jiuzhu_sim.report.casework_log import log_report
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.roster.sheet import open_sheets

KEY = b"a key for the tests"
PROCEDURE = "s2-district-2022"
LATE, SOUND = 3, 9
"""Cases decided long after 20 working days, and in time."""

PAID = ("2025-04-08", "2025-05-08")


def case(number, decided, township):
    steps = [("accept", "2025-03-03"), ("visit", "2025-03-05"), ("verify", "2025-03-06")]
    events = [
        *({"kind": kind, "at": at, "actor": "甲", "role": "township_clerk"} for kind, at in steps),
        {"kind": "decide", "at": decided, "actor": "乙", "outcome": "passed", "level": "township"},
    ]
    events += [{"kind": "pay", "at": day, "amount": 500} for day in PAID if day > decided]
    return {"case": number, "programme": "dibao", "township": township, "events": events}


@pytest.fixture(scope="module")
def log():
    late = [case(k, "2025-06-03", "=1+1") for k in range(LATE)]
    return log_of([*late, *(case(LATE + k, "2025-03-20", "乙镇") for k in range(SOUND))])


@pytest.fixture(scope="module")
def judged(log, tmp_path_factory):
    path = write_log(log, tmp_path_factory.mktemp("log") / "台账.xlsx")
    read = read_log(path, key=KEY)
    return judge(read.log, load_procedure(PROCEDURE), read)


def test_late_cases_are_counted_and_listed_by_their_own_number(judged):
    report = casework_report(judged)
    assert report.summary()["cases_late"] == LATE
    listing = report.section("late").of(Listing)[0]
    assert [row[0] for row in listing.rows] == ["0", "1", "2"]
    assert all("S2.1.4" in row for row in listing.rows)


def test_the_page_of_an_own_log_is_for_the_office_only(judged):
    shown = casework_report(judged).section("answer")._repr_html_()
    assert "不得公开" in shown
    assert "合成" not in shown


def test_a_synthetic_log_is_stamped_on_every_section(log):
    from dataclasses import replace

    made = judge(replace(log, is_synthetic=True), load_procedure(PROCEDURE))
    report = casework_report(made)
    assert report.sections
    assert all("合成" in section.banner for section in report.sections)


def test_the_files_are_whole_and_hold_no_formula(judged, tmp_path):
    written = casework_report(judged).write(tmp_path)
    assert [path.suffix for path in written] == [".html", ".xlsx", ".json"]
    book = open_sheets(written[1])
    names = [sheet.name for sheet in book.sheets]
    assert "超期和逾期清单" in names
    late = next(sheet for sheet in book.sheets if sheet.name == "超期和逾期清单")
    assert "=1+1" in [row[1] for row in late.rows]
    raw = written[1].read_bytes()
    formulas = re.findall(rb"<f>(.*?)</f>", _sheets(raw))
    assert all(formula.startswith(b"SUM(") for formula in formulas), "sums of tables only"


def _sheets(raw):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        return b"".join(book.read(name) for name in book.namelist() if "worksheets" in name)


def test_a_log_that_is_only_read_lists_its_faults(log, tmp_path):
    made = faulty_log(log)
    read = read_log(made.write(tmp_path / "log.xlsx"), key=KEY)
    written = log_report(read).write(tmp_path / "out")
    book = {sheet.name: sheet for sheet in open_sheets(written[1]).sheets}
    rows = {(row[1], row[3]) for row in book["办理记录问题清单"].rows}
    for code, row in made.planted:
        assert (code, str(row)) in {(a, str(b).removesuffix(".0")) for a, b in rows}
    assert len(read.aside) > 0
    assert "未采用的行" in book


def test_the_report_speaks_english(judged):
    with speaking("en"):
        report = casework_report(judged)
        shown = "".join(section._repr_html_() for section in report.sections)
    assert "Time limits" in shown
    assert "办理时限" not in shown


@pytest.fixture
def own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path / "home"))


def shown(log, read=None):
    report = casework_report(judge(log, load_procedure(PROCEDURE), read))
    page = "".join(section._repr_html_() for section in report.sections)
    assert "nan" not in re.sub('<svg.*?</svg>|base64,[^"]*', "", page, flags=re.S).lower()
    return report, page


def test_the_answer_comes_first_and_names_the_step_with_the_numbers_of_its_table(judged):
    report, page = shown(judged.log, judged.read)
    answer = report.sections[0]
    assert answer.key == "answer"
    table = report.section("limits").blocks[1]
    faults = int(table.get("handling_broken", "processing"))
    worst = next(said for said in answer.sentences if "S2.1.4" in said)
    assert f"{faults}件" in worst
    assert table.show("handling_fault_rate", "processing") in worst
    assert str(judged.log.at) in page


def test_the_longest_past_due_stand_first(judged):
    report, _ = shown(judged.log, judged.read)
    listing = report.section("late").of(Listing)[0]
    place = listing.headers.index("超过到期日（天）")
    days = [float(row[place]) for row in listing.rows if row[place]]
    assert days == sorted(days, reverse=True)
    assert days[0] > 0


def test_a_log_without_faults():
    report, page = shown(log_of([case(k, "2025-03-20", "乙镇") for k in range(3)], at="2025-05-09"))
    assert "0件（0.00%）" in page
    assert report.section("late").of(Listing) == ()
    assert "不排名次" in page


def test_a_log_in_which_every_case_is_late():
    report, page = shown(log_of([case(k, "2025-06-03", "甲镇") for k in range(3)]))
    assert "3件（100.00%）" in page
    assert report.summary()["cases_late"] == 3


@pytest.mark.parametrize("cases", [[], [{"case": 1, "programme": "dibao", "township": "甲镇"}]])
def test_a_log_in_which_nothing_can_be_judged(cases, tmp_path):
    report, page = shown(log_of(cases, at="2025-12-31"))
    assert "没有一件能判断时限" in page
    assert report.write(tmp_path)


def test_a_log_of_which_no_row_can_be_used(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        "案件编号,乡镇,环节,办理时间\n,甲镇,受理,2025-1-3\n,甲镇,审批,2025-1-9", "utf-8"
    )
    read = read_log(path, key=KEY)
    report, page = shown(read.log, read)
    assert (read.log.n, len(read.aside), read.rows) == (0, 2, 2)
    assert "2行未能采用" in page
    assert report.write(tmp_path / "out")


def test_what_could_not_be_judged_says_what_to_record():
    events = [{"kind": "decide", "at": "2025-03-03", "outcome": "passed"}]
    log = log_of([{"programme": "dibao", "township": "甲镇", "events": events}], at="2025-06-30")
    report, _ = shown(log)
    listing = report.section("unknown").of(Listing)[0]
    needs = {row[0]: row[-1] for row in listing.rows}
    assert needs
    assert all(said and said != "—" for said in needs.values()), needs


def test_a_ledger_says_that_it_has_one_date_a_step(log, tmp_path):
    read = read_log(write_ledger(log, tmp_path / "台账.csv"), key=KEY)
    report, page = shown(read.log, read)
    assert "一案一行" in page
    table = dict(row for row in report.section("read").of(Listing)[0].rows)
    counts = [int(table[name]) for name in ("有数据的行", "采用的行", "未采用、单独列出（行）")]
    assert counts == [log.n, log.n, 0]


def test_check_knows_an_event_log(log, own_key, tmp_path, capsys):
    path = write_log(log, tmp_path / "log.csv")
    done = main(["check", str(path), "--out", str(tmp_path / "out"), "--json"])
    content = json.loads(capsys.readouterr().out)
    assert (content["cases"], content["stop"], content["aside"]) == (log.n, 0, 0)
    assert done == (1 if content["doubt"] else 0)


def test_report_casework_of_an_own_log(log, own_key, tmp_path, capsys):
    path = write_log(log, tmp_path / "log.csv")
    out = ["--out", str(tmp_path / "out"), "--procedure", PROCEDURE, "--json"]
    main(["report", "casework", "--log", str(path), *out])
    content = json.loads(capsys.readouterr().out)
    assert (content["cases"], content["cases_late"]) == (log.n, LATE)
    assert content["is_synthetic"] is False


def test_the_record_is_verified_and_a_changed_log_is_seen(log, own_key, tmp_path, capsys):
    path, out = write_log(log, tmp_path / "log.csv"), tmp_path / "out"
    main(["report", "casework", "--log", str(path), "--procedure", PROCEDURE, "--out", str(out)])
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert set(record["sha256"]) == {"law", "procedure", "log", "verdicts"}
    assert record["as_of"] == record["parameters"]["as_of"] == str(log.at)
    assert set(record["outputs"]) == {each.name for each in out.iterdir()} - {"run.json"}
    assert main(["verify", str(out)]) == 0
    text = path.read_text(encoding="utf-8-sig").replace("2025-06-03", "2025-03-21")
    path.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["verify", str(out), "--json"]) == 1
    items = {each["item"]: each["same"] for each in json.loads(capsys.readouterr().out)}
    assert not items["办理记录（重新读取）"]
    assert not items["逐案判定（重新核对）"]
    assert items["办理程序（重新读取）"]
    path.unlink()
    assert main(["verify", str(out)]) == 1, "a log that is gone is told, not a traceback"


def test_check_and_report_take_a_ledger(log, own_key, tmp_path, capsys):
    path = write_ledger(log, tmp_path / "台账.xlsx")
    main(["check", str(path), "--out", str(tmp_path / "check"), "--json"])
    content = json.loads(capsys.readouterr().out)
    assert (content["cases"], content["stop"]) == (log.n, 0)
    out = ["--out", str(tmp_path / "out"), "--procedure", PROCEDURE, "--json"]
    main(["report", "casework", "--log", str(path), *out])
    content = json.loads(capsys.readouterr().out)
    assert (content["cases"], content["cases_late"]) == (log.n, LATE)


def test_nothing_is_written_of_a_file_that_is_no_log(own_key, tmp_path, capsys):
    path, out = tmp_path / "log.xlsx", tmp_path / "out"
    for content in (b"", b"no workbook at all", b"PK\x03\x04 cut off"):
        path.write_bytes(content)
        assert main(["report", "casework", "--log", str(path), "--out", str(out)]) == 2
        assert "JZ-E0" in capsys.readouterr().err
        assert not out.exists()


def test_report_casework_without_a_log_is_synthetic(tmp_path, capsys):
    out = ["--out", str(tmp_path / "out"), "--procedure", PROCEDURE, "--json"]
    assert main(["report", "casework", "--law", "example-county", "--households", "300", *out]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["is_synthetic"] is True
    assert content["cases"] > 0
    page = next((tmp_path / "out").glob("*.html")).read_text(encoding="utf-8")
    assert "合成办理记录" in page
