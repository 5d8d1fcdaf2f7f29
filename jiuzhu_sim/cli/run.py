"""The command `run`: one law over some people, or beside a changed one; people in parts and many
counties are computed part by part, on this machine or on a cluster."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from jiuzhu_sim.cli.commands import DONE, FINDINGS, REFUSED, _people, _policy, _say
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.reading import is_folder

SYNTHETIC = ("households", "seed")
"""Options that say how people are made; those in files are there already."""

IN_THE_LIST = ("data", *SYNTHETIC)
"""Options that with a list say nothing: its rows name the folders."""

TICK = 1.0
"""Seconds between two words of progress on a screen."""

TENTH = 0.1
"""Share of the work between two words where the lines stay, as in a log."""


def run(args: argparse.Namespace) -> int:
    """Compute in memory, or part by part: a list of counties, a cluster, or people in parts."""
    if args.all is None and not args.law:
        raise JZError.of("JZ-E061", "jiuzhu run", reason=text("cli.missing", names="--law"))
    if empty := [f"--{name}" for name in ("data", "out", "all") if getattr(args, name) == ""]:
        raise JZError.of("JZ-E061", "jiuzhu run", reason=text("run.empty", options=" ".join(empty)))
    workers = _workers(args)
    if args.all is None and not _is_in_parts(args):
        return _in_memory(args)
    try:
        return _by_parts(args, workers) if args.all is None else _each_county(args, workers)
    except KeyboardInterrupt:
        print(text("run.stopped" if args.out else "cli.stopped"), file=sys.stderr)
        return REFUSED


def _workers(args: argparse.Namespace) -> int | None:
    """The number of parts at a time; JZ-E032 unless a whole number above 0."""
    if args.workers is None:
        return None
    if not args.workers.strip().isdecimal() or int(args.workers) < 1:
        wrong = {"name": "workers", "value": args.workers, "expected": "1, 2, 3 …"}
        raise JZError.of("JZ-E032", "--workers", **wrong)
    return int(args.workers)


def _is_in_parts(args: argparse.Namespace) -> bool:
    """Whether the people are computed part by part: they lie so, or an option asks for it."""
    folder = Path(args.data or "")
    given = {"scheduler": args.scheduler, "workers": args.workers}
    asked = [f"--{name}" for name, value in given.items() if value is not None]
    asked += ["--no-households"] if args.no_households else []
    if not args.data or not is_folder(folder):
        if asked and (not args.data or not any(sign in args.data for sign in "/\\.")):
            reason = text("run.needs_folder", options=" ".join(asked))
            raise JZError.of("JZ-E061", "jiuzhu run", reason=reason)
        return bool(asked)  # a folder that is not there is told with its name
    return bool(asked) or any(is_folder(folder / name) for name in ("persons", "households"))


# --- in memory -----------------------------------------------------------------------------
def _in_memory(args: argparse.Namespace) -> int:
    from jiuzhu_sim.engine import simulate
    from jiuzhu_sim.files import place_of
    from jiuzhu_sim.measures import caseload

    if args.out and args.data and place_of(args.out) == place_of(args.data):
        raise JZError.of("JZ-E040", args.out, reason=text("os.people"))
    policy = _policy(args)
    people = _people(args, policy)
    results = simulate(people, policy)
    table = caseload(results, ("area",), weight="weight")
    table = table.of_all() if people.is_complete else table
    lines = [str(table)]
    content = {"policy": policy.place, "at": policy.at, "caseload": _records(table)}
    if (change := _change(results, table)) is not None:
        lines += ["", str(change), ""]
        content["change"] = _records(change)
    if args.out:
        lines += _write_results(args, results)
    _say(args, "\n".join(lines), content)
    return DONE


def _change(new: Any, after: Any) -> Any:
    """Recipients and cost beside those of the law as it is; None where nothing is changed."""
    from jiuzhu_sim.engine import simulate
    from jiuzhu_sim.language import pick
    from jiuzhu_sim.measures import caseload
    from jiuzhu_sim.policy import load_policy
    from jiuzhu_sim.report.run_tables import ADDED_UP, beside
    from jiuzhu_sim.report.scenarios import named_after

    law = load_policy(new.policy.place, new.policy.at)
    if not law.diff(new.policy):
        return None
    before = caseload(simulate(new.people, law, reuse=new), ("area",), weight="weight")
    titles = {"base": law.title, "new": pick(named_after(law, new.policy))}
    return beside(before, after, "change", ADDED_UP, titles)


def _write_results(args: argparse.Namespace, results: Any) -> list[str]:
    """Results by household (Parquet) and the record of the run."""
    from jiuzhu_sim.files import staged
    from jiuzhu_sim.report.record import write_record

    policy, about = results.policy, results.people.about
    parameters = {
        "law": policy.place,
        "at": policy.at.isoformat(),
        "data": args.data or "",
        "households": results.people.households,
        "seed": about.get("seed", 0),
        "changes": [f"{path}={policy[path]}" for path in policy.changed],
    }
    with staged(args.out) as folder:
        results.frame().to_parquet(folder / "households.parquet", index=False)
        write_record(folder, "run", parameters, results)
        names = sorted(path.name for path in folder.iterdir())
    return [text("cli.written", out=args.out), *(f"  {name}" for name in names)]


def _records(table: Any) -> Any:
    return json.loads(table.frame().to_json(orient="records"))


# --- part by part --------------------------------------------------------------------------
def _by_parts(args: argparse.Namespace, workers: int | None) -> int:
    """One folder of people."""
    from jiuzhu_sim.report.run_input import job_of
    from jiuzhu_sim.report.run_words import said_lines

    _refuse(args, SYNTHETIC, "run.synthetic_only")
    entries = [*([args.reform] if args.reform else []), *args.set]
    job = job_of(args.law, "", entries, args.data, keep=_keeps(args))
    (outcome,), names = _computed(args, [job], workers)
    lines = [*said_lines(outcome), *_written(args, names)]
    content = {**_content(outcome), **_files(args, names)} if args.json else {}
    _say(args, "\n".join(lines), content)
    return FINDINGS if outcome.failed or outcome.copies else DONE


def _each_county(args: argparse.Namespace, workers: int | None) -> int:
    """The counties of a list, their parts in one queue; one that fails does not stop the others."""
    from jiuzhu_sim.report.run_input import listed_jobs
    from jiuzhu_sim.report.run_words import county_line, failed_lines

    _refuse(args, IN_THE_LIST, "run.in_the_list")
    if not args.out:
        reason = text("run.needs_out", option="--all")
        raise JZError.of("JZ-E061", "jiuzhu run --all", reason=reason)
    entries = [*([args.reform] if args.reform else []), *args.set]
    given = {"law": args.law, "changes": entries}
    jobs = listed_jobs(args.all, {k: v for k, v in given.items() if v}, keep=_keeps(args))
    outcomes, names = _computed(args, jobs, workers)
    lines = []
    for outcome in outcomes:
        lines += [county_line(outcome), *failed_lines(outcome)]
    content: dict[str, Any] = {}
    if args.json:
        counties = [{"county": each.job.name, **_content(each)} for each in outcomes]
        content = {"counties": counties, **_files(args, names)}
    _say(args, "\n".join([*lines, *_written(args, names)]), content)
    return FINDINGS if any(each.failed or each.copies for each in outcomes) else DONE


def _refuse(args: argparse.Namespace, options: Sequence[str], key: str) -> None:
    """JZ-E061 for options that do not go with what is asked."""
    if stated := [f"--{name}" for name in options if getattr(args, name) is not None]:
        raise JZError.of("JZ-E061", "jiuzhu run", reason=text(key, options=" ".join(stated)))


def _keeps(args: argparse.Namespace) -> bool:
    """Whether results by household are written: they are, if there is a place for them."""
    return bool(args.out) and not args.no_households


def _computed(
    args: argparse.Namespace, jobs: Sequence[Any], workers: int | None
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """The outcomes of the jobs, and the names of what was written; where nothing at all could be
    computed, that is refused."""
    from jiuzhu_sim.batch.memory import keep_memory
    from jiuzhu_sim.batch.run import run_jobs
    from jiuzhu_sim.batch.runners import open_runner
    from jiuzhu_sim.batch.work import Work
    from jiuzhu_sim.report.run_files import write_outcomes

    keep_memory()  # this process ends with the run
    tell = Teller(quiet=args.json and not _is_screen())
    with ExitStack() as stack:
        out = stack.enter_context(_place(args))
        runner = stack.enter_context(open_runner(args.scheduler, workers))
        work = stack.enter_context(Work.of(out, jobs))
        outcomes = run_jobs(jobs, work, runner, tell)
        tell.end()
        if not any(each.tables for each in outcomes):
            raise JZError(_all_problems(outcomes))
        names: tuple[str, ...] = ()
        if args.out:
            names = write_outcomes(work.folder, outcomes, with_summary=args.all is not None)
            work.commit()
    return outcomes, names


def _all_problems(outcomes: Sequence[Any]) -> Problems:
    """Why nothing could be computed; the same sentence once."""
    found = Problems()
    for outcome in outcomes:
        for failure in outcome.failed:
            found += [each for each in failure.problems if each not in found]
    return found


@contextmanager
def _place(args: argparse.Namespace) -> Iterator[str]:
    """The output; a place that goes with the run where none was asked for."""
    if args.out:
        yield args.out
        return
    from jiuzhu_sim.batch.runners import RUNNERS

    if args.scheduler is not None and args.scheduler not in RUNNERS:
        reason = text("run.needs_out", option="--scheduler")
        raise JZError.of("JZ-E061", "jiuzhu run", reason=reason)
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "run")


def _content(outcome: Any) -> dict[str, Any]:
    """An outcome for machines."""
    from jiuzhu_sim.report.run_tables import change_of, table_of

    made = {
        "policy": outcome.job.law,
        "at": outcome.job.at,
        "data": outcome.job.data,
        "households": outcome.households,
        "persons": outcome.persons,
        "parts": len(outcome.receipts) + len(outcome.failed),
        "resumed": outcome.resumed,
        "seconds": round(outcome.seconds, 1),
        "failed": [
            {"part": each.name, "problems": [problem.as_dict() for problem in each.problems]}
            for each in outcome.failed
        ],
    }
    if outcome.copies:
        made["copies"] = [list(pair) for pair in outcome.copies]
    if (table := table_of(outcome, "caseload")) is not None:
        made["caseload"] = _records(table)
    if (change := change_of(outcome)) is not None:
        made["change"] = _records(change)
    return made


def _files(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    return {"out": args.out, "files": list(names)} if args.out else {}


def _written(args: argparse.Namespace, names: Sequence[str]) -> list[str]:
    return [text("cli.written", out=args.out), *(f"  {each}" for each in names)] if names else []


class Teller:
    """Says on standard error how far the run is, how fast, and how long it will take."""

    def __init__(self, quiet: bool):
        self.quiet, self.is_line = quiet, _is_screen()
        self.told, self.share = time.perf_counter(), 0.0

    def __call__(self, progress: Any) -> None:
        """Called after each part with where the run stands."""
        now = time.perf_counter()
        share = (progress.done + progress.failed) / max(progress.total, 1)
        is_due = now - self.told >= TICK and (self.is_line or share - self.share >= TENTH)
        if self.quiet or not (is_due or share >= 1):
            return
        self.told, self.share = now, share
        said = progress.sentence
        self._print(f"\r\033[K{said}" if self.is_line else f"{said}\n")

    def end(self) -> None:
        """Wipe the line."""
        if self.is_line and not self.quiet:
            self._print("\r\033[K")

    def _print(self, said: str) -> None:
        """Nobody listens any more: no reason to stop the run."""
        try:
            print(said, end="", file=sys.stderr, flush=True)
        except OSError:
            self.quiet = True


def _is_screen() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"run": run}
