"""What the columns of a roster are: headers as officers write them, made into fields.

A header may stand in up to three rows (家庭成员情况 over 姓名); its unit may stand in brackets, in
its words (家庭年收入) or in the row above.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jiuzhu_sim.columns import Column, columns
from jiuzhu_sim.language import pick, read_yaml

HEAD_WORDS = ("户主", "申请人", "持证人")
MEMBER_WORD = "成员"
OF_HEAD = {"name": "head_name", "id": "head_id"}
"""Fields of a person that, under a heading 户主信息, are those of the head."""

MONTHS_OF_PERIOD = {"month": 1, "quarter": 3, "half": 6, "year": 12}
PERIODS = (
    ("month", ("每月", "月度", "月", "/month")),
    ("quarter", ("季度", "每季", "季")),
    ("half", ("半年",)),
    ("year", ("全年度", "全年", "年度", "每年", "上年", "年", "/year")),
)
_NAMED_TIME = re.compile(r"(?:19|20)\d{2}年?度?(?:\d{1,2}月份?)?|\d{1,2}月份?")
_UNIT = re.compile(r"\(?(?:单位:?)?(?:万?元|人|户|岁|个)(?:[/.·]?每?[人户月年季])*\)?")
_BRACKETS = re.compile(r"[（(\[【〔](.*?)[）)\]】〕]")
_MARKS = re.compile(r"[\s*:：、,，.。/\\_·\-—|（）()\[\]【】〔〕'\"“”‘’#*＊]+")
_EMPTY_WORDS = ("情况", "信息", "明细", "基本情况", "登记", "栏")


@dataclass(frozen=True)
class Field:
    """One thing a roster tells: its level, kind and unit, and the column it fills, if any.

    `role` is ``income`` for stated income; `column` "" for what only serves to group and check.
    """

    name: str
    level: str
    kind: str
    label: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    column: str = ""
    unit: str = ""
    role: str = ""

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Meaning:
    """What a header means: the field (None if unknown), the period it names ("" if none), and how
    many yuan one of its units is (None where no unit is named)."""

    field: Field | None
    period: str = ""
    yuan: float | None = None
    is_of_head: bool = False


NOT_OF_ROSTERS = (
    *("household_id", "person_id", "weight"),
    *("n_covered_now", "current_benefit_m", "was_dibao", "is_female"),
)
"""Input columns that fields of another name fill, or the ID number."""

KINDS = {"bool": "bool", "code": "choice", "text": "text", "float64": "money"}


def _of_column(entry: Column) -> Field:
    kind = KINDS.get(entry.dtype, "count")
    if kind == "money" and not entry.unit.startswith("yuan"):
        kind = "count"
    name = entry.name
    return Field(name, entry.level, kind, entry.label, entry.aliases, name, entry.unit)


@cache
def fields() -> Mapping[str, Field]:
    """Every field by name: those of `fields.yaml`, then the dictionary's other input columns.

    >>> fields()["n_covered"].column, fields()["wage_m"].unit
    ('n_covered_now', 'yuan/month')
    """
    own = read_yaml(Path(__file__).with_name("fields.yaml"))
    found = {
        name: Field(name, **{**entry, "aliases": tuple(entry["aliases"])})
        for name, entry in own.items()
    }
    for entry in columns().values():
        if entry.kind == "input" and entry.name not in NOT_OF_ROSTERS:
            found.setdefault(entry.name, _of_column(entry))
    return found


def even(header: str) -> str:
    """A header without blanks, marks and differences of width or case.

    >>> even("乡 镇（街道）"), even("家庭\\n人口数*")
    ('乡镇街道', '家庭人口数')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", header)).lower()


@cache
def _by_alias() -> Mapping[str, str]:
    spelled: dict[str, str] = {}
    for field in fields().values():
        for alias in (field.name, *field.label.values(), *field.aliases):
            spelled.setdefault(even(alias), field.name)
    return spelled


@cache
def _by_bare_money() -> Mapping[str, str]:
    """Fields of money by what is left of an alias without words for the period."""
    bare: dict[str, str] = {}
    for alias, name in _by_alias().items():
        if fields()[name].kind == "money":
            bare.setdefault(_without_period(alias), name)
    return bare


def known_headers() -> tuple[str, ...]:
    """Every header that is understood, evened out."""
    return tuple(_by_alias())


def _without_period(header: str) -> str:
    bare = _NAMED_TIME.sub("", header)
    for _, names in PERIODS:
        for name in names:
            bare = bare.replace(name, "")
    return bare


def _period(words: str) -> str:
    return next((p for p, names in PERIODS if any(name in words for name in names)), "")


def _yuan(words: str) -> float | None:
    return 1e4 if "万元" in words else 1.0 if "元" in words else None


def is_unit(cell: str) -> bool:
    """Whether a cell is the unit of a column and nothing else.

    >>> is_unit("（元/月）"), is_unit("月保障金")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", "".join(cell.split()))
    return bool(_UNIT.fullmatch(plain))


def spellings(parts: tuple[str, ...]) -> Iterator[str]:
    """The ways to read a header of several rows, the lowest part first."""
    *above, last = parts
    outside, inside = _BRACKETS.sub("", last), "".join(_BRACKETS.findall(last))
    alone = [even(last), even(inside + outside), even(outside)]
    yield from alone
    for part in reversed(above):
        over = even(_BRACKETS.sub("", part))
        for empty in _EMPTY_WORDS:
            over = over.removesuffix(empty)
        yield from (over + even(outside), even(outside) + over, even(last) + over)


def _found(spelling: str) -> Field | None:
    name = _by_alias().get(spelling)
    if name is None:
        bare = _without_period(spelling)
        name = _by_bare_money().get(bare) or _by_bare_money().get(bare.removesuffix("元"))
    return fields()[name] if name else None


def meaning(parts: tuple[str, ...]) -> Meaning:
    """What a header means, given its parts from the top row to the lowest.

    >>> meaning(("家庭年收入（万元）",)).period, meaning(("家庭年收入（万元）",)).yuan
    ('year', 10000.0)
    >>> meaning(("户主信息", "姓名")).field.name, meaning(("家庭成员情况", "姓名")).field.name
    ('head_name', 'name')
    """
    parts = tuple(part for part in parts if part.strip())
    if not parts:
        return Meaning(None)
    named = tuple(part for part in parts if not is_unit(part)) or parts
    field = next((field for spelling in spellings(named) if (field := _found(spelling))), None)
    if field is None:
        return Meaning(None)
    above = "".join(named[:-1])
    is_of_head = any(word in above for word in HEAD_WORDS) and MEMBER_WORD not in above
    if is_of_head and field.name in OF_HEAD:
        field = fields()[OF_HEAD[field.name]]
    if field.kind != "money":
        return Meaning(field, is_of_head=is_of_head)
    period = yuan = None
    for part in reversed(parts):
        words = unicodedata.normalize("NFKC", part)
        inside = words if is_unit(part) else "".join(_BRACKETS.findall(part))
        period = period or _period(inside) or _period(words)
        yuan = yuan if yuan is not None else _yuan(words)
    return Meaning(field, period or "", yuan, is_of_head)
