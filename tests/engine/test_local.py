"""Running a plan: failures name the rule and the rows; order and threads do not show."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.engine import WANTED, simulate
from jiuzhu_sim.engine.plan import reached_by
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.random_tables import random_tables

POLICY = load_policy("example-county")


@pytest.fixture(scope="module")
def people():
    return people_from_tables(*random_tables(1, 300, POLICY), chunk=100)


def with_function(name, function):
    """The policy with one rule doing something else."""
    broken = replace(POLICY.rules[name], function=function)
    return replace(POLICY, rules={**POLICY.rules, name: broken})


def refused(people, policy, wanted=WANTED, **options):
    with pytest.raises(JZError) as caught:
        simulate(people, policy, wanted, **options)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("threads", [1, 2])
def test_a_rule_that_fails_is_named_with_clause_and_households(people, threads):
    def fails(*_):
        raise ZeroDivisionError("nobody there")

    problem = refused(people, with_function("guaranteed_m_hh", fails), threads=threads)
    assert problem.code == "JZ-E012"
    assert problem.values["name"] == "guaranteed_m_hh"
    assert problem.values["clause"] == "EC.7"
    assert problem.values["reason"] == "ZeroDivisionError: nobody there"
    assert problem.values["rows"] == ", ".join(map(str, people.laid_out["id"][:3]))


def test_a_rule_that_gives_the_wrong_length_is_named(people):
    policy = with_function("homes_limit_hh", lambda *_: np.ones(3))
    assert refused(people, policy).code == "JZ-E012"


def test_a_household_rule_that_gives_no_number_is_named_with_ids(people):
    def gives_nan(members, *_):
        total = members.number() * 1.0
        return np.where(np.arange(len(total)) == len(total) - 1, np.nan, total)

    problem = refused(people, with_function("rigid_expenditure_y_hh", gives_nan))
    last = people.tiles[0].stop - 1
    assert problem.code == "JZ-E013"
    assert problem.values["name"] == "rigid_expenditure_y_hh"
    assert problem.values["clause"] == "EC.2"
    assert problem.values["rows"] == str(people.laid_out["id"][last])


def test_a_person_rule_that_gives_no_number_is_named_with_rows(people):
    eldest = int(people["age"].max())
    rule = POLICY.rules["counted_income_m"]
    arguments = (*rule.arguments, "age")
    broken = replace(
        rule, arguments=arguments, function=lambda *a: np.where(a[-1] == eldest, np.nan, a[0])
    )
    policy = replace(POLICY, rules={**POLICY.rules, rule.name: broken})
    problem = refused(people, policy)
    assert (problem.code, problem.values["name"]) == ("JZ-E013", "counted_income_m")
    rows = [int(row) for row in problem.values["rows"].split(", ")]
    assert (people["age"][np.array(rows) - 1] == eldest).all()


def test_no_limit_is_a_number(people):
    unlimited = POLICY.change({"assets.savings_max_months": float("inf")})
    assert np.isposinf(simulate(people, unlimited, ["savings_limit_hh"])["savings_limit_hh"]).all()


def test_person_results_come_in_the_order_given():
    persons, homes = random_tables(2, 80, POLICY)
    whole = simulate(people_from_tables(persons, homes), POLICY, ["counted_income_m"])
    shuffled = np.random.default_rng(3).permutation(80)
    owner = persons["household_id"]
    rows = np.concatenate([np.flatnonzero(owner == home) for home in shuffled])
    people = people_from_tables(
        {name: values[rows] for name, values in persons.items()},
        {name: values[shuffled] for name, values in homes.items()} | {"household_id": shuffled},
        chunk=40,
    )
    again = simulate(people, POLICY, ["counted_income_m"])
    assert again["counted_income_m"].tolist() == whole["counted_income_m"][rows].tolist()
    assert people["wage_m"].tolist() == persons["wage_m"][rows].tolist()


def test_inputs_and_codes_read_the_same_wanted_or_not(people):
    for name in ("township", "area", "age"):
        wanted = simulate(people, POLICY, ["layer_hh", name])
        assert wanted[name].tolist() == people[name].tolist(), name
    assert set(simulate(people, POLICY)["layer_hh"]) == {"dibao", "edge", "none"}


def test_results_are_frozen(people):
    results = simulate(people, POLICY)
    with pytest.raises(ValueError, match="read-only"):
        results.computed["benefit_m_hh"][0] = 1
    with pytest.raises(TypeError):
        results.computed["benefit_m_hh"] = None


def test_what_was_not_computed_is_told(people):
    with pytest.raises(JZError) as caught:
        simulate(people, POLICY, ["layer_hh"])["benefit_m_hh"]
    assert caught.value.codes == ("JZ-E010",)


def test_reuse_wants_the_same_people(people):
    base = simulate(people, POLICY)
    other = people_from_tables(*random_tables(1, 300, POLICY))
    assert refused(other, POLICY, reuse=base).code == "JZ-E030"


def test_reuse_runs_only_what_the_change_reaches(people):
    """The first move runs what the reached rules read; further moves run the reached rules only."""
    ran = set()

    def noting(rule):
        def noted(*arguments):
            ran.add(rule.name)
            return rule.function(*arguments)

        return replace(rule, function=noted)

    watched = replace(POLICY, rules={name: noting(rule) for name, rule in POLICY.rules.items()})
    base = simulate(people, watched)
    for standard in (600, 620):
        ran.clear()
        plan = watched.change({"dibao.standard.urban": standard})
        simulate(people, plan, reuse=base)
        reached = reached_by(watched, plan)
    assert ran == reached & {step.rule.name for step in base.plan.steps}
    assert "counted_income_m" not in ran


def test_several_threads_work(people):
    names = set()
    rule = POLICY.rules["counted_income_pc_m_hh"]

    def noted(*arguments):
        names.add(threading.current_thread().name)
        return rule.function(*arguments)

    policy = with_function("counted_income_pc_m_hh", noted)
    several = simulate(people, policy, threads=4)
    assert threading.current_thread().name not in names
    names.clear()
    single = simulate(people, policy, threads=1)
    assert names == {threading.current_thread().name}
    for name in WANTED:
        assert (several[name] == single[name]).all()


def test_frame_has_a_row_for_each_household(people):
    frame = simulate(people, POLICY).frame()
    assert list(frame.columns) == ["household_id", *WANTED]
    assert frame["household_id"].tolist() == people.ids.tolist()
    assert set(frame["category_hh"]) == {"A", "B", "C"}
