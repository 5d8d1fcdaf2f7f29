"""The household calculator inside a notebook: `family_panel`, form and views of a family."""

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from jiuzhu_sim.explorer.application.form import FAMILY, family_controls
from jiuzhu_sim.explorer.controls import Control, controls
from jiuzhu_sim.explorer.family import FamilyModel, FamilyState
from jiuzhu_sim.explorer.notebook.board import Board
from jiuzhu_sim.explorer.notebook.live import is_live
from jiuzhu_sim.explorer.notebook.panel import Panel
from jiuzhu_sim.explorer.notebook.rows import Row
from jiuzhu_sim.explorer.views.family import FAMILY_VIEWS, FamilyView
from jiuzhu_sim.language import text
from jiuzhu_sim.population.form import form_fields

WANTED = ("benefit_m_hh",)
"""What the law's controls are for."""

TABS = {
    "curves": ("family_schedule", "family_emtr", "family_cliffs"),
    "steps": ("family_receipt",),
    "slopes": ("family_slopes",),
}
"""Which views stand on which tab; the answer stands above them."""

OPEN = (f"{FAMILY}people", f"{FAMILY}income")
"""Groups of the form that are open from the start."""


def family_panel(model: FamilyModel) -> Panel | None:
    """A form for one family and the law, and live beside it what the family gets, why, and how it
    moves with earnings. None where no page is open on the kernel, as under papermill.

    Raises JZ-E046 without ipywidgets, and what the calculation raises.

    >>> from jiuzhu_sim.policy import load_policy
    >>> from jiuzhu_sim.population.family import Family
    >>> panel = family_panel(FamilyModel(Family(), load_policy("example-county")))
    >>> panel is None or panel.message.value == ""
    True
    """
    return FamilyPanel(model) if is_live() else None


class FamilyPanel(Panel):
    """The panel of `family_panel`: the form, the law's parameters, and the views of a family."""

    def __init__(self, model: FamilyModel):
        self.model = model
        self._start = self._family()
        form = [
            replace(each, value=self._start[each.path], unlimited=self._follows(each.path))
            for each in family_controls()
        ]
        tabs = {text(f"panel.family.{key}"): keys for key, keys in TABS.items()}
        super().__init__(
            [*form, *controls(model.baseline, WANTED)],
            OPEN,
            Board(FAMILY_VIEWS, tabs, self.state, "family_result"),
            self._take,
            self._values,
        )

    def state(self, views: Sequence[FamilyView], dragging: bool) -> FamilyState:
        """The state these views need."""
        return self.model.state(slopes=any(view.slopes for view in views), dragging=dragging)

    def above(self) -> list[Any]:
        """Back to the family and the law at the start."""
        button = self._kit.Button(description=text("panel.family.reset"))
        button.on_click(lambda _: self.act(self._reset))
        return [button]

    def make_row(self, control: Control) -> Row:
        """The widgets of one field or parameter."""
        free = text("panel.family.all") if self._follows(control.path) else ""
        return Row(control, self.told, free)

    def _follows(self, path: str) -> bool:
        """Whether a field may do without a value, and then is as another one."""
        field = form_fields().get(path.removeprefix(FAMILY))
        return field is not None and bool(field.alike)

    def _family(self) -> dict[str, Any]:
        """The fields of the form under the paths of their controls."""
        return {f"{FAMILY}{name}": value for name, value in asdict(self.model.family).items()}

    def _take(self, path: str, value: Any, dragging: bool) -> None:
        """A field of the form, or a parameter of the law, has a new value."""
        if path in self._start:
            given = None if value == math.inf else value
            self.model.describe({path.removeprefix(FAMILY): given}, dragging=dragging)
        else:
            self.model.set(path, value, dragging=dragging)

    def _values(self) -> dict[str, Any]:
        """What differs from the start, in the form and in the law."""
        moved = {p: value for p, value in self._family().items() if value != self._start[p]}
        return {**moved, **self.model.changes}

    def _reset(self) -> None:
        self.quiet.drop()
        first = {path.removeprefix(FAMILY): value for path, value in self._start.items()}
        self.model.replace(first, {})
        self.show_values()
        self.board.draw()
