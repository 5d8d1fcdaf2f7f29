"""The long search for what breaks: `python -m tests.robustness.campaign --minutes 10 [--seed 1]
[--what readers|words|kills|reports]`.

Every reader with spoilt files, the command line with random words, and runs killed at random
points. What breaks is kept in a folder, each with its seed.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import yaml

from tests.robustness.hostile import odd_cells, odd_tree, repacked, spoilt
from tests.robustness.kills import QUICK, SLOW, prepared, tried
from tests.robustness.readers import people_files, readers, spoilt_people
from tests.robustness.tried import attempt
from tests.robustness.words import run, words


def as_yaml(tree):
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode(errors="replace")


def as_json(tree):
    return json.dumps(tree, default=str, ensure_ascii=False).encode(errors="replace")


def spoilt_file(reader, dice):
    """The content of a file of this reader, spoilt, and a word on how."""
    if reader.ending == ".xlsx" and dice.random() < 0.7:
        return repacked(reader.content, dice)
    if dice.random() < 0.6:
        if reader.is_yaml:
            return odd_tree(reader.content, dice, yaml.safe_load, as_yaml)
        if reader.ending == ".geojson":
            return odd_tree(reader.content, dice, json.loads, as_json)
        if reader.ending == ".csv":
            return odd_cells(reader.content, dice)
    if dice.random() < 0.02:
        return dice.randbytes(dice.choice((0, 1, 10, 1000, 100_000)))
    return spoilt(reader.content, dice)


def try_readers(folder: Path, seed: int, keep: Path, told: Counter, names=()):
    """One spoilt file for each reader, and one folder of people."""
    dice = random.Random(seed)
    for reader in readers(folder).values():
        if names and reader.name not in names:
            continue
        content = spoilt_file(reader, dice)
        path = folder / f"spoilt{reader.ending}"
        path.write_bytes(content)
        outcome = attempt(lambda each=reader, where=path: each.read(where))
        note(outcome, f"{reader.name}", seed, content, keep, told)


def try_people(folder: Path, seed: int, keep: Path, told: Counter, sound):
    (folder / "people").mkdir(exist_ok=True)
    outcome = attempt(spoilt_people(folder / "people", *sound, random.Random(seed)))
    note(outcome, "people", seed, b"", keep, told)


def note(outcome, name, seed, content, keep, told):
    """Count an outcome; keep what broke, one of each kind."""
    told[f"{name} {outcome.ended}"] += 1
    told["slowest"] = max(told["slowest"], int(outcome.seconds * 1000))
    told["largest MB"] = max(told["largest MB"], int(outcome.megabytes))
    if outcome.is_well:
        return
    last = [line for line in outcome.told.strip().splitlines() if line.strip()] or [""]
    places = [line for line in last if "jiuzhu_sim" in line and "File" in line] or [""]
    kind = f"{name} {outcome.ended} {places[-1].strip()} {last[-1][:100]}"
    told[f"! {kind}"] += 1
    if told[f"! {kind}"] == 1:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{name}-{seed}").write_bytes(content)
        (keep / f"{name}-{seed}.txt").write_text(outcome.told, "utf-8", "backslashreplace")
        print(f"{kind}  [seed {seed}, {outcome.seconds:.1f} s]", flush=True)


def try_words(folder: Path, seed: int, keep: Path, told: Counter):
    """One command line of random words; nothing is written but where it says."""
    place = folder / "place"
    if seed % 20 == 0 or not place.exists():
        shutil.rmtree(place, ignore_errors=True)
        prepared(place)
    given, before = words(random.Random(seed), place), set(folder.iterdir())
    outcome = attempt(run(given, place), seconds=60)
    if set(folder.iterdir()) != before:
        outcome = replace(outcome, ended="fault", told="written outside its place")
    note(outcome, f"words {given[0] if given else ''}", seed, repr(given).encode(), keep, told)


def try_kills(folder: Path, seed: int, told: Counter, commands):
    """Four kills of each command."""
    for killed in commands:
        place = folder / f"killed {killed.name}"
        shutil.rmtree(place, ignore_errors=True)
        told[f"{killed.name} killed at work"] += tried(
            killed, prepared(place), random.Random(seed), 4
        )


def main(given=None):
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--minutes", type=float, default=1)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "broken")
    made.add_argument("--only", action="append", default=[], help="readers by name, people")
    made.add_argument("--what", choices=("readers", "words", "kills", "reports"), default="readers")
    args = made.parse_args(given)
    told, until, seed = Counter(), time.monotonic() + 60 * args.minutes, args.seed
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _warm(folder)
        sound = people_files(folder)
        while time.monotonic() < until:
            if args.what == "words":
                try_words(folder, seed, args.keep, told)
            elif args.what != "readers":
                try_kills(folder, seed, told, QUICK if args.what == "kills" else SLOW)
            else:
                try_readers(folder, seed, args.keep, told, args.only)
                if not args.only or "people" in args.only:
                    try_people(folder, seed, args.keep, told, sound)
            seed += 1
    for kind in sorted(told):
        print(f"{told[kind]:8,}  {kind}")
    return any(kind.startswith("!") for kind in told)


def _warm(folder: Path):
    """Read a sound file with each reader: what is imported, is imported now."""
    for reader in readers(folder).values():
        path = folder / f"warm{reader.ending}"
        path.write_bytes(reader.content)
        reader.read(path)


if __name__ == "__main__":
    sys.exit(main())
