"""The mutants of a module: where each stands, what it changes, and the code that results."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from tests.mutation.operators import TEXTS, variants

AROUND = 24
"""Characters shown before and after what a mutant changes."""

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """One fault: ``was`` becomes ``now`` in a function (or at the module's own level)."""

    module: str
    function: str
    line: int
    operator: str
    was: str
    now: str
    number: int
    in_body: bool
    place: tuple[Any, ...] = field(repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What names it as long as the code around it stays: no line number."""
        return self.module, self.function, self.was, self.now, self.number


class Source:
    """A module's text with its mutants, and the compiled code of any of them.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "toy.py"
    >>> _ = file.write_text("def double(x):\\n    return 2 * x\\n")
    >>> [f"{m.was} -> {m.now}" for m in Source(file, "toy").mutants if m.operator == "operator"]
    ['return 2 * x -> return 2 / x']
    """

    def __init__(self, path: Path, module: str) -> None:
        self.path, self.module = path, module
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.code = compile(self.tree, str(path), "exec", dont_inherit=True)
        self.mutants = list(self._mutants())

    def mutated(self, mutant: Mutant) -> CodeType:
        """The module's code with this fault in it; the tree is as before when it returns."""
        parent, name, index, new, _ = mutant.place
        put = new if new is not None else ast.Pass()
        old = _swap(parent, name, index, put)
        try:
            ast.copy_location(put, old)
            ast.fix_missing_locations(self.tree)
            return compile(self.tree, str(self.path), "exec", dont_inherit=True)
        finally:
            _swap(parent, name, index, old)

    def _mutants(self) -> Iterator[Mutant]:
        seen: Counter[tuple[str, str, str]] = Counter()
        for parent, name, index, node, statement, function, in_body in _walk(self.tree):
            before = _head(statement)
            for operator, new in variants(node):
                put = new if new is not None else ast.Pass()
                _swap(parent, name, index, put)
                after = "pass" if node is statement and new is None else _head(statement)
                if node is statement and new is not None:
                    after = _head(new)
                _swap(parent, name, index, node)
                was, now = _difference(before, after)
                if was == now:
                    continue
                seen[function, was, now] += 1
                yield Mutant(
                    self.module,
                    function,
                    getattr(node, "lineno", getattr(statement, "lineno", 0)),
                    operator,
                    was,
                    now,
                    seen[function, was, now],
                    in_body,
                    (parent, name, index, new, node),
                )


def _walk(tree: ast.Module) -> Iterator[tuple[Any, ...]]:
    """Every node that may be wrong: where it hangs, its statement, its function."""
    stack: list[tuple[Any, ...]] = [(tree, None, "<module>", False)]
    while stack:
        node, statement, function, in_body = stack.pop()
        found = []
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_params", "names"):
                continue
            items = value if isinstance(value, list) else [value]
            for index, child in enumerate(items):
                if not isinstance(child, ast.AST) or _is_text(child):
                    continue
                own = child if isinstance(child, ast.stmt) else statement
                inside = in_body or (isinstance(node, SCOPES) and name == "body")
                at = f"{function}.{child.name}" if _is_named(child) else function
                at = at.removeprefix("<module>.")
                place = index if isinstance(value, list) else None
                found.append((node, name, place, child, own, at, inside))
        yield from found
        stack += [(child, own, at, inside) for *_, child, own, at, inside in reversed(found)]


def _is_named(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _is_text(node: ast.AST) -> bool:
    """Docstrings, citations and words for people, type aliases, `__all__`, parts of f-strings."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.keyword):
        return node.arg in TEXTS
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    return isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr)


def _swap(parent: ast.AST, name: str, index: int | None, new: ast.AST) -> Any:
    """Put a node into its parent's field; returns the one that stood there."""
    if index is None:
        old = getattr(parent, name)
        setattr(parent, name, new)
        return old
    items = getattr(parent, name)
    old, items[index] = items[index], new
    return old


def _head(statement: Any) -> str:
    """A statement as one line; of a compound one only what stands before its body."""
    if not isinstance(statement, ast.stmt):
        return ast.unparse(statement) if isinstance(statement, ast.AST) else ""
    bodies = {name: [] for name in ("body", "orelse", "finalbody", "handlers")}
    kept = {name: getattr(statement, name) for name in bodies if hasattr(statement, name)}
    try:
        for name in kept:
            setattr(statement, name, [ast.Pass()] if name == "body" else [])
        return " ".join(ast.unparse(statement).split())
    finally:
        for name, value in kept.items():
            setattr(statement, name, value)


def _difference(before: str, after: str) -> tuple[str, str]:
    """What differs, with a little around it."""
    if before == after:
        return before, after
    start = next(
        (i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    left, right = max(start - AROUND, 0), max(end - AROUND, 0)
    return before[left : len(before) - right], after[left : len(after) - right]
