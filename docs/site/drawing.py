"""The order of imports as a drawing, made from `LAYERS` in tests/architecture/test_structure.py."""

import ast
import html
from collections.abc import Mapping
from pathlib import Path

from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import pick, read_yaml, speaking

ROOT = Path(__file__).resolve().parents[2]
LAYERS_FILE = ROOT / "tests" / "architecture" / "test_structure.py"
PICTURES = ROOT / "docs" / "pictures"
ROW, BOX, LEFT, TOP, WIDTH = 46, 34, 16, 54, 880
NAME_WIDTH = 150


def layers() -> list[list[str]]:
    """The layers in the order of imports; modules of one layer do not import each other.

    >>> layers()[0]
    ['language']
    """
    tree = ast.parse(LAYERS_FILE.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS":
            return [sorted(names) for names in ast.literal_eval(node.value)]
    raise LookupError(f"LAYERS is not in {LAYERS_FILE}")


def import_order(lang: str) -> str:
    """The drawing as SVG: a row a layer, the lowest first; a row may import from those above it."""
    about = read_yaml(Path(__file__).with_name("layers.yaml"))
    rows = []
    with speaking(lang):
        for number, names in enumerate(layers()):
            y = TOP + number * ROW
            for place, name in enumerate(names):
                width = (NAME_WIDTH * 2 + 20) // len(names) - 10
                x = LEFT + place * (width + 10)
                rows.append(
                    f'<rect x="{x}" y="{y}" width="{width}" height="{BOX}" rx="4"/>'
                    f'<text class="name" x="{x + width / 2:g}" y="{y + 22}">{name}</text>'
                )
            said = "; ".join(pick(_about(about, name)) for name in names)
            said = said.replace("; ", "；") if lang == "zh" else said
            rows.append(f'<text x="{LEFT + 330}" y="{y + 22}">{html.escape(said)}</text>')
        title, note = pick(about["_title"]), pick(about["_note"])
    height = TOP + len(layers()) * ROW + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{html.escape(title)}">'
        "<style>text{font:13px 'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif;"
        "fill:#1f2328}.name{text-anchor:middle;font-weight:600}"
        "rect{fill:#eef6fb;stroke:#0072b2}</style>"
        f'<rect x="0" y="0" width="{WIDTH}" height="{height}" style="fill:#fff;stroke:none"/>'
        f'<text x="{LEFT}" y="22" style="font-weight:600">{html.escape(title)}</text>'
        f'<text x="{LEFT}" y="42" style="fill:#57606a">{html.escape(note)}</text>'
        + "".join(f"\n{row}" for row in rows)
        + "\n</svg>\n"
    )


def _about(about: Mapping[str, Mapping[str, str]], name: str) -> Mapping[str, str]:
    if name not in about:
        raise LookupError(f"docs/site/layers.yaml has no line for {name}")
    return about[name]


def write_drawings() -> None:
    """Write the drawing in both languages beside the other pictures of the docs."""
    for lang in ("zh", "en"):
        write_whole(PICTURES / f"import_order_{lang}.svg", import_order(lang).encode())
