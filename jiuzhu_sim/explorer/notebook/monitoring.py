"""Warnings in a notebook: sliders for score, thresholds, officers and rules, and what follows."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.engine import Results
from jiuzhu_sim.explorer.controls import FIRST, Control
from jiuzhu_sim.explorer.notebook.board import Board
from jiuzhu_sim.explorer.notebook.live import is_live
from jiuzhu_sim.explorer.notebook.panel import Panel
from jiuzhu_sim.explorer.views.pieces import amount, fragment, paragraph
from jiuzhu_sim.explorer.views.svg import escape
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.monitoring.dials import Dials, Outcome, cuts, outcome
from jiuzhu_sim.outlook.monitoring.records import LEAST, MOST
from jiuzhu_sim.outlook.monitoring.tables import kind_table, month_table
from jiuzhu_sim.outlook.monitoring.watch import Watch
from jiuzhu_sim.report.annual import stamps

RULES = "rules"
STEPS = {"multiplier": 0.05, "cut": 1, "officers": 1}
OFFICERS_MAX = 200
"""Officers at the end of the slider; more may be typed."""


@dataclass(frozen=True)
class WatchState:
    """What the views draw: the outcome, its table by kind, the stamps, the seconds it took."""

    made: Outcome
    kinds: Table
    stamps: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class WatchView:
    """One view: key, HTML of a state, whether it follows a slider."""

    key: str
    html: Callable[[WatchState], str]
    live: bool = True


def _answer(state: WatchState) -> str:
    made, kinds = state.made, state.kinds
    stopped = kinds.get("warning_gain", "over")
    cards = (
        (kinds.show("warning_recall", TOTAL), "recall"),
        (f"{made.precision:.1%}", "precision"),
        (text("card.monitoring.months", n=kinds.show("warning_lead", TOTAL)), "lead"),
        (f"{made.monthly_visits.mean():,.0f}", "visits"),
    )
    shown = "".join(
        f'<div class="jz-card"><span>{escape(text(f"card.monitoring.{name}"))}</span>'
        f"<b>{escape(number)}</b></div>"
        for number, name in cards
    )
    marks = "".join(f'<li class="stamp">{escape(each)}</li>' for each in state.stamps)
    brought = kinds.get("warning_gain", TOTAL) - stopped
    basis = text(
        "monitoring.basis_said",
        households=f"{made.watch.people.households:,}",
        months=made.watch.months,
        seconds=f"{state.seconds:.2f}",
    )
    said = text(
        "monitoring.said.answer",
        cut=f"{made.dials.cut:g}",
        new=kinds.show("warning_new", TOTAL),
        found=kinds.show("warning_found", TOTAL),
        recall=kinds.show("warning_recall", TOTAL),
        lead=kinds.show("warning_lead", TOTAL),
        visits=f"{made.monthly_visits.mean():,.0f}",
        days=f"{made.days:,.0f}",
        precision=f"{made.precision:.1%}",
        amount=f"{made.ratio('amount', 'visits'):.1%}",
        gain=amount(brought),
        stopped=amount(stopped),
    )
    return fragment(
        "watch-answer",
        text("monitoring.section.answer"),
        f'<p class="jz-said" aria-live="polite">{escape(said)}</p>',
        f'<div class="jz-cards">{shown}</div>',
        paragraph(basis, "jz-basis"),
        f'<ul class="jz-stamps">{marks}</ul>',
    )


VIEWS = {
    "watch_answer": WatchView("watch_answer", _answer),
    "watch_kinds": WatchView(
        "watch_kinds",
        lambda s: fragment("watch-kinds", text("monitoring.section.kinds"), s.kinds._repr_html_()),
    ),
    "watch_months": WatchView(
        "watch_months",
        lambda s: fragment(
            "watch-months",
            text("monitoring.section.months"),
            month_table(s.made)._repr_html_(),
        ),
    ),
}


def monitoring_panel(
    watch: Watch, dials: Dials, results: Results, working: Assumptions | None = None
) -> "MonitoringPanel | None":
    """Sliders for the dials of a watch, live; None where no page is open on the kernel, as under
    papermill. `results`: the law on the same people, for the stamps; `working`: hours of a visit.

    Raises JZ-E046 without ipywidgets.
    """
    if not is_live():
        return None
    marks = stamps(results, "stamp.monitoring", gate_of(results))
    return MonitoringPanel(watch, dials, marks, working)


class MonitoringPanel(Panel):
    """The panel of `monitoring_panel`."""

    def __init__(
        self,
        watch: Watch,
        dials: Dials,
        marks: tuple[str, ...] = (),
        working: Assumptions | None = None,
    ):
        self.watch, self.first, self.dials = watch, dials, dials
        self.marks, self.working = marks, working
        tabs = {
            text("monitoring.tab.kinds"): ("watch_kinds",),
            text("monitoring.tab.months"): ("watch_months",),
        }
        super().__init__(
            _controls(watch, dials),
            [FIRST],
            Board(VIEWS, tabs, self.state, "watch_answer"),
            lambda name, value, dragging: self.set(name, value),
            lambda: self.changes,
        )

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the start, by name of the control."""
        moved = {name: getattr(self.dials, name) for name in STEPS
                 if getattr(self.dials, name) != getattr(self.first, name)}  # fmt: skip
        turned = set(self.dials.off) ^ set(self.first.off)
        return moved | {f"{RULES}.{key}": key not in self.dials.off for key in turned}

    def set(self, name: str, value: Any) -> None:
        """Turn one dial. Raises JZ-E032 and leaves all as it was."""
        if name.startswith(f"{RULES}."):
            key = name.partition(".")[2]
            rest = tuple(each for each in self.dials.off if each != key)
            self.dials = replace(self.dials, off=rest if value else (*rest, key))
        else:
            values: dict[str, Any] = {name: float(value)}
            self.dials = replace(self.dials, **values)

    def state(self, views: Iterable[WatchView], dragging: bool) -> WatchState:
        """The outcome under the dials as they stand."""
        started = time.perf_counter()
        made = outcome(self.watch, self.dials, self.working)
        kinds = kind_table(made)
        return WatchState(made, kinds, self.marks, time.perf_counter() - started)


def _controls(watch: Watch, dials: Dials) -> list[Control]:
    """Score, thresholds and officers, then a switch for each rule."""
    top = max(cuts(watch))
    ends = {"multiplier": (LEAST, MOST), "cut": (1.0, top), "officers": (0.0, float(OFFICERS_MAX))}
    allowed = {"multiplier": (LEAST, MOST), "cut": (1.0, 1e3), "officers": (0.0, 1e5)}
    first, rules = (FIRST, text("monitoring.knob.group")), (RULES, text("monitoring.knob.rules"))
    made = [
        Control.of_dial(
            name,
            text(f"monitoring.knob.{name}"),
            getattr(dials, name),
            first,
            allowed=allowed[name],
            slide=ends[name],
            step=STEPS[name],
        )
        for name in ("cut", "multiplier", "officers")
    ]
    return made + [
        Control.of_dial(
            f"{RULES}.{rule.key}", rule.title, rule.key not in dials.off, rules, kind="boolean"
        )
        for rule in watch.warnings.rules
    ]
