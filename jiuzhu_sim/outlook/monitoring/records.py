"""Warnings raised: which rule fires on which household in which month, seen through registers.

A register shows a month's event after its delay, only for the households it covers, and now and
then something of the wrong household. Kept is every firing down to `LEAST` of its threshold, so
that another threshold is a comparison and no new run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.warnings.warnings import Warnings, strength
from jiuzhu_sim.population.draws import uniform

LEAST = 0.5
"""The lowest multiplier of thresholds that is kept."""

MOST = 3.0
"""The highest multiplier offered."""

YEAR = 12

History = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Records:
    """One entry a firing: positions of `rule`, `month` and `home`, and the `strength` (float32,
    1 at the threshold). Sorted by rule, month and household."""

    rule: NDArray[np.int16]
    month: NDArray[np.int16]
    home: NDArray[np.int32]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rule)


def raise_warnings(
    warnings: Warnings,
    history: History,
    of: Sequence[Mapping[str, NDArray[np.bool_]]],
    *,
    seed: int,
    ids: NDArray[np.int64],
) -> Records:
    """Every firing of a run.

    `history`: each signal by month, the eve in row 0, (months + 1, households); `of`: whom a rule
    is for in each month (`casework.warnings.groups`); `ids`: keys of the households' draws.

    >>> from jiuzhu_sim.casework.warnings.warnings import groups, load_warnings
    >>> rules = load_warnings().only(["emergency"]).exact()
    >>> need = np.array([[0.0], [0.0], [900.0]], np.float32)
    >>> nobody = groups(np.array([False]), np.array([False]))
    >>> found = raise_warnings(rules, {"emergency_need": need}, [nobody] * 2, seed=1,
    ...                        ids=np.array([7]))
    >>> found.month.tolist(), found.strength.tolist()
    ([1], [1.7999999523162842])
    """
    months, found = len(of), []
    covered: dict[tuple[str, int], NDArray[np.bool_]] = {}
    for place, rule in enumerate(warnings.rules):
        if rule.signal not in history:
            continue
        source = warnings.sources[rule.source]
        seen = history[rule.signal]
        for t in range(months):
            at = (rule.source, t // YEAR)
            if at not in covered:
                drawn = uniform(seed, ids, f"register {rule.source} {t // YEAR}")
                covered[at] = drawn < source.hit
            now = t + 1 - source.delay
            rows = np.maximum(np.arange(now - rule.window, now), 0)
            fires = strength(rule, seen[max(now, 0)], seen[rows]) * covered[at]
            if source.wrong:
                wrong = uniform(seed, ids, f"wrong {rule.key} {t}") < source.wrong
                fires = np.where(wrong, np.maximum(fires, 1), fires).astype(np.float32)
            rows = np.flatnonzero((fires >= LEAST) & of[t][rule.of])
            found.append((place, t, rows.astype(np.int32), fires[rows]))
    sizes = [len(rows) for _, _, rows, _ in found]
    return Records(
        np.repeat(np.array([place for place, *_ in found], np.int16), sizes),
        np.repeat(np.array([t for _, t, *_ in found], np.int16), sizes),
        np.concatenate([np.zeros(0, np.int32), *(rows for _, _, rows, _ in found)]),
        np.concatenate([np.zeros(0, np.float32), *(fires for *_, fires in found)]),
    )
