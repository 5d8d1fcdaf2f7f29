"""The results as Markdown: aims, a table for each size, and the place in docs/benchmarks.md."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.casework import casework_lines
from benchmarks.forecast import forecast_lines
from benchmarks.growth import growth_lines
from benchmarks.monitoring import monitoring_lines
from benchmarks.out_of_core import out_of_core_lines
from benchmarks.peers import alone_lines, coarse_lines, floor_lines, peer_lines, show, times_columns

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: written by python -m benchmarks --docs -->", "<!-- end -->"

IMPORTED = ("bare", "ready", "numpy")
LARGE, MIDDLE, DRAGGED = "1000000", "100000", "30000"
PARTED = "10000000"
GB = 1e9

Results = Mapping[str, Any]


def _population(results: Results) -> Iterator[str]:
    """Making people: time of each stage, and the high-water mark of the process when it ends."""
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
    """Each aim: label, what was measured (None: not in this run), limit, unit."""
    sizes, memory = results.get("sizes", {}), results.get("memory", {})
    imported, parted = results.get("import", {}), results.get("out_of_core", {})

    def taken(size: str, workload: str) -> float | None:
        if size not in sizes:
            return None
        return float(sizes[size]["times"][workload]["jiuzhu_sim"]["median"])

    def times(size: str) -> float | None:
        return times_columns(memory[size], "jiuzhu_sim") if size in memory else None

    def asked(size: str) -> float | None:
        found = results.get("curve", {})
        return float(found[size]["ask"]["median"]) if size in found else None

    def made(size: str) -> float | None:
        found = results.get("population", {})
        rows = [row for row in found.get(size, []) if row["place"]]
        return sum(stage["seconds"] for stage in rows[0]["stages"].values()) if rows else None

    def slid(part: str) -> float | None:
        found = results.get("explorer", {}).get(DRAGGED)
        return float(found["input"][part]["median"]) if found else None

    def held(size: str) -> float | None:
        rows = parted[size]["rows"].values() if size in parted else []
        ours = [row for row in rows if "output" in row]
        return max(row["peak"] for row in ours) / GB if ours else None

    def fresh(name: str) -> float | None:
        return float(imported[name]["best"]) if imported else None

    return [
        ("rules and sums, 1M households", taken(LARGE, "sums"), 0.2, "s"),
        ("with FGT, Gini and deciles, 1M households", taken(LARGE, "everything"), 0.5, "s"),
        ("slider move, 100k households", taken(MIDDLE, "move"), 0.01, "s"),
        ("slider move and totals, 100k households", taken(MIDDLE, "move_sums"), 0.01, "s"),
        ("most memory of all processes, 10M households out of core", held(PARTED), 2.0, "GB"),
        ("one standard on the prepared curve, 1M households", asked(LARGE), 0.00002, "s"),
        ("explorer, 30k households: slider to new numbers", slid("numbers"), 0.1, "s"),
        ("explorer, 30k households: new numbers to redrawn", slid("redraw"), 0.15, "s"),
        ("`import jiuzhu_sim`", fresh("bare"), 0.3, "s"),
        ("the same, ready to simulate", fresh("ready"), 0.3, "s"),
        ("peak memory / input columns, 1M households", times(LARGE), 3.0, "×"),
        ("1M households synthesized, calibrated, written", made(LARGE), 60.0, "s"),
    ]


def _aims(results: Results) -> Iterator[str]:
    yield "| aim | limit | measured | |"
    yield "|---|--:|--:|---|"
    for label, value, limit, unit in aims(results):
        bound = show(limit) if unit == "s" else f"{limit:.0f} {unit}"
        if value is None:
            yield f"| {label} | < {bound} | | not measured |"
            continue
        shown = show(value) if unit == "s" else f"{value:.1f} {unit}"
        yield f"| {label} | < {bound} | {shown} | {'reached' if value < limit else '**missed**'} |"


def _scaling(results: Results) -> Iterator[str]:
    from benchmarks.scaling import scaling_lines

    yield from scaling_lines(results["scaling"])


def _of(key: str, lines: Callable[[Any], Iterator[str]]) -> Callable[[Results], Iterator[str]]:
    """Lines of one part of the results alone."""
    return lambda results: iter(lines(results[key]))


PARTS: tuple[tuple[str, str, Callable[[Results], Iterator[str]]], ...] = (
    ("", "The aims", _aims),
    ("sizes", "Beside other engines, in memory", peer_lines),
    ("sizes", "The floor", floor_lines),
    ("sizes", "OpenFisca-Core as shipped: float32", coarse_lines),
    ("memory", "Each alone: memory, and the largest size", alone_lines),
    ("out_of_core", "Out of core", _of("out_of_core", out_of_core_lines)),
    ("sizes", "Growth", growth_lines),
    ("scaling", "To the nation on a cluster: simulated", _scaling),
    ("curve", "The standard curve", _curve),
    ("population", "Making a population", _population),
    ("forecast", "", forecast_lines),
    ("casework", "Event logs: time limits and procedure checks", _of("casework", casework_lines)),
    (
        "monitoring",
        "Monitoring: warning rules against simulated misfortunes",
        _of("monitoring", monitoring_lines),
    ),
    ("explorer", "A slider of `jiuzhu explorer`", _explorer),
    ("import", "Import", _import),
)
"""What has to be among the results, title, lines."""


def _machine(results: Results) -> Iterator[str]:
    of = dict(results["machine"])
    versions = ", ".join(f"{name} {of[name]}" for name in of if name not in ABOUT)
    first = f"{of['processor']}, {of['cores']} cores, {of['system']}; Python {of['python']}"
    yield f"{first}; {versions}."
    told = (
        f"{name} {run['at']} ({run['seconds'] / 60:.1f} min, others {run['others']:.2f})"
        for name, run in results["runs"].items()
    )
    yield (
        "\nWhen each section ran, how long it took, and how many cores others used on average "
        f"meanwhile: {'; '.join(told)}."
    )


ABOUT = ("processor", "cores", "system", "python")


def markdown(results: Results) -> str:
    """Everything measured, as Markdown."""
    lines = [*_machine(results)]
    for key, title, part in PARTS:
        if key and not results.get(key):
            continue
        lines += [f"\n### {title}\n"] if title else []
        lines += part(results)
    return "\n".join(lines) + "\n"


def write_docs(results: Results, path: Path = PAGE) -> None:
    """Put the results between the markers of the page."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{markdown(results)}{END}{after}", encoding="utf-8")
