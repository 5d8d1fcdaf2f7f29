"""What the command line does with many counties: `report annual --all`."""

import argparse
import logging
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.cli.commands import DONE, FINDINGS, _say
from jiuzhu_sim.cli.notebooks import checked_report, written_report
from jiuzhu_sim.errors import JZError, Problem, Problems
from jiuzhu_sim.files import write_log
from jiuzhu_sim.language import text
from jiuzhu_sim.report.counties import County, Outcome

ANNUAL = "annual"
SIDE_BY_SIDE = 4
"""Most kernels at a time: each takes some hundred MB."""

TICK = 0.2
"""Seconds between two looks whether the stopped kernels are gone."""

OWN = ("law", "at", "data", "year")
"""Options that say which county: with a batch they stand in its list."""


def counties(args: argparse.Namespace, given: dict[str, Any]) -> int:
    """An annual report for each county of a list, or for each place that comes with people of its
    own; those that are done are kept. One that fails does not stop the others."""
    from jiuzhu_sim.report.counties import packaged_counties, read_counties, summary

    if args.kind != ANNUAL:
        raise JZError.of("JZ-E061", f"report {args.kind}", reason=text("counties.annual_only"))
    if stated := [name for name in OWN if given.get(name)]:
        reason = text("counties.in_the_list", options=" ".join(f"--{name}" for name in stated))
        raise JZError.of("JZ-E061", "report annual --all", reason=reason)
    listed = read_counties(args.all) if args.all else packaged_counties()
    # An option of the command holds for every county that says nothing else.
    wanted = [County(each.name, {**given, **each.given}) for each in listed]
    _refuse_together(wanted)
    out = Path(args.out)
    outcomes = _each(wanted, out)
    report = summary(outcomes, out)
    names = _write(report, out)
    lines = [*report.sections[0].sentences, text("cli.written", out=args.out)]
    lines += [f"  {name}" for name in names]
    content = [
        {"county": each.county.name, "state": each.state, "reason": each.reason}
        for each in outcomes
    ]
    _say(args, "\n".join(lines), {"out": args.out, "counties": content, "files": names})
    return FINDINGS if any(each.state == "failed" for each in outcomes) else DONE


def _refuse_together(wanted: list[County]) -> None:
    """Refuse what is wrong in any county's parameters, all at once, before the first is begun."""
    problems = Problems()
    for county in wanted:
        try:
            checked_report(ANNUAL, dict(county.given))
        except JZError as refused:
            problems += [_of(county, each) for each in refused.problems]
    problems.raise_if_any()


def _of(county: County, problem: Problem) -> Problem:
    """The same problem, with the county in front of its place."""
    return replace(problem, where=" · ".join(filter(None, (county.name, problem.where))))


def _each(wanted: list[County], out: Path) -> list[Outcome]:
    """The outcomes in the order of the list. Kernels are processes of their own, so a few counties
    go side by side."""
    started, outcomes = time.perf_counter(), {}
    pool = ThreadPoolExecutor(min(SIDE_BY_SIDE, os.cpu_count() or 1))
    try:
        running = {pool.submit(_one, county, out / county.name): county for county in wanted}
        for number, finished in enumerate(as_completed(running), 1):
            outcomes[running[finished].name] = finished.result()
            _progress(outcomes, running[finished].name, number, len(wanted), started)
    except KeyboardInterrupt:
        _give_up(pool, running)
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return [outcomes[county.name] for county in wanted]


def _give_up(pool: ThreadPoolExecutor, running: Iterable[Future[Outcome]]) -> None:
    """Begin no further county and end the kernels of those under way: Ctrl-C does not reach them,
    and a report may take minutes. A thread that has lost its kernel clears up after itself."""
    from psutil import Process  # comes with the kernel

    logging.disable()  # that a kernel has died is no news now
    pool.shutdown(wait=False, cancel_futures=True)
    while not all(each.done() for each in running):
        for kernel in Process().children():
            kernel.kill()
        time.sleep(TICK)


def _one(county: County, folder: Path) -> Outcome:
    """The report of one county, unless its folder holds it already."""
    from jiuzhu_sim.report.counties import KEY, is_done, key_of

    try:
        key = key_of(checked_report(ANNUAL, dict(county.given)))
        if is_done(folder, key):
            return Outcome(county, "kept")
        written_report(ANNUAL, dict(county.given), str(folder), progress=False, more={KEY: key})
    except JZError as refused:
        return Outcome(county, "failed", str(refused))
    except Exception as fault:
        # A fault of ours in one county is no reason to lose the others.
        reason = f"{type(fault).__name__}: {fault}"
        told = JZError.of("JZ-E099", reason=reason, log=write_log(fault))
        return Outcome(county, "failed", str(told))
    return Outcome(county, "done")


def _progress(
    outcomes: dict[str, Outcome], name: str, number: int, total: int, started: float
) -> None:
    """One line a county on standard error: how far, what came of it, how long still."""
    made = sum(each.state != "kept" for each in outcomes.values())
    passed = time.perf_counter() - started
    left = passed / made * (total - number) if made else 0.0
    state = text(f"counties.state.{outcomes[name].state}")
    count = {"number": number, "total": total, "county": name, "state": state}
    line = text("counties.progress", **count, seconds=passed, left=left)
    print(line, file=sys.stderr, flush=True)


def _write(report: Any, out: Path) -> list[str]:
    """The summary as a page and a workbook."""
    from jiuzhu_sim.files import write_whole
    from jiuzhu_sim.report.page import page

    body = "".join(section._repr_html_() for section in report.sections)
    shown = write_whole(out / text("file.counties_page"), page(body, report.title).encode())
    return [shown.name, *(path.name for path in report.write(out))]
