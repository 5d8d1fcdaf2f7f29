"""The tables of a comparison of review regimes: work and leakage, trade-off, months.

Values are means over the seeds; the intervals are 95 % Monte Carlo intervals of these means
(Student's t over the seeds), the same people throughout. With one seed there are none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.disclosure import publish
from jiuzhu_sim.measures.flows import flows, transitions
from jiuzhu_sim.measures.leakage import CATEGORY, leakage, mistakes
from jiuzhu_sim.measures.table import Statistic, Table, stack
from jiuzhu_sim.outlook.review.review import Comparison
from jiuzhu_sim.outlook.review.review_flows import reported_flows
from jiuzhu_sim.outlook.review.review_regimes import Regime

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats, Floats]
Keep = Callable[[Regime], bool]

WORKLOAD = {
    "reviews": "households",
    "visits": "households",
    "matched": "households",
    "signins": "households",
    "days": "",
}
"""Officer days have no unit of their own: their title says it. They are rounded to whole days,
for the hours behind them are assumed."""

OUTCOME = {
    "money_leaked": "yuan/year",
    "money_withheld": "yuan/year",
    "money_missed": "yuan/year",
    "leaked_rate": "share",
    "wrongly_rate": "share",
    "missed_rate": "share",
}
MONTHLY = {
    "money_leaked": "yuan",
    "money_withheld": "yuan",
    "leaked_rate": "share",
    "wrongly_rate": "share",
    "missed_rate": "share",
}
P95 = 0.975


def mean_interval(draws: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean over the last axis and its 95 % interval by Student's t; NaN ends with one draw.

    >>> [float(part) for part in mean_interval(np.array([1.0, 1, 1]))]
    [1.0, 1.0, 1.0]
    """
    from scipy.special import stdtrit

    n = draws.shape[-1]
    mean = draws.mean(axis=-1)
    if n < 2:
        blank = np.full(mean.shape, np.nan)
        return mean, blank, blank
    half = stdtrit(n - 1, P95) * draws.std(axis=-1, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def ratio_interval(above: Floats, below: Floats) -> tuple[Floats, Floats, Floats]:
    """Ratio of two means over the last axis, linearised; NaN where they do not have one sign:
    then there is nothing to weigh, one side wins both ways.

    >>> [float(part) for part in ratio_interval(np.array([2.0, 4]), np.array([1.0, 2]))]
    [2.0, 2.0, 2.0]
    """
    top, bottom = above.mean(axis=-1), below.mean(axis=-1)
    weighed = top * bottom > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(weighed, top / bottom, np.nan)
        errors = (above - ratio[..., None] * below) / bottom[..., None]
    _, low, high = mean_interval(errors)
    return ratio, ratio + low, ratio + high


def workload_table(compared: Comparison) -> Table:
    """Work of a year by regime: reviews, visits, matches, sign-ins, officer days.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.review.review import compare_regimes
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> found = compare_regimes(people, jz.load_policy("example-county"), [], intervals=[1],
    ...                         months=2, warm_up=0)
    >>> workload_table(found).rows
    (('present',), ('every_1',))
    """
    return _year_table(compared, "review_work", WORKLOAD)


def outcome_table(compared: Comparison) -> Table:
    """Leakage of a year by regime: money leaked, withheld and missed, and rates of error."""
    return _year_table(compared, "review", OUTCOME)


def _year_table(compared: Comparison, name: str, units: Mapping[str, str]) -> Table:
    places = list(range(len(compared.regimes)))
    parts = stack(_yearly(compared, each, places) for each in units)
    statistics = tuple(Statistic(f"review_{each}", unit) for each, unit in units.items())
    return _table(compared, name, places, statistics, parts)


def _yearly(compared: Comparison, name: str, places: Sequence[int]) -> Interval:
    made = mean_interval(compared.yearly(name)[places])
    made = made[0], np.maximum(made[1], 0), made[2]  # none of them can be below nought
    return _whole(made) if name == "days" else made


def _whole(parts: Interval) -> Interval:
    mean, low, high = (np.round(part) for part in parts)
    return mean, low, high


def trade_table(
    compared: Comparison, keep: Keep = lambda _: True, name: str = "review_trade"
) -> Table:
    """Each regime against the law as it stands: officer days saved; money leaked, withheld and
    missed more; money leaked more for each officer day saved (the same: leaked less for each day
    more). Differences of the same lives, seed by seed.

    A regime that is better, or worse, in both has no such price.
    """
    places = [k for k in _places(compared, keep) if k]
    days, leaked, withheld, missed = (
        compared.yearly(each) for each in ("days", "money_leaked", "money_withheld", "money_missed")
    )
    saved, more = days[0] - days[places], leaked[places] - leaked[0]
    parts = stack(
        (
            _whole(mean_interval(saved)),
            mean_interval(more),
            mean_interval(withheld[places] - withheld[0]),
            mean_interval(missed[places] - missed[0]),
            ratio_interval(more, saved),
        )
    )
    statistics = (
        Statistic("days_saved", ""),
        Statistic("leaked_more", "yuan/year"),
        Statistic("withheld_more", "yuan/year"),
        Statistic("missed_more", "yuan/year"),
        Statistic("leaked_per_day", "yuan"),
    )
    return _table(compared, name, places, statistics, parts)


def monthly_table(compared: Comparison, keep: Keep = lambda _: True) -> Table:
    """Money leaked and withheld and the rates of error by month and regime."""
    places = _places(compared, keep)
    made = [compared.monthly(name)[places].transpose(2, 0, 1) for name in MONTHLY]
    parts = stack(mean_interval(part.reshape(-1, part.shape[-1])) for part in made)
    statistics = tuple(Statistic(f"review_{name}", unit) for name, unit in MONTHLY.items())
    table = _table(compared, "review_month", places, statistics, parts, compared.months)
    return table


def frontier_table(compared: Comparison) -> Table:
    """The regimes that no other beats in both officer days and money leaked, by rising work."""
    places = compared.efficient()
    names = ("days", "money_leaked", "leaked_rate")
    units = {**WORKLOAD, **OUTCOME}
    parts = stack(_yearly(compared, name, places) for name in names)
    statistics = tuple(Statistic(f"review_{name}", units[name]) for name in names)
    return _table(compared, "review_frontier", places, statistics, parts)


def review_tables(compared: Comparison, min_n: int = 0) -> dict[str, Table]:
    """Every table of a comparison, rows with few households hidden: the regimes, the present law's
    roll (beside the flows its place reported, if any), leakage and errors by month, area, category.
    """
    run = compared.run
    made = {
        "review_work": workload_table(compared),
        "review": outcome_table(compared),
        "review_trade": trade_table(compared),
        "review_frontier": frontier_table(compared),
        "review_month": monthly_table(compared, lambda each: each.family == "regime"),
        "flows": flows(run, (), min_n=min_n),
        "flows_area": flows(run, ["area"], min_n=min_n),
        "transitions": publish([transitions(run)], min_n)[0],
        "leakage": leakage(run, min_n=min_n),
        "mistakes": mistakes(run, min_n=min_n),
    }
    for dim in ("area", CATEGORY):
        made[f"leakage_{dim}"] = leakage(run, [dim], min_n=min_n)
        made[f"mistakes_{dim}"] = mistakes(run, [dim], min_n=min_n)
    if any(each.family == "matching" for each in compared.regimes):
        matched = trade_table(compared, lambda e: e.family == "matching", "review_matching")
        made["review_matching"] = matched
    reported = reported_flows(run, compared.policy)
    return made | ({"reported_flows": reported} if reported else {})


def _places(compared: Comparison, keep: Keep) -> list[int]:
    return [k for k, regime in enumerate(compared.regimes) if k == 0 or keep(regime)]


def _table(
    compared: Comparison,
    name: str,
    places: Sequence[int],
    statistics: tuple[Statistic, ...],
    parts: tuple[Any, Any, Any],
    months: Sequence[str] = (),
) -> Table:
    values, low, high = parts
    keys = [compared.regimes[k].key for k in places]
    rows = [(month, key) for month in months for key in keys] if months else [(k,) for k in keys]
    return Table(
        name=name,
        dims=("month", "review_regime") if months else ("review_regime",),
        rows=tuple(rows),
        statistics=statistics,
        values=values,
        low=low,
        high=high,
        n=np.full(len(rows), compared.people.households),
        per="household",
        notes=(f"note.{name}", "note.review_interval"),
        fields={
            "policy": compared.policy.title,
            "seeds": str(len(compared.seeds)),
            "warm_up": str(compared.warm_up),
        },
        names={each.key: each.label for each in compared.regimes},
        disjoint=False,
    )
