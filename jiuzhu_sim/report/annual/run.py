"""The run behind a report: its id, versions, law, parameters, for a reader to make it again."""

import hashlib
from collections.abc import Mapping
from typing import Any

from jiuzhu_sim.language import in_brackets, text
from jiuzhu_sim.report import record
from jiuzhu_sim.report.annual.known import Known

NOT_IN_ID = ("out_dir", "dated")
"""Parameters that change no figure."""
DIGITS = 12
"""Hexadecimal digits of a run's id."""
KIND = "annual"


def run_about(known: Known) -> Mapping[str, Any]:
    """What stands under 运行信息: id, versions, law, people, log, parameters; labels to values."""
    people, policy = known.assessed.people, known.policy
    found = {
        text("annual.run.id"): run_id_of(known),
        text("annual.run.law"): in_brackets(policy.title, f"{policy.place} {policy.at}"),
        text("annual.run.law_digest"): policy.digest()[:DIGITS],
        text("annual.run.people"): f"{people.households:,} / {people.persons:,}",
        text("annual.run.people_digest"): people.digest()[:DIGITS],
    }
    if known.handled is not None:
        log = known.handled.log
        found[text("annual.run.log")] = f"{log.title} · {log.n:,} · {log.n_events:,} · {log.at}"
    found |= {text("annual.run.version", name=name): n for name, n in record.versions().items()}
    given = {name: _shown(v) for name, v in known.given.items() if name not in NOT_IN_ID}
    shown = text("annual.then").join(f"{name}={value}" for name, value in given.items() if value)
    return found | {text("annual.run.given"): shown}


def run_id_of(known: Known) -> str:
    """The id of a run: the same parameters, law, people, log and versions have the same one."""
    given = {name: value for name, value in known.given.items() if name not in NOT_IN_ID}
    results = known.assessed.results
    return record.run_id(KIND, given, results, *_log_digest(known))


def _log_digest(known: Known) -> tuple[str, ...]:
    if known.handled is None:
        return ()
    content = hashlib.sha256()
    for verdicts in (known.handled.limits, known.handled.conduct.cases):
        content.update("\n".join(verdicts.keys).encode())
        content.update(verdicts.code.tobytes())
    return (content.hexdigest(),)


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
