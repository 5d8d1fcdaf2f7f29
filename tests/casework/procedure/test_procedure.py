"""Procedures as data: the package's own files, readings, and every fault of one's own file."""

import pytest
import yaml

from jiuzhu_sim.casework.conduct.checks import read_checks
from jiuzhu_sim.casework.procedure.entries import Limit, Post
from jiuzhu_sim.casework.procedure.procedure import READINGS, load_procedure, procedures
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import clause_text, declarations, document_of
from jiuzhu_sim.policy import load_policy

OWN = {
    "name": "own",
    "label": {"zh": "本县", "en": "Own"},
    "documents": ["本县办法"],
    "counting": {"day_off": "same_day", "status": "stated"},
    "limits": {
        "steps": {
            "processing": {
                "clause": "本县办法.5",
                "programmes": ["dibao"],
                "label": {"zh": "办理", "en": "Processing"},
                "from": "accept",
                "to": "decide",
                "number": 15,
                "unit": "days",
                "status": "stated",
            }
        }
    },
}


@pytest.mark.parametrize("name", procedures())
def test_every_number_has_a_clause_of_its_own_document(name):
    procedure = load_procedure(name)
    assert procedure.name == name
    keys = [entry.key for entry in procedure.entries]
    assert len(keys) == len(set(keys))
    for entry in procedure.entries:
        assert document_of(entry.clause) in procedure.documents
        assert clause_text(entry.clause)


@pytest.mark.parametrize("name", procedures())
def test_numbers_from_readings_are_marked_so(name):
    """A number that moves with a reading is not called stated."""
    moved = {"posting_days": 9, "petition_limit_days": 33}
    pairs = zip(load_procedure(name).entries, load_procedure(name, moved).entries, strict=True)
    for neutral, other in pairs:
        if neutral != other:
            assert neutral.status == "reading", neutral.key


def test_readings_come_from_a_policy_or_a_mapping():
    policy = load_policy("s2-district-2022").change({"reading.extended_limit_wd": 25})
    assert load_procedure("s2-district-2022", policy).limits["dibao"][0].extension.number == 25
    given = load_procedure("s2-district-2022", {"reading.extended_limit_wd": 20})
    assert given.limits["tekun"][0].extension.number == 20
    neutral = load_procedure("s2-district-2022")
    assert neutral.readings == {
        name: declarations()[f"reading.{name}"].neutral for name in READINGS
    }
    assert neutral.limits["dibao"][0].extension.unit == "days"
    working = load_procedure("s2-district-2022", {"extension_trigger_days": "working"})
    assert working.limits["dibao"][0].extension.unit == "working days"


def test_documents_are_not_mixed():
    """S4.2 states postings and no processing limit; S2 no posting for dibao."""
    assert not any(load_procedure("s42-county-2013").limits.values())
    assert load_procedure("s2-district-2022").posts["dibao"] == []
    assert [post.days for post in load_procedure("s310-zone-2009").posts["dibao"]] == [7, 5, 5]


def write(tmp_path, content):
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def changed(path, value):
    """`OWN` with one value changed at a path of keys; None takes it out."""
    content = yaml.safe_load(yaml.safe_dump(OWN, allow_unicode=True))
    held = content
    for key in path[:-1]:
        held = held.setdefault(key, {})
    if value is None:
        del held[path[-1]]
    else:
        held[path[-1]] = value
    return content


def test_ones_own_file(tmp_path):
    procedure = load_procedure(write(tmp_path, OWN))
    (limit,) = procedure.limits["dibao"]
    assert isinstance(limit, Limit)
    assert limit.number == 15
    assert not procedure.rolls
    assert procedure.title == "本县"
    own = load_procedure(write(tmp_path, changed(("limits", "posts", "p"), POST)))
    assert isinstance(own.posts["tekun"][0], Post)


POST = {
    "clause": "本县办法.6",
    "programmes": "any",
    "label": {"zh": "公示", "en": "Posting"},
    "list_no": 1,
    "days": {"reading": "posting_days"},
    "status": "reading",
}
STEP = ("limits", "steps", "processing")
FAULTS = [
    (("label",), None, "label"),
    (("label",), {"zh": "本县"}, "{zh: …, en: …}"),
    (("documents",), "本县办法", "列表"),
    (("lable",), {}, "label"),
    (("counting", "day_off"), "next_workday", "next_working_day"),
    (("counting", "status"), None, "status"),
    (("in_force",), {"date": "2022", "clause": "本县办法.1"}, "2022-07-01"),
    (("limits",), [], "键和值"),
    (("limits", "step"), {}, "steps"),
    (("limits", "steps"), [], "键和值"),
    ((*STEP, "number"), None, "number"),
    ((*STEP, "number"), 0, "0 超出范围"),
    ((*STEP, "number"), "十五", "整数"),
    ((*STEP, "number"), {"reading": "petition_days"}, "petition_limit_days"),
    ((*STEP, "unit"), "working_days", "working days"),
    ((*STEP, "from"), "acept", "accept"),
    ((*STEP, "from"), {"event": "decide", "outcome": "pass"}, "passed"),
    ((*STEP, "from"), {"outcome": "passed"}, "event"),
    ((*STEP, "from"), {"latest": "visit"}, "latest"),
    ((*STEP, "to"), {"event": "decide", "colour": "red"}, "outcome"),
    ((*STEP, "clause"), "S2.1.4", "不能混用"),
    ((*STEP, "clause"), "S2.1.44", "S2.1.4"),
    ((*STEP, "programmes"), ["dibo"], "dibao"),
    ((*STEP, "kinds"), "new", "列表"),
    ((*STEP, "status"), "guess", "stated"),
    ((*STEP, "nummer"), 3, "number"),
    ((*STEP, "may_precede"), "yes", "true"),
    ((*STEP, "extend"), {"from": "accept"}, "to"),
    (("limits", "posts", "processing"), POST, "出现两次"),
    (("limits", "reviews", "r"), {}, "clause"),
    (("limits", "phases", "p"), {**POST, "event": "visit", "end": "02-30"}, "07-18"),
]


@pytest.mark.parametrize(("path", "value", "said"), FAULTS)
def test_each_fault_is_told_with_its_place(tmp_path, path, value, said):
    with pytest.raises(JZError) as error:
        load_procedure(write(tmp_path, changed(path, value)))
    assert set(error.value.codes) == {"JZ-E095"}
    assert said in str(error.value)
    assert "own.yaml" in str(error.value)


def test_all_faults_at_once(tmp_path):
    content = changed((*STEP, "unit"), "weeks")
    content["limits"]["steps"]["processing"]["number"] = -1
    content["limits"]["posts"] = {"p": {**POST, "days": 0}}
    with pytest.raises(JZError) as error:
        load_procedure(write(tmp_path, content), {"posting_day": 7, "petition_limit_days": 0})
    assert sorted(error.value.codes) == ["JZ-E003", "JZ-E004", *["JZ-E095"] * 3]


def test_unknown_names_and_files(tmp_path):
    with pytest.raises(JZError) as error:
        load_procedure("s2-distict-2022")
    assert error.value.codes == ("JZ-E060",)
    assert "s2-district-2022" in str(error.value)
    with pytest.raises(JZError) as error:
        load_procedure(tmp_path / "none.yaml")
    assert error.value.codes == ("JZ-E020",)
    (tmp_path / "bad.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(JZError) as error:
        load_procedure(tmp_path / "bad.yaml")
    assert error.value.codes == ("JZ-E021",)
    (tmp_path / "list.yaml").write_text("- a", encoding="utf-8")
    with pytest.raises(JZError) as error:
        load_procedure(tmp_path / "list.yaml")
    assert "JZ-E095" in error.value.codes


@pytest.mark.parametrize("name", procedures())
def test_checks_cite_the_documents_of_their_file_and_no_other(name):
    """Rules of different documents are not mixed, in the section of conduct neither."""
    procedure = load_procedure(name)
    checks = read_checks(procedure.conduct, name)
    for check in (*checks.cases, *checks.rates):
        for clause in check.clause.replace("–", ",").split(","):
            assert document_of(clause.strip()) in procedure.documents, (check.key, clause)
