"""The book of a synthetic office: events as they are written down, and a clock for each case."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import code, default_of
from jiuzhu_sim.casework.office.cases import Docket
from jiuzhu_sim.casework.office.offices import Offices
from jiuzhu_sim.casework.procedure.workdays import workdays_after
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.population.draws import normal, uniform

DAY = np.timedelta64(1, "D")
OPENS, HOURS_OPEN = 9 * 60, 8 * 60
"""Minutes: an office opens at nine and is open for eight hours (illustrative)."""
SOON = 60
"""Minutes at most between two steps of one day."""
DEPUTY, HEAD, MEETING, GROUP, CLERKS = range(5)
"""Places of the actors of a township: officers, the leadership meeting, the review group; clerks
follow."""
TITLES = ("deputy", "head", "meeting", "group")
COUNTY_STAFF = 3
"""Officers of the county's centre; discipline inspection and the departments follow."""

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Book:
    """Events of cases in the making.

    `place`: the office of each case; `hurry`: how much faster than others it goes; `now`: (cases,)
    datetime64[m], when something was last done.
    Every draw is a function of the seed, the number of the case and a purpose.
    """

    def __init__(self, cases: Docket, place: Rows, offices: Offices, seed: int):
        self.cases, self.place, self.offices, self.seed = cases, place, offices, seed
        self.settings = offices.settings
        self.hurry = np.where(cases.are("new", "one_case"), self.settings["one_case.pace"], 1.0)
        self.hurry[cases.in_campaign] = self.settings["campaign.pace"]
        self.now: NDArray[np.datetime64] = cases.starts.astype("datetime64[m]")
        self.now += np.timedelta64(OPENS, "m")
        self.blocks: list[dict[str, Any]] = []
        self.first_actor = np.concatenate([[0], np.cumsum(offices.staff + CLERKS)])

    def draw(self, rows: Rows, purpose: str) -> NDArray[np.float64]:
        """Uniform draws of some cases."""
        return uniform(self.seed, self.cases.case[rows], f"log {purpose}")

    def some(self, rows: Rows, purpose: str, share: Any) -> Rows:
        """Those of some cases on which a chance falls: a number, one by row, or a setting."""
        chance = self.settings[share] if isinstance(share, str) else share
        return rows[self.draw(rows, purpose) < chance]

    def done(self, rows: Rows, purpose: str) -> Rows:
        """Those cases on which a step that is due is not left out."""
        return rows[self.draw(rows, f"skips {purpose}") >= self.offices.skipped[self.place[rows]]]

    def spend(self, rows: Rows, step: str, purpose: str = "") -> None:
        """Let the working days of a step go by: the usual ones, times pace and chance."""
        noise = normal(self.seed, self.cases.case[rows], f"log days {step}{purpose}")
        usual = self.settings[f"days.{step}"] * self.offices.pace[self.place[rows]]
        usual *= self.hurry[rows]
        days = np.rint(usual * np.exp(noise * self.settings["days.spread"])).astype(np.int64)
        self.move(rows, workdays_after(self.now[rows].astype("datetime64[D]"), days), step)

    def move(self, rows: Rows, day: NDArray[np.datetime64], purpose: str) -> None:
        """Set the clock to some hour of a day; of the same day, soon after the last step."""
        drawn = self.draw(rows, f"hour {purpose}")
        hour = (OPENS + np.floor(drawn * HOURS_OPEN)).astype("timedelta64[m]")
        later = self.now[rows] + (1 + np.floor(drawn * SOON)).astype("timedelta64[m]")
        self.now[rows] = np.maximum(day.astype("datetime64[m]") + hour, later)

    def write(self, rows: Rows, kind: str, at: Any = None, **columns: Any) -> None:
        """Write an event of some cases at their clock (or `at`); codes by name."""
        block: dict[str, Any] = {"case": rows, "kind": code("event", "kind", kind)}
        block["at"] = self.now[rows] if at is None else at
        for name, value in columns.items():
            block[name] = code("event", name, value) if isinstance(value, str) else value
        self.blocks.append(block)

    def clerk(self, rows: Rows, purpose: str = "clerk") -> Rows:
        """The clerk of each case, one of its office."""
        here = self.place[rows]
        drawn = np.floor(self.draw(rows, purpose) * self.offices.staff[here]).astype(np.int64)
        return self.first_actor[here] + CLERKS + drawn

    def officer(self, rows: Rows, which: int) -> Rows:
        """The deputy head, the head, the meeting or the review group of each case."""
        return self.first_actor[self.place[rows]] + which

    def county(self, rows: Rows) -> Rows:
        """An officer of the county's centre for each case."""
        drawn = np.floor(self.draw(rows, "county officer") * COUNTY_STAFF).astype(np.int64)
        return self.first_actor[-1] + drawn

    def department(self, which: NDArray[Any] | int) -> Any:
        """The actor of each department by its code; that of code 0 is discipline inspection."""
        return self.first_actor[-1] + COUNTY_STAFF + which

    def actor_names(self) -> tuple[str, ...]:
        """Pseudonyms of all actors, by position."""
        names = []
        for township, staff in zip(self.offices.townships, self.offices.staff, strict=True):
            names += [text(f"caseload.{title}", place=township) for title in TITLES]
            clerks = range(1, int(staff) + 1)
            names += [text("caseload.clerk", place=township, number=k) for k in clerks]
        numbers = range(1, COUNTY_STAFF + 1)
        names += [text("caseload.county_officer", number=k) for k in numbers]
        known = list((log_columns("event")["department"].codes or {}).values())[1:]
        return (*names, text("caseload.discipline"), *map(pick, known))

    def events(self, at: np.datetime64) -> dict[str, NDArray[Any]]:
        """All events up to a day as columns, those of one case and minute in the order written."""
        names = dict.fromkeys(name for block in self.blocks for name in block)
        made = {name: np.concatenate([_full(b, name) for b in self.blocks]) for name in names}
        made["is_timed"] = np.ones(len(made["case"]), bool)
        kept = made["at"].astype("datetime64[D]") <= at
        return {name: values[kept] for name, values in made.items()}


def _full(block: dict[str, Any], name: str) -> NDArray[Any]:
    """A column of a block, as long as its cases; what it lacks is what a log holds for none."""
    n = len(block["case"])
    if name not in block:
        entry = log_columns("event")[name]
        return np.full(n, default_of(entry), entry.storage)
    return np.broadcast_to(block[name], n)
