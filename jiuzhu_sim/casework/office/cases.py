"""Which cases the offices of a population have in a year: who applies, is reviewed, complains.

What the rules say on what is reported decides who qualifies; what they say on what registers show
tells whom a verification can find out. Who comes, and when, is drawn by household.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.casework.log.log import KINDS, PROGRAMMES
from jiuzhu_sim.casework.office.campaign import Campaign
from jiuzhu_sim.columns import VIEWS, columns
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.engine.results import Results
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.population.views import seen

SLOTS = 16
"""A case is numbered household × SLOTS + its place in `SORTS`: stable, whatever the row order."""
SORTS = ("new", "review", "adjustment", "complaint", "emergency", "expenditure", "one_case")
"""What a household may have at most one case of in a year."""

WANTED = (
    *("layer_hh", "payment_status_hh", "benefit_m_hh", "n_recipients_hh", "n_members_hh"),
    *("temporary_type_hh", "temporary_aid_hh", "review_months_hh", "category_hh"),
    *("counted_income_pc_m_hh", "dibao_standard_m_hh"),
)
LAYERS = {"dibao": "dibao", "single_person": "dibao", "edge": "edge", "rigid": "edge"}
"""The programme of a case by the layer of the rules; tekun is its own."""
LAYERS |= {"tekun": "tekun"}
GRACE = "grace"
NONE = np.int8(-1)
FEN = 0.01

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Docket:
    """Cases before anything was done on them: arrays (cases,), ordered by the case's number.

    `row`: position of the household in the people. `qualifies`: what the rules say on what is
    reported. `is_visible`: registers show what makes it not qualify. `amount_m`: benefit a month by
    the rules, `before_m` what was paid so far, `lump` one-off aid (yuan). `starts`: the day it
    begins. `interval`: months between reviews, `due`: months to the first review. `stands`: the
    case of a household on the roll as the year begins; `in_campaign`: handled in fixed weeks.
    """

    case: Ints
    row: Ints
    programme: NDArray[np.int8]
    kind: NDArray[np.int8]
    qualifies: Flags
    is_visible: Flags
    is_urgent: Flags
    amount_m: Floats
    before_m: Floats
    lump: Floats
    n_persons: Ints
    starts: Days
    interval: Ints
    due: Ints
    stands: Flags
    in_campaign: Flags

    @property
    def n(self) -> int:
        """How many cases."""
        return len(self.case)

    def are(self, kind: str, *programmes: str) -> Flags:
        """The cases of a kind, and of some programmes if any are named."""
        found: Flags = self.kind == KINDS.index(kind)
        if programmes:
            found = found & np.isin(self.programme, [PROGRAMMES.index(p) for p in programmes])
        return found


class Homes:
    """The households of a population as the office knows them, in the order of the tables."""

    def __init__(self, people: People, policy: Policy, seed: int, numbers: Assumptions):
        self.people, self.seed, self.numbers = people, seed, numbers
        self.ids: Ints = people.numbers("id").astype(np.int64)
        self.reported = simulate(people, policy, WANTED)
        self.entitled = entitled(self.reported)
        shown = self.entitled
        if all(entry.name in people for entry in columns().values() if entry.view == VIEWS[-1]):
            shown = entitled(simulate(seen(people, VIEWS[-1]), policy, WANTED))
        self.is_visible: Flags = (self.entitled != NONE) & (shown == NONE)
        self.has_applied = self.given("has_applied", True).astype(bool)
        self.roll = self._roll()
        self.is_recent = self._recent()
        self.adjusts = (self.roll == self.entitled) & (self.roll != NONE)
        self.adjusts &= self.hits("adjusts", numbers["adjustment.share"])
        self.before = self._before()

    def given(self, name: str, default: Any) -> NDArray[Any]:
        """A column of the people; the default where they have none."""
        if name in self.people:
            return self.people.numbers(name)
        return np.full(self.people.households, default)

    @property
    def has_roster(self) -> bool:
        """Whether the roster that the people bring can be taken as it stands."""
        return self.people.about.get("source") != "synthetic" or "enrolled" in self.people.about

    def _roll(self) -> NDArray[np.int8]:
        """The programme in which a household stands on the roll as the year begins; -1 for none.

        A roster is taken as it stands when the people were enrolled or are somebody's own; the one
        that synthetic people are born with follows no law, so those entitled take its place.
        """
        dibao, edge = (np.int8(PROGRAMMES.index(name)) for name in ("dibao", "edge"))
        listed = self.given("was_dibao", False).astype(bool)
        known = np.where(self.has_applied, self.entitled, NONE)
        if self.has_roster and listed.any():
            known = np.where((known == dibao) & ~listed, NONE, known)
            known = np.where(listed & ((known == NONE) | (known == edge)), dibao, known)
        return known.astype(np.int8)

    def _recent(self) -> Flags:
        """Of those on the roll, who applied within the year; a chance where it is not known."""
        if "months_since_recognised" in self.people:
            found: Flags = self.given("months_since_recognised", 0) < self.numbers["recent.months"]
            return found
        return self.hits("recent", self.numbers["recent.share"])

    @property
    def nearness(self) -> Floats:
        """1 for households whose income a head is at most the line, less above it, down to 0."""
        line = self.reported["dibao_standard_m_hh"].astype(np.float64)
        ratio = self.reported["counted_income_pc_m_hh"] / np.maximum(line, FEN)
        reach = self.numbers["applications.reach"]
        return np.clip((reach - ratio) / (reach - 1), 0.0, 1.0)

    def _before(self) -> Floats:
        """What was paid a month as the year began: by the roster, or as the rules say, but for
        those whose benefit is adjusted in the year."""
        amount = self.reported["benefit_m_hh"].astype(np.float64)
        told = self.given("current_benefit_m", 0.0) if self.has_roster else np.zeros(len(amount))
        before = np.where(told > 0, told, amount)
        drawn = uniform(self.seed, self.ids, "log adjusts by") * 2 - 1
        moved = np.round(amount * (1 + drawn * self.numbers["adjustment.change"]))
        return np.where(self.adjusts & (before == amount), moved, before)

    def hits(self, purpose: str, share: float | Floats) -> Flags:
        """Which households a chance falls on."""
        found: Flags = uniform(self.seed, self.ids, f"log {purpose}") < share
        return found


def entitled(results: Results) -> NDArray[np.int8]:
    """The programme for which each household qualifies by the rules; -1 for none."""
    layers = list(columns()["layer_hh"].codes or {})
    table = [PROGRAMMES.index(LAYERS[name]) if name in LAYERS else NONE for name in layers]
    found = np.array(table, np.int8)[results.numbers("layer_hh")]
    in_grace = results["payment_status_hh"] == GRACE
    return np.where(in_grace, np.int8(PROGRAMMES.index("dibao")), found).astype(np.int8)


def docket(
    homes: Homes, year: int, *, with_one_case: bool, campaign: Campaign | None = None
) -> Docket:
    """All cases of a year, ordered by number; `with_one_case` where the procedure knows them."""
    told, on = homes.numbers, homes.roll != NONE
    is_new = on & homes.is_recent
    outside, known = ~on & homes.has_applied, homes.entitled != NONE
    comes = outside & np.where(
        known,
        homes.hits("applies entitled", told["applications.entitled"]),
        homes.hits("applies", told["applications.others"] * homes.nearness),
    )
    kind = homes.reported["temporary_type_hh"]
    asks = homes.hits("asks for expenditure aid", told["expenditure.share"]) & homes.has_applied
    asks &= (homes.entitled != NONE) & (homes.reported["temporary_type_hh"] == "none")
    is_given = bool((kind != "none").any())
    group = homes.given("is_petition_group", False).astype(bool)
    share = np.where(on, told["complaint.roll"], told["complaint.others"])
    share = np.where(group, told["complaint.petition"], share * homes.has_applied)
    chosen = {
        "new": is_new | comes,
        "review": on & ~is_new,
        "adjustment": ~is_new & homes.adjusts,
        "complaint": homes.hits("complains", share),
        "emergency": kind == "emergency",
        "expenditure": (kind == "expenditure") | (asks & is_given),
        "one_case": with_one_case & ~known & outside & homes.hits("one", told["one_case.share"]),
    }
    rows = {name: np.flatnonzero(flags) for name, flags in chosen.items()}
    parts = [_cases(homes, name, row, is_new[row], year) for name, row in rows.items()]
    if campaign:
        for name, part in zip(rows, parts, strict=True):
            _gather(homes, name, part, campaign)
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(whole["case"], kind="stable")
    return Docket(**{name: values[order] for name, values in whole.items()})


def _cases(
    homes: Homes, sort: str, row: Ints, is_recent: Flags, year: int
) -> dict[str, NDArray[Any]]:
    """The cases of one sort for some households."""
    told, found = homes.numbers, homes.reported
    case = homes.ids[row] * SLOTS + SORTS.index(sort)

    def drawn(purpose: str) -> Floats:
        return uniform(homes.seed, case, f"log {purpose}")

    programme = np.where(homes.roll[row] != NONE, homes.roll[row], homes.entitled[row])
    programme = np.where(programme == NONE, PROGRAMMES.index("dibao"), programme)
    qualifies = homes.entitled[row] == programme
    lump, amount = np.zeros(len(row)), found["benefit_m_hh"][row].astype(np.float64)
    is_urgent = np.zeros(len(row), bool)
    if sort in ("emergency", "expenditure"):
        programme = np.full(len(row), PROGRAMMES.index(f"temporary_{sort}"))
        lump, amount = found["temporary_aid_hh"][row].astype(np.float64), np.zeros(len(row))
        qualifies, is_urgent = lump > 0, np.full(len(row), sort == "emergency")
        if sort == "expenditure" and not qualifies.any():
            # The document leaves it to the township: no threshold decides, so chance does.
            low, high = told["expenditure.amount_low"], told["expenditure.amount_high"]
            lump = np.round(low + drawn("amount") * (high - low), -1)
            qualifies = drawn("granted") < told["expenditure.granted"]
    elif sort in ("one_case", "complaint"):
        programme = np.full(len(row), PROGRAMMES.index(sort))
        amount = np.zeros(len(row))
        if sort == "one_case":
            low, high = told["one_case.amount_low"], told["one_case.amount_high"]
            lump = np.round(low + drawn("amount") * (high - low), -1)
            qualifies = drawn("granted") < told["one_case.granted"]
            is_urgent = drawn("urgent") < told["one_case.urgent"]
    interval = found["review_months_hh"][row].astype(np.int64)
    waited = drawn("last review") * interval
    if "months_since_review" in homes.people and homes.has_roster:
        waited = homes.people.numbers("months_since_review")[row]
    recipients = found["n_recipients_hh"][row]
    kind = sort if sort in KINDS else "new"
    return {
        "case": case,
        "row": row,
        "programme": programme.astype(np.int8),
        "kind": np.full(len(row), KINDS.index(kind), np.int8),
        "qualifies": qualifies,
        "is_visible": homes.is_visible[row],
        "is_urgent": is_urgent,
        "amount_m": amount,
        "before_m": homes.before[row],
        "lump": lump,
        "n_persons": np.where(recipients > 0, recipients, found["n_members_hh"][row]),
        "starts": _starts(homes, row, is_recent, drawn("start"), year),
        "interval": interval,
        "due": np.maximum(interval - np.floor(waited).astype(np.int64), 1),
        "stands": np.full(len(row), sort == "review"),
        "in_campaign": np.zeros(len(row), bool),
    }


def _gather(homes: Homes, sort: str, part: dict[str, NDArray[Any]], campaign: Campaign) -> None:
    """Put the cases of a campaign into its weeks, in place."""
    weeks = {"review": campaign.begins, "new": campaign.comes}.get(sort)
    if weeks is None:
        return
    listed = [PROGRAMMES.index(name) for name in campaign.programmes]
    meant = np.isin(part["programme"], listed)
    first, last = weeks
    drawn = uniform(homes.seed, part["case"], "log campaign") * homes.numbers["campaign.arrive"]
    days = np.floor(drawn * ((last - first).astype(np.int64) + 1)).astype("timedelta64[D]")
    part["starts"] = np.where(meant, first + days, part["starts"])
    part["in_campaign"] = meant
    if sort == "review":
        part["kind"] = np.where(meant, np.int8(KINDS.index(campaign.kind)), part["kind"])


def _starts(homes: Homes, row: Ints, is_recent: Flags, drawn: Floats, year: int) -> Days:
    """The first day of a case: any day of the year, or of the month of approval."""
    first = np.datetime64(f"{year:04}-01")
    begin, length = first.astype("datetime64[D]"), np.datetime64(f"{year + 1:04}-01-01")
    days = (length - begin).astype(np.int64)
    anywhere = begin + np.floor(drawn * days).astype("timedelta64[D]")
    month = homes.given("approval_month", 1)[row].astype(np.int64) - 1
    opens = (first + month).astype("datetime64[D]")
    closes = (first + month + 1).astype("datetime64[D]")
    within = opens + np.floor(drawn * (closes - opens).astype(np.int64)).astype("timedelta64[D]")
    return np.where(is_recent & ("approval_month" in homes.people), within, anywhere)
