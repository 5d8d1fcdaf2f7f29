"""Wrong and missed cover: whom assistance reaches, and whom it should reach.

Three arrays say it all: what a household is paid, whether (or how much) is due to it, and how many
it stands for. From them: wrong cover (错保, inclusion error) and missed cover (漏保, exclusion
error), each in both definitions in use, in households, persons and money, and the targeting
differential. Who gets it by income: `incidence.py`. What is due must come from somewhere else than
what is paid: the truth of a synthetic population, matching, or a verified sample. What some
people's data allow: `sight.py`. Definitions, sources, edge cases: docs/en/definitions/targeting.md.

Sources: S3.11.1, S4.3.8; Cornia & Stewart 1993 (two errors of targeting); Ravallion 2009 (World
Bank Research Observer 24) for the differential.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.flows import conceal
from jiuzhu_sim.measures.groups import Groups, household
from jiuzhu_sim.measures.intervals import Estimate, Floats, Sums
from jiuzhu_sim.measures.sight import OUTSIDE, Sight
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.rules.kit import HALF_FEN

ALL = "all"
PER = ("household", "person")
UNITS = {"household": "households", "person": "persons"}


@dataclass(frozen=True)
class Aim:
    """What is paid and what is due, household by household: all arrays (households,).

    `paid_m` yuan a month; `entitled` flags; `due_m` yuan a month, or None where only the flags are
    known; `members` persons; `weight` households each stands for; `income_pc_m` before assistance
    and `line_m`, yuan a person and month, or None. `knows_outside`: whether households that are
    not paid are among them as they are in the place (not recipients alone). `auxiliaries`:
    calibration columns of the weights. `is_complete`: these are all there are, no sampling error.

    >>> one = np.ones(2)
    >>> Aim(np.array([300.0, 0.0]), np.array([False, True]), None, one, one).paid.tolist()
    [True, False]
    """

    paid_m: Floats
    entitled: NDArray[np.bool_]
    due_m: Floats | None
    members: Floats
    weight: Floats
    income_pc_m: Floats | None = None
    line_m: Floats | None = None
    knows_outside: bool = True
    auxiliaries: Mapping[str, Floats] = field(default_factory=dict)
    is_complete: bool = False
    title: str = ""

    @property
    def paid(self) -> NDArray[np.bool_]:
        """Who is paid something; half a fen is nothing."""
        return self.paid_m > HALF_FEN

    @property
    def size(self) -> int:
        return len(self.paid_m)


def make_aim(
    paid_m: NDArray[Any],
    due: NDArray[Any],
    *,
    members: NDArray[Any] | None = None,
    weight: NDArray[Any] | None = None,
    income_pc_m: NDArray[Any] | None = None,
    line_m: NDArray[Any] | float | None = None,
    **about: Any,
) -> Aim:
    """An `Aim` from plain arrays. `due`: yuan a month, or flags of who is entitled.

    Members and weight are 1 where not given; `about`: further fields of `Aim`. Raises, all at
    once, JZ-E033 (arrays of different length) and JZ-E032 (an amount, weight or number of members
    below 0, or not a number).

    >>> made = make_aim([300.0, 0.0], np.array([False, True]))
    >>> made.paid.tolist(), made.due_m is None
    ([True, False], True)
    """
    paid = np.asarray(paid_m, np.float64)
    due = np.asarray(due)
    is_flag = due.dtype == bool
    parts: dict[str, Any] = {"paid_m": paid, "due": due.astype(np.float64)}
    for name, given in (("members", members), ("weight", weight)):
        parts[name] = np.ones(len(paid)) if given is None else np.asarray(given, np.float64)
    if income_pc_m is not None:
        parts["income_pc_m"] = np.asarray(income_pc_m, np.float64)
    if line_m is not None:
        parts["line_m"] = np.array(np.broadcast_to(np.asarray(line_m, np.float64), paid.shape))
    problems = Problems()
    for name, values in parts.items():
        if values.shape != paid.shape:
            problems.add("JZ-E033", "make_aim", lengths=f"paid_m {paid.shape}, {values.shape}")
        elif name == "income_pc_m":
            if not np.isfinite(values).all():
                problems.add("JZ-E032", name=name, value=np.nan, expected=text("targeting.number"))
        elif not (np.isfinite(values) & (values >= 0)).all():
            worst = float(values.min()) if np.isfinite(values).all() else np.nan
            problems.add("JZ-E032", name=name, value=worst, expected=text("targeting.number_0"))
    problems.raise_if_any()
    amount = parts.pop("due")
    return Aim(**parts, entitled=amount > HALF_FEN, due_m=None if is_flag else amount, **about)


def aim_between(paid: Results, due: Results, *, weight: str = "weight", **about: Any) -> Aim:
    """What one run pays against what another finds due to the same households.

    `paid`: on what is reported (or established by a clean-up); `due`: on the truth, with everybody
    as if applied, so that who never asked can be missed. Income and line are those of `due`.
    Raises JZ-E030 when they are not of the same number of households.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.population.views import seen
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> policy = jz.load_policy("national")
    >>> true = seen(people, "true").with_columns({"has_applied": np.ones(500, bool)})
    >>> made = aim_between(jz.simulate(people, policy), jz.simulate(true, policy))
    >>> made.size, made.is_complete
    (500, False)
    """
    if paid.people.households != due.people.households:
        raise JZError.of("JZ-E030")
    return make_aim(
        household(paid, "benefit_m_hh"),
        household(due, "benefit_m_hh"),
        members=household(due, "n_members_hh"),
        weight=household(paid, weight),
        income_pc_m=household(due, "counted_income_pc_m_hh"),
        line_m=household(due, "dibao_standard_m_hh"),
        **{
            "auxiliaries": dict(paid.people.auxiliaries),
            "is_complete": paid.people.is_complete,
            "title": paid.policy.title,
            **about,
        },
    )


def grouped(dim: str, labels: NDArray[Any]) -> Groups:
    """Groups of households by a label each: a township, an area, a programme.

    >>> grouped("township", np.array(["乙乡", "甲乡", "乙乡"])).index.tolist()
    [0, 1, 0]
    """
    names, index = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    return Groups((dim,), tuple((str(name),) for name in names), index)


def require_outside(aim: Aim, measure: str = "missed_cover") -> None:
    """JZ-E098 where the households of an `Aim` are recipients only."""
    if not aim.knows_outside:
        Sight({measure: (OUTSIDE,)}).require(measure)


# --- households and persons ----------------------------------------------------------------
class Cells(Sums):
    """`Sums` with the difference of two ratios."""

    def difference(self, first: tuple[str, str], second: tuple[str, str]) -> Estimate:
        """Ratio less ratio, each (upper, lower); NaN where one of them is."""
        value = np.zeros(len(self.of(first[1])))
        coefficients: dict[str, Floats] = {}
        for sign, (y, x) in ((1.0, first), (-1.0, second)):
            below = self.of(x)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(below > 0, self.of(y) / below, np.nan)
                inverse = np.where(below > 0, sign / below, 0.0)
            value = value + sign * ratio
            for name, part in ((y, inverse), (x, -np.nan_to_num(ratio) * inverse)):
                coefficients[name] = coefficients.get(name, 0.0) + part
        return self._estimate(value, coefficients)


def cover(
    aim: Aim, groups: Groups | None = None, *, per: str = "household", min_n: int = 0
) -> Table:
    """Wrong and missed cover in households or persons, by group and in all, with rates.

    Rates: of those paid, not entitled (inclusion error); of those not entitled, paid (leakage
    rate); of those entitled, not paid (exclusion error, undercoverage); of those not paid,
    entitled (false omission); coverage of those entitled; the targeting differential, coverage of
    the entitled less that of the others. Where the data are recipients only, what needs the others
    is left out, and a note says so. Rows in which an error has fewer than `min_n` households
    behind it have their errors hidden. Raises JZ-E032 for another `per`.

    >>> made = cover(make_aim([9.0, 9, 0, 0], [9.0, 0, 9, 0]))
    >>> made.get("cover_wrong_rate", "total"), made.get("cover_differential", "total")
    (0.5, 0.0)
    """
    if per not in PER:
        raise JZError.of("JZ-E032", name="per", value=per, expected=" / ".join(PER))
    unit = aim.members if per == "person" else np.ones(aim.size)
    paid, entitled = aim.paid, aim.entitled
    flags = {"wrong": paid & ~entitled, "missed": ~paid & entitled}
    counted = {
        "paid": unit * paid,
        "entitled": unit * entitled,
        "right": unit * (paid & entitled),
        **{name: unit * flag for name, flag in flags.items()},
        "other": unit * ~entitled,
        "unpaid": unit * ~paid,
    }
    sums = _sums(aim, groups, **counted)
    parts = {
        (f"cover_{name}", UNITS[per]): sums.total(name)
        for name in ("paid", "entitled", "right", "wrong", "missed")
        if aim.knows_outside or name not in NEEDS_OUTSIDE
    }
    parts[("cover_wrong_rate", "share")] = sums.ratio("wrong", "paid")
    if aim.knows_outside:
        for name, (y, x) in OUTSIDE_RATES.items():
            parts[(name, "share")] = sums.ratio(y, x)
        differential = sums.difference(("right", "entitled"), ("wrong", "other"))
        parts[("cover_differential", "index")] = differential
    hidden = tuple(name for name, _ in parts if name not in ("cover_paid", "cover_entitled"))
    return make_table("cover", aim, groups, parts, per, flags, hidden, min_n)


NEEDS_OUTSIDE = ("entitled", "missed")
OUTSIDE_RATES = {
    "cover_wrong_of_other": ("wrong", "other"),
    "cover_missed_rate": ("missed", "entitled"),
    "cover_missed_of_unpaid": ("missed", "unpaid"),
    "cover_coverage": ("right", "entitled"),
}


def cover_money(aim: Aim, groups: Groups | None = None, *, min_n: int = 0) -> Table:
    """The same in yuan a month: paid, due, and what goes wrong, by group and in all, with rates.

    Wrong: paid to who is not entitled; over and under: paid above and below what is due to who is
    entitled and paid; missed: due to who is not paid. So paid − due = wrong + over − under −
    missed. Rates: wrong and over of what is paid; under and missed of what is due. With flags
    alone (no `due_m`) only what is wrong can be told.

    >>> made = cover_money(make_aim([9.0, 9, 5, 0], [9.0, 0, 6, 7]))
    >>> made.get("cover_money_wrong", "total"), made.get("cover_money_missed", "total")
    (9.0, 7.0)
    """
    paid, entitled, both = aim.paid, aim.entitled, aim.paid & aim.entitled
    money = {"paid": aim.paid_m, "wrong": np.where(paid & ~entitled, aim.paid_m, 0.0)}
    flags = {"wrong": paid & ~entitled}
    rates = {"wrong": "paid"}
    if aim.due_m is not None:
        gap = aim.paid_m - aim.due_m
        money["over"] = np.where(both & (gap > HALF_FEN), gap, 0.0)
        money["under"] = np.where(both & (gap < -HALF_FEN), -gap, 0.0)
        rates |= {"over": "paid"}
        if aim.knows_outside:
            money["due"] = aim.due_m
            money["missed"] = np.where(~paid & entitled, aim.due_m, 0.0)
            rates |= {"under": "due", "missed": "due"}
        flags |= {name: money[name] > 0 for name in ("over", "under", "missed") if name in money}
    sums = _sums(aim, groups, **money)
    order = [name for name in MONEY if name in money]
    parts = {(f"cover_money_{name}", "yuan/month"): sums.total(name) for name in order}
    for name, of in rates.items():
        parts[(f"cover_money_{name}_rate", "share")] = sums.ratio(name, of)
    hidden = tuple(name for name, _ in parts if name not in ("cover_money_paid", "cover_money_due"))
    return make_table("cover_money", aim, groups, parts, "household", flags, hidden, min_n)


MONEY = ("paid", "due", "wrong", "over", "under", "missed")


def _sums(aim: Aim, groups: Groups | None, **variables: Any) -> Cells:
    index, n = (None, 1) if groups is None else (groups.index, groups.n)
    made = {name: np.asarray(values, np.float64) for name, values in variables.items()}
    return Cells(aim.weight, index, n, aim.auxiliaries, **made)


def make_table(
    name: str,
    aim: Aim,
    groups: Groups | None,
    parts: Mapping[tuple[str, str], Estimate],
    per: str,
    flags: Mapping[str, NDArray[np.bool_]] | None = None,
    hidden: tuple[str, ...] = (),
    min_n: int = 0,
) -> Table:
    """A table of estimates by group and in all; `parts` by (statistic, unit). Without groups its
    title says no grouping."""
    values, low, high = stack(parts.values())
    index = np.zeros(aim.size, np.int64) if groups is None else groups.index
    size = 1 if groups is None else groups.n
    n = np.bincount(index, minlength=size)
    rows = [] if groups is None else list(groups.rows)
    dims = (ALL,) if groups is None else groups.dims
    notes = [f"note.{name}"] if aim.knows_outside else [f"note.{name}", "note.recipients_only"]
    table = Table(
        name=name if groups is not None else f"{name}_all",
        dims=dims,
        rows=(*rows, (TOTAL,) * len(dims)),
        statistics=tuple(
            Statistic(key, unit, additive=unit in (*UNITS.values(), "yuan/month"))
            for key, unit in parts
        ),
        values=values,
        low=low,
        high=high,
        n=np.append(n, n.sum()) if groups is not None else n,
        per=per,
        notes=(*notes, INTERVAL_NOTE),
        fields={"policy": aim.title},
    )
    table = table.of_all() if aim.is_complete else table
    if not flags or groups is None or not min_n:
        return table
    counts = np.stack([np.bincount(index, flag, size) for flag in flags.values()])
    few = np.append(np.where(counts > 0, counts, np.inf).min(axis=0), np.inf)
    few = np.where(np.isfinite(few), few, 0)
    return conceal(table, hidden, few, [range(size)], min_n)
