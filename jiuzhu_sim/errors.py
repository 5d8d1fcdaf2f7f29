"""Errors a user can act on: code, what is wrong, where, how to fix it.

The wording stands in `errors.yaml`; a code never changes its meaning. Problems are
collected and raised together, so a user mends a file once, not ten times.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.language import language, read_yaml


@cache
def catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """Every code of `errors.yaml` with its zh and en wording (``what``, ``fix``)."""
    found: dict[str, dict[str, dict[str, str]]] = read_yaml(Path(__file__).with_name("errors.yaml"))
    return found


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code, the place, and the values that fill its wording."""

    code: str
    where: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def _wording(self, part: str) -> str:
        return catalogue()[self.code][language()][part].format(**self.values)

    @property
    def what(self) -> str:
        return self._wording("what")

    @property
    def fix(self) -> str:
        return self._wording("fix")

    def __str__(self) -> str:
        place = f"{self.where} · " if self.where else ""
        remedy = "怎么改：" if language() == "zh" else "To fix: "
        return f"[{self.code}] {place}{self.what} {remedy}{self.fix}"

    def as_dict(self) -> dict[str, str]:
        """Code, where, what and fix, for machines."""
        return {"code": self.code, "where": self.where, "what": self.what, "fix": self.fix}


class JZError(Exception):
    """One or more problems, all told at once.

    >>> error = JZError.of("JZ-E003", name="edge.rato", nearest="edge.ratio")
    >>> error.problems[0].code
    'JZ-E003'
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def of(cls, code: str, where: str = "", **values: Any) -> "JZError":
        """An error of a single problem."""
        return cls([Problem(code, where, values)])

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems)


class Problems(list[Problem]):
    """A list that fills up while something is checked, and raises at the end."""

    def add(self, code: str, where: str = "", **values: Any) -> None:
        self.append(Problem(code, where, values))

    def raise_if_any(self) -> None:
        if self:
            raise JZError(self)


def nearest(name: str, known: Iterable[str], n: int = 1) -> str:
    """The known name or names that look most like `name`; ``"—"`` when none comes near.

    >>> nearest("dibao.standrad.rural", ["dibao.standard.rural", "edge.ratio"])
    'dibao.standard.rural'
    """
    return ", ".join(get_close_matches(name, list(known), n=n, cutoff=0.5)) or "—"
