"""The files of a checked roster: lists to work on, cleaned people, a profile; all or nothing.

No file holds a name, an ID number, an account or a telephone number: the findings and the rows
set aside come masked, and all else is counts.
"""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from jiuzhu_sim.files import as_text, staged
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import write_people
from jiuzhu_sim.report import roster_tables as tables
from jiuzhu_sim.report.forms import Form, Head, workbook_of
from jiuzhu_sim.report.page import page
from jiuzhu_sim.report.record import versions
from jiuzhu_sim.report.section import Report
from jiuzhu_sim.roster import Roster

PROFILE, ROWS = "data_profile.json", "rows.csv"

NAME_MAX = 40
"""Characters of a township in a file name; file systems allow 255 bytes, 汉 takes three."""

UNSAFE = re.compile(r'[\\/:*?"<>|.\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+')
"""What a file name may not hold on any system: separators, dots, controls, direction marks."""

WIDTHS = {
    **{"number": 6, "code": 7, "what": 36, "sheet": 10, "row": 7, "column": 6, "header": 15},
    **{"value": 21, "fix": 34, "money_m": 13, "township": 12, "household": 23, "reason": 40},
    **{"place": 20, "result": 16, "checked_by": 9, "checked_on": 10},
}
"""Widths of the columns of the lists; 汉 counts 2."""

FINDINGS = ("code", "what", "sheet", "row", "column", "header", "value", "fix", "money_m")
CHECKS = ("number", "place", "value", "what", "fix", "money_m")
TO_FILL = ("result", "checked_by", "checked_on")

WHO = ("township", "village", "household_no", "head_name", "head_id", "name", "id", "relation")
"""Fields by which a row set aside is known again, masked where they name a person."""


def write_roster(
    roster: Roster, policy: Policy | None, report: Report, folder: str | Path
) -> tuple[Path, ...]:
    """Write everything a check gives into `folder`; all or nothing.

    The page, the list of findings, a check list for each township with stops or doubts, the rows
    set aside, the cleaned people (`persons.parquet`, `households.parquet`) if any are left, which
    household stands in which rows, and a profile. Raises JZ-E040 when the folder cannot be
    written, JZ-E046 without xlsxwriter.
    """
    found = tables.located(roster)
    body = "".join(section._repr_html_() for section in report.sections)
    files = {
        text("file.roster_page"): page(body, report.title).encode(),
        text("file.findings"): workbook_of(_findings(roster, found, report)),
        **_check_lists(roster, found),
        ROWS: _csv(roster.rows),
    }
    if len(roster.set_aside):
        files[text("file.set_aside")] = workbook_of([_set_aside(roster, found)])
    with staged(folder) as scratch:
        for name, content in files.items():
            (scratch / name).write_bytes(content)
        if roster.people is not None:
            write_people(roster.people, scratch)
        names = sorted([*(path.name for path in scratch.iterdir()), PROFILE])
        profile = _profile(roster, policy, found, names)
        shown = json.dumps(profile, ensure_ascii=False, indent=1, default=str)
        (scratch / PROFILE).write_text(f"{shown}\n", encoding="utf-8")
    return tuple(Path(folder) / name for name in names)


def file_part(name: str) -> str:
    """A township's name as part of a file name: nothing in it leads elsewhere.

    >>> file_part("../../etc/东河镇"), file_part(" .. "), file_part("a:b")
    ('etc_东河镇', '', 'a_b')
    """
    return UNSAFE.sub("_", name).strip("_")[:NAME_MAX]


def _heads(names: Sequence[str]) -> list[Head]:
    return [Head(text(f"roster.head.{name}"), WIDTHS[name], name == "money_m") for name in names]


def _cells(found: pd.DataFrame, names: Sequence[str]) -> list[list[Any]]:
    """The cells of a list: text as it is, whole numbers and money as numbers, NaN as nothing."""
    made = found.reindex(columns=list(names))
    if "money_m" in names:
        made["money_m"] = made["money_m"].round(2)
    columns = [made[name].tolist() for name in names]
    return [list(row) for row in zip(*columns, strict=True)]


def _findings(roster: Roster, found: pd.DataFrame, report: Report) -> list[Form]:
    """The first sheet says what was read and how to use the others, one for each level."""
    said = [[each] for each in (*report.sections[0].sentences, *_lines("roster.list"))]
    title = text("roster.list.title", file=roster.read.file)
    forms = [
        Form(text("roster.list.about"), title, (), [Head(text("roster.value"), 110)], said),
        _kinds(found),
    ]
    names = (*FINDINGS, "township", "household")
    for level in tables.LEVELS:
        here = found.loc[found["level"] == level].sort_values(["sheet", "row", "code"])
        note = text(f"roster.list.{level}", n=f"{len(here):,}")
        label = text(f"level.{level}")
        heading = text("roster.list.level", level=label, file=roster.read.file)
        forms.append(Form(label, heading, (note,), _heads(names), _cells(here, names)))
    return forms


def _kinds(found: pd.DataFrame) -> Form:
    """Findings by kind as plain rows."""
    table = tables.by_code(found)
    rows = [
        [*table.labels(row), row[1], *(None if value != value else value for value in values)]
        for row, values in zip(table.rows, table.values.tolist(), strict=True)
    ]
    titles = [*table.headers()[:2], text("roster.head.code"), *table.headers()[2:]]
    widths = (8, 44, 8, 10, 14, 18)
    heads = [
        Head(title, width, is_money=title == titles[-1])
        for title, width in zip(titles, widths, strict=True)
    ]
    return Form(text("sheet.findings"), table.title, (text("note.stake"),), heads, rows)


def _check_lists(roster: Roster, found: pd.DataFrame) -> dict[str, bytes]:
    """One workbook for each township that has something to look into, by file name."""
    to_check = found.loc[found["level"].isin(tables.TO_CHECK)]
    made: dict[str, bytes] = {}
    taken: set[str] = set()
    for place, here in to_check.groupby("township", sort=True):
        shown = str(place) or text("roster.no_township")
        part = base = file_part(shown) or text("roster.no_township")
        number = 1
        while part.casefold() in taken:
            number += 1
            part = f"{base}{number}"
        taken.add(part.casefold())
        name = text("file.check_list", township=part)
        made[name] = workbook_of([_check_list(roster, shown, here)])
    return made


def _check_list(roster: Roster, place: str, here: pd.DataFrame) -> Form:
    """What a township looks into, row by row of the roster, with room for what it finds."""
    ordered = here.sort_values(["sheet", "row", "code"])
    places = [text("roster.check.place", **each) for each in ordered.to_dict("records")]
    ordered = ordered.assign(number=range(1, len(ordered) + 1), place=places)
    ordered[list(TO_FILL)] = ""
    names = (*CHECKS, *TO_FILL)
    counts = {level: f"{(here['level'] == level).sum():,}" for level in tables.TO_CHECK}
    notes = (text("roster.check.note", file=roster.read.file, **counts),)
    title = text("roster.check.title", township=place)
    foot = ("", text("roster.check.sign"))
    name = text("roster.check.sheet")
    return Form(name, title, notes, _heads(names), _cells(ordered, names), foot, is_ruled=True)


def _set_aside(roster: Roster, found: pd.DataFrame) -> Form:
    """The rows set aside, masked, each with the reason it stands here."""
    stops = found.loc[found["level"] == "stop"].groupby(["sheet", "row"])["what"]
    reasons = stops.agg(lambda what: "\n".join(dict.fromkeys(what)))
    aside = roster.set_aside
    places = pd.MultiIndex.from_frame(aside[["sheet", "row"]])
    why = reasons.reindex(places).fillna(text("roster.aside.same_household"))
    faulty = set(found.loc[found["level"] == "stop", "header"])
    shown = [h for h in aside.columns if h in faulty or roster.fields.get(h) in WHO]
    heads = [*_heads(("sheet", "row", "reason")), *(Head(head, 14) for head in shown)]
    columns = [aside[name].tolist() for name in ("sheet", "row")]
    columns += [why.tolist(), *(aside[head].tolist() for head in shown)]
    rows = [list(row) for row in zip(*columns, strict=True)]
    title = text("roster.aside.title", file=roster.read.file)
    return Form(text("roster.aside.sheet"), title, (text("roster.aside.note"),), heads, rows)


def _lines(key: str) -> list[str]:
    return text(f"{key}.lines").strip().split("\n")


def _csv(rows: pd.DataFrame) -> bytes:
    """A table as CSV that Excel reads; text that looks like a formula gets an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(rows.columns)
    for row in rows.itertuples(index=False):
        writer.writerow(map(as_text, row))
    return buffer.getvalue().encode("utf-8-sig")


def _profile(
    roster: Roster, policy: Policy | None, found: pd.DataFrame, names: Sequence[str]
) -> dict[str, Any]:
    """The data profile: what was read, how understood, what was found; counts, no values."""
    money, dear = tables.stake(found)
    table = tables.by_code(found)
    return {
        "kind": "roster",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "read": asdict(roster.read),
        "law": {"place": policy.place, "at": policy.at.isoformat()} if policy else None,
        "fields": dict(roster.fields),
        "filled": list(roster.people.about["filled"]) if roster.people else [],
        "notes": list(roster.notes),
        "findings": {
            **{level: roster.findings.count(level) for level in tables.LEVELS},
            "by_code": {row[1]: int(table.get("findings", *row)) for row in table.rows},
        },
        "stake": {"yuan_a_month": round(money, 2), "households": dear},
        "people": {
            "households": roster.people.households if roster.people else 0,
            "persons": roster.people.persons if roster.people else 0,
        },
        "files": list(names),
    }
