"""How `jiuzhu` is typed on this machine: a command we name must be one that can be typed."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

TYPED = "JIUZHU_TYPED"
"""What the user types to get here, where that is not `jiuzhu` (set by run.py)."""

COMMAND = re.compile(r"(?<![\w./-])jiuzhu(?= (?:--help|命令名|COMMAND|[a-z]+\b))")
"""The name of the program where a command follows it."""


def typed() -> str:
    """How `jiuzhu` is typed on this machine, now, from any folder."""
    if given := os.environ.get(TYPED):
        return given
    return "jiuzhu" if shutil.which("jiuzhu") else f"{quoted(sys.executable)} -m jiuzhu_sim"


def as_typed(words: str) -> str:
    """A sentence with its commands as they are typed in the folder one is in.

    >>> os.environ[TYPED] = "python3 /opt/run.py"
    >>> as_typed("先检查：jiuzhu check 台账.xlsx")
    '先检查：python3 /opt/run.py check 台账.xlsx'
    >>> as_typed("jiuzhu_sim 0.1.0")
    'jiuzhu_sim 0.1.0'
    >>> del os.environ[TYPED]
    """
    here = typed().replace(str(Path.cwd() / "run.py"), "run.py")
    return COMMAND.sub(lambda _: here, words)


def quoted(word: str) -> str:
    """A word as the shell of this machine takes it."""
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)
