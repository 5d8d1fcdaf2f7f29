"""An output folder that is filled whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jiuzhu_sim.errors import JZError


@contextmanager
def staged(out: str | Path) -> Iterator[Path]:
    """A scratch folder beside `out`; its files move into `out` when the block ends well.

    Files of the same name in `out` are replaced, others stay. Raises JZ-E040 when the folder
    cannot be written; whatever goes wrong, `out` holds nothing half-written.
    """
    out = Path(out).absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists() and (not out.is_dir() or not os.access(out, os.W_OK)):
            raise PermissionError(13, f"{out}")
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


def _unwritable(out: Path, fault: OSError) -> JZError:
    return JZError.of("JZ-E040", str(out), reason=fault.strerror or str(fault))
