"""A picture of rules and what they read: inputs at the left, results at the right.

Layers by longest path, order within a layer by barycentre, lines as curves. A line over several
layers runs through places kept free for it; all lines from one box share them.
"""

import html
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jiuzhu_sim.columns import columns
from jiuzhu_sim.language import text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.report.formula import label_of
from jiuzhu_sim.report.lettering import fold
from jiuzhu_sim.rules import RULES

FONT, SMALL = 13, 11
"""Sizes of the letters of boxes and of the parameters in them, pixels."""
INPUT, NARROW, WIDE = 148, 136, 230
"""Widths of boxes, pixels: of an input; the least and the most of a rule."""
PAGE = 1212
"""Width of a page; rules become narrower to stay within it."""
GAP, ROOM, WAY = 40, 9, 5
"""Between columns; between boxes; around a line passing through a column. Pixels."""
PAD = 7
MARGIN = 4
SWEEPS = 24


@dataclass
class _Box:
    """A box, or the place (``way``) where a line passes a column."""

    name: str
    kind: str
    layer: int = 0
    link: str = ""
    parameters: list[str] = field(default_factory=list)
    width: float = 0.0
    lines: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    y: float = 0.0

    @property
    def height(self) -> float:
        if self.kind == "way":
            return 0
        tags = len(self.tags) * (SMALL + 4) + 4 if self.tags else 0
        return len(self.lines) * (FONT + 4) + tags + PAD

    def apart(self, other: "_Box") -> float:
        """How far the middles of two boxes, one below the other, stand apart."""
        ways = (self.kind, other.kind).count("way")
        return (self.height + other.height) / 2 + (ROOM, ROOM, WAY)[ways]


def rule_graph(names: Iterable[str]) -> str:
    """The graph of some rules as SVG: their inputs, parameters, and what other rules give them.

    Results of other programmes link to that programme's page. The same rules give the same text.

    >>> picture = rule_graph(["gap_m_hh", "over_gap_m_hh"])
    >>> picture.startswith("<svg"), picture.count('class="rule"'), picture.count('class="result"')
    (True, 1, 1)
    """
    wanted = set(names)
    boxes, edges = _boxes(wanted)
    _layered(boxes, edges)
    _sized(boxes)
    lines = _with_ways(boxes, edges)
    layers = _ordered(boxes, lines)
    _placed(layers, lines)
    return _drawn(layers, lines, boxes)


def _boxes(wanted: set[str]) -> tuple[dict[str, _Box], list[tuple[str, str]]]:
    """Boxes by name, and who is read by whom."""
    parameters = {entry.argument for entry in declarations().values()}
    programmes = {rule.name: rule.programme for rule in RULES}
    boxes: dict[str, _Box] = {}
    edges: dict[tuple[str, str], None] = {}
    for rule in (rule for rule in RULES if rule.name in wanted):
        box = boxes.setdefault(rule.name, _Box(rule.name, "rule", link=f"#{rule.name}"))
        for name in dict.fromkeys((*rule.arguments, rule.switch, rule.round)):
            if name in parameters:
                box.parameters.append(name)
            elif name in columns() and name in rule.arguments:
                edges[name, rule.name] = None
    for name, _ in edges:
        if name not in boxes:
            at = programmes.get(name)
            kind, link = ("other", f"{at}.html#{name}") if at else ("input", "")
            boxes[name] = _Box(name, kind, link=link)
    read = {name for name, _ in edges}
    for name, box in boxes.items():
        box.kind = "result" if box.kind == "rule" and name not in read else box.kind
    return boxes, list(edges)


def _sized(boxes: dict[str, _Box]) -> None:
    """Widths by the number of columns, labels and parameters broken to fit."""
    many = max((box.layer for box in boxes.values()), default=1)
    rule = min(WIDE, max(NARROW, (PAGE - INPUT) // max(many, 1) - GAP))
    for box in boxes.values():
        box.width = INPUT if box.layer == 0 else rule
        box.lines = _lines(label_of(box.name), box.width, FONT)
        for name in box.parameters:
            box.tags += _lines(label_of(name), box.width, SMALL)


def _lines(label: str, width: float, size: float) -> list[str]:
    """A label broken to fit a box: a Chinese character is one em wide, a Latin one about 0.58."""
    inner = width - 2 * PAD
    if label.isascii():
        return textwrap.wrap(label, int(inner / (size * 0.58)))
    return fold(label, int(inner / (size * 0.5))).split("\n")


def _layered(boxes: dict[str, _Box], edges: list[tuple[str, str]]) -> None:
    """What is read stands left of its readers; inputs in the first column, results in the last."""
    for box in boxes.values():
        box.layer = int(box.kind in ("rule", "result"))
    for _ in boxes:
        for name, reader in edges:
            boxes[reader].layer = max(boxes[reader].layer, boxes[name].layer + 1)
    last = max((box.layer for box in boxes.values()), default=0)
    for box in boxes.values():
        box.layer = last if box.kind == "result" else box.layer


def _with_ways(boxes: dict[str, _Box], edges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Edges cut into lines from one column to the next, with the ways between as boxes."""
    lines: dict[tuple[str, str], None] = {}
    for name, reader in edges:
        before = name
        for layer in range(boxes[name].layer + 1, boxes[reader].layer):
            way = f"{name}>{layer}"
            boxes.setdefault(way, _Box(way, "way", layer))
            lines[before, way] = None
            before = way
        lines[before, reader] = None
    return list(lines)


def _ordered(boxes: dict[str, _Box], lines: list[tuple[str, str]]) -> list[list[_Box]]:
    """The columns, each ordered so that few lines cross: the best of many sweeps."""
    layers: list[list[_Box]] = [
        [] for _ in range(max((b.layer for b in boxes.values()), default=0) + 1)
    ]
    for box in boxes.values():
        layers[box.layer].append(box)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, lines)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else layers[::-1]:
            place = {box.name: number for each in layers for number, box in enumerate(each)}
            near = _neighbours(lines, left=down)
            order = {}
            for box in layer:
                at = [place[name] for name in near.get(box.name, ())]
                order[box.name] = sum(at) / len(at) if at else place[box.name]
            layer.sort(key=lambda box: (order[box.name], place[box.name]))
        if (crossings := _crossings(layers, lines)) < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best


def _neighbours(lines: Sequence[tuple[str, str]], left: bool) -> dict[str, list[str]]:
    """For each box those it has a line from (left) or to."""
    found: dict[str, list[str]] = {}
    for start, end in lines:
        own, other = (end, start) if left else (start, end)
        found.setdefault(own, []).append(other)
    return found


def _crossings(layers: list[list[_Box]], lines: list[tuple[str, str]]) -> int:
    place = {box.name: (box.layer, number) for each in layers for number, box in enumerate(each)}
    ends: dict[int, list[tuple[int, int]]] = {}
    for start, end in lines:
        ends.setdefault(place[start][0], []).append((place[start][1], place[end][1]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for pairs in ends.values()
        for number, a in enumerate(pairs)
        for b in pairs[number + 1 :]
    )


def _placed(layers: list[list[_Box]], lines: list[tuple[str, str]]) -> None:
    """Heights: each box near the middle of its neighbours, none upon another."""
    boxes = {box.name: box for layer in layers for box in layer}
    left, right = _neighbours(lines, left=True), _neighbours(lines, left=False)
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            wishes = []
            for box in layer:
                near = [
                    boxes[name].y for name in (*left.get(box.name, ()), *right.get(box.name, ()))
                ]
                wishes.append(sum(near) / len(near) if near else box.y)
            _spread(layer, wishes)
    top = min((box.y - box.height / 2 for box in boxes.values()), default=0)
    for box in boxes.values():
        box.y += MARGIN - top


def _spread(layer: list[_Box], wishes: list[float]) -> None:
    """As near to the wishes (least squares) as order and distance allow."""
    offsets = [0.0]
    for above, box in pairwise(layer):
        offsets.append(offsets[-1] + above.apart(box))
    blocks: list[tuple[float, int]] = []  # mean wish without the offsets, and number of boxes
    for wish, offset in zip(wishes, offsets, strict=False):
        mean, number = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, many = blocks.pop()
            mean, number = (mean * number + other * many) / (number + many), number + many
        blocks.append((mean, number))
    means = [mean for mean, number in blocks for _ in range(number)]
    for box, mean, offset in zip(layer, means, offsets, strict=False):
        box.y = mean + offset


def _drawn(layers: list[list[_Box]], lines: list[tuple[str, str]], boxes: dict[str, _Box]) -> str:
    """The SVG text."""
    lefts, x = [], float(MARGIN)
    for layer in layers:
        lefts.append(x)
        x += max((box.width for box in layer), default=0) + GAP
    rights = [left - GAP for left in [*lefts[1:], x]]
    parts = []
    for start, end in lines:
        a, b = boxes[start], boxes[end]
        x1, x2, half = rights[a.layer], lefts[b.layer], GAP / 2
        if a.kind != "way":
            x1 = lefts[a.layer] + a.width
        through = f"H{rights[b.layer]:g}" if b.kind == "way" else ""
        parts.append(
            f'<path class="line" d="M{x1:g} {a.y:.1f}C{x1 + half:g} {a.y:.1f} '
            f'{x2 - half:g} {b.y:.1f} {x2:g} {b.y:.1f}{through}"/>'
        )
    parts += [_box(box, lefts[box.layer]) for layer in layers for box in layer if box.kind != "way"]
    height = max((box.y + box.height / 2 for box in boxes.values()), default=0) + MARGIN
    width = rights[-1] + MARGIN
    return (
        f'<svg class="graph" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{html.escape(text("book.graph"))}">{"".join(parts)}</svg>'
    )


def _box(box: _Box, left: float) -> str:
    """One box with its label and the parameters it reads, a link where there is a page."""
    width, top = box.width, box.y - box.height / 2
    said = [
        f'<rect x="{left:g}" y="{top:.1f}" width="{width:g}" height="{box.height:.1f}" rx="3"/>'
    ]
    y = top + PAD / 2 - 1
    for line in box.lines:
        y += FONT + 4
        said.append(f'<text x="{left + PAD:g}" y="{y - 3:.1f}">{html.escape(line)}</text>')
    for line in box.tags:
        y += SMALL + 4
        shown = html.escape(line)
        said.append(f'<text class="tag" x="{left + PAD:g}" y="{y:.1f}">{shown}</text>')
    drawn = f'<g class="{box.kind}" data-name="{box.name}">{"".join(said)}</g>'
    return f'<a href="{box.link}">{drawn}</a>' if box.link else drawn
