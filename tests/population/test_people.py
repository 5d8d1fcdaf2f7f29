"""People: what goes in comes out, whatever the layout."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import (
    people_from_tables,
    read_people,
    synthesize,
    to_tables,
    write_people,
)

PEOPLE = synthesize("example-county", households=300, seed=3)
PERSONS, HOUSEHOLDS = to_tables(PEOPLE)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 1000))
def test_tables_come_back_for_any_chunk(chunk):
    persons, households = to_tables(people_from_tables(PERSONS, HOUSEHOLDS, chunk=chunk))
    assert persons.equals(PERSONS)
    assert households.equals(HOUSEHOLDS)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 1000))
def test_with_chunk_changes_no_column(chunk):
    again = PEOPLE.with_chunk(chunk)
    for name in PEOPLE.laid_out:
        np.testing.assert_array_equal(again.numbers(name), PEOPLE.numbers(name))
    assert sum(tile.person_stop - tile.person_start for tile in again.tiles) == PEOPLE.persons
    assert again.tiles[-1].stop == PEOPLE.households


def test_synthetic_people_pass_every_check_of_own_people():
    checked = people_from_tables(PERSONS, HOUSEHOLDS, about=PEOPLE.about)
    assert checked.digest() == PEOPLE.digest()


def test_position():
    ids = PEOPLE.ids
    assert ids[PEOPLE.position(int(ids[7]))] == ids[7]
    assert PEOPLE.position(str(ids[7])) == 7
    with pytest.raises(JZError) as caught:
        PEOPLE.position(10**9)
    assert caught.value.codes == ("JZ-E029",)


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_digest_does_not_depend_on_the_order_of_households(random):
    order = list(range(PEOPLE.households))
    random.shuffle(order)
    households = HOUSEHOLDS.take(order)
    owner = PERSONS["household_id"].to_numpy()
    place = np.argsort(households["household_id"].to_numpy())[owner - 1]
    persons = PERSONS.take(np.argsort(place, kind="stable"))
    shuffled = people_from_tables(persons, households)
    assert shuffled.digest() == PEOPLE.digest()


def test_columns_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        PEOPLE.laid_out["age"][0] = 1


def test_with_weight():
    weight = np.arange(PEOPLE.households, dtype=float)
    again = PEOPLE.with_weight(weight, {"one": np.ones(PEOPLE.households)}, {"ratios": [1]})
    np.testing.assert_array_equal(again["weight"], weight)
    assert set(again.auxiliaries) == {"one"}
    assert again.about["calibration"] == {"ratios": [1]}
    assert PEOPLE["weight"].std() == 0


def test_the_digest_depends_on_content_alone():
    people = synthesize("example-county", households=400, seed=1)
    assert people.with_chunk(50).digest() == people.digest()
    other = synthesize("example-county", households=400, seed=2)
    assert other.digest() != people.digest()


def test_long_ids_keep_all_their_digits():
    ids = [110101199001011234, 110101199001011235]
    people = people_from_tables({"household_id": ids}, {"household_id": ids})
    assert people.ids.tolist() == ids


def test_words_and_broken_numbers_are_told_with_their_rows():
    persons = {"household_id": [0, 0, 0], "wage_m": ["1200", "两千", None], "age": [7, 8.5, 9]}
    with pytest.raises(JZError) as refused:
        people_from_tables(persons, {"area": ["urban"]})
    assert refused.value.codes == ("JZ-E028", "JZ-E022", "JZ-E028")
    words, blank, broken = map(str, refused.value.problems)
    assert "两千" in words
    assert "行：2" in words
    assert "行：3" in blank
    assert "8.5" in broken


def test_ids_may_be_text(tmp_path):
    persons = {"household_id": ["H2", "H1", "H2"], "age": [40, 50, 10]}
    people = people_from_tables(persons, {"户编号": ["H1", "H2"], "area": ["urban", "rural"]})
    assert people.ids.tolist() == ["H1", "H2"]
    assert people.sizes.tolist() == [1, 2]
    assert people.position("H2") == 1
    write_people(people, tmp_path)
    assert read_people(tmp_path).digest() == people.digest()
    with pytest.raises(JZError) as refused:
        people_from_tables(persons, {"household_id": ["H1", "H3"]})
    assert refused.value.codes == ("JZ-E024",)
    assert "H2" in str(refused.value)


BAD = {
    "wage_m": ["1200", "两千", None, " 7 "],
    "age": ["7", "8.5", "200", "9"],
    "disability_kind": ["visual", "阴", None, " visual "],
    "is_student": ["1", "2", "0", None],
}


@pytest.mark.parametrize("kind", [pa.string(), pa.dictionary(pa.uint8(), pa.string())])
def test_words_of_files_are_told_like_plain_cells(kind):
    def told(persons, households):
        with pytest.raises(JZError) as refused:
            people_from_tables(persons, households)
        return [(each.code, each.where, each.values) for each in refused.value.problems]

    homes = {
        "household_id": ["b", " a", ""],
        "area": ["urban", "乡", "农村"],
        "township": ["甲", None, "甲"],
    }
    owners = {"household_id": ["a", "b", "c", None]}

    def files(table):
        return pa.table({name: pa.array(cells, kind) for name, cells in table.items()})

    plain = {name: np.array(cells, dtype=object) for name, cells in (BAD | owners).items()}
    found = told(plain, {name: np.array(cells, dtype=object) for name, cells in homes.items()})
    assert told(files(BAD | owners), files(homes)) == found
    assert {code for code, _, _ in found} == {"JZ-E022", "JZ-E023", "JZ-E024", "JZ-E027", "JZ-E028"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_people_in_order_and_out_of_order_are_the_same(sizes, random):
    ids = np.cumsum(sizes) * 3
    persons = pa.table(
        {
            "household_id": np.repeat(ids, sizes),
            "person_id": np.arange(sum(sizes)),
            "age": np.arange(sum(sizes)) % 90,
        }
    )
    homes = pa.table({"household_id": ids, "savings": ids * 1.5})
    in_order = people_from_tables(persons, homes)
    assert in_order["age"].tolist() == persons["age"].to_pylist()
    assert in_order.sizes.tolist() == sizes
    shuffled = [random.sample(range(len(table)), len(table)) for table in (persons, homes)]
    mixed = people_from_tables(persons.take(shuffled[0]), homes.take(shuffled[1]))
    assert mixed.digest() == in_order.digest()


def test_what_is_given_stays_the_givers():
    ages = np.array([70, 66], np.int16)
    people = people_from_tables(
        {"household_id": np.array([1, 1]), "age": ages}, {"household_id": [1]}
    )
    ages[0] = 5
    assert people["age"].tolist() == [70, 66]
