"""Tables on matching: they say what the matches say, and hide small rows."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.matching.match import match
from jiuzhu_sim.casework.matching.overlaps import overlaps
from jiuzhu_sim.language import LANGUAGES, speaking
from jiuzhu_sim.measures.matching import overlap_table, source_table

POLICY = jz.load_policy("national-illustrated")


@pytest.fixture(scope="module")
def people():
    return jz.synthesize("all-programmes", households=1500, seed=2)


def test_the_table_of_sources_is_that_of_the_matches(people):
    matches = match(people, POLICY)
    table, alone = source_table(matches), matches.alone()
    for key in (source.key for source in matches.sources):
        assert table.get("match_saved_m", key) == alone.loc[key, "saved_m"]
    assert table.get("match_households", "total") == alone.loc["all", "households"]
    assert table.n[-1] == matches.is_matched.any(axis=0).sum()


def test_overlaps_add_up(people):
    table = overlap_table(overlaps(people, POLICY), weight=None)
    assert table.values[:-1].sum(axis=0) == pytest.approx(table.values[-1])
    assert table.n[:-1].sum() == people.households == table.n[-1]
    members = overlaps(people, POLICY).persons.sum()
    assert table.get("persons", "total", "total") == members <= people.persons


def test_small_rows_are_hidden(people):
    table = overlap_table(overlaps(people, POLICY), weight=None, min_n=5)
    small = (table.n > 0) & (table.n < 5)
    assert table.hidden is not None
    assert not small.any()
    assert np.isnan(table.values[table.hidden]).all()


def test_both_languages_have_the_words(people):
    tables = source_table(match(people, POLICY)), overlap_table(overlaps(people, POLICY))
    for language in LANGUAGES:
        with speaking(language):
            shown = [str(table) for table in tables]
        assert all("stat." not in one and "dim." not in one for one in shown)


def test_titles_say_whose_law(people):
    few = source_table(match(people, POLICY), policy="示例县")
    assert few.fields == {"policy": "示例县"}
    assert overlap_table(overlaps(people, POLICY), policy="示例县").fields == {"policy": "示例县"}
