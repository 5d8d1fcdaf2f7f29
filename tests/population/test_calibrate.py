"""Calibration: targets met, bounds kept, methods as in the textbook; contradictions refused."""

import json
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import calibrate
from jiuzhu_sim.population.calibrate import DISTANCES
from jiuzhu_sim.population.feasible import Told

MODULE = import_module("jiuzhu_sim.population.calibrate")
METHODS = ("logit", "linear", "raking")


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
        {"method": "lgoit"},
        {"tolerance": 0},
        {"bounds": (0.2, np.inf)},
        {"bounds": (-1, 5), "method": "linear"},
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


# --- methods -------------------------------------------------------------------------------------
def matrix_of(auxiliaries):
    return np.array(list(auxiliaries.values()))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_linear_is_the_generalised_regression_estimator(seed):
    """Its closed form: w = d (1 + x'b), b = (X'DX)^-1 (t - X'd)."""
    draw = np.random.default_rng(seed)
    _, auxiliaries = county(seed=seed)
    weight = draw.uniform(1, 9, 500)
    x = matrix_of(auxiliaries)
    targets = dict(zip(auxiliaries, x @ weight * draw.uniform(0.5, 2, 3), strict=True))
    b = np.linalg.solve((x * weight) @ x.T, np.array(list(targets.values())) - x @ weight)
    made = calibrate(weight, auxiliaries, targets, method="linear")
    np.testing.assert_allclose(made.weight, weight * (1 + b @ x), rtol=1e-9, atol=1e-9)
    assert made.iterations <= 2
    assert made.bounds == (-np.inf, np.inf)


def margins(seed=3, units=3000):
    draw = np.random.default_rng(seed)
    area, size = draw.integers(0, 2, units), draw.integers(0, 5, units)
    weight = draw.uniform(1, 3, units)
    rows = {f"area.{k}": area == k for k in range(2)} | {f"size.{k}": size == k for k in range(5)}
    share = {"area.0": 0.3, "area.1": 0.7} | dict(
        zip([f"size.{k}" for k in range(5)], (0.1, 0.2, 0.3, 0.25, 0.15), strict=True)
    )
    return weight, (area, size), rows, {name: 9000 * share[name] for name in rows}


def test_raking_is_what_iterative_proportional_fitting_ends_in():
    weight, codes, rows, targets = margins()
    fitted = weight.copy()
    for _ in range(200):
        for name, code in zip(("area", "size"), codes, strict=True):
            wanted = np.array([v for k, v in targets.items() if k.startswith(name)])
            fitted *= (wanted / np.bincount(code, fitted))[code]
    made = calibrate(weight, rows, targets, method="raking")
    np.testing.assert_allclose(made.weight, fitted, rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), level=st.floats(0.5, 1.8), noise=st.floats(0.0, 0.6))
def test_every_method_meets_its_targets_inside_its_bounds(method, seed, level, noise):
    draw = np.random.default_rng(seed)
    weight, auxiliaries = county(seed=seed)
    ratio = np.clip(level * np.exp(noise * draw.normal(size=len(weight))), 0.35, 2.8)
    targets = {name: (weight * ratio) @ values for name, values in auxiliaries.items()}
    made = calibrate(weight, auxiliaries, targets, bounds=(0.3, 3.0), method=method)
    for name, values in auxiliaries.items():
        assert made.weight @ values == pytest.approx(targets[name], rel=1e-9)
    assert 0.3 <= made.ratio_min <= made.ratio_max <= 3.0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("merged_from", [0, 1 << 60])
def test_no_method_depends_on_the_order_of_the_rows(method, merged_from, monkeypatch):
    monkeypatch.setattr(MODULE, "MERGED_FROM", merged_from)
    weight, _, rows, targets = margins()
    order = np.random.default_rng(4).permutation(len(weight))
    straight = calibrate(weight, rows, targets, method=method)
    mixed = calibrate(weight[order], {n: v[order] for n, v in rows.items()}, targets, method=method)
    np.testing.assert_array_equal(mixed.weight, straight.weight[order])


@pytest.mark.parametrize("method", METHODS)
def test_units_alike_may_be_solved_as_one(method, monkeypatch):
    weight, _, rows, targets = margins()
    one_by_one = calibrate(weight, rows, targets, method=method)
    monkeypatch.setattr(MODULE, "MERGED_FROM", 0)
    merged = calibrate(weight, rows, targets, method=method)
    np.testing.assert_allclose(merged.weight, one_by_one.weight, rtol=1e-9)


def test_a_wider_tolerance_stops_sooner():
    weight, auxiliaries = county()
    targets = shifted(auxiliaries, persons=1.3, benefit=1.2)
    strict = calibrate(weight, auxiliaries, targets)
    loose = calibrate(weight, auxiliaries, targets, tolerance=1e-2)
    assert loose.iterations < strict.iterations
    for name, total in loose.table.items():
        assert total.after == pytest.approx(targets[name], rel=1e-2)


def test_the_record_survives_a_file():
    weight, auxiliaries = county()
    told = {"persons": Told({"zh": "人数", "en": "persons"}, "persons")}
    targets = shifted(auxiliaries, persons=1.1)
    made = calibrate(weight, auxiliaries, targets, method="raking", told=told)
    kept = json.loads(json.dumps(made.record(), allow_nan=False))
    assert kept == made.record()
    assert Told(*kept["told"]["persons"]) == told["persons"]
    assert kept["method"] == "raking"
    assert kept["bounds"] == [0.0, None]
    assert set(kept["totals"]) == set(auxiliaries)


def test_distances_are_the_gradients_of_their_potentials():
    """The ratio is the derivative of the potential, the curvature that of the ratio."""
    pull, ones, step = np.linspace(-1.5, 1.5, 31) + 0.013, np.ones(31), 1e-6
    for distance in DISTANCES.values():
        for low, high in ((0.4, 2.0), (0.01, 50.0)):
            _, ratio, bent, _ = distance.at(pull, ones, low, high)
            above, below = (distance.at(pull + by, ones, low, high) for by in (step, -step))
            np.testing.assert_allclose((above[0] - below[0]) / 2 / step, ratio, atol=1e-6)
            np.testing.assert_allclose((above[1] - below[1]) / 2 / step, bent, atol=1e-6)
            np.testing.assert_allclose(distance.at(0 * ones, ones, low, high)[1], 1)
