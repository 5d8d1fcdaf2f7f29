"""What is paid and what is due, month by month: money leaked and withheld, households wronged.

Leaked 多发: paid above what is due. Withheld 少发: due above what is paid to a household on the
roll. Missed 漏保: due to a household that is not on the roll. So paid − due = leaked − withheld −
missed, household by household and month by month. What is due is what the rules give on the true
circumstances of that month, gradual exit included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.measures.flows import MONTH, conceal, kept, keys_of, weight_of
from jiuzhu_sim.measures.intervals import exact_sum
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.rules.kit import HALF_FEN

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CATEGORY = "category_hh"
MONEY = ("paid", "due", "leaked", "withheld", "missed")
RATES = {"leaked": "paid", "withheld": "due", "missed": "due"}
"""Money rates: the part of what is paid, or due, that goes wrong."""

WRONGS = ("wrongly_paid", "overpaid", "underpaid", "missed")
COUNTS = ("paid", "due", *WRONGS)
COUNT_RATES = {"wrongly_paid": "paid", "overpaid": "paid", "underpaid": "due", "missed": "due"}
"""Household rates: of those paid, or of those to whom something is due, in the same month."""


@dataclass(frozen=True)
class Errors:
    """Money and flags of (months, households): what each got, what was due, and what went wrong.

    `money`: `MONEY` → yuan of the month; `households`: `COUNTS` → flags. A household is wrongly
    paid when nothing is due, overpaid when less is due, underpaid when it is on the roll and more
    is due, missed when it is not on the roll and something is due.
    """

    money: dict[str, Floats]
    households: dict[str, Flags]


def errors(months: Months) -> Errors:
    """What went wrong, household by household; differences below half a fen are none.

    >>> from types import SimpleNamespace
    >>> paid, due = np.array([[300.0, 0, 100]]), np.array([[0.0, 200, 150]])
    >>> roll = np.array([[True, False, True]])
    >>> found = errors(SimpleNamespace(paid=paid, due=due, on_roll=roll))
    >>> [name for name, flags in found.households.items() if flags[0, 1]]
    ['due', 'missed']
    """
    paid, due, on = kept(months, "paid"), kept(months, "due"), months.on_roll
    over, under = paid - due > HALF_FEN, due - paid > HALF_FEN
    short = np.where(under, due - paid, 0.0)
    money = {
        "paid": paid,
        "due": due,
        "leaked": np.where(over, paid - due, 0.0),
        "withheld": np.where(on, short, 0.0),
        "missed": np.where(on, 0.0, short),
    }
    is_paid, is_due = paid > HALF_FEN, due > HALF_FEN
    flags = {
        "paid": is_paid,
        "due": is_due,
        "wrongly_paid": over & ~is_due,
        "overpaid": over & is_due,
        "underpaid": under & on,
        "missed": under & ~on,
    }
    return Errors(money, flags)


def leakage(
    months: Months, by: Iterable[str] = (), *, weight: str | None = "weight", min_n: int = 0
) -> Table:
    """Money paid, due, leaked, withheld and missed, yuan, with rates; by month or by group.

    `by`: nothing for a row a month and the whole period behind them; ``area``, ``township`` or
    ``category_hh`` (A, B or C, as the office holds the household in that month) for the period by
    group. Rates: leaked of what is paid; withheld and missed of what is due. Where fewer than
    `min_n` households stand behind an error of a row, its errors are hidden. Raises JZ-E031.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.run import simulate_months
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> table = leakage(simulate_months(people, jz.load_policy("example-county"), months=2))
    >>> net = table.get("money_paid", "total") - table.get("money_due", "total")
    >>> wrong = [table.get(f"money_{name}", "total") for name in ("leaked", "withheld", "missed")]
    >>> bool(abs(net - wrong[0] + wrong[1] + wrong[2]) < 1e-6)
    True
    """
    found = errors(months)
    dims, keys, group = _rows(months, tuple(by)[:1])
    held = weight_of(months, weight)
    sums = {name: _sum(found.money[name] * held, group, len(keys)) for name in MONEY}
    rates = {f"{name}_rate": _share(sums[name], sums[of]) for name, of in RATES.items()}
    statistics = (
        *(Statistic(f"money_{name}", "yuan", additive=True) for name in MONEY),
        *(Statistic(f"money_{name}", "share") for name in rates),
    )
    values = np.column_stack([*sums.values(), *rates.values()])
    table = _table("leakage", months, dims, keys, statistics, values, _n(found, group, len(keys)))
    names = (f"money_{name}" for name in (*RATES, *rates))
    return _concealed(table, tuple(names), found, group, len(keys), min_n)


def mistakes(
    months: Months, by: Iterable[str] = (), *, weight: str | None = "weight", min_n: int = 0
) -> Table:
    """Households paid, entitled, wrongly paid, overpaid, underpaid and missed, with rates.

    Rows as in `leakage`. Of the period and of groups: households in a mean month. Rates: wrongly
    paid and overpaid of the households paid; underpaid and missed of those to whom something is
    due. Raises JZ-E031.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.run import simulate_months
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> table = mistakes(simulate_months(people, jz.load_policy("example-county"), months=2))
    >>> table.rows
    (('2025-01',), ('2025-02',), ('total',))
    """
    found = errors(months)
    dims, keys, group = _rows(months, tuple(by)[:1])
    held = weight_of(months, weight)
    sums = {name: _sum(found.households[name] * held, group, len(keys)) for name in COUNTS}
    rates = {f"{name}_rate": _share(sums[name], sums[of]) for name, of in COUNT_RATES.items()}
    per = np.full((len(keys) + 1, 1), months.months)
    if dims == (MONTH,):
        per[:-1] = 1
    statistics = (
        *(Statistic(f"cases_{name}", "households") for name in COUNTS),
        *(Statistic(f"cases_{name}", "share") for name in rates),
    )
    values = np.column_stack([*sums.values(), *rates.values()])
    values[:, : len(COUNTS)] /= per
    table = _table("mistakes", months, dims, keys, statistics, values, _n(found, group, len(keys)))
    names = (f"cases_{name}" for name in (*WRONGS, *rates))
    return _concealed(table, tuple(names), found, group, len(keys), min_n)


def _rows(
    months: Months, dims: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[Any]]:
    """The dimension, its keys, and the number of each (month, household) in them."""
    shape = kept(months, "paid").shape
    if not dims:
        return (MONTH,), months.names, np.broadcast_to(np.arange(shape[0])[:, None], shape)
    if dims[0] == CATEGORY:
        return dims, tuple(columns()[CATEGORY].codes or {}), kept(months, "category")
    keys, number = keys_of(months.people, dims[0])
    return dims, keys, np.broadcast_to(number, shape)


def _sum(values: NDArray[Any], group: NDArray[Any], n: int) -> Floats:
    """Sums by group, all of them last."""
    sums = exact_sum(values.ravel(), group.ravel(), n)
    return np.append(sums, sums.sum())


def _share(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _households(flags: Flags, group: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Different households with a flag, by group, and in all."""
    month, place = np.nonzero(flags)
    pairs = np.unique(group[month, place].astype(np.int64) * flags.shape[1] + place)
    return np.append(np.bincount(pairs // flags.shape[1], minlength=n), flags.any(axis=0).sum())


def _n(found: Errors, group: NDArray[Any], n: int) -> NDArray[np.int64]:
    return _households(found.households["paid"] | found.households["due"], group, n)


def _table(
    name: str,
    months: Months,
    dims: tuple[str, ...],
    keys: tuple[str, ...],
    statistics: tuple[Statistic, ...],
    values: Floats,
    n: NDArray[np.int64],
) -> Table:
    """The table; groups in which nobody is are left out."""
    shown = np.append(n[:-1] > 0, True)
    rows = [*((key,) for key in keys), (TOTAL,)]
    return Table.exact(
        name=name,
        dims=dims,
        rows=tuple(row for row, seen in zip(rows, shown, strict=True) if seen),
        statistics=statistics,
        values=values[shown],
        n=n[shown],
        per="household",
        notes=(f"note.{name}",),
        fields={"policy": months.policies[0].title},
        disjoint=False,
    )


def _concealed(
    table: Table,
    statistics: tuple[str, ...],
    found: Errors,
    group: NDArray[Any],
    n: int,
    min_n: int,
) -> Table:
    """The table with the errors hidden of rows in which few households are concerned."""
    counts = np.stack([_households(found.households[name], group, n) for name in WRONGS])
    few = np.where(counts > 0, counts, np.inf).min(axis=0)
    few = np.where(np.isfinite(few), few, 0)
    seen = _n(found, group, n) > 0
    seen[-1] = True
    return conceal(table, statistics, few[seen], [range(len(table.rows) - 1)], min_n)
