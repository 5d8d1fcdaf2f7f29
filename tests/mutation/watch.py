"""Which tests reach which functions, and how long each takes."""

import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.swap import Place, place_of


@dataclass
class Watched:
    """One test: whether it passes, seconds, and the places of the functions it called."""

    passed: bool
    seconds: float
    places: set[Place] = field(repr=False)


def run_item(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, set-up and tear-down included; whether all of it passed."""
    reports = runtestprotocol(item, log=False, nextitem=following)
    return not any(report.failed for report in reports)


def watch(items: list[pytest.Item], files: set[str]) -> Iterable[tuple[str, Watched]]:
    """Run the tests in order, noting the functions of `files` that each of them calls."""
    places: set[Place] = set()
    seen: dict[Any, bool] = {}

    def note(frame: Any, event: str, arg: object) -> None:
        code = frame.f_code
        if event == "call" and code not in seen and code.co_filename in files:
            seen[code] = True
            places.add(place_of(code))

    threading.setprofile(note)
    for item, following in zip(items, [*items[1:], None], strict=True):
        places, started = set(), time.process_time()
        seen.clear()
        sys.setprofile(note)
        passed = run_item(item, following)
        sys.setprofile(None)
        yield item.nodeid, Watched(passed, time.process_time() - started, places)
    threading.setprofile(None)  # type: ignore[arg-type]
