"""Views as HTML widgets: one always in sight, the others on tabs; only what is seen is redrawn
while a slider moves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiuzhu_sim.explorer.notebook.live import toolkit

CLOSED, OPEN = '<details class="jz-data"', '<details open class="jz-data"'

State = Any
"""What the views draw: the state of a `Model` or of a `FamilyModel`."""

Asked = Callable[[Sequence[Any], bool], State]
"""Views, and whether a slider is moving → the state they need."""


class Board:
    """Views of a model: `first` above the tabs; `tabs` maps a title to the keys of its views.

    `state(views, dragging)` computes what these views need. While dragging only what is in sight
    is computed; views that take many runs wait until they are seen and the slider rests.

    >>> from types import SimpleNamespace as View
    >>> views = {k: View(key=k, live=True, html=lambda s, k=k: f"{k} {s}") for k in "abc"}
    >>> board = Board(views, {"one": ["b"], "two": ["c"]}, lambda asked, dragging: len(asked), "a")
    >>> board.draw(dragging=True)
    >>> [page.value for page in board.pages]
    ['a 2', '<div class="jz-views">b 2</div>', '']
    """

    def __init__(
        self,
        views: Mapping[str, Any],
        tabs: Mapping[str, Sequence[str]],
        state: Asked,
        first: str,
    ):
        kit = toolkit()
        self._views, self._state = views, state
        self._keys = [[first], *(list(keys) for keys in tabs.values())]
        self.pages = [kit.HTML() for _ in self._keys]
        self.tabs = kit.Tab(self.pages[1:], titles=list(tabs), selected_index=0)
        self.widget = kit.VBox([self.pages[0], self.tabs])
        self.data_open = False
        self._drawn: dict[str, str] = dict.fromkeys(views, "")
        self._behind = set(range(len(self.pages)))

    @property
    def seen(self) -> list[int]:
        """Numbers of the pages in sight."""
        return [0, 1 + (self.tabs.selected_index or 0)]

    def draw(self, *, dragging: bool = False) -> None:
        """Draw what is in sight; once the slider rests, the quick pages out of sight as well."""
        self._behind = set(range(len(self.pages)))
        quick = [number for number in self._behind if self._is_quick(number)]
        if dragging:
            for number in set(self.seen) - set(quick):
                self.pages[number].add_class("jz-stale")
            self._fill([number for number in self.seen if number in quick], dragging)
        else:
            self._fill(sorted({*quick, *self.seen}), dragging)

    def turn(self) -> None:
        """Draw the tab just opened, if it is behind."""
        self._fill([number for number in self.seen if number in self._behind], False)

    def show_data(self, is_open: bool) -> None:
        """Open or close the data tables under all charts."""
        self.data_open = is_open
        for number in range(len(self.pages)):
            self._write(number)

    def _is_quick(self, number: int) -> bool:
        return any(self._views[key].live for key in self._keys[number])

    def _fill(self, numbers: Sequence[int], dragging: bool) -> None:
        views = [self._views[key] for number in numbers for key in self._keys[number]]
        asked = [view for view in views if view.live or not dragging]
        if not asked:
            return
        state = self._state(asked, dragging)
        self._drawn |= {view.key: view.html(state) for view in asked}
        for number in numbers:
            self._write(number)
            self.pages[number].remove_class("jz-stale")
        if not dragging:
            self._behind -= set(numbers)

    def _write(self, number: int) -> None:
        drawn = "".join(self._drawn[key] for key in self._keys[number])
        if number and drawn:
            drawn = f'<div class="jz-views">{drawn}</div>'
        self.pages[number].value = drawn.replace(CLOSED, OPEN) if self.data_open else drawn
