"""The loop over months: rules run twice a month, on what is true and on what the office knows."""

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.engine import make_plan, simulate
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import NEEDED, by_account, month_amounts
from jiuzhu_sim.months.assumptions import assumptions as packaged
from jiuzhu_sim.months.conditions import CONDITIONS, Conditions
from jiuzhu_sim.months.life import Life
from jiuzhu_sim.months.office import Office, When, roster_of
from jiuzhu_sim.months.office_knowledge import Knowledge
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.months.roll import GRACE, ON_ROLL, OUTSIDE, SUSPENDED, reasons_of
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import MONTHS, QUARTER

SEED = 1
"""The seed of a run unless told otherwise."""

LONGEST = 60
"""Months a run may have: five years."""

Schedule = Mapping[int, Mapping[str, Any]]
Values = dict[str, NDArray[Any]]

_TRUE = (*NEEDED, "payment_status_hh", "is_income_below_hh", "n_members_hh")
_KNOWN = (
    *_TRUE,
    "stop_reason_hh",
    "is_property_passed_hh",
    "n_recipients_hh",
    "review_months_hh",
    "category_hh",
    "layer_hh",
    "is_grace_hh",
)


def simulate_months(
    people: People,
    policy: Policy,
    *,
    months: int = 12,
    start: str = "2025-01",
    conditions: Conditions = CONDITIONS,
    assumptions: Assumptions | None = None,
    schedule: Schedule | None = None,
    seed: int = SEED,
    life: Life | None = None,
    keep: bool = True,
    threads: int | None = None,
) -> Months:
    """Basic living month by month: what the office pays on what it knows, and what was due.

    `people` are as on the eve of `start` (``2025-01``), `policy` the law in force then; `months` 1
    to 60. `conditions`: growth of incomes, how many shocks, take-up; `assumptions`: chances of what
    happens to families and how the office works (the packaged ones, each with its source, if not
    given); `seed` draws them; `threads` as for `simulate`. `schedule` holds changes of the law by
    month number (from 1), from that month on. `life`, made once, may be shared by several laws; it
    brings its own months, start and conditions. Without `keep` only money and counts are kept.

    Raises, all at once: JZ-E032 for a wrong number of months or start, JZ-E083 for a month outside
    the schedule's range, and what `Policy.change` raises; JZ-E084 for a `life` that does not fit;
    and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> made = simulate_months(people, jz.load_policy("example-county"), months=3)
    >>> made.money.shape[0], made.names[-1], bool(made.on_roll.any())
    (3, '2025-03', True)
    """
    first = first_month(months, start)
    policies = _policies(policy, months, schedule or {})
    told = packaged() if assumptions is None else assumptions
    if life is None:
        life = Life(people, told, months=months, start=start, seed=seed, conditions=conditions)
    elif life.months < months or life.start != start or not _is_of(life, people):
        given = {"months": life.months, "start": life.start, "wanted": months, "first": start}
        given |= {"households": f"{life.people.households:,}", "own": f"{people.households:,}"}
        raise JZError.of("JZ-E084", "simulate_months", **given)
    run = _Run(life, policies, told, conditions, seed, keep=keep, threads=threads)
    for number in range(months):
        run.month(When(number, (first.month - 1 + number) % MONTHS + 1))
    return run.results(start)


def first_month(months: int, start: str) -> datetime.date:
    """The first day of the first month; JZ-E032 for a wrong start or number of months, at once.

    >>> first_month(12, "2025-03").isoformat()
    '2025-03-01'
    """
    problems, first = Problems(), datetime.date.min
    if not isinstance(months, int | np.integer) or not 1 <= months <= LONGEST:
        expected = text("months.months")
        problems.add("JZ-E032", "simulate_months", name="months", value=months, expected=expected)
    try:
        first = datetime.datetime.strptime(str(start), "%Y-%m").date()
    except ValueError:
        expected = text("months.start")
        problems.add("JZ-E032", "simulate_months", name="start", value=start, expected=expected)
    problems.raise_if_any()
    return first


def _is_of(life: Life, people: People) -> bool:
    """Whether a life is that of these people: the same households in the same order."""
    if life.people.households != people.households:
        return False
    is_same = (life.people.numbers("id") == people.numbers("id")).all()
    return bool(is_same) and life.people.names.get("id") == people.names.get("id")


def _policies(policy: Policy, months: int, schedule: Schedule) -> tuple[Policy, ...]:
    """The law of each month; the same object as long as nothing changes."""
    problems, found, now = Problems(), [], policy
    for month in sorted(set(schedule) - set(range(1, months + 1)), key=str):
        problems.add("JZ-E083", "schedule", month=month, months=months)
    for month in range(1, months + 1):
        if month in schedule:
            try:
                now = now.change(schedule[month])
            except JZError as error:
                problems += error.problems
        found.append(now)
    problems.raise_if_any()
    return tuple(found)


class _Run:
    """One run: people, law, office, and what is kept of each month."""

    def __init__(
        self,
        life: Life,
        policies: tuple[Policy, ...],
        assumptions: Assumptions,
        conditions: Conditions,
        seed: int,
        *,
        keep: bool,
        threads: int | None,
    ):
        self.life, self.policies = life, policies
        self.people = roster_of(life.people, policies[0])
        self.assumptions, self.keep, self.threads = assumptions, keep, threads
        self.weight, self.area = self.people.numbers("weight"), self.people.numbers("area")
        self.knowledge = Knowledge(self.people)
        laws = {id(policy): policy for policy in policies}.values()
        plans = [make_plan(policy, _KNOWN, self.people.laid_out) for policy in laws]
        self.inputs = frozenset(name for plan in plans for name in plan.inputs)
        opening = self._rules(policies[0], {}, _KNOWN)
        self.office = Office(self.knowledge, policies[0], opening, assumptions, conditions, seed)
        on = self.office.on_roll
        self.opening = (self.office.status, _persons(opening, on))
        self.kept: list[Values] = []
        self.sums: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        self.counts: list[dict[str, float]] = []

    def _rules(
        self, policy: Policy, columns: Mapping[str, NDArray[Any]], wanted: tuple[str, ...]
    ) -> Mapping[str, NDArray[Any]]:
        read = {name: values for name, values in columns.items() if name in self.inputs}
        people = self.people.with_columns(read)
        return simulate(people, policy, wanted, threads=self.threads).computed

    def month(self, when: When) -> None:
        """One month: life, what is due, who comes, what is learnt, what is paid."""
        t, policy, office = when.number, self.policies[when.number], self.office
        old = office.status
        lived = self.life.month(t)
        columns = {name: lived.columns[name] for name in lived.columns if name in self.inputs}
        self.knowledge.look(columns)
        seen = office.attend(policy, when)
        state = office.roster(policy, t)
        true = self._rules(policy, {**columns, **state, "has_applied": office.applied}, _TRUE)
        comes, decided, is_in = office.apply(true, policy, t)
        due = true["benefit_m_hh"]
        is_new_law = t > 0 and policy is not self.policies[t - 1]
        if is_new_law:
            # What a change of the law alone does to what is known: nobody tells, or visits, for it.
            known = {**self.knowledge.known, **state, "has_applied": is_in}
            office.paid = self._rules(policy, known, ("benefit_m_hh",))["benefit_m_hh"]
        seen |= office.learn(seen, due, lived.events["died"], policy, when)
        learnt = decided.copy()
        for name in ("reviewed", "reported", "matched", "rechecked"):
            learnt |= seen[name]
        self.knowledge.refresh(learnt | ~office.on_roll)
        last = office.paid
        known = {**self.knowledge.known, **state, "has_applied": is_in}
        values = self._rules(policy, known, _KNOWN)
        office.decide(values, decided, seen["reviewed"], policy)
        changed = learnt & (values["benefit_m_hh"] != last)
        marks = {**seen, "applied": comes, "decided": decided, "visited": decided | changed}
        reason = reasons_of(
            old,
            office.status,
            values,
            by_law=~learnt & is_new_law,
            on_record=~learnt & (t == 0),
        )
        self._keep(when, old, values, true, marks, reason, lived.events)

    def _keep(
        self,
        when: When,
        old: NDArray[np.int8],
        values: Mapping[str, NDArray[Any]],
        true: Mapping[str, NDArray[Any]],
        marks: Mapping[str, NDArray[np.bool_]],
        reason: NDArray[np.int8],
        events: Mapping[str, NDArray[np.bool_]],
    ) -> None:
        """Money, counts and, when asked, the households of a month."""
        status, on = self.office.status, self.office.on_roll
        entered, left = ~(old >= ON_ROLL) & on, (old >= ON_ROLL) & ~on
        amounts, owed = month_amounts(values), month_amounts(true)
        if self.policies[when.number]["reading.benefit_start"] == "quarter_start":
            # Benefit starts with the quarter of the approval: its earlier months are due with it.
            months = np.where(entered, 1 + (when.month - 1) % QUARTER, 1)
            for each in (amounts, owed):
                each |= {name: each[name] * months for name in ("dibao", "tekun")}
        self.sums.append(
            (
                by_account(amounts, self.weight, self.area),
                by_account(owed, self.weight, self.area),
            )
        )
        counted = {
            **marks,
            "on_roll": on,
            "grace": status == GRACE,
            "suspended": status == SUSPENDED,
            "entries": entered,
            "exits": left,
            "refused": marks["decided"] & (status == OUTSIDE),
            **{f"event.{name}": flags for name, flags in events.items()},
        }
        self.counts.append({name: self._count(flags) for name, flags in counted.items()})
        if self.keep:
            self.kept.append(
                {
                    "paid": amounts["dibao"] + amounts["tekun"],
                    "due": owed["dibao"] + owed["tekun"],
                    "status": status,
                    "reason": reason,
                    "persons": _persons(values, on),
                    "category": values["category_hh"],
                    **{name: marks[name] for name in ("reviewed", "visited", "matched")},
                }
            )

    def _count(self, flags: NDArray[np.bool_]) -> float:
        return float(self.weight[flags].sum())

    def results(self, start: str) -> Months:
        """All months."""
        kept = {name: np.stack([row[name] for row in self.kept]) for name in (self.kept or [{}])[0]}
        counts = {name: np.array([row[name] for row in self.counts]) for name in self.counts[0]}
        return Months(
            people=self.people,
            policies=self.policies,
            start=start,
            assumptions=self.assumptions,
            money=np.stack([money for money, _ in self.sums]),
            owed=np.stack([owed for _, owed in self.sums]),
            counts=counts,
            opening_status=self.opening[0],
            opening_persons=self.opening[1],
            **kept,
        )


def _persons(values: Mapping[str, NDArray[Any]], on: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Persons on the roll, of each household."""
    return np.where(on, values["n_recipients_hh"], 0).astype(np.int16)
