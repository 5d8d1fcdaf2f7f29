"""Files that users give us: whole, of a bearable size, and no more than they seem to be.

Every reader of a user's YAML takes it from here, so that the bounds are the same for all. A small
file can stand for billions of values (aliases of aliases), take the interpreter down (depth), or
hide half of itself (names that stand twice). Our own files,
which hold none of this, are read by `language.read_yaml`.
"""

import math
import os
from collections.abc import Container, Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text

BYTES_MAX = 500_000
"""Our largest file of this kind has 12 kB, a scorecard of a hundred items some 30 kB."""

DEPTH_MAX = 20
"""Our deepest file nests seven deep. PyYAML descends by recursion: 30,000 levels end Python."""

ENTRIES_MAX = 20_000
"""Names and values. Our longest file has a thousand; five hundred items of a scorecard, 12,000."""

TEXT_MAX = 2_000
"""Characters of one name or value: a page of notes."""

WHOLE_MAX = 10**15
"""Whole numbers beyond this are no yuan, persons or years, and not all fit a float."""

FLOAT_BITS = 1023
"""Whole numbers of more bits are beyond every float."""

OF_TAGS = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""What PyYAML raises where a tag does not fit its value (``!!bool perhaps``, ``!!int ""``)."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file; False, too, for what can be no name (too long, with a zero byte)
    and for what nobody lets us see. `Path.is_file` raises OSError there.

    >>> is_file("x" * 5_000), is_file("a\\0b"), is_file(__file__)
    (False, False, True)
    """
    return os.path.isfile(path)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether there is a folder; False where `is_file` is, for the same reasons.

    >>> is_folder("x" * 5_000), is_folder(".")
    (False, True)
    """
    return os.path.isdir(path)


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file or a folder.

    >>> is_there("x" * 5_000), is_there(".")
    (False, True)
    """
    return os.path.exists(path)


def is_one_of(value: Any, names: Container[Any]) -> bool:
    """Whether a value of a file is one of the names there are; a list or mapping is none.

    >>> is_one_of("a", {"a": 1}), is_one_of(["a"], {"a": 1})
    (True, False)
    """
    return isinstance(value, Hashable) and value in names


def own_text(path: str | os.PathLike[str], most: int = BYTES_MAX) -> str:
    """The text of a user's file in UTF-8, with or without a mark.

    Raises JZ-E020 (no such file) and JZ-E021 (more than `most` bytes, refused by the system, not in
    UTF-8). The size is asked first: a vast file costs nothing.
    """
    path = Path(path)
    if not is_file(path):
        raise JZError.of("JZ-E020", where=str(path), path=path.name)
    try:
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as fault:
        raise _unreadable(str(path), fault.strerror or str(fault)) from fault
    if len(content) > most:
        raise _unreadable(str(path), text("reading.large", most=f"{most / 1000:,.0f}"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = content.count(b"\n", 0, fault.start) + 1
        raise _unreadable(str(path), text("reading.not_utf8", row=row)) from fault


def own_yaml(path: str | os.PathLike[str], twice: str = "JZ-E021") -> Any:
    """The content of a user's YAML file.

    Raises what `own_text` and `yaml_of` raise.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.yaml"
    ...     _ = path.write_text("a: {b: 1}")
    ...     own_yaml(path)
    {'a': {'b': 1}}
    """
    return yaml_of(own_text(path), str(path), twice)


def yaml_of(content: str, where: str, twice: str = "JZ-E021") -> Any:
    """The same for a text at hand, whatever it comes from; its faults are told under `where`.

    Raises JZ-E021 for what is no YAML or beyond the bounds of this module, and `twice` (a code that
    takes a reason) for every name that stands twice in one mapping: YAML would keep the last one
    and say nothing.
    """
    if len(content) > BYTES_MAX:
        raise _unreadable(where, text("reading.large", most=f"{BYTES_MAX / 1000:,.0f}"))
    try:
        _refuse_what_explodes(content, where)
        reader = _LOADER(content)
        try:
            node = reader.get_single_node()
            problems = Problems()
            for place, key in _twice(node):
                reason = text("reading.twice", value=key)
                problems.add(twice, f"{Path(where).name} {place}".strip(), reason=reason)
            problems.raise_if_any()
            made = None if node is None else reader.construct_document(node)
        finally:
            reader.dispose()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        spot = {"row": mark.line + 1, "column": mark.column + 1} if mark else {}
        told = f"{fault.problem or fault.context}"
        reason = text("reading.no_yaml", told=told, **spot) if spot else told
        raise _unreadable(where, reason) from fault
    except (yaml.YAMLError, *OF_TAGS) as fault:
        raise _unreadable(where, " ".join(str(fault).split())) from fault
    return _tamed(made, where)


def _refuse_what_explodes(content: str, where: str) -> None:
    """Depth and number of entries are seen before anything is built, with every alias counted as
    what it stands for."""
    entries, sizes, open_ones = 0, dict[str | None, tuple[int, int]](), list[list[Any]]()
    for event in yaml.parse(content, _LOADER):
        height = 1
        if isinstance(event, yaml.CollectionStartEvent):
            open_ones.append([event.anchor, entries, 1])
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before, height = open_ones.pop()
            sizes[anchor] = entries - before, height
            height += 1
        elif isinstance(event, yaml.ScalarEvent):
            entries += 1
            sizes[event.anchor] = 1, 0
            if len(event.value) > TEXT_MAX:
                raise _unreadable(where, text("reading.long", most=f"{TEXT_MAX:,}"))
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:  # it stands within itself, or for nothing
                raise _unreadable(where, text("reading.circle", name=event.anchor))
            size, height = sizes[event.anchor]
            entries, height = entries + size, height + 1
        if entries > ENTRIES_MAX:
            raise _unreadable(where, text("reading.many", most=f"{ENTRIES_MAX:,}"))
        if open_ones:
            open_ones[-1][2] = max(open_ones[-1][2], height)
            if len(open_ones) + height - 1 > DEPTH_MAX:
                raise _unreadable(where, text("reading.deep", most=DEPTH_MAX))


def _tamed(value: Any, where: str) -> Any:
    """The content without what surprises whoever computes with it: vast whole numbers become
    floats, which every check of a range knows; kinds that no file of ours has are refused."""
    if isinstance(value, dict):
        return {_tamed(key, where): _tamed(entry, where) for key, entry in value.items()}
    if isinstance(value, list):
        return [_tamed(entry, where) for entry in value]
    if isinstance(value, int) and abs(value) > WHOLE_MAX:
        endless = math.inf if value > 0 else -math.inf
        return float(value) if value.bit_length() < FLOAT_BITS else endless
    if isinstance(value, str) and "\0" in value:
        raise _unreadable(where, text("reading.zero"))
    if isinstance(value, bytes | set | tuple):
        raise _unreadable(where, text("reading.kind", kind=type(value).__name__))
    return value


def _twice(node: yaml.Node | None, place: str = "") -> Iterator[tuple[str, str]]:
    """Names that stand twice in one mapping, with their place."""
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value, 1):
            yield from _twice(value, f"{place} → {number}" if place else str(number))
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            yield place, name
        seen.add(name)
        yield from _twice(value, f"{place} → {name}" if place else name)


def _unreadable(where: str, reason: str) -> JZError:
    return JZError.of("JZ-E021", where=where, reason=reason)
