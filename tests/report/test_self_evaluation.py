"""The self-evaluation form as a workbook: layout, live formulas, text that stays text."""

import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

import jiuzhu_sim as jz
from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.performance import Budget, performance_form
from jiuzhu_sim.language import set_language
from jiuzhu_sim.report.self_evaluation import (
    ACTUAL,
    NAME,
    POINTS,
    REASON,
    SCORE,
    TARGET,
    write_self_evaluation,
)

FORM, ORIGINS = "绩效目标自评表", "取值说明"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def made():
    people = jz.synthesize("example-county", households=500, seed=1)
    assessed = jz.assess(people, jz.load_policy("example-county"))
    right = {"cover_accuracy": [88, 297], "steps_in_order": [99, 300], "payment_on_time": [93, 289]}
    columns = {key: (hits, [100, 300], [100, 300]) for key, hits in right.items()}
    measured = Measured.made(("甲镇", "乙乡"), columns)
    return performance_form(assessed, measured, budget=Budget(6e7, 6.1e7, 5.75e7))


@pytest.fixture(scope="module")
def path(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("form")
    return write_self_evaluation(
        made,
        folder / "form.xlsx",
        department="=1+1",
        unit="某县社会救助中心",
        run_id="3fa2c9d01b7e",
    )


def rows_of(path, name=FORM):
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    return sheet.to_python(skip_empty_area=False)


def row_of(rows, words):
    return next(number for number, row in enumerate(rows) if words in row)


def test_the_official_columns(path):
    rows = rows_of(path)
    assert rows[0][0] == "项目支出绩效目标自评表"
    assert "测算稿" in rows[2][0]
    assert "3fa2c9d01b7e" in rows[2][0]
    money = rows[row_of(rows, "年初预算数")]
    assert money[NAME:] == [
        "年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B÷A）", "得分",
    ]  # fmt: skip
    heads = rows[row_of(rows, "三级指标")]
    assert heads == [
        "绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分",
        "未完成原因及改进措施",
    ]  # fmt: skip


def test_the_numbers_are_those_of_the_form(path, made):
    rows = rows_of(path)
    for line in made.lines:
        row = rows[row_of(rows, line.row.title)]
        for place, value in ((TARGET, line.target), (ACTUAL, line.actual), (SCORE, line.score)):
            assert row[place] == (pytest.approx(value) if value == value else "—"), line.key
        assert row[POINTS] == line.row.points
        assert row[REASON] == line.reason
    money = rows[row_of(rows, "年度资金总额")]
    assert money[NAME:] == pytest.approx([6000, 6100, 5750, 10, 5750 / 6100, 9.43])
    assert rows[row_of(rows, "总分")][SCORE] == made.total
    assert rows[row_of(rows, "已计分部分的分值")][SCORE] == made.counted == 80
    assert rows[row_of(rows, "等级")][SCORE] == made.grade.title


def test_the_second_sheet_says_where_numbers_come_from(path, made):
    rows = {row[0]: row for row in rows_of(path, ORIGINS)}
    for line in made.lines:
        assert rows[line.row.title][4] == line.origin
        assert rows[line.row.title][3] == line.target_origin


def test_text_stays_text(path):
    with zipfile.ZipFile(path) as archive:
        assert "<f>1+1" not in archive.read(SHEET).decode()
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()
    assert any("=1+1" in row for row in rows_of(path))


def test_a_unit_cannot_break_a_number_format(made, tmp_path):
    (first, *others) = made.lines
    odd = replace(first, row=replace(first.row, unit='户"&1\\'))
    out = write_self_evaluation(replace(made, lines=(odd, *others)), tmp_path / "a.xlsx")
    assert rows_of(out)[row_of(rows_of(out), first.row.title)][SCORE] == first.score
    with zipfile.ZipFile(out) as archive:
        styles = archive.read("xl/styles.xml").decode()
    codes = re.findall(r'formatCode="([^"]*)"', styles)
    assert all(code.count("&quot;") % 2 == 0 for code in codes)


def test_it_prints_on_one_page_of_a4_across(path):
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET).decode()
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "测算稿" in re.search("<oddHeader>(.*?)</oddHeader>", sheet)[1]


def test_the_same_form_gives_the_same_bytes(made, tmp_path):
    files = [write_self_evaluation(made, tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_stamp_and_the_other_language(made, tmp_path):
    out = write_self_evaluation(made, tmp_path / "a.xlsx", banner="未通过对账")
    assert "未通过对账" in rows_of(out)[2][0]
    set_language("en")
    try:
        out = write_self_evaluation(made, tmp_path / "b.xlsx")
    finally:
        set_language("zh")
    rows = rows_of(out, "Self-evaluation")
    assert any("Draft" in str(cell) for cell in rows[2])
    assert any(made.form.grades[0].label["en"] in row or "good" in row for row in rows)


def recomputed(path, folder, change=lambda sheet: sheet):
    """The rows as LibreOffice computes them: what was written as the value of a formula is gone."""
    bare = folder / "bare.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(bare, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            if name == SHEET:
                sheet = change(content.decode())
                sheet, n = re.subn(r"(<f>[^<]*</f>)<v>[^<]*</v>", r"\1", sheet)
                assert n > 10
                content = re.sub(r' t="str"(><f>)', r"\1", sheet).encode()
            other.writestr(name, content)
    home = f"-env:UserInstallation=file://{folder / 'office'}"
    command = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", str(folder)]
    subprocess.run([*command, str(bare)], check=True, capture_output=True, timeout=180)
    return rows_of(folder / "bare.ods")


@pytest.fixture
def office():
    if not shutil.which("soffice"):
        assert not os.environ.get("JIUZHU_OFFICE"), "an office suite is to be there"
        pytest.skip("no office suite")


def test_formulas_recomputed_equal_what_was_written(office, path, made, tmp_path):
    written, computed = rows_of(path), recomputed(path, tmp_path)
    first, last = row_of(written, "年度资金总额"), row_of(written, "等级")
    for number in range(first, last + 1):
        for place in (POINTS, SCORE, REASON):
            one, two = written[number][place], computed[number][place]
            assert two == (pytest.approx(one) if isinstance(one, float) else one), number


def test_a_number_put_in_place_of_a_dash_is_scored(office, path, made, tmp_path):
    """Satisfaction was not measured: 93.1 % of the target of 95 % are 9.8 of 10 points."""
    number = row_of(rows_of(path), "救助对象满意度") + 1

    def change(sheet):
        cell = rf'(<c r="F{number}" s="\d+") t="s"><v>\d+</v>'
        sheet, n = re.subn(cell, r"\1><v>0.931</v>", sheet)
        assert n == 1
        return sheet

    computed = recomputed(path, tmp_path, change)
    assert computed[number - 1][SCORE] == 9.8
    assert computed[row_of(computed, "总分")][SCORE] == pytest.approx(made.total + 9.8)
    assert computed[row_of(computed, "已计分部分的分值")][SCORE] == 90


def test_at_most_none_is_scored_by_the_formula_too(office, made, tmp_path):
    lines = [replace(line, target=0.0) if line.test == "most" else line for line in made.lines]
    assert lines != list(made.lines)
    path = write_self_evaluation(replace(made, lines=tuple(lines)), tmp_path / "none.xlsx")
    number = row_of(rows_of(path), "救助后收入仍低于低保标准的人员占比")
    assert recomputed(path, tmp_path)[number][SCORE] == rows_of(path)[number][SCORE] == 0
