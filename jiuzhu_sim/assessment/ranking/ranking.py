"""Units ranked by a card, with the ranks that chance and other weights would leave open.

Two sources of doubt: the indicators are estimated from samples, and weights could be others. Both
are drawn; ranks follow for each draw. What is published (score, rank, grade) comes from the plain
values; the draws say how far it carries. Definitions: docs/en/definitions/ranking.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.ranking.aggregations import Other, other_ranks
from jiuzhu_sim.assessment.ranking.deciding import Deciding, deciding_weights
from jiuzhu_sim.assessment.ranking.drawn import Drawn
from jiuzhu_sim.assessment.ranking.intervals import (
    Places,
    Spread,
    apart,
    groups_of,
    placed,
    same_data,
    spread_of,
)
from jiuzhu_sim.assessment.ranking.sampling import value_draws
from jiuzhu_sim.assessment.ranking.shrink import pull_of
from jiuzhu_sim.assessment.ranking.weighting import WeightDraws, weight_draws, weights_of
from jiuzhu_sim.assessment.scorecard.card import Card
from jiuzhu_sim.assessment.scorecard.score import Scores, grades_of, published, score
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text

Floats = NDArray[np.float64]

DRAWS, SEED, NOISE, CONF = 2_000, 1, 0.25, 0.90
"""Weights ± 25 % as in the examples of COINr; 90 %: at 95 the ranks of few units say nothing."""

DRAWS_RANGE = (100, 100_000)
"""Fewer draws make bounds that jump; more fill the memory."""


@dataclass(frozen=True)
class Ranking:
    """Units by rank, and how sure that is.

    `scores` are the published ones. (units,): `rank`, 0 where not ranked; `low`, `high`, the ranks
    that sampling and weights leave open at level `conf`, 0 where not ranked; `score_low`,
    `score_high` points. `by_source`: the same bounds from ``sampling`` and from ``weights`` alone.
    `probability` (units, grades). `better` (units, units): the chance that the first stands above
    the second, ties half; NaN where either is not ranked. `groups`: positions of ranked units that
    cannot be told apart, from the top. `weights` (items,) points in use. The draws behind it are
    kept for `reweighted`.
    """

    card: Card
    measured: Measured
    scores: Scores
    rank: Places
    low: Places
    high: Places
    by_source: Mapping[str, tuple[Places, Places]]
    score_low: Floats
    score_high: Floats
    probability: Floats
    better: Floats
    groups: tuple[tuple[int, ...], ...]
    is_ranked: NDArray[np.bool_]
    weights: Floats
    conf: float
    draws: int
    seed: int
    weight_noise: float
    min_size: float
    drawn: Drawn
    weights_drawn: WeightDraws | None

    @property
    def total(self) -> Floats:
        """Published scores, (units,), 0–100 and bonus."""
        return self.scores.total

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of all units, best first, those not ranked last; ties by name."""
        return _order(self.rank, self.measured.units)

    def alike(self, unit: int) -> tuple[int, ...]:
        """Ranked units that cannot be told from this one, itself left out; best first."""
        told = apart(self.low, self.high)[unit]
        if not self.is_ranked[unit]:
            return ()
        return tuple(k for k in self.order if self.is_ranked[k] and k != unit and not told[k])

    @cached_property
    def deciding(self) -> tuple[Deciding, ...]:
        """What each group and item of the card does to the ranks; see `Deciding`."""
        return deciding_weights(
            self.scores, self.weights, self.rank, self.is_ranked, self.weights_drawn
        )

    @cached_property
    def others(self) -> tuple[Other, ...]:
        """Ranks by other ways to add up; see `Other`. Raises JZ-E046 without pymcdm."""
        return other_ranks(self.scores, self.weights, self.rank, self.is_ranked)


def rank_units(
    card: Card,
    measured: Measured,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    weight_noise: float = NOISE,
    conf: float = CONF,
    min_size: float | None = None,
    weights: Mapping[str, float] | Floats | None = None,
) -> Ranking:
    """Rank units by a card, with intervals from sampling and from re-drawn weights.

    Units of fewer than `min_size` households (the card's number by default) are scored, not
    ranked, and do not count in the ranks of others; of unknown size they are ranked. Where all are
    too small all are shown and none is ranked. `weights` take the place of the card's
    (`weights_of`). Raises, all at once, JZ-E032 (a number out of its range), and JZ-E105 where no
    unit has a score at all.

    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> seen = {"payment_on_time": ([60, 51, 30], [60, 60, 60], [400, 300, 200])}
    >>> made = Measured.made(("甲镇", "乙镇", "丙乡"), seen)
    >>> ranking = rank_units(load_card("ten-precisions"), made)
    >>> ranking.rank.tolist(), ranking.groups
    ([1, 2, 3], ((0,), (1,), (2,)))
    """
    _check(draws, weight_noise, conf)
    least = float(card.min_size if min_size is None else min_size)
    worth = weights_of(card, weights)
    plain = _plain(card, measured, worth)
    is_ranked = ~(measured.size < least) & _scored(plain)
    keys = [key for key in card.indicators if key in measured.keys]
    among = is_ranked if is_ranked.any() else np.isfinite(plain.total)
    values = value_draws(measured, keys, draws, seed, among)
    drawn = Drawn.of(score(card, values, worth))
    settings = (draws, seed, weight_noise, conf, least)
    return _made(card, measured, plain, worth, is_ranked, drawn, *settings)


def reweighted(
    ranking: Ranking,
    weights: Mapping[str, float] | Floats | None = None,
    *,
    weight_noise: float | None = None,
) -> Ranking:
    """The same units, draws and rules under other weights: what a slider calls.

    `weights` as `weights_of` takes them (None: the card's own); only proportions matter.

    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> seen = {"payment_on_time": [1.0, 0.6], "visit_rate": [0.5, 1.0]}
    >>> base = rank_units(load_card("ten-precisions"), Measured.made(("甲镇", "乙镇"), seen))
    >>> base.rank.tolist() == reweighted(base).rank.tolist()
    True
    """
    noise = ranking.weight_noise if weight_noise is None else weight_noise
    _check(ranking.draws, noise, ranking.conf)
    worth = weights_of(ranking.card, weights)
    plain = _plain(ranking.card, ranking.measured, worth)
    is_ranked = ranking.is_ranked & _scored(plain)
    settings = (ranking.draws, ranking.seed, noise, ranking.conf, ranking.min_size)
    return _made(ranking.card, ranking.measured, plain, worth, is_ranked, ranking.drawn, *settings)


def _made(
    card: Card,
    measured: Measured,
    plain: Scores,
    weights: Floats,
    is_ranked: NDArray[np.bool_],
    drawn: Drawn,
    draws: int,
    seed: int,
    noise: float,
    conf: float,
    least: float,
) -> Ranking:
    among = np.flatnonzero(is_ranked)
    rank = _wide(placed(plain.total[among], card), among, len(measured.units))
    redrawn = weight_draws(card, weights, draws, seed, noise) if noise > 0 else None
    used = weights if redrawn is None else redrawn.items
    own, both = drawn.totals(weights), drawn.totals(used)
    middle = drawn.middle
    pull = pull_of(own[:, among], seed)
    scores = {
        "sampling": pull(own[:, among].mean(axis=0), own[:, among] - own[:, among].mean(axis=0)),
        "weights": np.broadcast_to(Drawn.of(plain).totals(used), both.shape)[:, among],
        "both": pull(middle.totals(used)[:, among], (both - middle.totals(used))[:, among]),
    }
    same = same_data(_data(card, measured))
    spreads = {name: spread_of(part, card.tie, same[among]) for name, part in scores.items()}
    bounds = {name: _bounds(spread, conf, rank, among) for name, spread in spreads.items()}
    better = np.full((len(rank), len(rank)), np.nan)
    better[np.ix_(among, among)] = spreads["both"].better
    order = _order(rank, measured.units)[: len(among)]
    score_low, score_high = _levels(both, same, conf, plain.total)
    return Ranking(
        card=card,
        measured=measured,
        scores=plain,
        rank=rank,
        low=bounds["both"][0],
        high=bounds["both"][1],
        by_source={name: bounds[name] for name in ("sampling", "weights")},
        score_low=score_low,
        score_high=score_high,
        probability=_grades(card, both, drawn.vetoed, same),
        better=better,
        groups=groups_of(order, apart(*bounds["both"])),
        is_ranked=is_ranked,
        weights=plain.weights,
        conf=conf,
        draws=draws,
        seed=seed,
        weight_noise=noise,
        min_size=least,
        drawn=drawn,
        weights_drawn=redrawn,
    )


def _plain(card: Card, measured: Measured, weights: Floats) -> Scores:
    keys = [key for key in card.indicators if key in measured.keys]
    return score(card, {key: measured.column(key) for key in keys}, weights)


def _scored(plain: Scores) -> NDArray[np.bool_]:
    """Which units have a score, (units,); JZ-E105 where none has."""
    found = np.isfinite(plain.total)
    if not found.any():
        raise JZError.of("JZ-E105", reason=text("ranking_fault.nobody"))
    return found


def _order(rank: Places, units: tuple[str, ...]) -> tuple[int, ...]:
    last = len(rank) + 1
    return tuple(sorted(range(len(rank)), key=lambda k: (rank[k] or last, units[k])))


def _wide(part: Places, among: NDArray[np.intp], units: int) -> Places:
    made = np.zeros(units, np.int64)
    made[among] = part
    return made


def _bounds(
    spread: Spread, conf: float, rank: Places, among: NDArray[np.intp]
) -> tuple[Places, Places]:
    low, high = spread.interval(conf, rank[among])
    return _wide(low, among, len(rank)), _wide(high, among, len(rank))


def _data(card: Card, measured: Measured) -> Floats:
    """All that the card takes of each unit, (units, anything)."""
    parts = measured.of([key for key in card.indicators if key in measured.keys])
    return np.hstack([parts.value, parts.hits, parts.n, parts.population, parts.sd])


def _levels(
    scores: Floats, same: NDArray[np.intp], conf: float, plain: Floats
) -> tuple[Floats, Floats]:
    """Bounds of the scores, (units,); the published score is always in."""
    low, high = np.full(len(plain), np.nan), np.full(len(plain), np.nan)
    outside = (1 - conf) / 2
    for unit in np.flatnonzero(np.isfinite(plain)):
        pooled = scores[:, same == same[unit]]
        low[unit], high[unit] = np.quantile(pooled, [outside, 1 - outside])
    return np.fmin(published(low), plain), np.fmax(published(high), plain)


def _grades(
    card: Card, scores: Floats, vetoed: NDArray[np.bool_], same: NDArray[np.intp]
) -> Floats:
    """The chance of each grade, (units, grades); NaN for a unit without a score."""
    grade = grades_of(card, published(scores), vetoed)
    made = np.stack([(grade == k).mean(axis=0) for k in range(len(card.grades))], axis=1)
    made = np.stack([made[same == same[unit]].mean(axis=0) for unit in range(len(same))])
    made[(grade < 0).any(axis=0)] = np.nan
    return made


def _check(draws: int, noise: float, conf: float) -> None:
    problems = Problems()
    least, most = DRAWS_RANGE
    for name, value, is_right, expected in (
        ("draws", draws, least <= draws <= most, f"{least:,}–{most:,}"),
        ("weight_noise", noise, 0 <= noise <= 1, "0–1"),
        ("conf", conf, 0.5 < conf < 1, "0.5–1"),
    ):
        if not is_right:
            problems.add("JZ-E032", name=name, value=value, expected=expected)
    problems.raise_if_any()
