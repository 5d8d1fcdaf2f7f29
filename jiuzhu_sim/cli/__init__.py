"""The command line `jiuzhu`. Exit code 0 done, 1 done with findings, 2 refused or failed.

`parser` says what may be typed; `commands` and the files beside it what is done.
"""

import argparse
import codecs
import io
import os
import sys
from collections.abc import Sequence

from jiuzhu_sim.cli import casework, commands, explorer, init, lab, outlook, page, rank, roster, run
from jiuzhu_sim.cli.commands import DONE, FINDINGS, REFUSED
from jiuzhu_sim.cli.parser import make_parser
from jiuzhu_sim.cli.typed import as_typed
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import languages, set_language, text

__all__ = ["DONE", "FINDINGS", "REFUSED", "main"]

PARTS = (commands, run, explorer, outlook, page, roster, casework, rank, init, lab)
COMMANDS = {name: command for part in PARTS for name, command in part.COMMANDS.items()}

TOLD = 100
"""Most problems that are printed: more would scroll the first ones away."""

SPELT = "jiuzhu.spelt"
"""What is done with characters that a screen does not know."""


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    """The command line read, unknown commands and options refused with the nearest name."""
    named = [word for word in words if not word.startswith("-")]
    after_lang = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--lang"]
    named = [word for word in named if word not in after_lang]
    if named and named[0] not in COMMANDS:
        raise JZError.unknown(text("word.command"), named[0], COMMANDS)
    args, unknown = make_parser(COMMANDS).parse_known_args(words)
    if unknown:
        options = [f"--{name.replace('_', '-')}" for name in vars(args)]
        raise JZError.of(
            "JZ-E061",
            f"jiuzhu {args.command or ''}".strip(),
            reason=f"{unknown[0]} → {nearest(unknown[0], options)}",
        )
    return args


def _tell(refused: JZError) -> None:
    """Print the problems; of a great many the first, and how many more there are."""
    print(as_typed(str(JZError(refused.problems[:TOLD]))), file=sys.stderr)
    if (more := len(refused.problems) - TOLD) > 0:
        print(text("cli.more", n=more), file=sys.stderr)


def _spelt(fault: UnicodeError) -> tuple[str, int]:
    """Characters that a screen does not know, in the spelling of JSON."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    pairs = fault.object[fault.start : fault.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[i : i + 4]}" for i in range(0, len(pairs), 4)), fault.end


def _open_streams() -> None:
    """Output that was closed goes nowhere; no screen is too poor for what we say."""
    codecs.register_error(SPELT, _spelt)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=SPELT)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never shows a traceback.

    >>> main(["law", "nowhere", "--lang", "en"])
    2
    """
    words = list(sys.argv[1:] if words is None else words)
    _open_streams()
    for i, word in enumerate(words[:-1]):
        if word == "--lang" and words[i + 1] in languages():
            set_language(words[i + 1])
    try:
        args = _arguments(words)
        if not args.command:
            make_parser(COMMANDS).print_help()
            return DONE
        return COMMANDS[args.command](args)
    except JZError as refused:
        _tell(refused)
        return REFUSED
    except BrokenPipeError:
        # Who read our output has closed it (`| head`); nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(text("cli.stopped"), file=sys.stderr)
        return REFUSED
    except MemoryError:
        _tell(JZError.of("JZ-E121", f"jiuzhu {words[0]}"))
        return REFUSED
    except Exception as fault:
        from jiuzhu_sim.files import write_log

        reason = f"{type(fault).__name__}: {fault}"
        _tell(JZError.of("JZ-E099", reason=reason, log=write_log(fault)))
        return REFUSED
