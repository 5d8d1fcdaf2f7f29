"""The funding gap inside a notebook: `funding_panel`, sliders for standards and money, and
`forecast_here`, which shows a first answer while the better one is being computed."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.controls import FIRST, Control, control
from jiuzhu_sim.explorer.funding import FundingModel, FundingState
from jiuzhu_sim.explorer.notebook.board import Board
from jiuzhu_sim.explorer.notebook.live import is_live
from jiuzhu_sim.explorer.notebook.panel import Panel
from jiuzhu_sim.explorer.views.gap import FUNDING_VIEWS, FundingView
from jiuzhu_sim.language import in_brackets, text, unit_label
from jiuzhu_sim.outlook.afford.affordable import GOALS, PATHS, Ask, answer, bounds
from jiuzhu_sim.outlook.money.funds import Funds
from jiuzhu_sim.outlook.need.forecast import Forecast
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.report.funding_words import answer_said, plain

TABS = {
    "curve": ("gap_curve",),
    "months": ("gap_months",),
    "both": ("gap_both",),
    "drivers": ("gap_drivers",),
    "wording": ("gap_wording",),
}
"""Which views stand on which tab; the answer stands above them."""

KNOBS = ("growth", "opening", "local", "upper", "upper_cv", "risk", "round_to", "ratio_min")
MONEY = ("opening", "local", "upper", "upper_cv")
"""What a budget file says in place of the sliders."""


def funding_panel(
    forecast: Forecast,
    policy: Policy,
    ask: Ask,
    *,
    funds: Funds | None = None,
    stamps: tuple[str, ...] = (),
    households: int = 0,
) -> Panel | None:
    """Sliders for standards, growth, funds and risk, and the four numbers beside them, live.

    `funds`: of a budget file; then the sums have no sliders. None where no page is open on the
    kernel, as under papermill. Raises JZ-E046 without ipywidgets and what the solver raises.
    """
    if not is_live():
        return None
    return FundingPanel(
        FundingModel(forecast, policy, ask, funds=funds, stamps=stamps, households=households)
    )


def forecast_here(made: Iterable[Forecast], policy: Policy, ask: Ask, runs: int) -> Forecast:
    """The last and best of several forecasts; where a page is open, the answer of each before is
    shown in a line until the next one is there.
    """
    last = None
    line = _Line() if is_live() else None
    for forecast in made:
        last = forecast
        if line is not None and forecast.runs < runs:
            first = text("funding_gap.first", runs=forecast.runs, of=runs)
            line.say(f"{answer_said(answer(forecast, policy, ask))} {first}")
    if last is None:
        raise JZError.of("JZ-E099", reason="no forecast", log="—")
    if line is not None:
        error = f"{last.error:.2%}"
        told = {"runs": last.runs, "draws": f"{last.draws:,}", "seconds": f"{last.seconds:.0f}"}
        line.say(text("funding_gap.final", error=error, **told))
    return last


class _Line:
    """One line on the page, replaced in place."""

    def __init__(self) -> None:
        self._shown: Any = None

    def say(self, words: str) -> None:
        from IPython.display import HTML, display

        made = HTML(f'<p class="jz-progress" aria-live="polite">{html.escape(words)}</p>')
        if self._shown is None:
            self._shown = display(made, display_id=True)
        else:
            self._shown.update(made)


class FundingPanel(Panel):
    """The panel of `funding_panel`."""

    def __init__(self, model: FundingModel):
        self.model = model
        tabs = {text(f"funding_gap.tab.{key}"): keys for key, keys in TABS.items()}
        super().__init__(
            _controls(model),
            [FIRST],
            Board(FUNDING_VIEWS, tabs, self.state, "gap_answer"),
            lambda name, value, dragging: model.set(name, value, dragging=dragging),
            lambda: model.changes,
        )

    def state(self, views: Iterable[FundingView], dragging: bool) -> FundingState:
        """The state these views need; the button says what it would put in."""
        asked = list(views)
        made = self.model.state(
            curve=any(view.curve for view in asked),
            contour=any(view.contour for view in asked),
            slow=any(view.key == "gap_drivers" for view in asked),
            dragging=dragging,
        )
        found = made.answer.solution
        values = _in_yuan(found.values) if found.is_found else ""
        self.apply.description = text("funding_gap.apply", value=values)
        self.apply.disabled = not values
        return made

    def above(self) -> list[Any]:
        """Put the affordable standard in; all back to the start."""
        kit = self._kit
        self.apply = kit.Button(description=text("funding_gap.apply", value=""))
        self.apply.button_style = "primary"
        self.apply.on_click(lambda _: self.act(self._apply))
        self.reset = kit.Button(description=text("funding_gap.reset"))
        self.reset.on_click(lambda _: self.act(self._reset))
        tools = kit.HBox([self.apply, self.reset])
        tools.add_class("jz-tools")
        return [tools]

    def _apply(self) -> str:
        self.quiet.drop()
        values = self.model.apply()
        if not values:
            return text("funding_gap.nothing_to_apply")
        self.show_values()
        self.board.draw()
        return text("funding_gap.applied", value=_in_yuan(values))

    def _reset(self) -> None:
        self.quiet.drop()
        self.model.reset()
        self.show_values()
        self.board.draw()


def _in_yuan(values: Mapping[str, float]) -> str:
    shown = " / ".join(plain(value) for _, value in sorted(values.items(), reverse=True))
    return text("funding_gap.yuan", n=shown)


def _controls(model: FundingModel) -> list[Control]:
    """The standards, what is solved for, then money, growth and risk."""
    law = [control(model.baseline, path) for path in reversed(PATHS.values())]
    goals = tuple((key, text(f"funding_gap.goal.{key}")) for key in GOALS)
    title = text("funding_gap.knob.goal")
    goal = _control("goal", "choice", title, model.first.goal, {}, choices=goals)
    names = [name for name in KNOBS if model.funds is None or name not in MONEY]
    numbers = []
    for name in names:
        allowed = bounds()[name]
        kind = "integer" if name == "round_to" else "number"
        unit = unit_label(allowed["unit"]) if allowed["unit"] not in ("share", "ratio") else ""
        label = text(f"funding_gap.knob.{name}")
        shown = in_brackets(label, unit) if unit else label
        numbers.append(_control(name, kind, shown, getattr(model.first, name), allowed))
    return [*law, goal, *numbers]


def _control(
    name: str,
    kind: str,
    title: str,
    value: Any,
    allowed: Mapping[str, Any],
    choices: tuple[tuple[str, str], ...] = (),
) -> Control:
    low, high = allowed.get("slide", (None, None))
    return Control(
        path=name,
        kind=kind,
        label=title,
        title=title,
        unit="",
        value=value,
        low=allowed.get("low"),
        high=allowed.get("high"),
        slide_low=low,
        slide_high=high,
        step=allowed.get("step"),
        unlimited=False,
        choices=choices,
        basis="",
        group=FIRST,
        group_label=text("funding_gap.group"),
    )
