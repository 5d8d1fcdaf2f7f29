"""The steps of cases as a check sees them: done when, by whom, or not known; and their order.

A step that is not on record was left out only if the log could have shown it. Where the log never
records such steps (at that level, by that role), has one without a date or a mark, or holds rows
that could not be read, the verdict is ``unknown``. Two steps on one day count as being in order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.checks import Check, RateCheck
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.limits.kit import urgent
from jiuzhu_sim.casework.log.log import Log, code
from jiuzhu_sim.casework.procedure.verdicts import CODE

Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]

NOT_STATED: Mapping[str, int] = {
    "outcome": code("event", "outcome", "none"),
    "role": code("event", "role", "unknown"),
    "level": code("event", "level", "none"),
    "department": code("event", "department", "none"),
    "list_no": 0,
}
"""What a column of an event holds where nothing was written."""
NOT_MEANT: Mapping[str, tuple[str, str]] = {
    "file": ("channel", "system"),
    "review": ("role", "applicant"),
    "vote": ("role", "discipline"),
}
"""Events that are another thing: entry in the statistics, a sign-in, the observer of a vote. The
close of a department (with `department`) is not that of the case either."""
AID_FIRST = ("temporary_emergency", "one_case")
"""Programmes in which aid may come before the papers (S2.3.4, S2.4.12)."""
FAR = np.datetime64("9999-12-31", "D")
"""A day that never comes."""


@dataclass
class Handling:
    """A log while it is checked: each step looked up once, then remembered.

    `readings` are the options of the procedure, `missing_after_days` when a step without a limit of
    its own counts as left out; `people` tell the persons of a household where the log does not.
    """

    log: Log
    readings: Mapping[str, Any] = field(default_factory=dict)
    missing_after_days: int = 30
    people: Any = None
    _found: dict[tuple[str, Step], Any] = field(default_factory=dict)

    def rows(self, step: Step) -> Rows:
        """Positions of the events of a step, by case and time."""
        return self._once("rows", step, lambda: self._meant(step, self.log.rows(step.event)))

    def _meant(self, step: Step, rows: Rows, *, or_not_stated: bool = False) -> Rows:
        wanted = dict(step.where)
        if step.event == "close" and "department" not in wanted:
            rows = rows[self.log.events["department"][rows] <= NOT_STATED["department"]]
        if step.event in NOT_MEANT and NOT_MEANT[step.event][0] not in wanted:
            column, other = NOT_MEANT[step.event]
            rows = rows[self.log.events[column][rows] != code("event", column, other)]
        for name, value in wanted.items():
            held = self.log.events[name][rows]
            number = value if name == "list_no" else code("event", name, value)
            kept = held == number
            if or_not_stated:
                kept |= (held == NOT_STATED[name]) | (held < 0)
            rows = rows[kept]
        return rows

    def _once(self, what: str, step: Step, find: Any) -> Any:
        key = (what, step)
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]

    def first(self, step: Step) -> Days:
        """The day of the first such event of each case, NaT where none: (cases,)."""
        return self._once("first", step, lambda: self._day(self.rows(step)[::-1]))

    def last(self, step: Step) -> Days:
        """The day of the last such event of each case, NaT where none: (cases,)."""
        return self._once("last", step, lambda: self._day(self.rows(step)))

    def since(self, step: Step, days: Days) -> Days:
        """The day of the first such event on or after a day of each case, NaT where none."""
        rows = self.rows(step)
        at = self.log.events["at"][rows].astype("datetime64[D]")
        return self._day(rows[at >= days[self.log.events["case"][rows]]][::-1])

    def _day(self, rows: Rows) -> Days:
        at = self.log.events["at"]
        rows = rows[~np.isnat(at[rows])]
        made = np.full(self.log.n, "NaT", "datetime64[D]")
        # Of rows of one case the last one written stays.
        made[self.log.events["case"][rows]] = at[rows].astype("datetime64[D]")
        return made

    def last_row(self, step: Step) -> Rows:
        """Position of the last such event of each case, -1 where none: (cases,)."""
        found: Rows = self._once("last_row", step, lambda: self._row(self.rows(step)))
        return found

    def first_row(self, step: Step) -> Rows:
        """Position of the first such event of each case, -1 where none: (cases,)."""
        found: Rows = self._once("first_row", step, lambda: self._row(self.rows(step)[::-1]))
        return found

    def _row(self, rows: Rows) -> Rows:
        made = np.full(self.log.n, -1, np.int64)
        made[self.log.events["case"][rows]] = rows
        return made

    def has(self, step: Step) -> Bools:
        """Whether a case has such an event, dated or not: (cases,)."""
        found: Bools = self._once("has", step, lambda: self._any(self.rows(step)))
        return found

    def _any(self, rows: Rows) -> Bools:
        made = np.zeros(self.log.n, bool)
        made[self.log.events["case"][rows]] = True
        return made

    def unmarked(self, step: Step) -> Bools:
        """Cases with an event that may be this step, its outcome, role or level not written, and
        none that is: (cases,)."""

        def find() -> Bools:
            maybe = self._meant(step, self.log.rows(step.event), or_not_stated=True)
            return self._any(maybe) & ~self.has(step)

        found: Bools = self._once("unmarked", step, find)
        return found

    def doubted(self, step: Step) -> Bools:
        """Cases where such a step may have been done although none is on record with its date."""

        def find() -> Bools:
            where = tuple((name, value) for name, value in step.where if name != "outcome")
            if not len(self.rows(Step(step.event, where))):
                return np.ones(self.log.n, bool)
            rows = self.rows(step)
            undated = rows[np.isnat(self.log.events["at"][rows])]
            return self.unmarked(step) | self._any(undated) | (self.log.cases["n_unread"] > 0)

        found: Bools = self._once("doubted", step, find)
        return found

    @cached_property
    def urgent(self) -> Bools:
        """Cases in which aid came first (as time limits have it), of the programmes that know such
        aid: (cases,)."""
        programmes = _numbers("programme", AID_FIRST)
        return urgent(self.log) & np.isin(self.log.cases["programme"], programmes)

    def excused(self, steps: Iterable[Step]) -> Bools:
        """Confidential cases need no posting: (cases,)."""
        is_post = all(step.event == "post" for step in steps)
        return np.asarray(self.log.cases["is_confidential"]) & is_post

    @cached_property
    def persons(self) -> NDArray[np.int64]:
        """Persons of each case as the log says, else of its household in `people`; 0 unknown."""
        written = np.maximum(self.log.cases["n_persons"], 0).astype(np.int64)
        if self.people is None:
            return written
        ids = self.people.numbers("id")
        order = np.argsort(ids)
        place = np.minimum(np.searchsorted(ids[order], self.log.cases["household"]), len(ids) - 1)
        household = order[place]
        is_there = ids[household] == self.log.cases["household"]
        return np.where(written > 0, written, np.where(is_there, self.people.sizes[household], 0))

    def concerned(self, check: Check | RateCheck) -> Bools:
        """Cases of the programmes and kinds that a check is about: (cases,)."""
        cases = self.log.cases
        made = np.isin(cases["programme"], _numbers("programme", check.programmes))
        made &= np.isin(cases["kind"], _numbers("kind", check.kinds))
        if isinstance(check, Check):
            if check.urgent:
                made &= self.urgent == (check.urgent == "only")
            if check.unless:
                made &= ~self.has(check.unless)
        return made


def _numbers(column: str, names: Iterable[str]) -> list[int]:
    return [code("case", column, name) for name in names]


def verdict(*cases: tuple[Any, str], otherwise: str = "not_applicable") -> Codes:
    """The verdict of the first condition that holds, case by case.

    >>> import numpy as np
    >>> verdict((np.array([True, False]), "met"), otherwise="broken").tolist()
    [1, 2]
    """
    conditions = [condition for condition, _ in cases]
    made = np.select(conditions, [CODE[name] for _, name in cases], CODE[otherwise])
    return made.astype(np.int8)


def before(handling: Handling, check: Check) -> Codes:
    """`first` is done by the day of `then`; no question until `then` is done."""
    first, then = check.given["first"], check.given["then"]
    day, done = handling.first(first), handling.first(then)
    return verdict(
        (handling.excused((first,)), "not_applicable"),
        (handling.unmarked(then), "unknown"),
        (~handling.has(then), "not_applicable"),
        (np.isnat(done), "unknown"),
        (day <= done, "met"),
        (handling.doubted(first), "unknown"),
        otherwise="broken",
    )


def order(handling: Handling, check: Check) -> Codes:
    """All steps, none left out and none before an earlier one; steps of one group in any order.

    In a case that `ends` early (a refusal) later steps may be left out, not turned round.
    """
    groups = check.given["steps"]
    days = np.stack([_group_day(handling, group) for group in groups])
    doubted = np.stack([reduce(np.logical_or, map(handling.doubted, group)) for group in groups])
    excused = np.stack([handling.excused(group) for group in groups])
    numbers = np.where(np.isnat(days), -1, days.astype(np.int64))
    there = ~np.isnat(days)
    wrong = (there & (numbers < np.maximum.accumulate(numbers, axis=0))).any(axis=0)
    later = np.logical_or.accumulate(there[::-1], axis=0)[::-1]
    skipped = ~there & later & ~excused
    ended = np.zeros(handling.log.n, bool)
    if "ends" in check.given:
        ended = handling.has(check.given["ends"])
    return verdict(
        (~there.any(axis=0), "not_applicable"),
        (wrong, "broken"),
        (ended, "met"),
        ((skipped & ~doubted).any(axis=0), "broken"),
        (skipped.any(axis=0), "unknown"),
        (there[-1], "met"),
        otherwise="running",
    )


def _group_day(handling: Handling, group: tuple[Step, ...]) -> Days:
    """The day by which every step of a group was done first; NaT while one is missing."""
    days = np.stack([handling.first(step) for step in group])
    return days.max(axis=0)


def answered(handling: Handling, check: Check) -> Codes:
    """After the last `when`, each of `by` is done before the case goes on to `before`."""
    when, goes_on = check.given["when"], check.given["before"]
    asked = handling.last(when)
    moved = handling.since(goes_on, asked)
    moved_on = ~np.isnat(moved)
    by = check.given["by"]
    answers = np.stack([handling.since(step, asked) for step in by])
    done = (~np.isnat(answers) & (~moved_on | (answers <= moved))).all(axis=0)
    doubted = reduce(np.logical_or, map(handling.doubted, by))
    return verdict(
        (handling.unmarked(when), "unknown"),
        (~handling.has(when), "not_applicable"),
        (np.isnat(asked), "unknown"),
        (done, "met"),
        (doubted, "unknown"),
        (moved_on, "broken"),
        otherwise="running",
    )


def follows(handling: Handling, check: Check) -> Codes:
    """After the first `when` comes `then`, within `days` if the clause names a number.

    Without a number a step still missing counts as left out after `missing_after_days`.
    """
    when, then = check.given["when"], check.given["then"]
    asked = handling.first(when)
    done = handling.since(then, asked)
    days = check.given.get("days")
    patience = handling.missing_after_days if days is None else days
    due = asked + np.timedelta64(int(patience), "D")
    late = np.zeros(len(done), bool) if days is None else done > due
    return verdict(
        (handling.unmarked(when), "unknown"),
        (~handling.has(when), "not_applicable"),
        (np.isnat(asked), "unknown"),
        (late, "broken"),
        (~np.isnat(done), "met"),
        (handling.doubted(then), "unknown"),
        (np.full(len(done), handling.log.at) <= due, "running"),
        otherwise="overdue",
    )


def not_after(handling: Handling, check: Check) -> Codes:
    """No `step` on a later day than `end`."""
    step, end = check.given["step"], check.given["end"]
    ended = handling.last(end)
    return verdict(
        (~handling.has(end), "not_applicable"),
        (np.isnat(ended), "unknown"),
        (handling.last(step) > ended, "broken"),
        otherwise="met",
    )


FORMS = {
    "before": before,
    "order": order,
    "answered": answered,
    "follows": follows,
    "not_after": not_after,
}
