"""Townships as tiles in a grid, coloured by grade: a map that needs no boundaries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.assessment.ranking.tables import ranking_table
from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.report.boundaries import fault, read_boundaries
from jiuzhu_sim.report.boundary_map import boundary_map
from jiuzhu_sim.report.drawing import WIDE, finished, ink_on
from jiuzhu_sim.report.figure import Chart, new_figure, style
from jiuzhu_sim.report.lettering import fold, text_width
from jiuzhu_sim.report.standing import BLANK, HATCH, Standing, counted, grade_key, standings
from jiuzhu_sim.roster.sheet import column_letter, open_sheets, written

Place = tuple[int, int]

HEADS = {
    "unit": ("乡镇", "乡镇名称", "township"),
    "row": ("行", "row"),
    "column": ("列", "column"),
}
"""How the heads of a list of positions may be written."""

ROWS_MAX, COLUMNS_MAX = 40, 12
"""Tiles on top of and beside each other: more could not be read on a page."""

TILE = 1.2
"""Width of a tile where there is room, inches."""

SHAPE = 0.72
"""Height of a tile in its widths: three lines of text and a margin."""

POINTS = 72
"""Points of a font in an inch."""

LINE, MARGIN = 1.35, 0.4
"""Height of a line, and of what stays free in a tile, in font sizes."""

SIZE_MAX, SIZE_MIN = 10.0, 5.5
"""Font sizes, points."""

FILLED = 0.88
"""Part of a tile's width that text may take."""


def township_maps(
    ranking: Ranking, *, places: str = "", boundaries: str = "", approval: str = ""
) -> tuple[Chart, ...]:
    """The tile map, and the map of the user's own boundaries where a file of them is given.

    `places`: file of `read_places`, `boundaries` and `approval`: as for `read_boundaries`; empty:
    none. Raises JZ-E108 for an approval number without a file, and what these raise.
    """
    units = ranking.measured.units
    spots = read_places(places, units) if places else None
    if approval and not boundaries:
        problems = Problems()
        fault(problems, "", "no_file")
        problems.raise_if_any()
    drawn = read_boundaries(boundaries, units, approval) if boundaries else None
    made = (tile_map(ranking, spots),)
    return made if drawn is None else (*made, boundary_map(ranking, drawn))


def tile_map(ranking: Ranking, places: Mapping[str, Place] | None = None) -> Chart:
    """Townships as tiles: name, span of ranks and grade, coloured by grade.

    `places`: row and column of each township from 1, row 1 on top. Without them the tiles stand
    by grade, and the chart says that this is no geography.
    """
    shown = standings(ranking)
    spots = places or by_grade(shown)
    width = max(column for _, column in spots.values())
    height = max(row for row, _ in spots.values())
    tile = min(TILE, WIDE / width)
    with style():
        figure = new_figure(max(WIDE, tile * width), 0.8 + tile * SHAPE * height)
        axes = figure.add_subplot()
        axes.set_axis_off()
        across = max(width, WIDE / tile)
        axes.set_xlim(0.5 - (across - width) / 2, width + 0.5 + (across - width) / 2)
        axes.set_ylim(height + 0.5, 0.5)
        for each in shown:
            _tile(axes, each, spots[each.unit], tile)
        grade_key(figure, shown)
        how = text("township_map.own_places" if places else "township_map.no_geography")
        note = text("township_map.spans")
        sentences = (how, counted(shown), note)
        return finished(
            axes, ranking_table(ranking), "tile_map", text("township_map.tiles"), sentences
        )


def by_grade(shown: Sequence[Standing]) -> dict[str, Place]:
    """Places for townships of which no place is known: by grade, in a grade by the roll.

    Not by score: neighbours in a list of scores often cannot be told apart.
    """
    ordered = sorted(shown, key=lambda each: (not each.is_ranked, each.grade))
    width = max(1, min(int(WIDE / TILE), len(ordered)))
    return {
        each.unit: (number // width + 1, number % width + 1) for number, each in enumerate(ordered)
    }


def _tile(axes: Any, each: Standing, place: Place, tile: float) -> None:
    """One tile; its font is as large as its longest line allows."""
    from matplotlib.patches import Rectangle

    row, column = place
    axes.add_patch(
        Rectangle(
            (column - 0.48, row - 0.47),
            0.96,
            0.94,
            facecolor=each.colour,
            edgecolor="#666666",
            linewidth=0.8,
            hatch=None if each.is_ranked else HATCH,
        )
    )
    lines = [each.span] if not each.is_ranked else [each.span, each.graded]
    half = text_width(each.unit) // 2 + 2
    name = fold(each.unit, max(8, half)) if _is_long(each) else each.unit
    said = "\n".join([name, *lines])
    widest = max(text_width(line) for line in said.split("\n"))
    by_width = tile * POINTS * FILLED / (widest / 2)
    by_height = tile * SHAPE * POINTS / (LINE * (said.count("\n") + 1) + MARGIN)
    size = max(SIZE_MIN, min(SIZE_MAX, by_width, by_height))
    paper = {"facecolor": BLANK, "edgecolor": "none", "pad": 1} if not each.is_ranked else None
    axes.text(
        column,
        row,
        said,
        ha="center",
        va="center",
        fontsize=size,
        linespacing=1.3,
        color=ink_on(each.colour),
        bbox=paper,
    )


def _is_long(each: Standing) -> bool:
    """Whether a name is so much longer than the lines below it that it takes two lines."""
    return text_width(each.unit) > max(10, text_width(each.graded) + 2)


# --- the user's own positions --------------------------------------------------------------
def read_places(path: str | Path, units: Sequence[str]) -> dict[str, Place]:
    """Row and column of each township from the user's list (CSV or workbook: 乡镇, 行, 列).

    Raises, all faults at once: JZ-E108 (a head missing, an unknown, missing or repeated township
    with the nearest name, a position that is no whole number in range, two on one tile), and what
    opening the file raises.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "places.csv"
    ...     _ = path.write_text("乡镇,行,列\\n东河乡,1,2\\n西山镇,1,1\\n", encoding="utf-8")
    ...     read_places(path, ["东河乡", "西山镇"])
    {'东河乡': (1, 2), '西山镇': (1, 1)}
    """
    path, problems = Path(path), Problems()
    rows = open_sheets(path).sheets[0].rows
    heads = [written(cell).strip() for cell in rows[0]] if len(rows) else []
    spots = {
        name: next((n for n, head in enumerate(heads) if head.lower() in words), -1)
        for name, words in HEADS.items()
    }
    for name, spot in spots.items():
        if spot < 0:
            fault(problems, path.name, "head", wanted=HEADS[name][0], found=", ".join(heads))
    problems.raise_if_any()
    places: dict[str, Place] = {}
    named = set()
    for number, row in enumerate(rows[1:], 2):
        cells = {name: written(row[spot]).strip() for name, spot in spots.items()}
        named.add(cells["unit"])
        if any(cells.values()):
            _place(cells, number, spots, path.name, units, places, problems)
    for unit in units:
        if unit not in named:
            fault(problems, path.name, "absent", unit=unit)
    shared = Counter(places.values())
    for place, n in shared.items():
        if n > 1:
            both = text("township_map.comma").join(u for u, p in places.items() if p == place)
            fault(problems, path.name, "shared", units=both, row=place[0], column=place[1])
    problems.raise_if_any()
    return places


def _place(
    cells: Mapping[str, str],
    number: int,
    spots: Mapping[str, int],
    file: str,
    units: Sequence[str],
    places: dict[str, Place],
    problems: Problems,
) -> None:
    """One row of the list into `places`, or its faults into `problems`."""
    unit = cells["unit"]

    def where(name: str) -> str:
        return text("township_map.where", file=file, row=number, column=column_letter(spots[name]))

    if unit not in units:
        fault(problems, where("unit"), "unknown", name=unit, nearest=nearest(unit, units))
    elif unit in places:
        fault(problems, where("unit"), "twice", unit=unit)
    ends = {"row": ROWS_MAX, "column": COLUMNS_MAX}
    for name, most in ends.items():
        value = cells[name]
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
            fault(problems, where(name), "position", value=value, most=most)
            return
    places.setdefault(unit, (int(cells["row"]), int(cells["column"])))
