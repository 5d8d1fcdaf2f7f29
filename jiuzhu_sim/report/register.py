"""The registers as Markdown for the docs: the 48 systems, and the 43 ambiguities."""

from collections.abc import Iterable
from pathlib import Path

from jiuzhu_sim.files import write_whole
from jiuzhu_sim.law import declarations
from jiuzhu_sim.law.register import register
from jiuzhu_sim.rules import RULES

HEAD = """# 制度与歧义登记 · Register of systems and ambiguities

由 `jiuzhu_sim/law/register.yaml` 和 `parameters/readings.yaml` 生成。
Made from these two files; a test holds this page against them.

## 制度 · Systems

列出规则的，有规则、案例和计算单；只列文件的，由该文件计算，逐户规则不计算；“—”为尚未计算。
Where rules are listed there are law cases and receipts; where only files are, these compute it, not
the household rules; — is not computed yet.

| | 制度 · System | 所在 · Where | 由谁计算 · Files | 自 · Since | 条款 · Clauses | 说明 · Note |
|---|---|---|---|---|---|---|
"""

LACKING = """
**社会救助法**（2026年7月1日起施行）：文本未取得，没有据以计算；`national` 预设2026年7月1日以后的
计算单会写明。
**Social Assistance Law** (in force since 1 July 2026): its text was not available, nothing is
computed from it; receipts of the preset `national` after that date say so.

## 歧义 · Ambiguities

每一项是一个参数，读法就是取值；比较各种读法：`jiuzhu readings --law 预设 --option D04`。
Each is a parameter whose values are the readings; to compare them:
`jiuzhu readings --law PRESET --option D04`.

| | 参数 · Parameter | 问题 · Question | 条款 · Clauses | 读法 · Readings | 谁用 · Read by |
|---|---|---|---|---|---|
"""


def register_page() -> str:
    """Both registers as a Markdown page in Chinese and English.

    >>> register_page().splitlines()[0]
    '# 制度与歧义登记 · Register of systems and ambiguities'
    """
    return HEAD + "\n".join(_systems()) + "\n" + LACKING + "\n".join(_options()) + "\n"


def write_register(folder: str | Path) -> Path:
    """Write the page as `register.md`; JZ-E040 when that cannot be.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_register(folder).name
    'register.md'
    """
    return write_whole(Path(folder) / "register.md", register_page().encode())


def _systems() -> Iterable[str]:
    programmes = {rule.name: rule.programme for rule in RULES}
    for system in register():
        ruled = dict.fromkeys(f"`rules/{programmes[name]}.py`" for name in system.rules)
        names = ", ".join(f"`{name}`" for name in system.rules)
        parts = [f"{', '.join(ruled)}: {names}"] if names else []
        parts += [f"`{name}`" for name in system.files]
        note = f"{system.note['zh']} · {system.note['en']}" if system.note else ""
        cells = (
            system.number,
            f"{system.label['zh']} · {system.label['en']}",
            system.where,
            "; ".join(parts) or "—",
            system.since.isoformat() if system.since else "",
            ", ".join(system.written),
            note,
        )
        yield "| " + " | ".join(cells) + " |"


def _options() -> Iterable[str]:
    found = [entry for entry in declarations().values() if entry.register]
    for entry in sorted(found, key=lambda entry: (entry.register, entry.path)):
        if entry.choices:
            each = [
                f"`{name}` {label['zh']} · {label['en']}" for name, label in entry.choices.items()
            ]
            readings = "<br>".join(each)
        else:
            readings = ", ".join(f"{value:g}" for value in entry.readings)
        cells = (
            entry.register,
            f"`{entry.path}`",
            f"{entry.label['zh']} · {entry.label['en']}",
            ", ".join(entry.clauses),
            readings,
            entry.read_by,
        )
        yield "| " + " | ".join(cells) + " |"
