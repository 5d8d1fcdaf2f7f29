"""What places reported: `figures/*.yaml`, checked against the schema and against themselves.

A file holds the figures of one place (or of the documents that have no place of their own), which
of them the model is held against (`compare`), which it cannot be for want of a figure
(`not_reported`), who left and entered the roll in some months (`flows`), and the arithmetic that
should hold between them (`identities`).
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.law.load import FOLDER, clauses, validated

SIDES = ("left", "right", "below", "loosely", "other")
"""The keys of an identity that hold an expression."""


def figure_names() -> tuple[str, ...]:
    """The names of all files of figures: places, and ``other-documents``.

    >>> "s42-county-2013" in figure_names()
    True
    """
    return tuple(sorted(path.stem for path in (FOLDER / "figures").glob("*.yaml")))


@cache
def figures(name: str) -> Mapping[str, Any] | None:
    """What the place of this name reported, or None if nothing.

    Raises JZ-E002 for what does not fit the schema, a clause that is in no file of clauses, and a
    figure that is used and not there.

    >>> figures("s42-county-2013")["figures"]["R017"]["value"]
    3212
    """
    if name not in figure_names():
        return None
    content: Mapping[str, Any] = validated(FOLDER / "figures" / f"{name}.yaml", "figures")
    problems = Problems()
    for item in content.get("identities", ()):
        for side in SIDES:
            _refuse_unreadable(str(item.get(side, 0)), f"{name}.yaml identities", problems)
    problems.raise_if_any()
    for part, given, known in _uses(content):
        if given not in known:
            reason = f"{given!r} → {nearest(given, known)}"
            problems.add("JZ-E002", f"{name}.yaml {part}", reason=reason)
    problems.raise_if_any()
    return content


def figures_of(name: str) -> Mapping[str, Any]:
    """What the place of this name reported.

    Raises JZ-E060, with the names there are, where it reported nothing.

    >>> sorted(figures_of("s45-community"))[:3]
    ['amounts', 'compare', 'figures']
    """
    found = figures(name)
    if found is None:
        raise JZError.unknown(text("word.figures"), name, figure_names())
    return found


def known_values(content: Mapping[str, Any]) -> Mapping[str, float]:
    """The figures of a file by name, and the amounts of its rules beside which they stand.

    >>> known_values(figures_of("s45-community"))["R077"]
    36
    """
    together = {**content["figures"], **content.get("amounts", {})}
    return {name: entry["value"] for name, entry in together.items()}


def _refuse_unreadable(expression: str, where: str, problems: Problems) -> None:
    """Add a problem if an expression is none."""
    try:
        ast.parse(expression, mode="eval")
    except SyntaxError as fault:
        problems.add("JZ-E002", where, reason=f"{expression!r}: {fault.msg}")


def _uses(content: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every clause and figure that is named: where, which, and what there is."""
    values, given = known_values(content), content["figures"]
    for part in ("figures", "amounts"):
        for name, entry in content.get(part, {}).items():
            yield f"{part} {name}", entry["clause"], clauses()
    for item in (*content.get("compare", ()), *content.get("not_reported", ())):
        if "figure" in item:
            yield "compare", item["figure"], given
        if "clause" in item:
            yield "not_reported", item["clause"], clauses()
    for key in ("figure", "gap"):
        if key in content.get("appropriation", {}):
            yield "appropriation", content["appropriation"][key], given
    for move in ("left", "entered"):
        for area in content.get("flows", {}).get(move, {}).values():
            yield from (("flows", name, given) for name in area.values())
    for item in content.get("identities", ()):
        where = f"identities {item['row']}"
        yield from ((where, clause, clauses()) for clause in item["clauses"])
        for side in SIDES:
            names = ast.walk(ast.parse(str(item.get(side, 0)), mode="eval"))
            yield from ((where, node.id, values) for node in names if isinstance(node, ast.Name))
