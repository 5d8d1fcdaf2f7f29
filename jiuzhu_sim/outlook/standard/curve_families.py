"""The households of one area under any standards, each under its own: the rules, run on pairs.

What the standard does not reach is computed once by the engine. The few rules it does reach run
again on pairs of a household and a standard; they are the rules of the law themselves, so that
the law is written down in one place only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes, column, columns
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.outlook.standard.curve_law import STANDARD, WANTED, Moved
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import round_money

OWN = ("counted_income_pc_m_hh", "n_members_hh")
"""Household results that the standard never reaches, which poverty is measured on."""

Ints = NDArray[np.int64]


class Kin:
    """The persons of some households, one household behind the other, as rules see them.

    >>> kin = Kin(np.array([2, 1]))
    >>> kin.sum(np.array([10.0, 7.0, 5.0])).tolist(), kin.spread(np.array([1, 2])).tolist()
    ([17.0, 5.0], [1, 1, 2])
    """

    def __init__(self, sizes: Ints):
        self.sizes = sizes

    @cached_property
    def owner(self) -> Ints:
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def number(self) -> Ints:
        """Members of each household."""
        return self.sizes

    def sum(self, values: NDArray[Any], among: NDArray[np.bool_] | None = None) -> NDArray[Any]:
        """Sum over members, in their order; with `among`, over those flagged."""
        if among is not None and not (len(among) == 1 and among[0]):
            values = values * among
        if len(values) == 1:  # the same for everybody
            return values * self.sizes
        total = np.bincount(self.owner, values, len(self.sizes))
        return total if values.dtype.kind == "f" else total.astype(np.int64)

    def count(self, flags: NDArray[np.bool_]) -> Ints:
        """How many members are flagged."""
        return self.sum(flags.astype(np.int64))

    def any(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a member is flagged."""
        return flags if len(flags) == 1 else self.count(flags) > 0

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """A household value for each of its persons."""
        return values if len(values) == 1 else values[self.owner]


@dataclass(frozen=True)
class Families:
    """Households of an area, and what the standard does not reach of them.

    `rows` are their positions in the tables; `start` and `sizes` say where their persons lie;
    `fixed` holds a value a household of the area, or a person of all people, or a single one for
    all. `base` are the results under the policy as it is.
    """

    moved: Moved
    base: Results
    rows: Ints
    start: Ints
    sizes: Ints
    fixed: Mapping[str, NDArray[Any]]

    def own(self, name: str) -> NDArray[Any]:
        """One of `OWN`, a value a household of the area."""
        return self.fixed[name]

    def at(self, name: str, households: Ints, standard: Ints) -> NDArray[Any]:
        """A household result for pairs of a household (numbered in the area) and a standard.

        Shapes: (pairs,), (pairs,) → (pairs,).
        """
        pairs = _Pairs(self, households)
        values: dict[str, NDArray[Any]] = {STANDARD: standard.astype(np.float64)}
        for step in self.moved.leading_to(name):
            rule = step.rule
            made = rule.function(*(pairs.argument(a, rule.level, values) for a in rule.arguments))
            if step.rounding:
                made = round_money(made, step.rounding)
            values[rule.name] = np.atleast_1d(made).astype(column(rule.name).storage, copy=False)
        return np.broadcast_to(values[name], households.shape)


class _Pairs:
    """The arguments of rules for some pairs; persons are looked up only if a rule asks for them."""

    def __init__(self, families: Families, households: Ints):
        self.families, self.households = families, households

    @cached_property
    def kin(self) -> Kin:
        return Kin(self.families.sizes[self.households])

    @cached_property
    def persons(self) -> Ints:
        """Where the persons of each pair lie."""
        sizes = self.kin.sizes
        first = self.families.start[self.households] - (np.cumsum(sizes) - sizes)
        return first[self.kin.owner] + np.arange(len(self.kin.owner))

    def argument(self, name: str, level: str, values: Mapping[str, NDArray[Any]]) -> Any:
        """An argument of a rule: members, a parameter, or a column at the rule's level."""
        if name == "members":
            return self.kin
        if name in values:
            found = values[name]
        elif name in self.families.fixed:
            found = self.families.fixed[name]
            if len(found) > 1:
                is_person = column(name).level == "person"
                found = found[self.persons if is_person else self.households]
        else:
            return self.families.moved.parameters[name]
        if level == "person" and column(name).level == "household":
            return self.kin.spread(found)
        return found


def area_of(people: People, area: str) -> Ints:
    """The positions in the tables of the households of an area."""
    return np.flatnonzero(people.numbers("area") == getattr(codes("area"), area))


def families(
    people: People, policy: Policy, area: str, moved: Moved, base: Results | None
) -> Families:
    """The households of an area, with all that `moved` reads and the standard leaves alone.

    `base`: earlier results on the same people, so that less is computed (else JZ-E030).
    """
    results = [name for name in moved.fixed if columns()[name].kind == "result"]
    found = simulate(people, policy, (*WANTED, STANDARD, *results), reuse=base)
    rows = area_of(people, area)
    fixed = {
        name: np.array([value], column(name).storage) for name, value in moved.constant.items()
    }
    for name in moved.fixed:
        values = found.numbers(name)
        fixed[name] = values if column(name).level == "person" else values[rows]
    fixed |= {name: found.numbers(name)[rows] for name in OWN}
    sizes = people.sizes
    start = np.cumsum(sizes) - sizes
    return Families(moved, found, rows, start[rows], sizes[rows], fixed)
