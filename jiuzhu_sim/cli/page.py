"""The command `page`: one HTML file with sliders."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from jiuzhu_sim.cli.commands import DONE, HOUSEHOLDS, SEED, _whole
from jiuzhu_sim.language import text

LAW = "example-county"
"""What the page is about when nothing is named."""

SILENT = 1.0
"""Seconds before progress is worth a word, and between two words."""

TOLD = 10
"""Words of progress where the lines stay, as in a log."""


def page(args: argparse.Namespace) -> int:
    """Compute the grid and write the file; bad sliders are refused before anything is computed."""
    from jiuzhu_sim.assessment import people_of
    from jiuzhu_sim.explorer.page.build import checked_axes, make_grid
    from jiuzhu_sim.explorer.page.page import run_id, write_page
    from jiuzhu_sim.policy import load_policy

    started = time.perf_counter()
    policy = load_policy(args.law or LAW)
    checked_axes(policy, args.slider)
    households = _whole(args.households, HOUSEHOLDS, "households")
    seed = _whole(args.seed, SEED, "seed")
    people = people_of(args.data or "", policy, households, seed)
    progress = Progress(quiet=args.json and not sys.stderr.isatty())
    grid = make_grid(people, policy, args.slider, per=args.per, seed=seed, progress=progress)
    progress.end()
    path = write_page(grid, args.out)
    made = {
        "out": str(path),
        "bytes": path.stat().st_size,
        "seconds": round(time.perf_counter() - started, 1),
        "run": run_id(grid),
        "households": people.households,
        "sliders": [
            {"path": axis.path, "low": axis.low, "high": axis.high, "now": axis.baseline}
            for axis in grid.axes
        ],
        "points": grid.points,
        "checks": grid.checks,
        "hidden": sorted("/".join(row) for row in grid.hidden),
        "bounds": [
            {"/".join(key): grid.promised(key, moved) for key in sorted(found)}
            for moved, found in enumerate(grid.found, 1)
        ],
    }
    if args.json:
        print(json.dumps(made, ensure_ascii=False))
    else:
        print(_said(grid, made))
    return DONE


def _said(grid: Any, made: dict[str, Any]) -> str:
    from jiuzhu_sim.explorer.page.page import headline

    size = f"{made['bytes'] / 1000:,.0f}"
    lines = [
        text("cli.written_file", out=made["out"]),
        text("page.cli.made", size=size, points=f"{grid.points:,}", seconds=made["seconds"]),
        text("page.cli.bounds", bounds=text("page.how.bounds", **headline(grid, 1))),
    ]
    return "\n".join(lines)


class Progress:
    """Says on standard error how far the computing is and how long it will take."""

    def __init__(self, quiet: bool):
        self.quiet, self.is_line = quiet, sys.stderr.isatty()
        self.started = self.told = time.perf_counter()
        self.share = 0.0

    def __call__(self, done: int, of: int) -> None:
        now, share = time.perf_counter(), min(done / of, 1.0)
        due = self.is_line or share - self.share >= 1 / TOLD
        if self.quiet or now - self.told < SILENT or not due:
            return
        self.told, self.share = now, share
        left = (now - self.started) * (1 - share) / share
        said = text("page.cli.progress", share=f"{share:.0%}", left=f"{left:.0f}")
        print(f"\r{said}  " if self.is_line else said, end="" if self.is_line else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def end(self) -> None:
        """Wipe the line."""
        if self.is_line and not self.quiet:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"page": page}
