"""Every parameter becomes a control from its declaration, in every preset, in both languages."""

import math

import pytest

from jiuzhu_sim.assessment.whatif import needed
from jiuzhu_sim.engine import WANTED, make_plan
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.controls import FIRST, control, controls
from jiuzhu_sim.language import set_language
from jiuzhu_sim.law import declarations, region_names
from jiuzhu_sim.policy import load_policy


def complete(name):
    """Whether a preset has a standard, without which no rule can run."""
    return "dibao.standard.rural" in load_policy(name).values


@pytest.mark.parametrize("name", list(filter(complete, region_names())))
def test_every_parameter_the_rules_read_has_one_control(name):
    policy = load_policy(name)
    plan = make_plan(policy)
    made = controls(policy, WANTED)
    paths = [each.path for each in made]
    assert len(set(paths)) == len(paths)
    assert plan.read <= set(paths)
    groups = list(dict.fromkeys(each.group for each in made))
    assert groups[0] == FIRST
    assert [each.group for each in made] == sorted(
        (each.group for each in made), key=groups.index
    )  # a group is not interrupted


def test_programmes_that_are_off_can_be_set_before_they_are_switched_on():
    policy = load_policy("example-county")
    paths = {each.path for each in controls(policy, needed(["programmes"]))}
    assert "temporary.small_limit" in paths or any(path.startswith("temporary.") for path in paths)


@pytest.mark.parametrize("path", declarations())
def test_a_control_says_what_its_declaration_says(path):
    policy, declared = load_policy("example-county"), declarations()[path]
    made = control(policy, path)
    assert made.label == declared.title
    assert made.kind == declared.type
    if declared.choices:
        assert [key for key, _ in made.choices] == list(declared.choices)
    if declared.type in ("number", "integer"):
        assert made.low == (None if math.isinf(declared.low) else declared.low)
        assert made.high == (None if math.isinf(declared.high) else declared.high)
        assert made.slide_low < made.slide_high
        assert made.step > 0
        assert declared.low <= made.slide_low
        assert made.slide_high <= declared.high
        if made.value is not None:
            assert made.slide_low <= made.value <= made.slide_high
    if path in policy.values and made.value is None:
        assert math.isinf(policy[path])
        assert made.unlimited


def test_values_on_the_slider_are_accepted_by_the_policy():
    policy = load_policy("example-county")
    for each in controls(policy, WANTED):
        if each.slide_low is not None:
            for value in (each.slide_low, each.slide_high):
                policy.change({each.path: value})


def test_labels_follow_the_language():
    policy = load_policy("example-county")
    set_language("en")
    try:
        made = controls(policy, WANTED)
    finally:
        set_language("zh")
    assert made[0].title == "Rural dibao standard (yuan/person-month)"
    assert "EC.4" in made[0].basis
    assert made[0].as_dict()["title"] == made[0].title


def test_an_unknown_path_is_refused_with_the_nearest():
    with pytest.raises(JZError, match=r"dibao\.standard\.rural") as refused:
        control(load_policy("example-county"), "dibao.standrad.rural")
    assert refused.value.codes == ("JZ-E003",)
