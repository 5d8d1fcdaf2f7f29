"""The views of a what-if: what each needs, and how it turns a state into HTML.

A view is a pure function of a `State`: the application, the notebook and the tests call the same.
It gives one section with inline SVG, no script and no inline style; `views_css` is its look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jiuzhu_sim.explorer import views_answer, views_money, views_people, views_runs
from jiuzhu_sim.explorer.model import State, Wanted
from jiuzhu_sim.language import text
from jiuzhu_sim.report.section import blocks_css

STYLE = Path(__file__).with_name("static") / "views.css"


@dataclass(frozen=True)
class View:
    """One view: its key, what it needs of the model, its HTML, and whether it follows a slider.

    Views that are not `live` take many runs and are drawn when the slider rests.

    >>> VIEWS["poverty"].title, VIEWS["curve"].live
    ('贫困与不平等', False)
    """

    key: str
    wanted: Wanted
    html: Callable[[State], str]
    live: bool = True

    @property
    def title(self) -> str:
        """Its name in the language in use."""
        return text(f"view.title.{self.key}")


def _live(key: str, tables: frozenset[str], html: Callable[[State], str]) -> View:
    return View(key, Wanted(tables), html)


VIEWS: Mapping[str, View] = MappingProxyType(
    {
        view.key: view
        for view in (
            _live("answer", views_answer.TABLES, views_answer.answer),
            _live("cost", views_money.COST, views_money.cost),
            _live("programmes", views_money.PROGRAMMES, views_money.programmes),
            _live("townships", views_money.TOWNSHIPS, views_money.townships),
            _live("winners", views_people.WINNERS, views_people.winners),
            _live("deciles", views_people.DECILES, views_people.deciles),
            _live("poverty", views_people.POVERTY, views_people.poverty),
            View(
                "curve",
                Wanted(views_runs.CURVE, curves=True),
                views_runs.curve,
                live=False,
            ),
            View(
                "provisions",
                Wanted(views_runs.PROVISIONS, provisions=True),
                views_runs.provisions,
                live=False,
            ),
            View("compare", Wanted(comparison=True), views_runs.compare, live=False),
        )
    }
)
"""The views in the order in which they are shown."""


@cache
def views_css() -> str:
    """The look of the views, and of the tables and stamps in them, for one style element.

    >>> ".jz-view" in views_css(), "http" in views_css()
    (True, False)
    """
    return f"{blocks_css()}\n{STYLE.read_text(encoding='utf-8').strip()}\n"
