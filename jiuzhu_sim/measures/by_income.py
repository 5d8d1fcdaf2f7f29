"""Poverty, incomes and deciles of households that are never all in one place.

Headcount, depth and severity are sums and therefore exact. Gini coefficient, quantiles and
deciles need everybody's rank: they come from bins of income (`histogram`), and their tables say
how far that may be off.
"""

from dataclasses import replace
from decimal import ROUND_CEILING, Context, Decimal

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.distribution import DECILES as TENTHS
from jiuzhu_sim.measures.distribution import TENTH_ROWS, deciles_table, gains
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.histogram import WIDTH, Histogram
from jiuzhu_sim.measures.intervals import Estimate
from jiuzhu_sim.measures.state import States
from jiuzhu_sim.measures.table import INTERVAL_NOTE, PERCENT, Statistic, Table, stack
from jiuzhu_sim.measures.tally import Counts
from jiuzhu_sim.measures.welfare import MOMENTS, incomes, poverty_sums, poverty_table

WEIGHT = "weight"
"""The column of weights of people from files."""

BASE, NEW = "base", "new"

QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
"""Shares of persons up to whose income the table of incomes tells."""

MEAN = "mean"
WIDE = f"{WIDTH:g}"

ONE_DIGIT = Context(prec=1, rounding=ROUND_CEILING)
"""Errors are shown by their first digit, rounded up."""

INCOME = "counted_income_pc_m_hh"

NEEDED = (
    INCOME,
    "benefit_m_hh",
    "n_members_hh",
    "dibao_standard_m_hh",
)


class Poverty:
    """Poverty, inequality and incomes before and after assistance, persons as weights.

    Under two policies, the second is judged by the line of the first. Tables: ``poverty`` and
    ``incomes`` of the first policy, then of the second.
    """

    name = "poverty"
    needed = NEEDED
    compares = False

    def partial(self, base: Results, new: Results | None = None) -> States:
        """The sums and bins of these households; ValueError where weights are calibrated."""
        held = {BASE: _welfare(base, base)}
        if new is not None:
            held[NEW] = _welfare(new, base, held[BASE])
        return States(held)

    def finish(self, state: States) -> tuple[Table, ...]:
        """The tables; without intervals where the households are all there are."""
        laws = [law for law in (BASE, NEW) if law in state.parts]
        made = (
            table
            for law in laws
            for table in (_poverty(state[law], is_fixed=law == NEW), _incomes(state[law]))
        )
        return tuple(table.of_all() if state.complete else table for table in made)


class Deciles:
    """Mean gain and share gaining by decile of baseline income, persons as weights."""

    name = "deciles"
    needed = NEEDED[:3]
    compares = True

    def partial(self, base: Results, new: Results | None = None) -> Histogram:
        """The bins of these households; ValueError without a second policy."""
        if new is None:
            raise ValueError("deciles compare two policies")
        labels = {"base": base.policy.label, "new": new.policy.label}
        income = household(base, INCOME)
        return Histogram.of(
            income,
            _persons(base),
            complete=base.people.is_complete,
            labels=labels,
            **gains(base, new, per="person"),
        )

    def finish(self, state: Histogram) -> tuple[Table, ...]:
        """The table, with the largest share of persons who stand in another decile."""
        place, moved = state.places(TENTHS)
        table = deciles_table(state.tally(("decile",), TENTH_ROWS, place), per="person")
        fields = {**state.fields, "width": WIDE, "moved": at_most(PERCENT * moved)}
        table = replace(table.with_notes("note.bins_deciles"), fields=fields)
        return (table.of_all() if state.complete else table,)


POVERTY = Poverty()
DECILES = Deciles()


def at_most(error: float) -> str:
    """The first digit of a bound, rounded up, as a plain decimal.

    >>> at_most(0.00000123), at_most(0.0), at_most(0.41), at_most(30.2)
    ('0.000002', '0', '0.5', '40')
    """
    return f"{ONE_DIGIT.create_decimal(Decimal(error)):f}"


def _persons(results: Results) -> NDArray[np.float64]:
    """Persons that each household stands for; ValueError where weights are calibrated."""
    if results.people.auxiliaries:
        raise ValueError("bins of calibrated people cannot be merged: they stay in memory")
    return household(results, WEIGHT) * household(results, "n_members_hh")


def _welfare(results: Results, line: Results, base: States | None = None) -> States:
    persons, complete = _persons(results), results.people.is_complete
    income = incomes(results)
    bins = {
        moment: Histogram.of(each, persons, complete=complete)
        for moment, each in zip(MOMENTS, income, strict=True)
        if not _is_kept(moment, results, line, base)
    }
    if base is not None:
        bins = {moment: bins.get(moment, base[moment]) for moment in MOMENTS}
    sums = poverty_sums(results, income, weight=WEIGHT, line=line)
    return States({"sums": sums.tally_for(_asking), **bins})


def _is_kept(moment: str, results: Results, line: Results, base: States | None) -> bool:
    """Whether incomes are those under the base: a reform that does not reach them shares them."""
    mine, other = (each.numbers(INCOME) for each in (results, line))
    return base is not None and moment == MOMENTS[0] and mine is other


def _asking(sums: Counts) -> Table:
    """What the table asks of the sums is what has to be kept."""
    unknown: Estimate = (np.full(1, np.nan),) * 3
    return poverty_table(sums, [unknown] * len(MOMENTS), is_fixed=False)


def _poverty(state: States, *, is_fixed: bool) -> Table:
    found = [state[moment].gini() for moment in MOMENTS]
    ginis = [
        (np.array([value]), np.array([low]), np.array([high])) for value, low, high, _ in found
    ]
    table = poverty_table(state["sums"], ginis, is_fixed=is_fixed)
    error = at_most(max(error for *_, error in found))
    fields = {**state["sums"].fields, "width": WIDE, "error": error}
    return replace(table.with_notes("note.bins_gini"), fields=fields)


def _incomes(state: States) -> Table:
    """Quantiles and mean of income per head before and after."""
    values, low, high = stack(_levels(state[moment]) for moment in MOMENTS)
    sums = state["sums"]
    return Table(
        name="incomes",
        dims=("quantile",),
        rows=(*((name,) for name in QUANTILES), (MEAN,)),
        statistics=tuple(
            Statistic(f"income_{moment}_m", "yuan/person-month") for moment in MOMENTS
        ),
        values=values,
        low=low,
        high=high,
        n=np.full(len(QUANTILES) + 1, sums.households),
        per="person",
        disjoint=False,
        notes=("note.bins_incomes", INTERVAL_NOTE),
        fields={**sums.fields, "width": WIDE},
    )


def _levels(bins: Histogram) -> Estimate:
    """Quantiles and, behind them, the mean."""
    found = np.array([bins.quantile(p) for p in QUANTILES.values()])
    mean = bins.tally((), (), np.zeros(len(bins.bins), np.int64)).ratio("income", "one")
    value, low, high = (np.append(column, one) for column, one in zip(found.T, mean, strict=True))
    return value, low, high
