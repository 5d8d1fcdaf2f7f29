"""Tables on matching: what each source finds alone and at the margin; programmes against the poor.

Counts of households are weighted (None: as they are) and carry no sampling interval: they tell of
one match on these people.
"""

import numpy as np

from jiuzhu_sim.casework.matching.match import Matches
from jiuzhu_sim.casework.matching.overlaps import POVERTY, PROGRAMMES, Overlaps
from jiuzhu_sim.measures.disclosure import suppress
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table

SOURCE = "match_source"
COUNTED = ("households", "found", "false", "ends", "ends_false", "reduces")
MONEY = ("saved_m", "margin_m")


def source_table(
    matches: Matches, *, weight: str | None = "weight", min_n: int = 0, policy: str = ""
) -> Table:
    """Households matched by source, found and wrong, whose benefit would end or fall, and yuan a
    month: by this source alone (`saved_m`) and missed without it (`margin_m`).

    A row a source, all together last; households matched by several sources stand in each of their
    rows. Rows behind which fewer than `min_n` households stand are hidden.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.matching.match import match
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> table = source_table(match(people, jz.load_policy("national-illustrated")))
    >>> table.get("match_households", "bank") <= table.get("match_households", "total")
    True
    """
    found = matches.alone(weight)
    keys = (*(source.key for source in matches.sources), TOTAL)
    n = np.append(matches.is_matched.sum(axis=1), matches.is_matched.any(axis=0).sum())
    statistics = (
        *(Statistic(f"match_{name}", "households") for name in COUNTED),
        *(Statistic(f"match_{name}", "yuan/month") for name in MONEY),
    )
    values = found[[*COUNTED, *MONEY]].to_numpy(np.float64)
    table = Table.exact(
        name="matching",
        dims=(SOURCE,),
        rows=tuple((key,) for key in keys),
        statistics=statistics,
        values=values,
        n=n.astype(np.int64),
        per="household",
        notes=("note.matching",),
        fields={"policy": policy},
        names={source.key: source.label for source in matches.sources},
        disjoint=False,
    )
    return suppress(table, min_n)


def overlap_table(
    found: Overlaps, *, weight: str | None = "weight", min_n: int = 0, policy: str = ""
) -> Table:
    """Households and persons by programme and poverty status, and the benefit due, yuan a month.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.matching.overlaps import overlaps
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> table = overlap_table(overlaps(people, jz.load_policy("national-illustrated")), weight=None)
    >>> table.get("households", "total", "total")
    500.0
    """
    people = found.people
    held = np.ones(people.households) if weight is None else people.numbers(weight)
    shape = (len(PROGRAMMES), len(POVERTY))
    cell = np.ravel_multi_index((found.programme, found.poverty), shape)
    size = shape[0] * shape[1]

    def total(values: object) -> np.ndarray:
        sums = np.bincount(cell, np.asarray(values, np.float64) * held, size)
        return np.append(sums, sums.sum())

    parts = (np.ones(people.households), found.persons, found.benefit_m)
    values = np.column_stack([total(part) for part in parts])
    n = np.bincount(cell, minlength=size)
    table = Table.exact(
        name="poverty_overlap",
        dims=("overlap_programme", "overlap_poverty"),
        rows=(*((p, q) for p in PROGRAMMES for q in POVERTY), (TOTAL, TOTAL)),
        statistics=(
            Statistic("households", "households", additive=True),
            Statistic("persons", "persons", additive=True),
            Statistic("benefit_m", "yuan/month", additive=True),
        ),
        values=values,
        n=np.append(n, n.sum()).astype(np.int64),
        per="household",
        notes=("note.overlap",),
        fields={"policy": policy},
    )
    return suppress(table, min_n)
