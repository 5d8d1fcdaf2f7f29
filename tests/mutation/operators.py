"""What may be wrong in a line of code: every small fault the campaign puts into a module."""

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

SWAPPED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
COMPARED: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""Each comparison with its bound moved, and turned round."""

NAMED = {
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "any": "all",
    "all": "any",
    "ceil": "floor",
    "floor": "ceil",
    "sum": "max",
    "logical_and": "logical_or",
    "logical_or": "logical_and",
    "below": "at_most",
    "at_most": "below",
    "left": "right",
    "right": "left",
}
"""Functions and words taken for their opposite."""

SAME_SWAPPED = {"maximum", "minimum", "max", "min", "logical_and", "logical_or", "isclose"}
"""Functions that don't mind the order of their arguments."""

TEXTS = {"clause", "notes", "title", "caption"}
"""Arguments that are words for people or citations; other tests look after those."""

Variant = tuple[str, ast.AST | None]
"""The operator's name and what stands there instead; None drops a statement."""


def variants(node: ast.AST) -> Iterator[Variant]:
    """Every small fault of one node; the node itself is left as it is.

    >>> tree = ast.parse("a <= 1", mode="eval").body
    >>> [(kind, ast.unparse(new)) for kind, new in variants(tree)]
    [('compare', 'a < 1'), ('compare', 'a > 1')]
    """
    for kind in (ast.Compare, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.Call):
        if isinstance(node, kind):
            yield from EXPRESSIONS[kind](node)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield "filter", _with(node, ifs=node.ifs[:place] + node.ifs[place + 1 :])
    if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
        name = "attr" if isinstance(node, ast.Attribute) else "id"
        if other := NAMED.get(getattr(node, name)):
            yield "name", _with(node, **{name: other})
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return", _with(node, value=ast.Constant(None))
    if isinstance(node, ast.AugAssign):
        yield "operator", _with(node, op=SWAPPED[type(node.op)]())
    if isinstance(node, ast.AugAssign | ast.Raise | ast.Continue | ast.Break):
        yield "drop", None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "drop", None
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple):
        yield "drop", None  # of an element or attribute; a name dropped is a NameError


def _compare(node: ast.Compare) -> Iterator[Variant]:
    for place, op in enumerate(node.ops):
        for other in COMPARED[type(op)]:
            yield "compare", _with(node, ops=_replaced(node.ops, place, other()))


def _binary(node: ast.BinOp) -> Iterator[Variant]:
    yield "operator", _with(node, op=SWAPPED[type(node.op)]())


def _boolean(node: ast.BoolOp) -> Iterator[Variant]:
    yield "boolean", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for place in range(len(node.values)):
        left = node.values[:place] + node.values[place + 1 :]
        yield "boolean", left[0] if len(left) == 1 else _with(node, values=left)


def _unary(node: ast.UnaryOp) -> Iterator[Variant]:
    yield "unary", node.operand


def _constant(node: ast.Constant) -> Iterator[Variant]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", _with(node, value=not value)
    elif isinstance(value, int | float):
        yield "constant", _with(node, value=value + 1)
        if value not in (0, -1):
            yield "constant", _with(node, value=0 if value == 1 else value - 1)
    elif isinstance(value, str):
        yield "text", _with(node, value=NAMED.get(value, f"{value}_"))


def _call(node: ast.Call) -> Iterator[Variant]:
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    has_star = any(isinstance(arg, ast.Starred) for arg in node.args)
    if not has_star and called not in SAME_SWAPPED:
        for place in range(len(node.args) - 1):
            if ast.dump(node.args[place]) != ast.dump(node.args[place + 1]):
                swapped = list(node.args)
                swapped[place : place + 2] = reversed(swapped[place : place + 2])
                yield "swap", _with(node, args=swapped)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg not in TEXTS:
            yield "argument", _with(node, keywords=_without(node.keywords, place))


EXPRESSIONS: dict[type, Callable[[Any], Iterator[Variant]]] = {
    ast.Compare: _compare,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.Call: _call,
}


def _with(node: Any, **fields: Any) -> Any:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _replaced(items: list[Any], place: int, item: Any) -> list[Any]:
    return [*items[:place], item, *items[place + 1 :]]


def _without(items: list[Any], place: int) -> list[Any]:
    return items[:place] + items[place + 1 :]


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
