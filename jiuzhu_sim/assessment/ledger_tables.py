"""A comparison with a ledger as tables: rows by level, reasons, contradictions, reweighting.

Small rows are hidden here, before any renderer; the gate is judged on the rows themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.against_ledger import COST, MEAN, Comparison, Figure, Row
from jiuzhu_sim.assessment.beside import with_aside
from jiuzhu_sim.assessment.ledger import Place
from jiuzhu_sim.assessment.ledger_words import words
from jiuzhu_sim.language import texts
from jiuzhu_sim.measures import publish
from jiuzhu_sim.measures.table import DECIMALS, INTERVAL_NOTE, TOTAL, Statistic, Table
from jiuzhu_sim.rules.kit import MONTHS

LEVELS: Mapping[str, tuple[str, ...]] = {
    "areas": ("area",),
    "townships": ("township",),
    "cells": ("area", "township"),
}
"""What the rows of each table are."""

BY_PEOPLE, BY_AMOUNT, BY_BOTH, BY_LEDGER = 1, 2, 3, 4
"""Why spending differs: the people, the amount a head, both, or a ledger at odds with itself."""

SIDES = (
    Statistic("ledger", ""),
    Statistic("model", ""),
    Statistic("difference", ""),
    Statistic("difference_rate", "share"),
    Statistic("tolerance", "share"),
    Statistic("colour", "colour"),
)

REASONS = (
    Statistic("difference", "yuan/year"),
    Statistic("by_people_y", "yuan/year"),
    Statistic("by_amount_y", "yuan/year"),
    Statistic("by_ledger_y", "yuan/year"),
    Statistic("reason", "reason"),
)

REWEIGHTED = (
    Statistic("ledger", ""),
    Statistic("before", ""),
    Statistic("after", ""),
    Statistic("change", ""),
)

CONTRADICTIONS = (
    Statistic("stated", ""),
    Statistic("made", ""),
    Statistic("difference", ""),
)


def level_of(place: Place) -> str:
    """``areas`` (with the total), ``townships``, or ``cells`` (area × township).

    >>> level_of(("urban", "total")), level_of(("total", "东河乡")), level_of(("urban", "东河乡"))
    ('areas', 'townships', 'cells')
    """
    area, township = place
    return "areas" if township == TOTAL else "townships" if area == TOTAL else "cells"


def _keys(place: Place) -> tuple[str, ...]:
    """A place as the row of its level's table."""
    pair = dict(zip(("area", "township"), place, strict=True))
    return tuple(pair[dim] for dim in LEVELS[level_of(place)])


def hidden_places(rows: Sequence[Row], min_cell: int) -> set[Place]:
    """The places too small to be published, and those that would give them away."""
    counts = {row.place: row.n for row in rows}
    shadows, members = [], []
    for level, dims in LEVELS.items():
        places = [place for place in counts if level_of(place) == level]
        if not places:
            continue
        blank = np.full((len(places), 1), np.nan)
        n = np.array([counts[place] for place in places])
        keys = tuple(_keys(place) for place in places)
        one = (Statistic("households", "households", additive=True),)
        shadows.append(Table("caseload", dims, keys, one, blank, blank, blank, n, "household"))
        members.append(places)
    found: set[Place] = set()
    for table, places in zip(publish(shadows, min_cell), members, strict=True):
        if table.hidden is not None:
            found |= {places[k] for k in np.flatnonzero(table.hidden.any(axis=1))}
    return found


def item_label(item: str) -> Mapping[str, str]:
    """An item's name with its unit, zh and en.

    >>> item_label("households")["zh"]
    '户数（户）'
    """
    entry = words()["figures"][item]
    unit = texts()[f"unit.{entry.get('unit', 'yuan/year')}"]
    return with_aside("{}", entry.get("label") or texts()[f"stat.{item}"], unit)


def _counted(item: str, *values: float) -> list[float]:
    """Values as they are counted: whole persons, whole yuan, fen a head."""
    digits = DECIMALS.get(words()["figures"][item].get("unit", "yuan/year"), 2)
    return [round(float(value), digits) for value in values]


def comparison_tables(comparison: Comparison, file: str, hidden: set[Place]) -> dict[str, Table]:
    """The rows as tables ``ledger_areas``, ``ledger_townships``, ``ledger_cells``, where there are
    any. Figures stand as they are counted; the rate is that of the figures before rounding.
    """
    made = {}
    for level, rows in _by_level(comparison.rows):
        cells = []
        for row in rows:
            ledger, model, low, high = _counted(row.item, row.ledger, *row.model)
            rate = row.rate if np.isfinite(row.rate) else np.nan
            sides = (ledger, model, model - ledger, rate, row.tolerance, float(row.colour))
            cells.append([(side, np.nan, np.nan) for side in sides])
            cells[-1][1] = (model, low, high)
        table = _table(f"ledger_{level}", SIDES, rows, cells, hidden, {"file": file})
        made[table.name] = table.with_notes("note.colour", INTERVAL_NOTE)
    return made


def reweighted_tables(
    before: Comparison, after: Comparison, hidden: set[Place], ratios: Sequence[float]
) -> dict[str, Table]:
    """Every figure of the ledger, with the model's before and after reweighting."""
    now = {(row.place, row.item): row.model[0] for row in after.rows}
    low, high, mean = (f"{ratio:.2f}" for ratio in ratios)
    fields, made = {"low": low, "high": high, "mean": mean}, {}
    for level, rows in _by_level(before.rows):
        cells = []
        for row in rows:
            sides = row.ledger, row.model[0], now[row.place, row.item]
            ledger, old, new = _counted(row.item, *sides)
            cells.append([(side, np.nan, np.nan) for side in (ledger, old, new, new - old)])
        table = _table(f"reweighted_{level}", REWEIGHTED, rows, cells, hidden, fields)
        made[table.name] = table.with_notes("note.reweighted")
    return made


def reasons(comparison: Comparison, hidden: set[Place]) -> dict[str, Table]:
    """Why spending differs, for each place where people, amount or spending are beyond tolerance.

    Model less ledger = (persons differ) × the ledger's mean + the model's persons × (mean differs)
    + what the ledger's own spending differs from persons × mean × 12.
    """
    by_place: dict[Place, dict[str, Row]] = {}
    for row in comparison.rows:
        by_place.setdefault(row.place, {})[row.item] = row
    parts = {place: _parts(rows) for place, rows in by_place.items()}
    first = [next(iter(rows.values())) for place, rows in by_place.items() if parts[place]]
    found = {}
    for level, rows in _by_level(first):
        cells = [[(part, np.nan, np.nan) for part in parts[row.place] or ()] for row in rows]
        table = _table(f"reasons_{level}", REASONS, rows, cells, hidden, {}, by_item=False)
        found[table.name] = table
    return found


def _parts(rows: Mapping[str, Row]) -> tuple[float, ...] | None:
    """Difference of spending, its three parts, the reason; None where nothing is to be told."""
    if "persons" not in rows or not {MEAN, COST} & set(rows):
        return None
    persons = rows["persons"]
    if MEAN in rows:
        mean = rows[MEAN].ledger
    else:
        mean = rows[COST].ledger / (persons.ledger * MONTHS) if persons.ledger else 0.0
    made = persons.ledger * mean * MONTHS
    stated = rows[COST].ledger if COST in rows else made
    model_mean = _model_mean(rows)
    by_people = (persons.model[0] - persons.ledger) * mean * MONTHS
    by_amount = persons.model[0] * (model_mean - mean) * MONTHS
    tolerance = (rows.get(MEAN) or rows[COST]).tolerance
    people_differ = abs(persons.rate) > persons.tolerance
    amount_differs = abs(model_mean - mean) > tolerance * mean
    ledger_differs = abs(made - stated) > tolerance * stated
    if people_differ or amount_differs:
        both = people_differ and amount_differs
        reason = BY_BOTH if both else BY_PEOPLE if people_differ else BY_AMOUNT
    elif ledger_differs:
        reason = BY_LEDGER
    else:
        return None
    return by_people + by_amount + made - stated, by_people, by_amount, made - stated, float(reason)


def _model_mean(rows: Mapping[str, Row]) -> float:
    if MEAN in rows:
        return float(np.nan_to_num(rows[MEAN].model[0]))
    persons = rows["persons"].model[0]
    return rows[COST].model[0] / (persons * MONTHS) if persons else 0.0


def contradictions(comparison: Comparison, hidden: set[Place]) -> Table | None:
    """Where the ledger contradicts itself: what it states, and what its own parts make."""
    found = [each for each in comparison.contradictions if each[0] not in hidden]
    if not found:
        return None
    values = np.array([[stated, made, made - stated] for _, _, stated, made in found])
    names = {item: item_label(item) for _, item, _, _ in found if item != MEAN}
    return Table.exact(
        name="contradictions",
        dims=("area", "township", "item"),
        rows=tuple((*place, item) for place, item, _, _ in found),
        statistics=CONTRADICTIONS,
        values=values,
        n=np.zeros(len(found), np.int64),
        per="figure",
        names={**names, MEAN: texts()["ledger.product"]},
    )


def _by_level(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of each level that has any."""
    found = [(level, [row for row in rows if level_of(row.place) == level]) for level in LEVELS]
    return [(level, some) for level, some in found if some]


def _table(
    name: str,
    heads: tuple[Statistic, ...],
    rows: Sequence[Row],
    cells: Sequence[Sequence[Figure]],
    hidden: set[Place],
    fields: Mapping[str, str],
    by_item: bool = True,
) -> Table:
    """A table with a row for each `Row` of one level; those of hidden places are blank."""
    is_hidden = np.repeat([[row.place in hidden] for row in rows], len(heads), axis=1)
    parts: Any = np.moveaxis(np.array(cells, np.float64), -1, 0)
    values, low, high = (np.where(is_hidden, np.nan, part) for part in parts)
    dims = LEVELS[level_of(rows[0].place)]
    items = {row.item: item_label(row.item) for row in rows}
    made = Table(
        name=name,
        dims=(*dims, "item") if by_item else dims,
        rows=tuple((*_keys(row.place), row.item)[: None if by_item else -1] for row in rows),
        statistics=heads,
        values=values,
        low=low,
        high=high,
        n=np.zeros(len(rows), np.int64),
        per="figure",
        fields=fields,
        names=items if by_item else None,
        hidden=is_hidden if is_hidden.any() else None,
    )
    return made if made.hidden is None else made.with_notes("note.suppressed")
