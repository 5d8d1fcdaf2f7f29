"""What the solver found, with its proof, and the words for it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from jiuzhu_sim.language import listed, text, unit_label
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.afford.solve_rules import (
    KEEP_RATIO,
    RURAL,
    SAME_AMOUNT,
    SAME_PERCENT,
    URBAN,
)
from jiuzhu_sim.outlook.need.forecast_numbers import Probability, period_of
from jiuzhu_sim.policy import Policy

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.afford.confirm import Confirmation

TEN_THOUSAND = 10_000
"""Yuan in a 万元."""

HUNDRED = 100
"""Yuan to which sentences are round: two decimals of a 万元."""

CENTS = 2
"""Decimals of a value in a sentence; a yearly standard by the month has no end of them."""

SHOWN = 3
"""Decimals of a share that are shown: a tenth of a percent."""

TRIED = (
    Statistic("probability", "share"),
    Statistic("probability_error", "share"),
    Statistic("need_mean", "10k yuan"),
    Statistic("short", "10k yuan"),
)


@dataclass(frozen=True)
class Trial:
    """One candidate looked at: probability of a gap, mean need (yuan a year), and `short`, the
    yuan to be added to the budget for the risk to be met (negative: to spare). `is_outside`: the
    standards lie beyond those that the forecast's full runs cover."""

    values: Mapping[str, float]
    probability: Probability
    need: float
    short: float
    is_outside: bool = False


@dataclass(frozen=True)
class Lever:
    """One constraint, and what it would have to be, all else equal, to allow what it forbids.

    `constraint`: ``budget`` (yuan), ``risk``, ``ratio``, ``step``, ``low``, ``high``. `needed`
    is None where loosening this one alone does not help.
    """

    constraint: str
    now: float
    needed: float | None

    def show(self, value: float | None, unit: str) -> str:
        """A value of the constraint as a person reads it; `unit`: of the parameter."""
        if value is None:
            return text("solve.not_alone")
        if self.constraint == "budget":
            return at_least(value)
        if self.constraint == "risk":
            return share(value)
        if self.constraint == "ratio":
            return f"{value:.3f}"
        return f"{value:,.10g} {unit_label(unit)}".strip()


@dataclass(frozen=True)
class Solution:
    """The highest (or lowest) value whose probability of a gap is no more than the risk asked.

    `outcome`: ``found``; ``all`` (everything up to the end of the range is affordable);
    ``impossible`` (the values are then the least costly ones). `goal`: ``highest`` or
    ``lowest``. `present`: what is in force now. `next_values`: one step further towards higher
    cost, with its probability.
    `budget`: money planned, yuan a year. `short`: yuan missing where it is impossible, else 0;
    `to_spare`: yuan left over at the risk asked; `next_short`: yuan missing for one step more.
    `binding`: what stops the next step (``budget``, ``ratio``, ``range``; ``budget`` or ``ratio``
    where it is impossible). `tried`: everything looked at, in that order. `unfit`: of that, what is
    less costly than the value found and yet not affordable, where the need falls a little.
    `months`: those of the forecast.
    """

    outcome: str
    goal: str
    paths: tuple[str, ...]
    rule: str
    step: float
    risk: float
    ratio_min: float
    budget: float
    chosen: Trial
    following: Trial | None
    present: Trial
    move: float
    binding: str
    levers: tuple[Lever, ...]
    tried: tuple[Trial, ...]
    baseline: Policy = field(repr=False)
    policy: Policy = field(repr=False)
    unfit: tuple[Trial, ...] = ()
    months: int = 12
    confirmation: "Confirmation | None" = None

    @property
    def is_found(self) -> bool:
        return self.outcome != "impossible"

    @property
    def values(self) -> Mapping[str, float]:
        return self.chosen.values

    @property
    def value(self) -> float:
        """The value of the first parameter."""
        return self.values[self.paths[0]]

    @property
    def probability(self) -> Probability:
        return self.chosen.probability

    @property
    def next_values(self) -> Mapping[str, float] | None:
        return self.following.values if self.following else None

    @property
    def next_probability(self) -> Probability | None:
        return self.following.probability if self.following else None

    @property
    def short(self) -> float:
        return 0.0 if self.is_found else self.chosen.short

    @property
    def to_spare(self) -> float:
        return max(-self.chosen.short, 0.0)

    @property
    def next_short(self) -> float:
        return max(self.following.short, 0.0) if self.following else 0.0

    @property
    def is_present_met(self) -> bool:
        """Whether what is in force now meets the risk."""
        return self.present.probability.value <= self.risk

    @property
    def ratio(self) -> float:
        """Rural standard over urban one, under the values found; NaN without both."""
        if not {URBAN, RURAL} <= self.policy.values.keys():
            return float("nan")
        return float(self.policy[RURAL]) / float(self.policy[URBAN])

    @property
    def is_certain(self) -> bool:
        """Whether the Monte Carlo error leaves no doubt which side of the risk the two are on."""
        if self.is_found and self.probability.high > self.risk:
            return False
        after = self.next_probability
        return after is None or self.binding != "budget" or after.low > self.risk

    # --- words ---------------------------------------------------------------------------
    def title(self, values: Mapping[str, float]) -> str:
        """Some values as a person reads them."""
        known = declarations()
        shown = (
            f"{known[path].title} {known[path].show(round(value, CENTS))}"
            for path, value in values.items()
        )
        return text("word.and").join(shown)

    def sentence(self) -> str:
        """The answer in one sentence."""
        told = {
            "goal": text(f"solve.goal.{self.goal}"),
            "values": self.title(self.values),
            "budget": money(self.budget),
            "risk": share(self.risk),
            "safe": share(1 - self.risk),
            "probability": chance(self.probability),
            "short": at_least(self.short),
            "spare": money(self.to_spare),
        }
        return text(f"solve.answer.{self.outcome}", **told)

    def proof(self) -> str:
        """The value passes, one step more does not: both probabilities with their error."""
        told = {"values": self.title(self.values), "probability": chance(self.probability)}
        told |= {"risk": share(self.risk), "short": at_least(self.short)}
        if self.outcome == "impossible":
            return text("solve.proof.impossible", **told)
        if self.following is None:
            return text("solve.proof.range", **told)
        told |= {"next": self.title(self.following.values)}
        told |= {"next_probability": chance(self.following.probability)}
        told |= {"short": at_least(self.next_short), "ratio": f"{self.ratio_min:g}"}
        return text(f"solve.proof.{self.binding}", **told)

    def rule_sentence(self) -> str:
        """How several parameters move together; empty for one alone."""
        if self.rule == KEEP_RATIO:
            return text("solve.told.keep_ratio", step=f"{self.step:g}", ratio=f"{self.ratio:.3f}")
        if self.rule in (SAME_AMOUNT, SAME_PERCENT):
            shown = f"{self.move:+g}"
            return text(f"solve.told.{self.rule}", move=shown, step=f"{self.step:g}")
        return ""

    def sentences(self) -> tuple[str, ...]:
        """Answer, proof, how they move together, doubt, confirmation: one sentence each."""
        told = [self.sentence(), self.proof(), self.rule_sentence()]
        if self.unfit:
            shown = listed(self.title(trial.values) for trial in self.unfit)
            told.append(text("solve.unfit", values=shown, risk=share(self.risk)))
        if not self.is_present_met:
            told.append(text("solve.present", **self._present_told()))
        if not self.is_certain:
            told.append(text("solve.doubt"))
        if self.chosen.is_outside:
            told.append(text("solve.outside"))
        if self.confirmation:
            told.append(self.confirmation.sentence())
        return tuple(sentence for sentence in told if sentence)

    def suggestion(self) -> str:
        """A sentence for a paper to the leadership (建议表述), to be checked by its author.

        Where what is in force is not affordable it asks for money, not for a cut.
        """
        if self.is_found and not self.is_present_met:
            asked = {"found": self.title(self.values), "budget": money(self.budget)}
            return text("solve.suggest.present", **asked, **self._present_told())
        if self.outcome == "all":
            titles = (declarations()[path].title for path in self.paths)
            asked = {"what": text("word.and").join(titles), "budget": money(self.budget)}
            return text("solve.suggest.all", risk=share(self.risk), **asked)
        changes = self.baseline.diff(self.policy)
        what = text("word.and").join(map(str, changes)) or text("solve.no_change")
        told = {"changes": what, "budget": money(self.budget), "risk": share(self.risk)}
        told |= {
            "short": at_least(self.short),
            "probability": share(self.probability.value),
        }
        told |= {"need": money(self.chosen.need), "safe": share(1 - self.risk)}
        told |= {"period": period_of(self.months)}
        return text(f"solve.suggest.{'found' if self.is_found else 'impossible'}", **told)

    def _present_told(self) -> dict[str, str]:
        return {
            "values": self.title(self.present.values),
            "probability": share(self.present.probability.value),
            "risk": share(self.risk),
            "short": at_least(self.present.short),
        }

    def table(self) -> Table:
        """Everything tried, from low to high: probability of a gap with error, mean need, short."""
        trials = sorted(self.tried, key=lambda trial: tuple(trial.values.values()))
        values = np.array(
            [
                (
                    trial.probability.value,
                    trial.probability.error,
                    trial.need / TEN_THOUSAND,
                    trial.short / TEN_THOUSAND,
                )
                for trial in trials
            ]
        )
        known = declarations()
        rows = tuple(
            (" / ".join(f"{value:,.10g}" for value in trial.values.values()),) for trial in trials
        )
        what = text("word.and").join(known[path].title for path in self.paths)
        return Table(
            name="solve_tried",
            dims=("tried_value",),
            rows=rows,
            statistics=TRIED,
            values=values,
            low=np.full(values.shape, np.nan),
            high=np.full(values.shape, np.nan),
            n=np.zeros(len(rows), np.int64),
            per="figure",
            notes=("note.short", "note.monte_carlo"),
            fields={"what": what},
            disjoint=False,
        )

    def levers_told(self) -> tuple[tuple[str, str, str], ...]:
        """Each constraint: its name, what it is, what it would have to be."""
        unit = declarations()[self.paths[0]].unit
        return tuple(
            (
                text(f"solve.lever.{lever.constraint}"),
                lever.show(lever.now, unit),
                lever.show(lever.needed, unit),
            )
            for lever in self.levers
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything for machines (solver.json); yuan a year, probabilities 0–1."""
        made: dict[str, Any] = {
            "outcome": self.outcome,
            "goal": self.goal,
            "rule": self.rule,
            "step": self.step,
            "risk": self.risk,
            "ratio_min": self.ratio_min,
            "budget": self.budget,
            "values": dict(self.values),
            **_numbers(self.chosen),
            "next_values": dict(self.following.values) if self.following else None,
            "next": _numbers(self.following) if self.following else None,
            "move": self.move,
            "short_yuan": self.short,
            "to_spare_yuan": self.to_spare,
            "binding": self.binding,
            "levers": {each.constraint: [each.now, each.needed] for each in self.levers},
            "is_certain": self.is_certain,
            "unfit": [dict(each.values) for each in self.unfit],
            "tried": [{"values": dict(each.values), **_numbers(each)} for each in self.tried],
        }
        if self.confirmation:
            made["confirmation"] = self.confirmation.as_dict()
        return made


def _numbers(trial: Trial) -> dict[str, float]:
    return {
        "probability": trial.probability.value,
        "error": trial.probability.error,
        "emulator_error": trial.probability.emulator,
        "need_mean_yuan": trial.need,
        "short_at_risk_yuan": trial.short,
    }


def at_least(yuan: float) -> str:
    """Money that is to be enough: rounded up where `money` rounds.

    >>> at_least(12_345_601)
    '1,234.57万元'
    """
    return money(math.ceil(yuan / HUNDRED) * HUNDRED)


def money(yuan: float) -> str:
    """Yuan as 万元 (zh) or million yuan (en), to the hundred.

    >>> money(38_000_000), money(12_345_678)
    ('3,800万元', '1,234.57万元')
    """
    divisor = float(text("money.divisor"))
    shown = f"{yuan / divisor:,.{round(math.log10(divisor / HUNDRED))}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return ("0" if shown in ("-0", "") else shown) + text("money.unit")


def share(value: float) -> str:
    """A share in percent, without idle noughts.

    >>> share(0.2), share(0.1234)
    ('20%', '12.3%')
    """
    return f"{value * 100:.1f}".removesuffix(".0") + "%"


def chance(probability: Probability) -> str:
    """A probability with its Monte Carlo error, and the emulator's where it has one; neither
    where there is no chance.

    >>> chance(Probability(0.1875, 0.017, 0.0))
    '18.8%（±1.7%）'
    """
    if probability.error == 0:
        return share(probability.value)
    told = {"value": share(probability.value), "error": share(probability.error)}
    if round(probability.emulator, SHOWN) == 0:
        return text("gap.chance", **told)
    return text("gap.chance_emulated", **told, emulator=share(probability.emulator))
