"""Sums without their households say what the households say, however they were split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim import language
from jiuzhu_sim.measures.exact import Exact
from jiuzhu_sim.measures.groups import groups
from jiuzhu_sim.measures.tally import Rows, Tally, in_order
from tests.measures.parts import part
from tests.measures.small import FOUR, results, with_columns


def rows(of, by=("township",)):
    """Sums over the households of FOUR's kind, asked for all that a table may ask."""
    benefit, members = of["benefit_m_hh"], of["n_members_hh"]
    made = Rows(of, groups(of, by), benefit > 0, "weight", benefit=benefit, members=members)
    asked(made)
    return made


def asked(sums):
    return (
        sums.total("benefit"),
        sums.total("members"),
        sums.ratio("benefit", "members"),
        sums.share("members"),
    )


def some(of, kept):
    """The results of some households."""
    people = part(of.people, kept)
    at = {name: values[kept] for name, values in of.computed.items()}
    return with_columns(
        people,
        np.where(at["dibao_standard_m_hh"] == 780, "urban", "rural"),
        at["counted_income_pc_m_hh"],
        at["benefit_m_hh"],
        at["n_recipients_hh"],
        at["n_members_hh"],
    )


MANY = results(
    size=[1, 2, 3, 4, 1, 2],
    area=["urban", "urban", "rural", "rural", "rural", "urban"],
    income_pc=[780.0, 480.0, 460.0, 1000.0, 0.0, 10.0],
    benefit=[0.0, 600.1, 300.7, 0.0, 560.3, 1540.9],
    recipients=[0, 2, 3, 0, 1, 2],
    weight=[10.1, 20.7, 30.3, 40.9, 0.1, 7.7],
    township=["甲乡", "乙乡", "乙乡", "丙乡", "甲乡", "丁乡"],
)


def same(one, two):
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))


@given(
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from([("township",), ("area", "township"), ("area",), ()]),
)
def test_any_split_gives_the_same_bits_as_the_households_themselves(places, random, by):
    whole, places = rows(MANY, by), np.array(places)
    tallies = [rows(some(MANY, places == k), by).tally() for k in set(places.tolist())]
    random.shuffle(tallies)
    merged = tallies[0]
    for tally in tallies[1:]:
        merged = merged + tally
    read = Tally.from_arrays(merged.arrays())
    for made in (merged, read, whole.tally()):
        assert made.households == 6
        assert made.rows == whole.tally().rows
        assert made.counted.tolist() == whole.tally().counted.tolist()
        for mine, theirs in zip(asked(made), asked(whole.tally()), strict=True):
            assert same(mine, theirs)
    if by == ("area",):  # in memory the rows stand in the same order
        for mine, theirs in zip(asked(merged), asked(whole), strict=True):
            assert same(mine, theirs)


def test_rows_stand_in_the_order_of_the_dictionary_and_of_names():
    tally = rows(results(**FOUR), ("area", "township")).tally()
    assert tally.rows == (
        ("urban", "乙乡"),
        ("urban", "甲乡"),
        ("rural", "丙乡"),
        ("rural", "乙乡"),
    )
    assert tally.counted.tolist() == [1, 0, 0, 1]
    assert tally.of("members").tolist() == [40.0, 10.0, 160.0, 90.0, 300.0]


def test_a_row_that_only_one_part_has_stays_as_it_is():
    one = Tally(("area",), (("rural",),), {("x",): Exact.of(np.array([2.0]))}, np.array([1]), 5)
    two = Tally(("area",), (("urban",),), {("x",): Exact.of(np.array([3.0]))}, np.array([4]), 6)
    both = one + two
    assert both.rows == (("urban",), ("rural",))
    assert both.of("x").tolist() == [3.0, 2.0, 5.0]
    assert (both.counted.tolist(), both.households) == ([4, 1], 11)


def test_a_count_is_complete_only_if_all_parts_are():
    def one(complete):
        return Tally((), (), {}, np.array([1]), 1, {}, complete)

    assert (one(True) + one(True)).complete
    assert not (one(True) + one(False)).complete
    assert not (one(False) + one(True)).complete


def test_titles_are_in_the_language_in_use():
    tally = Tally.from_arrays(rows(results(**FOUR)).tally().arrays())
    assert tally.fields["policy"] == "示例县"
    with language.speaking("en"):
        assert tally.fields["policy"] == "Example county"


def test_tallies_of_different_tables_do_not_add():
    of = results(**FOUR)
    with pytest.raises(ValueError, match="township"):
        rows(of).tally() + rows(of, ("area",)).tally()
    with pytest.raises(ValueError, match="band"):
        in_order(("band",), [("a",), ("b",)])


def test_calibrated_sums_stay_in_memory():
    of = results(**FOUR)
    weight = of.people.numbers("weight")
    people = of.people.with_weight(weight, {"one": np.ones(4)}, {})
    calibrated = with_columns(
        people, FOUR["area"], FOUR["income_pc"], FOUR["benefit"], FOUR["recipients"], FOUR["size"]
    )
    with pytest.raises(ValueError, match="calibrated"):
        rows(calibrated).tally()


def test_what_was_not_kept_is_not_there():
    with pytest.raises(KeyError):
        rows(results(**FOUR)).tally().total("income")


def test_labels_in_any_order_are_the_same_bytes_and_may_be_plain_words():
    named, plain = {"zh": "示例县", "en": "Example"}, "670元"
    one = Tally((), (), {}, np.array([1]), 1, {"policy": named, "base": plain})
    two = Tally((), (), {}, np.array([1]), 1, {"base": plain, "policy": dict(named)})
    assert one.arrays()["about"] == two.arrays()["about"]
    assert Tally.from_arrays(one.arrays()).fields == {"policy": "示例县", "base": "670元"}


def test_rows_are_counted_where_there_is_something_of_an_amount():
    of = results(**FOUR)
    benefit = of["benefit_m_hh"]
    made = Rows(of, groups(of, ("area",)), benefit, "weight", benefit=benefit)
    assert made.counted.tolist() == [1, 1]


def test_a_calibrated_total_without_groups_has_no_interval():
    of = results(**FOUR)
    known = {"one": np.ones(4)}
    made = Rows(of, groups(of, ()), None, "weight", auxiliaries=known, one=np.ones(4))
    value, low, high = made.total("one")
    assert value.tolist() == low.tolist() == high.tolist() == [100.0]


def test_every_grouping_of_a_row_must_have_an_order():
    with pytest.raises(ValueError, match="band"):
        in_order(("area", "band"), [("urban", "a")])
