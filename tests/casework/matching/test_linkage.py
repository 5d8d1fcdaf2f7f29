"""Record linkage: damaged lists, the same persons found again, no name let out."""

import datetime
import sys

import numpy as np
import pandas as pd
import pytest

from jiuzhu_sim.casework.matching.compared import compared, sound_of, terms
from jiuzhu_sim.casework.matching.damage import damaged_registers
from jiuzhu_sim.casework.matching.linkage import FIELDS, link
from jiuzhu_sim.casework.matching.lists import link_files
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.identity import identities

AT = datetime.date(2025, 1, 1)


@pytest.fixture(scope="module")
def both():
    return damaged_registers(1500, seed=4)


@pytest.fixture(scope="module")
def links(both):
    return link(both.left, both.right, at=AT)


# --- the damaged lists ---------------------------------------------------------------------
def test_damage_strikes_as_often_as_it_is_told():
    made = damaged_registers(4000, seed=2)
    right, shares = made.right, {k: e["value"] for k, e in terms()["damage"].items()}
    assert (right["birth"] == "").mean() == pytest.approx(shares["birth_blank"], abs=0.02)
    assert (right["id"] == "").mean() == pytest.approx(shares["id_blank"], abs=0.03)
    ends = right["id"][right["id"] != ""].str.endswith("000").mean()
    assert ends == pytest.approx(shares["id_excel"], abs=0.03)
    assert len(made.truth) / 4000 == pytest.approx(shares["overlap"], abs=0.03)


def test_undamaged_lists_hold_the_same_of_the_same_persons():
    none = {name: 0.0 for name in terms()["damage"]} | {"overlap": 1.0}
    made = damaged_registers(200, seed=1, damage=none)
    right = made.right.set_index("record").loc[list(made.truth.values())]
    columns = ["name", "birth", "sex", "village", "id"]
    assert (right[columns].to_numpy() == made.left[columns].to_numpy()).all()
    cells = made.left["id"].to_numpy(object)
    assert (identities(cells, np.zeros(200, bool), AT).fault == "").mean() > 0.95


def test_no_synthetic_number_is_of_a_real_place(both):
    assert both.left["id"].str.startswith("99").all()


def test_the_first_persons_are_the_same_for_any_number():
    few, many = damaged_registers(20, seed=1), damaged_registers(50, seed=1)
    assert few.left.equals(many.left.iloc[:20])


def test_damage_that_is_none_is_refused():
    with pytest.raises(JZError, match="JZ-E003"):
        damaged_registers(5, damage={"birth_blanks": 0.1})
    with pytest.raises(JZError, match="JZ-E004"):
        damaged_registers(5, damage={"birth_blank": 1.1})
    with pytest.raises(JZError, match="JZ-E092"):
        damaged_registers(0)


# --- cells as they are compared ------------------------------------------------------------
def test_cells_by_hand():
    table = pd.DataFrame(
        {
            "name": ["张 伟", "李芳", None, "王 强"],
            "birth": ["1990.3.7", "1985年", "20010230", np.nan],
            "id": ["", "11010519491231002X", "110105194912310000", "1.10105E+17"],
            "sex": ["男", "", "", "女性"],
        }
    )
    made = compared(table, "left", AT).set_index("record").loc[["1", "2", "3", "4"]]
    assert made["birth"].tolist()[:2] == ["1990-03-07", "1985"]
    assert made["id"].tolist() == [None, "110105002", "1101050", "110105"]
    # No birth date is told: the one in the number, though Excel spoiled its end.
    assert made["birth"].iloc[2] == "1949-12-31"
    assert made["sex"].tolist() == ["male", "female", None, "female"]
    assert made["name"].tolist() == ["张伟", "李芳", None, "王强"]


def test_sounds():
    assert sound_of("李晓芳") == sound_of("黎晓方")
    assert sound_of("张三") != sound_of("张四")


# --- links ---------------------------------------------------------------------------------
def test_the_same_persons_are_found_again(both, links):
    assert links.is_trained
    made = links.thresholds(both.truth)
    assert made.loc[0.95, "precision"] > 0.97
    assert made.loc[0.95, "recall"] > 0.95
    assert made["links"].is_monotonic_decreasing
    assert (made["precision"] - made["expected_precision"]).abs().max() < 0.06


def test_precision_and_recall_are_counted_by_hand(both, links):
    taken = links.accepted(0.9)
    right = sum(both.truth.get(row.left) == row.right for row in taken.itertuples())
    row = links.thresholds(both.truth).loc[0.9]
    assert row["precision"] == pytest.approx(right / len(taken))
    assert row["recall"] == pytest.approx(right / len(both.truth))


def test_one_partner_each(links):
    taken = links.accepted(0.5)
    assert taken["left"].is_unique
    assert taken["right"].is_unique
    seen = links.for_review()
    assert not seen["left"].isin(links.accepted()["left"]).any()


def test_no_name_and_no_number_comes_out(both, links):
    assert list(links.pairs) == ["left", "right", "probability", *FIELDS]
    out = links.pairs.to_csv() + links.weights.to_csv() + " ".join(links.reasons())
    assert not any(name in out for name in both.left["name"].unique() if len(name) > 2)
    assert not any(number in out for number in both.left["id"])


def test_reasons_say_which_fields_agree(links):
    best = links.pairs.iloc[0]
    assert best["name"] == "same"
    assert links.reasons()[0].startswith("姓名相同")


def test_the_order_of_rows_does_not_matter(both, links):
    turned = link(both.left.iloc[::-1], both.right.sample(frac=1, random_state=1), at=AT)
    assert turned.pairs.equals(links.pairs)


def test_no_level_is_impossible(links):
    assert links.weights["m"].min() >= terms()["least_m"]["value"]


def test_short_lists_take_the_assumed_model():
    small = damaged_registers(50, seed=1)
    made = link(small.left, small.right, at=AT)
    assert not made.is_trained
    given = terms()["fields"]["sex"]["levels"]["differs"]
    row = made.weights.query("field == 'sex' and level == 'differs'").iloc[0]
    assert (row["m"], row["u"]) == (given["m"], given["u"])


def test_rows_have_numbers_without_pseudonyms():
    table = pd.DataFrame({"name": ["张伟", "李娜"], "birth": ["1990-03-07", "1985-01-02"]})
    made = link(table, table.assign(village="一村"), at=AT)
    assert made.accepted(0.5)[["left", "right"]].to_numpy().tolist() == [["1", "1"], ["2", "2"]]


def test_what_cannot_be_linked_is_refused_at_once():
    with pytest.raises(JZError) as caught:
        link(pd.DataFrame({"nam": ["张伟"]}), pd.DataFrame({"name": ["张伟"]}))
    assert caught.value.codes == ("JZ-E011", "JZ-E011")
    bad = pd.DataFrame({"name": ["张伟"], "birth": ["1990"], "record": ["11010519491231002X"]})
    with pytest.raises(JZError) as caught:
        link(bad, bad.iloc[:0])
    assert set(caught.value.codes) == {"JZ-E092", "JZ-E079"}
    assert "11010519491231002X" not in str(caught.value)


def test_without_splink_it_says_what_to_install(monkeypatch, both):
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(JZError, match=r"jiuzhu_sim\[matching\]"):
        link(both.left, both.right)


def test_thresholds_outside_their_range_are_refused(links):
    with pytest.raises(JZError, match="JZ-E004"):
        links.accepted(1.5)


def test_two_files_are_linked_by_their_rows(tmp_path, both):
    """Titles above the header, other headers, another order: rows as Excel counts them."""
    names = {"name": "姓名", "birth": "出生日期", "sex": "性别", "village": "村", "id": "身份证号"}
    left, right = (t.head(40).drop(columns="record").rename(columns=names) for t in pairs_of(both))
    (tmp_path / "left.csv").write_text("登记表\n" + left.to_csv(index=False), encoding="gb18030")
    right[list(names.values())[::-1]].to_csv(tmp_path / "right.csv", index=False)
    made = link_files(tmp_path / "left.csv", tmp_path / "right.csv", at=AT).accepted()
    assert len(made) > 30
    # The header of the one stands in row 2, of the other in row 1.
    assert (made["left"].astype(int) - 1 == made["right"].astype(int)).mean() > 0.9


def pairs_of(both):
    """Persons on both lists, in the same order."""
    left = both.left[both.left["record"].isin(both.truth)]
    right = both.right.set_index("record", drop=False).loc[left["record"].map(both.truth)]
    return left.reset_index(drop=True), right.reset_index(drop=True)


def test_a_file_without_names_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("身份证号,性别,村\n1,男,一村", encoding="utf-8")
    with pytest.raises(JZError, match="JZ-E072"):
        link_files(tmp_path / "a.csv", tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("甲,乙\n1,2", encoding="utf-8")
    with pytest.raises(JZError, match="JZ-E071"):
        link_files(tmp_path / "b.csv", tmp_path / "b.csv")
