"""Step 7, status: dibao, edge and the other layers; each household stands in exactly one."""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, at_most, below, codes, rule

KIND = codes("disability_kind")
LAYER = codes("layer_hh")
STAGE = codes("education_stage")
STOP = codes("stop_reason_hh")


@rule(level="household", unit="yuan/person-month", clause=("EC.5", "S3.2.3", "S3.6.1", "M57.4"))
def edge_limit_m_hh(dibao_standard_m_hh, edge_ratio):
    """Income from which a household is above the edge layer."""
    return dibao_standard_m_hh * edge_ratio


@rule(
    level="household",
    clause=("EC.4", "S4.2.25", "S3.2.11", "S3.7.3", "S3.11.10", "SC649.1"),
)
def is_income_below_hh(counted_income_m_hh, guaranteed_m_hh):
    """Counted income below what is guaranteed; at or above it there is no dibao (S4.2.25).

    Compared for the household, so that a missing fen counts once.
    """
    return below(counted_income_m_hh, guaranteed_m_hh)


@rule(level="household", clause=("EC.4", "S4.2.25", "S3.2.11", "S0.3.1", "SC649.1"))
def is_dibao_hh(
    is_income_below_hh, is_property_passed_hh, stop_reason_hh, is_tekun_hh, n_members_hh
):
    """低保: income and property tests passed, no ground to stop, not tekun."""
    is_open = (stop_reason_hh == STOP.none) & ~is_tekun_hh & (n_members_hh > 0)
    return is_income_below_hh & is_property_passed_hh & is_open


@rule(level="household", clause=("EC.5", "S3.2.3", "S3.6.1", "S3.7.1", "S3.7.2", "M57.4"))
def is_edge_hh(
    counted_income_m_hh,
    guaranteed_m_hh,
    n_members_hh,
    edge_ratio,
    is_income_below_hh,
    is_property_passed_hh,
    is_tekun_hh,
    is_recognition_valid_hh,
    reading_edge_bounds,
):
    """低保边缘: from what is guaranteed to that times the edge ratio, property test passed.

    The limit itself belongs to the band by one reading of 处于…之间 (edge bounds closed).
    """
    limit = guaranteed_m_hh * edge_ratio
    within = below(counted_income_m_hh, limit)
    if reading_edge_bounds == "closed" and edge_ratio > 1:
        within = at_most(counted_income_m_hh, limit)
    is_eligible = is_property_passed_hh & ~is_tekun_hh & is_recognition_valid_hh
    return within & ~is_income_below_hh & is_eligible & (n_members_hh > 0)


@rule(level="household", clause=("S1.1.3", "S3.6.10"))
def is_recognition_valid_hh(has_applied, months_since_recognised, reading_recognition_months):
    """Recognition as low-income is on application, and has not run out (a review renews it)."""
    return has_applied & (months_since_recognised <= reading_recognition_months)


@rule(level="person", clause=("EC.5", "S3.2.13", "S1.2.1", "S3.10.23", "M57.3"))
def is_severely_disabled(
    disability_grade,
    disability_kind,
    disability_severe_grade_max,
    disability_severe_grade_max_mental,
    disability_severe_other_kinds,
):
    """重残: by grade, a wider limit for intellectual and psychiatric; four kinds in some places."""
    is_mental = (disability_kind == KIND.intellectual) | (disability_kind == KIND.psychiatric)
    is_severe = (disability_grade <= disability_severe_grade_max) | (
        is_mental & (disability_grade <= disability_severe_grade_max_mental)
    )
    if not disability_severe_other_kinds:
        is_severe = is_severe & (disability_kind != KIND.other)
    return is_severe & (disability_grade > 0)


@rule(level="person", clause=("EC.5", "S3.2.14"))
def is_seriously_ill(serious_illness, medical_expense_y, income_last_year_y_hh, illness_by_expense):
    """重病: on the list, or own-paid medical cost above the household's income of last year."""
    if not illness_by_expense:
        return serious_illness
    return serious_illness | (medical_expense_y > income_last_year_y_hh)


@rule(level="household", unit="yuan/year", clause="S3.2.14", when="illness_by_expense")
def income_last_year_y_hh(
    members,
    wage_m,
    farm_income_y,
    other_income_m,
    pension_basic_m,
    pension_other_m,
    preferential_allowance_m,
    disability_allowance_m,
    transfer_m,
    is_unit_member,
):
    """Total income of the last year, exempt or not, taken as twelve months of the present one."""
    paid = pension_basic_m + pension_other_m + preferential_allowance_m + disability_allowance_m
    monthly = wage_m + other_income_m + paid + transfer_m
    return members.sum(monthly * MONTHS + farm_income_y, is_unit_member)


@rule(level="person", clause=("EC.5", "S3.2.12", "S1.1.2", "M57.3"))
def is_severe_or_ill(is_severely_disabled, is_seriously_ill, is_unit_member):
    """A member who is severely disabled or seriously ill."""
    return (is_severely_disabled | is_seriously_ill) & is_unit_member


@rule(level="household", unit="persons", clause=("EC.5", "S3.2.12", "M57.3"))
def n_severe_or_ill_hh(members, is_severe_or_ill):
    """Members who are severely disabled or seriously ill."""
    return members.count(is_severe_or_ill)


@rule(
    level="household",
    unit="persons",
    clause=("EC.5", "S3.2.12", "S3.11.11", "S1.1.2", "M57.3"),
    when="single_offered",
)
def n_single_cases_hh(is_edge_hh, n_severe_or_ill_hh, stop_reason_hh, is_grace_hh):
    """单人保: members of an edge household included singly; not during its gradual exit."""
    is_open = is_edge_hh & (stop_reason_hh == STOP.none) & ~is_grace_hh
    return np.where(is_open, n_severe_or_ill_hh, 0)


@rule(
    level="household",
    unit="yuan/person-year",
    clause=("S3.6.2", "S3.6.4", "N2023.2", "N2025.1"),
    when="rigid_offered",
)
def disposable_income_y_hh(
    local_disposable_income_residents,
    local_disposable_income_urban,
    local_disposable_income_rural,
    reading_disposable_income_scope,
):
    """Last year's local disposable income a head: of all residents, urban or rural ones."""
    if reading_disposable_income_scope == "urban":
        return local_disposable_income_urban
    if reading_disposable_income_scope == "rural":
        return local_disposable_income_rural
    return local_disposable_income_residents


@rule(
    level="household",
    unit="yuan/person-year",
    clause=("S3.6.2", "N2023.2", "N2025.1"),
    when="rigid_offered",
)
def gross_income_pc_y_hh(gross_income_m_hh, n_members_hh):
    """Income a head and year, which is held against the local disposable income."""
    return gross_income_m_hh * MONTHS / np.maximum(n_members_hh, 1)


@rule(
    level="household",
    clause=("S3.2.4", "S3.6.2", "N2023.2", "N2025.1"),
    when="rigid_offered",
    otherwise=False,
)
def is_rigid_hh(
    gross_income_m_hh,
    n_members_hh,
    gross_income_pc_y_hh,
    disposable_income_y_hh,
    rigid_expenditure_y_hh,
    rigid_deducted_y_hh,
    guaranteed_m_hh,
    edge_ratio,
    is_property_passed_hh,
    is_recognition_valid_hh,
    months_since_recognised,
    rigid_valid_months,
    rigid_spending_share_min,
    reading_expenditure_rule,
):
    """支出型困难: income below last year's disposable income, and much of it must be spent.

    By S3.6.2 income less spending lies below the edge limit; by the national measures spending
    reaches a share of income. Both need the property test and a recognition that still holds.
    """
    is_below_mean = below(
        gross_income_pc_y_hh * n_members_hh, disposable_income_y_hh * n_members_hh
    )
    if reading_expenditure_rule == "less_spending":
        left = gross_income_m_hh - rigid_deducted_y_hh / MONTHS
        is_burdened = below(left, guaranteed_m_hh * edge_ratio) & (rigid_expenditure_y_hh > 0)
    else:
        needed = gross_income_m_hh * MONTHS * rigid_spending_share_min
        is_burdened = (rigid_expenditure_y_hh > 0) & at_most(needed, rigid_expenditure_y_hh)
    is_valid = is_recognition_valid_hh & (months_since_recognised <= rigid_valid_months)
    is_open = is_property_passed_hh & is_valid & (n_members_hh > 0)
    return is_below_mean & is_burdened & is_open


@rule(
    level="household",
    clause=("S3.2.3", "N2023.3"),
    when="ladder_monitored_offered",
    otherwise=False,
)
def is_monitored_hh(is_relapse_monitored, n_members_hh):
    """防返贫监测对象, as recognised by the rural-revitalisation department."""
    return is_relapse_monitored & (n_members_hh > 0)


@rule(
    level="household",
    clause=("S3.2.5", "N2023.3"),
    when="ladder_other_offered",
    otherwise=False,
)
def is_other_low_income_hh(
    members,
    is_registered_unemployed,
    disability_grade,
    education_stage,
    study_year,
    medical_expense_y,
    is_unit_member,
    ladder_large_medical_y,
):
    """其他低收入: registered unemployed, disabled, new at university, or large medical cost."""
    is_student_entering = (
        (education_stage == STAGE.college) | (education_stage == STAGE.bachelor)
    ) & (study_year == 1)
    is_hard = is_registered_unemployed | (disability_grade > 0) | is_student_entering
    is_hard = is_hard | (medical_expense_y >= ladder_large_medical_y)
    return members.any(is_hard & is_unit_member)


@rule(
    level="household",
    clause=("EC.4", "EC.5", "S4.2.25", "S3.2.1", "S3.2.2", "S3.6.13", "S3.7.3", "N2023.1"),
)
def layer_hh(
    is_tekun_hh,
    is_dibao_hh,
    is_edge_hh,
    n_single_cases_hh,
    is_rigid_hh,
    is_monitored_hh,
    is_other_low_income_hh,
    single_household_layer,
):
    """分层: tekun, dibao, single-person, edge, rigid, monitored, other: the first that fits.

    A household with a member included singly is a layer of its own, or stays edge.
    """
    single = LAYER.single_person if single_household_layer == "single_person" else LAYER.edge
    layer = np.where(is_other_low_income_hh, LAYER.other, LAYER.none)
    layer = np.where(is_monitored_hh, LAYER.monitored, layer)
    layer = np.where(is_rigid_hh, LAYER.rigid, layer)
    layer = np.where(is_edge_hh, np.where(n_single_cases_hh > 0, single, LAYER.edge), layer)
    layer = np.where(is_dibao_hh, LAYER.dibao, layer)
    return np.where(is_tekun_hh, LAYER.tekun, layer)


@rule(level="household", unit="persons", clause=("EC.5", "EC.9", "S4.2.1", "S3.11.11"))
def n_recipients_hh(is_tekun_hh, is_dibao_hh, n_single_cases_hh, is_grace_hh, n_members_hh):
    """All members of a tekun, dibao or gradual-exit household; else those included singly."""
    is_whole = is_tekun_hh | is_dibao_hh | is_grace_hh
    return np.where(is_whole, n_members_hh, n_single_cases_hh)
