"""Indicators from books: payments, ledger and system that agree."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.evidence import Evidence
from jiuzhu_sim.assessment.indicators.figures import Figures

KEYS = ["month", "household"]


def from_books(evidence: Evidence) -> dict[str, Figures]:
    """Household-months on which the three books agree, by the name of the count; all are compared,
    so that there is no sampling error."""
    books, size = evidence.books, len(evidence.units)
    if books is None:
        return {}
    totals, rows = books.totals, books.rows
    place = evidence.place_of_labels(totals["township"].to_numpy(object))
    kept = place >= 0
    ledger = totals["ledger_households"].to_numpy(np.float64)
    in_ledger = np.bincount(place[kept], ledger[kept], size)
    # A household that the ledger lacks is none of its own, but it does not agree.
    is_lacking = rows["missing_in"].str.split(",").map(lambda books: "ledger" in books)
    lacking, bad = (
        _counted(evidence, some.drop_duplicates(KEYS), size)
        for some in (rows[is_lacking.astype(bool)], rows)
    )
    whole = in_ledger + lacking
    return {"consistent": Figures(hits=whole - bad, n=whole, population=whole)}


def _counted(evidence: Evidence, rows: Any, size: int) -> NDArray[np.float64]:
    """Rows of each unit."""
    place = evidence.place_of_labels(rows["township"].to_numpy(object))
    return np.bincount(place[place >= 0], minlength=size).astype(np.float64)
