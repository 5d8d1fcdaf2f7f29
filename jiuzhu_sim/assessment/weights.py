"""How calibration moved the weights, and what that does to results.

Source: effective sample size, Kish, L. (1965), "Survey Sampling", Wiley, section 11.7. Definitions:
docs/en/definitions/calibration.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.beside import table_of_figures, with_aside
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import LANGUAGES, text, texts
from jiuzhu_sim.measures.costs import caseload
from jiuzhu_sim.measures.groups import groups
from jiuzhu_sim.measures.intervals import exact_sum
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.measures.welfare import poverty
from jiuzhu_sim.population import People
from jiuzhu_sim.population.feasible import Told

WEIGHT, DESIGN = "weight", "design_weight"
PERCENT = 100
COUNTS = ("households", "persons", "yuan/year")
"""Units shown in whole numbers."""

AT_BOUND = 1e-3
"""A ratio this near to a bound, relative to it, is at the bound: logit comes near, never there."""

QUANTILES = {"p5": 0.05, "median": 0.5, "p95": 0.95}
BARS = 20
"""Classes of weight ratios: narrow enough to see a heap at a bound."""

Floats = NDArray[np.float64]


def whole(values: Floats, unit: str) -> Floats:
    """Counts in whole numbers, other values as they are.

    >>> whole(np.array([1.4]), "persons").tolist(), whole(np.array([1.4]), "share").tolist()
    ([1.0], [1.4])
    """
    return np.round(values) if unit in COUNTS else values


def _ratios(people: People) -> Floats:
    """New weight / design weight of each household; NaN where calibration did not touch it."""
    design, weight = people.numbers(DESIGN), people.numbers(WEIGHT)
    touched = (design > 0) & (weight != design)
    return np.where(touched, weight / np.where(design > 0, design, 1.0), np.nan)


def calibrated_totals(people: People) -> Table | None:
    """What the weights were last calibrated to: target, before, after; None if to nothing.

    >>> import jiuzhu_sim as jz
    >>> people = jz.people_of("", jz.load_policy("s42-county-2013"), households=3000, seed=1)
    >>> calibrated_totals(people).get("target", "urban.households")
    2187.0
    """
    found = people.about.get("calibration")
    if not found:
        return None
    told = {name: Told(*entry) for name, entry in found.get("told", {}).items()}
    cells, names = {}, {}
    for name, totals in found["totals"].items():
        entry = told.get(name, Told(name))
        per = entry.per / PERCENT if entry.unit == "share" else entry.per
        cells[name] = whole(np.array(totals) / per, entry.unit).tolist()
        names[name] = _named(entry)
    low, high, mean = (f"{ratio:.2f}" for ratio in found["ratios"])
    heads = tuple(Statistic(each, "") for each in ("target", "before", "after"))
    made = table_of_figures("totals", ("target",), heads, cells, names, "note.totals")
    return replace(made, fields={"low": low, "high": high, "mean": mean})


def _named(told: Told) -> Mapping[str, str]:
    """A target's label with its unit, in each language."""
    label = told.label if isinstance(told.label, Mapping) else dict.fromkeys(LANGUAGES, told.label)
    if not told.unit:
        return label
    return with_aside("{}", label, unit_words(told.unit))


def unit_words(unit: str) -> Mapping[str, str]:
    """A unit in each language; shares are shown in percent.

    >>> unit_words("share")["zh"], unit_words("persons")["zh"]
    ('%', '人')
    """
    return texts()["unit.percent" if unit == "share" else f"unit.{unit}"]


def weight_ratios(results: Results) -> Table | None:
    """How far calibration moved the weights, by area; None if there was no calibration.

    Ratios are over the households it touched; the design effect n Σw² / (Σw)² and the effective
    sample size n / design effect over all. n counts the households in the data.

    >>> import jiuzhu_sim as jz
    >>> policy = jz.load_policy("s42-county-2013")
    >>> people = jz.people_of("", policy, households=3000, seed=1)
    >>> table = weight_ratios(jz.simulate(people, policy))
    >>> [row[0] for row in table.rows], table.get("effective", "total") < 3000
    (['urban', 'rural', 'total'], True)
    """
    people = results.people
    if DESIGN not in people:
        return None
    ratio, weight, group = _ratios(people), people.numbers(WEIGHT), groups(results, ("area",))
    low, high = _bounds(people)
    rows = []
    for inside in (*(group.index == k for k in range(group.n)), np.ones(len(weight), bool)):
        moved, w = ratio[inside & np.isfinite(ratio)], weight[inside]
        quantiles = np.quantile(moved, list(QUANTILES.values())) if moved.size else [np.nan] * 3
        total, squares = float(exact_sum(w)[0]), float(exact_sum(w * w)[0])
        effect = len(w) * squares / total**2 if total > 0 else np.nan
        ends = (moved.min(), moved.max()) if moved.size else (np.nan, np.nan)
        at_low = np.count_nonzero(moved <= low * (1 + AT_BOUND)) if low > -np.inf else np.nan
        at_high = np.count_nonzero(moved >= high * (1 - AT_BOUND)) if high < np.inf else np.nan
        bent = (effect, len(w) / effect)
        rows.append((moved.size, ends[0], *quantiles, ends[1], at_low, at_high, *bent))
    values = np.array(rows, np.float64)
    return Table(
        name="weights",
        dims=("area",),
        rows=(*group.rows, (TOTAL,)),
        statistics=(
            Statistic("weight_moved", "households"),
            *(Statistic(name, "ratio") for name in ("lowest", *QUANTILES, "highest")),
            Statistic("at_low", "households"),
            Statistic("at_high", "households"),
            Statistic("design_effect", "index"),
            Statistic("effective", "households"),
        ),
        values=values,
        low=np.full(values.shape, np.nan),
        high=np.full(values.shape, np.nan),
        n=np.append(np.bincount(group.index, minlength=group.n), len(weight)),
        per="household",
        notes=("note.weights", *_bounds_said(low, high)),
    )


def _bounds(people: People) -> tuple[float, float]:
    """The bounds the ratios were kept to; infinite where there were none, or none are on record."""
    low, high = people.about.get("calibration", {}).get("bounds") or (None, None)
    return (-np.inf if low is None else float(low), np.inf if high is None else float(high))


def _bounds_said(low: float, high: float) -> tuple[str, ...]:
    if np.isinf(low) and np.isinf(high):
        return ()
    ends = (f"{end:.4g}" if np.isfinite(end) else text("word.unlimited") for end in (low, high))
    return (text("note.bounds", **dict(zip(("low", "high"), ends, strict=True))),)


def ratio_bars(people: People) -> Table | None:
    """The weight ratios in classes of equal width: households in the data, and share of the
    weight; None if no weight was moved.

    >>> import jiuzhu_sim as jz
    >>> people = jz.people_of("", jz.load_policy("s42-county-2013"), households=3000, seed=1)
    >>> float(round(ratio_bars(people).values[:, 1].sum(), 9))
    1.0
    """
    if DESIGN not in people:
        return None
    ratio = _ratios(people)
    moved = np.isfinite(ratio)
    if not moved.any():
        return None
    ratio, weight = ratio[moved], people.numbers(WEIGHT)[moved]
    low, high = float(ratio.min()), float(ratio.max())
    bars = BARS if high - low > AT_BOUND else 1
    edges = np.linspace(low, high, bars + 1)
    place = np.clip(np.searchsorted(edges, ratio, side="right") - 1, 0, bars - 1)
    counted = np.bincount(place, minlength=bars)
    held = exact_sum(weight, place, bars)
    values = np.column_stack([counted, held / held.sum()])
    decimals = 2 if edges[1] - edges[0] >= 0.01 else 4
    rows = tuple((f"{a:.{decimals}f}–{b:.{decimals}f}",) for a, b in pairwise(edges))
    return Table(
        name="bars",
        dims=("ratio",),
        rows=rows,
        statistics=(Statistic("in_data", "households"), Statistic("share", "share")),
        values=values,
        low=np.full(values.shape, np.nan),
        high=np.full(values.shape, np.nan),
        n=counted,
        per="household",
        notes=("note.bars",),
    )


def weight_effect(results: Results) -> Table | None:
    """The same results under the weights before and after calibration; None if there was none.

    >>> import jiuzhu_sim as jz
    >>> policy = jz.load_policy("s42-county-2013")
    >>> people = jz.people_of("", policy, households=3000, seed=1)
    >>> round(weight_effect(jz.simulate(people, policy)).get("after", "persons"))
    10795
    """
    if DESIGN not in results.people:
        return None
    # Values only: without the calibration columns no intervals are worked out.
    bare = replace(results, people=replace(results.people, auxiliaries={}))
    before, after = (_headlines(bare, weight) for weight in (DESIGN, WEIGHT))
    cells = {}
    for (name, unit), old in before.items():
        new, scale = after[name, unit], PERCENT if unit in ("share", "index") else 1
        rate = new / old - 1 if old else np.nan
        shown = whole(np.array([old, new, new - old]) * scale, unit)
        cells[name] = (*shown.tolist(), rate)
    heads = (
        *(Statistic(name, "") for name in ("before", "after", "difference")),
        Statistic("difference_rate", "share"),
    )
    made = table_of_figures("effect", ("effect",), heads, cells, {}, "note.effect")
    return replace(made, fields={"policy": results.policy.title})


def _headlines(results: Results, weight: str) -> dict[tuple[str, str], float]:
    """The numbers a report begins with, by name and unit."""
    cost, poor = caseload(results, (), weight=weight), poverty(results, weight=weight)
    found = {(each.name, each.unit): cost.get(each.name, TOTAL) for each in cost.statistics}
    for name, unit, moment in (
        ("fgt0_before", "share", "before"),
        ("fgt0_after", "share", "after"),
        ("gini_before", "index", "before"),
        ("gini_after", "index", "after"),
    ):
        found[name, unit] = poor.get(name.partition("_")[0], moment)
    return found
