import json

import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.receipt import explain


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
