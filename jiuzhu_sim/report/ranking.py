"""The report on townships: scores, ranks with intervals, grades, which weight decides.

Who can be told apart is said first; what the data cannot tell is said as such. The page hides small
cells; the workbook (points lost, cases drawn) is for work inside the office.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators import PRECISIONS, Measured
from jiuzhu_sim.assessment.ranking.tables import (
    aggregations_table,
    grades_table,
    ranking_table,
    scores_table,
    weights_table,
)
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report import ranking_charts as charts
from jiuzhu_sim.report import ranking_lists as lists
from jiuzhu_sim.report import ranking_words as words
from jiuzhu_sim.report.circular import circular
from jiuzhu_sim.report.cleanup import part
from jiuzhu_sim.report.ranking_files import write_ranking
from jiuzhu_sim.report.ranking_input import Ranked
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.tile_map import township_maps


@dataclass(frozen=True)
class RankingReport(Report):
    """The report on townships; `write` writes its workbook, its charts and the circular."""

    ranked: Ranked

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write workbook, text for circulation and charts (JZ-E040, JZ-E046)."""
        return write_ranking(self, folder)


def ranking_report(ranked: Ranked) -> RankingReport:
    """Put ranked townships into a report; computes nothing.

    Sections: `answer`, `ranking`, `scores`, `grades`, `groups`, `weights`, `aggregations`,
    `indicators`, `missing`, `small`, `map`, `circular`, `limits`. Raises JZ-E108 for
    boundaries or places that are refused.

    >>> from jiuzhu_sim.report.ranking_input import ranked_of
    >>> made = ranked_of({"law": "s1-county-2020", "households": 400, "seed": 1, "draws": 100})
    >>> [each.key for each in ranking_report(made).sections][:3]
    ['answer', 'ranking', 'scores']
    """
    ranking = ranked.ranking
    made = (
        _section("answer", words.answer(ranked), Cards(_cards(ranked), words.stamps(ranked))),
        _ranking(ranked),
        _scores(ranked),
        _grades(ranked),
        _section("groups", words.groups(ranking), words.groups_listing(ranking)),
        _weights(ranked),
        _section("aggregations", words.aggregations(ranking), aggregations_table(ranking)),
        _indicators(ranked),
        _missing(ranked),
        _small(ranked),
        _map(ranked),
        _circular(ranked),
        Section(
            "limits",
            text("section.limits"),
            tuple(words.limits(ranked)),
            (lists.definitions(ranked),),
        ),
    )
    title = text("ranking.title", place=ranked.policy.title)
    sections = tuple(each for each in made if each is not None)
    report = RankingReport(title, text("file.ranking"), sections, ranked)
    return report.stamped(text("ranking.banner") if ranked.measured.is_synthetic else "")


def _section(key: str, said: Sequence[str], *blocks: Any, annex: Sequence[Any] = ()) -> Section:
    return Section(key, text(f"ranking.section.{key}"), tuple(said), blocks, tuple(annex))


def _cards(ranked: Ranked) -> tuple[tuple[str, str], ...]:
    ranking = ranked.ranking
    n = int(ranking.is_ranked.sum())
    if not words.is_order(ranking):
        shown = np.isfinite(ranking.total) & ~ranking.is_ranked
        return (
            (f"{n}", text("ranking.card.ranked")),
            (f"{int(shown.sum())}", text("ranking.card.shown")),
        )
    apart, pairs = words.pairs_apart(ranking)
    return (
        (f"{n}", text("ranking.card.ranked")),
        (f"{apart} / {pairs}", text("ranking.card.apart")),
        (f"{len(words.maybe_first(ranking))}", text("ranking.card.first")),
        (f"{words.tiers(ranking)}", text("ranking.card.tiers")),
        (f"{words.sure_grades(ranking)} / {n}", text("ranking.card.sure")),
    )


def _ranking(ranked: Ranked) -> Section:
    """The table without its count of those that cannot be told apart: that counts pairs one by
    one, and the sections here go by intervals, which are stricter."""
    table = ranking_table(ranked.ranking)
    table = part(table, table.name, lambda name: name != "ranking_alike")
    if not words.is_order(ranked.ranking):
        return _section("ranking", (text("ranking.said.no_order"),), table)
    said = (text("ranking.said.rank", conf=f"{ranked.ranking.conf:.0%}"),)
    return _section("ranking", said, charts.interval_chart(ranked.ranking), table)


def _scores(ranked: Ranked) -> Section:
    table = scores_table(ranked.ranking)
    return _section("scores", words.vetoes(ranked.ranking), hidden_groups(ranked, table))


def _grades(ranked: Ranked) -> Section:
    ranking = ranked.ranking
    cuts = words.cuts(ranking)
    return _section("grades", cuts, charts.grade_chart(ranking), grades_table(ranking))


def _weights(ranked: Ranked) -> Section:
    """The groups on the page, the items in the workbook."""
    ranking = ranked.ranking
    table = weights_table(ranking)
    of_groups, of_items = (
        rows_of(table, [row for row in table.rows if row[0].startswith(f"{kind}:")])
        for kind in ("group", "item")
    )
    said = [*words.deciding(ranking), *words.varied(ranking), text("ranking.said.weights_annex")]
    chart = charts.tornado_chart(ranking)
    return _section("weights", said, chart, of_groups, annex=[of_items])


def rows_of(table: Table, rows: Sequence[tuple[str, ...]]) -> Table:
    """Some rows of a table, in its order."""
    kept = [k for k, row in enumerate(table.rows) if row in rows]
    return table.only(kept)


def _indicators(ranked: Ranked) -> Section:
    """The indicators of the card by precision, with intervals; small cells hidden."""
    measured, needed = ranked.measured, set(ranked.card.indicators)
    tables = []
    for precision in PRECISIONS:
        keys = [
            each.key
            for each in measured.indicators
            if each.precision == precision
            and each.key in needed
            and np.isfinite(measured.column(each.key)).any()
        ]
        if keys:
            tables.append(hidden_small(measured.of(keys), precision, ranked.min_cell))
    said = [text("ranking.said.indicators")]
    if any(table.hidden is not None for table in tables):
        said.append(text("ranking.said.hidden", n=ranked.min_cell))
    return _section("indicators", said, *tables)


def small_cells(measured: Measured, min_cell: int) -> NDArray[np.bool_]:
    """Shares of fewer than `min_cell` cases or persons, (units, indicators). Complete counts of
    an own table (reports sent of those due) are of the office's work: they are shown."""
    of = np.where(np.isfinite(measured.population), measured.population, measured.n)
    is_work = np.array([each.needs == ("returns",) for each in measured.indicators])
    return np.asarray((of > 0) & (of < min_cell) & ~(is_work & measured.is_census))


def hidden_small(measured: Measured, precision: str, min_cell: int) -> Table:
    """The indicators of a precision by township, shares of small numbers hidden."""
    table: Table = measured.table(precision)
    return _hidden(table, small_cells(measured, min_cell))


def hidden_groups(ranked: Ranked, table: Table) -> Table:
    """The scores by group without those that are made of hidden shares alone."""
    measured, card = ranked.measured, ranked.card
    small, places = small_cells(measured, ranked.min_cell), list(ranked.ranking.order)
    hidden = np.zeros(table.values.shape, bool)
    for column, group in enumerate(card.groups):
        keys = {key for k in card.in_group(group.key) for key in card.items[k].needs}
        of = [k for k, key in enumerate(measured.keys) if key in keys]
        known = np.isfinite(measured.value[:, of])
        is_hidden = np.atleast_1d(known.any(axis=1) & (small[:, of] | ~known).all(axis=1))
        hidden[:, column] = is_hidden[places]
    return _hidden(table, hidden)


def _hidden(table: Table, hidden: NDArray[np.bool_]) -> Table:
    if not hidden.any():
        return table
    values, low, high = (
        np.where(hidden, np.nan, each) for each in (table.values, table.low, table.high)
    )
    return replace(table, values=values, low=low, high=high, hidden=hidden)


def _missing(ranked: Ranked) -> Section:
    listing = lists.missing_listing(ranked)
    if listing is None:
        return _section("missing", (text("ranking.said.nothing_missing"),))
    note = ranked.ranking.scores.note
    return _section("missing", (note,) if note else (), listing)


def _small(ranked: Ranked) -> Section | None:
    """Townships shown but not ranked; None where all are ranked."""
    ranking = ranked.ranking
    units = np.flatnonzero(~ranking.is_ranked).tolist()
    if not units:
        return None
    rows = tuple(
        (ranking.measured.units[u], _count(ranking.measured.size[u]), lists.standing(ranking, u))
        for u in units
    )
    heads = tuple(text(f"ranking.head.{name}") for name in ("township", "size", "standing_now"))
    said = (text("ranking.said.why_small", least=words.ranking_least(ranked)),)
    return _section("small", said, Listing(text("ranking.small.title"), heads, rows))


def _count(value: float) -> str:
    return f"{value:,.0f}" if np.isfinite(value) else "—"


def _map(ranked: Ranked) -> Section:
    given = {name: str(ranked.parameters.get(name) or "") for name in
             ("places", "boundaries", "approval")}  # fmt: skip
    return _section("map", (), *township_maps(ranked.ranking, **given))


def _circular(ranked: Ranked) -> Section:
    said = (text("ranking.said.circular"), *circular_of(ranked))
    return _section("circular", said)


def circular_of(ranked: Ranked) -> tuple[str, ...]:
    """The text for circulation of a run."""
    is_synthetic = ranked.measured.is_synthetic
    return circular(ranked.ranking, place=ranked.policy.title, is_synthetic=is_synthetic)
