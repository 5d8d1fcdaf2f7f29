"""Margins: what is known of a whole population, and how people are measured and weighted by it.

`margins/<recipe>.yaml` lists totals, shares and means with source and status. A margin is a
target, to which weights may be calibrated, or a check, which is only held against the people.
What nobody has verified can be a check only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns as dictionary
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.population.calibrate import calibrate
from jiuzhu_sim.population.feasible import Told
from jiuzhu_sim.population.people import People

FOLDER = Path(__file__).parent / "margins"

LEVELS = ("household", "person")
STATISTICS = ("count", "total", "share", "mean", "median", "quintile_means")
STATUSES = ("source", "derived", "unverified", "illustrative")
USES = ("target", "check")
LINEAR = ("count", "total", "share", "mean")
"""The statistics that weights can be calibrated to: their totals are sums over households."""

RELATIVE = ("share", "mean")
"""The statistics that are relative to a `base`."""

QUINTILES = 5
MONTHS = 12
INCOMES = {
    "wage_m": MONTHS,
    "farm_income_y": 1,
    "business_income_y": 1,
    "property_income_y": 1,
    "pension_basic_m": MONTHS,
    "pension_other_m": MONTHS,
    "preferential_allowance_m": MONTHS,
    "disability_allowance_m": MONTHS,
    "transfer_m": MONTHS,
    "unemployment_benefit_m": MONTHS,
}
"""The person columns that make up disposable income, and how many of their periods are a year."""

Floats = NDArray[np.float64]


class Simulated(Protocol):
    """The results of a simulation: columns by name, in the order of the tables."""

    @property
    def people(self) -> People: ...

    def numbers(self, name: str) -> NDArray[Any]: ...


Columns = People | Simulated
"""What margins are measured on."""


@dataclass(frozen=True)
class Margin:
    """One thing known of a population.

    `level` says what is counted. `where`: conditions on columns, which must all hold; a number, a
    code's name, true or false is equal to, a pair lies between (both ends in); `has`: conditions
    that at least one member of the household meets. `statistic`: ``count``; ``total`` of the
    household column `of`; ``share`` of a `base`, which is another margin's count; ``mean`` of `of`
    over a base; ``median`` and ``quintile_means`` of households ordered by `of`, an amount a head.
    `tolerance`: the relative difference up to which the people agree.

    >>> known = {margin.name: margin for margin in load_margins("national-2020")}
    >>> [margin.statistic for margin in known.values()][0]
    'count'
    """

    name: str
    label: Mapping[str, str]
    level: str
    statistic: str
    value: float | tuple[float, ...]
    unit: str
    status: str
    source: str | Mapping[str, str]
    tolerance: float
    use: str
    where: Mapping[str, Any]
    has: Mapping[str, Any]
    of: str = ""
    base: str = ""
    base_margin: "Margin | None" = None

    @property
    def total(self) -> float:
        """The weighted total that calibration aims at: of a share or a mean, times its base."""
        of_base = self.base_margin.total if self.base_margin else 1.0
        return float(np.asarray(self.value).sum()) * of_base


def load_margins(recipe: str) -> tuple[Margin, ...]:
    """The margins of a recipe, in the order of the file; none where it has no file.

    Raises JZ-E002, one for each fault, when the file does not fit: an unknown word, a base that is
    no count, a target that nobody has verified or that weights cannot meet.

    >>> [margin.name for margin in load_margins("national-2020")][:2]
    ['households', 'persons']
    >>> load_margins("example-county")
    ()
    """
    path = FOLDER / f"{recipe}.yaml"
    if not path.is_file():
        return ()
    content = read_yaml(path)["margins"]
    made: dict[str, Margin] = {}
    for name, entry in content.items():
        made[name] = _margin(name, entry, made, path.name)
    return tuple(made.values())


def _margin(name: str, entry: Mapping[str, Any], known: Mapping[str, Margin], file: str) -> Margin:
    value = entry["value"]
    made = Margin(
        name=name,
        label=entry["label"],
        level=entry["level"],
        statistic=entry["statistic"],
        value=tuple(map(float, value)) if isinstance(value, list) else float(value),
        unit=entry["unit"],
        status=entry["status"],
        source=entry["source"],
        tolerance=float(entry["tolerance"]),
        use=entry["use"],
        where=MappingProxyType(dict(entry.get("where", {}))),
        has=MappingProxyType(dict(entry.get("has", {}))),
        of=entry.get("of", ""),
        base=entry.get("base", ""),
        base_margin=known.get(entry.get("base", "")),
    )
    reason = _fault(made)
    if reason:
        raise JZError.of("JZ-E002", f"{file} · {name}", reason=reason)
    return made


def _fault(margin: Margin) -> str:
    """What does not fit in a margin; nothing if all does."""
    words = {
        "level": (margin.level, LEVELS),
        "statistic": (margin.statistic, STATISTICS),
        "status": (margin.status, STATUSES),
        "use": (margin.use, USES),
    }
    for key, (word, allowed) in words.items():
        if word not in allowed:
            return f"{key}: {word} ({nearest(word, allowed)})"
    for name in (*margin.where, *margin.has, *filter(None, [margin.of])):
        if name not in dictionary() and name not in MADE:
            return f"{name} ({nearest(name, [*dictionary(), *MADE])})"
    if margin.statistic in RELATIVE and (
        margin.base_margin is None or margin.base_margin.statistic != "count"
    ):
        return f"base: {margin.base}"
    if margin.use == "target" and margin.status not in ("source", "derived"):
        return f"use: target, status: {margin.status}"
    if margin.use == "target" and margin.statistic not in LINEAR:
        return f"use: target, statistic: {margin.statistic}"
    return ""


# --- measuring -----------------------------------------------------------------------------------
def _people(columns: Columns) -> People:
    """The people behind some columns: themselves, or those that were simulated."""
    return columns if isinstance(columns, People) else columns.people


def _size(columns: Columns) -> Floats:
    return _people(columns).sizes.astype(np.float64)


def _income(columns: Columns) -> Floats:
    """True disposable income a head, yuan a year by household; reported where no other is known."""
    people, found = _people(columns), np.zeros(_people(columns).persons)
    truly = {c.view_of: c.name for c in dictionary().values() if c.view == "true"}
    for name, periods in INCOMES.items():
        seen = truly.get(name, name)
        for column in (seen, name):
            if column in people:
                found = found + people.numbers(column) * periods
                break
    return _summed(people, found) / people.sizes


MADE = {"size": _size, "income_pc_y": _income}
"""Household columns that margins know beside the dictionary: members, and income a head."""


def _summed(people: People, values: NDArray[Any]) -> Floats:
    """Sums over the members, by household."""
    sizes = people.sizes
    return np.add.reduceat(values.astype(np.float64), np.cumsum(sizes) - sizes)


def _numbers(columns: Columns, name: str) -> NDArray[Any]:
    return MADE[name](columns) if name in MADE else columns.numbers(name)


def _is_person(name: str) -> bool:
    return name not in MADE and dictionary()[name].level == "person"


def _met(columns: Columns, name: str, condition: Any) -> NDArray[np.bool_]:
    """Which rows of a column meet a condition; at the column's own level."""
    values = _numbers(columns, name)
    if isinstance(condition, list | tuple):
        low, high = condition
        return (values >= low) & (values <= high)
    if isinstance(condition, str):
        entry = dictionary()[name]
        names = list(entry.codes or {}) or list(_people(columns).names.get(name, ()))
        if condition not in names:
            expected = nearest(condition, names)
            raise JZError.of("JZ-E032", "margins", name=name, value=condition, expected=expected)
        condition = names.index(condition)
    return np.asarray(values == condition)


def _members(columns: Columns, conditions: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Persons who meet all conditions; those on a household hold for all its members."""
    people = _people(columns)
    found = np.ones(people.persons, bool)
    for name, condition in conditions.items():
        met = _met(columns, name, condition)
        found &= met if _is_person(name) else np.repeat(met, people.sizes)
    return found


def counted(margin: Margin, columns: Columns) -> Floats:
    """What each household adds to the margin's total at a weight of 1: (households,)."""
    people = _people(columns)
    where = dict(margin.where)
    if margin.base_margin is not None:
        where = {**margin.base_margin.where, **where}
    if margin.level == "person":
        found = _summed(people, _members(columns, where))
    else:
        found = np.ones(people.households)
        for name, condition in where.items():
            found *= _met(columns, name, condition)
    if margin.has:
        found *= _summed(people, _members(columns, margin.has)) > 0
    return found * _numbers(columns, margin.of) if margin.of and _is_linear(margin) else found


def _is_linear(margin: Margin) -> bool:
    return margin.statistic in LINEAR


def measured(margin: Margin, columns: Columns, weight: Floats) -> float | Floats:
    """The margin's statistic of weighted people, in its unit; of quintile means, all five.

    `weight`: (households,), in the order of the tables. NaN where nobody is counted.

    >>> from jiuzhu_sim.population import synthesize
    >>> people = synthesize("example-county", households=100, seed=1)
    >>> elders = load_margins("national-2020")[4]
    >>> elders.name, 0 < measured(elders, people, people["weight"]) < 1
    ('persons.60+', True)
    """
    each = counted(margin, columns)
    if not _is_linear(margin):
        return _by_rank(margin, columns, weight * (each > 0))
    found = float(weight @ each)
    if margin.base_margin is None:
        return found
    base = float(weight @ counted(margin.base_margin, columns))
    return found / base if base > 0 else float("nan")


def _by_rank(margin: Margin, columns: Columns, weight: Floats) -> float | Floats:
    """Of households ordered by an amount a head: the median, or means of fifths by their persons.

    A household on the border of two groups stands in both, with a part of its weight.
    """
    amount = _numbers(columns, margin.of)
    order = np.lexsort((_people(columns).numbers("id"), amount))
    amount, weight = amount[order], weight[order]
    persons = weight * _people(columns).sizes[order]
    upto = np.cumsum(weight)
    if margin.statistic == "median":
        return float(amount[np.searchsorted(upto, upto[-1] / 2)])
    edges = upto[-1] * np.arange(1, QUINTILES) / QUINTILES
    cut = np.concatenate([[0.0], upto])

    def below(values: Floats) -> Floats:
        running = np.concatenate([[0.0], np.cumsum(values)])
        return np.concatenate([[0.0], np.interp(edges, cut, running), running[-1:]])

    return np.diff(below(persons * amount)) / np.diff(below(persons))


# --- weights -------------------------------------------------------------------------------------
def auxiliaries(margins: Sequence[Margin], columns: Columns) -> dict[str, Floats]:
    """What each household adds to each target: by name, (households,)."""
    return {margin.name: counted(margin, columns) for margin in margins if margin.use == "target"}


def targets(margins: Sequence[Margin]) -> dict[str, float]:
    """The totals that calibration aims at: by name.

    >>> round(targets(load_margins("national-2020"))["households"])
    494160000
    """
    return {margin.name: margin.total for margin in margins if margin.use == "target"}


def wanted(margins: Sequence[Margin]) -> tuple[str, ...]:
    """The results that a simulation has to give for the margins to be measured.

    >>> wanted(load_margins("national-2020"))
    ('is_tekun_hh', 'n_recipients_hh')
    """
    named = {name for m in margins for name in (*m.where, *m.has, m.of) if name in dictionary()}
    return tuple(sorted(name for name in named if dictionary()[name].kind == "result"))


def told(margins: Sequence[Margin]) -> dict[str, Told]:
    """How the targets are named and shown to a reader."""
    return {
        margin.name: Told(
            margin.label, margin.unit, margin.base_margin.total if margin.base_margin else 1.0
        )
        for margin in margins
        if margin.use == "target"
    }


def calibrate_to(
    people: People,
    margins: Sequence[Margin],
    columns: Columns | None = None,
    bounds: tuple[float, float] | None = None,
) -> People:
    """The people under weights that meet all targets, as near as can be to those they had.

    `columns`: the people themselves, or results simulated on them where margins name results.
    `bounds` of new weight / old weight as in `calibrate`. Raises JZ-E052, with each target that
    cannot be met.

    >>> from jiuzhu_sim.population import synthesize
    >>> people = synthesize("national-2020", households=2_000, seed=1)
    >>> census = [margin for margin in load_margins("national-2020") if not wanted([margin])]
    >>> weighted = calibrate_to(people, census)
    >>> round(weighted["weight"].sum())
    494160000
    """
    seen = auxiliaries(margins, columns if columns is not None else people)
    made = calibrate(
        people.numbers("weight"), seen, targets(margins), bounds=bounds, told=told(margins)
    )
    return people.with_weight(made.weight, seen, made.record())
