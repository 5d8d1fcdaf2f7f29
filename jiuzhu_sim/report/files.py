"""Files that are there whole or not at all."""

import os
from pathlib import Path

from jiuzhu_sim.errors import JZError


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file under another name in the same folder, then rename it: never half a file.

    Makes the folder where there is none. Returns the path; raises JZ-E040 when it cannot be
    written.

    >>> import tempfile
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
        raise JZError.of("JZ-E040", str(path), reason=fault.strerror or str(fault)) from fault
    return path
