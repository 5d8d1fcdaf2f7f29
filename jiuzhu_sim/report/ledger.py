"""An empty ledger to be filled in, or one filled with the model's own figures to try it out."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.against_ledger import COST, MEAN, model_figures
from jiuzhu_sim.assessment.ledger import Place
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import as_text, write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.report.forms import Form, Head, workbook_of

HEADS = ("area", "township", "households", "persons", MEAN, COST)
SCALES: Mapping[str, tuple[float, int]] = {
    "households": (1, 0),
    "persons": (1, 0),
    MEAN: (1, 2),
    COST: (10_000, 2),
}
"""What each figure is divided by, as its head says (万元), and the decimals it is written with."""

NARROW, WIDE, WIDER = 14, 22, ("township", MEAN)
"""Widths of the columns, 汉 counting 2, and which of them are wide."""


def write_ledger(path: str | Path, people: People, policy: Policy, *, filled: bool = False) -> Path:
    """Write a ledger of the people's areas and townships, as .xlsx or .csv by the ending.

    Empty, to be filled in by the office; `filled`: with the model's own figures, for trying out
    and for tests. Returns the path. Raises JZ-E060 for another ending, JZ-E040 when it cannot be
    written, JZ-E046 without xlsxwriter.

    >>> import tempfile
    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=100, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_ledger(Path(folder) / "a.csv", people, jz.load_policy("example-county"))
    ...     path.read_text(encoding="utf-8-sig").split("\\n")[1].strip()
    '合计,合计,,,,'
    """
    path = Path(path)
    writers: Mapping[str, Callable[..., bytes]] = {".xlsx": _workbook, ".csv": _csv}
    if path.suffix.lower() not in writers:
        raise JZError.unknown(text("word.ledger_ending"), path.suffix, writers)
    rows = ledger_rows(simulate(people, policy), filled=filled)
    return write_whole(path, writers[path.suffix.lower()](rows, policy, filled))


def ledger_rows(results: Results, *, filled: bool) -> list[list[Any]]:
    """The rows of a ledger: the total, the areas, then township by township with its areas."""
    figures = model_figures(results, (), weight="weight")
    rows: list[list[Any]] = []
    townships = list(dict.fromkeys(township for _, township in figures))
    areas = list(dict.fromkeys(area for area, _ in figures))
    for place in sorted(figures, key=lambda at: (townships.index(at[1]), areas.index(at[0]))):
        found, n = figures[place]
        if n:
            values = [_written(found[name][0], name) if filled else None for name in HEADS[2:]]
            rows.append([*_labels(place), *values])
    return rows


def _written(value: float, name: str) -> float:
    scale, digits = SCALES[name]
    return round(float(value) / scale, digits)


def _labels(place: Place) -> tuple[str, str]:
    area, township = place
    total = text("word.total")
    return (
        total if area == TOTAL else text(f"ledger.{area}"),
        total if township == TOTAL else township,
    )


def _csv(rows: Sequence[Sequence[Any]], *_: Any) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([text(f"ledger.head.{name}") for name in HEADS])
    writer.writerows([as_text(_plain(cell)) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _plain(cell: Any) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell:.2f}".removesuffix(".00")


def _workbook(rows: Sequence[Sequence[Any]], policy: Policy, filled: bool) -> bytes:
    heads = [
        Head(text(f"ledger.head.{name}"), WIDE if name in WIDER else NARROW, name in (MEAN, COST))
        for name in HEADS
    ]
    notes = [text("ledger.how"), *([text("ledger.synthetic")] if filled else [])]
    title = text("ledger.title", place=policy.title)
    return workbook_of([Form(text("ledger.sheet"), title, notes, heads, rows, is_ruled=True)])
