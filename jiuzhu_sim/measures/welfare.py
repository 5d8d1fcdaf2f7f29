"""Poverty and inequality: FGT 0, 1, 2 and the Gini coefficient, before and after assistance.

Line: the standard of the policy run, of each household's area (its own line, not a national
one). Income: counted income per capita; after: plus benefit per member. Weights: household
weight × members, so persons are counted (EC.9; Foster, Greer & Thorbecke 1984).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.adding import FLOAT_BITS, LEAST
from jiuzhu_sim.measures.exact import Exact
from jiuzhu_sim.measures.groups import groups, household
from jiuzhu_sim.measures.intervals import Estimate, Floats, Sums, half_width
from jiuzhu_sim.measures.table import INTERVAL_NOTE, Statistic, Table, stack
from jiuzhu_sim.measures.tally import Counts, Rows
from jiuzhu_sim.rules.kit import below

MILLIONTHS = 1e6
"""Parts of a yuan within which two incomes are the same."""

BLOCK = 16_384
"""Rows added at a time, so that working arrays stay in the cache."""

ROOM = FLOAT_BITS - 3
"""Bits of a piece at most: cutting needs three above it."""

PACKED = 63
"""Bits of a whole number, its sign aside."""

POVERTY = (
    Statistic("fgt0", "share"),
    Statistic("fgt1", "index"),
    Statistic("fgt2", "index"),
    Statistic("gini", "index"),
)

MOMENTS = ("before", "after")
"""Before and after assistance."""


def income_after(results: Results) -> Floats:
    """Income per capita after assistance, yuan a month: (households,)."""
    found: Floats = results.numbers("benefit_m_hh") / np.maximum(results.numbers("n_members_hh"), 1)
    found += results.numbers("counted_income_pc_m_hh")
    return found


def heads(results: Results) -> Floats:
    """Members to divide by: at least one. A household in which nobody counts has no weight among
    persons, but must not make a sum over all of them undefined.
    """
    return np.maximum(household(results, "n_members_hh"), 1)


def poverty_gap(income: Floats, line: Floats, members: Floats) -> Floats:
    """Gap per head relative to the line; a household's gap below half a fen is none (EC.8)."""
    gap = np.zeros(len(income))
    for poor, short in _short(income, line, members):
        gap[poor] = short
    return gap


def _short(
    income: Floats, line: Floats, members: Floats
) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """The poor, some rows at a time so that what is compared stays in the cache, and their gaps per
    head relative to the line."""
    for start in range(0, len(income), BLOCK):
        part = slice(start, start + BLOCK)
        own, limit = income[part], line[part]
        poor = np.flatnonzero(below(own * members[part], limit * members[part]))
        yield poor + start, (limit[poor] - own[poor]) / limit[poor]


@dataclass(frozen=True)
class Ranking:
    """Incomes in rising order, equal ones as one level.

    `order` sorts the households; `start` is where each level begins in that order; `level` its
    income. Incomes that differ by less than a millionth of a yuan are equal: a float's last bits
    must not decide a tie.
    """

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    level: Floats

    def by_level(self, values: Floats) -> Floats:
        """Sum of household values by level; the order within a level does not matter.

        Whole levels are added at a time, about as many as fit the cache.
        """
        total = np.empty(len(self.start))
        level = np.unique(np.searchsorted(self.start, np.arange(0, len(self.order), BLOCK)))
        ends = np.append(level[1:], len(self.start))
        bounds = np.append(self.start, len(self.order))
        for low, high in zip(level, ends, strict=True):
            first = bounds[low]
            rows = self.order[first : bounds[high]]
            _add_runs(values[rows], self.start[low:high] - first, total[low:high])
        return total

    def each(self, by_level: NDArray[Any]) -> NDArray[Any]:
        """A value a level, for each household in rising order."""
        return np.repeat(by_level, np.diff(self.start, append=len(self.order)))


def _add_runs(rest: Floats, start: NDArray[np.int64], total: Floats) -> None:
    """Sums of runs of values, which are used up, into `total`; the same for any order in a run.

    As in `Exact`, values are cut into pieces so short that those of a run add up without
    rounding; two pieces tell all but 2**-60 of the largest.
    """
    longest = int(np.diff(start, append=len(rest)).max())
    room = min(FLOAT_BITS - longest.bit_length(), ROOM)
    largest = max(float(rest.max()), -float(rest.min()))
    place = int(np.frexp(largest)[1]) - room
    total[:] = 0
    for _ in range(2):
        # Adding and taking away a number whose last bit lies at `place` rounds to it.
        cut = 1.5 * 2.0 ** (max(place, LEAST) + FLOAT_BITS - 1)
        piece = rest + cut
        piece -= cut
        total += np.add.reduceat(piece, start)
        rest -= piece
        if not rest.any():
            break
        place -= room


def ranking(income: Floats) -> Ranking:
    """Rank incomes, (households,).

    >>> ranking(np.array([3.0, 1.0, 0.1 + 0.2, 0.3])).level.tolist()
    [0.3, 1.0, 3.0]
    """
    key = income * MILLIONTHS
    np.rint(key, out=key)
    order, rising, least = _rising(key)
    start = np.flatnonzero(np.append(True, rising[1:] != rising[:-1]))[: len(rising)]
    return Ranking(order, start, (rising[start] + least) / MILLIONTHS)


def rounded(income: Floats) -> Floats:
    """Incomes to the millionth of a yuan, so that equal ones are equal to the last bit.

    >>> rounded(np.array([0.1 + 0.2])).tolist()
    [0.3]
    """
    level = np.rint(income * MILLIONTHS)
    level /= MILLIONTHS
    return level


def _rising(key: Floats) -> tuple[NDArray[np.int64], NDArray[Any], float]:
    """The order of whole numbers, the numbers in it less a number, and that number.

    Number and row are packed into one integer: sorting those is several times faster than finding
    the order of the numbers, and equal ones keep the order of their rows. `key` is used up.
    """
    bits = len(key).bit_length()
    least, most = float(key.min(initial=np.inf)), float(key.max(initial=-np.inf))
    # Beyond 2**53 the difference of two is rounded; a number that is none ends here as well.
    if not most - least < 2.0 ** min(PACKED - bits, FLOAT_BITS):
        order = np.argsort(key, kind="stable")
        return order, key[order], 0.0
    key -= least
    packed = key.astype(np.int64)
    packed <<= bits
    packed |= np.arange(len(key))
    packed.sort()
    order = packed & ((1 << bits) - 1)
    packed >>= bits
    return order, packed, least


def gini(
    income: Floats, weight: Floats, *, auxiliaries: dict[str, Floats] | None = None
) -> Estimate:
    """Weighted Gini coefficient with its interval; equal incomes form one group.

    Negative incomes count as 0; households of weight 0 do not count; 0 when all income is 0.
    Variance: linearisation of Langel & Tillé (2013). Shapes: (households,) → three of (1,).

    >>> value, *_ = gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    >>> float(value[0])
    0.5
    """
    ranked = ranking(np.maximum(income, 0))
    persons = ranked.by_level(weight)
    value, influence = gini_of(ranked.level, persons)
    rising, each = weight[ranked.order], ranked.each(influence)
    if not auxiliaries:
        each *= rising
        first = np.array([(influence * persons).sum()])
        half = half_width(first, Exact.of_product((each, each)).value(), len(each))
        return np.array([value]), value - half, value + half
    columns = {name: column[ranked.order] for name, column in auxiliaries.items()}
    total, low, high = Sums(rising, auxiliaries=columns, influence=each).total("influence")
    return np.array([value]), low - total + value, high - total + value


def gini_of(level: Floats, persons: Floats) -> tuple[float, Floats]:
    """The Gini coefficient of persons at rising levels of income, and the influence on it of one
    more person of each level. Shapes: (levels,) twice; 0 where there is no income or nobody.

    >>> gini_of(np.array([0.0, 1.0]), np.array([3.0, 1.0]))[0]
    0.75
    """
    money = persons * level
    people, total = float(persons.sum()), float(money.sum())
    if total <= 0 or people <= 0:
        return 0.0, np.zeros(len(level))
    middle = (np.cumsum(persons) - persons / 2) / people
    value = float((money * (2 * middle - 1)).sum() / total)
    share = (np.cumsum(money) - money / 2) / total
    relative = level / (total / people)
    return value, (2 * (relative * middle - share) - (value + 1) * relative + 1 - value) / people


def poverty(results: Results, *, weight: str, line: Results | None = None) -> Table:
    """FGT 0/1/2 and Gini before and after assistance, persons as weights.

    `results`: of `simulate`. `weight`: a household column. `line`: results of the policy whose
    standard is the poverty line, where another is to be judged by it (a scenario must not look
    poorer because its own standard is higher); by default the policy's own. Shares from 0 to 1,
    Gini likewise. See docs/en/definitions/poverty.md for ties, zeros, negatives (Foster, Greer &
    Thorbecke 1984).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> table = jz.poverty(jz.simulate(people, policy), weight="weight")
    >>> table.get("fgt1", "after") <= table.get("fgt1", "before")
    True
    """
    auxiliaries = {
        name: values / heads(results) for name, values in results.people.auxiliaries.items()
    }
    persons = household(results, weight) * household(results, "n_members_hh")
    with ThreadPoolExecutor(len(MOMENTS)) as pool:
        income = incomes(results)
        ranked = pool.map(lambda each: gini(each, persons, auxiliaries=auxiliaries), income)
        sums = poverty_sums(results, income, weight=weight, line=line)
        return poverty_table(sums, tuple(ranked), is_fixed=line is not None)


def incomes(results: Results) -> tuple[Floats, Floats]:
    """Income per capita before and after assistance, yuan a month: (households,) each."""
    return household(results, "counted_income_pc_m_hh"), income_after(results)


def poverty_sums(
    results: Results, income: tuple[Floats, Floats], *, weight: str, line: Results | None = None
) -> Rows:
    """What `poverty_table` adds up: persons, the poor, their gaps and squared gaps; `income` as
    `incomes` gives it."""
    members = household(results, "n_members_hh")
    standard = household(line or results, "dibao_standard_m_hh")
    variables = {"members": members}
    for moment, each in zip(MOMENTS, income, strict=True):
        # Zeros nobody writes to cost no memory: most households are not poor.
        poor, gap, square = (np.zeros(len(members)) for _ in range(3))
        for rows, short in _short(each, standard, members):
            poor[rows] = persons = members[rows]
            gap[rows] = lacking = persons * short
            square[rows] = lacking * short
        variables |= {f"poor_{moment}": poor, f"gap_{moment}": gap, f"square_{moment}": square}
    labels = {"policy": results.policy.label, "base": (line or results).policy.label}
    one = np.ones(len(members))
    by = groups(results, ())
    return Rows(results, by, one, weight, labels, auxiliaries=None, **variables)


def poverty_table(sums: Counts, ginis: Sequence[Estimate], *, is_fixed: bool) -> Table:
    """The table of `poverty`, of households in memory or merged.

    `ginis`: Gini coefficients before and after; `is_fixed`: the line is that of another policy.
    """
    rows = []
    for moment, index in zip(MOMENTS, ginis, strict=True):
        parts = [sums.ratio(f"{y}_{moment}", "members") for y in ("poor", "gap", "square")]
        rows.append(stack([*parts, index]))
    values, low, high = (np.vstack(part) for part in zip(*rows, strict=True))
    return Table(
        name="poverty_fixed" if is_fixed else "poverty",
        dims=("moment",),
        rows=tuple((moment,) for moment in MOMENTS),
        statistics=POVERTY,
        values=values,
        low=low,
        high=high,
        n=np.full(len(MOMENTS), sums.households),
        per="person",
        disjoint=False,
        notes=("note.fixed_line" if is_fixed else "note.own_line", INTERVAL_NOTE),
        fields=sums.fields,
    )
