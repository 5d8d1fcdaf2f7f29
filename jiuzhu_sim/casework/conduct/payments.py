"""Payments: what was paid is what was decided."""

import numpy as np

from jiuzhu_sim.casework.conduct.checks import Check
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import Codes, Handling, verdict
from jiuzhu_sim.casework.log.log import code
from jiuzhu_sim.rules.kit import HALF_FEN

PAY = Step("pay")
DECIDED = Step("decide")
CONFIRMED = Step("decide", (("outcome", "passed"),))


def paid_as_decided(handling: Handling, check: Check) -> Codes:
    """Each payment is the monthly amount decided times one of the numbers of `months`.

    That is the amount of the last confirmation before it in the case. What was paid before the
    first one was decided in an earlier case, or not at all: it is not judged here. In a case
    without a decision the amount of the case counts; what a review finds being paid was decided
    earlier, so another amount cannot be judged.
    """
    log = handling.log
    rows = handling.rows(PAY)
    case, amount = log.events["case"][rows], log.events["amount"][rows]
    decided = handling.rows(CONFIRMED)
    # Events stand by case and time: the confirmation before a payment is the last one above it.
    above = np.searchsorted(decided, rows) - 1
    found = decided[above] if len(decided) else rows
    is_decided = (above >= 0) & (log.events["case"][found] == case)
    named = log.events["amount"][found]
    monthly = np.where(is_decided & (named > 0), named, log.cases["amount_m"][case])
    right = np.zeros(len(rows), bool)
    for months in check.given["months"]:
        right |= np.abs(amount - months * monthly) < HALF_FEN
    is_new = log.cases["kind"][case] == code("case", "kind", "new")
    unknown = np.isnan(amount) | ~(monthly > 0) | (~right & ~is_decided & ~is_new)
    judged = is_decided | ~handling.has(DECIDED)[case]
    paid, unsure, wrong = (np.zeros(log.n, bool) for _ in range(3))
    paid[case[judged]] = True
    unsure[case[judged & unknown]] = True
    wrong[case[judged & ~unknown & ~right]] = True
    return verdict(
        (handling.has(PAY) & handling.unmarked(CONFIRMED), "unknown"),
        (~paid, "not_applicable"),
        (wrong, "broken"),
        (unsure, "unknown"),
        otherwise="met",
    )


def paid_in_all(handling: Handling, _check: Check) -> Codes:
    """The payments of a case make the amount of its decision; in stages, less until closed."""
    log = handling.log
    rows = handling.rows(PAY)
    case, amount = log.events["case"][rows], log.events["amount"][rows]
    paid = np.bincount(case, np.nan_to_num(amount), log.n)
    unsure = np.zeros(log.n, bool)
    unsure[case[np.isnan(amount)]] = True
    row = handling.last_row(CONFIRMED)
    held = log.events["amount"]
    decided = np.where(row >= 0, held[row], np.nan) if len(held) else paid
    return verdict(
        ((row < 0) | ~handling.has(PAY), "not_applicable"),
        (unsure | np.isnan(decided), "unknown"),
        (np.abs(paid - decided) < HALF_FEN, "met"),
        ((paid > decided) | handling.has(Step("close")), "broken"),
        otherwise="running",
    )


FORMS = {"paid_as_decided": paid_as_decided, "paid_in_all": paid_in_all}
