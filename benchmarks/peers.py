"""The tables of the engines beside each other."""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from benchmarks.rivals import COARSE, OTHERS, OURS

LABELS = {
    "prepare": "prepare people from two tables",
    "rules": "baseline: the rules",
    "sums": "baseline + totals",
    "everything": "baseline + totals, FGT, Gini, deciles",
    "reform": "baseline + reform (two full runs)",
    "all": "**all totals and the reform**",
    "move": "slider move: urban standard, reuse",
    "move_sums": "slider move + totals",
}
"""Workloads that all have; "all": both laws, totals, FGT and Gini of both, winners, deciles."""

ALONE = {"synthesize": "making the people", "rules_one_thread": "the rules on one thread"}

MICRO = 0.0001
"""Seconds below which a time is shown in microseconds."""

MB, GB = 1e6, 1e9
FLOORED = ("rules", "sums", "all")

Results = Mapping[str, Any]


def show(seconds: float) -> str:
    """A time as a person reads it.

    >>> show(0.0000065), show(0.00312), show(0.1234), show(2.5)
    ('6.5 µs', '3.1 ms', '123 ms', '2.50 s')
    """
    if seconds < MICRO:
        return f"{seconds * 1e6:.1f} µs"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def ratio(theirs: float, ours: float) -> str:
    """Their time over ours; marked where they are faster.

    >>> ratio(3.0, 1.5), ratio(1.0, 2.0)
    ('2.0 ×', '**0.50 ×, faster than ours**')
    """
    times = theirs / ours
    return f"{times:.1f} ×" if times >= 1 else f"**{times:.2f} ×, faster than ours**"


def peer_lines(results: Results) -> Iterator[str]:
    """A table a size: our median, then each other's and its ratio to ours."""
    yield "Medians; behind each the ratio to ours: above 1 we are faster."
    for size, found in results["sizes"].items():
        times = found["times"]
        alone = ", ".join(f"{ALONE[name]} {show(times[name][OURS]['median'])}" for name in ALONE)
        yield f"\n**{int(size):,} households, {found['persons']:,} persons** (ours: {alone})\n"
        yield f"| | {OURS} | {' | '.join(OTHERS)} |"
        yield f"|---|--:|{'--:|' * len(OTHERS)}"
        for name, label in LABELS.items():
            ours = times[name][OURS]["median"]
            cells = [label, f"**{show(ours)}**"]
            for other in OTHERS:
                timing = times[name].get(other)
                cells.append(
                    f"{show(timing['median'])}, {ratio(timing['median'], ours)}" if timing else ""
                )
            yield f"| {' | '.join(cells)} |"


def floor_lines(results: Results) -> Iterator[str]:
    """Our times in multiples of reading the input once."""
    yield (
        "Every byte of the columns the plan reads, read once in the same run by all cores; our "
        "medians in multiples of that."
    )
    if stream := results.get("stream"):
        speed = stream["bytes"] / stream["best"] / GB
        yield f"Copying large arrays (bytes read and written): {speed:.1f} GB/s."
    head = "households | input | read once | GB/s | rules | + totals | all totals and the reform"
    yield f"\n| {head} |"
    yield "|--:|--:|--:|--:|--:|--:|--:|"
    for size, found in results["sizes"].items():
        floor, times = found["floor"], found["times"]
        cells = [f"{int(size):,}", f"{floor['bytes'] / MB:,.1f} MB", show(floor["median"])]
        cells.append(f"{floor['bytes'] / floor['median'] / GB:.1f}")
        cells += [f"{times[name][OURS]['median'] / floor['median']:.1f} ×" for name in FLOORED]
        yield f"| {' | '.join(cells)} |"


def coarse_lines(results: Results) -> Iterator[str]:
    """What float32 costs in exactness."""
    yield (
        f"{COARSE} keeps 24 bits of an amount, 0.0005 yuan at 5,000 yuan: where a benefit is "
        "rounded up to the yuan or a test stands on an edge, a household may come out otherwise. "
        "It is timed, but not held to the fen.\n"
    )
    yield "| households | another benefit | another layer | most, yuan | cost of a year | Gini |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for size, found in results["sizes"].items():
        of = found["coarse"]
        cells = (f"{int(size):,}", f"{of['fen']:,}", f"{of['layer']:,}", f"{of['most']:,.2f}",
                 f"{of['cost']:+.1e}", f"{of['gini']:+.1e}")  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def times_columns(found: Mapping[str, Any], name: str) -> float | None:
    """Peak in multiples of the input columns; None where the run failed."""
    row = found["ways"].get(name, {})
    return float(row["peak"] / found["columns"]) if "peak" in row else None


def alone_lines(results: Results) -> Iterator[str]:
    """Memory of each, and the time of all answers, in an interpreter of its own."""
    yield (
        "All totals and the reform, each in a fresh interpreter; median of 3 after a small one to "
        "warm up. Memory of the process above what it held before it read the people: with them "
        "prepared, and at its high-water mark while answers are made; in brackets in multiples of "
        "the input columns (each in our storage type).\n"
    )
    yield "| households | input columns | | time | people held | most |"
    yield "|--:|--:|---|--:|--:|--:|"
    for size, found in results["memory"].items():
        first = f"| {int(size):,} | {found['columns'] / MB:,.1f} MB |"
        for name, row in found["ways"].items():
            if "failed" in row:
                yield f"{first} {name} | {row['failed']} | | |"
                continue
            taken = median(row["seconds"])
            held, most = (f"{row[of] / MB:,.0f} MB" for of in ("held", "peak"))
            times = times_columns(found, name)
            yield f"{first} {name} | {show(taken)} | {held} | {most} ({times:.1f} ×) |"
