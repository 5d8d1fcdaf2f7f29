"""The results as Markdown: a table for each size, the aims, and the place in README.md."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.casework import casework_lines
from benchmarks.forecast import forecast_lines
from benchmarks.monitoring import monitoring_lines

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- results: written by python -m benchmarks --readme -->", "<!-- end -->"

LABELS = {
    "synthesize": "synthesize people",
    "prepare": "prepare people from two tables",
    "rules": "baseline: the rules",
    "rules_one_thread": "baseline on one thread",
    "sums": "baseline + totals",
    "everything": "baseline + totals, FGT, Gini, deciles",
    "reform": "baseline + reform (two full runs)",
    "move": "slider move: urban standard, reuse",
    "move_sums": "slider move + totals",
}
IMPORTED = ("bare", "ready", "numpy")
OTHERS = ("pandas", "NumPy")
LARGE, MIDDLE, DRAGGED = "1000000", "100000", "30000"
MICRO = 0.0001
"""Seconds below which a time is shown in microseconds."""

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


def _row(label: str, timings: Mapping[str, Mapping[str, float]]) -> str:
    ours = timings["jiuzhu_sim"]
    cells = [label, f"**{show(ours['median'])}**", show(ours["best"])]
    for other in OTHERS:
        theirs = timings.get(other)
        if theirs is None:
            cells += ["", ""]
        else:
            cells += [show(theirs["median"]), f"{theirs['median'] / ours['median']:.1f} ×"]
    return f"| {' | '.join(cells)} |"


def _times(results: Results) -> Iterator[str]:
    for size, workloads in results["sizes"].items():
        yield f"\n### {int(size):,} households, {results['persons'][size]:,} persons\n"
        yield "| | jiuzhu_sim | best | pandas | / jiuzhu_sim | NumPy | / jiuzhu_sim |"
        yield "|---|--:|--:|--:|--:|--:|--:|"
        yield from (_row(LABELS[name], timings) for name, timings in workloads.items())


def _times_columns(memory: Mapping[str, float], *, held: bool) -> float:
    """Peak in multiples of the input columns, with or without what is held before the run."""
    return (memory["peak"] + (memory["held"] if held else 0)) / memory["columns"]


def _memory(results: Results) -> Iterator[str]:
    yield "\n### Peak memory of baseline + totals, FGT, Gini, deciles\n"
    yield (
        "In multiples of the input columns (each in its storage type): the people held and all "
        "that is allocated at the peak; in brackets without the people.\n"
    )
    yield "| households | input columns | jiuzhu_sim | pandas | NumPy |"
    yield "|--:|--:|--:|--:|--:|"
    for size, each in results["memory"].items():
        cells = [f"{int(size):,}", f"{each['jiuzhu_sim']['columns'] / 1e6:,.1f} MB"]
        for name in ("jiuzhu_sim", *OTHERS):
            whole, alone = (_times_columns(each[name], held=held) for held in (True, False))
            cells.append(f"{whole:.1f} × ({alone:.1f} ×)")
        yield f"| {' | '.join(cells)} |"


def _population(results: Results) -> Iterator[str]:
    """Making people: time of each stage, and the high-water mark of the process when it ends."""
    yield "\n### Making a population\n"
    yield (
        "Each row in an interpreter of its own; memory is the high-water mark of the whole process "
        "after the stage, in brackets what it had before the first. Written in partitions, people "
        "are made, written and let go part by part.\n"
    )
    yield "| households | recipe | synthesize | calibrate | write | all | peak memory |"
    yield "|--:|---|--:|--:|--:|--:|--:|"
    for size, rows in results["population"].items():
        for row in rows:
            stages = row["stages"]
            taken = {name: show(stages[name]["seconds"]) for name in stages}
            first = taken.get("synthesize", f"in partitions {taken.get('stream', '')}")
            whole = sum(stage["seconds"] for stage in stages.values())
            most = max(stage["mb"] for stage in stages.values())
            cells = [f"{int(size):,}", f"`{row['recipe']}`", first, taken.get("calibrate", "—")]
            cells += [taken.get("write", "—"), f"**{show(whole)}**"]
            cells.append(f"{most:,.0f} MB ({stages['empty']['mb']:,.0f} MB)")
            yield f"| {' | '.join(cells)} |"


def _curve(results: Results) -> Iterator[str]:
    """The standard curve: prepared once, then asked for one standard after the other."""
    yield "\n### The standard curve\n"
    yield (
        "Rural area, all standards from 50 to 5,000 yuan. Asked: time of one standard, over "
        "thousands asked in turn. Simulated: the same totals and FGT of one standard by a full "
        "simulation that reuses the baseline.\n"
    )
    yield "| households | of them rural | prepared | 280 to 1,120 yuan only | asked | simulated |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for size, each in results["curve"].items():
        cells = [f"{int(size):,}", f"{each['rural']:,}"]
        cells += [show(each[name]["median"]) for name in ("prepare", "narrow")]
        cells.append(f"**{show(each['ask']['median'])}**")
        cells.append(show(each["simulate"]["median"]))
        yield f"| {' | '.join(cells)} |"


def _explorer(results: Results) -> Iterator[str]:
    """A slider of the application: while it is dragged, and when it is let go."""
    if not results.get("explorer"):
        return
    yield "\n### A slider of `jiuzhu explorer`\n"
    yield (
        "In chromium without a screen, results “overview”: from the slider's event to the new "
        "numbers in the document, then to the next frame drawn; median (95th percentile) of 21 "
        "moves. While dragging, a sample of as many households as are quick enough. Late: answers "
        "to older values that still appear after the last of a 20-step drag.\n"
    )
    yield "| households | page | ready | dragged: numbers | drawn | let go | drawn | late |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
    for size, each in results["explorer"].items():
        cells = [f"{int(size):,}", show(each["first"]), show(each["ready"])]
        for kind in ("input", "change"):
            for part in ("numbers", "redraw"):
                taken = each[kind][part]
                cells.append(f"**{show(taken['median'])}** ({show(taken['p95'])})")
        yield f"| {' | '.join([*cells, str(each['drag']['stale'])])} |"


def _import(results: Results) -> Iterator[str]:
    bare, ready, numpy = (show(results["import"][name]["best"]) for name in IMPORTED)
    yield (
        f"\nIn a fresh interpreter, best of 5: `import jiuzhu_sim` {bare} (its parts load when "
        f"asked for); with all that a simulation and its measures need {ready}, of which `import "
        f"numpy` {numpy}."
    )


def aims(results: Results) -> list[tuple[str, float | None, float, str]]:
    """Each aim: label, what was measured (None: not at these sizes), limit, unit."""
    sizes, memory = results["sizes"], results["memory"]

    def taken(size: str, workload: str) -> float | None:
        return float(sizes[size][workload]["jiuzhu_sim"]["median"]) if size in sizes else None

    def times(size: str) -> float | None:
        return _times_columns(memory[size]["jiuzhu_sim"], held=True) if size in memory else None

    def asked(size: str) -> float | None:
        return float(results["curve"][size]["ask"]["median"]) if size in results["curve"] else None

    def made(size: str) -> float | None:
        rows = [row for row in results["population"].get(size, []) if row["place"]]
        return sum(stage["seconds"] for stage in rows[0]["stages"].values()) if rows else None

    def slid(part: str) -> float | None:
        found = results.get("explorer", {}).get(DRAGGED)
        return float(found["input"][part]["median"]) if found else None

    return [
        ("rules and sums, 1M households", taken(LARGE, "sums"), 0.2, "s"),
        ("with FGT, Gini and deciles, 1M households", taken(LARGE, "everything"), 0.5, "s"),
        ("slider move, 100k households", taken(MIDDLE, "move"), 0.01, "s"),
        ("slider move and totals, 100k households", taken(MIDDLE, "move_sums"), 0.01, "s"),
        ("one standard on the prepared curve, 1M households", asked(LARGE), 0.00002, "s"),
        ("explorer, 30k households: slider to new numbers", slid("numbers"), 0.1, "s"),
        ("explorer, 30k households: new numbers to redrawn", slid("redraw"), 0.15, "s"),
        ("`import jiuzhu_sim`", results["import"]["bare"]["best"], 0.3, "s"),
        ("the same, ready to simulate", results["import"]["ready"]["best"], 0.3, "s"),
        ("peak memory / input columns, 1M households", times(LARGE), 3.0, "×"),
        ("1M households synthesized, calibrated, written", made(LARGE), 60.0, "s"),
    ]


def _aims(results: Results) -> Iterator[str]:
    yield "\n### The aims\n"
    yield "| aim | limit | measured | |"
    yield "|---|--:|--:|---|"
    for label, value, limit, unit in aims(results):
        if value is None:
            yield f"| {label} | | | not measured |"
            continue
        shown, bound = (
            (show(value), show(limit)) if unit == "s" else (f"{value:.1f} ×", f"{limit:.0f} ×")
        )
        yield f"| {label} | < {bound} | {shown} | {'reached' if value < limit else '**missed**'} |"


def _casework(results: Results) -> Iterator[str]:
    found = results.get("casework")
    if found:
        yield "\n### Event logs: time limits and procedure checks\n"
        yield from casework_lines(found)


def _monitoring(results: Results) -> Iterator[str]:
    found = results.get("monitoring")
    if found:
        yield "\n### Monitoring: warning rules against simulated misfortunes\n"
        yield from monitoring_lines(found)


def markdown(results: Results) -> str:
    """Everything measured, as Markdown."""
    machine = results["machine"]
    first = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; "
        f"Python {machine['python']}, NumPy {machine['numpy']}, pandas {machine['pandas']}, "
        f"jiuzhu_sim {machine['jiuzhu_sim']}; others used {machine['others']:.2f} cores on average "
        "during the run."
    )
    parts = (
        _aims,
        _times,
        _curve,
        _memory,
        _population,
        forecast_lines,
        _casework,
        _monitoring,
        _explorer,
        _import,
    )
    return "\n".join([first, *(line for part in parts for line in part(results))]) + "\n"


def write_readme(results: Results, path: Path = README) -> None:
    """Put the results between the markers of the README."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = f"{before}{BEGIN}\n{markdown(results)}{END}{after}"
    path.write_text(text, encoding="utf-8")
