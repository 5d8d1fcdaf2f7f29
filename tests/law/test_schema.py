"""Law files that do not fit are refused, with every fault and its place."""

import math

import pytest
import yaml

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import clauses, declarations, region, validated, validated_text
from jiuzhu_sim.law.load import FOLDER

GOOD_REGION = {
    "name": "x",
    "label": {"zh": "某地", "en": "x"},
    "documents": ["EC"],
    "default_at": "2025-01-01",
    "illustrative": True,
    "values": {"edge.ratio": {"2025-01-01": {"value": 1.5, "status": "stated", "clause": "EC.5"}}},
}
GOOD = {
    "region": GOOD_REGION,
    "parameters": {
        "a.b": {"label": {"zh": "甲", "en": "a"}, "type": "number", "unit": "yuan", "range": [0, 1]}
    },
    "reform": {
        "title": {"zh": "甲", "en": "a"},
        "author": "b",
        "reference": {"zh": "甲", "en": "a"},
        "baseline": "example-county@2025-01-01",
        "changes": {"edge.ratio": 2},
    },
}
ILLUSTRATIVE = {"value": 1, "status": "illustrative"}
# Kind of file, place of the entry, what is put there (None: taken away).
BAD = [
    ("region", ("label", "en"), None),
    ("region", ("documents",), []),
    ("region", ("default_at",), "2025"),
    ("region", ("comment",), "unknown key"),
    ("region", ("values", "edge.ratio", "2025-01-01", "status"), "guessed"),
    ("region", ("values", "edge.ratio", "2025-01-01", "clause"), None),
    ("region", ("values", "edge.ratio", "2025"), ILLUSTRATIVE | {"clause": "EC.5"}),
    ("region", ("values", "edge.ratio"), {}),
    ("region", ("values", "edge.ratio", "2025-01-01", "value"), [1, 2]),
    ("parameters", ("a.b", "type"), "float"),
    ("parameters", ("a.b", "type"), "choice"),
    ("parameters", ("a.b", "range"), None),
    ("parameters", ("a.b", "unit"), None),
    ("parameters", ("a.b", "range"), [0]),
    ("parameters", ("A-B",), GOOD["parameters"]["a.b"]),
    ("reform", ("changes",), {}),
    ("reform", ("author",), None),
    ("reform", ("baseline",), "example-county"),
]


def altered(content, place, new):
    """A copy with one entry put or taken away."""
    first, *rest = place
    if rest:
        return content | {first: altered(content[first], rest, new)}
    return {k: v for k, v in content.items() if k != first} | ({} if new is None else {first: new})


def written(folder, content):
    path = folder / "x.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


PACKAGED = [
    (kind, path)
    for kind, folder in (
        ("parameters", "parameters"),
        ("region", "regions"),
        ("reform", "reforms"),
        ("figures", "figures"),
    )
    for path in sorted((FOLDER / folder).glob("*.yaml"))
]


@pytest.mark.parametrize(("kind", "path"), PACKAGED, ids=lambda each: getattr(each, "stem", each))
def test_every_packaged_file_fits_the_schema(kind, path):
    """They are not held against it again each time they are read."""
    assert validated_text(path.read_text(encoding="utf-8"), path.name, kind)


@pytest.mark.parametrize("kind", GOOD)
def test_the_schema_takes_a_good_file(kind, tmp_path):
    assert validated(written(tmp_path, GOOD[kind]), kind) == GOOD[kind]


@pytest.mark.parametrize(("kind", "place", "new"), BAD)
def test_the_schema_refuses_a_bad_file(kind, place, new, tmp_path):
    path = written(tmp_path, altered(GOOD[kind], place, new))
    with pytest.raises(JZError) as caught:
        validated(path, kind)
    assert set(caught.value.codes) == {"JZ-E002"}
    assert all(problem.where.startswith("x.yaml") for problem in caught.value.problems)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    content = altered(altered(GOOD_REGION, ("default_at",), "soon"), ("label", "en"), None)
    with pytest.raises(JZError) as caught:
        validated(written(tmp_path, content), "region")
    assert {p.where for p in caught.value.problems} == {"x.yaml default_at", "x.yaml label"}


@pytest.fixture
def own_region(tmp_path, monkeypatch):
    """A folder of law in which one place can be written; the cached ones are left alone."""
    (tmp_path / "regions").mkdir()
    declarations()
    clauses()
    monkeypatch.setattr("jiuzhu_sim.law.load.FOLDER", tmp_path)
    (tmp_path / "schema.json").write_bytes((FOLDER / "schema.json").read_bytes())

    def read(values, more=()):
        """A place with these values from 2025 on, and `more` with dates of their own."""
        dated = {
            path: {"2025-01-01": ILLUSTRATIVE | {"clause": "EC.5"} | value}
            for path, value in values.items()
        }
        content = GOOD_REGION | {"values": dated | dict(more)}
        (tmp_path / "regions" / "x.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
        return region.__wrapped__("x")

    return read


def test_faults_of_a_place_are_told_at_once(own_region):
    with pytest.raises(JZError) as caught:
        own_region(
            {
                "edge.ratoi": {"value": 1.5},
                "edge.ratio": {"value": 9},
                "category.elder_age": {"value": "seventy"},
                "dibao.benefit_rounding": {"value": "floor"},
            }
        )
    codes = ("JZ-E003", "JZ-E004", "JZ-E005", "JZ-E005")
    assert sorted(caught.value.codes) == sorted(codes)
    assert all(problem.where.startswith("x.yaml ") for problem in caught.value.problems)


def test_a_value_in_a_year_is_read_by_the_month(own_region):
    yearly = own_region({"dibao.standard.rural": {"value": 2434, "unit": "yuan/person-year"}})
    (value,) = yearly.values["dibao.standard.rural"]
    assert math.isclose(value.value, 2434 / 12)
    assert (value.raw, value.raw_unit) == (2434, "yuan/person-year")


def test_a_unit_that_cannot_be_converted_is_refused(own_region):
    with pytest.raises(JZError) as caught:
        own_region({"dibao.standard.rural": {"value": 2434, "unit": "yuan/year"}})
    assert caught.value.codes == ("JZ-E002",)


def test_values_are_read_in_the_order_of_their_dates(own_region):
    dates = ["2026-01-01", "2024-01-01", "2025-01-01"]
    entry = ILLUSTRATIVE | {"clause": "EC.5"}
    place = own_region({}, {"edge.ratio": {date: entry for date in dates}})
    assert [value.since.isoformat() for value in place.values["edge.ratio"]] == sorted(dates)


def test_a_clause_that_is_in_no_file_of_clauses_is_refused(own_region):
    with pytest.raises(JZError) as caught:
        own_region({"edge.ratio": {"value": 1.5, "clause": "EC.55"}})
    assert caught.value.codes == ("JZ-E002",)
    assert caught.value.problems[0].where == "x.yaml edge.ratio 2025-01-01"
    assert "EC.5" in str(caught.value)
