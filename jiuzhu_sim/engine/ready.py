"""A plan made ready to run: what is the same for everybody at once, the rest tile by tile.

Names are looked up, types resolved and constants computed here, before the first tile: a tile
then costs little more than the rules themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import LEVELS, column
from jiuzhu_sim.engine.members import Members
from jiuzhu_sim.engine.plan import Plan, Step
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import People
from jiuzhu_sim.population.people import Tile
from jiuzhu_sim.rules.kit import round_money

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class _Call:
    """A step to run in every tile: the type its result is stored in, which of its arguments are
    household columns to be spread to persons, and the names that end with it."""

    step: Step
    storage: np.dtype[Any]
    spread: tuple[int, ...]
    done_with: tuple[str, ...]


class Ready:
    """A plan ready for people; `sources` are their columns (and earlier results), inner order.

    What is the same for everybody (a default, a programme the policy does not have, and what
    follows from such alone) is an array of one value, which NumPy broadcasts. It is computed
    here, once; with `checked` nothing is, and every result is searched for what is no number.
    Raises JZ-E012 when a rule fails. The people have at least one tile.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.engine.plan import make_plan
    >>> people = jz.synthesize("example-county", households=2, seed=1)
    >>> plan = make_plan(jz.load_policy("example-county"), ["dibao_standard_m_hh"], people.laid_out)
    >>> ready = Ready(plan, people, people.laid_out)
    >>> len(ready.values(people.tiles[0])["dibao_standard_m_hh"])
    2
    """

    def __init__(self, plan: Plan, people: People, sources: Columns, *, checked: bool = False):
        self.plan, self.people, self.checked = plan, people, checked
        self.same: dict[str, Any] = dict(plan.parameters)
        self.same |= {name: _one(column(name).number, name) for name in plan.assumed}
        self.calls: list[_Call] = []
        read = set(plan.wanted)
        for step in plan.steps:
            rule = step.rule
            if not step.on:
                self.same[rule.name] = _one(rule.constant, rule.name)
                continue
            read.update(rule.arguments)
            if not checked and self.same.keys() >= set(rule.arguments):
                arguments = [self.same[name] for name in rule.arguments]
                made = self._made(step, np.dtype(column(rule.name).storage), arguments)
                made.flags.writeable = False
                self.same[rule.name] = made
            else:
                self.calls.append(self._call(step))
        self.read = {
            name: (sources[name], column(name).level)
            for name in read - self.same.keys()
            if name in sources
        }
        self._write_out({name for call in self.calls for name in call.step.rule.arguments})

    def _write_out(self, names: set[str]) -> None:
        """Flags and codes that are the same for everybody, at the length of the longest tile.

        Of two full arrays of bytes NumPy makes `&` or `==` many at a time, 30 times as fast as
        with one value broadcast; each value is written out once, so it stays in the cache.
        """
        longest = max(tile.length(level) for tile in self.people.tiles for level in LEVELS)
        self.written: dict[str, tuple[NDArray[Any], str]] = {}
        written: dict[tuple[str, int], NDArray[Any]] = {}
        for name in names & self.same.keys():
            value = self.same[name]
            if isinstance(value, np.ndarray) and value.itemsize == 1:
                key = value.dtype.str, int(value[0])
                if key not in written:
                    written[key] = np.full(longest, value[0])
                    written[key].flags.writeable = False
                self.written[name] = written[key], column(name).level

    def _call(self, step: Step) -> _Call:
        rule = step.rule
        spread: tuple[int, ...] = ()
        if rule.level == "person":
            spread = tuple(
                place
                for place, name in enumerate(rule.arguments)
                if name not in self.plan.parameters and column(name).level == "household"
            )
        done = tuple(name for name in step.done_with if name not in self.plan.wanted)
        return _Call(step, np.dtype(column(rule.name).storage), spread, done)

    def values(self, tile: Tile) -> dict[str, Any]:
        """The wanted columns of a tile (among what else is left when all steps have run).

        Every step in order; an intermediate result is freed after its last reader. Raises
        JZ-E012 when a rule fails, and if `checked` JZ-E013 when one gives no number.
        """
        members = Members(tile)
        values = self.same | {"members": members}
        for name, (whole, level) in self.written.items():
            values[name] = whole[: tile.length(level)]
        for name, (source, level) in self.read.items():
            values[name] = source[tile.span(level)]
        for call in self.calls:
            rule = call.step.rule
            arguments = [values[name] for name in rule.arguments]
            for place in call.spread:
                arguments[place] = members.spread(arguments[place])
            made = self._made(call.step, call.storage, arguments, tile)
            if self.checked and made.dtype.kind == "f":
                self._refuse_nan(made, call.step, tile)
            values[rule.name] = made
            for name in call.done_with:
                values.pop(name, None)
        return values

    def _made(
        self, step: Step, storage: np.dtype[Any], arguments: list[Any], tile: Tile | None = None
    ) -> NDArray[Any]:
        """A rule's value, rounded, as an array of its type: of the tile's length, or of one."""
        try:
            value = step.rule.function(*arguments)
            if step.rounding:
                value = round_money(value, step.rounding)
            made = np.asarray(value)
            if made.shape != (1,):
                length = tile.length(step.rule.level) if tile else 1
                if made.shape != (length,):
                    made = np.broadcast_to(made, (length,) if made.shape else (1,))
            return made if made.dtype == storage else made.astype(storage)
        except Exception as fault:
            raise self._failed(step, tile or self.people.tiles[0], fault) from fault

    def _failed(self, step: Step, tile: Tile, fault: Exception) -> JZError:
        """The error for a rule that raised: rule, clause, first households of the tile."""
        return JZError.of(
            "JZ-E012",
            f"rules · {step.rule.name}",
            name=step.rule.name,
            clause=", ".join(self.plan.policy.clauses_of(step.rule)),
            reason=f"{type(fault).__name__}: {fault}",
            rows=self.people.shown_ids(slice(tile.start, min(tile.start + 3, tile.stop))),
        )

    def _refuse_nan(self, values: NDArray[Any], step: Step, tile: Tile) -> None:
        # Plus infinity is a limit that does not exist, and no fault.
        bad = np.flatnonzero(~np.isfinite(values) & ~np.isposinf(values))
        if not bad.size:
            return
        if step.rule.level == "person":
            rows = self.people.person_order[bad[:3] + tile.person_start]
            shown = ", ".join(str(row + 1) for row in rows)
        else:
            shown = self.people.shown_ids(bad[:3] + tile.start)
        raise JZError.of(
            "JZ-E013",
            f"rules · {step.rule.name}",
            name=step.rule.name,
            clause=", ".join(self.plan.policy.clauses_of(step.rule)),
            rows=shown,
        )


@cache
def _one(value: Any, name: str) -> NDArray[Any]:
    """One value for everybody, in the type of the column."""
    made = np.array([value], column(name).storage)
    made.flags.writeable = False
    return made
