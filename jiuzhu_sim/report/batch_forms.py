"""An empty list of families to be filled in: heads with units, an example row, drop-downs."""

import io
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.population.form import FormField, form_fields
from jiuzhu_sim.report.forms import CREATED
from jiuzhu_sim.report.sheets import Sheets, width_of

ROWS_CHECKED = 1000
"""Rows below the heads whose cells are checked while they are filled in."""

WIDEST = 18.0
TITLE, HOW, HEADS, EXAMPLE = 0, 1, 2, 3


def write_batch_template(path: str | Path) -> Path:
    """Write an empty list of families (.xlsx) in the language in use; returns the path.

    `roster.batch.read_batch` reads it back; the example row is passed over. Raises JZ-E040 when
    it cannot be written, JZ-E046 without xlsxwriter.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_batch_template(Path(folder) / "families.xlsx").name
    'families.xlsx'
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    Template(book).write()
    book.close()
    return write_whole(path, buffer.getvalue())


def head_of(field: FormField) -> str:
    """The head of a field's column; needed ones have an asterisk.

    >>> head_of(form_fields()["wage"]), head_of(form_fields()["savings"])
    ('月工资（元/月）*', '金融资产（元）')
    """
    return field.header + ("*" if field.required else "")


class Template(Sheets):
    """The one sheet of the list."""

    def write(self) -> None:
        """Title, how to fill it in, heads, the example row; checks on the rows below."""
        fields = list(form_fields().values())
        heads = [text("batch.form.case"), *map(head_of, fields)]
        example = [text("batch.form.example"), *(self._shown(field) for field in fields)]
        widths = [
            width_of([head, str(cell)], WIDEST) for head, cell in zip(heads, example, strict=True)
        ]
        sheet = self._sheet(text("batch.form.sheet"), widths)
        self._across(sheet, TITLE, widths, text("batch.form.title"), bold=True, font_size=14)
        self._across(sheet, HOW, widths, text("batch.form.how"))
        self._row(sheet, HEADS, heads, widths, bold=True, border=1, align="center")
        shape = self._format(border=1, font_color="#8A8A8A")
        for place, cell in enumerate(example):
            sheet.write(EXAMPLE, place, cell, shape)
        for place, field in enumerate(fields, 1):
            sheet.data_validation(
                EXAMPLE + 1, place, EXAMPLE + ROWS_CHECKED, place, self._check(field)
            )
        sheet.freeze_panes(EXAMPLE, 1)

    @staticmethod
    def _shown(field: FormField) -> Any:
        """What the example row holds: what the form starts with."""
        value = form_fields()[field.alike].default if field.alike else field.default
        return field.show(value) if field.choices or field.kind == "boolean" else value

    @staticmethod
    def _check(field: FormField) -> dict[str, Any]:
        """What Excel lets into the cells of a field."""
        error = {"error_message": text("batch.form.error", expected=field.expected)}
        if field.choices:
            return {"validate": "list", "source": [pick(c) for c in field.choices.values()]} | error
        if field.kind == "boolean":
            return {"validate": "list", "source": [text("word.yes"), text("word.no")]} | error
        kind = "integer" if field.kind == "integer" else "decimal"
        limits = {"minimum": field.low, "maximum": field.high}
        return {"validate": kind, "criteria": "between"} | limits | error
