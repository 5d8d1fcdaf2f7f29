"""The roll as an event log tells it: stock at start, entered, left, stock at end, by month.

A household enters with a decision in its favour on a new application and leaves with a stop; it
stood on the roll from the start where the log first knows it by a review, an adjustment or a
clean-up. The same from a simulation by months: `measures.flows`; the arithmetic of figures that
places reported: `assessment.identities`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import KINDS, PROGRAMMES, Log
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import texts
from jiuzhu_sim.measures.flows import MONTH, MOVES, PERSONS, STOCK, conceal
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.population import People

ROLL = ("dibao", "edge", "tekun")
"""Programmes with a roll; the others are decided once."""
BY = ("area", "township", "programme")
SHOWN = {"area": "area", "township": "township", "programme": "case_programme"}
"""The title of each grouping: a column of the dictionary, or `dim.…` of texts/."""
STAYS = ("review", "adjustment", "cleanup")
"""Kinds of case of households that stand on the roll already."""
TURNOVER = Statistic("turnover", "share")
UNKNOWN = "unknown"

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Roll:
    """Who stood on the roll: one unit for each household and programme of a log.

    `case`: (units,) position of the unit's first case, for its area and township. `persons`, 0
    where unknown. `started`: (units,) on the roll before the log begins. `unit`, `at`, `step`:
    (moves,) by unit and time, +1 an entry, −1 an exit; moves that change nothing are left out.
    """

    case: Ints
    persons: Ints
    started: NDArray[np.bool_]
    unit: Ints
    at: NDArray[np.datetime64]
    step: NDArray[np.int8]


def roll_of(log: Log, programmes: Iterable[str] = ROLL) -> Roll:
    """The roll of a log, for some programmes.

    A case without a household is a unit of its own. A second decision in favour, or a stop of
    somebody who is not on the roll, changes nothing.
    """
    known = np.isin(log.cases["programme"], [PROGRAMMES.index(name) for name in programmes])
    known &= log.cases["kind"] != KINDS.index("complaint")
    rows = np.flatnonzero(known)
    household = log.cases["household"][rows]
    key = np.where(household >= 0, household * len(PROGRAMMES), -1 - rows)
    key += np.where(household >= 0, log.cases["programme"][rows], 0)
    _, first, unit = np.unique(key, return_index=True, return_inverse=True)
    unit_of = np.full(log.n, -1)
    unit_of[rows] = unit
    persons = np.zeros(len(first), np.int64)
    np.maximum.at(persons, unit, log.cases["n_persons"][rows].astype(np.int64))
    at, moved, step = _moves(log, unit_of)
    begun = _begun(log, unit_of, len(first))
    entered = np.full(len(first), np.datetime64("NaT"), "datetime64[m]")
    entries = np.flatnonzero(step > 0)[::-1]
    entered[moved[entries]] = at[entries]  # reversed: the first entry stays
    is_old = np.zeros(len(first), bool)
    is_old[unit[np.isin(log.cases["kind"][rows], [KINDS.index(name) for name in STAYS])]] = True
    started = is_old & (np.isnat(entered) | np.isnat(begun) | (begun < entered))
    before = np.concatenate([[0], step[:-1]])
    opens = np.concatenate([[True], moved[1:] != moved[:-1]])[: len(moved)]
    before = np.where(opens, np.where(started[moved], 1, -1), before[: len(moved)])
    counts = step != before
    return Roll(rows[first], persons, started, moved[counts], at[counts], step[counts])


def _moves(log: Log, unit_of: Ints) -> tuple[NDArray[np.datetime64], Ints, NDArray[np.int8]]:
    """Entries and exits of the log in the order of unit and time: when, which unit, ±1."""
    case, kind = log.events["case"], log.cases["kind"]
    agreed, refused = (log.rows("decide", outcome=name) for name in ("passed", "failed"))
    enters = agreed[kind[case[agreed]] == KINDS.index("new")]
    stops = log.rows("stop")
    # Where a log holds no stops, the decision of a review or a clean-up that fails is the exit.
    is_last = np.isin(kind[case[refused]], [KINDS.index(name) for name in STAYS])
    leaves = refused[is_last & ~log.any("stop")[case[refused]]]
    rows = np.concatenate([enters, stops, leaves])
    step = np.where(np.arange(len(rows)) < len(enters), 1, -1).astype(np.int8)
    unit, at = unit_of[case[rows]], log.events["at"][rows]
    kept = (unit >= 0) & ~np.isnat(at)
    order = np.lexsort((at[kept], unit[kept]))
    return at[kept][order], unit[kept][order], step[kept][order]


def _begun(log: Log, unit_of: Ints, n: int) -> NDArray[np.datetime64]:
    """When the first event of a review, adjustment or clean-up of each unit was."""
    case = log.events["case"]
    is_old = np.isin(log.cases["kind"], [KINDS.index(name) for name in STAYS])
    some = np.flatnonzero(is_old[case] & (unit_of[case] >= 0) & ~np.isnat(log.events["at"]))
    some = some[np.argsort(log.events["at"][some], kind="stable")][::-1]
    begun = np.full(n, np.datetime64("NaT"), "datetime64[m]")
    begun[unit_of[case[some]]] = log.events["at"][some]
    return begun


def group_of(log: Log, dim: str) -> tuple[tuple[str, ...], Ints]:
    """The keys of a grouping and the number of each case in them; unknown ones come last.

    Raises JZ-E031 for a grouping that is not one of `BY`.
    """
    if dim not in BY:
        raise JZError.of("JZ-E031", name=dim, known=", ".join(BY))
    names = log.names[dim] if dim == "township" else tuple(log_columns("case")[dim].codes or {})
    found = log.cases[dim].astype(np.int64)
    if (found < 0).any():
        return (*names, UNKNOWN), np.where(found < 0, len(names), found)
    return names, found


def labels_of(dim: str) -> dict[str, Any]:
    """Labels by language of the keys of a grouping that are codes of a log."""
    entry = log_columns("case").get(dim)
    known = entry.codes if entry and entry.codes else {}
    return {**known, UNKNOWN: dict(texts()["caseload.unknown"])}


def weights_of(log: Log, people: People | None) -> Floats:
    """What each case counts for: the weight of its household, or 1 without people.

    Raises JZ-E029 for the first household of the log that the people do not have.
    """
    if people is None:
        return np.ones(log.n)
    ids, weight = people.numbers("id").astype(np.int64), people.numbers("weight")
    order = np.argsort(ids)
    wanted = log.cases["household"]
    place = np.clip(np.searchsorted(ids[order], wanted), 0, len(ids) - 1)
    missing = (ids[order][place] != wanted) & (wanted >= 0)
    if missing.any():
        lost = str(wanted[missing][0])
        near = nearest(lost, ids.astype(str)[:1000])
        raise JZError.of("JZ-E029", id=lost, nearest=near, households=people.households)
    return np.where(wanted >= 0, weight[order][place], 1.0)


def months_of(log: Log) -> NDArray[np.datetime64]:
    """The months from the first event of a log to the day as of which it is judged."""
    dated = log.events["at"][~np.isnat(log.events["at"])]
    last = log.at.astype("datetime64[M]")
    first = min(dated.min().astype("datetime64[M]"), last) if len(dated) else last
    return np.arange(first, last + 1)


def roll_flows(
    log: Log,
    by: str = "area",
    *,
    people: People | None = None,
    programmes: Iterable[str] = ROLL,
    min_n: int = 0,
) -> Table:
    """Stock at start, entered, left, stock at end, in households and persons, by month and group.

    `by`: one of `BY`. With `people` households count by their weight. Rows: each month, then the
    whole period, with a total over the groups. `turnover`: entered and left against the stock at
    start. `n`: units that ever stood on the roll. Moves of fewer than `min_n` units are hidden as
    in `flows`. Raises JZ-E031, JZ-E029.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> log = log_of([{"household": 7, "programme": "dibao", "kind": "review", "n_persons": 2,
    ...                "area": "rural", "events": [{"kind": "stop", "at": "2025-02-03"}]}],
    ...              at="2025-03-31")
    >>> table = roll_flows(log)
    >>> [table.get(f"roll_{name}", "2025-02", "total") for name in STOCK]
    [1.0, 0.0, 1.0, 0.0]
    """
    programmes = tuple(programmes)
    roll, (keys, group) = roll_of(log, programmes), group_of(log, by)
    if by == "programme":  # those with a roll alone
        keys, place = programmes, {name: k for k, name in enumerate(programmes)}
        group = np.array([place.get(name, -1) for name in (*PROGRAMMES, UNKNOWN)])[group]
    weight = weights_of(log, people)[roll.case]
    group, width, months = group[roll.case], len(keys) + 1, months_of(log)
    month = np.clip((roll.at.astype("datetime64[M]") - months[0]).astype(int), 0, len(months) - 1)
    cell = month * len(keys) + group[roll.unit]
    shape = (len(months), len(keys))
    opening = [
        np.bincount(group, held * roll.started, len(keys)) for held in _measures(roll, weight)
    ]
    values, counts = {}, {}
    for sign, name in ((1, "entered"), (-1, "left")):
        some = roll.step == sign
        for held, ending in zip(_measures(roll, weight), ("", "_persons"), strict=True):
            sums = np.bincount(cell[some], held[roll.unit[some]], np.prod(shape))
            values[name + ending] = _with_total(sums.reshape(shape))
        counts[name] = _with_total(np.bincount(cell[some], minlength=np.prod(shape)).reshape(shape))
    for first, ending in zip(opening, ("", "_persons"), strict=True):
        change = values[f"entered{ending}"] - values[f"left{ending}"]
        values[f"end{ending}"] = np.append(first, first.sum()) + np.cumsum(change, axis=0)
        values[f"start{ending}"] = values[f"end{ending}"] - change
    parts = [name for name in (*STOCK, *PERSONS) if name in values]
    made = np.stack([values[name] for name in parts], axis=-1)
    whole = np.stack([_period(values[name], name) for name in parts], axis=-1)
    made = np.concatenate([made, whole[None]])
    moved = made[..., parts.index("entered")] + made[..., parts.index("left")]
    start = made[..., parts.index("start")]
    rate = np.divide(moved, start, out=np.full(start.shape, np.nan), where=start > 0)
    made = np.concatenate([made, rate[..., None]], axis=-1)
    ever = roll.started.copy()
    ever[roll.unit] = True
    stood = np.bincount(group[ever], minlength=len(keys))
    few = np.stack([np.concatenate([part, part.sum(axis=0)[None]]) for part in counts.values()], -1)
    names = [*(str(one) for one in months), TOTAL]
    rows = [(name, key) for name in names for key in (*keys, TOTAL)]
    units = ("persons" if name in PERSONS else "households" for name in parts)
    heads = [Statistic(f"roll_{name}", unit) for name, unit in zip(parts, units, strict=True)]
    table = Table.exact(
        name="roll_flows",
        dims=(MONTH, SHOWN[by]),
        rows=tuple(rows),
        statistics=(*heads, TURNOVER),
        values=made.reshape(len(rows), -1),
        n=np.tile(np.append(stood, stood.sum()), len(names)),
        per="household",
        notes=("note.roll_flows", *(("note.synthetic_log",) if log.is_synthetic else ())),
        fields={"log": log.title},
        names=labels_of(by),
        disjoint=False,
    )
    least = np.where(few > 0, few, np.inf).min(axis=-1).reshape(-1)
    blocks = [range(k, k + width - 1) for k in range(0, len(rows), width)]
    blocks += [range(k, len(rows) - width, width) for k in range(width)]
    hidden = [f"roll_{name}" for name in MOVES] + [TURNOVER.name]
    return conceal(table, hidden, np.where(np.isfinite(least), least, 0), blocks, min_n)


def _measures(roll: Roll, weight: Floats) -> tuple[Floats, Floats]:
    """What each unit counts for: in households, and in persons."""
    return weight, weight * roll.persons


def _with_total(values: NDArray[Any]) -> NDArray[Any]:
    return np.column_stack([values, values.sum(axis=1)])


def _period(values: Floats, name: str) -> Floats:
    """The whole period: the first start, the last end, the sum of moves."""
    stocks = {"start": values[0], "end": values[-1]}
    return stocks.get(name.removesuffix("_persons"), values.sum(axis=0))
