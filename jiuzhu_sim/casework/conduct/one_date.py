"""What a ledger with one date a step cannot tell: nothing is called overdue for want of it.

It holds the first payment, the last review, one posting. Whether those that were due later were
made stands elsewhere.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import code as code_of
from jiuzhu_sim.casework.procedure.entries import Follow, Payment, Review
from jiuzhu_sim.casework.procedure.procedure import Procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE, Verdicts
from jiuzhu_sim.language import text

REGULAR = (Payment, Review, Follow)
"""Entries of a procedure that come round again, or for each of several events."""


def limits_of_one_date(verdicts: Verdicts, procedure: Procedure) -> Verdicts:
    """Time limits of a ledger: what comes round again is unknown where it is not on record, and
    late only where the case itself began it (the first payment after a decision).

    >>> from jiuzhu_sim.casework.limits.limits import limits
    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> from jiuzhu_sim.casework.procedure.procedure import load_procedure
    >>> events = [{"kind": "decide", "at": "2025-01-08", "outcome": "passed"},
    ...           {"kind": "pay", "at": "2025-02-08"}]
    >>> log = log_of([{"programme": "dibao", "events": events}], at="2025-06-30")
    >>> procedure = load_procedure("s2-district-2022")
    >>> found = limits(log, procedure)
    >>> int(found.counts().loc["payment", "overdue"])
    1
    >>> int(limits_of_one_date(found, procedure).counts().loc["payment", "unknown"])
    1
    """
    keys = {entry.key for entry in procedure.entries if isinstance(entry, REGULAR)}
    log = verdicts.log
    is_first = log.any("decide") & (log.cases["kind"] == code_of("case", "kind", "new"))
    return _unsure(verdicts, keys, ~is_first)


def conduct_of_one_date(verdicts: Verdicts) -> Verdicts:
    """Checks of conduct of a ledger: a step not on record may stand elsewhere."""
    return _unsure(verdicts, verdicts.keys, np.zeros(verdicts.log.n, bool))


def _unsure(verdicts: Verdicts, keys: Collection[str], later: NDArray[np.bool_]) -> Verdicts:
    """Overdue becomes unknown; in the cases `later` broken too."""
    code, needs = verdicts.code.copy(), list(verdicts.needs or [""] * len(verdicts.items))
    for k, item in enumerate(verdicts.items):
        late = (code[k] == CODE["overdue"]) | (later & (code[k] == CODE["broken"]))
        if item.key in keys and np.any(late):
            code[k, late] = CODE["unknown"]
            needs[k] = needs[k] or text("casework.needs_each")
    return replace(verdicts, code=code, needs=tuple(needs))
