"""The law files are whole: dates, clauses, labels, use, effect."""

import re

import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.law import (
    clauses,
    declarations,
    document_of,
    figure_names,
    figures_of,
    region,
    region_names,
)
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.policy import load_policy, read_reform
from jiuzhu_sim.report.law import parameters
from jiuzhu_sim.rules import RULES

DOCUMENTS = {
    name: entry
    for path in sorted((FOLDER / "clauses").glob("*.yaml"))
    for name, entry in read_yaml(path)["documents"].items()
}
EVERYTHING = tuple(load_policy("example-county").rules)


def dates(name):
    """Every date at which a value of the place, its base or a rule changes, from its first on."""
    place = region(name)
    own = {value.since for dated in place.values.values() for value in dated}
    based = dates(place.base) if place.base else []
    return sorted(date for date in {*own, *based, *(r.since for r in RULES)} if date >= min(own))


def cited():
    """Where a clause is cited, and the clause."""
    for rule in RULES:
        yield from ((f"rule {rule.name}", clause) for clause in rule.clauses)
    for name in region_names():
        for path, dated in region(name).values.items():
            yield from ((f"{name} {path}", value.clause) for value in dated if value.clause)
        yield from ((f"{name} not_computed", clause) for clause, _ in region(name).not_computed)
    for name in figure_names():
        content = figures_of(name)
        for part in ("figures", "amounts"):
            for figure, entry in content.get(part, {}).items():
                yield f"{name} {figure}", entry["clause"]
        for identity in content.get("identities", ()):
            yield from ((f"{name} identity", clause) for clause in identity["clauses"])


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
    found = dates(name)
    assert found
    for date in found:
        policy = load_policy(name, at=date)
        assert set(make_plan(policy, EVERYTHING).wanted) == set(EVERYTHING)


@pytest.mark.parametrize("name", region_names())
def test_the_default_date_is_not_before_the_law(name):
    assert region(name).default_at >= dates(name)[0]


def test_every_cited_clause_is_in_the_catalogue():
    assert {(where, clause) for where, clause in cited() if clause not in clauses()} == set()


def test_every_clause_belongs_to_a_listed_document():
    assert {clause for clause in clauses() if document_of(clause) not in DOCUMENTS} == set()


@pytest.mark.parametrize("name", region_names())
def test_a_place_cites_only_its_own_documents(name):
    own = set(region(name).documents)
    assert own <= DOCUMENTS.keys()
    stray = {
        (where, c)
        for where, c in cited()
        if where.split(" ")[0] == name and document_of(c) not in own
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


def test_every_parameter_is_used_by_a_rule_or_says_by_what():
    taken = {name for rule in RULES for name in (*rule.arguments, rule.round, rule.switch)}
    unused = {path: d.read_by for path, d in declarations().items() if d.argument not in taken}
    assert {path for path, reader in unused.items() if reader == "rules"} == set()
    said = {path for path, d in declarations().items() if d.read_by != "rules"}
    assert said == unused.keys()


def test_every_argument_of_a_rule_is_something():
    known = {entry.argument for entry in declarations().values()} | columns().keys() | {"members"}
    assert {(r.name, a) for r in RULES for a in r.arguments if a not in known} == set()


def test_parameters_and_columns_do_not_share_names():
    assert {entry.argument for entry in declarations().values()} & columns().keys() == set()
    arguments = [entry.argument for entry in declarations().values()]
    assert len(arguments) == len(set(arguments))


@pytest.mark.parametrize("name", region_names())
def test_a_place_gives_only_what_is_declared_and_its_own(name):
    """What a place says is stated by its documents, or marked as standing in for them."""
    place = region(name)
    assert set(place.values) <= set(declarations())
    for path, dated in place.values.items():
        for value in dated:
            assert value.clause or value.status == "not_stated", path


def test_nothing_of_one_place_is_in_another():
    """A place without a word of its own has the national base alone."""
    base = region("national")
    for name in region_names():
        place = region(name)
        at = place.at(place.default_at)
        inherited = base.at(place.default_at) if place.base else {}
        for path, value in at.items():
            if path not in place.values and not declarations()[path].local:
                neutral = declarations()[path].neutral
                known = inherited[path].value if path in inherited else neutral
                if place.base == "national":
                    assert value.value == known, (name, path)
                elif not place.base:
                    assert value.value == neutral, (name, path)


@pytest.mark.parametrize("path", declarations())
def test_a_neutral_value_is_one_the_parameter_may_take(path):
    declared = declarations()[path]
    problems = Problems()
    if declared.neutral is not None:
        declared.refuse(declared.neutral, path, problems)
    assert not problems
    assert declared.neutral is not None or declared.local, f"{path}: neither neutral nor local"


def test_rules_match_the_dictionary():
    for rule in RULES:
        entry = columns()[rule.name]
        assert (entry.kind, entry.level, entry.unit) == ("result", rule.level, rule.unit), rule.name
        assert rule.summary, f"{rule.name} has no docstring"
    results = {name for name, entry in columns().items() if entry.kind == "result"}
    assert results == {rule.name for rule in RULES}


@pytest.mark.parametrize("path", sorted((FOLDER / "reforms").glob("*.yaml")), ids=lambda p: p.stem)
def test_reform_files_apply(path):
    reform = read_reform(path)
    policy = load_policy(reform.baseline)
    assert {change.path for change in policy.diff(reform.apply(policy))} == set(reform.changes)


def test_a_number_without_a_source_is_shown_as_illustrative():
    """Neutral in a place without the programme, but with an effect once it is on."""
    policy = load_policy("s310-zone-2009")
    assert policy.values["reading.class_ii_rate"].status == "illustrative"
    listed = {row[1] for row in parameters(policy).rows}
    assert "reading.class_ii_rate" in listed
    assert "tiers.first_share" not in listed  # no tiers here, so nothing rests on it
    tiers = policy.change({"dibao.benefit_form": "tiers"})
    assert "tiers.first_share" in {row[1] for row in parameters(tiers).rows}
    assert "tiers.first_share" in make_plan(tiers).read
