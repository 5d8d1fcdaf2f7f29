"""People reweighted to a ledger: as near to their weights as can be, within a given ratio."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.against_ledger import COST, MEAN
from jiuzhu_sim.assessment.ledger import Ledger, Place
from jiuzhu_sim.assessment.reconcile import TARGET_UNITS, target_label
from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.population import People, calibrate
from jiuzhu_sim.population.feasible import Told
from jiuzhu_sim.rules.kit import MONTHS


def targets_of(ledger: Ledger) -> tuple[Place, ...]:
    """The places whose figures the weights are to meet: the areas, else the whole, else the
    townships. All else in the ledger stays a check.

    >>> targets_of(Ledger("", "", {("urban", "total"): {}, ("total", "total"): {}}, {}))
    (('urban', 'total'),)
    """
    areas = tuple(place for place in ledger.cells if place[0] != TOTAL and place[1] == TOTAL)
    whole = tuple(place for place in ledger.cells if place == (TOTAL, TOTAL))
    return areas or whole or tuple(place for place in ledger.cells if place[0] == TOTAL)


def reweighted(results: Results, ledger: Ledger, max_ratio: float) -> People:
    """The people with weights that meet the ledger's households, persons and spending.

    Only recipient households' weights move, each to between 1 / `max_ratio` and `max_ratio` times
    the old. Raises JZ-E052 with what could be reached when that is not enough, JZ-E032 for a
    ratio that is not above 1.
    """
    people = results.people
    recipients = results.numbers("n_recipients_hh").astype(np.float64)
    parts = {
        "households": (recipients > 0).astype(np.float64),
        "persons": recipients,
        MEAN: results.numbers("benefit_m_hh").astype(np.float64),
    }
    columns: dict[str, NDArray[np.float64]] = {}
    targets: dict[str, float] = {}
    told: dict[str, Told] = {}
    for place in targets_of(ledger):
        inside = _inside(people, place)
        for statistic, target in _totals(ledger.cells[place]).items():
            name = ".".join((*place, statistic))
            columns[name] = np.where(inside, parts[statistic], 0.0)
            targets[name] = target
            told[name] = Told(target_label(name), TARGET_UNITS[statistic])
    bounds = (1 / max_ratio, max_ratio)
    made = calibrate(people.numbers("weight"), columns, targets, bounds=bounds, told=told)
    record = {**made.record(), "ledger": ledger.file}
    return people.with_weight(made.weight, columns, record)


def _inside(people: People, place: Place) -> NDArray[np.bool_]:
    """Which households lie in a place."""
    found = np.ones(people.households, bool)
    for name, key in zip(("area", "township"), place, strict=True):
        if key != TOTAL:
            found &= people[name] == key
    return found


def _totals(values: Mapping[str, float]) -> dict[str, float]:
    """The totals a row of the ledger gives: households, persons, benefit a month."""
    found = {name: values[name] for name in ("households", "persons") if name in values}
    if COST in values:
        found[MEAN] = values[COST] / MONTHS
    elif {MEAN, "persons"} <= set(values):
        found[MEAN] = values[MEAN] * values["persons"]
    return found
