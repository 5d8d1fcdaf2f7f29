"""How cases were handled, as tables: verdicts by item and township, and the days it took.

A log is a census of the office's cases: counts have no sampling interval.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.procedure.verdicts import CODE, FAULTS, VERDICTS, Item, Verdicts
from jiuzhu_sim.language import LANGUAGES, in_brackets, pick, speaking, text, unit_label
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table

JUDGED = ("met", *FAULTS)
"""Verdicts in which something was found; cases in time or unknown are not yet judged."""
SHOWN = VERDICTS[1:]
SHARE = "handling_fault_rate"
MEDIAN, LATE = 0.5, 0.9
"""Which of the sorted cases the tables of days show, besides the mean and the longest."""
UNKNOWN_PLACE = "handling_unknown_township"


def handling(verdicts: Verdicts, by: str = "") -> Table:
    """Cases by verdict for each item that concerns any; `by` is ``""`` or ``"township"``.

    Statistics: cases concerned, each verdict, and the share at fault: broken and overdue of all
    that could be judged (met, broken, overdue); NaN where none could. By township each item has a
    total row. `n` is the cases concerned. KeyError for another `by`.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> from jiuzhu_sim.casework.procedure.verdicts import Item
    >>> log = log_of([{"township": "甲镇"}, {"township": "乙镇"}])
    >>> item = Item("vote", "S1.1.6", {"zh": "民主评议", "en": "Review"})
    >>> made = Verdicts(log, (item,), np.array([[CODE["met"], CODE["broken"]]]))
    >>> handling(made).show("handling_fault_rate", "vote")
    '50.00%'
    """
    groups, place = {"": _whole, "township": _townships}[by](verdicts)
    tables = [_counts(codes, place, len(groups)) for codes in verdicts.code]
    rows, values = [], []
    for item, counts in zip(verdicts.items, tables, strict=True):
        if not counts[:, 1:].any():
            continue
        for name, found in zip(groups, counts, strict=True):
            if found[1:].any():
                rows.append((row_key(item), name) if by else (row_key(item),))
                values.append(_row(found))
        if by:
            rows.append((row_key(item), TOTAL))
            values.append(_row(counts.sum(axis=0)))
    dims = ("handling_item", by) if by else ("handling_item",)
    names = {row_key(item): dict(item.label) for item in verdicts.items} | _unknown_place()
    statistics = (
        Statistic("handling_concerned", ""),
        *(Statistic(f"handling_{name}", "") for name in SHOWN),
        Statistic(SHARE, "share"),
    )
    return _table("handling", dims, rows, statistics, values, names, notes=("note.handling",))


def row_key(item: Item) -> str:
    """The key of an item's row; an item named as the rows of totals are gets another.

    >>> row_key(Item("visit", "", {})), row_key(Item("total", "", {}))
    ('visit', 'total_limit')
    """
    return f"{item.key}_limit" if item.key == TOTAL else item.key


def townships_at_fault(verdicts: Verdicts) -> Table:
    """For each township its rank, its cases, those with any fault, and the share at fault of all
    verdicts that could be given; the highest share first, the total last.

    Equal shares share a rank and the next ones are left out (1, 2, 2, 4); without a verdict there
    is no rank. Townships of one rank stand by name.
    """
    groups, place = _townships(verdicts)
    faulty = verdicts.any_of(FAULTS)
    none = np.zeros((len(groups), len(VERDICTS)), np.int64)
    counts = sum((_counts(codes, place, len(groups)) for codes in verdicts.code), none)
    cases = np.bincount(place, minlength=len(groups)).astype(float)
    at_fault = np.bincount(place, weights=faulty, minlength=len(groups))
    judged = {k: _judged(counts[k]) for k in np.flatnonzero(cases > 0).tolist()}
    given = [share for name, (*_, share) in judged.items() if not np.isnan(share)]

    def rank(share: float) -> float:
        return np.nan if np.isnan(share) else 1.0 + sum(other > share for other in given)

    order = sorted(judged, key=lambda k: (np.nan_to_num(rank(judged[k][2]), nan=np.inf), groups[k]))
    rows: list[tuple[str, ...]] = [(groups[k],) for k in order]
    values = [[rank(judged[k][2]), cases[k], at_fault[k], *judged[k]] for k in order]
    rows.append((TOTAL,))
    values.append([np.nan, cases.sum(), at_fault.sum(), *_judged(counts.sum(axis=0))])
    statistics = (
        Statistic("handling_rank", ""),
        Statistic("handling_cases", "", additive=True),
        Statistic("handling_cases_at_fault", "", additive=True),
        Statistic("handling_judged", "", additive=True),
        Statistic("handling_faults", "", additive=True),
        Statistic(SHARE, "share"),
    )
    names, notes = _unknown_place(), ("note.handling_rank",)
    n = np.array([row[1] for row in values], np.int64)
    return _table("handling_townships", ("township",), rows, statistics, values, names, notes, n)


def lasting(verdicts: Verdicts) -> Table:
    """How long each step took in the cases where it was done, in the item's own unit: cases, mean,
    the middle case, the one that nine of ten do not exceed, the longest, and the limit."""
    rows, values = [], []
    nothing = np.full(verdicts.code.shape, np.nan, np.float32)
    days = nothing if verdicts.days is None else verdicts.days
    for k, item in enumerate(verdicts.items):
        found = np.sort(days[k][np.isfinite(days[k]) & _is_done(verdicts, k)])
        if not len(found) or item.unit in ("", "month day"):
            continue
        rows.append((row_key(item),))
        ranks = [found[int(np.ceil(share * len(found))) - 1] for share in (MEDIAN, LATE)]
        values.append([len(found), found.mean(dtype=float), *ranks, found[-1], item.limit])
    statistics = tuple(
        Statistic(f"handling_days_{name}", "")
        for name in ("n", "mean", "median", "late", "longest", "limit")
    )
    names = {row_key(item): _with_unit(item.label, item.unit) for item in verdicts.items}
    return _table("handling_days", ("handling_item",), rows, statistics, values, names)


def _is_done(verdicts: Verdicts, item: int) -> NDArray[np.bool_]:
    return np.isin(verdicts.code[item], [CODE["met"], CODE["broken"]])


def _with_unit(label: Mapping[str, str], unit: str) -> dict[str, str]:
    """A label with its unit, in both languages."""
    made = {}
    for language in LANGUAGES:
        with speaking(language):
            made[language] = in_brackets(pick(label), unit_label(unit))
    return made


def _whole(verdicts: Verdicts) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    return ("",), np.zeros(verdicts.log.n, np.int64)


def _townships(verdicts: Verdicts) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Townships by name, those of unknown township last, and the one of each case."""
    log = verdicts.log
    names = (*log.names["township"], UNKNOWN_PLACE)
    place = np.where(log.cases["township"] < 0, len(names) - 1, log.cases["township"])
    return names, place.astype(np.int64)


def _unknown_place() -> dict[str, dict[str, str]]:
    made = {}
    for language in LANGUAGES:
        with speaking(language):
            made[language] = text("handling.unknown_township")
    return {UNKNOWN_PLACE: made}


def _counts(codes: NDArray[np.int8], place: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Cases of one item by group and verdict."""
    found = np.bincount(place * len(VERDICTS) + codes, minlength=groups * len(VERDICTS))
    return found.reshape(groups, len(VERDICTS))


def _row(found: NDArray[np.int64]) -> list[float]:
    return [float(found[1:].sum()), *found[1:].astype(float), _judged(found)[2]]


def _judged(found: NDArray[np.int64]) -> list[float]:
    """How many verdicts were given, how many are faults, and their share."""
    judged = float(sum(found[CODE[name]] for name in JUDGED))
    faults = float(sum(found[CODE[name]] for name in FAULTS))
    return [judged, faults, faults / judged if judged else np.nan]


def _table(
    name: str,
    dims: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    statistics: tuple[Statistic, ...],
    values: list[list[float]],
    names: dict[str, dict[str, str]],
    notes: tuple[str, ...] = (),
    n: NDArray[np.int64] | None = None,
) -> Table:
    filled = np.array(values, np.float64).reshape(len(rows), len(statistics))
    none = np.full(filled.shape, np.nan)
    n = filled[:, 0].astype(np.int64) if n is None else n
    return Table(
        *(name, dims, tuple(rows), statistics, filled, none, none, n, "figure"),
        notes=notes,
        names=names,
        disjoint=False,
    )
