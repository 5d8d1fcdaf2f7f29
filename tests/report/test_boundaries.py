"""The user's own boundaries: only with an approval number, only whole, and nothing that hangs."""

import json
import time

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report import boundaries as module
from jiuzhu_sim.report.boundaries import BYTES_MAX, read_boundaries

NUMBER = "湘S(2021)013号"
UNITS = ("东河乡", "西山镇")


def square(west, south, side=0.1):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side]]
    return [[*ring, ring[0]]]


def feature(name, coordinates, kind="Polygon", key="name"):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {key: name}, "geometry": geometry}


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


BOTH = (feature("东河乡", square(113, 29)), feature("西山镇", square(113.1, 29)))


@pytest.fixture
def read(tmp_path):
    def reading(content, approval=NUMBER, units=UNITS):
        path = tmp_path / "own.geojson"
        given = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(given if isinstance(given, bytes) else given.encode("utf-8"))
        return read_boundaries(path, units, approval)

    return reading


def refused(reading, *given, **more):
    with pytest.raises(JZError) as caught:
        reading(*given, **more)
    return caught.value


def test_rings_stay_as_they_are(read):
    several = feature("西山镇", [square(113.1, 29), square(113.3, 29)], "MultiPolygon")
    hole = [*square(113, 29), square(113.02, 29.02, 0.02)[0]]
    made = read(collection(feature("东河乡", hole), several))
    assert made.approval == NUMBER
    assert [len(polygon) for polygon in made.areas["东河乡"]] == [2]
    assert len(made.areas["西山镇"]) == 2
    assert np.array_equal(made.areas["东河乡"][0][0], np.array(hole[0]))


@pytest.mark.parametrize("approval", ["", "   ", "审图号："])
def test_without_an_approval_number_it_is_refused(read, approval):
    error = refused(read, collection(*BOTH), approval)
    assert error.codes == ("JZ-E108",)
    assert "没有给出审图号" in str(error)
    assert "方格图" in str(error)


def test_the_number_may_stand_in_the_file(read):
    assert read(collection(*BOTH, 审图号=f"审图号：{NUMBER}"), "").approval == NUMBER
    assert read(collection(*BOTH, approval=NUMBER), f"审图号:{NUMBER}").approval == NUMBER
    error = refused(read, collection(*BOTH, approval="GS(2024)0650号"))
    assert "不一致" in str(error)


@pytest.mark.parametrize("approval", ["无", "2021", "S13", "号" * 70, "湘S(2021)\n013号"])
def test_what_looks_like_no_number_is_refused(read, approval):
    assert "不像审图号" in str(refused(read, collection(*BOTH), approval))


@pytest.mark.parametrize("approval", ["GS(2024)0650号", "GS京（2022）1061号", "鄂S〔2021〕001号"])
def test_the_forms_in_use_are_taken(read, approval):
    assert read(collection(*BOTH), approval).approval == approval


def test_all_faults_are_told_at_once(read):
    broken = collection(
        feature("东河镇", square(113, 29)),
        feature("", square(113, 29)),
        feature("东河镇", square(113, 29)),
        feature("西山镇", [[113, 29], [114, 30]], "LineString"),
        feature("南坪乡", [[[113, 29], [114, 30], [113, 29]]]),
        feature("北港街道", square(29, 113)),
    )
    error = refused(read, broken, "")
    said = str(error)
    assert len(error.problems) == 7
    assert set(error.codes) == {"JZ-E108"}
    for words in (
        "没有给出审图号",
        "第2个区域",
        "出现了不止一次",
        "不是面",
        "边界线不成立",
        "不是经纬度",
        "没有“东河乡”的边界，名称相近的是：东河镇",
    ):
        assert words in said


@pytest.mark.parametrize(
    "ring",
    [
        [["113", "29"], ["114", "29"], ["114", "30"], ["113", "29"]],
        [[113, 29], [114, 29], [114, 30], [113.5, 29]],
        [[113], [114], [115], [113]],
        [[113, 29], [114], [114, 30], [113, 29]],
        [[113, 29], [114, None], [114, 30], [113, 29]],
        [[113, 29], [114, 29], [114, float("nan")], [113, 29]],
        [[113, 29], [114, 29], [10**400, 30], [113, 29]],
        [[True, False]] * 4,
        113,
        [],
    ],
)
def test_a_ring_that_is_none_is_a_sentence(read, ring):
    error = refused(read, collection(BOTH[1], feature("东河乡", [ring])))
    assert error.codes == ("JZ-E108",)


@pytest.mark.parametrize("given", [None, {}, [], [[]], 5, "x", [None]])
def test_coordinates_of_any_kind_are_a_sentence(read, given):
    for kind in ("Polygon", "MultiPolygon"):
        error = refused(read, collection(BOTH[1], feature("东河乡", given, kind)))
        assert error.codes == ("JZ-E108",)


@pytest.mark.parametrize(
    "content",
    [{}, [], 5, None, {"type": "FeatureCollection"}, collection(), collection(1, None, "x")],
)
def test_what_is_no_collection_is_a_sentence(read, content):
    assert set(refused(read, json.dumps(content)).codes) == {"JZ-E108"}


@pytest.mark.parametrize("content", ["", "{", "[" * 200_000, b"\xff\xfe{", '{"a": 1} x'])
def test_what_is_no_json_is_a_sentence(read, content):
    assert refused(read, content).codes == ("JZ-E021",)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(JZError, match="JZ-E020"):
        read_boundaries(tmp_path / "none.geojson", UNITS, NUMBER)


def test_a_vast_file_is_refused_without_being_read(tmp_path):
    path = tmp_path / "vast.geojson"
    with path.open("wb") as made:
        made.truncate(BYTES_MAX + 1)
    started = time.perf_counter()
    with pytest.raises(JZError, match=r"JZ-E108.*兆字节"):
        read_boundaries(path, UNITS, NUMBER)
    assert time.perf_counter() - started < 1


def test_too_many_corners_are_refused(read, monkeypatch):
    monkeypatch.setattr(module, "POINTS_MAX", 9)
    assert "折点" in str(refused(read, collection(*BOTH)))


def test_names_in_other_properties_and_without_any(read):
    both = [feature(name, square(113, 29), key="乡镇名称") for name in UNITS]
    assert list(read(collection(*both)).areas) == list(UNITS)
    both = [feature(name, square(113, 29), key="code") for name in UNITS]
    error = refused(read, collection(*both))
    assert "code" in str(error)
