"""The register of systems against the code: all 48 placed, every computed one with its rules."""

from pathlib import Path

import pytest

import jiuzhu_sim
from jiuzhu_sim.law import clauses, declarations
from jiuzhu_sim.law.register import PLACES, register
from jiuzhu_sim.rules import RULES
from tests.cases.test_cases import FILES, read

SYSTEMS = register()
PACKAGE = Path(jiuzhu_sim.__file__).parent
COMPUTED = [system for system in SYSTEMS if system.is_computed]
NAMES = {rule.name: rule for rule in RULES}


def test_all_48_systems_are_placed():
    assert [system.number for system in SYSTEMS] == [f"A{n}" for n in range(1, 49)]
    assert {system.where for system in SYSTEMS} <= set(PLACES)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.number)
def test_clauses_exist(system):
    assert system.clauses
    assert [clause for clause in system.clauses if clause not in clauses()] == []


@pytest.mark.parametrize("system", COMPUTED, ids=lambda system: system.number)
def test_a_computed_system_has_rules_that_cite_its_clauses(system):
    assert [name for name in system.rules if name not in NAMES] == []
    cited = {clause for name in system.rules for clause in NAMES[name].clauses}
    assert cited & set(system.clauses), f"{system.number}: its rules cite none of its clauses"
    assert system.where == "rules"


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.number)
def test_a_system_names_rules_or_files_that_are_there(system):
    assert [name for name in system.files if not (PACKAGE / name).exists()] == []
    assert system.rules or system.files


def test_the_systems_of_the_household_rules_are_computed():
    numbers = {system.number for system in COMPUTED}
    wanted = {f"A{n}" for n in (*range(1, 24), 45)} - {"A15"}  # A15 is a procedure of eight steps
    assert wanted <= numbers


def test_every_rule_of_the_register_has_a_case():
    """Directly, or through a result that is computed from it."""
    expected = {
        name
        for path in FILES
        for case in read(path)["cases"]
        for name in columns_of(case["expect"])
    }
    reached, stack = set(), list(expected & NAMES.keys())
    while stack:
        name = stack.pop()
        if name in NAMES and name not in reached:
            reached.add(name)
            stack.extend(NAMES[name].arguments)
    listed = {name for system in COMPUTED for name in system.rules}
    assert listed - reached == set()


def columns_of(expect):
    from jiuzhu_sim.columns import find_column

    return {find_column(key) for key in expect}


def test_all_43_ambiguities_are_options():
    numbers = {declared.register for declared in declarations().values() if declared.register}
    assert numbers == {f"D{n:02d}" for n in range(1, 44)}


@pytest.mark.parametrize(
    "declared",
    [declared for declared in declarations().values() if declared.register],
    ids=lambda declared: declared.path,
)
def test_an_option_has_readings_and_clauses(declared):
    assert len(declared.readings) >= 2
    assert all(clause in clauses() for clause in declared.clauses)
