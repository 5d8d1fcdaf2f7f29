"""Targets read from files: the packaged YAML, and a user's own list as YAML, Excel or CSV."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.identities import evaluate
from jiuzhu_sim.assessment.ledger_words import bare, is_blank, number_of, plain, words
from jiuzhu_sim.assessment.performance.target import (
    FOLDER,
    LEAST,
    MONEY,
    MOST,
    Target,
    Targets,
    labels_of,
)
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import listed, read_yaml, text, texts
from jiuzhu_sim.law import figures_of, known_values
from jiuzhu_sim.reading import is_file, own_yaml
from jiuzhu_sim.roster.sheet import column_letter, open_sheets

NUMBERS = ("planned", "done", "of", *MONEY)
FIELDS = (
    "label",
    "clause",
    "planned",
    "unit",
    "done",
    "of",
    "cost",
    "spent",
    "test",
    "year",
    "note",
)
OWN = {"zh": "自有目标", "en": "own targets"}
PERCENT = ("%", "百分比", "percent")
HEADS_WITHIN = 20
"""Rows at the top of a sheet among which the heads are looked for; above them stand titles."""


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("heads.yaml"))
    return found


def target_names() -> tuple[str, ...]:
    """The packaged lists of targets.

    >>> target_names()
    ('example-county', 's33-education', 's34-township', 's35-village')
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def targets(name: str | Path) -> Targets:
    """A packaged list of targets, or an own one: a path ending in xlsx, xls, csv or yaml.

    Every fault of an own file is told at once. Raises JZ-E060 (no packaged list of this name),
    JZ-E020 (no such file), JZ-E106 (an unknown column or field, no target, a number below zero or
    beyond what is possible, words for a number, no unit, a target twice), and what opening a
    sheet raises.

    >>> plan = targets("s34-township")
    >>> plan.get("trained").planned, plan.get("trained").done
    (157.0, nan)
    """
    path = Path(name)
    if not path.suffix and str(name) not in target_names():
        raise JZError.unknown(text("word.targets"), str(name), target_names())
    path = path if path.suffix else FOLDER / f"{name}.yaml"
    if not is_file(path):
        raise JZError.of("JZ-E020", str(path), path=str(path))
    problems = Problems()
    if path.suffix.lower() in (".yaml", ".yml"):
        made = _of_yaml(path, problems)
    else:
        made = Targets(path.name, OWN, "own", {"zh": path.name}, _of_sheets(path, problems))
    _refuse_twice(path.name, made.targets, problems)
    problems.raise_if_any()
    return made


# --- YAML ----------------------------------------------------------------------------------
def _of_yaml(path: Path, problems: Problems) -> Targets:
    content = own_yaml(path)
    content = content if isinstance(content, dict) else {}
    entries = content.get("targets")
    if not isinstance(entries, dict) or not entries:
        raise JZError.of("JZ-E106", path.name, reason=text("performance.fault.empty"))
    known = ("label", "status", "source", "figures", "checks", "targets")
    for field in content:
        if field not in known:
            _add_unknown(problems, path.name, str(field), known)
    values = known_values(figures_of(content["figures"])) if "figures" in content else {}
    found = []
    for key, entry in entries.items():
        where = f"{path.name} · {key}"
        if not isinstance(entry, dict):
            problems.add("JZ-E106", where, reason=text("performance.fault.empty"))
            continue
        raw = {name: _figure(entry[name], values) for name in entry if name in FIELDS}
        for field in entry:
            if field not in FIELDS:
                _add_unknown(problems, where, str(field), FIELDS)
        found.append(_target(str(key), raw, dict.fromkeys(FIELDS, where), problems))
    return Targets(
        path.stem,
        labels_of(content.get("label", path.stem)),
        str(content.get("status", "own")),
        labels_of(content.get("source", path.name)),
        tuple(target for target in found if target),
        tuple(content.get("checks", ())),
    )


def _figure(given: Any, values: Mapping[str, float]) -> Any:
    """What a field says; where the file names its figures, their arithmetic is worked out."""
    if isinstance(given, str) and values and re.search(r"\bR\d+[a-z]?\b", given):
        try:
            return evaluate(given, values)
        except (KeyError, ValueError, SyntaxError, ZeroDivisionError):
            return given
    return given


# --- sheets --------------------------------------------------------------------------------
def _of_sheets(path: Path, problems: Problems) -> tuple[Target, ...]:
    for sheet in open_sheets(path).sheets:
        where = f"{path.name} · {sheet.name}" if sheet.name else path.name
        rows = [list(row) for row in sheet.rows]
        for top, row in enumerate(rows[:HEADS_WITHIN]):
            names = [_name_of(cell) for cell in row]
            if "label" in names and ("planned" in names or "done" in names):
                return tuple(_body(rows, top, where, problems))
    known = listed(spelled[0] for name, spelled in _words().items() if name != "tests")
    raise JZError.of("JZ-E106", path.name, reason=text("performance.fault.heads", known=known))


def _name_of(head: Any) -> str:
    said = bare(head)[0]
    for name in (*FIELDS, "key"):
        if said in map(plain, _words()[name]):
            return name
    return ""


def _body(
    rows: Sequence[Sequence[Any]], top: int, where: str, problems: Problems
) -> Iterator[Target]:
    """The targets below the heads; blank lines are passed over."""
    columns: dict[str, int] = {}
    scales = dict.fromkeys(NUMBERS, 1.0)
    spelled = [word for name in (*FIELDS, "key") for word in _words()[name]]
    for number, head in enumerate(rows[top]):
        name = _name_of(head)
        place = f"{where} · {text('performance.at', row=top + 1, column=column_letter(number))}"
        if not name and not is_blank(head):
            _add_unknown(problems, place, str(head).strip(), spelled)
        elif name in columns:
            problems.add("JZ-E106", place, reason=text("performance.fault.column", name=head))
        elif name:
            columns[name] = number
        if name in MONEY:
            size = _yuan(bare(head)[1])
            if size is None:
                problems.add("JZ-E106", place, reason=text("performance.fault.money", name=head))
            scales[name] = size or 1.0
    for name in ("label", "planned", "unit"):
        if name not in columns:
            fault = text("performance.fault.no_column", name=_words()[name][0])
            problems.add("JZ-E106", where, reason=fault)
    for line, row in enumerate(rows[top + 1 :], top + 2):
        if all(is_blank(row[column]) for column in columns.values() if column < len(row)):
            continue
        raw = {name: row[k] for name, k in columns.items() if k < len(row)}
        raw = {name: cell for name, cell in raw.items() if not is_blank(cell)}
        places = {
            name: f"{where} · {text('performance.at', row=line, column=column_letter(k))}"
            for name, k in columns.items()
        }
        missing = f"{where} · {text('performance.at_row', row=line)}"
        places = {name: places.get(name, missing) for name in FIELDS}
        label = str(raw.get("label", "")).strip()
        key = str(raw.pop("key", label)).strip()
        made = _target(key, raw, places, problems, scales, needs_plan=True)
        if made:
            yield made


# --- one target ----------------------------------------------------------------------------
def _target(
    key: str,
    raw: Mapping[str, Any],
    places: Mapping[str, str],
    problems: Problems,
    scales: Mapping[str, float] | None = None,
    *,
    needs_plan: bool = False,
) -> Target | None:
    """A target of what a file says of it; None, with its faults told, if it is none.

    `planned` may be null in YAML only: said to be without a number.
    """
    before = len(problems)

    def fault(field: str, reason: str, **fields: Any) -> None:
        problems.add("JZ-E106", places[field], reason=text(f"performance.fault.{reason}", **fields))

    if not raw.get("label"):
        fault("label", "label")
    unit = _unit(raw.get("unit"))
    if not unit:
        fault("unit", "unit", name=key)
    if "planned" not in raw or (needs_plan and is_blank(raw["planned"])):
        fault("planned", "planned", name=key)
    is_percent = unit in PERCENT
    numbers = {}
    for name in NUMBERS:
        given = raw.get(name)
        if given is None or is_blank(given):
            continue
        value = _number(given, is_percent=is_percent and name not in MONEY)
        if value is None:
            fault(name, "number", value=str(given).strip())
        elif math.isnan(value):
            fault(name, "percent", value=str(given).strip())
        elif value < 0:
            fault(name, "negative", value=str(given).strip())
        elif name == "planned" and value == 0 and _test(raw.get("test")) != MOST:
            fault(name, "zero", name=key)
        else:
            numbers[name] = value * (scales or {}).get(name, 1.0)
    unit = "share" if is_percent else unit
    most = 1.0 if unit == "share" else numbers.get("of", math.inf)
    for name in ("planned", "done"):
        if numbers.get(name, 0.0) > most:
            fault(name, "beyond", name=key, value=f"{numbers[name]:g}", most=f"{most:g}")
    test = _test(raw.get("test"))
    if not test:
        fault("test", "test", value=raw.get("test"))
    year = _year(raw.get("year"))
    if year is None:
        fault("year", "year", value=raw.get("year"))
    if len(problems) > before:
        return None
    return Target(
        key,
        labels_of(raw["label"]),
        **{"planned": math.nan, **numbers},
        unit=unit,
        clause=str(raw.get("clause", "") or ""),
        year=year or 0,
        test=test,
        note=labels_of(raw["note"]) if raw.get("note") else None,
    )


def _number(given: Any, *, is_percent: bool) -> float | None:
    """A number, 95% being 0.95; None for words, NaN for a percentage that may mean two things."""
    said = plain(given)
    value = number_of(said.removesuffix("%"))
    if value is None or math.isinf(value):
        return None
    if said.endswith("%"):
        return value / 100
    if not is_percent:
        return value
    # 0.95 under the unit % may be 0.95 % or a cell that Excel shows as 95 %.
    return math.nan if 0 < value <= 1 else value / 100


def _yuan(unit: str) -> float | None:
    """How many yuan a unit of money is; None for what is none.

    >>> _yuan("元"), _yuan("万元"), _yuan("户") is None
    (1.0, 10000.0, True)
    """
    sign = next((word for word in ("元", "yuan") if unit.endswith(word)), "")
    sizes = {"": 1, **words()["scales"]}
    size = sizes.get(unit.removesuffix(sign)) if sign else None
    return None if size is None else float(size)


def _unit(given: Any) -> str:
    """The unit as the package names it, or as the file writes it where it names none."""
    said = "" if given is None else str(given).strip()
    if f"unit.{said}" in texts():
        return said
    for key, spelled in texts().items():
        if key.startswith("unit.") and said in spelled.values():
            return key.removeprefix("unit.")
    return said


def _test(given: Any) -> str:
    said = LEAST if given is None or is_blank(given) else plain(given)
    return next((name for name in (LEAST, MOST) if said in _words()["tests"][name]), "")


def _year(given: Any) -> int | None:
    """The year; 0 for none, None for what is no year."""
    if given is None or is_blank(given):
        return 0
    found = re.fullmatch(r"((?:19|20)\d\d)(?:\.0)?年?度?", plain(given))
    return int(found.group(1)) if found else None


def _refuse_twice(where: str, made: Sequence[Target], problems: Problems) -> None:
    seen: set[tuple[str, int]] = set()
    for target in made:
        at = (target.key, target.year)
        if at in seen:
            reason = text("performance.fault.twice", name=target.key)
            problems.add("JZ-E106", where, reason=reason)
        seen.add(at)


def _add_unknown(problems: Problems, where: str, name: str, known: Sequence[str]) -> None:
    near = nearest(name, known)
    reason = text("performance.fault.unknown", name=name, nearest=near)
    problems.add("JZ-E106", where, reason=reason)
