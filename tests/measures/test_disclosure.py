"""What is hidden cannot be worked out, by whatever means, from all that is published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from jiuzhu_sim.measures import Statistic, Table, publish, suppress
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import TOTAL

AREAS, KINDS, PLACES = ("urban", "rural"), ("A", "B", "C"), ("甲乡", "乙乡", "丙乡")
DIMS = ("area", "category_hh", "township")
CELLS = [(a, k, p) for a in AREAS for k in KINDS for p in PLACES]


def table(dims, counts, totals=True):
    """A table of the counts of `CELLS`, summed to `dims`."""
    places = [DIMS.index(dim) for dim in dims]
    keys = [tuple(cell[k] for k in places) for cell in CELLS]
    n = {key: 0 for key in keys}
    for key, count in zip(keys, counts, strict=True):
        n[key] += count
    rows = {key: count for key, count in n.items() if count}
    if totals:
        rows[(TOTAL,) * len(dims)] = sum(counts)
    values = np.array(list(rows.values()), np.int64)
    column = values[:, None].astype(float)
    return Table(
        name="caseload",
        dims=dims,
        rows=tuple(rows),
        statistics=(Statistic("households", "households", additive=True),),
        values=column,
        low=column,
        high=column,
        n=values,
        per="household",
    )


def hidden_rows(made):
    return (
        set()
        if made.hidden is None
        else {row for row, cell in zip(made.rows, made.hidden[:, 0], strict=True) if cell}
    )


counted = st.lists(st.sampled_from([0, 1, 2, 3, 4, 6, 9, 20, 50]), min_size=18, max_size=18)


@given(counts=counted)
def test_no_small_row_is_fixed_by_what_is_published(counts):
    dims = [("area",), ("category_hh",), ("township",), ("area", "category_hh"), DIMS]
    if not sum(counts):
        return
    tables = [table(each, counts) for each in dims]
    made = publish(tables, min_n=5)
    inside = [
        np.array(
            [
                all(key in (TOTAL, cell[DIMS.index(d)]) for d, key in zip(t.dims, row, strict=True))
                for cell in CELLS
            ],
            float,
        )
        for t in tables
        for row in t.rows
    ]
    hidden = np.concatenate(
        [np.zeros(len(t.rows), bool) if t.hidden is None else t.hidden[:, 0] for t in made]
    )
    n = np.concatenate([t.n for t in tables])
    present = np.array(counts) > 0
    system = np.array(inside)[:, present]
    small = hidden & (n < 5)
    # Whatever is published sums to what it says; cells that do not occur are known to be empty.
    if hidden.all():
        return
    for row in np.flatnonzero(small):
        ends = [
            linprog(sign * system[row], A_eq=system[~hidden], b_eq=n[~hidden]).fun * sign
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] > 0.5, (tables, row)


@given(counts=counted)
def test_only_rows_that_must_go_are_hidden_and_none_when_all_are_large(counts):
    counts = [count * 5 for count in counts]
    made = publish([table(("area",), counts), table(DIMS, counts)], min_n=5)
    assert [each.hidden for each in made] == [None, None]


def test_a_margin_of_another_table_does_not_give_a_cell_away():
    counts = [3 if cell == ("urban", "A", "甲乡") else 20 for cell in CELLS]
    alone, pairs = table(DIMS, counts), table(("area", "category_hh"), counts)
    full, _ = publish([alone, pairs], min_n=5)
    gone = hidden_rows(full)
    assert ("urban", "A", "甲乡") in gone
    # The sum of urban A is published: a second township of urban A has to go too.
    assert len([row for row in gone if row[:2] == ("urban", "A")]) >= 2


def test_hidden_rows_of_one_sum_stand_together_for_enough_households():
    counts = [
        1 if cell[0] == "urban" and cell[2] != "丙乡" and cell[1] == "A" else 0 for cell in CELLS
    ]
    counts = [30 if cell[2] == "丙乡" else count for cell, count in zip(CELLS, counts, strict=True)]
    made = suppress(table(("township",), counts), min_n=5)
    # Two hidden townships of one household each would tell that there are two households.
    assert hidden_rows(made) == {("甲乡",), ("乙乡",), ("丙乡",)}


def test_a_table_of_a_few_households_is_hidden_whole():
    counts = [1, 1, 1] + [0] * 15
    made = suppress(table(("township",), counts), min_n=5)
    assert len(hidden_rows(made)) == len(made.rows)


@pytest.mark.parametrize("min_n", [0, 1])
def test_no_protection_asked_for_none_given(min_n):
    made = table(DIMS, [1] * 18)
    assert suppress(made, min_n) is made


# --- rows typed by hand ---------------------------------------------------------------------
def typed(dims, rows):
    """A table of the counts of its rows, written as they are."""
    n = np.array(list(rows.values()), np.int64)
    column = n[:, None].astype(float)
    keys = tuple(key if isinstance(key, tuple) else (key,) for key in rows)
    heads = (Statistic("households", "households", additive=True),)
    return Table("caseload", dims, keys, heads, column, column, column, n, "household")


def hidden_of(*tables, min_n=5):
    return [hidden_rows(made) for made in publish(tables, min_n)]


AREA, PAIRS = ("area",), ("area", "category_hh")
U, R, ALL = ("urban",), ("rural",), (TOTAL,)


def test_five_households_may_be_shown_and_four_may_not():
    assert MIN_N == 5
    assert suppress(typed(("township",), {"甲乡": 5, "乙乡": 30})).hidden is None
    made = suppress(typed(("township",), {"甲乡": 4, "乙乡": 30, "丙乡": 40}))
    assert hidden_rows(made) == {("甲乡",), ("乙乡",)}
    # Neither values nor intervals nor counts of hidden rows are left.
    for part in (made.values, made.low, made.high):
        assert np.isnan(part[:2]).all()
        assert part[2, 0] == 40
    assert made.n.tolist() == [0, 0, 40]
    assert "note.suppressed" in made.notes


def test_the_sum_of_rows_that_share_a_key_may_be_known():
    """Nothing but the cells is published; the urban households, or those of A, may be known."""
    counts = {("urban", "A"): 3, ("urban", "B"): 20, ("urban", "C"): 30}
    counts |= {("rural", "A"): 40, ("rural", "B"): 6, ("rural", "C"): 7}
    (hidden,) = hidden_of(typed(PAIRS, counts))
    assert hidden == {("urban", "A"), ("urban", "B"), ("rural", "A"), ("rural", "B")}


def test_two_groupings_without_the_cells_of_both():
    """Whoever knows all households and the rural ones knows the urban ones."""
    area = typed(AREA, {"urban": 3, "rural": 50, TOTAL: 53})
    township = typed(("township",), {"甲乡": 20, "乙乡": 33, TOTAL: 53})
    assert hidden_of(area, township) == [{U, R}, set()]


def test_a_row_of_nobody_is_shown_and_protects_nobody():
    (hidden,) = hidden_of(typed(("township",), {"甲乡": 3, "乙乡": 0, "丙乡": 20, "丁乡": 30}))
    assert hidden == {("甲乡",), ("丙乡",)}


def test_the_last_row_of_a_table_without_a_total():
    (hidden,) = hidden_of(typed(("township",), {"甲乡": 20, "乙乡": 30, "丙乡": 3}))
    assert hidden == {("丙乡",), ("甲乡",)}


def test_the_parts_of_a_hidden_row_may_all_be_hidden():
    """The first row of all is the sum of two others, and all three are small: the rest of A and
    of B goes with its parts."""
    area = typed(AREA, {"urban": 3, "rural": 50, TOTAL: 53})
    pairs = {("urban", "A"): 1, ("urban", "B"): 2, ("rural", "A"): 20, ("rural", "B"): 30}
    assert hidden_of(area, typed(PAIRS, pairs | {(TOTAL, TOTAL): 53})) == [
        {U, R}, set(pairs),
    ]  # fmt: skip


def test_a_sum_goes_where_one_part_of_it_is_hidden_and_the_others_are_nobody():
    """Urban A is hidden for the sake of rural A, and urban B is empty: urban would tell it."""
    area = typed(AREA, {"urban": 20, "rural": 40, TOTAL: 60})
    pairs = {("urban", "A"): 20, ("urban", "B"): 0, ("rural", "A"): 3, ("rural", "B"): 37}
    assert hidden_of(area, typed(PAIRS, pairs | {(TOTAL, TOTAL): 60})) == [
        {U, R}, {("urban", "A"), ("rural", "A"), ("rural", "B")},
    ]  # fmt: skip


def test_what_does_not_occur_is_known_to_be_empty():
    """No household is urban B or rural A, and the table says so: the total less urban A is rural B,
    though nothing tells which township they live in."""
    township = typed(("township",), {"甲乡": 20, "乙乡": 30, TOTAL: 50})
    pairs = typed(PAIRS, {("urban", "A"): 46, ("rural", "B"): 4, (TOTAL, TOTAL): 50})
    for together in ([township, pairs], [pairs, township]):
        hidden = dict(zip([each.dims for each in together], hidden_of(*together), strict=True))
        assert hidden == {("township",): set(), PAIRS: {("urban", "A"), ("rural", "B")}}


SOME = [("area",), ("category_hh",), ("township",), PAIRS, ("area", "township")]


@given(counts=counted, some=st.lists(st.sampled_from(SOME), min_size=2, max_size=4, unique=True))
def test_no_small_row_is_a_sum_of_published_ones_whatever_the_groupings(counts, some):
    if not sum(counts):
        return
    tables = [table(each, counts) for each in some]
    made = publish(tables, min_n=5)

    def inside(cell, dims, row):
        return all(key in (TOTAL, cell[DIMS.index(d)]) for d, key in zip(dims, row, strict=True))

    # A reader knows that a combination which no row of a table holds is empty.
    known = [
        c for c in CELLS if all(any(inside(c, t.dims, r) for r in t.rows[:-1]) for t in tables)
    ]
    rows = [(t.dims, row) for t in tables for row in t.rows]
    system = np.array([[inside(cell, *row) for cell in known] for row in rows], float)
    hidden = np.concatenate(
        [np.zeros(len(t.rows), bool) if t.hidden is None else t.hidden[:, 0] for t in made]
    )
    small = hidden & (np.concatenate([t.n for t in tables]) < 5)
    published = system[~hidden]
    rank = np.linalg.matrix_rank(published) if len(published) else 0
    for row in np.flatnonzero(small):
        assert np.linalg.matrix_rank(np.vstack([published, system[row]])) == rank + 1


def test_some_of_the_parts_of_a_row_are_not_its_sum():
    """Township 乙乡 is more than its hidden households of urban B: it may be shown."""
    category = typed(("category_hh",), {"B": 50, "C": 53})
    township = typed(("township",), {"甲乡": 50, "乙乡": 53})
    cells = {("urban", "B", "乙乡"): 50, ("rural", "C", "甲乡"): 50, ("rural", "C", "乙乡"): 3}
    hidden = hidden_of(category, township, typed(DIMS, cells))
    assert hidden == [{("B",), ("C",)}, set(), set(cells)]
