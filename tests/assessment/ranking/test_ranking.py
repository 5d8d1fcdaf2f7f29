"""Units ranked: the plain rank, what chance and weights leave open, sliders, small units."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rank_coverage import LABEL, card_of, measured_of, world
from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.ranking import rank_units, reweighted
from jiuzhu_sim.assessment.scorecard.card import Item, Veto, load_card
from jiuzhu_sim.assessment.scorecard.score import ranks, score
from jiuzhu_sim.errors import JZError

CARD = card_of(1.0, items=4, groups=2)
KEYS = [f"rate{k}" for k in range(4)]


def measured(hits, n=50, population=500, size=1_000.0):
    """Counts of the four indicators, a row a unit."""
    hits = np.array(hits, float)
    counts = {"hits": hits, "n": np.full(hits.shape, float(n))}
    counts["population"] = np.full(hits.shape, float(population))
    made = measured_of(len(hits), KEYS, counts)
    return replace(made, size=np.broadcast_to(np.asarray(size, float), len(hits)).copy())


FIVE = [[50, 49, 50, 48], [45, 44, 46, 45], [45, 46, 44, 45], [44, 45, 46, 47], [30, 25, 35, 20]]


def ranked(hits=FIVE, card=CARD, draws=500, **options):
    own = {name: options.pop(name) for name in ("n", "population", "size") if name in options}
    return rank_units(card, measured(hits, **own), draws=draws, **options)


# --- plain ranks and no noise ------------------------------------------------------------------
def test_the_published_rank_is_that_of_the_score():
    made = ranked()
    total = score(CARD, {key: made.measured.column(key) for key in KEYS}).total
    assert (made.total == total).all()
    assert made.rank.tolist() == ranks(total).tolist() == [1, 3, 3, 2, 5]
    assert made.order == (0, 3, 1, 2, 4)


def test_without_noise_intervals_are_the_rank_itself():
    made = ranked(n=500, population=500, weight_noise=0.0)
    for low, high in ((made.low, made.high), *made.by_source.values()):
        assert low.tolist() == high.tolist() == made.rank.tolist()
    assert (made.score_low == made.total).all()
    assert (made.score_high == made.total).all()
    assert set(np.unique(made.better)) <= {0.0, 0.5, 1.0}
    assert made.probability.max(axis=1).tolist() == [1.0] * 5
    assert [made.card.grades[k].key for k in made.probability.argmax(axis=1)] == [
        made.card.grades[k].key for k in made.scores.grade
    ]


def test_each_source_alone():
    census = ranked(n=500, population=500)
    assert (census.by_source["sampling"][0] == census.by_source["sampling"][1]).all()
    fixed = ranked(weight_noise=0.0)
    assert (fixed.by_source["weights"][0] == fixed.by_source["weights"][1]).all()
    assert (fixed.low == fixed.by_source["sampling"][0]).all()


def test_intervals_hold_the_rank_and_widen_with_fewer_files():
    many, few = ranked(), ranked(np.array(FIVE) // 5, n=10)
    for made in (many, few):
        assert ((made.low <= made.rank) & (made.rank <= made.high)).all()
        assert ((made.score_low <= made.total) & (made.total <= made.score_high)).all()
    assert (few.high - few.low).sum() > (many.high - many.low).sum()


# --- ties, order -------------------------------------------------------------------------------
def test_identical_units_are_said_to_be_the_same():
    made = ranked([FIVE[1], FIVE[0], FIVE[1], FIVE[4]])
    assert made.rank.tolist() == [2, 1, 2, 4]
    assert made.better[0, 2] == 0.5
    assert made.alike(0) == (2,)
    for part in (made.low, made.high, made.score_low, made.score_high):
        assert part[0] == part[2]
    assert (made.probability[0] == made.probability[2]).all()
    dense = ranked([FIVE[1], FIVE[0], FIVE[1], FIVE[4]], card=replace(CARD, tie="dense"))
    assert dense.rank.tolist() == [2, 1, 2, 3]


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 99))
def test_the_order_of_units_does_not_matter(order, seed):
    made = world(np.random.default_rng(seed), 6, 0.3, 40, 4).measured
    turned = made.of_units([made.units[k] for k in order])
    one, other = (rank_units(CARD, each, draws=200, min_size=0) for each in (made, turned))
    for name in ("rank", "low", "high", "score_low", "score_high", "probability"):
        assert (getattr(one, name)[list(order)] == getattr(other, name)).all(), name
    assert (one.better[np.ix_(order, order)] == other.better).all()
    names = [[made.units[k] for k in group] for group in one.groups]
    assert names == [[turned.units[k] for k in group] for group in other.groups]


# --- small units, gaps, vetoes -----------------------------------------------------------------
def test_small_units_are_scored_and_do_not_count():
    made = ranked(size=[1_000, 10, 1_000, 1_000, 1_000])
    without = ranked([FIVE[k] for k in (0, 2, 3, 4)])
    assert made.is_ranked.tolist() == [True, False, True, True, True]
    assert made.rank[1] == made.low[1] == made.high[1] == 0
    assert made.total[1] > 0
    assert np.isfinite(made.probability[1]).all()
    assert np.isnan(made.better[1]).all()
    assert made.rank[[0, 2, 3, 4]].tolist() == without.rank.tolist()
    assert made.order[-1] == 1
    assert all(1 not in group for group in made.groups)
    assert made.alike(1) == ()
    assert ranked(size=[1_000, 10, 1_000, 1_000, 1_000], min_size=5).is_ranked.all()
    assert ranked(size=np.nan).is_ranked.all()


def test_units_all_too_small_are_shown_and_none_is_ranked():
    made = ranked(size=10)
    assert not made.is_ranked.any()
    assert not made.rank.any()
    assert made.groups == ()
    assert made.total.tolist() == ranked().total.tolist()
    assert np.allclose(made.probability.sum(axis=1), 1.0)
    assert (made.score_low < made.score_high).all()
    assert all(np.isnan(each.move) for each in made.deciding)
    assert all(not other.rank.any() and np.isnan(other.tau) for other in made.others)
    assert reweighted(made, {"item0": 5}).is_ranked.tolist() == [False] * 5


def test_units_without_any_score_are_refused():
    seen = measured(FIVE)
    with pytest.raises(JZError) as caught:
        rank_units(CARD, replace(seen, value=np.full_like(seen.value, np.nan)))
    assert caught.value.codes == ("JZ-E105",)


def test_settings_out_of_range_are_refused_all_at_once():
    with pytest.raises(JZError) as caught:
        ranked(draws=1, weight_noise=2.0, conf=0.4)
    assert caught.value.codes == ("JZ-E032",) * 3


def test_a_unit_without_one_item_is_scored_on_the_rest():
    made = measured(FIVE)
    for part in (made.value, made.hits, made.n, made.population):
        part[1, 0] = np.nan
    ranking = rank_units(CARD, made, draws=300)
    assert ranking.is_ranked.all()
    assert ranking.total[1] == pytest.approx(100 * np.mean([0.76, 0.84, 0.8]))
    assert ranking.score_low[1] < ranking.total[1] < ranking.score_high[1]


def test_a_veto_follows_the_draws():
    """A grade capped below 90 % of the first indicator: as likely as the true rate lies there."""
    veto = Veto("cap", LABEL, "rate0", ("below", 0.9), "cap:fail")
    made = ranked(card=replace(CARD, vetoes=(veto,)), population=1e6)
    assert made.probability[0, -1] < 0.01
    assert 0.3 < made.probability[1, -1] < 0.7
    assert made.probability[4, -1] == 1


# --- sliders -----------------------------------------------------------------------------------
def test_reweighted_to_the_same_is_the_same():
    made = ranked()
    again = reweighted(made, CARD.weights * 3)
    assert again.rank.tolist() == made.rank.tolist()
    assert (again.low == made.low).all()
    assert (again.better == made.better).all()


def test_reweighted_is_what_ranking_with_those_weights_would_be():
    weights = {"item0": 70.0, "group1": 10.0}
    moved, direct = reweighted(ranked(), weights), ranked(weights=weights)
    assert (moved.total == direct.total).all()
    for name in ("rank", "low", "high", "better", "probability"):
        assert (getattr(moved, name) == getattr(direct, name)).all()
    assert moved.weights.sum() == pytest.approx(100)


def test_other_noise_of_weights():
    calm, wild = (reweighted(ranked(), weight_noise=noise) for noise in (0.0, 0.9))
    low, high = wild.by_source["weights"]
    assert (high - low).sum() > 0
    assert (calm.by_source["weights"][0] == calm.rank).all()


def test_sliders_answer_soon():
    """60 ms at 20 units × 40 items × 2,000 draws; three times that where the machine is busy."""
    card, made = card_of(0.95, 40, 10), world(np.random.default_rng(1), 20, 0.3, 60, 40)
    ranking = rank_units(card, made.measured, min_size=0)
    weights, times = card.weights, []
    for _ in range(5):
        start = time.perf_counter()
        reweighted(ranking, weights)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.18


# --- which weight decides ----------------------------------------------------------------------
def test_what_decides_is_found():
    """Only the first item tells units apart clearly; the fourth turns them round when alone."""
    hits = [[50, 45, 45, 31], [40, 45, 45, 40], [30, 45, 45, 44]]
    found = {each.key: each for each in ranked(hits, population=50).deciding}
    assert found["item1"].tau == 1.0
    assert found["item1"].move == 0
    assert found["item0"].tau == -1.0
    assert found["item0"].move == 2
    assert found["group0"].points == 50
    assert found["item0"].share > found["item1"].share
    assert sum(each.share for each in found.values()) <= 1.1


def test_no_share_where_weights_are_not_redrawn():
    assert all(np.isnan(each.share) for each in ranked(weight_noise=0.0).deciding)


def test_the_only_item_leaves_nothing_to_rank_by():
    (group, item) = ranked(card=replace(CARD, items=CARD.items[:1])).deciding
    assert np.isnan(group.tau)
    assert np.isnan(item.move)


def test_a_bonus_counts_and_bears_no_weight():
    extra = Item("extra", "group0", LABEL, "rate3", 5, "bonus", parameters={"each": 1})
    card = replace(CARD, items=(*CARD.items[:3], extra), bonus_cap=5.0)
    made, without = ranked(card=card), ranked(card=replace(CARD, items=CARD.items[:3]))
    assert made.total[0] == without.total[0] + 0.96
    assert "extra" not in {each.key for each in made.deciding}
    assert made.weights[-1] == 0


def test_the_default_card_ranks_what_it_is_given():
    seen = {"payment_on_time": ([60, 51, 30], [60] * 3, [400] * 3), "visit_rate": [1.0, 0.9, 0.8]}
    made = rank_units(load_card(), Measured.made(("甲", "乙", "丙"), seen), draws=200)
    assert made.rank.tolist() == [1, 2, 3]
    assert made.scores.note
    assert {each.key for each in made.deciding if each.kind == "item"} == {
        item.key for item in made.card.items if item.indicator in seen
    }
