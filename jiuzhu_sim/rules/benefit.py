"""Step 9, benefit: the difference (or tiers, or classes), supplements, what is paid and when."""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, QUARTER, below, codes, rule

CLASS = codes("support_class_hh")
PAYMENT = codes("payment_status_hh")
STOP = codes("stop_reason_hh")
TIER = codes("tier_hh")


@rule(
    level="household",
    unit="yuan/month",
    clause=(
        "EC.7",
        "EC.8",
        "S3.10.7",
        "S3.11.10",
        "S4.2.2",
        "S4.2.25",
        "SC649.1",
        "M57.9",
        "LP.12",
    ),
    round="dibao_benefit_rounding",
)
def gap_m_hh(guaranteed_m_hh, counted_income_m_hh):
    """补差: what is guaranteed less counted income, never negative.

    Rounded once, for the household, not per head first (that overpays by up to a yuan a member).
    """
    return np.maximum(guaranteed_m_hh - counted_income_m_hh, 0)


@rule(
    level="household",
    clause=("S3.11.10", "S4.1.12", "GO2020.1", "LP.10"),
    when="dibao_benefit_form=tiers",
    otherwise="third",
)
def tier_hh(counted_income_m_hh, guaranteed_m_hh, tiers_first_below, tiers_second_below):
    """档次 of a household by income in standards: first is the hardest."""
    is_first = below(counted_income_m_hh, guaranteed_m_hh * tiers_first_below)
    is_second = below(counted_income_m_hh, guaranteed_m_hh * tiers_second_below)
    return np.where(is_first, TIER.first, np.where(is_second, TIER.second, TIER.third))


@rule(
    level="household",
    unit="yuan/month",
    clause=("S3.11.10", "S4.1.12", "M57.9", "LP.10"),
    when="dibao_benefit_form=tiers",
    round="dibao_benefit_rounding",
)
def tier_benefit_m_hh(
    tier_hh, guaranteed_m_hh, tiers_first_share, tiers_second_share, tiers_third_share
):
    """分档救助: one amount for all households of a tier, whatever their exact gap."""
    is_second = tier_hh == TIER.second
    lower = np.where(is_second, tiers_second_share, tiers_third_share)
    return guaranteed_m_hh * np.where(tier_hh == TIER.first, tiers_first_share, lower)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S3.10.5", "S3.10.6", "S3.10.7", "S3.10.8"),
    when="dibao_benefit_form=classes",
    round="dibao_benefit_rounding",
)
def class_benefit_m_hh(
    support_class_hh,
    gap_m_hh,
    guaranteed_m_hh,
    n_members_hh,
    classes_floor,
    reading_class_ii_rate,
    reading_floor_scope,
):
    """By class: I the full standard, II a share of it, III the difference; at least a floor a head.

    The floor holds for class III, or by the other reading for all classes.
    """
    full = guaranteed_m_hh
    part = full * reading_class_ii_rate
    floor = n_members_hh * classes_floor
    third = np.maximum(gap_m_hh, floor)
    amount = np.where(
        support_class_hh == CLASS.i, full, np.where(support_class_hh == CLASS.ii, part, third)
    )
    return np.maximum(amount, floor) if reading_floor_scope == "all" else amount


@rule(
    level="household",
    unit="yuan/month",
    clause="S3.10.2",
    when="reading_supplement_target=average_target",
    round="dibao_benefit_rounding",
)
def target_benefit_m_hh(n_members_hh, was_dibao, current_benefit_m, dibao_supplement_rise):
    """With the rise read as a target: recipients get their old amount and the rise, newcomers the
    rise.
    """
    return n_members_hh * dibao_supplement_rise + np.where(was_dibao, current_benefit_m, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("EC.7", "S4.2.2", "S3.10.2", "S3.10.7", "S3.11.10", "M57.9"),
)
def gap_benefit_m_hh(
    is_dibao_hh,
    gap_m_hh,
    tier_benefit_m_hh,
    class_benefit_m_hh,
    target_benefit_m_hh,
    n_members_hh,
    dibao_benefit_form,
    dibao_benefit_minimum,
    reading_supplement_target,
):
    """低保金 of a dibao household: its gap (at least a minimum a head), or by tiers or classes; or
    by the target, where the rise is read as one.
    """
    benefit = np.maximum(gap_m_hh, n_members_hh * dibao_benefit_minimum)
    if dibao_benefit_form == "tiers":
        benefit = tier_benefit_m_hh
    if dibao_benefit_form == "classes":
        benefit = class_benefit_m_hh
    if reading_supplement_target == "average_target":
        benefit = target_benefit_m_hh
    return np.where(is_dibao_hh, benefit, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S3.11.10", "S3.10.5", "S3.10.6"),
)
def over_gap_m_hh(is_dibao_hh, gap_benefit_m_hh, gap_m_hh):
    """What the form of benefit pays above the exact difference; negative if it pays less."""
    return np.where(is_dibao_hh, gap_benefit_m_hh - gap_m_hh, 0)


@rule(level="household", unit="yuan/month", clause=("EC.7", "M57.10", "LP.7"))
def category_supplement_m_hh(members, is_dibao_hh, dibao_standard_m_hh, supplement_share):
    """Category supplements (分类施保) of a dibao household: shares of the standard, by member."""
    return np.where(is_dibao_hh, dibao_standard_m_hh * members.sum(supplement_share), 0)


@rule(
    level="household",
    unit="yuan/month",
    clause="M57.13",
    when="reading_work_refusal_sanction=own_share",
)
def withheld_m_hh(
    members,
    gap_benefit_m_hh,
    grace_benefit_m_hh,
    single_withheld_m_hh,
    n_refusers_hh,
    n_members_hh,
    is_refuser,
    is_dibao_hh,
    supplement_share,
    dibao_standard_m_hh,
):
    """停发本人份额 of those who refuse work: a head's part of the family's amount and their own
    supplements; of a person included singly, what that person gets.
    """
    part = (gap_benefit_m_hh + grace_benefit_m_hh) * n_refusers_hh / np.maximum(n_members_hh, 1)
    supplement = dibao_standard_m_hh * members.sum(supplement_share, is_refuser)
    return part + np.where(is_dibao_hh, supplement, 0) + single_withheld_m_hh


@rule(level="household", clause=("S1.1.4", "S3.2.11", "S4.2.26", "S0.3.1", "S3.6.5", "S0.6.1"))
def payment_status_hh(
    members,
    is_dibao_hh,
    n_single_cases_hh,
    is_tekun_hh,
    is_grace_hh,
    is_suspended_hh,
    is_income_below_hh,
    is_property_passed_hh,
    stop_reason_hh,
    is_income_verified,
    is_unit_member,
    reading_imputation_rule,
):
    """发放状态. Income that nobody verified and no rule imputes needs a visit and a review first
    (to verify): the amount is computed from what is declared, the status says that it is not final.
    """
    is_entitled = is_dibao_hh | (n_single_cases_hh > 0) | is_tekun_hh
    is_open = members.any(~is_income_verified & is_unit_member) & (
        reading_imputation_rule == "none"
    )
    has_ground = (stop_reason_hh != STOP.none) & (stop_reason_hh != STOP.not_applied)
    is_stopped = is_income_below_hh & is_property_passed_hh & has_ground
    return np.select(
        [
            (is_entitled | is_grace_hh) & is_suspended_hh,
            is_entitled & is_open,
            is_entitled,
            is_grace_hh,
            is_stopped,
        ],
        [PAYMENT.suspended, PAYMENT.to_verify, PAYMENT.paid, PAYMENT.grace, PAYMENT.stopped],
        PAYMENT.none,
    )


@rule(level="household", unit="yuan/month", clause=("EC.7", "EC.9", "S0.6.1"))
def entitled_m_hh(
    gap_benefit_m_hh,
    category_supplement_m_hh,
    single_person_benefit_m_hh,
    tekun_benefit_m_hh,
    grace_benefit_m_hh,
    withheld_m_hh,
):
    """应发金额 a month: dibao, single persons, tekun and gradual exit, less what is withheld."""
    dibao = gap_benefit_m_hh + category_supplement_m_hh + single_person_benefit_m_hh
    return dibao + grace_benefit_m_hh + tekun_benefit_m_hh - withheld_m_hh


@rule(level="household", unit="yuan/month", clause=("EC.7", "EC.9", "S4.2.26", "M57.13"))
def benefit_m_hh(entitled_m_hh, is_suspended_hh):
    """What the household gets a month; nothing while suspended."""
    return np.where(is_suspended_hh, 0, entitled_m_hh)


@rule(level="household", unit="months", clause="S3.10.25")
def first_year_months_hh(was_dibao, approval_month, dibao_policy_month, reading_benefit_start):
    """Months paid in the first year: from approval, the month after, its quarter, or the policy."""
    start = approval_month
    if reading_benefit_start == "policy_date":
        start = np.full(1, dibao_policy_month)
    if reading_benefit_start == "next_month":
        start = approval_month + 1
    if reading_benefit_start == "quarter_start":
        start = approval_month - (approval_month - 1) % QUARTER
    return np.where(was_dibao, MONTHS, MONTHS + 1 - start)


@rule(level="household", unit="yuan/year", clause=("S3.10.25", "S4.2.26"))
def benefit_first_year_y_hh(
    entitled_m_hh, grace_benefit_m_hh, first_year_months_hh, paid_months_hh
):
    """Benefit of the first year, gradual exit aside: by the months paid, less a suspension."""
    months = np.maximum(first_year_months_hh + paid_months_hh - MONTHS, 0)
    return (entitled_m_hh - grace_benefit_m_hh) * months
