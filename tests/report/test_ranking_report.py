"""The report on townships, of numbers typed by hand."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.assessment.ranking import rank_units
from jiuzhu_sim.assessment.ranking.intervals import apart
from jiuzhu_sim.assessment.scorecard.card import cards, load_card
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report.circular import circular
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.ranking import circular_of, hidden_small, ranking_report
from jiuzhu_sim.report.ranking_check import check_ranking, design_of, weighted
from jiuzhu_sim.report.ranking_files import workbook_bytes
from jiuzhu_sim.report.ranking_lists import (
    definitions,
    masked,
    missing_listing,
    points_lost,
    wanted,
)
from jiuzhu_sim.report.ranking_words import answer, limits, maybe_first, pairs_apart, tiers, varied
from tests.report.small_ranking import SEEN, TOWNS, small_measured, small_ranked

SECTIONS = [
    "answer", "ranking", "scores", "grades", "groups", "weights", "aggregations", "indicators",
    "missing", "small", "map", "circular", "limits",
]  # fmt: skip


@pytest.fixture(scope="module")
def ranked():
    return small_ranked()


@pytest.fixture(scope="module")
def report(ranked):
    return ranking_report(ranked)


def test_every_section_is_there_and_every_number_of_the_cards_is_counted(ranked, report):
    assert [each.key for each in report.sections] == SECTIONS
    ranking = ranked.ranking
    kept = ranking.is_ranked
    low, high = ranking.low[kept], ranking.high[kept]
    apart = sum(high[a] < low[b] for a in range(5) for b in range(5))
    assert pairs_apart(ranking) == (apart, 10)
    cards = dict((label, number) for number, label in report.sections[0].blocks[0].numbers)
    assert cards["分得出先后的（两两比较，对／全部）"] == f"{apart} / 10"
    assert cards["参加排名的乡镇（个）"] == "5"
    assert maybe_first(ranking) == [k for k in range(6) if kept[k] and ranking.low[k] == 1]


def test_identical_townships_share_a_rank_and_are_not_told_apart(ranked):
    ranking = ranked.ranking
    assert ranking.rank[0] == ranking.rank[1]
    assert not apart(ranking.low, ranking.high)[0, 1]
    said = "".join(circular_of(ranked))
    assert "不可区分" in said
    assert "甲镇优于乙镇" not in said
    assert "乙镇优于甲镇" not in said


def test_a_small_township_is_shown_and_not_ranked(ranked, report):
    assert ranked.ranking.rank[5] == 0
    small = report.section("small").blocks[0]
    assert small.rows[0][0] == "己农场"
    assert small.rows[0][1] == "8"
    assert any("己农场" in sentence for sentence in circular_of(ranked))
    assert any("不参加排名" in sentence for sentence in answer(ranked))


def test_without_any_doubt_every_pair_that_differs_is_told():
    measured = small_measured(
        design="census", columns={"visit_rate": [1.0, 1.0, 0.9, 0.8, 0.7, 1.0]}
    )
    made = small_ranked(measured=measured, weight_noise=0.0)
    assert made.ranking.low.tolist() == made.ranking.high.tolist() == made.ranking.rank.tolist()
    assert tiers(made.ranking) == 4
    said = circular(made.ranking)
    assert "第1档：甲镇、乙镇（不可区分，排名不分先后）。" in said


def test_too_few_townships_are_not_ranked_in_words():
    made = small_ranked(min_size=350)
    said = answer(made)
    assert pairs_apart(made.ranking) == (0, 1)
    assert not any("优于" in sentence for sentence in said)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_all_are_too_small_scores_are_shown_without_ranks(language):
    made = small_ranked(min_size=500)
    with speaking(language):
        report = ranking_report(made)
        said = circular_of(made)
        page = "".join(each._repr_html_() for each in report.sections)
    assert not re.search(r"\bnan\b|[{}]", re.sub(r"<[^>]*>", " ", page))
    assert len(report.section("small").blocks[0].rows) == 6
    assert not any("优于" in each or "ahead of" in each for each in said)
    assert any("不作排名" in each or "no ranking" in each for each in said)
    assert len(report.sections[0].blocks[0].numbers) == 2
    assert varied(made.ranking) == ()
    assert workbook_bytes(report)


def test_a_township_without_data_is_not_called_small():
    seen = {"visit_rate": [1.0, 0.9, np.nan, 0.8, 0.7, 0.9]}
    made = small_ranked(measured=small_measured(design="census", columns=seen))
    said = circular_of(made)
    assert "丙乡没有可以计分的数据，未打分。" in said
    assert "己农场在册户数较少，只列得分，不参加排名。" in said
    assert report_rows(made, "small")["丙乡"][2] == "没有可以计分的数据。"


def report_rows(ranked, key):
    return {row[0]: row for row in ranking_report(ranked).section(key).blocks[0].rows}


def test_a_veto_that_caps_the_first_is_said_in_words():
    seen = {"visit_rate": [1.0, 0.8, 0.7, 0.6, 0.5, 0.4], "false_reports": [1.0, 0, 0, 0, 0, 0]}
    made = small_ranked(measured=small_measured(design="census", columns=seen), weight_noise=0.0)
    assert made.ranking.rank[0] == 1
    assert any("甲镇，等次不高于“良好”，得分和名次不变" in each for each in answer(made))
    assert "甲镇触发一票否决事项，等次受限，得分不变。" in circular_of(made)


def test_every_number_of_a_card_says_where_it_comes_from():
    measured = small_measured(columns={"cover_reach": [0.9] * 6, "satisfaction": [0.9] * 6})
    made = replace(small_ranked(), ranking=rank_units(load_card("handan-2019"), measured))
    rows = {row[0]: row for row in definitions(made).rows}
    assert "读法" in rows["应保尽保率"][-1]
    assert rows["应保尽保率"][3] == "10"
    assert "示例的3个" in "".join(limits(made))


def test_the_card_says_how_cases_are_drawn_unless_the_run_does():
    policy = load_policy("s1-county-2020")
    card = load_card("township-200")
    assert design_of({}, policy, card) == design_of({"design": "law"}, policy, card) == "sample"
    assert design_of({"design": "census"}, policy, card) == "census"
    own = replace(card, design="law")
    assert design_of({}, policy, own) == policy["reading.assessment_design"]


def test_points_lost_add_up_to_what_the_card_gave(ranked):
    rows = points_lost(ranked, 4)
    of = [row for row in rows if row[6] is not None]
    assert [row[6] for row in of] == sorted((row[6] for row in of), reverse=True)
    reached = ranked.ranking.scores.points[4]
    scored = ranked.card.scored
    assert sum(row[5] for row in of) == pytest.approx(np.nansum(reached[scored]))
    assert all(row[4] - row[5] == pytest.approx(row[6]) for row in of)
    payment = next(row for row in rows if row[1] == "按时发放率")
    assert payment[2].startswith("33.33%（")
    assert payment[6] == pytest.approx(4 * 2 / 3)
    assert payment[7] == "S1.3.3"
    assert rows[-1][2] == "无数据"
    assert rows[-1][6] is None


def test_what_is_missing_says_how_to_supply_it(ranked):
    rows = {row[0]: row for row in missing_listing(ranked).rows}
    title = next(i.title for i in ranked.card.items if i.key == "satisfaction")
    assert rows[title][2].startswith("没有满意度调查")
    assert rows[title][1] == "3"


def test_shares_of_few_cases_are_hidden_on_the_page_only(ranked):
    table = hidden_small(ranked.measured.of(["payment_on_time"]), "S1.3", 5)
    assert table.hidden.sum() == 1
    assert not hidden_small(ranked.measured.of(["payment_on_time"]), "S1.3", 0).hidden is not None
    page = "".join(each._repr_html_() for each in ranking_report(ranked).sections)
    assert "不足5件的比例不显示" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_renders_in_both_languages(ranked, language):
    with speaking(language):
        report = ranking_report(ranked)
        page = "".join(each._repr_html_() for each in report.sections)
        assert report.all(Chart)
        assert report.all(Table)
    said = re.sub(r"<[^>]*>", " ", page)
    assert not re.search(r"\bnan\b|[{}]", said)


def test_stamps_say_what_the_numbers_are():
    synthetic = small_ranked(measured=small_measured(is_synthetic=True))
    report = ranking_report(synthetic)
    stamps = report.sections[0].blocks[0].stamps
    assert any("合成数据" in stamp for stamp in stamps)
    assert any("分值为示例" in stamp for stamp in stamps)
    assert "合成数据" in report.banner
    assert circular_of(synthetic)[0].startswith("【演示】")
    own = small_ranked(weights=["recognition=12", "exit=8"])
    assert any(
        "分值为本次运行自定" in stamp for stamp in ranking_report(own).sections[0].blocks[0].stamps
    )
    assert "合成数据" not in ranking_report(own).banner


def test_what_a_result_lacks_is_said_with_it(ranked):
    said = circular_of(ranked)
    assert "考核表的分值是示例，未经考核部门确定，以下不是正式考核结果。" in said
    lacking = ranked.card.scored & ~ranked.ranking.scores.counted
    points = ranked.card.weights[lacking].sum()
    assert f"有{lacking.sum()}个项目（{points:g}分）没有数据，没有计入。" in said
    stamps = ranking_report(ranked).sections[0].blocks[0].stamps
    assert f"材料不全：100分中只有{100 - points:g}分的项目有数据" in stamps


def test_the_workbook_has_a_sheet_a_township_and_definitions(ranked, report):
    content = workbook_bytes(report)
    assert content == workbook_bytes(report)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert set(TOWNS) <= set(book.sheet_names)
    assert "考核项目口径" in book.sheet_names
    assert "可公布文字" in book.sheet_names
    cells = [cell for row in book.get_sheet_by_name("戊乡").to_python() for cell in row]
    assert "按时发放率" in cells
    assert "戊乡扣分清单" in cells


def test_files_are_written(report, tmp_path):
    names = {path.name for path in report.write(tmp_path)}
    assert {"乡镇评估.xlsx", "可公布文字.txt"} <= names
    assert sum(name.endswith(".png") for name in names) >= 4
    said = (tmp_path / "可公布文字.txt").read_text(encoding="utf-8-sig")
    assert said.splitlines() == list(circular_of(report.ranked))


def test_case_numbers_are_masked():
    assert masked("某县-2020-000137") == "某县**********37"
    assert masked("1234") == "****"


def test_weights_are_given_by_item_group_or_label(ranked):
    card = ranked.card
    made = weighted(card, ["recognition=20", "精准退出=0"])
    assert sum(made.items[k].points for k in made.in_group("recognition")) == pytest.approx(20)
    assert sum(made.items[k].points for k in made.in_group("exit")) == 0
    assert made.known == pytest.approx(card.known)
    assert [i.points for i in made.items if i.is_bonus] == [
        i.points for i in card.items if i.is_bonus
    ]


def test_bad_weights_are_told_all_at_once(ranked):
    with pytest.raises(JZError) as refused:
        weighted(ranked.card, ["recogniton=20", "exit=-1", "payment"])
    assert refused.value.codes == ("JZ-E060", "JZ-E032", "JZ-E032")
    assert "recognition" in str(refused.value)
    with pytest.raises(JZError) as refused:
        weighted(ranked.card, ["exit=20"])
    assert refused.value.codes == ("JZ-E107",)
    assert "110" in str(refused.value)
    assert "100" in str(refused.value)


def test_everything_wrong_with_a_run_is_told_before_it_starts(tmp_path):
    run = {"law": "s1-county-2020", "card": "ten-precision", "log": str(tmp_path / "none.csv")}
    run |= {"returns": str(tmp_path / "gone.xlsx"), "procedure": "natonal", "as_of": "2020-13-01"}
    with pytest.raises(JZError) as refused:
        check_ranking(run)
    assert refused.value.codes.count("JZ-E060") == 2
    assert refused.value.codes.count("JZ-E020") == 2
    assert len(refused.value.codes) == 5


def test_how_points_follow_is_said_for_every_item_of_every_card():
    for language in ("zh", "en"):
        with speaking(language):
            for name in cards():
                for item in load_card(name).items:
                    assert "{" not in (wanted(item) or "{"), f"{name} {item.key}"


def test_the_numbers_typed_are_those_used(ranked):
    hits, n, _ = SEEN["payment_on_time"]
    assert ranked.measured.column("payment_on_time")[4] == hits[4] / n[4]
