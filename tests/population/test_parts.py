"""People in parts: listed from footers, compared, read; a damaged part never gives other people."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import read_parts, read_people, write_people, write_synthetic
from jiuzhu_sim.population.parts import (
    check_schemas,
    list_parts,
    part_digests,
    read_part,
    schema_of,
)

PARTS, EACH = 4, 15


@pytest.fixture
def folder(tmp_path):
    write_synthetic("all-programmes", PARTS * EACH, 1, tmp_path, EACH)
    return tmp_path


def rewrite(path, change):
    """Write a file again with its table changed; what its metadata told is kept."""
    table = pq.read_table(path)
    pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), path)


def cast(name, kind):
    """A change of a table: a column of another type."""

    def change(table):
        place = table.column_names.index(name)
        return table.set_column(place, name, table.column(name).cast(kind))

    return change


def test_parts_are_listed_with_what_their_footers_tell(folder):
    parts, people = list_parts(folder), list(read_parts(folder))
    assert [part.number for part in parts] == list(range(PARTS))
    assert [part.rows for part in parts] == [each.households for each in people]
    assert [part.persons_rows for part in parts] == [each.persons for each in people]
    first = parts[0]
    assert first.name == "part-00000.parquet"
    assert first.bytes == sum(path.stat().st_size for path in first.paths)
    assert schema_of(first)["households", "savings"] == "number"
    assert schema_of(first)["persons", "household_id"] == "whole"
    assert len({part.fingerprint for part in parts}) == len({*map(hash, parts)}) == PARTS


def test_the_fingerprint_changes_with_the_file(folder):
    before = list_parts(folder)[1]
    rewrite(before.households, lambda table: table)
    after = list_parts(folder)[1]
    assert after.fingerprint != before.fingerprint
    assert part_digests(after)[0] == part_digests(before)[0]
    assert all(len(digest) == 64 for digest in part_digests(after))


@pytest.mark.parametrize("table", ["persons", "households"])
@pytest.mark.parametrize("keep", [0, 3, 0.5, 0.99])
def test_a_part_that_is_cut_is_listed_with_its_fault(folder, table, keep):
    path = folder / table / "part-00001.parquet"
    content = path.read_bytes()
    path.write_bytes(content[: keep if keep > 1 else int(len(content) * keep)])
    parts = list_parts(folder)
    assert [bool(part.fault) for part in parts] == [False, True, False, False]
    assert [problem.code for problem in parts[1].fault] == ["JZ-E021"]
    assert str(path) in str(parts[1].fault[0])
    check_schemas(parts)
    with pytest.raises(JZError, match="JZ-E021"):
        read_part(parts[1])
    assert read_part(parts[2]).households == EACH


def test_a_part_that_is_missing_is_listed_with_its_fault(folder):
    (folder / "households" / "part-00002.parquet").unlink()
    (folder / "persons" / "part-00003.parquet").unlink()
    parts = list_parts(folder)
    assert [len(part.fault) for part in parts] == [0, 0, 1, 1]
    assert "households/part-00002.parquet" in str(parts[2].fault[0])
    with pytest.raises(JZError) as caught:
        read_people(folder)
    assert caught.value.codes == ("JZ-E020", "JZ-E020")


def test_a_part_that_goes_after_it_was_listed(folder):
    part = list_parts(folder)[0]
    part.persons.unlink()
    with pytest.raises(JZError, match=r"JZ-E021.*part-00000"):
        read_part(part)


def test_an_empty_folder_is_one_part_that_is_missing(tmp_path):
    (part,) = list_parts(tmp_path)
    assert [problem.code for problem in part.fault] == ["JZ-E020", "JZ-E020"]
    (tmp_path / "persons").mkdir()
    assert [part.number for part in list_parts(tmp_path)] == [0]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_bit_is_found_or_changes_nothing(folder, data):
    part = list_parts(folder)[0]
    good = read_part(part).digest()
    path = data.draw(st.sampled_from(part.paths))
    content = path.read_bytes()
    spoiled = bytearray(content)
    spoiled[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(spoiled)
    found = digest_or_codes(folder)
    path.write_bytes(content)
    assert found == good or set(found) <= {"JZ-E021", "JZ-E103"}


def digest_or_codes(folder):
    """The digest of the first part, or why it is refused."""
    try:
        parts = list_parts(folder)
        check_schemas(parts)
        return read_part(parts[0]).digest()
    except JZError as refused:
        return refused.codes


def test_a_byte_in_a_page_is_told_with_the_part(folder):
    part = list_parts(folder)[3]
    page = pq.read_metadata(part.persons).row_group(0).column(7)
    content = bytearray(part.persons.read_bytes())
    content[page.data_page_offset + page.total_compressed_size // 2] ^= 1
    part.persons.write_bytes(content)
    with pytest.raises(JZError) as caught:
        read_part(list_parts(folder)[3])
    assert caught.value.codes == ("JZ-E021",)
    assert str(part.persons) in str(caught.value)
    assert read_part(list_parts(folder)[2]).households == EACH


def test_only_the_columns_wanted_are_read(folder):
    part = list_parts(folder)[1]
    whole, few = read_part(part), read_part(part, {"age", "township", "shoe_size"})
    assert set(few.laid_out) == {"age", "township", "id", "weight"}
    for name in few.laid_out:
        np.testing.assert_array_equal(few[name], whole[name])
    assert few.ids.tolist() == list(range(EACH + 1, 2 * EACH + 1))


def test_one_file_a_table_is_one_part(folder, tmp_path):
    people = read_people(folder)
    write_people(people, tmp_path / "whole")
    (part,) = list_parts(tmp_path / "whole")
    assert (part.name, part.rows) == ("households.parquet", PARTS * EACH)
    assert read_part(part).digest() == people.digest()
    assert read_part(part, threads=True, chunk=7).digest() == people.digest()


def test_parts_that_other_programs_wrote_are_all_there(folder):
    expected = read_people(folder).digest()
    for path in folder.glob("*/part-*.parquet"):
        pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
        path.rename(path.with_name(f"part-{int(path.name[5:-8]) + 9}.parquet"))
    assert [part.number for part in list_parts(folder)] == [9, 10, 11, 12]
    assert read_people(folder).digest() == expected
    for path in folder.glob("*/part-*.parquet"):
        path.rename(path.with_name(f"part-{path.stem[5:]:>02}-ab.snappy.parquet"))
    assert [part.number for part in list_parts(folder)] == [0, 1, 2, 3]
    assert read_people(folder).digest() == expected


def test_a_part_that_somebody_adds_is_read(folder, tmp_path_factory):
    write_synthetic(
        "all-programmes", PARTS * EACH + 7, 1, more := tmp_path_factory.mktemp("more"), EACH
    )
    for table in ("persons", "households"):
        added = (more / table / "part-00004.parquet").read_bytes()
        (folder / table / "part-00009.parquet").write_bytes(added)
    assert [part.number for part in list_parts(folder)] == [*range(PARTS), 9]
    assert read_people(folder).households == PARTS * EACH + 7


def test_types_that_read_alike_are_the_same(folder):
    expected, path = read_people(folder).digest(), folder / "households" / "part-00001.parquet"
    rewrite(path, cast("area", pa.dictionary(pa.int8(), pa.string())))
    rewrite(path, cast("household_id", pa.int32()))
    rewrite(path, cast("n_homes", pa.float64()))
    rewrite(path, cast("savings", pa.decimal128(20, 10)))
    rewrite(path, cast("township", pa.large_string()))
    rewrite(path, lambda table: table.rename_columns({"n_vehicles": "机动车辆数"}))
    rewrite(path, lambda table: table.append_column("shoe_size", [[42] * EACH]))
    check_schemas(list_parts(folder))
    assert read_people(folder).digest() == expected


def test_parts_with_other_columns_are_told_all_at_once(folder):
    for number in (0, 1, 3):
        homes = folder / "households" / f"part-0000{number}.parquet"
        if number == 3:
            rewrite(homes, cast("household_id", pa.string()))
        rewrite(homes, lambda table: table.append_column("weight_2", [[1.0] * EACH]))
    rewrite(folder / "households" / "part-00002.parquet", cast("savings", pa.string()))
    rewrite(folder / "households" / "part-00001.parquet", lambda t: t.drop_columns("savings"))
    rewrite(folder / "persons" / "part-00001.parquet", lambda t: t.drop_columns("age"))
    for refuse in (lambda: check_schemas(list_parts(folder)), lambda: read_people(folder)):
        with pytest.raises(JZError) as caught:
            refuse()
        told = {problem.where: [] for problem in caught.value.problems}
        for problem in caught.value.problems:
            told[problem.where].append(problem.values["parts"])
        assert told == {
            "persons · age": ["00001"],
            "households · household_id": ["00003"],
            "households · savings": ["00001", "00002"],
        }
        assert set(caught.value.codes) == {"JZ-E103"}
    with pytest.raises(JZError) as caught:
        check_schemas(list_parts(folder), {"area"})
    assert [problem.where for problem in caught.value.problems] == ["households · household_id"]
    assert columns()["household_id"].title in str(caught.value)


def test_a_column_that_is_all_blank_is_a_matter_of_its_cells(folder):
    path = folder / "households" / "part-00001.parquet"
    rewrite(path, cast("savings", pa.string()))
    rewrite(
        path, lambda t: t.set_column(t.column_names.index("savings"), "savings", pa.nulls(EACH))
    )
    check_schemas(list_parts(folder))
    with pytest.raises(JZError) as caught:
        read_people(folder)
    assert caught.value.codes == ("JZ-E022",)


def test_ids_as_text_stay_right_across_parts(folder):
    numbers = read_people(folder).ids.tolist()
    for path in folder.glob("*/part-*.parquet"):

        def named(table):
            ids = [f"村{97 * number % 61:02}" for number in table["household_id"].to_pylist()]
            return table.set_column(0, "household_id", [ids])

        rewrite(path, named)
    expected = [f"村{97 * number % 61:02}" for number in numbers]
    together = read_people(folder)
    assert together.ids.tolist() == expected
    assert np.concatenate([part.ids for part in read_parts(folder)]).tolist() == expected
    ages = np.concatenate([part["age"] for part in read_parts(folder)])
    np.testing.assert_array_equal(together["age"], ages)


def by_pandas(table, path):
    table.to_pandas().to_parquet(path)


def by_pandas_in_categories(table, path):
    frame = table.to_pandas()
    words = [name for name in frame if frame[name].dtype.kind not in "biuf"]
    frame.astype(dict.fromkeys(words, "category")).to_parquet(path)


def by_polars(table, path):
    pytest.importorskip("polars").from_arrow(table).write_parquet(path)


def by_duckdb(table, path):
    connection = pytest.importorskip("duckdb").connect()
    connection.register("given", table)
    connection.execute(f"copy given to '{path}' (format parquet)")


def in_row_groups(table, path):
    pq.write_table(table, path, row_group_size=4)


@pytest.mark.parametrize(
    "write", [by_pandas, by_pandas_in_categories, by_polars, by_duckdb, in_row_groups]
)
def test_files_of_other_programs(folder, write):
    parts = list_parts(folder)
    expected = [read_part(part).digest() for part in parts]
    for part in parts:
        for path in part.paths:
            write(pq.read_table(path), path)
    again = list_parts(folder)
    assert [part.columns for part in again] == [part.columns for part in parts]
    assert [read_part(part).digest() for part in again] == expected


def test_a_folder_may_be_a_text(folder):
    assert list_parts(str(folder)) == list_parts(Path(folder))
