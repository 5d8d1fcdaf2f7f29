"""The law files are whole: dates, clauses, labels, use, effect."""

import re

import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import make_plan, simulate
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.law import clauses, declarations, figures, region, region_names
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.policy import load_policy, read_reform
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.rules import RULES
from tests.random_tables import random_tables

DOCUMENTS = read_yaml(FOLDER / "clauses.yaml")["documents"]
EXAMPLE = load_policy("example-county")
EVERYTHING = tuple(EXAMPLE.rules)
MOVABLE = [
    path for path, declared in declarations().items() if declared.type in ("number", "integer")
]


def dates(name):
    """Every date at which a value of the place or a rule changes, from its first value on."""
    of_values = {value.since for dated in region(name).values.values() for value in dated}
    of_rules = {rule.since for rule in RULES}
    return sorted(date for date in of_values | of_rules if date >= min(of_values))


def cited():
    """Where a clause is cited, and the clause."""
    for rule in RULES:
        yield from ((f"rule {rule.name}", clause) for clause in rule.clauses)
    for name in region_names():
        for path, dated in region(name).values.items():
            yield from ((f"{name} {path}", value.clause) for value in dated if value.clause)
        yield from ((f"{name} not_computed", clause) for clause, _ in region(name).not_computed)
        for figure, entry in ((figures(name) or {}).get("figures", {})).items():
            yield f"{name} {figure}", entry["clause"]
        for identity in (figures(name) or {}).get("identities", []):
            yield from ((f"{name} identity", clause) for clause in identity["clauses"])


def document(clause):
    """The document a clause belongs to: S4.2.11 to S4.2."""
    return clause.rpartition(".")[0]


def labels(content, where=""):
    """Every mapping with a zh or an en text in it."""
    if isinstance(content, dict):
        if {"zh", "en"} & content.keys():
            yield where, content
        for key, item in content.items():
            yield from labels(item, f"{where} {key}")
    elif isinstance(content, list):
        for item in content:
            yield from labels(item, where)


@pytest.mark.parametrize("name", region_names())
def test_every_date_builds(name):
    for date in dates(name):
        policy = load_policy(name, at=date)
        assert set(make_plan(policy, EVERYTHING).wanted) == set(EVERYTHING)


@pytest.mark.parametrize("name", region_names())
def test_the_default_date_is_not_before_the_law(name):
    assert region(name).default_at >= dates(name)[0]


def test_every_cited_clause_is_in_the_catalogue():
    assert {(where, clause) for where, clause in cited() if clause not in clauses()} == set()


def test_every_clause_belongs_to_a_listed_document():
    assert {clause for clause in clauses() if document(clause) not in DOCUMENTS} == set()


@pytest.mark.parametrize("name", region_names())
def test_a_place_cites_only_its_own_documents(name):
    own = set(region(name).documents)
    assert own <= DOCUMENTS.keys()
    stray = {
        (where, c) for where, c in cited() if where.startswith(name) and document(c) not in own
    }
    assert stray == set()


def test_every_label_is_in_both_languages():
    found = [
        (path.name + where, label)
        for path in sorted(FOLDER.rglob("*.yaml"))
        for where, label in labels(read_yaml(path))
    ]
    assert len(found) > 80
    assert [
        w for w, label in found if not all(str(label.get(x, "")).strip() for x in ("zh", "en"))
    ] == []


def test_chinese_labels_are_chinese_and_english_ones_are_not():
    """Catches the two swapped."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for path in sorted(FOLDER.rglob("*.yaml")):
        for where, label in labels(read_yaml(path)):
            assert chinese.search(label["zh"]), path.name + where
            assert not chinese.search(label["en"]), path.name + where


def test_every_parameter_is_used_by_a_rule():
    taken = {name for rule in RULES for name in (*rule.arguments, rule.round)}
    assert [path for path, entry in declarations().items() if entry.argument not in taken] == []


def test_every_argument_of_a_rule_is_something():
    known = {entry.argument for entry in declarations().values()} | columns().keys() | {"members"}
    assert {(r.name, a) for r in RULES for a in r.arguments if a not in known} == set()


def test_parameters_and_columns_do_not_share_names():
    assert {entry.argument for entry in declarations().values()} & columns().keys() == set()
    arguments = [entry.argument for entry in declarations().values()]
    assert len(arguments) == len(set(arguments))


@pytest.mark.parametrize("name", region_names())
def test_a_place_gives_every_parameter(name):
    assert set(region(name).values) == set(declarations())


def test_rules_match_the_dictionary():
    for rule in RULES:
        entry = columns()[rule.name]
        assert (entry.kind, entry.level, entry.unit) == ("result", rule.level, rule.unit), rule.name
        assert rule.summary, f"{rule.name} has no docstring"
    results = {name for name, entry in columns().items() if entry.kind == "result"}
    assert results == {rule.name for rule in RULES}


def moved(declared, value, way):
    """A value a step up or down, or None outside the range."""
    step = 1 if declared.type == "integer" else max(abs(value) * 0.2, 0.05)
    new = round(value + way * step, 9)
    return new if declared.low <= new <= declared.high else None


@pytest.fixture(scope="module")
def base():
    people = people_from_tables(*random_tables(5, 4_000, EXAMPLE))
    return simulate(people, EXAMPLE, EVERYTHING)


def changed_columns(base, changes):
    new = simulate(base.people, EXAMPLE.change(changes), EVERYTHING, reuse=base)
    return {n for n in EVERYTHING if base.numbers(n).tobytes() != new.numbers(n).tobytes()}


@pytest.mark.parametrize("path", MOVABLE)
def test_every_number_matters(path, base):
    """Up and down, as far as its range goes; no exceptions."""
    declared = declarations()[path]
    steps = [moved(declared, EXAMPLE[path], way) for way in (1, -1)]
    steps = [step for step in steps if step is not None]
    assert steps
    for new in steps:
        assert changed_columns(base, {path: new}), f"{path}: {EXAMPLE[path]} → {new} moves nothing"


@pytest.mark.parametrize("path", sorted(declarations().keys() - set(MOVABLE)))
def test_every_choice_matters(path, base):
    declared = declarations()[path]
    options = {True, False} if declared.type == "boolean" else set(declared.choices)
    for new in options - {EXAMPLE[path]}:
        assert changed_columns(base, {path: new}), f"{path}: {new} moves nothing"


@pytest.mark.parametrize("path", sorted((FOLDER / "reforms").glob("*.yaml")), ids=lambda p: p.stem)
def test_reform_files_apply(path):
    reform = read_reform(path)
    policy = load_policy(reform.baseline)
    assert {change.path for change in policy.diff(reform.apply(policy))} == set(reform.changes)
