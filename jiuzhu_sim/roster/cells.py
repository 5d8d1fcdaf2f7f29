"""Cells as they are written, made into texts, numbers, dates and codes.

Everything works on the different words of a column, of which there are few, and is spread over
its rows afterwards. Nothing here decides what a fault is called; it says which cells cannot be
read, and which were read in another form than written.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.language import read_yaml

FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Day numbers of Excel that can be a date of a roster: 1954 to 2119."""
EXCEL_EPOCH = np.datetime64("1899-12-30")
FIRST_YEAR, LAST_YEAR = 1900, 2100
YUAN_OF_UNIT = {"万元": 1e4, "万": 1e4, "千元": 1e3}

FREE_KINDS = ("name", "text", "private")
ID_KINDS = ("id", "id_like", "number")

BLANKS = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x1f\x7f]+")
_MARKS_OF_TEXT = frozenset("='’‘`\ufeff\t ")
_GROUPED = re.compile(r"[\dX]+(?:-[\dX]+)+")
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ．－＋]")
_FORCED_TEXT = re.compile(r'^(?:="(.*)"|[\'’‘`](.*))$', re.DOTALL)
_AMOUNT = re.compile(
    r"(?:¥|￥|人民币|rmb|cny|[+])*(?P<number>\(?-?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:e[+-]?\d+)?\)?)"
    r"(?P<unit>万元|万|千元|元|圆|块)?整?(?:/?每?(?:人|户))?[/.·]?每?(?P<period>月|年)?"
)
_COUNT = re.compile(
    r"(?P<number>-?\d+(?:\.\d+)?)(?:人|口人|口|个|名|位|辆|套|处|台|岁|周岁|亩|次)?"
)
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})?日?号?)?"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})?"),
    re.compile(r"(?P<year>\d{4})年?"),
)
_CHINESE_YEAR = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_NUMBER = re.compile(r"(?P<tens>[一二三]?十)?(?P<ones>[一二三四五六七八九])?(?=[月日号])")
_PLAIN_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_TIME = re.compile(r"[T ]?\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")


@cache
def words() -> Mapping[str, Any]:
    """The vocabulary of `words.yaml`."""
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    return found


@cache
def words_for_blank(is_free: bool) -> frozenset[str]:
    """What other software writes for an empty cell, in free texts errors of formulas as well."""
    return frozenset([*words()["blank"], *(words()["errors"] if is_free else ())])


@cache
def spelled(name: str) -> Mapping[str, str]:
    """The code of each word of a vocabulary that lists words by code.

    >>> spelled("area")["城镇"], spelled("relation")["妻"]
    ('urban', 'spouse')
    """
    return {str(word): str(code) for code, known in words()[name].items() for word in known}


def each(cells: NDArray[Any], function: Callable[[str], Any], dtype: Any = object) -> NDArray[Any]:
    """A function of each cell, called once for each different word.

    >>> each(np.array(["a", "b", "a"], object), str.upper).tolist()
    ['A', 'B', 'A']
    """
    (made,) = each_several(cells, lambda word: (function(word),), (dtype,))
    return made


def each_several(
    cells: NDArray[Any], function: Callable[[str], tuple[Any, ...]], dtypes: Sequence[Any]
) -> tuple[NDArray[Any], ...]:
    """Several results of each cell, each as a column, computed once for each different word.

    >>> made = each_several(np.array(["a", "b", "a"], object), lambda w: (w, ord(w)), (object, int))
    >>> [column.tolist() for column in made]
    [['a', 'b', 'a'], [97, 98, 97]]
    """
    import pandas as pd

    index, found = pd.factorize(cells)
    parts = list(zip(*map(function, found.tolist()), strict=True)) or [()] * len(dtypes)
    made = []
    for part, dtype in zip(parts, dtypes, strict=True):
        column = np.empty(len(found), dtype)
        column[:] = part
        made.append(column[index])
    return tuple(made)


@dataclass(frozen=True)
class Tidied:
    """Cells without what does not matter: `text`, and where full-width characters, blanks or
    invisible characters, and lower-case letters were mended."""

    text: NDArray[Any]
    is_wide: NDArray[np.bool_]
    has_blanks: NDArray[np.bool_]
    is_lower: NDArray[np.bool_]


def tidy(cells: NDArray[Any], kind: str) -> Tidied:
    """Cells of a kind of field with blanks, full-width forms and words for "empty" taken out.

    In names and texts full-width brackets and letters stay as they are.

    >>> tidied = tidy(np.array([" １２０ ", "11010119900307231x"], object), "id")
    >>> tidied.text.tolist(), tidied.is_wide.tolist(), tidied.is_lower.tolist()
    (['120', '11010119900307231X'], [True, False], [False, True])
    """
    mode = mode_of(kind)
    return Tidied(*each_several(cells, lambda w: _tidy(w, mode), (object, bool, bool, bool)))


def mode_of(kind: str) -> str:
    """How cells of a kind of field are tidied: ``free`` texts, ``id`` numbers, or "" all else."""
    return "free" if kind in FREE_KINDS else "id" if kind in ID_KINDS else ""


def _tidy(word: str, mode: str) -> tuple[str, bool, bool, bool]:
    is_free = mode == "free"
    forced = _FORCED_TEXT.match(word.strip()) if word[:1] in _MARKS_OF_TEXT else None
    bare = next((part for part in forced.groups() if part is not None), "") if forced else word
    # Foreign names keep the blanks between their parts, Chinese ones have none.
    is_latin = is_free and bare.isascii()
    solid = " ".join(bare.split()) if is_latin else BLANKS.sub("", bare)
    plain = solid
    if not is_free and not solid.isascii():
        plain = BLANKS.sub("", unicodedata.normalize("NFKC", solid))
    if plain.lower() in words_for_blank(is_free):
        return "", False, False, False
    is_wide = plain is not solid and bool(_WIDE.search(solid))
    if mode != "id":
        return plain, is_wide, solid != word, False
    shown = plain.upper()
    # Some write the ID number in groups.
    shown = shown.replace("-", "") if _GROUPED.fullmatch(shown) else shown
    return shown, is_wide, solid != word, plain.endswith("x")


# --- amounts and counts --------------------------------------------------------------------
@dataclass(frozen=True)
class Numbers:
    """Cells as numbers: NaN where blank or unreadable; which cannot be read, which had words or
    separators taken off, and what period a cell itself names ("月", "年" or "")."""

    value: NDArray[np.float64]
    is_bad: NDArray[np.bool_]
    is_mended: NDArray[np.bool_]
    period: NDArray[Any]


def amounts(text: NDArray[Any]) -> Numbers:
    """Tidied cells as amounts; words like 无 and a dash are 0.

    >>> made = amounts(np.array(["1,200.00", "300元", "1.2万元", "无", "", "三百"], object))
    >>> made.value.tolist(), made.is_bad.tolist()[-1]
    ([1200.0, 300.0, 12000.0, 0.0, nan, nan], True)
    """
    return _numbers(text, _amount)


def counts(text: NDArray[Any]) -> Numbers:
    """Tidied cells as counts of persons or things; 无 and a dash are 0.

    >>> counts(np.array(["3人", "2", "二"], object)).value.tolist()
    [3.0, 2.0, nan]
    """
    return _numbers(text, _count)


def _numbers(text: NDArray[Any], read: Callable[[str], tuple[float, bool, str]]) -> Numbers:
    value, is_mended, period = each_several(text, read, (np.float64, bool, object))
    is_bad = np.isnan(value) & (text != "")
    return Numbers(value, is_bad, is_mended & ~is_bad, period)


def _amount(word: str) -> tuple[float, bool, str]:
    if not word:
        return np.nan, False, ""
    if word in words()["none"]:
        return 0.0, False, ""
    found = _AMOUNT.fullmatch(word.lower())
    if not found or not re.search(r"\d", found["number"]):
        return np.nan, False, ""
    number = found["number"]
    plain = number.strip("()").replace(",", "")
    if number.startswith("(") != number.endswith(")"):
        return np.nan, False, ""
    value = float(plain) * YUAN_OF_UNIT.get(found["unit"] or "", 1.0)
    # Bookkeepers write (300) for minus 300.
    value = -abs(value) if number.startswith("(") else value
    return value, number != word.lower() or "," in number, found["period"] or ""


def _count(word: str) -> tuple[float, bool, str]:
    if not word:
        return np.nan, False, ""
    if word in words()["none"]:
        return 0.0, False, ""
    found = _COUNT.fullmatch(word)
    return (float(found["number"]), found["number"] != word, "") if found else (np.nan, False, "")


# --- dates ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Dates:
    """Cells as dates (the first of the month where no day is given), NaT where blank or none;
    which are no dates, and which were written in another form than year-month-day."""

    value: NDArray[np.datetime64]
    is_bad: NDArray[np.bool_]
    is_mended: NDArray[np.bool_]


def dates(text: NDArray[Any]) -> Dates:
    """Tidied cells as dates: 2020-03-05, 2020.3.5, 2020年3月, 202003, Excel's day numbers.

    >>> made = dates(np.array(["2020-3-5", "2020年3月", "43895", "2020.13"], object))
    >>> made.value.astype(str).tolist(), made.is_mended.tolist()
    (['2020-03-05', '2020-03-01', '2020-03-05', 'NaT'], [False, True, True, False])
    """
    value = each(text, _date, "datetime64[D]")
    is_blank = each(text, lambda word: word == "" or word in words()["none"], bool)
    is_bad = np.isnat(value) & ~is_blank
    is_plain = each(text, lambda word: bool(_PLAIN_DATE.fullmatch(_TIME.sub("", word))), bool)
    return Dates(value, is_bad, ~is_plain & ~np.isnat(value))


def _date(word: str) -> np.datetime64:
    nothing = np.datetime64("NaT", "D")
    day_number = re.fullmatch(r"(\d{5})(\.\d+)?", word)
    if day_number:
        serial = int(day_number[1])
        known = FIRST_SERIAL <= serial <= LAST_SERIAL
        return EXCEL_EPOCH + np.timedelta64(serial, "D") if known else nothing
    bare = _in_digits(_TIME.sub("", word).rstrip("."))
    found = next((match for form in _DATES if (match := form.fullmatch(bare))), None)
    if not found:
        return nothing
    parts = {name: int(value or 1) for name, value in found.groupdict().items()}
    year, month, day = (parts.get(name, 1) for name in ("year", "month", "day"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return nothing
    try:
        return np.datetime64(f"{year:04}-{month:02}-{day:02}", "D")
    except ValueError:
        return nothing


def _in_digits(word: str) -> str:
    """A date in Chinese numerals (二〇二三年十二月) in digits; others as they are."""

    def number(found: re.Match[str]) -> str:
        tens = found["tens"] or ""
        ten = 0 if not tens else 1 if tens == "十" else int(tens[0].translate(_CHINESE_YEAR))
        one = int((found["ones"] or "0").translate(_CHINESE_YEAR))
        return str(10 * ten + one) if found[0] else ""

    year, mark, rest = word.partition("年")
    return f"{year.translate(_CHINESE_YEAR)}年{_CHINESE_NUMBER.sub(number, rest)}" if mark else word


# --- codes ---------------------------------------------------------------------------------
def coded(text: NDArray[Any], known: Mapping[str, str]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The code of each tidied cell ("" where blank or unknown), and which words are unknown.

    >>> made, unknown = coded(np.array(["城镇", "城鎮", ""], object), spelled("area"))
    >>> made.tolist(), unknown.tolist()
    (['urban', '', ''], [False, True, False])
    """
    code = each(text, lambda word: known.get(word.lower(), ""))
    return code, np.asarray((code == "") & (text != ""))


@cache
def relations() -> Mapping[str, str]:
    """The code of every relation word, with none of the prefixes, and of the standard's numbers."""
    return {**spelled("relation"), **spelled("relation_codes")}


def relation_word(word: str) -> str:
    """A relation without 长, 次, 养, 户主之 and the like; "" when the rest is unknown too.

    >>> relation_word("户主之妻"), relation_word("二女儿"), relation_word("邻居")
    ('妻', '女儿', '')
    """
    bare = word.lower()
    if bare not in relations():
        bare = re.sub(r"\(.*\)|\d+$|[、,;].*", "", bare)
    while bare and bare not in relations():
        prefix = next((p for p in words()["relation_prefixes"] if bare.startswith(p)), None)
        if prefix is None:
            return ""
        bare = bare[len(prefix) :]
    return bare


def truths(text: NDArray[Any], field: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tidied cells as yes or no (blank is no), and which words are neither.

    >>> made, unknown = truths(np.array(["√", "否", "", "也许"], object), "is_student")
    >>> made.tolist(), unknown.tolist()
    ([True, False, False, False], [False, False, False, True])
    """
    own = words().get(field, {})
    own = own if isinstance(own, Mapping) else {}
    yes = {*words()["yes"], *own.get("yes", ())}
    no = {*words()["no"], *own.get("no", ()), ""}
    state = each(
        text, lambda word: 1 if word.lower() in yes else 0 if word.lower() in no else -1, int
    )
    return np.asarray(state == 1), np.asarray(state == -1)
