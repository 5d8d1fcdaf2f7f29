"""The affordable standard: the highest (or lowest) value whose risk of a gap is acceptable.

Search goes over whole steps, by halving; everything tried is kept. That the value passes and one
step more does not is worked out, not concluded. docs/definitions/solve.md
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.confirm import confirm as confirmed
from jiuzhu_sim.outlook.funds import Funds
from jiuzhu_sim.outlook.gap import Needs
from jiuzhu_sim.outlook.purses import (
    Purse,
    chance_of,
    missing,
    purses_of,
    refuse_accounts,
    refuse_budget,
    refuse_risk,
    short_at,
)
from jiuzhu_sim.outlook.solution import Lever, Solution, Trial, chance, money
from jiuzhu_sim.outlook.solve_rules import (
    ALONE,
    RURAL,
    URBAN,
    Candidates,
    Floats,
    candidates,
    step_of,
)
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.forecast import Forecast

RISK = 0.2
"""A gap in one year of five: what is asked unless something else is."""

PROBES = 5
"""Places, the two ends among them, that are looked at before halving: a need that falls where it
should rise is then seen, wherever halving would have gone."""

SAME = 1e-9
"""Relative difference of two needs that is only a float's last bits."""

TURN = 0.002
"""Share of the need by which it may fall on the way up. A household that rises from the full
standard of one person (single-person inclusion) to the difference of all gets less, so that the
cost of a standard falls a little here and there; more than that is another kind of parameter."""


def last_affordable(count: int, is_affordable: Callable[[int], bool]) -> int:
    """The last of `count` places, in rising order of cost, that is affordable; -1 for none.

    >>> last_affordable(10, lambda place: place <= 6), last_affordable(3, lambda place: False)
    (6, -1)
    """
    return bisect_left(range(count), True, key=lambda place: not is_affordable(place)) - 1


class Search:
    """Trials of the candidates, in rising order of cost, each made once."""

    def __init__(self, made: Candidates, needs: Needs, risk: float):
        self.made, self.needs, self.risk = made, needs, risk
        self.purses: tuple[Purse, ...] = ()
        self.trials: dict[int, Trial] = {}

    def need(self, place: int) -> Floats:
        """Need by draw and account of a candidate: (draws, accounts)."""
        return self.needs(self.made.of(place))

    def trial(self, place: int) -> Trial:
        if place not in self.trials:
            self.trials[place] = self.look(self.made.of(place))
        return self.trials[place]

    def look(self, values: Mapping[str, float]) -> Trial:
        """Any values, among the candidates or not."""
        by_account, slack = self.needs.at(values)
        lack = missing(self.purses, by_account)
        pays = np.any([purse.pays for purse in self.purses], axis=0)
        return Trial(
            values,
            chance_of(lack, slack),
            float(by_account[:, pays].sum(axis=1).mean()),
            short_at(lack, self.risk),
            self.needs.is_outside(values),
        )

    def fits(self, place: int) -> bool:
        """Whether the risk is met, by the share of the draws itself."""
        return self.trial(place).probability.value <= self.risk

    def best(self, order: NDArray[np.int64]) -> int:
        """The place of the most costly candidate of an order that fits; -1 for none.

        `order`: places by rising cost. Raises JZ-E090 where the need turns on the way.
        """
        count = len(order)
        probes = sorted({int(k) for k in np.linspace(0, count - 1, min(count, PROBES))})
        for k in probes:
            self.trial(order[k])
        self.refuse_turns(order)
        k = last_affordable(count, lambda k: self.fits(order[k]))
        self.refuse_turns(order)
        return int(order[k]) if k >= 0 else -1

    def refuse_turns(self, order: NDArray[np.int64]) -> None:
        """JZ-E090 where, of what was tried, a more costly candidate needs less, or risks less."""
        tried = [self.trials[place] for place in order if place in self.trials]
        needs = np.array([trial.need for trial in tried])
        risks = np.array([trial.probability.value for trial in tried])
        error = max(trial.probability.error for trial in tried)
        falls = np.diff(needs) < -TURN * np.abs(needs[1:])
        if falls.any() or (np.diff(risks) < -error - SAME).any():
            shown = listed(
                text(
                    "solve.evidence",
                    values=self.made.title(trial.values),
                    need=money(trial.need),
                    probability=chance(trial.probability),
                )
                for trial in tried
            )
            raise JZError.of("JZ-E090", ", ".join(self.made.paths), tried=shown)


def solve(
    people: People | None,
    policy: Policy,
    path: str | Iterable[str] | Mapping[str, float],
    budget: Funds | float,
    *,
    risk: float = RISK,
    step: float | None = None,
    rule: str = ALONE,
    forecast: "Forecast | None" = None,
    low: float | None = None,
    high: float | None = None,
    ratio_min: float = 0.0,
    only: Iterable[str] | None = None,
    confirm: bool = False,
    **options: Any,
) -> Solution:
    """The highest (or lowest) whole-step value whose probability of a gap is at most `risk`.

    `path`: a parameter, or several moved together by `rule` (`solve_rules`); `budget`: yuan a year
    or funds; `only`: the accounts that a budget is for (all, unless given). `low` and `high` bound
    the first parameter (else its declared range), `ratio_min` the rural standard over the urban
    one. Without a `forecast` one is made of `people` with `options` (`draws`, `runs`, `seed`,
    `months`, `uncertainty`, `progress`, …); with one, its own policy is the baseline. `confirm`
    runs the months in full at the value found and one step further.

    Whether cost rises or falls with the parameter is taken from the two ends. All that is wrong is
    told at once: JZ-E003, JZ-E004, JZ-E006, JZ-E032, JZ-E060, JZ-E091; a need that turns on the way
    is JZ-E090, one that does not move JZ-E091.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.uncertainty import Uncertainty
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy, sure = jz.load_policy("example-county"), Uncertainty.none()
    >>> one = dict(low=500, high=502, draws=1, months=1, uncertainty=sure)
    >>> solve(people, policy, "dibao.standard.rural", 1e12, **one).outcome
    'all'
    """
    law = forecast.policy if forecast else policy
    limits: dict[str, Any] = {"rule": rule, "low": low, "high": high}
    asked: dict[str, Any] = {"step": step, "ratio_min": ratio_min, **limits}
    made = checked(law, path, budget, risk=risk, only=only, **asked)
    if forecast is None:
        if people is None:
            raise JZError.of("JZ-E032", name="people", value=None, expected=text("solve.people"))
        from jiuzhu_sim.outlook.forecast import forecast as make_forecast

        forecast = make_forecast(people, law, **options)
    search = Search(made, Needs(forecast), risk)
    places = np.flatnonzero(made.allowed)
    rising, moved = _direction(search, places)
    search.purses = _purses(forecast, budget, only, moved)
    order = places if rising else places[::-1]
    outcome, chosen, following, binding = _found(search, order, rising)
    solution = Solution(
        outcome=outcome,
        goal="highest" if rising else "lowest",
        paths=made.paths,
        rule=rule,
        step=made.step,
        risk=risk,
        ratio_min=ratio_min,
        budget=sum(purse.planned for purse in search.purses),
        chosen=search.trial(chosen),
        following=following,
        present=search.look({path: float(law[path]) for path in made.paths}),
        move=float(made.moves[chosen]),
        binding=binding,
        levers=(),
        tried=tuple(search.trials.values()),
        baseline=law,
        policy=law.change(made.of(chosen)),
    )
    solution = replace(solution, levers=_levers(solution, search, path, limits, rising))
    if outcome == "impossible" and _needed(solution, "ratio") is not None:
        solution = replace(solution, binding="ratio")
    if confirm:
        full = confirmed(forecast, [solution.values, solution.next_values])
        solution = replace(solution, confirmation=full)
    return solution


def checked(
    policy: Policy,
    path: Any,
    budget: Any,
    *,
    risk: float = RISK,
    only: Iterable[str] | None = None,
    problems: Problems | None = None,
    **asked: Any,
) -> Candidates:
    """What may be chosen, after everything that is asked has been looked at; before any people
    are needed. `asked` as `solve` takes it; raises what it raises, `problems` told along.

    >>> from jiuzhu_sim.policy import load_policy
    >>> checked(load_policy("example-county"), RURAL, 1e7, low=560, high=570).moves[[0, -1]]
    array([560., 570.])
    """
    problems = Problems() if problems is None else problems
    refuse_risk(risk, problems)
    refuse_budget(budget, problems)
    refuse_accounts(only, problems)
    made = candidates(policy, path, **asked, problems=problems)
    if not made.allowed.any():
        best = text("solve.best_ratio", ratio=f"{_ratios(made, policy).max():.3f}")
        given = {"name": "ratio_min", "value": asked["ratio_min"], "expected": best}
        raise JZError.of("JZ-E032", "ratio_min", **given)
    return made


def _direction(search: Search, places: NDArray[np.int64]) -> tuple[bool, NDArray[np.bool_]]:
    """Whether the need rises from the first candidate to the last, and which accounts move.

    Raises JZ-E091 when nothing moves. A single candidate counts as rising, with every account.
    """
    first, last = search.need(int(places[0])), search.need(int(places[-1]))
    if len(places) == 1:
        return True, np.ones(first.shape[1], bool)
    moved: NDArray[np.bool_] = (first != last).any(axis=0)
    change = float(last.mean(axis=0).sum() - first.mean(axis=0).sum())
    if not moved.any() or change == 0:
        made = search.made
        ends = {"low": f"{made.moves[places[0]]:g}", "high": f"{made.moves[places[-1]]:g}"}
        title = listed(made.paths)
        because = text("solve.moves_nothing", **ends)
        raise JZError.of("JZ-E091", ", ".join(made.paths), title=title, because=because)
    return change > 0, moved


def _found(
    search: Search, order: NDArray[np.int64], rising: bool
) -> tuple[str, int, Trial | None, str]:
    """Outcome, place chosen, the trial one step further, and what stops it; see `Solution`."""
    chosen = search.best(order)
    if chosen < 0:
        return "impossible", int(order[0]), None, "budget"
    beyond = chosen + (1 if rising else -1)
    if not 0 <= beyond < len(search.made.moves):
        return "all", chosen, None, "range"
    # One step further was either tried and too risky, or not allowed: then only the ratio stops it.
    return "found", chosen, search.trial(beyond), "ratio" if search.fits(beyond) else "budget"


def _purses(
    forecast: "Forecast",
    budget: Funds | float,
    only: Iterable[str] | None,
    moved: NDArray[np.bool_],
) -> tuple[Purse, ...]:
    """The purses the risk is judged by: of funds in several pots, those the parameter draws on."""
    if only is None and isinstance(budget, Funds):
        only = [key for key, is_moved in zip(accounts(), moved, strict=True) if is_moved]
        purses = purses_of(forecast, budget, only)
        if not purses:
            because = text("solve.unpaid", accounts=listed(accounts()[key].title for key in only))
            raise JZError.of("JZ-E091", title=listed(only), because=because)
        return purses
    return purses_of(forecast, budget, only)


def _levers(
    solution: Solution, search: Search, path: Any, limits: Mapping[str, Any], rising: bool
) -> tuple[Lever, ...]:
    """What each constraint would have to be for one step more, or for anything at all."""
    is_possible = solution.is_found
    target = solution.following if is_possible else solution.chosen
    if target is None:
        return ()
    risk, at_target = solution.risk, target.probability.value
    short = max(target.short, 0.0)
    found = [Lever("budget", solution.budget, solution.budget + short)]
    found.append(Lever("risk", risk, max(at_target, risk) if at_target < 1 else None))
    if solution.ratio_min > 0:
        found.append(Lever("ratio", solution.ratio_min, _ratio_needed(solution, search, rising)))
    natural = step_of(solution.paths[0])
    if solution.step > natural:
        finer = _again(search, path, limits, natural, solution.ratio_min, rising)
        better = finer is not None and (not is_possible or finer != solution.value)
        found.append(Lever("step", solution.step, natural if better else None))
    bound = "low" if rising else "high"
    if not is_possible and limits[bound] is not None:
        wider = {**limits, bound: None}
        needed = _again(search, path, wider, solution.step, solution.ratio_min, rising)
        found.append(Lever(bound, float(limits[bound]), needed))
    return tuple(found)


def _again(
    search: Search,
    path: Any,
    limits: Mapping[str, Any],
    step: float,
    ratio_min: float,
    rising: bool,
) -> float | None:
    """The first parameter's best value under other limits, with the same purses; None for none."""
    made = candidates(search.needs.forecast.policy, path, step=step, ratio_min=ratio_min, **limits)
    again = Search(made, search.needs, search.risk)
    again.purses = search.purses
    places = np.flatnonzero(made.allowed)
    try:
        found = again.best(places if rising else places[::-1]) if len(places) else -1
    except JZError:  # finer steps may turn where coarser ones do not
        return None
    return float(made.values[found, 0]) if found >= 0 else None


def _ratio_needed(solution: Solution, search: Search, rising: bool) -> float | None:
    """The highest least ratio that would allow the next step, or anything at all; None: none."""
    ratios = _ratios(search.made, search.needs.forecast.policy)
    places = np.arange(len(ratios))
    if solution.is_found:
        values = dict(solution.following.values) if solution.following else {}
        hit = [place for place, trial in search.trials.items() if trial.values == values]
        needed = ratios[hit[0]] if hit and search.fits(hit[0]) else None
        return None if needed is None else float(needed)
    best = search.best(places if rising else places[::-1])
    if best < 0:
        return None
    affordable = places[: best + 1] if rising else places[best:]
    return float(ratios[affordable].max())


def _ratios(made: Candidates, policy: Policy) -> Floats:
    """Rural over urban standard of each candidate: (n,)."""
    urban, rural = (
        made.values[:, made.paths.index(path)]
        if path in made.paths
        else np.full(len(made.moves), float(policy[path]))
        for path in (URBAN, RURAL)
    )
    return np.asarray(rural / urban)


def _needed(solution: Solution, constraint: str) -> float | None:
    return next((each.needed for each in solution.levers if each.constraint == constraint), None)
