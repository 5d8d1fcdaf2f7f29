"""The checks as data: presets, changes, refusals; who is checked first; the two forms."""

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import (
    check_names,
    clean_up,
    form_table,
    form_title,
    load_checks,
    priority_signs,
    registration_form,
    roll_of,
    signs_of,
    summary_form,
)
from jiuzhu_sim.casework.cleanup.checks import kinds, sources
from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking, texts
from jiuzhu_sim.law import clauses
from jiuzhu_sim.policy import load_policy

LAW = load_policy("s43-county")


@pytest.fixture(scope="module")
def cleaned():
    return clean_up(roll_of("s43-county", LAW, seed=2, households=4000), LAW, checks="visited_31")


@pytest.mark.parametrize("name", check_names())
def test_presets_are_whole_and_rest_on_a_clause(name):
    checks = load_checks(name)
    assert checks.clause in clauses()
    assert set(checks.visit) == set(checks.interview) == set(kinds())
    assert checks.title
    assert set(checks.label) == {"zh", "en"}


def test_every_view_belongs_to_one_kind():
    plain = {entry.view_of for entry in columns().values() if entry.view == "true"}
    named = [name for entry in kinds().values() for name in entry["columns"]]
    assert sorted(named) == sorted(plain)
    for entry in sources().values():
        assert set(entry["kinds"]) <= set(kinds())
        assert entry["clause"] in clauses()


def test_a_change_moves_only_what_it_names():
    usual = load_checks("visited_31")
    changed = usual.change(visits=0.5, visit={"wages": 0.1}, interview=1.0)
    assert changed.visits == 0.5
    assert changed.visit["wages"] == 0.1
    assert changed.visit["pension"] == usual.visit["pension"]
    assert set(changed.interview.values()) == {1.0}
    assert usual.visits == 0.31


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": 1.2},
        {"visits": True},
        {"visit": {"wage": 0.5}},
        {"review": {"held": -1}},
        {"sources": ("polise",)},
        {"priority": ("s44",)},
        {"visit_share": 0.5},
    ],
)
def test_what_does_not_fit_is_refused(changes):
    with pytest.raises(JZError) as caught:
        load_checks("complete", **changes)
    assert caught.value.codes == ("JZ-E101",)


def test_all_faults_at_once_and_the_nearest_name():
    with pytest.raises(JZError) as caught:
        load_checks("complete", visits=2, interviews=-1, sources=("tex",))
    assert caught.value.codes == ("JZ-E101",) * 3
    assert "tax" in str(caught.value)
    with pytest.raises(JZError) as caught:
        load_checks("visited_30")
    assert caught.value.codes == ("JZ-E060",)
    assert "visited_31" in str(caught.value)


def test_signs_rest_on_clauses_and_are_neither_nobody_nor_everybody(cleaned):
    for document, signs in priority_signs().items():
        found = signs_of(cleaned.before, document)
        assert list(found) == list(signs)
        for name, entry in signs.items():
            assert entry["clause"] in clauses()
            assert found[name].shape == cleaned.roll.shape
    county = signs_of(cleaned.before, "s43")
    for name in ("class_c", "pension_age", "young", "special_aid"):
        assert 0 < county[name][cleaned.roll].mean() < 1, name


def test_the_registration_form_lists_every_case_once(cleaned):
    form = registration_form(cleaned)
    assert len(form) == cleaned.roll.sum()
    assert len(form.columns) == len(form_table()["registration"]["columns"])
    assert form["家庭编号"].is_unique
    assert form["处理意见"].isin(["保留", "调高", "减发", "停发", "未定（照常发放）"]).all()
    assert form["拟月保障金（元）"].sum() == pytest.approx(cleaned.amount_after_m.sum())
    gone = registration_form(cleaned, only=cleaned.is_outcome("stopped"))
    assert set(gone["处理意见"]) == {"停发"}
    assert (gone["原因"] != "无").all()
    assert (gone["依据"] != "").all()
    with speaking("en"):
        assert list(registration_form(cleaned).columns)[:2] == ["No.", "Household"]
        assert form_title("summary") == "Clean-up summary table"


def test_the_summary_adds_up(cleaned):
    form = summary_form(cleaned, weight="weight")
    parts, whole = form.iloc[:-1], form.iloc[-1]
    assert whole["清理户数"] == pytest.approx(9108, abs=1e-3)
    for name in ("清理户数", "停发户数", "取消人数", "现领月保障金（元）"):
        assert parts[name].sum() == pytest.approx(whole[name], abs=1.0)
    kept = [name for name in form if name.endswith("户数") and name != "清理户数"]
    assert whole[kept].sum() == pytest.approx(whole["清理户数"])
    assert list(form.columns[:2]) == ["乡镇（街道）", "村（社区）"]
    plain = summary_form(cleaned)
    assert plain.iloc[-1]["清理户数"] == np.count_nonzero(cleaned.roll)


def test_every_column_of_the_forms_has_a_name():
    for form in form_table().values():
        for name in form["columns"]:
            if f"form.cleanup_{name}" not in texts():
                raise AssertionError(name)
