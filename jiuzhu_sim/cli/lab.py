"""The command `lab`: JupyterLab in the folder somebody works in."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from jiuzhu_sim.cli.commands import DONE
from jiuzhu_sim.errors import JZError, optional

QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
"""JupyterLab looks for news, for newer versions and for a list of extensions; not here, where
nothing is fetched."""

NOTEBOOKS = "notebooks"


def lab(args: argparse.Namespace) -> int:
    """Open the notebooks and stay until Ctrl-C; JZ-E117 where there are none."""
    folder = Path(args.folder)
    if not any((folder / NOTEBOOKS).glob("*.ipynb")):
        raise JZError.of("JZ-E117", args.folder, folder=args.folder)
    with optional("jupyterlab", "notebooks"):
        from jupyterlab.labapp import LabApp
    words = [*QUIET, f"--LabApp.default_url=/lab/tree/{NOTEBOOKS}"]
    if args.port:
        words.append(f"--ServerApp.port={args.port}")
    if args.no_browser:
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # as every other command does; it answers this machine alone
    LabApp.launch_instance([str(folder), *words])
    return DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"lab": lab}
