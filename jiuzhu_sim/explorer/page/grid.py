"""A page's numbers computed beforehand: a grid over its sliders, interpolated between its points.

At its points a page gives the numbers of the what-if; between them it interpolates linearly along
each slider (multilinear). How far that is off is measured by full simulation at other points, and
what is promised is a multiple of the largest error found: a measured bound, no proof.

Where sliders are the rural and the urban standard, no household answers to both. Whatever adds up
over households is then v(r, u, t) = v(r, u0, t) + v(r0, u, t) - v(r0, u0, t), with u0 and r0 the
present standards; so the two standards need no combinations. This is checked on households at
every corner and at every point where the error is measured; where it fails, and for what does not
add up (Gini), every combination is computed. See docs/en/definitions/page_grid.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.explorer.page.axes import Axis, handling
from jiuzhu_sim.explorer.page.numbers import Key, numbers

Place = tuple[float, ...]
"""A value on each slider."""


@dataclass(frozen=True)
class Part:
    """Numbers over some of the sliders (`over`), the others at their present value.

    `values`: whole steps, (nodes of each slider …, numbers). It enters the sum of its block with
    `sign`. `same`: the points (counted with the last slider moving fastest) that were given the
    numbers of another, because too few households differ.
    """

    sign: int
    over: tuple[int, ...]
    nodes: tuple[tuple[float, ...], ...]
    values: NDArray[np.float64]
    same: tuple[int, ...] = ()

    def holds(self, place: Place) -> bool:
        """Whether a place is one of the points, with numbers of its own."""
        point = 0
        for k, nodes in zip(self.over, self.nodes, strict=True):
            if place[k] not in nodes:
                return False
            point = point * len(nodes) + nodes.index(place[k])
        return point not in self.same

    def at(self, place: Place) -> NDArray[np.float64]:
        """The numbers at a place, interpolated along one slider after the other."""
        found = self.values
        for k, nodes in zip(self.over, self.nodes, strict=True):
            right = min(max(int(np.searchsorted(nodes, place[k])), 1), len(nodes) - 1)
            low, high = nodes[right - 1], nodes[right]
            share = (place[k] - low) / (high - low)
            # A number that does not exist at a node (NaN) is in the way only where it counts.
            found = found[right - 1] if share == 0 else found[right] if share == 1 else (
                found[right - 1] * (1 - share) + found[right] * share
            )  # fmt: skip
        return self.sign * found


@dataclass(frozen=True)
class Block:
    """The numbers of some tables: their keys, the step of each, and the parts that make the sum."""

    name: str
    keys: tuple[Key, ...]
    steps: NDArray[np.float64]
    parts: tuple[Part, ...]

    def at(self, place: Place) -> dict[Key, float]:
        whole = np.sum([part.at(place) for part in self.parts], axis=0) * self.steps
        return dict(zip(self.keys, whole.tolist(), strict=True))


@dataclass(frozen=True)
class Grid:
    """Everything a page shows, for every place of its sliders.

    `found`: the largest error met at `checks` places between the points, by kind of number, first
    where one slider was moved, then where several were. `is_split`: whether the standards were
    taken apart. `hidden`: rows (table, row) hidden everywhere. `points`: how many were computed.
    """

    base: Results
    axes: tuple[Axis, ...]
    blocks: tuple[Block, ...]
    found: tuple[Mapping[Key, float], Mapping[Key, float]]
    hidden: frozenset[tuple[str, str]]
    checks: int
    points: int
    is_split: bool
    per: str
    min_cell: int

    @property
    def baseline(self) -> Place:
        return tuple(axis.baseline for axis in self.axes)

    def at(self, place: Place) -> dict[Key, float]:
        """Every number at a place of the sliders, as the page shows it; NaN where hidden."""
        return {key: value for block in self.blocks for key, value in block.at(place).items()}

    def exact(self, place: Place) -> dict[Key, float]:
        """The same numbers by full simulation, not rounded."""
        new = moved_to(self.base, self.axes, place)
        made: dict[Key, float] = {}
        for block in self.blocks:
            made |= numbers(self.base, new, block.name, self.per, self.min_cell).values
        return {key: made[key] for block in self.blocks for key in block.keys}

    def promised(self, key: Key, moved: int) -> float:
        """How far a number may be off where so many sliders were moved: the largest error found of
        its kind, times `safety`."""
        return float(handling()["safety"] * self.found[moved > 1].get(kind(key), 0.0))

    def moved(self, place: Place) -> int:
        """How many sliders do not stand at their present value."""
        return sum(x != axis.baseline for x, axis in zip(place, self.axes, strict=True))

    def is_node(self, place: Place) -> bool:
        """Whether the totals of a place are those computed there, not interpolated."""
        return all(part.holds(place) for part in self.blocks[0].parts)


def kind(key: Key) -> Key:
    """The numbers whose errors are told as one: the rows of a table, totals apart.

    >>> kind(("township_change", "东河乡", "cost_y")), kind(("change", "total", "cost_y"))
    (('township_change', '', 'cost_y'), ('change', 'total', 'cost_y'))
    """
    table, row, statistic = key
    return table, row if row in ("total", "gain", "loss") else "", statistic


def measured(
    grid: Grid, places: Sequence[Place], tick: Callable[[], None] = lambda: None
) -> tuple[dict[Key, float], dict[Key, float]]:
    """The largest error at some places, by kind, of a number and of its change; one slider moved,
    or several."""
    found: tuple[dict[Key, float], dict[Key, float]] = ({}, {})
    base, base_exact = grid.at(grid.baseline), grid.exact(grid.baseline)
    for place in places:
        shown, exact, worst = grid.at(place), grid.exact(place), found[grid.moved(place) > 1]
        for key, value in shown.items():
            off = value - exact[key]
            error = np.fmax(abs(off), abs(off - (base[key] - base_exact[key])))
            worst[kind(key)] = float(np.fmax(worst.get(kind(key), 0.0), error))
        tick()
    return found


def places_between(made: Sequence[Axis], n: int, seed: int) -> list[Place]:
    """Seeded places: half near the middle of the intervals of the grid, where a bent curve is
    farthest from its chord (every interval of a slider as often as any other), half anywhere; and
    half of either with one slider moved alone, as readers do most.
    """
    random = np.random.default_rng(seed)
    columns = []
    for axis in made:
        nodes = np.array(axis.nodes)
        order = random.permutation(np.arange(n) % (len(nodes) - 1))
        inside = nodes[order] + random.uniform(0.25, 0.75, n) * (nodes[order + 1] - nodes[order])
        anywhere = random.uniform(axis.low, axis.high, n)
        columns.append(np.where(np.arange(n) % 2 == 0, inside, anywhere))
    places = np.stack(columns, axis=1)
    number = np.arange(n)[:, None]
    others = np.arange(len(made)) != number // 4 % len(made)
    still = np.array([axis.baseline for axis in made])
    places = np.where((number % 4 >= 2) & others, still, places)
    return [tuple(x.snapped(float(at)) for x, at in zip(made, row, strict=True)) for row in places]


def moved_to(base: Results, made: Sequence[Axis], place: Sequence[float]) -> Results:
    changes = {axis.path: axis.value(x) for axis, x in zip(made, place, strict=True)}
    return simulate(base.people, base.policy.change(changes), tuple(base.computed), reuse=base)
