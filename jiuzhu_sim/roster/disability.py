"""Disability as rosters write it: 肢体二级, 二级, 2, 重度, or in the number of the certificate."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.roster.cells import each, words
from jiuzhu_sim.roster.findings import Found
from jiuzhu_sim.roster.reading import is_foreign, tell_unknown, tidied

GRADES = ("一级", "二级", "三级", "四级")
CERTIFICATE_LENGTH = 20
"""ID number, kind, grade; a further character where the certificate was issued again."""
KIND_AT, GRADE_AT = 18, 19
NONE = ("", 0)


def disability_of(word: str) -> tuple[str, int] | None:
    """Kind and grade (the severest of several) in a tidied cell; ("", 0) for none, None if
    unreadable.

    >>> disability_of("肢体二级"), disability_of("2"), disability_of("无"), disability_of("待定")
    (('physical', 2), ('', 2), ('', 0), None)
    """
    bare = word.lower().replace("残疾", "")
    if not word or word in words()["no_disability"]:
        return NONE
    known = words()["disability_kind"].items()
    kinds = [code for code, spelled in known if any(part in bare for part in spelled)]
    # "iii级" holds "ii级" and "i级": the longest spelling is meant.
    roman = [grade for grade, mark in ((4, "iv"), (3, "iii"), (2, "ii")) if mark in bare][:1]
    grades = roman or [
        int(grade)
        for grade, spelled in words()["disability_grade"].items()
        if any(part in bare if len(part) > 1 else part == _stripped(bare) for part in spelled)
    ]
    if not kinds and not grades:
        return None
    return (kinds or [""])[0], min(grades, default=0)


def _stripped(word: str) -> str:
    """What is left of a cell without the words for the kind."""
    for spelled in words()["disability_kind"].values():
        for kind in spelled:
            word = word.replace(kind, "")
    return word.strip("()/-、,;:")


def of_certificate(number: str) -> tuple[str, int]:
    """Kind and grade in the number of a disability certificate.

    >>> of_certificate("11010519491231002X42"), of_certificate("有")
    (('physical', 2), ('', 0))
    """
    kinds = words()["disability_certificate"]
    digits = number[KIND_AT:CERTIFICATE_LENGTH]
    if len(number) < CERTIFICATE_LENGTH or not digits.isdigit() or int(digits[0]) not in kinds:
        return NONE
    grade = int(number[GRADE_AT])
    return kinds[int(digits[0])], grade if grade in words()["disability_grade"] else 0


def read_disability(found: Found) -> dict[str, NDArray[Any]]:
    """Grade and kind of each line as the data dictionary holds them, NaN where blank: from columns
    of their own, one column for both, or the certificate. R112, R223, R308."""
    lines = found.lines
    grade, kind = np.full(len(lines), np.nan), lines.blank()
    if not {"disability_grade", "disability_kind", "disability_no"} & set(lines.texts):
        return {}
    for name in ("disability_grade", "disability_kind"):
        if name not in lines:
            continue
        spoken, this = _read(found, name)
        # A kind without a grade in a column of kinds leaves the grade open.
        tells = ~np.isnan(this) & ((this > 0) | (name == "disability_grade"))
        grade = np.where(tells & ~(grade > 0), this, grade)
        kind = np.where(spoken != "", spoken, kind)
    if "disability_no" in lines:
        made = each(tidied(found, "disability_no", "id").text, of_certificate)
        spoken, this = _parts(made)
        kind = np.where(kind == "", spoken, kind)
        grade = np.where(np.isnan(grade) & (this > 0), this, grade)
    places = {name: float(at) for at, name in enumerate(columns()["disability_kind"].codes or {})}
    kinds = each(kind, lambda word: places.get(word, np.nan), np.float64)
    return {"disability_grade": grade, "disability_kind": kinds}


def _parts(made: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Kinds ("" for none) and grades (NaN for unread) of cells."""
    kind = np.array(["" if part is None else part[0] for part in made], object)
    return kind, np.array([np.nan if part is None else part[1] for part in made], np.float64)


def _read(found: Found, name: str) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Kinds and grades of a column; a blank cell has neither."""
    text = tidied(found, name).text
    kind, grade = _parts(each(text, disability_of))
    unknown = np.isnan(grade)
    if is_foreign(text, unknown):
        first = np.flatnonzero(unknown)[:1]
        found.add("R223", name, first, field=name, known="、".join(GRADES))
        return found.lines.blank(), np.full(len(text), np.nan)
    spelled = [str(word) for known in words()["disability_grade"].values() for word in known]
    tell_unknown(found, name, unknown, text, spelled, GRADES)
    for word in sorted(set(text.tolist()) & set(words()["told"]) - set("123")):
        read = disability_of(word)
        found.add_once("R308", name, text == word, meaning=GRADES[read[1] - 1] if read else "")
    return kind, np.where(text == "", np.nan, grade)
