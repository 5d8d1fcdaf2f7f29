"""Temporary assistance (临时救助): emergency type, paid first and topped up, or expenditure type.

No layer is asked for: removed households, and those who never qualified, may be in real hardship.
What a township's reserve can bear is not decided here; needs are added up over its households.
"""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, at_most, below, codes, rule

TYPE = codes("temporary_type_hh")


@rule(
    level="household",
    clause=("S2.3.3", "S2.3.5", "S3.2.23", "TA2018.1"),
    when="temporary_offered",
    otherwise=False,
)
def is_expenditure_heavy_hh(
    rigid_expenditure_y_hh,
    gross_income_m_hh,
    temporary_expenditure_from_share,
    temporary_expenditure_from,
):
    """Rigid expenditure above a share of the year's income, or above an amount."""
    is_heavy = below(temporary_expenditure_from, rigid_expenditure_y_hh)
    if np.isinf(temporary_expenditure_from_share):
        return is_heavy
    limit = gross_income_m_hh * MONTHS * temporary_expenditure_from_share
    return is_heavy | below(limit, rigid_expenditure_y_hh)


@rule(
    level="household",
    clause=("S2.3.5", "TA2018.1", "TA2018.2"),
    when="temporary_offered",
    otherwise=False,
)
def is_temporary_income_met_hh(
    gross_income_m_hh, dibao_standard_m_hh, n_members_hh, temporary_income_ratio_max
):
    """Income a head of at most some dibao standards, where the place sets such a limit."""
    if np.isinf(temporary_income_ratio_max):
        return np.ones(1, bool)
    limit = dibao_standard_m_hh * n_members_hh * temporary_income_ratio_max
    return at_most(gross_income_m_hh, limit)


@rule(
    level="household",
    clause=("S2.3.3", "S2.3.5", "S3.2.23", "S0.6.2", "S1.8.2", "TA2018.1"),
    when="temporary_offered",
    otherwise="none",
)
def temporary_type_hh(
    emergency_need,
    is_expenditure_heavy_hh,
    is_temporary_income_met_hh,
    is_property_passed_hh,
    n_members_hh,
    temporary_property_tested,
):
    """急难型 for any household with an urgent need; else 支出型, by spending and income.

    One type a year; an emergency comes first.
    """
    is_spent = is_expenditure_heavy_hh & is_temporary_income_met_hh
    if temporary_property_tested:
        is_spent = is_spent & is_property_passed_hh
    found = np.where(is_spent, TYPE.expenditure, TYPE.none)
    found = np.where(emergency_need > 0, TYPE.emergency, found)
    return np.where(n_members_hh > 0, found, TYPE.none)


@rule(
    level="household",
    unit="yuan",
    clause="S2.4.12",
    when="temporary_offered",
)
def urgent_ceiling_hh(n_members_hh, temporary_urgent_ceiling, reading_urgent_ceiling_unit):
    """先行救助上限 of the household: once, or by the other reading once for each member.

    A household has one need here, so "each case" and "each household" are the same.
    """
    if reading_urgent_ceiling_unit != "person" or np.isinf(temporary_urgent_ceiling):
        return np.full(1, temporary_urgent_ceiling)
    return n_members_hh * temporary_urgent_ceiling


@rule(
    level="household",
    unit="yuan",
    clause=("S2.3.4", "S2.4.12", "S3.2.23", "TA2018.1", "LP.8"),
    when="temporary_offered",
    round="fen",
)
def temporary_first_aid_hh(
    temporary_type_hh, emergency_need, urgent_ceiling_hh, reading_first_aid_amount
):
    """小金额先行救助: a small amount of the need at once, circumstances explained afterwards."""
    amount = np.minimum(np.minimum(emergency_need, reading_first_aid_amount), urgent_ceiling_hh)
    return np.where(temporary_type_hh == TYPE.emergency, amount, 0)


@rule(
    level="household",
    unit="yuan",
    clause=("S2.3.6", "S2.3.7", "S2.4.12", "S3.2.23"),
    when="temporary_offered",
    round="fen",
)
def temporary_top_up_hh(
    temporary_type_hh, emergency_need, temporary_first_aid_hh, urgent_ceiling_hh
):
    """跟进救助: the rest of the need up to the ceiling, less what was paid first."""
    rest = np.minimum(emergency_need, urgent_ceiling_hh) - temporary_first_aid_hh
    return np.where(temporary_type_hh == TYPE.emergency, np.maximum(rest, 0), 0)


@rule(
    level="household",
    unit="yuan",
    clause=("S2.3.3", "S2.3.5", "TA2018.2", "LP.8"),
    when="temporary_offered",
    round="fen",
)
def temporary_expenditure_aid_hh(
    temporary_type_hh,
    dibao_standard_m_hh,
    n_members_hh,
    rigid_expenditure_y_hh,
    temporary_expenditure_months,
):
    """支出型救助: some months of the dibao standard for each member, at most what was spent."""
    amount = dibao_standard_m_hh * n_members_hh * temporary_expenditure_months
    amount = np.minimum(amount, rigid_expenditure_y_hh)
    return np.where(temporary_type_hh == TYPE.expenditure, amount, 0)


@rule(
    level="household",
    unit="yuan",
    clause=("S2.3.1", "S2.3.3", "S2.3.6", "S3.2.23", "S0.6.2", "S1.8.2"),
    when="temporary_offered",
)
def temporary_aid_hh(temporary_first_aid_hh, temporary_top_up_hh, temporary_expenditure_aid_hh):
    """临时救助金: what the household gets, once a year."""
    return temporary_first_aid_hh + temporary_top_up_hh + temporary_expenditure_aid_hh
