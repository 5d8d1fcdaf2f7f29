"""Positions of tiles from the user's own list: all faults at once, with row and column."""

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.tile_map import by_grade, read_places

UNITS = ("东河乡", "西山镇", "南坪乡")


@pytest.fixture
def read(tmp_path):
    def reading(content, encoding="utf-8"):
        path = tmp_path / "places.csv"
        path.write_bytes(content.encode(encoding))
        return read_places(path, UNITS)

    return reading


def test_heads_in_both_languages_and_any_order(read):
    expected = {"东河乡": (1, 2), "西山镇": (2, 1), "南坪乡": (2, 3)}
    rows = [(unit, *place) for unit, place in expected.items()]
    chinese = "\n".join(["乡镇,行,列", *(",".join(map(str, row)) for row in rows)])
    assert read(chinese) == expected
    assert read(chinese, "gb18030") == expected
    turned = ["Column,Township,Row,remark", *(f"{c},{unit},{r},x" for unit, r, c in rows), ",,,"]
    assert read("\n".join(turned)) == expected


def test_all_faults_are_told_at_once_with_their_place(read):
    rows = ["乡镇,行,列", "东河镇,1,1", "西山镇,0,2", "西山镇,2,二", "南坪乡,1,99", "南坪乡,3,1"]
    with pytest.raises(JZError) as caught:
        read("\n".join(rows))
    said = str(caught.value)
    assert set(caught.value.codes) == {"JZ-E108"}
    assert "places.csv · 第2行 · A列" in said
    assert "没有“东河镇”，名称相近的是：东河乡" in said
    assert "没有“东河乡”。" in said
    for place in ("第3行 · B列", "第4行 · C列", "第5行 · C列"):
        assert place in said


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("乡镇,行", "东河乡,1"), "缺少“列”列"),
        ((), "JZ-E"),
        (("乡镇,行,列", "东河乡,1,1", "西山镇,1,1", "南坪乡,2,1"), "在同一格（第1行第1列）"),
        (("乡镇,行,列", "东河乡,1,1", "西山镇,1,2"), "没有“南坪乡”"),
        (("乡镇,行,列", "东河乡,1,1", "东河乡,1,2", "西山镇,3,1", "南坪乡,2,1"), "不止一次"),
        (("乡镇,行,列", "东河乡,1,²", "西山镇,1,2", "南坪乡,2,1"), "位置“²”不对"),
    ],
)
def test_each_fault_is_a_sentence(read, rows, words):
    with pytest.raises(JZError) as caught:
        read("\n".join(rows))
    assert words in str(caught.value)


def test_without_places_tiles_stand_by_grade_then_by_the_roll():
    from jiuzhu_sim.report.standing import Standing

    def standing(unit, grade):
        return Standing(unit, grade, "", "#FFFFFF", 0.5, 1, 2)

    given = [standing("a", 1), standing("b", -1), standing("c", 0), standing("d", 1)]
    assert by_grade(given) == {"c": (1, 1), "a": (1, 2), "d": (1, 3), "b": (1, 4)}
