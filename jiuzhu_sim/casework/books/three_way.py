"""Three-way consistency: what was paid, what stands in the ledger 台账, what stands in the system.

S1.5.3: the three agree, month by month; S1.3.1: only who stands on the payment roster is paid. Each
difference is listed, with its money told once: the differences listed add up to the differences of
the totals, in fen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.roster.cells import dates, each
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.rules.kit import FEN

BOOKS = ("paid", "ledger", "system")
NEEDED = ("month", "household", "amount")
"""Columns each table must have; `persons` and `township` may be there as well."""

KINDS = ("missing", "amount", "persons", "duplicate", "after_death", "after_stop")
KEYS = ["month", "household"]


@dataclass(frozen=True)
class Mismatches:
    """What does not agree.

    `rows`, a row for each mismatch: `month` (text), `household`, `township`, `kind` (of `KINDS`),
    `missing_in` (books, joined by commas), for each book the amount in yuan and the persons
    (`paid`, `paid_persons`, …; NaN where it has none), and the money by which the books differ
    through this row, `paid_less_ledger` and `paid_less_system`. `totals`: by month and township
    households and yuan of each book. `unused`: rows of the tables that could not be used, with
    book, row (from 1) and reason; nothing is dropped silently.
    """

    rows: Any
    totals: Any
    unused: Any

    @property
    def is_consistent(self) -> bool:
        """Whether all three agree and every row could be used."""
        return not len(self.rows) and not len(self.unused)

    def by(self, level: str = "month") -> Any:
        """Totals of the books, mismatches by kind and money differing, by ``month`` or
        ``township``, with all of them last. Raises JZ-E060 for another level.

        >>> import pandas as pd
        >>> one = pd.DataFrame({"month": ["2025-01"], "household": [1], "amount": [300.0]})
        >>> found = three_way(one, one, one.assign(amount=280.0))
        >>> found.by("month").loc["2025-01", ["amount", "paid_less_system"]].tolist()
        [1.0, 20.0]
        """
        if level not in ("month", "township"):
            raise JZError.unknown(text("word.grouping"), level, ("month", "township"))
        sums = self.totals.groupby(level)[list(self.totals.columns[2:])].sum()
        kinds = self.rows.groupby([level, "kind"]).size().unstack(fill_value=0)
        money = self.rows.groupby(level)[["paid_less_ledger", "paid_less_system"]].sum()
        made = sums.join(kinds.reindex(columns=list(KINDS), fill_value=0)).join(money)
        made = made.fillna(0.0).astype(float)
        made.loc[text("word.total")] = made.sum(axis=0)
        return made.round(2)

    def listed(self) -> Any:
        """Every mismatch with heads and words in the language in use; long numbers hidden."""
        shown = self.rows.copy()
        shown["kind"] = [text(f"mismatch.{kind}") for kind in shown["kind"]]
        shown["missing_in"] = [
            text("word.comma").join(
                text(f"three_way_book.{book}") for book in books.split(",") if book
            )
            for books in shown["missing_in"]
        ]
        shown["household"] = [masked(str(one), "") for one in shown["household"]]
        return shown.rename(columns={name: text(f"mismatch_head.{name}") for name in shown})


def three_way(
    paid: Any, ledger: Any, system: Any, *, stopped: Any = None, died: Any = None
) -> Mismatches:
    """Compare three tables by month and household.

    Each is a DataFrame with `month` (text such as 2025-01, or a date), `household` (a pseudonym),
    `amount` (yuan of the month) and, if known, `persons` and `township`. `stopped`: `household` and
    `month`, the first month for which nothing is due any more. `died`: `household`, `month` of
    death and, if more than one, `persons`; a household paid in later months for as many persons as
    before is told. A household that stands twice in a book is told as a duplicate: what stands
    there beyond its first row is that mismatch's money.

    Raises JZ-E011 naming every missing column of every table.

    >>> import pandas as pd
    >>> rows = {"month": ["2025-01"] * 2, "household": [1, 2], "amount": [300.0, 200.0]}
    >>> book = pd.DataFrame(rows)
    >>> found = three_way(book, book.iloc[:1], book)
    >>> found.rows[["household", "kind", "missing_in", "paid_less_ledger"]].values.tolist()
    [[2, 'missing', 'ledger', 200.0]]
    """
    import pandas as pd

    given = dict(zip(BOOKS, (paid, ledger, system), strict=True))
    _check(given, stopped, died)
    books, unused = {}, []
    for name, table in given.items():
        books[name], bad = _read(table, name)
        unused.append(bad)
    first = {name: book[~book.duplicated(KEYS)].set_index(KEYS) for name, book in books.items()}
    whole = pd.concat([first[name].add_prefix(f"{name}_") for name in BOOKS], axis=1)
    whole = whole.sort_index(key=lambda keys: keys.astype(str))
    places = whole[[f"{name}_township" for name in BOOKS]]
    whole["township"] = places.bfill(axis=1).iloc[:, 0].fillna("")
    rows = [*_missing_and_amounts(whole), _persons(whole), *_duplicates(books, whole)]
    if died is not None:
        rows.append(_after(whole, _months_of(died), "after_death"))
    if stopped is not None:
        rows.append(_after(whole, _months_of(stopped), "after_stop"))
    return Mismatches(_finished(rows), _totals(books, whole), pd.concat(unused, ignore_index=True))


def _check(given: dict[str, Any], stopped: Any, died: Any) -> None:
    problems = Problems()

    def need(table: Any, name: str, columns: Iterable[str]) -> None:
        known = [str(column) for column in table]
        for column in columns:
            if column not in known:
                near = nearest(column, known)
                problems.add("JZ-E011", name, name=column, needed_by="three_way", nearest=near)

    for name, table in given.items():
        need(table, text(f"three_way_book.{name}"), NEEDED)
    for name, table in (("stopped", stopped), ("died", died)):
        if table is not None:
            need(table, name, KEYS)
    problems.raise_if_any()


def _months(cells: Any) -> Any:
    """Months as text, "" where a cell is none."""
    shown = np.array(["" if cell != cell else str(cell)[:10] for cell in cells], object)
    month = dates(shown).value.astype("datetime64[M]").astype(str)
    return each(month.astype(object), lambda word: "" if word == "NaT" else word)


def _read(table: Any, book: str) -> tuple[Any, Any]:
    """The rows of a book with money in fen, and those that cannot be used."""
    import pandas as pd

    number = pd.to_numeric(table["amount"], errors="coerce")
    persons = table["persons"] if "persons" in table else pd.Series(np.nan, table.index)
    made = pd.DataFrame(
        {
            "month": _months(table["month"].tolist()),
            "household": table["household"].to_numpy(object),
            "fen": np.rint(number.to_numpy(np.float64) * FEN),
            "persons": pd.to_numeric(persons, errors="coerce").to_numpy(np.float64),
            "township": table["township"].to_numpy(object) if "township" in table else "",
        }
    )
    made["township"] = made["township"].fillna("").astype(object)
    is_unknown = made["household"].isna() | (made["household"].astype(str).str.strip() == "")
    is_amount = np.isfinite(made["fen"]) & (made["fen"] >= 0)
    reason = np.select(
        [made["month"] == "", is_unknown, ~is_amount], ["month", "household", "amount"], ""
    )
    is_bad = reason != ""
    bad = pd.DataFrame(
        {"book": book, "row": np.flatnonzero(is_bad) + 1, "reason": reason[is_bad]}, dtype=object
    )
    return made[~is_bad].reset_index(drop=True), bad


def _missing_and_amounts(whole: Any) -> tuple[Any, Any]:
    """Households of a month that a book lacks, and those whose amounts differ."""
    fen = whole[[f"{book}_fen" for book in BOOKS]]
    lacks = fen.isna()
    is_missing = lacks.any(axis=1)
    differs = fen.max(axis=1) > fen.min(axis=1)
    missing = whole[is_missing].assign(kind="missing")
    names = np.array(BOOKS, object)
    missing["missing_in"] = [",".join(names[row]) for row in lacks[is_missing].to_numpy()]
    made = []
    for rows in (missing, whole[differs].assign(kind="amount", missing_in="")):
        # The money of a household that a book lacks is told where it is missing.
        is_told = rows["kind"].eq("amount") & is_missing.reindex(rows.index)
        zero = rows.fillna({f"{book}_fen": 0 for book in BOOKS})
        rows["less_ledger"] = zero["paid_fen"] - zero["ledger_fen"]
        rows["less_system"] = zero["paid_fen"] - zero["system_fen"]
        rows.loc[is_told, ["less_ledger", "less_system"]] = 0
        made.append(rows)
    return made[0], made[1]


def _persons(whole: Any) -> Any:
    """Households of a month whose numbers of persons differ between books that tell any."""
    told = whole[[f"{book}_persons" for book in BOOKS]]
    differs = told.max(axis=1) > told.min(axis=1)
    return whole[differs].assign(kind="persons", missing_in="", less_ledger=0, less_system=0)


def _duplicates(books: dict[str, Any], whole: Any) -> Iterable[Any]:
    """What stands in a book beyond a household's first row of a month, a row a book."""
    for name, book in books.items():
        again = book[book.duplicated(KEYS)]
        fen = again.groupby(KEYS)["fen"].sum()
        rows = whole[whole.index.isin(fen.index)].assign(kind="duplicate", missing_in="")
        # Only the book that says it twice is shown, with what is too much.
        for other in BOOKS:
            rows[f"{other}_fen"] = fen.reindex(rows.index) if other == name else np.nan
        zero = rows.fillna({f"{book}_fen": 0 for book in BOOKS})
        rows["less_ledger"] = zero["paid_fen"] - zero["ledger_fen"]
        rows["less_system"] = zero["paid_fen"] - zero["system_fen"]
        yield rows


def _months_of(table: Any) -> Any:
    """By household the month, and persons concerned; the earliest where one stands twice."""
    import pandas as pd

    made = pd.DataFrame({"household": table["household"].to_numpy(object)})
    made["since"] = _months(table["month"].tolist())
    made["gone"] = table["persons"].to_numpy() if "persons" in table else 1
    return made.sort_values("since", kind="stable").drop_duplicates("household")


def _after(whole: Any, since: Any, kind: str) -> Any:
    """Households paid after a death or a stop."""
    flat = whole.reset_index()
    rows = flat.merge(since, on="household")
    is_paid = rows["paid_fen"].fillna(0) > 0
    if kind == "after_stop":
        late = rows[is_paid & (rows["month"] >= rows["since"])]
    else:
        # Paid for as many persons as before: who stood on the roll up to the month of death.
        until = rows[is_paid & (rows["month"] <= rows["since"])].sort_values("month")
        before = until.groupby("household")["paid_persons"].last()
        left = rows["household"].map(before) - rows["gone"]
        is_too_many = ~(rows["paid_persons"] <= left)
        late = rows[is_paid & (rows["month"] > rows["since"]) & is_too_many]
    late = late.drop(columns=["since", "gone"]).set_index(KEYS)
    return late.assign(kind=kind, missing_in="", less_ledger=0, less_system=0)


def _finished(parts: Iterable[Any]) -> Any:
    """All mismatches in order, money in yuan."""
    import pandas as pd

    rows = pd.concat(list(parts)).reset_index()
    rank = rows["kind"].map({kind: number for number, kind in enumerate(KINDS)})
    rows = rows.assign(_rank=rank, _id=rows["household"].astype(str))
    rows = rows.sort_values(["month", "township", "_id", "_rank"], kind="stable")
    made = rows[[*KEYS, "township", "kind", "missing_in"]].copy()
    for book in BOOKS:
        made[book] = rows[f"{book}_fen"].astype(np.float64) / FEN
        made[f"{book}_persons"] = rows[f"{book}_persons"].astype(np.float64)
    made["paid_less_ledger"] = rows["less_ledger"].astype(np.float64) / FEN
    made["paid_less_system"] = rows["less_system"].astype(np.float64) / FEN
    return made.reset_index(drop=True)


def _totals(books: dict[str, Any], whole: Any) -> Any:
    """Households and yuan of each book by month and township."""
    import pandas as pd

    parts = []
    for name, book in books.items():
        place = whole["township"].reindex(pd.MultiIndex.from_frame(book[KEYS])).to_numpy()
        by = book.assign(township=place).groupby(["month", "township"])
        counted = pd.DataFrame(
            {f"{name}_households": by["household"].nunique(), name: by["fen"].sum() / FEN}
        )
        parts.append(counted)
    return pd.concat(parts, axis=1).fillna(0.0).sort_index().reset_index()
