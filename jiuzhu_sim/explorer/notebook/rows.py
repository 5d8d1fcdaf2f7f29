"""A control as a row of widgets: label, slider and number box, or a choice, or a tick."""

import html
import math
from collections.abc import Callable
from typing import Any

from jiuzhu_sim.explorer.controls import Control
from jiuzhu_sim.explorer.notebook.live import toolkit
from jiuzhu_sim.language import text
from jiuzhu_sim.law import declarations

DIGITS = 9
"""Decimals kept of what a slider says: 0.1 + 0.2 is not meant to carry its tail."""

Told = Callable[[str, Any, bool], None]


class Row:
    """One parameter to change. Each change by hand is told as (path, value, while dragging).

    `widget` is what to show; `show` sets it without telling. A number without ends of a slider is
    a box alone. `free`: what to call having no number (default: no limit); told as infinity.

    >>> from jiuzhu_sim.explorer.controls import control
    >>> from jiuzhu_sim.policy import load_policy
    >>> row = Row(control(load_policy("example-county"), "dibao.standard.rural"), print)
    >>> row.slider.value = 600
    dibao.standard.rural 600 True
    """

    def __init__(self, control: Control, told: Told, free: str = ""):
        self.control, self._told, self._silent = control, told, False
        self._free = free or text("panel.unlimited")
        self.slider: Any = None
        kit = toolkit()
        self.label = kit.HTML(self._heading())
        if control.kind in ("number", "integer"):
            parts = self._number(kit)
        elif control.kind == "choice":
            options = [(label, key) for key, label in control.choices]
            self.box = kit.Dropdown(options=options, value=control.value)
            parts = [self.box]
        else:
            self.box = kit.Checkbox(value=bool(control.value), indent=False)
            parts = [self.box]
        self.box.tooltip = f"{control.title} · {control.path}"
        self.box.observe(self._typed, "value")
        self.widget = kit.VBox([self.label, kit.HBox(parts)])
        self.widget.add_class("jz-row")
        if self.slider is None and control.kind != "choice" and not control.unlimited:
            self.widget.add_class("jz-short")

    def _number(self, kit: Any) -> list[Any]:
        """Slider and box; the box takes the whole range, the slider a span around the value."""
        control, whole = self.control, self.control.kind == "integer"
        lowest = control.low if control.slide_low is None else control.slide_low
        start: Any = (lowest or 0) if control.value is None else control.value
        self.box = (kit.IntText if whole else kit.FloatText)(value=start)
        parts = [self.box]
        if control.slide_low is not None and control.slide_high is not None:
            # A slider cannot stand outside its ends: the box and the scenario can.
            self._ends = (control.slide_low, max(control.slide_high, start))
            self.slider = (kit.IntSlider if whole else kit.FloatSlider)(
                value=self._within(start),
                min=self._ends[0],
                max=self._ends[1],
                step=control.step,
                readout=False,
                tooltip=control.title,
            )
            self.slider.observe(self._slid, "value")
            parts = [self.slider, self.box]
        if control.unlimited:
            self.free = kit.Checkbox(
                value=control.value is None, description=self._free, indent=False
            )
            self.free.observe(self._freed, "value")
            self._able(control.value is not None)
            parts.append(self.free)
        return parts

    def show(self, value: Any) -> None:
        """Set the row to a value of the scenario, telling nobody."""
        self._silent = True
        try:
            endless = value is None or (isinstance(value, float) and math.isinf(value))
            if self.control.unlimited:
                self.free.value = endless
                self._able(not endless)
            if not endless:
                self.box.value = value
                if self.slider is not None:
                    self.slider.value = self._within(value)
        finally:
            self._silent = False

    def mark(self, *, changed: bool = False, wrong: bool = False) -> None:
        """Whether the value differs from the law as it is; whether it was refused."""
        for is_so, name in ((changed, "jz-changed"), (wrong, "jz-wrong")):
            (self.widget.add_class if is_so else self.widget.remove_class)(name)

    def _heading(self) -> str:
        """Label and unit, then the present value; the clause when the mouse rests on it."""
        control, known = self.control, declarations().get(self.control.path)
        aside = ""
        if known is not None and (control.value is not None or control.unlimited):
            present = math.inf if control.value is None else control.value
            aside = text("panel.now", value=known.show(present))
        elif known is not None:
            aside = control.basis
        small = f" <small>{html.escape(aside)}</small>" if aside else ""
        hint = html.escape(" · ".join(filter(None, (control.path, control.basis))))
        return f'<span title="{hint}">{html.escape(control.title)}{small}</span>'

    def _within(self, value: float) -> float:
        return min(max(value, self._ends[0]), self._ends[1])

    def _able(self, able: bool) -> None:
        for part in (self.slider, self.box):
            if part is not None:
                part.disabled = not able
                part.layout.visibility = "visible" if able else "hidden"

    def _plain(self, value: Any) -> Any:
        """A number without a float's tail; a whole one as such."""
        if isinstance(value, float):
            value = round(value, DIGITS)
            return int(value) if value.is_integer() else value
        return value

    def _slid(self, change: Any) -> None:
        if not self._silent:
            value = self._plain(change.new)
            self._set(self.box, value)
            self._told(self.control.path, value, True)

    def _typed(self, change: Any) -> None:
        if not self._silent:
            value = self._plain(change.new)
            if self.slider is not None:
                self._set(self.slider, self._within(value))
            self._told(self.control.path, value, False)

    def _freed(self, change: Any) -> None:
        if not self._silent:
            self._able(not change.new)
            value = math.inf if change.new else self._plain(self.box.value)
            self._told(self.control.path, value, False)

    def _set(self, widget: Any, value: Any) -> None:
        self._silent = True
        widget.value = value
        self._silent = False
