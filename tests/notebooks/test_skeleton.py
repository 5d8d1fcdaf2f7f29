"""The notebooks are one suite: the same cells in the same order, the same words for the same."""

import re
from collections import defaultdict

import nbformat
import pytest

from jiuzhu_sim.report.notebook import notebook_path, parameters_of
from jiuzhu_sim.report.section import NOTEBOOK_ONLY
from jiuzhu_sim.report.suite import FIRST, suite
from tests.notebooks.new import row

HEADS = suite()
NAMES = [head.name for head in HEADS]
LINK = re.compile(r"\[(\d\d) ([^\]/]+?)(?: / ([^\]]+))?\]\(([^)]+)\)")
LEADING = ["law", "at", "data", "households", "seed", "changes"]
TRAILING = ["min_cell", "lang", "out_dir"]
STAGES = ["parameters", "answer", "render", "export"]
BOUNDS = re.compile(r"\s*(\[[^\]]*\]|\{[^}]*\})\s*$")
MEANT_DIFFERENTLY = {
    "01": {"law", "at"},  # may be empty: a roster needs no law
    "02": {"ledger_path"},  # the ledger to reconcile with; in 08 one of three files compared
    "05": {"budget", "opening_balance"},  # its sums stand beside a place's own budget
    "07": {"start"},  # has a month of its own, where the default of 05 and 06 is the budget's year
    "09": {"start"},
    "10": {"design", "min_cell"},  # cases, not households
    "11": {"appropriation"},  # empty: as reported, where 04 compares with none
}
"""Parameters whose name means something a little different in this notebook, with the reason."""


def cells(name):
    return nbformat.read(notebook_path(name), as_version=4).cells


def tags(cell):
    return cell.metadata.get("tags", [])


def place(name, chosen):
    """Where the only cell stands for which something holds."""
    found = [at for at, cell in enumerate(cells(name)) if chosen(cell)]
    assert len(found) == 1, f"{name}: {len(found)} cells where one is expected"
    return found[0]


def staged(name, stage):
    return place(name, lambda cell: cell.metadata.get("stage") == stage)


def links(source):
    return {target: title for _, *title, target in LINK.findall(source)}


def test_they_are_numbered_in_order():
    assert [name[:2] for name in NAMES] == [f"{number:02d}" for number in range(len(NAMES))]
    assert len(NAMES) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_the_cells_stand_in_the_same_order(name):
    order = [0]
    order.append(place(name, lambda cell: "parameters" in tags(cell)))
    order += [staged(name, stage) for stage in STAGES]
    limits = 'report.chapter("method")' if name.startswith("11") else 'report.section("limits")'
    at = place(name, lambda cell: cell.source == limits)
    assert order[-2] < at < order[-1]
    assert order == sorted(order)
    ends = cells(name)[order[-1] + 1 :]
    assert [cell.source for cell in ends[:-1]] == ['report.section("first")'] * (name == FIRST)
    assert ends[-1].source.startswith("**下一步**：")


@pytest.mark.parametrize("name", NAMES)
def test_the_check_comes_right_behind_the_parameters(name):
    at = place(name, lambda cell: "parameters" in tags(cell))
    assert cells(name)[at + 1].source.startswith(
        f'import jiuzhu_sim as jz\n\ngiven = jz.check_notebook(globals(), "{name}")\n'
        "jz.set_language(lang)"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_first_that_is_shown(name):
    """The panel, where there is one, follows it. (`shown` sees to it that nothing comes before.)"""
    at = staged(name, "answer")
    found = [cell for cell in cells(name) if cell.cell_type == "code"]
    assert cells(name)[at].source.splitlines()[-1] == "report"
    panels = [cell for cell in found if NOTEBOOK_ONLY in tags(cell)]
    assert panels in ([], [cells(name)[at + 1]])


@pytest.mark.parametrize("name", NAMES)
def test_text_is_for_the_reader_of_the_notebook_alone(name):
    texts = [cell for cell in cells(name) if cell.cell_type == "markdown"]
    assert all(NOTEBOOK_ONLY in tags(cell) for cell in texts)
    assert len(texts) == (3 if name == FIRST else 2)


@pytest.mark.parametrize("name", NAMES)
def test_the_head_leads_to_the_first_and_to_the_neighbours(name):
    at = NAMES.index(name)
    near = {FIRST, *NAMES[max(at - 1, 0) : at + 2]} - {name}
    assert {f"{each}.ipynb" for each in near} == set(links(cells(name)[0].source))
    assert "**用法**：" in cells(name)[0].source
    assert "**How to use**: " in cells(name)[0].source


@pytest.mark.parametrize("name", NAMES)
def test_links_exist_and_are_called_as_the_notebook_is(name):
    titles = {f"{head.name}.ipynb": head.title for head in HEADS}
    chinese, _, english = cells(name)[-1].source.partition("\n\n**Next**: ")
    assert links(chinese)
    assert links(chinese).keys() == links(english).keys()
    for lang, source in (("zh", chinese), ("en", english)):
        for target, (title, _) in links(source).items():
            assert title == titles[target][lang]
    for target, (chinese, english) in links(cells(name)[0].source).items():
        assert titles[target] == {"zh": chinese, "en": english}


def test_the_first_notebook_lists_the_others_as_they_are():
    table = cells(FIRST)[1].source
    rows = [row(head) for head in HEADS[1:]]
    assert table.splitlines()[-len(rows) :] == rows


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_explained_in_both_languages(name):
    for parameter in parameters_of(notebook_path(name)).values():
        assert " / " in parameter.help, f"{name}: {parameter.name}"


@pytest.mark.parametrize("name", NAMES)
def test_common_parameters_stand_first_and_last_in_the_same_order(name):
    found = list(parameters_of(notebook_path(name)))
    leading, trailing = ([each for each in order if each in found] for order in (LEADING, TRAILING))
    own = 1 if found[0] == "data_path" else 0  # a notebook of one file asks for it first
    assert found[own : own + len(leading)] == leading
    assert found[len(found) - len(trailing) :] == trailing
    assert {"lang", "out_dir"} <= set(trailing)


def test_the_same_parameter_is_explained_in_the_same_words():
    words = defaultdict(lambda: defaultdict(list))
    for name in NAMES:
        for parameter in parameters_of(notebook_path(name)).values():
            if parameter.name not in MEANT_DIFFERENTLY.get(name[:2], ()):
                help, type = BOUNDS.sub("", parameter.help), parameter.type
                words[parameter.name][help, type].append(name[:2])
    assert {each: dict(told) for each, told in words.items() if len(told) > 1} == {}


def test_exceptions_are_none_but_those_that_are_needed():
    for number, names in MEANT_DIFFERENTLY.items():
        name = next(each for each in NAMES if each.startswith(number))
        assert names <= parameters_of(notebook_path(name)).keys()
