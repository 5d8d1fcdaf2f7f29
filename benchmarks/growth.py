"""How time grows with the number of households, and shrinks with threads and workers."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import log
from statistics import median
from typing import Any

ALL, RULES = "all", "rules"
PARTED = "jiuzhu run --no-households"


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Slope of log time over log size, by least squares: 1 is time in proportion to size.

    >>> round(exponent([10, 100, 1000], [1, 10, 100]), 6)
    1.0
    """
    x, y = ([log(value) for value in values] for values in (sizes, seconds))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    over = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return over / sum((a - mean_x) ** 2 for a in x)


def series(results: Mapping[str, Any]) -> dict[str, dict[int, float]]:
    """Seconds of all answers by way and size; the largest size from runs alone."""
    made: dict[str, dict[int, float]] = {}
    for size, found in results.get("sizes", {}).items():
        for name, timing in found["times"][ALL].items():
            made.setdefault(name, {})[int(size)] = timing["median"]
    for size, alone in results.get("memory", {}).items():
        for name, row in alone["ways"].items():
            if "seconds" in row and int(size) not in made.get(name, {}):
                made.setdefault(name, {})[int(size)] = median(row["seconds"])
    return made


def growth_lines(results: Mapping[str, Any]) -> Iterator[str]:
    """Exponents by way; threads and workers of ours."""
    found = series(results)
    sizes = sorted({size for times in found.values() for size in times})
    if len(sizes) > 1:
        steps = list(pairwise(sizes))
        head = [f"{low:,} → {high:,}" for low, high in steps]
        yield "Exponent of time over size, all totals and the reform (1: in proportion).\n"
        yield f"| | {' | '.join(head)} | all sizes |"
        yield f"|---|{'--:|' * (len(head) + 1)}"
        for name, times in found.items():
            cells = [
                f"{exponent([low, high], [times[low], times[high]]):.2f}"
                if {low, high} <= set(times) else ""
                for low, high in steps
            ]  # fmt: skip
            known = sorted(times)
            whole = exponent(known, [times[size] for size in known]) if len(known) > 1 else None
            yield f"| {name} | {' | '.join(cells)} | {'' if whole is None else f'{whole:.2f}'} |"
    yield from _threads(results)


def _threads(results: Mapping[str, Any]) -> Iterator[str]:
    for size, of in results.get("sizes", {}).items():
        one, many = (
            of["times"][name]["jiuzhu_sim"]["median"] for name in ("rules_one_thread", RULES)
        )
        yield (
            f"\n{int(size):,} households in memory, the rules: one thread {one * 1000:.1f} ms, "
            f"all cores {many * 1000:.1f} ms: {one / many:.2f} times as fast."
        )
    for size, found in results.get("out_of_core", {}).items():
        rows = found["rows"]
        one, many = (rows.get(PARTED + more, {}) for more in (" --workers 1", ""))
        if "seconds" in one and "seconds" in many:
            times = one["seconds"] / many["seconds"]
            yield (
                f"\n{int(size):,} households out of core: one worker {one['seconds']:.1f} s, as "
                f"many as cores {many['seconds']:.1f} s: {times:.2f} times as fast."
            )
