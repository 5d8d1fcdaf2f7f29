"""A pytest plugin that runs the collected tests against every mutant, each in a fork of its own.

The process is warmed once: everything imported, all tests collected. A fork costs milliseconds,
so a mutant costs little more than the first test that sees it.
"""

import gc
import json
import os
import pickle
import resource
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import Phase, settings

from tests.mutation.mutants import Mutant, Source
from tests.mutation.swap import codes_of, live_functions, swap_bodies, swap_module
from tests.mutation.watch import Watched, run_item, watch

KILLED, SURVIVED, SLOW, BROKEN, UNREACHED = "killed", "survived", "slow", "broken", "unreached"
"""Seen by a test, by none, out of time or memory, refused at import, reached by no test."""

EXIT = {0: SURVIVED, 1: KILLED, 2: BROKEN}
WALL = 90
"""Seconds of waiting, besides those of work, after which a mutant hangs."""

SPARE_SECONDS = 6
SPARE_MEMORY = 4 << 30
EXAMPLES = 40
"""Random examples of a property, where the test does not say itself; the suite takes 100."""


ALSO = {
    "adding": ("test_exact", "test_factors", "test_tally"),
    "groups": ("test_disclosure", "test_recipients"),
    "incidence": ("test_targeting",),
    "sight": ("test_targeting",),
    "spot_check": ("test_sampled",),
    "state": ("test_merge", "test_tally"),
    "targeting": ("test_cover", "test_incidence"),
}
"""Tests of modules that have no file of tests of their own."""

EVERYWHERE = ("test_contracts", "test_merge")
"""Tests of what all tables have in common; last, as they take longest."""


@dataclass(frozen=True)
class Options:
    """How to run: processes at once, which mutants, which tests, what to make ready before.

    `shared`: tests may share a result that the first of them computes, so the others of a file
    count too. `budget`: seconds of tests beside a module's own, the cheapest first.
    `mirrored`: nobody watches; a module's tests are its doctests, the file of its name, and `ALSO`.
    `every`: a sample, each so many-th mutant.
    """

    jobs: int = 2
    only: frozenset[tuple[Any, ...]] | None = None
    operators: frozenset[str] | None = None
    shared: bool = True
    budget: float = float("inf")
    warm: tuple[str, ...] = ()
    remembered: Path | None = None
    mirrored: bool = False
    every: int = 1


class Campaign:
    """Plugin: takes over the run loop; results go to a file of JSON lines, one a mutant."""

    def __init__(self, modules: dict[str, Path], out: Path, options: Options) -> None:
        self.modules, self.out, self.options = modules, out, options
        self.files = {str(path) for path in modules.values()}
        self.items: dict[str, pytest.Item] = {}
        self.watched: dict[str, Watched] = {}
        self.kills: Counter[tuple[str, str]] = Counter()

    def pytest_collection(self) -> None:
        """Before tests are read: the same random examples every time, none made smaller."""
        settings.register_profile(
            "mutation",
            deadline=None,
            derandomize=True,
            database=None,
            max_examples=EXAMPLES,
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("mutation")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        for name in self.options.warm:
            make_ready(name)
        if self.options.mirrored:
            watched = {nodeid: Watched(True, 0.1, set()) for nodeid in self.items}
        else:
            watched = self._known_or_watched()
        self.watched = {nodeid: seen for nodeid, seen in watched.items() if seen.passed}
        for nodeid in watched.keys() - self.watched.keys():
            print("left out, fails without a mutant:", nodeid)
        self.live = live_functions(self.files)
        gc.collect()
        gc.freeze()  # a fork then touches no page to collect
        for name, path in self.modules.items():
            self._module(Source(path, name))
        return True

    def _known_or_watched(self) -> dict[str, Watched]:
        """What an earlier campaign watched, if it was these tests; else watch now."""
        file = self.options.remembered
        if file and file.exists():
            known: dict[str, Watched] = pickle.loads(file.read_bytes())
            if known.keys() == self.items.keys():
                return known
        known = self._watched_in_a_fork()
        if file:
            file.write_bytes(pickle.dumps(known))
        return known

    def _watched_in_a_fork(self) -> dict[str, Watched]:
        """So that nothing the tests computed without a mutant stays in this process."""
        read, write = os.pipe()
        if not (pid := os.fork()):
            os.close(read)
            found = dict(watch(list(self.items.values()), self.files))
            with os.fdopen(write, "wb") as pipe:
                pickle.dump(found, pipe)
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            found = pickle.load(pipe)
        os.waitpid(pid, 0)
        return found

    def _module(self, source: Source) -> None:
        started, ends = time.time(), Counter[str]()
        running: dict[int, tuple[Mutant, int, float]] = {}
        waiting = [mutant for mutant in source.mutants if self._is_wanted(mutant)]
        waiting = waiting[:: self.options.every]
        while waiting or running:
            if waiting and len(running) < self.options.jobs:
                mutant = waiting.pop(0)
                tests = self._tests(source, mutant)
                if tests:
                    pid, pipe = self._fork(source, mutant, tests)
                    running[pid] = mutant, pipe, time.time()
                else:
                    ends[self._note(mutant, UNREACHED, "", 0.0)] += 1
                continue
            pid, status = os.wait()
            mutant, pipe, began = running.pop(pid)
            with os.fdopen(pipe) as stream:
                by = stream.read()
            end = EXIT.get(os.waitstatus_to_exitcode(status), SLOW)
            if end == KILLED:
                self.kills.update([(mutant.function, by), ("", by)])
            ends[self._note(mutant, end, by, time.time() - began)] += 1
        print(f"{source.module}: {dict(ends)} in {time.time() - started:.0f} s", flush=True)

    def _is_wanted(self, mutant: Mutant) -> bool:
        only, operators = self.options.only, self.options.operators
        if only is not None and mutant.key not in only:
            return False
        return operators is None or mutant.operator in operators

    def _tests(self, source: Source, mutant: Mutant) -> list[str]:
        """Tests that reach the function: the module's own first, quick and successful ones first.

        What is not in a function's body may show in any test that reaches the module.
        """
        if self.options.mirrored:
            return self._mirrored(source.module.rpartition(".")[2], mutant.function)
        file, names = str(source.path), {code.co_qualname for code in codes_of(source.code)}
        anywhere = not mutant.in_body or mutant.function not in names
        direct = [
            nodeid
            for nodeid, seen in self.watched.items()
            if any(
                place[0] == file and (anywhere or covers(place[1], mutant.function))
                for place in seen.places
            )
        ]
        files = {nodeid.partition("::")[0] for nodeid in direct}
        if not direct and not mutant.in_body:  # a module without functions
            files = {nodeid.partition("::")[0] for nodeid in self.watched}
        rest = [n for n in self.watched if n.partition("::")[0] in files and n not in set(direct)]
        if not self.options.shared and mutant.in_body:
            rest = []

        def cost(nodeid: str) -> float:
            return (self.watched[nodeid].seconds + 0.01) / (1 + self.kills[mutant.function, nodeid])

        own = f"{source.module.rpartition('.')[2]}.py::"
        first = sorted((n for n in direct + rest if own in n), key=cost)
        others = sorted((n for n in direct + rest if own not in n), key=cost)
        return first + self._within(others)

    def _mirrored(self, name: str, function: str) -> list[str]:
        """A module's own tests, those first that saw most in this function, then in the others."""
        files = [f"test_{name}.py", f"{name}.py", *(f"{file}.py" for file in ALSO.get(name, ()))]
        files += [f"{file}.py" for file in EVERYWHERE]
        named = {n: n.partition("::")[0].rpartition("/")[2] for n in self.watched}
        found = [
            nodeid for file in dict.fromkeys(files) for nodeid in named if named[nodeid] == file
        ]
        return sorted(found, key=lambda n: (-self.kills[function, n], -self.kills["", n]))

    def _within(self, tests: list[str]) -> list[str]:
        """As many as the time allows that a mutant may cost besides its own tests."""
        spent, kept = 0.0, []
        for test in tests:
            spent += self.watched[test].seconds
            if spent > self.options.budget:
                break
            kept.append(test)
        return kept

    def _fork(self, source: Source, mutant: Mutant, tests: list[str]) -> tuple[int, int]:
        read, write = os.pipe()
        if pid := os.fork():
            os.close(write)
            return pid, read
        self._child(source, mutant, tests, write)

    def _child(self, source: Source, mutant: Mutant, tests: list[str], write: int) -> NoReturn:
        limit_resources(SPARE_SECONDS + 3 * sum(self.watched[test].seconds for test in tests))
        try:
            mutated = source.mutated(mutant)
            if mutant.in_body:
                swap_bodies(mutated, self.live)
            else:
                swap_module(sys.modules[source.module], mutated)
        except BaseException:
            os._exit(2)
        items = [self.items[test] for test in tests]
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                if not run_item(item, following):
                    os.write(write, item.nodeid.encode()[:4000])
                    os._exit(1)
        except BaseException:
            os._exit(1)
        os._exit(0)

    def _note(self, mutant: Mutant, end: str, by: str, seconds: float) -> str:
        names = ("module", "function", "line", "operator", "was", "now", "number")
        row = {name: getattr(mutant, name) for name in names}
        row |= {"end": end, "by": by, "seconds": round(seconds, 2)}
        with self.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return end


def make_ready(name: str) -> None:
    """Fill caches of a module of tests with what no mutant touches: files read, the references."""
    module = next(m for n, m in sys.modules.items() if n.endswith(name))
    for path in getattr(module, "FILES", ()):
        module.read(path)
        module.load_policy(*path.stem.split("_"))
    for law in getattr(module, "LAWS", ()):
        module.judged(law)


def covers(qualname: str, function: str) -> bool:
    """Whether a function that ran is the mutant's, or stands in it.

    >>> covers("welfare.<locals>.rank", "welfare"), covers("welfare_of", "welfare")
    (True, False)
    """
    plain = qualname.replace(".<locals>", "")
    return plain == function or plain.startswith(function + ".")


def limit_resources(seconds: float) -> None:
    """Silence this process, and end it when it takes too long or too much memory."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + SPARE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    signal.alarm(int(WALL + 5 * seconds))


__all__ = ["Campaign", "Options"]
