"""The shape of the house: who may import whom, what stands in which file, how long it may be."""

import ast
import inspect
import json
from functools import cache
from pathlib import Path

import pytest

import jiuzhu_sim

PACKAGE = Path(jiuzhu_sim.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINES_MAX = 400
CELL_LINES_MAX = 15

# A module imports only from layers to its left; modules of one layer do not import each other.
LAYERS = [
    {"language"},
    {"errors"},
    {"files", "reading"},
    {"columns"},
    {"assumptions"},
    {"law"},
    {"rules"},
    {"policy", "population"},
    {"roster"},
    {"engine"},
    {"receipt", "months", "casework"},
    {"measures"},
    {"batch"},
    {"assessment", "outlook"},
    {"report"},
    {"doctor"},
    {"explorer"},
    {"cli"},
]
PLACE = {name: number for number, names in enumerate(LAYERS) for name in names}
TOP = {"__init__", "__main__"}
RULE_FILES = [
    path for path in SOURCES if path.parent.name == "rules" and path.stem not in ("kit", "__init__")
]


def layer(path):
    """The layer a file belongs to: its folder, or its own name at the top."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def facts(path):
    """What is asked of every file, read once: what it imports, where it prints, what it is for."""
    read = tree(path)
    nodes = list(ast.walk(read))
    printing = [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    return tuple(_imported(path, nodes)), printing, ast.get_docstring(read)


def imported(path):
    """Every module a file imports, wherever in the file; relative ones written out."""
    return facts(path)[0]


def _imported(path, nodes):
    package = ["jiuzhu_sim", *path.relative_to(PACKAGE).parts[:-1]]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module == "jiuzhu_sim":
                yield from (f"jiuzhu_sim.{alias.name}" for alias in node.names)
            else:
                yield module


def own_layers(path):
    """The layers of the package that a file imports; "" is the public surface itself."""
    for module in imported(path):
        head, _, rest = module.partition(".")
        if head == "jiuzhu_sim":
            yield rest.partition(".")[0]


def short(path):
    return path.relative_to(ROOT).as_posix()


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=short)


@each(SOURCES)
def test_imports_go_one_way(path):
    own = layer(path)
    if own in TOP:
        return
    assert own in PLACE, f"{own} has no place in the order of layers"
    wrong = {
        name
        for name in own_layers(path)
        if name != own and PLACE.get(name, len(LAYERS)) >= PLACE[own]
    }
    assert wrong == set(), f"{own} may not import {', '.join(sorted(wrong))}"


@each(RULE_FILES)
def test_rules_import_numpy_and_their_kit_only(path):
    assert set(imported(path)) <= {"numpy", "jiuzhu_sim.rules.kit"}


def test_the_kit_imports_columns_only():
    assert set(own_layers(PACKAGE / "rules" / "kit.py")) == {"columns"}


@each(RULE_FILES)
def test_rules_hold_no_numbers(path):
    """The law's numbers are parameters; 0 and 1 are arithmetic."""
    found = [
        (node.lineno, node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in (0, 1)
    ]
    assert found == []


@each(RULE_FILES)
def test_rules_do_not_loop(path):
    loops = (ast.For, ast.While, ast.comprehension)
    assert [node for node in ast.walk(tree(path)) if isinstance(node, loops)] == []


@pytest.mark.parametrize("folder", ["jiuzhu_sim", "tests", "benchmarks", "docs", "."])
def test_files_are_short(folder):
    files = (ROOT / folder).glob("*.py") if folder == "." else (ROOT / folder).rglob("*.py")
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LINES_MAX} == {}


@each([path for path in SOURCES if layer(path) != "cli"])
def test_only_the_command_line_prints(path):
    assert facts(path)[1] == []


@each(SOURCES)
def test_a_module_says_what_it_is_for(path):
    doc = facts(path)[2]
    assert doc
    assert doc[0].isupper() or doc.startswith(("jiuzhu_sim", "`"))


# --- the public surface --------------------------------------------------------------------
@pytest.mark.parametrize("name", jiuzhu_sim.__all__)
def test_public_names_exist_and_show_an_example(name):
    doc = getattr(jiuzhu_sim, name).__doc__ or ""
    assert doc.strip(), f"{name} has no docstring"
    assert ">>> " in doc, f"the docstring of {name} has no example"


def unstated(thing):
    """The parameters of a function or class that its docstring does not name, as `name`."""
    doc = inspect.getdoc(thing) or ""
    return [name for name in inspect.signature(thing).parameters if f"`{name}`" not in doc]


@pytest.mark.parametrize("name", jiuzhu_sim.__all__)
def test_public_names_state_their_arguments(name):
    assert unstated(getattr(jiuzhu_sim, name)) == []


def test_an_argument_left_unstated_is_seen():
    def half(told, untold, *, also_untold=1):
        """Takes `told`, and untold."""

    assert unstated(half) == ["untold", "also_untold"]


def test_the_public_surface_is_sorted_and_small():
    names = jiuzhu_sim.__all__
    assert sorted(set(names)) == list(names)
    assert len(names) <= 40


def test_an_unknown_public_name_is_refused():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = jiuzhu_sim.no_such_name


# --- notebooks -----------------------------------------------------------------------------
def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source(cell):
    """A cell's lines, those for IPython itself (%, !) left out."""
    lines = "".join(cell["source"]).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def test_there_are_notebooks():
    assert NOTEBOOKS


@each(NOTEBOOKS)
def test_notebooks_are_kept_without_outputs(path):
    assert [c for c in code_cells(path) if c["outputs"] or c["execution_count"] is not None] == []


@each(NOTEBOOKS)
def test_notebooks_define_nothing(path):
    """What they do lives in the package."""
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    nodes = [node for cell in code_cells(path) for node in ast.walk(ast.parse(source(cell)))]
    assert [ast.unparse(node) for node in nodes if isinstance(node, defining)] == []


@each(NOTEBOOKS)
def test_cells_are_short(path):
    """But for the parameters: a list of declarations, one a line, as long as there are any."""
    cells = [c for c in code_cells(path) if "parameters" not in c["metadata"].get("tags", ())]
    lengths = [len(source(cell).splitlines()) for cell in cells]
    assert max(lengths, default=0) <= CELL_LINES_MAX
