"""The population on its slopes: what each household loses of the next yuan its earner makes.

Same definition as for one family (docs/en/definitions/emtr.md): the main earner of each household
earns `step` more, everything else stays. Asked are the households with an able-bodied adult.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.groups import groups, household
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.outlook.earnings.net_income import (
    NEEDED,
    main_earner,
    marginal_rate,
    net_income,
    some_of,
)
from jiuzhu_sim.outlook.earnings.schedule import STEP, Floats
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import HALF_FEN

BANDS = ("negative", "zero", "to_20", "to_40", "to_60", "to_80", "to_100", "above")
"""Of the marginal rate; a band holds its upper end."""

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Upper ends of ``zero`` and the bands after it, but for the last."""

SIDES = ("below", "above")
SIGNS = ("layer_hh", "n_recipients_hh", "payment_status_hh", "tier_hh", "support_class_hh")
"""What turns at a threshold of the law."""

WATCHED = tuple(dict.fromkeys((*NEEDED, *SIGNS, "grace_benefit_m_hh")))

HOUSEHOLDS = Statistic("households", "households", additive=True)
PERSONS = Statistic("persons", "persons", additive=True)


@dataclass(frozen=True)
class Slopes:
    """Marginal rates of the households of some people, in the order of the tables.

    `emtr`: NaN for households without an able-bodied adult, who are not `asked`. `steep`: the rate
    is above 100 %. `base`, `raised`: results before and after the step. Tables: ``slopes`` (by
    band), ``steep`` (by area and layer), ``near_cliff`` (within a step below or above a cliff).
    """

    base: Results
    raised: Results
    earner: NDArray[np.int64]
    asked: NDArray[np.bool_]
    emtr: Floats
    steep: NDArray[np.bool_]
    tables: Mapping[str, Table]


def slopes(
    people: People,
    policy: Policy,
    *,
    step: float = STEP,
    weight: str = "weight",
    with_addons: bool = False,
) -> Slopes:
    """Marginal rates over the next `step` yuan a month, and who stands at a cliff.

    Raises JZ-E032 for a step that is none, and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> made = slopes(people, jz.load_policy("example-county"))
    >>> bool(made.tables["slopes"].get("households", "total") <= people["weight"].sum())
    True
    """
    if not (np.isfinite(step) and step > 0):
        expected = text("family.expected.step")
        raise JZError.of("JZ-E032", name="step", value=step, expected=expected)
    base = simulate(people, policy, WATCHED)
    earner, asked = main_earner(base)
    raised = simulate(_earning(people, earner, asked, step), policy, WATCHED)
    net, after = (net_income(each, with_addons=with_addons) for each in (base, raised))
    emtr = np.where(asked, marginal_rate(net, after, step), np.nan)
    is_steep = steep(emtr, step)
    fields = {"policy": policy.title, "step": f"{step:g}"}
    wage = people.numbers("wage_m")[earner]
    back = np.floor(np.minimum(wage, step))
    ahead = np.full(people.households, max(np.floor(step), 1.0))
    losses = {
        "below": _loss(people, policy, earner, asked, wage, ahead, with_addons),
        "above": _loss(people, policy, earner, asked, wage - back, back, with_addons),
    }
    tables = {
        "slopes": _by_band(base, emtr, asked, step, weight, fields),
        "steep": _by_layer(base, asked, is_steep, weight, fields),
        "near_cliff": _by_side(base, losses, weight, fields),
    }
    if people.is_complete:
        tables = {name: table.of_all() for name, table in tables.items()}
    return Slopes(base, raised, earner, asked, emtr, is_steep, MappingProxyType(tables))


def steep(emtr: Floats, step: float) -> NDArray[np.bool_]:
    """Whether a rate is above 100 %: over the step the family loses half a fen at least.

    >>> steep(np.array([1.0, 1.01, np.nan]), 50.0).tolist()
    [False, True, False]
    """
    return np.asarray(emtr > 1 + HALF_FEN / step)


def _earning(
    people: People, earner: NDArray[np.int64], who: NDArray[np.bool_], more: float
) -> People:
    """The people with more wage for the earners of some households."""
    wage = people.numbers("wage_m").copy()
    wage[earner[who]] += more
    return people.with_columns({"wage_m": wage})


def band_of(emtr: Floats, step: float) -> NDArray[np.int64]:
    """The band of each rate, as a place in `BANDS`; a fen over the step is no difference.

    >>> [BANDS[k] for k in band_of(np.array([-0.1, 0.0, 0.2, 0.7, 1.0, 5.0]), 50.0)]
    ['negative', 'zero', 'to_20', 'to_80', 'to_100', 'above']
    """
    tolerance = HALF_FEN / step
    edges = np.array([-2 * tolerance, *EDGES]) + tolerance
    return np.searchsorted(edges, emtr, side="left")


def _by_band(
    base: Results,
    emtr: Floats,
    asked: NDArray[np.bool_],
    step: float,
    weight: str,
    fields: Mapping[str, str],
) -> Table:
    band = band_of(np.nan_to_num(emtr), step)
    sums = Sums(
        household(base, weight),
        band,
        len(BANDS),
        base.people.auxiliaries,
        one=asked.astype(np.float64),
        persons=asked * household(base, "n_members_hh"),
    )
    parts = (sums.total("one"), sums.total("persons"), sums.share("one"))
    values, low, high = stack(parts)
    counted = np.bincount(band[asked], minlength=len(BANDS))
    return Table(
        name="slopes",
        dims=("emtr_band",),
        rows=(*((name,) for name in BANDS), (TOTAL,)),
        statistics=(HOUSEHOLDS, PERSONS, Statistic("share", "share", additive=True)),
        values=values,
        low=low,
        high=high,
        n=np.append(counted, counted.sum()),
        per="household",
        notes=("note.emtr", "note.slopes_asked", INTERVAL_NOTE),
        fields=fields,
    )


def _by_layer(
    base: Results,
    asked: NDArray[np.bool_],
    is_steep: NDArray[np.bool_],
    weight: str,
    fields: Mapping[str, str],
) -> Table:
    group = groups(base, ("area", "layer_hh"))
    sums = Sums(
        household(base, weight),
        group.index,
        group.n,
        base.people.auxiliaries,
        asked=asked.astype(np.float64),
        steep=is_steep.astype(np.float64),
        persons=is_steep * household(base, "n_members_hh"),
    )
    values, low, high = stack(
        (
            sums.total("asked"),
            sums.total("steep"),
            sums.total("persons"),
            sums.ratio("steep", "asked"),
        )
    )
    # Behind a row stand those it tells of: few of them must not be shown, however many are asked.
    counted = np.bincount(group.index, is_steep, group.n).astype(np.int64)
    return Table(
        name="steep",
        dims=group.dims,
        rows=(*group.rows, (TOTAL, TOTAL)),
        statistics=(
            Statistic("asked", "households", additive=True),
            Statistic("steep", "households", additive=True),
            Statistic("steep_persons", "persons", additive=True),
            Statistic("steep_rate", "share"),
        ),
        values=values,
        low=low,
        high=high,
        n=np.append(counted, counted.sum()),
        per="household",
        notes=("note.emtr", "note.slopes_asked", INTERVAL_NOTE),
        fields=fields,
    )


def _loss(
    people: People,
    policy: Policy,
    earner: NDArray[np.int64],
    asked: NDArray[np.bool_],
    start: Floats,
    yuan: Floats,
    with_addons: bool,
) -> Floats:
    """Net income lost at a cliff between the earnings `start` and so many `yuan` more, both one
    value a household; 0 without one.

    Where the status of the household (`SIGNS`) differs between the two ends, the yuan at which it
    turns is found by halving, for all such households at once; a cliff it is if net income falls
    with that yuan. Of several turns within the range, one is found.
    """
    ends = [_turned(people, policy, earner, wage) for wage in (start, start + yuan)]
    moved = asked & np.any([a != b for a, b in zip(*map(_signs, ends), strict=True)], axis=0)
    loss = np.zeros(people.households)
    if not moved.any():
        return loss
    some, base = some_of(people, moved), [sign[moved] for sign in _signs(ends[0])]
    own, first = main_earner(simulate(some, policy, NEEDED))[0], start[moved]
    low, high = np.zeros(len(first)), yuan[moved].copy()
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        found = _signs(_turned(some, policy, own, first + middle))
        is_same = np.all([a == b for a, b in zip(base, found, strict=True)], axis=0)
        low, high = np.where(is_same, middle, low), np.where(is_same, high, middle)
    net = [
        net_income(_turned(some, policy, own, first + k), with_addons=with_addons)
        for k in (low, low + 1)
    ]
    loss[moved] = net[0] - net[1]
    return np.where(loss > HALF_FEN, loss, 0)


def _turned(people: People, policy: Policy, earner: NDArray[np.int64], earnings: Floats) -> Results:
    """Results of the people with these wages for their earners."""
    wage = people.numbers("wage_m").copy()
    wage[earner] = earnings
    return simulate(people.with_columns({"wage_m": wage}), policy, WATCHED)


def _signs(results: Results) -> list[NDArray[np.int64]]:
    return [results.numbers(name) for name in SIGNS]


def _by_side(
    base: Results, losses: Mapping[str, Floats], weight: str, fields: Mapping[str, str]
) -> Table:
    parts, counted = [], []
    for side in SIDES:
        near = (losses[side] > 0).astype(np.float64)
        sums = Sums(
            household(base, weight),
            auxiliaries=base.people.auxiliaries,
            near=near,
            persons=near * household(base, "n_members_hh"),
            loss=losses[side],
        )
        parts.append(stack((sums.total("near"), sums.total("persons"), sums.ratio("loss", "near"))))
        counted.append(int(near.sum()))
    values, low, high = (np.vstack(part) for part in zip(*parts, strict=True))
    return Table(
        name="near_cliff",
        dims=("side",),
        rows=tuple((side,) for side in SIDES),
        statistics=(HOUSEHOLDS, PERSONS, Statistic("mean_loss_m", "yuan/month")),
        values=values,
        low=low,
        high=high,
        n=np.array(counted),
        per="household",
        notes=("note.near_cliff", "note.slopes_asked", INTERVAL_NOTE),
        fields=fields,
        disjoint=False,
    )
