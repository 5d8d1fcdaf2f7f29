"""The record of a run: what went in, what came out, by hash; and its verification.

`run.json` holds versions, parameters, seed, the hashes of law, people and results and of every
file written, never the inputs themselves.
"""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.engine import WANTED, Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import in_brackets, text
from jiuzhu_sim.reading import is_file
from jiuzhu_sim.report.scenarios import policy_of, recorded

RECORD = "run.json"

ANNUAL, PARTS, RUN_ID = "annual", "parts", "run_id"

WHERE_AND_WHEN = ("out_dir", "dated")
"""Parameters that say where a report goes and what date it bears, not what is in it."""

FILES = ("log", "returns", "card", "targets", "verification")
"""Parameters that may name files besides the people's; several with semicolons between."""

ID_DIGITS = 12
PACKAGES = ("jiuzhu_sim", "numpy", "scipy", "pandas", "pyarrow")


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def results_digest(results: Results) -> str:
    """SHA-256 of all computed columns, households in the order of their ids."""
    content = hashlib.sha256()
    order = np.argsort(results.people.ids, kind="stable")
    for name in sorted(results.computed):
        content.update(name.encode())
        content.update(results.computed[name][order].tobytes())
    return content.hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "—"
    return found


def run_id(kind: str, parameters: Mapping[str, Any], results: Results, *digests: str) -> str:
    """Twelve hexadecimal digits that stand for what went into a run: kind, parameters, law, people,
    results, versions, and `digests` of whatever else was read (a log, a table of returns).

    The same input has the same id, whenever it runs and wherever its files go.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> run_id("run", {"out_dir": "a"}, results) == run_id("run", {"out_dir": "b"}, results)
    True
    """
    kept = {name: value for name, value in parameters.items() if name not in WHERE_AND_WHEN}
    policy, people = results.policy, results.people
    made = [kind, recorded(kept, policy), policy.digest(), people.digest()]
    made += [results_digest(results), versions(), *digests]
    content = json.dumps(made, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:ID_DIGITS]


def given_digests(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The digests of the files that parameters name, by parameter; several files have one. Names
    that are no file (a card of the package) have none.

    >>> given_digests({"card": "ten-precisions", "log": ""})
    {}
    """
    found: dict[str, str] = {}
    for name in FILES:
        entries = str(parameters.get(name) or "").split(";")
        paths = [Path(each.strip()) for each in entries if each.strip()]
        if paths and all(is_file(path) for path in paths):
            joined = "".join(map(file_digest, paths))
            found[name] = hashlib.sha256(joined.encode()).hexdigest()
    return found


def write_record(
    folder: str | Path,
    kind: str,
    parameters: Mapping[str, Any],
    results: Results,
    more: Mapping[str, Any] | None = None,
) -> Path:
    """Write `run.json` for the files now in `folder`; `kind` is annual, whatif or run.

    `parameters`: those of the run, enough to repeat it; `results`: what it computed, of which law,
    people and digests are recorded; `more`: what this kind of run records besides, by name.
    Raises JZ-E040 when it cannot be written.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_record(folder, "run", {"seed": 1}, jz.simulate(people, policy)).name
    'run.json'
    """
    people, policy = results.people, results.policy
    record = {
        "kind": kind,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": recorded(parameters, policy),
        "versions": versions(),
        "law": {
            "place": policy.place,
            "at": policy.at.isoformat(),
            "sha256": policy.digest(),
            "changed": {path: policy[path] for path in policy.changed},
        },
        "people": {
            "about": dict(people.about),
            "households": people.households,
            "persons": people.persons,
            "sha256": people.digest(),
        },
        "results": {"columns": sorted(results.computed), "sha256": results_digest(results)},
        "files": given_digests(parameters),
        **(more or {}),
        "outputs": {},
    }
    return seal(Path(folder), record)


def seal(
    folder: Path, record: dict[str, Any] | None = None, more: Mapping[str, Any] | None = None
) -> Path:
    """Write the record, with `more` in it, and the hashes of all files now in the folder."""
    path = folder / RECORD
    content = record or json.loads(path.read_text(encoding="utf-8"))
    content.update(more or {})
    content["outputs"] = {
        each.name: file_digest(each)
        for each in sorted(folder.iterdir())
        if is_file(each) and each.name != RECORD
    }
    shown = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    return write_whole(path, f"{shown}\n".encode())


def outputs_of(folder: Path) -> dict[str, str]:
    """The files that the record in a folder names, with their hashes; none without a record."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def forget(folder: Path, former: Mapping[str, str]) -> None:
    """Remove what an earlier run wrote and this one did not, such as a chart that is now another:
    files of the `former` record that the present one lacks and nobody has changed."""
    for name, digest in former.items():
        path = folder / Path(name).name
        if name not in outputs_of(folder) and is_file(path) and file_digest(path) == digest:
            path.unlink()


@dataclass(frozen=True)
class Checked:
    """One item of a verification: what, whether it is the same, and both values if not."""

    item: str
    same: bool
    detail: str = ""

    def __str__(self) -> str:
        verdict = text("verify.same" if self.same else "verify.different")
        return f"{verdict}　{in_brackets(self.item, self.detail) if self.detail else self.item}"


ON_ROLL = ("cleanup",)
"""Kinds of runs whose people stand on a roll."""


def recompute(
    parameters: Mapping[str, Any], columns: Iterable[str] = WANTED, kind: str = "run"
) -> Results:
    """The results of a run again, from its parameters; those of `columns` that are still known."""
    policy = policy_of(parameters)
    made = people_on_roll if kind in ON_ROLL else people_of
    people = made(
        str(parameters["data"]), policy, int(parameters["households"]), int(parameters["seed"])
    )
    return simulate(people, policy, [name for name in columns if name in policy.rules])


def verify(folder: str | Path) -> tuple[Checked, ...]:
    """Hold a run's `folder` against its record: files, versions, law, people, results.

    Law, people and results (of a casework report: procedure, log, verdicts; of a run in parts every
    part) are computed again from the recorded parameters.
    Raises JZ-E041 when there is no record, JZ-E021 when it cannot be read.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> import tempfile
    >>> run = {"law": "example-county", "data": "", "households": 200, "seed": 1}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_record(folder, "run", run, jz.simulate(people, policy))
    ...     all(item.same for item in verify(folder))
    True
    """
    folder = Path(folder)
    path = folder / RECORD
    if not is_file(path):
        raise JZError.of("JZ-E041", str(folder))
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["kind"] == PARTS:
            from jiuzhu_sim.report.run_record import verify_parts

            return verify_parts(folder, record)
        found = [_file(folder / name, digest) for name, digest in record["outputs"].items()]
        parameters = record["parameters"]
        recorded = record.get("sha256") or {
            name: record[name]["sha256"] for name in ("law", "people", "results")
        }
        recorded = {**recorded, **record.get("files", {})}
        if record["kind"] == ANNUAL and "run_id" in record:
            recorded[RUN_ID] = record[RUN_ID]
        kind, old = record["kind"], record["versions"]
        columns = record.get("results", {}).get("columns", WANTED)
    except (ValueError, KeyError, TypeError) as fault:
        raise JZError.of("JZ-E021", str(path), reason=f"{type(fault).__name__}: {fault}") from fault
    for name, now in versions().items():
        detail = "" if old.get(name) == now else f"{old.get(name)} → {now}"
        found.append(Checked(text("verify.version", name=name), not detail, detail))
    again = _again(kind, parameters, columns)
    for name, before in recorded.items():
        detail = "" if name in again else text("verify.missing")
        found.append(Checked(text(f"verify.{name}"), before == again.get(name), detail))
    return tuple(found)


def _again(kind: str, parameters: Mapping[str, Any], columns: Iterable[str]) -> dict[str, str]:
    """The hashes of what went in and came out of a run, made again, by name."""
    if kind == "casework":
        from jiuzhu_sim.report.casework_record import digests_again

        return digests_again(parameters)
    if kind == "ranking":
        from jiuzhu_sim.report import ranking_record

        return ranking_record.digests_again(parameters)
    results = recompute(parameters, columns, kind)
    found = {
        "law": results.policy.digest(),
        "people": results.people.digest(),
        "results": results_digest(results),
        **given_digests(parameters),
    }
    return found | (_id_again(parameters, results) if kind == ANNUAL else {})


def _id_again(parameters: Mapping[str, Any], results: Results) -> dict[str, str]:
    """The id of an annual report made again; none where a file of it is gone."""
    from jiuzhu_sim.assessment import assess
    from jiuzhu_sim.report.annual import annual_report
    from jiuzhu_sim.report.annual.gather import gather

    try:
        assessed = assess(results.people, results.policy)
        parts = gather(assessed, parameters)
        year = int(parameters.get("year") or results.policy.at.year)
        return {RUN_ID: annual_report(assessed, year, **parts).record()[RUN_ID]}
    except JZError:
        return {}


def _file(path: Path, digest: str) -> Checked:
    if not is_file(path):
        return Checked(path.name, False, text("verify.missing"))
    return Checked(path.name, file_digest(path) == digest)
