"""Who stands behind a change of cost, an overlap, or a form of payment."""

from typing import Any

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.groups import Groups, household
from jiuzhu_sim.measures.intervals import Sums, times
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.measures.tally import Counts, Rows
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

ORIGINS = ("existing", "new", "leaving", "neither")
AGAINST = ("above", "exact", "below")
POOR = ("registered", "not_registered")

HOUSEHOLDS = Statistic("households", "households", additive=True)
PERSONS = Statistic("persons", "persons", additive=True)


def split_by_recipient(base: Results, new: Results, *, weight: str) -> Table:
    """The change of cost split into existing, new and leaving recipients.

    Existing: recipients under both policies; new: only under the second; leaving: only under the
    first. Cost is benefit × 12. Raises JZ-E030 when the results are not of the same people.

    Source: the split asked for when a standard is raised and coverage widened (S3.10.2).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> base = jz.simulate(people, jz.load_policy("example-county"))
    >>> split_by_recipient(base, base, weight="weight").get("change_y", "total")
    0.0
    """
    return split_table(split_sums(base, new, weight=weight))


def split_sums(base: Results, new: Results, *, weight: str) -> Rows:
    """What `split_table` adds up, by every one of `ORIGINS`."""
    if base.people is not new.people:
        raise JZError.of("JZ-E030")
    before, after = household(base, "n_recipients_hh"), household(new, "n_recipients_hh")
    old, now = household(base, "benefit_m_hh"), household(new, "benefit_m_hh")
    cases = [(before > 0) & (after > 0), after > 0, before > 0]
    origin = np.select(cases, [0, 1, 2], default=3).astype(np.int8)
    return Rows(
        base,
        Groups(("origin",), tuple((name,) for name in ORIGINS), origin),
        None,
        weight,
        {"base": base.policy.label, "new": new.policy.label},
        touched=(before > 0) | (after > 0),
        persons=np.maximum(before, after),
        old=old,
        now=now,
        change=now - old,
    )


def split_table(sums: Counts) -> Table:
    """The table of `split_by_recipient`, of households in memory or merged."""
    values, low, high = stack(
        (
            sums.total("touched"),
            sums.total("persons"),
            times(sums.total("old"), MONTHS),
            times(sums.total("now"), MONTHS),
            times(sums.total("change"), MONTHS),
        )
    )
    shown = [0, 1, 2, len(ORIGINS)]  # those who are recipients under neither have no cost
    return Table(
        name="split",
        dims=("origin",),
        rows=(*sums.rows[:3], (TOTAL,)),
        statistics=(
            HOUSEHOLDS,
            PERSONS,
            Statistic("cost_y.base", "yuan/year", additive=True),
            Statistic("cost_y.new", "yuan/year", additive=True),
            Statistic("change_y", "yuan/year", additive=True),
        ),
        values=values[shown],
        low=low[shown],
        high=high[shown],
        n=np.append(sums.counted[:3], sums.counted[:3].sum()),
        per="household",
        notes=("note.split", INTERVAL_NOTE),
        fields=sums.fields,
    )


def against_gap(results: Results, *, weight: str) -> Table:
    """Dibao households paid above, at or below their exact difference, and the money.

    `results` must hold ``over_gap_m_hh`` (ask for it in `simulate`), which lists the same for
    each household. Source: tiers are to be corrected to the difference (S3.11.10).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> names = ("layer_hh", "n_recipients_hh", "over_gap_m_hh")
    >>> results = jz.simulate(people, jz.load_policy("example-county"), names)
    >>> against_gap(results, weight="weight").get("over_y", "below")
    0.0
    """
    over = household(results, "over_gap_m_hh")
    is_dibao = results["layer_hh"] == "dibao"
    group = np.select([over > HALF_FEN, over < -HALF_FEN], [0, 2], default=1).astype(np.int8)
    sums = Sums(
        household(results, weight),
        group,
        len(AGAINST),
        results.people.auxiliaries,
        dibao=is_dibao.astype(np.float64),
        persons=is_dibao * household(results, "n_recipients_hh"),
        over=over,
    )
    values, low, high = stack(
        (sums.total("dibao"), sums.total("persons"), times(sums.total("over"), MONTHS))
    )
    counted = np.bincount(group[is_dibao], minlength=len(AGAINST))
    return Table(
        name="against_gap",
        dims=("against",),
        rows=(*((name,) for name in AGAINST), (TOTAL,)),
        statistics=(HOUSEHOLDS, PERSONS, Statistic("over_y", "yuan/year", additive=True)),
        values=values,
        low=low,
        high=high,
        n=np.append(counted, counted.sum()),
        per="household",
        notes=(INTERVAL_NOTE,),
        fields={"policy": results.policy.title},
    )


def overlap(results: Results, *, weight: str) -> Table:
    """Layers by registered-poor status: where the ledgers meet, and where they do not.

    The people must have ``is_registered_poor`` (JZ-E011). Source: S1.9.2, S3.11.14.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> table = overlap(jz.simulate(people, jz.load_policy("national")), weight="weight")
    >>> table.dims
    ('layer_hh', 'registered')
    """
    layers = list(column("layer_hh").codes or {})
    index = results.numbers("layer_hh") * 2 + ~results.people["is_registered_poor"]
    n = 2 * len(layers)
    sums = Sums(
        household(results, weight),
        index.astype(np.int8),
        n,
        results.people.auxiliaries,
        one=np.ones(len(index)),
        persons=household(results, "n_members_hh"),
    )
    counted = np.bincount(index, minlength=n)
    seen = np.append(counted > 0, True)
    values, low, high = (part[seen] for part in stack((sums.total("one"), sums.total("persons"))))
    rows = [(layers[k // 2], POOR[k % 2]) for k in np.flatnonzero(counted)]
    return Table(
        name="overlap",
        dims=("layer_hh", "registered"),
        rows=(*rows, (TOTAL, TOTAL)),
        statistics=(HOUSEHOLDS, PERSONS),
        values=values,
        low=low,
        high=high,
        n=np.append(counted, counted.sum())[seen],
        per="household",
        notes=(INTERVAL_NOTE,),
        fields={"policy": results.policy.title},
    )


def unmatched_poor(results: Results) -> Any:
    """Registered-poor households that qualify for tekun or dibao and are not in dibao now.

    A pandas table, one row a household: id, layer, benefit a month. `results` must hold the
    layer and the benefit; the people must have ``is_registered_poor`` and ``was_dibao``
    (JZ-E011). Source: registered poor who meet the conditions enter at once (S1.9.1).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> found = unmatched_poor(jz.simulate(people, jz.load_policy("s1-county-2020")))
    >>> set(found["layer_hh"]) <= {"tekun", "dibao"}
    True
    """
    import pandas as pd

    layers = results["layer_hh"]
    qualifies = np.isin(layers, ["tekun", "dibao"])
    found = results.people["is_registered_poor"] & ~results.people["was_dibao"] & qualifies
    return pd.DataFrame(
        {
            "household_id": results.people.ids[found],
            "layer_hh": layers[found],
            "benefit_m_hh": results["benefit_m_hh"][found],
        }
    )
