"""What the panels of the notebooks share: controls at the left, message and views at the right."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.explorer.controls import Control
from jiuzhu_sim.explorer.notebook.board import Board
from jiuzhu_sim.explorer.notebook.live import Quiet, sentence_of, toolkit
from jiuzhu_sim.explorer.notebook.rows import Row
from jiuzhu_sim.explorer.views.views import views_css
from jiuzhu_sim.language import text

FOUND_MAX = 8
"""Controls that a search shows; more would be no find."""


@cache
def panel_css() -> str:
    """The style of the panel, with that of the views."""
    own = Path(__file__).with_name("widgets.css")
    return f"{views_css()}\n{own.read_text(encoding='utf-8')}"


class Panel:
    """Controls and views of a model. Never raises into the page: what is refused is said in the
    panel, and the earlier result stays.

    `set(path, value, dragging)` changes the model (JZError leaves it as it was); `values()` gives
    what is changed against the baseline, by path. Rows of a group are made when the group is first
    opened: a hundred sliders at once would take the page seconds.
    """

    def __init__(
        self,
        controls: Sequence[Control],
        open_groups: Iterable[str],
        board: Board,
        set_value: Callable[[str, Any, bool], None],
        values: Callable[[], Mapping[str, Any]],
    ):
        self.board, self._set, self._values = board, set_value, values
        self.controls = {control.path: control for control in controls}
        self.rows: dict[str, Row] = {}
        self.quiet = Quiet(lambda: self.act(self.board.draw))
        kit = self._kit = toolkit()
        self.message = kit.HTML()
        self.message.add_class("jz-message")
        style = kit.HTML(f"<style>{panel_css()}</style>", layout={"display": "none"})
        ahead, behind = self._column(set(open_groups))
        self.left = kit.VBox([*self.above(), *ahead, *self.below(), *behind])
        self.left.add_class("jz-controls")
        right = kit.VBox([self.message, self.board.widget])
        right.add_class("jz-answers")
        self.body = kit.HBox([self.left, right])
        self.body.add_class("jz-panel")
        self.widget = kit.VBox([style, self.body])
        self.board.tabs.observe(lambda _: self.act(self.board.turn), "selected_index")
        self.act(self.board.draw)

    def _ipython_display_(self) -> None:
        """Show the panel below a sentence that stays when the page is reopened without a kernel:
        what the page itself says of a widget it cannot find helps nobody.
        """
        from IPython.display import display

        hint = text("panel.restart")
        display({"text/plain": hint, "text/html": f"<p>{html.escape(hint)}</p>"}, raw=True)
        display(self._repr_mimebundle_(), raw=True)

    def _repr_mimebundle_(self, **wanted: Any) -> Any:
        """The widget; and for a page without widgets a sentence in its place."""
        shown = self.widget._repr_mimebundle_(**wanted)
        asleep = text("panel.asleep")
        shown |= {"text/plain": asleep, "text/html": f"<p>{html.escape(asleep)}</p>"}
        return shown

    def act(self, do: Callable[[], str | None], row: Row | None = None) -> None:
        """Do something a user asked for; say what it says, or why it was refused."""
        try:
            said, wrong = do() or "", False
        except Exception as fault:  # whatever it is, the page shows a sentence
            said, wrong = f"{sentence_of(fault)} {text('panel.kept')}", True
        shown = html.escape(said).replace("\n", "<br>")
        if self.message.value != shown:
            self.message.value = shown
        if row is not None:
            row.mark(changed=row.control.path in self._values(), wrong=wrong)

    def told(self, path: str, value: Any, dragging: bool) -> None:
        """A control was moved."""
        self.act(lambda: self._move(path, value, dragging), self.rows[path])

    def _move(self, path: str, value: Any, dragging: bool) -> None:
        self.quiet.drop()
        self._set(path, value, dragging)
        self.board.draw(dragging=dragging)
        if dragging:
            self.quiet.ask()

    def show_values(self) -> None:
        """Set all rows to the model, after it was changed otherwise."""
        changed = self._values()
        for path, row in self.rows.items():
            row.show(changed.get(path, row.control.value))
            row.mark(changed=path in changed)

    def row(self, path: str) -> Row:
        """The row of a parameter, made when first asked for."""
        if path not in self.rows:
            row = self.rows[path] = self.make_row(self.controls[path])
            changed = self._values()
            if path in changed:
                row.show(changed[path])
                row.mark(changed=True)
        return self.rows[path]

    def above(self) -> list[Any]:
        """Widgets above the controls."""
        return []

    def below(self) -> list[Any]:
        """Widgets below the open controls."""
        return []

    def make_row(self, control: Control) -> Row:
        """The widgets of one control."""
        return Row(control, self.told)

    def _column(self, opened: set[str]) -> tuple[list[Any], list[Any]]:
        """The rows of the open groups; a search field and all other groups folded."""
        kit = self._kit
        groups: dict[str, list[Control]] = {}
        for control in self.controls.values():
            groups.setdefault(control.group, []).append(control)
        ahead = [self.row(c.path).widget for g in groups if g in opened for c in groups[g]]
        folded = {g: found for g, found in groups.items() if g not in opened}
        if not folded:
            return ahead, []
        boxes = [kit.VBox() for _ in folded]
        titles = [found[0].group_label for found in folded.values()]
        self.groups = kit.Accordion(boxes, titles=titles, selected_index=None)
        contents = list(folded.values())

        def unfold(change: Any) -> None:
            if change.new is not None and not boxes[change.new].children:
                boxes[change.new].children = [self.row(c.path).widget for c in contents[change.new]]

        self.groups.observe(lambda change: self.act(lambda: unfold(change)), "selected_index")
        self.search = kit.Text(placeholder=text("panel.search"))
        self.found = kit.VBox()
        self.search.observe(lambda change: self.act(lambda: self._find(change.new)), "value")
        return ahead, [self.search, self.found, self.groups]

    def _find(self, words: str) -> None:
        """Controls whose label or path holds every word."""
        parts = words.lower().split()
        hits = [
            control.path
            for control in self.controls.values()
            if parts and all(part in f"{control.title} {control.path}".lower() for part in parts)
        ]
        said = "" if hits or not parts else text("panel.not_found")
        if len(hits) > FOUND_MAX:
            said = text("panel.more", n=len(hits) - FOUND_MAX)
        note = [self._kit.HTML(html.escape(said))] if said else []
        self.found.children = [*(self.row(path).widget for path in hits[:FOUND_MAX]), *note]
