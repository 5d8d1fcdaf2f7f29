"""Who receives and what it costs: recipients and cost by area, township, category."""

from collections.abc import Iterable

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.groups import Groups, groups, household
from jiuzhu_sim.measures.intervals import Sums, times
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.measures.tally import Counts, Rows
from jiuzhu_sim.rules.kit import MONTHS

CASELOAD = (
    Statistic("households", "households", additive=True),
    Statistic("persons", "persons", additive=True),
    Statistic("cost_y", "yuan/year", additive=True),
    Statistic("mean_benefit_m", "yuan/person-month"),
)


def caseload(results: Results, by: Iterable[str] = ("area",), *, weight: str) -> Table:
    """Recipient households and persons, annual cost and mean benefit by group, with a total.

    `results`: of `simulate`. `by`: any of area, township, category_hh, layer_hh. `weight`: a
    household column. Cost in yuan a year, mean benefit in yuan a person and month. Recipients
    are all members of dibao households and the included persons of edge households; cost is
    benefit × 12 (definition: docs/en/definitions/caseload.md). Intervals: 95 %, see `intervals`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> [statistic.name for statistic in jz.caseload(results, weight="weight").statistics]
    ['households', 'persons', 'cost_y', 'mean_benefit_m']
    """
    return caseload_table(caseload_sums(results, by, weight=weight))


def caseload_sums(results: Results, by: Iterable[str], *, weight: str) -> Rows:
    """What `caseload_table` adds up: recipient households, persons and benefit by group."""
    recipients = household(results, "n_recipients_hh")
    receives = recipients > 0
    return Rows(
        results,
        groups(results, by),
        receives,
        weight,
        receives=receives,
        recipients=recipients,
        benefit=household(results, "benefit_m_hh"),
    )


def caseload_table(sums: Counts) -> Table:
    """The table of `caseload`, of households in memory or merged."""
    values, low, high = stack(
        (
            sums.total("receives"),
            sums.total("recipients"),
            times(sums.total("benefit"), MONTHS),
            sums.ratio("benefit", "recipients"),
        )
    )
    n = np.append(sums.counted, sums.counted.sum()) if sums.dims else sums.counted
    return Table(
        name="caseload",
        dims=sums.dims or ("all",),
        rows=(*sums.rows, (TOTAL,) * max(len(sums.dims), 1)),
        statistics=CASELOAD,
        values=values,
        low=low,
        high=high,
        n=n,
        per="household",
        notes=(INTERVAL_NOTE,),
        fields=sums.fields,
    )


def by_layer(results: Results, *, weight: str) -> Table:
    """Households and persons in each layer, those who receive, and the cost of the year.

    Households in no layer are left out unless they receive (gradual exit). Cost is benefit × 12.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> [row[0] for row in by_layer(results, weight="weight").rows]
    ['dibao', 'edge', 'total']
    """
    return layers_table(layers_sums(results, weight=weight))


def layers_sums(results: Results, *, weight: str) -> Rows:
    """What `layers_table` adds up, by every layer there is."""
    names = list(column("layer_hh").codes or {})
    layer, recipients = results.numbers("layer_hh"), household(results, "n_recipients_hh")
    stands = (layer != names.index("none")) | (recipients > 0)
    return Rows(
        results,
        Groups(("layer_hh",), tuple((name,) for name in names), layer),
        stands,
        weight,
        stands=stands,
        members=stands * household(results, "n_members_hh"),
        recipients=recipients,
        benefit=household(results, "benefit_m_hh"),
    )


def layers_table(sums: Counts) -> Table:
    """The table of `by_layer`, of households in memory or merged."""
    seen = np.append(sums.counted > 0, True)
    totals = [sums.total(name) for name in ("stands", "members", "recipients")]
    values, low, high = (
        part[seen] for part in stack((*totals, times(sums.total("benefit"), MONTHS)))
    )
    return Table(
        name="layers",
        dims=("layer_hh",),
        rows=(*(sums.rows[k] for k in np.flatnonzero(sums.counted)), (TOTAL,)),
        statistics=(
            CASELOAD[0],
            CASELOAD[1],
            Statistic("recipients", "persons", additive=True),
            CASELOAD[2],
        ),
        values=values,
        low=low,
        high=high,
        n=np.append(sums.counted, sums.counted.sum())[seen],
        per="household",
        notes=(INTERVAL_NOTE,),
        fields=sums.fields,
    )


def budget_gap(
    results: Results, appropriation: float, *, weight: str, area: str | None = None
) -> Table:
    """The year's need against an appropriation: need, appropriation, gap, need / appropriation.

    `results`: of `simulate`; `weight`: a household column. `appropriation`: yuan a year, not
    negative (JZ-E032). `area`: only ``urban`` or ``rural``. A positive gap is money short
    (definition: docs/en/definitions/budget_gap.md).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> table = jz.budget_gap(jz.simulate(people, policy), 0, weight="weight")
    >>> table.get("gap_y", "total") == table.get("need_y", "total")
    True
    """
    if not (np.isfinite(appropriation) and appropriation >= 0):
        raise JZError.of("JZ-E032", name="appropriation", value=appropriation, expected="≥ 0")
    known = column("area").codes or {}
    if area is not None and area not in known:
        raise JZError.of("JZ-E032", name="area", value=area, expected=" / ".join(known))
    benefit = household(results, "benefit_m_hh")
    if area is not None:
        benefit = benefit * (results["area"] == area)
    weights, auxiliaries = household(results, weight), results.people.auxiliaries
    sums = Sums(weights, auxiliaries=auxiliaries, benefit=benefit)
    need, low, high = times(sums.total("benefit"), MONTHS)
    given = np.array([appropriation])
    rate = appropriation if appropriation > 0 else np.nan
    values, lows, highs = stack(
        [
            (need, low, high),
            (given, given * np.nan, given * np.nan),
            (need - given, low - given, high - given),
            (need / rate, low / rate, high / rate),
        ]
    )
    return Table(
        name="budget_gap",
        dims=("area",),
        rows=((area or TOTAL,),),
        statistics=(
            Statistic("need_y", "yuan/year"),
            Statistic("appropriation_y", "yuan/year"),
            Statistic("gap_y", "yuan/year"),
            Statistic("need_rate", "share"),
        ),
        values=values,
        low=lows,
        high=highs,
        n=np.array([np.count_nonzero(benefit)]),
        per="household",
        notes=("note.gap", INTERVAL_NOTE),
        fields={"policy": results.policy.title},
    )
