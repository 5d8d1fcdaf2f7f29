"""The command `init`: a folder to work in, with notebooks, a county and a roster to try.

What stands there is either ours and unchanged, or not touched: a hidden list of digests beside the
files tells which is which.
"""

import argparse
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jiuzhu_sim.cli.commands import DONE
from jiuzhu_sim.cli.typed import quoted, typed
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import place_of, shipped, staged
from jiuzhu_sim.language import listed, text

RECORD = ".jiuzhu-init.json"
"""Digests of every version of a file that `init` has put here."""

COUNTY = "example-county"
DOCS = ("en", "zh", "decisions", "pictures", "cluster", ".")
"""Folders of the documentation; a dot for the files beside them."""

DOCS_KINDS = {".md", ".png", ".csv", ".yaml", ".sh", ""}
"""Endings of the files in them that are to be read, not the ones that make a site of them."""

SHOWN = 5
"""Most names of files in a sentence."""


@dataclass(frozen=True)
class Found:
    """What is to be done with the files: missing ones and old ones are written, the user's kept."""

    missing: tuple[str, ...]
    old: tuple[str, ...]
    same: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def to_write(self) -> tuple[str, ...]:
        """Files that are missing or of an earlier version."""
        return self.missing + self.old


def init(args: argparse.Namespace) -> int:
    out, files = place_of(args.folder), contents()
    record = _record(out)
    found = look(out, files, record)
    if found.to_write:
        digests = dict(record or {})
        for name in found.to_write:
            digests[name] = [*digests.get(name, ()), digest(files[name])]
        with staged(out) as scratch:
            for name in found.to_write:
                (scratch / name).parent.mkdir(parents=True, exist_ok=True)
                (scratch / name).write_bytes(files[name])
            (scratch / RECORD).write_text(json.dumps(digests, indent=0), encoding="utf-8")
    if args.json:
        content = {"out": args.folder, "written": found.to_write, "kept": found.changed}
        print(json.dumps(content, ensure_ascii=False))
    else:
        print("\n".join([_done(args.folder, found, record is None), *_said(args.folder, found)]))
    return DONE


def contents() -> dict[str, bytes]:
    """Every file that `init` puts into a folder, by its path there, in the language in use.

    >>> sorted({name.partition("/")[0] for name in contents()})
    ['county', 'docs', 'notebooks', 'synthetic_roster.xlsx', '使用说明.txt']
    """
    from jiuzhu_sim.roster.sample import FILE

    paths = {f"notebooks/{p.name}": p for p in shipped("notebooks").glob("[0-9]*.ipynb")}
    county = shipped("data/synthetic") / COUNTY
    paths |= {f"county/{path.name}": path for path in county.iterdir() if path.is_file()}
    docs = shipped("docs")
    for folder in DOCS:
        for path in (docs / folder).glob("*" if folder == "." else "**/*"):
            if path.is_file() and path.suffix in DOCS_KINDS:
                paths[f"docs/{path.relative_to(docs).as_posix()}"] = path
    made = {name: path.read_bytes() for name, path in sorted(paths.items())}
    made[FILE.name] = FILE.read_bytes()
    made[text("init.readme_file")] = _readme()
    return made


def _readme() -> bytes:
    """The first page, as an editor of any system shows it: it knows the encoding by its mark."""
    return text("init.readme").replace("\n", "\r\n").encode("utf-8-sig")


def look(out: Path, files: Mapping[str, bytes], record: Mapping[str, list[str]] | None) -> Found:
    """Which files are missing, of an earlier version, as they should be, changed by the user.

    Raises JZ-E116 for a folder that holds files and was not made by `init` (no `record`), and where
    something else has the name of one of its folders.

    >>> found = look(Path("nowhere"), {"a.txt": b"1"}, None)
    >>> found.missing, found.to_write
    (('a.txt',), ('a.txt',))
    """
    if record is None and (strange := _visible(out)):
        raise _taken(out, strange)
    folders = {parent for name in files for parent in (out / name).parents if out in parent.parents}
    in_the_way = sorted(
        path.name for path in folders if os.path.lexists(path) and not path.is_dir()
    )
    if in_the_way:
        raise _taken(out, in_the_way)
    states: dict[str, list[str]] = {"missing": [], "old": [], "same": [], "changed": []}
    for name, content in files.items():
        here = _content(out / name)
        if not os.path.lexists(out / name):
            state = "missing"
        elif here == content:
            state = "same"
        elif here is not None and digest(here) in (record or {}).get(name, ()):
            state = "old"
        else:
            state = "changed"
        states[state].append(name)
    return Found(**{state: tuple(names) for state, names in states.items()})


def _visible(out: Path) -> list[str]:
    """Entries of a folder that a person has put there; hidden ones belong to systems and tools."""
    if not out.is_dir():
        return []  # a file, or nothing: `staged` knows what to say
    own = {"desktop.ini", "thumbs.db"}
    names = sorted(path.name for path in out.iterdir())
    return [name for name in names if name[0] != "." and name.lower() not in own]


def _taken(out: Path, names: list[str]) -> JZError:
    """The folder is somebody's, with the first names in it."""
    more = ["…"] if len(names) > SHOWN else []
    return JZError.of("JZ-E116", str(out), names=listed([*names[:SHOWN], *more]))


def _record(out: Path) -> dict[str, list[str]] | None:
    """The digests kept in a folder; None where there are none, or none that can be read."""
    try:
        kept = json.loads((out / RECORD).read_text(encoding="utf-8"))
        return {str(name): [str(each) for each in digests] for name, digests in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return None


def _content(path: Path) -> bytes | None:
    """A file's content; None where it cannot be read or is no file."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def digest(content: bytes) -> str:
    """SHA-256 of a file's content.

    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def _done(folder: str, found: Found, is_new: bool) -> str:
    """What has happened, in one line."""
    if not found.to_write:
        return text("init.there", out=folder)
    if is_new:
        return text("init.made", out=folder)
    return text("init.completed", out=folder, n=len(found.to_write))


def _said(folder: str, found: Found) -> list[str]:
    """What is there, which files are the user's, what to type now."""
    everything = [*found.missing, *found.old, *found.same, *found.changed]
    count = Counter(name.partition("/")[0] for name in everything)
    parts = {"notebooks": "notebooks", "county": "county", "synthetic_roster.xlsx": "roster"}
    parts |= {"docs": "docs", text("init.readme_file"): "readme"}
    lines = []
    for name, key in parts.items():
        many = "/" if count[name] > 1 else ""
        files = f"　{text('init.files', n=count[name])}" if many else ""
        lines.append(f"  {name}{many}　{text(f'init.part.{key}')}{files}")
    if found.changed:
        lines += [text("init.kept"), *(f"  {name}" for name in found.changed)]
    return [*lines, text("init.next"), *(f"  {line}" for line in first_commands(folder))]


def first_commands(folder: str) -> list[str]:
    """The way into the folder and the commands of its first page, as they are typed here.

    >>> first_commands("work")[0]
    'cd work'
    """
    lines = (line.strip() for line in text("init.readme").splitlines())
    program = typed()
    commands = [
        program + line.removeprefix("jiuzhu") for line in lines if line.startswith("jiuzhu ")
    ]
    return [f"cd {quoted(folder)}", *commands]


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"init": init}
