"""The least that any engine needs: every input byte of the plan read once, all cores at work.

Told in the same run as the engines, as time and as bandwidth; and the machine's bandwidth of a
copy of arrays far larger than its caches, in the manner of STREAM (bytes read and written).
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

import jiuzhu_sim as jz
from benchmarks.workloads import Timing, clock, told
from jiuzhu_sim.engine.plan import make_plan

BLOCK = 1 << 17
"""Words of 8 bytes added at a time by one thread."""

WORD = 8
STREAM_WORDS = 1 << 25
RUNS = 7


def inputs(people: jz.People, policy: jz.Policy) -> list[np.ndarray]:
    """The columns that the plan reads, the weight and the township of the totals, as stored."""
    wanted = ("benefit_m_hh", "layer_hh", "category_hh", "n_recipients_hh")
    names = {*make_plan(policy, wanted).inputs, "weight", "township"}
    return [people.laid_out[name] for name in sorted(names & set(people.laid_out))]


def blocks(columns: list[np.ndarray]) -> list[np.ndarray]:
    """All bytes as words, in blocks; what does not fill a word is left out."""
    found = []
    for column in columns:
        raw = np.ascontiguousarray(column).view(np.uint8)
        words = raw[: raw.nbytes // WORD * WORD].view(np.uint64)
        found += [words[start : start + BLOCK] for start in range(0, len(words), BLOCK)]
    return found


def timed(step: Any, items: list[Any]) -> Timing:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seconds = [clock(lambda: list(pool.map(step, items))) for _ in range(RUNS + 1)]
    return told(seconds[1:])


def measure_floor(people: jz.People, policy: jz.Policy) -> dict[str, Any]:
    """Reading every input byte once: bytes, seconds."""
    parts = blocks(inputs(people, policy))
    return {"bytes": sum(part.nbytes for part in parts), **timed(np.add.reduce, parts)}


def measure_stream() -> dict[str, Any]:
    """Copying large arrays: bytes read and written, seconds."""
    source = np.ones(STREAM_WORDS)
    target = np.empty_like(source)
    starts = range(0, STREAM_WORDS, BLOCK)

    def copy(start: int) -> None:
        np.copyto(target[start : start + BLOCK], source[start : start + BLOCK])

    return {"bytes": 2 * source.nbytes, **timed(copy, list(starts))}
