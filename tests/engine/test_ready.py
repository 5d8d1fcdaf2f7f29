"""A plan made ready: what is the same for everybody is computed once, in full length if small."""

from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.engine import WANTED, simulate
from jiuzhu_sim.engine.plan import make_plan
from jiuzhu_sim.engine.ready import Ready
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.random_tables import random_tables

POLICY = load_policy("example-county")
BARE = {"household_id": [0, 0, 1, 2, 2, 2], "age": [70, 66, 30, 41, 40, 9]}
HOMES = {"area": ["rural", "urban", "rural"]}


@pytest.fixture(scope="module")
def people():
    return people_from_tables(*random_tables(4, 200, POLICY), chunk=60)


def with_function(name, function):
    """The policy with one rule doing something else."""
    return replace(
        POLICY, rules=POLICY.rules | {name: replace(POLICY.rules[name], function=function)}
    )


def ready(people, policy, wanted, **options):
    return Ready(make_plan(policy, wanted, people.laid_out), people, people.laid_out, **options)


def names(made):
    return {call.step.rule.name for call in made.calls}


def test_what_follows_from_defaults_alone_is_computed_once():
    """Nobody told of other income: one value, computed before the first tile."""
    people = people_from_tables(BARE | {"wage_m": [0, 0, 3000, 2000, 0, 0]}, HOMES, chunk=1)
    ran = []

    def noting(rule):
        def noted(*arguments):
            ran.append(rule.name)
            return rule.function(*arguments)

        return replace(rule, function=noted)

    wanted = ["other_income_m", "employment_cost_m"]
    names_of = ("other_income_m", "employment_cost_m")
    policy = replace(
        POLICY, rules=POLICY.rules | {name: noting(POLICY.rules[name]) for name in names_of}
    )
    found = simulate(people, policy, wanted)
    assert len(people.tiles) == 3
    assert ran.count("other_income_m") == 1
    assert ran.count("employment_cost_m") == 3
    assert found["other_income_m"].tolist() == [0] * 6
    assert found["employment_cost_m"].tolist() == [0, 0, 500, 500, 0, 0]


def test_a_constant_rule_that_fails_is_named_before_any_tile():
    people = people_from_tables(BARE, HOMES, chunk=1)
    policy = with_function("other_income_m", lambda *_: 1 / 0)
    with pytest.raises(JZError) as caught:
        ready(people, policy, ["other_income_m"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["name"]) == ("JZ-E012", "other_income_m")
    assert problem.values["rows"] == "0"


def test_a_constant_rule_of_the_wrong_length_is_named():
    people = people_from_tables(BARE, HOMES)
    with pytest.raises(JZError) as caught:
        ready(people, with_function("other_income_m", lambda *_: np.ones(6)), ["other_income_m"])
    assert caught.value.codes == ("JZ-E012",)


def test_a_constant_that_is_no_number_is_found():
    people = people_from_tables(BARE, HOMES)
    policy = with_function("other_income_m", lambda *_: np.full(1, np.nan))
    with pytest.raises(JZError) as caught:
        simulate(people, policy, ["other_income_m"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["name"]) == ("JZ-E013", "other_income_m")


def test_flags_that_are_the_same_for_everybody_are_written_out_once():
    people = people_from_tables(BARE, HOMES)
    made = ready(people, POLICY, ["is_elder", "is_minor"])
    assert made.written.keys() == {"is_unit_member"}
    flags, level = made.written["is_unit_member"]
    assert (flags.tolist(), level) == ([True] * 6, "person")
    with pytest.raises(ValueError, match="read-only"):
        flags[0] = False


def test_checked_runs_every_rule_in_every_tile(people):
    wanted = [*WANTED]
    made, checked = (ready(people, POLICY, wanted, checked=flag) for flag in (False, True))
    plan = make_plan(POLICY, wanted, people.laid_out)
    assert names(checked) == {step.rule.name for step in plan.steps if step.on}
    assert names(made) < names(checked)
    for tile in people.tiles:
        for name in wanted:
            one, two = (each.values(tile)[name] for each in (made, checked))
            assert np.broadcast_to(one, two.shape).tobytes() == two.tobytes(), name


def test_an_intermediate_result_is_freed_after_its_last_reader(people):
    left = ready(people, POLICY, ["counted_income_pc_m_hh"]).values(people.tiles[0])
    assert "counted_income_pc_m_hh" in left
    assert not {"counted_income_m", "gross_income_m_hh", "wage_m"} & left.keys()
