"""The drawing basics: a figure without a screen, the packaged font, one style, and `Chart`.

matplotlib's settings belong to the whole process, so everything is drawn inside `style()`,
one thread at a time; pyplot, which keeps figures alive, is never used. A character that no font
has is matplotlib's own warning (``Glyph … missing``), which the tests turn into an error.
"""

import base64
import html
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.measures.table import Table

DPI = 160
SCREEN = 96
"""Points of an image and of a screen, each per inch."""

FONT = Path(__file__).with_name("fonts") / "NotoSansSC-GB2312.ttf"
FAMILIES = ("Noto Sans SC", "DejaVu Sans")
RARE = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimSun")
"""Fonts of the machine, asked only for place names whose characters are not in GB2312."""

# Okabe & Ito: told apart by colour-blind readers too. Baseline grey, reform blue.
GREY, BLUE, VERMILLION = "#8A8A8A", "#0072B2", "#D55E00"
PALETTE = (BLUE, "#E69F00", "#009E73", "#56B4E9", VERMILLION, "#CC79A7", "#F0E442", GREY)
DIVERGING = (BLUE, "#8FC3E3", "#DDDDDD", "#F3B183", VERMILLION)
INK, FAINT = "#222222", "#D9D9D9"

_one_at_a_time = threading.RLock()


@dataclass(frozen=True)
class Chart:
    """A drawn chart: the image, what it says in words, and the table it was drawn from.

    `width`, `height`: of the image, in points (`DPI` an inch). `sentence`: what it shows, for
    the line under it. `alt`: for readers who do not see it. `key`: its name in files.
    """

    key: str
    png: bytes = field(repr=False)
    width: int
    height: int
    title: str
    sentence: str
    alt: str
    table: Table = field(repr=False)

    def _repr_html_(self) -> str:
        image = base64.b64encode(self.png).decode("ascii")
        return (
            f'<figure class="chart"><img src="data:image/png;base64,{image}" '
            f'alt="{html.escape(self.alt)}" width="{round(self.width / DPI * SCREEN)}">'
            f"<figcaption><b>{html.escape(self.title)}</b> {html.escape(self.sentence)}"
            "</figcaption></figure>"
        )

    def save(self, path: str | Path) -> Path:
        """Write the image (PNG), whole or not at all. Raises JZ-E040."""
        return write_whole(path, self.png)


@contextmanager
def style() -> Iterator[None]:
    """The font and the look of every chart, for what is drawn inside; one thread at a time.

    Raises JZ-E046 when matplotlib is not installed.
    """
    with optional("matplotlib"):
        import matplotlib
        from matplotlib import font_manager
    with _one_at_a_time:
        manager = font_manager.fontManager
        # Each time: a font list read from matplotlib's cache does not have it.
        if not any(entry.fname == str(FONT) for entry in manager.ttflist):
            manager.addfont(str(FONT))
        known = {entry.name for entry in manager.ttflist}
        settings: dict[Any, Any] = {
            "font.family": [*FAMILIES, *(name for name in RARE if name in known)],
            "font.size": 10,
            "axes.unicode_minus": True,
            "text.parse_math": False,  # a name with two dollar signs is no formula
            "pdf.fonttype": 42,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": GREY,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.axisbelow": True,
            "grid.color": FAINT,
            "legend.frameon": False,
        }
        with matplotlib.rc_context(settings):
            yield


def new_figure(width: float, height: float) -> Any:
    """An empty matplotlib figure without a screen, inside `style()`; sizes in inches.

    >>> with style():
    ...     figure = new_figure(4, 2)
    >>> [float(inches) for inches in figure.get_size_inches()]
    [4.0, 2.0]
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def value_axis(axes: Any, which: str, label: str, unit: str = "") -> None:
    """Grid, separators and title for the axis that carries values (``"x"`` or ``"y"``).

    The other axis keeps its line and loses its ticks. Shares are labelled in percent.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis, other = (axes.xaxis, "y") if which == "x" else (axes.yaxis, "x")
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, unit)))
    axis.grid(True, linewidth=0.8)
    axis.label.set_text(label)
    axes.tick_params(axis="both", length=0)
    axes.spines[["top", "right", "bottom" if which == "x" else "left"]].set_visible(False)
    axes.grid(False, axis=other)


def tick(value: float, unit: str = "") -> str:
    """A number on an axis: separators, no needless zeros, a true minus sign.

    >>> tick(-1234567.0), tick(0.05, "share"), tick(0.25)
    ('−1,234,567', '5%', '0.25')
    """
    scaled = value * 100 if unit == "share" else value
    shown = f"{scaled:,.4f}".rstrip("0").rstrip(".")
    return minus("0" if shown == "-0" else shown) + ("%" if unit == "share" else "")


def minus(shown: str) -> str:
    """A shown number with a true minus sign in place of a hyphen."""
    return shown.replace("-", "−")


def to_png(figure: Any) -> tuple[bytes, int, int]:
    """The figure as PNG, with its width and height in points; inside `style()`.

    The same figure gives the same bytes: no date or version is written into the image.
    """
    # Laid out once, drawn once: `savefig` draws all twice, first to see where things lie.
    if figure.axes:
        figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    buffer = io.BytesIO()
    figure.canvas.print_png(buffer, metadata={"Software": None})
    width, height = figure.canvas.get_width_height()
    return buffer.getvalue(), width, height
