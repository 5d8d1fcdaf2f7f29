"""The change of cost of a reform split by provision: in a stated order, and by Shapley.

Each changed parameter is a provision, or a named group of them. In order: what a provision adds on
top of the earlier ones. Shapley (1953): its mean addition over all orders, computed exactly from
all 2^k sets of provisions (definition: docs/en/definitions/provisions.md).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import LANGUAGES, listed, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.disclosure import MIN_N, publish
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import exact_sum
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

MOST = 8
"""Provisions that Shapley takes: 256 sets of them; each more doubles the runs."""

METHODS = ("order", "shapley")
COLUMNS = ("benefit_m_hh", "n_recipients_hh", "aid_y_hh")
TOTALS = ("cost_y", "persons", "aid_y")
UNITS = {"cost_y": "yuan/year", "persons": "persons", "aid_y": "yuan/year"}


def provisions(
    people: People,
    policy: Policy,
    changed: Policy,
    base: Results | None = None,
    method: str = "order",
    order: Sequence[str] | None = None,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    min_cell: int = MIN_N,
) -> Table:
    """What each provision of a reform adds to cost and recipients; the rows sum to the total.

    One row a changed parameter (its path), or a group of `groups` (its name: its paths). Columns
    ``cost_y.in_order`` and ``persons.in_order``: added on top of the rows above. `order`: the keys
    in another order than the law's. With `method` ``shapley`` also ``cost_y.shapley`` and
    ``persons.shapley``, which do not depend on the order; eight provisions at most. Where other
    public aid moves too, ``aid_y.*`` says by how much. `base`: results of `policy` at hand. `n`:
    households that a provision moves alone, in its place, or as the last one.

    A parameter without a value before moves nobody by itself (no rule in force can have read it);
    it is given from the start, and a note says so. Raises JZ-E008 for policies of two places or
    dates, JZ-E003 for an unknown name, JZ-E032 for too many provisions, an order that leaves some
    out, another method; and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> reform = policy.change({"dibao.standard.rural": 670, "dibao.benefit_minimum": 50})
    >>> [row[0] for row in provisions(people, policy, reform).rows]
    ['dibao.standard.rural', 'dibao.benefit_minimum', 'total']
    """
    parts, given = _parts(policy, changed, groups or {})
    keys = _ordered(tuple(parts), order)
    _refuse_method(method, len(keys))
    runs = _Runs(people, policy, changed, [parts[key] for key in keys], given, base)
    shown = [name for name in TOTALS if name != "aid_y" or runs.other_aid_moves]
    columns: dict[str, list[float]] = {}
    ways = {"in_order": runs.in_order} | ({"shapley": runs.shapley} if method == "shapley" else {})
    for moment, way in ways.items():
        columns |= {f"{name}.{moment}": [*way(name), runs.total(name)] for name in shown}
    values = np.column_stack(list(columns.values()))
    notes = ["note.provisions_order", *(["note.provisions_shapley"] * (method == "shapley"))]
    if given:
        titles = listed(declarations()[path].title for path in given)
        notes.append(text("note.provisions_given", given=titles))
    table = Table(
        name="provisions",
        dims=("provision",),
        rows=(*((key,) for key in keys), (TOTAL,)),
        statistics=tuple(
            Statistic(name, UNITS[name.partition(".")[0]], additive=True) for name in columns
        ),
        values=values,
        low=np.full(values.shape, np.nan),
        high=np.full(values.shape, np.nan),
        n=np.array([*(runs.moved_by(k) for k in range(len(keys))), runs.moved(0, runs.whole)]),
        per="household",
        notes=(*notes, "note.first_round"),
        fields={"base": policy.title, "new": changed.title},
        names={key: _label(key) for key in keys},
    )
    return publish([table], min_cell)[0]


def _parts(
    policy: Policy, changed: Policy, groups: Mapping[str, Sequence[str]]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The paths of each provision by its key, and the parameters that had no value before."""
    if (policy.place, policy.at) != (changed.place, changed.at):
        baseline, place = (f"{each.place}@{each.at}" for each in (policy, changed))
        raise JZError.of("JZ-E008", baseline=baseline, place=place)
    changes = policy.diff(changed)
    given = tuple(change.path for change in changes if change.old is None)
    paths = [change.path for change in changes if change.old is not None]
    inside: dict[str, str] = {}
    for name, members in groups.items():
        for path in members:
            if path not in paths and path not in given:
                raise JZError.of("JZ-E003", name=path, nearest=nearest(path, paths))
            if path in inside:
                raise _not_once("groups", path, paths)
            inside[path] = name
    parts: dict[str, tuple[str, ...]] = {}
    for path in paths:
        key = inside.get(path, path)
        parts[key] = (*parts.get(key, ()), path)
    return parts, given


def _ordered(keys: tuple[str, ...], order: Sequence[str] | None) -> tuple[str, ...]:
    """The provisions in the order asked for."""
    if order is None:
        return keys
    for key in order:
        if key not in keys:
            raise JZError.of("JZ-E003", name=key, nearest=nearest(key, keys))
    if sorted(order) != sorted(keys):
        raise _not_once("order", listed(order), keys)
    return tuple(order)


def _not_once(name: str, value: str, known: Iterable[str]) -> JZError:
    expected = text("word.each_once", known=listed(known))
    return JZError.of("JZ-E032", name=name, value=value, expected=expected)


def _refuse_method(method: str, provisions_: int) -> None:
    if method not in METHODS:
        raise JZError.of("JZ-E032", name="method", value=method, expected=" / ".join(METHODS))
    if method == "shapley" and provisions_ > MOST:
        expected = text("word.most_provisions", most=MOST)
        raise JZError.of("JZ-E032", name="method", value=provisions_, expected=expected)


def _label(key: str) -> Mapping[str, str]:
    """The name of a parameter in both languages; of a group, the name it was given."""
    declared = declarations().get(key)
    return declared.label if declared else dict.fromkeys(LANGUAGES, key)


@dataclass
class _Runs:
    """Totals of every set of provisions that was asked for, each run once.

    A set is a number whose bit k says whether provision k is in it.
    """

    people: People
    policy: Policy
    changed: Policy
    parts: list[tuple[str, ...]]
    given: tuple[str, ...]
    base: Results | None
    made: dict[int, dict[str, float]] = field(default_factory=dict)
    aid: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = len(self.parts)
        self.whole = (1 << size) - 1
        prefixes = [(1 << k) - 1 for k in range(size + 1)]
        alone = [1 << k for k in range(size)]
        # What the households get in these sets is kept, to count whom a provision moves.
        self.kept = {*prefixes, *alone, *(self.whole - one for one in alone)}
        self.weight = self.people.numbers("weight").astype(np.float64)
        start = simulate(self.people, self.policy, COLUMNS, reuse=self.base)
        self.base = start
        self._enter(0, start)

    def totals(self, members: int) -> dict[str, float]:
        """Cost and recipients under the baseline with some provisions on top."""
        if members not in self.made:
            on = [part for k, part in enumerate(self.parts) if members >> k & 1]
            paths = (*self.given, *(path for part in on for path in part))
            law = self.policy.change({path: self.changed[path] for path in paths})
            self._enter(members, simulate(self.people, law, COLUMNS, reuse=self.base))
        return self.made[members]

    def _enter(self, members: int, results: Results) -> None:
        columns = [household(results, name) for name in COLUMNS]
        benefit, persons, aid = (float(exact_sum(self.weight * each)[0]) for each in columns)
        self.made[members] = {"cost_y": benefit * MONTHS, "persons": persons, "aid_y": aid}
        if members in self.kept:
            self.aid[members] = columns[COLUMNS.index("aid_y_hh")]

    def total(self, name: str) -> float:
        return self.totals(self.whole)[name] - self.totals(0)[name]

    def in_order(self, name: str) -> list[float]:
        """What each adds on top of those before it."""
        steps = [self.totals((1 << k) - 1)[name] for k in range(len(self.parts) + 1)]
        return [after - before for before, after in pairwise(steps)]

    def shapley(self, name: str) -> list[float]:
        """The mean addition of each over all orders."""
        size = len(self.parts)
        found = []
        for k in range(size):
            terms = []
            for members in range(self.whole + 1):
                if members >> k & 1:
                    continue
                before = members.bit_count()
                # Orders in which just these come before provision k.
                orders = math.factorial(before) * math.factorial(size - before - 1)
                added = self.totals(members | 1 << k)[name] - self.totals(members)[name]
                terms.append(orders * added)
            # fsum rounds once, so that the order of the provisions decides no last bit.
            found.append(math.fsum(terms) / math.factorial(size))
        return found

    @property
    def other_aid_moves(self) -> bool:
        """Whether aid beside basic living moves as well."""
        return abs(self.total("aid_y") - self.total("cost_y")) > HALF_FEN

    def moved(self, one: int, other: int) -> int:
        """Households whose aid differs between two sets."""
        for each in (one, other):
            self.totals(each)
        return int(self._differ(one, other).sum())

    def moved_by(self, k: int) -> int:
        """Households that provision k moves alone, in its place, or as the last."""
        bit = 1 << k
        steps = [(0, bit), (bit - 1, 2 * bit - 1), (self.whole - bit, self.whole)]
        found: Any = np.zeros(self.people.households, bool)
        for before, after in steps:
            self.totals(before), self.totals(after)
            found |= self._differ(before, after)
        return int(found.sum())

    def _differ(self, one: int, other: int) -> NDArray[np.bool_]:
        return np.abs(self.aid[one] - self.aid[other]) > HALF_FEN
