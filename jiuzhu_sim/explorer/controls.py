"""Any parameter of a policy as a control: a slider and a number box, a choice, a tick.

Everything comes from the parameter's own declaration: label, unit, range, choices, clause.
`controls.yaml` says only how sliders step and which stand first.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.language import in_brackets, pick, read_yaml, text, unit_label
from jiuzhu_sim.law import Declaration, clause_text, declarations
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules import RULES

FIRST = "first"
"""The group of the controls that stand first."""


@dataclass(frozen=True)
class Control:
    """What a form needs to change one parameter.

    `title`: label with its unit. `kind`: ``number``, ``integer``, ``choice`` or ``boolean``.
    `value` is the baseline's (None: no limit, or no value yet). `low`, `high`: the range that may
    be typed; `slide_low`, `slide_high`, `step`: of the slider. `unlimited`: whether "no limit"
    (None) may be chosen. `choices`: keys with labels. `basis`: clause and kind of source of the
    value. `group`: ``first`` or a programme, `group_label` its name. All labels are in the
    language in use.
    """

    path: str
    kind: str
    label: str
    title: str
    unit: str
    value: float | int | bool | str | None
    low: float | None
    high: float | None
    slide_low: float | None
    slide_high: float | None
    step: float | None
    unlimited: bool
    choices: tuple[tuple[str, str], ...]
    basis: str
    group: str
    group_label: str

    @classmethod
    def of_dial(
        cls,
        name: str,
        title: str,
        value: float | bool | None,
        group: tuple[str, str],
        *,
        kind: str = "number",
        allowed: tuple[float | None, float | None] = (None, None),
        slide: tuple[float | None, float | None] = (None, None),
        step: float | None = None,
        basis: str = "",
    ) -> "Control":
        """The control of a dial that is no parameter of the law, its label in the language in use;
        `group` is key and label.

        >>> Control.of_dial("noise", "不确定程度", 0.25, ("first", "分值"), allowed=(0, 1)).high
        1
        """
        return cls(
            path=name,
            kind=kind,
            label=title,
            title=title,
            unit="",
            value=value,
            low=allowed[0],
            high=allowed[1],
            slide_low=slide[0],
            slide_high=slide[1],
            step=step,
            unlimited=False,
            choices=(),
            basis=basis,
            group=group[0],
            group_label=group[1],
        )

    def as_dict(self) -> dict[str, Any]:
        """The control for a page in the browser (JSON)."""
        return asdict(self)


@cache
def _handling() -> Mapping[str, Any]:
    content: Mapping[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return content


def control(policy: Policy, path: str, group: str = FIRST) -> Control:
    """The control of one parameter at its value in `policy`.

    Raises JZ-E003 for an unknown path.

    >>> from jiuzhu_sim.policy import load_policy
    >>> made = control(load_policy("example-county"), "dibao.standard.rural")
    >>> made.title, made.value, made.slide_low, made.slide_high, made.step
    ('农村低保标准（元/人·月）', 560, 280, 1120, 1)
    """
    known = declarations()
    if path not in known:
        policy[path]
    declared, given = known[path], policy.values.get(path)
    now = None if given is None else given.value
    value = None if isinstance(now, float) and math.isinf(now) else now
    is_number = declared.type in ("number", "integer")
    unit = unit_label(declared.unit) if declared.unit else ""
    step = _step(declared) if is_number else None
    slide_low, slide_high = _slide(declared, value, step) if step else (None, None)
    basis = text(f"status.{given.status}") if given else text("control.none")
    if given and given.clause:
        basis = in_brackets(f"{given.clause} {clause_text(given.clause)}", basis)
    return Control(
        path=path,
        kind=declared.type,
        label=declared.title,
        title=in_brackets(declared.title, unit) if unit else declared.title,
        unit=unit,
        value=value,
        low=_finite(declared.low) if is_number else None,
        high=_finite(declared.high) if is_number else None,
        slide_low=slide_low,
        slide_high=slide_high,
        step=step,
        unlimited=declared.unlimited,
        choices=tuple((key, pick(label)) for key, label in (declared.choices or {}).items()),
        basis=basis,
        group=group,
        group_label=text("control.first") if group == FIRST else text(f"programme.{group}"),
    )


def controls(policy: Policy, wanted: Iterable[str]) -> tuple[Control, ...]:
    """Every parameter that matters for `wanted` results, as controls: those that stand first,
    then programme by programme in the order of the rules.

    What only a programme reads that is switched off comes with its programme too, so that it can
    be set before the programme is switched on.

    >>> from jiuzhu_sim.policy import load_policy
    >>> made = controls(load_policy("example-county"), ["benefit_m_hh"])
    >>> [each.path for each in made[:2]], made[-1].group_label
    (['dibao.standard.rural', 'dibao.standard.urban'], '低保待遇')
    """
    plan = make_plan(policy, wanted)
    reader: dict[str, str] = {}
    paths = {entry.argument: path for path, entry in declarations().items()}
    needed = {step.rule.name for step in plan.steps}
    for rule in RULES:
        for argument in (rule.switch, *rule.arguments, rule.round) if rule.name in needed else ():
            if argument in paths:
                reader.setdefault(paths[argument], rule.programme)
    first = [path for path in _handling()["first"] if path in plan.read]
    order = list(dict.fromkeys(rule.programme for rule in RULES))
    rest = sorted(
        (path for path in reader if path not in first),
        key=lambda path: (order.index(reader[path]), path.startswith("reading."), path),
    )
    return (
        *(control(policy, path) for path in first),
        *(control(policy, path, reader[path]) for path in rest),
    )


def _finite(bound: float) -> float | None:
    return None if math.isinf(bound) else bound


def _step(declared: Declaration) -> float:
    steps = _handling()["steps"]
    if declared.type == "integer":
        declared_step: float = steps["integer"]
        return declared_step
    step: float = steps.get(declared.unit, steps["share"])
    return step


def _slide(declared: Declaration, value: Scalar | None, step: float) -> tuple[float, float]:
    """The ends of the slider: the declared range, or a span around the value if that is wide."""
    low, high = declared.low, declared.high
    if high - low <= _handling()["steps_max"] * step or not value:
        return low, high
    below, above = (float(value) * times for times in _handling()["span"])
    ends = max(low, math.floor(below / step) * step), min(high, math.ceil(above / step) * step)
    return ends if step < 1 else (int(ends[0]), int(ends[1]))
