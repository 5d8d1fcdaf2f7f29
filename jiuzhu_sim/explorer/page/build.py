"""Computes a page's grid: which points, at which nodes, and how far between them it is off."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from jiuzhu_sim.assessment.whatif_tables import needed
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.page.axes import Axis, axes, handling
from jiuzhu_sim.explorer.page.grid import (
    Block,
    Grid,
    Part,
    Place,
    measured,
    moved_to,
    places_between,
)
from jiuzhu_sim.explorer.page.numbers import BLOCKS, columns_behind, fineness, numbers, told_as
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

OWN, JUMPING, WHOLE = ("totals",), ("details",), "inequality"
"""Blocks made of what each area contributes; computed beside jumps as well; and the one that does
not add up over households."""

AREAS = ("rural", "urban")
"""The areas of the two standards, in the order of `grid.yaml`."""


@dataclass
class Shape:
    """The points of a part to be computed: nodes of some sliders by number. `own`: the area whose
    contribution it is, if of one alone."""

    nodes: dict[int, tuple[float, ...]]
    sign: int = 1
    own: str = ""

    @property
    def size(self) -> int:
        return math.prod(map(len, self.nodes.values()))

    def points(self) -> Iterator[dict[int, float]]:
        """Every combination, the last slider moving fastest."""
        for values in product(*self.nodes.values()):
            yield dict(zip(self.nodes, values, strict=True))


def make_grid(
    people: People,
    policy: Policy,
    sliders: Iterable[str] = (),
    *,
    per: str = "person",
    min_cell: int = MIN_N,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Grid:
    """Compute a page's grid and measure its error.

    `sliders`: see `axes`. `seed`: of the places where the error is measured. `progress` is told
    how many simulations of how many are done. Raises what `axes` raises, JZ-E081 for a grid of
    too many points, before computing; and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> grid = make_grid(people, jz.load_policy("example-county"), ["edge.ratio=1.3:1.7:0.2"])
    >>> [axis.nodes for axis in grid.axes], grid.is_node((1.5,))
    ([(1.3, 1.5, 1.7)], True)
    """
    made = checked_axes(policy, sliders)
    base = simulate(people, policy, needed(("change",)))
    places = places_between(made, handling()["checks"], seed)
    split = _may_split(made) and set(AREAS) == set(people["area"])
    if split:
        corners = product(*((axis.low, axis.high) for axis in made))
        split = all(_apart(base, made, place) for place in (*corners, *places))
    for is_split in (True, False) if split else (False,):
        _refuse_size(made, is_split)
        build = _Build(base, made, is_split, per, min_cell, len(places), progress)
        grid = build.grid()
        # An area that is hidden cannot be told apart: then only what both areas make together.
        if ("change", TOTAL) in grid.hidden or not _hides(grid):
            break
    return replace(grid, found=measured(grid, places, build.tick))


def _hides(grid: Grid) -> bool:
    return any(table == "change" for table, _ in grid.hidden)


def checked_axes(policy: Policy, sliders: Iterable[str] = ()) -> tuple[Axis, ...]:
    """The sliders, refused (JZ-E081) where their grid would have too many points."""
    made = axes(policy, sliders)
    _refuse_size(made, _may_split(made))
    return made


def _may_split(made: Sequence[Axis]) -> bool:
    return set(handling()["standards"]) <= {axis.path for axis in made}


class _Build:
    """Simulates the points of a grid and counts them."""

    def __init__(
        self,
        base: Results,
        made: tuple[Axis, ...],
        split: bool,
        per: str,
        min_cell: int,
        checks: int,
        progress: Callable[[int, int], None],
    ):
        self.base, self.axes, self.split = base, made, split
        self.per, self.min_cell, self.checks, self.progress = per, min_cell, checks, progress
        again = sum(shape.size for shape in _shapes(made, "totals", split))
        points = sum(shape.size for name in BLOCKS for shape in _shapes(made, name, split))
        self.done, self.of = 0, points + again + checks
        self.hidden: set[tuple[str, str]] = set()

    def tick(self) -> None:
        self.done += 1
        self.progress(self.done, self.of)

    def run(self, moved: Mapping[int, float]) -> Results:
        """Results with some sliders moved, the others at their present value."""
        place = [axis.baseline for axis in self.axes]
        for k, value in moved.items():
            place[k] = value
        self.tick()
        return moved_to(self.base, self.axes, place)

    def grid(self) -> Grid:
        shapes = {name: _shapes(self.axes, name, self.split) for name in BLOCKS}
        blocks = [self.block(name, made) for name, made in shapes.items()]
        return Grid(
            base=self.base,
            axes=self.axes,
            blocks=tuple(self.without(block) for block in blocks),
            found=({}, {}),
            hidden=frozenset(self.hidden),
            checks=self.checks,
            points=sum(shape.size for made in shapes.values() for shape in made),
            is_split=self.split,
            per=self.per,
            min_cell=self.min_cell,
        )

    def told(self, shape: Shape) -> list[int]:
        """For each point, the one whose totals are told for it; those near the baseline first."""
        points = list(shape.points())
        order = sorted(range(len(points)), key=lambda k: self.far(shape, points[k]))
        behind = [columns_behind(self.run(points[k]), shape.own) for k in order]
        found = told_as(behind, self.min_cell)
        told = dict(zip(order, (order[k] for k in found), strict=True))
        return [told[k] for k in range(len(points))]

    def far(self, shape: Shape, at: Mapping[int, float]) -> int:
        """How many nodes a point is from the baseline."""
        nodes = shape.nodes
        return sum(abs(nodes[k].index(at[k]) - nodes[k].index(self.axes[k].baseline)) for k in at)

    def block(self, name: str, shapes: Sequence[Shape]) -> Block:
        at_base = numbers(self.base, self.base, name, self.per, self.min_cell)
        steps = fineness(self.base, at_base, self.min_cell)
        keys = tuple(at_base.values)
        each = np.array([steps[key] for key in keys])
        parts = []
        for shape in shapes:
            points = list(shape.points())
            told = self.told(shape) if name in OWN else list(range(len(points)))
            rows = {}
            for k in dict.fromkeys(told):
                new = self.run(points[k])
                made = numbers(self.base, new, name, self.per, self.min_cell, shape.own)
                self.hidden |= made.hidden
                rows[k] = np.rint(np.array([made.values[key] for key in keys]) / each)
            nodes = tuple(shape.nodes.values())
            values = np.stack([rows[k] for k in told]).reshape(*map(len, nodes), len(keys))
            same = tuple(k for k, other in enumerate(told) if k != other)
            parts.append(Part(shape.sign, tuple(shape.nodes), nodes, values, same))
        return Block(name, keys, each, tuple(parts))

    def without(self, block: Block) -> Block:
        """A block without what is hidden at any point."""
        gone = np.array([key[:2] in self.hidden for key in block.keys])
        parts = tuple(
            replace(part, values=np.where(gone, np.nan, part.values)) for part in block.parts
        )
        return replace(block, parts=parts)


def _apart(base: Results, made: Sequence[Axis], place: Place) -> bool:
    """Whether, at a place, no household answers to the standard of the other area."""
    area = base.people["area"]
    whole = moved_to(base, made, place)
    for own, path in zip(("rural", "urban"), handling()["standards"], strict=True):
        still = [x.baseline if x.path == path else at for x, at in zip(made, place, strict=True)]
        without = moved_to(base, made, still)
        others = area != own
        for name in whole.computed:
            if not np.array_equal(whole.numbers(name)[others], without.numbers(name)[others]):
                return False
    return True


def _shapes(made: Sequence[Axis], block: str, split: bool) -> list[Shape]:
    """The points at which a block is computed.

    With the standards apart, totals are what each area contributes; other numbers that add up are
    the sum of both moves from the baseline.
    """
    standards = handling()["standards"]
    split = split and block != WHOLE
    nodes = {k: _nodes(axis, block, split) for k, axis in enumerate(made)}
    if not split:
        return [Shape(nodes)]
    own = {
        name: {k: nodes[k] for k in nodes if made[k].path not in standards or made[k].path == path}
        for name, path in zip(AREAS, standards, strict=True)
    }
    if block in OWN:
        return [Shape(each, own=name) for name, each in own.items()]
    rest = {k: nodes[k] for k in nodes if made[k].path not in standards}
    return [*map(Shape, own.values()), Shape(rest, sign=-1)]


def _nodes(axis: Axis, block: str, split: bool) -> tuple[float, ...]:
    """The values of a slider at which a block is computed."""
    nodes = axis.nodes if split else axis.coarse
    return tuple(sorted({*nodes, *axis.jumps})) if block in JUMPING else nodes


def _refuse_size(made: Sequence[Axis], split: bool) -> None:
    most = handling()["points_max"]
    points = sum(shape.size for name in BLOCKS for shape in _shapes(made, name, split))
    if points > most:
        reason = text("page.size", n=f"{points:,}", most=f"{most:,}")
        raise JZError.of("JZ-E081", "--slider", reason=reason)
