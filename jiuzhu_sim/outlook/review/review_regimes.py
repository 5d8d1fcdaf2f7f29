"""The regimes that are compared: those of documents, one interval for all, months of matching."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu_sim.language import LANGUAGES, pick, speaking, text
from jiuzhu_sim.months.regimes import regimes
from jiuzhu_sim.policy import Policy

YEAR = 12
PRESENT = "present"
SCALED = (1, 2, 3, 6, 12, 24)
"""Months between two reviews of everybody, in the family of one interval for all."""


@dataclass(frozen=True)
class Regime:
    """One way of reviewing: changes of the law, and months of the calendar (1–12) in which the
    data are matched besides. `family`: ``regime``, ``interval`` or ``matching``.
    """

    key: str
    label: Mapping[str, str]
    family: str
    changes: Mapping[str, Any]
    matching: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return pick(self.label)


def compared_with(
    policy: Policy, names: Iterable[str], intervals: Iterable[int], matching: Iterable[int]
) -> tuple[Regime, ...]:
    """The law as it stands, and behind it the named regimes that change it, one interval for all,
    and months of matching.

    >>> import jiuzhu_sim as jz
    >>> law = jz.load_policy("national-illustrated")
    >>> [each.key for each in compared_with(law, ["national", "s1_classes"], [], [])]
    ['present', 's1_classes']
    """
    known = regimes()
    named = [
        Regime(
            name, known[name].label, "regime", known[name].changes, (), tuple(known[name].clauses)
        )
        for name in dict.fromkeys(names)
    ]
    return (
        Regime(PRESENT, _labels("regime.present"), PRESENT, {}),
        *(each for each in named if policy.diff(policy.change(each.changes))),
        *interval_family(intervals),
        *matching_family(matching),
    )


def interval_family(months: Iterable[int] = SCALED) -> tuple[Regime, ...]:
    """Everybody reviewed every so many months, whatever category.

    >>> [regime.key for regime in interval_family([6, 12])]
    ['every_6', 'every_12']
    """
    paths = ("review.months_a", "review.months_b", "review.months_c.urban", "review.months_c.rural")
    made = []
    for every in months:
        changes = {"review.by": "category", **dict.fromkeys(paths, every)}
        label = _labels("regime.every", n=every)
        made.append(Regime(f"every_{every}", label, "interval", changes))
    return tuple(made)


def matching_family(months: Iterable[int]) -> tuple[Regime, ...]:
    """The law as it stands with data matching in each of these months of the calendar alone, and
    in all of them together.
    """
    several = tuple(dict.fromkeys(months))
    sets = [*((month,) for month in several), *([several] if len(several) > 1 else [])]
    return tuple(
        Regime(
            "match_" + "_".join(map(str, chosen)),
            _labels("regime.match", chosen),
            "matching",
            {},
            chosen,
        )
        for chosen in sets
    )


def _labels(key: str, months: Iterable[int] = (), **fields: Any) -> dict[str, str]:
    found = {}
    for lang in LANGUAGES:
        with speaking(lang):
            found[lang] = text(key, months=text("word.comma").join(map(str, months)), **fields)
    return found
