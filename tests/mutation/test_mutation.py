"""The tool that puts faults into the package: which faults, where, and that they take effect."""

import ast
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.explained import explained
from tests.mutation.mutants import Source
from tests.mutation.operators import variants
from tests.mutation.swap import live_functions, swap_bodies, swap_module

ROOT = Path(__file__).parents[2]
TOY = '''"""A module to put faults into."""

LIMIT = 10
"""Not a mutant: a docstring."""


def above(x, limit=LIMIT):
    """Whether x lies above."""
    if x > limit:
        return True
    return False


class Box:
    size = 2

    def grown(self, by: int = 1):
        return self.size + by
'''


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a <= b", {"a < b", "a > b"}),
        ("a == b", {"a != b"}),
        ("a + b * c", {"a - b * c", "a + b / c"}),
        ("a & ~b", {"a | ~b", "a & b"}),
        ("a and b", {"a or b", "a", "b"}),
        ("7", {"8", "6"}),
        ("1", {"2", "0"}),
        ("0", {"1"}),
        ("True", {"False"}),
        ("np.maximum(a, b)", {"np.minimum(a, b)"}),
        ("np.where(a, b, c)", {"np.where(b, a, c)", "np.where(a, c, b)"}),
        ("f(x, key=k)", {"f(x)"}),
        ("a if b else c", {"a if not b else c"}),
        ("[x for x in y if x]", {"[x for x in y]"}),
    ],
)
def test_faults_of_an_expression(code, expected):
    tree = ast.parse(code, mode="eval")
    found = set()
    for node in ast.walk(tree):
        for _, new in variants(node):
            found.add(ast.unparse(Replaced(node, new).visit(ast.parse(code, mode="eval"))))
    assert found == expected
    assert ast.unparse(tree) == code


class Replaced(ast.NodeTransformer):
    """The tree with a fault where the node stands."""

    def __init__(self, node, new):
        self.text, self.kind, self.new = ast.dump(node), type(node), new

    def generic_visit(self, node):
        super().generic_visit(node)
        return self.new if ast.dump(node) == self.text else node

    visit = generic_visit


@pytest.fixture
def toy(tmp_path):
    path = tmp_path / "toy_module.py"
    path.write_text(TOY, encoding="utf-8")
    source = Source(path, "toy_module")
    module = ModuleType("toy_module")
    module.__file__ = str(path)
    sys.modules["toy_module"] = module
    exec(source.code, vars(module))
    yield source, module
    del sys.modules["toy_module"]


def find(source, was, now):
    (mutant,) = (m for m in source.mutants if (m.was, m.now) == (was, now))
    return mutant


def test_mutants_of_a_module(toy):
    source, _ = toy
    assert {(m.function, m.was, m.now) for m in source.mutants} >= {
        ("<module>", "LIMIT = 10", "LIMIT = 11"),
        ("above", "if x > limit: pass", "if x >= limit: pass"),
        ("above", "return True", "return None"),
        ("Box.grown", "return self.size + by", "return self.size - by"),
    }
    assert not any("docstring" in m.was for m in source.mutants)
    assert len({m.key for m in source.mutants}) == len(source.mutants)


def test_a_fault_in_a_body_takes_effect_wherever_the_function_is_held(toy):
    source, module = toy
    held = [module.above]
    mutant = find(source, "if x > limit: pass", "if x >= limit: pass")
    assert mutant.in_body
    swap_bodies(source.mutated(mutant), live_functions({str(source.path)}))
    assert held[0](10)


def test_a_fault_at_the_modules_own_level_takes_effect(toy):
    source, module = toy
    box = module.Box()
    swap_module(module, source.mutated(find(source, "size = 2", "size = 3")))
    assert (box.size, box.grown()) == (3, 4)
    swap_module(module, source.mutated(find(source, "LIMIT = 10", "LIMIT = 11")))
    assert module.LIMIT == 11
    assert not module.above(11)


def test_the_source_is_as_before(toy):
    source, _ = toy
    before = ast.dump(source.tree)
    for mutant in source.mutants:
        assert source.mutated(mutant) != source.code
    assert ast.dump(source.tree) == before


def test_what_is_explained_stands_in_the_code():
    """A reason for a mutant that is no longer there is taken out, or the mutant looked at anew."""
    known = explained()
    modules = sorted({key[0] for key in known})
    there = set()
    for module in modules:
        path = ROOT / (module.replace(".", "/") + ".py")
        there |= {mutant.key for mutant in Source(path, module).mutants}
    assert known.keys() - there == set()
    assert all(len(why) > 10 for why in known.values())
