"""The language users see: Chinese by default, English by a switch.

Every sentence shown to a user stands in a YAML file (`texts/`, `errors.yaml`,
`columns/`, the law), never in code.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("zh", "en")
"""The languages in which everything is said."""

FURTHER = Path(__file__).with_name("texts") / "further"
"""Languages in which some of it is said: a file each, Chinese words and what they are called."""

SHARE = "share"
"""The unit of a part of a whole; units of a part in a time begin with it."""
_chosen = [os.environ.get("JIUZHU_LANG", "zh")[:2].lower()]


def read_yaml(path: Path) -> Any:
    """The content of a YAML file (UTF-8), read with the fast loader where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), loader)


@cache
def further(name: str) -> Mapping[str, str]:
    """The words of a further language by the Chinese ones; empty where there is no file."""
    path = FURTHER / f"{name}.yaml"
    return read_yaml(path) if path.is_file() else {}


def languages() -> tuple[str, ...]:
    """All that may be chosen: `LANGUAGES`, and those of the files in `FURTHER`.

    >>> languages()[:2]
    ('zh', 'en')
    """
    return (*LANGUAGES, *sorted(path.stem for path in FURTHER.glob("*.yaml")))


def language() -> str:
    """The language in which all is said: ``"zh"`` or ``"en"``; beside a further one, Chinese."""
    return _chosen[0] if _chosen[0] in LANGUAGES else "zh"


def set_language(name: str) -> None:
    """Switch what users see to `name`: Chinese ``"zh"``, English ``"en"`` or one of `languages`.

    Raises ValueError for another.

    >>> set_language("en"); language()
    'en'
    >>> set_language("zh")
    """
    if name not in languages():
        raise ValueError(f"language is one of {languages()}, not {name!r}")
    _chosen[0] = name


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Another language for what is made inside, such as a label that is kept in both.

    >>> with speaking("en"):
    ...     unit_label("yuan/month")
    'yuan/month'
    """
    before = _chosen[0]
    set_language(name)
    try:
        yield
    finally:
        _chosen[0] = before


def pick(labels: Mapping[str, str]) -> str:
    """The label in the language in use; the Chinese one where that is missing.

    >>> pick({"zh": "低保", "en": "dibao"})
    '低保'
    """
    if _chosen[0] not in LANGUAGES and (own := further(_chosen[0]).get(labels["zh"])):
        return own
    return labels.get(language()) or labels["zh"]


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """All sentences of the files in `texts/` by key."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).with_name("texts").glob("*.yaml")):
        found |= read_yaml(path)
    return found


def text(key: str, **values: Any) -> str:
    """A sentence of `texts/` in the language in use, its fields filled in.

    >>> text("unit.yuan/month")
    '元/月'
    """
    sentence = pick(texts()[key])
    return sentence.format(**values) if values else sentence


def unit_label(unit: str) -> str:
    """The name of a unit; units without an entry in `texts/` are shown as they are.

    >>> unit_label("share")
    '比例'
    """
    key = f"unit.{unit}"
    return text(key) if key in texts() else unit


def amount_of(value: float, unit: str) -> tuple[str, str]:
    """A number and its unit for a list; a share is shown in percent, with its period alone.

    >>> amount_of(0.004, "share/month"), amount_of(0.02, "share")
    (('0.4%', '/月'), ('2%', ''))
    """
    if not unit.startswith(SHARE):
        return f"{value:g}", unit_label(unit)
    return f"{value * 100:g}%", unit_label(unit).removeprefix(unit_label(SHARE))


def with_unit(number: str, unit: str) -> str:
    """A number and its unit in one.

    >>> with_unit("0.4%", "/月"), with_unit("18", "个月"), with_unit("2%", "")
    ('0.4%/月', '18 个月', '2%')
    """
    return f"{number}{'' if unit.startswith('/') else ' '}{unit}".strip()


def said(name: Any, what: Any) -> str:
    """A name and what is said of it.

    >>> said("EC.4", "低保标准")
    'EC.4：低保标准'
    """
    return text("format.said", name=name, what=what)


def listed(parts: Iterable[Any]) -> str:
    """Several things one after the other.

    >>> listed(["甲", "乙"])
    '甲；乙'
    """
    return pick(texts()["format.list"]).join(map(str, parts))


def in_brackets(what: Any, aside: Any) -> str:
    """Something with an aside in brackets, such as a name with its unit.

    >>> in_brackets("人数", "人")
    '人数（人）'
    """
    return text("format.unit", title=what, unit=aside)
