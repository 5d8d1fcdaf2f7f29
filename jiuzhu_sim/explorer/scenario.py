"""A scenario that moves: changes of the law as it is, named, kept in files, read from them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jiuzhu_sim.language import LANGUAGES
from jiuzhu_sim.policy import Policy, parse_reform, reform_text
from jiuzhu_sim.report.scenarios import named_after


class Moving(ABC):
    """What has a `baseline` and a `scenario`, and tells its views when the scenario moves."""

    baseline: Policy
    scenario: Policy

    @abstractmethod
    def change(
        self,
        changes: Mapping[str, Any],
        *,
        name: str | Mapping[str, str] | None = None,
        dragging: bool = False,
    ) -> None:
        """Replace the scenario by the baseline with these changes, all of them; tell the views."""

    @property
    def changes(self) -> dict[str, Any]:
        """The scenario as changes of the baseline, by path."""
        return {change.path: change.new for change in self.baseline.diff(self.scenario)}

    def set(self, path: str, value: Any, *, dragging: bool = False) -> None:
        """Change one parameter of the scenario and tell the views.

        Raises JZ-E003, E004, E005 and leaves the scenario as it was.
        """
        self.change({**self.changes, path: value}, dragging=dragging)

    def reset(self) -> None:
        """Back to the law as it is."""
        self.change({})

    def load(self, content: str, where: str) -> None:
        """Take over the scenario of a file (the text of a reform); `where`: its name.

        Raises JZ-E002, E003, E004, E005, E008, E021 and leaves the scenario as it was.
        """
        reform = parse_reform(content, where)
        loaded = reform.apply(self.baseline)
        self.change({each.path: each.new for each in self.baseline.diff(loaded)}, name=reform.title)

    def text(self, title: str = "") -> str:
        """The scenario as the text of a reform file, which the command line reads as well."""
        return reform_text(self.baseline, self.scenario, title=title or self.scenario.label)

    def _changed(self, changes: Mapping[str, Any], name: str | Mapping[str, str] | None) -> Policy:
        """The baseline with these changes, called so, or after them where nobody has named it."""
        changed = self.baseline.change(changes)
        named = name or named_after(self.baseline, changed)
        label = dict.fromkeys(LANGUAGES, named) if isinstance(named, str) else named
        return replace(changed, label=label)
