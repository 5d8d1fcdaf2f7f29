"""Measures of households that are never all in one place: by part, added up, then finished.

Each measure keeps a state of a part (`partial`), states are added (`+`), and the sum is made into
tables (`finish`). The functions for people in memory make their tables by the same code from the
same exact sums, so both agree to the last bit.
"""

import io
import json
import math
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from jiuzhu_sim.engine import Results, make_plan
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.by_income import DECILES, POVERTY
from jiuzhu_sim.measures.costs import caseload_sums, caseload_table, layers_sums, layers_table
from jiuzhu_sim.measures.distribution import band_sums, bands_table
from jiuzhu_sim.measures.programmes import NEEDED, programme_tally, programmes_table
from jiuzhu_sim.measures.recipients import split_sums, split_table
from jiuzhu_sim.measures.state import State, States
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.measures.tally import Tally
from jiuzhu_sim.policy import Policy

WEIGHT = "weight"
"""The column of weights of people from files."""

BY = ("area", "category_hh", "township")
"""Groups of the totals, where the people have them."""

BASE, NEW = "base", "new"

RECIPIENTS = ("benefit_m_hh", "n_recipients_hh")

CODEC = "zstd"
"""Eight times as fast as deflate, and a fifth smaller: most low digits are 0."""

WORDS = "words"
"""In place of a type: the array holds texts, which stand in the index themselves."""

LATER = "new"
"""Behind the name of a table: that of the changed law."""


class Measure(Protocol):
    """An answer that can be made by parts.

    `name`: key of its state in a file. `needed`: results that a simulation must give. `compares`:
    whether it needs two policies.
    """

    @property
    def name(self) -> str: ...
    @property
    def needed(self) -> tuple[str, ...]: ...
    @property
    def compares(self) -> bool: ...

    def partial(self, base: Results, new: Results | None = None) -> Any:
        """The state of these households."""

    def finish(self, state: Any) -> tuple[Table, ...]:
        """The tables of a state."""


@dataclass(frozen=True)
class OfOne:
    """A measure of one policy: `sums` of its results, and the `table` of these sums."""

    name: str
    needed: tuple[str, ...]
    sums: Callable[[Results], Any]
    table: Callable[[Any], Table]
    compares: bool = False

    def partial(self, base: Results, new: Results | None = None) -> Any:
        """The state of these households under the first policy; ValueError for calibrated ones."""
        return _state(self.sums(base), self.table)

    def finish(self, state: Any) -> tuple[Table, ...]:
        """The table; without intervals where the households are all there are."""
        return (_shown(self.table(state), state),)


@dataclass(frozen=True)
class OfTwo:
    """A measure that compares two policies on the same households."""

    name: str
    needed: tuple[str, ...]
    sums: Callable[[Results, Results], Any]
    table: Callable[[Any], Table]
    compares: bool = True

    def partial(self, base: Results, new: Results | None = None) -> Any:
        """The state of these households; ValueError without a second policy."""
        if new is None:
            raise ValueError(f"{self.name} compares two policies")
        return _state(self.sums(base, new), self.table)

    def finish(self, state: Any) -> tuple[Table, ...]:
        """The table; without intervals where the households are all there are."""
        return (_shown(self.table(state), state),)


@dataclass(frozen=True)
class OfEach:
    """A measure of one policy, of both where there are two: first the base, then the new one."""

    one: Measure

    @property
    def name(self) -> str:
        """That of the measure."""
        return self.one.name

    @property
    def needed(self) -> tuple[str, ...]:
        """Those of the measure."""
        return self.one.needed

    @property
    def compares(self) -> bool:
        """It does not."""
        return False

    def partial(self, base: Results, new: Results | None = None) -> States:
        """The states of these households under each policy."""
        states = {BASE: self.one.partial(base)}
        if new is not None:
            states[NEW] = self.one.partial(new)
        return States(states)

    def finish(self, state: States) -> tuple[Table, ...]:
        """All tables of the base, then those of the new policy in the same order."""
        laws = [law for law in (BASE, NEW) if law in state.parts]
        return tuple(table for law in laws for table in self.one.finish(state[law]))


def _state(sums: Any, table: Callable[[Any], Table]) -> Any:
    """What the table asks of the sums is what has to be kept."""
    return sums if isinstance(sums, Tally) else sums.tally_for(table)


def _shown(table: Table, state: State) -> Table:
    return table.of_all() if state.complete else table


def _totals(results: Results) -> Any:
    there = [dim for dim in BY if dim in results.computed or dim in results.people]
    return caseload_sums(results, there, weight=WEIGHT)


CASELOAD = OfOne(
    "caseload",
    RECIPIENTS,
    lambda results: caseload_sums(results, ("area",), weight=WEIGHT),
    caseload_table,
)
TOTALS = OfOne("totals", (*RECIPIENTS, "category_hh"), _totals, caseload_table)
LAYERS = OfOne(
    "layers",
    (*RECIPIENTS, "layer_hh", "n_members_hh"),
    lambda results: layers_sums(results, weight=WEIGHT),
    layers_table,
)
PROGRAMMES = OfOne(
    "programmes",
    NEEDED,
    lambda results: programme_tally(results, weight=WEIGHT),
    programmes_table,
)
SPLIT = OfTwo(
    "split",
    RECIPIENTS,
    lambda base, new: split_sums(base, new, weight=WEIGHT),
    split_table,
)
WINNERS_LOSERS = OfTwo(
    "winners_losers",
    ("benefit_m_hh", "counted_income_pc_m_hh", "n_members_hh"),
    lambda base, new: band_sums(base, new, weight=WEIGHT, per="household"),
    lambda sums: bands_table(sums, sums, per="household"),
)

MEASURES: tuple[Measure, ...] = (
    OfEach(CASELOAD),
    OfEach(TOTALS),
    OfEach(LAYERS),
    OfEach(PROGRAMMES),
    POVERTY,
    SPLIT,
    WINNERS_LOSERS,
    DECILES,
)
"""All of them, in the order in which they are shown."""


def measures_for(
    policy: Policy, compares: bool, columns: Collection[str] | None = None
) -> tuple[Measure, ...]:
    """The measures that can be made under a policy, with those of a comparison if `compares`.

    `columns`: those that the people have; measures that need more of them are left out. The first
    stays in any case: what it lacks is for the plan to tell (JZ-E011).

    >>> import jiuzhu_sim as jz
    >>> [each.name for each in measures_for(jz.load_policy("example-county"), compares=False)][:2]
    ['caseload', 'totals']
    """
    first, *others = (each for each in MEASURES if compares or not each.compares)
    if columns is None:
        return (first, *others)
    return (first, *(each for each in others if _can(policy, each, columns)))


def _can(policy: Policy, measure: Measure, columns: Collection[str]) -> bool:
    """Whether the plan of a measure finds all that it needs."""
    try:
        make_plan(policy, measure.needed, columns)
    except JZError:
        return False
    return True


def needed_by(measures: Iterable[Measure]) -> tuple[str, ...]:
    """The results that a simulation must give for these measures, each once.

    >>> needed_by((CASELOAD,))
    ('benefit_m_hh', 'n_recipients_hh')
    """
    return tuple(dict.fromkeys(name for each in measures for name in each.needed))


def partial_states(
    measures: Iterable[Measure], base: Results, new: Results | None = None
) -> States:
    """The states of a part of the households, by name of the measure."""
    return States({each.name: each.partial(base, new) for each in measures})


def tables_of(states: States) -> dict[str, Table]:
    """The tables of merged states, in the order of `MEASURES`.

    Under the name of the measure; further tables of the same measure under their own name; those
    of a changed law with ``.new`` behind it.
    """
    tables: dict[str, Table] = {}
    for measure in (each for each in MEASURES if each.name in states.parts):
        state = states[measure.name]
        made = measure.finish(state)
        laws = 2 if isinstance(state, States) and NEW in state.parts else 1
        each = len(made) // laws
        for number, table in enumerate(made):
            name = table.name if number % each else measure.name
            tables[name if number < each else f"{name}.{LATER}"] = table
    return tables


def save_states(target: str | Path | IO[bytes], states: States | Mapping[str, Any]) -> None:
    """Write states as one .npz file, the same bytes for the same states.

    It holds two arrays of bytes, whatever the number of states: `index`, JSON with the name, type
    and shape (or the words) of each of their arrays, and `data`, the numbers of all of them in
    that order, compressed by Zstandard. A hundred small arrays take ten times as long to read.
    """
    from pyarrow import compress

    whole = states if isinstance(states, States) else States(states)
    index: list[Any] = []
    numbers: list[bytes] = []
    for name, array in whole.arrays().items():
        if array.dtype.kind == "U":
            index.append([name, array.shape, WORDS, array.tolist()])
        else:
            kind = array.dtype.newbyteorder("<")
            index.append([name, array.shape, kind.str, None])
            numbers.append(array.astype(kind, copy=False).tobytes())
    data = b"".join(numbers)
    said = json.dumps([len(data), index], ensure_ascii=False).encode()
    held = {"index": said, "data": compress(data, codec=CODEC, asbytes=True)}
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in held.items():
            file = io.BytesIO()
            np.lib.format.write_array(file, np.frombuffer(content, np.uint8), allow_pickle=False)
            # Without a date: the file must not tell when it was made.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), file.getvalue())


def load_states(source: str | Path | IO[bytes]) -> States:
    """The states that `save_states` wrote.

    >>> file = io.BytesIO()
    >>> save_states(file, {"all": Tally((), (), {}, np.array([3]), 3)})
    >>> size = file.seek(0)
    >>> load_states(file)["all"].households
    3
    """
    from pyarrow import decompress

    with np.load(source, allow_pickle=False) as held:
        size, index = json.loads(held["index"].tobytes())
        data = decompress(held["data"], size, codec=CODEC, asbytes=True)
    arrays, start = {}, 0
    for name, shape, kind, words in index:
        if kind == WORDS:
            array = np.array(words, np.str_)
        else:
            array = np.frombuffer(data, kind, math.prod(shape), start)
            start += array.nbytes
        arrays[name] = array.reshape(shape)
    return States.from_arrays(arrays)
