"""Why no weights inside their bounds meet all targets: which ones, and what can be reached.

A target may be out of reach by itself, be a combination of others that say otherwise (urban and
rural that do not add up to all), or contradict others within the bounds. What it can reach by
itself is a simple sum over the households, each at the bound that serves; combinations are the null
space of the auxiliaries; for the bounds elastic linear programmes let those targets give way that
leave the least relative deviation in sum, and of these none that could have been kept. Households
with the same auxiliaries are one variable.

Source: Chinneck, J. W. (2008), "Feasibility and Infeasibility in Optimization", Springer,
chapters 6 and 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import pick, text, unit_label

REACHED = 1e-6
"""A relative deviation taken as none: the linear programmes keep their equations to 1e-7."""

WIDEN = 1.01
"""How far beyond the ratio that just suffices a bound should be: logit never reaches its bounds."""

PLACES = 6
"""Decimals of a factor that are no rounding."""

NAMED = 4
"""Targets named one by one in a sentence."""

Floats = NDArray[np.float64]
Range = tuple[float, float]


class Told(NamedTuple):
    """How a target is named and shown to a reader: label (or one for each language), unit, and
    what its total is divided by (the base of a share or a mean).

    >>> Told("60岁及以上人口", "share", per=2000).show(500), Told("户数", "households").show(1200)
    ('25.00%', '1,200户')
    """

    label: str | Mapping[str, str]
    unit: str = ""
    per: float = 1.0

    @property
    def title(self) -> str:
        return self.label if isinstance(self.label, str) else pick(self.label)

    def show(self, total: float, unit: bool = True) -> str:
        """A total as a reader sees it, with its unit or without."""
        value = total / self.per
        if np.isposinf(value):
            return text("word.unlimited")
        if not np.isfinite(value):
            return "—"
        if self.unit == "share":
            return f"{value:.2%}"
        shown = f"{value:,.2f}".removesuffix(".00")
        if not unit:
            return shown
        return text("unmet.value", value=shown, unit=unit_label(self.unit)).strip()


@dataclass(frozen=True)
class Unmet:
    """A target that has to give way, by its number.

    `kind`: ``absent`` (no household counts for it), ``alone`` (out of reach by itself), ``same``,
    ``sum``, ``rest`` and ``implied`` (it is the same as its partner, the sum of its partners, the
    first of them less the others, or another linear combination, and their targets say otherwise),
    ``together`` (out of reach while the partners are met) and ``edge`` (it is at the very end of
    its reach). `alone`: the totals it can reach by itself; `nearest`: the total nearest to its
    target while all targets that are kept are met; `partners`: the kept ones that stand in its way.
    """

    target: int
    kind: str
    alone: Range
    nearest: float
    partners: tuple[int, ...] = ()


def alike(held: Floats) -> NDArray[np.int64]:
    """Where each run of equal columns begins: (kinds,).

    >>> alike(np.array([[1.0, 1.0, 2.0], [0.0, 0.0, 0.0]])).tolist()
    [0, 2]
    """
    changes = np.zeros(held.shape[1], bool)
    changes[:1] = True
    for row in held:
        changes[1:] |= row[1:] != row[:-1]
    return np.flatnonzero(changes)


def unmet(totals: Floats, wanted: Floats, bounds: Range) -> tuple[Unmet, ...]:
    """The targets that have to give way, in their order; none if all can be met.

    `totals`: (targets, kinds), what each kind of household adds to each total at a ratio of 1;
    `wanted`: (targets,); `bounds`: of the ratio, which may be infinite.

    >>> both = np.array([[10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])  # urban, rural, all
    >>> [(each.target, each.kind, each.nearest, each.partners)
    ...  for each in unmet(both, np.array([11.0, 12.0, 30.0]), (0.2, 5.0))]
    [(2, 'sum', 23.0, (0, 1))]
    """
    scale = np.where(wanted != 0, np.abs(wanted), np.maximum(np.abs(totals).sum(axis=1), 1.0))
    programme = _Programme(totals / scale[:, None], wanted / scale, scale, bounds)
    alone = _alone(totals, bounds)
    short = np.maximum(alone[:, 0] - wanted, wanted - alone[:, 1]) / scale
    out = np.flatnonzero(short > REACHED).tolist()
    rest = [k for k in range(len(wanted)) if k not in out]
    wrong = programme.disagreeing(rest)
    beyond = programme.out_of_bounds([k for k in rest if k not in wrong])
    kept = [k for k in rest if k not in (*wrong, *beyond)]
    # One that disagreed with a target now let go may agree with those that are left.
    for target in wrong if beyond else []:
        if programme.can_meet([*kept, target]):
            kept, wrong = sorted([*kept, target]), [k for k in wrong if k != target]
    found = []
    for target in sorted([*out, *wrong, *beyond]):
        kind = "absent" if not totals[target].any() else "alone" if target in out else "together"
        parts = programme.made_of(target, kept) if kind == "together" else None
        if parts is None:
            nearest, parts = programme.nearest(target, kept)
        else:
            nearest, kind = float(parts @ wanted[kept]), _combination(parts)
        # The largest first: where a target is the rest of a sum, that is the sum.
        partners = tuple(kept[k] for k in np.argsort(-parts, kind="stable") if parts[k])
        low, high = alone[target].tolist()
        found.append(Unmet(target, kind, (low, high), nearest, partners))
    return tuple(found)


def _alone(totals: Floats, bounds: Range) -> Floats:
    """The totals each target can reach by itself: (targets, 2)."""
    ends = []
    for first, second in (bounds, bounds[::-1]):
        with np.errstate(invalid="ignore"):  # infinity times nothing
            each = np.where(totals > 0, first * totals, second * totals)
        ends.append(np.where(totals == 0, 0.0, each).sum(axis=1))
    return np.column_stack(ends)


def _combination(parts: Floats) -> str:
    """How a target is made of others, from how much of each it is."""
    parts = parts[parts != 0]
    if (parts == 1).all():
        return "sum" if len(parts) > 1 else "same"
    has_one_whole = (parts == 1).sum() == 1 and (parts == -1).sum() == len(parts) - 1
    return "rest" if has_one_whole else "implied"


def _plain(parts: Floats) -> Floats:
    """Factors without what a solver's rounding adds."""
    return np.round(parts, PLACES)


class _Programme:
    """Ratios of new to old weight, one for each kind of household, between bounds.

    `shares` (targets, kinds) and `goal` (targets,) are relative to `scale`; `factor` has the same
    linear relations between targets as `shares`, in as many rows as there are targets.
    """

    def __init__(self, shares: Floats, goal: Floats, scale: Floats, bounds: Range):
        from scipy.sparse import csr_array

        self.shares, self.goal, self.scale = csr_array(shares), goal, scale
        self.bounds = bounds
        self.factor: Floats = np.asarray(np.linalg.qr(shares.T, mode="r"))

    def disagreeing(self, rest: Sequence[int]) -> list[int]:
        """Of targets that are combinations of each other, those to let go so that the others
        agree: one by one the one that mends most; where several do, the one that moves least.
        """
        from scipy.linalg import null_space

        # Each column is a combination of the targets that is nothing for every household.
        ties = null_space(self.factor[:, rest], rcond=REACHED)
        wrong = self.goal[rest] @ ties

        def mended(members: list[int]) -> tuple[float, float]:
            """What stays wrong when these may move, and how far the last of them does."""
            moves = np.linalg.lstsq(ties[members].T, wrong, rcond=None)[0]
            left = np.abs(wrong - moves @ ties[members]).max(initial=0)
            return float(np.floor(left / REACHED)), float(np.abs(moves[-1:]).sum())

        gone: list[int] = []
        while mended(gone)[0] and len(gone) < len(rest):
            others = [k for k in range(len(rest)) if k not in gone]
            gone.append(min(others, key=lambda k: mended([*gone, k])))
        for one in gone if len(gone) > 1 else []:
            without = [k for k in gone if k != one]
            gone = gone if mended(without)[0] else without
        return [rest[k] for k in gone]

    def out_of_bounds(self, rest: Sequence[int]) -> list[int]:
        """Of targets that agree and each can be met, those that have to go for the others."""
        missing, _ = self._least([], rest)
        gone = [rest[k] for k in np.argsort(np.abs(missing)) if abs(missing[k]) > REACHED]
        for one in gone if len(gone) > 1 else []:
            without = [k for k in gone if k != one]
            gone = without if self.can_meet([k for k in rest if k not in without]) else gone
        return gone

    def can_meet(self, some: Sequence[int]) -> bool:
        """Whether some of the targets can be met together."""
        missing, _ = self._least([], some)
        return bool(np.abs(missing).max(initial=0) <= REACHED)

    def made_of(self, target: int, kept: Sequence[int]) -> Floats | None:
        """How much of each kept target a target is, at its simplest; None if it is no combination
        of them.
        """
        from scipy.optimize import linprog

        parts, relative = self.factor[:, kept], self.scale[target] / self.scale[kept]
        found = linprog(
            np.tile(relative, 2),
            A_eq=np.hstack([parts, -parts]),
            b_eq=self.factor[:, target],
        )
        if found.x is None:
            return None
        return _plain((found.x[: len(kept)] - found.x[len(kept) :]) * relative)

    def nearest(self, target: int, kept: Sequence[int]) -> tuple[float, Floats]:
        """The total of a target nearest to it while the kept ones are met; and how much more of it
        there would be for more of each kept one.
        """
        missing, prices = self._least(kept, [target])
        prices = -prices[:-1] / (prices[-1] or 1.0) * self.scale[target] / self.scale[kept]
        return float(self.goal[target] - missing[0]) * float(self.scale[target]), _plain(prices)

    def _least(self, kept: Sequence[int], priced: Sequence[int]) -> tuple[Floats, Floats]:
        """What the `priced` targets miss (target less total, relative) where that is least in sum
        and the `kept` ones are met; and the price of each, kept ones first.
        """
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, hstack

        rows, kinds, n = [*kept, *priced], self.shares.shape[1], len(priced)
        if not priced:
            return np.zeros(0), np.zeros(len(kept))
        slack = csr_array(np.eye(len(rows))[:, len(kept) :])
        found = linprog(
            np.append(np.zeros(kinds), np.ones(2 * n)),
            A_eq=hstack([self.shares[rows], slack, -slack]).tocsr(),
            b_eq=self.goal[rows],
            bounds=np.array([self.bounds] * kinds + [(0.0, np.inf)] * (2 * n)),
            options={"presolve": False},  # takes longer than it saves
        )
        if found.x is None:  # the kept targets can be met, but not to the last bit
            return np.full(n, np.nan), np.zeros(len(rows))
        return found.x[kinds : kinds + n] - found.x[kinds + n :], found.eqlin.marginals


def refuse(
    told: Sequence[Told],
    design: Floats,
    held: Floats,
    wanted: Floats,
    bounds: Range,
    reached: Floats,
) -> NoReturn:
    """Raise JZ-E052, once for each target that has to give way.

    `design`, `held`: weights and auxiliaries (targets, units) in an order in which units alike lie
    together; `reached`: (targets,) totals as near as the weights came.
    """
    starts = alike(held)
    mass = np.add.reduceat(design, starts) if len(starts) else np.zeros(0)
    found = unmet(held[:, starts] * mass, wanted, bounds)
    if not found:
        far = np.abs(reached - wanted) / np.where(wanted != 0, np.abs(wanted), 1.0)
        worst = int(np.argmax(far))
        found = (Unmet(worst, "edge", (0.0, 0.0), float(reached[worst])),)
    problems = Problems()
    before = held @ design
    for each in found:
        k = each.target
        values = _wording(each, told, float(wanted[k]), bounds, float(before[k]))
        problems.add("JZ-E052", "calibrate", **values)
    raise JZError(problems)


def _wording(
    each: Unmet, told: Sequence[Told], goal: float, bounds: Range, before: float
) -> dict[str, str]:
    """Target, reason and advice as a reader sees them."""
    own = told[each.target]
    side = "least" if each.nearest > goal else "most"
    values = {
        "within": _within(bounds),
        "low": own.show(each.alone[0], unit=not np.isfinite(each.alone[1])),
        "high": own.show(each.alone[1]),
        "nearest": own.show(each.nearest),
        "partners": _named([told[k] for k in each.partners]),
        "whole": _named([told[k] for k in each.partners[:1]]),
        "others": _named([told[k] for k in each.partners[1:]]),
        "side": text(f"unmet.{side}"),
    }
    reason, advice = text(f"unmet.{each.kind}", **values), text(f"unmet.{each.kind}.fix", **values)
    if each.kind == "alone" and each.partners:
        reason += text("unmet.also", **values)
    is_simple = goal > 0 < before and each.alone[0] >= 0 and np.isfinite(bounds).all()
    if each.kind == "alone" and is_simple:
        ratio = goal / before * WIDEN if side == "most" else goal / before / WIDEN
        advice += text(
            f"unmet.widen.{side}", ratio=f"{ratio:,.2f}" if ratio > 1 else f"{ratio:.2g}"
        )
    return {"name": own.title, "target": own.show(goal), "reason": reason, "advice": advice}


def _named(told: Sequence[Told]) -> str:
    shown = [text("unmet.quoted", name=each.title) for each in told[:NAMED]]
    joined = text("unmet.and").join(shown)
    return joined if len(told) <= NAMED else text("unmet.more", names=joined, n=len(told))


def _within(bounds: Range) -> str:
    """The bounds of the ratio in words."""
    ends = [f"{bound:.4f}".rstrip("0").rstrip(".") for bound in bounds]
    known = "both" if np.isfinite(bounds[1]) else "low" if np.isfinite(bounds[0]) else "none"
    return text(f"unmet.within.{known}", low=ends[0], high=ends[1])
