"""Stock and flow of the roll: who stood on it, entered, left, month by month, and for what reason.

Start + entered − left = end in every month, in households; in persons the members gained and lost
by those who stay come in between. A household whose money is stopped for a while, or that is in
gradual exit, stands on the roll.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import texts
from jiuzhu_sim.measures.intervals import exact_sum
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.months.roll import REASONS, STATUSES
from jiuzhu_sim.population import People

BY = ("area", "township")
MONTH = "month"
STOCK = ("start", "entered", "left", "end")
PERSONS = ("start_persons", "entered_persons", "left_persons", "changed_persons", "end_persons")
MOVES = ("entered", "left", "entered_persons", "left_persons", "changed_persons")
"""What is hidden where few households moved; the stocks before and after may stand."""

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def kept(months: Months, name: str) -> NDArray[Any]:
    """What a run holds by month and household; ValueError when it did not keep the households."""
    found: NDArray[Any] | None = getattr(months, name)
    if found is None:
        raise ValueError("keep=True keeps the households")
    return found


def keys_of(people: People, dim: str) -> tuple[tuple[str, ...], NDArray[Any]]:
    """The names of one grouping of households and each household's number in them.

    Raises JZ-E031 for a grouping that is not one of `BY`, JZ-E011 when the people lack it.
    """
    if dim not in BY:
        raise JZError.of("JZ-E031", name=dim, known=", ".join(BY))
    number = people.numbers(dim)
    return people.names.get(dim) or tuple(columns()[dim].codes or {}), number


def weight_of(months: Months, weight: str | None) -> Floats:
    """(households,) what each household counts for: a column, or 1 where none is named."""
    if weight is None:
        return np.ones(months.people.households)
    return months.people.numbers(weight).astype(np.float64)


def before(months: Months) -> tuple[Flags, NDArray[Any], NDArray[Any]]:
    """(months, households) roll, persons and status as each month began."""
    shifted = (
        np.concatenate([first[None], values[:-1]])
        for first, values in (
            (months.opening, months.on_roll),
            (months.opening_persons, kept(months, "persons")),
            (months.opening_status, kept(months, "status")),
        )
    )
    on, persons, status = shifted
    return on, persons, status


def flows(
    months: Months, by: Iterable[str] = ("area",), *, weight: str | None = "weight", min_n: int = 0
) -> Table:
    """Stock at start, entered, left, stock at end, in households and persons, by month and group.

    `by`: nothing, or one of `BY`. Rows: each month, then the whole period, with a total over the
    groups. `n`: households that stood on the roll at either end. Where fewer than `min_n`
    households (but some) entered or left, the moves of that row are hidden, with those of others,
    so that no total of a month or of the period gives them away. Raises JZ-E031.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.run import simulate_months
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> table = flows(simulate_months(people, jz.load_policy("example-county"), months=2))
    >>> start, entered, left, end = (table.get(f"roll_{name}", "total", "total") for name in STOCK)
    >>> bool(abs(start + entered - left - end) < 1e-6)
    True
    """
    dims = tuple(by)[:1]
    keys, group = keys_of(months.people, dims[0]) if dims else ((), np.zeros(0, np.int8))
    on_before, persons_before, _ = before(months)
    on, persons = months.on_roll, kept(months, "persons").astype(np.int64)
    entered, left, stayed = on & ~on_before, on_before & ~on, on & on_before
    parts: dict[str, NDArray[Any]] = {
        "start": on_before,
        "entered": entered,
        "left": left,
        "end": on,
        "start_persons": on_before * persons_before,
        "entered_persons": entered * persons,
        "left_persons": left * persons_before,
        "changed_persons": stayed * (persons - persons_before),
        "end_persons": on * persons,
    }
    held = weight_of(months, weight)
    groups = (group, len(keys))
    values = np.stack([_by_month(part * held, *groups) for part in parts.values()], axis=-1)
    counts = np.stack([_by_month(part, *groups) for part in (entered, left, on | on_before)], -1)
    values = np.concatenate([values, _period(values)])
    counts = np.concatenate([counts, counts.sum(axis=0, keepdims=True)])
    names = [*months.names, TOTAL]
    width = len(keys) + 1
    ends: list[tuple[str, ...]] = [(key,) for key in (*keys, TOTAL)] if dims else [()]
    rows = [(name, *end) for name in names for end in ends]
    n = counts[..., 2].ravel().astype(np.int64)
    n[-width:] = _ever(on | on_before, *groups)
    flat = values.reshape(len(rows), len(parts))
    table = Table.exact(
        name="flows",
        dims=(MONTH, *dims),
        rows=tuple(rows),
        statistics=tuple(
            Statistic(f"roll_{name}", "persons" if name in PERSONS else "households")
            for name in parts
        ),
        values=flat,
        n=n,
        per="household",
        notes=("note.flows",),
        fields={"policy": months.policies[0].title},
        disjoint=False,
    )
    few = _least(counts[..., :2]).reshape(-1)
    of_month = [range(start, start + width - 1) for start in range(0, len(rows), width)]
    of_group = [range(k, len(rows) - width, width) for k in range(width)]
    blocks = [*(of_month if dims else []), *of_group]
    return conceal(table, [f"roll_{name}" for name in MOVES], few, blocks, min_n)


def _by_month(values: NDArray[Any], group: NDArray[Any], n: int) -> Floats:
    """Sums of (months, households) by month and group, the total of each month last."""
    if not n:
        return np.array([[exact_sum(month)[0]] for month in values])
    sums = np.array([exact_sum(month, group, n) for month in values])
    return np.column_stack([sums, sums.sum(axis=1)])


def _period(values: Floats) -> Floats:
    """The whole period from its months, (1, groups, statistics): first start, last end, sums."""
    whole = values.sum(axis=0, keepdims=True)
    names = (*STOCK, *PERSONS)
    for name, month in (("start", 0), ("start_persons", 0), ("end", -1), ("end_persons", -1)):
        whole[0, :, names.index(name)] = values[month, :, names.index(name)]
    return whole


def _ever(flags: Flags, group: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Households flagged in any month, by group, all together last."""
    any_month = flags.any(axis=0)
    counted = np.bincount(group[any_month], minlength=n) if n else np.zeros(0, np.int64)
    return np.append(counted, any_month.sum())


def _least(counts: Floats) -> Floats:
    """The smallest count above nothing along the last axis; 0 where there is none."""
    least = np.where(counts > 0, counts, np.inf).min(axis=-1)
    return np.where(np.isfinite(least), least, 0)


def conceal(
    table: Table,
    statistics: Sequence[str],
    few: Floats,
    blocks: Iterable[Sequence[int]],
    min_n: int,
) -> Table:
    """A table with some statistics hidden in the rows in which few households stand behind them.

    `few`: (rows,) the smallest count above 0 behind these statistics in a row. `blocks`: rows
    that add up to another published row; where exactly one of a block would be hidden, or all
    hidden ones together stand for fewer than `min_n`, the smallest that is left is hidden as well.

    >>> one = np.ones((3, 1))
    >>> table = Table("t", ("area",), (("a",), ("b",), ("total",)), (Statistic("x", ""),),
    ...               one, one, one, np.array([9, 9, 18]), "household")
    >>> conceal(table, ["x"], np.array([2.0, 9, 11]), [[0, 1]], 5).hidden.ravel().tolist()
    [True, True, False]
    """
    gone, lines, before_pass = (few > 0) & (few < min_n), [np.array(b, np.intp) for b in blocks], -1
    while gone.sum() != before_pass:  # what one block hides may leave one alone in another
        before_pass = gone.sum()
        for rows in lines:
            while (hidden := rows[gone[rows]]).size and (
                hidden.size == 1 or few[hidden].sum() < min_n
            ):
                rest = rows[~gone[rows] & (few[rows] > 0)]
                rest = rest if rest.size else rows[~gone[rows]]
                if not rest.size:
                    break
                gone[rest[np.argmin(few[rest])]] = True
    if not gone.any():
        return table
    names = [entry.name in statistics for entry in table.statistics]
    cells = gone[:, None] & np.array(names)
    values, low, high = (np.where(cells, np.nan, v) for v in (table.values, table.low, table.high))
    made = replace(table, values=values, low=low, high=high, hidden=cells)
    return made.with_notes("note.concealed")


def transitions(months: Months, *, weight: str | None = "weight") -> Table:
    """Changes of status over all months by reason: how many households and persons, in which way.

    A household that changes twice counts twice. Rows that occur only; `n` counts changes, and in
    the total the households that changed at all. Hide small rows with `measures.publish`.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.run import simulate_months
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> transitions(simulate_months(people, jz.load_policy("example-county"), months=2)).dims
    ('roll_from', 'roll_to', 'month_reason')
    """
    _, persons_before, old = before(months)
    status, reason = kept(months, "status"), kept(months, "reason")
    moved = old != status
    month, place = np.nonzero(moved)
    number = np.ravel_multi_index(
        (old[moved], status[moved], reason[moved]),
        (len(STATUSES), len(STATUSES), len(REASONS)),
    )
    kinds, index = np.unique(number, return_inverse=True)
    held = weight_of(months, weight)[place]
    persons = np.maximum(kept(months, "persons"), persons_before)[month, place]
    sums = [exact_sum(part, index, len(kinds)) for part in (held, held * persons)]
    values = np.column_stack(sums)
    values = np.vstack([values, values.sum(axis=0)])
    shape = (len(STATUSES), len(STATUSES), len(REASONS))
    places = zip(*np.unravel_index(kinds, shape), strict=True)
    rows = [(STATUSES[a], STATUSES[b], REASONS[c]) for a, b, c in places]
    return Table.exact(
        name="transitions",
        dims=("roll_from", "roll_to", "month_reason"),
        rows=(*rows, (TOTAL,) * 3),
        statistics=(
            Statistic("moved_households", "households", additive=True),
            Statistic("moved_persons", "persons", additive=True),
        ),
        values=values,
        n=np.append(np.bincount(index, minlength=len(kinds)), moved.any(axis=0).sum()),
        per="household",
        notes=("note.transitions",),
        fields={"policy": months.policies[0].title},
        names=_grounds(),
    )


def _grounds() -> dict[str, Mapping[str, str]]:
    """The labels of grounds to stop that have no wording of their own as a reason."""
    labels = columns()["stop_reason_hh"].codes or {}
    return {key: label for key, label in labels.items() if f"month_reason.{key}" not in texts()}
