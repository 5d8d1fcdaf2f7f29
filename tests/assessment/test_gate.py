"""The gate: written with the people, found by later reports, worth nothing for other people."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.assessment import assess, hold_baseline, people_of, what_if
from jiuzhu_sim.assessment.gate import GATE, gate_of, judge_figures
from jiuzhu_sim.assessment.reconcile import reconcile
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.law import figures, region_names
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize, to_tables, write_people
from jiuzhu_sim.report.annual import annual_report
from jiuzhu_sim.report.reconcile import reconcile_report
from jiuzhu_sim.report.whatif import whatif_report

POLICY = load_policy("example-county")
PACKAGED = Path(__file__).parents[2] / "data" / "synthetic" / "example-county"
STAMPS = {"red": "未通过对账", "missing": "未对账", "foreign": "没有采用"}


@pytest.fixture
def data(tmp_path):
    """The packaged county with its ledger, in a folder of its own."""
    folder = tmp_path / "data"
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns(GATE))
    return folder


@pytest.fixture(scope="module")
def own():
    """Own data: every weight 1, source own."""
    persons, homes = to_tables(synthesize("example-county", households=1500, seed=1))
    return people_from_tables(persons, homes.drop_columns("weight"))


def reconciled(folder, out):
    people = people_of(str(folder), POLICY, 0, 0)
    held = hold_baseline(people, POLICY, data=str(folder))
    held.write(out)
    return held


def corrupt(folder, factor=1.1):
    """The ledger with every number of persons multiplied."""
    path = folder / "ledger.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    cells = [row.split(",") for row in rows]
    changed = [[*row[:3], str(float(row[3]) * factor), *row[4:]] for row in cells]
    path.write_text("\n".join([head, *map(",".join, changed)]), encoding="utf-8-sig")


def annual(folder):
    return annual_report(assess(people_of(str(folder), POLICY, 0, 0), POLICY), 2025)


def stamped(report):
    return report._repr_html_() + "".join(each._repr_html_() for each in report.sections)


def test_green_is_written_in_both_places_and_said_in_the_next_report(data, tmp_path):
    held = reconciled(data, tmp_path / "out")
    assert held.now.gate.outcome == "green"
    records = [json.loads((at / GATE).read_text("utf-8")) for at in (data, tmp_path / "out")]
    assert records[0] == records[1]
    assert records[0]["people"] == held.now.results.people.digest()
    assert records[0]["tolerances"] == {"people": 0.02, "money": 0.03}
    assert records[0]["law"]["place"] == "example-county"
    report = annual(data)
    assert report.banner == ""
    assert "数据已与台账对账，核对的104项都在容差以内。" in report.sections[0].sentences
    assert not any(stamp in stamped(report) for stamp in STAMPS.values())


def test_a_red_gate_stamps_every_section_and_every_sheet(data, tmp_path):
    corrupt(data)
    assert reconciled(data, tmp_path / "out").now.gate.outcome == "red"
    rows = json.loads((data / GATE).read_text("utf-8"))["rows"]
    assert {row["item"] for row in rows if row["colour"] == 0 and row["decides"]} == {"persons"}
    people = people_of(str(data), POLICY, 0, 0)
    compared = what_if(people, POLICY, POLICY.change({"dibao.standard.rural": "+5%"}))
    for report in (annual(data), whatif_report(compared)):
        assert report.sections[0].blocks[0].stamps[0] == STAMPS["red"]
        for section in report.sections:
            assert STAMPS["red"] in section._repr_html_()
        written = report.write(tmp_path / "book")[0]
        book = CalamineWorkbook.from_path(written)
        for name in book.sheet_names:
            first = book.get_sheet_by_name(name).to_python()[:2]
            assert any(STAMPS["red"] in str(cell) for row in first for cell in row), name


def test_an_amber_gate_is_a_sentence_without_a_stamp(data, tmp_path):
    corrupt(data, 1.03)
    assert reconciled(data, tmp_path / "out").now.gate.outcome == "amber"
    report = annual(data)
    assert report.banner == ""
    assert any("对账有保留" in sentence for sentence in report.sections[0].sentences)


def test_a_gate_of_other_people_is_ignored_and_said_so(data, tmp_path):
    reconciled(data, tmp_path / "out")
    write_people(synthesize("example-county", households=900, seed=2), data)
    report = annual(data)
    assert STAMPS["foreign"] in report.banner
    assert any("属于另一份数据" in sentence for sentence in report.sections[0].sentences)


def test_own_data_never_reconciled_are_stamped(own, tmp_path):
    write_people(own, tmp_path)
    assert annual(tmp_path).banner == STAMPS["missing"]
    assert gate_of(simulate(own, POLICY)).outcome == "missing", "tables that were never in a folder"


def test_synthetic_people_without_a_ledger_are_not_stamped(data):
    report = annual(data)
    assert report.banner == ""
    assert "合成数据" in stamped(report)


def test_a_gate_that_cannot_be_read_is_refused(data):
    (data / GATE).write_text("{", encoding="utf-8")
    with pytest.raises(JZError) as caught:
        people_of(str(data), POLICY, 0, 0)
    assert caught.value.codes == ("JZ-E021",)


def test_a_report_in_english_is_stamped_in_english(own, tmp_path):
    set_language("en")
    try:
        write_people(own, tmp_path)
        assert annual(tmp_path).banner == "Never reconciled"
    finally:
        set_language("zh")


def test_reweighted_people_carry_their_own_gate(data, tmp_path):
    corrupt(data, 1.05)
    held = hold_baseline(people_of(str(data), POLICY, 0, 0), POLICY, data=str(data), reweight=True)
    held.write(tmp_path / "out")
    ours, theirs = (json.loads((at / GATE).read_text("utf-8")) for at in (data, tmp_path / "out"))
    assert (ours["reweighted"], theirs["reweighted"]) == (False, True)
    assert ours["people"] != theirs["people"]
    again = people_of(str(tmp_path / "out"), POLICY, 0, 0)
    assert again.about["gate"]["outcome"] == theirs["outcome"]
    assert ours["outcome"] == "amber"


# --- places that reported figures ----------------------------------------------------------
@pytest.fixture(scope="module")
def reported():
    policy = load_policy("s42-county-2013")
    people = people_of("", policy, 4000, 1)
    return policy, simulate(people, policy)


def test_reported_figures_are_a_gate_of_their_own(reported):
    policy, results = reported
    gate = gate_of(results)
    assert (gate.outcome, gate.against, gate.found["rows"]) == ("green", "figures", 2)
    changed = simulate(results.people, policy.change({"dibao.standard.rural": "+30%"}))
    assert gate_of(changed).outcome == "green", "the gate is about the law as it is"


def test_a_check_that_fails_without_a_reason_is_red_and_with_one_amber(reported):
    held = reconcile(reported[1], weight="weight")
    values = held.values.copy()
    values[[row[-1] == "check" for row in held.rows], -1] = 0
    failed = replace(held, values=values)
    assert judge_figures(failed, []).outcome == "amber"
    assert judge_figures(failed, ["R020"]).outcome == "red"
    assert judge_figures(failed).found == {"rows": 2, "red": 2, "beyond": 2}
    only_targets = replace(held, rows=tuple((name, "target") for name, _ in held.rows))
    assert judge_figures(only_targets).outcome == ""


def test_own_data_of_a_place_with_figures_are_held_against_them(own):
    policy = load_policy("s42-county-2013")
    results = simulate(own, policy)
    assert not np.isclose(results["n_recipients_hh"].sum(), 3212 + 7583, rtol=0.03)
    assert gate_of(results).outcome == "red"


@pytest.mark.parametrize("place", [name for name in region_names() if figures(name)])
def test_no_place_is_stamped_for_its_own_synthetic_people(place):
    policy = load_policy(place)
    people = people_of("", policy, 3000, 20260101)
    assert gate_of(simulate(people, policy)).outcome in ("", "green", "amber")


def test_what_is_hidden_is_not_in_the_gate_either(data, tmp_path):
    corrupt(data, 2.0)
    held = reconciled(data, tmp_path / "out")
    assert held.hidden
    rows = json.loads((tmp_path / "out" / GATE).read_text("utf-8"))["rows"]
    assert {(row["area"], row["township"]) for row in rows}.isdisjoint(held.hidden)


def test_a_folder_that_cannot_be_written_keeps_no_gate_and_the_report_says_so(
    data, tmp_path, monkeypatch
):
    monkeypatch.setattr("jiuzhu_sim.assessment.baseline.os.access", lambda *_: False)
    held = reconciled(data, tmp_path / "out")
    assert not (data / GATE).exists()
    assert (tmp_path / "out" / GATE).exists()
    limits = reconcile_report(held).section("limits")
    assert any("数据文件夹不能写入" in sentence for sentence in limits.sentences)
