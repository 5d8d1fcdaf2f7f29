"""One part of a job: read, simulate, measure, write; the unit of work of every runner.

A part is worked on by one thread and depends on nothing but the job and its two files. Its receipt
is written last: a part with a receipt is done, one without is done again.
"""

import hashlib
import io
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.receipt import Receipt, key_of, this_worker
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import WANTED, Results, simulate
from jiuzhu_sim.errors import JZError, Problem
from jiuzhu_sim.files import write_log, write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.merge import partial_states, save_states
from jiuzhu_sim.measures.state import States
from jiuzhu_sim.population.parquet import TABLES, part_name
from jiuzhu_sim.population.parts import PartFile, part_digests, read_part, schema_of

HOUSEHOLDS, PARTS = "households", "parts"
"""Folders of a job's output: results by household; states and receipts."""

LAWS = ("base", "new")
"""Ends of the names of results when two laws are compared."""


def run_part(job: Job, part: PartFile, folder: str) -> Receipt:
    """Do a part of a job and write its files into `folder`: ``households/part-NNNNN.parquet`` (if
    the job keeps results by household), ``parts/part-NNNNN.npz`` (states of the measures) and,
    last, ``parts/part-NNNNN.json`` (the receipt, returned as well).

    Never raises for what is wrong with the part, or with writing: the receipt has `faults`, and
    no file is left half-written.

    >>> import tempfile
    >>> from jiuzhu_sim.population import write_synthetic
    >>> from jiuzhu_sim.population.parts import list_parts
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_synthetic("example-county", 20, seed=1, out=folder, partition=10)
    ...     job = Job.of("example-county", None, {}, folder)
    ...     receipt = run_part(job, list_parts(folder)[1], folder + "/out")
    >>> receipt.households, sorted(receipt.outputs)
    (10, ['households/part-00001.parquet', 'parts/part-00001.npz'])
    """
    if part.fault:
        return Receipt.failed(job, part, part.fault)
    try:
        return _done(job, part, Path(folder))
    except JZError as refused:
        return Receipt.failed(job, part, refused.problems)
    except Exception as fault:  # one part must not take the others with it
        reason, log = f"{type(fault).__name__}: {fault}", str(write_log(fault))
        return Receipt.failed(
            job, part, [Problem("JZ-E099", part.name, {"reason": reason, "log": log})]
        )


def _done(job: Job, part: PartFile, folder: Path) -> Receipt:
    clock = _Clock()
    digests = part_digests(part)
    there = frozenset(name for _, name in schema_of(part))
    people = read_part(part, job.columns(there))
    _refuse_if_changed(part)
    clock.stop("read")
    # Without a title, which is in one language: what is written must not depend on it.
    (law, changed), wanted = replace(job, title="").policies, job.wanted_on(there)
    base = simulate(people, law, wanted, threads=1)
    new = simulate(people, changed, wanted, reuse=base, threads=1) if changed else None
    clock.stop("simulate")
    states = partial_states(job.measures_on(there), base, new)
    clock.stop("measure")
    made: dict[str, bytes] = {}
    if job.keep:
        made[f"{HOUSEHOLDS}/{part_name(part.number)}"] = _table(base, new)
    made[states_name(part.number)] = _states(states)
    for name, content in made.items():
        write_whole(folder / name, content)
    clock.stop("write")
    receipt = Receipt(
        job=job.name,
        number=part.number,
        key=key_of(job, part),
        households=people.households,
        persons=people.persons,
        about=_plain(people.about),
        seconds=clock.seconds,
        bytes_read=part.bytes,
        bytes_written=sum(map(len, made.values())),
        state_bytes=len(made[states_name(part.number)]),
        worker=this_worker(),
        sha256=dict(zip(TABLES, digests, strict=True)),
        outputs={name: hashlib.sha256(content).hexdigest() for name, content in made.items()},
    )
    write_whole(folder / receipt_name(part.number), receipt.to_json().encode())
    return receipt


def _refuse_if_changed(part: PartFile) -> None:
    """JZ-E021 when a file is no longer the one that was listed: nobody knows what was read."""
    for path, listed in zip(part.paths, part.fingerprint, strict=True):
        now = path.stat()
        if (now.st_size, now.st_mtime_ns) != listed[1:]:
            raise JZError.of("JZ-E021", str(path), reason=text("batch.changed"))


def states_name(number: int) -> str:
    """Where the states of a part stand in the folder of its job.

    >>> states_name(7), receipt_name(7)
    ('parts/part-00007.npz', 'parts/part-00007.json')
    """
    return f"{PARTS}/{Path(part_name(number)).stem}.npz"


def receipt_name(number: int) -> str:
    """Where the receipt of a part stands in the folder of its job."""
    return f"{PARTS}/{Path(part_name(number)).stem}.json"


def kept_columns() -> tuple[str, ...]:
    """The results written by household: what a simulation gives unless told otherwise."""
    return tuple(name for name in WANTED if column(name).level == "household")


def _table(base: Results, new: Results | None) -> bytes:
    """The results by household as a Parquet file; of two laws side by side, ``_base`` and ``_new``
    behind the names."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    people = base.people
    ids = people.numbers("id")
    names = people.names.get("id")
    made = {"household_id": pa.array(ids) if names is None else _words(ids, names)}
    for name in kept_columns():
        if new is None:
            made[name] = _column(base, name)
        else:
            for results, law in zip((base, new), LAWS, strict=True):
                made[f"{name}_{law}"] = _column(results, name)
    buffer = io.BytesIO()
    pq.write_table(pa.table(made), buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def _states(states: States) -> bytes:
    buffer = io.BytesIO()
    save_states(buffer, states)
    return buffer.getvalue()


def _column(results: Results, name: str) -> Any:
    import pyarrow as pa

    codes = column(name).codes
    numbers = results.numbers(name)
    return pa.array(numbers) if codes is None else _words(numbers, list(codes))


def _words(numbers: Any, known: Any) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(list(known)))


def _plain(about: Mapping[str, Any]) -> dict[str, Any]:
    """Where people come from, as it comes back from a file."""
    found: dict[str, Any] = json.loads(json.dumps(dict(about), default=str))
    return found


class _Clock:
    """Seconds since the last stop, by step."""

    def __init__(self) -> None:
        self.seconds: Mapping[str, float] = {}
        self._since = time.perf_counter()

    def stop(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds = {**self.seconds, step: now - self._since}
        self._since = now
