"""Townships as tiles and in the user's own boundaries: grade, span, and what they do not say."""

import io
import json
import warnings

import numpy as np
import pytest

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.ranking import rank_units
from jiuzhu_sim.assessment.scorecard.card import load_card
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.report.boundary_map import inside
from jiuzhu_sim.report.standing import grade_colours, standings
from jiuzhu_sim.report.tile_map import tile_map, township_maps

UNITS = ("东河乡", "西山镇", "经济技术开发区街道办事处", "北港街道")
SEEN = {"payment_on_time": ([60, 59, 40, 30], [60] * 4, [600, 500, 400, 90])}
MEASURED = Measured.made(UNITS, SEEN, size=[600, 500, 400, 10])
RANKING = rank_units(load_card("ten-precisions"), MEASURED, draws=300, min_size=30)
APPROVAL = "湘S(2021)013号"


@pytest.fixture(autouse=True)
def every_sign_has_a_glyph():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def picture(chart):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(chart.png)).convert("RGB"))


def has(chart, colour):
    wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return bool((picture(chart) == wanted).all(axis=2).any())


def test_a_standing_is_what_was_ranked():
    for k, each in enumerate(standings(RANKING)):
        assert each.unit == UNITS[k]
        assert each.is_ranked == bool(RANKING.is_ranked[k])
        if each.is_ranked:
            assert (each.first, each.last) == (RANKING.low[k], RANKING.high[k])
            assert each.likely == RANKING.probability[k, RANKING.scores.grade[k]]
    assert standings(RANKING)[3].span == "不参加排名"


def test_tiles_are_coloured_by_grade_and_say_they_are_no_geography():
    chart = tile_map(RANKING)
    assert "不表示地理位置" in chart.sentence
    assert "重叠的乡镇不宜分先后" in chart.sentence
    assert "不参加排名1个" in chart.sentence
    assert chart.table.name == "ranking"
    colours = grade_colours(len(RANKING.card.grades))
    seen = set(RANKING.scores.grade[RANKING.is_ranked].tolist())
    assert {k for k, colour in enumerate(colours) if has(chart, colour)} == seen


def test_own_places_are_said_and_drawn():
    places = {unit: (1 + k, 12) for k, unit in enumerate(UNITS)}
    chart = tile_map(RANKING, places)
    assert "用户提供的位置表" in chart.sentence
    assert "不表示地理位置" not in chart.sentence


@pytest.mark.parametrize("n", [1, 45])
def test_one_township_and_many(n):
    units = tuple(f"第{k}镇" for k in range(n))
    seen = {"payment_on_time": (np.arange(n) + 10, np.full(n, 60), np.full(n, 600))}
    ranking = rank_units(load_card("ten-precisions"), Measured.made(units, seen), draws=200)
    assert tile_map(ranking).height > 100


def own_file(tmp_path, **more):
    features = []
    for k, unit in enumerate([*UNITS, "水库"]):
        west, side = 113 + 0.2 * k, 0.2 if k else 0.01
        ring = [[west, 29], [west + side, 29], [west + side, 29.2], [west, 29.2], [west, 29]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"name": unit}, "geometry": shape})
    path = tmp_path / "own.geojson"
    whole = {"type": "FeatureCollection", "features": features, **more}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_carries_the_approval_number(tmp_path, language):
    path = own_file(tmp_path)
    with speaking(language):
        tiles, chart = township_maps(RANKING, boundaries=str(path), approval=APPROVAL)
    assert (tiles.key, chart.key) == ("tile_map", "boundary_map")
    assert APPROVAL in chart.sentence
    assert APPROVAL in chart.alt
    if language == "zh":
        assert "另有1个区域不在评估名单内" in chart.sentence
        assert "送审" in chart.sentence


def test_no_map_without_a_file_and_none_without_a_number(tmp_path):
    assert [chart.key for chart in township_maps(RANKING)] == ["tile_map"]
    with pytest.raises(JZError, match="没有给出审图号"):
        township_maps(RANKING, boundaries=str(own_file(tmp_path)))
    with pytest.raises(JZError, match="没有给出边界文件"):
        township_maps(RANKING, approval=APPROVAL)


def test_the_same_maps_come_out_twice(tmp_path):
    path = str(own_file(tmp_path, 审图号=APPROVAL))
    once, again = (township_maps(RANKING, boundaries=path) for _ in range(2))
    assert [chart.png for chart in once] == [chart.png for chart in again]


def test_a_label_stands_inside_a_bent_area():
    bent = np.array([[0, 0], [5, 0], [5, 5], [4, 5], [4, 1], [0, 1], [0, 0]], float)
    x, y, room = inside((bent,))
    assert 4 < x < 5
    assert 0 < y < 5
    assert room == 1
