"""Rates: how many of the cases of a month were spot-checked, visited or verified, by township."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.checks import RateCheck
from jiuzhu_sim.casework.conduct.steps import Handling
from jiuzhu_sim.casework.procedure.verdicts import title
from jiuzhu_sim.language import pick, text

DIGITS = 6
"""Places to which rate × cases is taken, so that 0.3 × 10 is 3 and not a little more."""
ALL, UNPLACED = -1, -2
"""All townships together; a case whose township is not known counts there only."""
NO_MONTH = np.datetime64("1970-01", "M")
"""The one group of a rate that is judged over the whole period."""


@dataclass(frozen=True)
class Rate:
    """A rate of one township and month; `township` is "" for all, `month` "" for the whole period.

    `cases` came up, of which the `required` share must be done: `due` = ceil(required × cases);
    `done` were. `verdict` is one of `VERDICTS`.
    """

    key: str
    clause: str
    label: Mapping[str, str]
    township: str
    month: str
    cases: int
    required: float
    due: int
    done: int
    verdict: str
    status: str


def needed(rate: float, cases: NDArray[np.int64]) -> NDArray[np.int64]:
    """The least number of cases that makes the rate: ceil(rate × cases).

    >>> needed(0.3, np.array([0, 1, 10, 11])).tolist()
    [0, 1, 3, 4]
    """
    return np.ceil(np.round(rate * cases, DIGITS)).astype(np.int64)


@dataclass(frozen=True)
class CaseRate:
    """A rate case by case; arrays (cases,).

    `is_due`: the rate is about the case; `since`: the day of its first `of`; `is_done`: one of the
    steps is on record by the last day allowed; `is_doubted`: none is, but the log may only lack the
    record; `is_open`: the time allowed is not over.
    """

    is_due: NDArray[np.bool_]
    since: NDArray[np.datetime64]
    is_done: NDArray[np.bool_]
    is_doubted: NDArray[np.bool_]
    is_open: NDArray[np.bool_]


def rate_by_case(handling: Handling, check: RateCheck, within_months: int) -> CaseRate:
    """Which cases a rate is about, and in which of them one of its steps was done in time.

    A step that the log never records (`Handling.doubted` everywhere) leaves a case in doubt only
    where it records none of the others either: an office that visits need not spot-check as well.

    >>> from jiuzhu_sim.casework.conduct.checks import read_checks
    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> entry = {"clause": "S1.1.13", "programmes": "dibao", "of": "accept", "rate": 1,
    ...          "steps": "verify"}
    >>> (check,) = read_checks({"rates": {"verified": entry}}, "mine.yaml").rates
    >>> events = [{"kind": "accept", "at": "2025-01-06"}, {"kind": "verify", "at": "2025-03-03"}]
    >>> log = log_of([{"programme": "dibao", "events": events}])
    >>> made = rate_by_case(Handling(log), check, 1)
    >>> made.is_due.tolist(), made.is_done.tolist()
    ([True], [False])
    """
    since = handling.first(check.of)
    step = np.fmin.reduce([handling.first(each) for each in check.steps])
    doubts = np.stack([handling.doubted(each) for each in check.steps])
    is_recorded = ~doubts.all(axis=1)
    doubted = doubts[is_recorded].any(axis=0) if is_recorded.any() else doubts.all(axis=0)
    is_done, is_open = ~np.isnat(step), np.zeros(handling.log.n, bool)
    if check.by_month:
        last = since.astype("datetime64[M]") + within_months
        is_done &= step.astype("datetime64[M]") <= last
        is_open = handling.log.at < (last + 1).astype("datetime64[D]")
    is_due = handling.concerned(check) & ~np.isnat(since)
    return CaseRate(is_due, since, is_done, np.isnat(step) & doubted, is_open)


def rates(handling: Handling, checks: Iterable[RateCheck], within_months: int) -> tuple[Rate, ...]:
    """Every rate by month (or once for the whole period), for all townships and for each.

    A case belongs to the month of its first `of`; it counts as done if one of the steps was done by
    the end of `within_months` after that month. A rate not reached is ``running`` until then, and
    ``unknown`` where the log may only lack the record (`Handling.doubted`).
    """
    return tuple(found for check in checks for found in _of_one(handling, check, within_months))


def _of_one(handling: Handling, check: RateCheck, within: int) -> Iterable[Rate]:
    log, found = handling.log, rate_by_case(handling, check, within)
    (cases,) = np.nonzero(found.is_due)
    done, maybe = found.is_done[cases], found.is_doubted[cases]
    month = np.full(len(cases), NO_MONTH, "datetime64[M]")
    if check.by_month:
        month = found.since[cases].astype("datetime64[M]")
    township = log.cases["township"][cases]
    for place in (np.full(len(cases), ALL), np.where(township < 0, UNPLACED, township)):
        keys = np.stack([place.astype(np.int64), month.astype(np.int64)], axis=1)
        groups, which = np.unique(keys, axis=0, return_inverse=True)
        counts = [
            np.bincount(which.reshape(-1), values, len(groups)).astype(np.int64)
            for values in (np.ones(len(cases)), done, maybe)
        ]
        due = needed(check.rate, counts[0])
        for (town, number), n, made, unsure, least in zip(groups, *counts, due, strict=True):
            if town != UNPLACED:
                when = np.datetime64(int(number), "M")
                is_open = check.by_month and log.at < (when + within + 1).astype("datetime64[D]")
                yield Rate(
                    check.key,
                    check.clause,
                    check.label,
                    log.names["township"][town] if town >= 0 else "",
                    str(when) if check.by_month else "",
                    int(n),
                    check.rate,
                    int(least),
                    int(made),
                    _verdict(made >= least, made + unsure >= least, bool(is_open)),
                    check.status,
                )


def _verdict(is_met: bool, may_be_met: bool, is_open: bool) -> str:
    if is_met:
        return "met"
    if may_be_met:
        return "unknown"
    return "running" if is_open else "broken"


def rates_frame(found: Iterable[Rate]) -> pd.DataFrame:
    """The rates as a table, a row each, headed and worded in the language in use."""
    names = ("item", "township", "month", "cases", "required", "due", "done", "verdict")
    rows = [
        (
            pick(rate.label),
            rate.township or text("conduct.all_townships"),
            rate.month or text("conduct.whole_period"),
            rate.cases,
            rate.required,
            rate.due,
            rate.done,
            title(rate.verdict),
            rate.clause,
            text(f"limit_status.{rate.status}"),
        )
        for rate in found
    ]
    heads = [text(f"conduct_column.{name}") for name in (*names, "clause", "status")]
    return pd.DataFrame(rows, columns=heads)
