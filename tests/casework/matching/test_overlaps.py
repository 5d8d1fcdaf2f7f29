"""Overlaps of programmes and the registered poor; who is paid twice."""

import numpy as np
import pandas as pd
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.matching.lists import paid_lists
from jiuzhu_sim.casework.matching.overlaps import PROGRAMMES, duplicates, overlaps
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.identity import check_character
from tests.casework.matching.by_hand import people_by_hand

POLICY = jz.load_policy("example-county", at="2025-01-01")


def test_overlaps_by_hand():
    persons = {"household_id": [1, 2, 3, 4, 4], "age": [40] * 5, "wage_m": [0.0, 0, 9000, 0, 0]}
    homes = {
        "household_id": [1, 2, 3, 4],
        "area": ["rural"] * 4,
        "is_registered_poor": [True, True, True, False],
        "is_relapse_monitored": [False, True, False, True],
        "was_dibao": [True, False, False, False],
    }
    flagged = np.array([False, True, True, False])
    found = overlaps(people_by_hand(persons, homes), POLICY, flagged=flagged)
    assert [PROGRAMMES[code] for code in found.programme] == ["dibao", "dibao", "none", "dibao"]
    assert found.unmatched.tolist() == [False, True, False, True]
    assert found.unflagged.tolist() == [True, False, False, False]
    households, members = found.table(weight=None), found.table("persons", weight=None)
    assert households.loc["低保", "建档立卡"] == 1
    assert households.loc["合计", "合计"] == 4
    assert members.loc["低保", "防返贫监测"] == 2
    assert members.loc["合计", "合计"] == 5
    assert len(found.listed("unflagged")) == 1
    assert len(found.listed()) == 2
    with pytest.raises(JZError, match="JZ-E060"):
        found.listed("others")
    enrolled = overlaps(found.people, POLICY, enrolled=np.ones(4, bool))
    assert not enrolled.unmatched.any()
    with pytest.raises(JZError, match="JZ-E100"):
        enrolled.listed("unflagged")


def test_overlaps_need_the_lists():
    with pytest.raises(JZError, match="is_registered_poor"):
        overlaps(jz.synthesize("example-county", households=5, seed=1), POLICY)


def test_duplicates_by_kind():
    lists = pd.DataFrame(
        {
            "person": ["a", "b", "a", "c", "c", "d", "d", "e"],
            "household": [1, 2, 3, 4, 4, 5, 6, 7],
            "programme": ["dibao"] * 4 + ["tekun", "dibao", "tekun", "dibao"],
            "amount_m": [300.0, 100, 200, 400, 900, 250, 800, 50],
        }
    )
    found = duplicates(lists)
    assert found["person"].tolist() == ["a", "a", "c", "c", "d", "d"]
    assert found["kind"].tolist() == ["households"] * 2 + ["programmes"] * 2 + ["both"] * 2
    assert found["again_m"].tolist() == [200, 0, 400, 0, 250, 0]
    with pytest.raises(JZError) as caught:
        duplicates(lists.drop(columns=["person", "programme"]))
    assert caught.value.codes == ("JZ-E011", "JZ-E011")


def test_duplicates_in_files(tmp_path):
    """One person alone in tekun and as a member in dibao; amounts a year in the second file."""
    ids = [n + check_character(n) for n in ("11010519491231002", "11010119900307013")]
    dibao = f"户主姓名,姓名,与户主关系,身份证号,月保障金\n张三,张三,本人,{ids[0]},600\n"
    dibao += f"张三,张小,子,{ids[1]},\n"
    tekun = f"户主姓名,身份证号,保障人口数,年保障金（元/年）\n张小,{ids[1]},1,9600\n王五,000,1,1200"
    (tmp_path / "dibao.csv").write_text(dibao, encoding="utf-8")
    (tmp_path / "tekun.csv").write_text(tekun, encoding="gb18030")
    files = {name: tmp_path / f"{name}.csv" for name in ("dibao", "tekun")}
    lists, left = paid_lists(files, key=b"a key")
    found = duplicates(lists)
    assert found["kind"].tolist() == ["both", "both"]
    assert found["amount_m"].tolist() == [0, 800]
    assert left.to_numpy().tolist() == [["tekun", 3]]
    assert not any(number in lists.to_csv() for number in ids)
