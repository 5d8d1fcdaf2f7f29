"""`Evidence`: what an assessment rests on: log, households, books, verified lists, own returns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.checked import Checked
from jiuzhu_sim.assessment.indicators.returns import Returns
from jiuzhu_sim.casework.books.three_way import Mismatches
from jiuzhu_sim.casework.conduct.conduct import Conduct, conduct
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.procedure.procedure import Procedure, load_procedure
from jiuzhu_sim.casework.procedure.verdicts import Verdicts
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.population import People


@dataclass(frozen=True)
class Evidence:
    """What there is to measure townships by; make it with `evidence_of`.

    Each part is None where it was not given: `log` with its verdicts (`limits`, `conduct`) by
    `procedure`; `people` on the roll with `results` of the law on what they report; `checked`: the
    roll verified, whole from the truth of synthetic people or in part from lists handed back;
    `books`: payments, ledger and system compared; `returns`: an own table.
    """

    units: tuple[str, ...]
    people: People | None = None
    results: Results | None = None
    log: Log | None = None
    procedure: Procedure | None = None
    limits: Verdicts | None = None
    conduct: Conduct | None = None
    returns: Returns | None = None
    checked: Checked | None = None
    books: Mismatches | None = None

    @property
    def is_synthetic(self) -> bool:
        """Whether any part of it is made up."""
        people, log, returns = self.people, self.log, self.returns
        made_up = people is not None and people.about.get("source") == "synthetic"
        made_up |= log is not None and log.is_synthetic
        return made_up or (returns is not None and returns.is_synthetic)

    def place_of(self, names: Sequence[str], positions: NDArray[Any]) -> NDArray[np.int64]:
        """The unit of each row whose township is `names[position]`; -1 where it is none of them."""
        by_name = {name: k for k, name in enumerate(self.units)}
        table = np.array([*(by_name.get(str(name), -1) for name in names), -1], np.int64)
        return table[np.asarray(positions, np.int64)]

    def place_of_labels(self, labels: NDArray[Any]) -> NDArray[np.int64]:
        """The unit of each row by the name of its township; -1 where it is none of them."""
        names, position = np.unique(np.asarray(labels, object).astype(str), return_inverse=True)
        return self.place_of(names.tolist(), position)


def evidence_of(
    *,
    people: People | None = None,
    results: Results | None = None,
    log: Log | None = None,
    procedure: Procedure | str | None = None,
    limits: Verdicts | None = None,
    conduct: Conduct | None = None,
    returns: Returns | None = None,
    verification: Checked | None = None,
    books: Mismatches | None = None,
    units: Iterable[str] | None = None,
) -> Evidence:
    """Put together what there is. Townships are those of the log and the people, by name, unless
    `units` names them (and their order).

    `limits` and `conduct` are judged from `log` by `procedure` unless given (those of a ledger with
    one date a step are given: see `report.casework.judge`). `verification`: see `checked.py`.

    Raises JZ-E098 where nothing tells of any township; JZ-E060 for townships of `units` of which
    nothing is known, and for returns of a township that is none of the units.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> log = log_of([{"township": "乙乡", "programme": "dibao"}, {"township": "甲镇"}])
    >>> evidence_of(log=log, procedure="national").units
    ('乙乡', '甲镇')
    """
    if isinstance(procedure, str):
        procedure = load_procedure(procedure)
    if log is not None and procedure is not None:
        limits = _limits(log, procedure) if limits is None else limits
        conduct = _conduct(log, procedure, people) if conduct is None else conduct
    known = _townships(people, log, verification)
    named = returns.units if returns is not None else ()
    chosen = tuple(units) if units is not None else tuple(sorted(known)) or tuple(named)
    if not chosen:
        words = {part: text(f"indicators.no_units.{part}") for part in ("what", "why", "need")}
        raise JZError.of("JZ-E098", **words)
    problems = Problems()
    seen = known | set(named)
    _tell_unknown(problems, [name for name in chosen if seen and name not in seen], seen)
    _tell_unknown(problems, [name for name in named if name not in chosen], chosen)
    problems.raise_if_any()
    return Evidence(
        chosen, people, results, log, procedure, limits, conduct, returns, verification, books
    )


def _limits(log: Log, procedure: Procedure) -> Verdicts:
    return limits(log, procedure)


def _conduct(log: Log, procedure: Procedure, people: Any) -> Conduct:
    return conduct(log, procedure, people)


def _tell_unknown(problems: Problems, names: Iterable[str], known: Iterable[str]) -> None:
    kind, shown = text("indicators.unit"), sorted(known)
    for name in names:
        near = nearest(name, shown)
        problems.add("JZ-E060", name=name, kind=kind, nearest=near, known=", ".join(shown))


def _townships(people: People | None, log: Log | None, checked: Checked | None) -> set[str]:
    """The names of all townships in which there is a household or a case."""
    found: set[str] = set()
    if people is not None and "township" in people:
        found |= {str(name) for name in np.unique(people["township"])}
    if log is not None:
        found |= set(log.labels("township").tolist())
    if checked is not None:
        found |= {str(name) for name in np.unique(checked.township)}
    return found - {""}
