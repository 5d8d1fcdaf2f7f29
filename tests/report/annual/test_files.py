"""The files of the annual report: what is in them, and that they are the same each time."""

import json

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim import JZError, annual_report, assess, load_policy, people_from_tables, synthesize
from jiuzhu_sim.language import text
from jiuzhu_sim.population import to_tables
from jiuzhu_sim.report.annual.gather import check_annual, gather
from tests.report.annual_parts import assessed_of, full, made_anew


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("annual")
    full().write(made, org="某县民政局", dated="2014-03-05")
    return made


def test_all_files_are_written(folder):
    names = {path.name for path in folder.iterdir()}
    wanted = {"年度评估报告.docx", "年度评估报告.pdf", "附表.xlsx", "绩效目标自评表.xlsx"}
    assert wanted <= names
    assert any(name.endswith(".png") for name in names)


def test_the_workbook_tells_definitions_the_run_and_where_numbers_stand(folder):
    book = CalamineWorkbook.from_path(folder / "附表.xlsx")
    assert {"口径说明", "运行信息", "数字索引"} <= set(book.sheet_names)
    run = dict(row[:2] for row in book.get_sheet_by_name("运行信息").to_python() if len(row) > 1)
    assert run["运行编号"] == full().record()["run_id"]


def test_each_number_is_traced_to_the_cell_that_holds_it(folder):
    from jiuzhu_sim.report.document import trace

    book = CalamineWorkbook.from_path(folder / "附表.xlsx")
    found = [each for each in trace(full()) if each.cell]
    assert len(found) > 20
    for each in found[:60]:
        sheet, _, place = each.cell.rpartition("!")
        letters = place.strip("$0123456789").replace("$", "")
        row = int("".join(sign for sign in place if sign.isdigit()))
        column = sum((ord(sign) - 64) * 26**k for k, sign in enumerate(reversed(letters)))
        value = book.get_sheet_by_name(sheet.strip("'")).to_python(skip_empty_area=False)
        held = value[row - 1][column - 1]
        shown = each.number.replace(",", "")
        told = float(shown.rstrip("%")) / (100 if shown.endswith("%") else 1)
        assert held == pytest.approx(told, abs=0.006), each


def test_the_same_run_gives_the_same_bytes(folder, tmp_path):
    made_anew().write(tmp_path, org="某县民政局", dated="2014-03-05", make_pdf=False)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    assert not (tmp_path / text("file.annual_pdf")).exists()


def test_the_record_holds_the_answer_in_yuan():
    record = full().record()
    area = assessed_of("s42-county-2013").tables["area"]
    assert record["answer"]["cost_y"] == area.get("cost_y", "total")
    assert record["answer"]["gate"] == "green"
    assert json.dumps(record)


def test_faults_of_the_parameters_are_told_together():
    run = {
        "law": "example-county",
        "sections": ["bascis"],
        "log": "no.xlsx",
        "card": "ten-precision",
    }
    with pytest.raises(JZError) as refused:
        check_annual(run)
    assert refused.value.codes.count("JZ-E060") == 2
    assert "JZ-E020" in refused.value.codes
    assert "ten-precisions" in str(refused.value)


def test_own_people_without_townships_or_log_get_a_report_that_says_so(tmp_path):
    persons, homes = to_tables(synthesize("example-county", households=600, seed=1))
    people = people_from_tables(persons, homes.drop_columns(["weight", "township"]))
    policy = load_policy("example-county")
    assessed = assess(people, policy)
    parts = gather(assessed, {"law": "example-county", "seed": 1, "year": 2025, "draws": 100})
    assert parts["handled"] is None
    report = annual_report(assessed, 2025, **parts)
    said = "".join("".join(each.sentences) for each in report.sections)
    for name in ("对账结果", "办理记录", "入户核查结果", "分乡镇数据"):
        assert name in said
    assert report.banner
    assert report.write(tmp_path, make_pdf=False)


def test_own_people_of_whose_townships_nothing_is_known_get_a_report():
    persons, homes = to_tables(synthesize("example-county", households=400, seed=1))
    people = people_from_tables(persons, homes.drop_columns(["weight"]))
    assessed = assess(people, load_policy("example-county"), appropriation=1e7)
    parts = gather(assessed, {"law": "example-county", "seed": 1, "year": 2025, "draws": 100})
    assert "measured" not in parts
    report = annual_report(assessed, 2025, **parts)
    assert "没有可以评估乡镇的材料" in "".join(report.section("ranking").sentences)
    assert "合计低保" not in "".join(report.sections[0].sentences)
