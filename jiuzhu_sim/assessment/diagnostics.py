"""How good a weighted population is: what is known of it against what it is, and its weights.

Definitions: docs/en/definitions/calibration.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.beside import FAILS, HOLDS, table_of_figures, with_aside
from jiuzhu_sim.assessment.ratio import NEEDED, benefit_ratio, out_of_sample, place_of_ratios
from jiuzhu_sim.assessment.weights import (
    DESIGN,
    PERCENT,
    WEIGHT,
    calibrated_totals,
    ratio_bars,
    unit_words,
    weight_effect,
    weight_ratios,
    whole,
)
from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.measures.groups import groups
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.population import People
from jiuzhu_sim.population.margins import Margin, load_margins, measured
from jiuzhu_sim.population.recipe_margins import recipe_margins

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Diagnosis:
    """What there is to say of a population, as tables by name.

    Tables: ``sizes``; of synthetic people ``recipe_fit``; where margins are known ``margins``, and
    ``quintiles`` if some are means of fifths; where the weights were calibrated ``ratios``,
    ``bars`` and ``effect``, and ``totals`` if it was to something else than margins; of the nation
    ``ratio`` and ``ratio_parts``, a prediction held against what was reported and no target.
    `margins` are those held against the people.
    """

    results: Results
    margins: tuple[Margin, ...]
    tables: Mapping[str, Table]

    @property
    def people(self) -> People:
        return self.results.people


def diagnose(results: Results, margins: Sequence[Margin] | None = None) -> Diagnosis:
    """The diagnostics of the people behind some `results`: who they are, and how they were made.

    `margins`: what is known of the population; by default that of the recipe they were made by.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> sorted(diagnose(results).tables)
    ['margins', 'quintiles', 'recipe_fit', 'sizes']
    """
    if margins is None:
        margins = load_margins(str(results.people.about.get("recipe", "")))
    named = {name for each in margins for name in (*each.where, *each.has, each.of)}
    has_ratio = results.policy.place == place_of_ratios()
    full = _with_results(results, named | set(NEEDED if has_ratio else ()))
    made = {
        "margins": margin_fit(full, margins),
        "recipe_fit": recipe_fit(results),
        "quintiles": quintile_fit(full, margins),
        "totals": _totals(results.people, margins),
        "sizes": household_sizes(results),
        "ratios": weight_ratios(results),
        "bars": ratio_bars(results.people),
        "effect": weight_effect(results),
        "ratio": out_of_sample(full, _as_designed(full), weight=WEIGHT) if has_ratio else None,
        "ratio_parts": benefit_ratio(full, weight=WEIGHT) if has_ratio else None,
    }
    tables = {name: table for name, table in made.items() if table is not None}
    return Diagnosis(results, tuple(margins), MappingProxyType(tables))


def _totals(people: People, margins: Iterable[Margin]) -> Table | None:
    """What the weights were calibrated to, where that is not among the margins."""
    met = set(people.about.get("calibration", {}).get("totals", ()))
    return None if met <= {each.name for each in margins} else calibrated_totals(people)


def _as_designed(results: Results) -> Results | None:
    """The results under the weights before calibration; None if there was none."""
    if DESIGN not in results.people:
        return None
    people = results.people.with_columns({WEIGHT: results.people.numbers(DESIGN)})
    return replace(results, people=people)


def _with_results(results: Results, named: AbstractSet[str]) -> Results:
    """The results together with others that are asked for."""
    lacking = sorted(
        name
        for name in named & columns().keys()
        if columns()[name].kind == "result" and name not in results.computed
    )
    if not lacking:
        return results
    more = simulate(results.people, results.policy, lacking)
    return replace(results, computed=MappingProxyType({**results.computed, **more.computed}))


# --- margins -------------------------------------------------------------------------------------
def margin_fit(results: Results, margins: Iterable[Margin]) -> Table | None:
    """Each margin against the people: target, before and after calibration, difference, tolerance
    and verdict; its role and status. None where no margin is known.

    The difference is relative to the target; shares are in percent. What the weights were not
    calibrated to is a check. People who were not calibrated have one column instead of before and
    after.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> table = margin_fit(results, load_margins("national-2020")[:5])
    >>> [statistic.name for statistic in table.statistics]
    ['target', 'synthetic', 'difference_rate', 'tolerance', 'verdict']
    """
    single = [margin for margin in margins if not isinstance(margin.value, tuple)]
    met = results.people.about.get("calibration", {}).get("totals", {})
    cells = {}
    for each in single:
        use = "target" if each.use == "target" and each.name in met else "check"
        cells[each.name, use, each.status] = _held(results, each, each.value)[0]
    names = {each.name: with_aside("{}", each.label, unit_words(each.unit)) for each in single}
    return _figures("margins", ("margin", "use", "standing"), results, names, cells)


def recipe_fit(results: Results) -> Table | None:
    """What the recipe says of its households against those made, before any calibration: shares of
    areas, sizes and townships. None for people who are not synthetic.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> recipe_fit(results).rows[1]
    ('area.urban', 'check', 'illustrative')
    """
    people = results.people
    if not (margins := recipe_margins(people)):
        return None
    if DESIGN in people:
        people = people.with_columns({WEIGHT: people.numbers(DESIGN)})
        kept = {name: values for name, values in people.laid_out.items() if name != DESIGN}
        people = replace(people, laid_out=MappingProxyType(kept))
    table = margin_fit(replace(results, people=people), margins)
    return replace(table, name="recipe_fit", notes=("note.recipe_fit",)) if table else None


def quintile_fit(results: Results, margins: Iterable[Margin]) -> Table | None:
    """Mean incomes of the fifths against what is known of them; None where nothing is.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> quintile_fit(results, load_margins("national-2020")).rows[0][1:]
    ('q1', 'derived')
    """
    fifths = [margin for margin in margins if isinstance(margin.value, tuple)]
    cells = {
        (each.name, f"q{k}", each.status): row
        for each in fifths
        for k, row in enumerate(_held(results, each, each.value), 1)
    }
    names = {each.name: each.label for each in fifths}
    return _figures("quintiles", ("margin", "quintile", "standing"), results, names, cells)


def _held(
    results: Results, margin: Margin, value: float | tuple[float, ...]
) -> list[tuple[float, ...]]:
    """A row for each value: target, under each weight, difference, tolerance, verdict."""
    goal = np.atleast_1d(np.asarray(value, np.float64))
    under = [
        np.atleast_1d(measured(margin, results, results.numbers(name)))
        for name in _weights(results.people)
    ]
    rate = np.round(under[-1] / goal - 1, 9)  # the solver meets a target to ten digits
    verdict = np.where(np.abs(rate) <= margin.tolerance, HOLDS, FAILS)
    verdict = np.where(np.isnan(rate), np.nan, verdict)
    scale = PERCENT if margin.unit == "share" else 1
    shown = [whole(each * scale, margin.unit) for each in (goal, *under)]
    tolerance = np.full(len(goal), margin.tolerance)
    return list(zip(*(each.tolist() for each in (*shown, rate, tolerance, verdict)), strict=True))


def _weights(people: People) -> tuple[str, ...]:
    return (DESIGN, WEIGHT) if DESIGN in people else (WEIGHT,)


def _figures(
    name: str,
    dims: tuple[str, ...],
    results: Results,
    names: Mapping[str, Mapping[str, str]],
    cells: Mapping[Any, Sequence[float]],
) -> Table | None:
    if not cells:
        return None
    under = ("before", "after") if DESIGN in results.people else ("synthetic",)
    heads = (
        *(Statistic(each, "") for each in ("target", *under)),
        Statistic("difference_rate", "share"),
        Statistic("tolerance", "share"),
        Statistic("verdict", "agreement"),
    )
    notes = (f"note.{name}", "note.standing")
    return table_of_figures(name, dims, heads, cells, names, *notes)


def sources(margins: Iterable[Margin]) -> tuple[tuple[str, str, str], ...]:
    """Label, status and source of each margin, in the language in use."""
    return tuple(
        (
            pick(each.label),
            text(f"standing.{each.status}"),
            each.source if isinstance(each.source, str) else pick(each.source),
        )
        for each in margins
    )


# --- households --------------------------------------------------------------------------------
def household_sizes(results: Results) -> Table:
    """Households, persons and persons a household by area, with intervals.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> table = household_sizes(jz.simulate(people, jz.load_policy("example-county")))
    >>> [row[0] for row in table.rows]
    ['urban', 'rural', 'total']
    """
    people, group = results.people, groups(results, ("area",))
    sums = Sums(
        people.numbers(WEIGHT),
        group.index,
        group.n,
        people.auxiliaries,
        one=np.ones(people.households),
        members=people.sizes.astype(np.float64),
    )
    parts = [sums.total("one"), sums.total("members"), sums.ratio("members", "one")]
    heads = [
        Statistic("households", "households", additive=True),
        Statistic("persons", "persons", additive=True),
        Statistic("size", "persons/household"),
    ]
    if DESIGN in people:
        before = Sums(
            people.numbers(DESIGN),
            group.index,
            group.n,
            one=np.ones(people.households),
            members=people.sizes.astype(np.float64),
        ).ratio("members", "one")[0]
        parts.append((before, before * np.nan, before * np.nan))
        heads.append(Statistic("size_before", "persons/household"))
    values, low, high = stack(parts)
    return Table(
        name="sizes",
        dims=("area",),
        rows=(*group.rows, (TOTAL,)),
        statistics=tuple(heads),
        values=values,
        low=low,
        high=high,
        n=np.append(np.bincount(group.index, minlength=group.n), people.households),
        per="household",
        notes=("note.sizes", INTERVAL_NOTE),
    )
