"""Indicators from a log: cases in which the time limits and checks of an indicator were kept."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.evidence import Evidence
from jiuzhu_sim.assessment.indicators.figures import Draw, Figures, share_of
from jiuzhu_sim.assessment.indicators.indicator import Indicator
from jiuzhu_sim.casework.conduct.checks import RateCheck, read_checks
from jiuzhu_sim.casework.conduct.spot_checks import rate_by_case
from jiuzhu_sim.casework.conduct.steps import Handling
from jiuzhu_sim.casework.procedure.verdicts import CODE

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

SECTIONS = ("limits", "conduct", "rates")


def from_verdicts(
    evidence: Evidence, wanted: Iterable[Indicator], draw: Draw
) -> tuple[dict[str, Figures], Flags]:
    """The figures of the indicators that the procedure in use rules, and the case files looked at
    for any of them, (cases,).

    A case counts as kept where every item of the indicator that can be judged in it was met; cases
    still in time, or unknown, are not judged; the unknown ones are told.
    """
    log, units = evidence.log, len(evidence.units)
    if log is None or evidence.procedure is None:
        return {}, np.zeros(0, bool)
    place = evidence.place_of(log.names["township"], log.cases["township"])
    items = _items(evidence)
    checks = read_checks(evidence.procedure.conduct, evidence.procedure.name).rates
    required = {("rates", check.key): check.rate for check in checks}
    made, looked = {}, np.zeros(log.n, bool)
    for indicator in wanted:
        keys = [
            (section, key)
            for section in SECTIONS
            for key in indicator.source.get(section, ())
            if (section, key) in items
        ]
        if not keys:
            continue
        # A rate of the procedure counts by itself; checks stand in where it has none.
        keys = [key for key in keys if key[0] == "rates"] or keys
        codes = np.stack([items[key][0] for key in keys])
        is_judged, met, unknown = _kept(codes)
        seen = draw.of(log.cases["case"], place, is_judged)
        looked |= seen
        figures = share_of(met, seen, is_judged, place, units)
        unsure = share_of(unknown, unknown, unknown, place, units).n
        clause = "、".join(dict.fromkeys(items[key][1] for key in keys))
        made[indicator.key] = Figures(
            figures.hits,
            figures.n,
            figures.population,
            unknown=unsure,
            target=_target(indicator, keys, items, required),
            clause=clause,
        )
    return made, looked


def files_of(evidence: Evidence, looked: Flags) -> NDArray[np.float64]:
    """How many case files were looked at in each unit; NaN without a log: (units,)."""
    log, units = evidence.log, len(evidence.units)
    if log is None or not len(looked):
        return np.full(units, np.nan)
    place = evidence.place_of(log.names["township"], log.cases["township"])
    return np.bincount(place[looked & (place >= 0)], minlength=units).astype(np.float64)


def rules(evidence: Evidence, indicator: Indicator) -> bool:
    """Whether the procedure in use has any item of an indicator."""
    if evidence.procedure is None:
        return False
    checks = read_checks(evidence.procedure.conduct, evidence.procedure.name)
    known = {
        "limits": {entry.key for entry in evidence.procedure.entries},
        "conduct": {check.key for check in checks.cases},
        "rates": {check.key for check in checks.rates},
    }
    return any(known[name] & set(indicator.source.get(name, ())) for name in SECTIONS)


def _items(evidence: Evidence) -> Mapping[tuple[str, str], tuple[Codes, str]]:
    """The codes (cases,) and the clause of every item there is, by section and key."""
    made: dict[tuple[str, str], tuple[Codes, str]] = {}
    parts = (
        ("limits", evidence.limits),
        ("conduct", evidence.conduct.cases if evidence.conduct else None),
    )
    for section, verdicts in parts:
        if verdicts is not None:
            for item, codes in zip(verdicts.items, verdicts.code, strict=True):
                made[section, item.key] = codes, item.clause
    procedure, log = evidence.procedure, evidence.log
    assert procedure is not None
    assert log is not None
    checks = read_checks(procedure.conduct, procedure.name)
    handling = Handling(log, procedure.readings, checks.missing_after_days, evidence.people)
    for check in checks.rates:
        made["rates", check.key] = _of_rate(handling, check, checks.within_months), check.clause
    return made


def _of_rate(handling: Handling, check: RateCheck, within_months: int) -> Codes:
    """The verdicts on a rate, case by case."""
    found = rate_by_case(handling, check, within_months)
    names = ("not_applicable", "met", "unknown", "running")
    flags = (~found.is_due, found.is_done, found.is_doubted, found.is_open)
    return np.select(flags, [CODE[name] for name in names], CODE["broken"]).astype(np.int8)


def _kept(codes: Codes) -> tuple[Flags, Flags, Flags]:
    """Cases that can be judged, those kept, and those of which nothing can be said: (cases,)."""
    has = {name: np.asarray((codes == code).any(axis=0), bool) for name, code in CODE.items()}
    is_bad = has["broken"] | has["overdue"]
    is_judged = is_bad | has["met"]
    return is_judged, is_judged & ~is_bad, ~is_judged & has["unknown"]


def _target(
    indicator: Indicator, keys: list[tuple[str, str]], items: Any, required: Mapping[Any, float]
) -> float | None:
    """The target: the rate that the procedure requires, of several the mean by cases; else the
    indicator's own."""
    rates = [key for key in keys if key in required]
    if not rates:
        return indicator.target
    cases = [float((items[key][0] != CODE["not_applicable"]).sum()) for key in rates]
    asked = [required[key] for key in rates]
    return float(np.average(asked, weights=cases)) if sum(cases) else max(asked)
