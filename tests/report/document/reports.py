"""Reports made by hand, with everything a document has to show, and reading of what was written."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.cited import cited, said, stub
from jiuzhu_sim.report.live_sheet import MONEY, PLAIN, LiveSheet, total
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from tests.report.small_tables import COST, PERSONS, POLICY, crossed, reconciled, table, townships

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ABOUT = {"org": "示例县民政局", "dated": "2026-03-05", "run_id": "0123456789ab"}


def masked():
    """Townships, one value of which is hidden."""
    made = crossed()
    hidden = np.zeros(made.values.shape, bool)
    hidden[1] = True
    return replace(made, hidden=hidden)


def report():
    """Cards, cited numbers, advice, tables, a list, a live sheet, a chart, two annexes."""
    first, second = townships(), masked()
    sentences = (
        said("format.said", name="全县人数", what=cited(first, "persons", "total")),
        said("format.said", name="东河乡人均", what=cited(first, "mean_benefit_m", "东河乡")),
        stub("format.said", name="城市A类", what=cited(second, "persons", "urban", "A")),
        "没有数字的一句。",
    )
    months = LiveSheet(
        "月表",
        "按月",
        ("月份", "万元"),
        (("一月", 2.0), ("二月", 3.5), ("合计", total(0, 1, 1, (2.0, 3.5)))),
        (PLAIN, MONEY),
        totals=1,
        notes=("按月发放。",),
    )
    cards = Cards((("945", "户数"), ("1,560", "人数")), (text("stamp.draft"), "合成数据"))
    listing = Listing("口径", ("项", "说明"), (("户", "共同生活"), ("人", "x" * 90)))
    return Report(
        "示例县社会救助年度评估报告",
        "附表.xlsx",
        (
            Section("answer", "结论", sentences, (cards, first)),
            Section("parts", "分类", ("分类情况如下。",), (second,), level=2),
            Section("check", "对账", (), (reconciled(), charts.ranked(first, "mean_benefit_m"))),
            Section("notes", "口径说明", (), (listing,), is_annex=True),
            Section("months", "月表", (), (months,), is_annex=True),
        ),
    )


def wide(columns=15, rows=200):
    """A report with one table of many columns and rows."""
    statistics = [
        replace(COST, name=f"cost_y.{'base' if k % 2 else 'new'}") for k in range(columns)
    ]
    values = [[1e6 * (row + 1) + k for k in range(columns)] for row in range(rows)]
    keys = [(f"第{row + 1}乡",) for row in range(rows)]
    made = table("caseload", ("township",), keys, statistics, values, None, fields=POLICY)
    return Report("宽表", "附表.xlsx", (Section("wide", "宽表", (), (made,)),))


def hostile(words):
    """A report whose every name was typed by someone with bad intentions."""
    made = table("caseload", ("township",), [(words,)], [PERSONS], [[5]], fields={"policy": words})
    return Report(
        words,
        "附表.xlsx",
        (
            Section(
                "a",
                words,
                (words, said("format.said", name=words, what=cited(made, "persons", words))),
                (made, Listing(words, (words,), ((words,),)), Cards(((words, words),), (words,))),
            ),
        ),
    )


def parts(content):
    """The XML parts of an Office file by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def words_of(element):
    """The text below an element, field instructions left out."""
    return "".join(found.text or "" for found in element.iter(f"{W}t"))
