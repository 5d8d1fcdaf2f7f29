"""A spot-check as a table: what was found, and what it says of all cases, by group and in all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.sampling.sampling import Sample
from jiuzhu_sim.casework.sampling.verification import Verification
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.sampled import FEW, Estimate, estimate, estimate_money
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table

COUNTS = ("check_of", "check_n", "check_found", "check_rate", "check_cases")
ADD_UP = COUNTS[:3]
"""Estimates by group and in all are made each on its own, and need not add up."""
MONEY = (
    Statistic("check_money", "yuan/month"),
    Statistic("check_money_rate", "share"),
)


def spot_check(
    sample: Sample,
    checked: Verification,
    paid_m: NDArray[Any] | None = None,
    groups: NDArray[Any] | None = None,
    *,
    dim: str = "stratum",
    unit: str = "households",
    conf: float = 0.95,
    method: str = "default",
) -> Table:
    """Wrong cover found in a sample and extrapolated, with intervals at level `conf`.

    `paid_m`: what every case is paid, yuan a month; with it comes the money paid and not due.
    `groups`: a label for each case (its township), under the name `dim`; None: the strata. Groups
    in which no case of a stratum was verified have no estimate. Raises what `estimate` raises for
    all cases together. `unit`: what is counted, for the heads.

    >>> from jiuzhu_sim.casework.sampling.sampling import draw
    >>> ids = np.arange(100)
    >>> made = spot_check(draw(ids, size=100, seed=1), Verification.of(ids % 10 != 0))
    >>> made.get("check_rate", "total"), made.get("check_cases", "total")
    (0.1, 10.0)
    """
    labels = np.array(sample.names, object)[sample.stratum] if groups is None else groups
    labels = np.asarray(labels).astype(str)
    names = [] if groups is None and sample.is_simple else sorted(set(labels.tolist()))
    wrong = checked.is_wrong
    paid = None if paid_m is None else np.asarray(paid_m, np.float64)
    rows, made, priced = [], [], []
    for name in [*names, None]:
        some = np.ones(len(labels), bool) if name is None else labels == name
        part = sample.within(some)
        seen = part.mask & ~np.isnan(wrong)
        is_open = name is not None and _lacks_a_stratum(part, seen)
        found = None if is_open else estimate(part, wrong, conf, method)
        money = None
        if paid is not None and not is_open:
            book = np.where(some, paid, 0.0)
            money = estimate_money(part, checked.wrong_m(paid), book, conf)
        counts = (some.sum(), seen.sum(), (wrong[seen] == 1).sum())
        row = [(float(each), np.nan, np.nan) for each in counts]
        rows.append([*row, _rate(found), _total(found), _total(money), _rate(money)])
        made.append(found)
        priced.append(money)
    shown = rows if paid is not None else [row[: len(COUNTS)] for row in rows]
    values, low, high = np.array(shown).transpose(2, 0, 1)
    heads = tuple(
        Statistic(key, "share" if key == "check_rate" else unit, additive=key in ADD_UP)
        for key in COUNTS
    )
    return Table(
        name="spot_check",
        dims=(dim,),
        rows=(*((name,) for name in names), (TOTAL,)),
        statistics=heads if paid is None else (*heads, *MONEY),
        values=values,
        low=low,
        high=high,
        n=values[:, 1].astype(np.int64),
        per="household",
        notes=(
            *_of_rates(sample, wrong, [each for each in made if each]),
            *_of_money(checked, [each for each in priced if each]),
        ),
    )


def _lacks_a_stratum(part: Sample, seen: NDArray[np.bool_]) -> bool:
    return not np.bincount(part.stratum[seen], minlength=len(part.names)).all()


def _of_rates(sample: Sample, wrong: NDArray[Any], made: list[Estimate]) -> list[str]:
    """How the rates were made, and what the unverified cases could change."""
    whole = made[-1]
    methods = listed(dict.fromkeys(each.method_title for each in made))
    notes = [text("note.spot_check", conf=f"{100 * whole.conf:.4g}%", method=methods)]
    if whole.unverified:
        filled = (np.where(np.isnan(wrong), each, wrong) for each in (0.0, 1.0))
        least, most = (f"{estimate(sample, each).rate:.1%}" for each in filled)
        fields = {"unverified": whole.unverified, "least": least, "most": most}
        notes.append(text("note.spot_check_unverified", **fields))
    return notes


def _of_money(checked: Verification, priced: list[Estimate]) -> list[str]:
    """How the money was made, and what makes it rough."""
    if not priced:
        return []
    notes = [text("note.spot_check_money", method=priced[-1].method_title)]
    unpriced = int(checked.is_unpriced.sum())
    if unpriced:
        notes.append(text("note.spot_check_unpriced", unpriced=unpriced))
    if any(each.found < FEW for each in priced):
        notes.append(text("note.spot_check_few", few=FEW))
    return notes


def _rate(found: Estimate | None) -> tuple[float, float, float]:
    return (np.nan,) * 3 if found is None else (found.rate, found.low, found.high)


def _total(found: Estimate | None) -> tuple[float, float, float]:
    return (np.nan,) * 3 if found is None else (found.total, found.total_low, found.total_high)
