"""Sources of information: what each shows of a household, how often it is looked at, who says so.

What a source shows are entries of the register columns (`view: registry` of the dictionary). Of
synthetic people those columns hold hits, misses and stale entries already; `measured` counts them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import pick, read_yaml, text
from jiuzhu_sim.population import People

TOLERANCE = 0.005
"""Half a fen: amounts nearer than this are the same."""


@dataclass(frozen=True)
class Source:
    """A register that is asked.

    `shows`: plain column → share of the register column's entries that stand in this source.
    `every_months` is how often it is asked, `status` whether a document says so (``stated``).

    >>> sources()["vehicles"].title, sources()["vehicles"].every_months
    ('车辆管理', 6)
    """

    key: str
    label: Mapping[str, str]
    clauses: tuple[str, ...]
    shows: Mapping[str, float]
    every_months: int
    status: str

    @property
    def title(self) -> str:
        """The label in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Losses:
    """What is lost or mixed up beyond what register columns hold; shares, assumed, 0–1.

    `authorised`: households whose authorisation letter is on file; `id_usable`: persons whose ID
    number can be matched (of a household's property: its first member's); `mix_up`: persons to
    whom somebody else's entry is ascribed. Raises JZ-E004 for a share outside its range.

    >>> Losses(authorised=0.9).id_usable
    1.0
    """

    authorised: float = 1.0
    id_usable: float = 1.0
    mix_up: float = 0.0

    def __post_init__(self) -> None:
        problems = Problems()
        for entry in fields(self):
            value, (low, high) = getattr(self, entry.name), loss_terms()[entry.name]["range"]
            if not low <= value <= high:
                problems.add("JZ-E004", path=entry.name, value=value, low=low, high=high)
        problems.raise_if_any()


@cache
def _written() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("sources.yaml"))
    return found


@cache
def loss_terms() -> Mapping[str, Mapping[str, Any]]:
    """Value, range, unit, status, clause and label of each loss."""
    found: Mapping[str, Mapping[str, Any]] = _written()["losses"]
    return found


def usual_losses() -> Losses:
    """The losses of `sources.yaml`.

    >>> usual_losses()
    Losses(authorised=1.0, id_usable=1.0, mix_up=0.0)
    """
    return Losses(**{name: float(entry["value"]) for name, entry in loss_terms().items()})


def frequencies() -> Mapping[str, Mapping[str, Any]]:
    """How often lists may be matched: months, clause and label by name.

    >>> {name: entry["months"] for name, entry in frequencies().items()}
    {'monthly': 1, 'quarterly': 3, 'half_yearly': 6, 'yearly': 12}
    """
    found: Mapping[str, Mapping[str, Any]] = _written()["frequencies"]
    return found


@cache
def sources() -> Mapping[str, Source]:
    """Every source by key, in the order of `sources.yaml`.

    >>> "S4.2.7" in sources()["social_insurance"].clauses
    True
    """
    found = {}
    for key, entry in _written()["sources"].items():
        every = entry["every_months"]
        found[key] = Source(
            key,
            entry["label"],
            tuple(entry["clauses"]),
            entry["shows"],
            int(every["value"]),
            every["status"],
        )
    return found


def register_column(plain: str) -> str:
    """The column with what registers show of a plain one; "" where the dictionary has none.

    >>> register_column("wage_m"), register_column("relation")
    ('wage_registry_m', '')
    """
    entries = columns().values()
    return next((e.name for e in entries if e.view_of == plain and e.view == "registry"), "")


def true_column(plain: str) -> str:
    """The column with what is true where a plain one is reported; "" where there is none."""
    return next((e.name for e in columns().values() if e.view_of == plain and e.view == "true"), "")


def shown_by(source: Source, people: People) -> tuple[str, ...]:
    """The plain columns of which these people bring what this source shows."""
    return tuple(
        plain for plain in source.shows if register_column(plain) in people and plain in people
    )


def chosen(people: People, names: Iterable[str] | None = None) -> tuple[Source, ...]:
    """The sources named (None: all that show anything of these people).

    Raises JZ-E060 for an unknown one, and JZ-E100 where one that is named, or every one, has no
    register column among the people's.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=10, seed=1)
    >>> [source.key for source in chosen(people, ["tax", "bank"])]
    ['tax', 'bank']
    """
    known = sources()
    wanted = list(known) if names is None else list(dict.fromkeys(names))
    problems = Problems()
    for name in wanted:
        if name not in known:
            problems += JZError.unknown(text("word.source"), name, known).problems
    problems.raise_if_any()
    there = [known[name] for name in wanted if shown_by(known[name], people)]
    lacking = [known[name] for name in wanted if known[name] not in there]
    if lacking and (names is not None or not there):
        raise JZError.of(
            "JZ-E100",
            sources=text("word.comma").join(source.title for source in lacking),
            needed=", ".join(_needed(lacking)) or text("matching.no_column"),
        )
    return tuple(there)


def _needed(lacking: Iterable[Source]) -> list[str]:
    names = {register_column(plain) for source in lacking for plain in source.shows}
    return sorted(names - {""})


def measured(people: People) -> Any:
    """How good the registers are of people whose truth is known, a row for each column.

    `hit`: of persons (or households) who have more than they report, the share of whom a register
    shows more than they report. `false_hit`: of those who have no more than they report, the
    share of whom it shows more all the same. Counts unweighted. NaN where nobody is concerned.

    Raises JZ-E100 for people without register or true columns.

    >>> import jiuzhu_sim as jz
    >>> found = measured(jz.synthesize("all-programmes", households=3000, seed=1))
    >>> bool(found.loc["pension_other_m", "hit"] > found.loc["wage_m", "hit"])
    True
    """
    import pandas as pd

    rows = {}
    for plain in dict.fromkeys(p for source in chosen(people) for p in shown_by(source, people)):
        truth = true_column(plain)
        if truth not in people:
            continue
        reported = people.numbers(plain).astype(np.float64)
        hides = people.numbers(truth) - reported > TOLERANCE
        shown = people.numbers(register_column(plain)) - reported > TOLERANCE
        rows[plain] = {
            "hides": int(hides.sum()),
            "hit": _share(shown & hides, hides),
            "false_hit": _share(shown & ~hides, ~hides),
        }
    if not rows:
        names = {true_column(p) for s in sources().values() for p in s.shows} - {""}
        raise JZError.of("JZ-E100", sources=text("matching.truth"), needed=", ".join(sorted(names)))
    return pd.DataFrame.from_dict(rows, orient="index")


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")
