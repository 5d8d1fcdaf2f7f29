"""The sliders of a page: which parameters, between which ends, at which values computed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.errors import JZError, Problem, Problems
from jiuzhu_sim.explorer.controls import control
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.law import Declaration, declarations
from jiuzhu_sim.measures.distribution import LARGE
from jiuzhu_sim.policy import Policy

NICE = (1, 2, 5, 10)
DIGITS = 9
"""Decimals kept of a value on a slider: 3 × 0.1 is 0.3."""


FINER = 2
"""How often a slider's step is divided by ten to reach a present value such as 783.35."""


@cache
def handling() -> Mapping[str, Any]:
    """What `grid.yaml` says: default sliders, spans, sizes."""
    content: Mapping[str, Any] = read_yaml(Path(__file__).with_name("grid.yaml"))
    return content


@dataclass(frozen=True)
class Axis:
    """A slider: its ends, its step, the present value, and the values that are computed.

    `nodes` are computed where it is enough to move one slider after the other, `coarse`, some of
    them, where every combination is needed; both hold the ends and `baseline`. `jumps` are the
    values on either side of a jump of winners and losers: beside the present value, at which
    nobody gains, and where the gain becomes a large one.
    """

    path: str
    low: float
    high: float
    step: float
    baseline: float
    nodes: tuple[float, ...]
    coarse: tuple[float, ...]
    jumps: tuple[float, ...]

    @property
    def declared(self) -> Declaration:
        return declarations()[self.path]

    def value(self, place: float) -> float | int:
        """A place on the slider as a value of the parameter."""
        return round(place) if self.declared.type == "integer" else round(place, DIGITS)

    def snapped(self, place: float) -> float:
        """The nearest place the slider can stand at."""
        moved = self.low + round((place - self.low) / self.step) * self.step
        return min(max(round(moved, DIGITS), self.low), self.high)


def nice(size: float, least: float = 0.0, upwards: bool = False) -> float:
    """1, 2 or 5 times a power of ten: the one nearest to `size`, or the next one above it.

    >>> nice(28), nice(0.012), nice(21, upwards=True), nice(0.2, least=1)
    (20, 0.01, 50, 1)
    """
    if size <= 0:
        return least
    power = 10.0 ** math.floor(math.log10(size))
    found = [round(each * power, DIGITS) for each in NICE]
    if upwards:
        made = next(each for each in found if each >= size * (1 - 1e-9))
    else:
        made = min(found, key=lambda each: abs(math.log(each / size)))
    made = max(made, least)
    return int(made) if made == int(made) else made


def default_paths(policy: Policy) -> list[str]:
    """The sliders nobody names: the standards of the law in force and one more it reads.

    >>> from jiuzhu_sim.policy import load_policy
    >>> default_paths(load_policy("example-county"))[-1]
    'income.employment_cost_share'
    """
    read = make_plan(policy, ["benefit_m_hh"]).read
    known = handling()
    others = [path for path in known["others"] if path in read and _is_finite(policy, path)]
    return [path for path in known["standards"] if path in read] + others[:1]


def axes(policy: Policy, sliders: Iterable[str] = ()) -> tuple[Axis, ...]:
    """The sliders of a page, from ``path``, ``path=low:high`` or ``path=low:high:spacing``.

    None given: see `default_paths`. Raises, all at once: JZ-E003 unknown path (with the nearest),
    JZ-E004 an end outside of what may be, JZ-E006 no present value, JZ-E081 what cannot be a
    slider, ends in the wrong order or without the present value between them, too many of them.

    >>> from jiuzhu_sim.policy import load_policy
    >>> [made] = axes(load_policy("example-county"), ["dibao.standard.rural=500:640"])
    >>> made.nodes[:4], made.jumps
    ((500, 510, 520, 530), (531, 532, 559, 561, 588, 589))
    """
    problems, found = Problems(), []
    given = list(sliders) or default_paths(policy)
    most = handling()["sliders_max"]
    paths = [each.partition("=")[0].strip() for each in given]
    if len(given) > most:
        problems.add("JZ-E081", "--slider", reason=text("page.many", n=len(given), most=most))
    for path in dict.fromkeys(path for path in paths if paths.count(path) > 1):
        problems.add("JZ-E081", path, reason=text("page.twice"))
    split = set(handling()["standards"]) <= set(paths)
    for words, path in zip(given, paths, strict=True):
        try:
            found.append(_axis(policy, path, _ends(words, path), split))
        except JZError as refused:
            problems.extend(refused.problems)
    problems.raise_if_any()
    return tuple(found)


def _is_finite(policy: Policy, path: str) -> bool:
    given = policy.values.get(path)
    return given is not None and math.isfinite(float(given.value))


def _on_step(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 10.0**-DIGITS


def _ends(words: str, path: str) -> list[float]:
    """The numbers behind the path: none, two ends, or two ends and a spacing."""
    _, given, numbers = words.partition("=")
    if not given:
        return []
    try:
        found = [float(part) for part in numbers.split(":")]
    except ValueError:
        found = []
    if len(found) not in (2, 3) or not all(map(math.isfinite, found)):
        raise JZError.of("JZ-E081", path, reason=text("page.form", value=words))
    return found


def _axis(policy: Policy, path: str, ends: Sequence[float], split: bool) -> Axis:
    if path not in declarations():
        policy[path]  # JZ-E003, with the nearest name
    declared = declarations()[path]
    if declared.type not in ("number", "integer"):
        raise JZError.of("JZ-E081", path, reason=text("page.no_number", parameter=declared.title))
    baseline = float(policy[path])
    if math.isinf(baseline):
        raise JZError.of("JZ-E081", path, reason=text("page.unlimited", parameter=declared.title))
    step = control(policy, path).step or 1
    for _ in range(FINER):  # a present value between two steps must be a place on the slider
        step = step if _on_step(baseline, step) else nice(step / 10)
    is_standard = path in handling()["standards"]
    wanted = handling()["intervals"]["standard" if is_standard and split else "other"]
    low, high, spacing = _span(declared, baseline, step, ends, wanted)
    _check(declared, baseline, (low, high, spacing), step)
    nodes = _nodes(low, high, baseline, spacing)
    full = handling()["intervals"]["full"]
    return Axis(
        path=path,
        low=low,
        high=high,
        step=step,
        baseline=nodes[_nearest(nodes, baseline)],
        nodes=nodes,
        coarse=nodes if len(ends) > 2 else _some(nodes, _nearest(nodes, baseline), full),
        jumps=_jumps(nodes, baseline, step, is_standard),
    )


def _span(
    declared: Declaration, baseline: float, step: float, ends: Sequence[float], intervals: int
) -> tuple[float, float, float]:
    """The ends of a slider and the distance of its nodes."""
    if ends:
        low, high = ends[:2]
        return low, high, ends[2] if len(ends) > 2 else nice((high - low) / intervals, step)
    spans = handling()["span"]
    below, above = spans.get(declared.unit, spans["other"])
    low, high = baseline * below, baseline * above
    if low == high:  # nothing, so far
        low, high = declared.low, declared.high
    if math.isinf(low) or math.isinf(high):
        raise JZError.of("JZ-E081", declared.path, reason=text("page.no_ends"))
    spacing = nice((high - low) / intervals, step)
    low = max(math.floor(low / spacing + 1e-9) * spacing, declared.low)
    high = min(math.ceil(high / spacing - 1e-9) * spacing, declared.high)
    return round(low, DIGITS), round(high, DIGITS), spacing


def _check(
    declared: Declaration, baseline: float, given: tuple[float, float, float], step: float
) -> None:
    problems, (low, high, spacing) = Problems(), given
    for end in (low, high):
        declared.refuse(int(end) if end == int(end) else end, declared.path, problems)
    reason = ""
    if low >= high:
        reason = text("page.order", low=f"{low:g}", high=f"{high:g}")
    elif not low <= baseline <= high:
        now = declared.show(declared_value(declared, baseline))
        reason = text("page.outside", low=f"{low:g}", high=f"{high:g}", now=now)
    elif not 0 < spacing <= high - low:
        reason = text("page.spacing", spacing=f"{spacing:g}")
    elif not all(_on_step(each, step) for each in given):
        reason = text("page.steps", step=f"{step:g}")
    if reason:
        problems.append(Problem("JZ-E081", declared.path, {"reason": reason}))
    problems.raise_if_any()


def declared_value(declared: Declaration, value: float) -> float | int:
    """A number as the parameter has it: whole where it is an integer."""
    return round(value) if declared.type == "integer" or value == int(value) else value


def _nodes(low: float, high: float, baseline: float, spacing: float) -> tuple[float, ...]:
    """Round values between the ends, the ends, and the present value, none too near another."""
    fixed = sorted({low, high, baseline})
    first, last = math.ceil(low / spacing), math.floor(high / spacing)
    between = [round(k * spacing, DIGITS) for k in range(first, last + 1)]
    kept = [each for each in between if min(abs(each - end) for end in fixed) >= spacing / 2]
    return tuple(map(_plain, sorted({*fixed, *kept})))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _jumps(
    nodes: tuple[float, ...], baseline: float, step: float, is_standard: bool
) -> tuple[float, ...]:
    """The places on both sides of the present value; of a standard also those where whoever lives
    on it alone comes to a large gain or loss."""
    found = [baseline - step, baseline + step]
    if is_standard:
        found += [math.floor(baseline * (1 + LARGE) / step + side) * step for side in (0, 1)]
        found += [math.ceil(baseline * (1 - LARGE) / step - side) * step for side in (0, 1)]
    inside = {round(each, DIGITS) for each in found if nodes[0] <= each <= nodes[-1]}
    return tuple(map(_plain, sorted(inside)))


def _some(nodes: tuple[float, ...], middle: int, intervals: int) -> tuple[float, ...]:
    """Every second, third … node counted from the middle one, and the ends."""
    every = math.ceil((len(nodes) - 1) / intervals)
    last = len(nodes) - 1
    return tuple(
        each for k, each in enumerate(nodes) if (k - middle) % every == 0 or k in (0, last)
    )


def _nearest(nodes: tuple[float, ...], value: float) -> int:
    return min(range(len(nodes)), key=lambda k: abs(nodes[k] - value))
