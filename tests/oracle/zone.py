"""Document S3.10 once more: slow, one household at a time, in exact fractions.

Written from its text. What it says nothing of is as in the national reference, where the values
of the place leave it without effect.
"""

from tests.oracle.exact import ZERO, rounded
from tests.oracle.national import Case


class ZoneCase(Case):
    """One household of the zone: classes I to III from April 2009, the difference before."""

    @property
    def support_class(self):
        """S3.10.4: those new in 2009 are class III; class I needs all three conditions."""
        is_third = self.law["classes.newcomers_third"] and not self.home["was_dibao"]
        if self.law["dibao.benefit_form"] != "classes" or is_third:
            return "iii"
        alone = not self.home["has_able_obligor"] and not self.gross
        if alone and not self.anybody("labour_capable"):
            return "i"
        return "ii" if self.frail or self.home["is_single_parent"] else "iii"

    @property
    def by_class(self):
        """S3.10.5 to S3.10.8: the standard, a share of it, or the difference; at least a floor."""
        if self.law["dibao.benefit_form"] != "classes":
            return ZERO
        floor = self.law["classes.floor"] * self.n
        amounts = {
            "i": self.guaranteed,
            "ii": self.guaranteed * self.law["reading.class_ii_rate"],
            "iii": max(self.guaranteed - self.income, floor),
        }
        amount = amounts[self.support_class]
        if self.law["reading.floor_scope"] == "all":
            amount = max(amount, floor)
        return rounded(amount, self.law)

    @property
    def basic(self):
        """S3.10.2: by the second reading the old amount and the rise, for newcomers the rise."""
        if self.law["reading.supplement_target"] == "average_target":
            old = self.home["current_benefit_m"] if self.home["was_dibao"] else ZERO
            return rounded(old + self.law["dibao.supplement_rise"] * self.n, self.law)
        if self.law["dibao.benefit_form"] == "classes":
            return self.by_class
        return super().basic

    @property
    def first_year_months(self):
        """S3.10.25: from the approval, its quarter or the policy's month; less a suspension."""
        start = self.home["approval_month"]
        if self.law["reading.benefit_start"] == "policy_date":
            start = self.law["dibao.policy_month"]
        if self.law["reading.benefit_start"] == "quarter_start":
            start = (1, 4, 7, 10)[(start - 1) // 3]
        months = 12 if self.home["was_dibao"] else 13 - start
        lost = self.law["work.suspension_months"] if self.is_suspended else 0
        return max(months - lost, 0)


def judge(home, persons, law):
    """All that is compared, of one household."""
    case = ZoneCase(home, persons, law)
    return {
        "n_members_hh": case.n,
        "dibao_standard_m_hh": case.standard,
        "counted_income_pc_m_hh": case.income / max(case.n, 1),
        "support_class_hh": case.support_class,
        "class_benefit_m_hh": case.by_class,
        "layer_hh": case.layer,
        "n_recipients_hh": case.n if case.is_dibao else 0,
        "benefit_m_hh": case.benefit,
        "benefit_first_year_y_hh": case.dibao * case.first_year_months,
    }
