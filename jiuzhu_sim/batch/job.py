"""A job: one law (and, with changes, a second) on one folder of people.

Plain values only, so that it travels to other processes and machines; each of them builds the
laws from it, once.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jiuzhu_sim.engine import WANTED, make_plan
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.measures.merge import BY, WEIGHT, Measure, measures_for, needed_by
from jiuzhu_sim.policy import Policy, load_policy

PACKAGES = ("jiuzhu_sim", "numpy", "pyarrow")
"""Packages that the bytes of a part depend on."""

PROGRAM = ("batch", "columns", "engine", "law", "measures", "policy", "population", "rules")
"""Folders of this package that they depend on: a checkout that was edited keeps its version."""


@dataclass(frozen=True)
class Job:
    """What is computed: `law` at the date `at` (ISO) on the people in the folder `data`; with
    `changes` (path, value) the changed law as well, beside it.

    `name`: the folder of the job's files in the output, "" for a single run. `keep`: whether the
    results household by household are written. `title`: what the changed law is called.

    >>> job = Job.of("example-county", "2025-01-01", {"dibao.standard.rural": "+10%"}, "people")
    >>> job.changes, [law["dibao.standard.rural"] for law in job.policies]
    ((('dibao.standard.rural', 616.0),), [560, 616.0])
    """

    data: str
    law: str
    at: str
    changes: tuple[tuple[str, Scalar], ...] = ()
    name: str = ""
    keep: bool = True
    title: str = ""

    @classmethod
    def of(
        cls,
        law: str,
        at: str | None,
        changes: Mapping[str, Any],
        data: str | os.PathLike[str],
        name: str = "",
        keep: bool = True,
        title: str = "",
    ) -> "Job":
        """A job with its changes checked and written out (``"+10%"`` becomes a number).

        Raises what `load_policy` and `Policy.change` raise.
        """
        base = load_policy(law, at)
        new = base.change(changes)
        made = tuple((path, new[path]) for path in sorted(new.changed))
        return cls(os.path.abspath(data), base.place, base.at.isoformat(), made, name, keep, title)

    @property
    def policies(self) -> tuple[Policy, Policy | None]:
        """The law and, where there are changes, the changed law; built once in a process."""
        return _policies(self.law, self.at, self.changes, self.title)

    @property
    def compares(self) -> bool:
        """Whether two laws are compared."""
        return bool(self.changes)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of the job, in their fixed order, on people with all columns."""
        return measures_for(self.policies[0], self.compares)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The results to simulate: those that are written and those that the measures need."""
        return tuple(dict.fromkeys((*WANTED, *needed_by(self.measures))))

    def measures_on(self, available: Iterable[str]) -> tuple[Measure, ...]:
        """The measures that can be made of people with these columns."""
        return _measures(self, frozenset(available))

    def wanted_on(self, available: Iterable[str]) -> tuple[str, ...]:
        """The results to simulate for people with these columns."""
        return tuple(dict.fromkeys((*WANTED, *needed_by(self.measures_on(available)))))

    def columns(self, available: Iterable[str]) -> frozenset[str]:
        """The columns to be read of those that the people have.

        Raises what `make_plan` raises, for both laws at once.

        >>> from jiuzhu_sim.columns import columns
        >>> job = Job.of("example-county", None, {}, "people")
        >>> "area" in job.columns(columns()), "phone" in job.columns([*columns(), "phone"])
        (True, False)
        """
        return _columns(self, frozenset(available))

    def digest(self) -> str:
        """SHA-256 of what the results depend on besides the people: laws, what is wanted and
        measured, the program; and of where the people lie, so that two folders never mix.

        >>> job = Job.of("example-county", None, {}, "people")
        >>> len(job.digest()), job.digest() == Job.of("example-county", None, {}, "a").digest()
        (64, False)
        """
        return _digest(self)


@cache
def _policies(
    law: str, at: str, changes: tuple[tuple[str, Scalar], ...], title: str
) -> tuple[Policy, Policy | None]:
    base = load_policy(law, at)
    return base, base.change(dict(changes), title or None) if changes else None


@cache
def _measures(job: Job, available: frozenset[str]) -> tuple[Measure, ...]:
    return measures_for(job.policies[0], job.compares, available)


@cache
def _columns(job: Job, available: frozenset[str]) -> frozenset[str]:
    found, problems = {WEIGHT, *BY} & available, Problems()
    for policy in filter(None, job.policies):
        try:
            found |= set(make_plan(policy, job.wanted_on(available), available).inputs) & available
        except JZError as refused:
            problems += [each for each in refused.problems if each not in problems]
    problems.raise_if_any()
    return frozenset(found)


@cache
def _digest(job: Job) -> str:
    laws = [policy.digest() if policy else "" for policy in job.policies]
    # Changes to the same value as before give the same digest of the law, but not the same tables.
    # What the changed law is called may be in another language the next time.
    given = asdict(job) | {"name": "", "title": ""}
    measures = [measure.name for measure in job.measures]
    program = [_program(), *map(_version, PACKAGES)]
    content = [laws, given, job.wanted, measures, program]
    said = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _program() -> str:
    """SHA-256 of the files that make up rules, law and measures."""
    package, found = Path(__file__).parents[1], hashlib.sha256()
    for folder in PROGRAM:
        for path in sorted((package / folder).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                found.update(path.relative_to(package).as_posix().encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "—"
