"""The ranking as tables: ranks with intervals, grades, deciding weights, other methods, groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.table import Statistic, Table

Floats = NDArray[np.float64]

UNIT_DIM, WEIGHT_DIM = "ranking_unit", "ranking_weight"
TAU_ROW = "ranking_tau"
ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True)
class Named(Statistic):
    """A column that bears the name of a part of the card, a grade or a method."""

    label: Mapping[str, str] | None = None

    @property
    def title(self) -> str:
        return pick(self.label or {"zh": self.name})


def ranking_table(ranking: Ranking) -> Table:
    """Score, rank and rank from each source of doubt alone, with intervals, and from how many
    others a township cannot be told; best first, those not ranked last.

    >>> from jiuzhu_sim.assessment.indicators import Measured
    >>> from jiuzhu_sim.assessment.ranking.ranking import rank_units
    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> seen = {"payment_on_time": ([60, 51], [60, 60], [400, 300])}
    >>> made = rank_units(load_card("ten-precisions"), Measured.made(("甲镇", "乙镇"), seen))
    >>> ranking_table(made).show("ranking_rank", "甲镇")
    '1'
    """
    rank = np.where(ranking.is_ranked, ranking.rank, np.nan)
    sampling, weighting = (ranking.by_source[name] for name in ("sampling", "weights"))
    alike = np.array([float(len(ranking.alike(unit))) for unit in range(len(rank))])
    blank = np.full(len(rank), np.nan)
    columns = [
        (ranking.total, ranking.score_low, ranking.score_high),
        (rank, _bound(ranking, ranking.low), _bound(ranking, ranking.high)),
        (rank, _bound(ranking, sampling[0]), _bound(ranking, sampling[1])),
        (rank, _bound(ranking, weighting[0]), _bound(ranking, weighting[1])),
        (np.where(ranking.is_ranked, alike, np.nan), blank, blank),
    ]
    statistics = [
        Statistic("ranking_score", "points"),
        Statistic("ranking_rank", ""),
        Statistic("ranking_sampling", ""),
        Statistic("ranking_weighting", ""),
        Statistic("ranking_alike", ""),
    ]
    notes = [_note("ranking", ranking)]
    if not ranking.is_ranked.all():
        notes.append(_unranked(ranking))
    if ranking.measured.is_census[~np.isnan(ranking.measured.value)].all():
        notes.append(text("note.ranking_census"))
    if ranking.scores.note:
        notes.append(ranking.scores.note)
    return _of_units("ranking", ranking, statistics, columns, notes)


def grades_table(ranking: Ranking) -> Table:
    """Score and the chance of each grade, a row a township, in the order of the ranking."""
    blank = np.full(len(ranking.rank), np.nan)
    columns = [(ranking.total, ranking.score_low, ranking.score_high)]
    columns += [(chance, blank, blank) for chance in ranking.probability.T]
    statistics = [
        Statistic("ranking_score", "points"),
        *(Named(f"grade_{grade.key}", "share", label=grade.label) for grade in ranking.card.grades),
    ]
    return _of_units("ranking_grades", ranking, statistics, columns, [_note("ranking_grades")])


def scores_table(ranking: Ranking) -> Table:
    """The part of its points that a township reaches in each group of the card, and its score."""
    blank = np.full(len(ranking.rank), np.nan)
    columns = [(part, blank, blank) for part in ranking.scores.by_group.T]
    columns.append((ranking.total, blank, blank))
    statistics = [
        *(Named(f"group_{group.key}", "share", label=group.label) for group in ranking.card.groups),
        Statistic("ranking_score", "points"),
    ]
    return _of_units("ranking_scores", ranking, statistics, columns, [_note("ranking_scores")])


def aggregations_table(ranking: Ranking) -> Table:
    """Ranks by other ways to add up beside the card's, and their agreement with it (last row).

    Raises JZ-E046 without pymcdm.
    """
    others, order = ranking.others, list(ranking.order)
    ranks = [ranking.rank, *(other.rank for other in others)]
    shown = np.column_stack([np.where(rank > 0, rank, np.nan)[order] for rank in ranks])
    agreement = np.array([[np.nan, *(other.tau for other in others)]])
    values = np.vstack([shown, agreement])
    statistics = [
        Statistic("ranking_rank", ""),
        *(Statistic(f"ranking_by_{other.key}", "") for other in others),
    ]
    notes = [_note("ranking_others"), *_left_out(ranking)]
    rows = [*(ranking.measured.units[k] for k in order), TAU_ROW]
    n = np.append(np.ones(len(order), np.int64), 0)
    return _table("ranking_others", ranking, UNIT_DIM, rows, statistics, values, notes, n)


def weights_table(ranking: Ranking) -> Table:
    """Every group, then every item: its points, ranks without it, its share of the moves."""
    parts = ranking.deciding
    fields = ("points", "tau", "move", "share")
    values = np.array([[getattr(part, name) for name in fields] for part in parts])
    units = ("points", "", "", "share")
    statistics = [
        Statistic(f"ranking_{name}", unit) for name, unit in zip(fields, units, strict=True)
    ]
    rows = [f"{part.kind}:{part.key}" for part in parts]
    names = {row: part.label for row, part in zip(rows, parts, strict=True)}
    notes = [_note("ranking_weights", ranking)]
    n = np.ones(len(rows), np.int64)
    return _table("ranking_weights", ranking, WEIGHT_DIM, rows, statistics, values, notes, n, names)


def _of_units(
    name: str,
    ranking: Ranking,
    statistics: Sequence[Statistic],
    columns: Sequence[tuple[Floats, Floats, Floats]],
    notes: Sequence[str],
) -> Table:
    order = list(ranking.order)
    values, low, high = (
        np.column_stack([column[part][order] for column in columns]) for part in range(3)
    )
    rows = [ranking.measured.units[k] for k in order]
    n = np.ones(len(rows), np.int64)
    table = _table(name, ranking, UNIT_DIM, rows, statistics, values, notes, n)
    return replace(table, low=low, high=high)


def _table(
    name: str,
    ranking: Ranking,
    dim: str,
    rows: Sequence[str],
    statistics: Sequence[Statistic],
    values: Floats,
    notes: Sequence[str],
    n: NDArray[np.int64],
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> Table:
    """A table without intervals, stamped for what it rests on."""
    stamps = []
    if ranking.measured.is_synthetic:
        stamps.append("note.ranking_synthetic")
    if ranking.card.status == ILLUSTRATIVE:
        stamps.append("note.ranking_illustrative")
    return Table.exact(
        name=name,
        dims=(dim,),
        rows=tuple((row,) for row in rows),
        statistics=tuple(statistics),
        values=values,
        n=n,
        per="ranked" if dim == UNIT_DIM else "ranking_weight",
        notes=(*notes, *stamps),
        fields={"card": ranking.card.title},
        names=names,
    )


def _bound(ranking: Ranking, bound: NDArray[np.int64]) -> Floats:
    return np.where(ranking.is_ranked, bound, np.nan)


def _note(name: str, ranking: Ranking | None = None) -> str:
    if ranking is None:
        return text(f"note.{name}")
    conf, noise = f"{ranking.conf:.0%}", f"{ranking.weight_noise:.0%}"
    return text(f"note.{name}", conf=conf, noise=noise, draws=f"{ranking.draws:,}")


def _left_out(ranking: Ranking) -> list[str]:
    """What other methods leave out, those alike in one sentence."""
    titles = {item.key: item.title for item in ranking.card.items}
    skipped: dict[tuple[str, ...], list[str]] = {}
    for other in ranking.others:
        skipped.setdefault(other.left_out if other.rank.any() else (), []).append(other.title)
    idle = [other.title for other in ranking.others if not other.rank.any()]
    notes = [text("note.ranking_not_usable", methods=listed(idle))] if idle else []
    for keys, methods in skipped.items():
        if keys:
            items = listed(titles[key] for key in keys)
            fields = {"methods": listed(methods), "n": len(keys), "items": items}
            notes.append(text("note.ranking_left_out", **fields))
    return notes


def _unranked(ranking: Ranking) -> str:
    units = listed(ranking.measured.units[k] for k in ranking.order if not ranking.is_ranked[k])
    return text("note.ranking_unranked", units=units, least=f"{ranking.min_size:g}")
