"""The commands that read an officer's roster: `check` and `post`."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jiuzhu_sim.cli.commands import DONE, FINDINGS
from jiuzhu_sim.cli.typed import as_typed
from jiuzhu_sim.language import text

SHOWN = 5
"""Findings that stand on the screen; all of them are in the list."""


def check(args: argparse.Namespace) -> int:
    from jiuzhu_sim.cli.casework import check_log, is_event_log

    if is_event_log(args):
        return check_log(args)
    from jiuzhu_sim.report.roster import roster_of, roster_report

    roster, policy = roster_of(
        {
            "data_path": args.file or "",
            "law": args.law or "",
            "at": args.at or "",
            "sheet": args.sheet or "",
            "encoding": args.encoding,
            "unit_income": args.income_unit,
            "townships": args.township,
            "key_path": args.key or "",
        }
    )
    report = roster_report(roster, policy)
    written = report.write(args.out)
    summary = report.summary()
    if args.json:
        content = {**summary, "out": args.out, "files": [path.name for path in written]}
        print(json.dumps(content, ensure_ascii=False, default=str))
    else:
        lines = [*report.sections[0].sentences, *_first(report, summary)]
        print("\n".join([*lines, *_next(args, summary, written)]))
    return FINDINGS if summary["stop"] + summary["doubt"] else DONE


def _first(report: Any, summary: dict[str, Any]) -> list[str]:
    """The first findings that somebody has to look into."""
    first = report.first(SHOWN)
    lines = ["", text("check.first"), *(f"  {line}" for line in first)] if first else []
    if summary["stop"] + summary["doubt"] > len(first):
        lines.append(text("check.more", file=text("file.findings")))
    return lines


def _next(
    args: argparse.Namespace, summary: dict[str, Any], written: tuple[Path, ...]
) -> list[str]:
    """Which files there are, and what to do now."""
    lines = ["", text("cli.written", out=args.out), *(f"  {path.name}" for path in written)]
    steps = []
    if summary["stop"]:
        steps.append(text("check.next.stop", file=text("file.findings")))
    if summary["stop"] + summary["doubt"]:
        steps.append(text("check.next.doubt"))
    if summary["households_kept"]:
        law = args.law or text("check.law")
        steps.append(as_typed(text("check.next.run", law=law, out=args.out)))
    numbered = (f"  {number}. {step}" for number, step in enumerate(steps, 1))
    return [*lines, "", text("check.next"), *numbered] if steps else lines


def post(args: argparse.Namespace) -> int:
    from jiuzhu_sim.report.posted import write_posting
    from jiuzhu_sim.roster.posting import posting

    made = posting(
        args.file,
        sheet=args.sheet or "",
        encoding=args.encoding,
        at=args.at or None,
        anyway=args.anyway,
    )
    write_posting(made, args.out)
    content = {"out": args.out, **made.counts()}
    if args.json:
        print(json.dumps(content, ensure_ascii=False))
    else:
        print("\n".join([*made.said(), text("cli.written_file", out=args.out)]))
    return FINDINGS if content["set_aside"] else DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"check": check, "post": post}
