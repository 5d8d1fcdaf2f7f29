"""The indicators as data: whole, in both languages, and of all procedures' items."""

import re

import pytest

from jiuzhu_sim.assessment.indicators import PRECISIONS, indicators, of_precision, precision_title
from jiuzhu_sim.assessment.indicators.indicator import (
    DIRECTIONS,
    NEEDS,
    TARGET_STATUS,
    UNITS,
)
from jiuzhu_sim.assessment.indicators.synthetic_returns import assumed
from jiuzhu_sim.casework.conduct.checks import read_checks
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, texts
from jiuzhu_sim.law.load import clauses

NOT_MEASURED = {"quota"}
"""A log holds no ground of refusal: its verdict is always unknown."""


@pytest.mark.parametrize("key", indicators())
def test_an_indicator_is_whole(key):
    each = indicators()[key]
    assert each.precision in PRECISIONS
    assert each.direction in DIRECTIONS
    assert each.unit in UNITS
    assert each.target_status in TARGET_STATUS
    assert (each.target is None) == (each.target_status == "")
    assert set(each.needs) <= set(NEEDS)
    assert each.needs
    for words in (each.label, each.definition, each.formula, each.how):
        assert set(words) == set(LANGUAGES)
        assert all(words.values())
    assert f"indicators.fill.{each.unit}" in texts()
    assert f"indicators.interval.{each.interval}" in texts()


@pytest.mark.parametrize("key", indicators())
def test_its_clauses_are_in_the_catalogue(key):
    first, *last = re.findall(r"S\d+(?:\.\d+)+", indicators()[key].clause)
    assert {first, *last} <= set(clauses())


@pytest.mark.parametrize("key", indicators())
def test_it_says_what_it_is_made_of(key):
    each = indicators()[key]
    of_log = {"limits", "conduct", "rates"} & set(each.source)
    assert ("log" in each.needs) == bool(of_log)
    assert ("books" in each.needs) == ("books" in each.source)
    assert bool({"people", "verification"} & set(each.needs)) == ("people" in each.source)


def test_labels_tell_indicators_apart():
    for language in LANGUAGES:
        labels = [each.label[language] for each in indicators().values()]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", procedures())
def test_every_item_of_every_procedure_is_in_some_indicator(name):
    procedure = load_procedure(name)
    checks = read_checks(procedure.conduct, name)
    items = {("limits", entry.key) for entry in procedure.entries}
    items |= {("conduct", check.key) for check in checks.cases}
    items |= {("rates", check.key) for check in checks.rates}
    used = {
        (section, key)
        for each in indicators().values()
        for section in ("limits", "conduct", "rates")
        for key in each.source.get(section, ())
    }
    assert {item for item in items - used if item[1] not in NOT_MEASURED} == set()


def test_items_named_are_items_of_some_procedure():
    known = set()
    for name in procedures():
        procedure = load_procedure(name)
        checks = read_checks(procedure.conduct, name)
        known |= {entry.key for entry in procedure.entries}
        known |= {check.key for check in (*checks.cases, *checks.rates)}
    named = {
        key
        for each in indicators().values()
        for section in ("limits", "conduct", "rates")
        for key in each.source.get(section, ())
    }
    assert named - known == set()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_each_precision_has_several_indicators_and_a_name(precision):
    assert len(of_precision(precision)) >= 4
    assert precision_title(precision).startswith("精准")


def test_an_unknown_precision_is_refused():
    with pytest.raises(JZError, match=r"S1\.1") as error:
        of_precision("S1.11")
    assert error.value.codes == ("JZ-E060",)


def test_synthetic_returns_tell_every_indicator_that_only_returns_tell():
    told = {key for part in assumed().values() if "value" not in part for key in part}
    only = {key for key, each in indicators().items() if each.needs == ("returns",)}
    assert only <= told
    assert told <= set(indicators())
