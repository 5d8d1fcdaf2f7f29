"""Where the money goes by income: shares of the poorest, concentration, efficiency.

Coady–Grosh–Hoddinott ratio: the share of the benefits that goes to the poorest q of all persons,
over q; 1 is no targeting at all. Concentration coefficient: the Gini formula with benefits by
income rank; −1 all to the poorest, 0 to all alike, +1 all to the richest. Efficiency after Weisbrod
and Beckerman: what part of the money closes the gap to the line, and what part of the gap is
closed. Income is before assistance. Definitions, edge cases: docs/en/definitions/targeting.md.

Sources: Coady, Grosh & Hoddinott 2004 (Targeting of Transfers in Developing Countries, World Bank);
Kakwani 1977 (Economic Journal 87) for concentration; Weisbrod 1969 (Collective action and the
distribution of income); Beckerman 1979 (Economic Journal 89).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.groups import Groups
from jiuzhu_sim.measures.intervals import Estimate, Floats, Sums
from jiuzhu_sim.measures.table import Statistic, Table, stack
from jiuzhu_sim.measures.targeting import Aim, Cells, make_table, require_outside
from jiuzhu_sim.measures.welfare import Ranking, poverty_gap, ranking

POOREST = (0.1, 0.2, 0.4)
"""Shares of persons, poorest first: a tenth, a fifth, two fifths."""

BAND = 0.025
"""On either side of a quantile, the part of all persons whose mean benefit stands for that at the
quantile in the variance."""


def incidence(
    aim: Aim, groups: Groups | None = None, *, poorest: Sequence[float] = POOREST
) -> Table:
    """The share of all benefits that goes to the poorest, and the CGH ratio; by group and q.

    `poorest`: shares q of the persons (weight × members), ranked within each group by income per
    capita before assistance. Persons of equal income share alike: of a level on the edge as large
    a part counts as is needed to make up q. NaN where nothing is paid or nobody is.

    Raises JZ-E032 for a q outside 0 to 1 or an `Aim` without incomes, JZ-E098 for recipients only.

    >>> from jiuzhu_sim.measures.targeting import make_aim
    >>> aim = make_aim([6.0, 2, 0, 0], [6.0, 2, 0, 0], income_pc_m=[1.0, 2, 3, 4])
    >>> made = incidence(aim, poorest=[0.25])
    >>> made.get("incidence_share", "total", "25%"), made.get("cgh", "total", "25%")
    (0.75, 3.0)
    """
    require_outside(aim, "incidence")
    for q in poorest:
        if not 0 < q <= 1:
            raise JZError.of("JZ-E032", name="poorest", value=q, expected="0–1")
    income = _income(aim)
    parts: list[Estimate] = []
    for some in _each(aim, groups):
        parts += [_share(aim, some, income, q) for q in poorest]
    rows = tuple(f"{100 * q:g}%" for q in poorest)
    size = len(parts) // len(rows)
    levels = np.tile(np.array(poorest, np.float64), size)
    share = _stacked(parts)
    ratio = tuple(part / levels for part in share)
    return _by_row(aim, groups, rows, share, (ratio[0], ratio[1], ratio[2]))


def concentration(aim: Aim, groups: Groups | None = None) -> Table:
    """The concentration coefficient of benefits by income, −1 to 1, by group and in all.

    Persons as weights, ranked within each group; NaN where nothing is paid. Raises JZ-E032 for an
    `Aim` without incomes, JZ-E098 for recipients only.

    >>> from jiuzhu_sim.measures.targeting import make_aim
    >>> aim = make_aim([4.0, 0], [4.0, 0], income_pc_m=[1.0, 2])
    >>> concentration(aim).get("concentration", "total")
    -0.5
    """
    require_outside(aim, "incidence")
    income = _income(aim)
    parts = [_coefficient(aim, some, income) for some in _each(aim, groups)]
    return make_table(
        "concentration", aim, groups, {("concentration", "index"): _stacked(parts)}, "person"
    )


def efficiency(aim: Aim, groups: Groups | None = None) -> Table:
    """Vertical and horizontal efficiency (Weisbrod), and Beckerman's four; by group and in all.

    Vertical: of the money, what goes to those entitled. Horizontal: of those entitled (households),
    who is paid. Poor: income per capita below the line by half a fen of the household. Vertical
    expenditure efficiency: of the money, what goes to the poor. Spillover: of that, what lies above
    the line. Poverty reduction efficiency: of the money, what closes gaps. Gap efficiency: of the
    gap, what is closed. NaN where there is nothing to divide by.

    Raises JZ-E032 for an `Aim` without incomes or line, JZ-E098 for recipients only.

    >>> from jiuzhu_sim.measures.targeting import make_aim
    >>> aim = make_aim([6.0, 2], [4.0, 0], income_pc_m=[1.0, 9], line_m=5)
    >>> made = efficiency(aim)
    >>> made.get("vertical", "total"), made.show("spillover", "total"), made.get("pre", "total")
    (0.75, '33.33%', 0.5)
    """
    require_outside(aim, "efficiency")
    income = _income(aim)
    if aim.line_m is None or not (aim.line_m > 0).all():
        raise JZError.of("JZ-E032", name="line_m", value=None, expected=text("targeting.lines"))
    gap = poverty_gap(income, aim.line_m, aim.members) * aim.line_m * aim.members
    paid = np.where(aim.paid, aim.paid_m, 0.0)
    closed = np.minimum(paid, gap)
    sums = Cells(
        aim.weight,
        None if groups is None else groups.index,
        1 if groups is None else groups.n,
        aim.auxiliaries,
        paid=paid,
        entitled_money=paid * aim.entitled,
        entitled=aim.entitled.astype(np.float64),
        right=(aim.entitled & aim.paid).astype(np.float64),
        poor=paid * (gap > 0),
        above=paid * (gap > 0) - closed,
        closed=closed,
        gap=gap,
    )
    parts = {
        ("vertical", "share"): sums.ratio("entitled_money", "paid"),
        ("horizontal", "share"): sums.ratio("right", "entitled"),
        ("vee", "share"): sums.ratio("poor", "paid"),
        ("spillover", "share"): sums.ratio("above", "poor"),
        ("pre", "share"): sums.ratio("closed", "paid"),
        ("gap_efficiency", "share"): sums.ratio("closed", "gap"),
    }
    return make_table("efficiency", aim, groups, parts, "household")


def _income(aim: Aim) -> Floats:
    if aim.income_pc_m is None:
        expected = text("targeting.incomes")
        raise JZError.of("JZ-E032", name="income_pc_m", value=None, expected=expected)
    return aim.income_pc_m


def _each(aim: Aim, groups: Groups | None) -> list[NDArray[np.bool_]]:
    """The households of each group, and of all."""
    whole = np.ones(aim.size, bool)
    if groups is None:
        return [whole]
    return [*(groups.index == k for k in range(groups.n)), whole]


def _stacked(parts: Sequence[Estimate]) -> Estimate:
    value, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
    return value, low, high


def _ranked(
    aim: Aim, some: NDArray[np.bool_], income: Floats
) -> tuple[Ranking, Floats, Floats, float, float] | None:
    """Levels of income of some households: persons and benefits of each, and of all; None where
    there is nobody or nothing."""
    found = ranking(income[some])
    weight = aim.weight[some]
    persons = found.by_level(weight * aim.members[some])
    money = found.by_level(weight * np.where(aim.paid, aim.paid_m, 0.0)[some])
    people, total = float(persons.sum()), float(money.sum())
    return (found, persons, money, people, total) if people > 0 and total > 0 else None


def _linear(aim: Aim, some: NDArray[np.bool_], value: float, influence: Floats) -> Estimate:
    """A value with the interval of its influences; `influence` of the households in `some`. The
    others have none, but are part of the sample."""
    whole = np.zeros(aim.size)
    whole[some] = influence
    sums = Sums(aim.weight, None, 1, aim.auxiliaries, influence=whole)
    total, low, high = sums.total("influence")
    return np.array([value]), low - total + value, high - total + value


def _nothing() -> Estimate:
    return (np.full(1, np.nan),) * 3


def _share(aim: Aim, some: NDArray[np.bool_], income: Floats, q: float) -> Estimate:
    made = _ranked(aim, some, income)
    if made is None:
        return _nothing()
    found, persons, money, people, total = made
    upto = np.cumsum(persons)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(persons > 0, (q * people - (upto - persons)) / persons, 0.0)
    part = np.clip(part, 0.0, 1.0)
    value = float((money * part).sum() / total)
    # Moving the quantile moves in the benefits of those who stand there.
    rank = (upto - persons / 2) / people
    near = np.abs(rank - q) <= max(BAND, float(np.abs(rank - q).min()))
    at_edge = float(money[near].sum() / max(float(persons[near].sum()), 1e-300))
    mine = np.empty(len(found.order))
    mine[found.order] = found.each(part)
    paid = np.where(aim.paid, aim.paid_m, 0.0)[some]
    members = aim.members[some]
    influence = (paid * (mine - value) + at_edge * members * (q - mine)) / total
    return _linear(aim, some, value, influence)


def _coefficient(aim: Aim, some: NDArray[np.bool_], income: Floats) -> Estimate:
    made = _ranked(aim, some, income)
    if made is None:
        return _nothing()
    found, persons, money, people, total = made
    middle = (np.cumsum(persons) - persons / 2) / people
    value = float((money * (2 * middle - 1)).sum() / total)
    share = (np.cumsum(money) - money / 2) / total
    rank, before = np.empty(len(found.order)), np.empty(len(found.order))
    rank[found.order], before[found.order] = found.each(middle), found.each(share)
    paid = np.where(aim.paid, aim.paid_m, 0.0)[some]
    members = aim.members[some]
    # Langel & Tillé 2013, with benefits in the place of incomes.
    influence = paid * (2 * rank - 1 - value) / total
    influence += members * (1 - value - 2 * before) / people
    # The terms of a person of benefit μ: what the mean does is in `value` already.
    return _linear(aim, some, value, influence)


def _by_row(
    aim: Aim, groups: Groups | None, levels: tuple[str, ...], share: Estimate, ratio: Estimate
) -> Table:
    """A table of groups by shares of the poorest."""
    plain = make_table("incidence", aim, groups, {("incidence_share", "share"): share}, "person")
    values, low, high = stack((share, ratio))
    rows = tuple((*row, level) for row in plain.rows for level in levels)
    table = replace(
        plain,
        dims=(*plain.dims, "poorest"),
        rows=rows,
        statistics=(Statistic("incidence_share", "share"), Statistic("cgh", "ratio")),
        values=values,
        low=low,
        high=high,
        n=np.repeat(plain.n, len(levels)),
        disjoint=False,
    )
    return table.of_all() if aim.is_complete else table
