"""The list for public posting, straight from a roster: the one output that holds names.

What stands in it: the head's name, village, persons assisted, main cause of poverty by kind, and
amount (S3.11.8, S4.2.21). No ID, telephone or account number and no address is ever read into it.
Households that may not be made public are left out and counted.
"""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import pick, read_yaml, text
from jiuzhu_sim.policy import parse_date
from jiuzhu_sim.roster.cells import each, tidy, words
from jiuzhu_sim.roster.check import Roster, check_roster
from jiuzhu_sim.roster.families import Families, families
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.findings import NOBODY
from jiuzhu_sim.roster.header import rosters_in
from jiuzhu_sim.roster.identity import ages, identities
from jiuzhu_sim.roster.lines import Lines, Rosters, lines_of
from jiuzhu_sim.roster.places import townships
from jiuzhu_sim.roster.sheet import open_sheets, written

MARK, CAUSE, VILLAGE = "is_confidential", "cause", "village"
"""Fields of a roster that only the list for posting reads as text."""

ADULT = 18
"""A head below this age (周岁) is a minor (Civil Code, article 17) and not made public."""

FEWEST = 5
"""Fewer households than this left out of a list are not counted on it, lest they be made out."""

DIGITS = re.compile(r"\d{6}")
"""A name or a village with so many digits holds a number that is nobody's business."""

KEY = b"nothing made with this key is kept"
"""The list carries no household codes, so the user's own key is not needed."""


@dataclass(frozen=True)
class Posted:
    """A household on the list: amount in yuan a month."""

    name: str
    n_covered: int
    cause: str
    amount_m: float


@dataclass(frozen=True)
class Village:
    """The list of one village: `withheld` may not be made public, `waiting` have a stop."""

    township: str
    village: str
    households: tuple[Posted, ...]
    withheld: int
    waiting: int


@dataclass(frozen=True)
class Posting:
    """The lists of all villages in the order of the roster; `has_cause` whether it tells causes,
    `unpaid` households without an amount, which are on no list."""

    file: str
    at: datetime.date
    villages: tuple[Village, ...]
    has_cause: bool
    unpaid: int

    def counts(self) -> dict[str, int]:
        """How many lists, households on them, withheld, set aside, and unpaid."""
        return {
            "villages": len(self.villages),
            "posted": sum(len(each.households) for each in self.villages),
            "withheld": sum(each.withheld for each in self.villages),
            "set_aside": sum(each.waiting for each in self.villages),
            "unpaid": self.unpaid,
        }

    def said(self) -> list[str]:
        """What came out, for the screen of who made the list."""
        counts = {name: f"{n:,}" for name, n in self.counts().items()}
        lines = [text("posting.said", **counts), text("posting.names")]
        if not self.has_cause:
            lines.append(text("posting.no_cause"))
        return lines


def posting(
    path: str | Path,
    *,
    sheet: str = "",
    encoding: str = "auto",
    at: str | datetime.date | None = None,
    anyway: bool = False,
) -> Posting:
    """The list for posting from a roster, a part for each village.

    Left out: households without an amount, with a head below 18 at `at` (None: today), with a
    member marked as not to be made public, or in whose rows AIDS is written. Raises what
    `check_roster` raises, JZ-E072 when the roster has no column for the village or the amount,
    and JZ-E080 when it has stops, unless `anyway`: their households are then left out as well.

    >>> from jiuzhu_sim.roster.sample import sample_roster
    >>> posting(sample_roster(), anyway=True).counts()["villages"]
    15
    """
    day = parse_date(at) if at else datetime.date.today()
    checked = check_roster(path, policy=None, sheet=sheet, encoding=encoding, at=day, key=KEY)
    stops, file = checked.findings.count("stop"), checked.read.file
    if stops and not anyway:
        raise JZError.of("JZ-E080", file, stops=stops, households=checked.read.set_aside)
    rosters = rosters_in(open_sheets(path, sheet, encoding))
    lines = lines_of(rosters)
    _refuse_without(lines, file)
    homes = families(lines)
    heads = _heads(lines, homes, day)
    withheld = heads.is_minor | _confidential(lines, homes, rosters)
    return _lists(checked, lines, homes, heads, withheld, day)


def _refuse_without(lines: Lines, file: str) -> None:
    """JZ-E072 where there is no village or no amount."""
    for names in ((VILLAGE, "township"), ("benefit", "benefit_total", "benefit_per_head")):
        if not any(name in lines for name in names):
            unknown = [spot.written for header in lines.headers for spot in header.spots]
            title = fields()[names[0]].title
            raise JZError.of("JZ-E072", file, name=title, nearest=nearest(title, unknown))


@dataclass(frozen=True)
class Heads:
    """The head of each household: name ("" if it cannot be posted), and who is a minor."""

    name: NDArray[Any]
    is_minor: NDArray[np.bool_]


def _heads(lines: Lines, homes: Families, at: datetime.date) -> Heads:
    """Names and ages of the heads; who has no readable ID number counts as no minor here, for
    such households have a stop."""
    line = homes.first_where(homes.is_head)
    line = np.where(line == NOBODY, homes.first, line)
    beside = homes.first_where(_is_filled(lines, homes.head_name)) if homes.head_name else line
    name_field, name_line = homes.name, line
    if homes.head_name:
        name_field, name_line = homes.head_name, np.where(beside == NOBODY, line, beside)
    name = tidy(lines.text(name_field), "name").text[name_line]
    name = each(name, _without_numbers)
    id_field, id_line = homes.id, line
    if homes.head_id:
        told = homes.first_where(_is_filled(lines, homes.head_id))
        id_field, id_line = homes.head_id, np.where(told == NOBODY, line, told)
    none = np.zeros(len(lines), bool)
    ids = identities(lines.text(id_field), lines.is_number.get(id_field, none), at)
    birth = ids.birth[id_line]
    is_minor = ~np.isnat(birth) & (ages(birth, at) < ADULT)
    return Heads(name, np.asarray(is_minor))


def _is_filled(lines: Lines, field: str) -> NDArray[np.bool_]:
    return each(lines.text(field), lambda word: bool(word.strip()), bool)


@cache
def _said() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


def _confidential(lines: Lines, homes: Families, rosters: Rosters) -> NDArray[np.bool_]:
    """Households with a member marked as not to be made public, or with AIDS anywhere in their
    rows, in whatever column. A mark that is not clearly a no counts as a yes."""
    no = frozenset(words()["no"])
    mark = tidy(lines.text(MARK), "code").text
    is_marked = each(mark, lambda word: word != "" and word.lower() not in no, bool)
    ill = tuple(_said()["confidential"])
    for number, (sheet, _) in enumerate(rosters):
        for place in np.flatnonzero(lines.sheet == number).tolist():
            row = "".join(map(written, sheet.rows[int(lines.row[place]) - 1]))
            plain = unicodedata.normalize("NFKC", row).lower()
            is_marked[place] |= any(word in plain for word in ill)
    found = np.zeros(len(homes), bool)
    found[homes.owner[is_marked & (homes.owner >= 0)]] = True
    return found


def cause_of(word: str) -> str:
    """The kind of a cause of poverty, its label in the language in use.

    >>> cause_of("因病（尿毒症）"), cause_of("缺劳力"), cause_of("自然灾害"), cause_of("")
    ('因病', '缺劳动力', '因灾', '')
    """
    if not word:
        return ""
    known = _said()["causes"]
    kinds = (k for k, entry in known.items() if any(w in word.lower() for w in entry["words"]))
    return pick(known[next(kinds, "other")]["label"])


def _lists(
    checked: Roster,
    lines: Lines,
    homes: Families,
    heads: Heads,
    withheld: NDArray[np.bool_],
    at: datetime.date,
) -> Posting:
    """The lists, village by village in the order of the roster."""
    import pandas as pd

    paid = _paid(checked)
    has_cause = CAUSE in lines
    line = homes.first_where(_is_filled(lines, CAUSE)) if has_cause else homes.first
    cause = np.where(line == NOBODY, "", lines.text(CAUSE)[np.maximum(line, 0)])
    shown = each(cause, cause_of)
    frame = pd.DataFrame(
        {
            "township": each(_townships(checked), _without_numbers),
            "village": each(_villages(lines, homes), _without_numbers),
            "name": heads.name,
            "cause": shown,
            "is_withheld": withheld,
        }
    ).join(paid)
    frame["is_waiting"] = frame["is_set_aside"] | (frame["name"] == "")
    is_unpaid = ~frame["is_set_aside"] & ~(frame["amount_m"] > 0)
    villages = []
    for (township, village), here in frame[~is_unpaid].groupby(["township", "village"], sort=False):
        is_posted = ~here["is_withheld"] & ~here["is_waiting"]
        rows = here.loc[is_posted, ["name", "n_covered", "cause", "amount_m"]]
        households = tuple(
            Posted(name, int(n_covered), cause, float(amount))
            for name, n_covered, cause, amount in rows.itertuples(index=False)
        )
        out, waiting = here["is_withheld"], here["is_waiting"] & ~here["is_withheld"]
        villages.append(Village(township, village, households, int(out.sum()), int(waiting.sum())))
    file = checked.read.file
    return Posting(file, at, tuple(villages), has_cause, int(is_unpaid.sum()))


def _paid(checked: Roster) -> Any:
    """Amount and persons covered of each household in the order of the file, and whether it is
    set aside; a household's hash stands for it once alone."""
    import pandas as pd

    rows = checked.rows.reset_index(drop=True)
    people = checked.people
    known = pd.DataFrame({"amount_m": [], "n_covered": []}, index=pd.Index([], dtype=object))
    if people is not None:
        columns = {"amount_m": "current_benefit_m", "n_covered": "n_covered_now"}
        content = {name: people[column] for name, column in columns.items()}
        known = pd.DataFrame(content, index=people.ids)
    found = rows[["household", "is_set_aside"]].join(known, on="household")
    return found[["is_set_aside", "amount_m", "n_covered"]]


def _townships(checked: Roster) -> NDArray[Any]:
    """The township of each household, "" where the roster names none."""
    return np.asarray(checked.rows["household"].map(townships(checked)).to_numpy(object))


def _villages(lines: Lines, homes: Families) -> NDArray[Any]:
    """The village of each household, "" where the roster names none."""
    line = homes.first_where(_is_filled(lines, VILLAGE))
    words = tidy(lines.text(VILLAGE), "text").text[np.maximum(line, 0)]
    return np.where(line == NOBODY, "", words)


def _without_numbers(word: str) -> str:
    """A name as it may be posted, "" where a number stands in it."""
    return "" if DIGITS.search(unicodedata.normalize("NFKC", word)) else word
