"""The text for circulation: it orders no two townships whose rank intervals overlap."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.ranking import rank_units
from jiuzhu_sim.assessment.ranking.intervals import apart
from jiuzhu_sim.assessment.scorecard.card import load_card
from jiuzhu_sim.language import speaking
from jiuzhu_sim.report.circular import (
    NAMED,
    SENTENCES,
    grade_sentences,
    is_gradable,
    order_of,
    order_sentences,
)

AHEAD = {"zh": r"^其中(.+)优于(.+)。$", "en": r"^(.+): ahead of (.+)\.$"}
TIER = {"zh": r"^第(\d+)档：([^（。]+)", "en": r"^Tier (\d+): ([^(.]+)"}
COMMA = {"zh": "、", "en": ", "}
MANY = {
    "zh": r"^其中(.+)优于同档的(\d+)个乡镇，",
    "en": r"^(.+): ahead of (\d+) townships of the tier;",
}
NEXT = {"zh": "前一档优于后一档。", "en": "Each tier is ahead of the next."}


@st.composite
def rankings(draw):
    """Rank intervals of up to 12 townships, some of them not ranked."""
    n = draw(st.integers(1, 12))
    low = np.array(draw(st.lists(st.integers(1, n), min_size=n, max_size=n)))
    width = np.array(draw(st.lists(st.integers(0, n), min_size=n, max_size=n)))
    is_ranked = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    return low, np.minimum(low + width, n), is_ranked


def ordered_pairs(sentences, language):
    """Every pair (ahead, behind) that sentences claim, read back from the text."""
    pairs, tiers = set(), {}
    for said in sentences:
        if found := re.match(TIER[language], said):
            tiers[int(found[1])] = found[2].strip().split(COMMA[language])
        elif re.match(MANY[language], said):
            continue  # names nobody behind
        elif said != NEXT[language] and (found := re.match(AHEAD[language], said)):
            above, below = (part.split(COMMA[language]) for part in found.groups())
            pairs |= {(a, b) for a in above for b in below}
    if NEXT[language] in sentences:
        pairs |= {(a, b) for k in tiers for m in tiers if k < m for a in tiers[k] for b in tiers[m]}
    return pairs


@pytest.mark.parametrize("language", ["zh", "en"])
@given(ranking=rankings())
def test_no_sentence_orders_two_whose_intervals_overlap(language, ranking):
    low, high, is_ranked = ranking
    names = [f"T{k:02}" for k in range(len(low))]
    with speaking(language):
        said = order_sentences(order_of(low, high, is_ranked), names) if is_ranked.any() else ()
    for above, below in ordered_pairs(said, language):
        a, b = names.index(above), names.index(below)
        assert is_ranked[a]
        assert is_ranked[b]
        assert high[a] < low[b], f"{above} {below}: {said}"


@given(ranking=rankings())
def test_every_pair_that_differs_is_told_unless_cut_short(ranking):
    low, high, is_ranked = ranking
    names = [f"T{k:02}" for k in range(len(low))]
    order = order_of(low, high, is_ranked)
    said = order_sentences(order, names) if is_ranked.any() else ()
    kept = np.flatnonzero(is_ranked)
    apart = {(names[a], names[b]) for a in kept for b in kept if high[a] < low[b]}
    told = ordered_pairs(said, "zh")
    assert told <= apart
    is_short = all(len(below) <= NAMED for _, below in order.ahead)
    if len(order.ahead) <= SENTENCES and is_short:
        assert told == apart


@given(ranking=rankings())
def test_a_number_behind_counts_only_those_whose_intervals_do_not_overlap(ranking):
    low, high, is_ranked = ranking
    names = [f"T{k:02}" for k in range(len(low))]
    order = order_of(low, high, is_ranked)
    for said in order_sentences(order, names) if is_ranked.any() else ():
        if found := re.match(MANY["zh"], said):
            for name in found[1].split("、"):
                unit = names.index(name)
                tier = next(list(tier) for tier in order.tiers if unit in tier)
                assert int(found[2]) == (low[tier] > high[unit]).sum()


@given(ranking=rankings())
def test_tiers_hold_every_ranked_unit_once_and_none_else(ranking):
    low, high, is_ranked = ranking
    tiers = order_of(low, high, is_ranked).tiers
    assert sorted(unit for tier in tiers for unit in tier) == np.flatnonzero(is_ranked).tolist()
    for upper, lower in itertools.pairwise(tiers):
        assert max(high[list(upper)]) < min(low[list(lower)])


def test_identical_townships_are_not_ordered():
    low = high = np.array([1, 1, 3])
    said = order_sentences(order_of(low, high, np.ones(3, bool)), ["甲镇", "乙镇", "丙镇"])
    assert said == (
        "第1档：甲镇、乙镇（不可区分，排名不分先后）。",
        "第2档：丙镇。",
        "前一档优于后一档。",
    )


def test_all_alike_are_one_sentence_without_a_tier():
    low, high = np.array([1, 1, 1]), np.array([3, 3, 3])
    said = order_sentences(order_of(low, high, np.ones(3, bool)), ["甲镇", "乙镇", "丙镇"])
    assert said == ("甲镇、乙镇、丙镇共3个乡镇不可区分，不作排名。",)


def test_names_stand_in_the_order_of_the_roll_whatever_the_ranks():
    low, high = np.array([3, 2, 1]), np.array([3, 3, 2])
    said = order_sentences(order_of(low, high, np.ones(3, bool)), ["甲镇", "乙镇", "丙镇"])
    assert said[0].startswith("第1档：甲镇、乙镇、丙镇")
    assert said[1] == "其中丙镇优于甲镇。"


def test_a_shared_end_is_an_overlap():
    assert not apart(np.array([1, 2]), np.array([2, 3])).any()
    assert apart(np.array([1, 3]), np.array([2, 3]))[0, 1]


CARD = load_card("ten-precisions")


def test_nobody_is_graded_on_a_few_points_of_many():
    towns = ("甲镇", "乙镇")
    few = rank_units(CARD, Measured.made(towns, {"visit_rate": [0.9, 0.9]}))
    assert not is_gradable(few)
    (said,) = grade_sentences(few)
    assert "不定等次" in said
    names = {item.indicator for item in CARD.items if item.indicator}
    every = rank_units(CARD, Measured.made(towns, {name: [1.0, 1.0] for name in names}))
    assert is_gradable(every)
    assert "不定等次" not in "".join(grade_sentences(every))
