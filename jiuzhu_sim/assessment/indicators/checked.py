"""`Checked`: the roll verified, household by household: from lists handed back, or from the truth
of synthetic people."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.roll import WANTED, in_dibao
from jiuzhu_sim.casework.sampling.sampling import Sample
from jiuzhu_sim.casework.sampling.verification import Verification, read_verification
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.sight import can_say
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, seen
from jiuzhu_sim.rules.kit import HALF_FEN

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Checked:
    """Households on the roll and what a check found of them; all arrays (cases,).

    `ids`; `township` names; `paid_m`, `due_m` yuan a month; `is_eligible` 1 or 0, NaN where nobody
    looked. `weight`: households each stands for. `is_all`: the truth of all is known, so that an
    assessment draws its own sample of them.
    """

    ids: NDArray[Any]
    township: NDArray[Any]
    paid_m: Floats
    is_eligible: Floats
    due_m: Floats
    weight: Floats
    is_all: bool = False

    @property
    def is_right(self) -> Floats:
        """1 where what is paid is what is due, NaN where not entitled, not verified or nobody said
        what is due."""
        is_same = np.abs(self.paid_m - self.due_m) < HALF_FEN
        known = (self.is_eligible == 1) & ~np.isnan(self.due_m)
        return np.where(known, is_same.astype(np.float64), np.nan)

    @property
    def over_m(self) -> Floats:
        """Yuan a month paid and not due, NaN where not verified."""
        made = Verification.of(self.is_eligible, self.due_m)
        return made.wrong_m(self.paid_m)


def on_roll(people: People) -> NDArray[np.int64]:
    """Positions of the households on the roll of dibao; none where the people do not tell."""
    if "was_dibao" not in people or "township" not in people:
        return np.zeros(0, np.int64)
    return np.flatnonzero(people.numbers("was_dibao"))


def read_checked(paths: str | Path | Sequence[str | Path], people: People) -> Checked:
    """The lists of a spot-check handed back (see `casework.sampling.verification`), of one or
    several townships; paths in a text are parted by semicolons.

    The households of a list are taken as drawn at random within their township. Raises what
    `read_verification` raises; JZ-E098 where the people do not tell who is on the roll.
    """
    at = on_roll(people)
    if not len(at):
        words = {part: text(f"indicators.no_roll.{part}") for part in ("what", "why", "need")}
        raise JZError.of("JZ-E098", **words)
    ids, paid = people.ids[at], people.numbers("current_benefit_m")[at].astype(np.float64)
    files = paths
    if isinstance(paths, str):
        files = [part.strip() for part in paths.split(";") if part.strip()]
    n = len(at)
    # Whoever drew the list, any household on the roll may stand on it.
    whole = Sample(
        np.ones(n, bool), np.zeros(n, np.int64), ("",), np.array([n]), np.array([n]), (0, "")
    )
    found = read_verification(files, whole, ids, paid)
    weight = people.numbers("weight")[at].astype(np.float64)
    township = people["township"][at]
    return Checked(ids, township, paid, found.is_eligible, found.due_m, weight)


def truth_of(people: People, policy: Policy) -> tuple[Checked, Floats] | None:
    """What is true of the roll of synthetic people, and what is truly due to every household, yuan
    a month (households,); None where the people hold no truth.

    Truly due: the rules on what is true, everybody as if applied, no register against it.
    """
    at = on_roll(people)
    if not len(at) or not can_say(people).can("wrong_cover"):
        return None
    facts = {
        "has_applied": np.ones(people.households, bool),
        "registry_income_m": np.zeros(people.households),
    }
    due = simulate(seen(people, "true").with_columns(facts), policy, WANTED)
    due_m = np.where(in_dibao(due), due.numbers("benefit_m_hh"), 0.0).astype(np.float64)
    checked = Checked(
        ids=people.numbers("id")[at].astype(np.int64),
        township=people["township"][at],
        paid_m=people.numbers("current_benefit_m")[at].astype(np.float64),
        is_eligible=(due_m[at] > HALF_FEN).astype(np.float64),
        due_m=due_m[at],
        weight=people.numbers("weight")[at].astype(np.float64),
        is_all=True,
    )
    return checked, due_m
