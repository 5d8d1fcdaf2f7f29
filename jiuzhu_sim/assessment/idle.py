"""Why a changed parameter moves nobody: what reads it, and what keeps that from being applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu_sim.engine import Results
from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules import Rule

ELSEWHERE, OFF, UNREAD, BESIDE, NOBODY = "elsewhere", "off", "unread", "beside", "nobody"


@dataclass(frozen=True)
class Idle:
    """A changed parameter without effect.

    `reason`: ``elsewhere`` (no household rule reads it; `because` says what does), ``off`` (its
    rules are switched off; `because` is the switch and `needs` the choice it would have to have,
    if it is a choice), ``unread`` (no rule in force reads it), ``beside`` (only results that were
    not computed rest on it), ``nobody`` (it is read, but no household is touched).
    """

    path: str
    reason: str
    because: str = ""
    needs: str = ""


def idle(base: Results, new: Results, *, nothing: bool) -> tuple[Idle, ...]:
    """The parameters that differ from `base` to `new` and move nobody, in the order of the law.

    `nothing`: whether no household's result differs at all; only then it is known of a parameter
    that is read that it touches nobody.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> base = jz.simulate(people, policy)
    >>> new = jz.simulate(people, policy.change({"tiers.first_share": 0.9}), reuse=base)
    >>> [(found.path, found.reason, found.because) for found in idle(base, new, nothing=True)]
    [('tiers.first_share', 'off', 'dibao.benefit_form')]
    """
    read = _read(base) | _read(new)
    found = []
    for change in base.policy.diff(new.policy):
        where = change.declared.read_by
        if where != "rules":
            found.append(Idle(change.path, ELSEWHERE, where))
        elif change.path not in read:
            found.append(_unread(change.path, new.policy))
        elif nothing:
            found.append(Idle(change.path, NOBODY))
    return tuple(found)


def _read(results: Results) -> frozenset[str]:
    """The parameters the results rest on, switches included."""
    paths = {entry.argument: path for path, entry in declarations().items()}
    switches = {step.rule.switch for step in results.plan.steps}
    return results.plan.read | {paths[name] for name in switches if name in paths}


def _unread(path: str, policy: Policy) -> Idle:
    """Why no rule that was run reads a parameter: walk from its readers to what they are for."""
    argument, values = declarations()[path].argument, policy.arguments
    rules = list(policy.rules.values())
    near = [rule for rule in rules if argument in (*rule.arguments, rule.round, rule.switch)]
    if not near:
        return Idle(path, UNREAD)
    seen = {rule.name for rule in near}
    while near:
        rule = near.pop(0)
        if not _is_on(rule, values) and rule.switch != argument:
            switch = next(name for name, d in declarations().items() if d.argument == rule.switch)
            return Idle(path, OFF, switch, rule.when.partition("=")[2])
        further = [r for r in rules if rule.name in r.arguments and r.name not in seen]
        seen |= {each.name for each in further}
        near += further
    return Idle(path, BESIDE)


def _is_on(rule: Rule, values: Mapping[str, Any]) -> bool:
    return not rule.switch or (rule.switch in values and rule.applies(values))
