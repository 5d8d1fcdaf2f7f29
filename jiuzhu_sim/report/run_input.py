"""What `jiuzhu run` is to compute, as jobs: one folder of people, or a county a row of a list.

All that is wrong in a list is told at once, before any people are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.errors import JZError, Problem, Problems
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.policy import Policy, load_policy, read_reform
from jiuzhu_sim.reading import is_folder, is_there
from jiuzhu_sim.report.counties import County, read_list
from jiuzhu_sim.report.notebook import Parameter
from jiuzhu_sim.report.scenarios import SUFFIXES, parse_changes

COLUMNS = ("law", "at", "data", "changes")
"""Columns of a list beside the name."""

ENTRY = ";"
"""Between the changes in one cell."""


def job_of(
    law: str, at: str, entries: Sequence[str], data: str, name: str = "", keep: bool = True
) -> Job:
    """A job from what a person writes: `entries` are reform files and ``path=value``, which count
    from what the files before them leave.

    Raises, all at once, what `load_policy`, `read_reform` and `Policy.change` raise, JZ-E020 where
    there is no such folder, JZ-E047 for a file in its place (a roster is checked first).

    >>> job = job_of("example-county", "", ["dibao.standard.rural=+10%"], ".")
    >>> job.changes
    (('dibao.standard.rural', 616.0),)
    """
    problems = Problems()
    if not is_folder(data):
        problems.add("JZ-E047" if is_there(data) else "JZ-E020", data, path=data)
    try:
        base = load_policy(law, at or None)
        new, title = _changed(base, entries)
    except JZError as refused:
        raise JZError([*refused.problems, *problems]) from refused
    problems.raise_if_any()
    changes = {path: new[path] for path in new.changed}
    return Job.of(law, at or None, changes, data, name=name, keep=keep, title=title)


def _changed(base: Policy, entries: Sequence[str]) -> tuple[Policy, str]:
    """The changed law and what it is called, where a reform file alone says so. What is named after
    its changes is named when it is shown, in the language of the day."""
    new, titles = base, []
    given: dict[str, str] = {}
    for entry in entries:
        if entry.strip().lower().endswith(SUFFIXES) and "=" not in entry:
            reform = read_reform(entry)
            new = reform.apply(new)
            titles.append(pick(reform.title))
        else:
            given |= parse_changes([entry])
    new = new.change(given)
    is_one_file = len(titles) == 1 and not given
    return new, titles[0] if is_one_file else ""


def listed_jobs(path: str | Path, given: Mapping[str, Any], keep: bool = True) -> tuple[Job, ...]:
    """A job for each county of a list (xlsx or csv): columns name, law, at, data, changes. `given`
    (law, changes) holds for the counties that say nothing else.

    Raises what `read_counties` raises and, all at once, what is wrong with any county's law,
    changes or folder (JZ-E111 where one is missing altogether).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "counties.csv"
    ...     _ = path.write_text("name,law,data\\n甲县,example-county,.\\n", encoding="utf-8")
    ...     [(job.name, job.law, job.at) for job in listed_jobs(path, {})]
    [('甲县', 'example-county', '2025-01-01')]
    """
    known = {name: Parameter(name, "str", "", text(f"run.list.{name}")) for name in COLUMNS}
    jobs, problems = [], Problems()
    for county in read_list(path, known):
        try:
            jobs.append(_job(county, given, keep))
        except JZError as refused:
            problems += [of_county(county.name, each) for each in refused.problems]
    problems.raise_if_any()
    return tuple(jobs)


def of_county(name: str, problem: Problem) -> Problem:
    """The same problem, with the county in front of its place."""
    return replace(problem, where=" · ".join(filter(None, (name, problem.where))))


def _job(county: County, given: Mapping[str, Any], keep: bool) -> Job:
    row, problems = {**given, **county.given}, Problems()
    for name in ("law", "data"):
        if not row.get(name):
            problems.add("JZ-E111", reason=text(f"run.no_{name}", name=county.name))
    problems.raise_if_any()
    changes = row.get("changes") or ()
    entries = changes.split(ENTRY) if isinstance(changes, str) else changes
    entries = [each.strip() for each in entries if each.strip()]
    return job_of(row["law"], row.get("at", ""), entries, row["data"], county.name, keep)
