"""Ledgers as offices keep them are read; what is wrong is told with its place, all at once."""

from pathlib import Path

import pytest
import xlsxwriter

from jiuzhu_sim.assessment.ledger import find_ledger, read_ledger
from jiuzhu_sim.assessment.ledger_words import name_of, scale_of
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.report.ledger import write_ledger

ROOT = Path(__file__).parents[2]
PACKAGED = ROOT / "data" / "synthetic" / "example-county" / "ledger.csv"
PEOPLE = {"households": 6000, "seed": 20260101}

OFFICE = [
    ["某县2025年城乡低保台账"],
    ["填报单位：民政局", "", "", "", "单位：万元"],
    ["城乡类别", "乡镇（街道）", "低保户数", "保障人数", "人均月补差", "全年支出"],
    ["城镇", "城关镇", "1，200", "2000", 480.5, "1153.2"],
    ["", "新桥镇", 300, 500, "480.5", 288.3],
    ["农村", "新桥镇", "800", "1500", "300", "540"],
    ["城乡类别", "乡镇（街道）", "低保户数", "保障人数", "人均月补差", "全年支出"],
    ["合计", "", "2300", "4000", "—", "1981.5"],
    ["填表人：某某"],
]
CELLS = {
    ("urban", "城关镇"): (1200, 2000, 480.5, 11_532_000),
    ("urban", "新桥镇"): (300, 500, 480.5, 2_883_000),
    ("rural", "新桥镇"): (800, 1500, 300, 5_400_000),
    ("total", "total"): (2300, 4000, None, 19_815_000),
}
STATISTICS = ("households", "persons", "mean_benefit_m", "cost_y")


def refused(path):
    with pytest.raises(JZError) as caught:
        read_ledger(path)
    return caught.value


def csv(folder, rows, encoding="utf-8-sig"):
    path = folder / "ledger.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding=encoding)
    return path


def workbook(path, rows, merged=()):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
        for block, words in merged:
            sheet.merge_range(block, words)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "utf-8", "gb18030"])
def test_an_office_ledger_in_any_form_gives_the_same_figures(kind, tmp_path):
    if kind == "xlsx":
        path = workbook(tmp_path / "l.xlsx", OFFICE, [("A4:A5", "城镇"), ("A8:B8", "合计")])
    else:
        # Text has no merged cells: the office writes the area into every row.
        rows = [["城镇", *row[1:]] if row[0] == "" else row for row in OFFICE]
        path = csv(tmp_path, rows, kind)
    ledger = read_ledger(path)
    assert set(ledger.cells) == set(CELLS)
    for place, expected in CELLS.items():
        found = tuple(ledger.cells[place].get(name) for name in STATISTICS)
        assert found == pytest.approx(expected)
    assert ledger.rows["total", "total"] == 8
    assert ledger.statistics == STATISTICS


@pytest.mark.parametrize(
    ("head", "above", "scale"),
    [
        ("全年支出（元）", "", 1),
        ("全年支出（万元）", "", 10_000),
        ("月支出(元)", "", 12),
        ("支出（元/年）", "", 1),
        ("2025年1-12月支出（万元）", "", 10_000),
        ("1-9月支出（万元）", "", None),
        ("全年支出", "万元", 10_000),
        ("全年支出", "", None),
        ("支出（万元）", "", None),
        ("本年累计发放（万元）", "", 10_000),
        ("spending a year (10k yuan)", "", 10_000),
    ],
)
def test_units_of_spending(head, above, scale):
    assert scale_of("cost_y", head, above) == scale


@pytest.mark.parametrize(
    ("head", "scale"),
    [("人均月补差（元/人·月）", 1), ("人均补差", 1), ("人均年补差（元）", 1 / 12)],
)
def test_the_mean_is_a_month_unless_it_says_year(head, scale):
    assert scale_of("mean_benefit_m", head, "万元") == pytest.approx(scale)


def test_every_problem_is_told_at_once_with_its_cell(tmp_path):
    rows = [
        ["城乡", "乡镇", "户数", "全年支出（元）"],
        ["城阵", "甲镇", 3, 5],
        ["农村", "甲镇", "三户", -5],
        ["农村", "乙镇", 4, 5],
        ["农村", "乙镇", 4, 5],
    ]
    problems = refused(workbook(tmp_path / "l.xlsx", rows)).problems
    assert [problem.code for problem in problems] == ["JZ-E057", "JZ-E056", "JZ-E056", "JZ-E058"]
    told = "\n".join(map(str, problems))
    for part in ("台账 · 第2行 · A列（城乡）", "最接近的是：城镇", "第3行 · C列（户数）", "“三户”",
                 "第3行 · D列（全年支出（元））", "第4行和第5行"):  # fmt: skip
        assert part in told


@pytest.mark.parametrize("head", ["2025年低保支出（万元）", "1-12月支出（元）", "月发放金额（元）"])
def test_heads_in_office_words(head):
    assert name_of(head) == "cost_y"


def test_heads_are_checked_together(tmp_path):
    problems = refused(
        csv(tmp_path, [["乡镇", "户数", "在保户数", "支出（万元）"], ["甲", 1, 1, 1]])
    )
    assert problems.codes == ("JZ-E034", "JZ-E055")


def test_an_area_may_stand_in_the_column_of_townships(tmp_path):
    rows = [["单位", "户数"], ["城市合计", 3], ["农村", 4], ["甲镇", 5], ["总计", 7]]
    assert list(read_ledger(csv(tmp_path, rows)).cells) == [
        ("urban", "total"),
        ("rural", "total"),
        ("total", "甲镇"),
        ("total", "total"),
    ]


def test_other_programmes_are_read(tmp_path):
    rows = [["城乡", "户数", "临时救助全年支出（万元）"], ["合计", 3, 1.5]]
    assert dict(read_ledger(csv(tmp_path, rows)).cells["total", "total"]) == {
        "households": 3,
        "temporary": 15_000,
    }


def test_which_ledger_is_taken(tmp_path):
    assert find_ledger("", "", "example-county") == PACKAGED
    assert find_ledger("", "", "") is None
    assert find_ledger("", str(tmp_path), "") is None
    beside = csv(tmp_path, [["乡镇", "户数"], ["甲", 1]])
    assert find_ledger("", str(tmp_path), "example-county") == beside
    with pytest.raises(JZError) as caught:
        find_ledger("nowhere.csv", str(tmp_path), "")
    assert caught.value.codes == ("JZ-E020",)


def test_the_packaged_ledger_is_the_models_own(tmp_path):
    """Made by: jiuzhu ledger --filled --households 6000 --out data/synthetic/…/ledger.csv"""
    people = synthesize("example-county", **PEOPLE)
    made = write_ledger(tmp_path / "l.csv", people, load_policy("example-county"), filled=True)
    assert made.read_bytes() == PACKAGED.read_bytes()


def test_a_template_filled_in_can_be_read_and_an_empty_one_is_refused(tmp_path):
    people, policy = synthesize("example-county", 800, 1), load_policy("example-county")
    full = read_ledger(write_ledger(tmp_path / "a.xlsx", people, policy, filled=True))
    assert ("total", "total") in full.cells
    assert {township for _, township in full.cells} >= {"城关镇", "双龙乡"}
    assert refused(write_ledger(tmp_path / "b.xlsx", people, policy)).codes == ("JZ-E059",)
    with pytest.raises(JZError) as caught:
        write_ledger(tmp_path / "c.pdf", people, policy)
    assert caught.value.codes == ("JZ-E060",)
