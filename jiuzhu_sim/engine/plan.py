"""From names to order: which rules run, in which order, on which inputs.

A plan is made once, before any row is read. What is missing is told all at once: unknown
outputs, columns the people lack and who needs them, parameters without a value at the date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules import Rule

WANTED = (
    "counted_income_pc_m_hh",
    "dibao_standard_m_hh",
    "layer_hh",
    "category_hh",
    "n_members_hh",
    "n_recipients_hh",
    "benefit_m_hh",
)
"""What a simulation gives unless told otherwise."""

KEPT = 64
"""Orders kept: parts of many counties are computed in turns, each under its two laws."""


@dataclass(frozen=True)
class Step:
    """One rule to run: its rounding by name (or none), and the names no later step reads.

    A step that is not `on` belongs to a programme the policy does not have: its result is the
    rule's `constant`.
    """

    rule: Rule
    rounding: str | None
    done_with: tuple[str, ...]
    on: bool = True


@dataclass(frozen=True)
class Plan:
    """Rules in the order of running, for one policy and the results `wanted`.

    `inputs` are the columns read; those in `assumed` the people lack, and their default is taken.
    `parameters` are the values by argument name.

    >>> from jiuzhu_sim.policy import load_policy
    >>> make_plan(load_policy("example-county"), ["edge_limit_m_hh"]).inputs
    ('area',)
    """

    policy: Policy
    wanted: tuple[str, ...]
    steps: tuple[Step, ...]
    inputs: tuple[str, ...]
    parameters: Mapping[str, Scalar]
    assumed: tuple[str, ...] = ()

    @property
    def read(self) -> frozenset[str]:
        """The parameters, by path, that the rules switched on read."""
        paths = _paths()
        names = (
            name
            for step in self.steps
            for name in ((*step.rule.arguments, step.rule.round) if step.on else ())
        )
        return frozenset(paths[name] for name in names if name in paths)

    def __str__(self) -> str:
        """The rules as a numbered list a policy officer can read: result, inputs, clauses."""
        lines = []
        for number, step in enumerate((step for step in self.steps if step.on), 1):
            inputs = [self._title(name) for name in step.rule.arguments if name != "members"]
            made = text("plan.from", inputs=text("word.and").join(inputs)) if inputs else ""
            clauses = ", ".join(self.policy.clauses_of(step.rule))
            said = [columns()[step.rule.name].title, made, clauses]
            lines.append(f"{number}. " + " | ".join(part for part in said if part))
        return "\n".join(lines)

    def _title(self, name: str) -> str:
        if name in columns():
            return columns()[name].title
        return next(entry.title for entry in declarations().values() if entry.argument == name)


def make_plan(
    policy: Policy,
    wanted: Iterable[str] = WANTED,
    available: Iterable[str] | None = None,
    given: Iterable[str] = (),
) -> Plan:
    """Resolve `wanted` (results, or input columns) to rules in order.

    `available`: columns the people have (default: all of the dictionary). `given`: results that
    need no computing because their values are at hand.
    Raises, all at once: JZ-E010 unknown output, JZ-E011 missing column, JZ-E006 parameter
    without a value; JZ-E015 for rules that need each other.

    >>> from jiuzhu_sim.policy import load_policy
    >>> plan = make_plan(load_policy("example-county"), ["edge_limit_m_hh"])
    >>> [step.rule.name for step in plan.steps if step.on]
    ['published_standard_m_hh', 'dibao_standard_m_hh', 'edge_limit_m_hh']
    """
    known = None if available is None else frozenset(available)
    found = _ordered(_Law(policy), tuple(dict.fromkeys(wanted)), known, frozenset(given))
    same = found.policy is policy
    return found if same else replace(found, policy=policy, parameters=policy.arguments)


class _Law:
    """What of a policy decides which rules run and in which order: its rules, the parameters it
    has, and the values of those that switch a rule on or name a rounding. Two policies that
    differ in other values only are equal here, so a moved slider is planned once."""

    def __init__(self, policy: Policy):
        self.policy = policy
        values = policy.arguments
        deciding = tuple(values.get(name) for name in _deciding(_Rules(policy.rules)))
        self.key = id(policy.rules), values.keys(), deciding
        self.hash = hash((id(policy.rules), len(values), deciding))

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Law) and self.key == other.key


class _Rules:
    """Rules equal to themselves alone: a policy and all that `change` makes of it share them."""

    def __init__(self, rules: Mapping[str, Rule]):
        self.rules = rules

    def __hash__(self) -> int:
        return id(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and self.rules is other.rules


@lru_cache(KEPT)
def _deciding(of: _Rules) -> tuple[str, ...]:
    """The parameters, by argument name, that switch a rule on or name its rounding."""
    rules = of.rules.values()
    return tuple(sorted({name for rule in rules for name in (rule.switch, rule.round) if name}))


@cache
def _paths() -> Mapping[str | None, str]:
    """The path of each parameter by the name under which rules take it."""
    return {entry.argument: path for path, entry in declarations().items()}


@lru_cache(KEPT)
def _ordered(
    law: _Law, wanted: tuple[str, ...], available: frozenset[str] | None, given: frozenset[str]
) -> Plan:
    """The plan for the first policy of this law; the others have their own values in it."""
    search = _Search(law.policy, available, given)
    for name in wanted:
        search.visit(name, ())
    search.problems.raise_if_any()
    return search.plan(wanted)


class _Search:
    """Depth-first search from the wanted names to the inputs."""

    def __init__(self, policy: Policy, available: frozenset[str] | None, given: frozenset[str]):
        self.policy, self.available, self.given = policy, available, given
        self.values = policy.arguments
        self.paths = _paths()
        self.order: list[Rule] = []
        self.inputs: dict[str, None] = {}
        self.assumed: list[str] = []
        self.off: set[str] = set()
        self.seen: set[str] = set()
        self.problems = Problems()

    def visit(self, name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            raise JZError.of("JZ-E015", chain=" → ".join((*trail, name)))
        if name in self.seen or name in self.given or name == "members":
            return
        self.seen.add(name)
        if name in self.policy.rules:
            self._need_rule(self.policy.rules[name], trail)
        elif name in self.paths:
            if name not in self.values:
                self.problems.append(self.policy.missing(self.paths[name]))
        elif name in columns():
            self._need_column(name, trail)
        else:
            known = [*self.policy.rules, *columns()]
            self.problems.add("JZ-E010", name=name, nearest=nearest(name, known))

    def _need_rule(self, rule: Rule, trail: tuple[str, ...]) -> None:
        """A rule and what it reads; of one that is switched off, the switch alone."""
        if rule.switch:
            self.visit(rule.switch, (*trail, rule.name))
        if rule.switch and (rule.switch not in self.values or not rule.applies(self.values)):
            self.off.add(rule.name)
        else:
            for argument in (*rule.arguments, *self._rounding_argument(rule)):
                self.visit(argument, (*trail, rule.name))
        self.order.append(rule)

    def _rounding_argument(self, rule: Rule) -> tuple[str, ...]:
        return (rule.round,) if rule.round and rule.round in self.paths else ()

    def _need_column(self, name: str, trail: tuple[str, ...]) -> None:
        lacking = self.available is not None and name not in self.available
        if lacking and columns()[name].default is not None:
            self.assumed.append(name)
        elif lacking:
            by = f"{columns()[trail[-1]].title} ({trail[-1]})" if trail else "—"
            near = nearest(name, self.available or ())
            self.problems.add("JZ-E011", name=name, needed_by=by, nearest=near)
        self.inputs[name] = None

    def plan(self, wanted: tuple[str, ...]) -> Plan:
        """The order found, with the last reader of each intermediate result."""
        last_reader: dict[str, int] = {}
        for number, rule in enumerate(self.order):
            if rule.name not in self.off:
                last_reader |= dict.fromkeys(rule.arguments, number)
            last_reader.setdefault(rule.name, number)
        ends: dict[int, list[str]] = {}
        for name, number in last_reader.items():
            ends.setdefault(number, []).append(name)
        computed = {rule.name for rule in self.order}
        steps = []
        for number, rule in enumerate(self.order):
            last = ends.get(number, ())
            done = tuple(name for name in last if name in computed or name in self.inputs)
            on = rule.name not in self.off
            how = self.values.get(rule.round, rule.round) if rule.round and on else None
            steps.append(Step(rule, None if how is None else str(how), done, on))
        inputs, assumed = tuple(self.inputs), tuple(self.assumed)
        return Plan(self.policy, wanted, tuple(steps), inputs, self.values, assumed)


def reached_by(policy: Policy, other: Policy) -> frozenset[str]:
    """The results that differ because `other` has other parameters or rule versions.

    >>> from jiuzhu_sim.policy import load_policy
    >>> policy = load_policy("example-county")
    >>> sorted(reached_by(policy, policy.change({"category.young_elder_age": 65})))[:2]
    ['category_hh', 'is_category_b_hh']
    """
    old, new = policy.arguments, other.arguments
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return _reached(_Law(policy), _Law(other), frozenset(changed))


@lru_cache(KEPT)
def _reached(before: _Law, after: _Law, parameters: frozenset[str]) -> frozenset[str]:
    policy, other = before.policy, after.policy
    names = policy.rules.keys() | other.rules.keys()
    rules = {name for name in names if policy.rules.get(name) != other.rules.get(name)}
    readers: dict[str, list[str]] = {}
    for rule in other.rules.values():
        for name in _reads(rule, policy.arguments, other.arguments):
            readers.setdefault(name, []).append(rule.name)
    reached, stack = rules, [*parameters, *rules]
    while stack:
        for name in readers.get(stack.pop(), ()):
            if name not in reached:
                reached.add(name)
                stack.append(name)
    return frozenset(reached)


def _reads(rule: Rule, old: Mapping[str, Scalar], new: Mapping[str, Scalar]) -> tuple[str, ...]:
    """What the result of a rule depends on: its switch and, where that is on, what it reads."""
    switch = rule.switch
    if not switch:
        return (*rule.arguments, rule.round or "")
    if any(switch in values and rule.applies(values) for values in (old, new)):
        return (*rule.arguments, rule.round or "", switch)
    return (switch,)
