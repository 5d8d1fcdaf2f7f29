"""The record of a casework report: what was held against what, by hash, so that it can be verified.

The log itself is never in the record, nor anything of a case.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.casework.procedure.procedure import PROCEDURES, load_procedure, procedures
from jiuzhu_sim.reading import is_file
from jiuzhu_sim.report.casework import Judged, judge
from jiuzhu_sim.report.record import file_digest, versions
from jiuzhu_sim.report.scenarios import policy_of, recorded

KIND = "casework"


def judged_of(parameters: Mapping[str, Any]) -> tuple[Judged, dict[str, str]]:
    """The log that run parameters name, held against their procedure, and the hashes of all that
    went in and of the verdicts.

    Parameters: `law`, `at`, `changes`; `procedure`; `log` with `as_of`, or, for a synthetic one,
    `data`, `households`, `seed` and `year`.

    >>> run = {"law": "example-county", "procedure": "national", "households": 60, "seed": 1}
    >>> judged, found = judged_of(run)
    >>> judged.log.is_synthetic, sorted(found)
    (True, ['law', 'people', 'procedure', 'verdicts'])
    """
    policy = policy_of(parameters)
    name = str(parameters["procedure"])
    procedure = load_procedure(name, policy)
    file = PROCEDURES / f"{name}.yaml" if name in procedures() else Path(name)
    found = {"law": policy.digest(), "procedure": file_digest(file)}
    if parameters.get("log"):
        path = Path(str(parameters["log"]))
        read = read_log(path, at=parameters.get("as_of") or None)
        found["log"] = file_digest(path)
        judged = judge(read.log, procedure, read)
    else:
        data, households = str(parameters.get("data") or ""), int(parameters["households"])
        seed = int(parameters["seed"])
        people = people_of(data, policy, households, seed)
        year = int(parameters.get("year") or policy.at.year)
        log = synthetic_log(people, policy, procedure=procedure, year=year, seed=seed)
        found["people"] = people.digest()
        judged = judge(log, procedure, people=people)
    return judged, found | {"verdicts": _digest(judged)}


def _digest(judged: Judged) -> str:
    """SHA-256 of all verdicts, cases in the order of their numbers."""
    content, order = hashlib.sha256(), np.argsort(judged.log.numbers.astype(str), kind="stable")
    for verdicts in (judged.limits, judged.conduct.cases):
        content.update("\n".join(verdicts.keys).encode())
        content.update(np.ascontiguousarray(verdicts.code[:, order]).tobytes())
    return content.hexdigest()


def record_of(
    judged: Judged, parameters: Mapping[str, Any], digests: Mapping[str, str]
) -> dict[str, Any]:
    """What `run.json` holds of a casework report; outputs are added when it is sealed."""
    policy = policy_of(parameters)
    if parameters.get("log"):
        # The day itself: what was the last day in the log must not move with today's date.
        parameters = {**parameters, "as_of": str(judged.log.at)}
    return {
        "kind": KIND,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": recorded(parameters, policy),
        "versions": versions(),
        "law": {"place": policy.place, "at": policy.at.isoformat()},
        "cases": judged.log.n,
        "events": judged.log.n_events,
        "as_of": str(judged.log.at),
        "is_synthetic": judged.log.is_synthetic,
        "sha256": dict(digests),
        "outputs": {},
    }


def digests_again(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The hashes of a recorded report, made again; without those of a log that is gone."""
    if parameters.get("log") and not is_file(str(parameters["log"])):
        return {}
    return judged_of(parameters)[1]
