"""Errors a user can act on: code, what is wrong, where, how to fix it.

The wording stands in `errors.yaml`; a code never changes its meaning. Problems are
collected and raised together, so a user mends a file once, not ten times.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    """One thing that is wrong: a code, the place, and the values that fill its wording.

    `sentence` is the whole wording where it was made elsewhere (in the kernel of a notebook).
    """

    code: str
    where: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    sentence: str = ""

    def _wording(self, part: str) -> str:
        return catalogue()[self.code][language()][part].format(**self.values)

    @property
    def what(self) -> str:
        return self._wording("what")

    @property
    def fix(self) -> str:
        return self._wording("fix")

    def __str__(self) -> str:
        if self.sentence:
            return self.sentence
        place = f"{self.where} · " if self.where else ""
        remedy = "怎么改：" if language() == "zh" else "To fix: "
        return f"[{self.code}] {place}{self.what} {remedy}{self.fix}"

    def as_dict(self) -> dict[str, str]:
        """Code, where, what and fix, for machines."""
        return {"code": self.code, "where": self.where, "what": self.what, "fix": self.fix}


class JZError(Exception):
    """One or more problems, all told at once.

    `problems`: each has a `code` (``JZ-E001`` …, listed in `errors.yaml`, never changing its
    meaning) and says what is wrong, where, and how to mend it; `codes` are theirs in order.

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

    @classmethod
    def unknown(cls, kind: str, name: str, known: Iterable[str]) -> "JZError":
        """JZ-E060: no `kind` (a word in the user's language) has this name; the nearest is told."""
        names = sorted(known)
        near = nearest(name, names)
        return cls.of("JZ-E060", name=name, kind=kind, nearest=near, known=", ".join(names))

    @classmethod
    def relayed(cls, message: str) -> "JZError | None":
        """The error whose text this is, made in another process; None if it is no such text.

        >>> error = JZError.relayed("[JZ-E020] a.yaml · …")
        >>> error.codes, str(error)
        (('JZ-E020',), '[JZ-E020] a.yaml · …')
        """
        found = [re.match(r"\[(JZ-E\d{3})\] ", line) for line in message.strip().splitlines()]
        if not found or not all(found):
            return None
        return cls(Problem(match[1], sentence=match.string) for match in found if match)

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


@contextmanager
def optional(package: str, extra: str = "reports") -> Iterator[None]:
    """What is imported inside comes with an extra of the package: without it JZ-E046 says which.

    >>> try:
    ...     with optional("typst"):
    ...         import jiuzhu_sim.no_such_module
    ... except JZError as error:
    ...     print(error)
    [JZ-E046] 缺少组件 typst。 怎么改：运行：pip install "jiuzhu_sim[reports]"
    """
    try:
        yield
    except ImportError as fault:
        raise JZError.of("JZ-E046", package=package, extra=extra) from fault


def nearest(name: str, known: Iterable[str], n: int = 1) -> str:
    """The known name or names that look most like `name`; ``"—"`` when none comes near.

    >>> nearest("dibao.standrad.rural", ["dibao.standard.rural", "edge.ratio"])
    'dibao.standard.rural'
    """
    return ", ".join(get_close_matches(str(name), map(str, known), n=n, cutoff=0.5)) or "—"
