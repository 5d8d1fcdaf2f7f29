"""What is left to say of a part that was worked on: counts, times, files, or what went wrong."""

import hashlib
import json
import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.errors import Problem
from jiuzhu_sim.population.parts import PartFile

STOPPING = ("JZ-E040",)
"""Faults of the place the results go to: the next part would meet them as well."""

ITSELF = "receipt_sha256"
"""Where the digest of the receipt itself stands in its file."""


@dataclass(frozen=True)
class Receipt:
    """A part of a job, done or failed; with `faults` nothing of it was written.

    `key` says what the part was made from (job and files): a part with the same key is done.
    `about`: where its people come from. `seconds` by step: read, simulate, measure, write. `sha256`
    and `outputs`: digests of the files read and written, by name. `worker`: host and process.

    >>> done = Receipt(job="", number=3, key="k", households=10, seconds={"read": 0.5})
    >>> Receipt.from_json(done.to_json()) == done
    True
    """

    job: str
    number: int
    key: str
    households: int = 0
    persons: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    bytes_read: int = 0
    bytes_written: int = 0
    state_bytes: int = 0
    worker: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[dict[str, Any], ...] = ()

    @classmethod
    def failed(cls, job: Job, part: PartFile, problems: Iterable[Problem]) -> "Receipt":
        """The receipt of a part that could not be done."""
        faults = tuple(_plain(problem) for problem in problems)
        return cls(job.name, part.number, key_of(job, part), worker=this_worker(), faults=faults)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The faults, worded in the language in use."""
        return tuple(Problem(**fault) for fault in self.faults)

    @property
    def is_stopping(self) -> bool:
        """Whether the fault is of the place results go to, not of the part."""
        return any(fault["code"] in STOPPING for fault in self.faults)

    def to_json(self) -> str:
        """The receipt as text, with a digest of itself: one that was damaged is none."""
        content = asdict(self)
        return _said({**content, ITSELF: _digest(content)})

    @classmethod
    def from_json(cls, content: str) -> "Receipt":
        """A receipt from its text; ValueError, KeyError or TypeError where it is none, or no longer
        as it was written."""
        try:
            found = json.loads(content)
        except RecursionError as fault:
            raise ValueError("nested without end") from fault
        if not isinstance(found, dict) or found.pop(ITSELF) != _digest(found):
            raise ValueError("no longer as it was written")
        given = {each.name: found[each.name] for each in fields(cls)}
        return cls(**(given | {"faults": tuple(found["faults"])}))


def _said(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_said(content).encode()).hexdigest()


def key_of(job: Job, part: PartFile) -> str:
    """What a part is made from: the digest of the job, and one of the part's two files by name,
    size and time. Equal keys, equal bytes."""
    made_of = json.dumps(part.fingerprint, default=str)
    return f"{job.digest()}-{hashlib.sha256(made_of.encode()).hexdigest()}"


def this_worker() -> str:
    """Host and process, for a person who looks for a slow one."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _plain(problem: Problem) -> dict[str, Any]:
    """A problem as plain values: NumPy scalars as numbers, anything else odd as its text."""
    values = {
        name: value.item() if hasattr(value, "item") else value
        for name, value in problem.values.items()
    }
    values = {n: v if isinstance(v, str | int | float) else str(v) for n, v in values.items()}
    return {
        "code": problem.code,
        "where": problem.where,
        "values": values,
        "sentence": problem.sentence,
    }
