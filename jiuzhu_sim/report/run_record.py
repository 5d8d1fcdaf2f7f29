"""The record of a run in parts: what went in and came out of every part, by hash; its verification.

Inputs and results by household are hashed by whoever did the part; pages and workbooks here.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.part import HOUSEHOLDS, PARTS
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import language, speaking, text
from jiuzhu_sim.report.record import PARTS as KIND
from jiuzhu_sim.report.record import RECORD, Checked, file_digest, versions

if TYPE_CHECKING:
    from jiuzhu_sim.batch.run import Outcome

JOB = ("name", "data", "law", "at", "keep", "title")
"""What of a job stands in the record as it is, beside its changes."""


def write_parts_record(folder: str | Path, outcomes: "Sequence[Outcome]") -> Path:
    """Write `run.json` for the run whose files are now in `folder`. Raises JZ-E040."""
    folder = Path(folder)
    record = {
        "kind": KIND,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lang": language(),
        "versions": versions(),
        "jobs": [_job(outcome) for outcome in outcomes],
        "outputs": _outputs(folder, outcomes),
    }
    shown = json.dumps(record, ensure_ascii=False, indent=1, default=str)
    return write_whole(folder / RECORD, f"{shown}\n".encode())


def _job(outcome: "Outcome") -> dict[str, Any]:
    """A job: what it was asked, law, people, digests of the files read, what is missing."""
    job = outcome.job
    base, new = job.policies
    return {
        **{name: getattr(job, name) for name in JOB},
        "changes": dict(job.changes),
        "law_sha256": base.digest(),
        "new_sha256": new.digest() if new else None,
        "about": dict(outcome.about),
        "households": outcome.households,
        "persons": outcome.persons,
        "seconds": round(outcome.seconds, 3),
        "resumed": outcome.resumed,
        "inputs": {str(each.number): dict(each.sha256) for each in outcome.receipts},
        "failed": [
            {
                "number": each.number,
                "name": each.name,
                "codes": [problem.code for problem in each.problems],
            }
            for each in outcome.failed
        ],
    }


def _outputs(folder: Path, outcomes: "Sequence[Outcome]") -> dict[str, str]:
    """Digests by path below the folder: those of the parts as their receipts have them, of all
    other files as they lie there."""
    found = {
        _path(outcome.job.name, name): digest
        for outcome in outcomes
        for receipt in outcome.receipts
        for name, digest in receipt.outputs.items()
    }
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in found and name != RECORD:
            found[name] = file_digest(path)
    return found


def _path(job: str, name: str) -> str:
    return f"{job}/{name}" if job else name


# --- verification --------------------------------------------------------------------------
def verify_parts(folder: Path, record: Mapping[str, Any]) -> tuple[Checked, ...]:
    """Hold a folder against its record: files, versions, laws, files of the data, and every part
    computed again in a temporary folder. KeyError or TypeError where the record is none of ours."""
    outputs: Mapping[str, str] = record["outputs"]
    found = [*_files(folder, outputs)]
    for name, now in versions().items():
        old = record["versions"].get(name)
        found.append(
            Checked(
                text("verify.version", name=name),
                old == now,
                "" if old == now else f"{old} → {now}",
            )
        )
    jobs = [_job_of(each) for each in record["jobs"]]
    with speaking(record["lang"]):
        made, inputs, failed = _again(jobs)
    for job, told in zip(jobs, record["jobs"], strict=True):
        named = {"job": job.name or text("verify.job")}
        base, new = job.policies
        laws = (told["law_sha256"], told["new_sha256"])
        same = laws == (base.digest(), new.digest() if new else None)
        found.append(Checked(text("verify.parts_law", **named), same))
        differ = _differing(told["inputs"], inputs.get(job.name, {}))
        found.append(Checked(text("verify.inputs", **named), not differ, _some(differ)))
        before = {each["number"]: each["name"] for each in told["failed"]}
        if before or failed.get(job.name):
            differ = _differing(before, failed.get(job.name, {}))
            found.append(Checked(text("verify.parts_failed", **named), not differ, _some(differ)))
    for kind, key in ((HOUSEHOLDS, "households"), (PARTS, "states")):
        old = {name: digest for name, digest in outputs.items() if _is_made(name, kind)}
        if old:
            differ = _differing(old, {name: made.get(name) for name in old})
            item = text(f"verify.parts_{key}", n=len(old))
            found.append(Checked(item, not differ, _some(differ)))
    return tuple(found)


def _files(folder: Path, outputs: Mapping[str, str]) -> list[Checked]:
    """The files as they lie there: each by its name, those of parts together by their folder."""
    found: list[Checked] = []
    groups: dict[str, list[tuple[str, bool]]] = {}
    for name, digest in outputs.items():
        path, parent = folder / name, Path(name).parent
        is_there = path.is_file()
        same = is_there and file_digest(path) == digest
        if parent.name in (HOUSEHOLDS, PARTS):
            groups.setdefault(parent.as_posix(), []).append((Path(name).name, same))
        else:
            found.append(Checked(name, same, "" if is_there else text("verify.missing")))
    for place, files in groups.items():
        differ = [name for name, same in files if not same]
        item = text("verify.parts_files", folder=place, n=len(files))
        found.append(Checked(item, not differ, _some(differ)))
    return found


def _is_made(name: str, kind: str) -> bool:
    """Whether a path is of results that are computed again; receipts tell of times as well."""
    return Path(name).parent.name == kind and not name.endswith(".json")


def _job_of(told: Mapping[str, Any]) -> Job:
    changes = tuple(sorted(told["changes"].items()))
    return Job(changes=changes, **{name: told[name] for name in JOB})


def _again(
    jobs: Sequence[Job],
) -> tuple[dict[str, str], dict[str, dict[str, Any]], dict[str, dict[int, str]]]:
    """Every part once more: digests of what it writes by path, of its inputs by job and number, and
    what fails by job. Nothing where the data are gone."""
    from jiuzhu_sim.batch.local import Threads
    from jiuzhu_sim.batch.run import run_jobs
    from jiuzhu_sim.batch.work import Work

    with tempfile.TemporaryDirectory() as scratch:
        try:
            with Work.of(Path(scratch) / "run", jobs) as work:
                outcomes = run_jobs(jobs, work, Threads())
        except JZError:
            return {}, {}, {}
    made = {
        _path(each.job.name, name): digest
        for each in outcomes
        for receipt in each.receipts
        for name, digest in receipt.outputs.items()
    }
    inputs = {
        each.job.name: {str(receipt.number): dict(receipt.sha256) for receipt in each.receipts}
        for each in outcomes
    }
    failed = {each.job.name: {fail.number: fail.name for fail in each.failed} for each in outcomes}
    return made, inputs, failed


def _differing(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[str]:
    """The keys whose values differ, or that only one of the two has."""
    return [str(key) for key in {**old, **new} if old.get(key) != new.get(key)]


def _some(names: Iterable[str]) -> str:
    """What differs, in few words."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    return text("verify.parts_others", first=names[0], n=len(names))
