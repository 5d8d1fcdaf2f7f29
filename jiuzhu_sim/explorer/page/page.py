"""One self-contained HTML file with working sliders, for readers who install nothing.

The file holds a precomputed grid (see `grid`), its own style and script and nothing else: it
fetches nothing, its content policy forbids it to, and it holds no household. It opens by double
click.
"""

import base64
import datetime
import hashlib
import html
import json
import math
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import Template
from typing import Any

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.columns import column
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.controls import control
from jiuzhu_sim.explorer.page.axes import DIGITS, Axis, handling
from jiuzhu_sim.explorer.page.grid import Block, Grid, Part, kind
from jiuzhu_sim.explorer.page.numbers import EXACT, Key
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import language, text, texts, unit_label
from jiuzhu_sim.measures.distribution import BANDS
from jiuzhu_sim.measures.funding import LEVELS, SHARES
from jiuzhu_sim.measures.table import DECIMALS, TOTAL, row_label
from jiuzhu_sim.report.annual import banner, gate_sentence, stamps
from jiuzhu_sim.report.page import LANG
from jiuzhu_sim.report.section import Listing, blocks_css

STATIC = Path(__file__).parent
BYTES_MAX = 3_000_000
"""A file that can be sent by mail and opens at once."""

UNITS = {
    "households": "households",
    "persons": "persons",
    "share": "share",
    "share_gaining": "share",
    "share_losing": "share",
    "mean_gain_m": "yuan/person-month",
    "fgt0": "share",
    "fgt1": "index",
    "fgt2": "index",
    "gini": "index",
}
MONEY = "cost_y"
PERCENT = 100
UI = "page.ui."
"""Sentences the script fills in."""


def write_page(grid: Grid, path: str | Path) -> Path:
    """Write the page, whole or not at all (JZ-E040)."""
    return write_whole(path, page(grid).encode())


def page(grid: Grid) -> str:
    """The page as HTML. Raises JZ-E081 where it would be too big a file.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.explorer.page.build import make_grid
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> grid = make_grid(people, jz.load_policy("example-county"), ["edge.ratio=1.3:1.7:0.2"])
    >>> "<title>示例县：社会救助政策测算" in page(grid)
    True
    """
    policy, gate = grid.base.policy, gate_of(grid.base)
    css = f"{blocks_css()}\n{_static('page.css')}"
    script = _static("page.js")
    marks = stamps(grid.base, "stamp.first_round", gate)
    made = Template(_static("page.html")).substitute(
        lang=LANG[language()],
        title=html.escape(text("page.title", place=policy.title)),
        csp=f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(css)}",
        css=css,
        script=script,
        data=_json(data(grid)),
        stamps="".join(f'<p class="stamp">{html.escape(each)}</p>' for each in marks),
        banner=f'<p class="banner">{html.escape(banner(gate))}</p>' if banner(gate) else "",
        gate="".join(f"<p>{html.escape(each)}</p>" for each in gate_sentence(gate)),
        how=_how(grid),
        foot=html.escape(foot(grid)),
        **{name: html.escape(text(f"page.{name}")) for name in ("lead", "noscript", "method")},
        **{name: html.escape(text(f"page.{name}")) for name in ("sliders", "reset", "print")},
    )
    size = len(made.encode())
    if size > BYTES_MAX:
        reason = text("page.bytes", size=f"{size / 1e6:.1f}", most=f"{BYTES_MAX / 1e6:g}")
        raise JZError.of("JZ-E081", "--slider", reason=reason)
    return made


def run_id(grid: Grid) -> str:
    """A name for what the page was made of: law, people, sliders, version."""
    content = [
        _version(),
        grid.base.policy.digest(),
        grid.base.people.digest(),
        *((axis.path, axis.nodes, axis.coarse) for axis in grid.axes),
        grid.per,
        grid.min_cell,
    ]
    return hashlib.sha256(repr(content).encode()).hexdigest()[:12]


def foot(grid: Grid) -> str:
    """Date, version, run and hashes."""
    policy, people = grid.base.policy, grid.base.people
    return text(
        "page.foot",
        date=datetime.date.today().isoformat(),
        version=_version(),
        run=run_id(grid),
        law=f"{policy.place}@{policy.at.isoformat()} {policy.digest()[:12]}",
        people=people.digest()[:12],
    )


def data(grid: Grid) -> dict[str, Any]:
    """Everything the script needs, for JSON: sliders, numbers of the grid, labels, sentences."""
    townships = [k[1] for k in grid.blocks[1].keys if k[::2] == ("township_change", MONEY)]
    divisor = float(text("money.divisor"))
    return {
        "lang": LANG[language()],
        "sliders": [_slider(grid, axis) for axis in grid.axes],
        "blocks": [_block(grid, each) for each in grid.blocks],
        "promised": [
            {"|".join(kind(k)): grid.promised(k, moved) for b in grid.blocks for k in b.keys}
            for moved in (1, 2)
        ],
        "digits": {"|".join(kind(k)): _digits(k, s) for b in grid.blocks for k, s in _steps(b)},
        "units": {**UNITS, MONEY: "money"},
        "money": {"divisor": divisor, "unit": text("money.unit")},
        "rows": {
            "areas": [key for key in (column("area").codes or {}) if _has(grid, "change", key)],
            "levels": list(LEVELS),
            "townships": townships,
            "bands": list(BANDS),
        },
        "labels": {
            **{key: row_label("area", key) for key in (*(column("area").codes or {}), TOTAL)},
            **{key: row_label("payer", key) for key in LEVELS},
            **{key: text(f"band.{key}") for key in BANDS},
        },
        "illustrative": any(
            grid.base.policy.values[path].status == "illustrative" for path in SHARES.values()
        ),
        "text": {
            key.removeprefix(UI): text(key).replace("{per}", text(f"word.per.{grid.per}"))
            for key in texts()
            if key.startswith(UI)
        },
    }


def _has(grid: Grid, table: str, row: str) -> bool:
    return any(key[:2] == (table, row) for key in grid.blocks[0].keys)


def _slider(grid: Grid, axis: Axis) -> dict[str, Any]:
    """A slider in the units it is shown in: shares in percent."""
    made, times = control(grid.base.policy, axis.path), _times(axis)
    step = round(axis.step * times, DIGITS)
    return {
        "path": axis.path,
        "label": made.label,
        "unit": "%" if times == PERCENT else made.unit,
        "basis": made.basis,
        "baseline": _shown(axis.baseline, times),
        "low": _shown(axis.low, times),
        "high": _shown(axis.high, times),
        "step": step,
        "decimals": max(0, -math.floor(math.log10(step) + 1e-9)),
    }


def _times(axis: Axis) -> int:
    return PERCENT if axis.declared.unit == "share" else 1


def _shown(value: float, times: int) -> float:
    made = round(value * times, DIGITS)
    return int(made) if made == int(made) else made


def _block(grid: Grid, block: Block) -> dict[str, Any]:
    return {
        "keys": ["|".join(key) for key in block.keys],
        "kinds": ["|".join(kind(key)) for key in block.keys],
        "steps": block.steps.tolist(),
        "parts": [_part(grid, part) for part in block.parts],
    }


def _part(grid: Grid, part: Part) -> dict[str, Any]:
    nodes = [
        [_shown(node, _times(grid.axes[k])) for node in each]
        for k, each in zip(part.over, part.nodes, strict=True)
    ]
    values = [None if math.isnan(each) else int(each) for each in part.values.ravel().tolist()]
    return {"sign": part.sign, "over": list(part.over), "nodes": nodes, "values": values,
            "same": list(part.same)}  # fmt: skip


def _steps(block: Block) -> Iterable[tuple[Key, float]]:
    return zip(block.keys, block.steps.tolist(), strict=True)


def _digits(key: Key, step: float) -> int:
    """Decimals shown of a number: as in every table, fewer where it is told in coarser steps."""
    _, _, statistic = key
    unit = UNITS.get(statistic, "10k yuan")
    usual = DECIMALS["share"] - 2 if unit == "share" else DECIMALS.get(unit, 2)
    return min(usual, max(0, -math.floor(math.log10(step * _times_shown(key)) + 1e-9)))


def said(key: Key, value: float, digits: int) -> str:
    """A number of the page in words, as the script shows it.

    >>> said(("change", "total", "cost_y"), 12345678.0, 2), said(("d", "1", "share"), 0.0125, 2)
    ('1,234.57万元', '1.25%')
    """
    if key[2] == MONEY:
        return f"{value / float(text('money.divisor')):,.{digits}f}{text('money.unit')}"
    unit = UNITS[key[2]]
    if unit == "share":
        return f"{value:.{digits}%}"
    space = "" if language() == "zh" or unit == "index" else " "
    return f"{value:,.{digits}f}{space}{'' if unit == 'index' else unit_label(unit)}"


def bound(key: Key, value: float, digits: int) -> str:
    """A bound as it is shown: rounded up, so that it still holds."""
    times = _times_shown(key)
    return said(key, math.ceil(value * times * 10**digits - 1e-9) / 10**digits / times, digits)


def errors(grid: Grid) -> Listing:
    """The errors by kind of number: fineness in the file, bounds with one or more sliders moved."""
    rows = {}
    for block in grid.blocks:
        for key, step in _steps(block):
            made = kind(key)
            digits = _digits(key, step)
            name = text(f"page.table.{key[0]}")
            rows[made] = (
                text("page.number", table=name, row=text(f"page.row.{made[1] or key[0]}")),
                text(f"page.stat.{key[2]}"),
                text("page.exactly") if key[0] in EXACT else
                text("page.step", step=said(key, step, digits)),
                *(bound(key, grid.promised(key, moved), digits) for moved in (1, 2)),
            )  # fmt: skip
    heads = tuple(
        text(f"page.head.{name}") for name in ("table", "number", "step", "one", "several")
    )
    return Listing(
        text("page.errors", safety=f"{handling()['safety']:g}"), heads, tuple(rows.values())
    )


def _times_shown(key: Key) -> float:
    """What a number is multiplied by where it is shown."""
    if key[2] == MONEY:
        return 1 / float(text("money.divisor"))
    return float(PERCENT) if UNITS[key[2]] == "share" else 1.0


def headline(grid: Grid, moved: int) -> dict[str, str]:
    """What is promised of the numbers on the cards where so many sliders are moved, in words."""
    keys = {
        "cost": ("change", TOTAL, MONEY),
        "households": ("change", TOTAL, "households"),
        "persons": ("change", TOTAL, "persons"),
        "gain": ("winners_losers", "gain", "share"),
        "poor": ("poverty", TOTAL, "fgt0"),
    }
    steps = {key: step for block in grid.blocks for key, step in _steps(block)}
    return {
        name: bound(key, grid.promised(key, moved), _digits(key, steps[key]))
        for name, key in keys.items()
    }


def _how(grid: Grid) -> str:
    """How the numbers were made: what is exact, what interpolated, how far off, what is hidden."""
    fields: Mapping[str, Any] = {
        "points": f"{grid.points:,}",
        "n": grid.checks,
        "least": grid.min_cell,
        "safety": f"{handling()['safety']:g}",
        "one": text("page.how.bounds", **headline(grid, 1)),
        "several": text("page.how.bounds", **headline(grid, 2)),
    }
    keys = [
        "interpolated",
        "apart" if grid.is_split else "combined",
        "exact",
        "disclosed",
        "first_round",
    ]
    said_all = "".join(f"<p>{html.escape(text(f'page.how.{key}', **fields))}</p>" for key in keys)
    return f"{said_all}{errors(grid)._repr_html_()}"


def _json(content: Any) -> str:
    """JSON that can stand inside a script element: no tag can begin or end in it."""
    made = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return made.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8").strip()


def _version() -> str:
    try:
        return version("jiuzhu_sim")
    except PackageNotFoundError:
        return "—"
