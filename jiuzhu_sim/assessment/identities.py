"""The arithmetic that should hold between the figures of a document, without the model.

The identities stand in `law/figures/*.yaml`, numbered as in Appendix B3 of the clause catalogue;
some have several lines. Each line is computed, and judged by what stands beside it.
"""

import ast
import math
import operator
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jiuzhu_sim.assessment.beside import FAILS, HOLDS, NEAR, sides, table_of_figures, with_aside
from jiuzhu_sim.language import LANGUAGES
from jiuzhu_sim.law import figure_names, figures_of, known_values, region, region_names
from jiuzhu_sim.measures.table import Table

DERIVED, LOOSE, PLAUSIBLE, OPEN, APART = 3, 4, 5, 6, 7
"""Verdicts beside `HOLDS`, `NEAR` and `FAILS`: computed only, because there is no second side;
agrees with a figure that is itself in round words; lies below a bound; two readings give two
values; the two numbers are of different groups (`verdict.3`, … in texts/)."""

JUDGED = (FAILS, NEAR, OPEN, LOOSE, PLAUSIBLE, APART, HOLDS, DERIVED)
"""The verdicts from the gravest: an identity of several lines has the gravest of them."""

NEAR_BY = 0.025
"""A quotient missed by no more than this share is near (Appendix B3 of the catalogue)."""

LOOSELY_BY = 0.1
"""A figure given in words such as "nearly 5,000" is met within this share: 4,545 is 9.1 % short."""

FEN = 2
"""Decimals of money: sums and differences are equal to the fen."""

SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
SIGNS |= {ast.Div: operator.truediv}


class Line(NamedTuple):
    """A line computed: both sides (NaN where there is no second one) and the verdict."""

    left: float
    right: float
    verdict: int


def evaluate(expression: str | float, values: Mapping[str, float]) -> float:
    """A sum, difference, product or quotient of figures and numbers, brackets first.

    >>> evaluate("(R1 - 40) / 2", {"R1": 100})
    30.0
    """
    return _value(ast.parse(str(expression), mode="eval").body, values)


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.BinOp(left, sign, right):
            return float(SIGNS[type(sign)](_value(left, values), _value(right, values)))
        case ast.Name(name):
            return float(values[name])
        case ast.Constant(int() | float() as number):
            return float(number)
    raise ValueError(ast.unparse(node))


def judge(item: Mapping[str, Any], values: Mapping[str, float]) -> Line:
    """One line of an identity: its sides and what can be said of them.

    >>> judge({"left": "R1 / 3", "whole": True}, {"R1": 10}).verdict == FAILS
    True
    >>> judge({"left": "R1", "right": 10, "tolerance": 0}, {"R1": 10}).verdict == HOLDS
    True
    """
    left = evaluate(item["left"], values)
    other = {side: evaluate(item[side], values) for side in item if side in OTHER_SIDES}
    if item.get("whole"):
        return Line(left, round(left), HOLDS if math.isclose(left, round(left)) else FAILS)
    if item.get("apart"):
        return Line(left, math.nan, APART)
    if not other:
        return Line(left, math.nan, DERIVED)
    ((side, right),) = other.items()
    return Line(left, right, OTHER_SIDES[side](left, right, item))


def _equal(left: float, right: float, item: Mapping[str, Any]) -> int:
    """Equal within the tolerance, to the fen where it is zero, or to the digits of the right."""
    if "rounded_to" in item:
        return HOLDS if abs(left - right) <= item["rounded_to"] / 2 else FAILS
    if item["tolerance"] == 0:
        return HOLDS if round(left - right, FEN) == 0 else FAILS
    rate = abs(left / right - 1)
    return HOLDS if rate <= item["tolerance"] else NEAR if rate <= NEAR_BY else FAILS


def _loosely(left: float, right: float, _: Mapping[str, Any]) -> int:
    return LOOSE if abs(left / right - 1) <= LOOSELY_BY else FAILS


def _below(left: float, right: float, _: Mapping[str, Any]) -> int:
    return PLAUSIBLE if left < right else FAILS


def _other(left: float, right: float, _: Mapping[str, Any]) -> int:
    return HOLDS if left == right else OPEN


OTHER_SIDES = {"right": _equal, "loosely": _loosely, "below": _below, "other": _other}


def _lines(name: str) -> Iterator[tuple[str, Mapping[str, Any], Line]]:
    """The lines of one file: number (8; further lines of the same identity 8.2, 8.3), what, how."""
    content = figures_of(name)
    values, seen = known_values(content), dict[int, int]()
    for item in content.get("identities", ()):
        row = item["row"]
        seen[row] = seen.get(row, 0) + 1
        number = str(row) if seen[row] == 1 else f"{row}.{seen[row]}"
        yield number, item, judge(item, values)


def identities(place: str = "") -> Table:
    """The identities between reported figures: both sides, difference, verdict.

    Of one place, or of all documents (`place` left empty) with the place in front. A quotient
    holds within its tolerance and is near within 2.5 %; sums and differences hold to the fen or
    not at all; what has no second side is derived. Raises JZ-E060 for a place without figures.

    >>> table = identities("s42-county-2013")
    >>> [int(value) for value in table.values[:, -1] if value != DERIVED]
    [1, 2, 0, 2, 2, 2, 2, 0]
    """
    places = (place,) if place else figure_names()
    cells: dict[Any, tuple[float, ...]] = {}
    names: dict[str, Mapping[str, str]] = {}
    found = [(name, *line) for name in places for line in _lines(name)]
    for name, number, item, line in sorted(found, key=lambda each: each[2]["row"]):
        left, right, verdict = line
        key = (number, item["unit"]) if place else (name, number, item["unit"])
        rate = left / right - 1 if right else math.nan
        cells[key] = (left, right, left - right, rate, verdict)
        clauses = dict.fromkeys(LANGUAGES, ", ".join(item["clauses"]))
        names[number] = with_aside("{}", item["label"], clauses)
        names[name] = region(name).label if name in region_names() else figures_of(name)["label"]
    heads = sides("left", "right", "verdict")
    dims = ("identity", "unit") if place else ("place", "identity", "unit")
    return table_of_figures("identities", dims, heads, cells, names, "note.identities")


def verdicts(place: str = "") -> Mapping[int, int]:
    """The verdict on each identity by its number: the gravest of its lines.

    >>> verdicts("s42-county-2013")[8] == NEAR, len(verdicts())
    (True, 46)
    """
    found: dict[int, int] = {}
    for name in (place,) if place else figure_names():
        for _, item, line in _lines(name):
            now = found.get(item["row"], DERIVED)
            found[item["row"]] = min(now, line.verdict, key=JUDGED.index)
    return dict(sorted(found.items()))
