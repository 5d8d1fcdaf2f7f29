"""Gradual exit (渐退): benefit goes on for some months after income has risen."""

import numpy as np

from jiuzhu_sim.rules.kit import below, codes, rule

STOP = codes("stop_reason_hh")


@rule(
    level="household",
    clause=("S3.6.5", "S3.2.15", "S1.2.9", "N2022.1", "LP.13"),
    when="reading_grace_months",
    otherwise=False,
)
def is_grace_hh(
    was_dibao,
    is_income_below_hh,
    is_tekun_hh,
    counted_income_m_hh,
    guaranteed_m_hh,
    is_property_passed_hh,
    stop_reason_hh,
    n_members_hh,
    n_covered_now,
    months_above_standard,
    reading_grace_months,
    grace_income_ratio_max,
):
    """渐退: in dibao before as a whole, income has risen to the standard, the period still runs."""
    # Covered in part it was a single-person case, which has no gradual exit of the household.
    is_whole = (n_covered_now == 0) | (n_covered_now >= n_members_hh)
    is_risen = was_dibao & is_whole & ~is_income_below_hh & ~is_tekun_hh
    if not np.isinf(grace_income_ratio_max):
        limit = guaranteed_m_hh * grace_income_ratio_max
        is_risen = is_risen & below(counted_income_m_hh, limit)
    is_open = is_property_passed_hh & (stop_reason_hh == STOP.none) & (n_members_hh > 0)
    return is_risen & is_open & (months_above_standard < reading_grace_months)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S3.6.5", "N2022.1", "LP.13"),
    when="reading_grace_months",
    round="dibao_benefit_rounding",
)
def grace_benefit_m_hh(
    is_grace_hh,
    current_benefit_m,
    guaranteed_m_hh,
    months_above_standard,
    reading_grace_months,
    reading_grace_benefit,
):
    """Benefit during gradual exit: the old amount (at most what is guaranteed), less each month,
    or nothing.
    """
    old = np.minimum(current_benefit_m, guaranteed_m_hh)
    if reading_grace_benefit == "zero":
        old = old * 0
    if reading_grace_benefit == "taper":
        old = old * (reading_grace_months - months_above_standard) / reading_grace_months
    return np.where(is_grace_hh, old, 0)
