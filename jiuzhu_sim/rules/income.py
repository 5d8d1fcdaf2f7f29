"""Step 2, income: what counts of the income of a person and of a household."""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, rule


@rule(
    level="person",
    unit="yuan/month",
    clause=("S3.6.6", "S4.2.30", "LP.11"),
    when="reading_imputation_rule=minimum_wage",
)
def imputed_wage_m(
    labour_capable,
    is_student,
    is_carer,
    is_income_verified,
    local_minimum_wage,
    income_imputed_wage_share,
    reading_minimum_wage_role,
):
    """视同收入: wage taken to be earned by who is able to work and whose income nobody can verify.

    Students and carers are left out. Nothing if the minimum wage is read as a deducted cost.
    """
    if reading_minimum_wage_role != "imputed_wage":
        return np.zeros(1)
    is_imputed = labour_capable & ~is_student & ~is_carer & ~is_income_verified
    return np.where(is_imputed, local_minimum_wage * income_imputed_wage_share, 0)


@rule(
    level="person",
    unit="yuan/month",
    clause="S3.6.6",
    when="reading_imputation_rule=minimum_wage",
)
def unverified_cost_m(is_income_verified, local_minimum_wage, reading_minimum_wage_role):
    """Employment cost that cannot be verified, if the minimum wage is read as that cost."""
    if reading_minimum_wage_role != "deducted_cost":
        return np.zeros(1)
    return np.where(is_income_verified, 0, local_minimum_wage)


@rule(level="person", unit="yuan/month", clause=("EC.1", "S3.6.6", "M57.7", "GO2020.2", "LP.2"))
def employment_cost_m(
    wage_m, unverified_cost_m, income_employment_cost_share, income_employment_cost_cap
):
    """就业成本: a share of the wage up to a cap; if unverified and read as the minimum wage, that;
    never above the wage.
    """
    cost = np.minimum(wage_m * income_employment_cost_share, income_employment_cost_cap)
    return np.minimum(np.where(unverified_cost_m > 0, unverified_cost_m, cost), wage_m)


@rule(level="person", unit="yuan/month", clause=("M57.5", "S4.2.14"))
def other_income_m(business_income_y, property_income_y, unemployment_benefit_m):
    """Business and property income by the month, and unemployment benefit."""
    return (business_income_y + property_income_y) / MONTHS + unemployment_benefit_m


@rule(level="person", unit="yuan/month", clause=("EC.1", "S4.2.14", "S3.6.7", "M57.5", "M57.6"))
def counted_income_m(
    wage_m,
    imputed_wage_m,
    employment_cost_m,
    farm_income_y,
    pension_other_m,
    transfer_m,
    other_income_m,
    pension_basic_m,
    preferential_allowance_m,
    disability_allowance_m,
    income_exempt_basic_pension,
    income_exempt_preferential_allowance,
    income_exempt_disability_allowance,
):
    """Wage less employment cost (at least the imputed wage), farm and other income, pensions,
    transfers, without what is exempt.
    """
    income = np.maximum(wage_m - employment_cost_m, imputed_wage_m) + farm_income_y / MONTHS
    income = income + pension_other_m + transfer_m + other_income_m
    if not income_exempt_basic_pension:
        income = income + pension_basic_m
    if not income_exempt_preferential_allowance:
        income = income + preferential_allowance_m
    if not income_exempt_disability_allowance:
        income = income + disability_allowance_m
    return income


@rule(level="household", unit="yuan/month", clause=("LP.3", "LP.4", "LP.5"), when="support_form")
def assessed_support_m_hh(
    dibao_standard_m_hh,
    n_obligors,
    obligor_income_m,
    n_obligor_family,
    n_supported,
    has_able_obligor,
    support_form,
    support_share,
    support_share_many,
    support_many_from,
    support_exempt_standards,
    support_fee,
):
    """赡养费 of obligors outside the household, by one of three forms; all obligors taken alike.

    Excess: family income less standards for each of its members, a share of it, divided by the
    persons supported. By children: a lower share from a number of obligors on. Fee: a fixed
    amount for each member of the family. Nothing from obligors who are not able.
    """
    able = np.where(has_able_obligor, n_obligors, 0)
    if support_form == "fixed_fee":
        return able * n_obligor_family * support_fee
    free = dibao_standard_m_hh * support_exempt_standards * n_obligor_family
    excess = np.maximum(obligor_income_m - free, 0) / n_supported
    share = support_share
    if support_form == "excess_by_children":
        share = np.where(n_obligors >= support_many_from, support_share_many, support_share)
    return able * excess * share


@rule(level="household", unit="yuan/month", clause=("M57.5", "LP.3", "S0.2.4"))
def support_fee_m_hh(assessed_support_m_hh, support_paid_m):
    """Support that counts: the assessed fee, or what is really paid, agreed or adjudged if more."""
    return np.maximum(assessed_support_m_hh, support_paid_m)


@rule(level="household", unit="yuan/month", clause="S4.2.30", when="income_land_income_y")
def land_income_m_hh(land_mu, income_land_income_y):
    """Income imputed for land whose yield is not verified."""
    return land_mu * income_land_income_y / MONTHS


@rule(level="household", unit="yuan/month", clause=("EC.2", "M57.5"))
def gross_income_m_hh(
    members, counted_income_m, is_unit_member, support_fee_m_hh, land_income_m_hh
):
    """Counted income of all members, support fees and imputed land income."""
    return members.sum(counted_income_m, is_unit_member) + support_fee_m_hh + land_income_m_hh


@rule(
    level="household",
    unit="yuan/month",
    clause=("S1.1.15", "S4.2.30"),
    when="reading_imputation_rule=living_standard",
)
def living_standard_income_m_hh(living_cost_m):
    """Income by the actual standard of living: what the household is seen to spend."""
    return living_cost_m


@rule(level="household", unit="yuan/month", clause=("EC.2", "S4.2.25", "S1.1.15", "M57.5"))
def counted_income_m_hh(gross_income_m_hh, living_standard_income_m_hh, expenditure_deduction_m_hh):
    """Gross income, at least what the household lives on, less the deduction; never negative."""
    income = np.maximum(gross_income_m_hh, living_standard_income_m_hh)
    return np.maximum(income - expenditure_deduction_m_hh, 0)


@rule(level="household", unit="yuan/person-month", clause=("EC.2", "S4.2.25", "S3.2.11"))
def counted_income_pc_m_hh(counted_income_m_hh, n_members_hh):
    """Counted income of the household divided by its members."""
    return counted_income_m_hh / np.maximum(n_members_hh, 1)
