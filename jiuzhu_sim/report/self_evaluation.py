"""The self-evaluation form (项目支出绩效目标自评表) as a workbook in the official layout.

Scores, rate, total and grade are live formulas with their values written too; targets and actual
values are blue numbers that may be changed. What is missing is a dash: put a number in its place
and the score follows. A second sheet says where each number comes from.
"""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.performance import Line, Performance
from jiuzhu_sim.assessment.performance.form import WHOLE
from jiuzhu_sim.assessment.performance.performance import Execution
from jiuzhu_sim.assessment.performance.target import MOST, amount
from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import FORMULA_SIGNS, write_whole
from jiuzhu_sim.language import pick, text, unit_label
from jiuzhu_sim.report.sheets import (
    INPUT,
    LINE_HEIGHT,
    SIZE,
    STAMP,
    Sheets,
    lines_of,
)
from jiuzhu_sim.report.workbook import CREATED

SIDE, LEVEL, KIND, NAME, TARGET, ACTUAL, POINTS, SCORE, REASON = range(9)
WIDTHS = (7, 17, 18, 30, 14, 14, 8, 12, 42)
"""Columns of the form; a Chinese character counts 2."""

MONEY_SCORE = REASON
"""In the money block the rate stands in the column of the scores, and the score beside it."""

TEN_THOUSAND = 10_000
NONE = "—"
BOXED = {"border": 1, "text_wrap": True}
HEAD = {**BOXED, "bold": True, "align": "center"}
CENTRED = {**BOXED, "align": "center"}
TITLE_SIZE = 18


def write_self_evaluation(
    performance: Performance,
    path: str | Path,
    *,
    project: str = "",
    department: str = "",
    unit: str = "",
    run_id: str = "",
    banner: str = "",
) -> Path:
    """Write the form; `project`, `department` (主管部门), `unit` (实施单位) as they are to stand.

    It carries 测算稿 and the run, and prints on A4 landscape, one page wide. The same input gives
    the same bytes. `banner`: a further stamp. Returns the path; raises JZ-E040 when the file cannot
    be written, JZ-E046 without xlsxwriter.

    >>> import jiuzhu_sim as jz, tempfile
    >>> from jiuzhu_sim.assessment.performance import performance_form
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> made = performance_form(jz.assess(people, jz.load_policy("example-county")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_self_evaluation(made, Path(folder) / "自评表.xlsx").name
    '自评表.xlsx'
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    stamp = text("self_evaluation.join").join(filter(None, (text("self_evaluation.draft"), banner)))
    sheets = _Form(book, stamp)
    names = (project or pick(performance.form.label), department, unit)
    sheets.form(performance, names, run_id)
    sheets.origins(performance)
    book.close()
    return write_whole(path, buffer.getvalue())


class _Form(Sheets):
    """The two sheets of the workbook; `row` is the next free row, counted from 0."""

    row = 0

    def form(self, made: Performance, names: Sequence[str], run_id: str) -> None:
        """The form itself."""
        sheet = self._sheet(text("self_evaluation.sheet"), WIDTHS)
        sheet.fit_to_pages(1, 1)
        sheet.center_horizontally()
        self.row = 0
        self._line(sheet, [(SIDE, REASON, text("self_evaluation.title"))], _title())
        year = text("self_evaluation.year", year=made.year, place=made.place)
        self._line(sheet, [(SIDE, REASON, year)], {"align": "center"})
        run = text("self_evaluation.run", run=run_id) if run_id else ""
        stamp = text("self_evaluation.join").join(filter(None, (self._banner, run)))
        self._line(sheet, [(SIDE, REASON, stamp)], {"align": "center", **STAMP})
        project, department, unit = names
        head = text("self_evaluation.project")
        self._line(sheet, [(SIDE, LEVEL, head), (KIND, REASON, project)], CENTRED)
        self._line(
            sheet,
            [
                (SIDE, LEVEL, text("self_evaluation.department")),
                (KIND, NAME, department),
                (TARGET, ACTUAL, text("self_evaluation.unit")),
                (POINTS, REASON, unit),
            ],
            CENTRED,
        )
        money = self._money(sheet, made.budget)
        self._goals(sheet, made)
        first, last = self._rows(sheet, made)
        self._totals(sheet, made, money, first, last)
        self.row += 1
        for note in made.notes:
            self._line(sheet, [(SIDE, REASON, note)], {"text_wrap": True, "font_size": 9})
        sheet.print_area(0, 0, self.row - 1, REASON)

    def origins(self, made: Performance) -> None:
        """Where each number comes from, or how to supply it."""
        widths = (34, 16, 16, 40, 62)
        sheet = self._sheet(text("self_evaluation.origins"), widths)
        self._across(sheet, 0, widths, text("self_evaluation.origins"), bold=True, font_size=14)
        self._across(sheet, 1, widths, self._banner, **STAMP)
        heads = [text(f"self_evaluation.origin.{key}") for key in ("what", "target", "actual")]
        heads += [text(f"self_evaluation.origin.{key}") for key in ("target_from", "actual_from")]
        self._row(sheet, 3, heads, widths, bold=True, border=1)
        budget = (text("performance.execution"), "", _percent(made.budget.rate))
        rows: list[tuple[str, ...]] = [(*budget, "", made.budget.origin)]
        for line in made.lines:
            shown = [amount(value, line.row.unit) for value in (line.target, line.actual)]
            rows.append((line.row.title, *shown, line.target_origin, line.origin))
        for number, cells in enumerate(rows, 4):
            self._row(sheet, number, cells, widths, border=1)
        sheet.freeze_panes(4, 1)

    # --- blocks ----------------------------------------------------------------------------
    def _money(self, sheet: Any, budget: Execution) -> int:
        """The money block; returns the row of its sum."""
        top = self.row
        keys = ("initial", "whole", "spent", "points", "rate", "score")
        heads = [text(f"self_evaluation.money.{key}") for key in keys]
        spans = [(LEVEL, KIND, ""), *((NAME + k, NAME + k, head) for k, head in enumerate(heads))]
        self._line(sheet, spans, HEAD)
        at = self.row
        self._line(sheet, [(LEVEL, KIND, text("self_evaluation.money.all"))], CENTRED)
        for place, value in zip(
            (NAME, TARGET, ACTUAL), (budget.initial, budget.whole, budget.spent), strict=True
        ):
            self._given(sheet, at, place, value / TEN_THOUSAND, "#,##0.00")
        self._given(sheet, at, POINTS, budget.points, "0.##" if budget.points % 1 else "0", INPUT)
        whole, spent = _at(at, TARGET), _at(at, ACTUAL)
        both = f"AND(ISNUMBER({whole}),ISNUMBER({spent}))"
        rate = f'=IF({both},IF({whole}>0,{spent}/{whole},"{NONE}"),"{NONE}")'
        self._made(sheet, (at, SCORE), rate, budget.rate, "0.00%")
        rate_at, points_at = _at(at, SCORE), _at(at, POINTS)
        score = f'=IF(ISNUMBER({rate_at}),ROUND(MIN({rate_at},1)*{points_at},2),"{NONE}")'
        self._made(sheet, (at, MONEY_SCORE), score, budget.score, "0.00")
        for key in ("grant", "carried", "other"):
            row = self.row
            self._line(sheet, [(LEVEL, KIND, text(f"self_evaluation.money.{key}"))], CENTRED)
            for place in range(NAME, REASON + 1):
                self._text(sheet, row, place, "", **CENTRED)
        if budget.reason:
            head = text("self_evaluation.money.reason")
            self._line(sheet, [(LEVEL, KIND, head), (NAME, REASON, budget.reason)], BOXED)
        self._side(sheet, top, text("self_evaluation.money"))
        return at

    def _goals(self, sheet: Any, made: Performance) -> None:
        top = self.row
        heads = [text("self_evaluation.goal.planned"), text("self_evaluation.goal.done")]
        self._line(sheet, [(LEVEL, NAME, heads[0]), (TARGET, REASON, heads[1])], HEAD)
        self._line(sheet, [(LEVEL, NAME, made.goal), (TARGET, REASON, made.summary)], BOXED)
        self._side(sheet, top, text("self_evaluation.goal"))

    def _rows(self, sheet: Any, made: Performance) -> tuple[int, int]:
        """The indicators; returns their first and last row."""
        top = self.row
        keys = ("level", "kind", "name", "target", "actual", "points", "score", "reason")
        heads = [text(f"self_evaluation.head.{key}") for key in keys]
        self._line(sheet, [(LEVEL + k, LEVEL + k, head) for k, head in enumerate(heads)], HEAD)
        first = self.row
        for line in made.lines:
            self._indicator(sheet, line)
        last = self.row - 1
        levels = [line.row.level for line in made.lines]
        for start, stop in _runs(levels):
            label, points = made.form.levels[levels[start]]
            words = text("self_evaluation.level", label=pick(label), points=f"{points:g}")
            self._down(sheet, first + start, first + stop, LEVEL, words)
        kinds = [(line.row.level, line.row.kind) for line in made.lines]
        for start, stop in _runs(kinds):
            words = pick(made.form.kinds[kinds[start][1]])
            self._down(sheet, first + start, first + stop, KIND, words)
        self._side(sheet, top, text("self_evaluation.indicators"))
        return first, last

    def _indicator(self, sheet: Any, line: Line) -> None:
        row = self.row
        sign = text("self_evaluation.most" if line.test == MOST else "self_evaluation.least")
        self._line(sheet, [(NAME, NAME, line.row.title), (REASON, REASON, line.reason)], BOXED)
        pattern = _pattern(line.row.unit, line.target)
        self._given(sheet, row, TARGET, line.target, f'"{sign}"{pattern}', INPUT)
        self._given(sheet, row, ACTUAL, line.actual, _pattern(line.row.unit, line.actual), INPUT)
        points = "0.##" if line.row.points % 1 else "0"
        self._given(sheet, row, POINTS, line.row.points, points, INPUT)
        target, actual, whole = _at(row, TARGET), _at(row, ACTUAL), _at(row, POINTS)
        reached, can_be = f"MIN(MAX({actual},0)/{target},1)", f"{target}>0"
        if line.test == MOST:
            # “At most none” is a target, too.
            reached, can_be = f"IF({actual}>0,MIN({target}/{actual},1),1)", f"{target}>=0"
        both = f"AND(ISNUMBER({target}),ISNUMBER({actual}))"
        formula = f'=IF({both},IF({can_be},ROUND({whole}*{reached},2),"{NONE}"),"{NONE}")'
        self._made(sheet, (row, SCORE), formula, line.score, "0.00")

    def _totals(self, sheet: Any, made: Performance, money: int, first: int, last: int) -> None:
        """Total, points that are scored, the total of 100 and the grade, each a formula."""
        scores = f"{_at(first, SCORE)}:{_at(last, SCORE)}"
        points = f"{_at(first, POINTS)}:{_at(last, POINTS)}"
        own, own_points = _at(money, MONEY_SCORE), _at(money, POINTS)
        total, counted, share = self.row, self.row + 1, self.row + 2
        for key in ("total", "counted", "share", "grade"):
            words = text(f"self_evaluation.{key}")
            self._line(sheet, [(SIDE, ACTUAL, words), (REASON, REASON, "")], HEAD)
        look = {"bold": True}
        whole = sum(line.row.points for line in made.lines) + made.budget.points
        formula = f"=SUM({own_points},{points})"
        self._made(sheet, (total, POINTS), formula, whole, "0", **look)
        formula = f'=IF(COUNT({own},{scores})>0,ROUND(SUM({own},{scores}),2),"{NONE}")'
        self._made(sheet, (total, SCORE), formula, made.total, "0.00", **look)
        self._text(sheet, counted, POINTS, "", **CENTRED)
        formula = f"=IF(ISNUMBER({own}),{own_points},0)+SUMPRODUCT(ISNUMBER({scores})*1,{points})"
        self._made(sheet, (counted, SCORE), formula, made.counted, "0.00", **look)
        self._text(sheet, share, POINTS, "", **CENTRED)
        at, of = _at(total, SCORE), _at(counted, SCORE)
        formula = f'=IF(ISNUMBER({at}),ROUND({at}/{of}*{WHOLE},2),"{NONE}")'
        self._made(sheet, (share, SCORE), formula, made.share, "0.00", **look)
        self._text(sheet, share + 1, POINTS, "", **CENTRED)
        grades = _grades(made, _at(share, SCORE))
        formula = f'=IF(ISNUMBER({_at(share, SCORE)}),{grades},"{NONE}")'
        shape = self._format(**CENTRED, **look)
        shown = made.grade.title if made.grade else NONE
        sheet.write_formula(share + 1, SCORE, formula, shape, shown)

    # --- cells -----------------------------------------------------------------------------
    def _line(
        self, sheet: Any, spans: Sequence[tuple[int, int, str]], look: dict[str, Any]
    ) -> None:
        """A row of texts, each over the columns from the first to the last one named."""
        scale = look.get("font_size", SIZE) / SIZE
        lines = max(lines_of(words, sum(WIDTHS[a : b + 1]) / scale) for a, b, words in spans)
        sheet.set_row(self.row, LINE_HEIGHT * scale * lines + 4)
        for left, right, words in spans:
            if left < right:
                sheet.merge_range(self.row, left, self.row, right, "", self._format(**look))
            self._text(sheet, self.row, left, words, **look)
        self.row += 1

    def _side(self, sheet: Any, top: int, words: str) -> None:
        """The words at the left of a block that ends above the next free row."""
        self._down(sheet, top, self.row - 1, SIDE, words)

    def _down(self, sheet: Any, top: int, bottom: int, column: int, words: str) -> None:
        if top < bottom:
            sheet.merge_range(top, column, bottom, column, "", self._format(**CENTRED))
        self._text(sheet, top, column, words, **CENTRED)

    def _given(
        self, sheet: Any, row: int, column: int, value: float, pattern: str, colour: str = INPUT
    ) -> None:
        """A number that may be changed, or a dash that may be replaced by one."""
        look = {**CENTRED, "num_format": pattern, "font_color": colour}
        if math.isfinite(value):
            sheet.write_number(row, column, value, self._format(**look))
        else:
            self._text(sheet, row, column, NONE, **look)

    def _made(
        self, sheet: Any, at: tuple[int, int], formula: str, value: float, pattern: str, **look: Any
    ) -> None:
        """A formula with its value; a dash where it has none."""
        shape = self._format(**CENTRED, num_format=pattern, **look)
        sheet.write_formula(*at, formula, shape, value if math.isfinite(value) else NONE)


def _title() -> dict[str, Any]:
    return {"bold": True, "font_size": TITLE_SIZE, "align": "center"}


def _at(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))


def _runs(keys: Sequence[Any]) -> list[tuple[int, int]]:
    """First and last place of each run of equal keys."""
    starts = [k for k, key in enumerate(keys) if k == 0 or keys[k - 1] != key]
    return list(zip(starts, [*(start - 1 for start in starts[1:]), len(keys) - 1], strict=True))


def _pattern(unit: str, value: float) -> str:
    """Excel's number format that shows a value with its unit, as many decimals as it needs.

    >>> _pattern("persons", 10900), _pattern("share", 0.953)
    ('#,##0"人"', '0.0%')
    """
    is_share = unit == "share"
    shown = (
        f"{value * (WHOLE if is_share else 1):.2f}".rstrip("0") if math.isfinite(value) else "0."
    )
    decimals = len(shown.partition(".")[2])
    point = f".{'0' * decimals}" if decimals else ""
    if is_share:
        return f"0{point}%"
    # A quote or backslash of an own unit would end the text inside the format.
    words = unit_label(unit).replace('"', "").replace("\\", "")
    return text("performance.amount", number=f"#,##0{point}", unit=f'"{words}"')


def _percent(rate: float) -> str:
    return f"{rate:.2%}" if math.isfinite(rate) else NONE


def _grades(made: Performance, at: str) -> str:
    """The grade as nested conditions, the highest first."""
    *upper, lowest = made.form.grades
    formula = _quoted(lowest.title)
    for grade in reversed(upper):
        formula = f"IF({at}>={grade.least:g},{_quoted(grade.title)},{formula})"
    return formula


def _quoted(words: str) -> str:
    """Text inside a formula: its quotes doubled, so that it stays text."""
    return '"' + words.replace('"', '""').lstrip("".join(FORMULA_SIGNS)) + '"'
