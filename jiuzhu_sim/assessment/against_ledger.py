"""The model held against a ledger, place by place: differences, tolerances, colours."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jiuzhu_sim.assessment.ledger import Ledger, Place, sums_of
from jiuzhu_sim.assessment.ledger_words import plain, words
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.measures import caseload
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.groups import groups, household
from jiuzhu_sim.measures.intervals import Estimate, Sums
from jiuzhu_sim.measures.programmes import yearly_amounts
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.rules.kit import MONTHS


class Tolerances(NamedTuple):
    """Differences of people and of money, as shares of the ledger, that need no explanation."""

    people: float = 0.02
    money: float = 0.03


USUAL = Tolerances()

AMBER_TIMES = 2.0
"""Beyond its tolerance but within so many times of it a difference is amber, beyond that red."""

GREEN, INSIDE, AMBER, RED = 3, 2, 1, 0
"""Colours of a row. `INSIDE`: beyond its tolerance, but inside the sampling interval; amber."""

ROUNDING = {"households": 0.5, "persons": 0.5}
MONEY_ROUNDING = 50.0
"""What rounding may take from a figure of a ledger: half a person; half of 0.01 万元."""

PEOPLE = ("households", "persons")
MEAN, COST = "mean_benefit_m", "cost_y"

Figure = tuple[float, float, float]
"""A value with the ends of its 95 % interval, NaN where there is none."""


class Row(NamedTuple):
    """A figure of the ledger beside the model's. `n`: households it stands for, the fewer of
    ledger and data; `decides`: whether the gate depends on it.
    """

    place: Place
    item: str
    ledger: float
    model: Figure
    rate: float
    tolerance: float
    colour: int
    n: int
    decides: bool


@dataclass(frozen=True)
class Comparison:
    """Every figure of a ledger beside the model's, what stands on one side only, and where the
    ledger contradicts itself (place, item, what is stated, what its parts make).
    """

    rows: tuple[Row, ...]
    only_ledger: tuple[tuple[Place, str], ...]
    only_model: tuple[Place, ...]
    contradictions: tuple[tuple[Place, str, float, float], ...]


def model_figures(
    results: Results, items: Iterable[str], *, weight: str
) -> dict[Place, tuple[dict[str, Figure], int]]:
    """The model's figures by place, with the recipient households in the data behind them."""
    found: dict[Place, tuple[dict[str, Figure], int]] = {}
    programmes = [name for name in items if name in words()["programmes"]]
    levels = ((), ("area",), ("township",), ("area", "township"))
    for by in (each for each in levels if all(name in results.people for name in each)):
        table = caseload(results, by, weight=weight)
        yearly = {name: _yearly(results, name, by, weight) for name in programmes}
        for number, row in enumerate(table.rows):
            if by and TOTAL in row:
                continue
            sides = zip(table.values[number], table.low[number], table.high[number], strict=True)
            names = (entry.name for entry in table.statistics)
            figures: dict[str, Figure] = dict(zip(names, sides, strict=True))
            for name, (value, low, high) in yearly.items():
                figures[name] = float(value[number]), float(low[number]), float(high[number])
            keys = dict(zip(by, row, strict=True)) if by else {}
            place = keys.get("area", TOTAL), keys.get("township", TOTAL)
            found[place] = figures, int(table.n[number])
    return found


def _yearly(results: Results, programme: str, by: tuple[str, ...], weight: str) -> Estimate:
    """Money of another programme by group, yuan a year."""
    group, amounts = groups(results, by), yearly_amounts(results)
    sums = Sums(
        household(results, weight),
        group.index if by else None,
        group.n if by else 1,
        results.people.auxiliaries,
        amount=np.sum([amounts[part] for part in words()["programmes"][programme]["results"]], 0),
    )
    return sums.total("amount")


def compare(
    results: Results,
    ledger: Ledger,
    *,
    weight: str,
    tolerances: Tolerances = USUAL,
) -> Comparison:
    """Hold the model against a ledger. Tolerances are shares of the ledger's figure.

    Without sampling (`People.is_complete`) the model has no intervals; of a sample, rows of
    townships do not decide, nor do rows of fewer than `MIN_N` households.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.assessment.ledger import find_ledger, read_ledger
    >>> people = jz.synthesize("example-county", households=6000, seed=20260101)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> ledger = read_ledger(find_ledger("", "", "example-county"))
    >>> {row.colour for row in compare(results, ledger, weight="weight").rows} == {GREEN}
    True
    """
    complete = results.people.is_complete
    model = model_figures(results, ledger.statistics, weight=weight)
    spelled = {(area, plain(township)): (area, township) for area, township in model}
    rows: list[Row] = []
    only_ledger: list[tuple[Place, str]] = []
    met: set[Place] = set()
    for place, values in ledger.cells.items():
        at = spelled.get((place[0], plain(place[1])))
        if at is None:
            if any(values.values()):
                known = {township for _, township in model if township != TOTAL}
                only_ledger.append((place, nearest(place[1], known)))
            continue
        met.add(at)
        figures, n = model[at]
        households = values.get("households", n)
        fewest = min((k for k in (n, households) if k > 0), default=0)
        decides = fewest >= MIN_N and (complete or at[1] == TOTAL)
        for item in (name for name in ledger.statistics if name in values):
            value, low, high = figures[item]
            if complete:
                low = high = np.nan
            tolerance = tolerances.people if item in PEOPLE else tolerances.money
            rate = _rate(value, values[item])
            is_inside = bool(low <= values[item] <= high)
            colour = _colour(rate, tolerance, is_inside)
            figure = (float(value), float(low), float(high))
            rows.append(
                Row(at, item, values[item], figure, rate, tolerance, colour, int(fewest), decides)
            )
    levels = {(area == TOTAL, township == TOTAL) for area, township in ledger.cells}
    only_model = [
        place
        for place, (_, n) in model.items()
        if n and place not in met and (place[0] == TOTAL, place[1] == TOTAL) in levels
    ]
    contradictions = tuple(_contradictions(ledger, tolerances.money))
    return Comparison(tuple(rows), tuple(only_ledger), tuple(only_model), contradictions)


def _rate(model: float, ledger: float) -> float:
    """The difference as a share of the ledger; 0 where neither has anything, else infinite."""
    model = 0.0 if np.isnan(model) else float(model)
    if ledger:
        # Beyond nine digits there is no difference: sums of floats end there.
        return round(model / ledger - 1, 9)
    return 0.0 if model == 0 else np.inf


def _colour(rate: float, tolerance: float, is_inside: bool) -> int:
    if abs(rate) <= tolerance:
        return GREEN
    if is_inside:
        return INSIDE
    return AMBER if abs(rate) <= AMBER_TIMES * tolerance else RED


def _contradictions(ledger: Ledger, tol_money: float) -> Iterator[tuple[Place, str, float, float]]:
    """Sums that do not add up, and spending that is not persons × mean × 12."""
    for whole, parts in sums_of(tuple(ledger.cells)):
        for item in (name for name in ledger.statistics if name != MEAN):
            listed = [ledger.cells[each].get(item) for each in (whole, *parts)]
            stated, *others = listed
            if stated is None or any(other is None for other in others):
                continue
            made = float(sum(other for other in others if other is not None))
            if abs(made - stated) > ROUNDING.get(item, MONEY_ROUNDING * len(listed)):
                yield whole, item, stated, made
    for place, values in ledger.cells.items():
        if {"persons", MEAN, COST} <= set(values):
            made = values["persons"] * values[MEAN] * MONTHS
            if abs(made - values[COST]) > tol_money * values[COST] + MONEY_ROUNDING:
                yield place, MEAN, values[COST], made
