"""What the command line does with an event log (`report casework`, `check` of such a file), and
`link`: two lists whose ID numbers are damaged."""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from jiuzhu_sim.cli.commands import DONE, FINDINGS, HOUSEHOLDS, SEED, _policy, _say, _whole
from jiuzhu_sim.cli.typed import as_typed
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text

NATIONAL = "national"
"""The procedure of a place that has none of its own."""


def casework(args: argparse.Namespace) -> int:
    """The report on one's own log, or on a synthetic one of the chosen people and law."""
    from jiuzhu_sim.casework.procedure.procedure import procedures
    from jiuzhu_sim.report.casework import casework_report
    from jiuzhu_sim.report.casework_record import judged_of, record_of

    started = time.perf_counter()
    policy = _policy(args)
    own = policy.place if policy.place in procedures() else NATIONAL
    parameters = {
        "law": policy.place,
        "at": policy.at.isoformat(),
        "changes": [f"{path}={policy[path]}" for path in policy.changed],
        "procedure": args.procedure or own,
    }
    if args.log:
        parameters |= {"log": args.log, "as_of": args.as_of or ""}
    else:
        parameters |= {
            "data": args.data or "",
            "households": _whole(args.households, HOUSEHOLDS, "households"),
            "seed": _whole(args.seed, SEED, "seed"),
            "year": _whole(args.year, policy.at.year, "year"),
        }
    judged, digests = judged_of(parameters)
    report = casework_report(judged)
    written = report.write(args.out, record_of(judged, parameters, digests))
    names, summary = [path.name for path in written], report.summary()
    seconds = time.perf_counter() - started
    lines = [
        *report.sections[0].sentences,
        "",
        text("cli.written", out=args.out),
        *(f"  {name}" for name in names),
        text("cli.seconds", seconds=seconds),
    ]
    if judged.log.is_synthetic:
        lines.insert(0, text("casework.stamp.synthetic"))
    content = {**summary, "out": args.out, "files": names, "seconds": round(seconds, 1)}
    _say(args, "\n".join(lines), content)
    return FINDINGS if summary["stop"] + summary["doubt"] else DONE


def is_event_log(args: argparse.Namespace) -> bool:
    """Whether the file of `check` is an event log rather than a roster; a file that cannot be
    opened is left to the roster's own words."""
    from jiuzhu_sim.casework.log.read import recognised
    from jiuzhu_sim.roster.sheet import open_sheets

    if not args.file:
        return False
    try:
        return recognised(open_sheets(args.file, args.sheet or "", args.encoding))
    except JZError:
        return False


def check_log(args: argparse.Namespace) -> int:
    """What `check` does with an event log: page and list of its faults."""
    from jiuzhu_sim.casework.log.read import read_log
    from jiuzhu_sim.report.casework_log import TO_CHECK, log_report

    key = None
    if args.key:
        from jiuzhu_sim.report.roster import key_of

        key = key_of(args.key)
    read = read_log(
        args.file,
        at=args.at or None,
        sheet=args.sheet or "",
        encoding=args.encoding,
        townships=args.township,
        key=key,
    )
    report = log_report(read)
    names = [path.name for path in report.write(args.out)]
    counts = {level: read.findings.count(level) for level in (*TO_CHECK, "hint")}
    if args.json:
        content: dict[str, Any] = {"cases": read.log.n, "events": read.log.n_events, **counts}
        content |= {"aside": len(read.aside), "out": args.out, "files": names}
        print(json.dumps(content, ensure_ascii=False))
    else:
        following = text("casework.next", file=args.file, procedure=NATIONAL, out=args.out)
        files = [text("cli.written", out=args.out), *(f"  {name}" for name in names)]
        said = [*report.sections[0].sentences, "", *files, "", as_typed(following)]
        print("\n".join(said))
    return FINDINGS if sum(counts[level] for level in TO_CHECK) else DONE


def link(args: argparse.Namespace) -> int:
    """Two lists linked; exit code 1 where pairs are left for an officer to see."""
    from jiuzhu_sim.casework.matching.lists import link_files
    from jiuzhu_sim.policy import parse_date
    from jiuzhu_sim.report.links import write_links

    links = link_files(
        args.left,
        args.right,
        sheet=args.sheet or "",
        encoding=args.encoding,
        at=parse_date(args.at) if args.at else None,
    )
    write_links(links, args.out)
    counts = {"accepted": len(links.accepted()), "review": len(links.for_review())}
    said = text("links.said", **{name: f"{n:,}" for name, n in counts.items()})
    plain = "\n".join([said, text("cli.written_file", out=args.out)])
    _say(args, plain, {**counts, "is_trained": links.is_trained, "out": args.out})
    return FINDINGS if counts["review"] else DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"link": link}
