"""The further columns that people may bring, as Markdown for the docs."""

from collections.abc import Iterable
from pathlib import Path

from jiuzhu_sim.casework.log.rows import KEPT_OUT, log_fields
from jiuzhu_sim.columns import Column, columns, log_columns
from jiuzhu_sim.files import write_whole

HEAD = """# 可选列 · Optional columns

这些列可以没有；没有时按缺省值计算，报告和计算单会写明；缺省为“—”的列，没有就不用。
必需的列见 README。由 `jiuzhu_sim/columns/` 生成。
These columns may be missing; the default is then taken for everybody, and reports and receipts say
so; a column whose default is "—" is then not used. The required columns are in the README. Made
from `jiuzhu_sim/columns/`.
"""

TABLES = {"person": "成员表 · Persons", "household": "家庭表 · Households"}

LOG_TABLES = {
    "case": "办理记录：案件 · Event log: cases",
    "event": "办理记录：环节 · Event log: events",
}

LOG_NOTE = """
办理记录（`report casework`）的列；案件编号、环节、办理时间必有，其余没有时按“未注明”处理。
Columns of an event log; the case number, the event and its time are needed, the others may lack.
"""

TITLES = """
| 列名 · Column | 表头也可写 · Header may also be | 内容 · Holds | 缺省 · Default |
|---|---|---|---|
"""


def columns_page() -> str:
    """The optional input columns as a Markdown page in Chinese and English.

    >>> columns_page().splitlines()[0]
    '# 可选列 · Optional columns'
    """
    return (
        HEAD
        + "".join(
            f"\n## {title}\n{TITLES}" + "\n".join(_rows(level)) + "\n"
            for level, title in TABLES.items()
        )
        + "".join(
            f"\n## {title}\n{LOG_NOTE}{TITLES}" + "\n".join(_log_rows(level)) + "\n"
            for level, title in LOG_TABLES.items()
        )
    )


def write_columns(folder: str | Path) -> Path:
    """Write the page as `columns.md`; JZ-E040 when that cannot be.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_columns(folder).name
    'columns.md'
    """
    return write_whole(Path(folder) / "columns.md", columns_page().encode())


def _rows(level: str) -> Iterable[str]:
    for entry in columns().values():
        may_lack = entry.optional or entry.default is not None
        if entry.kind == "input" and entry.level == level and may_lack:
            spelled = "、".join((entry.label["zh"], *entry.aliases, entry.label["en"]))
            default = "—" if entry.default is None else str(entry.default).lower()
            yield f"| `{entry.name}` | {spelled} | {_holds(entry)} | {default} |"


def _log_rows(level: str) -> Iterable[str]:
    """The fields of a log that reading takes, with the headers it knows them by."""
    for name, field in log_fields().items():
        if field.level != level or field.kind in KEPT_OUT:
            continue
        entry = log_columns(level).get(field.column)
        spelled = "、".join((field.label["zh"], *field.aliases, field.label["en"]))
        # A yes or no that was not recorded is unknown, not no.
        has_default = (
            entry is not None and entry.dtype != "bool" and entry.default not in (None, -1)
        )
        default = str(entry.default).lower() if entry and has_default else "—"
        yield f"| `{name}` | {spelled} | {_held(entry)} | {default} |"


def _held(entry: Column | None) -> str:
    if entry is None:
        return "文字 · text"
    return "日期 · date" if entry.dtype.startswith("datetime64") else _holds(entry)


def _holds(entry: Column) -> str:
    if entry.codes:
        return ", ".join(f"{name} ({label['zh']})" for name, label in entry.codes.items())
    if entry.dtype == "bool":
        return "true, false / 1, 0"
    if entry.low is None:
        return "文字 · text" if entry.dtype == "text" else "编号 · number"
    return f"{entry.low:,}–{entry.high:,} {entry.unit}"
