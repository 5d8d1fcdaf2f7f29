"""The file of a scorecard: read whole, safely, and with no key lost."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text

BYTES_MAX = 500_000
"""A card of a hundred items takes some 30 kB; what is ten times as large is another file."""

DEPTH_MAX = 20
"""A card nests five deep; PyYAML descends by recursion, which a file must not exhaust."""

ENTRIES_MAX = 20_000
"""Five hundred items of a dozen fields, each a name and a value: more than any assessment has."""

TEXT_MAX = 2_000
"""Characters of one value: a page of notes."""

Entry = Mapping[str, Any]


def card_content(path: Path) -> Any:
    """What stands in the file of a card.

    Raises JZ-E020 (no such file), JZ-E021 (too large, too deep, with aliases, no YAML) and JZ-E104
    for every key that a mapping has twice: YAML would keep the last one and say nothing.
    """
    if not path.is_file():
        raise JZError.of("JZ-E020", where=str(path), path=path.name)
    if path.stat().st_size > BYTES_MAX:
        raise _unreadable(path, text("card_file.large", most=BYTES_MAX // 1000))
    try:
        content = path.read_text(encoding="utf-8-sig")
        _refuse_what_explodes(content, path)
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        node = yaml.compose(content, loader)
        problems = Problems()
        for place, key in _twice(node):
            reason = text("card_fault.twice", value=key)
            problems.add("JZ-E104", f"{path.name} {place}".strip(), reason=reason)
        problems.raise_if_any()
        return yaml.load(content, loader)
    except (yaml.YAMLError, ValueError, OSError, RecursionError) as fault:
        raise _unreadable(path, " ".join(str(fault).split())) from fault


def percent(value: Any) -> float:
    """A number as an officer writes it: ``0.98`` or ``98%``; raises ValueError for anything else.

    >>> percent("98%"), percent(4)
    (0.98, 4.0)
    """
    if isinstance(value, str) and value.strip().endswith("%"):
        return float(value.strip()[:-1]) / 100
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    return float(value)


def _refuse_what_explodes(content: str, path: Path) -> None:
    """Aliases can make a small file stand for billions of values; depth exhausts the stack."""
    depth = entries = 0
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(content, loader):
        if isinstance(event, yaml.AliasEvent):
            raise _unreadable(path, text("card_file.alias"))
        if isinstance(event, yaml.ScalarEvent):
            entries += 1
            if len(event.value) > TEXT_MAX:
                raise _unreadable(path, text("card_file.long", most=TEXT_MAX))
            if entries > ENTRIES_MAX:
                raise _unreadable(path, text("card_file.many", most=ENTRIES_MAX))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise _unreadable(path, text("card_file.deep", most=DEPTH_MAX))


def _twice(node: yaml.Node | None, place: str = "") -> Iterator[tuple[str, str]]:
    """Keys that stand twice in one mapping, with their place."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            yield place, name
        seen.add(name)
        yield from _twice(value, f"{place} → {name}" if place else name)


def _unreadable(path: Path, reason: str) -> JZError:
    return JZError.of("JZ-E021", where=str(path), reason=reason)
