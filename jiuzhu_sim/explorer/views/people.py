"""Who gains and who loses: bands of change, deciles, poverty and inequality."""

from dataclasses import replace

from jiuzhu_sim.explorer.model import State
from jiuzhu_sim.explorer.views.pieces import (
    counted,
    figure,
    figures,
    fragment,
    shown,
    single,
    statistic_of,
)
from jiuzhu_sim.explorer.views.svg import Entry, bars, columns, paired, stacked
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.distribution import BANDS
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.words import drawable, extremes, joined, left_out, named, said

WINNERS = frozenset({"winners_losers", "losers"})
DECILES = frozenset({"deciles"})
POVERTY = frozenset({"poverty_base", "poverty_fixed"})


def winners(state: State) -> str:
    """One bar of five bands, and from which layer to which the losers move."""
    table, losers = state.tables["winners_losers"], state.tables.get("losers")
    bands = [(name,) for name in BANDS]
    entries = single(table, "share", bands, f"{table.per}s")
    parts = [
        text("chart.band", what=named(table, row), value=said(table, "share", row)) for row in bands
    ]
    sentence = text("chart.end", said=text("chart.bands", bands=listed(parts)))
    title = text(f"view.bands.title.{table.per}")
    heads = [each.header for each in table.statistics if each.name in ("share", f"{table.per}s")]
    chart = stacked(entries, title=title, desc=sentence, heads=heads[::-1])
    said_ = [sentence, *left_out(table, "share"), counted(table), _lost(losers)]
    data = (table, losers) if losers else table
    return fragment(
        "winners",
        text("view.title.winners"),
        figures(figure(chart, title, joined(said_), data, "winners")),
    )


def _lost(losers: Table | None) -> str:
    """Which way most of the losers move."""
    if losers is None:
        return text("view.losers.none")
    row = losers.rows[int(losers.n.argmax())]
    if not losers.n.max() > 0:
        return ""
    before, after = losers.labels(row)
    number = losers.show("households", *row)
    return text("whatif.losers", households=number, before=before, after=after)


def deciles(state: State) -> str:
    """Mean gain by decile, and the share that gains."""
    table = state.tables["deciles"]
    made = []
    naming = text("chart.decile")
    for name in ("mean_gain_m", "share_gaining"):
        header, rows = statistic_of(table, name).header, drawable(table, name)
        sentence = text("chart.end", said=extremes(table, name, rows, naming))
        caption = joined([sentence, *left_out(table, name), counted(table)])
        entries = single(table, name, table.rows)
        if name == "mean_gain_m":
            axis = text("view.decile.axis")
            chart = columns(entries, title=header, desc=sentence, axis=axis)
        else:
            entries = [replace(each, label=naming.format(each.label)) for each in entries]
            chart = bars(entries, title=header, desc=sentence)
        data = table if name == "mean_gain_m" else None
        made.append(figure(chart, header, caption, data, "deciles"))
    return fragment("deciles", text("view.title.deciles"), figures(*made))


def poverty(state: State) -> str:
    """FGT 0–2 and Gini after assistance, baseline and scenario by one line, the baseline's."""
    base, new = state.tables["poverty_base"], state.tables["poverty_fixed"]
    before, after = ("before",), ("after",)
    entries = [
        Entry(
            entry.title,
            (
                base.get(entry.name, *after),
                new.get(entry.name, *after),
                base.get(entry.name, *before),
            ),
            (
                shown(base, entry.name, after),
                shown(new, entry.name, after),
                shown(base, entry.name, before),
            ),
        )
        for entry in base.statistics
    ]
    sentence = text(
        "view.poverty.said",
        base=shown(base, "fgt0", after),
        new=shown(new, "fgt0", after),
        before=shown(base, "fgt0", before),
        gini_base=shown(base, "gini", after),
        gini_new=shown(new, "gini", after),
    )
    heads = (
        text("view.poverty.heads.base"),
        text("view.poverty.heads.new"),
        text("view.poverty.heads.before"),
    )
    title = text("view.poverty.title")
    chart = paired(entries, title=title, desc=sentence, heads=heads, of_whole=True)
    caption = joined([sentence, text("view.poverty.line"), counted(base)])
    return fragment(
        "poverty",
        text("view.title.poverty"),
        figures(figure(chart, title, caption, (base, new), "poverty")),
    )
