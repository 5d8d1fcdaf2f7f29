"""The form of a performance self-evaluation as data: levels, points, targets, where values come
from (`forms/*.yaml`); a form of one's own replaces the packaged one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.indicators import indicators
from jiuzhu_sim.assessment.performance.target import LEAST, MOST, labels_of
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.reading import is_one_of, own_yaml

FOLDER = Path(__file__).with_name("forms")
WHOLE = 100
"""Points of a form."""

OWN, TABLE, INDICATOR, PARAMETER, COUNT, CLOSED = (
    "own", "table", "indicator", "parameter", "count", "closed",
)  # fmt: skip
PARTS = {TABLE: 3, INDICATOR: 1, PARAMETER: 0, COUNT: 2, CLOSED: 2}
"""Where a value may come from, and of how many names it is told; 0: a path of any length."""

TOP = {"label", "source", "goal", "execution", "levels", "kinds", "grades", "rows"}
MORE = {"status", "goal_clause", "grades_source"}
NEEDED = {"level", "kind", "label", "points", "unit", "actual", "target"}
ALLOWED = {"test", "status", "source"}
STATUSES = ("source", "illustrative", "own")

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A third-level indicator. `target`: NaN where only a list of targets gives it; `actual`: kind
    of source and its names; `status` of the target: source, illustrative or own.
    """

    key: str
    level: str
    kind: str
    label: Labels
    points: float
    unit: str
    actual: tuple[str, ...]
    target: float
    test: str
    status: str
    source: Labels

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Grade:
    """A grade and the points of 100 from which it is given."""

    key: str
    least: float
    label: Labels

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Form:
    """A form: points of the execution, levels (label, points), rows, grades from the top."""

    name: str
    label: Labels
    status: str
    source: Labels
    goal: Labels
    execution: float
    levels: Mapping[str, tuple[Labels, float]]
    kinds: Mapping[str, Labels]
    rows: tuple[Row, ...]
    grades: tuple[Grade, ...]
    grades_source: Labels

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    def grade(self, points: float) -> Grade:
        """The grade for so many points of 100.

        >>> form = load_form()
        >>> form.grade(90).title, form.grade(89.99).title, form.grade(0).title
        ('优', '良', '差')
        """
        return next((each for each in self.grades if points >= each.least), self.grades[-1])


def load_form(name: str | Path = "default") -> Form:
    """A packaged form, or an own one (a path ending in yaml).

    Raises JZ-E060, what `own_yaml` raises, and JZ-E106 with every fault: unknown or missing fields,
    points that do not add up, a level, kind, indicator or parameter that there is not, grades not
    falling.

    >>> form = load_form()
    >>> form.execution + sum(points for _, points in form.levels.values())
    100.0
    """
    path = Path(name)
    names = tuple(sorted(each.stem for each in FOLDER.glob("*.yaml")))
    if not path.suffix and str(name) not in names:
        raise JZError.unknown(text("word.performance_form"), str(name), names)
    path = path if path.suffix else FOLDER / f"{name}.yaml"
    content = own_yaml(path)
    problems = Problems()
    content = content if isinstance(content, dict) else {}
    _check_fields(path.name, content, TOP, TOP | MORE, problems)
    problems.raise_if_any()
    for part in ("levels", "kinds", "grades", "rows"):
        if not isinstance(content[part], dict) or not content[part]:
            problems.add("JZ-E106", f"{path.name} · {part}", reason=text("performance.fault.empty"))
    problems.raise_if_any()
    _check_parts(path.name, content, problems)
    problems.raise_if_any()
    _check_sums(path.name, content, problems)
    problems.raise_if_any()
    return _form(path.stem, content)


def _form(name: str, content: Mapping[str, Any]) -> Form:
    rows = tuple(
        Row(
            key,
            entry["level"],
            entry["kind"],
            labels_of(entry["label"]),
            float(entry["points"]),
            str(entry["unit"]),
            source_of(entry["actual"]),
            math.nan if entry["target"] is None else float(entry["target"]),
            entry.get("test", LEAST),
            entry.get("status", "own"),
            labels_of(entry.get("source", content["source"])),
        )
        for key, entry in content["rows"].items()
    )
    return Form(
        name=name,
        label=labels_of(content["label"]),
        status=content.get("status", "own"),
        source=labels_of(content["source"]),
        goal=labels_of(content["goal"]),
        execution=float(content["execution"]),
        levels={
            key: (labels_of(each["label"]), each["points"])
            for key, each in content["levels"].items()
        },
        kinds={key: labels_of(each) for key, each in content["kinds"].items()},
        rows=rows,
        grades=tuple(
            Grade(key, float(each["least"]), labels_of(each["label"]))
            for key, each in content["grades"].items()
        ),
        grades_source=labels_of(content.get("grades_source", content["source"])),
    )


def source_of(said: str) -> tuple[str, ...]:
    """Where a value comes from, taken apart.

    >>> source_of("table:area.persons.total"), source_of("parameter:dibao.standard.rural")
    (('table', 'area', 'persons', 'total'), ('parameter', 'dibao.standard.rural'))
    """
    kind, _, rest = str(said).partition(":")
    if kind in (OWN, PARAMETER, INDICATOR):
        return (kind, rest) if rest else (kind,)
    return (kind, *rest.split("."))


# --- checks --------------------------------------------------------------------------------
def _check_fields(
    where: str, given: Mapping[str, Any], needed: set[str], known: set[str], problems: Problems
) -> None:
    for field in given:
        if field not in known:
            near = nearest(str(field), sorted(known))
            reason = text("performance.fault.unknown", name=field, nearest=near)
            problems.add("JZ-E106", where, reason=reason)
    for field in sorted(needed - set(given)):
        problems.add("JZ-E106", where, reason=text("performance.fault.no_field", name=field))


def _check_parts(file: str, content: Mapping[str, Any], problems: Problems) -> None:
    def fault(where: str, reason: str, **fields: Any) -> None:
        said = text(f"performance.fault.{reason}", **fields)
        problems.add("JZ-E106", f"{file} · {where}", reason=said)

    for part, needed in (("levels", {"points", "label"}), ("grades", {"least", "label"})):
        number = "points" if part == "levels" else "least"
        for key, entry in content[part].items():
            entry = entry if isinstance(entry, dict) else {}
            _check_fields(f"{file} · {part} {key}", entry, needed, needed, problems)
            if number in entry and not _is_number(entry[number]):
                fault(f"{part} {key}", "number", value=entry[number])
    if not _is_number(content["execution"]):
        fault("execution", "number", value=content["execution"])
    for key, entry in content["rows"].items():
        if not isinstance(entry, dict):
            fault(f"rows {key}", "empty")
            continue
        _check_fields(f"{file} · rows {key}", entry, NEEDED, NEEDED | ALLOWED, problems)
        for field, known in (("level", content["levels"]), ("kind", content["kinds"])):
            if field in entry and not is_one_of(entry[field], known):
                near = nearest(str(entry[field]), map(str, known))
                fault(f"rows {key}", "unknown", name=entry[field], nearest=near)
        if "points" in entry and not (_is_number(entry["points"]) and entry["points"] > 0):
            fault(f"rows {key}", "points", value=entry["points"])
        target = entry.get("target")
        if target is not None and not (_is_number(target) and target > 0):
            fault(f"rows {key}", "number", value=target)
        if not entry.get("unit", "-") or not isinstance(entry.get("unit", "-"), str):
            fault(f"rows {key}", "unit", name=key)
        if entry.get("test", LEAST) not in (LEAST, MOST):
            fault(f"rows {key}", "test", value=entry["test"])
        if entry.get("status", "own") not in STATUSES:
            near = nearest(str(entry["status"]), STATUSES)
            fault(f"rows {key}", "unknown", name=entry["status"], nearest=near)
        if "actual" in entry:
            _check_source(f"{file} · rows {key}", source_of(entry["actual"]), problems)


def _check_source(where: str, source: tuple[str, ...], problems: Problems) -> None:
    kind, *names = source
    known: Mapping[str, Any] = {INDICATOR: indicators(), PARAMETER: declarations()}.get(kind, {})
    if kind != OWN and kind not in PARTS:
        near = nearest(kind, (*PARTS, OWN))
        reason = text("performance.fault.unknown", name=kind, nearest=near)
        problems.add("JZ-E106", where, reason=reason)
    elif known and (not names or names[0] not in known):
        name = names[0] if names else kind
        reason = text("performance.fault.unknown", name=name, nearest=nearest(name, known))
        problems.add("JZ-E106", where, reason=reason)
    elif kind != OWN and PARTS[kind] and len(names) < PARTS[kind]:
        problems.add("JZ-E106", where, reason=text("performance.fault.source", kind=kind))


def _check_sums(file: str, content: Mapping[str, Any], problems: Problems) -> None:
    def fault(where: str, made: float, stated: float) -> None:
        reason = text("performance.fault.sum", made=f"{made:g}", stated=f"{stated:g}")
        problems.add("JZ-E106", f"{file} · {where}", reason=reason)

    levels = {key: float(entry["points"]) for key, entry in content["levels"].items()}
    whole = content["execution"] + sum(levels.values())
    if not math.isclose(whole, WHOLE):
        fault("levels", whole, WHOLE)
    for key, stated in levels.items():
        made = sum(row["points"] for row in content["rows"].values() if row["level"] == key)
        if not math.isclose(made, stated):
            fault(f"levels {key}", made, stated)
    least = [float(entry["least"]) for entry in content["grades"].values()]
    if any(below >= above for above, below in pairwise(least)) or least[-1] > 0:
        problems.add("JZ-E106", f"{file} · grades", reason=text("performance.fault.grades"))


def _is_number(given: Any) -> bool:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return is_number and math.isfinite(given) and given >= 0
