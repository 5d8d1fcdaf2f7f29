"""Targets that cannot be met are named, with what can be reached and what to do."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.population import calibrate
from jiuzhu_sim.population.feasible import Told, unmet

BOUNDS = (0.5, 2.0)
# Four kinds of household: urban and rural, of one and of three persons; 100 of each.
URBAN, RURAL = np.array([100.0, 100, 0, 0]), np.array([0.0, 0, 100, 100])
ALL, PERSONS = URBAN + RURAL, np.array([100.0, 300, 100, 300])
NOBODY = np.zeros(4)


def found(rows, wanted, bounds=BOUNDS):
    return unmet(np.array(rows), np.array(wanted, float), bounds)


def test_what_can_be_met_is_not_named():
    assert found([URBAN, RURAL, ALL, PERSONS], [150, 300, 450, 900]) == ()
    assert found([PERSONS], [400]) == ()  # right at the end of its reach


def test_out_of_reach_by_itself():
    urban, nobody = found([URBAN, ALL, NOBODY], [500, 600, 5])
    assert (urban.target, urban.kind, urban.alone) == (0, "alone", (100.0, 400.0))
    assert urban.nearest == pytest.approx(400)
    assert (nobody.target, nobody.kind, nobody.alone) == (2, "absent", (0.0, 0.0))


def test_out_of_reach_downwards_and_with_both_signs():
    (low,) = found([URBAN], [60])
    assert (low.kind, low.alone, low.nearest) == ("alone", (100.0, 400.0), pytest.approx(100))
    # Urban less rural: every household at the bound that serves.
    (less,) = found([URBAN - RURAL], [400])
    assert (less.kind, less.alone) == ("alone", (-300.0, 300.0))


def test_the_same_twice():
    (second,) = found([PERSONS, 2 * PERSONS], [800, 1900])
    assert (second.target, second.kind, second.partners) == (1, "implied", (0,))
    assert second.nearest == pytest.approx(1600)
    (second,) = found([PERSONS, PERSONS], [800, 900])
    assert (second.kind, second.nearest) == ("same", pytest.approx(800))


def test_parts_that_do_not_add_up_to_the_whole():
    (whole,) = found([URBAN, RURAL, ALL], [200, 220, 500])
    assert (whole.target, whole.kind, whole.partners) == (2, "sum", (0, 1))
    assert whole.nearest == pytest.approx(420)


def test_the_one_wrong_part_is_named_where_two_wholes_agree():
    """Urban + rural = all, and four townships = all: only the township can be wrong."""
    towns = list(np.diag([100.0, 100, 100, 100]))
    (wrong,) = found([URBAN, RURAL, ALL, *towns], [200, 200, 400, 150, 100, 100, 100])
    assert (wrong.target, wrong.kind) == (3, "rest")
    assert wrong.nearest == pytest.approx(100)
    assert wrong.partners == (0, 4)  # urban less the other urban township: the simplest


def test_two_that_stand_in_each_others_way():
    """700 persons in 200 households is beyond the bounds: 2 × 300 + 0.5 × 100 in 250."""
    households, persons = np.array([100.0, 100]), np.array([100.0, 300])
    (wrong,) = found([households, persons], [200, 700])
    assert (wrong.target, wrong.kind, wrong.partners) == (1, "together", (0,))
    assert wrong.alone == (200.0, 800.0)
    assert wrong.nearest == pytest.approx(0.5 * 100 + 1.5 * 300)  # by hand: 50 and 150 households


def test_without_bounds_only_combinations_are_left():
    free = (-np.inf, np.inf)
    assert found([URBAN, PERSONS], [1e4, 3]) + found([URBAN], [-5], free) == found(
        [URBAN, PERSONS], [1e4, 3]
    )
    assert found([URBAN, PERSONS], [1e4, 3], free) == ()
    (whole,) = found([URBAN, RURAL, ALL], [200, 220, 500], free)
    assert (whole.kind, whole.alone) == ("sum", free)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), broken=st.integers(0, 5), by=st.floats(1.05, 3))
def test_what_is_left_can_be_met_and_every_one_named_has_to_go(seed, broken, by):
    """Random targets, some of them sums: without those named the rest is calibrated; with any of
    them it is not.
    """
    draw = np.random.default_rng(seed)
    units = 60
    some = draw.random((3, units)) < 0.5
    rows = np.vstack([np.ones(units), some, ~some[:2], draw.gamma(2, 1, units)])
    wanted = rows @ np.exp(0.3 * draw.normal(size=units)).clip(0.6, 1.7)
    wanted[broken : broken + 2] *= by
    gone = {each.target: each for each in unmet(rows, wanted, BOUNDS)}
    kept = [k for k in range(len(rows)) if k not in gone]

    def met(some):
        named = {str(k): rows[k] for k in some}
        targets = {str(k): wanted[k] for k in some}
        try:
            calibrate(np.ones(units), named, targets, bounds=BOUNDS, tolerance=1e-5)
        except JZError:
            return False
        return True

    assert met(kept)
    assert not any(met([*kept, k]) for k in gone)
    for k, each in gone.items():
        low, high = each.alone
        assert low - 1e-6 <= each.nearest <= high + 1e-6
        assert low == pytest.approx(rows[k].sum() * BOUNDS[0])
        assert high == pytest.approx(rows[k].sum() * BOUNDS[1])


# --- what is said --------------------------------------------------------------------------------
HOUSEHOLD = Told({"zh": "农村户数", "en": "Rural households"}, "households")


def refused(rows, targets, told, **options):
    with pytest.raises(JZError) as caught:
        calibrate(np.ones(4) * 100, rows, targets, told=told, **options)
    assert set(caught.value.codes) == {"JZ-E052"}
    return str(caught.value)


def test_a_sentence_a_target_in_the_readers_language():
    """At 900 persons most rural households come from 500 of one person and 106.67 of three; the
    urban ones, at a fifth, take 80 persons.
    """
    rows = {"rural": RURAL / 100, "persons": PERSONS / 100}
    told = {"rural": HOUSEHOLD, "persons": Told("人数", "persons")}
    said = refused(rows, {"rural": 1500, "persons": 900}, told)
    assert said == (
        "[JZ-E052] calibrate · 权数校准达不到目标：“农村户数”定为1,500户，但权数比限于0.2至5倍时，"
        "单独看也只能达到40至1,000户，其余目标都达到时最多606.67户。 "
        "怎么改：改到可达范围之内，或把权数比上限放宽到7.58倍以上。"
    )
    set_language("en")
    said = refused(rows, {"rural": 1500, "persons": 900}, told)
    assert "Rural households should be 1,500 households" in said
    assert "40 to 1,000 households" in said


def test_shares_are_shown_as_shares():
    rows = {"all": ALL / 100, "rural": RURAL / 100, "urban": URBAN / 100}
    told = {
        "all": Told("户数", "households"),
        "rural": Told("农村占比", "share", 400),
        "urban": Told("城市占比", "share", 400),
    }
    said = refused(rows, {"all": 400, "rural": 300, "urban": 120}, told)
    assert "“户数”定为400户，但它是“农村占比”、“城市占比”之和，按这些目标应为420户" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("method", ["logit", "linear", "raking"])
@pytest.mark.parametrize(
    ("rows", "targets"),
    [
        ({"a": ALL, "b": ALL}, (400, 500)),
        ({"a": URBAN, "b": RURAL, "c": ALL}, (200, 200, 500)),
        ({"a": ALL, "b": URBAN, "c": RURAL}, (400, 200, 150)),
        ({"a": URBAN, "b": 2 * RURAL, "c": URBAN + 3 * RURAL}, (200, 400, 900)),
        ({"a": NOBODY}, (5,)),
    ],
)
def test_every_kind_is_a_whole_sentence(rows, targets, method, lang):
    set_language(lang)
    told = {name: Told(name.upper(), "households") for name in rows}
    scaled = {name: values / 100 for name, values in rows.items()}
    said = refused(scaled, dict(zip(rows, targets, strict=True)), told, method=method)
    assert len(said.splitlines()) == 1
    assert not re.search(r"[{}]|nan|—|，，|  ", said)
    assert said.endswith("。" if lang == "zh" else ".")


def test_many_partners_are_counted():
    rows = {"all": np.ones(30)} | {f"t{k}": np.arange(30) // 3 == k for k in range(10)}
    targets = {"all": 40.0} | {f"t{k}": 3.0 for k in range(10)}
    with pytest.raises(JZError) as caught:
        calibrate(np.ones(30), rows, targets)
    assert "“t0”、“t1”、“t2”、“t3”等10项之和，按这些目标应为30" in str(caught.value)


def test_the_end_of_the_reach_is_said_as_such(monkeypatch):
    """What the solver misses though it could be met is told with the total it came to."""
    from jiuzhu_sim.population import feasible

    told = [HOUSEHOLD]
    rows, wanted = RURAL[None, 2:], np.array([1000.0])
    with pytest.raises(JZError) as caught:
        feasible.refuse(told, np.ones(2) * 5, rows, wanted, (0.5, 1.0), np.array([999.99]))
    assert "只能算到999.99户：它正在可达范围的边上" in str(caught.value)
