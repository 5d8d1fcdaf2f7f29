"""Runs a plan on this machine: tile by tile on threads, only what is wanted is kept.

Every tile is computed alone and written to its own rows, so the result is the same for any
tiling, any number of threads and any order of the tables.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine.plan import WANTED, Plan, make_plan, reached_by
from jiuzhu_sim.engine.ready import Columns, Ready
from jiuzhu_sim.engine.results import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.people import Tile


def simulate(
    people: People,
    policy: Policy,
    wanted: Iterable[str] = WANTED,
    *,
    reuse: Results | None = None,
    threads: int | None = None,
) -> Results:
    """Apply `policy` to `people`.

    `wanted` names the results to keep, each (households,) or (persons,) in the dictionary's unit.
    With `reuse` (earlier results on the same people) only what the changed parameters reach is
    computed again. `threads` defaults to the cores this process may use. Raises what `make_plan`
    raises before any row is read; JZ-E012 when a rule fails; JZ-E013 when one gives no number;
    JZ-E030 when `reuse` is of other people.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> len(results["benefit_m_hh"])
    1000
    """
    threads = threads or cores()
    if reuse is None:
        plan = make_plan(policy, wanted, people.laid_out)
        made = _run(plan, people, people.laid_out, threads, laid_out=False)
        return Results(people, plan, MappingProxyType(made))
    return _rerun(people, policy, tuple(dict.fromkeys(wanted)), reuse, threads)


def cores() -> int:
    """The cores this process may use: fewer than the machine has in a container or a batch job.

    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _rerun(
    people: People, policy: Policy, wanted: tuple[str, ...], base: Results, threads: int
) -> Results:
    """Results from earlier ones: unreached columns are shared, the frontier is kept on `base`."""
    if base.people is not people:
        raise JZError.of("JZ-E030", "reuse")
    reached = reached_by(base.policy, policy)
    shared = {
        name: values
        for name, values in base.computed.items()
        if name in wanted and name not in reached
    }
    full = make_plan(policy, wanted, people.laid_out)
    again = [name for name in wanted if name not in shared]
    computed = {step.rule.name for step in full.steps}
    frontier = _frontier(full, again, reached)
    missing = [name for name in frontier if name not in base.kept]
    if missing:
        before = make_plan(base.policy, missing, people.laid_out)
        base.kept.update(_run(before, people, people.laid_out, threads, laid_out=True))
    kept = {name: base.kept[name] for name in frontier if name in computed}
    plan = make_plan(policy, again, people.laid_out, given=kept)
    made = _run(plan, people, {**people.laid_out, **kept}, threads, laid_out=False)
    columns_ = {name: shared[name] if name in shared else made[name] for name in wanted}
    return Results(people, full, MappingProxyType(columns_), given=base.given)


def _frontier(plan: Plan, again: list[str], reached: frozenset[str]) -> list[str]:
    """Unreached rule results that the steps to be run again read (or that are wanted anew)."""
    rules = {step.rule.name: step.rule for step in plan.steps if step.on}
    found: dict[str, None] = {}
    stack, seen = list(again), set()
    while stack:
        name = stack.pop()
        if name in seen or name not in rules:
            continue
        seen.add(name)
        if name in reached:
            stack.extend(rules[name].arguments)
        else:
            found[name] = None
    return list(found)


def _run(
    plan: Plan, people: People, sources: Columns, threads: int, *, laid_out: bool
) -> dict[str, NDArray[Any]]:
    """The wanted columns, in the order of the tables or in the inner order."""
    made, orders = {}, {"person": people.person_order, "household": people.household_order}
    for name in plan.wanted:
        entry = column(name)
        made[name] = (np.empty(len(orders[entry.level]), entry.storage), entry.level)
    levels = {level for _, level in made.values()}
    if people.tiles:
        ready = Ready(plan, people, sources)

    def run(tile: Tile) -> None:
        values = ready.values(tile)
        back = {} if laid_out else {level: _places(orders[level], tile, level) for level in levels}
        for name, (target, level) in made.items():
            found = values[name]
            # Looked at while it lies in the cache; a sum shows at once whether all are numbers.
            if found.dtype.kind == "f" and not np.isfinite(found.sum()):
                Ready(plan, people, sources, checked=True).values(tile)
            is_sorted = laid_out or len(found) == 1
            target[tile.span(level)] = found if is_sorted else found.take(back[level])

    threads = min(threads, len(people.tiles))
    if threads <= 1:
        for tile in people.tiles:
            run(tile)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(run, people.tiles):
                pass
    for values, _ in made.values():
        values.flags.writeable = False
    return {name: values for name, (values, _) in made.items()}


def _places(order: NDArray[np.int64], tile: Tile, level: str) -> NDArray[np.int64]:
    """For each row of a tile as the tables have it, where it lies in the tile.

    To pick many columns by it is quicker than to put each where it belongs.
    """
    rows = order[tile.span(level)]
    places = np.empty_like(rows)
    places[rows - tile.span(level).start] = np.arange(len(rows))
    return places
