"""Months once more: slow, one household at a time, written from docs/en/definitions/months.md.

Only the rules of a month (`simulate`) and the draws are the package's; who is looked at, what is
known of whom and what comes of it is told here again, in plain loops.
"""

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import make_plan, simulate
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.rules.kit import codes

WANTED = ("benefit_m_hh", "payment_status_hh", "is_income_below_hh", "review_months_hh")
WANTED += ("layer_hh", "is_grace_hh", "n_members_hh")
ROLL = ("paid", "grace", "suspended")
CLAIMS = ("emergency_need", "medical_compliant_y", "n_deaths_y")
REGISTERS = ("wage_m", "pension_basic_m", "pension_other_m", "unemployment_benefit_m")
ABSENCES = {"n_labour_absences": np.iinfo(np.int16).max, "n_job_refusals": None}
GIVEN = ("was_dibao", "has_applied", "current_benefit_m", "n_covered_now", "n_missed_signins")
GIVEN += ("has_missed_renewal", "months_above_standard")
PAYMENT = {code: name for name, code in vars(codes("payment_status_hh")).items()}
AS_STATUS = {"paid": "paid", "to_verify": "paid", "grace": "grace", "suspended": "suspended"}
DIBAO = codes("layer_hh").dibao


class Home:
    """What the office holds of one household."""

    def __init__(self, values, given, drawn):
        """`given`: what the people bring of the household; `drawn` places its last review."""
        self.status, listed = status_of(values), given["was_dibao"]
        self.applied = given["has_applied"] or self.on
        self.was_dibao = self.on and bool(listed or values["layer_hh"] == DIBAO)
        self.reluctant = not self.on and bool(values["is_income_below_hh"])
        self.paid = values["benefit_m_hh"] if self.on else 0.0
        on_roster = listed and given["current_benefit_m"] > 0
        self.benefit = given["current_benefit_m"] if on_roster else values["benefit_m_hh"]
        self.covered = given["n_covered_now"] if listed else 0
        self.interval, self.since = values["review_months_hh"], given["months_since_review"]
        if self.since is None:
            self.since = int(drawn * self.interval)
        self.missed, self.missed_renewal = given["n_missed_signins"], given["has_missed_renewal"]
        self.above, self.wait, self.suspended_for = given["months_above_standard"], 0, 0
        self.risen, self.absence, self.recheck = False, None, None

    @property
    def on(self):
        return self.status in ROLL


def unlisted(people):
    """Nobody is listed: the roster of synthetic people not enrolled follows no law."""
    roster = ("was_dibao", "current_benefit_m", "n_covered_now", "months_above_standard")
    here = [name for name in roster if name in people]
    return people.with_columns({name: np.zeros_like(people.numbers(name)) for name in here})


def status_of(values):
    return AS_STATUS.get(PAYMENT[int(values["payment_status_hh"])], "outside")


class Oracle:
    """A run over synthetic people; `paid`, `due`, `status`, `reviewed`, `visited` by month."""

    def __init__(self, life, policies, told, seed, first_month):
        self.people, self.life, self.told, self.seed = unlisted(life.people), life, told, seed
        self.policies, self.first_month = policies, first_month
        self.ids = [int(number) for number in self.people.numbers("id")]
        owner = np.repeat(np.arange(len(self.ids)), self.people.sizes)
        self.members = [np.flatnonzero(owner == h) for h in range(len(self.ids))]
        laws = {id(law): law for law in policies}.values()
        self.read = {n for law in laws for n in make_plan(law, WANTED, self.people.laid_out).inputs}
        self.known, self.truth = {}, {}
        self.urban = self.people["area"] == "urban"
        values = self.rules(policies[0], {})
        self.homes = [
            Home(row, self.given(h), self.draw("last review", h)) for h, row in enumerate(values)
        ]
        self.opening = [home.status for home in self.homes]
        self.rows = {name: [] for name in ("paid", "due", "status", "reviewed", "visited")}
        for t in range(len(policies)):
            for name, row in self.month(t, (first_month - 1 + t) % 12 + 1).items():
                self.rows[name].append(row)

    def draw(self, purpose, h):
        return float(uniform(self.seed, np.array([self.ids[h]]), f"office {purpose}")[0])

    def rules(self, policy, columns):
        """What the rules say, household by household."""
        people = self.people.with_columns({n: v for n, v in columns.items() if n in self.read})
        found = simulate(people, policy, WANTED)
        arrays = {name: found.numbers(name) for name in WANTED}
        return [{name: arrays[name][h] for name in WANTED} for h in range(len(self.ids))]

    def at_first(self, name):
        if name in self.people:
            return self.people.numbers(name)
        persons = column(name).level == "person"
        length = self.people.persons if persons else self.people.households
        return np.full(length, column(name).number, column(name).storage)

    def given(self, h):
        """What the people bring of a household that the office goes on from."""
        made = {name: self.at_first(name)[h].item() for name in GIVEN}
        brings = "months_since_review" in self.people
        last = self.at_first("months_since_review")[h].item() if brings else None
        return {**made, "months_since_review": last}

    def cells(self, name, h):
        """The rows of a household in a column."""
        return self.members[h] if column(name).level == "person" else h

    def look(self, t):
        lived = self.life.month(t).columns
        for name in lived:
            if name in self.read and name not in self.known:
                self.known[name] = np.array(self.at_first(name))
        self.truth = {name: lived.get(name, self.at_first(name)) for name in self.known}

    def differs(self, h):
        return any(
            np.any(self.truth[n][self.cells(n, h)] != self.known[n][self.cells(n, h)])
            for n in self.truth
            if n not in CLAIMS
        )

    def rise(self, h):
        """By how much registered incomes are above what the office has."""
        some = [n for n in REGISTERS if n in self.truth]
        return sum((self.truth[n][self.members[h]] - self.known[n][self.members[h]]).sum()
                   for n in some)  # fmt: skip

    def attend(self, home, h, policy, t, month):
        """Sign-in, review, renewal, labour; whether the household signs in and is reviewed."""
        every = int(policy[f"signin.months.{'urban' if self.urban[h] else 'rural'}"])
        signs = home.on and every > 0 and month % every == 0
        absent = signs and self.draw(f"sign-in {t}", h) < self.told["signin.missed"]
        if signs:
            home.missed = home.missed + 1 if absent else 0
        home.since += 1
        reviewed = home.on and home.since >= home.interval
        if policy["stop.renewal_required"]:
            if reviewed and every and self.draw(f"renewal {t}", h) < self.told["renewal.missed"]:
                home.missed_renewal = True
            reviewed = reviewed and not home.missed_renewal
        works = home.status == "paid" and home.absence != "absent"
        is_asked = works and np.isfinite(policy["work.absences_max"])
        if is_asked and self.draw(f"labour {t}", h) < self.told["labour.absent"]:
            home.absence = "absent"
        if t > 0:
            home.above = home.above + 1 if home.risen else 0
        return signs and not absent, reviewed

    def state(self):
        """What the office holds, as columns."""
        made = {
            "months_above_standard": np.array([home.above for home in self.homes]),
            "n_missed_signins": np.array([home.missed for home in self.homes]),
            "has_missed_renewal": np.array([home.missed_renewal for home in self.homes]),
            "was_dibao": np.array([home.was_dibao for home in self.homes]),
            "current_benefit_m": np.array([h.benefit if h.was_dibao else 0.0 for h in self.homes]),
            "n_covered_now": np.array([home.covered for home in self.homes]),
        }
        for name, most in ABSENCES.items():
            values = np.array(self.at_first(name))
            for h, home in enumerate(self.homes):
                if home.absence == "served":
                    values[self.members[h]] = 0
                elif home.absence == "absent" and most:
                    values[self.members[h]] = most
            made[name] = values
        return made

    def applies(self, home, h, true, policy, t):
        """Whether a household outside comes; what `has_applied` is for the office."""
        told, entitled = self.told, status_of(true) in ROLL
        needs = entitled or (true["is_income_below_hh"] and not home.applied)
        home.reluctant = home.reluctant and needs
        kind = "reluctant" if home.reluctant else "entitled" if needs else "others"
        chance = told[f"application.{kind}"]
        comes = home.status == "outside" and true["n_members_hh"] > 0
        comes = comes and self.draw(f"apply {t}", h) < chance
        if home.status == "applying":
            home.wait -= 1
        if comes:
            later = policy["reading.benefit_start"] == "next_month"
            home.status, home.wait = "applying", int(told["processing.months"]) + later
        had, home.applied = home.applied, home.applied or comes
        home.risen = not true["is_income_below_hh"]
        decided = home.status == "applying" and home.wait <= 0
        return decided, home.on or decided or (had and not entitled)

    def learns(self, home, h, due, attended, died, policy, t, month):
        """Whether the household tells, a match finds it, or a death is followed up."""
        told, stale = self.told, home.on and self.differs(h)
        chance = told["report.gain" if due > home.paid else "report.loss"]
        learns = stale and due != home.paid and self.draw(f"report {t}", h) < chance
        if stale and attended and self.draw(f"told at sign-in {t}", h) < told["report.signin"]:
            learns = True
        if home.recheck is not None:
            home.recheck -= 1
        elif home.on and died:
            home.recheck = int(self.draw(f"recheck {t}", h) * told["death.recheck_months"])
        every = int(policy["matching.months"])
        if every and month % every == 0:
            seen = home.on and (self.rise(h) > 0 or (home.recheck or 0) > 0)
            learns = learns or (seen and self.draw(f"match {t}", h) < told["matching.found"])
        if home.recheck == 0:
            home.recheck, learns = None, learns or home.on
        return learns

    def month(self, t, month):
        policy, homes = self.policies[t], self.homes
        self.look(t)
        died = self.life.month(t).events["died"]
        seen = [self.attend(home, h, policy, t, month) for h, home in enumerate(homes)]
        state = self.state()
        applied = np.array([home.applied for home in homes])
        true = self.rules(policy, {**self.truth, **state, "has_applied": applied})
        came = [self.applies(home, h, true[h], policy, t) for h, home in enumerate(homes)]
        state["has_applied"] = np.array([is_in for _, is_in in came])
        if t and policy is not self.policies[t - 1]:
            for home, values in zip(
                homes, self.rules(policy, {**self.known, **state}), strict=True
            ):
                home.paid = values["benefit_m_hh"]
        learnt = []
        for h, home in enumerate(homes):
            (attended, reviewed), (decided, _), due = seen[h], came[h], true[h]["benefit_m_hh"]
            learns = self.learns(home, h, due, attended, died[h], policy, t, month)
            learnt.append(bool(learns or reviewed or decided))
            for name, truth in self.truth.items():
                if learnt[h] or not home.on or name in CLAIMS:
                    self.known[name][self.cells(name, h)] = truth[self.cells(name, h)]
        known = self.rules(policy, {**self.known, **state})
        row = {name: [] for name in self.rows}
        for h, home in enumerate(homes):
            decided, reviewed = came[h][0], seen[h][1]
            changed = learnt[h] and known[h]["benefit_m_hh"] != home.paid
            self.decide(home, known[h], decided, reviewed, policy)
            row["paid"].append(known[h]["benefit_m_hh"])
            row["due"].append(true[h]["benefit_m_hh"])
            row["status"].append(home.status)
            row["reviewed"].append(reviewed)
            row["visited"].append(decided or changed)
        return row

    def decide(self, home, values, decided, reviewed, policy):
        was_on = home.on
        if was_on or decided:
            home.status = status_of(values)
        home.paid = values["benefit_m_hh"]
        if home.status == "paid":
            home.benefit = home.paid
        is_whole = values["layer_hh"] == DIBAO or values["is_grace_hh"]
        home.was_dibao, home.covered = home.on and bool(is_whole), 0
        home.interval = values["review_months_hh"]
        if reviewed or decided:
            home.since = 0
        if was_on and not home.on:
            home.missed, home.missed_renewal = 0, False
        if not home.on:
            home.recheck = None
        if home.absence == "absent" and home.status != "suspended":
            home.absence = "served"
        home.suspended_for = home.suspended_for + 1 if home.status == "suspended" else 0
        if home.suspended_for >= policy["work.suspension_months"]:
            home.absence, home.suspended_for = "served", 0
