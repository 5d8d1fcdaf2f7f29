"""What a file of rules may use besides NumPy: the decorator, the codes, the tolerant comparisons.

A rule is an ordinary NumPy function. Its argument names are its inputs: columns, other rules,
parameters (`dibao.standard.rural` is the argument `dibao_standard_rural`) and `members`, the
persons of each household (see `Members`). Values of a higher level are spread to persons by the
engine; values of persons are gathered only by a rule that says how, through `members`.
"""

import datetime
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType, SimpleNamespace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes as code_numbers
from jiuzhu_sim.columns import columns

__all__ = [
    "MONTHS",
    "QUARTER",
    "Members",
    "Rule",
    "at_most",
    "below",
    "codes",
    "collect",
    "combined",
    "round_money",
    "rule",
]

MONTHS = 12
"""Months in a year."""

QUARTER = 3
"""Months in a quarter."""

HALF_FEN = 0.005 - 1e-6
"""Amounts up to this many yuan are nothing (EC.8); a float's last bit lies far below it."""

FEN = 100
"""Fen in a yuan."""

HALF_UP = 0.5 + 1e-7
"""Added before cutting to whole fen: a half that a float holds a bit too low still goes up."""

SUFFIXES = {"person": ("",), "household": ("_hh",)}
FLOWS = {
    "yuan/month": "_m",
    "yuan/person-month": "_m",
    "yuan/year": "_y",
    "yuan/person-year": "_y",
}


def codes(name: str) -> SimpleNamespace:
    """The codes of a column by name, in the type they are stored in, so that choosing stays small.

    >>> int(codes("area").rural)
    1
    """
    return SimpleNamespace(**{code: np.int8(k) for code, k in vars(code_numbers(name)).items()})


class Members(Protocol):
    """The persons of each household, as a rule sees them. Arrays in are one value a person."""

    def number(self) -> NDArray[np.int64]: ...
    def sum(self, values: NDArray[Any], among: NDArray[np.bool_] | None = None) -> NDArray[Any]: ...
    def count(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]: ...
    def any(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]: ...


def below(value: Any, limit: Any) -> Any:
    """Whether `value` lies below `limit` by at least half a fen.

    >>> bool(below(779.99, 780.0)), bool(below(0.1 + 0.2, 0.3)), bool(below(780.0, 780.0))
    (True, False, False)
    """
    return limit - value > HALF_FEN


def at_most(value: Any, limit: Any) -> Any:
    """Whether `value` does not exceed `limit`; less than half a fen above it is not above.

    >>> bool(at_most(0.1 + 0.2, 0.3)), bool(at_most(0.31, 0.3))
    (True, False)
    """
    return value - limit <= HALF_FEN


def ceil_yuan(amount: Any) -> Any:
    """Up to whole yuan; less than half a fen above a yuan does not make another one.

    >>> float(ceil_yuan(1.004)), float(ceil_yuan(1.005)), float(ceil_yuan(0.0))
    (1.0, 2.0, 0.0)
    """
    return np.ceil(amount - HALF_FEN) + 0.0  # turns the -0.0 that ceil gives for nothing into 0.0


def to_fen(amount: Any) -> Any:
    """To the nearest fen, half a fen up.

    >>> float(to_fen(1.005)), float(to_fen(-0.0))
    (1.01, 0.0)
    """
    return np.floor(amount * FEN + HALF_UP) / FEN


def combined(flags: tuple[Any, ...], amounts: tuple[float, ...], how: str) -> Any:
    """For each row the amounts of its flags together: the ``highest`` of them, or all ``stacked``.

    Looked up in a table of all combinations, which is far quicker than choosing flag by flag.

    >>> flags = np.array([True, True, False]), np.array([False, True, False])
    >>> combined(flags, (0.1, 0.3), "highest").tolist()
    [0.1, 0.3, 0.0]
    """
    table, kind = np.zeros(1), np.zeros(1, np.uint8)
    for number, (flag, amount) in enumerate(zip(flags, amounts, strict=True)):
        raised = np.maximum(table, amount) if how == "highest" else table + amount
        table = np.concatenate([table, raised])
        kind = kind + flag.view(np.uint8) * np.uint8(1 << number)
    return table[kind.astype(np.intp)]


ROUNDINGS: Mapping[str, Callable[[Any], Any]] = {"ceil_yuan": ceil_yuan, "fen": to_fen}


def round_money(amount: Any, how: str) -> Any:
    """An amount of money rounded by the rounding of this name (`ROUNDINGS`)."""
    return ROUNDINGS[how](amount)


@dataclass(frozen=True)
class Rule:
    """A rule of the law: a function, where it comes from and when it is in force.

    `round` names a rounding, or a parameter whose value names one; the engine rounds the
    result once with it. `clauses` are the clause ids of every document the rule implements.

    `when` is the parameter that switches the rule on: any value but no, 0, ``none`` and no limit
    (infinity), or the choice after ``=`` (``"unit_rule=legal"``). Switched off, its result is
    `otherwise` everywhere (for a code, the code's name), and nothing it reads is needed.
    """

    name: str
    function: Callable[..., Any]
    level: str
    unit: str
    clauses: tuple[str, ...]
    since: datetime.date
    until: datetime.date
    round: str | None
    arguments: tuple[str, ...]
    when: str
    otherwise: Any

    @property
    def programme(self) -> str:
        """The file of rules it stands in: ``income``, ``tekun``, …"""
        return self.function.__module__.rpartition(".")[2]

    @cached_property
    def switch(self) -> str:
        """The parameter that switches the rule on, or nothing."""
        return self.when.partition("=")[0]

    def applies(self, parameters: Mapping[str, Any]) -> bool:
        """Whether these parameter values (by argument name) switch the rule on."""
        if not self.switch:
            return True
        value, wanted = parameters[self.switch], self.when.partition("=")[2]
        return value == wanted if wanted else value not in (False, 0, "none", np.inf)

    @property
    def constant(self) -> Any:
        """The result where the rule is switched off, as it is stored."""
        names = columns()[self.name].codes
        return list(names).index(self.otherwise) if names else self.otherwise

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def in_force(self, at: datetime.date) -> bool:
        return self.since <= at <= self.until

    @property
    def summary(self) -> str:
        """First line of the rule's docstring."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]


def _check(made: Rule) -> None:
    """Refuse a rule whose name, level or unit disagree with the dictionary (at import)."""
    entry = columns().get(made.name)
    if entry is None:
        raise TypeError(f"rule {made.name}: not in the dictionary")
    if (entry.level, entry.unit, entry.kind) != (made.level, made.unit, "result"):
        raise TypeError(
            f"rule {made.name}: level/unit {made.level}/{made.unit!r} differ from the dictionary"
        )
    if not made.name.endswith(SUFFIXES[made.level]):
        raise TypeError(f"rule {made.name}: a {made.level} rule ends in {SUFFIXES[made.level]}")
    stem = made.name.removesuffix("_hh")
    if made.unit in FLOWS and not stem.endswith(FLOWS[made.unit]):
        raise TypeError(f"rule {made.name}: {made.unit} needs the suffix {FLOWS[made.unit]}")
    if made.name.startswith(("is_", "has_")) != (entry.dtype == "bool"):
        raise TypeError(f"rule {made.name}: is_/has_ are for booleans, and only for them")
    if not made.clauses:
        raise TypeError(f"rule {made.name}: cites no clause")
    if entry.codes and made.when and made.otherwise not in entry.codes:
        raise TypeError(f"rule {made.name}: `otherwise` must name one of its codes")
    if entry.dtype == "bool" and made.when and not isinstance(made.otherwise, bool):
        raise TypeError(f"rule {made.name}: `otherwise` must be True or False")
    if made.level == "person" and "members" in made.arguments:
        raise TypeError(f"rule {made.name}: a person rule cannot gather over members")


def rule(
    *,
    level: str,
    unit: str = "",
    clause: str | tuple[str, ...],
    since: str = "1900-01-01",
    until: str = "9999-12-31",
    round: str | None = None,
    when: str = "",
    otherwise: Any = 0,
) -> Callable[[Callable[..., Any]], Rule]:
    """Declare a function as a rule of the law; checked against the dictionary at import. Examples
    in its docstring are tested with those of the package (doctest looks into `__test__`).

    Raises TypeError, naming the rule, when name, level, unit or clause do not fit.
    """

    def wrap(function: Callable[..., Any]) -> Rule:
        made = Rule(
            name=function.__name__,
            function=function,
            level=level,
            unit=unit,
            clauses=(clause,) if isinstance(clause, str) else clause,
            since=datetime.date.fromisoformat(since),
            until=datetime.date.fromisoformat(until),
            round=round,
            arguments=tuple(inspect.signature(function).parameters),
            when=when,
            otherwise=otherwise,
        )
        _check(made)
        object.__setattr__(made, "__doc__", function.__doc__)
        function.__globals__.setdefault("__test__", {})[f"{made.name} {since}"] = function
        return made

    return wrap


def collect(*modules: ModuleType) -> tuple[Rule, ...]:
    """The rules of some modules, in the order written; two versions may not overlap in time."""
    found = [item for module in modules for item in vars(module).values() if isinstance(item, Rule)]
    for i, first in enumerate(found):
        for second in found[i + 1 :]:
            overlap = first.since <= second.until and second.since <= first.until
            if first.name == second.name and overlap:
                raise TypeError(f"rule {first.name}: two versions in force at once")
    return tuple(found)
