"""Views that need many runs: standard curves, contributions of each change, scenarios compared."""

from dataclasses import replace

from jiuzhu_sim.explorer.curves import AREAS, AreaCurve
from jiuzhu_sim.explorer.model import State
from jiuzhu_sim.explorer.views.pieces import (
    changed,
    counted,
    figure,
    figures,
    fragment,
    paragraph,
    shown,
    signed,
    single,
    statistic_of,
    title_of,
    with_unit,
)
from jiuzhu_sim.explorer.views.svg import Entry, bars, escape, starts_at, waterfall
from jiuzhu_sim.explorer.views.svg_lines import Axis, Line, Mark, lines
from jiuzhu_sim.language import listed, text, unit_label
from jiuzhu_sim.language import said as said_of
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table, row_label
from jiuzhu_sim.report.figure import BLUE, GREY
from jiuzhu_sim.report.words import Row, drawable, extremes, joined, left_out, named

CURVE = PROVISIONS = frozenset({"change"})

BASELINE: Row = ("baseline",)


def curve(state: State) -> str:
    """Cost and recipients of each area at every standard, with the baseline and the scenario."""
    title = text("view.title.curve")
    if state.curves is None:
        return fragment("curve", title, paragraph(text("view.curve.waiting")))
    made = []
    for area in AREAS:
        found = state.curves.get(area)
        if found is None:
            none = text("view.curve.none", area=row_label("area", area))
            made.append(paragraph(none))
            continue
        made += [_curve(state, found, name) for name in ("cost_y", "persons")]
    return fragment("curve", title, figures(*made))


def _curve(state: State, found: AreaCurve, name: str) -> str:
    area, change = row_label("area", found.area), state.tables["change"]
    entry = title_of(found.table, name)
    marks = []
    for policy, moment, paint in (
        (state.baseline, "base", GREY),
        (state.scenario, "new", BLUE),
    ):
        here = float(policy[found.path])
        label = f"{text(f'view.{moment}')} {shown(change, f'{name}.{moment}', (found.area,))}"
        y = change.get(f"{name}.{moment}", found.area)
        marks.append(Mark(here, y, label, paint))
    if not changed(change, f"{name}.change", (found.area,)) and marks[0].x == marks[1].x:
        marks = marks[1:]
    title = text(f"view.curve.{'cost' if name == 'cost_y' else name}", area=area)
    said = [_curve_said(state, found, name), text("view.curve.exact")]
    if found.why:
        said[1] = text("view.curve.simulated", n=len(found.standards), why=found.why)
    label = text("view.curve.x", area=area)
    ends = float(found.standards[0]), float(found.standards[-1])
    chart = lines(
        [Line(found.standards.tolist(), found.values[name].tolist(), "")],
        x=Axis(label, "", *ends),
        y=Axis(entry.header, entry.unit),
        title=title,
        desc=said[0],
        marks=[mark for mark in marks if ends[0] <= mark.x <= ends[1]],
    )
    table = found.table if name == "cost_y" else None
    per = text(f"per.{found.table.per}", n=f"{state.of:,}").strip()
    caption = joined([*said, per])
    return figure(chart, title, caption, table, f"curve-{found.area}")


def _curve_said(state: State, found: AreaCurve, name: str) -> str:
    """From end to end, and where the scenario stands."""
    low, high = found.table.rows[0], found.table.rows[-1]
    entry, standard = title_of(found.table, name), float(state.scenario[found.path])
    within = found.standards[0] <= standard <= found.standards[-1]
    return text(
        "view.curve.said" if within else "view.curve.said_outside",
        area=row_label("area", found.area),
        what=entry.title,
        low=low[0],
        high=high[0],
        standard=f"{standard:g}",
        at_low=with_unit(shown(found.table, name, low), entry),
        at_high=with_unit(shown(found.table, name, high), entry),
        at=with_unit(shown(state.tables["change"], f"{name}.new", (found.area,)), entry),
    )


def provisions(state: State) -> str:
    """From the baseline's cost to the scenario's, change by change."""
    title, table = text("view.title.provisions"), state.provisions
    if table is None:
        waiting = state.dragging and state.compared.changes
        why = "view.provisions.waiting" if waiting else "view.provisions.none"
        return fragment("provisions", title, paragraph(text(why)))
    change = state.tables["change"]
    methods = [each.name for each in table.statistics if each.name.startswith("cost_y.")]
    made = [_waterfall(table, change, name) for name in methods]
    return fragment("provisions", title, figures(*made))


def _waterfall(table: Table, change: Table, name: str) -> str:
    rows = [row for row in table.rows if row != (TOTAL,)]
    whole = (TOTAL,)
    ends = [
        Entry(
            text(f"view.{moment}"),
            (change.get(f"cost_y.{moment}", *whole),),
            (shown(change, f"cost_y.{moment}", whole),),
        )
        for moment in ("base", "new")
    ]
    steps = [
        Entry(named(table, row), (table.get(name, *row),), (signed(table, name, row),))
        for row in rows
    ]
    entries, entry = [ends[0], *steps, ends[1]], statistic_of(table, name)
    parts = [
        text("view.provisions.part", what=step.label, change=with_unit(step.shown[0], entry))
        for step in steps
    ]
    total = with_unit(signed(table, name, whole), entry)
    sentence = text("view.end", said=text("view.provisions.said", total=total, parts=listed(parts)))
    method = name.partition(".")[2]
    title = text(
        "format.said",
        name=text(f"view.provisions.{method}"),
        what=text("view.provisions.title", unit=unit_label(entry.unit)),
    )
    said = [sentence]
    if starts_at(entries) > 0:
        said.append(text("view.provisions.torn"))
    notes = [
        note
        for note in table.footnotes()
        if note == text(f"note.provisions_{method.removeprefix('in_')}")
    ]
    caption = joined([*said, *notes, *left_out(table, name), counted(table)])
    chart = waterfall(entries, title=title, desc=sentence)
    return figure(chart, title, caption, table if method == "in_order" else None, "provisions")


def compare(state: State) -> str:
    """Up to four scenarios and the baseline side by side: a table, and four of its rows drawn."""
    title, table = text("view.title.compare"), state.comparison
    if table is None:
        why = "view.compare.waiting" if state.dragging else "view.compare.none"
        return fragment("compare", title, paragraph(text(why)))
    rows = drawable(table, "cost_y")
    said = []
    if rows:
        by_cost = sorted(rows, key=lambda row: table.get("cost_y", *row))
        entry = statistic_of(table, "cost_y")
        said = [
            text(
                "view.compare.said",
                most=named(table, by_cost[-1]),
                most_cost=with_unit(shown(table, "cost_y", by_cost[-1]), entry),
                least=named(table, by_cost[0]),
                least_cost=with_unit(shown(table, "cost_y", by_cost[0]), entry),
            )
        ]
    made = []
    for name in ("change_y", "persons", "share_gaining", "fgt0"):
        entry = title_of(table, name)
        drawn = drawable(table, name)
        words = text("chart.end", said=extremes(table, name, drawn))
        entries = [
            replace(each, label=_name(table, row))
            for each, row in zip(single(table, name, table.rows), table.rows, strict=True)
        ]
        chart = bars(entries, title=entry.header, desc=words, colours=(GREY, BLUE))
        behind = table if name == "change_y" else None
        made.append(figure(chart, entry.header, joined([words, counted(table)]), behind, "compare"))
    return fragment(
        "compare",
        title,
        paragraph(joined([*said, *left_out(table, "cost_y")])),
        _side_by_side(table),
        figures(*made),
    )


def _side_by_side(table: Table) -> str:
    """Scenarios as columns, statistics as rows: how one reads a choice."""
    heads = "".join(f'<th scope="col">{escape(_name(table, row))}</th>' for row in table.rows)
    body = "".join(
        f'<tr><th scope="row">{escape(entry.header)}</th>'
        + "".join(f"<td>{escape(_cell(table, entry, row))}</td>" for row in table.rows)
        + "</tr>"
        for entry in table.statistics
    )
    what, caption = escape(text("view.compare.what")), escape(table.caption)
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.footnotes())
    return (
        f'<div class="jz-wide-table"><table class="jiuzhu"><caption>{caption}</caption>'
        f'<thead><tr><th scope="col" class="dim">{what}</th>{heads}</tr></thead>'
        f'<tbody>{body}</tbody></table><ul class="notes">{notes}</ul></div>'
    )


def _name(table: Table, row: Row) -> str:
    """A scenario's title; the law as it is says so."""
    title = named(table, row)
    return said_of(text("view.base"), title) if row == BASELINE else title


def _cell(table: Table, entry: Statistic, row: Row) -> str:
    return (signed if entry.name == "change_y" else shown)(table, entry.name, row)
