"""What the solver may choose among: values of one parameter, or of several under a rule.

Every candidate is a whole number of steps, so that what is found can stand in a document as it is.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import is_number
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.law import Declaration, declarations
from jiuzhu_sim.policy import Policy

Floats = NDArray[np.float64]

ALONE, KEEP_RATIO, SAME_AMOUNT, SAME_PERCENT = "alone", "keep_ratio", "same_amount", "same_percent"
RULES = (ALONE, KEEP_RATIO, SAME_AMOUNT, SAME_PERCENT)
"""One parameter; several in their present proportion; +x each; +x percent each."""

URBAN, RURAL = "dibao.standard.urban", "dibao.standard.rural"

STEPS = {"share": 0.01, "ratio": 0.01}
"""The step where none is given, by unit: one point of a share; 1 of anything else."""

PERCENT_STEP = 0.1
"""Percentage points by which `same_percent` goes on: the finest a document states."""

MOST = 1_000_000
"""Candidates at most; more of them is a slip of the step."""

DECIMALS = 9
"""Decimals kept of a value: 0.1 × 3 is to be 0.3."""

SLACK = 1e-9
"""What a float may be off a whole number of steps."""


@dataclass(frozen=True)
class Candidates:
    """What may be chosen, from low to high.

    `moves` (n,): the value of the first parameter (alone, keep_ratio), the amount added
    (same_amount, in the parameters' unit) or the percent added. `values` (n, paths).
    `allowed` (n,): whether the rural standard stands high enough beside the urban one.
    """

    paths: tuple[str, ...]
    rule: str
    step: float
    moves: Floats
    values: Floats
    allowed: NDArray[np.bool_]

    def of(self, place: int) -> dict[str, float]:
        """The values of one candidate by parameter; whole numbers for counts."""
        return {
            path: _typed(float(value), declarations()[path])
            for path, value in zip(self.paths, self.values[place], strict=True)
        }

    def title(self, values: Mapping[str, float]) -> str:
        """Some values as a person reads them, each with its parameter where there are several."""
        known = declarations()
        shown = [(known[path].title, known[path].show(value)) for path, value in values.items()]
        if len(shown) == 1:
            return shown[0][1]
        return text("word.and").join(f"{name} {value}" for name, value in shown)


def _typed(value: float, declared: Declaration) -> float:
    return int(value) if declared.type == "integer" or value == int(value) else value


def weights_of(path: Any) -> dict[str, float]:
    """One path, several, or several with weights, as a mapping of path to weight.

    >>> weights_of("edge.ratio"), weights_of(["a", "b"])
    ({'edge.ratio': 1.0}, {'a': 1.0, 'b': 1.0})
    """
    if isinstance(path, str):
        return {path: 1.0}
    if isinstance(path, Mapping):
        return dict(path)
    return dict.fromkeys(path if isinstance(path, Iterable) else (str(path),), 1.0)


def step_of(path: str) -> float:
    """The step of a parameter where none is given.

    >>> step_of("dibao.standard.rural"), step_of("edge.ratio")
    (1.0, 0.01)
    """
    return STEPS.get(declarations()[path].unit, 1.0)


def whole_steps(low: float, high: float, step: float) -> Floats:
    """Every whole multiple of the step from `low` to `high`: (n,), rising.

    >>> whole_steps(0.25, 0.5, 0.1).tolist()
    [0.3, 0.4, 0.5]
    """
    first, last = math.ceil(low / step - SLACK), math.floor(high / step + SLACK)
    return np.round(np.arange(first, last + 1) * step, DECIMALS)


def to_step(values: Any, step: float) -> Any:
    """The nearest whole number of steps, halves up.

    >>> to_step(np.array([462.4, 462.5]), 5).tolist()
    [460.0, 465.0]
    """
    return np.round(np.floor(np.asarray(values) / step + 0.5 + SLACK) * step, DECIMALS)


def refuse_paths(policy: Policy, paths: Iterable[str], problems: Problems) -> None:
    """Add a problem for each path that is unknown (JZ-E003), has no value (JZ-E006) or is not
    a number that could be raised or lowered (JZ-E091)."""
    known = declarations()
    for path in paths:
        if path not in known:
            problems.add("JZ-E003", path, name=path, nearest=nearest(path, known))
        elif known[path].type not in ("number", "integer"):
            problems.add("JZ-E091", path, title=known[path].title, because=text("solve.no_number"))
        elif path not in policy.values:
            problems.append(policy.missing(path))


def candidates(
    policy: Policy,
    path: Any,
    *,
    rule: str = ALONE,
    step: float | None = None,
    low: float | None = None,
    high: float | None = None,
    ratio_min: float = 0.0,
    problems: Problems | None = None,
) -> Candidates:
    """The candidates for some parameters under a rule.

    `path`: one path, several, or {path: weight} (the weight scales what is added). `low` and
    `high` bound the first one; the range declared for each bounds all. `ratio_min`: least
    rural standard / urban standard. All faults are told at once, with those already in
    `problems`: JZ-E003, JZ-E004, JZ-E006, JZ-E032, JZ-E060 (rule), JZ-E091.

    >>> from jiuzhu_sim.policy import load_policy
    >>> policy, both = load_policy("example-county"), [URBAN, RURAL]
    >>> made = candidates(policy, both, rule="keep_ratio", step=10, low=780, high=800)
    >>> made.moves.tolist(), made.values[:, 1].tolist()
    ([780.0, 790.0, 800.0], [560.0, 570.0, 570.0])
    """
    problems = Problems() if problems is None else problems
    weights = weights_of(path)
    refuse_paths(policy, weights, problems)
    if rule not in RULES:
        problems.extend(JZError.unknown(text("word.solve_rule"), str(rule), RULES).problems)
    elif not weights or (rule == ALONE) != (len(weights) == 1):
        _refuse(problems, "rule", rule, text("solve.rule_paths"))
    elif rule in (ALONE, KEEP_RATIO) and any(weight != 1 for weight in weights.values()):
        _refuse(problems, "path", weights, text("solve.no_weights"))
    if not all(is_number(weight) and weight > 0 for weight in weights.values()):
        _refuse(problems, "path", weights, text("solve.positive"))
    if step is not None and not (is_number(step) and step > 0):
        _refuse(problems, "step", step, text("solve.positive"))
    if not (is_number(ratio_min) and 0 <= ratio_min <= 1):
        _refuse(problems, "ratio_min", ratio_min, text("solve.share"))
    _refuse_ends(declarations().get(next(iter(weights), "")), low, high, problems)
    problems.raise_if_any()
    step = step_of(next(iter(weights))) if step is None else float(step)
    _refuse_steps(weights, step, low, high, problems)
    now = [float(policy[path]) for path in weights]
    if rule != ALONE and (not all(map(math.isfinite, now)) or (rule != SAME_AMOUNT and not now[0])):
        _refuse(problems, "rule", rule, text("solve.of_nothing"))
    if rule in (KEEP_RATIO, SAME_PERCENT) and {URBAN, RURAL} == set(weights):
        ratio = float(policy[RURAL]) / float(policy[URBAN])
        if ratio < ratio_min:
            expected = text("solve.present_ratio", ratio=f"{ratio:.3f}")
            _refuse(problems, "ratio_min", ratio_min, expected)
    problems.raise_if_any()
    made = _made(policy, weights, rule, step, low, high)
    if not len(made[0]):
        _refuse(problems, "step", step, text("solve.no_step"))
        problems.raise_if_any()
    allowed = _allowed(policy, tuple(weights), made[1], ratio_min)
    return Candidates(tuple(weights), rule, step, *made, allowed)


def _refuse_ends(declared: Declaration | None, low: Any, high: Any, problems: Problems) -> None:
    """Refuse ends that are no numbers, stand the wrong way round or outside what is declared."""
    fits = True
    for name, given in (("low", low), ("high", high)):
        if given is not None and not is_number(given):
            _refuse(problems, name, given, text("solve.number"))
            fits = False
        elif given is not None and declared and not declared.low <= given <= declared.high:
            bounds = {"low": declared.low, "high": declared.high}
            problems.add("JZ-E004", name, path=declared.path, value=given, **bounds)
    if fits and None not in (low, high) and low > high:
        _refuse(problems, "low", low, text("solve.low_above_high", high=f"{high:g}"))


def _refuse_steps(
    weights: Mapping[str, float], step: float, low: Any, high: Any, problems: Problems
) -> None:
    """Refuse a range without ends, too many candidates, and parts of a count."""
    declared = declarations()[next(iter(weights))]
    ends = (declared.low if low is None else low, declared.high if high is None else high)
    if not all(map(math.isfinite, ends)):
        _refuse(problems, "low / high", "—", text("solve.give_range"))
    elif (ends[1] - ends[0]) / step > MOST:
        _refuse(problems, "step", step, text("solve.fine_step"))
    if any(declarations()[path].type == "integer" for path in weights) and step != int(step):
        _refuse(problems, "step", step, text("solve.whole_step"))


def _made(
    policy: Policy,
    weights: Mapping[str, float],
    rule: str,
    step: float,
    low: float | None,
    high: float | None,
) -> tuple[Floats, Floats]:
    """Moves (n,) and values (n, paths) of the candidates that lie in every range."""
    known = [declarations()[path] for path in weights]
    now = np.array([float(policy[path]) for path in weights])
    scale = np.array(list(weights.values()))
    lows, highs = np.array([d.low for d in known]), np.array([d.high for d in known])
    lows[0] = lows[0] if low is None else low
    highs[0] = highs[0] if high is None else high
    if rule in (ALONE, KEEP_RATIO):
        moves = whole_steps(lows[0], highs[0], step)
        values = moves[:, None]
        if rule == KEEP_RATIO:
            values = to_step(moves[:, None] * now / now[0], step)
            values[:, 0] = moves
    elif rule == SAME_AMOUNT:
        moves = whole_steps(lows[0] - now[0], highs[0] - now[0], step)
        values = np.round(now + to_step(moves[:, None] * scale, step), DECIMALS)
    else:
        least, most = (100 * (end / now[0] - 1) / scale[0] for end in (lows[0], highs[0]))
        moves = whole_steps(least, most, PERCENT_STEP)
        values = to_step(now * (1 + moves[:, None] * scale / 100), step)
    inside = ((values >= lows - SLACK) & (values <= highs + SLACK)).all(axis=1)
    return moves[inside], values[inside]


def _allowed(
    policy: Policy, paths: tuple[str, ...], values: Floats, ratio_min: float
) -> NDArray[np.bool_]:
    """Whether the rural standard is at least `ratio_min` of the urban one: (n,)."""
    if ratio_min == 0:
        return np.ones(len(values), bool)
    urban, rural = (
        values[:, paths.index(path)] if path in paths else np.full(len(values), policy[path])
        for path in (URBAN, RURAL)
    )
    return np.asarray(rural >= ratio_min * urban - SLACK)


def _refuse(problems: Problems, name: str, value: Any, expected: str) -> None:
    problems.add("JZ-E032", name, name=name, value=value, expected=expected)
