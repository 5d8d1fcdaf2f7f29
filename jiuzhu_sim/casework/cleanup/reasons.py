"""Why a household's cover ends or changes: the law's rules run again with one finding put back."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.columns import by_household, gathered, values_of
from jiuzhu_sim.casework.cleanup.roll import WANTED, in_dibao
from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.language import pick, read_yaml
from jiuzhu_sim.law import document_of, region
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules import stop_grounds

LAYER = codes("layer_hh")
STOP = codes("stop_reason_hh")
BECAUSE = codes("not_counted_because")

Flags = NDArray[np.bool_]


@cache
def reason_table() -> Mapping[str, Mapping[str, Any]]:
    """Every reason: label, clause and what it rests on, in the order of the documents. Grounds to
    stop that the file does not name come last, with the label and clauses of their own rules.

    >>> reason_table()["pension"]["clause"]
    'S4.3.4'
    """
    found: dict[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_name("reasons.yaml"))
    labels = column("stop_reason_hh").codes or {}
    named = {entry.get("stop") for entry in found.values()}
    for ground, clauses in stop_grounds().items():
        if ground not in named:
            first, *more = clauses
            entry = {"label": labels[ground], "clause": first, "clauses": more, "stop": ground}
            found[ground] = entry
    return found


REASONS = tuple(reason_table())
"""The names of the reasons; a code is the position here."""


def reason_label(reason: str) -> str:
    """A reason in the language in use.

    >>> reason_label("pension")
    '领取养老保险'
    """
    return pick(reason_table()[reason]["label"])


def reason_clause(reason: str, policy: Policy | None = None) -> str:
    """The clause that a reason rests on: of the place's own documents where they have one.

    >>> import jiuzhu_sim as jz
    >>> reason_clause("compensation"), reason_clause("compensation", jz.load_policy("s0-street"))
    ('S4.3.4', 'S0.3.6')
    """
    entry = reason_table()[reason]
    known = (str(entry["clause"]), *entry.get("clauses", ()))
    own = region(policy.place).documents if policy else ()
    return next((clause for clause in known if document_of(clause) in own), known[0])


def attribute(reported: People, after: Results, stopped: Flags) -> NDArray[np.int8]:
    """The reason of every household, a position in `REASONS`: of the `stopped` what alone ends
    their cover, of the others the first finding about them; ``none`` where nothing was found.

    `after`: results on what is established; `reported`: the people as they were on the roll.
    """
    known = after.people
    found = np.zeros(known.households, np.int8)
    alone = np.zeros(known.households, np.int8)
    again: dict[tuple[str, ...], Flags] = {}
    for number, (name, entry) in enumerate(reason_table().items()):
        holds, restores = _holds(reported, after, entry)
        if restores is None:
            names = tuple(entry.get("columns", ["not_counted_because"]))
            if (holds & stopped).any():
                if names not in again:
                    again[names] = _eligible_with(reported, after, names)
                restores = again[names]
            else:
                restores = np.zeros_like(stopped)
        if name == "none":
            continue
        alone = np.where((alone == 0) & holds & restores & stopped, number, alone)
        found = np.where((found == 0) & holds, number, found)
    return np.where(stopped & (alone > 0), alone, found).astype(np.int8)


def _holds(reported: People, after: Results, entry: Mapping[str, Any]) -> tuple[Flags, Any]:
    """Of whom a reason holds, and whom it alone keeps out (None: to be found by the rules)."""
    known = after.people
    if "layer" in entry:
        holds = after.numbers("layer_hh") == getattr(LAYER, entry["layer"])
        return holds, holds
    if "stop" in entry:
        holds = after.numbers("stop_reason_hh") == getattr(STOP, entry["stop"])
        is_poor = after.numbers("is_income_below_hh") & after.numbers("is_property_passed_hh")
        return holds, is_poor & (after.numbers("n_members_hh") > 0)
    if "because" in entry:
        code = getattr(BECAUSE, entry["because"])
        now = values_of(known, "not_counted_because") == code
        was = values_of(reported, "not_counted_because") == code
        return gathered(known, now & ~was), None
    holds = np.zeros(known.households, bool)
    for name in entry.get("columns", ()):
        holds |= by_household(known, name, values_of(known, name) != values_of(reported, name))
    return holds, None


def _eligible_with(reported: People, after: Results, names: tuple[str, ...]) -> Flags:
    """Who would be in dibao if these columns were as reported."""
    back = {name: values_of(reported, name) for name in names if column(name) is not None}
    results = simulate(after.people.with_columns(back), after.policy, WANTED)
    return in_dibao(results)
