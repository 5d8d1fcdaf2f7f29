"""A rule's code put into words: names become labels, NumPy becomes 取大, 若…则…, 任一成员.

What is not known here stays as it is written in the code.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from jiuzhu_sim.columns import columns
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.law import Declaration, declarations
from jiuzhu_sim.report.lettering import text_width
from jiuzhu_sim.rules import Rule

Line = tuple[int, str]
"""A line and how far it is set in."""

Mark = Callable[[str, str, str], str]
"""How a word is shown: its kind (``name``, ``value`` or ``step``), its name, its label."""

ARITHMETIC = {
    ast.Add: ("add", 5),
    ast.Sub: ("sub", 5),
    ast.Mult: ("mult", 6),
    ast.Div: ("div", 6),
    ast.Mod: ("mod", 6),
}
"""Key of the sentence, and how strongly the sign binds."""

COMPARED = {
    ast.Eq: "eq",
    ast.NotEq: "noteq",
    ast.Lt: "lt",
    ast.LtE: "lte",
    ast.Gt: "gt",
    ast.GtE: "gte",
}
OR, AND, NOT, COMPARE, ATOM = 1, 2, 3, 4, 9
SHORT = 72
"""Columns up to which two cases stand on one line."""

CALLS = {
    "np.maximum": ("maximum", ATOM),
    "np.minimum": ("minimum", ATOM),
    "np.floor": ("floor", ATOM),
    "np.ceil": ("ceil", ATOM),
    "np.isinf": ("isinf", COMPARE),
    "np.isfinite": ("isfinite", COMPARE),
    "below": ("below", COMPARE),
    "at_most": ("at_most", COMPARE),
    "combined": ("combined", ATOM),
    "members.sum": ("sum", ATOM),
    "members.count": ("count", ATOM),
    "members.any": ("any", ATOM),
    "members.number": ("number", ATOM),
}


def formula(rule: Rule, mark: Mark | None = None) -> tuple[Line, ...]:
    """What a rule computes, line by line, in the language in use.

    `mark` says how names, values and steps in between are shown; by default they are quoted.

    >>> from jiuzhu_sim.rules.benefit import gap_m_hh
    >>> formula(gap_m_hh)
    ((0, '结果＝取大（「家庭保障额」－「家庭计入收入」，0）'),)
    """
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(rule.function))).body
    assert isinstance(function, ast.FunctionDef)
    return tuple(_Reader(rule, mark or quoted).block(function.body, 0))


def quoted(kind: str, name: str, label: str) -> str:
    """A word in the quotation marks of its kind."""
    return text(f"formula.{kind}", label=label)


def label_of(name: str) -> str:
    """The label of a column or of a parameter by its argument name; the name if neither."""
    if name in columns():
        return columns()[name].title
    return _parameters()[name].title if name in _parameters() else name


@cache
def _parameters() -> Mapping[str, Declaration]:
    """Every declared parameter by its name as an argument."""
    return {entry.argument: entry for entry in declarations().values()}


@cache
def _codes_of(module: ModuleType) -> Mapping[str, str]:
    """The column behind each ``LAYER = codes("layer_hh")`` of a file of rules."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call, (target, *_) = node.value, node.targets
            if ast.unparse(call.func) == "codes" and isinstance(target, ast.Name):
                found[target.id] = ast.literal_eval(call.args[0])
    return found


class _Reader:
    """Reads the body of one rule."""

    def __init__(self, rule: Rule, mark: Mark):
        self.rule, self.mark = rule, mark
        self.codes = _codes_of(inspect.getmodule(rule.function) or inspect)
        self.steps: dict[str, str] = {}

    # --- lines -----------------------------------------------------------------------------
    def block(self, body: list[ast.stmt], depth: int) -> list[Line]:
        """The lines of some statements; what follows a branch that returns is its "else"."""
        lines: list[Line] = []
        for number, node in enumerate(body):
            if isinstance(node, ast.If):
                rest = node.orelse
                if not rest and isinstance(node.body[-1], ast.Return):
                    rest = body[number + 1 :]
                lines += self.branches(node, rest, depth, "when")
                if rest is not node.orelse:
                    break
            elif isinstance(node, ast.Return) and node.value:
                lines += self.assigned(text("formula.result"), node.value, depth)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                lines += self.step(node.targets[0].id, node.value, depth)
            elif not _is_docstring(node):
                lines += [(depth, line) for line in ast.unparse(node).split("\n")]
        return lines

    def branches(self, node: ast.If, rest: list[ast.stmt], depth: int, key: str) -> list[Line]:
        lines = [(depth, text(f"formula.{key}", condition=self.truth(node.test)))]
        lines += self.block(node.body, depth + 1)
        if rest and isinstance(rest[0], ast.If):
            returns = isinstance(rest[0].body[-1], ast.Return) and not rest[0].orelse
            if returns or len(rest) == 1:
                after = rest[1:] if returns else rest[0].orelse
                return lines + self.branches(rest[0], after, depth, "else_when")
        if rest:
            lines.append((depth, text("formula.else")))
            lines += self.block(rest, depth + 1)
        return lines

    def step(self, name: str, value: ast.expr, depth: int) -> list[Line]:
        """A value in between; one that is replaced only in some cases is said to be replaced."""
        cases = self.cases(value)
        known = name in self.steps
        condition, wanted = cases[0]
        if known and condition and len(cases) == 2 and _is_name(cases[1][1], name):
            said = {"condition": self.truth(condition), "name": self.name(name)}
            return [(depth, text("formula.replaced", value=self.say(wanted, OR), **said))]
        lines = self.assigned("\0", value, depth)  # the value may use the step's old content
        self.steps.setdefault(name, self._step_word(name))
        return [(deep, line.replace("\0", self.name(name))) for deep, line in lines]

    def _step_word(self, name: str) -> str:
        words = text("formula.steps")
        number = len(self.steps)
        return words[number] if number < len(words) else name.replace("_", " ")

    def assigned(self, name: str, value: ast.expr, depth: int) -> list[Line]:
        """``name = value``; where it depends on conditions, a line for each case."""
        cases, whole = self.cases(value), text("formula.is", name=name, value=self.say(value))
        if len(cases) == 1 or (len(cases) == 2 and text_width(whole) <= SHORT):
            return [(depth, whole)]
        lines = [(depth, text("formula.cases", name=name))]
        for number, (condition, wanted) in enumerate(cases):
            key = "formula.case" if number == 0 else "formula.next_case"
            if condition is None:
                lines.append((depth + 1, text("formula.other_case", value=self.say(wanted))))
            else:
                said = {"condition": self.truth(condition), "value": self.say(wanted)}
                lines.append((depth + 1, text(key, **said)))
        return lines

    def cases(self, node: ast.expr) -> list[tuple[ast.expr | None, ast.expr]]:
        """The cases of ``np.where``, ``np.select`` or ``a if b else c``, the last without one."""
        if isinstance(node, ast.IfExp):
            return [(node.test, node.body), *self.cases(node.orelse)]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.where":
            test, wanted, other = node.args
            return [(test, wanted), *self.cases(other)]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.select":
            tests, values, *rest = node.args
            if isinstance(tests, ast.List) and isinstance(values, ast.List):
                last = rest[0] if rest else ast.Constant(0)
                return [*zip(tests.elts, values.elts, strict=True), *self.cases(last)]
        return [(None, node)]

    # --- expressions -----------------------------------------------------------------------
    def say(self, node: ast.expr, least: int = 0) -> str:
        """An expression in words, in brackets if it binds less than what stands around it."""
        said, binds = self.expression(node)
        return text("formula.bracket", said=said) if binds < least else said

    def expression(self, node: ast.expr) -> tuple[str, int]:
        """Words and how strongly they bind."""
        if len(cases := self.cases(node)) > 1:
            (condition, wanted), *others = cases
            said = self.say(self.joined(others), 0)
            values = {"condition": self.truth(condition or wanted), "value": self.say(wanted, OR)}
            return text("formula.if", other=said, **values), 0
        match node:
            case ast.Name(id=name):
                return self.name(name), ATOM
            case ast.Constant(value=value):
                return self.constant(value), ATOM
            case ast.Attribute(value=ast.Name(id=group), attr=attr) if group in self.codes:
                label = pick((columns()[self.codes[group]].codes or {})[attr])
                return self.mark("value", attr, label), ATOM
            case ast.BinOp(op=ast.BitOr() | ast.BitAnd()) | ast.BoolOp():
                return self.conditions(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                key, binds = ARITHMETIC[type(op)]
                after = binds if key in ("add", "mult") else binds + 1
                parts = {"a": self.say(left, binds), "b": self.say(right, after)}
                return text(f"formula.{key}", **parts), binds
            case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
                return self.denied(operand), NOT
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                said = text("formula.comma").join(self.say(each) for each in elements)
                return text("formula.bracket", said=said), ATOM
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(left, op, right), COMPARE
            case ast.Call():
                return self.call(node)
        return self.code(node), ATOM

    def joined(self, cases: Iterable[tuple[ast.expr | None, ast.expr]]) -> ast.expr:
        """Cases as one expression again."""
        (condition, wanted), *others = cases
        return ast.IfExp(condition, wanted, self.joined(others)) if condition else wanted

    def name(self, name: str) -> str:
        if name in self.steps:
            return self.mark("step", name, self.steps[name])
        if name in self.rule.arguments:
            return self.mark("name", name, label_of(name))
        return self.constant(self.rule.function.__globals__.get(name, name))

    def constant(self, value: Any) -> str:
        if isinstance(value, bool):
            return text("word.yes" if value else "word.no")
        return f"{value:g}" if isinstance(value, int | float) else str(value)

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        """A comparison; codes and choices are said by their labels."""
        declared = _parameters().get(left.id) if isinstance(left, ast.Name) else None
        options = right.elts if isinstance(right, ast.Tuple | ast.List) else [right]
        labels = [
            self.mark("value", str(node.value), pick(declared.choices[str(node.value)]))
            for node in options
            if declared and declared.choices and isinstance(node, ast.Constant)
        ]
        is_code = isinstance(right, ast.Attribute)
        if labels or (is_code and isinstance(op, ast.Eq | ast.NotEq)):
            said = text("formula.alternatives").join(labels) or self.say(right)
            key = "is_not" if isinstance(op, ast.NotEq | ast.NotIn) else "is_one"
            return text(f"formula.{key}", a=self.say(left, COMPARE + 1), b=said)
        if type(op) not in COMPARED:
            return self.code(ast.Compare(left, [op], [right]))
        parts = {"a": self.say(left, COMPARE + 1), "b": self.say(right, COMPARE + 1)}
        return text(f"formula.{COMPARED[type(op)]}", **parts)

    def conditions(self, node: ast.expr) -> tuple[str, int]:
        """Conditions joined by "and" or by "or"; those of the other kind stand in brackets."""
        is_or = _joint(node) == "or"
        said = [self.truth(part, NOT) for part in _operands(node, "or" if is_or else "and")]
        return text(f"formula.{'or' if is_or else 'and'}").join(said), OR if is_or else AND

    def truth(self, node: ast.expr, least: int = 0) -> str:
        """A condition; a number stands for "is not 0"."""
        if self.is_number(node):
            return text("formula.not_zero", a=self.say(node))
        return self.say(node, least)

    def denied(self, node: ast.expr) -> str:
        if self.is_number(node):
            return text("formula.zero", a=self.say(node))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "members.any":
            return text("formula.none", items=self.say(node.args[0]))
        return text("formula.not", a=self.say(node, ATOM))

    def is_number(self, node: ast.expr) -> bool:
        declared = _parameters().get(node.id) if isinstance(node, ast.Name) else None
        return declared is not None and declared.type in ("number", "integer")

    def call(self, node: ast.Call) -> tuple[str, int]:
        """A call of NumPy, of the kit or of `members`."""
        function = ast.unparse(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if function in ("np.zeros", "np.ones"):
            value: Any = function == "np.ones"
            return self.constant(value if len(arguments) > 1 else int(value)), ATOM
        if function == "np.full":
            return self.expression(arguments[1])
        if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            return self.expression(node.func.value)
        if function not in CALLS:
            return self.code(node), ATOM
        key, binds = CALLS[function]
        if key in ("maximum", "minimum"):
            arguments = _flat(arguments, function)
        said = [self.say(each, COMPARE + 1 if binds == COMPARE else 0) for each in arguments]
        key += "_among" if key == "sum" and len(said) > 1 else ""
        values = dict(zip(("a", "b", "how"), said, strict=False))
        return text(f"formula.{key}", items=text("formula.comma").join(said), **values), binds

    def code(self, node: ast.expr) -> str:
        """Plain code, its names replaced by labels where they are whole expressions."""
        if ast.unparse(node) == "np.inf":
            return text("formula.inf")
        if isinstance(node, ast.Call):
            inner = text("formula.comma").join(self.say(each) for each in node.args)
            return f"{ast.unparse(node.func)}({inner})"
        return ast.unparse(node)


def _flat(arguments: list[ast.expr], function: str) -> list[ast.expr]:
    """The largest of a and the largest of b and c is the largest of all three."""
    found = []
    for each in arguments:
        same = isinstance(each, ast.Call) and ast.unparse(each.func) == function
        found += _flat(each.args, function) if same and isinstance(each, ast.Call) else [each]
    return found


def _joint(node: ast.expr) -> str:
    """Whether a node joins conditions, and how."""
    match node:
        case ast.BinOp(op=ast.BitOr()) | ast.BoolOp(op=ast.Or()):
            return "or"
        case ast.BinOp(op=ast.BitAnd()) | ast.BoolOp(op=ast.And()):
            return "and"
    return ""


def _operands(node: ast.expr, joint: str) -> list[ast.expr]:
    """The conditions joined one after the other."""
    match node if _joint(node) == joint else None:
        case ast.BinOp(left=left, right=right):
            return [*_operands(left, joint), *_operands(right, joint)]
        case ast.BoolOp(values=values):
            return [each for value in values for each in _operands(value, joint)]
    return [node]


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
