"""Is this machine ready? Python, packages, font, memory, disk, writing, kernel."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jiuzhu_sim.language import said, text

PYTHON_AT_LEAST = (3, 11)
MEMORY_GB, DISK_GB = 2, 1
GB = 1 << 30
CORE = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "yaml",
    "jsonschema",
    "chinese_calendar",
    "python_calamine",
)
REPORTS = (
    "matplotlib",
    "xlsxwriter",
    "docx",
    "typst",
    "pymcdm",
    "papermill",
    "nbconvert",
    "bs4",
    "ipykernel",
    "tqdm",
)


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether it is well, what was found, what to do if not."""

    name: str
    well: bool
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        mark = text("doctor.well" if self.well else "doctor.ill")
        return f"{mark}　{said(self.name, self.found)}" + (
            f"　→ {self.remedy}" if self.remedy else ""
        )


def examine(out: str | Path = ".") -> tuple[Finding, ...]:
    """Every check, with a remedy where one fails; `out` is where reports would be written.

    >>> examine()[0].well
    True
    """
    checks: tuple[Callable[[Path], Finding], ...] = (
        _python,
        _packages,
        _extras,
        _font,
        _memory,
        _disk,
        _writing,
    )
    return tuple(check(Path(out)) for check in checks)


def _finding(name: str, well: bool, found: str) -> Finding:
    return Finding(text(f"doctor.{name}"), well, found, "" if well else text(f"doctor.{name}.fix"))


def _python(_: Path) -> Finding:
    return _finding("python", sys.version_info >= PYTHON_AT_LEAST, sys.version.split()[0])


def _missing(packages: tuple[str, ...]) -> str:
    return ", ".join(name for name in packages if find_spec(name) is None)


def _packages(_: Path) -> Finding:
    missing = _missing(CORE)
    return _finding("packages", not missing, missing or text("doctor.complete"))


def _extras(_: Path) -> Finding:
    missing = _missing(REPORTS)
    return _finding("extras", not missing, missing or text("doctor.complete"))


def _font(_: Path) -> Finding:
    fonts = sorted((Path(__file__).parent / "report" / "fonts").glob("*.ttf"))
    return _finding("font", bool(fonts), fonts[0].name if fonts else "—")


def _memory(_: Path) -> Finding:
    try:
        import os

        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GB
    except (ValueError, OSError, AttributeError):
        return _finding("memory", True, text("doctor.unknown"))
    return _finding("memory", free >= MEMORY_GB, f"{free:.1f} GB")


def _disk(out: Path) -> Finding:
    folder = next(each for each in (out.absolute(), *out.absolute().parents) if each.exists())
    free = shutil.disk_usage(folder).free / GB
    return _finding("disk", free >= DISK_GB, f"{free:.1f} GB")


def _writing(out: Path) -> Finding:
    from jiuzhu_sim.errors import JZError
    from jiuzhu_sim.files import staged

    trial = out.absolute() / ".jiuzhu-doctor"
    try:
        with staged(trial):
            pass
        trial.rmdir()
    except (JZError, OSError):
        return _finding("writing", False, str(out))
    return _finding("writing", True, str(out))
