"""Files and folders that are there whole or not at all."""

import errno
import glob
import os
import secrets
import shutil
import tempfile
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text

SCRATCH, BEFORE = "tmp", "before"
"""How the names end of a folder being written, and of the one it is about to replace."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room is left: a fault of the folder, whichever library met it."""

INSIDE = {"notebooks": "_notebooks", "data/synthetic": "_data", "docs": "_docs"}
"""Folders of the repository that a wheel carries, and their names in the installed package."""

REASONS = {
    errno.EACCES: "os.denied",
    errno.EPERM: "os.denied",
    errno.EROFS: "os.denied",
    errno.EEXIST: "os.taken",
    errno.ENOTDIR: "os.taken",
    **dict.fromkeys(FULL, "os.full"),
}
"""Why the system refused, in words of ours."""


def shipped(folder: str) -> Path:
    """A folder of `INSIDE`: in the package where a wheel was installed, else beside it.

    >>> shipped("notebooks").is_dir()
    True
    """
    package = Path(__file__).parent
    inside = package / INSIDE[folder]
    return inside if inside.is_dir() else package.parent / folder


def version_of(package: str) -> str:
    """The installed version of a package; a dash where it is not installed.

    >>> version_of("no-such-package")
    '—'
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "—"


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file under another name in the same folder, then rename it: never half a file.

    Makes the folder where there is none. Returns the path; raises JZ-E040 when it cannot be
    written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "new" / "a.txt", b"1").read_bytes()
    b'1'
    """
    path = Path(path)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.{SCRATCH}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            scratch.write_bytes(content)
            os.replace(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)
    except (OSError, UnicodeEncodeError) as fault:
        raise _unwritable(path, fault) from fault
    return path


@contextmanager
def staged(out: str | Path) -> Iterator[Path]:
    """A scratch folder beside `out` that takes its place, all at once, when the block ends well.

    Files of the same name in `out` are replaced, others stay. Raises JZ-E040 when the folder
    cannot be written; whatever goes wrong, `out` holds nothing half-written. What a killed run
    left behind is cleared away by the next one.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with staged(Path(folder) / "out") as scratch:
    ...         _ = (scratch / "a.txt").write_text("1")
    ...     os.listdir(Path(folder) / "out")
    ['a.txt']
    """
    out = place_of(out)
    make_ready(out)
    with writing(out):
        scratch = _beside(out, SCRATCH)
        scratch.mkdir()
    try:
        try:
            yield scratch
        except OSError as fault:
            if fault.errno not in FULL:
                raise
            raise _unwritable(out, fault) from fault
        with writing(out):
            put_in_place(scratch, out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters by which a spreadsheet takes a text for a formula; the wide ones where Chinese
or Japanese is in use."""


def as_text(cell: Any) -> Any:
    """A cell of a CSV file that no spreadsheet takes for a formula: a text that begins like one
    gets an apostrophe, as offices write it. Numbers stay as they are.

    >>> as_text("=1+1"), as_text("甲镇"), as_text(-1)
    ("'=1+1", '甲镇', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def as_csv(frame: Any) -> bytes:
    """A DataFrame as CSV that Excel and WPS open as it is, texts as texts.

    The mark tells the encoding. Lines end as Excel ends them: only then does Python put a lone
    return inside a text in quotes; without, it would begin a row, and what follows be calculated.

    >>> import pandas as pd
    >>> as_csv(pd.DataFrame({"a": ["=1", 2]})).decode("utf-8-sig")
    "a\\r\\n'=1\\r\\n2\\r\\n"
    """
    made: str = frame.map(as_text).to_csv(index=False, lineterminator="\r\n")
    return made.encode("utf-8-sig")


def place_of(out: str | os.PathLike[str]) -> Path:
    """Where an output lies, links followed; one that leads in a circle is refused by `make_ready`.

    >>> place_of("a/../out") == Path.cwd() / "out"
    True
    """
    return Path(os.path.realpath(out))


def beside(out: Path, kind: str) -> Path:
    """A hidden name beside `out`; inside it where `out` is the root of a disk of its own, because
    nothing can be renamed from one disk to another.

    >>> beside(Path("results/out"), "work").as_posix()
    'results/.out.work'
    """
    return (out if out.is_mount() else out.parent) / f".{out.name}.{kind}"


def make_ready(out: Path) -> None:
    """See to it that a folder can be put at `out`, and clear away what killed runs have left.

    Raises JZ-E040 when nothing can be written there.
    """
    with writing(out):
        if not out.name or out.is_symlink():  # the root of all disks; a link in a circle
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        out.parent.mkdir(parents=True, exist_ok=True)
        _recover(out)
        if out.exists() and (not out.is_dir() or not os.access(out, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """JZ-E040 for whatever the system refuses while this is written.

    >>> with writing(Path("out")):
    ...     raise PermissionError(errno.EACCES, "no")
    Traceback (most recent call last):
    ...
    jiuzhu_sim.errors.JZError: [JZ-E040] out · ...
    """
    try:
        yield
    except OSError as fault:
        raise _unwritable(path, fault) from fault


def put_in_place(scratch: Path, out: Path, ours: Collection[Path] = ()) -> None:
    """The scratch folder becomes `out`: by one renaming where there is nothing yet, by two where
    only plain files must stay beside the new ones, else entry by entry.

    `ours`: folders, relative to `out`, of which nothing stays. OSError when it cannot be done.
    """
    if not out.exists():
        scratch.rename(out)
        return
    staying = list(_staying(scratch, out, {out / folder for folder in ours}))
    if out.is_mount() or Path.cwd() == out or not all(path.is_file() for path in staying):
        _replace(scratch, out, {out / folder for folder in ours})
        return
    for path in staying:
        same_file(path, scratch / path.relative_to(out))
    before = _beside(out, BEFORE)
    out.rename(before)
    try:
        scratch.rename(out)
    except OSError:
        before.rename(out)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _staying(scratch: Path, out: Path, ours: Collection[Path]) -> Iterator[Path]:
    """What stays of `out`: entries that are not ours and that the scratch folder does not have."""
    for path in out.iterdir():
        new = scratch / path.name
        if path in ours:
            continue
        if path.is_dir() and new.is_dir():
            yield from _staying(new, path, ours)
        elif not new.exists():
            yield path


def _replace(scratch: Path, out: Path, ours: Collection[Path]) -> None:
    """Entry by entry: a folder that is ours is replaced, any other is gone into."""
    for path in ours:
        if path.parent == out and path.is_dir() and not (scratch / path.name).exists():
            shutil.rmtree(path, ignore_errors=True)
    for path in sorted(scratch.iterdir()):
        target = out / path.name
        if not target.is_dir() or not path.is_dir():
            os.replace(path, target)
        elif target in ours:
            before = _beside(target, BEFORE)
            target.rename(before)
            path.rename(target)
            shutil.rmtree(before, ignore_errors=True)
        else:
            _replace(path, target, ours)


def same_file(path: Path, copy: Path) -> None:
    """The file under a second name; a copy where the disk knows no second names."""
    try:
        os.link(path, copy)
    except OSError:
        shutil.copy2(path, copy)


def _recover(out: Path) -> None:
    """Clear away what runs that were killed have left beside `out`. One that was killed between its
    two renamings leaves the old folder under another name: it comes back."""
    for path in beside(out, "").parent.glob(f".{glob.escape(out.name)}.*"):
        owner, _, kind = path.name.removeprefix(f".{out.name}.").partition(".")
        if not owner.isdigit() or not kind.endswith((SCRATCH, BEFORE)) or runs(int(owner)):
            continue
        if kind.endswith(BEFORE) and not out.exists():
            path.rename(out)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _beside(out: Path, kind: str) -> Path:
    """A name beside `out` that tells whose it is; a temporary folder would be shut to others."""
    return beside(out, f"{os.getpid()}.{secrets.token_hex(4)}.{kind}")


def runs(process: int) -> bool:
    """Whether a process is still there; taken for granted where that cannot be asked."""
    if os.name == "nt":
        return process != os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_log(fault: BaseException) -> Path:
    """Write a traceback to a log of its own, in the system's folder for such files; on a full disk
    there is none, and the null device is named."""
    try:
        handle, name = tempfile.mkstemp(prefix="jiuzhu-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.writelines(traceback.format_exception(fault))
    except OSError:
        return Path(os.devnull)
    return Path(name)


def _unwritable(path: Path, fault: OSError | UnicodeEncodeError) -> JZError:
    if isinstance(fault, UnicodeEncodeError):
        return JZError.of("JZ-E040", str(path), reason=text("os.name"))
    key = REASONS.get(fault.errno or 0)
    reason = text(key) if key else fault.strerror or str(fault)
    return JZError.of("JZ-E040", str(path), reason=reason)
