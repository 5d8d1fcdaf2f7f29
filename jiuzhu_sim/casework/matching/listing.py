"""Matched cases as a list for the township that has to follow them up: no name, no ID number."""

from typing import Any

import numpy as np

from jiuzhu_sim.casework.matching.match import EFFECTS, KINDS, PROPERTY, REASONS, Matches
from jiuzhu_sim.columns import code_labels, column, columns
from jiuzhu_sim.language import pick, text, unit_label
from jiuzhu_sim.roster.identity import masked

HEADS = (
    *("household", "area", "township", "source", "clause", "kind", "shown", "amount_m"),
    *("effect", "reason", "before_m", "alone_m"),
)
"""Columns of the list; their heads are `matched.<name>` of texts/."""


def listed(matches: Matches) -> Any:
    """A row for each source and household matched, households in the order of the people.

    `shown` says what the source shows beyond what is reported; `before_m` and `alone_m` are the
    benefit on what is reported and with this source's entries, yuan a month. Ids are those of the
    people (hashes, for a roster); long runs of digits in them are hidden.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.matching.match import match
    >>> people = jz.synthesize("all-programmes", households=400, seed=1)
    >>> matches = match(people, jz.load_policy("national-illustrated"), ["vehicles"])
    >>> set(listed(matches)[text("matched.source")]) <= {"车辆管理"}
    True
    """
    import pandas as pd

    home, place = np.nonzero(matches.is_matched.T)
    people, asked = matches.people, matches.sources
    ids = people.ids
    rows = {
        "household": [masked(str(ids[one]), "") for one in home],
        "area": _words(people, "area")[home],
        "township": _words(people, "township")[home],
        "source": [asked[one].title for one in place],
        "clause": [text("word.comma").join(asked[one].clauses) for one in place],
        "kind": [text(f"match_kind.{KINDS[matches.kind[p, h]]}") for p, h in _pairs(place, home)],
        "shown": [_shown(matches, p, h) for p, h in _pairs(place, home)],
        "amount_m": matches.amount_m[place, home].round(2),
        "effect": [
            text(f"match_effect.{EFFECTS[matches.effect[p, h]]}") for p, h in _pairs(place, home)
        ],
        "reason": [_reason(REASONS[matches.reason[p, h]]) for p, h in _pairs(place, home)],
        "before_m": matches.before_m[home].round(2),
        "alone_m": matches.benefit_m[place, home].round(2),
    }
    return pd.DataFrame(rows).rename(columns={name: text(f"matched.{name}") for name in HEADS})


def _pairs(place: Any, home: Any) -> Any:
    return zip(place.tolist(), home.tolist(), strict=True)


def _words(people: Any, name: str) -> Any:
    """A column as words; empty ones where the people have none."""
    if name not in people:
        return np.full(people.households, "", object)
    if column(name).dtype != "code":
        return people[name]
    return np.array(code_labels(name), object)[people.numbers(name)]


def _shown(matches: Matches, place: int, home: int) -> str:
    """What a source shows of a household beyond what is reported."""
    said = []
    for (key, plain), values in matches.excess.items():
        if key == matches.sources[place].key and values[home] > 0:
            entry = column(plain)
            is_flag = entry.dtype in ("bool", "code")
            more = "" if is_flag else f" +{values[home]:,.0f} {unit_label(entry.unit)}"
            said.append(f"{entry.title}{more}")
    return text("word.comma").join(said)


def _reason(name: str) -> str:
    if name not in PROPERTY:
        return text(f"match_reason.{name}")
    return pick((columns()["property_reason_hh"].codes or {})[name])
