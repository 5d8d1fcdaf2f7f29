"""The map of townships drawn in the user's own approved boundaries, coloured by grade."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.assessment.ranking.tables import ranking_table
from jiuzhu_sim.language import text
from jiuzhu_sim.report.boundaries import Boundaries, Polygon, Ring
from jiuzhu_sim.report.drawing import WIDE, finished, ink_on
from jiuzhu_sim.report.figure import Chart, new_figure, style
from jiuzhu_sim.report.lettering import fold, text_width
from jiuzhu_sim.report.standing import BLANK, HATCH, Standing, counted, grade_key, standings

HIGH = 7.5
"""Height of the map itself at most, inches: with its legend it stands on a page of A4."""

LOW = 3.0
"""Height at least: a long narrow county still has room for its names."""

SIZE = 8.0
"""Font size of a label, points; half of it is the width of one column of text."""

LINE = 0.16
"""Height of a line under the map, inches."""

KEYED = 3
"""Entries beside each other in the list of the areas too small for their label."""

EDGE = "#444444"


def boundary_map(ranking: Ranking, boundaries: Boundaries) -> Chart:
    """Townships in their boundaries, coloured by grade, with name and span of ranks; an area too
    small for its words has a number that is explained below. The approval number is printed.
    """
    shown = {each.unit: each for each in standings(ranking)}
    corners = boundaries.corners
    (west, south), (east, north) = corners.min(0), corners.max(0)
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    scale = min(WIDE / max((east - west) * squeeze, 1e-9), HIGH / max(north - south, 1e-9))
    labels = {
        name: _label(area, shown.get(name), scale * squeeze)
        for name, area in boundaries.areas.items()
    }
    keyed = [name for name, (_, fits) in labels.items() if not fits]
    lines = -(-len(keyed) // KEYED)
    with style():
        height = max(LOW, (north - south) * scale) + 0.9 + LINE * (lines + 2)
        figure = new_figure(WIDE, height)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.margins(0.01)
        axes.set_aspect(1 / max(squeeze, 1e-6))
        for name, area in boundaries.areas.items():
            _area(axes, area, shown.get(name))
            (x, y), fits = labels[name]
            words = _words(name, shown.get(name)) if fits else str(keyed.index(name) + 1)
            _write(axes, x, y, words, shown.get(name))
        axes.autoscale_view()
        grade_key(figure, list(shown.values()))
        number = text("township_map.approval", approval=boundaries.approval)
        figure.supxlabel("\n".join([*_key(keyed, shown), number]), fontsize=SIZE, linespacing=1.4)
        stop = text("township_map.stop")
        extra = sum(name not in shown for name in boundaries.areas)
        said = [counted(list(shown.values())), text("township_map.spans_only"), f"{number}{stop}"]
        if extra:
            said.append(text("township_map.extra", n=extra))
        said.append(text("township_map.publish"))
        title = text("township_map.map")
        return finished(axes, ranking_table(ranking), "boundary_map", title, said)


def _area(axes: Any, area: tuple[Polygon, ...], each: Standing | None) -> None:
    """One township: its polygons with their holes as one shape."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    rings = [Path(ring, closed=True) for polygon in area for ring in _wound(polygon)]
    is_ranked = each is not None and each.is_ranked
    axes.add_patch(
        PathPatch(
            Path.make_compound_path(*rings),
            facecolor=each.colour if each is not None else BLANK,
            edgecolor=EDGE,
            linewidth=0.8,
            hatch=None if is_ranked or each is None else HATCH,
        )
    )


def _wound(polygon: Polygon) -> Iterator[Ring]:
    """Outer ring one way round, holes the other, so that holes stay empty."""
    for number, ring in enumerate(polygon):
        yield ring if (turned(ring) > 0) == (number == 0) else ring[::-1]


def turned(ring: Ring) -> float:
    """Twice the area of a ring, positive when it runs against the clock.

    >>> turned(np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], float))
    2.0
    """
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def _words(name: str, each: Standing | None) -> str:
    folded = fold(name, max(10, (text_width(name) + 1) // 2))
    return folded if each is None else f"{folded}\n{each.span}"


def _write(axes: Any, x: float, y: float, words: str, each: Standing | None) -> None:
    hatched = each is not None and not each.is_ranked
    paper = {"facecolor": BLANK, "edgecolor": "none", "pad": 1} if hatched else None
    colour = ink_on(BLANK if each is None else each.colour)
    axes.text(x, y, words, ha="center", va="center", fontsize=SIZE, color=colour, bbox=paper)


def _key(keyed: list[str], shown: dict[str, Standing]) -> list[str]:
    """What the numbers on the map mean, a few a line."""
    entries = [
        f"{number} {name}" + (f" {shown[name].span}" if name in shown else "")
        for number, name in enumerate(keyed, 1)
    ]
    gap = text("township_map.gap")
    return [gap.join(entries[at : at + KEYED]) for at in range(0, len(entries), KEYED)]


def _label(
    area: tuple[Polygon, ...], each: Standing | None, scale: float
) -> tuple[tuple[float, float], bool]:
    """Where the label of an area stands, and whether its words fit there.

    `scale`: inches on paper of a degree of longitude.
    """
    largest = max(area, key=lambda polygon: abs(turned(polygon[0])))
    x, y, room = inside(largest)
    name = _words("" if each is None else each.unit, each)
    wide = text_width(name) * SIZE / 2 / 72
    return (x, y), wide < room * scale


def inside(polygon: Polygon) -> tuple[float, float, float]:
    """A point in the polygon with room beside it: the middle of its widest part at half height,
    and how wide that part is, in degrees.

    >>> square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], float)
    >>> inside((square,)), inside((square, square * 0.5 + [1.0, 0.5]))
    ((1.0, 1.0, 2.0), (0.5, 1.0, 1.0))
    """
    outer = polygon[0]
    low, high = float(outer[:, 1].min()), float(outer[:, 1].max())
    best = (float(outer[:, 0].mean()), (low + high) / 2, 0.0)
    for part in (0.5, 0.4, 0.6, 0.3, 0.7):
        y = low + (high - low) * part
        across = np.sort(np.concatenate([_crossings(ring, y) for ring in polygon]))
        starts, ends = across[0::2], across[1::2]
        if len(ends) == 0:
            continue
        widest = int(np.argmax(ends - starts[: len(ends)]))
        room = float(ends[widest] - starts[widest])
        if room > best[2] * 1.25:  # away from the middle only for clearly more room
            best = (float(starts[widest] + ends[widest]) / 2, y, room)
    return best


def _crossings(ring: Ring, y: float) -> Ring:
    """Longitudes at which a ring crosses a latitude."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    cut = (y0 > y) != (y1 > y)
    found: Ring = x0[cut] + (y - y0[cut]) * (x1[cut] - x0[cut]) / (y1[cut] - y0[cut])
    return found
