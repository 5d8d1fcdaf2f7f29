"""The roll: the status of each household month by month, and the reason of every change.

A household is outside, applying, or on the roll: paid, in gradual exit, suspended. Rules say what
it is entitled to; this file puts that into a status and names why it changed (`reasons.yaml`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import code_labels
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml, text, texts
from jiuzhu_sim.rules import stop_grounds
from jiuzhu_sim.rules.kit import codes

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

STATUSES = ("outside", "applying", "paid", "grace", "suspended")
"""What a household is at the end of a month; the code is the position."""

OUTSIDE, APPLYING, PAID, GRACE, SUSPENDED = (np.int8(code) for code in range(len(STATUSES)))

ON_ROLL = PAID
"""From this status on a household is on the roll."""


@cache
def _clauses() -> Mapping[str, tuple[str, ...]]:
    """By reason: of the file in its order, then the grounds to stop that it does not name."""
    content = read_yaml(Path(__file__).with_name("reasons.yaml"))
    named = {name: tuple(found) for name, found in content.items()}
    return named | {name: found for name, found in stop_grounds().items() if name not in named}


REASONS = tuple(_clauses())
"""Why a status changed, ``none`` where it did not; the code is the position."""

_REASON = {name: np.int8(code) for code, name in enumerate(REASONS)}
_PAYMENT = codes("payment_status_hh")
_STOP = codes("stop_reason_hh")
_STOPS = tuple(name for name in vars(_STOP) if name in REASONS and name != "none")


def status_title(name: str) -> str:
    """The name of a status in the language in use.

    >>> status_title("grace")
    '渐退期'
    """
    return text(f"month_status.{name}")


def reason_title(name: str) -> str:
    """The name of a reason in the language in use.

    >>> reason_title("waived")
    '未签到或未续保，视同放弃'
    """
    key = f"month_reason.{name}"
    return text(key) if key in texts() else code_labels("stop_reason_hh")[getattr(_STOP, name)]


def reason_clauses(name: str) -> tuple[str, ...]:
    """The clauses a reason rests on. Raises JZ-E060 for a reason there is none of.

    >>> reason_clauses("waived")
    ('S4.2.23', 'S4.5.7')
    """
    if name not in REASONS:
        raise JZError.unknown(text("months.reason"), name, REASONS)
    return _clauses()[name]


def status_of(payment: NDArray[Any]) -> Codes:
    """The status that `payment_status_hh` makes of a household: outside, or on the roll."""
    status = np.zeros(len(vars(_PAYMENT)), np.int8)
    status[_PAYMENT.paid] = status[_PAYMENT.to_verify] = PAID
    status[_PAYMENT.grace], status[_PAYMENT.suspended] = GRACE, SUSPENDED
    found: Codes = status[payment]
    return found


def reasons_of(
    old: Codes,
    new: Codes,
    values: Mapping[str, NDArray[Any]],
    *,
    by_law: Flags,
    on_record: Flags,
) -> Codes:
    """Why each household went from its `old` status to its `new` one; (households,) codes.

    `values`: what the rules say on what the office knows. `by_law`: nothing was learnt, the law
    changed. `on_record`: the first month, nothing was learnt.
    """
    reason = np.zeros(len(old), np.int8)
    rows = np.flatnonzero(old != new)
    if not rows.size:
        return reason
    before, after = old[rows], new[rows]
    was_on, is_on = before >= ON_ROLL, after >= ON_ROLL
    left = was_on & ~is_on
    stop = values["stop_reason_hh"][rows]
    conditions = [
        before == OUTSIDE,
        before == APPLYING,
        (before == SUSPENDED) & is_on,
        after == SUSPENDED,
        is_on & by_law[rows],
        after == GRACE,
        is_on,
        left & (values["n_members_hh"][rows] == 0),
        *(left & (stop == getattr(_STOP, name)) for name in _STOPS),
        left & (before == GRACE) & ~values["is_income_below_hh"][rows],
        left & by_law[rows],
        left & on_record[rows],
        left & ~values["is_property_passed_hh"][rows],
        left & ~values["is_income_below_hh"][rows],
    ]
    entry = np.where(is_on, _REASON["approved"], _REASON["applied"])
    decision = np.where(is_on, _REASON["approved"], _REASON["refused"])
    names = (
        "resumed",
        "suspended",
        "law_changed",
        "income_risen",
        "income_fallen",
        "no_member",
        *_STOPS,
    )
    names += ("grace_over", "law_changed", "not_on_record", "property", "income_above")
    choices = [entry, decision, *(np.full(rows.size, _REASON[name]) for name in names)]
    reason[rows] = np.select(conditions, choices, _REASON["conditions_ended"])
    return reason
