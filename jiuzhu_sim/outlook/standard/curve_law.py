"""What the law makes of the standard: the results it reaches, and what no exact curve can follow.

The standard curve rests on two properties of the law, told here rule by rule. A comparison with
the standard turns once as the standard rises, while the comparisons before it stay as they are.
Between two turns an amount follows straight lines, bent upwards only or downwards only. A rule
that is not listed here is refused, whatever it does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.engine.plan import Step
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import in_brackets, said
from jiuzhu_sim.law import declarations
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules import Rule
from jiuzhu_sim.rules.kit import FEN

STANDARD = "dibao_standard_m_hh"
WANTED = ("benefit_m_hh", "n_recipients_hh", "counted_income_pc_m_hh", "n_members_hh")
"""What cost, recipients and poverty are made of, beside the standard itself."""

COMPARED = frozenset(
    {
        "is_bills_high_hh",
        "is_compensation_left_hh",
        "is_edge_hh",
        "is_grace_hh",
        "is_income_below_hh",
        "is_information_against_hh",
        "is_savings_passed_hh",
        "is_without_means_hh",
        "tier_hh",
    }
)
"""Results that compare something fixed with a multiple of the standard."""

FOLLOWING = frozenset(
    {"is_dibao_hh", "is_property_passed_hh", "is_tekun_hh", "n_recipients_hh", "n_single_cases_hh"}
    | {"stop_reason_hh"}
)
"""Results that follow from comparisons alone, and so turn only where one of these turns."""

AMOUNTS = frozenset(
    {
        "benefit_m_hh",
        "category_supplement_m_hh",
        "class_benefit_m_hh",
        "compensation_months_hh",
        "entitled_m_hh",
        "full_standard_m_hh",
        "gap_benefit_m_hh",
        "gap_m_hh",
        "grace_benefit_m_hh",
        "guaranteed_m_hh",
        "head_gap_m_hh",
        "own_gap_m",
        "savings_limit_hh",
        "single_person_base_m_hh",
        "single_person_benefit_m_hh",
        "single_withheld_m_hh",
        "target_benefit_m_hh",
        "tekun_basic_concentrated_m_hh",
        "tekun_basic_dispersed_m_hh",
        "tekun_basic_m_hh",
        "tekun_benefit_m_hh",
        "tekun_care_concentrated_m_hh",
        "tekun_care_dispersed_m_hh",
        "tekun_care_m",
        "tier_benefit_m_hh",
        "withheld_m_hh",
    }
)
"""Amounts that follow straight lines between the turns. Rounding keeps them straight, because
whole yuan of the standard are whole yuan of the amount: ceil(s·n − Y) = s·n + ceil(−Y)."""

ROUNDED_SHARES = {
    "class_benefit_m_hh": ("reading.class_ii_rate",),
    "tekun_basic_m_hh": ("tekun.basic_ratio",),
    "tekun_basic_concentrated_m_hh": ("tekun.basic_ratio",),
    "tier_benefit_m_hh": ("tiers.first_share", "tiers.second_share", "tiers.third_share"),
}
"""Amounts that are a share of the standard and rounded: straight only if the share of a yuan is
a whole number of what it is rounded to."""

BENT_BY = {"grace_benefit_m_hh": ("reading.grace_benefit", "taper")}
"""Amounts that one choice makes a broken share of the standard, rounded."""

PUBLISHED = "published_standard_m_hh"
WHOLE = 1e-9
"""How near a share of a yuan must be to a whole number: a float's last bits only."""


@dataclass(frozen=True)
class Moved:
    """The rules that the standard reaches, in the order of running, and what they read.

    `fixed` are the results and columns read that the standard does not reach; `parameters` the
    values by argument name.
    """

    steps: tuple[Step, ...]
    fixed: tuple[str, ...]
    parameters: Mapping[str, Scalar]
    constant: Mapping[str, Any]

    @property
    def compared(self) -> tuple[str, ...]:
        """The comparisons, each behind those that it builds on."""
        return tuple(step.rule.name for step in self.steps if step.rule.name in COMPARED)

    def leading_to(self, name: str) -> tuple[Step, ...]:
        """The steps that a result needs, itself the last."""
        needed, found = {name}, []
        for step in reversed(self.steps):
            if step.rule.name in needed:
                needed.update(step.rule.arguments)
                found.append(step)
        return tuple(reversed(found))


def path_of(area: str) -> str:
    """The parameter that holds the standard of an area.

    >>> path_of("rural")
    'dibao.standard.rural'
    """
    return f"dibao.standard.{area}"


def moved_by_standard(policy: Policy, area: str, available: Iterable[str]) -> Moved:
    """What moves with the standard of an area under a policy; `available`: columns of the people.

    Raises, all at once, JZ-E062 for every rule or parameter that keeps the curve from being
    exact; and what `make_plan` raises.

    >>> from jiuzhu_sim.policy import load_policy
    >>> moved_by_standard(load_policy("example-county"), "rural", columns()).compared
    ('is_income_below_hh', 'is_savings_passed_hh', 'is_edge_hh')
    """
    plan = make_plan(policy, WANTED, available)
    problems, argument = Problems(), declarations()[path_of(area)].argument
    if policy["standard.method"] != "decree":
        _refuse_parameter(problems, policy, "standard.method")
    reached, steps = {STANDARD}, []
    for step in plan.steps:
        rule = step.rule
        if not step.on:
            continue
        if argument in rule.arguments and rule.name != PUBLISHED:
            _refuse_rule(problems, policy, rule)
        elif reached.intersection(rule.arguments) and not _is_idle(rule, policy):
            if rule.name in COMPARED | FOLLOWING | AMOUNTS:
                _check_amount(problems, policy, step)
                reached.add(rule.name)
                steps.append(step)
            else:
                _refuse_rule(problems, policy, rule)
    problems.raise_if_any()
    off = {step.rule.name: step.rule.constant for step in plan.steps if not step.on}
    default = {name: columns()[name].number for name in plan.assumed}
    read = {name for step in steps for name in step.rule.arguments}
    fixed = read - reached - plan.parameters.keys() - off.keys() - default.keys() - {"members"}
    constant = {name: value for name, value in (off | default).items() if name in read}
    return Moved(tuple(steps), tuple(sorted(fixed)), plan.parameters, constant)


def _is_idle(rule: Rule, policy: Policy) -> bool:
    """Whether a rule takes the standard but, as the law stands, makes no use of it."""
    if rule.name != "assessed_support_m_hh":
        return False
    return policy["support.form"] == "fixed_fee" or policy["support.exempt_standards"] == 0


def _check_amount(problems: Problems, policy: Policy, step: Step) -> None:
    """Refuse what would round a broken share of each yuan of the standard."""
    parts = FEN if step.rounding == "fen" else 1
    for path in ROUNDED_SHARES.get(step.rule.name, ()):
        share = float(policy[path]) * parts
        if step.rounding and abs(share - round(share)) > WHOLE:
            _refuse_parameter(problems, policy, path)
    path, bending = BENT_BY.get(step.rule.name, ("", ""))
    if path and policy[path] == bending:
        _refuse_parameter(problems, policy, path)


def _refuse_rule(problems: Problems, policy: Policy, rule: Rule) -> None:
    """Name the parameter that switches the rule on, or the rule where none does."""
    switches = [path for path, entry in declarations().items() if entry.argument == rule.switch]
    if switches:
        _refuse_parameter(problems, policy, switches[0])
    else:
        _refuse(problems, in_brackets(columns()[rule.name].title, rule.name))


def _refuse_parameter(problems: Problems, policy: Policy, path: str) -> None:
    declared = declarations()[path]
    _refuse(problems, said(in_brackets(declared.title, path), declared.show(policy[path])))


def _refuse(problems: Problems, because: str) -> None:
    if all(problem.values["because"] != because for problem in problems):
        problems.add("JZ-E062", because=because)
