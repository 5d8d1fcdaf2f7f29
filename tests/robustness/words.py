"""The command line with words at random: options that exist with values that should not."""

import contextlib
import io
import os
import random
from pathlib import Path

from jiuzhu_sim import cli
from jiuzhu_sim.cli.parser import make_parser
from tests.robustness.hostile import FORMULAS, NUMBERS, PLACES
from tests.robustness.tried import Ended

SLOW = ("explorer", "lab")
"""Commands that go on until they are stopped."""

SMALL = ("--households", "120")
"""Where nothing else is said, few households: what is tried is the words, not the computing."""

GOOD = (
    *("example-county", "example-county@2025-01-01", "s42-county-2013@2013-06-01", "national"),
    *("dibao.standard.rural=670", "dibao.standard.rural=+10%", "edge.ratio=2", "2025", "12"),
    *("zh", "en", "none", "annual", "whatif", "0.2", "2025-01", "2025-06-30", "H1", "1", "dibao"),
    *("law", "sample", "alone", "keep_ratio", "ten-precisions", "x.yaml", "x.csv", "x.xlsx", "."),
    *("year=2025", "draws=100", "html_path=../x", "lang=fr", "=", "a=b=c", "data.csv", "people"),
)


def words(dice: random.Random, folder: Path) -> list[str]:
    """A command with some of its options, values at random; what is written goes into `folder`."""
    commands = [name for name in cli.COMMANDS if name not in SLOW]
    name = dice.choice(commands)
    if dice.random() < 0.03:
        return [_value(dice, folder) for _ in range(dice.randrange(4))]
    made = [name]
    options = list(_options(name))
    for names, takes, needed in options:
        if not names:
            made.append(_value(dice, folder))
        elif needed or dice.random() < 0.2:
            made.append(names)
            if takes:
                made.append(_value(dice, folder) if names != "--out" else _out(dice, folder))
    if "--households" not in made and any(o[0] == "--households" for o in options):
        made += SMALL
    return made


def _options(name):
    """What a command takes: its option ("" for a plain word), whether a value, whether needed."""
    for each in make_parser(cli.COMMANDS)._actions:
        if isinstance(each.choices, dict) and name in each.choices:
            taken = each.choices[name]._actions
    for each in taken:
        if "--help" not in each.option_strings:
            option = each.option_strings[-1] if each.option_strings else ""
            yield option, each.nargs != 0, each.required and bool(option)


def _value(dice, folder):
    kind = dice.random()
    if kind < 0.5:
        return dice.choice(GOOD)
    if kind < 0.6:
        return str(folder / dice.choice(("good.csv", "good.xlsx", "people", "none", "good.yaml")))
    value = dice.choice((*NUMBERS, *PLACES, *FORMULAS))
    value = (
        f"{dice.choice(('dibao.standard.rural', 'edge.ratio', 'x', ''))}={value}" * (kind > 0.9)
        or value
    )
    return value.replace("\0", "0")  # no word of a command line can hold one


def _out(dice, folder):
    """A place inside `out`, however odd."""
    place = dice.choice(
        ("a", "a/b", ".", "x.html", "x.xlsx", "x.csv", "中文", "a b", "-x", *PLACES)
    )
    safe = [part for part in place.replace("\0", "0").split("/") if part not in ("..", "")]
    return str(folder / "out" / "/".join(safe))


def run(given: list[str], folder: Path):
    """A function that runs the command in `folder` and says how it ended."""

    def command():
        os.chdir(folder)
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            try:
                code = cli.main(given)
            except SystemExit as left:
                code = left.code
        return Ended(code, told.getvalue())

    return command
