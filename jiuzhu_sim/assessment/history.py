"""The version line: one baseline, computed by each version, so that no jump goes unnoticed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.measures import caseload
from jiuzhu_sim.measures.costs import CASELOAD
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize

STATISTICS = tuple(entry for entry in CASELOAD if entry.additive)
"""Households, persons, cost of the year."""

DIGITS = 2
"""Decimals kept of each number."""


@cache
def history() -> Mapping[str, Any]:
    """`history.yaml`: the people that are made anew each time, the places, the entries in order.

    >>> history()["people"]["households"]
    6000
    """
    content: Mapping[str, Any] = read_yaml(Path(__file__).with_name("history.yaml"))
    return content


def present() -> dict[str, dict[str, float]]:
    """The numbers of the version line as this code computes them, by place and statistic."""
    found = {}
    for place in history()["places"]:
        people = synthesize(place, **history()["people"])
        table = caseload(simulate(people, load_policy(place)), ("area",), weight="weight")
        found[place] = {
            entry.name: round(table.get(entry.name, TOTAL), DIGITS) for entry in STATISTICS
        }
    return found


def version_line() -> Table:
    """The numbers of every place in each version.

    >>> version_line().rows[0]
    ('example-county', '0.1.0-1')
    """
    content = history()
    rows, values = [], []
    for place in content["places"]:
        for entry in content["entries"]:
            rows.append((place, str(entry["version"])))
            values.append([entry["numbers"][place][each.name] for each in STATISTICS])
    numbers = np.array(values, np.float64)
    return Table.exact(
        name="history",
        dims=("place", "version"),
        rows=tuple(rows),
        statistics=tuple(replace(entry, additive=False) for entry in STATISTICS),
        values=numbers,
        n=np.zeros(len(rows), np.int64),
        per="figure",
        names=content["places"],
        disjoint=False,
    )


def latest_change(place: str) -> tuple[Mapping[str, Any], float] | None:
    """The entry at which the cost last changed and by what share; None if it never did.

    >>> latest_change("s42-county-2013") is None
    False
    """
    entries = history()["entries"]
    for before, after in reversed(list(pairwise(entries))):
        old, new = (each["numbers"][place]["cost_y"] for each in (before, after))
        if old != new:
            return after, new / old - 1
    return None
