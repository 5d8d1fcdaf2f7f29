"""Warning rules: the data is whole, each test fires at its threshold and not before it."""

import copy

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.casework.warnings.signals import SIGNALS, has, signals
from jiuzhu_sim.casework.warnings.warnings import (
    AIMS,
    FILE,
    STRONGEST,
    Rule,
    flags,
    groups,
    load_warnings,
    snapshot,
    strength,
)
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.law.load import clauses
from jiuzhu_sim.population import people_from_tables

POLICY = jz.load_policy("example-county")
NOTHING = ("wage_m", "farm_income_y", "pension_basic_m", "pension_other_m", "transfer_m",
           "preferential_allowance_m", "disability_allowance_m", "medical_expense_y", "tuition_y",
           "disability_grade")  # fmt: skip


def family(persons, homes):
    """People with these columns, and nothing in those that the rules need besides."""
    n, size = len(persons["age"]), len(homes["area"])
    plain = {name: np.zeros(n) for name in NOTHING}
    plain |= {name: np.zeros(n, bool) for name in ("serious_illness", "is_student")}
    plain |= {"labour_capable": np.ones(n, bool), "disability_kind": ["other"] * n}
    own = {name: np.zeros(size) for name in ("n_vehicles", "n_homes", "savings")}
    own |= {"has_business": np.zeros(size, bool), "weight": np.ones(size)}
    return people_from_tables(plain | persons, own | homes)


def rule(test, threshold=1.0, window=2, unit="persons", of="both", signal="n_earners"):
    label = {"zh": "规则", "en": "rule"}
    return Rule("one", label, signal, test, threshold, unit, window, of, "need", 1.0, "bank",
                ("S3.2.4",), "assumed")  # fmt: skip


def test_every_rule_rests_on_a_clause_that_exists():
    for each in load_warnings().rules:
        assert set(each.clauses) <= set(clauses()), each.key
        assert each.signal in SIGNALS
        assert each.aim in AIMS


def test_every_number_is_marked_as_assumed_or_its_rule_as_stated():
    for each in load_warnings().rules:
        assert each.basis in ("number", "stated", "assumed")
    assert {source.status for source in load_warnings().sources.values()} == {"assumed"}


@pytest.mark.parametrize(
    ("made", "now", "past", "fires"),
    [
        (rule("level", 500.0, 1, "yuan"), 500.0, [], True),
        (rule("level", 500.0, 1, "yuan"), 499.99, [], False),
        (rule("below", 1.0, unit="ratio"), 0.999, [], True),
        (rule("below", 1.0, unit="ratio"), 1.0, [], False),
        (rule("below", 1.0, unit="ratio"), 0.0, [], True),
        (rule("level", 1.0, 3), 1.0, [0.0, 1.0, 1.0], True),  # three months running
        (rule("level", 1.0, 3), 1.0, [1.0, 0.9, 1.0], False),
        (rule("level", 1.0, 3), 0.9, [1.0, 1.0, 1.0], False),
        (rule("level", 1.0, 3), 1.0, [1.0], False),  # too few months to say
        (rule("rise"), 2.0, [1.0, 2.0], True),
        (rule("rise"), 2.0, [1.0, 2.0, 2.0], False),  # the rise lies outside the window
        (rule("rise"), 2.0, [], False),  # nothing to compare with
        (rule("fall"), 1.0, [2.0, 1.0], True),
        (rule("fall"), 1.0, [1.0, 1.0], False),
        (rule("fall", 0.3, unit="share"), 700.0, [1000.0], True),
        (rule("fall", 0.3, unit="share"), 701.0, [1000.0], False),
        (rule("fall", 0.3, unit="share"), 0.0, [0.0], False),
    ],
)
def test_a_rule_fires_at_its_threshold(made, now, past, fires):
    rows = np.array(past).reshape(len(past), 1)
    assert bool(strength(made, np.array([now]), rows)[0] >= 1) is fires


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_stronger_signal_is_no_weaker_warning(a, b):
    low, high = sorted((a, b))
    made = strength(rule("level", 500.0, 1, "yuan"), np.array([low, high]), np.zeros((0, 2)))
    assert made[0] <= made[1] <= STRONGEST
    made = strength(rule("below", 500.0, unit="yuan"), np.array([low, high]), np.zeros((0, 2)))
    assert made[0] >= made[1]


def test_a_rule_is_for_whom_it_says():
    on, edge = np.array([True, False, False]), np.array([False, True, False])
    of = groups(on, edge)
    now = {"n_earners": np.ones(3)}
    found = {who: flags([rule("level", window=1, of=who)], now, [], of)[0].tolist() for who in of}
    assert found == {
        "both": [True, True, True],
        "assisted": [True, True, False],
        "not_assisted": [False, False, True],
        "roll": [True, False, False],
        "edge": [False, True, False],
    }


def test_signals_of_a_household_counted_by_hand():
    persons = {
        "household_id": [0, 0, 0, 1],
        "age": [40, 38, 70, 50],
        "wage_m": [900.0, 0, 0, 0],
        "serious_illness": [False, True, True, False],
        "labour_capable": [True, False, False, False],
        "medical_expense_y": [0.0, 3000, 1500, 200],
        "education_stage": ["none", "bachelor", "none", "none"],
    }
    people = family(persons, {"household_id": [0, 1], "area": ["rural", "rural"]})
    found = signals(people, POLICY)
    assert found["n_earners"].tolist() == [1, 0]
    assert found["n_ill"].tolist() == [2, 0]
    assert found["medical_y"].tolist() == [4500, 200]
    assert found["n_university"].tolist() == [1, 0]
    assert found["is_without_labour"].tolist() == [0, 1]
    assert found["medical_share"][1] == np.inf  # no income at all
    ratio = found["income_of_edge"][0] / found["income_of_dibao"][0]
    assert ratio == pytest.approx(1 / POLICY["edge.ratio"])
    assert not has(people, "is_poor")
    assert "is_poor" not in found


def test_one_month_says_what_it_cannot_tell():
    people = jz.synthesize("example-county", households=100, seed=1)
    found = snapshot(people, POLICY)
    for each, reason in zip(found.warnings.rules, found.silent, strict=True):
        if not has(people, each.signal):
            assert reason == ("law" if each.signal == "emergency_need" else "column")
        else:
            assert reason == ("past" if each.needs_past else "none")
    silent = np.array([reason != "none" for reason in found.silent])
    assert not found.flagged[silent].any()
    assert found.flagged[~silent].any()


def test_a_roster_tells_who_is_assisted():
    persons = {"household_id": [0, 1], "age": [40, 40], "serious_illness": [True, True]}
    homes = {"household_id": [0, 1], "area": ["rural", "rural"], "was_dibao": [True, False]}
    found = snapshot(family(persons, homes), POLICY, load_warnings().only(["focus_ill"]))
    assert found.flagged[0].tolist() == [False, True]


def test_rules_are_chosen_by_name():
    rules = load_warnings()
    assert rules.only(["death", "bills"]).keys == ("death", "bills")
    assert "death" not in rules.only((), ["death"]).keys
    with pytest.raises(JZError) as refused:
        rules.only(["deth"], ["vehicel"])
    assert refused.value.codes == ("JZ-E060", "JZ-E060")
    assert "death" in str(refused.value)


def write(tmp_path, change):
    content = copy.deepcopy(read_yaml(FILE))
    change(content)
    path = tmp_path / "warnings.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


FAULTS = {
    "signal": lambda c: c["rules"]["death"].update(signal="n_death"),
    "test": lambda c: c["rules"]["death"].update(test="above"),
    "threshold": lambda c: c["rules"]["death"].update(threshold=0),
    "window": lambda c: c["rules"]["death"].update(window=99),
    "clause": lambda c: c["rules"]["death"].update(clause=[]),
    "label": lambda c: c["rules"]["death"].update(label={"zh": "死亡"}),
    "missing": lambda c: c["rules"]["death"].pop("points"),
    "extra": lambda c: c["rules"]["death"].update(weight=1),
    "register": lambda c: c["rules"]["death"].update(source="cadastre"),
    "delay": lambda c: c["sources"]["bank"].update(delay=-1),
    "hit": lambda c: c["sources"]["bank"].update(hit=1.5),
    "no rules": lambda c: c.update(rules={}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_file_is_one_clear_error(tmp_path, fault):
    with pytest.raises(JZError) as refused:
        load_warnings(write(tmp_path, FAULTS[fault]))
    assert refused.value.codes == ("JZ-E102",)
    assert "warnings.yaml" in str(refused.value)


def test_all_faults_are_told_at_once(tmp_path):
    def spoil(content):
        FAULTS["window"](content)
        FAULTS["hit"](content)
        content["rules"]["bills"]["points"] = "two"

    with pytest.raises(JZError) as refused:
        load_warnings(write(tmp_path, spoil))
    assert refused.value.codes == ("JZ-E102",) * 3


def test_a_copy_of_the_packaged_file_reads_the_same(tmp_path):
    assert load_warnings(write(tmp_path, lambda _: None)).rules == load_warnings().rules


def test_no_file_and_no_yaml_are_refused(tmp_path):
    with pytest.raises(JZError) as refused:
        load_warnings(tmp_path / "none.yaml")
    assert refused.value.codes == ("JZ-E020",)
    (tmp_path / "bad.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(JZError) as refused:
        load_warnings(tmp_path / "bad.yaml")
    assert refused.value.codes == ("JZ-E021",)
