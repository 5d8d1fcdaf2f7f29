"""The report on a roster and its files: nothing missing, nothing personal, nothing half-written."""

import csv
import html
import io
import json
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language, texts
from jiuzhu_sim.population import read_people
from jiuzhu_sim.report import roster_files, roster_tables
from jiuzhu_sim.report.roster import roster_of, roster_report
from jiuzhu_sim.report.roster_files import file_part
from jiuzhu_sim.roster.findings import catalogue
from jiuzhu_sim.roster.sample import FAULTS, HEADS, faulty_households, sample_roster, write_sample
from jiuzhu_sim.roster.sheet import column_letter
from tests.roster.small import id_of, write_roster_csv

KEY = b"a key that is only for these tests"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_bytes(KEY)
    return str(path)


@pytest.fixture(scope="module")
def report(key_file):
    roster, policy = roster_of({"key_path": key_file})
    return roster_report(roster, policy)


@pytest.fixture(scope="module")
def folder(report, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    report.write(out)
    return out


def checked(tmp_path, key_file, rows, **given):
    """The report on a small roster typed by hand."""
    path = write_roster_csv(tmp_path / "roster.csv", rows)
    return roster_report(*roster_of({"data_path": str(path), "key_path": key_file, **given}))


def plain_text(path):
    """All text of a file, also what is packed in it."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            return "\n".join(packed.read(name).decode("utf-8") for name in packed.namelist())
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        words = table.select_dtypes(exclude="number").astype(str)
        return "\n".join(words.to_numpy().ravel().tolist()) + str(path.read_bytes()[-4000:])
    return re.sub(r"data:image/png;base64,[^\"]+", "", path.read_text(encoding="utf-8-sig"))


def sheet(path, name):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


# --- the sample ------------------------------------------------------------------------------
def test_the_packaged_sample_is_what_the_generator_makes(tmp_path):
    made = CalamineWorkbook.from_path(write_sample(tmp_path / "made.xlsx"))
    packaged = CalamineWorkbook.from_path(sample_roster())
    for book in (made, packaged):
        assert book.sheet_names == ["花名册"]
    assert sheet(tmp_path / "made.xlsx", "花名册") == sheet(sample_roster(), "花名册")


def test_every_fault_planted_in_the_sample_is_found_in_its_cell(report):
    row_of, row, township = {}, 5, ""
    for number, household in enumerate(faulty_households()):
        place = household[0]["乡镇（街道）"]
        if township and place != township and place != "示山真":
            row += 1  # the subtotal
        township = township if place == "示山真" else place
        row_of[number] = row
        row += len(household)
    sizes = [len(household) for household in faulty_households()]
    frame = report.roster.findings.frame()
    found = set(zip(frame["code"], frame["row"], frame["column"], strict=True))
    for code, number, member, head, _ in FAULTS:
        at = row_of[number] + min(member, sizes[number] - 1)
        assert (code, at, column_letter(HEADS.index(head))) in found
    assert len({code for code, *_ in FAULTS}) >= 15
    stops = frame[frame["level"] == "stop"]
    assert len(stops) == sum(catalogue()[code]["level"] == "stop" for code, *_ in FAULTS)


# --- what it says ----------------------------------------------------------------------------
def test_every_kind_of_finding_has_a_short_name():
    assert [code for code in catalogue() if f"finding.{code}" not in texts()] == []


def test_numbers_agree_wherever_they_stand(report):
    roster, summary = report.roster, report.summary()
    tables = {table.name: table for section in report.sections for table in section.blocks
              if isinstance(table, roster_tables.Table)}  # fmt: skip
    townships, kinds = tables["roster_townships"], tables["findings"]
    found = roster.findings.frame()
    for level in roster_tables.LEVELS:
        of_level = [row for row in kinds.rows if row[0] == level]
        counted = sum(kinds.get("findings", *row) for row in of_level)
        assert counted == summary[level] == (found["level"] == level).sum()
        assert townships.get(f"findings_{level}", "total") == counted
    assert townships.get("households_read", "total") == roster.read.households == 180
    assert townships.get("stake_m", "total") == pytest.approx(summary["stake_m"])
    parts = [townships.get("households_read", *row) for row in townships.rows[:-1]]
    assert sum(parts) == 180
    assert f"{summary['stake_m']:,.2f}" in report._repr_html_()


def test_money_of_a_household_counts_once():
    found = pd.DataFrame(
        {"household": ["a", "a", "b", "", "c"], "money_m": [200.0, 500.0, 30.0, np.nan, 0.0]}
    )
    assert roster_tables.stake(found) == (530.0, 2)


def test_a_misspelt_township_goes_to_the_one_that_is_meant(report):
    table = report.section("townships").blocks[0]
    assert ("示山真",) not in table.rows
    assert table.get("households_read", "示山镇") == 36


def test_the_standard_stands_in_the_income_chart_only_with_a_policy(report):
    chart = report.section("incomes").blocks[0]
    assert "780" in chart.sentence
    without = roster_report(report.roster, None)
    assert "780" not in without.section("incomes").blocks[0].sentence


@given(
    st.lists(st.integers(0, 30), max_size=30).map(lambda n: np.array(n, int)), st.integers(1, 20)
)
def test_income_bands_hold_enough_households_and_lose_none(counted, fewest):
    runs = roster_tables.joined_bands(counted, fewest)
    sums = [int(counted[first : last + 1].sum()) for first, last in runs]
    assert all(n >= fewest for n in sums)
    assert sum(sums) == (counted.sum() if counted.sum() >= fewest else 0)
    assert [first for first, _ in runs[1:]] == [last + 1 for _, last in runs[:-1]]


def test_small_townships_are_hidden(tmp_path, key_file):
    rows = [{"乡镇": "大槐树镇"} for _ in range(30)] + [{"乡镇": "东方红"}] * 2
    rows += [{"乡镇": "柳林乡"}] * 6
    made = checked(tmp_path, key_file, rows)
    table = made.section("townships").blocks[0]
    assert table.hidden is not None
    assert np.isnan(table.get("households_read", "东方红"))


def test_a_clean_roster_says_so_and_needs_no_check_lists(tmp_path, key_file):
    made = checked(tmp_path, key_file, [{"乡镇": "甲镇"} for _ in range(8)])
    assert made.summary()["stop"] == made.summary()["doubt"] == 0
    assert "没有阻断，也没有疑点" in made.sections[0].sentences[0]
    names = {path.name for path in made.write(tmp_path / "out")}
    assert names == {
        *("体检报告.html", "问题清单.xlsx", "rows.csv", "data_profile.json"),
        *("persons.parquet", "households.parquet"),
    }


def test_a_roster_of_stops_gives_lists_and_no_people(tmp_path, key_file):
    made = checked(tmp_path, key_file, [{"户主姓名": ""}, {"身份证号码": "1"}])
    names = {path.name for path in made.write(tmp_path / "out")}
    assert "搁置.xlsx" in names
    assert not [name for name in names if name.endswith(".parquet")]
    assert "没有可用的数据" in made.sections[0].sentences[0]


# --- the files -------------------------------------------------------------------------------
def test_the_list_of_findings(report, folder):
    path = folder / "问题清单.xlsx"
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["说明", "分类汇总", "阻断", "疑点", "提示"]
    frame = report.roster.findings.frame()
    for level, name in (("stop", "阻断"), ("doubt", "疑点"), ("hint", "提示")):
        rows = sheet(path, name)
        assert rows[2][:4] == ["编号", "问题", "工作表", "行"]
        wanted = frame[frame["level"] == level]
        assert sorted(row[0] for row in rows[3:]) == sorted(wanted["code"])
        assert {(row[3], row[4]) for row in rows[3:]} == set(
            zip(wanted["row"], wanted["column"], strict=True)
        )
    money = sum(row[8] for row in sheet(path, "疑点")[3:] if row[8] != "")
    assert money == pytest.approx(frame["money_m"].sum())
    with zipfile.ZipFile(path) as packed:
        xml = packed.read("xl/worksheets/sheet3.xml").decode()
    assert "<autoFilter " in xml
    assert 'state="frozen"' in xml
    assert 'orientation="landscape"' in xml


def test_each_township_gets_its_own_findings_and_room_for_results(report, folder):
    lists = sorted(folder.glob("核查单_*.xlsx"))
    found = roster_tables.located(report.roster)
    found = found[found["level"].isin(("stop", "doubt"))]
    assert {path.stem.removeprefix("核查单_") for path in lists} == set(found["township"])
    total = 0
    for path in lists:
        rows = sheet(path, "核查单")
        heads = rows[2]
        assert heads[-3:] == ["核查结果", "核查人", "日期"]
        body = [row for row in rows[3:] if isinstance(row[0], float | int)]
        assert all(row[-3:] == ["", "", ""] for row in body)
        total += len(body)
        assert any("负责人" in str(cell) for row in rows for cell in row)
    assert total == len(found)


def test_rows_set_aside_tell_why(folder):
    rows = sheet(folder / "搁置.xlsx", "搁置")
    heads, body = rows[2], rows[3:]
    reason = heads.index("搁置原因")
    assert all(row[reason] for row in body)
    assert any("Excel" in row[reason] for row in body)


def test_cleaned_people_can_be_read_again(report, folder):
    people = read_people(folder)
    assert people.digest() == report.roster.people.digest()
    assert set(people.ids) <= set(report.roster.rows["household"])


def test_rows_and_profile(report, folder):
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["household", "sheet", "first_row", "last_row", "is_set_aside"]
    assert len(rows) == 181
    profile = json.loads((folder / "data_profile.json").read_text(encoding="utf-8"))
    assert set(profile["files"]) == {path.name for path in folder.iterdir()}
    assert profile["findings"]["stop"] == 10
    assert sum(profile["findings"]["by_code"].values()) == len(report.roster.findings)


def test_nothing_personal_in_any_file(folder):
    persons = [person for household in faulty_households() for person in household]
    names = {str(person["姓名"]).replace(" ", "") for person in persons} - {""}
    secrets = {str(person.get(head, "")) for head in ("公民身份号码", "银行账号", "联系电话")
               for person in persons} - {""}  # fmt: skip
    for path in folder.iterdir():
        content = plain_text(path)
        assert not re.search(r"\d{17}[\dXx]", re.sub(r"[0-9a-f]{40,}", "", content)), path.name
        assert not [name for name in names if name in content], path.name
        assert not [secret for secret in secrets if secret in content], path.name


def test_the_page_stands_alone_and_escapes(tmp_path, key_file):
    rows = [{"乡镇": "<script>alert(1)</script>镇"} for _ in range(6)]
    checked(tmp_path, key_file, rows).write(tmp_path / "out")
    page = (tmp_path / "out" / "体检报告.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert html.escape("<script>alert(1)</script>镇") in page
    assert not re.search(r'\ssrc="(?!data:)', page)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_formulas_stay_text(sign, tmp_path, key_file):
    evil = f"{sign}cmd|'/C calc'!A0"
    rows = [{"乡镇": evil, "月保障金": "很多", "村": evil, "户主姓名": evil} for _ in range(5)]
    checked(tmp_path, key_file, rows).write(tmp_path / "out")
    for path in (tmp_path / "out").glob("*.xlsx"):
        with zipfile.ZipFile(path) as packed:
            sheets = [name for name in packed.namelist() if "worksheets/sheet" in name]
            assert not any(b"<f>" in packed.read(name) for name in sheets), path.name
    with (tmp_path / "out" / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


TRAPS = [
    *("../../evil", "..\\..\\evil", "/etc/passwd", "C:\\evil", "a/../b", "..", "~", "CON"),
    *("a\u202egpj.exe", "a:b|c?d*e", "a\nb", "x" * 300, "汉" * 100),
]


def test_townships_do_not_lead_out_of_the_folder(tmp_path, key_file):
    rows = [{"乡镇": trap, "身份证号码": "1"} for trap in TRAPS for _ in range(3)]
    out = tmp_path / "a" / "out"
    written = checked(tmp_path, key_file, rows).write(out)
    assert all(path.parent == out for path in written)
    assert {path.name for path in out.iterdir()} == {path.name for path in written}
    assert {path.name for path in tmp_path.iterdir()} == {"roster.csv", "a"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["out"]
    lists = [path for path in written if path.name.startswith("核查单_")]
    bodies = [[row for row in sheet(path, "核查单") if isinstance(row[0], float)] for path in lists]
    assert sum(map(len, bodies)) == len(rows)


@given(st.text(max_size=80))
def test_any_name_makes_a_harmless_part_of_a_file_name(name):
    part = file_part(name)
    assert not re.search(r'[\\/:*?"<>|.\x00-\x1f\u202a-\u202e]', part)
    assert len(f"核查单_{part}.xlsx".encode()) <= 255


def test_a_failed_write_leaves_nothing(report, tmp_path, monkeypatch):
    def fails(*_):
        raise JZError.of("JZ-E040", "here", reason="full")

    monkeypatch.setattr(roster_files, "write_people", fails)
    with pytest.raises(JZError, match="JZ-E040"):
        report.write(tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_write_leaves_no_half_of_it(key_file, tmp_path):
    program = (
        "import os, signal\n"
        "from jiuzhu_sim.report import roster_files\n"
        "from jiuzhu_sim.report.roster import roster_of, roster_report\n"
        "roster_files.write_people = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"roster, policy = roster_of({{'key_path': {key_file!r}}})\n"
        f"roster_report(roster, policy).write({str(tmp_path / 'out')!r})\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()


def test_the_same_roster_gives_the_same_files(report, folder, tmp_path):
    again = report.write(tmp_path)
    for path in again:
        if path.name != "data_profile.json":
            assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_everything_in_english(report, tmp_path):
    set_language("en")
    made = roster_report(report.roster, report.policy)
    names = {path.name for path in made.write(tmp_path)}
    assert {"roster_check.html", "findings.xlsx", "set_aside.xlsx"} <= names
    assert "checklist_示山镇.xlsx" in names
    book = CalamineWorkbook.from_path(tmp_path / "findings.xlsx")
    assert book.sheet_names == ["About", "By kind", "stop", "doubt", "hint"]


# --- options ---------------------------------------------------------------------------------
def test_a_key_file_that_is_not_there_is_refused():
    with pytest.raises(JZError, match="JZ-E020"):
        roster_of({"key_path": "nowhere"})


def test_the_same_key_gives_the_same_codes(tmp_path, key_file, report):
    again, _ = roster_of({"key_path": key_file})
    assert list(again.rows["household"]) == list(report.roster.rows["household"])
    other = tmp_path / "other"
    other.write_bytes(b"another key, also for these tests only")
    different, _ = roster_of({"key_path": str(other)})
    assert set(different.rows["household"]).isdisjoint(again.rows["household"])


@pytest.mark.parametrize("unit", ["元/年", "yuan/year"])
def test_the_unit_of_income_in_either_language(unit, tmp_path, key_file):
    rows = [{"家庭收入": "1200"} for _ in range(6)]
    made = checked(tmp_path, key_file, rows, unit_income=unit)
    assert made.roster.people["transfer_m"].sum() == 600.0


def test_dates_of_roster_and_law(key_file):
    roster, policy = roster_of({"key_path": key_file, "law": "example-county@2025-03-01"})
    assert policy.at.isoformat() == "2025-03-01"
    assert roster.read.at in ("2025-01-01", "2025-03-01")


def test_id_numbers_of_these_tests_belong_to_nobody():
    assert io.StringIO(id_of(0)).read(2) == "99"
    assert Path(sample_roster()).exists()


def test_numbers_and_names_in_wrong_columns_stay_inside(tmp_path, key_file):
    secret = id_of(77)
    rows = [{"村": f"一村{secret}", "主要致贫原因": secret, "健康状况": secret} for _ in range(5)]
    rows += [{"乡镇": secret}] * 4 + [{"月保障金": secret}]
    rows += [{"城乡类别": "赵一", "户主姓名": "赵一"}]
    rows += [{"家庭人口数": f"{secret}", "城乡类别": secret}]
    checked(tmp_path, key_file, rows).write(tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        assert secret not in path.name
        assert secret not in plain_text(path), path.name
        assert "赵一" not in plain_text(path), path.name
