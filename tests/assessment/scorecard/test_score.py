"""Scoring: missing values, bonuses, vetoes, grades, ties, weights, draws."""

import time

import numpy as np
import pytest

from jiuzhu_sim.assessment.scorecard.card import Card, Event, Grade, Group, Item, Veto, load_card
from jiuzhu_sim.assessment.scorecard.score import grades_of, ranks, score, totals
from jiuzhu_sim.errors import JZError

NAMED = {"zh": "例", "en": "example"}
NAN = np.nan


def item(key, points, group="a", form="linear", **given):
    parameters = given or {"full": 1.0, "none": 0.0}
    events = (Event(key, given["each"]),) if form == "deduction" else ()
    return Item(key, group, {"zh": key, "en": key}, key, points, form, parameters=parameters,
                events=events)  # fmt: skip


def card(*items, points=None, **more):
    groups = tuple(Group(key, NAMED) for key in dict.fromkeys(item.group for item in items))
    known = sum(item.points for item in items if not item.is_bonus)
    return Card("own", NAMED, NAMED, "own", points or known, groups, items, **more)


def veto(key, effect, after=(), mark=0.0):
    return Veto(key, NAMED, key, ("more_than", mark), effect, after)


PAIR = card(item("x", 6), item("y", 4, "b"))


def test_missing_values_leave_the_full_score_of_their_unit():
    made = score(PAIR, {"x": np.array([0.5, 0.5, NAN]), "y": np.array([1.0, NAN, NAN])})
    np.testing.assert_allclose(made.total, [70.0, 50.0, NAN])
    assert made.grade.tolist() == [2, 3, -1]
    assert made.counted.tolist() == [True, True]
    assert made.note == ""


def test_an_indicator_that_nobody_has_is_told():
    made = score(PAIR, {"x": np.array([0.5, 0.5])})
    assert made.total.tolist() == [50.0, 50.0]
    assert made.counted.tolist() == [True, False]
    assert made.note == (
        "以下项目缺数据，未评分：y。得分按可评的6分折算为百分制；"
        "个别单位还缺其他项目的，按该单位可评的分数折算。"
    )


def test_a_card_may_count_missing_as_zero():
    made = score(card(item("x", 6), item("y", 4), missing="zero"), {"x": np.array([0.5])})
    assert made.total.tolist() == [30.0]
    assert np.isnan(made.share[0, 1])
    assert "记0分" in made.note


def test_nothing_to_score_is_refused():
    with pytest.raises(JZError) as caught:
        score(PAIR, {"z": np.array([1.0])})
    assert caught.value.codes == ("JZ-E104",)


def test_points_are_those_of_the_card_and_groups_their_part():
    made = score(PAIR, {"x": np.array([0.5]), "y": np.array([1.0])})
    assert made.points.tolist() == [[3.0, 4.0]]
    assert made.by_group.tolist() == [[0.5, 1.0]]


def test_a_group_of_bonuses_or_missing_items_has_no_part():
    only = card(item("x", 6), item("z", 1, "c", form="bonus", each=1.0), bonus_cap=1)
    made = score(only, {"x": np.array([NAN, 1.0]), "z": np.array([1.0, 0.0])})
    np.testing.assert_allclose(made.by_group, [[NAN, NAN], [1.0, NAN]])


def test_bonuses_come_on_top_capped_and_on_the_scale_of_the_printed_card():
    extra = [item(key, 4, form="bonus", each=1.0) for key in "uv"]
    one = card(item("x", 100), *extra, points=200, bonus_cap=5, is_partial=True)
    made = score(one, {"x": np.array([0.9, 1.0]), "u": np.array([3.0, 9]), "v": np.array([1.0, 9])})
    assert made.bonus.tolist() == [2.0, 2.5]
    assert made.total.tolist() == [92.0, 102.5]


def test_a_bonus_without_data_is_none_and_no_gap():
    one = card(item("x", 10), item("u", 2, form="bonus", each=1.0), bonus_cap=2)
    made = score(one, {"x": np.array([0.8])})
    assert made.total.tolist() == [80.0]
    assert made.counted.tolist() == [True, False]
    assert made.note == ""


# --- vetoes --------------------------------------------------------------------------------
def test_a_cap_lowers_the_grade_and_leaves_the_total():
    one = card(item("x", 10), vetoes=(veto("false", "cap:pass"),))
    made = score(one, {"x": np.array([1.0, 1.0, 0.1]), "false": np.array([0.0, 1, 1])})
    assert made.total.tolist() == [100.0, 100.0, 10.0]
    assert made.grade.tolist() == [0, 2, 3]
    assert made.vetoed.tolist() == [[False], [True], [True]]


def test_zeroed_items_and_groups_count_in_the_full_score():
    vetoes = (veto("p", "zero_item:x"), veto("q", "zero_group:b"))
    one = card(item("x", 6), item("y", 4, "b"), vetoes=vetoes)
    full = {"x": np.ones(3), "y": np.array([1.0, 1.0, NAN])}
    made = score(one, full | {"p": np.array([1.0, 0, 0]), "q": np.array([0.0, 0, 1])})
    assert made.total.tolist() == [40.0, 100.0, 60.0]
    assert made.share[2].tolist() == [1.0, 0.0]


def test_a_veto_after_another_strikes_only_where_that_one_has():
    vetoes = (veto("first", "cap:good"), veto("second", "cap:fail", after=("first",)))
    one = card(item("x", 10), vetoes=vetoes)
    values = {"first": np.array([1.0, 0, 1]), "second": np.array([1.0, 1, 0])}
    made = score(one, values | {"x": np.ones(3)})
    assert made.vetoed.tolist() == [[True, True], [False, False], [True, False]]
    assert made.grade.tolist() == [3, 0, 1]


def test_a_veto_without_data_strikes_nobody_and_is_told():
    one = card(item("x", 10), vetoes=(veto("false", "cap:fail"),))
    made = score(one, {"x": np.ones(2)})
    assert not made.vetoed.any()
    assert made.unjudged == ("false",)
    assert made.note == "以下一票否决事项缺数据，未作判断：例。"


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("more_than", [0, 0, 1]),
        ("at_least", [0, 1, 1]),
        ("at_most", [1, 1, 0]),
        ("below", [1, 0, 0]),
    ],
)
def test_the_comparisons_of_a_veto(relation, expected):
    made = score(
        card(item("x", 1), vetoes=(Veto("v", NAMED, "v", (relation, 2.0), "cap:fail"),)),
        {"x": np.ones(3), "v": np.array([1.0, 2, 3])},
    )
    assert made.vetoed[:, 0].tolist() == [bool(n) for n in expected]


# --- grades and ties -----------------------------------------------------------------------
def test_grades_go_by_the_published_total():
    one = card(item("x", 100))
    made = score(one, {"x": np.array([0.89994, 0.89995, 0.8, 0.6, 0.599])})
    assert made.total.tolist() == [89.99, 90.0, 80.0, 60.0, 59.9]
    assert made.grade.tolist() == [1, 0, 1, 2, 3]


def test_grades_of_ones_own():
    one = card(item("x", 1), grades=(Grade("yes", NAMED, 50), Grade("no", NAMED, 0)))
    assert grades_of(one, np.array([[50.0, 49.99, NAN]])).tolist() == [[0, 1, -1]]


def test_equal_published_totals_share_a_rank():
    total = np.array([[90.004, 90.0, 95.0, NAN, 80.0], [1.0, 2, 3, 4, 5]])
    assert ranks(total).tolist() == [[2, 2, 1, 0, 4], [5, 4, 3, 2, 1]]
    assert ranks(total, "dense").tolist() == [[2, 2, 1, 0, 3], [5, 4, 3, 2, 1]]
    assert ranks(np.full(3, NAN)).tolist() == [0, 0, 0]


# --- weights and draws ---------------------------------------------------------------------
def test_weights_take_the_place_of_points_and_only_proportions_matter():
    values = {"x": np.array([0.5]), "y": np.array([1.0])}
    made = score(PAIR, values, np.array([30.0, 10.0]))
    assert made.weights.tolist() == [7.5, 2.5]
    assert made.total.tolist() == [62.5]
    assert totals(PAIR, made.share, np.array([3.0, 1.0])).tolist() == [62.5]


def test_bonuses_keep_their_points_whatever_the_weights():
    one = card(item("x", 10), item("u", 2, form="bonus", each=1.0), bonus_cap=2)
    made = score(one, {"x": np.ones(1), "u": np.ones(1)}, np.array([1.0, 50.0]))
    assert made.weights.tolist() == [10.0, 0.0]
    assert made.points.tolist() == [[10.0, 1.0]]
    assert made.total.tolist() == [110.0]


@pytest.mark.parametrize("weights", [[1.0], [0.0, 0.0], [-1.0, 2.0], [NAN, 1.0]])
def test_weights_that_make_no_card_are_refused(weights):
    with pytest.raises(JZError) as caught:
        score(PAIR, {"x": np.ones(1)}, np.array(weights))
    assert caught.value.codes == ("JZ-E104",)


def test_draws_of_values_and_weights_are_scored_at_once():
    rng = np.random.default_rng(1)
    values = {"x": rng.random((5, 3)), "y": rng.random((5, 3))}
    weights = rng.random((5, 2))
    made = score(PAIR, values, weights)
    assert made.total.shape == made.grade.shape == (5, 3)
    assert made.share.shape == (5, 3, 2)
    for k in range(5):
        one = score(PAIR, {key: value[k] for key, value in values.items()}, weights[k])
        assert one.total.tolist() == made.total[k].tolist()


def test_draws_of_weights_alone_leave_the_shares():
    made = score(PAIR, {"x": np.array([1.0, 0.0]), "y": np.array([0.0, 1.0])}, np.eye(2))
    assert made.share.shape == (2, 2)
    assert made.total.tolist() == [[100.0, 0.0], [0.0, 100.0]]
    assert made.grade.shape == (2, 2)


def test_two_thousand_draws_take_no_time():
    one = load_card()
    rng = np.random.default_rng(1)
    values = {key: rng.random((2000, 50)) for key in one.indicators}
    weights = rng.random((2000, len(one.items)))
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        score(one, values, weights)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.3
