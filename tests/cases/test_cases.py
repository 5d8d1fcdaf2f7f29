"""Households worked out by hand (`<programme>/<place>_<date>.yaml`) against the engine.

How to add one: `README.md` beside this file.
"""

import math
from functools import cache
from pathlib import Path

import pytest

from jiuzhu_sim.columns import column, columns, find_column
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.law import region_names
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.yaml"))
DEFAULTS = {name: c.default for name, c in columns().items() if c.default is not None}
DEFAULTS |= {"age": 40, "labour_capable": True, "disability_kind": "other"}
DEFAULTS |= {"area": "rural", "township": "—", "n_homes": 1, "weight": 1}
REQUIRED = {"name", "persons", "expect", "source", "why"}
SOURCES = {"official", "hand", "regression"}
HALF_FEN = 0.005


def named(entries, where):
    """Entries under dictionary names; keys may be names, labels or aliases."""
    unknown = [key for key in entries if find_column(key) is None]
    assert not unknown, f"{where}: no column called {', '.join(map(repr, unknown))}"
    return {find_column(key): value for key, value in entries.items()}


def table(rows, level):
    """One column for each input of the level, defaults filled in."""
    inputs = [c.name for c in columns().values() if c.kind == "input" and c.level == level]
    return {
        name: [row.get(name, DEFAULTS.get(name, 0)) for row in rows]
        for name in inputs
        if name != "person_id" and (name != "household_id" or level == "person")
    }


def stacked(cases, where):
    """All cases as one population: case i is household i."""
    persons = [
        named(person, f"{where} · {case['name']}") | {"household_id": number}
        for number, case in enumerate(cases)
        for person in case["persons"]
    ]
    homes = [named(case.get("household", {}), f"{where} · {case['name']}") for case in cases]
    return people_from_tables(table(persons, "person"), table(homes, "household"))


def read_value(name, value):
    """An expected value, a code's label as the code's name."""
    if isinstance(value, list):
        return [read_value(name, item) for item in value]
    for code, labels in (column(name).codes or {}).items():
        if value in labels.values():
            return code
    return value


def same(got, want):
    """Equal, money to the fen; a list is one value a person."""
    if isinstance(want, list):
        return len(got) == len(want) and all(map(same, got, want))
    if isinstance(got, float) and isinstance(want, int | float):
        return got == want or math.isclose(got, want, rel_tol=0, abs_tol=HALF_FEN)
    return got == want


def failures(cases, policy, where):
    """One sentence for each expected value that the engine does not give."""
    expected = [named(case["expect"], f"{where} · {case['name']}") for case in cases]
    people = stacked(cases, where)
    results = simulate(people, policy, dict.fromkeys(name for case in expected for name in case))
    owner = [number for number, case in enumerate(cases) for _ in case["persons"]]
    found = []
    for number, (case, wanted) in enumerate(zip(cases, expected, strict=True)):
        for name, value in wanted.items():
            if column(name).level == "person":
                given = zip(results[name].tolist(), owner, strict=True)
                got = [value for value, home in given if home == number]
            else:
                got = results[name][number].item()
            want = read_value(name, value)
            if not same(got, want):
                title = column(name).label["zh"]
                found.append(f"{where} · {case['name']} · {title}（{name}）：应为 {want}，得 {got}")
    return found


@cache
def read(path):
    content = read_yaml(path)
    for case in content["cases"]:
        missing = REQUIRED - case.keys()
        assert not missing, f"{path.name} · {case.get('name')}: lacks {', '.join(sorted(missing))}"
        assert case["source"] in SOURCES, f"{path.name} · {case['name']}: source {case['source']}"
    return content


def by_law(content):
    """The file's cases by the changes of law they ask for: one simulation for each."""
    groups = {}
    for case in content["cases"]:
        changes = content.get("policy", {}) | case.get("policy", {})
        groups.setdefault(tuple(sorted(changes.items())), []).append(case)
    return [(dict(changes), cases) for changes, cases in groups.items()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path):
    content = read(path)
    policy = load_policy(*path.stem.split("_"))
    found = []
    for changes, cases in by_law(content):
        found += failures(cases, policy.change(changes), path.name)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_names_are_unique(path):
    names = [case["name"] for case in read(path)["cases"]]
    assert len(names) == len(set(names))


def test_every_place_has_cases_and_there_are_enough():
    counts = dict.fromkeys(region_names(), 0)
    for path in FILES:
        counts[path.stem.split("_")[0]] += len(read(path)["cases"])
    assert min(counts.values()) >= 1, counts
    assert sum(counts.values()) >= 150
    sources = [case["source"] for path in FILES for case in read(path)["cases"]]
    assert sources.count("official") >= 20


def test_a_wrong_expectation_is_named():
    case = {"name": "某户", "persons": [{"月工资": 0}], "expect": {"月救助金额": 561}}
    (sentence,) = failures([case], load_policy("example-county"), "f.yaml")
    assert sentence == "f.yaml · 某户 · 月救助金额（benefit_m_hh）：应为 561，得 560.0"


def test_a_misspelt_column_is_named():
    case = {"name": "某户", "persons": [{"月工姿": 0}], "expect": {}}
    with pytest.raises(AssertionError, match=r"f\.yaml · 某户: no column called '月工姿'"):
        failures([case], load_policy("example-county"), "f.yaml")
