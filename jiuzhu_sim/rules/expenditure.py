"""Step 3, rigid expenditure (刚性支出): what is deducted from income."""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, rule


@rule(level="household", unit="yuan/year", clause=("EC.2", "S1.1.14", "S3.6.3", "N2025.2"))
def rigid_expenditure_y_hh(
    members,
    medical_expense_y,
    tuition_y,
    accident_expense_y,
    care_expense_y,
    disaster_expense_y,
    living_cost_m,
    is_unit_member,
    rigid_counts_medical,
    rigid_counts_tuition,
    rigid_counts_accident,
    rigid_counts_care,
    rigid_counts_disaster,
    rigid_counts_living,
):
    """What the household must spend a year, of the kinds the place counts."""
    spent = np.zeros(1)
    if rigid_counts_medical:
        spent = spent + medical_expense_y
    if rigid_counts_tuition:
        spent = spent + tuition_y
    if rigid_counts_accident:
        spent = spent + accident_expense_y
    if rigid_counts_care:
        spent = spent + care_expense_y
    total = members.sum(spent, is_unit_member)
    if rigid_counts_disaster:
        total = total + disaster_expense_y
    return total + living_cost_m * MONTHS if rigid_counts_living else total


@rule(level="household", unit="yuan/year", clause=("S3.6.2", "S3.6.3"), when="rigid_offered")
def rigid_deducted_y_hh(
    rigid_expenditure_y_hh,
    gross_income_m_hh,
    reading_rigid_expenditure_cap,
    rigid_cap_share,
    rigid_cap_y,
):
    """Rigid expenditure that is deducted to recognise a family: up to the ceiling."""
    if reading_rigid_expenditure_cap == "share_of_income":
        return np.minimum(rigid_expenditure_y_hh, gross_income_m_hh * MONTHS * rigid_cap_share)
    if reading_rigid_expenditure_cap == "amount":
        return np.minimum(rigid_expenditure_y_hh, rigid_cap_y)
    return rigid_expenditure_y_hh


@rule(
    level="household",
    unit="yuan/month",
    clause=("EC.2", "S1.1.14", "S3.6.3", "S3.11.12", "M57.7"),
    when="income_expenditure_deduction_share",
)
def expenditure_deduction_m_hh(
    rigid_expenditure_y_hh,
    gross_income_m_hh,
    living_standard_income_m_hh,
    income_expenditure_deduction_share,
    reading_rigid_expenditure_cap,
    rigid_cap_share,
    rigid_cap_y,
):
    """支出核减: the share of rigid expenditure that is deducted, by the month, up to a ceiling."""
    deduction = rigid_expenditure_y_hh * income_expenditure_deduction_share / MONTHS
    if reading_rigid_expenditure_cap == "share_of_income":
        income = np.maximum(gross_income_m_hh, living_standard_income_m_hh)
        deduction = np.minimum(deduction, income * rigid_cap_share)
    if reading_rigid_expenditure_cap == "amount":
        deduction = np.minimum(deduction, rigid_cap_y / MONTHS)
    return deduction
