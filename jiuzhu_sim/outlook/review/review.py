"""Review regimes side by side: the work each costs and the money each lets leak.

The same lives under each regime: a seed makes one `Life`, and every regime is run over it, so that
what differs is the regime alone. Before the months that are measured, the regime runs for some
months, for at the start the office knows everybody's circumstances as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.flows import kept
from jiuzhu_sim.measures.leakage import Errors, errors
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.conditions import CONDITIONS, Conditions
from jiuzhu_sim.months.life import Life
from jiuzhu_sim.months.regimes import regime, regime_names
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.months.run import first_month, simulate_months
from jiuzhu_sim.outlook.review.review_regimes import (
    SCALED,
    YEAR,
    Regime,
    compared_with,
)
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

SEED = 20260101
WORK = ("reviews", "visits_review", "visits_other", "matched", "runs", "signins")
HOURS = {"reviews": "review", "visits": "visit", "matched": "match", "runs": "run",
         "signins": "signin"}  # fmt: skip
"""Work and the hours of outlook/review/review.yaml that it takes."""

MONEY = ("paid", "due", "leaked", "withheld", "missed")
CASES = ("paid", "due", "wrongly_paid", "overpaid", "underpaid", "missed")
FLOWS = tuple(f"money_{name}" for name in MONEY)
HEADS = tuple(f"cases_{name}" for name in CASES)
MEASURES = (*WORK, *FLOWS, *HEADS)
"""What is kept of every run and month, weighted: work, yuan, households. Visits at a review and
other visits (new applications, reports, matches) are told apart."""

BY_HOUSEHOLD = ("paid", "due", "status", "reason", "reviewed", "visited", "matched", "persons",
                "category")  # fmt: skip
"""What a run keeps by month and household."""

BY_RULE = -1.0
"""A visit share of this much: visits as the months have them, where a review finds a change."""

ASSUMED = -1.0
"""Hours of this much: as assumed."""

Floats = NDArray[np.float64]


def hours() -> Assumptions:
    """The hours each activity takes, and of a day: assumed, but for the length of the day.

    >>> hours()["hours.day"], hours().has_assumed
    (8.0, True)
    """
    return assumptions(Path(__file__).with_name("review.yaml"))


def hours_given(**given: float) -> Assumptions:
    """The hours with those of the user in place: ``review``, ``visit``, …; −1 keeps the assumed.

    Raises JZ-E004 for hours out of range, JZ-E060 for an unknown name.

    >>> hours_given(review=2, visit=-1)["hours.review"]
    2.0
    """
    own = {f"hours.{name}": value for name, value in given.items() if value != ASSUMED}
    return hours().changed(own)


def months_given(given: Iterable[Any]) -> tuple[int, ...]:
    """Months of the calendar from numbers or text (the command line's); JZ-E032 otherwise.

    >>> months_given(["3", 9])
    (3, 9)
    """
    found, problems = [], Problems()
    for each in given:
        if str(each).strip().isdecimal():
            found.append(int(each))
        elif str(each).strip():
            expected = text("review.expected.matching")
            problems.add("JZ-E032", name="matching", value=each, expected=expected)
    problems.raise_if_any()
    return tuple(found)


@dataclass(frozen=True)
class Comparison:
    """What each regime cost and let happen, by seed and month.

    `values`: (regimes, seeds, months, `MEASURES`) weighted households and yuan of the measured
    months. `hours` (review.yaml) turn work into officer days. `visit_share`: of reviews
    with a visit, or `BY_RULE`. The first regime is the law as it stands; `run`: its measured months
    under the first seed.
    """

    policy: Policy
    people: People
    regimes: tuple[Regime, ...]
    seeds: tuple[int, ...]
    months: tuple[str, ...]
    warm_up: int
    values: Floats
    hours: Assumptions
    assumptions: Assumptions
    run: Months
    visit_share: float = BY_RULE

    def index(self, key: str) -> int:
        """The place of a regime. Raises JZ-E060 for one that was not compared."""
        keys = [regime.key for regime in self.regimes]
        if key not in keys:
            raise JZError.unknown(text("word.regime"), key, keys)
        return keys.index(key)

    def monthly(self, measure: str) -> Floats:
        """(regimes, seeds, months) of one of `MEASURES`, of ``visits``, ``days``, or of a rate.

        Rates: ``leaked_rate`` of what is paid, ``wrongly_rate`` of the households paid,
        ``missed_rate`` of those to whom something is due.
        """
        return self._of(self.values, measure)

    def yearly(self, measure: str) -> Floats:
        """(regimes, seeds) of the same for a year: sums scaled to twelve months, rates of sums,
        households in a mean month.
        """
        sums = self.values.sum(axis=2)
        n_months = self.values.shape[2]
        made: Floats = self._of(sums, measure)
        if measure.endswith("_rate"):
            return made
        return made / n_months if measure in HEADS else made * (YEAR / n_months)

    def _of(self, values: Floats, measure: str) -> Any:
        def of(name: str) -> Floats:
            return values[..., MEASURES.index(name)]

        if measure == "visits":
            is_by_rule = self.visit_share == BY_RULE
            share = of("visits_review") if is_by_rule else self.visit_share * of("reviews")
            return share + of("visits_other")
        if measure == "days":
            spent = sum(
                self.hours[f"hours.{each}"] * self._of(values, name) for name, each in HOURS.items()
            )
            return spent / self.hours["hours.day"]
        if measure in RATES:
            part, whole = RATES[measure]
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(of(whole) > 0, of(part) / of(whole), 0.0)
        return of(measure)

    def efficient(self) -> list[int]:
        """The regimes that no other beats in both work and leakage, by rising work."""
        work, leaked = (self.yearly(name).mean(axis=1) for name in ("days", "money_leaked"))
        return frontier(work, leaked)


RATES = {
    "leaked_rate": ("money_leaked", "money_paid"),
    "wrongly_rate": ("cases_wrongly_paid", "cases_paid"),
    "missed_rate": ("cases_missed", "cases_due"),
}


def frontier(work: Floats, leaked: Floats) -> list[int]:
    """Positions that nothing beats in both, by rising work; of equal ones the first.

    >>> frontier(np.array([1.0, 2, 3]), np.array([9.0, 9, 4]))
    [0, 2]
    """
    found: list[int] = []
    for place in np.lexsort((leaked, work)):
        if not found or leaked[place] < leaked[found[-1]]:
            found.append(int(place))
    return found


def compare_regimes(
    people: People,
    policy: Policy,
    names: Iterable[str] | None = None,
    *,
    months: int = YEAR,
    start: str = "2025-01",
    warm_up: int = YEAR,
    intervals: Iterable[int] = SCALED,
    matching: Iterable[int] = (),
    seeds: Sequence[int] = (SEED,),
    assumed: Assumptions | None = None,
    conditions: Conditions = CONDITIONS,
    working: Assumptions | None = None,
    visit_share: float = BY_RULE,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run the same lives under each review regime and count work, leakage and errors.

    Compared are the law as it stands, the regimes of months/regimes.yaml called `names` (all of
    them by default), one interval for everybody of `intervals` months, and the law as it stands
    with data matching in the months of the calendar `matching` (1–12), alone and together, each
    year. `start`: first measured month; `warm_up` months run before it. `seeds`: one life each.
    `progress(done, of)` is called after every run. A regime that changes nothing is left out.

    Raises, all at once, JZ-E060 for an unknown regime, JZ-E032 for a matching month, interval,
    visit share or number of months that cannot be; JZ-E085 when nobody is on the roll.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> found = compare_regimes(people, policy, [], intervals=[1, 24], months=3, warm_up=0)
    >>> [regime.key for regime in found.regimes]
    ['present', 'every_1', 'every_24']
    """
    chosen = regime_names() if names is None else tuple(names)
    matching, intervals = tuple(matching), tuple(intervals)
    _check(chosen, matching, intervals, months, warm_up, seeds, visit_share)
    first_month(months, start)
    compared = compared_with(policy, chosen, intervals, matching)
    assumed, total = assumed or assumptions(), warm_up + months
    first = str(np.datetime64(start, "M") - warm_up)
    values = np.zeros((len(compared), len(seeds), months, len(MEASURES)))
    run: Months | None = None
    for s, seed in enumerate(seeds):
        life = Life(people, assumed, months=total, start=first, seed=seed, conditions=conditions)
        for k, each in enumerate(compared):
            made = simulate_months(
                people,
                policy.change(each.changes) if each.changes else policy,
                months=total,
                start=first,
                conditions=conditions,
                assumptions=assumed,
                schedule=_schedule(policy, each.matching, first, total),
                seed=seed,
                life=life,
            )
            run = run or measured(made, warm_up)
            if not made.on_roll.any():
                raise JZError.of("JZ-E085", policy.title, households=f"{people.households:,}")
            values[k, s] = _counted(made)[warm_up:]
            if progress:
                progress(s * len(compared) + k + 1, len(seeds) * len(compared))
    assert run is not None  # there is a seed, and the first regime is the law as it stands
    return Comparison(
        policy,
        people,
        compared,
        tuple(seeds),
        run.names,
        warm_up,
        values,
        working or hours(),
        assumed,
        run,
        visit_share,
    )


def _check(
    names: Iterable[str],
    matching: tuple[int, ...],
    intervals: tuple[int, ...],
    months: int,
    warm_up: int,
    seeds: Sequence[int],
    visit_share: float,
) -> None:
    problems = Problems()
    for name in names:
        try:
            regime(name)
        except JZError as refused:
            problems.extend(refused.problems)
    declared = declarations()["review.months_a"]
    low, high = int(declared.low), int(declared.high)
    wrong: dict[str, list[Any]] = {
        "matching": [m for m in matching if m not in range(1, YEAR + 1)],
        "intervals": [n for n in intervals if n not in range(low, high + 1)],
        "months": [] if months >= 1 else [months],
        "warm_up": [] if warm_up >= 0 else [warm_up],
        "seeds": [] if len(seeds) else ["—"],
        "visit_share": [] if visit_share == BY_RULE or 0 <= visit_share <= 1 else [visit_share],
    }
    for name, values in wrong.items():
        for value in values:
            expected = text(f"review.expected.{name}", low=low, high=high)
            problems.add("JZ-E032", "compare_regimes", name=name, value=value, expected=expected)
    problems.raise_if_any()


def _schedule(
    policy: Policy, matching: tuple[int, ...], first: str, total: int
) -> dict[int, dict[str, Any]] | None:
    """Matching switched on in the months asked for, and back to the law's own after each."""
    if not matching:
        return None
    start = int(first[5:7])
    on = [(start + t - 1) % YEAR + 1 in matching for t in range(total)]
    own = policy["matching.months"]
    turns = [t for t in range(total) if on[t] != (t > 0 and on[t - 1])]
    return {t + 1: {"matching.months": 1 if on[t] else own} for t in turns}


def measured(months: Months, warm_up: int) -> Months:
    """A run without its first months: the roll before them is where it begins."""
    if not warm_up:
        return months
    by_month = ("money", "owed", "policies", *BY_HOUSEHOLD)
    return replace(
        months,
        **{name: getattr(months, name)[warm_up:] for name in by_month},
        start=str(np.datetime64(months.start, "M") + warm_up),
        counts={name: values[warm_up:] for name, values in months.counts.items()},
        opening_status=kept(months, "status")[warm_up - 1],
        opening_persons=kept(months, "persons")[warm_up - 1],
    )


def _counted(months: Months) -> Floats:
    """(months, `MEASURES`) of a run, weighted."""
    weight = months.people.numbers("weight").astype(np.float64)
    found: Errors = errors(months)
    arrays: dict[str, NDArray[Any]] = {
        "reviews": kept(months, "reviewed"),
        "visits_review": kept(months, "visited") & kept(months, "reviewed"),
        "visits_other": kept(months, "visited") & ~kept(months, "reviewed"),
        "matched": kept(months, "matched"),
        **{f"money_{name}": found.money[name] for name in MONEY},
        **{f"cases_{name}": found.households[name] for name in CASES},
    }
    sums = {name: values @ weight for name, values in arrays.items()}
    sums["signins"] = months.counts["signins"]
    sums["runs"] = np.array(
        [
            _is_matching(policy, int(name[-2:]))
            for policy, name in zip(months.policies, months.names, strict=True)
        ]
    )
    return np.column_stack([sums[name] for name in MEASURES])


def _is_matching(policy: Policy, month: int) -> bool:
    """Whether the data are matched in this month of the calendar."""
    every = int(policy["matching.months"])
    return every > 0 and month % every == 0
