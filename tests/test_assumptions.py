"""Assumptions: what each says, what may be changed, what is refused."""

import numpy as np
import pytest

from jiuzhu_sim.assumptions import STATUSES, Assumptions
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking, texts
from jiuzhu_sim.months.assumptions import FILES, assumptions
from jiuzhu_sim.months.conditions import CONDITIONS, Conditions

WHOLE = "{value: 0.5, unit: share, range: [0, 1], status: assumed, source: 约数, label: {zh: 甲}}"


def own(folder, content):
    path = folder / "own.yaml"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def life():
    return assumptions("life")


@pytest.mark.parametrize("entry", [*assumptions()], ids=lambda entry: entry.name)
def test_every_assumption_says_where_it_comes_from(entry):
    assert entry.status in STATUSES
    assert set(entry.sources) == {"zh", "en"}
    assert all(words.strip() for words in entry.sources.values())
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in entry.sources["en"])
    assert set(entry.label) == {"zh", "en"}
    assert f"unit.{entry.unit}" in texts()


def test_all_files_are_read_when_none_is_named():
    assert set(assumptions().entries) == set().union(*(assumptions(n).entries for n in FILES))


def test_a_table_by_age_holds_from_its_ages_on(life):
    rates = life.changed({"births.rate": {20: 0.1, 40: 0.02}}).by_age("births.rate")
    assert rates[[0, 19, 20, 39, 40, 130]].tolist() == [0, 0, 0.1, 0.1, 0.02, 0.02]


def test_a_number_may_stand_for_a_table(life):
    assert (life.changed({"births.rate": 0.01}).by_age("births.rate") == 0.01).all()


def test_off_leaves_no_chance(life):
    off = life.off()
    for entry in off:
        if entry.name.endswith((".rate", ".rate_male", ".rate_female", "drift.sd", "harvest.sd")):
            assert np.all(off.by_age(entry.name) == 0), entry.name


def test_what_a_user_changes_says_so(life):
    entry = life.changed({"job_loss.rate": 0.5}).entries["job_loss.rate"]
    assert (entry.value, entry.status, entry.source) == (0.5, "assumed", "使用者自定")
    assert life["job_loss.rate"] != 0.5


def test_everything_wrong_is_told_at_once(life):
    with pytest.raises(JZError) as caught:
        life.changed(
            {
                "job_los.rate": 0.1,
                "job_loss.rate": 1.5,
                "drift.sd": "much",
                "drift.rate": {0: 0.1},
                "births.rate": {"twenty": 0.1},
                "recovery.rate": True,
                "harvest.sd": float("nan"),
            }
        )
    codes = ["JZ-E060", "JZ-E004", *["JZ-E005"] * 5]
    assert list(caught.value.codes) == codes
    assert "job_loss.rate" in caught.value.problems[0].fix


def test_a_missing_name_is_refused_with_the_nearest(life):
    with pytest.raises(JZError, match=r"job_loss\.rate"):
        life["job_loss.rat"]


def test_own_assumptions_come_on_top(tmp_path):
    path = own(tmp_path, f"job_loss.rate: {WHOLE}\n")
    both = assumptions("life", path)
    assert both["job_loss.rate"] == 0.5
    assert len(both.entries) == len(assumptions("life").entries)


def test_an_own_file_is_read_anew(tmp_path):
    assert assumptions(own(tmp_path, f"a: {WHOLE}"))["a"] == 0.5
    assert assumptions(own(tmp_path, f"a: {WHOLE}".replace("0.5", "0.7")))["a"] == 0.7


def test_off_may_be_written_as_yaml_reads_it(tmp_path):
    path = own(tmp_path, f"a: {WHOLE}".replace("{value", "{off: 0, value"))
    assert assumptions(path).off()["a"] == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("a: 3", "JZ-E082"),
        ("just words", "JZ-E082"),
        ("a: " + WHOLE.replace("assumed", "known"), "JZ-E082"),
        ("a: " + WHOLE.replace("[0, 1]", "[0]"), "JZ-E082"),
        ("a: " + WHOLE.replace("source: 约数, ", ""), "JZ-E082"),
        ("a: " + WHOLE.replace("{zh: 甲}", "甲"), "JZ-E082"),
        ("a: " + WHOLE.replace("约数", "[约数]"), "JZ-E082"),
        ("a: " + WHOLE.replace("约数", "{en: about}"), "JZ-E082"),
        ("a: " + WHOLE.replace("0.5", "5"), "JZ-E004"),
        ("a: " + WHOLE.replace("0.5", "half"), "JZ-E005"),
        ("a: {", "JZ-E021"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path, wrong, code):
    with pytest.raises(JZError) as caught:
        assumptions(own(tmp_path, wrong))
    assert caught.value.codes == (code,)
    assert "own.yaml" in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(JZError) as caught:
        assumptions(tmp_path / "none.yaml")
    assert caught.value.codes == ("JZ-E020",)


def test_the_listing_is_in_the_language_in_use(life):
    with speaking("en"):
        row = life.listing()[0]
    assert (row["label"], row["status"], row["unit"]) == (
        "Chance of losing work",
        "assumed",
        "/month",
    )
    assert life.listing()[0]["label"] == "失去工作的概率"
    assert row["source"].startswith("No published rate")
    assert life.listing()[0]["source"].startswith("没有可用的公开失业转换率")


def test_a_source_of_ones_own_may_be_one_line(tmp_path):
    found = assumptions(own(tmp_path, f"a: {WHOLE}")).entries["a"]
    with speaking("en"):
        assert found.source == "约数"


def test_nothing_assumed_is_told():
    known = {
        name: entry
        for name, entry in assumptions("life").entries.items()
        if entry.status != "assumed"
    }
    assert not Assumptions(known).has_assumed
    assert assumptions("life").has_assumed


def test_conditions_are_neutral_unless_told():
    assert CONDITIONS.is_neutral
    assert CONDITIONS.growth(11) == 1
    assert not Conditions(take_up=2).is_neutral


def test_incomes_grow_evenly():
    growth = [Conditions(income_growth=0.06).growth(t) for t in range(24)]
    assert growth[11] == pytest.approx(1.06)
    assert growth[23] == pytest.approx(1.06**2)
    assert np.diff(np.log(growth)) == pytest.approx(np.log(1.06) / 12)


def test_impossible_conditions_are_refused_all_at_once():
    with pytest.raises(JZError) as caught:
        Conditions(income_growth=-1, shocks=-0.1, take_up=float("inf"))
    assert caught.value.codes == ("JZ-E032",) * 3
