"""Calibration: targets met, bounds kept, contradictions named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import calibrate


def county(units=500, seed=1):
    draw = np.random.default_rng(seed)
    gets = draw.random(units) < 0.4
    persons = draw.integers(1, 5, units) * gets
    return np.ones(units), {
        "households": gets.astype(float),
        "persons": persons.astype(float),
        "benefit": np.round(draw.uniform(100, 400, units) * persons, 2),
    }


def shifted(auxiliaries, **by):
    return {name: values.sum() * by.get(name, 1.0) for name, values in auxiliaries.items()}


def test_meets_targets_and_keeps_the_others():
    weight, auxiliaries = county()
    targets = shifted(auxiliaries, households=1.1, persons=1.15, benefit=1.05)
    made = calibrate(weight, auxiliaries, targets)
    for name, values in auxiliaries.items():
        assert made.weight @ values == pytest.approx(targets[name], rel=1e-10)
        assert made.table[name].after == pytest.approx(targets[name], rel=1e-10)
        assert made.table[name].before == pytest.approx(values.sum())
    untouched = auxiliaries["households"] == 0
    np.testing.assert_array_equal(made.weight[untouched], 1)
    ratio = made.weight[~untouched]
    assert (made.ratio_min, made.ratio_max) == (ratio.min(), ratio.max())
    assert made.ratio_mean == pytest.approx(ratio.mean())
    assert 0.2 <= made.ratio_min <= made.ratio_max <= 5


def test_nothing_to_do():
    weight, auxiliaries = county()
    made = calibrate(weight, auxiliaries, shifted(auxiliaries))
    np.testing.assert_allclose(made.weight, weight, rtol=1e-9)


def test_collinear_auxiliaries():
    weight, auxiliaries = county()
    auxiliaries["again"] = 2 * auxiliaries["persons"]
    made = calibrate(weight, auxiliaries, shifted(auxiliaries, persons=1.1, again=1.1))
    assert made.table["again"].after == pytest.approx(made.table["again"].target, rel=1e-10)


def test_row_order_does_not_matter():
    weight, auxiliaries = county()
    targets = shifted(auxiliaries, persons=1.1, benefit=0.95)
    order = np.random.default_rng(2).permutation(len(weight))
    straight = calibrate(weight, auxiliaries, targets)
    mixed = calibrate(weight[order], {n: v[order] for n, v in auxiliaries.items()}, targets)
    np.testing.assert_array_equal(mixed.weight, straight.weight[order])


def test_infeasible_names_the_targets_missed():
    weight, auxiliaries = county()
    with pytest.raises(JZError) as caught:
        calibrate(weight, auxiliaries, shifted(auxiliaries, persons=7))
    assert caught.value.codes == ("JZ-E052",)
    assert "persons" in str(caught.value)


def test_contradiction_is_infeasible():
    weight, auxiliaries = county()
    auxiliaries["again"] = auxiliaries["persons"].copy()
    with pytest.raises(JZError) as caught:
        calibrate(weight, auxiliaries, shifted(auxiliaries, persons=1.1, again=1.2))
    assert caught.value.codes == ("JZ-E052",)


def test_target_nobody_can_meet():
    with pytest.raises(JZError) as caught:
        calibrate(np.ones(3), {"urban": np.zeros(3)}, {"urban": 5})
    assert caught.value.codes == ("JZ-E052",)


@pytest.mark.parametrize(
    "change",
    [
        {"bounds": (1.2, 5)},
        {"weight": -np.ones(3)},
        {"targets": {"rural": 1}},
        {"targets": {"urban": np.nan}},
        {"auxiliaries": {"urban": np.ones(4)}},
    ],
)
def test_wrong_arguments(change):
    arguments = {
        "weight": np.ones(3),
        "auxiliaries": {"urban": np.ones(3)},
        "targets": {"urban": 3},
    }
    with pytest.raises(JZError) as caught:
        calibrate(**(arguments | change))
    assert caught.value.codes == ("JZ-E032",)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.3, 3.0), st.floats(0.0, 1.0))
def test_reaches_whatever_some_weights_inside_the_bounds_reach(seed, level, noise):
    """Targets made from admissible weights are feasible, so they must be met."""
    draw = np.random.default_rng(seed)
    weight, auxiliaries = county(seed=seed)
    ratio = np.clip(level * np.exp(noise * draw.normal(size=len(weight))), 0.25, 4.0)
    targets = {name: (weight * ratio) @ values for name, values in auxiliaries.items()}
    made = calibrate(weight, auxiliaries, targets)
    for name, values in auxiliaries.items():
        assert made.weight @ values == pytest.approx(targets[name], rel=1e-9)
    assert 0.2 <= made.ratio_min <= made.ratio_max <= 5
