"""The report on monitoring: it says what the tables say, stamped, in both languages; safe lists."""

import zipfile

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.explorer.notebook.monitoring import monitoring_panel
from jiuzhu_sim.language import speaking, text
from jiuzhu_sim.outlook.monitoring.chain import one_household_chain, telling
from jiuzhu_sim.outlook.monitoring.dials import Dials, outcome
from jiuzhu_sim.outlook.monitoring.tables import kind_table, monitoring_tables
from jiuzhu_sim.outlook.monitoring.visits import visits_of
from jiuzhu_sim.outlook.monitoring.watch import watch
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.report.monitoring import monitoring_report, write_lists
from jiuzhu_sim.report.monitoring_lists import (
    TO_FILL,
    WIDTHS,
    chain_listing,
    rule_listing,
    visit_form,
)
from jiuzhu_sim.report.notebook import SESSION
from jiuzhu_sim.report.section import Listing

POLICY = jz.load_policy("example-county")
PEOPLE = jz.synthesize("example-county", households=1500, seed=1)
SECTIONS = ["answer", "threshold", "kinds", "rules", "months", "places", "list", "chain",
            "snapshot", "limits"]  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return outcome(watch(PEOPLE, POLICY, months=5), Dials(officers=4))


@pytest.fixture(scope="module")
def tables(made):
    return monitoring_tables([made.watch], made.dials, own=4)


@pytest.fixture(scope="module")
def report(made, tables):
    return monitoring_report(made, tables, jz.simulate(PEOPLE, POLICY), officers=4)


def test_sections_and_stamps(report):
    assert [section.key for section in report.sections] == SECTIONS
    shown = report._repr_html_()
    for stamp in ("stamp.monitoring", "stamp.illustrative"):
        assert text(stamp) in shown
    assert text("stamp.synthetic", n=f"{PEOPLE.households:,}") in shown


def test_the_answer_says_what_the_tables_say(report, tables):
    said = "".join(report.sections[0].sentences)
    kinds, work = tables["monitoring"], tables["monitoring_work"]
    assert kinds.show("warning_recall", "total") in said
    assert work.show("warning_precision", *work.rows[0]) in said
    assert "4名经办人员" in said


def test_rules_without_data_are_not_called_useless(report, made):
    said = "".join(report.sections[0].sentences)
    limits = "".join(report.section("limits").sentences)
    for key, reason in made.watch.silent.items():
        title = made.watch.warnings.rules[made.watch.warnings.position(key)].title
        assert title not in said
        assert f"{title}（{text(f'monitoring.silent.{reason}')}）" in limits


def test_those_not_reached_are_counted_once_a_month(report, tables):
    month = tables["monitoring_month"]
    waits = [month.get("warning_waiting", *row) for row in month.rows]
    said = "".join(report.sections[0].sentences)
    assert (
        f"平均每月有{sum(waits) / len(waits):,.0f}户当月应核未核，末月为{waits[-1]:,.0f}户" in said
    )


def test_a_roster_of_recipients_is_said_to_tell_nothing_of_others(report):
    assert "查漏须用全部低收入家庭的数据" not in "".join(report.sections[0].sentences)
    homes = np.flatnonzero(jz.simulate(PEOPLE, POLICY)["layer_hh"] == "dibao")[:60]
    owner = np.repeat(np.arange(PEOPLE.households), PEOPLE.sizes)
    persons = np.isin(owner, homes)
    held = {n: PEOPLE[n] for n in PEOPLE.laid_out if n != "id"}
    roster = people_from_tables(
        {"household_id": owner[persons]}
        | {n: v[persons] for n, v in held.items() if len(v) == PEOPLE.persons},
        {"household_id": homes}
        | {n: v[homes] for n, v in held.items() if len(v) == PEOPLE.households}
        | {"was_dibao": np.ones(len(homes), bool)},
    )
    run = outcome(watch(roster, POLICY, months=2))
    tables = monitoring_tables([run.watch])
    shown = monitoring_report(run, tables, jz.simulate(roster, POLICY))
    assert "查漏须用全部低收入家庭的数据" in "".join(shown.sections[0].sentences)


def test_it_speaks_english(made, tables):
    with speaking("en"):
        report = monitoring_report(made, tables, jz.simulate(PEOPLE, POLICY))
        shown = "".join(section._repr_html_() for section in report.sections)
    assert "One household, one chain" in shown
    assert "分数线" not in shown
    assert "预警" not in shown


def test_every_rule_stands_in_the_limits_with_its_clauses(report, made):
    listing = rule_listing(made.watch.warnings)
    assert len(listing.rows) == len(made.watch.warnings.rules)
    assert listing in report.section("limits").of(Listing)
    assert all(row[6].startswith("S") for row in listing.rows)


def test_the_list_is_complete_masked_and_left_to_be_filled(made):
    month = made.watch.names[2]
    form = visit_form(made, month)
    several = visits_of(made, month)
    assert 0 < len(form.rows) == sum(visit.is_reached for visit in several) < len(several)
    beyond = text("monitoring.list.beyond", n=f"{len(several) - len(form.rows):,}")
    assert beyond in form.notes
    assert len(form.heads) == len(WIDTHS)
    assert all(row[-len(TO_FILL) :] == [""] * len(TO_FILL) for row in form.rows)
    scores = [row[6] for row in form.rows]
    assert scores == sorted(scores, reverse=True)
    assert form.is_ruled


def test_the_file_holds_no_formula(made, tmp_path):
    path = write_lists(made, tmp_path)
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/sheet" in name]
    assert sheets
    assert all(b"<f>" not in sheet for sheet in sheets)
    assert path.read_bytes() == write_lists(made, tmp_path).read_bytes()


def test_the_chain_has_a_line_a_month_with_clauses(made):
    chain = one_household_chain(made.watch, telling(made), made=made)
    listing = chain_listing(chain)
    assert [row[0] for row in listing.rows] == list(made.watch.names)
    warned = [row for row, step in zip(listing.rows, chain.steps, strict=True) if step.warned]
    assert warned
    assert all("S" in row[5] for row in warned)


def test_it_writes_workbook_and_charts(report, tmp_path):
    names = {path.name for path in report.write(tmp_path)}
    assert "动态监测.xlsx" in names
    assert {"01_monitoring_curve.png", "04_monitoring_chain.png"} <= names


def test_sliders_give_what_is_computed_without_them(monkeypatch, made):
    pytest.importorskip("ipywidgets")
    monkeypatch.delenv(SESSION, raising=False)
    base = jz.simulate(PEOPLE, POLICY)
    assert monitoring_panel(made.watch, Dials(), base) is None
    monkeypatch.setenv(SESSION, "09_monitoring.ipynb")
    panel = monitoring_panel(made.watch, Dials(), base)
    assert text("stamp.illustrative") in panel.board.pages[0].value
    panel.row("cut").slider.value = 5
    panel.set("rules.death", False)
    panel.board.draw()
    expected = kind_table(outcome(made.watch, Dials(cut=5, off=("death",))))
    assert expected.show("warning_recall", "total") in panel.board.pages[0].value
    assert panel.changes == {"cut": 5.0, "rules.death": False}
    panel.set("rules.death", True)
    assert panel.changes == {"cut": 5.0}
