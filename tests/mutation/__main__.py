"""`python -m tests.mutation jiuzhu_sim/rules --tests tests/cases tests/rules`."""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
UNSEEN = ("survived", "unreached")


def main() -> int:
    """Run a campaign; 0 when every mutant is killed or explained, 1 when some survive."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"  # a fork keeps no thread
    import pytest

    from tests.mutation.campaign import Campaign, Options
    from tests.mutation.explained import explained

    chosen = read_arguments()
    options = Options(
        jobs=chosen.jobs,
        only=keys_in(chosen.only) if chosen.only else None,
        operators=frozenset(chosen.operators) if chosen.operators else None,
        shared=not chosen.own,
        budget=chosen.budget,
        warm=tuple(chosen.warm),
        remembered=chosen.remember,
        mirrored=chosen.mirrored,
        every=chosen.every,
    )
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text("", encoding="utf-8")
    plugin = Campaign(modules_in(chosen.paths), chosen.out, options)
    quiet = ["--assert=plain", "-p", "no:cacheprovider", "--tb=no", "-q", "-s"]
    pytest.main([*quiet, *chosen.tests], plugins=[plugin])
    rows = read_rows(chosen.out)
    left = [row for row in rows if row["end"] in UNSEEN and key_of(row) not in explained()]
    for row in left:
        print(f"{row['module']}:{row['line']} {row['function']}: {row['was']} → {row['now']}")
    print(dict(Counter(row["end"] for row in rows)), "not explained:", len(left))
    return 1 if left else 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="modules, or folders of them")
    parser.add_argument("--tests", nargs="+", required=True, help="tests that may see a fault")
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "mutants.jsonl")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=Path, help="the unseen of an earlier file of results")
    parser.add_argument("--operators", nargs="*", help="these kinds of fault")
    parser.add_argument("--own", action="store_true", help="tests share no results")
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds of other tests")
    parser.add_argument("--warm", nargs="*", default=[], help="tests' modules to make ready")
    parser.add_argument("--remember", type=Path, help="file for what the tests reach")
    parser.add_argument("--mirrored", action="store_true", help="only tests named as the module")
    parser.add_argument("--every", type=int, default=1, help="a sample: each so many-th mutant")
    return parser.parse_args()


def modules_in(paths: list[Path]) -> dict[str, Path]:
    """Files by the name of their module."""
    found = {}
    files = [sorted(path.glob("*.py")) if path.is_dir() else [path] for path in paths]
    for file in (file.resolve() for some in files for file in some):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = file
    return found


def read_rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def key_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("module", "function", "was", "now", "number"))


def keys_in(file: Path) -> frozenset[tuple[Any, ...]]:
    """The mutants that no test had seen when this file was written."""
    return frozenset(key_of(row) for row in read_rows(file) if row["end"] in UNSEEN)


if __name__ == "__main__":
    sys.exit(main())
