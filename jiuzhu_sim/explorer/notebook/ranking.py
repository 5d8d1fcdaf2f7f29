"""Weights of a ranking in a notebook: a slider for each group, and what becomes of the order."""

import html
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.controls import FIRST, Control
from jiuzhu_sim.explorer.notebook.board import Board
from jiuzhu_sim.explorer.notebook.live import is_live, toolkit
from jiuzhu_sim.explorer.notebook.panel import Panel
from jiuzhu_sim.explorer.notebook.ranking_picture import RankingPicture
from jiuzhu_sim.explorer.ranking import (
    CARD,
    GROUP,
    METHOD,
    NOISE,
    POINTS_MAX,
    RankingModel,
    RankingState,
)
from jiuzhu_sim.explorer.views.ranking import RANKING_VIEWS, RankingView, basis, tau_shown
from jiuzhu_sim.language import text

TABS = ("ranks", "grades", "groups", "weights", "methods")
"""The views on the tabs, each on its own; the answer and the picture stand above."""

REACH = 3.0
"""A slider ends at this multiple of the official points; more may be typed."""

STEP, NOISE_STEP = 1.0, 0.05

METHODS = ("minmax", "topsis", "product", "equal", "entropy", "critic")
"""Other ways to add up that can be marked beside the card's own."""


def ranking_panel(ranking: Ranking, *, stamps: tuple[str, ...] = ()) -> "RankingPanel | None":
    """Sliders for the weights of a ranking's groups and for the weight noise, live: ranks with
    their spans, distance from the official order, grades, what cannot be told apart.

    `stamps`: what has to be said of the data. None where no page is open on the kernel, as under
    papermill. Raises JZ-E046 without ipywidgets or matplotlib.
    """
    if not is_live():
        return None
    return RankingPanel(RankingModel(ranking, stamps))


class RankingPanel(Panel):
    """The panel of `ranking_panel`. Of a move the picture is sent first, then the words."""

    def __init__(self, model: RankingModel):
        self.model = model
        self.picture = RankingPicture(model.official)
        # Instead of a tooltip: an image widget with one cannot be shown by ipywidgets 8.
        self.caption = toolkit().HTML()
        tabs = {text(f"ranking_panel.section.{key}"): (f"ranking_{key}",) for key in TABS}
        super().__init__(
            _controls(model),
            [FIRST],
            Board(RANKING_VIEWS, tabs, self.state, "ranking_answer"),
            self._turn,
            lambda: model.changes,
        )
        answer, tabbed = self.board.widget.children
        self.board.widget.children = (answer, self.picture.widget, self.caption, tabbed)
        self._shown()

    def state(self, views: Iterable[RankingView], dragging: bool) -> RankingState:
        """The state, the same for all views; at rest, what the picture shows in words."""
        state = self.model.state()
        if not dragging:
            alt = text("ranking_panel.alt", tau=tau_shown(state.tau), n=len(state.moved))
            self.caption.value = html.escape(f"{alt}{basis(state)}")
        return state

    def above(self) -> list[Any]:
        """The sum of the weights, and the way back to the official ones."""
        kit = self._kit
        self.sum = kit.HTML()
        self.reset = kit.Button(description=text("ranking_panel.reset"))
        self.reset.on_click(lambda _: self.act(self._reset))
        tools = kit.HBox([self.reset, self.sum])
        tools.add_class("jz-tools")
        return [tools]

    def _turn(self, name: str, value: Any, dragging: bool) -> None:
        before = self.model.method
        self.model.set(name, value)
        try:
            self._shown()
        except JZError:  # a method that is not installed
            self.model.method = before
            raise

    def _reset(self) -> None:
        self.quiet.drop()
        self.model.reset()
        self.show_values()
        self._shown()
        self.board.draw()

    def _shown(self) -> None:
        """Picture and sum."""
        state = self.model.state()
        self.picture.show(state.now, None if state.other is None else state.other.rank)
        total = f"{self.model.total:g}"
        self.sum.value = html.escape(text("ranking_panel.sum", total=total))


def _controls(model: RankingModel) -> list[Control]:
    """A weight for each group with points, then the noise."""
    place = FIRST, text("ranking_panel.group")
    made = []
    for key, first in model.first.items():
        group = model.official.card.group(key)
        mark = "weight" if model.is_counted(key) else "no_data"
        made.append(
            Control.of_dial(
                f"{GROUP}{key}",
                text(f"ranking_panel.{mark}", group=group.title, points=f"{first:g}"),
                first,
                place,
                allowed=(0.0, POINTS_MAX),
                slide=(0.0, max(REACH * first, STEP)),
                step=STEP,
                basis=group.clause,
            )
        )
    share = (0.0, 1.0)
    noise = Control.of_dial(
        NOISE,
        text("ranking_panel.noise"),
        model.noise,
        place,
        allowed=share,
        slide=share,
        step=NOISE_STEP,
    )
    return [*made, noise, _method(noise)]


def _method(like: Control) -> Control:
    """The choice of a way to add up whose ranks are marked beside those of the card."""
    title = text("ranking_panel.method")
    choices = tuple((key, text(f"aggregation.{key}")) for key in METHODS)
    own = (CARD, text("ranking_panel.method_card"))
    made: dict[str, Any] = {"path": METHOD, "kind": "choice", "label": title, "title": title}
    made |= dict.fromkeys(("low", "high", "slide_low", "slide_high", "step"))
    return replace(like, **made, value=CARD, choices=(own, *choices))
