"""The steps of one case, from the application to the notice, written into the book of the office.

Each step takes working days, may be left out, and is done by an officer with a role. What the
decision will be is settled first, so that votes and findings agree with it: what the rules say on
what was reported, less what the verification finds out, turned round where the office errs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import DEPARTMENTS, PROGRAMMES, code
from jiuzhu_sim.casework.office.book import DAY, DEPUTY, GROUP, HEAD, MEETING, Book, Flags, Rows
from jiuzhu_sim.casework.office.campaign import Campaign
from jiuzhu_sim.casework.office.ways import SAME, Ways
from jiuzhu_sim.casework.procedure.workdays import next_workday

CHANNELS = ("window", "proxy", "app", "web", "phone", "discovery")
"""The channels by which applications come, by the settings `channel.…`."""
VISITORS = 2
"""Persons on a home visit: two (S4.5.4)."""
VISIT_ROLES = {"village": "village", "township": "township_clerk", "county": "county"}
MAJORITY = 0.5
"""More than half of the votes pass; the texts state no threshold (S4.2.19)."""
ORDERS = {
    "temporary_expenditure": "expenditure",
    "temporary_emergency": "emergency",
    "one_case": "one_case",
}

Posts = Mapping[str, Sequence[Any]]


class Handling:
    """The steps of the new cases and adjustments of a book under the ways of a place.

    `posts`: the lists each programme has to post, with their days. `granted`: (cases,) the decision
    each case gets; `reported`: what goes on to the next step; `decided`: (cases,) when, NaT where
    never; `is_hidden`: not to be named on a posting.
    """

    def __init__(
        self,
        book: Book,
        ways: Ways,
        posts: Posts,
        is_hidden: Flags,
        campaign: Campaign | None = None,
    ):
        self.book, self.ways, self.posts, self.is_hidden = book, ways, posts, is_hidden
        self.campaign = campaign
        cases = book.cases
        every = np.arange(cases.n)
        found = book.draw(every, "finds") < book.settings["verify.found"]
        self.found: Flags = cases.is_visible & found
        errs = book.draw(every, "errs") < book.offices.errors[book.place]
        self.right: Flags = cases.qualifies & ~self.found
        self.granted: Flags = self.right ^ errs
        self.reported: Flags = self.granted
        self.decided = np.full(cases.n, "NaT", "datetime64[m]")
        self.accepted_by = np.full(cases.n, -1)

    def applications(self) -> None:
        """All new cases: by programme, in the order of the place."""
        rows = np.flatnonzero(self.book.cases.are("new"))
        self._channel(rows)
        for number, programme in enumerate(PROGRAMMES):
            some = rows[self.book.cases.programme[rows] == number]
            order = self.ways.orders.get(ORDERS.get(programme, SAME), ())
            if some.size:
                self.go(some, order, programme)

    def adjustments(self) -> None:
        """What a family reports is verified, visited and decided; S4.2.20 asks for the visits."""
        rows = np.flatnonzero(self.book.cases.are("adjustment"))
        if rows.size:
            self._channel(rows)
            self.go(rows, ("accept", "verify", "visit", "decide"), "dibao")

    def _channel(self, rows: Rows) -> None:
        book = self.book
        book.move(rows, book.now[rows].astype("datetime64[D]"), "apply")
        shares = np.cumsum([book.settings[f"channel.{name}"] for name in CHANNELS])
        place = np.searchsorted(shares[:-1] / shares[-1], book.draw(rows, "channel"), side="right")
        known = np.array([code("event", "channel", name) for name in CHANNELS], np.int8)
        book.write(rows, "apply", role="applicant", channel=known[place])

    def go(self, rows: Rows, order: Sequence[str], programme: str) -> None:
        """Take some cases of a programme through steps in their order."""
        if programme in ("temporary_emergency", "one_case"):
            self._urgent(rows[self.book.cases.is_urgent[rows]], programme)
        # Where the village posts before the township audits, it reports all who pass its review;
        # who does not qualify is found out at the audit.
        audits = order.index("audit") if "audit" in order else 0
        listed_first = any(step.startswith("post") for step in order[:audits])
        # A campaign posts all it has looked into, also those it will strike off (S0.5.8, S4.3.12).
        listed_first |= "accept" not in order
        self.reported = self.granted | listed_first
        for step in order:
            name, _, number = step.partition(" ")
            self._wait(rows, step)
            if name == "post":
                lists = [e for e in self.posts.get(programme, ()) if e.list_no == int(number)]
                if lists:
                    self._post(rows, lists[0])
            else:
                if name == "audit":
                    self.reported = self.granted
                getattr(self, f"_{name}")(rows)

    def _wait(self, rows: Rows, step: str) -> None:
        """In a campaign no step is begun before its phase."""
        begin = self.campaign.opens.get(step) if self.campaign else None
        if begin is not None:
            some = rows[self.book.cases.in_campaign[rows]]
            opens = next_workday(begin).astype("datetime64[m]")
            self.book.now[some] = np.maximum(self.book.now[some], opens)

    # --- steps ----------------------------------------------------------------------------------
    def _accept(self, rows: Rows) -> None:
        book = self.book
        book.spend(rows, "accept")
        self.accepted_by[rows] = book.clerk(rows)
        book.write(rows, "accept", role="township_clerk", actor=self.accepted_by[rows])

    def _entrust(self, rows: Rows) -> None:
        book = self.book
        book.spend(rows, "entrust")
        book.write(rows, "entrust", role="office_head", actor=book.officer(rows, HEAD))

    def _verify(self, rows: Rows) -> None:
        book = self.book
        rows = book.done(rows, "verify")
        book.spend(rows, "verify")
        book.write(
            rows,
            "verify",
            role="county",
            channel="system",
            actor=book.county(rows),
            outcome=outcome_of(~self.found[rows]),
        )

    def _visit(self, rows: Rows) -> None:
        book = self.book
        for level in self.ways.visits:
            seen = book.offices.visited[book.place[rows]]
            some = book.some(rows, f"visited {level}", seen)
            book.spend(some, "visit", level)
            alone = book.draw(some, f"alone {level}") < book.offices.skipped[book.place[some]]
            actor = book.county(some) if level == "county" else book.clerk(some, f"visit {level}")
            book.write(
                some,
                "visit",
                role=VISIT_ROLES[level],
                level=level,
                actor=actor,
                n_present=VISITORS - alone,
            )

    def _vote(self, rows: Rows) -> None:
        book = self.book
        rows = book.done(rows, "vote")
        book.spend(rows, "vote")
        due = self.ways.members
        away = (1 - book.settings["group.present"]) * 2 * book.draw(rows, "present")
        present = np.rint(due * (1 - away)).astype(np.int64)
        share = MAJORITY * (1 + book.draw(rows, "votes"))  # between half of them and all
        for_it = np.minimum(np.floor(present * share).astype(np.int64) + 1, present)
        votes = np.where(self.reported[rows], for_it, present - for_it)
        book.write(
            rows,
            "vote",
            role="review_group",
            actor=book.officer(rows, GROUP),
            level="village",
            n_due=np.full(len(rows), due),
            n_present=present,
            n_for=votes,
            is_secret=book.draw(rows, "secret") < book.settings["group.secret"],
            outcome=outcome_of(votes > present * MAJORITY),
        )
        watched = book.done(rows[book.cases.are("new", "one_case")[rows]], "observer")
        observer = {"actor": np.full(len(watched), book.department(0)), "level": "township"}
        book.write(watched, "vote", role="discipline", **observer)  # S2.4.6

    def _audit(self, rows: Rows) -> None:
        book = self.book
        book.spend(rows, "audit")
        is_shared = book.draw(rows, "shared") < book.offices.shared[book.place[rows]]
        actor = np.where(is_shared, self.accepted_by[rows], book.officer(rows, HEAD))
        outcome = outcome_of(self.granted[rows])
        book.write(
            rows, "audit", role="office_head", level="township", actor=actor, outcome=outcome
        )

    def _post(self, rows: Rows, entry: Any) -> None:
        """A posting of what was reported; an objection brings a re-check and a second posting."""
        book, number = self.book, entry.list_no
        rows = book.done(rows[self.reported[rows]], f"post {number}")
        book.spend(rows, "post", str(number))
        self._hang(rows, entry, "")
        against = book.some(rows, f"objects {number}", "objection.share")
        if against.size:
            book.write(against, "objection", at=book.now[against] - DAY, role="applicant")
            book.spend(against, "recheck", str(number))
            upheld = book.draw(against, f"upheld {number}") < book.settings["objection.upheld"]
            outcome = np.where(upheld, *(code("event", "outcome", o) for o in OBJECTED))
            actor = book.clerk(against, "recheck")
            visit = {"level": "township", "actor": actor, "n_present": VISITORS}
            book.write(against, "visit", role="township_clerk", **visit)
            book.write(against, "recheck", role="township_clerk", actor=actor, outcome=outcome)
            self._hang(against, entry, "again")
            self.granted[against[upheld]] = False

    def _hang(self, rows: Rows, entry: Any, again: str) -> None:
        """Put a list up and let its days go by; in some cases it comes down too early."""
        book = self.book
        short = (
            book.draw(rows, f"short {entry.list_no}{again}")
            < book.offices.skipped[book.place[rows]]
        )
        days = np.maximum(int(entry.days) - short * 2, 1)
        until = book.now[rows].astype("datetime64[D]") + days * DAY
        level = entry.level or "village"
        actor = book.clerk(rows, f"post {entry.list_no}")
        columns = {"list_no": entry.list_no, "until": until, "actor": actor, "level": level}
        cases, told = book.cases, book.settings["proposed.head_m"]
        right, proposed = cases.amount_m[rows], told * cases.n_persons[rows]
        amount = np.where((right > 0) | (cases.lump[rows] > 0), right, proposed)
        columns |= {"amount": amount, "is_named": ~self.is_hidden[rows] | short}
        book.write(rows, "post", role="township_clerk", **columns)
        book.move(rows, until + DAY, f"post {entry.list_no}{again}")

    def _decide(self, rows: Rows) -> None:
        book, is_county = self.book, self.ways.decider == "county"
        temporary = np.isin(book.cases.programme[rows], [PROGRAMMES.index(name) for name in ORDERS])
        by_county = is_county & ~temporary
        book.spend(rows, "decide")
        roles = [code("event", "role", name) for name in ("county", "deputy_head")]
        levels = [code("event", "level", level) for level in ("county", "township")]
        granted, cases = self.granted[rows], book.cases
        amount = np.where(granted, cases.amount_m[rows] + cases.lump[rows], 0.0)
        book.write(
            rows,
            "decide",
            role=np.where(by_county, *roles),
            level=np.where(by_county, *levels),
            actor=np.where(by_county, book.county(rows), book.officer(rows, DEPUTY)),
            outcome=outcome_of(granted),
            amount=amount,
        )
        self.decided[rows] = book.now[rows]

    def _meeting(self, rows: Rows) -> None:
        """The collective decision of one-case-one-discussion, before it is posted (S2.4.8)."""
        book = self.book
        rows = book.done(rows, "meeting")
        book.spend(rows, "meeting")
        told = {"level": "township", "outcome": outcome_of(self.granted[rows])}
        actor = book.officer(rows, MEETING)
        book.write(rows, "audit", role="leadership_meeting", actor=actor, **told)

    def _notify(self, rows: Rows) -> None:
        """Those refused are told in writing, unless the office misses it."""
        book = self.book
        rows = book.done(rows[~self.granted[rows]], "notify")
        book.spend(rows, "notify")
        book.write(rows, "notify", role="township_clerk", channel="letter", actor=book.clerk(rows))

    def _file(self, rows: Rows) -> None:
        """What was granted is filed with discipline inspection and the department (S2.4.11)."""
        book = self.book
        rows = book.done(rows[self.granted[rows]], "file")
        book.spend(rows, "file")
        book.write(rows, "file", role="township_clerk", actor=book.clerk(rows))

    def _urgent(self, rows: Rows, programme: str) -> None:
        """Aid first, paperwork afterwards (S2.3.4, S2.4.12–13); the aid is granted in any case."""
        book = self.book
        self.granted[rows] = True
        hours = book.settings["hours.urgent"] * book.offices.pace[book.place[rows]]
        drawn = -np.log(book.draw(rows, "hours"))
        at = book.now[rows] + np.ceil(hours * drawn * 60).astype("timedelta64[m]")
        over = at.astype("datetime64[D]") + DAY
        paid = {"amount": book.cases.lump[rows], "until": over, "level": "township"}
        book.write(
            rows, "pay", at=at, role="township_clerk", actor=book.clerk(rows, "pays"), **paid
        )
        if programme == "one_case":
            some = book.done(rows, "files at once")
            soon = at[np.isin(rows, some)] + np.timedelta64(1, "m")
            book.write(some, "file", at=soon, role="township_clerk", actor=book.clerk(some))
            some = book.done(rows, "paperwork")
            later = book.now.copy()
            book.now[rows] = at
            book.spend(some, "paperwork")
            book.write(some, "paperwork", role="township_clerk", actor=book.clerk(some))
            book.now[:] = later

    # --- after the decision ---------------------------------------------------------------------
    def aftermath(self) -> None:
        """Lump sums paid, spot-checks by the county, transfers to other departments."""
        book, cases = self.book, self.book.cases
        agreed = self.granted & ~np.isnat(self.decided)
        new = np.flatnonzero(cases.are("new") & agreed)
        once = new[(cases.lump[new] > 0) & ~cases.is_urgent[new]]
        self._later(once, "pay")
        book.write(once, "pay", role="bank", channel="system", amount=cases.lump[once])
        checked = np.array([self.ways.share_checked(name) for name in PROGRAMMES])
        these = np.flatnonzero((cases.are("new") | (cases.stands & cases.in_campaign)) & agreed)
        share = checked[cases.programme[these]] * book.offices.checked[book.place[these]]
        some = book.some(these, "spot-check", share)
        self._later(some, "spot_check")
        book.write(
            some,
            "spot_check",
            role="county",
            level="county",
            actor=book.county(some),
            outcome=outcome_of(self.right[some] | cases.is_urgent[some]),
        )
        if self.ways.has_departments:
            self._departments(new[cases.lump[new] == 0])

    def _later(self, rows: Rows, step: str) -> None:
        """Set the clock to some days after the decision."""
        self.book.now[rows] = self.decided[rows]
        self._wait(rows, step)
        self.book.spend(rows, step, " after")

    def _departments(self, rows: Rows) -> None:
        book = self.book
        rows = book.some(rows, "transfer", "transfer.share")
        known = len(DEPARTMENTS) - 1
        which = 1 + np.floor(book.draw(rows, "department") * known).astype(np.int8)
        self._later(rows, "notify")
        sent = {"outcome": "referred", "department": which}
        book.write(rows, "transfer", role="township_clerk", actor=book.clerk(rows), **sent)
        book.spend(rows, "department")
        finished = book.now[rows].astype("datetime64[D]")
        actor = book.department(which.astype(np.int64))
        book.write(rows, "close", role="department", department=which, actor=actor)
        book.spend(rows, "feedback")
        answered = book.draw(rows, "answers") >= book.offices.skipped[book.place[rows]]
        book.write(
            rows[answered],
            "feedback",
            role="department",
            channel="system",
            department=which[answered],
            actor=actor[answered],
            until=finished[answered],
        )


OBJECTED = ("upheld", "dismissed")


def outcome_of(passed: Flags) -> NDArray[np.int8]:
    """Passed or failed, as codes of a log."""
    yes, no = (np.int8(code("event", "outcome", name)) for name in ("passed", "failed"))
    return np.where(passed, yes, no)
