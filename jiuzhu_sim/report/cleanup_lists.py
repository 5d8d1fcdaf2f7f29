"""Lists of a clean-up: the spot-check to take along, registration form, summary, mismatches."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.casework.books.three_way import Mismatches
from jiuzhu_sim.casework.cleanup import form_title, registration_form, summary_form
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.outlook.audit.compared import Books
from jiuzhu_sim.outlook.audit.plan import Plan, drawn_list
from jiuzhu_sim.report.forms import Form, Head, workbook_of
from jiuzhu_sim.report.lettering import text_width
from jiuzhu_sim.report.section import Listing

NARROWEST, WIDEST = 6, 26
"""Widths of columns; 汉 counts 2."""

READ = 100
"""Rows that a column's width is made from."""

ON_PAGE = ("month", "household", "township", "kind", "missing_in", "paid", "ledger", "system")
"""Columns of the mismatches on the page; persons and differences stand in the workbook."""

SHOWN = 8
"""Mismatches that the page shows; the others stand in the workbook."""


def write_lists(audited: Audit, plan: Plan, books: Books, folder: str | Path) -> tuple[Path, ...]:
    """Write the drawn list and the forms of the clean-up, each workbook whole or not at all.

    Raises JZ-E040 when a file cannot be written, JZ-E046 without xlsxwriter.
    """
    files = {"file.cleanup_sample": [sample_form(audited, plan)],
             "file.cleanup_forms": clean_up_forms(audited, books)}  # fmt: skip
    return tuple(
        write_whole(Path(folder) / text(name), workbook_of(forms)) for name, forms in files.items()
    )


def sample_form(audited: Audit, plan: Plan) -> Form:
    """The drawn list: pseudonyms, no names, with blank columns to fill in and hand back."""
    notes = [text("cleanup.list.note", of=f"{plan.of:,}", n=f"{plan.sample.size:,}",
                  seed=plan.sample.keyed[0]), *_marks(audited)]  # fmt: skip
    name = text("cleanup.list.sheet")
    return _form(name, text("cleanup.list.title"), notes, drawn_list(plan))


def clean_up_forms(audited: Audit, books: Books) -> list[Form]:
    """The registration form of those whose case changes, the summary by village, mismatches."""
    chosen, notes = audited.chosen, [text("cleanup.forms.note"), *_marks(audited)]
    changes = ~(chosen.is_outcome("stays") | chosen.is_outcome("not_covered")) | chosen.retained
    forms = [
        _form(form_title("registration"), form_title("registration"),
              [text("cleanup.forms.changed"), *notes], registration_form(chosen, only=changes)),
        _form(form_title("summary"), form_title("summary"), notes,
              summary_form(chosen)),
    ]  # fmt: skip
    if books.mismatches is not None:
        marks = [text("cleanup.said.books_example", planted=f"{books.planted:,}")]
        marks = marks if books.is_example else []
        name = text("cleanup.forms.mismatches")
        forms.append(_form(name, name, marks, books.mismatches.listed()))
    return forms


def mismatch_listing(found: Mismatches) -> Listing:
    """The first mismatches, for the page."""
    heads = [text(f"mismatch_head.{name}") for name in ON_PAGE]
    shown = found.listed().head(SHOWN)[heads]
    rows = tuple(tuple(_plain(cell) for cell in row) for row in shown.itertuples(index=False))
    title = text("cleanup.forms.first", n=len(rows))
    return Listing(title, tuple(heads), rows)


def _plain(cell: Any) -> str:
    if isinstance(cell, float):
        return "—" if np.isnan(cell) else f"{cell:,.2f}".removesuffix(".00")
    return str(cell) or "—"


def _marks(audited: Audit) -> list[str]:
    if not audited.is_synthetic:
        return []
    return [text("stamp.synthetic", n=f"{audited.people.households:,}")]


def _form(name: str, title: str, notes: Sequence[str], frame: Any) -> Form:
    columns = [frame[head].tolist() for head in frame.columns]
    heads = [_head(str(head), cells) for head, cells in zip(frame.columns, columns, strict=True)]
    rows = [[_cell(cell) for cell in row] for row in zip(*columns, strict=True)]
    return Form(name[:28], title, notes, heads, rows, is_ruled=True)


def _cell(cell: Any) -> Any:
    """Numbers as numbers, whole ones without decimals, all else as text."""
    if isinstance(cell, float) and not np.isnan(cell):
        return round(cell, 2)
    return cell


def _head(title: str, cells: Sequence[Any]) -> Head:
    shown = [str(cell) for cell in cells[:READ]]
    width = max(map(text_width, (title, *shown)), default=NARROWEST) + 2
    is_money = any(isinstance(cell, float) and not cell.is_integer() for cell in cells[:READ]
                   if cell == cell)  # fmt: skip
    return Head(title, float(min(max(width, NARROWEST), WIDEST)), is_money)
