"""Procedure checks: what must be done, by whom and in what order, beside time limits.

The checks of a procedure stand in the `conduct:` section of its file (`checks.py`); the forms
a check may have are one noun a file: steps, roles, votes, urgent aid, files, payments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jiuzhu_sim.casework.conduct import files, payments, roles, steps, urgent, votes
from jiuzhu_sim.casework.conduct.checks import Check, Checks, read_checks
from jiuzhu_sim.casework.conduct.departments import departments, departments_frame
from jiuzhu_sim.casework.conduct.needs import lacking, needed
from jiuzhu_sim.casework.conduct.spot_checks import Rate, rates, rates_frame
from jiuzhu_sim.casework.conduct.steps import Codes, Handling
from jiuzhu_sim.casework.limits.records import never_note
from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.procedure.verdicts import CODE, Item, Verdicts

FORMS: Mapping[str, Callable[[Handling, Check], Codes]] = {
    **steps.FORMS,
    **roles.FORMS,
    **votes.FORMS,
    **urgent.FORMS,
    **files.FORMS,
    **payments.FORMS,
}
"""How each form of a check is judged: verdict codes (cases,), before programmes are looked at."""


@dataclass(frozen=True)
class Conduct:
    """What a log shows of how a procedure was kept.

    `cases` are verdicts by check and case; `rates` the shares by township and month; `departments`
    one row a department, the latest first (see `departments.py`).
    """

    cases: Verdicts
    rates: tuple[Rate, ...]
    departments: pd.DataFrame

    def rates_frame(self) -> pd.DataFrame:
        """The rates as a table, headed and worded in the language in use."""
        return rates_frame(self.rates)

    def departments_frame(self) -> pd.DataFrame:
        """The departments as a table, headed and worded in the language in use."""
        return departments_frame(self.departments)


def conduct(log: Log, procedure: Any, people: Any = None) -> Conduct:
    """Every check of a procedure on every case of a log.

    `procedure` is a `Procedure`: its `conduct` section and `readings` are used. `people` gives the
    persons of a household where the log does not. Raises JZ-E096 with every fault of the section.

    >>> from types import SimpleNamespace
    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> log = log_of([{"programme": "dibao", "events": [
    ...     {"kind": "decide", "at": "2025-03-03"}, {"kind": "visit", "at": "2025-03-04"}]}])
    >>> visit = {"check": "before", "clause": "S1.1.4", "programmes": "dibao",
    ...          "first": "visit", "then": "decide"}
    >>> procedure = SimpleNamespace(conduct={"checks": {"visit": visit}}, readings={}, name="mine")
    >>> conduct(log, procedure).cases.counts()["broken"].tolist()
    [1]
    """
    checks = read_checks(procedure.conduct, procedure.name)
    handling = Handling(log, procedure.readings, checks.missing_after_days, people)
    code = np.zeros((len(checks.cases), log.n), np.int8)
    for row, check in zip(code, checks.cases, strict=True):
        concerned = handling.concerned(check)
        if concerned.any():
            row[:] = np.where(concerned, FORMS[check.form](handling, check), CODE["not_applicable"])
    is_unsure = (code == CODE["unknown"]).any(axis=1)
    unsure = [check for check, found in zip(checks.cases, is_unsure, strict=True) if found]
    needs = tuple(
        needed(handling, check) if found else ""
        for check, found in zip(checks.cases, is_unsure, strict=True)
    )
    note = never_note(word for check in unsure for word in lacking(handling, check))
    return Conduct(
        Verdicts(log, items_of(checks), code, note=note, needs=needs),
        rates(handling, checks.rates, checks.within_months),
        departments(handling, checks.feedback_days),
    )


def items_of(checks: Checks) -> tuple[Item, ...]:
    """The checks of cases as the items of `Verdicts`."""
    return tuple(
        Item(check.key, check.clause, check.label, check.unit, check.limit, check.status)
        for check in checks.cases
    )
