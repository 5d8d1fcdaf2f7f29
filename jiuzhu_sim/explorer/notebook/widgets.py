"""The sliders inside a notebook: `explore`, a panel on a `Model`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.whatif import TABLES
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.application.answers import ALWAYS, PANELS
from jiuzhu_sim.explorer.controls import FIRST, controls
from jiuzhu_sim.explorer.model import Model, State, Wanted
from jiuzhu_sim.explorer.notebook.board import Board
from jiuzhu_sim.explorer.notebook.live import is_live
from jiuzhu_sim.explorer.notebook.panel import Panel
from jiuzhu_sim.explorer.views.views import VIEWS, View
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.report.scenarios import SUFFIXES
from jiuzhu_sim.report.whatif import whatif_report


def explore(
    people: People,
    policy: Policy,
    scenario: Policy | None = None,
    *,
    per: str = "person",
    min_cell: int = MIN_N,
    folder: str = "",
    compare: Sequence[Policy] = (),
) -> Panel | None:
    """Sliders for the parameters of `policy` and what a change of them does to `people`, live.

    `scenario`: where the sliders stand at first (default: at `policy`); `per`: whether winners and
    losers count ``person`` or ``household``; rows of fewer than `min_cell` households are hidden,
    but for synthetic people; files are saved to `folder`; `compare`: scenarios kept for comparison.
    None where no page is open on the kernel, as under papermill: a slider in an exported file would
    be dead.
    Raises JZ-E008 for a scenario of another place, JZ-E046 without ipywidgets, and what `simulate`
    raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> panel = jz.explore(people, jz.load_policy("example-county"))
    >>> panel is None or panel.model.changes == {}
    True
    """
    if not is_live():
        return None
    model = Model(people, policy, per=per, min_cell=min_cell)
    for each in (*compare, *([scenario] if scenario else [])):
        if each.place != policy.place:
            raise JZError.of("JZ-E008", baseline=each.place, place=policy.place)
    if scenario is not None:
        changes = {change.path: change.new for change in policy.diff(scenario)}
        model.change(changes, name=scenario.label)
    model.remembered = {each.title: each for each in compare}
    return Explorer(model, folder)


class Explorer(Panel):
    """The panel of `explore`: sliders and views of a `Model`, and what can be done with a scenario:
    name, save, open, keep for comparison, export."""

    def __init__(self, model: Model, folder: str = ""):
        self.model, self._folder = model, folder
        # The application shows one family as well; here that is the panel of notebook 03.
        pages = {key: keys for key, keys in PANELS.items() if set(keys) <= VIEWS.keys()}
        tabs = {text(f"app.panel.{key}"): keys for key, keys in pages.items()}
        super().__init__(
            controls(model.baseline, model.base.plan.wanted),
            [FIRST],
            Board(VIEWS, tabs, self.state, ALWAYS[0]),
            lambda path, value, dragging: model.set(path, value, dragging=dragging),
            lambda: model.changes,
        )
        self._list_kept()

    def state(self, views: Sequence[View], dragging: bool) -> State:
        """The state these views need."""
        wanted = Wanted()
        for view in views:
            wanted = wanted | view.wanted
        return self.model.state(wanted, dragging=dragging)

    def above(self) -> list[Any]:
        """Back to the present law; persons or households; data tables open or not."""
        kit = self._kit
        self.per = kit.ToggleButtons(
            options=[(text(f"panel.{per}"), per) for per in ("person", "household")],
            value=self.model.per,
            style={"button_width": "auto"},
        )
        self.per.observe(lambda change: self.act(lambda: self._count(change.new)), "value")
        data = kit.Checkbox(description=text("panel.data"), indent=False)
        data.observe(lambda change: self.act(lambda: self.board.show_data(change.new)), "value")
        counted = self._tools(kit.Label(text("panel.per")), self.per)
        return [self._tools(self._button("reset", self._reset), data), counted]

    def below(self) -> list[Any]:
        """Name and place of the scenario; save, open, keep, export."""
        kit = self._kit
        self.name = kit.Text(description=text("panel.name"), placeholder=text("panel.name_hint"))
        self.path = kit.Text(
            description=text("panel.path"), value=str(Path(self._folder) / text("file.scenario"))
        )
        self.upload = kit.FileUpload(accept=",".join(SUFFIXES), description=text("panel.open"))
        self.upload.observe(lambda change: self.act(lambda: self._open(change.new)), "value")
        self.kept = kit.HBox()
        self.kept.add_class("jz-tools")
        buttons = (
            self._button("save", self._save),
            self.upload,
            self._button("remember", self._remember),
            self._button("export", self._export),
        )
        return [self.name, self.path, self._tools(*buttons), self.kept]

    def _tools(self, *parts: Any) -> Any:
        box = self._kit.HBox(parts)
        box.add_class("jz-tools")
        return box

    def _button(self, key: str, do: Callable[[], str | None], **said: str) -> Any:
        button = self._kit.Button(description=text(f"panel.{key}", **said))
        button.on_click(lambda _: self.act(do))
        return button

    # -- what the buttons do; the sentence that comes back is shown ---------------------------
    def _count(self, per: str) -> None:
        self.model.per = per
        self.board.draw()

    def _reset(self) -> None:
        self.quiet.drop()
        self.model.reset()
        self.name.value = ""
        self._show()

    def _show(self) -> None:
        self.show_values()
        self.board.draw()

    def _title(self) -> str:
        return self.name.value.strip() or self.model.scenario.title

    def _target(self) -> Path:
        """The file the scenario goes to: as given, or the usual name in the folder given."""
        given = Path(self.path.value.strip())
        return given if given.suffix.lower() in SUFFIXES else given / text("file.scenario")

    def _save(self) -> str:
        if not self.model.changes:
            return text("panel.nothing")
        saved = write_whole(self._target(), self.model.text(self._title()).encode())
        return text("panel.saved", path=saved.absolute())

    def _open(self, files: Sequence[Mapping[str, Any]]) -> str | None:
        if not files:
            return None
        given, self.upload.value = files[0], ()
        try:
            content = bytes(given["content"]).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise JZError.of("JZ-E021", given["name"], reason=str(fault)) from fault
        self.quiet.drop()
        self.model.load(content, given["name"])
        self.name.value = self.model.scenario.title
        self._show()
        return text("panel.opened", name=given["name"])

    def _remember(self) -> str:
        if not self.model.changes:
            return text("panel.nothing")
        name = self._title()
        self.model.remember(name)
        self._list_kept()
        self.board.draw()
        return text("panel.kept_for", name=name, view=text("app.panel.compare"))

    def _forget(self, name: str) -> None:
        self.model.forget(name)
        self._list_kept()
        self.board.draw()

    def _list_kept(self) -> None:
        def button(name: str) -> Any:
            return self._button("forget", lambda: self._forget(name), name=name)

        self.kept.children = [button(name) for name in self.model.remembered]

    def _export(self) -> str:
        state = self.model.state(Wanted(frozenset(TABLES), provisions=True, comparison=True))
        report = whatif_report(state.compared, state.provisions, state.comparison)
        written = report.write(self._target().parent)
        return text("panel.saved", path=written[0].absolute())
