"""Notebooks run with other parameters than their defaults, and refuse what they should.

With their defaults all of them run whenever the gallery of the documentation is built.
"""

import json
import re

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.notebook import (
    check_notebook,
    checked_parameters,
    notebook_path,
    run_notebook,
)
from jiuzhu_sim.report.suite import suite
from tests.notebooks.in_process import has_widget, run_here, shown

ANNUAL, WHATIF = "11_annual_report", "04_reform_whatif"
CHECK = "01_import_and_check"
RECONCILE = "02_population_and_reconcile"
HOUSEHOLD = "03_household_calculator"
FUNDING, CASH, REVIEW = "05_funding_gap", "06_cash_calendar", "07_review_cycles"
SMALL = {"households": 1500}
QUICK = {"households": 800, "draws": 200, "runs": 12}
SHORT = {"households": 600, "seeds": 2, "months": 3, "warm_up": 1, "regimes": ["national"]}


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        (ANNUAL, SMALL, "相差最大的一项是城市低保全年发放"),
        (ANNUAL, SMALL | {"law": "example-county", "lang": "en", "year": 2025,
                          "appropriation": 40_000_000.0}, "Illustrative law"),
        (WHATIF, SMALL, "农村低保标准 670"),
        (WHATIF, SMALL | {"changes": [], "per": "household", "lang": "en"},
         "The scenario equals the present law"),
        (CHECK, {}, "身份证号被表格软件损坏"),
        (CHECK, {"at": "2025-03-01", "min_cell": 20, "lang": "en"}, "Money at stake"),
        (RECONCILE, {}, "可以使用"),
        (RECONCILE, SMALL | {"law": "s42-county-2013", "lang": "en"},
         "Urban dibao paid, full year"),
        (HOUSEHOLD, SMALL, "2,179.99元"),
        (HOUSEHOLD, SMALL | {"law": "s42-county-2013", "lang": "en", "n_elder": 1, "wage": 600.0,
                             "family": ["n_ill=1", "medical_expense_y=6000"], "taper_months": 6},
         "Present law"),
        (FUNDING, QUICK, "科目编码请按当年《政府收支分类科目》核对"),
        (FUNDING, QUICK | {"law": "s42-county-2013", "lang": "en", "solve_for": "urban",
                           "budget": "numbers", "months": 6}, "2013-06"),
        (CASH, QUICK, "期内断档的概率为"),
        (CASH, QUICK | {"law": "s42-county-2013", "lang": "en", "pay_day": 20,
                        "late_days": 60}, "Money kept apart"),
        (REVIEW, SHORT, "比较的复核制度"),
        (REVIEW, SHORT | {"law": "s42-county-2013", "lang": "en", "matching_months": [],
                          "min_cell": 20}, "Regimes compared"),
    ],
)  # fmt: skip
def test_it_runs(name, given, said, tmp_path):
    run = run_here(name, given, tmp_path / "run.ipynb")
    page = shown(run)
    assert said in page
    assert 'class="jiuzhu"' in page
    assert not re.search(r"\b\d{17}[\dXx]\b", page)
    assert not has_widget(run)


def test_two_places_give_different_figures(tmp_path):
    pages = [
        shown(run_here(ANNUAL, SMALL | {"law": law}, tmp_path / f"{law}.ipynb"))
        for law in ("example-county", "s42-county-2013")
    ]
    pictures = [set(re.findall(r"data:image/png;base64,([^\"]+)", page)) for page in pages]
    assert pictures[0]
    assert pictures[0].isdisjoint(pictures[1])


@pytest.mark.parametrize("name", [head.name for head in suite()])
def test_an_unknown_parameter_is_refused_before_anything_runs(name, tmp_path):
    with pytest.raises(JZError) as refused:
        run_notebook(name, {"oot_dir": "x", "lang": 5}, tmp_path / "run.ipynb", progress=False)
    assert refused.value.codes == ("JZ-E043", "JZ-E044")
    assert "out_dir" in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_papermill_alone_is_caught_inside():
    with pytest.raises(JZError) as refused:
        check_notebook({"law": "example-county", "yaer": 2013, "_": 1, "In": []}, ANNUAL)
    assert refused.value.codes == ("JZ-E043",)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"year": "2014"}, {"year": 2014}),
        ({"appropriation": "5"}, {"appropriation": 5.0}),
        ({"appropriation": 5}, {"appropriation": 5.0}),
        ({"changes": "a=1;b=2"}, {"changes": ["a=1", "b=2"]}),
        ({"data": "001"}, {"data": "001"}),
    ],
)
def test_text_from_the_command_line_takes_the_declared_type(given, read):
    found = checked_parameters(notebook_path(ANNUAL), given)
    assert {name: found[name] for name in read} == read


@pytest.mark.parametrize(
    "given", [{"year": 1999}, {"year": 2013.5}, {"lang": "fr"}, {"seed": True}]
)
def test_wrong_type_range_or_choice_is_refused(given):
    with pytest.raises(JZError) as refused:
        checked_parameters(notebook_path(ANNUAL), given)
    assert refused.value.codes == ("JZ-E044",)


def test_a_corrupted_ledger_is_no_go_and_stamps_the_next_report(tmp_path, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    law = ["--law", "example-county", "--data", str(data), "--json"]
    cli.main(["synth", "example-county", "--households", "3000", "--seed", "1", "--out", str(data)])
    cli.main(["ledger", *law, "--filled", "--out", str(data / "ledger.csv")])
    assert cli.main(["report", "reconcile", *law, "--out", str(out)]) == cli.DONE
    assert {"gate.json", "对账单.xlsx", "对账报告.html"} <= {path.name for path in out.iterdir()}
    assert cli.main(["verify", str(out)]) == cli.DONE
    ledger = data / "ledger.csv"
    head, *rows = ledger.read_text(encoding="utf-8-sig").splitlines()
    cells = [row.split(",") for row in rows]
    more = [",".join([*row[:2], *(str(float(cell) * 1.2) for cell in row[2:])]) for row in cells]
    ledger.write_text("\n".join([head, *more]), encoding="utf-8-sig")
    assert cli.main(["report", "reconcile", *law, "--out", str(out)]) == cli.FINDINGS
    assert cli.main(["report", "annual", *law, "--out", str(tmp_path / "annual")]) == cli.DONE
    page = (tmp_path / "annual" / "年度评估报告.html").read_text(encoding="utf-8")
    heads = page.count("<h2>") + page.count("<h3>")
    assert page.count('<p class="banner">未通过对账</p>') == heads
    record = json.loads((tmp_path / "annual" / "run.json").read_text(encoding="utf-8"))
    assert record["people"]["about"]["gate"]["outcome"] == "red"
    capsys.readouterr()
