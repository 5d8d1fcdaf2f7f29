"""What was paid to those wrongly covered before the clean-up found them, and what comes back."""

import numpy as np

from jiuzhu_sim.casework.books.recovery import FEN, PARTS, causes, recovery, usual_terms
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.rules.kit import HALF_FEN

SINCE = "months_since_review"
MONTHS_MAX = 120
"""Months of wrong cover counted at most: ten years."""


def recovery_table(audited: Audit, rate: float | None = None) -> Table | None:
    """Over-payment of the cases that the chosen clean-up ended or reduced, as it would be claimed
    if all had one cause: a row a cause, households and yuan.

    Nobody recorded since when cover was wrong: it is taken to be the months since the last review,
    one at least. `rate`: the part of what is claimed that comes back (None: as assumed in
    `casework/books/recovery.yaml`). None where the people do not tell of their last review. Raises
    JZ-E004 for a rate outside 0 to 1.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> from jiuzhu_sim.outlook.audit.audit import audit
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=1000, is_calibrated=False)
    >>> table = recovery_table(audit(people, policy), 0.5)
    >>> table.get("recovery_claimed", "fraud") == table.get("recovery_over", "fraud")
    True
    """
    people, chosen = audited.people, audited.chosen
    if SINCE not in people:
        return None
    less = (chosen.amount_before_m - chosen.amount_after_m > HALF_FEN) & audited.roll
    at = np.flatnonzero(less & ~chosen.retained)
    months = np.clip(people.numbers(SINCE)[at], 1, MONTHS_MAX)
    is_wrong = np.arange(int(months.max(initial=1)))[:, None] < months
    paid = is_wrong * chosen.amount_before_m[at]
    due = is_wrong * chosen.amount_after_m[at]
    weight = people.numbers("weight")[at]
    terms = usual_terms() if rate is None else usual_terms(rate=dict.fromkeys(causes(), rate))
    rows, values = [], []
    for cause in causes():
        made = recovery(paid, due, np.full(len(at), cause, object), terms=terms, is_wrong=is_wrong)
        money = [float(weight @ getattr(made, part)) / FEN for part in PARTS]
        rows.append((cause,))
        values.append([float(weight.sum()), *money])
    found = np.array(values)
    mean = float(weight @ months / weight.sum()) if len(at) else 0.0
    return Table.exact(
        name="audit_recovery",
        dims=("recovery_cause",),
        rows=tuple(rows),
        statistics=(
            Statistic("households", "households"),
            *(Statistic(f"recovery_{part}", "yuan") for part in PARTS),
        ),
        values=found,
        n=np.full(len(rows), len(at)),
        per="household",
        notes=("note.audit_recovery",),
        fields={
            "policy": audited.policy.title,
            "months": f"{mean:.1f}",
            "rate": f"{terms.rate[causes()[0]]:.0%}",
        },
        disjoint=False,
    )
