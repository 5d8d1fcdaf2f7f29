"""The need of a forecast as a table: by account and month, P10, P50 and P90."""

from typing import TYPE_CHECKING

import numpy as np

from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.outlook.need.forecast_numbers import quantile

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.need.forecast import Forecast

QUANTILES = {"need_p10": 0.1, "need_p50": 0.5, "need_p90": 0.9}


def need_table(made: "Forecast") -> Table:
    """One row an account and month, totals of both; yuan. Low and high: order statistics of the
    draws (none where all draws are the same)."""
    whole = [*made.accounts, TOTAL]
    months = [*Span.of(made.start, made.months).names, TOTAL]
    need = np.concatenate([made.need, made.need.sum(2, keepdims=True)], 2)
    need = np.round(np.concatenate([need, need.sum(1, keepdims=True)], 1), 2)
    rows, found = [], []
    for a, account in enumerate(whole):
        for m, month in enumerate(months):
            rows.append((account, month))
            found.append([quantile(need[:, m, a], q) for q in QUANTILES.values()])
    notes = ["note.forecast", "note.forecast_assumed"]
    if made.clamped:
        notes.append("note.forecast_clamped")
    return Table(
        name="forecast",
        dims=("account", "month"),
        rows=tuple(rows),
        statistics=tuple(Statistic(name, "yuan") for name in QUANTILES),
        values=np.array([[q.value for q in row] for row in found]),
        low=np.array([[q.low for q in row] for row in found]),
        high=np.array([[q.high for q in row] for row in found]),
        n=np.full(len(rows), made.people.households),
        per="figure",
        notes=tuple(notes),
        fields={
            "policy": made.policy.title,
            "draws": f"{made.draws:,}",
            "runs": str(made.runs),
            "clamped": f"{max(made.clamped.values(), default=0):.1%}",
        },
        names={key: account.label for key, account in accounts().items()},
    )
