"""The command line `jiuzhu`. Exit code 0 done, 1 done with findings, 2 refused or failed.

Everything heavy is imported inside the command that needs it, so that help comes at once.
"""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import LANGUAGES, pick, set_language, text

DONE, FINDINGS, REFUSED = 0, 1, 2
SEED = 20260101
HOUSEHOLDS = 20_000
REPORTS = {"annual": "11_annual_report", "whatif": "04_reform_whatif"}
PAGES = {"annual": "file.annual", "whatif": "file.whatif_page"}


WORDINGS = {
    r"arguments are required: (?P<names>.*)": "cli.missing",
    r"argument (?P<name>[^:]*): invalid choice: (?P<value>'[^']*')": "cli.choice",
    r"argument (?P<name>[^:]*): expected one argument": "cli.expects",
}
"""What argparse says, and the sentence of ours that says it in both languages."""


class Parser(argparse.ArgumentParser):
    """argparse with its words in the language in use, and errors that name the nearest option."""

    def error(self, message: str) -> NoReturn:
        for pattern, key in WORDINGS.items():
            if found := re.search(pattern, message):
                message = text(key, **found.groupdict())
        raise JZError.of("JZ-E061", self.prog, reason=message)


def _help(key: str) -> str:
    return text(key).replace("%", "%%")  # argparse formats help texts


def _parser() -> Parser:
    shared = Parser(add_help=False)
    shared.add_argument("--lang", choices=LANGUAGES, help=_help("cli.lang"))
    shared.add_argument("--json", action="store_true", help=_help("cli.json"))
    shared.add_argument("-h", "--help", action="help", help=_help("cli.help"))
    parser = Parser(prog="jiuzhu", description=text("cli.about"), parents=[shared], add_help=False)
    commands = parser.add_subparsers(dest="command", title=text("cli.commands"), metavar="")
    made = {
        name: commands.add_parser(
            name,
            help=_help(f"cli.{name}"),
            description=text(f"cli.{name}"),
            parents=[shared],
            add_help=False,
        )
        for name in COMMANDS
    }
    for each in (parser, *made.values()):
        each._optionals.title = text("cli.options")
        each._positionals.title = text("cli.commands")
    made["doctor"].add_argument("--out", default=".", help=_help("cli.out"))
    made["synth"].add_argument("recipe", help=_help("cli.recipe"))
    made["synth"].add_argument("--out", required=True, help=_help("cli.out"))
    made["law"].add_argument("law", help=_help("cli.law_option"))
    made["verify"].add_argument("folder", help=_help("cli.folder"))
    made["report"].add_argument("kind", help=_help("cli.kind"))
    made["report"].add_argument("--year", help=_help("cli.year"))
    made["report"].add_argument("--param", action="append", default=[], help=_help("cli.param"))
    made["explain"].add_argument("--household", required=True, help=_help("cli.household"))
    for name in ("run", "explain", "report"):
        made[name].add_argument("--law", required=name == "run", help=_help("cli.law_option"))
        made[name].add_argument("--data", help=_help("cli.data"))
        made[name].add_argument("--set", action="append", default=[], help=_help("cli.set"))
        made[name].add_argument("--reform", help=_help("cli.reform"))
    for name in ("run", "report"):
        made[name].add_argument("--out", required=name == "report", help=_help("cli.out"))
    for name in ("synth", "run", "explain", "report"):
        made[name].add_argument("--households", help=_help("cli.households"))
        made[name].add_argument("--seed", help=_help("cli.seed"))
    return parser


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
    from jiuzhu_sim.report.record import parse_changes

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
    from jiuzhu_sim.population import synthesize, write_people

    people = synthesize(
        args.recipe,
        households=_whole(args.households, HOUSEHOLDS, "households"),
        seed=_whole(args.seed, SEED, "seed"),
    )
    write_people(people, args.out)
    about = {**people.about, "persons": people.persons, "out": args.out}
    _say(
        args,
        text(
            "people.synthetic",
            recipe=args.recipe,
            seed=about["seed"],
            households=f"{people.households:,}",
            persons=f"{people.persons:,}",
        ),
        about,
    )
    return DONE


def law(args: argparse.Namespace) -> int:
    from jiuzhu_sim.engine import make_plan
    from jiuzhu_sim.policy import load_policy
    from jiuzhu_sim.report.law import parameters

    policy = load_policy(args.law)
    listing = parameters(policy)
    lines = [listing.title, *("　".join(row) for row in listing.rows), "", str(make_plan(policy))]
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


def run(args: argparse.Namespace) -> int:
    from jiuzhu_sim.engine import simulate
    from jiuzhu_sim.measures import caseload

    policy = _policy(args)
    people = _people(args, policy)
    results = simulate(people, policy)
    table = caseload(results, ("area",), weight="weight")
    lines = [table.caption, table.frame().to_string(index=False)]
    if args.out:
        lines += _write_run(args, results)
    records = json.loads(table.frame().to_json(orient="records"))
    _say(args, "\n".join(lines), {"policy": policy.place, "at": policy.at, "caseload": records})
    return DONE


def _write_run(args: argparse.Namespace, results: Any) -> list[str]:
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


def explain(args: argparse.Namespace) -> int:
    from jiuzhu_sim.engine import simulate
    from jiuzhu_sim.receipt import explain as receipt_of

    policy = _policy(args)
    receipt = receipt_of(simulate(_people(args, policy), policy), args.household)
    _say(args, str(receipt), receipt.as_dict())
    return DONE


def report(args: argparse.Namespace) -> int:
    from jiuzhu_sim.files import staged
    from jiuzhu_sim.report.notebook import checked_parameters, notebook_path, run_notebook
    from jiuzhu_sim.report.page import write_page
    from jiuzhu_sim.report.record import parse_changes, policy_of, seal

    if args.kind not in REPORTS:
        raise JZError.unknown(text("word.report"), args.kind, REPORTS)
    started = time.perf_counter()
    name = REPORTS[args.kind]
    given = _report_parameters(args) | parse_changes(args.param)
    values = checked_parameters(notebook_path(name), given)
    # Refuse a bad law or a bad change here, in a sentence, before a kernel starts.
    policy_of(values)
    with staged(args.out) as folder:
        values["out_dir"] = str(folder)
        executed = run_notebook(
            name, values, folder / f"{name}.ipynb", progress=sys.stderr.isatty() or not args.json
        )
        write_page(executed, folder / text(PAGES[args.kind]), text(f"cli.title.{args.kind}"), "")
        executed.unlink()
        seal(folder)
        names = sorted(path.name for path in folder.iterdir())
    seconds = time.perf_counter() - started
    lines = [
        text("cli.written", out=args.out),
        *(f"  {each}" for each in names),
        text("cli.seconds", seconds=seconds),
    ]
    _say(args, "\n".join(lines), {"out": args.out, "files": names, "seconds": round(seconds, 1)})
    return DONE


def _report_parameters(args: argparse.Namespace) -> dict[str, Any]:
    """Notebook parameters from the command's own options (only those that were given)."""
    from jiuzhu_sim.policy import read_reform

    found: dict[str, Any] = {}
    if args.law:
        found["law"], _, at = args.law.partition("@")
        found |= {"at": at} if at else {}
    changes = list(args.set)
    if args.reform:
        reform = read_reform(args.reform)
        changes = [f"{path}={value}" for path, value in reform.changes.items()] + changes
        found["law"], _, found["at"] = reform.baseline.partition("@")
        if args.kind == "whatif":
            found["name"] = pick(reform.title)
    if changes:
        found["changes"] = changes
    for name in ("data", "households", "seed", "year", "lang"):
        if getattr(args, name) is not None:
            found[name] = getattr(args, name)
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
    "run": run,
    "explain": explain,
    "law": law,
    "synth": synth,
    "verify": verify,
}


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    """The command line read, unknown commands and options refused with the nearest name."""
    named = [word for word in words if not word.startswith("-")]
    after_lang = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--lang"]
    named = [word for word in named if word not in after_lang]
    if named and named[0] not in COMMANDS:
        raise JZError.unknown(text("word.command"), named[0], COMMANDS)
    args, unknown = _parser().parse_known_args(words)
    if unknown:
        options = [f"--{name.replace('_', '-')}" for name in vars(args)]
        raise JZError.of(
            "JZ-E061",
            f"jiuzhu {args.command or ''}".strip(),
            reason=f"{unknown[0]} → {nearest(unknown[0], options)}",
        )
    return args


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never shows a traceback.

    >>> main(["law", "nowhere", "--lang", "en"])
    2
    """
    words = list(sys.argv[1:] if words is None else words)
    for i, word in enumerate(words[:-1]):
        if word == "--lang" and words[i + 1] in LANGUAGES:
            set_language(words[i + 1])
    try:
        args = _arguments(words)
        if not args.command:
            _parser().print_help()
            return DONE
        return COMMANDS[args.command](args)
    except JZError as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Who read our output has closed it (`| head`); nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(text("cli.stopped"), file=sys.stderr)
        return REFUSED
    except Exception as fault:
        from jiuzhu_sim.files import write_log

        reason = f"{type(fault).__name__}: {fault}"
        print(JZError.of("JZ-E099", reason=reason, log=write_log(fault)), file=sys.stderr)
        return REFUSED
