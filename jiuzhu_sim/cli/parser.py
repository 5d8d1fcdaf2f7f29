"""What may be typed: the commands with their options, in the language in use."""

import argparse
import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from jiuzhu_sim.cli.rank import add_rank
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import version_of
from jiuzhu_sim.language import languages, text

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


class Version(argparse.Action):
    """Tells the version; it is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        print(f"jiuzhu_sim {version_of('jiuzhu_sim')}")
        parser.exit()


def _help(key: str) -> str:
    return text(key).replace("%", "%%")  # argparse formats help texts


def _for_all(defaults: Mapping[str, Any]) -> Parser:
    """The options of every command. Those of a command have no default: what was said before its
    name would be taken back."""
    made = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    made.add_argument("--lang", choices=languages(), help=_help("cli.lang"))
    unsaid = defaults.get("json", argparse.SUPPRESS)
    made.add_argument("--json", action="store_true", default=unsaid, help=_help("cli.json"))
    made.add_argument("-h", "--help", action="help", help=_help("cli.help"))
    made.set_defaults(**defaults)
    return made


def make_parser(commands_known: Iterable[str]) -> Parser:
    """The parser of all commands."""
    first, shared = _for_all({"lang": None, "json": False}), _for_all({})
    parser = Parser(prog="jiuzhu", description=text("cli.about"), parents=[first], add_help=False)
    parser.add_argument("--version", action=Version, nargs=0, help=_help("cli.version"))
    commands = parser.add_subparsers(dest="command", title=text("cli.commands"), metavar="")
    made = {
        name: commands.add_parser(
            name,
            help=_help(f"cli.{name}"),
            description=text(f"cli.{name}"),
            parents=[shared],
            add_help=False,
        )
        for name in commands_known
    }
    for each in (parser, *made.values()):
        each._optionals.title = text("cli.options")
        each._positionals.title = text("cli.commands")
    made["doctor"].add_argument("--out", default=".", help=_help("cli.out"))
    made["synth"].add_argument("recipe", help=_help("cli.recipe"))
    made["synth"].add_argument("--out", required=True, help=_help("cli.out"))
    made["synth"].add_argument("--partition", help=_help("cli.partition"))
    made["law"].add_argument("law", nargs="?", help=_help("cli.law_or_all"))
    made["ledger"].add_argument("--law", help=_help("cli.law_option"))
    made["ledger"].add_argument("--data", help=_help("cli.data"))
    made["ledger"].add_argument("--filled", action="store_true", help=_help("cli.filled"))
    made["ledger"].add_argument("--out", required=True, help=_help("cli.out_ledger"))
    made["verify"].add_argument("folder", help=_help("cli.folder"))
    made["report"].add_argument("kind", help=_help("cli.kind"))
    made["report"].add_argument("--year", help=_help("cli.year"))
    for option in ("log", "procedure", "as-of"):
        made["report"].add_argument(f"--{option}", help=_help(f"cli.{option.replace('-', '_')}"))
    made["report"].add_argument("--all", nargs="?", const="", help=_help("cli.all"))
    made["report"].add_argument("--param", action="append", default=[], help=_help("cli.param"))
    made["explain"].add_argument("--household", required=True, help=_help("cli.household"))
    made["readings"].add_argument("--option", help=_help("cli.option"))
    _add_explorer(made["explorer"])
    _add_page(made["page"])
    for name in ("run", "explain", "readings", "report"):
        made[name].add_argument("--law", help=_help("cli.law_option"))
        made[name].add_argument("--data", help=_help("cli.data"))
        made[name].add_argument("--set", action="append", default=[], help=_help("cli.set"))
        made[name].add_argument("--reform", help=_help("cli.reform"))
    for name in ("run", "report"):
        made[name].add_argument("--out", required=name == "report", help=_help("cli.out"))
    made["explain"].add_argument("--out", help=_help("cli.out_page"))
    _add_run(made["run"])
    for name in ("synth", "run", "explain", "readings", "report", "ledger"):
        made[name].add_argument("--households", help=_help("cli.households"))
        made[name].add_argument("--seed", help=_help("cli.seed"))
    add_rank(made["rank"], _help)
    _add_roster(made)
    _add_outlook(made)
    made["init"].add_argument("folder", help=_help("cli.init.folder"))
    made["lab"].add_argument("folder", nargs="?", default=".", help=_help("cli.lab.folder"))
    made["lab"].add_argument("--port", help=_help("cli.port"))
    made["lab"].add_argument("--no-browser", action="store_true", help=_help("cli.no_browser"))
    return parser


def _add_run(made: Parser) -> None:
    """What `run` takes besides: where to compute, and many counties at a time."""
    made.add_argument("--all", metavar="LIST", help=_help("cli.run_all"))
    made.add_argument("--scheduler", metavar="ADDRESS", help=_help("cli.scheduler"))
    made.add_argument("--workers", metavar="N", help=_help("cli.workers"))
    made.add_argument("--no-households", action="store_true", help=_help("cli.no_households"))


def _add_explorer(made: Parser) -> None:
    """What `explorer` takes: law, people and the scenario to begin with; where to serve."""
    made.add_argument("--law", help=_help("cli.law_option"))
    made.add_argument("--data", help=_help("cli.data"))
    made.add_argument("--households", help=_help("cli.households"))
    made.add_argument("--seed", help=_help("cli.seed"))
    made.add_argument("--set", action="append", default=[], help=_help("cli.set"))
    made.add_argument("--reform", help=_help("cli.explorer_reform"))
    made.add_argument(
        "--per", choices=("person", "household"), default="person", help=_help("cli.per")
    )
    made.add_argument("--port", help=_help("cli.port"))
    made.add_argument("--no-browser", action="store_true", help=_help("cli.no_browser"))


def _add_page(made: Parser) -> None:
    """What `page` takes: law, people, the sliders and their ends, and the file to write."""
    made.add_argument("--law", help=_help("cli.law_option"))
    made.add_argument("--data", help=_help("cli.data"))
    made.add_argument("--households", help=_help("cli.households"))
    made.add_argument("--seed", help=_help("cli.seed"))
    made.add_argument("--slider", action="append", default=[], help=_help("cli.slider"))
    made.add_argument(
        "--per", choices=("person", "household"), default="person", help=_help("cli.page_per")
    )
    made.add_argument("--out", required=True, help=_help("cli.out_html"))


def _add_roster(made: dict[str, Parser]) -> None:
    """What `check`, `post` and `link` take: rosters, and how to read them."""
    made["check"].add_argument("file", nargs="?", help=_help("cli.file"))
    made["check"].add_argument("--out", required=True, help=_help("cli.out"))
    made["check"].add_argument("--law", help=_help("cli.law_check"))
    made["check"].add_argument("--income-unit", default="auto", help=_help("cli.income_unit"))
    made["check"].add_argument(
        "--township", action="append", default=[], help=_help("cli.township")
    )
    made["check"].add_argument("--key", help=_help("cli.key"))
    made["post"].add_argument("file", help=_help("cli.roster_file"))
    made["post"].add_argument("--out", required=True, help=_help("cli.out_list"))
    made["post"].add_argument("--anyway", action="store_true", help=_help("cli.anyway"))
    made["link"].add_argument("left", help=_help("cli.link_left"))
    made["link"].add_argument("right", help=_help("cli.link_right"))
    made["link"].add_argument("--out", required=True, help=_help("cli.out_links"))
    for name in ("check", "post", "link"):
        made[name].add_argument("--sheet", help=_help("cli.sheet"))
        made[name].add_argument("--encoding", default="auto", help=_help("cli.encoding"))
        made[name].add_argument("--at", help=_help("cli.at"))


def _add_outlook(made: dict[str, Parser]) -> None:
    """What `solve` and `forecast` take: law, people, the money, and how the forecast is made."""
    solve = made["solve"]
    solve.add_argument("--param", action="append", default=[], help=_help("cli.solve_param"))
    solve.add_argument("--budget", required=True, help=_help("cli.budget"))
    for name in ("risk", "step", "low", "high"):
        solve.add_argument(f"--{name}", help=_help(f"cli.{name}"))
    solve.add_argument("--rule", default="alone", help=_help("cli.rule"))
    solve.add_argument("--ratio-min", help=_help("cli.ratio_min"))
    solve.add_argument("--account", action="append", default=[], help=_help("cli.account"))
    solve.add_argument("--confirm", action="store_true", help=_help("cli.confirm"))
    solve.add_argument("--out", help=_help("cli.out_reform"))
    made["forecast"].add_argument("--budget", help=_help("cli.budget"))
    made["forecast"].add_argument("--drivers", action="store_true", help=_help("cli.drivers"))
    for name in ("solve", "forecast"):
        made[name].add_argument("--law", help=_help("cli.law_option"))
        made[name].add_argument("--set", action="append", default=[], help=_help("cli.set"))
        made[name].add_argument("--reform", help=_help("cli.reform"))
        for option in ("data", "households", "seed", "start", "months", "draws", "runs"):
            made[name].add_argument(f"--{option}", help=_help(f"cli.{option}"))
        made[name].add_argument("--certain", action="store_true", help=_help("cli.certain"))
