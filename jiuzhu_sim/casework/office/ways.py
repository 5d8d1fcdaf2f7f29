"""Ways of working: the order of the steps of a place, who decides, who visits.

Read from `ways.yaml`; a place that is not there (a procedure file of somebody's own) has the usual
way of S1.1.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.language import read_yaml

PATH = Path(__file__).with_name("ways.yaml")
USUAL = "usual"
SAME = "recognition"
"""The order of programmes that have none of their own: dibao, edge, tekun."""


@dataclass(frozen=True)
class Ways:
    """How a place works: `orders` by kind of procedure, each a tuple of steps.

    `status` says whether the order is ``stated`` in the document (`clauses`) or ``assumed``.
    """

    name: str
    status: str
    clauses: tuple[str, ...]
    decider: str
    visits: tuple[str, ...]
    orders: Mapping[str, tuple[str, ...]]
    spot_checks: Mapping[str, float]
    members: int
    has_one_case: bool
    has_departments: bool
    has_statistics_entry: bool
    sign_ins: Mapping[str, Mapping[str, Any]]
    pays_in_arrears: bool = False
    campaign: Mapping[str, Any] | None = None

    def share_checked(self, programme: str) -> float:
        """Share of the new cases of a programme that has to be spot-checked; 0 where none is."""
        return float(self.spot_checks.get(programme, 0.0))


@cache
def ways() -> Mapping[str, Ways]:
    """All ways of working by the name of the procedure.

    >>> ways()["s2-district-2022"].orders["recognition"][-2:]
    ('decide', 'notify')
    """
    return MappingProxyType({name: _way(name, told) for name, told in read_yaml(PATH).items()})


def ways_of(procedure: str) -> Ways:
    """The way of working under a procedure; the usual one where it tells none.

    >>> ways_of("s42-county-2013").visits, ways_of("my-own").status
    (('village', 'township', 'county'), 'assumed')
    """
    return ways().get(procedure, ways()[USUAL])


def _way(name: str, told: Mapping[str, Any]) -> Ways:
    orders = {kind: tuple(steps) for kind, steps in told["orders"].items()}
    return Ways(
        name,
        told["status"],
        tuple(told["clauses"]),
        told["decider"],
        tuple(told["visits"]),
        MappingProxyType(orders),
        MappingProxyType(told["spot_checks"]),
        int(told["members"]),
        told["has_one_case"],
        told["has_departments"],
        told["has_statistics_entry"],
        MappingProxyType(told["sign_ins"]),
        told.get("pays_in_arrears", False),
        told.get("campaign"),
    )
