"""What other data say of the roll: sources matched, registered poor, three books."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from jiuzhu_sim.casework.books.read import three_way_of_files
from jiuzhu_sim.casework.books.synthetic import synthetic_books
from jiuzhu_sim.casework.books.three_way import KINDS, Mismatches, three_way
from jiuzhu_sim.casework.matching.match import match
from jiuzhu_sim.casework.matching.overlaps import POVERTY, overlaps
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.matching import overlap_table, source_table
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.outlook.audit.tables import lag_table

LACKING = "JZ-E100"
"""Raised where people have no such columns: then it is said what is needed, and all else runs."""

NEEDED = ("was_dibao", "current_benefit_m", "n_covered_now", "township")
"""Columns that the synthetic example of three books is made from."""


@dataclass(frozen=True)
class Books:
    """Three books compared: `mismatches` (None: nothing to compare), whether they are a synthetic
    example, and how many faults were `planted` in it."""

    mismatches: Mismatches | None
    is_example: bool = False
    planted: int = 0


def matching_tables(
    audited: Audit, *, min_n: int = 0, hit: float = 1.0, seed: int = 20260101
) -> dict[str, Table]:
    """Sources, lag and overlaps, as far as the people have the columns: ``matching``,
    ``audit_lag``, ``poverty_overlap``; what is lacking, or nobody is flagged in, has no table.

    Raises JZ-E092 for a `hit` that is no share above 0, and what `match` raises for other faults.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> from jiuzhu_sim.outlook.audit.audit import audit
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=1000, is_calibrated=False)
    >>> sorted(matching_tables(audit(people, policy)))
    ['audit_lag', 'matching']
    """
    made: dict[str, Table] = {}
    people, policy = audited.people, audited.policy
    try:
        found = match(people, policy, among=audited.roll, seed=seed)
        made["matching"] = source_table(found, min_n=min_n, policy=policy.title)
        made["audit_lag"] = lag_table(audited, found, hit)
    except JZError as refused:
        _only_lacking(refused)
    try:
        both = overlaps(people, policy, enrolled=audited.roll)
        if (both.poverty != POVERTY.index("neither")).any():
            made["poverty_overlap"] = overlap_table(both, min_n=min_n, policy=policy.title)
    except JZError as refused:
        _only_lacking(refused)
    return made


def _only_lacking(refused: JZError) -> None:
    if set(refused.codes) != {LACKING}:
        raise refused


def books_of(
    audited: Audit,
    paid: str = "",
    ledger: str = "",
    system: str = "",
    *,
    month: str = "2025-01",
    seed: int = 20260101,
) -> Books:
    """The three files of a month compared; without files a synthetic example, if the people are
    synthetic, else nothing.

    Raises JZ-E032 where some of the three files are given and not all, and what
    `three_way_of_files` raises.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> from jiuzhu_sim.outlook.audit.audit import audit
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=1000, is_calibrated=False)
    >>> made = books_of(audit(people, policy))
    >>> made.is_example, made.planted == len(made.mismatches.rows)
    (True, True)
    """
    files = {"paid_path": paid, "ledger_path": ledger, "system_path": system}
    missing = [name for name, path in files.items() if not path]
    if not missing:
        return Books(three_way_of_files(paid, ledger, system, month=month).mismatches)
    if len(missing) < len(files):
        expected = text("audit.three_files")
        raise JZError.of("JZ-E032", name=listing(missing), value="", expected=expected)
    people = audited.people
    if not audited.is_synthetic or not all(name in people for name in NEEDED):
        return Books(None)
    books = synthetic_books(people, start=month, seed=seed)
    made = three_way(books.paid, books.ledger, books.system, stopped=books.stopped)
    return Books(made, True, len(books.planted))


def listing(names: list[str]) -> str:
    """Names with commas between them."""
    return ", ".join(names)


def mismatch_table(found: Mismatches) -> Table:
    """Mismatches by kind: how many, and the yuan by which the books differ through them."""
    rows = found.rows
    kinds = [*(kind for kind in KINDS if (rows["kind"] == kind).any()), TOTAL]
    values: list[list[float]] = []
    for kind in kinds:
        some: Any = rows if kind == TOTAL else rows[rows["kind"] == kind]
        money = [float(some[f"paid_less_{book}"].sum()) for book in ("ledger", "system")]
        values.append([float(len(some)), *money])
    return Table.exact(
        name="audit_mismatch",
        dims=("mismatch",),
        rows=tuple((kind,) for kind in kinds),
        statistics=(
            Statistic("audit_mismatches", "", additive=True),
            Statistic("audit_less_ledger", "yuan", additive=True),
            Statistic("audit_less_system", "yuan", additive=True),
        ),
        values=np.array(values),
        n=np.array([int(value[0]) for value in values]),
        per="case",
        notes=("note.audit_mismatch",),
    )
