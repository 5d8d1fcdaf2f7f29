"""The plan: order, and everything that is missing told before a row is read."""

from dataclasses import replace

import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.engine.plan import reached_by
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy

POLICY = load_policy("example-county")
INPUTS = {name for name, entry in columns().items() if entry.kind == "input"}


def order(plan):
    return [step.rule.name for step in plan.steps]


def with_rule(policy, name, **changed):
    """The policy with one rule altered."""
    return replace(policy, rules={**policy.rules, name: replace(policy.rules[name], **changed)})


def test_a_rule_runs_after_what_it_reads():
    plan = make_plan(POLICY)
    done = []
    for step in plan.steps:
        read = step.rule.arguments if step.on else ()
        computed = [name for name in read if name in POLICY.rules]
        assert set(computed) <= set(done), step.rule.name
        done.append(step.rule.name)
    assert set(plan.wanted) <= set(done)


def test_only_what_is_wanted_is_run():
    assert order(make_plan(POLICY, ["homes_limit_hh"])) == ["homes_limit_hh"]
    assert make_plan(POLICY, ["homes_limit_hh"]).inputs == ("area",)
    assert "category_hh" not in order(make_plan(POLICY, ["benefit_m_hh"]))


def test_a_name_wanted_twice_is_kept_once():
    assert make_plan(POLICY, ["layer_hh", "layer_hh"]).wanted == ("layer_hh",)


def test_an_input_can_be_wanted():
    plan = make_plan(POLICY, ["age"])
    assert (plan.steps, plan.inputs) == ((), ("age",))


def test_what_is_given_is_not_computed():
    given = ["counted_income_m_hh", "guaranteed_m_hh"]
    plan = make_plan(POLICY, ["is_income_below_hh"], given=given)
    assert order(plan) == ["is_income_below_hh"]
    assert plan.inputs == ()


def test_an_intermediate_is_given_up_after_its_last_reader():
    alive = set()
    for step in make_plan(POLICY).steps:
        read = step.rule.arguments if step.on else ()
        assert {name for name in read if name in POLICY.rules} <= alive
        alive = (alive | {step.rule.name}) - set(step.done_with)


def test_the_rounding_is_the_one_the_law_chooses():
    for how in ("ceil_yuan", "fen"):
        policy = POLICY.change({"dibao.benefit_rounding": how})
        rounded = {s.rule.name: s.rounding for s in make_plan(policy).steps if s.rounding}
        assert rounded == {"gap_m_hh": how, "full_standard_m_hh": how}


def test_policies_that_decide_alike_share_the_order_and_keep_their_own_values():
    moved = POLICY.change({"dibao.standard.rural": "+10%"})
    here, there = make_plan(POLICY), make_plan(moved)
    assert there.steps is here.steps
    assert (here.policy, there.policy) == (POLICY, moved)
    assert here.parameters["dibao_standard_rural"] == POLICY["dibao.standard.rural"]
    assert there.parameters["dibao_standard_rural"] == moved["dibao.standard.rural"]
    off = make_plan(POLICY.change({"income.expenditure_deduction_share": 0}))
    assert [step.on for step in off.steps] != [step.on for step in here.steps]


def test_as_text_it_is_a_numbered_list():
    lines = str(make_plan(POLICY, ["edge_limit_m_hh"])).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["1.", "2.", "3."]
    assert "公布的低保标准" in lines[0]


def test_a_rule_that_is_switched_off_needs_nothing():
    """The example county offers no tekun support: neither its inputs nor its parameters count."""
    plan = make_plan(POLICY, ["is_tekun_hh"], available=["area"])
    assert [(step.rule.name, step.on) for step in plan.steps] == [("is_tekun_hh", False)]
    assert plan.inputs == ()
    assert "is_without_labour_hh" in order(make_plan(load_policy("national"), ["is_tekun_hh"]))


def test_a_missing_column_with_a_default_is_assumed_and_named():
    plan = make_plan(POLICY, ["support_fee_m_hh"], available=["area"])
    assert plan.assumed == ("support_paid_m",)


def test_missing_columns_are_told_at_once_with_who_needs_them_and_what_comes_near():
    available = (INPUTS - {"wage_m", "has_business"}) | {"wages_m"}
    with pytest.raises(JZError) as caught:
        make_plan(POLICY, available=available)
    problems = {p.values["name"]: p for p in caught.value.problems}
    assert set(caught.value.codes) == {"JZ-E011"}
    assert set(problems) == {"wage_m", "has_business"}
    assert problems["wage_m"].values["needed_by"] == "本人计入收入 (counted_income_m)"
    assert problems["wage_m"].values["nearest"] == "wages_m"
    assert "is_business_passed_hh" in str(problems["has_business"])


def test_a_column_that_nothing_wanted_needs_may_be_missing():
    make_plan(POLICY, ["layer_hh"], available=INPUTS - {"is_student", "township", "weight"})


def test_unknown_results_are_told_with_the_nearest():
    with pytest.raises(JZError) as caught:
        make_plan(POLICY, ["benefit_hh", "layer_hh", "no_such_thing"])
    assert [(p.code, p.values["name"]) for p in caught.value.problems] == [
        ("JZ-E010", "benefit_hh"),
        ("JZ-E010", "no_such_thing"),
    ]
    assert caught.value.problems[0].values["nearest"] == "benefit_m_hh"


def test_parameters_without_a_value_are_told_at_once():
    gone = {"edge.ratio", "dibao.benefit_rounding"}
    values = {path: value for path, value in POLICY.values.items() if path not in gone}
    with pytest.raises(JZError) as caught:
        make_plan(replace(POLICY, values=values))
    assert {(p.code, p.values["path"]) for p in caught.value.problems} == {
        ("JZ-E006", path) for path in gone
    }
    assert all("example-county@2025-01-01" in p.where for p in caught.value.problems)


def test_rules_in_a_circle_are_refused():
    policy = with_rule(POLICY, "dibao_standard_m_hh", arguments=("area", "edge_limit_m_hh"))
    with pytest.raises(JZError) as caught:
        make_plan(policy, ["layer_hh"])
    assert caught.value.codes == ("JZ-E015",)
    circle = "edge_limit_m_hh → dibao_standard_m_hh → edge_limit_m_hh"
    reverse = "dibao_standard_m_hh → edge_limit_m_hh → dibao_standard_m_hh"
    assert caught.value.problems[0].values["chain"].endswith((circle, reverse))


@pytest.mark.parametrize(
    ("changes", "reached"),
    [
        ({}, set()),
        ({"assets.business_allowed": True}, {"is_business_passed_hh", "is_property_passed_hh"}),
        ({"category.young_elder_age": 65}, {"category_hh"}),
        ({"dibao.benefit_rounding": "fen"}, {"gap_benefit_m_hh", "full_standard_m_hh"}),
        ({"supplement.severe_share": 0.4}, {"supplement_share", "category_supplement_m_hh"}),
    ],
)
def test_reached_by(changes, reached):
    """What is named, and everything that reads it."""
    found = reached_by(POLICY, POLICY.change(changes))
    assert reached <= found
    for rule in POLICY.rules.values():
        reads = {rule.switch}
        if rule.applies(POLICY.arguments):
            reads |= {*rule.arguments, rule.round}
        takes = {path.replace(".", "_") for path in changes} & reads
        assert (rule.name in found) == bool(takes or found & reads), rule.name


def test_the_standard_does_not_reach_income():
    found = reached_by(POLICY, POLICY.change({"dibao.standard.rural": 600}))
    assert found.isdisjoint({"counted_income_m", "counted_income_pc_m_hh", "category_hh"})
    assert {"savings_limit_hh", "layer_hh", "benefit_m_hh"} <= found


def test_another_version_of_a_rule_reaches_its_readers():
    newer = with_rule(POLICY, "homes_limit_hh", function=lambda *_: 3)
    found = reached_by(POLICY, newer)
    assert {"homes_limit_hh", "is_homes_passed_hh", "layer_hh"} <= found
    assert "savings_limit_hh" not in found
