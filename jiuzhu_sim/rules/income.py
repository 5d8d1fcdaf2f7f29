"""Step 1, income: what counts of the income of a person and of a household."""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, rule


@rule(level="household", unit="persons", clause=("EC.2", "S4.2.22"))
def n_members_hh(members):
    """Members living together (共同生活家庭成员)."""
    return members.number()


@rule(level="person", unit="yuan/month", clause=("EC.1", "S4.2.14"))
def counted_income_m(
    wage_m,
    farm_income_y,
    pension_other_m,
    transfer_m,
    pension_basic_m,
    preferential_allowance_m,
    disability_allowance_m,
    income_employment_cost_share,
    income_employment_cost_cap,
    income_exempt_basic_pension,
    income_exempt_preferential_allowance,
    income_exempt_disability_allowance,
):
    """Wage less employment cost, farm income, pensions and transfers, without what is exempt.

    Employment cost: a share of the wage up to a cap.
    """
    employment_cost = np.minimum(wage_m * income_employment_cost_share, income_employment_cost_cap)
    income = wage_m - employment_cost + farm_income_y / MONTHS + pension_other_m + transfer_m
    if not income_exempt_basic_pension:
        income = income + pension_basic_m
    if not income_exempt_preferential_allowance:
        income = income + preferential_allowance_m
    if not income_exempt_disability_allowance:
        income = income + disability_allowance_m
    return income


@rule(level="household", unit="yuan/month", clause="EC.2")
def expenditure_deduction_m_hh(
    members, medical_expense_y, tuition_y, income_expenditure_deduction_share
):
    """The share of own-paid medical and education expense that is deducted (刚性支出核减)."""
    expense_y = members.sum(medical_expense_y + tuition_y)
    return expense_y * income_expenditure_deduction_share / MONTHS


@rule(level="household", unit="yuan/month", clause=("EC.2", "S4.2.25"))
def counted_income_m_hh(members, counted_income_m, expenditure_deduction_m_hh):
    """Counted income of all members less the expenditure deduction, never negative."""
    return np.maximum(members.sum(counted_income_m) - expenditure_deduction_m_hh, 0)


@rule(level="household", unit="yuan/person-month", clause=("EC.2", "S4.2.25"))
def counted_income_pc_m_hh(counted_income_m_hh, n_members_hh):
    """Counted income of the household divided by its members."""
    return counted_income_m_hh / n_members_hh
