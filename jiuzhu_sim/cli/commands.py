"""What each command does. Everything heavy is imported inside the command that needs it."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from jiuzhu_sim.cli.notebooks import REPORTS, written_report
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import pick, text

DONE, FINDINGS, REFUSED = 0, 1, 2
SEED = 20260101
HOUSEHOLDS = 20_000
RULE_BOOK, CASEWORK = "rulebook", "casework"


def _whole(value: str | None, default: int, name: str) -> int:
    """A whole number from the command line; JZ-E032 otherwise."""
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        wrong = {"name": name, "value": value, "expected": "0, 1, 2 …"}
        raise JZError.of("JZ-E032", f"--{name}", **wrong) from None


def _say(args: argparse.Namespace, plain: str, content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, default=str) if args.json else plain)


def _policy(args: argparse.Namespace, default: str = "example-county") -> Any:
    from jiuzhu_sim.policy import load_policy, read_reform
    from jiuzhu_sim.report.scenarios import parse_changes

    policy = load_policy(args.law or default)
    if args.reform:
        policy = read_reform(args.reform).apply(policy)
    changes = parse_changes(args.set)
    return policy.change(changes) if changes else policy


def _people(args: argparse.Namespace, policy: Any) -> Any:
    from jiuzhu_sim.assessment import people_of

    households = _whole(args.households, HOUSEHOLDS, "households")
    return people_of(args.data or "", policy, households, _whole(args.seed, SEED, "seed"))


def doctor(args: argparse.Namespace) -> int:
    from jiuzhu_sim.doctor import examine

    found = examine(args.out)
    _say(
        args,
        "\n".join(map(str, found)),
        [{"name": each.name, "well": each.well, "found": each.found} for each in found],
    )
    return DONE if all(each.well for each in found) else FINDINGS


def synth(args: argparse.Namespace) -> int:
    from jiuzhu_sim.population import synthesize, write_people, write_synthetic

    households = _whole(args.households, HOUSEHOLDS, "households")
    seed = _whole(args.seed, SEED, "seed")
    if args.partition is None:
        people = synthesize(args.recipe, households, seed)
        write_people(people, args.out)
        made = {**people.about, "persons": people.persons, "out": args.out}
    else:
        partition = _whole(args.partition, 0, "partition")
        written = write_synthetic(args.recipe, households, seed, args.out, partition)
        made = {**written.about, "persons": written.persons, "out": args.out}
        made["parts"] = written.parts
    counts = {name: f"{made[name]:,}" for name in ("households", "persons")}
    lines = [text("people.synthetic", recipe=args.recipe, seed=seed, **counts)]
    if "parts" in made:
        lines.append(text("people.parts", parts=made["parts"]))
    _say(args, "\n".join(lines), made)
    return DONE


def law(args: argparse.Namespace) -> int:
    from jiuzhu_sim.engine import make_plan
    from jiuzhu_sim.policy import load_policy
    from jiuzhu_sim.report.law import lacking, parameters, silent

    if args.law is None:
        return _laws(args)
    policy = load_policy(args.law)
    listing = parameters(policy)
    lines = [listing.title, *("　".join(row) for row in listing.rows)]
    lines += [*lacking(policy), silent(policy), "", str(make_plan(policy))]
    content = {
        path: {
            "value": value.value,
            "since": value.since,
            "status": value.status,
            "clause": value.clause,
        }
        for path, value in policy.values.items()
    }
    _say(args, "\n".join(lines), content)
    return DONE


def _laws(args: argparse.Namespace) -> int:
    """The presets there are: the name to type, and what it stands for."""
    from jiuzhu_sim.law.load import region, region_names

    known = {name: pick(region(name).label) for name in region_names()}
    _say(args, "\n".join(f"{name}　{title}" for name, title in known.items()), known)
    return DONE


def explain(args: argparse.Namespace) -> int:
    from jiuzhu_sim.engine import simulate
    from jiuzhu_sim.files import write_whole
    from jiuzhu_sim.receipt import explain as receipt_of
    from jiuzhu_sim.report.page import page

    policy = _policy(args)
    receipt = receipt_of(simulate(_people(args, policy), policy), args.household)
    lines = [str(receipt)]
    if args.out:
        write_whole(args.out, page(receipt.html("h1"), receipt.title).encode())
        lines.append(text("cli.written_file", out=args.out))
    _say(args, "\n".join(lines), receipt.as_dict())
    return DONE


def readings(args: argparse.Namespace) -> int:
    """The ambiguities and the readings taken; with --option the readings side by side."""
    from jiuzhu_sim.outlook import compare_readings
    from jiuzhu_sim.report.law import options

    policy = _policy(args)
    if args.option is None:
        listing = options(policy)
        lines = [listing.title, *("　".join(row) for row in listing.rows)]
        _say(
            args,
            "\n".join(lines),
            [dict(zip(listing.headers, row, strict=True)) for row in listing.rows],
        )
        return DONE
    table = compare_readings(_people(args, policy), policy, args.option)
    records = json.loads(table.frame().to_json(orient="records"))
    lines = [str(table)]
    _say(args, "\n".join(lines), {"policy": policy.place, "at": policy.at, "readings": records})
    return DONE


def report(args: argparse.Namespace) -> int:
    from jiuzhu_sim.report.scenarios import parse_changes

    if args.kind == RULE_BOOK:
        return _rule_book(args)
    if args.kind == CASEWORK:
        from jiuzhu_sim.cli.casework import casework

        return casework(args)
    if args.kind not in REPORTS:
        raise JZError.unknown(text("word.report"), args.kind, [*REPORTS, RULE_BOOK, CASEWORK])
    given = _report_parameters(args) | parse_changes(args.param)
    if args.all is not None:
        from jiuzhu_sim.cli.counties import counties

        return counties(args, given)
    started = time.perf_counter()
    progress = sys.stderr.isatty() or not args.json
    written = written_report(args.kind, given, args.out, progress=progress)
    seconds = time.perf_counter() - started
    lines = [
        *([written.answer, ""] if written.answer else []),
        text("cli.written", out=args.out),
        *(f"  {each}" for each in written.names),
        text("cli.first", file=written.first),
        text("cli.seconds", seconds=seconds),
    ]
    content = {"out": args.out, "files": written.names, "seconds": round(seconds, 1)}
    _say(args, "\n".join(lines), content)
    return FINDINGS if args.kind == "reconcile" and _is_stopped(args.out) else DONE


def _is_stopped(folder: str) -> bool:
    """Whether the gate of a folder says no-go."""
    from pathlib import Path

    from jiuzhu_sim.assessment.gate import GATE, STOPPING

    content = json.loads((Path(folder) / GATE).read_text(encoding="utf-8"))
    return content["outcome"] in STOPPING


def ledger(args: argparse.Namespace) -> int:
    """An empty ledger with the people's townships, or one with the model's figures."""
    from jiuzhu_sim.policy import load_policy
    from jiuzhu_sim.report.ledger import write_ledger

    policy = load_policy(args.law or "example-county")
    write_ledger(args.out, _people(args, policy), policy, filled=args.filled)
    _say(args, text("cli.written_file", out=args.out), {"out": args.out})
    return DONE


def _rule_book(args: argparse.Namespace) -> int:
    from jiuzhu_sim.files import staged
    from jiuzhu_sim.report.rulebook import rule_book

    with staged(args.out) as folder:
        names = [path.name for path in rule_book(folder)]
    lines = [text("cli.written", out=args.out), *(f"  {name}" for name in names)]
    _say(args, "\n".join(lines), {"out": args.out, "files": names})
    return DONE


def _report_parameters(args: argparse.Namespace) -> dict[str, Any]:
    """Notebook parameters from the command's own options (only those that were given)."""
    from jiuzhu_sim.policy import load_policy, read_reform

    found: dict[str, Any] = {}
    if args.law:
        found["law"], _, at = args.law.partition("@")
        found |= {"at": at} if at else {}
        if args.kind == "annual":
            found["year"] = load_policy(args.law).at.year
    changes = list(args.set)
    if args.reform:
        reform = read_reform(args.reform)
        changes = [f"{path}={value}" for path, value in reform.changes.items()] + changes
        found["law"], _, found["at"] = reform.baseline.partition("@")
        if args.kind == "whatif":
            found["name"] = pick(reform.title)
    if changes:
        found["changes"] = changes
    # One that the notebook does not know is refused like any other unknown parameter.
    for name in ("data", "households", "seed", "year", "lang", "log", "procedure", "as_of"):
        if getattr(args, name) is not None:
            found[name] = getattr(args, name)
    if args.kind == "ranking":
        from jiuzhu_sim.cli.rank import ranking_parameters

        found |= ranking_parameters(args)
    return found


def verify(args: argparse.Namespace) -> int:
    from jiuzhu_sim.report.record import verify as verify_folder

    found = verify_folder(args.folder)
    different = sum(not each.same for each in found)
    closing = text("cli.verified", same=len(found) - different, different=different)
    _say(
        args,
        "\n".join([*map(str, found), closing]),
        [{"item": each.item, "same": each.same, "detail": each.detail} for each in found],
    )
    return FINDINGS if different else DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "doctor": doctor,
    "report": report,
    "explain": explain,
    "readings": readings,
    "law": law,
    "ledger": ledger,
    "synth": synth,
    "verify": verify,
}
