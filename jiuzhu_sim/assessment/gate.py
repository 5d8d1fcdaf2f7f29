"""The gate: whether people may be used for reports, because they were held against a ledger.

Reconciling writes `gate.json` beside the people. Later reports look for it; it counts only for
the people it was made with. Where a place reported figures, these are a gate of their own.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.assessment.against_ledger import GREEN, RED, Comparison, Row, Tolerances
from jiuzhu_sim.assessment.beside import FAILS
from jiuzhu_sim.assessment.ledger import Ledger
from jiuzhu_sim.assessment.reconcile import reconcile
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.law import figures
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import People
from jiuzhu_sim.reading import is_file

GATE = "gate.json"

OUTCOMES = ("green", "amber", "red", "missing", "foreign", "")
"""Passed, passed with reservations, not passed; never reconciled; reconciled, but other people;
nothing to be said (synthetic people without a ledger)."""

STOPPING = ("red", "missing", "foreign")
"""The outcomes that every page and sheet is stamped with."""

LEDGER, FIGURES = "ledger", "figures"


@dataclass(frozen=True)
class Gate:
    """The outcome, what the people were held against (``ledger``, ``figures`` or ""), and why.

    `found`: how many rows were red, amber, of undecided colour, on one side only, and how often
    the ledger contradicts itself. `about`: what stands in `gate.json` beside it.
    """

    outcome: str
    against: str = ""
    found: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether every page is to be stamped."""
        return self.outcome in STOPPING


def judge(comparison: Comparison) -> Gate:
    """The outcome of a comparison with a ledger.

    Red: a row that decides is red, or no row could be compared. Amber: any other row beyond its
    tolerance, rows on one side only, or a ledger that contradicts itself.

    >>> judge(Comparison((), (), (), ())).outcome
    'red'
    """
    rows = comparison.rows
    found = {
        "rows": len(rows),
        "red": sum(row.decides and row.colour == RED for row in rows),
        "beyond": sum(row.colour < GREEN for row in rows),
        "one_sided": len(comparison.only_ledger) + len(comparison.only_model),
        "contradictions": len(comparison.contradictions),
    }
    reserved = found["beyond"] or found["one_sided"] or found["contradictions"]
    outcome = "red" if found["red"] or not rows else "amber" if reserved else "green"
    return Gate(outcome, LEDGER, found)


def judge_figures(held: Table, unexplained: Sequence[str] | None = None) -> Gate:
    """The outcome of a comparison with reported figures (`reconcile`), by its checks: targets
    agree by construction.

    Red: a check beyond its tolerance without a reason (`unexplained`: the figures that have none;
    None for all of them). Amber: one with a reason. Without any check there is no outcome.
    """
    checks = [row for row in held.rows if row[-1] == "check"]
    if not checks:
        return Gate("")
    failed = [row[0] for row in checks if held.get("verdict", *row) == FAILS]
    red = [name for name in failed if unexplained is None or name in unexplained]
    found = {"rows": len(checks), "red": len(red), "beyond": len(failed)}
    return Gate("red" if red else "amber" if failed else "green", FIGURES, found)


def gate_of(results: Results, held: Table | None = None) -> Gate:
    """The gate of a run's people: the one found with them, else that of the place's figures.

    `held`: the place's comparison under its law as it is, where it is there already.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=50, seed=1)
    >>> gate_of(jz.simulate(people, jz.load_policy("example-county"))).outcome
    ''
    """
    about, policy = results.people.about, results.policy
    found = about.get("gate") or {}
    if found.get("outcome") in ("green", "amber", "red"):
        return Gate(found["outcome"], found["against"], found["found"], found)
    content = figures(policy.place)
    if content and content.get("compare"):
        if policy.changed:
            unchanged = load_policy(policy.place, policy.at)
            results, held = simulate(results.people, unchanged, reuse=results), None
        held = reconcile(results, weight="weight") if held is None else held
        explained = {item["figure"] for item in content["compare"] if "why" in item}
        plain = [row[0] for row in held.rows if row[0] not in explained]
        is_calibrated = any(row[-1] == "target" for row in held.rows)
        return judge_figures(held, plain if is_calibrated else None)
    unknown = "" if about.get("source") == "synthetic" else "missing"
    return Gate(str(found.get("outcome", unknown)), about=found)


def with_gate(people: People, folder: str | Path) -> People:
    """People read from a folder, with the gate found there in `about["gate"]`, if there is one.

    A gate of other people is ignored, and said so (outcome ``foreign``). Raises JZ-E021 when the
    file cannot be read.
    """
    path = Path(folder) / GATE
    if not is_file(path):
        return people
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        fits = found["people"] == people.digest()
        kept = {name: found[name] for name in ("outcome", "against", "found", "law", "date")}
    except (ValueError, KeyError, TypeError) as fault:
        raise JZError.of("JZ-E021", str(path), reason=f"{type(fault).__name__}: {fault}") from fault
    if not fits:
        return _about(people, {"outcome": "foreign", "date": kept["date"]})
    return _about(people, kept | {"file": found.get("ledger", {}).get("file", "")})


def without_gate(people: People) -> People:
    """People without what an earlier gate said of them: they are held anew."""
    kept = {name: value for name, value in people.about.items() if name != "gate"}
    return replace(people, about=MappingProxyType(kept))


def _about(people: People, gate: Mapping[str, Any]) -> People:
    return replace(people, about=MappingProxyType({**people.about, "gate": dict(gate)}))


def gate_record(
    gate: Gate,
    results: Results,
    rows: Sequence[Row],
    tolerances: Tolerances,
    ledger: Ledger | None,
) -> dict[str, Any]:
    """What `gate.json` says: outcome, people and law by hash, date, tolerances, and those of `rows`
    that are not green.
    """
    policy = results.policy
    return {
        "outcome": gate.outcome,
        "against": gate.against,
        "found": dict(gate.found),
        "people": results.people.digest(),
        "reweighted": "ledger" in results.people.about.get("calibration", {}),
        "law": {"place": policy.place, "at": policy.at.isoformat(), "sha256": policy.digest()},
        "date": datetime.date.today().isoformat(),
        "tolerances": tolerances._asdict(),
        "ledger": {"file": ledger.file, "sha256": ledger.sha256} if ledger else {},
        "rows": [_told(row) for row in rows if row.colour < GREEN],
        "version": _version(),
    }


def write_gate(folder: str | Path, record: Mapping[str, Any]) -> Path:
    """Write `gate.json`; raises JZ-E040 when the folder cannot be written."""
    shown = json.dumps(record, ensure_ascii=False, indent=1)
    return write_whole(Path(folder) / GATE, f"{shown}\n".encode())


def _told(row: Row) -> dict[str, Any]:
    """A row beyond its tolerance: by how much, not the figures themselves."""
    area, township = row.place
    rate = round(row.rate, 6) if abs(row.rate) < float("inf") else None
    return {"area": area, "township": township, "item": row.item, "rate": rate,
            "colour": row.colour, "decides": row.decides}  # fmt: skip


def _version() -> str:
    try:
        return version("jiuzhu_sim")
    except PackageNotFoundError:
        return "—"
