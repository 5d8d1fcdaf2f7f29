"""Money in 万元, amounts in sentences, parts of tables."""

from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.report.annual.tables import filled, first_rows, in_10k, told, without_codes

KINDS = (Statistic("cost_y", "yuan/year", additive=True), Statistic("persons", "persons"))


def money(cost=12_345_678.0):
    values = np.array([[cost, 7.0], [2 * cost, 9.0]])
    rows = (("urban",), ("rural",))
    n = np.array([3, 4])
    return Table("caseload", ("area",), rows, KINDS, values, values - 1, values + 1, n,
                 "household", hidden=np.array([[False, False], [True, False]]))  # fmt: skip


def test_yuan_become_ten_thousands_with_their_intervals():
    made = in_10k(money())
    assert [each.unit for each in made.statistics] == ["10k yuan/year", "persons"]
    assert made.statistics[0].additive
    assert made.show("cost_y", "urban") == "1,234.57"
    assert made.low[0].tolist() == pytest.approx([1234.5677, 6.0])
    assert made.show("persons", "urban") == money().show("persons", "urban")


def test_it_is_done_once():
    once = in_10k(money())
    assert np.array_equal(in_10k(once).values, once.values)


def test_an_amount_says_its_unit_and_hides_what_its_table_hides():
    made = in_10k(money())
    assert told(made, "cost_y", "urban") == "1,234.57万元"
    assert told(made, "cost_y", "rural") == "*万元"
    assert told(made, "persons", "urban") == "7"


def test_some_rows_keep_their_numbers():
    made = first_rows(money(), (("rural",),))
    assert made.rows == (("rural",),)
    assert made.n.tolist() == [4]
    assert made.hidden.tolist() == [[True, False]]


def test_codes_of_figures_are_left_out_of_labels_and_notes():
    names = {"urban": {"zh": "urban 城市发放（元）", "en": "urban paid (yuan)"}}
    notes = ("note.interval", "urban: 日期未写明")
    made = without_codes(replace(money(), dims=("figure",), names=names, notes=notes))
    assert made.labels(("urban",)) == ("城市发放（元）",)
    assert made.notes == ("note.interval", "城市发放：日期未写明")


def test_columns_in_which_nothing_stands_are_left_out():
    empty = money()
    empty.values[:, 0] = np.nan
    made = filled(empty)
    assert [each.name for each in made.statistics] == ["persons"]
    assert made.show("persons", "urban") == "7"
    assert made.hidden.shape == made.values.shape
