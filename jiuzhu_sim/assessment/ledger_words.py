"""The words of a ledger: what a head stands for, in which unit, and what a cell says."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.rules.kit import MONTHS

BRACKETS = r"[(\[【](.*?)[)\]】]"
SCALE_OF = re.compile(r"单位[::]?(.*)$")
WHOLE_YEAR = re.compile(r"(20\d\d年度?)?1月?[-–—~至到]12月|20\d\d年度?")
PART_OF_YEAR = re.compile(r"\d+月?[-–—~至到]\d+月|季度|半年")
NUMBER = re.compile(r"[-+]?\d+(\.\d*)?(e[-+]?\d+)?|[-+]?\.\d+")
MONEY = re.compile(r"[十百千万亿]*元")


@cache
def words() -> Mapping[str, Any]:
    """`ledger.yaml`; under ``figures`` statistics and programmes, under ``known`` every word."""
    content: dict[str, Any] = read_yaml(Path(__file__).with_name("ledger.yaml"))
    figures = {**content["statistics"], **content["programmes"]}
    known = {word: name for name, spelled in content["keys"].items() for word in spelled}
    known |= {word: name for name, entry in figures.items() for word in entry["words"]}
    return {**content, "figures": figures, "known": known}


def plain(cell: Any) -> str:
    """A cell's words with half-width signs and without blanks, in lower case.

    >>> plain(" 乡镇（街道） ")
    '乡镇(街道)'
    """
    shown = "" if cell is None else str(cell)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", shown)).lower()


def bare(head: Any) -> tuple[str, str]:
    """A head's words without their brackets, and what stands in the brackets.

    >>> bare("全年支出（万元）")
    ('全年支出', '万元')
    """
    said = plain(head)
    if said in words()["known"]:
        return said, ""
    inside = "".join(re.findall(BRACKETS, said))
    return re.sub(BRACKETS, "", said), inside


def name_of(head: Any) -> str:
    """What a head stands for, "" if it is none. It may say 低保, and of which year it is.

    >>> name_of("2025年低保支出（万元）"), name_of("备注")
    ('cost_y', '')
    """
    said = WHOLE_YEAR.sub("全年", bare(head)[0])
    known = words()["known"]
    return str(known.get(said) or known.get(said.replace("低保", ""), ""))


def unit_above(lines: Iterable[Any]) -> str:
    """The unit of money that a line above the heads names (单位：万元); "" for none or several.

    >>> unit_above(["某县台账", "单位：户、人、万元"]), unit_above(["单位：元、万元"])
    ('万元', '')
    """
    said = "".join(plain(line) for line in lines if "单位" in plain(line))
    found = SCALE_OF.search(said)
    units = set(MONEY.findall(found.group(1))) if found else set()
    return units.pop() if len(units) == 1 else ""


def scale_of(name: str, head: Any, above: str = "") -> float | None:
    """What a column's numbers are to be multiplied by; None where unit or period is not said.

    `above`: the unit of money named above the heads.

    >>> scale_of("cost_y", "全年支出（万元）"), scale_of("cost_y", "月支出（元）")
    (10000.0, 12.0)
    >>> scale_of("cost_y", "支出（万元）") is None, scale_of("cost_y", "1-9月发放（元）") is None
    (True, True)
    """
    said, inside = bare(head)
    unit = words()["figures"][name].get("unit", "yuan/year")
    if unit in ("households", "persons"):
        return _size(inside)
    spoken = WHOLE_YEAR.sub("年", said + inside)
    yearly, monthly = (
        any(word in spoken for word in words()["periods"][each]) for each in ("year", "month")
    )
    money = next((part for part in (inside, said) if _is_money(part)), "")
    if unit == "yuan/person-month":
        return _size(money) * (1 / MONTHS if yearly and not monthly else 1)
    money = money or above
    if not money or yearly == monthly or PART_OF_YEAR.search(spoken):
        return None
    return _size(money) * (1 if yearly else MONTHS)


def _is_money(unit: str) -> bool:
    return "元" in unit or "yuan" in unit


def _size(unit: str) -> float:
    """How much one of a unit is: 10000 for 万元 or 万人."""
    spelled = sorted(words()["scales"].items(), key=lambda item: -len(item[0]))
    return float(next((size for word, size in spelled if word in unit), 1.0))


def area_words() -> tuple[str, ...]:
    """The words for areas that are shown to a reader, two of each."""
    return tuple(word for spelled in words()["areas"].values() for word in spelled[:2])


def is_blank(cell: Any) -> bool:
    """Whether a cell says nothing; a dash does not either."""
    said = plain(cell)
    return not said or said in words()["blank"]


def is_total(cell: Any) -> bool:
    """Whether a cell stands for the total: 合计, or nothing."""
    return is_blank(cell) or plain(cell) in words()["totals"]


def area_of(cell: Any) -> str | None:
    """The area a cell stands for, `TOTAL` for none of them; None for an unknown word.

    >>> area_of("城镇"), area_of("农村小计"), area_of("合计"), area_of("郊区") is None
    ('urban', 'rural', 'total', True)
    """
    if is_total(cell):
        return TOTAL
    said = plain(cell)
    ending = next((word for word in words()["totals"] if said.endswith(word)), "")
    spelled = {said, said.removesuffix(ending)}
    found = (area for area, known in words()["areas"].items() if spelled & set(known))
    return next(found, None)


def number_of(cell: Any) -> float | None:
    """A cell as a number; None if it is none. Separators of thousands may stand in it.

    >>> number_of("1，234.5"), number_of("约三百")
    (1234.5, None)
    """
    if isinstance(cell, bool):
        return None
    said = plain(cell).replace(",", "")
    return float(said) if NUMBER.fullmatch(said) else None
