"""The baseline of some people held against a ledger or reported figures, ready for a report."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.against_ledger import USUAL, Comparison, Tolerances, compare
from jiuzhu_sim.assessment.gate import (
    Gate,
    gate_of,
    gate_record,
    judge,
    without_gate,
    write_gate,
)
from jiuzhu_sim.assessment.identities import identities
from jiuzhu_sim.assessment.ledger import Ledger, Place, find_ledger, read_ledger
from jiuzhu_sim.assessment.ledger_tables import (
    comparison_tables,
    contradictions,
    hidden_places,
    reasons,
    reweighted_tables,
)
from jiuzhu_sim.assessment.ledger_words import words
from jiuzhu_sim.assessment.reconcile import calibration, reconcile
from jiuzhu_sim.assessment.reweight import reweighted
from jiuzhu_sim.engine import WANTED, Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.law import figures
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.programmes import NEEDED
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, write_people
from jiuzhu_sim.reading import is_folder

WEIGHT = "weight"
NOTHING = Comparison((), (), (), ())
MAX_RATIO = 3.0
"""How far a weight may move when people are reweighted, unless told otherwise."""


@dataclass(frozen=True)
class Held:
    """Results of some people, their comparison with a ledger (empty without one), the outcome."""

    results: Results
    comparison: Comparison
    gate: Gate


@dataclass(frozen=True)
class Baseline:
    """People under a law beside their ledger: `now`, as they are, and `after` reweighting to it.

    Tables, where they apply: ``ledger_areas``, ``ledger_townships``, ``ledger_cells``,
    ``reasons_…``, ``contradictions``, ``reweighted_…``; of a place that reported figures
    ``reconcile``, ``identities``, ``calibration``. `hidden`: places too small to be published.
    `data`: the folder of the people, "" where they are in none. `is_packaged`: the ledger is the
    packaged one, made from the same synthetic people, so that it agrees by construction.
    """

    now: Held
    after: Held | None
    ledger: Ledger | None
    tables: Mapping[str, Table]
    tolerances: Tolerances
    hidden: frozenset[Place] = frozenset()
    data: str = ""
    is_packaged: bool = False

    @property
    def latest(self) -> Results:
        """The results after reweighting, where there was one."""
        return (self.after or self.now).results

    @property
    def is_kept(self) -> bool:
        """Whether the outcome can be kept beside the people."""
        return bool(self.data) and os.access(self.data, os.W_OK)

    def write(self, out: str | Path) -> tuple[Path, ...]:
        """Write `gate.json` into `out` and, where that can be done, beside the people.

        Reweighted people are written into `out`, and the gate there is theirs. Raises JZ-E040.
        """
        written = []
        if self.is_kept and self.ledger is not None:
            written.append(write_gate(self.data, self._record(self.now)))
        if self.after is not None:
            write_people(self.after.results.people, out)
        return (*written, write_gate(out, self._record(self.after or self.now)))

    def _record(self, held: Held) -> dict[str, Any]:
        shown = [row for row in held.comparison.rows if row.place not in self.hidden]
        return gate_record(held.gate, held.results, shown, self.tolerances, self.ledger)


def hold_baseline(
    people: People,
    policy: Policy,
    *,
    ledger_path: str = "",
    data: str = "",
    tolerances: Tolerances = USUAL,
    reweight: bool = False,
    max_weight_ratio: float = MAX_RATIO,
    min_cell: int = MIN_N,
) -> Baseline:
    """Simulate `people` under `policy` and hold them against their ledger and reported figures.

    `ledger_path`: the ledger's file, else that in the folder `data` (see `find_ledger`).
    `tolerances`: shares by which persons and money may differ and still be green. `reweight`: bring
    the weights to the ledger, none by more than `max_weight_ratio` times. Rows of fewer than
    `min_cell` households are hidden.

    Raises what reading the ledger, simulating and reweighting raise; JZ-E032 to reweight without
    a ledger.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=6000, seed=20260101)
    >>> policy = jz.load_policy("example-county")
    >>> hold_baseline(people, policy).now.gate.outcome
    'green'
    """
    people = without_gate(people)
    # The packaged ledger is that of the place's own synthetic people under its own law.
    is_own = (
        people.about.get("source") == "synthetic" and people.about.get("recipe") == policy.place
    )
    path = find_ledger(ledger_path, data, policy.place if is_own else "")
    if path is None and reweight:
        expected = text("ledger.needed")
        raise JZError.of("JZ-E032", name="reweight", value=reweight, expected=expected)
    ledger = read_ledger(path) if path else None
    others = set(ledger.statistics) & set(words()["programmes"]) if ledger else set()
    results = simulate(people, policy, (*WANTED, *NEEDED) if others else WANTED)
    tables = _figures(results)
    folder = data if data and is_folder(data) else ""
    if ledger is None:
        now = Held(results, NOTHING, gate_of(results, tables.get("reconcile")))
        return Baseline(now, None, None, tables, tolerances, data=folder)
    now = _held(results, ledger, tolerances)
    hidden = hidden_places(now.comparison.rows, min_cell)
    tables |= comparison_tables(now.comparison, ledger.file, hidden)
    tables |= reasons(now.comparison, hidden)
    if (odd := contradictions(now.comparison, hidden)) is not None:
        tables["contradictions"] = odd
    after = None
    if reweight:
        moved = reweighted(results, ledger, max_weight_ratio)
        after = _held(simulate(moved, policy, list(results.computed)), ledger, tolerances)
        ratios = moved.about["calibration"]["ratios"]
        tables |= reweighted_tables(now.comparison, after.comparison, hidden, ratios)
    packaged = find_ledger("", "", policy.place) if is_own else None
    kept = frozenset(hidden)
    return Baseline(now, after, ledger, tables, tolerances, kept, folder, path == packaged)


def _held(results: Results, ledger: Ledger, tolerances: Tolerances) -> Held:
    comparison = compare(results, ledger, weight=WEIGHT, tolerances=tolerances)
    return Held(results, comparison, judge(comparison))


def _figures(results: Results) -> dict[str, Table]:
    """What the place reported beside the model, its identities, and the calibration to it."""
    tables, place = {}, results.policy.place
    if content := figures(place):
        if content.get("compare"):
            tables["reconcile"] = reconcile(results, weight=WEIGHT)
        tables["identities"] = identities(place)
    if (calibrated := calibration(results.people)) is not None:
        tables["calibration"] = calibrated
    return tables
