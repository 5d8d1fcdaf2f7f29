"""Sentences that know their numbers: still plain words, never another number than the table's."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.language import text
from jiuzhu_sim.report.cited import HIDDEN, Cell, Given, Sentence, Stub, cited, joined, said, stub
from jiuzhu_sim.report.section import Section
from tests.report.small_tables import townships


def test_a_cell_shows_what_the_table_shows_and_where():
    table = townships()
    cell = cited(table, "mean_benefit_m", "东河乡")
    assert str(cell) == f"{cell}" == table.show("mean_benefit_m", "东河乡") == "640.00"
    assert (cell.where, cell.value) == (("caseload", 1, 3), 640)


def test_a_cell_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        cited(townships(), "persons", "西河乡")
    with pytest.raises(KeyError):
        cited(townships(), "person", "东河乡")


def test_a_hidden_cell_is_not_told_in_the_text_either():
    table = townships()
    hidden = np.zeros(table.values.shape, bool)
    hidden[0, 0] = True
    table = replace(table, hidden=hidden)
    assert str(cited(table, "persons", "东河乡")) == HIDDEN
    assert said("format.said", name="东河乡", what=cited(table, "persons", "东河乡")) == "东河乡：*"


def test_a_sentence_is_the_same_words_as_before_and_keeps_its_parts():
    table = townships()
    cell = cited(table, "persons", "total")
    made = said("format.said", name="合计", what=cell)
    assert made == text("format.said", name="合计", what=table.show("persons", "total"))
    assert made.parts == (Given("name", "合计"), "：", cell)
    outer = said("format.said", name=made, what="完")
    assert (outer, outer.cells) == ("合计：600：完", (cell,))
    assert joined([made, cell], "；").cells == (cell, cell)


def test_a_sentence_survives_copies_and_stands_in_html():
    made = said("format.said", name="<b>", what="1")
    for each in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert isinstance(each, Sentence)
        assert (each, len(each.parts)) == (made, 3)
    assert "<p>&lt;b&gt;：1</p>" in Section("a", "题", (made,))._repr_html_()


def test_advice_carries_its_mark():
    made = stub("format.said", name="原因", what=cited(townships(), "persons", "total"))
    assert isinstance(made, Stub)
    assert made == "原因：600【请核实】"
    assert [type(part) for part in made.parts if isinstance(part, Cell)] == [Cell]


def test_the_level_of_a_section_is_that_of_its_heading():
    assert "<h2>" in Section("a", "题")._repr_html_()
    assert "<h3>题</h3>" in Section("a", "题", level=2)._repr_html_()
