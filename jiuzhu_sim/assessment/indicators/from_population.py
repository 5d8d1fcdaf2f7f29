"""Indicators from households: right and missed cover, amounts, the registered poor, disability."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.checked import Checked, on_roll, truth_of
from jiuzhu_sim.assessment.indicators.evidence import Evidence
from jiuzhu_sim.assessment.indicators.figures import Draw, Figures, share_of
from jiuzhu_sim.assessment.indicators.measured import Z
from jiuzhu_sim.casework.matching.overlaps import POVERTY, PROGRAMMES, overlaps
from jiuzhu_sim.casework.sampling.sampling import Sample
from jiuzhu_sim.measures.sampled import Estimate, estimate_money
from jiuzhu_sim.measures.sight import can_say
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

SEVERE = (1, 2)
"""Grades of disability that are severe (S1.2.1)."""

DISABILITY_COLUMNS = ("disability_grade", "disability_allowance_m")
POVERTY_COLUMNS = ("is_registered_poor", "is_relapse_monitored")


def from_population(evidence: Evidence, draw: Draw) -> dict[str, Figures]:
    """Figures by the name of the count (`from: {people: …}` of `indicators.yaml`).

    Of a roll whose truth is known (synthetic people) an assessment by sample draws households;
    lists handed back are the sample they are. What is compared by machine (the registered poor,
    disability) is counted whole.
    """
    people, policy = evidence.people, None
    if evidence.results is not None:
        policy = evidence.results.policy
    made: dict[str, Figures] = {}
    checked = evidence.checked
    if people is not None and policy is not None:
        truth = truth_of(people, policy)
        if truth is not None:
            checked = checked or truth[0]
            made |= _reach(evidence, truth[1], draw)
        made |= _registered(evidence, policy)
    if people is not None:
        made |= _disability(evidence)
    if checked is not None:
        made |= _of_roll(evidence, checked, draw)
    return made


def roll_sizes(evidence: Evidence) -> NDArray[np.float64]:
    """Households on the roll of each unit, weighted; NaN where it is not known: (units,)."""
    people, size = evidence.people, len(evidence.units)
    if people is None or not len(on_roll(people)):
        checked = evidence.checked
        if checked is None:
            return _cases(evidence)
        place = evidence.place_of_labels(checked.township)
        return _sums(place, checked.weight, size)
    at = on_roll(people)
    place = evidence.place_of_labels(people["township"][at])
    return _sums(place, people.numbers("weight")[at], size)


def _cases(evidence: Evidence) -> NDArray[np.float64]:
    """Without a roll, the households that the log tells of; NaN where it tells of none."""
    log, size = evidence.log, len(evidence.units)
    if log is None:
        return np.full(size, np.nan)
    place = evidence.place_of(log.names["township"], log.cases["township"])
    household = log.cases["household"].astype(np.int64)
    # A case without a household is one of its own.
    own = np.where(household >= 0, household, -1 - np.arange(log.n))
    kept = place >= 0
    pairs = np.unique(np.stack([place[kept], own[kept]], axis=1), axis=0)
    found = np.bincount(pairs[:, 0], minlength=size).astype(np.float64)
    return np.where(found > 0, found, np.nan)


def _sums(place: NDArray[np.int64], values: NDArray[Any], size: int) -> NDArray[np.float64]:
    kept = place >= 0
    made = np.bincount(place[kept], np.asarray(values, np.float64)[kept], size)
    return np.asarray(np.rint(made), np.float64)


def _of_roll(evidence: Evidence, checked: Checked, draw: Draw) -> dict[str, Figures]:
    """Right cover, right amounts and money overpaid of the roll."""
    place, size = evidence.place_of_labels(checked.township), len(evidence.units)
    looked = ~np.isnan(checked.is_eligible)
    if checked.is_all:
        looked = draw.of(checked.ids, place, looked)
    every = np.ones(len(place), bool)
    is_whole = checked.is_all and not draw.files
    weight, eligible = checked.weight, checked.is_eligible == 1
    accuracy = share_of(eligible, looked, every, place, size, weight, is_whole=is_whole)
    right = checked.is_right
    known = ~np.isnan(right)
    amount = share_of(right == 1, looked & known, known, place, size, weight, is_whole=is_whole)
    if not checked.is_all:
        # How many of the roll are entitled is estimated by those verified.
        amount = replace(amount, population=np.fmax(_entitled(accuracy), np.asarray(amount.n)))
    return {
        "accuracy": accuracy,
        "amount": amount,
        "overpaid": _money(checked, looked, place, is_whole=is_whole, size=size),
    }


def _entitled(accuracy: Figures) -> NDArray[np.float64]:
    """Households on the roll that are entitled, as far as those verified tell."""
    hits, n, population = (np.asarray(x) for x in (accuracy.hits, accuracy.n, accuracy.population))
    return np.asarray(np.rint(population * hits / np.maximum(n, 1)), np.float64)


def _money(
    checked: Checked,
    looked: NDArray[np.bool_],
    place: NDArray[np.int64],
    *,
    is_whole: bool,
    size: int,
) -> Figures:
    """Yuan a year paid and not due, extrapolated to the roll of each unit."""
    value, low, high, sd = (np.full(size, np.nan) for _ in range(4))
    over = np.where(looked, checked.over_m, np.nan)
    for unit in range(size):
        some = place == unit
        seen = looked & some & ~np.isnan(over)
        if not seen.any():
            continue
        if is_whole:
            value[unit] = float(checked.weight[some] @ over[some]) * MONTHS
            sd[unit] = 0.0
            continue
        found = _extrapolated(over[some], checked.paid_m[some], checked.weight[some])
        value[unit] = found.total * MONTHS
        low[unit], high[unit] = found.total_low * MONTHS, found.total_high * MONTHS
        sd[unit] = (high[unit] - low[unit]) / (2 * Z)
    return Figures(value=value, sd=sd, low=low, high=high)


def _extrapolated(
    over: NDArray[np.float64], paid_m: NDArray[np.float64], weight: NDArray[np.float64]
) -> Estimate:
    """The money of all households that the rows stand for, from the rows with an amount: the others
    are households that nobody looked at, paid as much as is left."""
    of = max(round(float(weight.sum())), len(over))
    # A row that stands for more households than others tells of more money.
    share = weight / weight.mean()
    over, paid = over * share, paid_m * share
    rest = of - len(over)
    left = max(float(weight @ paid_m) - float(paid.sum()), 0.0) / rest if rest else 0.0
    amount = np.append(over, np.full(rest, np.nan))
    book = np.append(paid, np.full(rest, left))
    seen = ~np.isnan(amount)
    one = np.zeros(of, np.int64)
    sample = Sample(seen, one, ("",), np.array([of]), np.array([int(seen.sum())]), (0, ""))
    return estimate_money(sample, amount, book)


def _reach(evidence: Evidence, due_m: NDArray[np.float64], draw: Draw) -> dict[str, Figures]:
    """Entitled households that are on the roll; {} where the people are recipients only."""
    people = evidence.people
    assert people is not None
    if not can_say(people).can("missed_cover"):
        return {}
    place = evidence.place_of_labels(people["township"])
    entitled = due_m > HALF_FEN
    looked = draw.of(people.numbers("id"), place, entitled)
    covered, weight = people.numbers("was_dibao").astype(bool), _weight(people)
    return {
        "reach": share_of(
            covered,
            looked,
            entitled,
            place,
            len(evidence.units),
            weight,
            is_whole=not draw.files,
        )
    }


def _registered(evidence: Evidence, policy: Any) -> dict[str, Figures]:
    """Registered poor and monitored households entitled to dibao that are in it. Who is in tekun no
    column tells, so that they are left out."""
    people = evidence.people
    assert people is not None
    needed = (*POVERTY_COLUMNS, "was_dibao", "township")
    # Who gets the money of all can be told where households outside the roll are there.
    if not all(name in people for name in needed) or not can_say(people).can("incidence"):
        return {}
    found = overlaps(people, policy)
    is_dibao = found.programme == PROGRAMMES.index("dibao")
    due = is_dibao & (found.poverty != POVERTY.index("neither"))
    place = evidence.place_of_labels(people["township"])
    return {"registered": _whole(~found.unmatched, due, place, evidence, _weight(people))}


def _disability(evidence: Evidence) -> dict[str, Figures]:
    """Households on the roll with a severely disabled member that receive an allowance for it."""
    people = evidence.people
    assert people is not None
    at = on_roll(people)
    if not len(at) or not all(name in people for name in DISABILITY_COLUMNS):
        return {}
    is_severe = np.isin(people["disability_grade"], SEVERE)
    is_paid = is_severe & (people["disability_allowance_m"] > HALF_FEN)
    sizes = people.sizes
    starts = np.cumsum(sizes) - sizes
    severe, paid = (np.add.reduceat(flags, starts) for flags in (is_severe, is_paid))
    place = evidence.place_of_labels(people["township"][at])
    has, all_paid = (severe > 0)[at], (paid == severe)[at]
    return {"disability": _whole(all_paid, has, place, evidence, _weight(people)[at])}


def _whole(
    met: NDArray[np.bool_],
    due: NDArray[np.bool_],
    place: NDArray[np.int64],
    evidence: Evidence,
    weight: NDArray[np.float64],
) -> Figures:
    """All that are due are looked at."""
    return share_of(met, due, due, place, len(evidence.units), weight)


def _weight(people: People) -> NDArray[np.float64]:
    return np.asarray(people.numbers("weight"), np.float64)
