"""Pieces of a view: the section, a figure with its sentence and its data, entries from tables."""

import math
from collections.abc import Iterable
from typing import Any

from jiuzhu_sim.explorer.views.svg import Entry, escape
from jiuzhu_sim.language import text, unit_label
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.figure import minus
from jiuzhu_sim.report.words import BARE, Row, named, position

HIDDEN = "*"
"""What stands in place of a hidden value, as in rendered tables."""

NONE = "—"


def fragment(key: str, title: str, *body: str) -> str:
    """One view: a section with its heading, to be put into any page.

    >>> fragment("cost", "支出", "<p>…</p>")[:44]
    '<section class="jz-view jz-view-cost" id="vi'
    """
    return (
        f'<section class="jz-view jz-view-{key}" id="view-{key}" '
        f'aria-labelledby="view-{key}-title"><h2 id="view-{key}-title">{escape(title)}</h2>'
        f"{''.join(body)}</section>"
    )


def paragraph(words: str, kind: str = "") -> str:
    """A sentence; nothing where there is none."""
    named_ = f' class="{kind}"' if kind else ""
    return f"<p{named_}>{escape(words)}</p>" if words else ""


def figures(*each: str) -> str:
    """Figures side by side where there is room."""
    return f'<div class="jz-figures">{"".join(each)}</div>'


def figure(chart: str, title: str, sentence: str, table: Any = None, key: str = "") -> str:
    """A chart with its title, one sentence that says what it shows, and its data one click away.

    `table`: a `Table` or `Listing`, several in a tuple, ready HTML, or None. `key`: a name for
    the data that stays the same from one drawing to the next.

    >>> "<h3>支出 &lt;元&gt;</h3><svg/>" in figure("<svg/>", "支出 <元>", "没有变化。")
    True
    """
    return (
        f'<figure class="jz-figure"><h3>{escape(title)}</h3>{chart}'
        f"<figcaption>{escape(sentence)}</figcaption>{data(table, key)}</figure>"
    )


def data(table: Any, key: str = "") -> str:
    """Tables behind a summary "data"; nothing for None."""
    if table is None:
        return ""
    several = table if isinstance(table, tuple) else (table,)
    made = "".join(each if isinstance(each, str) else each._repr_html_() for each in several)
    return (
        f'<details class="jz-data" data-key="{escape(key)}"><summary>{escape(text("view.data"))}'
        f"</summary>{made}</details>"
    )


def shown(table: Table, statistic: str, row: Row) -> str:
    """A value as its table shows it, an asterisk where it is hidden, with a true minus sign."""
    if table.hidden is not None and table.hidden[table.rows.index(row), position(table, statistic)]:
        return HIDDEN
    return minus(table.show(statistic, *row))


def signed(table: Table, statistic: str, row: Row) -> str:
    """A change as its table shows it, with a plus sign where it is one.

    >>> import numpy as np
    >>> one = np.array([[12.0, -3.0, 0.2]])
    >>> kinds = tuple(Statistic(name, "persons") for name in "abc")
    >>> table = Table("t", ("area",), (("urban",),), kinds, one, one, one, np.array([9]), "person")
    >>> [signed(table, name, ("urban",)) for name in "abc"]
    ['+12', '−3', '0']
    """
    made = shown(table, statistic, row)
    is_more = table.get(statistic, *row) > 0 and made.strip("0.,%")
    return f"+{made}" if is_more else made


def changed(table: Table, statistic: str, row: Row) -> float:
    """A change as it is drawn: none where it is shown as zero."""
    value = table.get(statistic, *row)
    return 0.0 if not shown(table, statistic, row).strip("0.,%−") else value


def with_unit(number: str, statistic: Statistic | str) -> str:
    """A shown number with its unit, as it stands in a sentence."""
    unit = statistic if isinstance(statistic, str) else statistic.unit
    if unit in BARE or number in (HIDDEN, NONE):
        return number
    return text("view.unit", number=number, unit=unit_label(unit))


def amount(yuan: float, *, sign: bool = False) -> str:
    """Money for a card, 万元 or million yuan; a dash where there is none.

    >>> amount(9472000), amount(9472000, sign=True), amount(float("nan"))
    ('947.20万元', '+947.20万元', '—')
    """
    if not math.isfinite(yuan):
        return NONE
    made = money(yuan)
    if not any(digit in made for digit in "123456789"):
        return made.removeprefix("-")
    return minus(f"+{made}" if sign and yuan > 0 else made)


def heads() -> tuple[str, str, str]:
    """Baseline, scenario, difference: the key of charts that hold both."""
    return text("view.base"), text("view.new"), text("view.change")


def statistic_of(table: Table, name: str) -> Statistic:
    """A statistic of a table by its name."""
    return table.statistics[position(table, name)]


def plain(table: Table, name: str) -> Statistic:
    """A statistic without its moment: 全年支出 for 全年支出（现行）."""
    return Statistic(name, statistic_of(table, f"{name}.base").unit)


def title_of(table: Table, name: str) -> Statistic:
    """A statistic without its moment; persons are recipients in these views."""
    names = [entry.name for entry in table.statistics]
    found = statistic_of(table, name) if name in names else plain(table, name)
    return Statistic("recipients", found.unit) if name == "persons" else found


def moved(table: Table, name: str, rows: Iterable[Row]) -> list[Entry]:
    """Entries (baseline, scenario, change) of one statistic, for the charts that hold both."""
    return [
        Entry(
            named(table, row),
            (
                table.get(f"{name}.base", *row),
                table.get(f"{name}.new", *row),
                changed(table, f"{name}.change", row),
            ),
            (
                shown(table, f"{name}.base", row),
                shown(table, f"{name}.new", row),
                signed(table, f"{name}.change", row),
            ),
        )
        for row in rows
    ]


def single(table: Table, name: str, rows: Iterable[Row], *more: str) -> list[Entry]:
    """Entries of one value, with the numbers of further statistics after its own."""
    return [
        Entry(
            named(table, row),
            (table.get(name, *row),),
            tuple(shown(table, each, row) for each in (name, *more)),
        )
        for row in rows
    ]


def counted(table: Table) -> str:
    """What is counted, 户 or 人, and the households in the data, for the end of a caption."""
    return text(f"per.{table.per}", n=f"{table.observations:,}").strip()
