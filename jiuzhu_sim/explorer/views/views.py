"""The views of a what-if: what each needs, and how it turns a state into HTML.

A view is a pure function of a `State`: the application, the notebook and the tests call the same.
It gives one section with inline SVG, no script and no inline style; `views_css` is its look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jiuzhu_sim.explorer.model import State, Wanted
from jiuzhu_sim.explorer.views import answer, money, people, runs
from jiuzhu_sim.language import text
from jiuzhu_sim.report.section import blocks_css

STYLE = Path(__file__).with_name("views.css")


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
            _live("answer", answer.TABLES, answer.answer),
            _live("cost", money.COST, money.cost),
            _live("programmes", money.PROGRAMMES, money.programmes),
            _live("townships", money.TOWNSHIPS, money.townships),
            _live("winners", people.WINNERS, people.winners),
            _live("deciles", people.DECILES, people.deciles),
            _live("poverty", people.POVERTY, people.poverty),
            View(
                "curve",
                Wanted(runs.CURVE, curves=True),
                runs.curve,
                live=False,
            ),
            View(
                "provisions",
                Wanted(runs.PROVISIONS, provisions=True),
                runs.provisions,
                live=False,
            ),
            View("compare", Wanted(comparison=True), runs.compare, live=False),
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
