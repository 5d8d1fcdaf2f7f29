"""The affordable standard: the highest (or lowest) value whose risk of a gap is acceptable.

That the value passes and one step more does not is worked out, not concluded (`search`).
docs/en/definitions/solve.md
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.confirm import confirm as confirmed
from jiuzhu_sim.outlook.afford.gap import Needs
from jiuzhu_sim.outlook.afford.purses import (
    Purse,
    purses_of,
    refuse_accounts,
    refuse_budget,
    refuse_risk,
)
from jiuzhu_sim.outlook.afford.search import Search
from jiuzhu_sim.outlook.afford.solution import Lever, Solution, Trial
from jiuzhu_sim.outlook.afford.solve_rules import (
    ALONE,
    RURAL,
    URBAN,
    Candidates,
    Floats,
    candidates,
    step_of,
)
from jiuzhu_sim.outlook.money.funds import Funds
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.need.forecast import Forecast

RISK = 0.2
"""A gap in one year of five: what is asked unless something else is."""


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

    `policy`: the law whose parameter is moved, in whole steps of `step` (else by its unit).
    `path`: a parameter, or several moved together by `rule` (`solve_rules`); `budget`: yuan a year
    or funds; `only`: the accounts that a budget is for (all, unless given). `low` and `high` bound
    the first parameter (else its declared range), `ratio_min` the rural standard over the urban
    one. Without a `forecast` one is made of `people` with `options` (`draws`, `runs`, `seed`,
    `months`, `uncertainty`, `progress`, …); with one, its own policy is the baseline. `confirm`
    runs the months in full at the value found and one step further.

    Whether cost rises or falls with the parameter is seen about its present value. All that is
    wrong is told at once: JZ-E003, JZ-E004, JZ-E006, JZ-E032, JZ-E060, JZ-E091; a need that turns
    on the way is JZ-E090, one that does not move JZ-E091.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
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
        from jiuzhu_sim.outlook.need.forecast import forecast as make_forecast

        forecast = make_forecast(people, law, **options)
    search = Search(made, Needs(forecast), risk)
    places = np.flatnonzero(made.allowed)
    rising, moved = search.direction(places)
    search.purses = _purses(forecast, budget, only, moved)
    order = places if rising else places[::-1]
    answer = _found(search, order, rising, limits)
    further = _purses(forecast, budget, only, moved | search.moved())
    if len(further) > len(search.purses):  # away from the present value another pot is drawn on
        search.purses, search.trials = further, {}
        answer = _found(search, order, rising, limits)
    outcome, chosen, following, binding = answer
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
        tried=tuple({tuple(t.values.values()): t for t in search.trials.values()}.values()),
        unfit=search.unfit_before(order, chosen) if outcome != "impossible" else (),
        baseline=law,
        policy=law.change(made.of(chosen)),
        months=forecast.months,
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


def _found(
    search: Search, order: NDArray[np.int64], rising: bool, limits: Mapping[str, Any]
) -> tuple[str, int, Trial | None, str]:
    """Outcome, place chosen, the trial one step further, and what stops it; see `Solution`."""
    chosen = search.best(order, None not in (limits["low"], limits["high"]))
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
