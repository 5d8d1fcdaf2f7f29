"""What a checked roster comes to, as tables: findings, townships, blanks, incomes."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures import Statistic, Table, suppress
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.roster import Roster
from jiuzhu_sim.roster.places import townships

LEVELS = ("stop", "doubt", "hint")
TO_CHECK = ("stop", "doubt")
"""The levels that somebody has to look into."""

NOT_USED = "R306"

BANDS = 16
"""As many income bands as a chart shows well, and an open one above them."""

COVERED, HEADROOM = 0.9, 1.3
"""The bands reach this much beyond the standard, and beyond this share of the households."""

ROUND = (1, 2, 2.5, 5, 10)
"""What a step of a scale may be, times a power of ten."""

INCOMES = {
    **{"wage_m": 1.0, "pension_basic_m": 1.0, "pension_other_m": 1.0, "transfer_m": 1.0},
    **{"preferential_allowance_m": 1.0, "disability_allowance_m": 1.0, "farm_income_y": 1 / 12},
}
"""The incomes of a person, and how much of each falls on a month."""


def located(roster: Roster) -> pd.DataFrame:
    """The findings with the township of each household (column `township`, "" if unknown)."""
    found = roster.findings.frame()
    places = townships(roster)
    found["township"] = found["household"].map(places).fillna("").astype(str)
    return found


def stake(found: pd.DataFrame) -> tuple[float, int]:
    """Money at stake (yuan a month) and in how many households; of several findings on one
    household the largest counts, so that nothing is counted twice.

    >>> stake(pd.DataFrame({"household": ["a", "a", "b"], "money_m": [200.0, 500.0, np.nan]}))
    (500.0, 1)
    """
    dear = found.loc[(found["money_m"] > 0) & (found["household"] != "")]
    largest = dear.groupby("household")["money_m"].max()
    return float(largest.sum()), len(largest)


def by_code(found: pd.DataFrame) -> Table:
    """Findings by kind, the most severe level first: how many, households, money at stake."""
    level = found["level"].map({name: place for place, name in enumerate(LEVELS)})
    groups = found.assign(order=level).groupby(["order", "code"], sort=True)
    keys, values, n = [], [], []
    for (place, code), group in groups:
        households = _households(group)
        money = group["money_m"].sum(min_count=1)
        keys.append((LEVELS[int(place)], str(code)))
        values.append([len(group), households, money])
        n.append(households)
    return _table("findings", ("level", "finding"), keys, _counts(), values, n)


def by_township(roster: Roster, found: pd.DataFrame, min_cell: int) -> Table:
    """Findings by township; rows of fewer than `min_cell` households are hidden."""
    read = pd.Series(townships(roster)).value_counts()
    keys, values = [], []
    for place in sorted(read.index, key=lambda name: (name == "", -read[name], name)):
        keys.append((place or "—",))
        values.append([read[place], *_levels(found.loc[found["township"] == place])])
    keys.append((TOTAL,))
    values.append([read.sum(), *_levels(found)])
    statistics = (
        Statistic("households_read", "households", additive=True),
        *(Statistic(f"findings_{level}", "", additive=True) for level in LEVELS),
        Statistic("stake_households", "households", additive=True),
        Statistic("stake_m", "yuan/month", additive=True),
    )
    n = [int(row[0]) for row in values]
    made = _table("roster_townships", ("township",), keys, statistics, values, n)
    return suppress(made, min_cell)


def _levels(found: pd.DataFrame) -> list[float]:
    """Findings of each level, households with money at stake, that money."""
    money, households = stake(found)
    return [*((found["level"] == level).sum() for level in LEVELS), households, money]


def _households(found: pd.DataFrame) -> int:
    return found.loc[found["household"] != "", "household"].nunique()


def _counts() -> tuple[Statistic, ...]:
    return (
        Statistic("findings", ""),
        Statistic("households", "households"),
        Statistic("stake_m", "yuan/month"),
    )


def _table(
    name: str,
    dims: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    statistics: tuple[Statistic, ...],
    values: list[list[Any]],
    n: list[int],
    **more: Any,
) -> Table:
    """A table of plain counts: no sampling, so no intervals."""
    filled = np.array(values, np.float64).reshape(len(rows), len(statistics))
    none = np.full(filled.shape, np.nan)
    counted = np.array(n, np.int64)
    return Table(name, dims, tuple(rows), statistics, filled, none, none, counted, "figure", **more)


def blanks(roster: Roster) -> Table:
    """For each column that is used the share of its cells that are blank."""
    unused = set(roster.findings.header[roster.findings.code == NOT_USED])
    found = {head: counts for head, counts in roster.read.blank.items() if head not in unused}
    keys = [(str(head),) for head in found]
    values = [[blank / max(cells, 1), blank] for cells, blank in found.values()]
    statistics = (Statistic("blank_share", "share"), Statistic("blank_cells", ""))
    n = [int(cells) for cells, _ in found.values()]
    return _table("roster_blanks", ("header",), keys, statistics, values, n)


def incomes(people: People, policy: Policy | None, min_cell: int) -> Table:
    """Households by stated income a head and month, urban and rural; as stated, before any
    deduction. Bands of fewer than `min_cell` households are joined to their neighbours.

    A band is named by its lower end, its upper end stands beside it; the last is open. The height
    of a band is its households a step (`fields`), so that joined ones are not taller for being
    wide. An area of fewer than `min_cell` households is left out.
    """
    income = income_a_head(people)
    top = max([*standards(policy).values(), float(np.quantile(income, COVERED)), 1.0])
    step = step_of(top * HEADROOM / BANDS)
    band = np.minimum(income // step, BANDS).astype(int)
    keys, values = [], []
    for area in ("urban", "rural"):
        counted = np.bincount(band[people["area"] == area], minlength=BANDS + 1)
        for first, last in joined_bands(counted, min_cell):
            n, wide = int(counted[first : last + 1].sum()), last + 1 - first
            keys.append((area, f"{first * step:g}"))
            values.append([n, (last + 1) * step, n / wide])
    statistics = (
        Statistic("households", "households", additive=True),
        Statistic("band_end", "yuan/person-month"),
        Statistic("band_height", ""),
    )
    n_of = [int(row[0]) for row in values]
    fields = {"step": f"{step:g}", "last": f"{BANDS * step:g}"}
    dims = ("area", "income_band")
    return _table("roster_incomes", dims, keys, statistics, values, n_of, fields=fields)


def joined_bands(counted: np.ndarray, fewest: int) -> list[tuple[int, int]]:
    """Runs of neighbouring bands (first, last) with at least `fewest` households each, as narrow
    as can be; empty ones at the end and all of too few in all are left out.

    >>> joined_bands(np.array([7, 1, 4, 0, 6, 2, 0]), 5)
    [(0, 0), (1, 2), (3, 5)]
    """
    found, first, held = [], 0, 0
    end = int(np.flatnonzero(counted)[-1]) + 1 if counted.any() else 0
    for place in range(end):
        held += int(counted[place])
        if held >= fewest:
            found.append((first, place))
            first, held = place + 1, 0
    if held and found:
        found[-1] = (found[-1][0], end - 1)
    return found


def income_a_head(people: People) -> np.ndarray:
    """Stated income a head and month of each household, yuan, before any deduction."""
    owner = np.repeat(np.arange(people.households), people.sizes)
    total = np.zeros(people.households)
    for name, months in INCOMES.items():
        if name in people:
            total += np.bincount(owner, people[name] * months, minlength=people.households)
    return total / people.sizes


def standards(policy: Policy | None) -> dict[str, float]:
    """The dibao standards of a policy by area, yuan a person and month; those it has."""
    found = {}
    for area in ("urban", "rural"):
        try:
            found[area] = float(policy[f"dibao.standard.{area}"]) if policy else math.nan
        except JZError:
            continue
    return {area: value for area, value in found.items() if math.isfinite(value)}


def step_of(width: float) -> float:
    """The least round number that is not below `width`.

    >>> step_of(97.5), step_of(130), step_of(0.3)
    (100.0, 200.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(width))
    return next(power * each for each in ROUND if power * each >= width)
