"""What it costs: by area, by level of government, by programme, by township."""

from jiuzhu_sim.explorer.model import State
from jiuzhu_sim.explorer.views.pieces import (
    changed,
    counted,
    figure,
    figures,
    fragment,
    heads,
    moved,
    paragraph,
    plain,
    shown,
    signed,
    title_of,
    with_unit,
)
from jiuzhu_sim.explorer.views.svg import Entry, bars, dots, paired
from jiuzhu_sim.language import text, unit_label
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report.words import Row, drawable, joined, left_out, named

COST = frozenset({"change", "split", "shares"})
PROGRAMMES = frozenset({"programmes"})
TOWNSHIPS = frozenset({"township_change"})

DRAWN = 30
"""Most townships drawn; a county has fewer, a province has its thousands in the data."""

WHOLE: Row = (TOTAL,)


def cost(state: State) -> str:
    """Cost and recipients by area, whose benefit moves, and who pays."""
    change, split, shares = (state.tables[name] for name in ("change", "split", "shares"))
    made = [
        _paired(change, name, change.rows, "cost", split if name == "persons" else None)
        for name in ("cost_y", "persons")
    ]
    return fragment("cost", text("view.title.cost"), figures(*made, _split(split), _shares(shares)))


def _paired(table: Table, name: str, rows: tuple[Row, ...], key: str, more: Table | None) -> str:
    statistic = title_of(table, name)
    header, sentence = statistic.header, change_said(table, name, WHOLE, statistic.title)
    entries = moved(table, name, rows)
    chart = paired(entries, title=header, desc=sentence, heads=heads())
    return figure(chart, header, joined([sentence, counted(table)]), table, f"{key}-{name}")


def change_said(table: Table, name: str, row: Row, what: str = "") -> str:
    """How one statistic moves, as a sentence."""
    statistic = plain(table, name)
    old, new = (shown(table, f"{name}.{moment}", row) for moment in ("base", "new"))
    what = what or statistic.title
    if not changed(table, f"{name}.change", row):
        return text("view.end", said=text("view.unmoved", what=what, new=with_unit(new, statistic)))
    change = with_unit(signed(table, f"{name}.change", row), statistic)
    old, new = with_unit(old, statistic), with_unit(new, statistic)
    return text("view.end", said=text("view.moved", what=what, old=old, new=new, change=change))


def _split(table: Table) -> str:
    """Existing, new and leaving recipients: where the change of cost goes."""
    rows = [row for row in table.rows if TOTAL not in row]
    entries = [
        Entry(
            named(table, row), (changed(table, "change_y", row),), (signed(table, "change_y", row),)
        )
        for row in rows
    ]
    entry = next(each for each in table.statistics if each.name == "change_y")
    parts = {row[0]: with_unit(signed(table, "change_y", row), entry) for row in rows}
    title = text("format.unit", title=text("view.split.title"), unit=unit_label(entry.unit))
    moves = any(each.values[0] for each in entries)
    sentence = text("view.end", said=text(f"view.split.{'said' if moves else 'same'}", **parts))
    chart = bars(entries, title=title, desc=sentence)
    return figure(chart, title, joined([sentence, counted(table)]), table, "cost-split")


def _shares(table: Table) -> str:
    """The total by level of government, marked while the shares are illustrative."""
    rows = [row for row in table.rows if row[0] == TOTAL]
    levels = [row for row in rows if row[1] != TOTAL]
    unit = plain(table, "cost_y").unit
    entries = [
        Entry(table.labels(row)[1], entry.values, entry.shown)
        for row, entry in zip(levels, moved(table, "cost_y", levels), strict=True)
    ]
    parts = {row[1]: with_unit(signed(table, "cost_y.change", row), unit) for row in levels}
    whole = with_unit(signed(table, "cost_y.change", (TOTAL, TOTAL)), unit)
    said = text("funding.said", change=whole, **parts)
    if not changed(table, "cost_y.change", (TOTAL, TOTAL)):
        moves = any(entry.values[2] for entry in entries)
        said = (
            text("view.shares.same", **parts) if moves else change_said(table, "cost_y", WHOLE * 2)
        )
    stamp = ""
    if "note.shares_illustrative" in table.notes:
        stamp = paragraph(text("funding.illustrative"), "stamp jz-illustrative")
    title = text("view.shares.title", unit=unit_label(unit))
    chart = paired(entries, title=title, desc=said, heads=heads())
    return figure(stamp + chart, title, joined([said, counted(table)]), table, "cost-shares")


def programmes(state: State) -> str:
    """Every programme that costs something under either policy."""
    table = state.tables["programmes"]
    rows = [
        row
        for row in drawable(table, "cost_y.base", "cost_y.new")
        if table.get("cost_y.base", *row) or table.get("cost_y.new", *row)
    ]
    title = plain(table, "cost_y").header
    if not rows:
        return fragment(
            "programmes", text("view.title.programmes"), paragraph(text("view.programmes.none"))
        )
    sentence = change_said(table, "cost_y", WHOLE, text("view.programmes.said"))
    said = [sentence, *_most(table, rows, "cost_y"), *left_out(table, "cost_y.base", "cost_y.new")]
    entries = moved(table, "cost_y", rows)
    chart = paired(entries, title=title, desc=sentence, heads=heads())
    reached = moved(table, "reached", rows)
    header = plain(table, "reached").header
    moves = _most(table, rows, "reached") or [text("view.programmes.same")]
    more = paired(reached, title=header, desc=moves[0], heads=heads())
    return fragment(
        "programmes",
        text("view.title.programmes"),
        figures(
            figure(chart, title, joined(said), table, "programmes"),
            figure(more, header, joined([*moves, counted(table)])),
        ),
    )


def _most(table: Table, rows: list[Row], name: str) -> list[str]:
    """Which row moves most; nothing where none does."""
    moving = f"{name}.change"
    top = max(rows, key=lambda row: abs(changed(table, moving, row)), default=None)
    if top is None or not changed(table, moving, top):
        return []
    number = with_unit(signed(table, moving, top), plain(table, name))
    return [text("view.end", said=text("view.most", what=named(table, top), change=number))]


def townships(state: State) -> str:
    """Townships ranked by how much their cost moves, baseline and scenario as dots."""
    title, table = text("view.title.townships"), state.tables.get("township_change")
    if table is None:
        return fragment("townships", title, paragraph(text("view.no_townships")))
    made = []
    for name in ("cost_y", "persons"):
        rows = drawable(table, f"{name}.base", f"{name}.new")
        rows.sort(key=lambda row: -changed(table, f"{name}.change", row))
        statistic = title_of(table, name)
        said = [change_said(table, name, WHOLE, statistic.title)]
        said += _most(table, rows, name)
        if len(rows) > DRAWN:
            kept = sorted(rows, key=lambda row: -abs(changed(table, f"{name}.change", row)))[:DRAWN]
            rows = [row for row in rows if row in set(kept)]
            said.append(text("view.not_drawn", n=len(rows)))
        said += left_out(table, f"{name}.base", f"{name}.new")
        header = statistic.header
        chart = dots(moved(table, name, rows), title=header, desc=said[0], heads=heads())
        data = table if name == "cost_y" else None
        made.append(figure(chart, header, joined([*said, counted(table)]), data, "townships"))
    return fragment("townships", title, figures(*made))
