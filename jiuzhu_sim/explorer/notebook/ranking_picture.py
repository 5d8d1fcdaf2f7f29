"""The dot-interval chart of ranks as one figure that stays: of a move only dots and bars are drawn
anew (blitting), which takes a third of the time of a whole drawing.
"""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.explorer.notebook.live import toolkit
from jiuzhu_sim.language import text
from jiuzhu_sim.report.drawing import LABEL
from jiuzhu_sim.report.figure import BLUE, FAINT, GREY, INK, VERMILLION, new_figure, style
from jiuzhu_sim.report.lettering import fold

WIDTH = 8.4
"""Width of the figure, inches."""

ROW, ROW_DENSE, MANY = 0.3, 0.2, 24
"""Height of a township's row in inches; the lower one for more townships than `MANY`."""

DPI = 100
"""Points an inch: as large as on the screen; a finer image takes longer to send than to draw."""

FAST = 1
"""Level of compression: an image that lives for a moment need not be small."""

TALL = 24
"""Height of the words of a row, points of the image, where there is but one row."""

ABOVE = 0.16
"""How far the official bar stands above the one of the weights as set, in rows."""


class RankingPicture:
    """The picture and its widget. Rows stand in the official order and stay where they are; grey is
    the official ranking, blue the one under the weights as set, vermillion where a rank moved.
    """

    def __init__(self, official: Ranking):
        self.official = official
        self.rows: NDArray[np.int64] = np.flatnonzero(official.is_ranked)
        self.rows = self.rows[np.lexsort((self.rows, official.rank[self.rows]))]
        self.widget = toolkit().Image(format="png", layout={"max_width": "100%"})
        with style():
            self._draw_still()
        self.show(official)

    def show(self, now: Ranking, other: NDArray[np.int64] | None = None) -> None:
        """Draw a ranking of the same townships over the official one, into the widget. `other`:
        ranks (units,) by another method, marked as well where they exist.
        """
        rows = self.rows
        low, high, rank = now.low[rows], now.high[rows], now.rank[rows]
        places = np.arange(len(rows)) + ABOVE
        segments = np.stack(
            [np.column_stack([low, places]), np.column_stack([high, places])], axis=1
        )
        has_moved = rank != self.official.rank[rows]
        colours = np.where(has_moved, VERMILLION, BLUE)
        self._bars.set_segments(list(segments))
        self._bars.set_color(colours.tolist())
        self._dots.set_offsets(np.column_stack([rank, places]))
        self._dots.set_color(colours.tolist())
        marked = np.zeros(len(rows), bool) if other is None else other[rows] > 0
        at = np.zeros(0) if other is None else other[rows][marked]
        self._marks.set_offsets(np.column_stack([at, places[marked] - ABOVE]))
        spans = [
            text(
                "township_map.rank" if first == last else "township_map.ranks",
                first=first,
                last=last,
            )
            for first, last in zip(low.tolist(), high.tolist(), strict=True)
        ]
        patches = [self._patch(words) for words in spans]
        self.widget.value = self._image(patches)

    def _draw_still(self) -> None:
        """What does not move, drawn once and kept: axes, names, the official dots and bars."""
        from matplotlib.collections import LineCollection

        official, rows, n = self.official, self.rows, len(self.rows)
        height = 1.1 + (ROW if n <= MANY else ROW_DENSE) * max(n, 2)
        self.figure = new_figure(WIDTH, height)
        self.figure.set_dpi(DPI)
        axes = self.figure.add_subplot()
        places = np.arange(n)
        axes.set_yticks(places, [fold(official.measured.units[row], LABEL) for row in rows])
        axes.set_ylim(n - 0.4, -0.6)
        axes.set_xlim(0.5, max(n, 2) + 0.5)
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.set_xlabel(text("ranking_panel.axis"))
        axes.grid(True, axis="x", color=FAINT, linewidth=0.8)
        axes.tick_params(axis="both", length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        low, high = official.low[rows], official.high[rows]
        grey = axes.hlines(places - ABOVE, low, high, color=GREY, linewidth=2, alpha=0.7)
        grey.set_label(text("ranking_panel.official"))
        axes.scatter(official.rank[rows], places - ABOVE, s=16, color=GREY, zorder=3)
        self._bars = LineCollection([], linewidths=3, animated=True, zorder=4)
        axes.add_collection(self._bars)
        self._dots = axes.scatter(places, places, s=30, animated=True, zorder=5)
        self._marks = axes.scatter([], [], s=44, marker="D", facecolor="none", edgecolor=INK,
                                   animated=True, zorder=6)  # fmt: skip
        room = axes.get_yaxis_transform()
        self._note = axes.text(1.01, 0, "", transform=room, va="center", fontsize=9, color=INK,
                               animated=True, in_layout=False)  # fmt: skip
        # The numbers at the right change: their column is held free by the widest of them.
        widest = text("township_map.ranks", first=n, last=n)
        axes.text(1.01, 0, widest, transform=room, fontsize=9, alpha=0)
        empty = {"linestyle": "none", "marker": "D", "mfc": "none", "mec": INK}
        other = axes.plot([], [], label=text("ranking_panel.other"), **empty)[0]
        shown = [
            axes.plot([], [], color=colour, marker="o", linewidth=3, label=text(key))[0]
            for colour, key in ((BLUE, "ranking_panel.now"), (VERMILLION, "ranking_panel.moved"))
        ]
        handles = [grey, *shown, other]
        self.figure.legend(handles=handles, loc="outside upper left", ncols=4, fontsize=9)
        self.figure.canvas.draw()
        # The layout is settled; worked out again it would take as long as the drawing.
        self.figure.set_layout_engine("none")
        self._axes, self._still = axes, self.figure.canvas.copy_from_bbox(self.figure.bbox)
        self._find_rows(places)

    def _find_rows(self, places: NDArray[np.int64]) -> None:
        """Where the words of each row stand, in points of the image from the top left."""
        width, height = self.figure.canvas.get_width_height()
        at = self._axes.transData.transform(np.column_stack([places, places]))[:, 1]
        self._tall = int(abs(at[0] - at[1])) if len(at) > 1 else TALL
        self._tops = np.round(height - at - self._tall / 2).astype(int)
        self._left = int(self._axes.bbox.x1) + 1
        self._points = np.empty((height, width, 3), np.uint8)
        self._patches: dict[str, NDArray[np.uint8]] = {}

    def _patch(self, words: str) -> NDArray[np.uint8]:
        """The picture of a row's words, drawn once: laying text out takes longer than all else."""
        if words not in self._patches:
            canvas: Any = self.figure.canvas
            canvas.restore_region(self._still)
            self._note.set_text(words)
            with style():
                self._axes.draw_artist(self._note)
            top = self._tops[0]
            drawn = np.asarray(canvas.buffer_rgba())[top : top + self._tall, self._left :, :3]
            self._patches[words] = drawn.copy()
        return self._patches[words]

    def _image(self, patches: Sequence[NDArray[np.uint8]]) -> bytes:
        from PIL import Image

        canvas: Any = self.figure.canvas
        canvas.restore_region(self._still)
        for part in (self._bars, self._dots, self._marks):
            self._axes.draw_artist(part)
        np.copyto(self._points, np.asarray(canvas.buffer_rgba())[..., :3])
        for top, patch in zip(self._tops, patches, strict=True):
            self._points[top : top + self._tall, self._left :] = patch
        buffer = io.BytesIO()
        Image.fromarray(self._points).save(buffer, format="png", compress_level=FAST)
        return buffer.getvalue()
