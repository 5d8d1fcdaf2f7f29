"""Files and folders that are there whole or not at all."""

import errno
import os
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text

REASONS = {
    errno.EACCES: "os.denied",
    errno.EPERM: "os.denied",
    errno.EROFS: "os.denied",
    errno.EEXIST: "os.taken",
    errno.ENOTDIR: "os.taken",
    errno.ENOSPC: "os.full",
}
"""Why the system refused, in words of ours."""


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file under another name in the same folder, then rename it: never half a file.

    Makes the folder where there is none. Returns the path; raises JZ-E040 when it cannot be
    written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "new" / "a.txt", b"1").read_bytes()
    b'1'
    """
    path = Path(path)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            scratch.write_bytes(content)
            os.replace(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as fault:
        raise _unwritable(path, fault) from fault
    return path


@contextmanager
def staged(out: str | Path) -> Iterator[Path]:
    """A scratch folder beside `out`; its files move into `out` when the block ends well.

    Files of the same name in `out` are replaced, others stay. Raises JZ-E040 when the folder
    cannot be written; whatever goes wrong, `out` holds nothing half-written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with staged(Path(folder) / "out") as scratch:
    ...         _ = (scratch / "a.txt").write_text("1")
    ...     os.listdir(Path(folder) / "out")
    ['a.txt']
    """
    out = Path(out).absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists() and (not out.is_dir() or not os.access(out, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        scratch = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent))
    except OSError as fault:
        raise _unwritable(out, fault) from fault
    try:
        yield scratch
        try:
            out.mkdir(exist_ok=True)
            for path in sorted(scratch.iterdir()):
                os.replace(path, out / path.name)
        except OSError as fault:
            raise _unwritable(out, fault) from fault
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_log(fault: BaseException) -> Path:
    """Write a traceback to a log of its own, in the system's folder for such files."""
    handle, name = tempfile.mkstemp(prefix="jiuzhu-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.writelines(traceback.format_exception(fault))
    return Path(name)


def _unwritable(path: Path, fault: OSError) -> JZError:
    key = REASONS.get(fault.errno or 0)
    reason = text(key) if key else fault.strerror or str(fault)
    return JZError.of("JZ-E040", str(path), reason=reason)
