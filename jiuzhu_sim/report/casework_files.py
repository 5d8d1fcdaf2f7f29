"""The files of a casework report: the page, one workbook of lists to work on; all or nothing."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jiuzhu_sim.casework.log.rows import log_fields
from jiuzhu_sim.casework.log.wide import MARK, step_title
from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import staged
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.forms import CREATED, Form, Forms, Head
from jiuzhu_sim.report.lettering import text_width
from jiuzhu_sim.report.page import page
from jiuzhu_sim.report.record import seal, versions
from jiuzhu_sim.report.section import Report

if TYPE_CHECKING:
    from jiuzhu_sim.casework.log.read import ReadLog
    from jiuzhu_sim.report.casework import CaseworkReport, Judged

PROFILE = "casework.json"
WIDEST, NARROWEST = 44, 8
"""Widths of columns; 汉 counts 2."""
NAME_MAX, NOT_IN_NAMES = 28, "[]:*?/\\'"
"""What the name of a sheet may hold in Excel: 31 characters, some left for a number."""
SAMPLED = 200
"""Rows that a column's width is made from."""
FINDINGS = ("level", "code", "sheet", "row", "column", "header", "value", "case", "what", "fix")
TO_FILL = ("cause", "measure", "checked_by", "checked_on")
"""Blank columns of the lists of cases, for whoever looks into them."""


def write_casework(
    report: "CaseworkReport",
    judged: "Judged",
    folder: str | Path,
    record: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write page, workbook and, where one is given, the record of the run into `folder`; all or
    nothing (JZ-E040, JZ-E046)."""
    tables = [
        (f"{number}_{section.title}", table)
        for number, (section, table) in enumerate(
            ((section, table) for section in report.sections for table in section.of(Table)), 1
        )
    ]
    profile = {"kind": "casework", **report.summary(), "readings": dict(judged.procedure.readings)}
    return _written(report, "file.casework_page", tables, lists(judged), folder, profile, record)


def write_check(report: Report, read: "ReadLog", folder: str | Path) -> tuple[Path, ...]:
    """Write the page and the lists of a log that was only read; all or nothing."""
    made = [form for form in (_findings(read), _aside(read)) if form.rows]
    counts = {level: read.findings.count(level) for level in ("stop", "doubt", "hint")}
    profile = {"kind": "event_log", "cases": read.log.n, "rows": read.rows, "at": str(read.log.at)}
    profile |= {**counts, "aside": len(read.aside), "absent": list(read.absent)}
    return _written(report, "file.log_page", [], made, folder, profile)


def _written(
    report: Report,
    key: str,
    tables: Sequence[tuple[str, Table]],
    made: Sequence[Form],
    folder: str | Path,
    profile: Mapping[str, Any],
    record: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Page, workbook and a profile for machines: counts, versions, nothing of a case."""
    body = "".join(section._repr_html_() for section in report.sections)
    files = {
        text(key): page(body, report.title).encode(),
        report.book: _workbook(report, tables, made),
        PROFILE: _json({**profile, "versions": versions()}),
    }
    with staged(folder) as scratch:
        for name, content in files.items():
            (scratch / name).write_bytes(content)
        names = [*files, seal(scratch, dict(record)).name] if record else [*files]
    return tuple(Path(folder) / name for name in names)


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1, default=str)}\n".encode()


def _workbook(report: Report, tables: Sequence[tuple[str, Table]], made: Sequence[Form]) -> bytes:
    """Contents, what was found, tables, lists; the same log gives the same bytes."""
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer, about = io.BytesIO(), _about(report)
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheets = Forms(book, report.banner)
    named = [(_sheet_name(name), table) for name, table in tables]
    entries = [(name, table.title) for name, table in named]
    forms = [about, *made]
    sheets.contents([*((form.name, form.title) for form in forms), *entries])
    for form in forms:
        sheets.form(form)
    for name, table in named:
        sheets.table(name, table.title, table)
    book.close()
    return buffer.getvalue()


def _sheet_name(name: str) -> str:
    return "".join(sign for sign in name if sign not in NOT_IN_NAMES)[:NAME_MAX]


def _about(report: Report) -> Form:
    notes = [report.banner] if report.banner else []
    said = [[each] for each in (*report.sections[0].sentences, *report.sections[-1].sentences)]
    return Form(_name("about"), report.title, notes, [Head(text("roster.value"), 110)], said)


def lists(judged: "Judged") -> list[Form]:
    """The lists: cases to look into, rates, departments, faults of the log; empty ones left out."""
    made = [
        _of_frame(found, name, TO_FILL)
        for name, found in (
            ("late", judged.faults(judged.limits)),
            ("unknown", judged.numbered(judged.limits.frame(("unknown",)))),
            ("conduct", judged.faults(judged.conduct.cases)),
        )
    ]
    made.append(_of_frame(judged.conduct.rates_frame(), "rates"))
    made.append(_of_frame(judged.conduct.departments_frame(), "departments"))
    if judged.read:
        made += [_findings(judged.read), _aside(judged.read)]
    return [form for form in made if form.rows]


def _name(key: str) -> str:
    return text(f"casework.sheet.{key}")


def _of_frame(frame: pd.DataFrame, key: str, blank: Sequence[str] = ()) -> Form:
    """A list with blank columns to be filled in."""
    frame = frame.assign(**{text(f"casework.head.{name}"): "" for name in blank})
    return Form(_name(key), text(f"casework.list.{key}"), (), _heads(frame), _cells(frame))


def _findings(read: "ReadLog") -> Form:
    found = read.findings.frame().reindex(columns=list(FINDINGS))
    found["level"] = [text(f"level.{level}") for level in found["level"]]
    return _worded(found, "findings")


def _aside(read: "ReadLog") -> Form:
    aside = read.aside
    aside = aside.assign(code=[text(f"log_finding.{code}") for code in aside["code"]])
    titles = {name: entry.title for name, entry in log_fields().items()}
    titles |= {name: step_title(name) for name in aside if MARK in name}
    return _worded(aside.rename(columns=titles), "aside")


def _worded(frame: pd.DataFrame, key: str) -> Form:
    titles = {name: text(f"casework.head.{name}") for name in (*FINDINGS, "reason")}
    titles |= {"code": text("casework.head.reason")} if key == "aside" else {}
    return _of_frame(frame.rename(columns=titles), key)


def _heads(frame: pd.DataFrame) -> list[Head]:
    heads = []
    for title in map(str, frame.columns):
        shown = [str(cell) for cell in frame[title].head(SAMPLED).tolist()]
        width = max(map(text_width, (title, *shown)), default=NARROWEST) + 2
        # Numbers with decimals show two, as money does; all others are whole.
        has_decimals = any(
            isinstance(cell, float) and not cell.is_integer() and cell == cell
            for cell in frame[title].tolist()
        )
        heads.append(Head(title, float(min(max(width, NARROWEST), WIDEST)), has_decimals))
    return heads


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    columns = [frame[title].tolist() for title in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]
