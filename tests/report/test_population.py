"""The diagnosis of a population as a report: sections, cards, charts, workbook, two languages."""

import re
import warnings

import pytest

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.diagnostics import diagnose
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import Table
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.margins import calibrate_to, load_margins
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.population import population_report
from jiuzhu_sim.report.section import Cards


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


@pytest.fixture(scope="module")
def nation():
    people = synthesize("national-2020", 2000, 1)
    policy = load_policy("example-county")
    census = [m for m in load_margins("national-2020") if not m.name.startswith("dibao")]
    before = diagnose(simulate(people, policy))
    return before, diagnose(simulate(calibrate_to(people, census), policy))


def drawn(found):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph, a layout that does not fit
        return population_report(found)


def test_every_section_of_a_calibrated_nation(nation, lang, tmp_path):
    report = drawn(nation[1])
    keys = [section.key for section in report.sections]
    assert keys == [
        *("answer", "margins", "quintiles", "recipe", "sizes", "weights", "effect", "assumed"),
    ]
    assert "nation" in report.title if lang == "en" else "全国" in report.title
    shown = "".join(section._repr_html_() for section in report.sections)
    assert not re.search(r"[{}]|>nan<", shown)
    for chart in report.all(Chart):
        assert chart.sentence.endswith("。" if lang == "zh" else ".")
    assert [chart.key for chart in report.all(Chart)] == ["margins", "quintiles", "bars"]
    assert all(table.caption and table.footnotes() for table in report.all(Table))
    written = [path.name for path in report.write(tmp_path)]
    assert len(written) == 1 + 3
    assert written[0].endswith(".xlsx")


def test_the_cards_count_what_the_tables_say(nation):
    found = nation[1]
    (cards,) = drawn(found).section("answer").of(Cards)
    said = {label: number for number, label in cards.numbers}
    margins, fifths = found.tables["margins"], found.tables["quintiles"]
    targets = [row for row in margins.rows if row[1] == "target"]
    checks = [row for row in margins.rows if row[1] == "check"]
    met = sum(margins.get("verdict", *row) > 0 for row in checks)
    met += sum(fifths.get("verdict", *row) > 0 for row in fifths.rows)
    assert said["校准目标在容差以内（项）"] == f"{len(targets)} / {len(targets)}"
    assert said["核对项在容差以内（项）"] == f"{met} / {len(checks) + len(fifths.rows)}"
    assert said["代表的户数（户）"] == "494,160,000"
    assert "合成数据" in cards.stamps[0]


def test_what_is_beyond_its_tolerance_is_named(nation):
    found = nation[1]
    table = found.tables["margins"]
    missed = [table.labels(row)[0] for row in table.rows if table.get("verdict", *row) == 0]
    assert missed
    sentence = drawn(found).section("answer").sentences[1]
    assert all(label in sentence for label in missed)


def test_people_before_calibration_have_only_checks(nation, lang):
    report = drawn(nation[0])
    keys = [section.key for section in report.sections]
    assert keys == ["answer", "margins", "quintiles", "recipe", "sizes", "assumed"]
    assert {row[1] for row in nation[0].tables["margins"].rows} == {"check"}


def test_a_county_without_margins(lang):
    policy = load_policy("s42-county-2013")
    report = drawn(diagnose(simulate(people_of("", policy, 2000, 1), policy)))
    keys = [section.key for section in report.sections]
    assert keys == ["answer", "recipe", "sizes", "weights", "effect", "assumed"]
    assert [table.name for table in report.section("weights").of(Table)] == [
        "totals",
        "weights",
        "bars",
    ]


def test_the_effect_is_said_with_the_numbers_of_the_table(nation):
    table = nation[1].tables["effect"]
    (sentence,) = drawn(nation[1]).section("effect").sentences
    for name in ("persons", "cost_y"):
        for moment in ("before", "after", "difference_rate"):
            assert table.show(moment, name) in sentence
