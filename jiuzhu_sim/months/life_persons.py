"""Who the persons are, for drawing: ids, sex, ages and birthdays, and how a year's chance falls."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.columns import column
from jiuzhu_sim.months.conditions import MONTHS
from jiuzhu_sim.months.life_ledger import Rows, values_of
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import MEMBERS_MAX, normal, uniform

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = np.iinfo(np.int32).max
"""A month that does not come."""

MONTHS_MAX = 1200
"""Months of a run, at most; keeps the keys of a mother's children apart."""

_FACTOR = np.int64(1_000_003)  # an odd number larger than any character, so that names keep apart


class Persons:
    """What of the persons does not depend on what happens; arrays in the order of the tables.

    `owner` is the household of each person, `ids` and `homes` the keys of draws of persons and
    households, `birthday_in` the month of the run (0–11, or `NEVER`) with the first birthday.
    The month of birth is drawn, and so is the sex where it is not known.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.assumptions import assumptions
    >>> people = jz.synthesize("example-county", households=2, seed=1)
    >>> who = Persons(people, assumptions("life"), 1, seed=1)
    >>> bool((who.age_at(11) == who.age_at(-1) + 1).all())
    True
    """

    def __init__(self, people: People, assumed: Assumptions, first_month: int, seed: int):
        sizes = people.sizes
        self.people, self.seed, self.first_month = people, seed, first_month
        self.owner = np.repeat(np.arange(people.households), sizes)
        self.homes = home_keys(people)
        first = np.cumsum(sizes) - sizes
        place = np.arange(people.persons) - first[self.owner]
        self.ids = self.homes[self.owner] * MEMBERS_MAX + place
        self.area = values_of(people, "area").astype(np.int64)[self.owner]
        self.weight = values_of(people, "weight")[self.owner]
        self.age = values_of(people, "age")
        self._female_share = assumed["births.female_share"]
        drawn_female = self.drawn("sex") < self._female_share
        self.is_female = people.numbers("is_female") if "is_female" in people else drawn_female
        born = np.floor(self.drawn("birth month") * MONTHS).astype(np.int32)
        grows = self.drawn("ages") < assumed["ageing.share"]
        until = (born - (first_month - 1)) % MONTHS
        self.birthday_in = np.where(grows, until, NEVER).astype(np.int32)

    def drawn(self, purpose: str, who: Rows | None = None) -> Floats:
        """Uniform draws of some persons, or of all."""
        return uniform(self.seed, self.ids if who is None else self.ids[who], f"life {purpose}")

    def drawn_home(self, purpose: str, homes: Rows | None = None) -> Floats:
        """Uniform draws of some households, or of all."""
        keys = self.homes if homes is None else self.homes[homes]
        return uniform(self.seed, keys, f"life {purpose}")

    def is_female_child(self, mothers: Rows, month: Rows) -> Flags:
        """The sex of children, keyed by mother and month of birth."""
        keys = self.ids[mothers] * MONTHS_MAX + month
        return uniform(self.seed, keys, "life child") < self._female_share

    def noise(self, purpose: str, keys: NDArray[np.int64]) -> Floats:
        """Standard normal draws, keyed by some of `ids` or of `homes`."""
        return normal(self.seed, keys, f"life {purpose}")

    def age_at(self, month: int) -> NDArray[np.int16]:
        """Ages in a month of the run; -1 is the eve of it."""
        return grown(self.age, self.birthday_in, month)


def grown(age: NDArray[np.int16], birthday_in: NDArray[np.int32], month: int) -> NDArray[np.int16]:
    """Ages once every birthday up to a month has passed, within the range of the dictionary.

    >>> grown(np.array([5, 5], np.int16), np.array([3, NEVER], np.int32), 15).tolist()
    [7, 5]
    """
    passed = np.maximum((month - birthday_in.astype(np.int64)) // MONTHS + 1, 0)
    highest = column("age").high or NEVER
    return np.minimum(age + passed, highest).astype(np.int16)


def within_year(drawn: Floats, rate: Floats | float, start: int) -> NDArray[np.int32]:
    """The month in which something of this rate a year happens, given a draw; else `NEVER`.

    Below the rate it happens; where below tells the month, so a higher rate brings more and earlier
    events and takes none away.

    >>> within_year(np.array([0.05, 0.16, 0.25]), 0.2, 12).tolist() == [15, 21, NEVER]
    True
    """
    happens = drawn < rate
    month = np.floor(drawn / np.where(happens, rate, 1) * MONTHS)
    return np.where(happens, start + month, NEVER).astype(np.int32)


def home_keys(people: People) -> NDArray[np.int64]:
    """A number for each household that depends on its id alone, in the order of the tables."""
    numbers = people.numbers("id").astype(np.int64)
    if "id" not in people.names:
        return numbers
    letters = np.array(people.names["id"], dtype=np.str_)
    signs = letters.view(np.uint32).reshape(len(letters), -1).astype(np.int64)
    keys = np.zeros(len(letters), np.int64)
    for sign in signs.T:  # as many as the longest id has characters; padding counts for nothing
        keys = np.where(sign == 0, keys, keys * _FACTOR + sign)
    return keys[numbers]
