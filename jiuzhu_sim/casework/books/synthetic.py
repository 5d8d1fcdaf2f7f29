"""Synthetic payments, ledger and system of some months, with mismatches planted in them.

For trying three-way consistency where there are no files: what was planted is known, so that what
is found can be held against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.casework.books.three_way import BOOKS
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import Draws

WRONG_AMOUNTS = (10.0, 90.0)
"""Yuan by which a wrong amount is off: two digits exchanged, or last year's standard."""
MONTHS_MAX = 120
MONTH_BITS = 7
"""A household's draw of a month has the id household · 2^7 + month: as many as `MONTHS_MAX`."""


@cache
def faults() -> Mapping[str, float]:
    """The share of households and months that each kind of fault strikes, as assumed.

    >>> sorted(faults())
    ['amount', 'duplicate', 'missing', 'persons', 'stop']
    """
    found = read_yaml(Path(__file__).with_suffix(".yaml"))
    return {name: float(entry["value"]) for name, entry in found.items()}


@dataclass(frozen=True)
class Books:
    """Three tables for `three_way` (`month`, `household`, `township`, `persons`, `amount`), who was
    `stopped` and since when, and what was `planted`: month, household, kind, book."""

    paid: Any
    ledger: Any
    system: Any
    stopped: Any
    planted: Any


def synthetic_books(
    people: People,
    *,
    start: str = "2025-01",
    months: int = 3,
    seed: int = 1,
    shares: Mapping[str, float] | None = None,
) -> Books:
    """Books of the households in dibao now, at what they get now, with faults by `shares`.

    A household has one fault in a month at most. Raises JZ-E003 for unknown faults, JZ-E004 for
    shares outside 0 to 1 or months outside 1 to 120.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.books.three_way import three_way
    >>> people = jz.synthesize("all-programmes", households=2000, seed=1)
    >>> books = synthetic_books(people)
    >>> made = three_way(books.paid, books.ledger, books.system, stopped=books.stopped)
    >>> len(made.rows) == len(books.planted)
    True
    """
    import pandas as pd

    used = _used(shares or {}, months)
    at = np.flatnonzero(people.numbers("was_dibao") & (people.numbers("current_benefit_m") > 0))
    number = people.numbers("id")[at].astype(np.int64)
    names = np.arange(np.datetime64(start, "M"), np.datetime64(start, "M") + months).astype(str)
    column = np.arange(months)
    whole = pd.DataFrame(
        {
            "month": np.repeat(names, len(at)).astype(object),
            "household": np.tile(people.ids[at], months),
            "township": np.tile(people["township"][at], months),
            "persons": np.tile(np.maximum(people["n_covered_now"][at], 1), months),
            "amount": np.tile(people["current_benefit_m"][at], months).round(2),
        }
    )
    ids = (np.tile(number, months) << MONTH_BITS) + np.repeat(column, len(at))
    draws = Draws(seed, ids)
    kinds = [*used, "none"]
    kind = np.array(kinds, object)[draws.pick("fault", [*used.values(), 1 - sum(used.values())])]
    # Who is stopped leaves all books but the payments, from the month struck on.
    is_stop = (kind == "stop").reshape(months, len(at))
    is_out = np.maximum.accumulate(is_stop, axis=0).ravel()
    is_first_stop = is_stop.ravel() & ~np.vstack(
        [np.zeros((1, len(at)), bool), is_out.reshape(months, -1)[:-1]]
    ).ravel().astype(bool)
    kind = np.where(is_out, np.where(is_first_stop, "stop", "out"), kind)
    book = np.array(BOOKS, object)[draws.pick("book", [1.0] * len(BOOKS))]
    book = np.where(np.isin(kind, ["duplicate", "stop"]), "paid", book)
    off = draws.between("off by", *WRONG_AMOUNTS).round(2)
    tables = {name: _book(whole, name, kind, book, off) for name in BOOKS}
    struck = (kind != "none") & (kind != "out")
    planted = whole.loc[struck, ["month", "household"]].assign(kind=kind[struck], book=book[struck])
    # Who is paid after the stop is missing in two books as well: two mismatches.
    late = planted[planted["kind"] == "stop"]
    planted["kind"] = planted["kind"].replace({"stop": "after_stop"})
    planted = pd.concat([planted, late.assign(kind="missing")], ignore_index=True)
    stopped = late[["household", "month"]].reset_index(drop=True)
    return Books(**tables, stopped=stopped, planted=planted)


def _used(shares: Mapping[str, float], months: int) -> dict[str, float]:
    problems = Problems()
    for name, value in shares.items():
        if name not in faults():
            problems.add("JZ-E003", name=name, nearest=nearest(name, faults()))
        elif not 0 <= value <= 1:
            problems.add("JZ-E004", path=name, value=value, low=0, high=1)
    if not 1 <= months <= MONTHS_MAX:
        problems.add("JZ-E004", path="months", value=months, low=1, high=MONTHS_MAX)
    used = {**faults(), **shares}
    if not problems and sum(used.values()) > 1:
        problems.append(_too_many(sum(used.values())))
    problems.raise_if_any()
    return used


def _too_many(total: float) -> Any:
    return JZError.of("JZ-E004", path="shares", value=total, low=0, high=1).problems[0]


def _book(whole: Any, name: str, kind: Any, book: Any, off: Any) -> Any:
    """One book: all households but those that it lacks, with its own faults."""
    import pandas as pd

    is_here = book == name
    # In the month of the stop the payment is still made; later it is made in no book.
    lacks = ((kind == "missing") & is_here) | (kind == "out")
    lacks |= (kind == "stop") & (name != "paid")
    made = whole.copy()
    made.loc[(kind == "amount") & is_here, "amount"] += off[(kind == "amount") & is_here]
    made.loc[(kind == "persons") & is_here, "persons"] += 1
    twice = made[(kind == "duplicate") & is_here]
    return pd.concat([made[~lacks], twice], ignore_index=True)
