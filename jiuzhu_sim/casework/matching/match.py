"""Matching: what sources show beyond what is reported, and what that does under the rules.

A source speaks against a household where it shows more than is reported: of each amount the higher
of the two counts, so that a register in which nothing stands proves nothing. What follows, and for
which reason, the rules say: they run on the people with that source's entries put in, and nothing
else changed. Gradual exit (渐退) is for income that has risen; what was hidden opens none, unless
told otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.matching.sources import (
    TOLERANCE,
    Losses,
    Source,
    chosen,
    register_column,
    shown_by,
    sources,
    true_column,
    usual_losses,
)
from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import MEMBERS_MAX, Draws

SEED = 20260101
MONTHS_OF_UNIT = {"yuan/month": 1, "yuan/year": 12}
"""Units of income; what is in other units (savings, counts) is no income."""

KINDS = ("none", "found", "false", "unknown")
"""What a match of a source and a household is: nothing; something hidden is found; the register is
wrong (stale, or another person's); or nobody knows (people without true columns)."""

EFFECTS = ("none", "reduces", "ends", "raises", "opens", "layer")
"""What follows for the benefit; ``layer``: for the layer alone, such as edge."""

PROPERTY = tuple(columns()["property_reason_hh"].codes or {})[1:]
REASONS = ("none", "income", "members", "stop", *PROPERTY)
"""Why it follows: income (whatever else moves what is counted), members who do not count (deaths),
another ground to stop (compensation), or the property test that is failed."""

WANTED = (
    *("benefit_m_hh", "layer_hh", "property_reason_hh", "is_income_below_hh"),
    *("n_members_hh", "stop_reason_hh"),
)
SINCE_RISE = "months_above_standard"

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Matches:
    """What each source shows of each household; arrays are (sources, households).

    `kind`, `effect`, `reason` are positions in `KINDS`, `EFFECTS`, `REASONS`; `amount_m` income
    shown beyond what is reported, yuan a month; `benefit_m` the benefit with that source alone,
    `benefit_without_m` with all sources but that one. By household: `before_m` on what is
    reported, `after_m` with all sources, `among` who was looked up. `excess` holds by (source,
    column) what is shown beyond what is reported, added up over members. `established` are the
    people with the higher of what is reported and what the sources show.
    """

    people: People
    established: People
    sources: tuple[Source, ...]
    among: Flags
    kind: Codes
    effect: Codes
    reason: Codes
    amount_m: Floats
    benefit_m: Floats
    benefit_without_m: Floats
    before_m: Floats
    after_m: Floats
    excess: Mapping[tuple[str, str], Floats]

    @property
    def is_matched(self) -> Flags:
        """(sources, households): the source shows more than is reported."""
        return self.kind > 0

    def alone(self, weight: str | None = "weight") -> Any:
        """Each source by itself and at the margin, a row each and one for all together.

        `households` matched, `found`, `false`; `ends` and `reduces` households whose benefit
        would end or fall, `ends_false` of those by a wrong entry; `saved_m` yuan a month by this
        source alone, `margin_m` what would be missed without it. Households by `weight` (None: as
        they are).
        """
        import pandas as pd

        held = self._weight(weight)
        rows = {}
        for place, source in enumerate(self.sources):
            kind, effect = self.kind[place], self.effect[place]
            ends = effect == EFFECTS.index("ends")
            is_false = kind == KINDS.index("false")
            rows[source.key] = {
                "households": float(held @ (kind > 0)),
                "found": float(held @ (kind == KINDS.index("found"))),
                "false": float(held @ is_false),
                "ends": float(held @ ends),
                "ends_false": float(held @ (ends & is_false)),
                "reduces": float(held @ (effect == EFFECTS.index("reduces"))),
                "saved_m": float(held @ (self.before_m - self.benefit_m[place])),
                "margin_m": float(held @ (self.benefit_without_m[place] - self.after_m)),
            }
        is_any = self.is_matched.any(axis=0)
        is_found = (self.kind == KINDS.index("found")).any(axis=0)
        is_wrong = (self.kind == KINDS.index("false")).any(axis=0) & ~is_found
        ends = (self.before_m > 0) & (self.after_m <= 0)
        rows["all"] = {
            "households": float(held @ is_any),
            "found": float(held @ is_found),
            "false": float(held @ is_wrong),
            "ends": float(held @ ends),
            "ends_false": float(held @ (ends & is_wrong)),
            "reduces": float(held @ ((self.after_m < self.before_m) & ~ends)),
            "saved_m": float(held @ (self.before_m - self.after_m)),
            "margin_m": float(held @ (self.before_m - self.after_m)),
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def together(self, weight: str | None = "weight") -> Any:
        """Households matched by both of two sources; on the diagonal by the one."""
        import pandas as pd

        flags = self.is_matched.astype(np.float64)
        names = [source.key for source in self.sources]
        return pd.DataFrame((flags * self._weight(weight)) @ flags.T, names, names)

    def listed(self) -> Any:
        """Every match, a row each, without names and ID numbers; words in the language in use."""
        from jiuzhu_sim.casework.matching.listing import listed

        return listed(self)

    def _weight(self, weight: str | None) -> Floats:
        if weight is None:
            return np.ones(self.people.households)
        return np.asarray(self.people.numbers(weight), np.float64)


def match(
    people: People,
    policy: Policy,
    names: Iterable[str] | None = None,
    *,
    seed: int = SEED,
    losses: Losses | None = None,
    among: Flags | None = None,
    month: int | None = None,
    opens_grace: bool = False,
) -> Matches:
    """What the sources named (None: all that show anything) show of people.

    `among`: the households looked up (None: those who have applied). `month`: only the sources
    whose turn it is in that month, by `every_months`. `seed` draws which source holds an entry that
    several may hold, and the `losses`. With `opens_grace`, income found to be hidden opens a
    gradual exit as income that has risen does.

    Raises JZ-E060 (unknown source), E100 (people without register columns), E033 (`among` of the
    wrong length), E092 (a month below 1), and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=400, seed=1)
    >>> matches = match(people, jz.load_policy("national-illustrated"), ["vehicles", "housing"])
    >>> matches.kind.shape, bool((matches.after_m <= matches.before_m).all())
    ((2, 400), True)
    """
    asked = chosen(people, names)
    if month is not None:
        if month < 1:
            whole = text("word.whole_from", least=1)
            raise JZError.of("JZ-E092", name="month", value=month, expected=whole)
        asked = tuple(source for source in asked if month % source.every_months == 0)
    looked_up = _among(people, among)
    register = _Register(people, seed, losses or usual_losses())
    shown = {
        (source.key, plain): np.where(
            _at_level(people, plain, looked_up),
            register.shown(source, plain),
            people.numbers(plain),
        )
        for source in asked
        for plain in shown_by(source, people)
    }
    before = simulate(people, policy, WANTED)
    # On what they report these are below the standard: no gradual exit is running.
    without_grace = before["is_income_below_hh"] & (not opens_grace)

    def with_shown(sources_in: Iterable[Source]) -> People:
        return _put_in(people, shown, [source.key for source in sources_in], without_grace)

    established = with_shown(asked)
    after = simulate(established, policy, WANTED)
    shape = (len(asked), people.households)
    kind, effect, reason = (np.zeros(shape, np.int8) for _ in range(3))
    amount, benefit, without = (np.zeros(shape) for _ in range(3))
    excess: dict[tuple[str, str], Floats] = {}
    for place, source in enumerate(asked):
        others = [other for other in asked if other is not source]
        kind[place] = _kind(people, source, shown)
        found = _excess(people, source, shown)
        excess |= found
        amount[place] = _income(found)
        alone = simulate(with_shown([source]), policy, WANTED)
        benefit[place] = alone["benefit_m_hh"]
        effect[place], reason[place] = _follows(before, alone)
        rest = simulate(with_shown(others), policy, WANTED) if others else before
        without[place] = rest["benefit_m_hh"]
    return Matches(
        *(people, established, asked, looked_up, kind, effect, reason, amount, benefit, without),
        *(before["benefit_m_hh"], after["benefit_m_hh"], excess),
    )


def _among(people: People, among: Flags | None) -> Flags:
    if among is None:
        applied = people.numbers("has_applied") if "has_applied" in people else True
        return np.broadcast_to(np.asarray(applied, bool), (people.households,))
    if np.shape(among) != (people.households,):
        lengths = f"among {np.shape(among)}, household {people.households}"
        raise JZError.of("JZ-E033", "match", lengths=lengths)
    return np.asarray(among, bool)


def _at_level(people: People, plain: str, among: Flags) -> Flags:
    """Flags of households at the level of a column."""
    return np.repeat(among, people.sizes) if column(plain).level == "person" else among


class _Register:
    """The entries of register columns as the sources hold them, by seed and losses."""

    def __init__(self, people: People, seed: int, losses: Losses) -> None:
        self.people, self.seed, self.losses = people, seed, losses
        ids, sizes = people.numbers("id").astype(np.int64), people.sizes
        owner = np.repeat(np.arange(people.households), sizes)
        first = np.cumsum(sizes) - sizes
        place = np.arange(people.persons) - first[owner]
        # A household's property stands under the ID number of its first member.
        self.ids = {
            "person": ids[owner] * MEMBERS_MAX + place,
            "household": ids * MEMBERS_MAX,
        }
        self.home = {"person": ids[owner], "household": ids}

    def shown(self, source: Source, plain: str) -> NDArray[Any]:
        """What a source shows of a column, and what is reported where it shows no more."""
        level = column(plain).level
        entry = self.people.numbers(register_column(plain))
        reported = self.people.numbers(plain)
        ids = self.ids[level]
        draws = Draws(self.seed, ids)
        is_held = self._held(source, plain, draws)
        can = Draws(self.seed, self.home[level]).chance("authorised", self.losses.authorised)
        is_told = is_held & can & draws.chance("ID usable", self.losses.id_usable)
        if column(plain).dtype == "code":
            # Codes have no more and less: an entry is news to whom nothing (the first) is reported.
            entry = np.where(reported == 0, entry, reported)
        made = np.where(is_told, np.maximum(reported, entry), reported)
        if self.losses.mix_up:
            order = np.argsort(ids)
            drawn = draws.uniform(f"whose entry {source.key} {plain}")
            donor = order[(drawn * len(order)).astype(np.int64)]
            is_mixed = draws.chance(f"mixed up {source.key} {plain}", self.losses.mix_up) & can
            is_mixed &= is_held[donor]
            is_code = column(plain).dtype == "code"
            other = np.where((made == 0) | (not is_code), np.maximum(made, entry[donor]), made)
            made = np.where(is_mixed, other, made)
        return made

    def _held(self, source: Source, plain: str, draws: Draws) -> Flags:
        """Whose entry stands in a source: by its share, and in the largest one if in no other."""
        shares = {s.key: s.shows[plain] for s in sources().values() if plain in s.shows}
        holds = {key: draws.chance(f"held {key} {plain}", share) for key, share in shares.items()}
        if source.key == max(shares, key=lambda key: shares[key]):
            return np.asarray(holds[source.key] | ~np.any(list(holds.values()), axis=0))
        return holds[source.key]


Shown = Mapping[tuple[str, str], NDArray[Any]]


def _put_in(people: People, shown: Shown, keys: Iterable[str], without_grace: Flags) -> People:
    """The people with what these sources show, of each column the highest; where that is income,
    those of `without_grace` have no gradual exit."""
    wanted, made = set(keys), dict[str, NDArray[Any]]()
    for (key, plain), values in shown.items():
        if key in wanted:
            made[plain] = np.maximum(made.get(plain, values), values)
    more = np.zeros(people.households, bool)
    for plain, values in made.items():
        if column(plain).unit in MONTHS_OF_UNIT:
            more |= _of_home(people, plain, values > people.numbers(plain)) > 0
    since = people.numbers(SINCE_RISE) if SINCE_RISE in people else column(SINCE_RISE).number
    long_ago = column(SINCE_RISE).high or 0
    made[SINCE_RISE] = np.where(more & without_grace, long_ago, since)
    return people.with_columns(made)


def _kind(people: People, source: Source, shown: Shown) -> Codes:
    """Found where anything shown is truly hidden; false where nothing of what is shown is."""
    is_any, is_true, is_known = (np.zeros(people.households, bool) for _ in range(3))
    for plain in shown_by(source, people):
        reported = people.numbers(plain).astype(np.float64)
        more = shown[source.key, plain].astype(np.float64) - reported > TOLERANCE
        is_any |= _of_home(people, plain, more) > 0
        if true_column(plain) in people:
            is_hidden = people.numbers(true_column(plain)) - reported > TOLERANCE
            is_true |= _of_home(people, plain, more & is_hidden) > 0
            is_known |= _of_home(people, plain, more) > 0
    told = np.where(is_true, KINDS.index("found"), KINDS.index("false"))
    return np.where(is_any, np.where(is_known, told, KINDS.index("unknown")), 0).astype(np.int8)


def _of_home(people: People, plain: str, values: NDArray[Any]) -> Floats:
    """Sums by household of a column's values."""
    if column(plain).level != "person":
        return values.astype(np.float64)
    owner = np.repeat(np.arange(people.households), people.sizes)
    return np.bincount(owner, values.astype(np.float64), people.households).astype(np.float64)


def _excess(people: People, source: Source, shown: Shown) -> dict[tuple[str, str], Floats]:
    made = {}
    for plain in shown_by(source, people):
        more = shown[source.key, plain].astype(np.float64) - people.numbers(plain)
        if column(plain).dtype == "code":
            more = more > 0
        made[source.key, plain] = _of_home(people, plain, np.maximum(more, 0.0))
    return made


def _income(excess: Mapping[tuple[str, str], Floats]) -> Floats:
    """What is income of it, yuan a month by household."""
    flows = [
        values / MONTHS_OF_UNIT[column(plain).unit]
        for (_, plain), values in excess.items()
        if column(plain).unit in MONTHS_OF_UNIT
    ]
    return np.asarray(sum(flows, np.zeros(1)))


def _follows(before: Any, after: Any) -> tuple[Codes, Codes]:
    """Effect and reason, by household, of two results on the same households."""
    old, new = before["benefit_m_hh"], after["benefit_m_hh"]
    is_less, is_more = old - new > TOLERANCE, new - old > TOLERANCE
    is_moved = before.numbers("layer_hh") != after.numbers("layer_hh")
    effect = np.select(
        [is_less & (new <= TOLERANCE), is_less, is_more & (old <= TOLERANCE), is_more, is_moved],
        [EFFECTS.index(name) for name in ("ends", "reduces", "opens", "raises", "layer")],
    ).astype(np.int8)

    def newly(name: str) -> Flags:
        now = after.numbers(name)
        return np.asarray((now > 0) & (now != before.numbers(name)))

    reason = np.select(
        [
            newly("property_reason_hh"),
            after["n_members_hh"] < before["n_members_hh"],
            newly("stop_reason_hh"),
        ],
        [
            # The codes of the property test begin with none.
            after.numbers("property_reason_hh") - 1 + REASONS.index(PROPERTY[0]),
            REASONS.index("members"),
            REASONS.index("stop"),
        ],
        REASONS.index("income"),
    )
    return effect, np.where(effect > 0, reason, 0).astype(np.int8)
