"""Two policies side by side: winners and losers, and the gain by decile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.exact import exact_sum
from jiuzhu_sim.measures.groups import Groups, household
from jiuzhu_sim.measures.histogram import EDGE, in_bins
from jiuzhu_sim.measures.intervals import Floats, Sums, groups_only, times
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.measures.tally import Counts, Rows
from jiuzhu_sim.measures.welfare import heads, income_after, ranking, rounded
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

DECILES = 10
TENTH_ROWS = tuple((str(number + 1),) for number in range(DECILES))
LARGE = 0.05
"""A change of more than this share of income after assistance is large."""

BANDS = ("gain_large", "gain_small", "none", "loss_small", "loss_large")


def _same_people(base: Results, new: Results) -> None:
    if base.people is not new.people:
        raise JZError.of("JZ-E030")


def _weights(base: Results, weight: str, per: str) -> Floats:
    """Household weights, or times members when persons are counted."""
    if per not in ("household", "person"):
        raise JZError.of("JZ-E032", name="per", value=per, expected="household / person")
    weights = household(base, weight)
    return weights * household(base, "n_members_hh") if per == "person" else weights


def winners_losers(base: Results, new: Results, *, weight: str, per: str) -> Table:
    """How many gain and lose from `base` to `new`, in five bands of relative change.

    `weight`: a household column. `per`: count ``household`` or ``person``. A change below half a
    fen a household is none. Bands by the change of income after assistance per capita, large above
    5 % (or from nothing). Raises JZ-E030 when the results are not of the same people, JZ-E032 for
    another `per`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> base = jz.simulate(people, policy)
    >>> jz.winners_losers(base, base, weight="weight", per="person").get("share", "none")
    1.0
    """
    counted = band_sums(base, new, weight=weight, per=per)
    if per == "household":
        return bands_table(counted, counted, per=per)
    return bands_table(counted, band_sums(base, new, weight=weight, per="household"), per=per)


def band_sums(base: Results, new: Results, *, weight: str, per: str) -> Rows:
    """What `bands_table` adds up, by every one of `BANDS`: those counted, and the gain.

    The gain is a household's: it may only be read off sums per household.
    """
    _same_people(base, new)
    weights = _weights(base, weight, per)
    gain = household(new, "benefit_m_hh") - household(base, "benefit_m_hh")
    before, after = income_after(base), income_after(new)
    large = np.abs(after - before) > LARGE * before
    gained, lost = gain > HALF_FEN, gain < -HALF_FEN
    band = np.select([gained & large, gained, lost & large, lost], [0, 1, 4, 3], default=2).astype(
        np.int8
    )
    return Rows(
        base,
        Groups(("band",), tuple((name,) for name in BANDS), band),
        None,
        weights,
        {"base": base.policy.label, "new": new.policy.label},
        _per_weight(base, per),
        one=np.ones(len(gain)),
        gain=gain,
    )


def bands_table(counted: Counts, money: Counts, *, per: str) -> Table:
    """The table of `winners_losers`: those counted from `counted`, the gain from `money`, whose
    weights count households. Of households in memory or merged.
    """
    per_person = per == "person"
    values, low, high = stack(
        (counted.total("one"), counted.share("one"), times(money.total("gain"), MONTHS))
    )
    return Table(
        name="winners_losers",
        dims=("band",),
        rows=(*counted.rows, (TOTAL,)),
        statistics=(
            Statistic(
                "persons" if per_person else "households",
                "persons" if per_person else "households",
                additive=True,
            ),
            Statistic("share", "share", additive=True),
            Statistic("change_y", "yuan/year", additive=True),
        ),
        values=values,
        low=low,
        high=high,
        n=np.append(counted.counted, counted.households),
        per=per,
        notes=("note.bands", INTERVAL_NOTE),
        fields=counted.fields,
    )


def losers_by_layer(base: Results, new: Results, *, weight: str) -> Table | None:
    """The households that lose, by the layer they come from and go to; None if nobody loses.

    It tells why somebody loses though a standard rises: a person included singly has the full
    standard, a dibao household only the difference.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> losers_by_layer(results, results, weight="weight") is None
    True
    """
    _same_people(base, new)
    change = household(new, "benefit_m_hh") - household(base, "benefit_m_hh")
    loses = change < -HALF_FEN
    if not loses.any():
        return None
    codes = list(column("layer_hh").codes or {})
    index = base.numbers("layer_hh") * len(codes) + new.numbers("layer_hh")
    weights, n = household(base, weight), len(codes) ** 2
    members = household(base, "n_members_hh")
    auxiliaries = base.people.auxiliaries
    sums = Sums(
        weights, index, n, auxiliaries, loses=loses, persons=loses * members, change=loses * change
    )
    parts = [sums.total("loses"), sums.total("persons"), times(sums.total("change"), MONTHS)]
    counted = np.bincount(index[loses], minlength=n)
    seen = counted > 0
    values, low, high = (part[:-1][seen] for part in stack(parts))
    return Table(
        name="losers",
        dims=("layer_before", "layer_after"),
        rows=tuple((codes[k // len(codes)], codes[k % len(codes)]) for k in np.flatnonzero(seen)),
        statistics=(
            Statistic("households", "households", additive=True),
            Statistic("persons", "persons", additive=True),
            Statistic("change_y", "yuan/year", additive=True),
        ),
        values=values,
        low=low,
        high=high,
        n=counted[seen],
        per="household",
        notes=("note.losers", INTERVAL_NOTE),
        fields={"base": base.policy.title, "new": new.policy.title},
        names=column("layer_hh").codes,
    )


def _per_weight(base: Results, per: str) -> dict[str, Floats]:
    """Calibration columns for weights that count households, or persons."""
    if per == "household":
        return dict(base.people.auxiliaries)
    members = heads(base)
    return {name: values / members for name, values in base.people.auxiliaries.items()}


def decile_of(income: Floats, weight: Floats) -> NDArray[np.int64]:
    """The decile (0–9) of each household's income by weight; ties go to the lower decile.

    A household belongs to the decile in which the first person of its income stands.

    >>> decile_of(np.arange(10.0), np.ones(10)).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    place, bins = in_bins(rounded(income))
    persons = exact_sum(weight, place, len(bins))
    upto = np.cumsum(persons)
    if not upto.size or upto[-1] <= 0:
        raise JZError.of("JZ-E032", name="weight", value=0, expected="> 0")
    first = upto - persons
    tenth = _tenth(first / upto[-1])
    found = tenth[place]
    # Only where an edge falls into a bin of incomes does the order within it matter.
    some = np.flatnonzero((tenth != _tenth(upto / upto[-1]))[place])
    ranked = ranking(income[some])
    counted = ranked.by_level(weight[some])
    of_bin = place[some][ranked.order][ranked.start]
    lower = np.cumsum(counted) - counted
    before = first[of_bin] + lower - lower[np.searchsorted(of_bin, of_bin)]
    found[some[ranked.order]] = ranked.each(_tenth(before / upto[-1]))
    return found


def _tenth(share: Floats) -> NDArray[np.int64]:
    """The decile in which somebody stands who has a share of the persons before them."""
    return np.minimum(np.floor(share * DECILES + EDGE).astype(np.int64), DECILES - 1)


def deciles(base: Results, new: Results, *, weight: str, per: str) -> Table:
    """Mean gain and share gaining by decile of baseline counted income per capita.

    `base`, `new`: results on the same people (else JZ-E030). `weight`: a household column. `per`:
    whose deciles, ``person`` (weight × members) or ``household``, else JZ-E032. Gain: yuan a month
    per person (or household) of the decile. See docs/en/definitions/deciles.md.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> base = jz.simulate(people, policy)
    >>> jz.deciles(base, base, weight="weight", per="person").get("mean_gain_m", "1")
    0.0
    """
    _same_people(base, new)
    weights = _weights(base, weight, per)
    income = household(base, "counted_income_pc_m_hh")
    one = np.ones(len(income))
    sums = Rows(
        base,
        Groups(("decile",), TENTH_ROWS, decile_of(income, weights)),
        one,
        weights,
        {"base": base.policy.label, "new": new.policy.label},
        _per_weight(base, per),
        one=one,
        income=income,
        **gains(base, new, per=per),
    )
    return deciles_table(sums, per=per)


def gains(base: Results, new: Results, *, per: str) -> dict[str, NDArray[Any]]:
    """The change of benefit, per person or household, and who gains and loses: (households,)."""
    gain = household(new, "benefit_m_hh") - household(base, "benefit_m_hh")
    each = gain / heads(base) if per == "person" else gain
    return {"gain": each, "gained": gain > HALF_FEN, "lost": gain < -HALF_FEN}


def deciles_table(sums: Counts, *, per: str) -> Table:
    """The table of `deciles`, of households in memory or merged."""
    parts = [groups_only(sums.ratio(y, "one")) for y in ("income", "gain", "gained", "lost")]
    values, low, high = stack(parts)
    unit = "yuan/person-month" if per == "person" else "yuan/month"
    return Table(
        name="deciles",
        dims=("decile",),
        rows=sums.rows,
        statistics=(
            Statistic("income_pc_m", "yuan/person-month"),
            Statistic("mean_gain_m", unit),
            Statistic("share_gaining", "share"),
            Statistic("share_losing", "share"),
        ),
        values=values,
        low=low,
        high=high,
        n=sums.counted,
        per=per,
        notes=("note.deciles", INTERVAL_NOTE),
        fields=sums.fields,
    )
