"""Urgent aid and aid beyond the rules: the ceiling of what is paid first, re-reviews in a year."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.checks import Check
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import FAR, Codes, Handling, verdict
from jiuzhu_sim.rules.kit import HALF_FEN

YEAR = np.timedelta64(365, "D")


def ceiling(handling: Handling, check: Check) -> Codes:
    """What was paid before the decision of an urgent case is at most the ceiling.

    The ceiling holds by the reading of `urgent_ceiling_unit`: for the ``case``; for the
    ``household`` over its urgent cases of one calendar year (by the day of the first payment); or
    for each ``person`` (the ceiling times the persons of the case).
    """
    paid, unsure = _paid_first(handling)
    allowed = np.full(handling.log.n, float(check.given["ceiling"]))
    concerned = handling.urgent & handling.concerned(check)
    unit = handling.readings.get("urgent_ceiling_unit", "case")
    if unit == "person":
        unsure |= handling.persons < 1
        allowed = allowed * handling.persons
    elif unit == "household":
        paid = _in_the_household(handling, np.where(concerned, paid, 0.0))
        unsure |= handling.log.cases["household"] < 0
    return verdict(
        (~concerned | ~handling.has(Step("pay")), "not_applicable"),
        (unsure, "unknown"),
        (paid <= allowed + HALF_FEN, "met"),
        otherwise="broken",
    )


def _paid_first(handling: Handling) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Money paid by the day of the decision, not after it (all, while undecided), and where some
    amount or date is not known: (cases,). An urgent case decided and paid on one day is paid first.
    """
    log = handling.log
    rows = handling.rows(Step("pay"))
    case, amount = log.events["case"][rows], log.events["amount"][rows]
    at = log.events["at"][rows].astype("datetime64[D]")
    decided = handling.first(Step("decide"))
    until = np.where(np.isnat(decided), FAR, decided)[case]
    counted = at <= until
    unsure = np.zeros(log.n, bool)
    unsure[case[np.isnat(at) | (counted & np.isnan(amount))]] = True
    counts = np.where(counted, np.nan_to_num(amount), 0.0)
    sums = np.bincount(case, counts, log.n).astype(np.float64)
    return sums, unsure


def _in_the_household(handling: Handling, paid: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum over the cases of the same household in the same calendar year: (cases,)."""
    first = handling.first(Step("pay")).astype("datetime64[Y]").astype(np.int64)
    keys = np.stack([np.asarray(handling.log.cases["household"], np.int64), first], axis=1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    return np.bincount(group, paid).astype(np.float64)[group]


def yearly(handling: Handling, check: Check) -> Codes:
    """In each full year since `since`, the step is done at least so many times.

    Years run from that day. Until the first is over a case is ``running``, or met already.
    A case stopped within its first year was not due.
    """
    log = handling.log
    since = handling.first(check.given["since"])
    stopped = handling.first(Step("stop"))
    end = np.where(np.isnat(stopped), log.at, np.minimum(stopped, log.at))
    years = np.where(np.isnat(since), 0, (end - since) // YEAR).astype(np.int64)
    years = np.maximum(years, 0)
    rows = handling.rows(check.given["step"])
    case = log.events["case"][rows]
    at = log.events["at"][rows].astype("datetime64[D]")
    kept = ~np.isnat(at) & (at > since[case])
    case, at = case[kept], at[kept]
    number = ((at - since[case]) // YEAR).astype(np.int64)
    wide = int(max(years.max(initial=0), number.max(initial=0))) + 1
    times = np.bincount(case * np.int64(wide) + number, minlength=log.n * wide)
    enough = times.reshape(log.n, wide) >= check.given["times"]
    over = np.arange(wide) < years[:, None]
    return verdict(
        (~handling.has(check.given["since"]), "not_applicable"),
        (np.isnat(since), "unknown"),
        ((over & ~enough).any(axis=1) & handling.doubted(check.given["step"]), "unknown"),
        ((over & ~enough).any(axis=1), "broken"),
        ((years > 0) | enough[:, 0], "met"),
        (~np.isnat(stopped), "not_applicable"),
        otherwise="running",
    )


FORMS = {"ceiling": ceiling, "yearly": yearly}
