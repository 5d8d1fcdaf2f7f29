"""The sheets of a log of casework: which hold cases, which events, which nothing of a log.

One sheet of cases and one or more of events; or one flat table with an event a row and the case's
columns repeated; or a ledger with a case a row and a column for each step (see `log_wide`).
"""

from collections.abc import Sequence
from dataclasses import replace

from jiuzhu_sim.casework.log.cells import spelled
from jiuzhu_sim.casework.log.rows import (
    TIMES,
    Parts,
    Rows,
    log_fields,
    log_meaning,
    names_in,
    rows_of,
    unused_sheets,
)
from jiuzhu_sim.casework.log.wide import is_ledger, wide_parts, wide_sheets
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import listed
from jiuzhu_sim.roster.cells import each
from jiuzhu_sim.roster.fields import even
from jiuzhu_sim.roster.header import Header, find_header
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.sheet import Sheet, Source


def is_log(source: Source) -> bool:
    """Whether a file holds an event log: a sheet with case numbers, events and their times, or a
    ledger with so many steps that it is no roster."""
    if any(_is_events(header) for _, header in _headed(source)):
        return True
    return any(is_ledger(header) for _, header in wide_sheets(source))


def parts_of(source: Source) -> Parts:
    """The rows of cases and events of a file.

    Raises JZ-E093 where no sheet has a header of a log, JZ-E094 with every needed column that is
    missing, JZ-E079 where there is no row of data.

    >>> sheet = Sheet("", [["案件编号", "环节", "办理时间"], ["1", "受理", "2025-1-3"]])
    >>> parts = parts_of(Source("a.csv", "text", "utf-8", (sheet,)))
    >>> parts.cases, parts.events.texts["kind"].tolist()
    (None, ['受理'])
    """
    headed = _headed(source)
    events = [(sheet, header) for sheet, header in headed if _is_events(header)]
    if not events:
        ledgers = wide_sheets(source)
        if ledgers:
            return _by_content(wide_parts(source, ledgers))
        raise JZError(_told_missing(source, headed)) if headed else _no_header(source)
    cases = [(sheet, header) for sheet, header in headed if "kind" not in header.of]
    made = rows_of(events)
    if not len(made):
        raise JZError.of("JZ-E079", source.name, row=events[0][1].last)
    names = {name for sheet, header in headed for name in names_in(sheet, header)}
    used = {masked(sheet.name, ""): header for sheet, header in (*cases, *events)}
    return _by_content(
        Parts(
            cases=rows_of(cases) if cases else None,
            events=made,
            headers=used,
            names=frozenset(names - {""}),
            unused=unused_sheets(source, used),
        )
    )


def _by_content(parts: Parts) -> Parts:
    """Parts with a column 类别 that holds programmes (低保, 特困) as the programme: offices use the
    word for both."""
    cases = parts.cases if parts.cases is None else _renamed(parts.cases)
    return replace(parts, cases=cases, events=_renamed(parts.events))


def _renamed(rows: Rows) -> Rows:
    old, new = "review_class", "programme"
    cells = rows.cells(old)
    filled = cells[cells != ""]
    if new in rows or not each(filled, lambda word: even(word) in spelled(new), bool).any():
        return rows
    texts = {new if name == old else name: held for name, held in rows.texts.items()}
    spots = {(part, new if name == old else name): s for (part, name), s in rows.spots.items()}
    return replace(rows, texts=texts, spots=spots)


def _headed(source: Source) -> list[tuple[Sheet, Header]]:
    found = [(sheet, find_header(sheet, log_meaning, ("number",))) for sheet in source.sheets]
    return [(sheet, header) for sheet, header in found if header]


def _is_events(header: Header) -> bool:
    return "kind" in header.of and any(name in header.of for name in TIMES)


def _told_missing(source: Source, headed: Sequence[tuple[Sheet, Header]]) -> Problems:
    problems = Problems()
    # The sheet that comes nearest to one of events.
    sheet, header = max(headed, key=lambda pair: sum(n in pair[1].of for n in ("kind", *TIMES)))
    where = " · ".join(part for part in (source.name, masked(sheet.name, "")) if part)
    unknown = {even(s.written): s.written for s in header.spots if s.meaning.field is None}
    for name in ("kind", "at"):
        if name in header.of or (name == "at" and "period" in header.of):
            continue
        entry = log_fields()[name]
        near = (nearest(even(each), unknown) for each in (*entry.label.values(), *entry.aliases))
        found = next((each for each in near if each != "—"), "—")
        shown = masked(unknown.get(found, "—"), "")
        problems.add("JZ-E094", where, name=entry.title, nearest=shown)
    return problems


def _no_header(source: Source) -> JZError:
    needed = [log_fields()[name].title for name in ("number", "kind", "at")]
    return JZError.of("JZ-E093", source.name, needed=listed(needed))
