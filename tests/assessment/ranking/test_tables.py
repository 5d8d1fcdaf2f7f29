"""The five tables: what they show, in both languages, and what other methods say."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rank_coverage import card_of, measured_of
from jiuzhu_sim.assessment.ranking import rank_units
from jiuzhu_sim.assessment.ranking.tables import (
    aggregations_table,
    grades_table,
    ranking_table,
    scores_table,
    weights_table,
)
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking

CARD = card_of(1.0, items=3, groups=3)
HITS = np.array([[50.0, 30, 45], [40, 30, 44], [30, 30, 50], [20, 30, 10]])
ALL = (ranking_table, grades_table, weights_table, aggregations_table, scores_table)


def ranking(hits=HITS, n=50.0, size=1_000.0, population=400.0, **options):
    counts = {"hits": hits, "n": np.full(hits.shape, n)}
    counts["population"] = np.full(hits.shape, population)
    made = measured_of(len(hits), ["rate0", "rate1", "rate2"], counts)
    sizes = np.broadcast_to(np.asarray(size, float), len(hits)).copy()
    return rank_units(CARD, replace(made, size=sizes), draws=300, **options)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("table", ALL)
def test_tables_render_and_are_stamped(table, language):
    with speaking(language):
        made = table(ranking())
        shown = str(made)
        assert made.caption in shown
        assert made._repr_html_()
        assert {"zh": "合成数据", "en": "Synthetic"}[language] in shown
        assert "{" not in shown


def test_ranks_show_their_intervals_and_small_units_a_dash():
    made = ranking(size=[1_000, 10, 1_000, 1_000])
    table = ranking_table(made)
    assert [row[0] for row in table.rows] == ["乡000", "乡002", "乡003", "乡001"]
    assert table.show("ranking_rank", "乡001") == "—"
    assert table.get("ranking_rank", "乡003") == 3
    k = [entry.name for entry in table.statistics].index("ranking_rank")
    assert (table.low[:3, k] == made.low[[0, 2, 3]]).all()
    assert any("乡001" in note for note in table.footnotes())


def test_a_census_says_so():
    assert any(
        "没有抽样误差" in note for note in ranking_table(ranking(population=50.0)).footnotes()
    )
    assert not any("没有抽样误差" in note for note in ranking_table(ranking()).footnotes())


def test_grades_sum_to_one():
    table = grades_table(ranking())
    assert np.allclose(table.values[:, 1:].sum(axis=1), 1)


def test_groups_show_the_part_of_points_reached():
    table = scores_table(ranking())
    assert table.get("group_group1", "乡000") == pytest.approx((30 / 50 - 0.5) / 0.5)


def test_weights_list_groups_then_items():
    table = weights_table(ranking())
    assert [row[0] for row in table.rows] == [
        *(f"group:group{k}" for k in range(3)),
        *(f"item:item{k}" for k in range(3)),
    ]
    assert table.get("ranking_points", "item:item0") == pytest.approx(100 / 3)


# --- other ways to add up ----------------------------------------------------------------------
def test_equal_weights_are_those_of_the_card_here():
    made = {other.key: other for other in ranking().others}
    assert made["equal"].rank.tolist() == [1, 2, 3, 4]
    assert made["equal"].tau == 1.0
    assert made["equal"].left_out == ()


def test_a_constant_column_is_left_out_and_said():
    made = ranking()
    for key in ("entropy", "critic", "minmax", "topsis"):
        other = next(other for other in made.others if other.key == key)
        assert other.left_out == ("item1",)
        assert sorted(other.rank.tolist()) == [1, 2, 3, 4]
    assert any("TOPSIS" in note for note in aggregations_table(made).footnotes())


def test_topsis_by_hand():
    """Two varied items of equal weight, min–max: distances from the best and the worst."""
    share = np.clip((HITS[:, [0, 2]] / 50 - 0.5) / 0.5, 0, 1)
    scaled = (share - share.min(axis=0)) / np.ptp(share, axis=0)
    best, worst = ((scaled - end) ** 2 for end in (1.0, 0.0))
    near = np.sqrt(worst.sum(1)) / (np.sqrt(worst.sum(1)) + np.sqrt(best.sum(1)))
    wanted = np.argsort(np.argsort(-near)) + 1
    found = next(other for other in ranking().others if other.key == "topsis")
    assert found.rank.tolist() == wanted.tolist()


def test_an_item_missing_somewhere_is_left_out():
    hits = HITS.copy()
    hits[1, 2] = np.nan
    other = next(each for each in ranking(hits).others if each.key == "equal")
    assert other.left_out == ("item2",)


def test_units_that_are_all_the_same_are_not_ranked_anew():
    made = ranking(np.tile(HITS[0], (3, 1)))
    assert made.rank.tolist() == [1, 1, 1]
    assert made.groups == ((0, 1, 2),)
    assert all(not other.rank.any() and np.isnan(other.tau) for other in made.others)
    assert any("没有可比较的差别" in note for note in aggregations_table(made).footnotes())


def test_a_single_unit_has_the_first_rank():
    made = ranking(HITS[:1])
    assert made.rank.tolist() == made.low.tolist() == made.high.tolist() == [1]
    for table in ALL:
        assert str(table(made))


def test_without_pymcdm_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    with pytest.raises(JZError, match="pymcdm") as caught:
        _ = ranking().others
    assert caught.value.codes == ("JZ-E046",)
