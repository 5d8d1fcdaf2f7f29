import json

import pytest

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import WANTED, make_plan, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import pick, set_language
from jiuzhu_sim.law import document_of, region_names
from jiuzhu_sim.law.register import register
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.receipt import ANSWERS, explain
from tests.full_law import full_law


@pytest.fixture(scope="module")
def results():
    people = synthesize("example-county", households=2000, seed=1)
    return simulate(people, load_policy("example-county"))


def of_layer(results, layer):
    return results.people.ids[(results["layer_hh"] == layer).argmax()]


@pytest.mark.parametrize("layer", ["dibao", "edge", "none"])
def test_the_receipt_says_what_the_simulation_found(results, layer):
    household = of_layer(results, layer)
    receipt = explain(results, household)
    place = results.people.position(household)
    steps = {step.name: step for step in receipt.steps}
    for name in ("layer_hh", "benefit_m_hh", "n_recipients_hh", "counted_income_pc_m_hh"):
        assert steps[name].values[0] == results[name][place]
    assert len(steps["counted_income_m"].values) == results["n_members_hh"][place]


def test_each_step_cites_only_documents_of_the_place(results):
    receipt = explain(results, of_layer(results, "dibao"))
    assert receipt.cited
    assert all(clause.startswith("EC.") for step in receipt.steps for clause in step.clauses)


def test_thresholds_tell_the_distance_and_what_is_unmet(results):
    receipt = explain(results, of_layer(results, "edge"))
    assert "达到或超过适用低保标准" in receipt.thresholds[0]
    assert "（不满足）" in receipt.thresholds[0]
    assert "低于低保边缘收入上限" in receipt.thresholds[1]


def test_what_people_decide_is_named_not_computed():
    policy = load_policy("s42-county-2013")
    people = synthesize("s42-county-2013", households=200, seed=1)
    receipt = explain(simulate(people, policy), 5)
    assert any("S4.2.19" in line for line in receipt.undecided)
    assert "本地文件未规定" in str(receipt)


def test_text_html_and_machine_form_agree(results):
    receipt = explain(results, of_layer(results, "dibao"))
    content = json.loads(json.dumps(receipt.as_dict()))
    assert content["result"] in str(receipt)
    assert content["result"] in receipt._repr_html_()
    set_language("en")
    try:
        assert "Result: Dibao" in str(explain(results, of_layer(results, "dibao")))
    finally:
        set_language("zh")


def test_an_unknown_household_is_refused_with_the_nearest(results):
    with pytest.raises(JZError) as refused:
        explain(results, "20000")
    assert refused.value.codes == ("JZ-E029",)
    assert "2000" in str(refused.value)


PRESETS = {name: load_policy(name) for name in region_names() if name != "example-county"}


@pytest.fixture(scope="module")
def everybody():
    return synthesize("all-programmes", households=1500, seed=3)


@pytest.mark.parametrize("name", PRESETS)
def test_every_layer_and_status_of_every_place_has_a_receipt(name, everybody):
    """The receipt says the layer, the amount and the status; its steps are those of the run."""
    results = simulate(everybody, PRESETS[name], (*WANTED, "payment_status_hh", "aid_y_hh"))
    for column_name in ("layer_hh", "payment_status_hh"):
        for value in set(results[column_name].tolist()):
            place = int((results[column_name] == value).argmax())
            receipt = explain(results, everybody.ids[place])
            steps = {step.name: step for step in receipt.steps}
            label = pick(column(column_name).codes[value])
            assert label in receipt.result
            assert column("benefit_m_hh").show(results["benefit_m_hh"][place]) in receipt.result
            if results["aid_y_hh"][place] > 0:
                assert steps["aid_y_hh"].values == (results["aid_y_hh"][place],)
            assert receipt.title in str(receipt)
            assert receipt.title in receipt._repr_html_()


def test_every_computed_system_is_explained():
    """The rules of the register stand in the plan that a receipt shows."""
    explained = {step.rule.name for step in make_plan(full_law(), ANSWERS).steps if step.on}
    listed = {name for system in register() for name in system.rules}
    # The forms of benefit and the methods of the standard exclude each other.
    other = {"tier_hh", "tier_benefit_m_hh", "support_class_hh", "class_benefit_m_hh"}
    other |= {"living_standard_income_m_hh", "imputed_wage_m", "withheld_m_hh"}
    assert listed - other <= explained
    names = {rule.name for rule in load_policy("national").rules.values()}
    assert other <= names


def test_a_law_whose_text_is_lacking_is_said(everybody):
    """The Social Assistance Law is in force from July 2026; nothing is computed from it."""
    for date, is_said in (("2026-06-30", False), ("2026-07-01", True)):
        policy = load_policy("national", date)
        receipt = explain(simulate(everybody, policy), everybody.ids[0])
        assert any("社会救助法" in line for line in receipt.version) == is_said
        below = load_policy("s37-county", date)
        receipt = explain(simulate(everybody, below), everybody.ids[0])
        assert any("社会救助法" in line for line in receipt.version) == is_said


def test_a_receipt_cites_no_document_before_its_date(everybody):
    policy = load_policy("s310-zone-2009")
    results = simulate(everybody, policy)
    for layer in set(results["layer_hh"].tolist()):
        household = everybody.ids[int((results["layer_hh"] == layer).argmax())]
        steps = explain(results, household).steps
        assert {document_of(c) for step in steps for c in step.clauses} <= {"S3.10"}


def test_columns_taken_at_their_default_are_named(results):
    policy = load_policy("national")
    receipt = explain(simulate(results.people, policy), results.people.ids[0])
    assert "共同生活" in receipt.assumed
    assert "共同生活" in str(receipt)


def test_values_no_document_states_are_marked(everybody):
    results = simulate(everybody, load_policy("s36-region"))
    receipt = str(explain(results, everybody.ids[0]))
    assert "当地月最低工资 2,000 元/人·月（示例）" in receipt
    assert "元/人·月（全国平均）" in receipt
