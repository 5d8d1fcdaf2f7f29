"""ID numbers: read, checked, masked, and turned into hashes that only the key's owner can repeat.

The 18 characters of a citizen's ID number (GB 11643-1999): six of the place, eight of the birth
date, three of the order (odd for men), one check character (ISO 7064, MOD 11-2). Numbers of the
first generation have 15: the year with two digits, no check character.
"""

import datetime
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import REASONS
from jiuzhu_sim.language import text as said_text
from jiuzhu_sim.roster.cells import BLANKS, Tidied, each, tidy

LENGTH, OLD_LENGTH = 18, 15
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_CHARACTERS = "10X98765432"
CENTURY_OF_OLD = "19"
AGE_MAX = 130
"""The data dictionary's highest age: an earlier birth date is a slip."""

EXCEL_DIGITS = 15
"""Excel keeps this many digits of a number and writes zeros for the rest."""
SPOILED_SHARE = 0.002
"""A text that ends in three zeros and has the right check character is genuine in 0.8 numbers of a
thousand; of numbers spoiled by Excel one in eleven looks like that. Where more than this share of
a column is surely spoiled, one such text in five or more is spoiled too, and all are told."""

KEPT_CHARACTERS = 2
PERSONAL_DIGITS = 11
"""A run of this many digits in a cell (a mobile number, an account, an ID) is never shown."""
SHOWN_MAX = 40
"""Characters of a cell that are shown."""
HASH_BYTES = 10
KEY_BYTES = 32
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+")
_RUN = re.compile(rf"\d{{{PERSONAL_DIGITS},}}[Xx]?")


@dataclass(frozen=True)
class Identities:
    """A column of ID numbers, cell by cell.

    `number` is the 18-character number (one of 15 digits brought to 18, so that the same person
    is found again), "" where there is none; `fault` the code of what is wrong with it, "" where
    nothing is; `birth` and `is_female` are what the number says, NaT and False with a fault.
    """

    number: NDArray[Any]
    fault: NDArray[np.str_]
    is_old: NDArray[np.bool_]
    birth: NDArray[np.datetime64]
    is_female: NDArray[np.bool_]
    tidied: Tidied


def check_character(first17: str) -> str:
    """The 18th character of an ID number whose first 17 digits these are.

    >>> check_character("11010519491231002")
    'X'
    """
    total = int((np.array([int(digit) for digit in first17]) * WEIGHTS).sum())
    return CHECK_CHARACTERS[total % len(CHECK_CHARACTERS)]


def _digits(numbers: NDArray[np.str_]) -> NDArray[np.int64]:
    """The characters of numbers of one length as integers, one row a number."""
    return numbers.view(np.uint32).reshape(len(numbers), -1).astype(np.int64) - ord("0")


def _births(digits: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """The birth dates in ID numbers; NaT where the calendar has no such day."""
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1])
    month = digits[:, 10:12] @ np.array([10, 1])
    day = digits[:, 12:14] @ np.array([10, 1])
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    born = first + (day - 1).astype("timedelta64[D]")
    is_real = (month >= 1) & (month <= 12) & (day >= 1)
    is_real &= born.astype("datetime64[M]") == first.astype("datetime64[M]")
    return np.where(is_real, born, np.datetime64("NaT", "D"))


def _is_check_right(numbers: NDArray[np.str_]) -> NDArray[np.bool_]:
    digits = _digits(numbers)
    expected = np.array(list(CHECK_CHARACTERS))[(digits[:, :17] @ WEIGHTS) % len(CHECK_CHARACTERS)]
    last = numbers.astype(f"U{LENGTH}").view("U1").reshape(len(numbers), -1)[:, LENGTH - 1]
    return np.asarray(expected == last)


def identities(cells: NDArray[Any], is_number: NDArray[np.bool_], at: datetime.date) -> Identities:
    """ID numbers of a column of cells; `is_number` marks cells the workbook holds as numbers.

    Faults: R115 blank, R101 spoiled by Excel, R102 neither 15 nor 18 characters or others than
    digits and X, R104 an impossible birth date or one after `at`, R103 a wrong check character.

    >>> made = identities(
    ...     np.array(["11010519491231002X", "1.10105E+17", ""], object), np.zeros(3, bool),
    ...     datetime.date(2025, 1, 1))
    >>> made.fault.tolist(), str(made.birth[0])
    (['', 'R101', 'R115'], '1949-12-31')
    """
    tidied = tidy(cells, "id")
    text = tidied.text
    signs = np.ascontiguousarray(text.astype(f"U{LENGTH + 1}")).view(np.uint32)
    signs = signs.reshape(len(text), LENGTH + 1)
    length = (signs > 0).sum(axis=1)
    is_digit = (signs >= ord("0")) & (signs <= ord("9"))
    is_last = is_digit[:, LENGTH - 1] | (signs[:, LENGTH - 1] == ord("X"))
    is_whole = (length == LENGTH) & is_digit[:, : LENGTH - 1].all(axis=1) & is_last
    is_old = (length == OLD_LENGTH) & is_digit[:, :OLD_LENGTH].all(axis=1)

    fault = np.full(len(text), "R102", "U4")
    fault[text == ""] = "R115"
    number, is_right = np.full(len(text), "", object), np.zeros(len(text), bool)
    birth = np.full(len(text), np.datetime64("NaT", "D"))
    is_female = np.zeros(len(text), bool)
    usable = is_whole | is_old
    numbers = np.where(is_old, each(np.where(is_old, text, ""), _renewed), text)[usable]
    if len(numbers):
        kept = np.ascontiguousarray(numbers.astype(f"U{LENGTH}"))
        digits = _digits(kept)
        number[usable], birth[usable] = numbers, _births(digits)
        is_female[usable] = digits[:, 16] % 2 == 0
        is_right[usable] = _is_check_right(kept)
        fault[usable] = np.where(is_right[usable], "", "R103")
        fault[usable & ~_is_plausible(birth, at)] = "R104"
    ends_spoiled = is_whole & (signs[:, EXCEL_DIGITS:LENGTH] == ord("0")).all(axis=1)
    surely = (ends_spoiled & ~is_right) | (is_number & (length > EXCEL_DIGITS))
    has_letter = (signs == ord("E")).any(axis=1)
    surely[has_letter] |= each(text[has_letter], lambda w: bool(_SCIENTIFIC.fullmatch(w)), bool)
    if surely.sum() > SPOILED_SHARE * max((text != "").sum(), 1):
        surely |= ends_spoiled
    fault[surely] = "R101"
    is_bad = fault != ""
    number[is_bad], birth[is_bad], is_female[is_bad] = "", np.datetime64("NaT", "D"), False
    return Identities(number, fault, is_old & ~is_bad, birth, is_female, tidied)


def is_spoiled(text: NDArray[Any], is_number: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which tidied cells are long numbers that Excel has cut: no number of a household or an
    account can be told from them.

    >>> is_spoiled(np.array(["6.2284E+18", "62284", "6228480000000000000"], object),
    ...     np.array([False, True, True])).tolist()
    [True, False, True]
    """
    scientific = each(text, lambda word: bool(_SCIENTIFIC.fullmatch(word.upper())), bool)
    return np.asarray(scientific | (is_number & (each(text, len, int) > EXCEL_DIGITS)))


def _renewed(old: str) -> str:
    """The 18 characters of a number of the first generation; "" of nothing."""
    if not old:
        return ""
    first17 = f"{old[:6]}{CENTURY_OF_OLD}{old[6:]}"
    return first17 + check_character(first17)


def _is_plausible(birth: NDArray[np.datetime64], at: datetime.date) -> NDArray[np.bool_]:
    """Whether a birth date is one, not after `at` and not longer ago than anybody lives."""
    return np.asarray(
        ~np.isnat(birth) & (birth <= np.datetime64(at)) & (ages(birth, at) <= AGE_MAX)
    )


def ages(birth: NDArray[np.datetime64], at: datetime.date) -> NDArray[np.int64]:
    """Full years at a date (周岁); 0 where there is no birth date.

    >>> ages(np.array(["1990-03-07"], "datetime64[D]"), datetime.date(2025, 3, 6)).tolist()
    [34]
    """
    month = birth.astype("datetime64[M]")
    days = (birth - month.astype("datetime64[D]")).astype(np.int64)
    whole = month.astype(np.int64)
    passed = (at.year - 1970) * 12 + at.month - 1 - whole - (days > at.day - 1)
    return np.where(np.isnat(birth), 0, passed // 12)


# --- masks ---------------------------------------------------------------------------------
def masked(text: str, kind: str) -> str:
    """A cell as it may be shown: of numbers that name a person the last two characters, of names
    the first; a long run of digits is hidden wherever it stands.

    >>> masked("11010519491231002X", "id"), masked("张三丰", "name"), masked("300元", "money")
    ('****************2X', '张*', '300元')
    """
    if kind in ("id", "account", "phone", "name", "private"):
        text = BLANKS.sub("", text)
    if kind in ("id", "account", "phone") and text:
        text = text[-SHOWN_MAX:]
        return "*" * max(len(text) - KEPT_CHARACTERS, 0) + text[-KEPT_CHARACTERS:]
    if kind in ("name", "private") and text:
        return text[0] + "*"
    hidden = _RUN.sub(lambda run: masked(run[0], "id"), text)
    return hidden if len(hidden) <= SHOWN_MAX else f"{hidden[:SHOWN_MAX]}…"


# --- hashes --------------------------------------------------------------------------------
def hashed(texts: NDArray[Any], key: bytes) -> NDArray[Any]:
    """HMAC-SHA256 of texts under a key, as 20 letters: no output can be taken for a number.

    >>> hashed(np.array(["a", "a"], object), b"k").tolist()[0]
    'hinkjbfbboghffihpflj'
    """

    def one(text: str) -> str:
        made = hmac.digest(key, text.encode(), "sha256")[:HASH_BYTES]
        return made.hex().translate(LETTERS)

    return each(texts, one)


def own_key() -> bytes:
    """The user's own key: made once, readable by the user alone, outside every project.

    It lies in `.jiuzhu_sim/roster.key` of the home folder, or in the folder that the environment
    variable JIUZHU_HOME names. Raises JZ-E040 when it cannot be written, JZ-E078 when what lies
    there is no key.
    """
    folder = Path(os.environ.get("JIUZHU_HOME") or Path.home() / ".jiuzhu_sim")
    path = folder / "roster.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
        else:
            key = secrets.token_bytes(KEY_BYTES)
            with os.fdopen(handle, "wb") as stream:
                stream.write(key)
    except OSError as fault:
        reason = REASONS.get(fault.errno or 0)
        shown = said_text(reason) if reason else fault.strerror or str(fault)
        raise JZError.of("JZ-E040", str(path), reason=shown) from fault
    if len(key) < KEY_BYTES:
        raise JZError.of("JZ-E078", str(path), size=len(key), needed=KEY_BYTES)
    return key
