"""The office: who is on the roll, who comes, what is looked at in a month, and what it leads to.

Rules decide; the office only keeps state and hands it to them through their own inputs
(`was_dibao`, `months_above_standard`, `n_missed_signins`, …).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.months.conditions import Conditions
from jiuzhu_sim.months.life_persons import home_keys
from jiuzhu_sim.months.office_knowledge import Knowledge
from jiuzhu_sim.months.roll import APPLYING, ON_ROLL, OUTSIDE, PAID, SUSPENDED, status_of
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.rules.kit import codes

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Values = Mapping[str, NDArray[Any]]

_LAYER = codes("layer_hh")
_ROSTER = ("was_dibao", "current_benefit_m", "n_covered_now", "months_above_standard")
_ABSENCES = ("n_labour_absences", "n_job_refusals")
_SERVED, _ABSENT = 1, 2


class When(NamedTuple):
    """A month: its number in the run from 0, and the calendar month 1 to 12."""

    number: int
    month: int


class Office:
    """State of the office, by household in the order of the tables; one for each run.

    `first`: what the rules say on the people as they were brought (the opening).
    """

    def __init__(
        self,
        knowledge: Knowledge,
        policy: Policy,
        first: Values,
        assumptions: Assumptions,
        conditions: Conditions,
        seed: int,
    ):
        people = knowledge.people
        self.knowledge, self.assumptions, self.conditions = knowledge, assumptions, conditions
        self.seed, self.ids = seed, home_keys(people)
        self.is_urban = people.numbers("area") == codes("area").urban
        given = knowledge.at_first
        listed = given("was_dibao")
        self.status = _opening(listed, first)
        self.was_dibao = self.on_roll & (listed | (first["layer_hh"] == _LAYER.dibao))
        self.in_tekun = first["layer_hh"] == _LAYER.tekun
        self.applied = given("has_applied") | self.on_roll
        # In need before and not on the roll: they had their reasons, and go on to have them.
        in_need = (status_of(first["payment_status_hh"]) >= ON_ROLL) | first["is_income_below_hh"]
        self.reluctant = ~self.on_roll & in_need
        self.wait = np.zeros(people.households, np.int8)
        self.missed = given("n_missed_signins").astype(np.int16)
        self.missed_renewal = given("has_missed_renewal").copy()
        self.above = given("months_above_standard").astype(np.int16)
        self.was_risen = np.zeros(people.households, bool)
        roster = given("current_benefit_m")
        self.benefit = np.where(listed & (roster > 0), roster, first["benefit_m_hh"])
        self.covered = np.where(listed, given("n_covered_now"), 0)
        self.suspended_for = np.zeros(people.households, np.int8)
        self.absence = np.zeros(people.households, np.int8)
        self.recheck = np.full(people.households, -1, np.int8)
        self.paid = np.where(self.on_roll, first["benefit_m_hh"], 0.0)
        self.interval = first["review_months_hh"]
        if "months_since_review" in people:
            self.since_review = given("months_since_review").astype(np.int16)
        else:
            drawn = uniform(seed, self.ids, "office last review")
            self.since_review = (drawn * self.interval).astype(np.int16)

    @property
    def on_roll(self) -> Flags:
        """Households on the roll now."""
        found: Flags = self.status >= ON_ROLL
        return found

    def hits(self, some: Flags, purpose: str, chance: NDArray[np.float64] | float) -> Flags:
        """Which of these households a chance (a share, or one by household) falls on."""
        hit = np.zeros(len(some), bool)
        rows = np.flatnonzero(some)
        if rows.size and np.any(chance):
            share = chance if isinstance(chance, float) else chance[rows]
            hit[rows] = uniform(self.seed, self.ids[rows], f"office {purpose}") < share
        return hit

    def roster(self, policy: Policy, t: int) -> dict[str, NDArray[Any]]:
        """State as columns, the same for what is true and for what is known."""
        if t > 0:
            self.above = np.where(self.was_risen, self.above + 1, 0).astype(np.int16)
        made: dict[str, NDArray[Any]] = {
            "months_above_standard": self.above,
            "n_missed_signins": self.missed,
            "has_missed_renewal": self.missed_renewal,
        }
        if not _is_reform(policy):
            made |= {
                "was_dibao": self.was_dibao,
                "current_benefit_m": np.where(self.was_dibao, self.benefit, 0.0),
                "n_covered_now": self.covered,
            }
        if self.absence.any():
            state = self.absence[self.knowledge.owner]
            most = np.iinfo(np.int16).max
            for name in _ABSENCES:
                given = self.knowledge.at_first(name)
                absent = most if name == "n_labour_absences" else given
                made[name] = np.select([state == _SERVED, state == _ABSENT], [0, absent], given)
        return made

    def attend(self, policy: Policy, when: When) -> dict[str, Flags]:
        """Sign-ins and renewals of a calendar month, and absences from labour."""
        on, told, t, month = self.on_roll, self.assumptions, when.number, when.month
        urban, rural = (int(policy[f"signin.months.{area}"]) for area in ("urban", "rural"))
        signs = np.where(self.is_urban, _is_due(month, urban), _is_due(month, rural)) & on
        signs &= ~self.in_tekun  # S4.2.22 and S4.5.6 are on dibao
        misses = self.hits(signs, f"sign-in {t}", told["signin.missed"])
        self.missed = np.where(signs, np.where(misses, self.missed + 1, 0), self.missed)
        self.since_review += 1
        due = on & (self.since_review >= self.interval)
        if policy["stop.renewal_required"]:
            renews = due & ~self.in_tekun & np.where(self.is_urban, urban > 0, rural > 0)
            self.missed_renewal |= self.hits(renews, f"renewal {t}", told["renewal.missed"])
            due &= ~self.missed_renewal
        if np.isfinite(policy["work.absences_max"]):
            works = (self.status == PAID) & (self.absence != _ABSENT)
            self.absence[self.hits(works, f"labour {t}", told["labour.absent"])] = _ABSENT
        return {"signins": signs, "signins_missed": misses, "reviewed": due}

    def apply(self, true: Values, policy: Policy, t: int) -> tuple[Flags, Flags, Flags]:
        """Who applies this month, on whose application is decided, and for whom `has_applied`
        holds: not for those entitled whose application is not decided yet.
        """
        told, factor = self.assumptions, self.conditions.take_up
        entitled = status_of(true["payment_status_hh"]) >= ON_ROLL
        needs = entitled | (true["is_income_below_hh"] & ~self.applied)
        self.reluctant &= needs
        rates = [told[f"application.{who}"] for who in ("reluctant", "entitled", "others")]
        chance = np.select([self.reluctant, needs], rates[:2], rates[2]) * factor
        is_alive = true["n_members_hh"] > 0
        comes = self.hits((self.status == OUTSIDE) & is_alive, f"apply {t}", chance)
        later = policy["reading.benefit_start"] == "next_month"
        self.wait[self.status == APPLYING] -= 1
        self.wait[comes] = int(told["processing.months"]) + int(later)
        self.status = np.where(comes, APPLYING, self.status)
        had_applied, self.applied = self.applied, self.applied | comes
        self.was_risen = ~true["is_income_below_hh"]
        decided = (self.status == APPLYING) & (self.wait <= 0)
        return comes, decided, self.on_roll | decided | (had_applied & ~entitled)

    def learn(
        self, seen: Mapping[str, Flags], due: Floats, died: Flags, policy: Policy, when: When
    ) -> dict[str, Flags]:
        """What the office finds out of those on the roll: by report, by matching, by a death.

        `due`: what the law gives on what is true (yuan); whoever gains tells sooner.
        """
        on, told, t = self.on_roll, self.assumptions, when.number
        stale = on & self.knowledge.stale()
        chance = np.where(due > self.paid, told["report.gain"], told["report.loss"])
        reported = self.hits(stale & (due != self.paid), f"report {t}", chance)
        attends = stale & seen["signins"] & ~seen["signins_missed"]
        reported |= self.hits(attends, f"told at sign-in {t}", told["report.signin"])
        self.recheck[self.recheck > 0] -= 1
        rows = np.flatnonzero(on & died & (self.recheck < 0))
        months = uniform(self.seed, self.ids[rows], f"office recheck {t}")
        self.recheck[rows] = (months * told["death.recheck_months"]).astype(np.int8)
        matched = np.zeros(len(on), bool)
        if _is_due(when.month, int(policy["matching.months"])):
            visible = on & (self.knowledge.has_registered_rise() | (self.recheck > 0))
            matched = self.hits(visible, f"match {t}", told["matching.found"])
        rechecked = on & (self.recheck == 0)
        self.recheck[self.recheck == 0] = -1
        return {"reported": reported, "matched": matched, "rechecked": rechecked}

    def decide(self, values: Values, decided: Flags, looked: Flags, policy: Policy) -> None:
        """Put what the rules say on what is known into the roll.

        `decided`: on whose application; `looked`: whose review it was.
        """
        was_on, found = self.on_roll, status_of(values["payment_status_hh"])
        self.status = np.where(was_on | decided, found, self.status)
        on, benefit = self.on_roll, values["benefit_m_hh"]
        self.paid = benefit
        self.benefit = np.where(self.status == PAID, benefit, self.benefit)
        # Only a family in dibao as a whole exits gradually: no single person, no tekun.
        is_whole = (values["layer_hh"] == _LAYER.dibao) | values["is_grace_hh"]
        self.was_dibao, self.covered = on & is_whole, np.zeros_like(self.covered)
        self.in_tekun = on & (values["layer_hh"] == _LAYER.tekun)
        self.interval = values["review_months_hh"]
        self.since_review[looked | decided] = 0
        left = was_on & ~on
        self.missed[left], self.missed_renewal[left] = 0, False
        self.recheck[~on] = -1
        self.suspended_for = np.where(self.status == SUSPENDED, self.suspended_for + 1, 0)
        served = self.suspended_for >= int(policy["work.suspension_months"])
        # Absences of those of whom no labour is asked suspend nothing later either.
        lapsed = (self.absence == _ABSENT) & (self.status != SUSPENDED)
        self.absence[served | lapsed], self.suspended_for[served] = _SERVED, 0


def roster_of(people: People, policy: Policy) -> People:
    """The people with the roster that a run begins from.

    Synthetic people are born with one that follows no law, and would put many into gradual exit
    under this: until they are enrolled, nobody is listed. A law that reads the roster as it was at
    a reform goes on from it all the same.
    """
    is_own = people.about.get("source") != "synthetic" or "enrolled" in people.about
    if is_own or _is_reform(policy):
        return people
    there = [name for name in _ROSTER if name in people]
    return people.with_columns({name: np.zeros_like(people.numbers(name)) for name in there})


def _opening(was_dibao: Flags, first: Values) -> Codes:
    """Who is on the roll on the eve: the roster with those in tekun; without one, the entitled."""
    status = status_of(first["payment_status_hh"])
    if not was_dibao.any():
        return status
    # A household of the roster that is not entitled by what is on record leaves in the first month.
    on = np.where(status == OUTSIDE, PAID, status)
    return np.where(was_dibao | (first["layer_hh"] == _LAYER.tekun), on, OUTSIDE)


def _is_due(month: int, interval: int) -> bool:
    """Whether something that comes every so many months falls into a calendar month."""
    return interval > 0 and month % interval == 0


def _is_reform(policy: Policy) -> bool:
    """Whether the law reads the roster as it was at the reform, so that it must not move on."""
    is_target = policy["reading.supplement_target"] == "average_target"
    return bool(is_target or policy["classes.newcomers_third"])
