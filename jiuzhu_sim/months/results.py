"""What a simulation by months gives: money by month and account, and each household's way."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.months.roll import ON_ROLL
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

COUNTS = (
    "on_roll",
    "grace",
    "suspended",
    "entries",
    "exits",
    "applied",
    "decided",
    "refused",
    "reviewed",
    "visited",
    "matched",
    "reported",
    "rechecked",
    "signins",
    "signins_missed",
)
"""What is counted of a month, households; besides, ``event.…`` for each event of life."""


@dataclass(frozen=True)
class Months:
    """Months of one law on one population; arrays have a row a month.

    Always there: `people` (with future members), `policies` (one a month), `start` (``2025-01``),
    `assumptions`; `money` what the office pays and `owed` what the law gives on the truth, yuan
    weighted, (months, accounts) in the order of `accounts()`; `counts`, weighted households by
    name (months,).

    Only when kept, else None, by household in the order of the tables: `paid` and `due`, yuan of
    basic living of the month; `status` at its end and `reason` of the change (codes of `STATUSES`
    and `REASONS`); `reviewed`, `visited`, `matched` (a finding of a data match); `persons` on the
    roll; `category` as the office sees it; `opening_status` and `opening_persons` (households,).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=100, seed=1)
    >>> made = jz.simulate_months(people, jz.load_policy("example-county"), months=2)
    >>> len(made.money), made.paid.shape
    (2, (2, 100))
    """

    people: People
    policies: tuple[Policy, ...]
    start: str
    assumptions: Assumptions
    money: Floats
    owed: Floats
    counts: Mapping[str, Floats]
    opening_status: Codes
    opening_persons: NDArray[np.int16]
    paid: Floats | None = None
    due: Floats | None = None
    status: Codes | None = None
    reason: Codes | None = None
    reviewed: Flags | None = None
    visited: Flags | None = None
    matched: Flags | None = None
    persons: NDArray[np.int16] | None = None
    category: Codes | None = None

    @property
    def months(self) -> int:
        """How many months there are."""
        return len(self.policies)

    @property
    def names(self) -> tuple[str, ...]:
        """The months as ``2025-01``."""
        first = np.datetime64(self.start, "M")
        return tuple(str(first + number) for number in range(self.months))

    @property
    def opening(self) -> Flags:
        """Households on the roll on the eve of the first month; (households,)."""
        found: Flags = self.opening_status >= ON_ROLL
        return found

    @property
    def on_roll(self) -> Flags:
        """Households on the roll at the end of each month; (months, households).

        Raises ValueError when the households were not kept.
        """
        if self.status is None:
            raise ValueError("keep=True keeps the households")
        found: Flags = self.status >= ON_ROLL
        return found
