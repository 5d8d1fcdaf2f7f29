"""`rank`: townships scored and ranked, the report of notebook 10 with options of its own.

`rank …` is `report ranking …`: both refuse a bad card, weights or file before a kernel starts.
"""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu_sim.language import text

KIND = "ranking"
GIVEN = {
    "scorecard": "card",
    "log": "log",
    "procedure": "procedure",
    "as_of": "as_of",
    "returns": "returns",
    "design": "design",
    "files": "files",
    "boundaries": "boundaries",
    "approval": "approval",
    "places": "places",
}
"""Options and the parameters of the notebook that they set."""


def add_rank(made: Any, explained: Callable[[str], str]) -> None:
    """What `rank` takes beside what every report takes; `explained` gives a help text by key."""
    for option in ("scorecard", "returns", "design", "files", "boundaries", "approval", "places"):
        made.add_argument(f"--{option}", help=explained(f"cli.{option}"))
    for option in ("procedure", "as-of"):
        made.add_argument(f"--{option}", help=explained(f"cli.{option.replace('-', '_')}"))
    made.add_argument("--log", help=explained("cli.rank_log"))
    for option, key in (("verification", "cli.verification"), ("weight", "cli.weight"),
                        ("param", "cli.param"), ("set", "cli.set")):  # fmt: skip
        made.add_argument(f"--{option}", action="append", default=[], help=explained(key))
    for option, key in (("law", "cli.law_option"), ("data", "cli.data"), ("reform", "cli.reform"),
                        ("households", "cli.households"), ("seed", "cli.seed")):  # fmt: skip
        made.add_argument(f"--{option}", help=explained(key))
    made.add_argument("--form", action="store_true", help=explained("cli.form"))
    made.add_argument("--out", required=True, help=explained("cli.out"))


def ranking_parameters(args: argparse.Namespace) -> dict[str, Any]:
    """Parameters of the notebook from the options that were given; those of `report`, too."""
    given: Mapping[str, Any] = vars(args)
    found = {name: given[option] for option, name in GIVEN.items() if given.get(option)}
    if given.get("verification"):
        found["verification"] = ";".join(given["verification"])
    if given.get("weight"):
        found["weights"] = list(given["weight"])
    return found


def rank(args: argparse.Namespace) -> int:
    """The report on townships: page, workbook, text for circulation, charts, record. With `--form`
    the empty table of returns of these townships."""
    from jiuzhu_sim.cli.commands import report

    args.kind, args.year, args.all = KIND, None, None
    return _form(args) if args.form else report(args)


def _form(args: argparse.Namespace) -> int:
    from jiuzhu_sim.assessment.indicators import write_returns_form
    from jiuzhu_sim.cli.commands import DONE, _report_parameters, _say
    from jiuzhu_sim.cli.notebooks import checked_report
    from jiuzhu_sim.report.ranking_input import units_of

    units = units_of(checked_report(KIND, _report_parameters(args)))
    write_returns_form(args.out, units)
    content = {"out": args.out, "townships": list(units)}
    _say(args, text("cli.written_file", out=args.out), content)
    return DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"rank": rank}
