"""Departments: who answers late, among those to whom cases were transferred (S2.5.2–3)."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import Handling
from jiuzhu_sim.casework.log.log import DEPARTMENTS
from jiuzhu_sim.casework.procedure.workdays import days_used
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import pick, text

COUNTS = ("transferred", "returned", "judged", "late")


def departments(handling: Handling, days: float | None) -> pd.DataFrame:
    """One row a department with transfers, by code, the latest first.

    ``transferred`` cases, those ``returned`` (an answer on record), ``judged`` (the day the
    department was done is on record too, and it was answered or the time is over), ``late`` of
    them: answered more than `days` working days after the department was done, or not at all.
    ``share_late`` = late ÷ judged, ``days`` the mean of those answered, ``place`` 1 for the highest
    share, shared by equals; NaN where nothing could be judged. Without `days` the table is empty.
    """
    rows = {}
    for name in DEPARTMENTS:
        if name != "none" and days is not None:
            found = _of_department(handling, name, days)
            if found["transferred"]:
                rows[name] = found
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=[*COUNTS, "days"])
    frame["share_late"] = frame["late"] / frame["judged"].where(frame["judged"] > 0)
    frame["place"] = frame["share_late"].rank(method="min", ascending=False)
    return frame.sort_values(["place", "transferred"], ascending=[True, False], kind="stable")


def _of_department(handling: Handling, name: str, days: float) -> dict[str, Any]:
    where = (("department", name),)
    sent = handling.has(Step("transfer", where))
    answered = handling.first(Step("feedback", where))
    done = handling.first(Step("close", where))
    has_answer, is_done = ~np.isnat(answered), ~np.isnat(done)
    used: NDArray[np.int64] = days_used(done, np.where(has_answer, answered, handling.log.at))
    late = sent & is_done & (used > days)
    judged = sent & is_done & (has_answer | late)
    timed = judged & has_answer
    return {
        "transferred": int(sent.sum()),
        "returned": int((sent & handling.has(Step("feedback", where))).sum()),
        "judged": int(judged.sum()),
        "late": int(late.sum()),
        "days": float(used[timed].mean()) if timed.any() else float("nan"),
    }


def departments_frame(found: pd.DataFrame) -> pd.DataFrame:
    """The table of `departments`, headed and worded in the language in use."""
    labels = log_columns("event")["department"].codes or {}
    frame = found.rename(index=lambda name: pick(labels[name]))
    frame = frame[["place", *COUNTS, "share_late", "days"]].rename_axis("department").reset_index()
    return frame.rename(columns=lambda name: text(f"conduct_column.{name}"))
