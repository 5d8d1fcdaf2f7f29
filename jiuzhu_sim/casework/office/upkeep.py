"""What follows a decision for months: sign-ins, reviews, payments, exits; and complaints.

A household stands on the roll in one case: the one in which it was recognised this year, or the one
in which it is reviewed. Its payments and its exit are written there.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import KINDS, PROGRAMMES, code
from jiuzhu_sim.casework.office.book import DAY, DEPUTY, HEAD, Book, Flags, Rows
from jiuzhu_sim.casework.office.offices import place_number
from jiuzhu_sim.casework.office.steps import OBJECTED, VISIT_ROLES, VISITORS, Handling, outcome_of
from jiuzhu_sim.casework.procedure.workdays import months_after, next_workday
from jiuzhu_sim.columns import columns
from jiuzhu_sim.population.draws import uniform

ROLL = ("dibao", "edge", "tekun")
PAID = ("dibao", "tekun")
MONTHS = 12
QUARTER = 3
LAST = 0
"""The pay day of a place that pays by the last day of the month."""
TURNS = 24
"""Reviews of a household in a year at most: those due every month come a little early."""
HOUR = np.timedelta64(60, "m")
USUAL_DAYS = 7
"""Payments are made within so many days before they are due, or, where late, after."""
COMPLAINTS = ("phone", "letter", "web", "window")

Days = NDArray[np.datetime64]


class Upkeep:
    """The roll of a year: who stands on it in which case, from when to when.

    `enters`, `leaves`: (cases,) datetime64[m], NaT where the case is not the one in which a
    household stands on the roll, or where it stays. `urban`: which cases are. `amount_m`: the
    benefit a month decided in each case.
    """

    def __init__(self, book: Book, handling: Handling, urban: Flags, year: int):
        self.book, self.handling, self.urban = book, handling, urban
        self.first = np.datetime64(f"{year:04}-01", "M")
        cases = book.cases
        started = self.first.astype("datetime64[m]")
        entered = handling.granted & cases.are("new", *ROLL)
        self.enters = np.where(entered, handling.decided, np.datetime64("NaT"))
        self.enters = np.where(cases.stands, started, self.enters)
        self.leaves = np.full(cases.n, "NaT", "datetime64[m]")
        self.payer, self.adjusted = self._adjustments()
        self.changed = self.adjusted.copy()
        self.amount_m = np.where(cases.stands, cases.before_m, cases.amount_m)
        self.rows: Rows = np.flatnonzero(~np.isnat(self.enters))

    def _adjustments(self) -> tuple[Rows, NDArray[np.datetime64]]:
        """For each case the case in which its household's benefit was adjusted, and when."""
        cases, handling = self.book.cases, self.handling
        households = int(cases.row.max(initial=0)) + 1
        payer = np.full(households, -1)
        when = np.full(households, np.datetime64("NaT"), "datetime64[m]")
        done = np.flatnonzero(cases.are("adjustment") & handling.granted)
        payer[cases.row[done]], when[cases.row[done]] = done, handling.decided[done]
        return payer[cases.row], when[cases.row]

    def on(self, rows: Rows, at: Any) -> Rows:
        """Those of some cases whose household stands on the roll at a time."""
        stays = np.isnat(self.leaves[rows]) | (self.leaves[rows] > at)
        return rows[(self.enters[rows] <= at) & stays]

    # --- exits and reviews ----------------------------------------------------------------------
    def exits(self) -> None:
        """Households that leave by themselves, on some day after they entered."""
        book, decided = self.book, self.handling.decided
        rows, day = self._leaving()
        stays = np.isnat(self.leaves[rows])
        rows, day = rows[stays], day[stays]
        # Whoever is being verified in a campaign leaves after its decision.
        is_after = day >= book.cases.starts[rows]
        day = np.where(is_after, np.fmax(day, decided[rows].astype("datetime64[D]") + DAY), day)
        book.now[rows] = self.enters[rows]
        book.move(rows, next_workday(day), "leaves")
        self._stop(rows)

    def _leaving(self) -> tuple[Rows, Days]:
        """Who will leave by itself, and from what day on."""
        book = self.book
        rows = book.some(self.rows, "leaves", "exits.share")
        end = (self.first + MONTHS).astype("datetime64[m]")
        length = (end - self.enters[rows]).astype(np.int64)
        day = self.enters[rows] + np.floor(book.draw(rows, "leaves on") * length).astype("m8[m]")
        return rows, day.astype("datetime64[D]")

    def campaign(self) -> None:
        """All on the roll whom a campaign is about go through its steps, but for those gone."""
        handling, cases = self.handling, self.book.cases
        if not handling.campaign:
            return
        rows = self.rows[(cases.stands & cases.in_campaign)[self.rows]]
        leaving, day = self._leaving()
        gone = np.intersect1d(rows, leaving[day < cases.starts[leaving]])
        cases.kind[gone] = KINDS.index("review")  # left before it began: no case of the campaign
        rows = np.setdiff1d(rows, gone)
        for programme in handling.campaign.programmes:
            some = rows[cases.programme[rows] == PROGRAMMES.index(programme)]
            if some.size:
                handling.go(some, handling.campaign.steps, programme)
        self._settle(rows)

    def _stop(self, rows: Rows) -> None:
        book = self.book
        self.leaves[rows] = book.now[rows]
        book.write(rows, "stop", role="township_clerk", actor=book.clerk(rows, "stops"))

    def reviews(self) -> None:
        """Every review that falls due in the year, unless the office misses it.

        It begins some days before it is due, so that offices of usual pace are in time.
        """
        book, cases, rows = self.book, self.book.cases, self.rows
        rows = rows[~(cases.stands & cases.in_campaign)[rows]]  # verified in the campaign
        begins = self.first.astype("datetime64[D]")
        ends: np.datetime64 = (self.first + MONTHS).astype("datetime64[D]")
        last = np.where(
            cases.stands[rows],
            months_after(begins, cases.due[rows] - cases.interval[rows]),
            self.enters[rows].astype("datetime64[D]"),
        )
        last += np.floor(book.draw(rows, "last day") * USUAL_DAYS * 4).astype("m8[D]")
        ahead = np.timedelta64(int(book.settings["review.ahead"]), "D")
        for turn in range(TURNS):
            due = np.maximum(months_after(last, cases.interval[rows]) - ahead, begins)
            within = (due < ends) & (cases.interval[rows] > 0)
            within &= np.isin(rows, self.on(rows, due.astype("datetime64[m]")))
            rows, last, due = rows[within], last[within], due[within]
            if not rows.size:
                return
            is_done = self._review(rows, due, turn)
            last = np.where(is_done, book.now[rows].astype("datetime64[D]"), due + ahead)

    def _review(self, rows: Rows, due: Days, turn: int) -> Flags:
        """One turn of reviews: which were done."""
        book, handling = self.book, self.handling
        is_done: Flags = np.isin(rows, book.done(rows, f"review {turn}"))
        all_rows, rows, due = rows, rows[is_done], due[is_done]
        book.now[rows] = due.astype("datetime64[m]")
        book.spend(rows, "review", f" {turn}")
        rows = self.on(rows, book.now[rows])
        seen = book.some(rows, f"review visit {turn}", book.offices.visited[book.place[rows]])
        visit = {"level": "township", "n_present": VISITORS}
        clerk = book.clerk(seen, f"review {turn}")
        book.write(seen, "visit", role="township_clerk", actor=clerk, **visit)
        book.now[rows] += HOUR
        is_first = book.cases.stands[rows] & (turn == 0)
        goes = is_first & ~handling.granted[rows]
        clerk = book.clerk(rows, f"review {turn}")
        book.write(rows, "review", role="township_clerk", actor=clerk, outcome=outcome_of(~goes))
        cases = book.cases
        moves = is_first & (cases.amount_m[rows] != cases.before_m[rows])
        moves &= self.payer[rows] < 0  # else the adjustment changes it
        self._redecide(rows[goes | moves])
        return is_done & np.isin(all_rows, rows)

    def _redecide(self, rows: Rows) -> None:
        """What the first review of the year leads to: the benefit as the rules have it, or exit."""
        book, handling = self.book, self.handling
        book.spend(rows, "decide", " review")
        rows = self.on(rows, book.now[rows])
        stays = handling.granted[rows]
        is_county = handling.ways.decider == "county"
        amount = np.where(stays, book.cases.amount_m[rows], 0.0)
        book.write(
            rows,
            "decide",
            role="county" if is_county else "deputy_head",
            level="county" if is_county else "township",
            actor=book.county(rows) if is_county else book.officer(rows, DEPUTY),
            outcome=outcome_of(stays),
            amount=amount,
        )
        handling.decided[rows] = book.now[rows]
        self._settle(rows)

    def _settle(self, rows: Rows) -> None:
        """After a decision on cases of the roll: the new amount is paid, or the benefit stops."""
        book, stays = self.book, self.handling.granted[rows]
        agreed = rows[stays]
        self.changed[agreed] = self.handling.decided[agreed]
        self.amount_m[agreed] = book.cases.amount_m[agreed]
        gone = rows[~stays]
        told = book.done(gone, "notify")
        book.write(told, "notify", role="township_clerk", channel="letter", actor=book.clerk(told))
        self._stop(gone)
        owing = book.some(gone, "recovers", "paid_away.share")
        book.spend(owing, "recheck", " recovers")
        back = book.cases.before_m[owing] * np.ceil(book.draw(owing, "months back") * QUARTER)
        book.write(owing, "recover", role="township_clerk", actor=book.clerk(owing), amount=back)

    def sign_ins(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Recipients of dibao come in person every so many months, but for those who miss it."""
        book = self.book
        dibao = self.rows[book.cases.programme[self.rows] == PROGRAMMES.index("dibao")]
        for area, entry in told.items():
            here = dibao[self.urban[dibao] == (area == "urban")]
            low, high = entry["days"]
            for month in range(entry["months"], MONTHS + 1, entry["months"]):
                drawn = np.floor(book.draw(here, f"sign-in {month}") * (high - low + 1))
                day = (self.first + month - 1).astype("datetime64[D]") + (low - 1)
                at = (day + drawn.astype("m8[D]")).astype("datetime64[m]") + np.timedelta64(
                    600, "m"
                )
                comes = book.draw(here, f"misses {month}") >= book.settings["signin.missed"]
                stands = np.isin(here, self.on(here, at)) & comes
                some = here[stands]
                met = {"channel": "window", "actor": book.clerk(some, "sign-in")}
                book.write(some, "review", at=at[stands], role="applicant", **met)

    # --- payments -------------------------------------------------------------------------------
    def payments(self, entries: Iterable[Any], has_statistics: bool) -> None:
        """Benefits paid by the calendar of the place; a township's pay day may be missed."""
        entries = tuple(entries)
        cases, rows = self.book.cases, self.rows
        for name in PAID:
            for area in columns()["area"].codes or {}:
                is_here = cases.programme[rows] == PROGRAMMES.index(name)
                is_here &= self.urban[rows] == (area == "urban")
                some = rows[is_here & ((cases.amount_m[rows] > 0) | (cases.before_m[rows] > 0))]
                every, due_day = _calendar(entries, name, area)
                if self.handling.ways.pays_in_arrears:
                    every = QUARTER
                for month in range(0, MONTHS, every):
                    self._pay(some, month, every, due_day, has_statistics)

    def _pay(self, rows: Rows, month: int, every: int, due_day: int, has_statistics: bool) -> None:
        book, begins = self.book, self.first + month
        closes = (begins + 1).astype("datetime64[D]") - 1
        due = closes if due_day == LAST else begins.astype("datetime64[D]") + int(due_day) - 1
        ids = np.array([place_number(name) for name in book.offices.townships], np.int64)
        drawn, hour = (uniform(book.seed, ids, f"log pay {w} {begins}") for w in ("late", "day"))
        days = np.floor(hour * USUAL_DAYS).astype("m8[D]")
        is_late = drawn < book.offices.unpunctual
        day = np.where(
            is_late, due + 1 + days, np.maximum(due - days, begins.astype("datetime64[D]"))
        )
        at = day.astype("datetime64[m]")[book.place[rows]] + np.timedelta64(600, "m")
        stands = self.enters[rows] < begins.astype("datetime64[m]")
        stands |= self.enters[rows] == self.first.astype("datetime64[m]")
        stands |= self.handling.ways.pays_in_arrears & (self.enters[rows] <= at)
        stands &= np.isin(rows, self.on(rows, at))
        some, at = rows[stands], at[stands]
        is_changed = self.changed[some] <= at
        new = book.cases.are("new")[some]
        amount = np.where(is_changed | new, book.cases.amount_m[some], book.cases.before_m[some])
        given = amount > 0
        some, at, amount = some[given], at[given], amount[given] * every
        moved = (self.payer[some] >= 0) & (self.adjusted[some] <= at)
        some = np.where(moved, self.payer[some], some)
        book.write(some, "pay", at=at, role="bank", channel="system", amount=amount)
        if has_statistics:
            limit = (begins + 1).astype("datetime64[D]") + np.timedelta64(4, "D")
            entered = np.where(is_late, limit + 2, limit - days // 2)[book.place[some]]
            noon = entered.astype("datetime64[m]") + np.timedelta64(660, "m")
            actor = book.clerk(some, "statistics")
            book.write(some, "file", at=noon, role="township_clerk", channel="system", actor=actor)

    # --- complaints -----------------------------------------------------------------------------
    def complaints(self) -> None:
        """Complaints and petitions: received, looked into, answered, closed, followed up."""
        book = self.book
        rows = np.flatnonzero(book.cases.are("complaint"))
        book.move(rows, book.now[rows].astype("datetime64[D]"), "complain")
        which = np.floor(book.draw(rows, "complaint channel") * len(COMPLAINTS)).astype(np.int64)
        channels = np.array([code("event", "channel", name) for name in COMPLAINTS], np.int8)
        book.write(rows, "complain", role="applicant", channel=channels[which])
        book.spend(rows, "accept")
        book.write(rows, "accept", role="township_clerk", actor=book.clerk(rows))
        for level in self.handling.ways.visits:
            chance = book.offices.visited[book.place[rows]]
            seen = book.some(rows, f"complaint visit {level}", chance)
            book.spend(seen, "visit", f" complaint {level}")
            told = {"level": level, "n_present": VISITORS}
            book.write(seen, "visit", role=VISIT_ROLES[level], actor=book.clerk(seen), **told)
        book.spend(rows, "reply")
        is_upheld = book.draw(rows, "upheld") < book.settings["complaint.upheld"]
        outcome = np.where(is_upheld, *(code("event", "outcome", name) for name in OBJECTED))
        book.write(
            rows, "reply", role="office_head", actor=book.officer(rows, HEAD), outcome=outcome
        )
        book.write(rows, "close", role="township_clerk", actor=book.clerk(rows), outcome=outcome)
        rows = book.done(rows, "follow-up")
        book.spend(rows, "follow_up")
        book.write(rows, "follow_up", role="township_clerk", actor=book.clerk(rows))


def _calendar(entries: Iterable[Any], programme: str, area: str) -> tuple[int, int]:
    """Every how many months a programme is paid in an area, and by which day of the month."""
    for entry in entries:
        if programme in entry.programmes and (not entry.areas or area in entry.areas):
            return QUARTER if entry.every == "quarter" else 1, entry.due_day
    return 1, LAST
