"""Dials: thresholds, the score from which a household is visited, rules, officers; what follows.

Everything that fires is kept (`Records`), so a turn of a dial is a comparison, a sum and a walk
over the months, milliseconds for a county: live on a slider.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.outlook.monitoring.records import LEAST, MOST
from jiuzhu_sim.outlook.monitoring.truth import KINDS
from jiuzhu_sim.outlook.monitoring.watch import Watch
from jiuzhu_sim.outlook.review.review import hours

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CUT = 3.0
"""The score from which a household is visited unless told otherwise: one sign of what the law
itself tests, or two others. It also has the highest harmonic mean of recall and precision, under
the example county's law and under the national one with temporary assistance."""

FEW = 0.999
"""Beyond the score of this share of the flagged hardly anybody is left."""

PLAIN = ("persons", "count", "months", "")
"""Units of thresholds that count something whole: a multiplier leaves them alone."""


@dataclass(frozen=True)
class Dials:
    """`multiplier` of the thresholds in money and ratios, `cut` the score from which a household is
    visited, `off` keys of rules that are switched off, `officers` that bound the visits of a month
    (0: as many as it takes).

    Raises JZ-E032, all at once, for what cannot be.

    >>> Dials(multiplier=1.5).cut
    3.0
    """

    multiplier: float = 1.0
    cut: float = CUT
    off: tuple[str, ...] = ()
    officers: float = 0.0

    def __post_init__(self) -> None:
        problems = Problems()
        wrong = {
            "multiplier": not LEAST <= self.multiplier <= MOST,
            "cut": not 0 < self.cut < np.inf,
            "officers": not 0 <= self.officers < np.inf,
        }
        for name in (name for name, is_wrong in wrong.items() if is_wrong):
            expected = text(f"monitoring.expected.{name}", low=LEAST, high=MOST)
            value = getattr(self, name)
            problems.add("JZ-E032", "Dials", name=name, value=value, expected=expected)
        problems.raise_if_any()


def visits_a_month(officers: float, more: Assumptions, working: Assumptions) -> float:
    """Households that so many officers can visit in a month; without end for 0 officers, or where
    a visit takes no time.

    >>> from jiuzhu_sim.outlook.monitoring.happenings import monitoring_assumptions
    >>> round(visits_a_month(10, monitoring_assumptions(), hours()), 3)
    126.0
    """
    if not (officers and working["hours.visit"]):
        return float(np.inf)
    spent = officers * more["work.days"] * more["work.share"] * working["hours.day"]
    return spent / working["hours.visit"]


@dataclass(frozen=True)
class Outcome:
    """What the warnings of a watch lead to under some dials; arrays (months, households).

    `score` of each household, `visited`, and of the visits those that found a target of `Truth`.
    `waiting`: flagged and not reached by the officers in the month.
    """

    watch: Watch
    dials: Dials
    score: NDArray[np.float32]
    visited: Flags
    waiting: Flags
    working: Assumptions

    @cached_property
    def found(self) -> Flags:
        """Visits that found something of `KINDS`."""
        return self.visited & (self.watch.truth.target > 0)

    @cached_property
    def counts(self) -> Mapping[str, Floats]:
        """By household over the run, unweighted, (households,): ``visits``, ``right``, ``amount``
        (only the amount, or gradual exit, was to be put right), ``ordinary`` (nothing was); and for
        each kind of `KINDS`: ``new``, ``stock`` (spells), ``brief`` (new ones of which the run sees
        one month), ``right`` (visits that found it), ``found``, ``old_found``, ``lead`` months,
        ``gain`` yuan.
        """
        truth, lag = self.watch.truth, int(self.watch.more["aid.months"])
        # Visits are few among the months of all households: count where there is one.
        t, home = np.nonzero(self.visited)
        kind, is_new = truth.target[t, home], truth.is_new[t, home]
        lead, gain = np.maximum(truth.left[t, home] - lag, 0), self.watch.gain[t, home]
        differs = (kind == 0) & self.watch.differs[t, home]

        def count(rows: Flags, worth: NDArray[Any] | None = None) -> Floats:
            each = None if worth is None else worth[rows]
            found: Floats = np.bincount(home[rows], each, self.visited.shape[1]).astype(float)
            return found

        made = {
            "visits": count(kind >= 0),
            "right": count(kind > 0),
            "amount": count(differs),
            "ordinary": count((kind == 0) & ~differs),
        }
        for number, name in enumerate(KINDS, 1):
            here = kind == number
            made[f"right_{name}"] = count(here)
            made[f"found_{name}"] = count(here & is_new)
            made[f"old_found_{name}"] = count(here & ~is_new)
            made[f"lead_{name}"] = count(here & is_new, lead)
            made[f"gain_{name}"] = count(here, gain)
        return truth.counts | made

    def total(self, name: str) -> float:
        """Weighted sum of one of `counts` over the run; ``found`` and ``new`` over all kinds.

        Raises KeyError for an unknown name.
        """
        names = [name] if name in self.counts else [f"{name}_{kind}" for kind in KINDS]
        # Not @: a product this small is over before threads of the BLAS have woken up.
        return float(sum((self.counts[each] * self.watch.weight).sum() for each in names))

    def ratio(self, above: str, below: str) -> float:
        """Ratio of two totals; NaN where the second is 0."""
        whole = self.total(below)
        return self.total(above) / whole if whole else float("nan")

    @property
    def recall(self) -> float:
        """Share of new spells that a visit finds before they end."""
        return self.ratio("found", "new")

    @property
    def precision(self) -> float:
        """Share of visits that find something of `KINDS`."""
        return self.ratio("right", "visits")

    @property
    def lead(self) -> float:
        """Months, on average of new spells found, by which the office alone would be later."""
        return self.ratio("lead", "found")

    @property
    def monthly_visits(self) -> Floats:
        """Households visited in each month, weighted."""
        t, home = np.nonzero(self.visited)
        made: Floats = np.bincount(t, self.watch.weight[home], len(self.visited)).astype(float)
        return made

    @property
    def days(self) -> float:
        """Officer days of a mean month."""
        spent = float(self.monthly_visits.mean()) * self.working["hours.visit"]
        return spent / self.working["hours.day"]


def needed(watch: Watch, multiplier: float) -> NDArray[np.float32]:
    """The strength from which each rule counts, (rules,)."""
    rules = watch.warnings.rules
    return np.array([1 if rule.unit in PLAIN else multiplier for rule in rules], np.float32)


def scores(watch: Watch, dials: Dials) -> NDArray[np.float32]:
    """Points of the rules that fire on each household in each month, (months, households)."""
    off = watch.warnings.only((), dials.off)  # refuses unknown rules
    on = np.isin(watch.warnings.keys, off.keys)
    records, homes = watch.records, watch.people.households
    points = np.array([rule.points for rule in watch.warnings.rules])
    fires = on[records.rule] & (records.strength >= needed(watch, dials.multiplier)[records.rule])
    place = records.month[fires].astype(np.int64) * homes + records.home[fires]
    summed = np.bincount(place, points[records.rule[fires]], watch.months * homes)
    return summed.reshape(watch.months, homes).astype(np.float32)


def outcome(
    watch: Watch, dials: Dials | None = None, working: Assumptions | None = None
) -> Outcome:
    """Who is visited when, month by month, and what that finds.

    Visited is who reaches the score, by falling score as far as the officers reach, no application
    pending, and not again in a spell that a visit has found, nor within the months of rest unless
    the score has risen above the one that was looked into.

    Raises JZ-E060 for a rule there is none of.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> run = watch(people, jz.load_policy("example-county"), months=6)
    >>> few, all_of = outcome(run, Dials(cut=6)), outcome(run, Dials(cut=1))
    >>> few.total("visits") < all_of.total("visits"), few.recall <= all_of.recall
    (True, True)
    """
    dials, working = dials or Dials(), working or hours()
    score, truth = scores(watch, dials), watch.truth
    limit, weight = visits_a_month(dials.officers, watch.more, working), watch.weight
    rest = int(watch.more["rest.months"])
    last = np.full(watch.people.households, -rest - 1)
    found = np.zeros(watch.people.households, np.int32)
    known = np.zeros(watch.people.households, np.float32)
    visited = np.zeros(score.shape, bool)
    waiting = np.zeros(score.shape, bool)
    for t in range(watch.months):
        in_hand = (truth.spell[t] == found) & (found > 0)
        known = np.minimum(known, score[t])
        is_news = (t - last >= rest) | (score[t] > known)
        due = (score[t] >= dials.cut) & watch.open[t] & is_news & ~in_hand
        rows = np.flatnonzero(due)
        if np.isfinite(limit):
            rows = rows[np.lexsort((watch.ranks[rows], -score[t, rows]))]
            reached = np.cumsum(weight[rows]) <= limit
            waiting[t, rows[~reached]] = True
            rows = rows[reached]
        visited[t, rows] = True
        last[rows], known[rows] = t, score[t, rows]
        found[rows] = truth.spell[t, rows]
    return Outcome(watch, dials, score, visited, waiting, working)


def within(
    watch: Watch, officers: float, dials: Dials | None = None, working: Assumptions | None = None
) -> float | None:
    """The lowest score from which so many officers can visit everybody in a mean month; None where
    none does. The other dials stay.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> run = watch(people, jz.load_policy("example-county"), months=3)
    >>> within(run, 1000) == 1.0
    True
    """
    dials = replace(dials or Dials(), officers=0.0)
    most = visits_a_month(officers, watch.more, working or hours())
    for cut in cuts(watch):
        made = outcome(watch, replace(dials, cut=cut), working)
        if made.monthly_visits.mean() <= most:
            return cut
    return None


def cuts(watch: Watch) -> list[float]:
    """The scores from which it makes a difference to visit: every sum that occurs, up to one at
    which hardly anybody is left."""
    made = scores(watch, Dials())
    top = float(np.quantile(made[made > 0], FEW)) if (made > 0).any() else 1.0
    return [float(cut) for cut in np.arange(1, max(np.floor(top), 1) + 1)]


def alone(watch: Watch, key: str, dials: Dials) -> Outcome:
    """One rule alone: a household is visited whenever it fires.

    Raises JZ-E060 for a rule there is none of."""
    rule = watch.warnings.rules[watch.warnings.position(key)]
    others = tuple(each for each in watch.warnings.keys if each != key)
    return outcome(watch, replace(dials, off=others, cut=rule.points, officers=0.0))


def without(watch: Watch, keys: Iterable[str], dials: Dials) -> Outcome:
    """All rules but these. Raises JZ-E060 for a rule there is none of."""
    return outcome(watch, replace(dials, off=(*dials.off, *keys)))
