"""Runs a plan on this machine: tile by tile on threads, only what is wanted is kept.

Every tile is computed alone and written to its own rows, so the result is the same for any
tiling, any number of threads and any order of the tables.
"""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine.members import Members
from jiuzhu_sim.engine.plan import WANTED, Plan, Step, make_plan, reached_by
from jiuzhu_sim.engine.results import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.people import Tile
from jiuzhu_sim.rules.kit import round_money

Columns = Mapping[str, NDArray[Any]]


def simulate(
    people: People,
    policy: Policy,
    wanted: Iterable[str] = WANTED,
    *,
    reuse: Results | None = None,
    threads: int | None = None,
) -> Results:
    """Apply a policy to people.

    `wanted` names the results to keep. With `reuse` (earlier results on the same people) only
    what the changed parameters reach is computed again. `threads` defaults to the machine's
    cores. Raises what `make_plan` raises before any row is read; JZ-E012 when a rule fails;
    JZ-E013 when one gives no number; JZ-E030 when `reuse` is of other people.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> len(results["benefit_m_hh"])
    1000
    """
    threads = threads or os.cpu_count() or 1
    if reuse is None:
        plan = make_plan(policy, wanted, people.laid_out)
        made = _run(plan, people, people.laid_out, threads, laid_out=False)
        return Results(people, plan, MappingProxyType(made))
    return _rerun(people, policy, tuple(dict.fromkeys(wanted)), reuse, threads)


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
    return Results(people, full, MappingProxyType(columns_))


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
    made = {}
    for name in plan.wanted:
        entry = column(name)
        length = people.persons if entry.level == "person" else people.households
        made[name] = np.empty(length, entry.storage)

    def run(tile: Tile) -> None:
        values = _run_tile(plan, people, tile, sources)
        for name, target in made.items():
            level = column(name).level
            span = tile.span(level)
            order = people.person_order if level == "person" else people.household_order
            target[span if laid_out else order[span]] = values[name]

    # A second thread pays only when each has a few tiles to run.
    threads = min(threads, len(people.tiles) // 2)
    if threads <= 1:
        for tile in people.tiles:
            run(tile)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(run, people.tiles):
                pass
    for values in made.values():
        if values.dtype.kind == "f" and not np.isfinite(values.sum()):
            _blame(plan, people, sources)
        values.flags.writeable = False
    return made


def _run_tile(
    plan: Plan, people: People, tile: Tile, sources: Columns, *, checked: bool = False
) -> dict[str, NDArray[Any]]:
    """One tile: every step in order; an intermediate result is freed after its last reader.

    What is the same for everybody (a default, a programme the policy does not have, and what
    follows from such alone) is an array of one value, which NumPy broadcasts.
    """
    members = Members(tile)
    values: dict[str, Any] = {
        name: sources[name][tile.span(column(name).level)]
        for name in (*plan.inputs, *plan.wanted)
        if name in sources
    }
    for name in plan.assumed:
        values[name] = np.array([column(name).number], column(name).storage)
    for step in plan.steps:
        rule = step.rule
        if not step.on:
            values[rule.name] = np.array([rule.constant], column(rule.name).storage)
            continue
        arguments = [
            _argument(name, step, plan, values, members, tile, sources) for name in rule.arguments
        ]
        try:
            value = rule.function(*arguments)
            if step.rounding:
                value = round_money(value, step.rounding)
            values[rule.name] = _stored(value, step, tile)
        except Exception as fault:
            raise _failed(step, plan, people, tile, fault) from fault
        if checked and values[rule.name].dtype.kind == "f":
            _refuse_nan(values[rule.name], step, plan, people, tile)
        for name in step.done_with:
            if name not in plan.wanted:
                values.pop(name, None)
    return values


def _argument(
    name: str,
    step: Step,
    plan: Plan,
    values: Mapping[str, Any],
    members: Members,
    tile: Tile,
    sources: Columns,
) -> Any:
    """An argument of a rule: members, a parameter, or a column at the rule's level."""
    if name == "members":
        return members
    if name in values:
        found = values[name]
    elif name in sources:
        found = sources[name][tile.span(column(name).level)]
    else:
        return plan.parameters[name]
    if step.rule.level == "person" and column(name).level == "household":
        return members.spread(found)
    return found


def _stored(value: Any, step: Step, tile: Tile) -> NDArray[Any]:
    """A rule's value as an array of the right length and storage type."""
    span = tile.span(step.rule.level)
    length = span.stop - span.start
    made = np.asarray(value)
    if made.shape not in ((length,), (1,)):
        made = np.broadcast_to(made, (length,) if made.shape else (1,))
    storage = column(step.rule.name).storage
    return made if made.dtype == storage else made.astype(storage)


def _failed(step: Step, plan: Plan, people: People, tile: Tile, fault: Exception) -> JZError:
    """The error for a rule that raised: rule, clause, first households of the tile."""
    return JZError.of(
        "JZ-E012",
        f"rules · {step.rule.name}",
        name=step.rule.name,
        clause=", ".join(plan.policy.clauses_of(step.rule)),
        reason=f"{type(fault).__name__}: {fault}",
        rows=people.shown_ids(slice(tile.start, min(tile.start + 3, tile.stop))),
    )


def _refuse_nan(values: NDArray[Any], step: Step, plan: Plan, people: People, tile: Tile) -> None:
    # Plus infinity is a limit that does not exist, and no fault.
    bad = np.flatnonzero(~np.isfinite(values) & ~np.isposinf(values))
    if not bad.size:
        return
    if step.rule.level == "person":
        shown = ", ".join(str(row + 1) for row in people.person_order[bad[:3] + tile.person_start])
    else:
        shown = people.shown_ids(bad[:3] + tile.start)
    raise JZError.of(
        "JZ-E013",
        f"rules · {step.rule.name}",
        name=step.rule.name,
        clause=", ".join(plan.policy.clauses_of(step.rule)),
        rows=shown,
    )


def _blame(plan: Plan, people: People, sources: Columns) -> None:
    """Find the first rule that gave no number, by running again with every result looked at."""
    for tile in people.tiles:
        _run_tile(plan, people, tile, sources, checked=True)
