"""Why this household gets this amount: every step with its value, parameters and clause."""

import html
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jiuzhu_sim.columns import Column, column
from jiuzhu_sim.engine import Plan, Results, simulate
from jiuzhu_sim.language import in_brackets, listed, pick, said, text, texts
from jiuzhu_sim.law import (
    Declaration,
    clause_text,
    declarations,
    document_of,
    document_title,
    region,
)
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules import RULES, Rule
from jiuzhu_sim.rules.kit import at_most, below

THRESHOLDS = (
    ("counted_income_pc_m_hh", "dibao_standard_m_hh", "below"),
    ("counted_income_pc_m_hh", "edge_limit_m_hh", "below"),
    ("n_homes", "homes_limit_hh", "within"),
    ("savings", "savings_limit_hh", "within"),
    ("tekun_income_m_hh", "guaranteed_m_hh", "below_whole"),
    ("gross_income_pc_y_hh", "disposable_income_y_hh", "below"),
)
"""What is held against what: ``below`` must lie under the limit a head, ``below_whole`` under that
of the household, ``within`` may reach it."""

RESULT = ("layer_hh", "category_hh", "n_recipients_hh", "benefit_m_hh")

ANSWERS = (
    "counted_income_pc_m_hh",
    "edge_limit_m_hh",
    *RESULT,
    "payment_status_hh",
    "property_reason_hh",
    "is_covered_in_part_hh",
    "review_months_hh",
    "support_category_hh",
    "over_gap_m_hh",
    "benefit_first_year_y_hh",
    "aid_y_hh",
    "charity_value_y_hh",
)
"""What a receipt explains: the results, and every programme beside dibao."""


OUTCOMES = {
    "stop": ("stop_reason_hh", "is_suspended_hh"),
    "tekun": ("is_tekun_hh",),
    "temporary": ("temporary_aid_hh",),
    "education": ("education_aid_y_hh", "student_aid_y_hh"),
    "medical": ("medical_total_y_hh",),
    "addons": ("addons_m_hh", "addons_y_hh", "charity_value_y_hh"),
}
"""What a programme comes to; where that is nothing, the receipt gives it one line."""


@dataclass(frozen=True)
class StepShown:
    """One step of a receipt: the result's name and title, its value or one value a member,
    the parameters read, the rounding, the clauses that hold at the place and date."""

    name: str
    programme: str
    title: str
    values: tuple[Any, ...]
    shown: str
    parameters: tuple[str, ...]
    clauses: tuple[str, ...]
    rounding: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether the step gave nothing: no, zero, none, no limit."""
        return all(value in (False, 0, math.inf, "none") for value in self.values)

    def __str__(self) -> str:
        basis = text("receipt.no_basis" if self.parameters else "receipt.computed")
        if self.clauses:
            basis = text("receipt.basis", clauses=", ".join(self.clauses))
        used = listed(self.parameters)
        parts = [said(self.title, self.shown), basis]
        if self.rounding:
            parts.insert(1, self.rounding)
        if used:
            parts.insert(1, text("receipt.with", parameters=used))
        return " | ".join(parts)


@dataclass(frozen=True)
class Receipt:
    """The receipt of one household; prints as text, shows as HTML in a notebook.

    `steps` are those that had something to work on and say something, in running order.
    `thresholds` are sentences on the distance to each line; `version` says which law was applied
    and why; `assumed` names what the data lack, taken at its default; `undecided` is what the
    place's documents leave to people (visits, votes), which no step computes.
    """

    household: str
    policy: Policy
    steps: tuple[StepShown, ...]
    thresholds: tuple[str, ...]
    result: str
    version: tuple[str, ...]
    assumed: tuple[str, ...]
    undecided: tuple[str, ...]

    @property
    def cited(self) -> tuple[str, ...]:
        """Each clause that a numbered step cites, with its document and its summary."""
        numbered = [step for steps, whole in self._programmes() if whole for step in steps]
        ids = dict.fromkeys(clause for step in numbered for clause in step.clauses)
        return tuple(
            said(in_brackets(clause, document_title(document_of(clause))), clause_text(clause))
            for clause in ids
        )

    def _programmes(self) -> Iterable[tuple[tuple[StepShown, ...], bool]]:
        """The steps of each programme, and whether it came to anything."""
        for programme, group in groupby(self.steps, key=lambda step: step.programme):
            steps, outcomes = tuple(group), OUTCOMES.get(programme, ())
            ends = [step for step in steps if step.name in outcomes]
            yield steps, not outcomes or not all(step.is_nothing for step in ends)

    def _numbered(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Numbered steps by programme; a programme that came to nothing is one line."""
        number = 0
        for steps, is_something in self._programmes():
            title = text(f"programme.{steps[0].programme}")
            if not is_something:
                yield title, (_nothing(steps),)
                continue
            yield title, tuple(f"{number + k}. {step}" for k, step in enumerate(steps, 1))
            number += len(steps)

    def _lists(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        yield from self._numbered()
        yield text("receipt.thresholds"), self.thresholds
        yield text("receipt.version"), self.version
        yield text("receipt.clauses"), self.cited
        if self.assumed:
            yield text("receipt.assumed"), (listed(self.assumed),)
        if self.undecided:
            yield text("receipt.undecided"), self.undecided

    @property
    def title(self) -> str:
        return text("receipt.title", id=self.household)

    def __str__(self) -> str:
        policy = text("receipt.policy", policy=self.policy.title, at=self.policy.at)
        lines = [self.title, policy, self.result]
        for head, items in self._lists():
            lines += ["", head, *items]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.html("h3")

    def html(self, heading: str) -> str:
        """The receipt as HTML, its title a heading of this level (``h1`` on a page of its own)."""
        policy = text("receipt.policy", policy=self.policy.title, at=self.policy.at)
        body = []
        for head, items in self._lists():
            rows = "".join(f"<li>{html.escape(item)}</li>" for item in items)
            body.append(f"<h4>{html.escape(head)}</h4><ul>{rows}</ul>")
        return (
            f'<section class="receipt"><style>{STYLE}</style>'
            f"<{heading}>{html.escape(self.title)}</{heading}>"
            f"<p>{html.escape(policy)}</p><p><b>{html.escape(self.result)}</b></p>"
            f"{''.join(body)}</section>"
        )

    def as_dict(self) -> dict[str, Any]:
        """The receipt for machines."""
        return {
            "household": self.household,
            "policy": {"place": self.policy.place, "at": self.policy.at.isoformat()},
            "result": self.result,
            "steps": [
                {
                    "name": step.name,
                    "programme": step.programme,
                    "unit": column(step.name).unit,
                    "values": list(step.values),
                    "parameters": list(step.parameters),
                    "clauses": list(step.clauses),
                }
                for step in self.steps
            ],
            "thresholds": list(self.thresholds),
            "version": list(self.version),
            "assumed": list(self.assumed),
            "undecided": list(self.undecided),
        }


def _nothing(steps: tuple[StepShown, ...]) -> str:
    """A programme that came to nothing, and the tests of the household that say so."""
    tests = [step for step in steps if column(step.name).dtype == "bool" and len(step.values) == 1]
    shown = listed(said(step.title, step.shown) for step in tests)
    return text("receipt.nothing_by", tests=shown) if tests else text("receipt.nothing")


STYLE = ".receipt ul{list-style:none;padding-left:1em}.receipt h4{margin:.8em 0 .2em}"


def explain(results: Results, household: int | str) -> Receipt:
    """The receipt of one `household` (its id) under the policy of `results`.

    Every value with its unit, parameter and clause, and the distance to each threshold.

    Raises JZ-E029 when there is no household of this id.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> jz.explain(results, 7).household
    '7'
    """
    policy = results.policy
    people = results.people.only(results.people.position(household))
    names = [step.rule.name for step in simulate(people, policy, ANSWERS, threads=1).plan.steps]
    own = simulate(people, policy, [*ANSWERS, *names], threads=1)
    left = region(policy.place).not_computed
    made = [_step(rule, own) for rule in _worked(own.plan)]
    return Receipt(
        household=str(household),
        policy=policy,
        steps=tuple(step for step in made if _says_something(step)),
        thresholds=tuple(_thresholds(own)),
        result=_result(own),
        version=tuple(_version(policy)),
        assumed=tuple(column(name).title for name in own.plan.assumed),
        undecided=tuple(said(clause, pick(reason)) for clause, reason in left),
    )


def _result(own: Results) -> str:
    """The answer in a sentence; it says when the data do not tell whether income was verified."""
    names = (*RESULT, "payment_status_hh")
    layer, category, n, benefit, status = (_show(column(k), own.numbers(k)) for k in names)
    key = "receipt.result" if own["n_recipients_hh"][0] else "receipt.result_none"
    said_first = text(key, layer=layer, category=category, n=n, benefit=benefit)
    is_assumed = own["n_recipients_hh"][0] and "is_income_verified" in own.plan.assumed
    note = text("receipt.unverified") if is_assumed else ""
    return said_first + text("receipt.status", status=status) + note


def _worked(plan: Plan) -> Iterable[Rule]:
    """The rules that had something to work on, programme by programme.

    Left out are those the policy switches off, and those that read nothing but defaults.
    """
    idle = {*plan.assumed, *(step.rule.name for step in plan.steps if not step.on)}
    worked = []
    for step in plan.steps:
        read = [name for name in step.rule.arguments if name not in plan.parameters]
        columns_read = [name for name in read if name != "members"]
        if step.on and columns_read and idle.issuperset(columns_read):
            idle.add(step.rule.name)
        elif step.on:
            worked.append(step.rule)
    order = list(dict.fromkeys(rule.programme for rule in RULES))
    return sorted(worked, key=lambda rule: order.index(rule.programme))


def _says_something(step: StepShown) -> bool:
    """Whether a step belongs on the receipt: a document asks for it, or it is money other than
    nothing. What no document asks for is decided by neutral parameters.
    """
    is_neutral = bool(step.parameters) and column(step.name).dtype != "float64"
    is_test = column(step.name).dtype == "bool"
    return bool(step.clauses) or not (is_test or is_neutral or step.is_nothing)


def _show(entry: Column, values: Any) -> str:
    return listed(entry.show(value) for value in values)


def _step(rule: Rule, own: Results) -> StepShown:
    entry, values, policy = column(rule.name), own.numbers(rule.name), own.policy
    declared = {item.argument: item for item in declarations().values()}
    names = [name for name in (rule.switch, *rule.arguments) if name in declared]
    rounding = policy.arguments.get(rule.round or "", rule.round)
    return StepShown(
        name=rule.name,
        programme=rule.programme,
        title=entry.title,
        values=tuple(own[rule.name].tolist()),
        shown=_show(entry, values),
        parameters=tuple(_parameter(declared[name], policy) for name in dict.fromkeys(names)),
        clauses=policy.clauses_of(rule),
        rounding=text(f"rounding.{rounding}") if rounding else "",
    )


def _parameter(declared: Declaration, policy: Policy) -> str:
    """A parameter with its value, marked where no document in force states it."""
    value = policy.values[declared.path]
    shown = f"{declared.title} {declared.show(value.value)}"
    mark = f"mark.{value.status}"
    return in_brackets(shown, text(mark)) if mark in texts() else shown


def _version(policy: Policy) -> Iterable[str]:
    """Which law was applied and why this version of it."""
    place = region(policy.place)
    yield text("receipt.at", at=policy.at)
    if place.base:
        yield text("receipt.base", base=pick(region(place.base).label))
    if place.dated:
        yield pick(place.dated)
    if policy.changed:
        titles = listed(declarations()[path].title for path in policy.changed)
        yield text("receipt.changed", parameters=titles)
    for document, since, note in policy.lacking:
        yield text(
            "receipt.lacking", document=document_title(document), since=since, note=pick(note)
        )


def _thresholds(own: Results) -> Iterable[str]:
    computed: Mapping[str, Any] = own.computed
    off = {step.rule.name for step in own.plan.steps if not step.on}
    for name, limit_name, kind in THRESHOLDS:
        known = name in computed or name in own.people
        if limit_name not in computed or not known or name in off:
            continue
        value, limit = float(own.numbers(name)[0]), float(own.numbers(limit_name)[0])
        is_empty_band = limit_name == "edge_limit_m_hh" and own.policy["edge.ratio"] == 1
        if math.isfinite(limit) and not is_empty_band:
            yield _threshold(own, name, limit_name, kind, value, limit)


def _threshold(
    own: Results, name: str, limit_name: str, kind: str, value: float, limit: float
) -> str:
    entry, limit_entry = column(name), column(limit_name)
    # The rules compare income for the whole household, see is_income_below_hh.
    heads = int(own.numbers("n_members_hh")[0]) if kind == "below" else 1
    is_under = kind != "within"
    met = below(value * heads, limit * heads) if is_under else at_most(value, limit)
    key = {
        (True, True): "below",
        (True, False): "above",
        (False, True): "within",
        (False, False): "beyond",
    }[is_under, bool(met)]
    return text(
        f"receipt.{key}",
        name=entry.title,
        value=entry.show(value),
        limit_name=limit_entry.title,
        limit=limit_entry.show(limit),
        distance=limit_entry.show(abs(limit - value)),
    )
