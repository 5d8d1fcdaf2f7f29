"""Review regimes: how often an office looks again, as the documents have it (`regimes.yaml`)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import pick, read_yaml, text
from jiuzhu_sim.law.load import Scalar

NOTHING: Mapping[str, Scalar] = {
    "signin.months.urban": 0,
    "signin.months.rural": 0,
    "stop.signins_missed": math.inf,
    "stop.renewal_required": False,
    "matching.months": 0,
}
"""No sign-in, no renewal, no data match: what a regime is silent about does not happen in it."""


@dataclass(frozen=True)
class Regime:
    """A review regime: its name, label, clauses, and the changes of the law that make it.

    `policy.change(regime.changes)` puts any law under it.
    """

    name: str
    label: Mapping[str, str]
    clauses: tuple[str, ...]
    changes: Mapping[str, Scalar]

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)


@cache
def regimes() -> Mapping[str, Regime]:
    """All regimes by name.

    >>> regimes()["national_monthly_matching"].changes["matching.months"]
    1
    """
    content = read_yaml(Path(__file__).with_name("regimes.yaml"))
    return MappingProxyType(
        {
            name: Regime(
                name,
                MappingProxyType(entry["label"]),
                tuple(entry["clauses"]),
                MappingProxyType({**NOTHING, **entry["changes"]}),
            )
            for name, entry in content.items()
        }
    )


def regime_names() -> tuple[str, ...]:
    """The names of all regimes.

    >>> "s1_classes" in regime_names()
    True
    """
    return tuple(regimes())


def regime(name: str) -> Regime:
    """The regime of this name. Raises JZ-E060, with the nearest, when there is none.

    >>> import jiuzhu_sim as jz
    >>> policy = jz.load_policy("example-county").change(regime("s1_classes").changes)
    >>> policy["review.months_c.urban"]
    1
    """
    if name not in regimes():
        raise JZError.unknown(text("months.kind"), name, regimes())
    return regimes()[name]
