"""Tables as a file of their own: Excel, CSV or a page, for work or for publication."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import as_text, write_whole
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures import Table
from jiuzhu_sim.measures import publish as published
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.report.page import page
from jiuzhu_sim.report.workbook import write_workbook


def export(
    path: str | Path, tables: Table | Sequence[Table], *, publish: bool = False, min_n: int = MIN_N
) -> Path:
    """Write `tables`, one or several, to `path` as .xlsx, .csv (UTF-8 with BOM, as Excel reads it)
    or .html, by its ending.

    `publish`: rows behind which stand fewer than `min_n` households are hidden, and with them
    whatever would give them away, over all these tables together; the counts of households that
    each row was observed on are left out. Returns the path; raises JZ-E040 when it cannot be
    written, JZ-E060 for another ending, JZ-E032 for a `min_n` below 1.

    >>> import tempfile
    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> table = jz.caseload(
    ...     jz.simulate(people, jz.load_policy("example-county")), ["township"], weight="weight")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     jz.export(Path(folder) / "townships.csv", table, publish=True, min_n=10).name
    'townships.csv'
    """
    path = Path(path)
    writers: Mapping[str, Callable[[Path, Sequence[Table], bool], Path]] = {
        ".xlsx": lambda where, which, _: write_workbook(where, which, []),
        ".csv": _write_csv,
        ".html": _write_html,
    }
    if path.suffix.lower() not in writers:
        raise JZError.unknown(text("word.ending"), path.suffix, writers)
    if min_n < 1:
        raise JZError.of("JZ-E032", "export", name="min_n", value=min_n, expected="1, 2, 3, …")
    shown = [tables] if isinstance(tables, Table) else list(tables)
    if publish:
        shown = published(shown, min_n)
    return writers[path.suffix.lower()](path, shown, publish)


def _write_csv(path: Path, tables: Sequence[Table], publish: bool) -> Path:
    """The tables one below the other: caption, heads, rows, notes; hidden cells are ``*``."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    for table in tables:
        frame = table.frame().astype(object)
        values = frame.where(frame.notna(), "")
        if table.hidden is not None:
            values.loc[table.hidden.any(axis=1), list(frame.columns[len(table.dims) :])] = "*"
        if publish:
            values = values.drop(columns="n")
        rows = [[table.caption], list(values.columns), *values.to_numpy().tolist()]
        rows += [[note] for note in table.footnotes()]
        writer.writerows([[as_text(cell) for cell in row] for row in rows])
        writer.writerow([])
    return write_whole(path, stream.getvalue().encode("utf-8-sig"))


def _write_html(path: Path, tables: Sequence[Table], publish: bool) -> Path:
    title = listed(dict.fromkeys(table.title for table in tables))
    body = "\n".join(table._repr_html_() for table in tables)
    return write_whole(path, page(body, title).encode())
