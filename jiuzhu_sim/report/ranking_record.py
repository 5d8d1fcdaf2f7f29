"""The record of a ranking: what went in and came out, by hash, so that it can be verified.

Neither the log nor the returns are in the record, nor anything of a case.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.reading import is_file
from jiuzhu_sim.report.ranking_check import NONE, verification_files
from jiuzhu_sim.report.ranking_input import Ranked, ranked_of
from jiuzhu_sim.report.record import file_digest, seal, versions
from jiuzhu_sim.report.scenarios import recorded

KIND = "ranking"
FILES = ("log", "returns", "card", "boundaries", "places")
"""Parameters that may name a file; the card may be one of the package."""


def write_ranking_record(folder: str | Path, parameters: Mapping[str, Any], ranked: Ranked) -> Path:
    """Write `run.json` for the files now in `folder`. Raises JZ-E040."""
    policy, measured = ranked.policy, ranked.measured
    if ranked.judged is not None and parameters.get("log"):
        # The day itself: what was the last day in the log must not move with today's date.
        parameters = {**parameters, "as_of": str(ranked.judged.log.at)}
    record = {
        "kind": KIND,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": recorded(parameters, policy),
        "versions": versions(),
        "law": {"place": policy.place, "at": policy.at.isoformat()},
        "card": ranked.card.name,
        "townships": len(measured.units),
        "design": measured.design,
        "is_synthetic": measured.is_synthetic,
        "sha256": digests(parameters, ranked),
        "outputs": {},
    }
    return seal(Path(folder), record)


def digests(parameters: Mapping[str, Any], ranked: Ranked) -> dict[str, str]:
    """The hashes of law, people, files given, and of scores and ranks."""
    found = {"law": ranked.policy.digest()}
    if ranked.people is not None:
        found["people"] = ranked.people.digest()
    for name in FILES:
        if is_file(path := Path(str(parameters.get(name) or NONE))):
            found[name] = file_digest(path)
    return found | {"ranking": ranking_digest(ranked)}


def ranking_digest(ranked: Ranked) -> str:
    """SHA-256 of scores, ranks, their intervals and the probabilities of grades."""
    ranking, content = ranked.ranking, hashlib.sha256()
    content.update("\n".join(ranked.measured.units).encode())
    parts = (ranking.total, ranking.rank, ranking.low, ranking.high, ranking.probability)
    for part in parts:
        content.update(np.ascontiguousarray(part, np.float64).tobytes())
    return content.hexdigest()


def digests_again(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The hashes of a recorded ranking, made again; none where a file of it is gone."""
    named = [str(parameters.get(name) or "") for name in ("log", "returns")]
    named += verification_files(parameters)
    if any(file and file != NONE and not is_file(file) for file in named):
        return {}
    return digests(parameters, ranked_of(parameters))
