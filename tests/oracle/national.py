"""The national rules once more: slow, one household at a time, in exact fractions.

Written from the text of the law, not from the rules; where it is open the named reading decides.
"""

from functools import cached_property

from tests.oracle.exact import ZERO, below, rounded, to_fen
from tests.oracle.person import (
    care_of,
    income_of,
    is_elder,
    is_member,
    is_minor,
    is_pupil,
    is_severe,
    lacks_labour,
    support_of,
    total_income_of,
)


class Case:
    """One household before the law; each question is answered once."""

    def __init__(self, home, persons, law):
        self.home, self.law = home, law
        self.counted = [is_member(person, law) for person in persons]
        self.family = [p for p, counts in zip(persons, self.counted, strict=True) if counts]
        self.n = len(self.family)
        self.standard = law[f"dibao.standard.{home['area']}"]
        self.guaranteed = self.standard * self.n

    def anybody(self, name):
        return any(person[name] for person in self.family)

    @cached_property
    def gross(self):
        """M57.5: income of the family with support fees and land whose yield nobody verified."""
        land = self.home["land_mu"] * self.law["income.land_income_y"] / 12
        income = sum((income_of(person, self.law) for person in self.family), start=ZERO)
        return income + support_of(self.home, self.standard, self.law) + land

    @cached_property
    def spending(self):
        """N2025.2: what the family must spend a year, of the kinds that count."""
        kinds = ("medical_expense", "tuition", "accident_expense", "care_expense")
        kinds = [kind for kind in kinds if self.law[f"rigid.counts_{kind.split('_')[0]}"]]
        whole = self.home["disaster_expense_y"] if self.law["rigid.counts_disaster"] else ZERO
        whole += self.home["living_cost_m"] * 12 if self.law["rigid.counts_living"] else ZERO
        return sum((p[f"{kind}_y"] for p in self.family for kind in kinds), start=whole)

    @cached_property
    def income(self):
        """S1.1.15, M57.7: income (by one reading the living cost at least) less spending."""
        by_living = self.law["reading.imputation_rule"] == "living_standard"
        income = max(self.gross, self.home["living_cost_m"] if by_living else ZERO)
        deducted = self.spending * self.law["income.expenditure_deduction_share"] / 12
        ceiling = self.law["reading.rigid_expenditure_cap"]
        if ceiling == "share_of_income":
            deducted = min(deducted, income * self.law["rigid.cap_share"])
        if ceiling == "amount":
            deducted = min(deducted, self.law["rigid.cap_y"] / 12)
        return max(income - deducted, ZERO)

    @cached_property
    def is_poor(self):
        """SC649.1: below the standard, the family taken together."""
        return below(self.income, self.guaranteed)

    @cached_property
    def has_little(self):
        """M57.8: the local property test."""
        home, law = self.home, self.law
        savings = ZERO if law["assets.savings_max_months"] == float("inf") else home["savings"]
        allowed = self.guaranteed * law["assets.savings_max_months"] if savings else ZERO
        premium = home["insurance_premium_y"]
        return (
            home["n_vehicles"] <= law["assets.vehicles_max"]
            and home["n_homes"] <= law[f"assets.homes_max.{home['area']}"]
            and home["n_farm_machines"] <= law["assets.farm_machines_max"]
            and not below(allowed, savings)
            and (law["assets.business_allowed"] or not home["has_business"])
            and not 0 < premium >= law["reading.high_premium_threshold"]
        )

    @cached_property
    def refusers(self):
        """M57.13: members able to work who refused too many jobs in a row."""
        if self.law["reading.work_refusal_sanction"] == "none":
            return []
        most = self.law["work.refusals_max"]
        able = [p for p in self.family if p["labour_capable"] and not p["is_student"]]
        return [person for person in able if person["n_job_refusals"] >= most]

    @cached_property
    def stop(self):
        """S1.1.3, S0.3, S4.2.23: the first ground on which there is none, whatever the income."""
        home, law = self.home, self.law
        away = [p for p in self.family if p["months_away"] >= law["stop.absence_months"]]
        enough = 1 if law["reading.absence_scope"] == "any_member" else max(self.n, 1)
        stops = law["reading.work_refusal_sanction"] == "stop"
        line = self.guaranteed * law["reading.clearly_above_ratio"]
        grounds = {
            "not_applied": not home["has_applied"],
            "not_collected": home["months_not_collected"] >= law["stop.not_collected_months"],
            "away": len(away) >= enough,
            "bills": self.pays_high_bills(),
            "refused_work": stops and self.refusers,
            "school": law["stop.self_paid_school"] and self.anybody("is_self_paid_school"),
            "compensation": law["stop.compensation"] and self.lives_on_compensation(),
            "misconduct": law["stop.misconduct"] and self.anybody("has_misconduct"),
            "information": law["stop.information"] and below(line, home["registry_income_m"]),
            "waived": self.has_waived(),
        }
        return next((name for name, met in grounds.items() if met), "none")

    def pays_high_bills(self):
        """S0.3.3: the bills, their sum or each, above the line of one head or of the household."""
        times, test = self.law["stop.bills_standards"], self.law["reading.consumption_test"]
        if times == float("inf"):
            return False
        bills = [self.home[f"{kind}_bill_m"] for kind in ("water", "electricity", "phone")]
        bill = sum(bills) if test.startswith("sum") else max(bills)
        line = self.guaranteed if test.endswith("household") else self.standard
        return below(line * times, bill)

    def lives_on_compensation(self):
        """S0.3.6: for as many months as it pays the standard of all members, or a fixed number."""
        received, since = self.home["compensation"], self.home["months_since_compensation"]
        fixed = self.law["reading.compensation_months"]
        if fixed:
            return received > 0 and since < fixed
        return below(since * self.standard * max(self.n, 1), received)

    def has_waived(self):
        """S4.2.23: sign-ins missed, or the yearly renewal; or only both together."""
        missed = self.home["n_missed_signins"] >= self.law["stop.signins_missed"]
        if not self.law["stop.renewal_required"]:
            return missed
        failures = (missed, self.home["has_missed_renewal"])
        return all(failures) if self.law["reading.waiver_rule"] == "both" else any(failures)

    @cached_property
    def is_suspended(self):
        """S4.2.26: absent from public-welfare labour; or refusals, where they are read so."""
        most = self.law["work.absences_max"]
        idle = [p for p in self.family if p["labour_capable"] and not p["is_student"]]
        if any(p["n_labour_absences"] >= most and not p["wage_m"] for p in idle):
            return True
        return bool(self.refusers) and self.law["reading.work_refusal_sanction"] == "suspend"

    @cached_property
    def is_tekun(self):
        """M43.1 to M43.3: no labour ability, no means, no obligor who is able."""
        if not self.law["tekun.offered"] or not self.family or self.stop != "none":
            return False
        unable = all(lacks_labour(person, self.law) for person in self.family)
        return unable and not self.home["has_able_obligor"] and not self.has_means()

    def has_means(self):
        """M43.2: as for dibao, but basic pension and preferential allowance never count."""
        never = ("income.exempt_basic_pension", "income.exempt_preferential_allowance")
        spared = Case(self.home, self.family, self.law | dict.fromkeys(never, True))
        return not (spared.is_poor and self.has_little)

    @cached_property
    def is_dibao(self):
        """SC649.1, M57.8: poor and with little property; tekun comes first."""
        met = self.is_poor and self.has_little and self.stop == "none"
        return met and not self.is_tekun

    @cached_property
    def is_edge(self):
        """M57.4: not poor, below the edge limit (by the closed reading at it), little property."""
        limit = self.guaranteed * self.law["edge.ratio"]
        within = below(self.income, limit)
        if self.law["reading.edge_bounds"] == "closed" and self.law["edge.ratio"] > 1:
            within = not below(limit, self.income)
        valid = self.home["months_since_recognised"] <= self.law["reading.recognition_months"]
        valid = valid and self.home["has_applied"]
        out = self.is_tekun or self.is_poor or not self.has_little
        return bool(self.n and within and valid and not out)

    @cached_property
    def is_grace(self):
        """N2022.1, LP.13: in dibao before, no longer poor, and the months are not over."""
        if not self.n or not self.home["was_dibao"] or self.stop != "none":
            return False
        if self.is_poor or self.is_tekun or 0 < self.home["n_covered_now"] < self.n:
            return False
        ratio = self.law["grace.income_ratio_max"]
        if ratio != float("inf") and not below(self.income, self.guaranteed * ratio):
            return False
        months = self.law["reading.grace_months"]
        return self.has_little and self.home["months_above_standard"] < months

    def is_ill(self, person):
        """S3.2.14: on the list, or medical cost above the income of the family in a year."""
        by_cost = self.law["illness.by_expense"]
        return person["serious_illness"] or (
            by_cost and person["medical_expense_y"] > sum(map(total_income_of, self.family))
        )

    @cached_property
    def frail(self):
        """M57.3: the severely disabled and the seriously ill."""
        return [p for p in self.family if is_severe(p, self.law) or self.is_ill(p)]

    @cached_property
    def singles(self):
        """M57.3: who may apply singly in an edge family; not while all are paid in gradual exit."""
        open_to = self.law["single.offered"] and self.is_edge and not self.is_grace
        return self.frail if open_to and self.stop == "none" else []

    @cached_property
    def is_rigid(self):
        """N2025.1: income below the local disposable income, and much of it must be spent."""
        law, home, spending = self.law, self.home, self.spending
        if not law["rigid.offered"] or not self.n or not self.has_little or not spending:
            return False
        if not home["has_applied"]:
            return False
        since = home["months_since_recognised"]
        if since > law["rigid.valid_months"] or since > law["reading.recognition_months"]:
            return False
        scope = law["reading.disposable_income_scope"]
        if not below(self.gross * 12, law[f"local.disposable_income.{scope}"] * self.n):
            return False
        if law["reading.expenditure_rule"] == "less_spending":
            if law["reading.rigid_expenditure_cap"] == "share_of_income":
                spending = min(spending, self.gross * 12 * law["rigid.cap_share"])
            if law["reading.rigid_expenditure_cap"] == "amount":
                spending = min(spending, law["rigid.cap_y"])
            return below(self.gross - spending / 12, self.guaranteed * law["edge.ratio"])
        return not below(spending, self.gross * 12 * law["rigid.spending_share_min"])

    @cached_property
    def is_other(self):
        """N2023.3, S3.2.5: unemployed, disabled, new at university, large medical cost."""
        if not self.law["ladder.other_offered"]:
            return False
        large = self.law["ladder.large_medical_y"]
        return any(
            person["is_registered_unemployed"]
            or person["disability_grade"] > 0
            or (person["education_stage"] in ("college", "bachelor") and person["study_year"] == 1)
            or person["medical_expense_y"] >= large
            for person in self.family
        )

    @cached_property
    def layer(self):
        """N2023: the first that fits."""
        single = self.law["single.household_layer"] if self.singles else "edge"
        watched = self.law["ladder.monitored_offered"] and self.home["is_relapse_monitored"]
        ladder = {
            "tekun": self.is_tekun,
            "dibao": self.is_dibao,
            single: self.is_edge,
            "rigid": self.is_rigid,
            "monitored": watched and self.n,
            "other": self.is_other,
        }
        return next((name for name, fits in ladder.items() if fits), "none")

    @property
    def n_recipients(self):
        """Whole families but for those who applied singly (N2022.2)."""
        whole = self.is_tekun or self.is_dibao or self.is_grace
        return self.n if whole else len(self.singles)

    @cached_property
    def category(self):
        """S1.2.1 to S1.2.4: A before B before C, or the shortest interval of those that fit."""
        law, family = self.law, self.family
        is_a = bool(self.frail) or any(is_elder(p, law) or is_minor(p, law) for p in family)
        if law["category.key_groups"]:
            is_a = is_a or self.anybody("is_key_group")
        is_b = any(
            law["category.young_elder_age"] <= p["age"] < law["category.elder_age"]
            or (p["disability_grade"] > 0 and not is_severe(p, law))
            or is_pupil(p, law)
            for p in family
        )
        is_b = is_b or (law["category.single_parents"] and self.home["is_single_parent"])
        if law["reading.review_class_priority"] == "first_match":
            return "A" if is_a else "B" if is_b else "C"
        is_c = self.anybody("labour_capable") or not (is_a or is_b)
        fits = {"A": is_a, "B": is_b, "C": is_c}
        return min((name for name in fits if fits[name]), key=self.months_of)

    def months_of(self, category):
        """S1.2.1 to S1.2.3: the interval of a category; of C by area."""
        area = f".{self.home['area']}" if category == "C" else ""
        return self.law[f"review.months_{category.lower()}{area}"]

    @property
    def review(self):
        """M57.12: by whether somebody is able to work; or by category."""
        if self.law["review.by"] == "category":
            return self.months_of(self.category)
        able = any(p["labour_capable"] and not p["is_student"] for p in self.family)
        return self.law["review.months_changing" if able else "review.months_stable"]

    def supplement_of(self, person):
        """M57.10, LP.7, LP.15: a share of the standard for each reason, the highest or all."""
        law = self.law
        reasons = {"elder": is_elder(person, law), "minor": is_minor(person, law)}
        reasons |= {"severe": is_severe(person, law), "ill": self.is_ill(person)}
        shares = [law[f"supplement.{name}_share"] for name, met in reasons.items() if met]
        stacked = law["supplement.stacking"] == "stacked"
        return self.standard * (sum(shares) if stacked else max(shares, default=ZERO))

    def single_of(self, person):
        """M57.3, S3.2.12: one person's amount on the base chosen, and the supplement."""
        base, gap = self.law["reading.single_person_base"], self.standard
        if base == "own_income":
            gap = self.standard - income_of(person, self.law)
        elif base == "household_gap":
            gap = self.standard - self.income / self.n
        more = self.supplement_of(person) if self.law["supplement.for_single"] else ZERO
        return rounded(max(gap, ZERO), self.law) + more

    @cached_property
    def basic(self):
        """SC649.1: the standard less income for the family together, rounded once; or by tiers."""
        law, least = self.law, self.n * self.law["dibao.benefit_minimum"]
        if law["dibao.benefit_form"] == "gap":
            return max(rounded(self.guaranteed - self.income, law), least)
        tier = "third"
        for name in ("second", "first"):
            if below(self.income, self.guaranteed * law[f"tiers.{name}_below"]):
                tier = name
        return rounded(self.guaranteed * law[f"tiers.{tier}_share"], law)

    @cached_property
    def grace(self):
        """S3.6.5, LP.13: the old amount, at most what is guaranteed; less each month; or none."""
        reading, months = self.law["reading.grace_benefit"], self.law["reading.grace_months"]
        if not self.is_grace or reading == "zero":
            return ZERO
        old = min(self.home["current_benefit_m"], self.guaranteed)
        if reading == "taper":
            old = old * (months - self.home["months_above_standard"]) / months
        return rounded(old, self.law)

    @cached_property
    def tekun(self):
        """LP.6: a multiple of the standard for each, whatever the income, and care."""
        if not self.is_tekun:
            return ZERO
        basic = to_fen(self.guaranteed * self.law["tekun.basic_ratio"])
        return basic + sum(care_of(person, self.law) for person in self.family)

    @cached_property
    def dibao(self):
        """SC649.1, M57.10, M57.13: without the heads and supplements of those who lose theirs."""
        if not self.is_dibao:
            return ZERO
        kept = [person for person in self.family if person not in self.losing]
        return self.basic * len(kept) / self.n + sum(map(self.supplement_of, kept))

    @cached_property
    def losing(self):
        """M57.13: who refuses work, where only the own share is stopped."""
        return self.refusers if self.law["reading.work_refusal_sanction"] == "own_share" else []

    @cached_property
    def benefit(self):
        """M57.13: all of it, without the own share of those who refuse work; none if suspended."""
        if self.is_suspended:
            return ZERO
        grace = self.grace
        if self.losing:
            grace = grace * (self.n - len(self.losing)) / self.n
        singles = sum(self.single_of(p) for p in self.singles if p not in self.losing)
        return self.dibao + grace + singles + self.tekun

    @cached_property
    def status(self):
        """S4.2.26, S0.6.1: what becomes of the payment."""
        entitled = self.is_tekun or self.is_dibao or self.singles
        unverified = not all(person["is_income_verified"] for person in self.family)
        if self.is_suspended and (entitled or self.is_grace):
            return "suspended"
        if entitled:
            imputed = self.law["reading.imputation_rule"] != "none"
            return "paid" if imputed or not unverified else "to_verify"
        if self.is_grace:
            return "grace"
        is_stopped = self.is_poor and self.has_little and self.stop not in ("none", "not_applied")
        return "stopped" if is_stopped else "none"
