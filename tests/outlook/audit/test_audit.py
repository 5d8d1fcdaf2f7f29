"""A clean-up held against the truth: same people, several ways of checking."""

import numpy as np
import pytest

from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.outlook.audit.audit import audit
from jiuzhu_sim.policy import load_policy
from tests.outlook.audit.rolls import POLICY, made, recipients


def test_the_chosen_way_comes_first_and_each_once():
    found = audit(made().people, POLICY, "matching_only", compare=["complete", "matching_only"])
    assert list(found.cleanups) == ["matching_only", "complete"]
    assert found.chosen is found.cleanups["matching_only"]


def test_before_is_the_same_whatever_way():
    befores = [each.amount_before_m for each in made().cleanups.values()]
    assert all(np.array_equal(befores[0], each) for each in befores[1:])
    assert np.array_equal(made().paid_m(), befores[0])


def test_when_all_is_found_nobody_on_the_roll_is_paid_what_is_not_due():
    aim = made().aim("complete")
    assert not (aim.paid & ~aim.entitled).any()
    assert np.allclose(aim.paid_m[aim.paid], aim.due_m[aim.paid], atol=0.006)
    assert (made().aim().paid & ~made().aim().entitled).any()


def test_who_never_applied_can_be_missed():
    aim, applied = made().aim(), made().people.numbers("has_applied").astype(bool)
    assert (~aim.paid & aim.entitled & ~applied).any()


def test_stale_registers_take_nothing_from_what_is_truly_due():
    law = load_policy("s0-street")
    assert law["stop.information"]  # here a register against a family ends its cover
    people = people_on_roll("", law, 1500, 1)
    loud = people.with_columns({"registry_income_m": np.full(people.households, 1e6)})
    ends = simulate(loud, law, ["benefit_m_hh"]).numbers("benefit_m_hh")
    assert not ends.any()
    assert np.array_equal(audit(loud, law).due_m, audit(people, law).due_m)
    found = audit(people, law).aim("complete")
    assert found.entitled.any()
    assert not (found.paid & ~found.entitled).any()


def test_petition_rules_differ_by_the_retained_alone():
    strict, lenient = (made().petitions[rule] for rule in ("strict", "clearly_above"))
    assert not strict.retained.any()
    moved = strict.amount_after_m != lenient.amount_after_m
    assert not (moved & ~lenient.retained).any()


def test_all_unknown_ways_are_told_at_once():
    with pytest.raises(JZError) as refused:
        audit(made().people, POLICY, "complet", compare=["visited_13"])
    assert refused.value.codes == ("JZ-E060", "JZ-E060")
    with pytest.raises(JZError, match="matching_only"):
        made().aim("matching_on")


def test_recipients_without_a_truth_are_cleaned_up_and_nothing_is_said_of_errors():
    found = recipients()
    assert found.due is None
    assert not found.is_synthetic
    assert found.roll.all()
    with pytest.raises(JZError) as refused:
        found.aim()
    assert refused.value.codes == ("JZ-E098",)
