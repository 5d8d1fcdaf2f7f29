"""The identities between reported figures come out as the clause catalogue's Appendix B3 says."""

import math
from importlib import import_module

import numpy as np
import pytest

from jiuzhu_sim.assessment import identities, verdicts
from jiuzhu_sim.assessment.beside import FAILS, HOLDS, NEAR
from jiuzhu_sim.assessment.identities import (
    APART,
    DERIVED,
    LOOSE,
    OPEN,
    PLAUSIBLE,
    evaluate,
    judge,
)
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import figure_names, figures_of, region_names

# The 46 rows of Appendix B3, in its order: the verdict its result column gives in words.
APPENDIX_B3 = {
    1: HOLDS,
    2: HOLDS,
    3: DERIVED,  # "not reported; derived"
    4: DERIVED,
    5: DERIVED,
    6: DERIVED,
    7: LOOSE,
    8: NEAR,  # within 2.5 %
    9: HOLDS,  # 0.2 %
    10: FAILS,  # 8 months would do
    11: HOLDS,  # 0.3 %
    12: DERIVED,
    13: HOLDS,
    14: HOLDS,
    15: DERIVED,
    16: FAILS,
    17: DERIVED,
    18: DERIVED,
    19: HOLDS,
    20: HOLDS,
    21: HOLDS,  # rounded
    22: HOLDS,
    23: HOLDS,
    24: FAILS,
    25: DERIVED,
    26: DERIVED,  # only if households
    27: DERIVED,
    28: FAILS,  # not exactly
    29: HOLDS,  # as whole number
    30: FAILS,
    31: PLAUSIBLE,
    32: DERIVED,
    33: DERIVED,
    34: OPEN,  # "ambiguous"
    35: HOLDS,
    36: FAILS,  # no whole number
    37: DERIVED,
    38: DERIVED,
    39: DERIVED,
    40: APART,  # "not comparable"
    41: FAILS,  # under a pure gap rule
    42: HOLDS,  # exclusive
    43: DERIVED,
    44: DERIVED,
    45: HOLDS,  # only if publicity is excluded
    46: HOLDS,
}

# What Appendix B3 computes, as it prints it: number of the line, value, decimals.
COMPUTED = [
    ("3", 63_657, 0),
    ("3.2", 92_599, 0),
    ("4", 10.27, 2),
    ("4.2", 10.19, 2),
    ("5", 1.462, 3),
    ("5.2", 2.088, 3),
    ("5.3", 1.241, 3),
    ("6", 1.370, 3),
    ("6.2", 1.311, 3),
    ("8", 245.75, 2),
    ("8.2", 3286, 0),
    ("9", 124.90, 2),
    ("9.2", 7571, 0),
    ("10", 237.28, 2),
    ("10.2", 266.94, 2),
    ("10.3", 2840, 0),
    ("10.4", 7.96, 2),
    ("11", 144.80, 2),
    ("12", 11.7, 1),
    ("12.2", 15.4, 1),
    ("13.2", 25.3, 1),
    ("13.3", 20.2, 1),
    ("14.2", 10.5, 1),
    ("15", 26_600, 0),
    ("15.2", 37_000, 0),
    ("15.3", 1.39, 2),
    ("15.4", 319_200, 0),
    ("15.5", 149_200, 0),
    ("16.3", 141.52, 2),
    ("17", 112, 0),
    ("17.2", 222, 0),
    ("17.3", 90, 0),
    ("17.4", 130, 0),
    ("17.5", -22, 0),
    ("17.6", -92, 0),
    ("18", 6_611, 0),
    ("18.2", 10_795, 0),
    ("18.3", 1.469, 3),
    ("18.4", 1.714, 3),
    ("19", 31.00, 2),
    ("19.2", 30.99, 2),
    ("21", 11.20, 2),
    ("21.2", 9.47, 2),
    ("22.2", 2.3, 1),
    ("22.3", 2.0, 1),
    ("22.4", 9.3, 1),
    ("22.5", 1.2, 1),
    ("22.6", 30.1, 1),
    ("22.7", 55.1, 1),
    ("24", 3_278, 0),
    ("24.2", 6_432, 0),
    ("25", 2.009, 3),
    ("25.2", 2.402, 3),
    ("25.3", 2.480, 3),
    ("25.4", 3.962, 3),
    ("26", 175, 0),
    ("27", 38, 0),
    ("28", 851.29, 2),
    ("28.2", 70.9, 1),
    ("29", 897, 0),
    ("29.2", 74.75, 2),
    ("30.3", 732, 0),
    ("31", 180.46, 2),
    ("31.2", 147.27, 2),
    ("31.3", 305.79, 2),
    ("32", 175_350, 0),
    ("33", 18_300, 0),
    ("33.2", 3_000, 0),
    ("33.3", 1_000, 0),
    ("33.4", 24_400, 0),
    ("33.5", 8_000, 0),
    ("34", 45_750, 0),
    ("35", 1.5, 2),
    ("36", 87.5, 1),
    ("37", 1_368.42, 2),
    ("38", 47.8, 1),
    ("39", 344_578, 0),
    ("40", 662.42, 2),
    ("42.2", 41, 0),
    ("43", 8.33, 2),
    ("43.2", 11.67, 2),
    ("44", 2, 0),
]


def lines(table):
    """The rows of the table by the number of the line."""
    place = table.dims.index("identity")
    return dict(zip((row[place] for row in table.rows), table.values, strict=True))


def test_there_are_46_identities_and_each_comes_out_as_the_catalogue_says():
    assert verdicts() == APPENDIX_B3
    assert len(APPENDIX_B3) == 46


def test_every_computed_value_is_the_one_of_the_catalogue():
    left = {number: values[0] for number, values in lines(identities()).items()}
    for number, value, decimals in COMPUTED:
        assert round(left[number], decimals) == value, number


def test_the_second_sides_differ_as_the_catalogue_says():
    found = lines(identities())
    rates = {"8": 2.3, "9": -0.16, "10": -11.6, "10.2": -0.5, "11": 0.29, "16": 13.3}
    rates |= {"30": 16.3, "30.2": 22.5}
    for number, percent in rates.items():
        decimals = len(str(percent).split(".")[1])
        assert round(found[number][3] * 100, decimals) == percent, number
    assert [found[n][2] for n in ("7", "16", "24", "24.2")] == [-455, 1_512_200, -79, -166]


def test_what_is_derived_has_no_second_side():
    for number, (_, right, difference, rate, verdict) in lines(identities()).items():
        assert math.isnan(right) == (verdict in (DERIVED, APART)), number
        assert math.isnan(difference) == math.isnan(rate) == math.isnan(right)


def test_each_place_shows_its_own_and_all_together_are_one_table():
    whole = identities()
    assert whole.dims == ("place", "identity", "unit")
    own = {name: identities(name) for name in figure_names() if verdicts(name)}
    assert sum(len(table.rows) for table in own.values()) == len(whole.rows)
    for name, table in own.items():
        shared = [
            values for row, values in zip(whole.rows, whole.values, strict=True) if row[0] == name
        ]
        np.testing.assert_array_equal(table.values, shared)
    numbers = [set(verdicts(name)) for name in own]
    assert sum(map(len, numbers)) == len(set().union(*numbers)) == 46


def test_every_file_of_figures_is_a_place_or_has_a_name_of_its_own():
    for name in figure_names():
        content = figures_of(name)
        assert content["name"] == name
        assert (name in region_names()) != ("label" in content)
        assert ("compare" in content) == (name in region_names())


def test_all_107_reported_figures_stand_in_one_file_each():
    found = [figure for name in figure_names() for figure in figures_of(name)["figures"]]
    assert len(found) == len(set(found))
    catalogue = {f"R{n:03}" for n in range(1, 108)}
    assert catalogue <= {figure[:4] for figure in found}


@pytest.mark.parametrize(
    ("expression", "value"),
    [("R1 + R2 * 2", 50), ("(R1 + R2) * 2", 60), ("R1 - R2 - 1", -11), ("R1 / R2", 0.5), (7, 7)],
)
def test_expressions_are_read_as_arithmetic(expression, value):
    assert evaluate(expression, {"R1": 10, "R2": 20}) == value


@pytest.mark.parametrize("expression", ["R1 ** 2", "len(R1)", "'a'", "-R1"])
def test_nothing_but_arithmetic_is_computed(expression):
    with pytest.raises((ValueError, KeyError)):
        evaluate(expression, {"R1": 10})


@pytest.mark.parametrize(
    ("item", "verdict"),
    [
        ({"right": 100.99, "tolerance": 0.01}, HOLDS),
        ({"right": 102, "tolerance": 0.01}, NEAR),
        ({"right": 104, "tolerance": 0.01}, FAILS),
        ({"right": 100.004, "tolerance": 0}, HOLDS),
        ({"right": 101, "tolerance": 0}, FAILS),  # a sum is never near
        ({"right": 99.6, "rounded_to": 1}, HOLDS),
        ({"right": 99.4, "rounded_to": 1}, FAILS),
        ({"whole": True}, HOLDS),
        ({"loosely": 110}, LOOSE),
        ({"loosely": 120}, FAILS),
        ({"below": 101}, PLAUSIBLE),
        ({"below": 100}, FAILS),
        ({"other": 99}, OPEN),
        ({"other": 100}, HOLDS),
        ({"apart": True}, APART),
        ({}, DERIVED),
    ],
)
def test_a_line_is_judged_by_what_stands_beside_it(item, verdict):
    assert judge({"left": "R1", **item}, {"R1": 100}).verdict == verdict


def test_a_place_whose_figures_have_no_identities_has_an_empty_table(monkeypatch):
    content = {"name": "x", "label": {"zh": "某地", "en": "x"}, "figures": {}}
    module = import_module("jiuzhu_sim.assessment.identities")
    monkeypatch.setattr(module, "figures_of", lambda name: content)
    assert identities("x").rows == ()
    assert identities("x").frame().empty
    assert verdicts("x") == {}


def test_a_place_without_figures_is_refused():
    with pytest.raises(JZError) as refused:
        identities("example-county")
    assert refused.value.codes == ("JZ-E060",)
