"""From households to curves: pieces of every household, added up at every whole yuan."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Floats, exact_sum
from jiuzhu_sim.measures.welfare import poverty_gap
from jiuzhu_sim.outlook.standard.curve_families import Families
from jiuzhu_sim.outlook.standard.curve_law import STANDARD
from jiuzhu_sim.outlook.standard.curve_pieces import (
    Ints,
    Lines,
    Pieces,
    ValueAt,
    cut_where_bending,
    cut_where_turning,
    whole,
)
from jiuzhu_sim.outlook.standard.curve_sums import Parts, parts, running
from jiuzhu_sim.rules.kit import MONTHS, below

FGT = ("fgt0", "fgt1", "fgt2")
BEFORE = tuple(f"{name}_before" for name in FGT)
TOTALS = ("n", "households", "persons", "cost_y", *FGT, *BEFORE)
"""What is added up, at each standard; ``_before`` is before assistance."""

BLOCK = 32_768
"""Households looked at together, so that what is worked on stays in the cache."""

Found = tuple[Parts, Parts, Parts, Parts]
"""Of a block of households: recipients, their money, shortfalls after and before assistance."""


def totals(families: Families, weight: Floats, low: int, high: int) -> Mapping[str, Floats]:
    """Each of `TOTALS` at every whole yuan from `low` to `high`, (high - low + 1,) each.

    `weight`: one value a household of the area.
    """
    households = np.arange(len(families.rows))
    starts = range(0, max(len(households), 1), BLOCK)
    every = [
        _found(families, weight, households[start : start + BLOCK], low, high) for start in starts
    ]
    recipients, money, after, before = (
        running(group, low, high) for group in zip(*every, strict=True)
    )
    standard = np.arange(low, high + 1, dtype=np.float64)
    everybody = float(exact_sum(weight * families.own("n_members_hh"))[0])
    made = {**recipients, "cost_y": MONTHS * (money["level"] + money["slope"] * standard)}
    made |= dict(zip(FGT, _shortfalls(after, standard, everybody), strict=True))
    made |= dict(zip(BEFORE, _shortfalls(before, standard, everybody), strict=True))
    return made


def _found(families: Families, weight: Floats, households: Ints, low: int, high: int) -> Found:
    """What some households add to each total, and between which standards.

    Who is no recipient on a piece has no benefit there; so amounts are followed only where
    somebody receives.
    """
    every = whole(households, low, high)
    pieces = every
    for name in families.moved.compared:
        pieces = cut_where_turning(pieces, _result(families, name))
    recipients = families.at("n_recipients_hh", pieces.owner, pieces.first).astype(np.float64)
    some = recipients > 0
    receiving, nothing = pieces[some], _flat(pieces[~some])
    lines = cut_where_bending(receiving, _result(families, "benefit_m_hh"))
    theirs, on_lines = weight[receiving.owner], weight[lines.owner]
    return (
        parts(
            receiving,
            n=np.ones(len(receiving)),
            households=theirs,
            persons=theirs * recipients[some],
        ),
        parts(lines, level=on_lines * lines.level, slope=on_lines * lines.slope),
        _poor(families, weight, lines.and_also(nothing)),
        _poor(families, weight, _flat(every)),
    )


def _result(families: Families, name: str) -> ValueAt:
    """A result as a function of households and standards."""
    return lambda households, standard: families.at(name, households, standard)


def _flat(pieces: Pieces) -> Lines:
    """Pieces on which nothing is paid."""
    nothing = np.zeros(len(pieces))
    return Lines(pieces.owner, pieces.first, pieces.last, nothing, nothing)


def _poor(families: Families, weight: Floats, lines: Lines) -> Parts:
    """Persons short of the standard where benefits run along `lines`, with their shortfall.

    With income Y and benefit a + b·s of n members, the shortfall relative to the standard s is
    p − q/s, where p = 1 − b/n and q = (Y + a)/n; its square is p² − 2pq/s + q²/s².
    """
    members = families.own("n_members_hh")[lines.owner].astype(np.float64)
    income = families.own("counted_income_pc_m_hh")[lines.owner]
    each = np.maximum(members, 1)

    def is_poor(line: Ints, standard: Ints) -> NDArray[np.bool_]:
        count = members[line]
        now = income[line] + lines.amount(line, standard) / each[line]
        poor: NDArray[np.bool_] = below(now * count, standard * count)
        return poor

    pieces = Pieces(np.arange(len(lines)), lines.first, lines.last)
    pieces = cut_where_turning(pieces, is_poor)
    pieces = pieces[is_poor(pieces.owner, pieces.first)]
    line = pieces.owner
    persons = weight[lines.owner[line]] * members[line]
    p = 1 - lines.slope[line] / each[line]
    q = income[line] + lines.level[line] / each[line]
    return parts(
        pieces,
        persons=persons,
        p=persons * p,
        q=persons * q,
        pp=persons * p * p,
        pq=persons * p * q,
        qq=persons * q * q,
    )


def _shortfalls(
    sums: Mapping[str, Floats], standard: Floats, everybody: float
) -> tuple[Floats, Floats, Floats]:
    """FGT 0, 1, 2 at every standard from the sums of `_poor`; NaN where nobody is weighed."""
    rate = everybody if everybody > 0 else np.nan
    gap = sums["p"] - sums["q"] / standard
    square = sums["pp"] - 2 * sums["pq"] / standard + sums["qq"] / standard**2
    return sums["persons"] / rate, gap / rate, square / rate


def totals_of(results: Results, rows: Ints, weight: Floats) -> Mapping[str, float]:
    """Each of `TOTALS` of some households from the results of one simulation.

    `rows`: their positions in the tables; `weight`: one value each.
    """
    recipients = household(results, "n_recipients_hh")[rows]
    benefit = household(results, "benefit_m_hh")[rows]
    members = household(results, "n_members_hh")[rows]
    line = household(results, STANDARD)[rows]
    income = household(results, "counted_income_pc_m_hh")[rows]

    def total(values: Floats) -> float:
        return float(exact_sum(weight * values)[0])

    made = {
        "n": float(np.count_nonzero(recipients)),
        "households": total((recipients > 0).astype(np.float64)),
        "persons": total(recipients),
        "cost_y": MONTHS * total(benefit),
    }
    everybody = total(members)
    rate = everybody if everybody > 0 else np.nan
    after = income + benefit / np.maximum(members, 1)
    for names, now in ((FGT, after), (BEFORE, income)):
        gap = poverty_gap(now, line, members)
        shares = ((gap > 0).astype(np.float64), gap, gap * gap)
        for name, share in zip(names, shares, strict=True):
            made[name] = total(members * share) / rate
    return made
