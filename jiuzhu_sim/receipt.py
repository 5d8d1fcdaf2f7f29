"""Why this household gets this amount: every step with its value, parameters and clause."""

import html
from dataclasses import dataclass
from typing import Any

from jiuzhu_sim.columns import Column, column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.language import listed, pick, said, text
from jiuzhu_sim.law import clause_text, declarations, region
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules import RULES, Rule
from jiuzhu_sim.rules.kit import at_most, below

THRESHOLDS = (
    ("counted_income_pc_m_hh", "dibao_standard_m_hh", "below"),
    ("counted_income_pc_m_hh", "edge_limit_m_hh", "below"),
    ("n_homes", "homes_limit_hh", "within"),
    ("savings", "savings_limit_hh", "within"),
)
"""What is held against what: ``below`` must lie under the limit, ``within`` may reach it."""

RESULT = ("layer_hh", "category_hh", "n_recipients_hh", "benefit_m_hh")


@dataclass(frozen=True)
class StepShown:
    """One step of a receipt: the result's name and title, its value or one value a member,
    the parameters read, the clauses of the place's own documents."""

    name: str
    title: str
    values: tuple[Any, ...]
    shown: str
    parameters: tuple[str, ...]
    clauses: tuple[str, ...]

    def __str__(self) -> str:
        basis = (
            text("receipt.basis", clauses=", ".join(self.clauses))
            if self.clauses
            else text("receipt.no_basis")
        )
        used = listed(self.parameters)
        parts = [said(self.title, self.shown), basis]
        if used:
            parts.insert(1, text("receipt.with", parameters=used))
        return " | ".join(parts)


@dataclass(frozen=True)
class Receipt:
    """The receipt of one household; prints as text, shows as HTML in a notebook.

    `thresholds` are sentences on the distance to each line; `undecided` is what the place's
    documents leave to people (visits, votes), which no step computes.
    """

    household: str
    policy: Policy
    steps: tuple[StepShown, ...]
    thresholds: tuple[str, ...]
    result: str
    undecided: tuple[str, ...]

    @property
    def cited(self) -> tuple[str, ...]:
        """Each clause cited, with its summary."""
        ids = dict.fromkeys(clause for step in self.steps for clause in step.clauses)
        return tuple(said(clause, clause_text(clause)) for clause in ids)

    def _parts(self) -> tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]]:
        title = text("receipt.title", id=self.household)
        policy = text("receipt.policy", policy=self.policy.title, at=self.policy.at)
        lists = [
            ("", tuple(str(step) for step in self.steps)),
            (text("receipt.thresholds"), self.thresholds),
            (text("receipt.clauses"), self.cited),
        ]
        if self.undecided:
            lists.append((text("receipt.undecided"), self.undecided))
        return title, policy, tuple(lists)

    def __str__(self) -> str:
        title, policy, lists = self._parts()
        lines = [title, policy, ""]
        for head, items in lists:
            if head:
                lines += ["", head]
            mark = "{}. " if not head else "- "
            lines += [mark.format(number) + item for number, item in enumerate(items, 1)]
        return "\n".join([*lines, "", self.result])

    def _repr_html_(self) -> str:
        title, policy, lists = self._parts()
        body = []
        for head, items in lists:
            tag = "ul" if head else "ol"
            body.append(f"<h4>{html.escape(head)}</h4>" if head else "")
            rows = "".join(f"<li>{html.escape(item)}</li>" for item in items)
            body.append(f"<{tag}>{rows}</{tag}>")
        return (
            f'<section class="receipt"><h3>{html.escape(title)}</h3><p>{html.escape(policy)}</p>'
            f"<p><b>{html.escape(self.result)}</b></p>{''.join(body)}</section>"
        )

    def as_dict(self) -> dict[str, Any]:
        """The receipt for machines."""
        return {
            "household": self.household,
            "policy": {"place": self.policy.place, "at": self.policy.at.isoformat()},
            "result": self.result,
            "steps": [
                {"name": step.name, "values": list(step.values), "clauses": list(step.clauses)}
                for step in self.steps
            ],
            "thresholds": list(self.thresholds),
            "undecided": list(self.undecided),
        }


def explain(results: Results, household: int | str) -> Receipt:
    """The receipt of one household under the policy of `results`.

    Raises JZ-E029 when there is no household of this id.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> jz.explain(results, 7).household
    '7'
    """
    policy = results.policy
    people = results.people.only(results.people.position(household))
    rules = [rule for rule in RULES if policy.rules.get(rule.name) is rule]
    own = simulate(people, policy, [rule.name for rule in rules], threads=1)
    documents = region(policy.place).documents
    left = region(policy.place).not_computed
    shown = {name: _show(column(name), own.numbers(name)) for name in RESULT}
    return Receipt(
        household=str(household),
        policy=policy,
        steps=tuple(_step(rule, own, documents) for rule in rules),
        thresholds=tuple(_threshold(own, *line) for line in THRESHOLDS),
        result=text(
            "receipt.result",
            layer=shown["layer_hh"],
            category=shown["category_hh"],
            n=shown["n_recipients_hh"],
            benefit=shown["benefit_m_hh"],
        ),
        undecided=tuple(said(clause, pick(reason)) for clause, reason in left),
    )


def _show(entry: Column, values: Any) -> str:
    return listed(entry.show(value) for value in values)


def _step(rule: Rule, own: Results, documents: tuple[str, ...]) -> StepShown:
    entry, values = column(rule.name), own.numbers(rule.name)
    declared = {item.argument: item for item in declarations().values()}
    names = [name for name in (*rule.arguments, rule.round or "") if name in declared]
    parameters = tuple(
        f"{declared[name].title} {declared[name].show(own.policy[declared[name].path])}"
        for name in names
    )
    # A rule serves several places; the receipt cites only the documents of this one.
    clauses = tuple(clause for clause in rule.clauses if clause.rpartition(".")[0] in documents)
    return StepShown(
        name=rule.name,
        title=entry.title,
        values=tuple(own[rule.name].tolist()),
        shown=_show(entry, values),
        parameters=parameters,
        clauses=clauses,
    )


def _threshold(own: Results, name: str, limit_name: str, kind: str) -> str:
    entry, limit_entry = column(name), column(limit_name)
    value, limit = float(own.numbers(name)[0]), float(own.numbers(limit_name)[0])
    members = int(own.numbers("n_members_hh")[0])
    # The rules compare income for the whole household, see layer_hh.
    met = below(value * members, limit * members) if kind == "below" else at_most(value, limit)
    key = {
        ("below", True): "below",
        ("below", False): "above",
        ("within", True): "within",
        ("within", False): "beyond",
    }[kind, bool(met)]
    return text(
        f"receipt.{key}",
        name=entry.title,
        value=entry.show(value),
        limit_name=limit_entry.title,
        limit=limit_entry.show(limit),
        distance=limit_entry.show(abs(limit - value)),
    )
