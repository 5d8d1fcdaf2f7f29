"""Single persons (单人保): what an ill or severely disabled member of an edge household gets."""

import numpy as np

from jiuzhu_sim.rules.kit import rule


@rule(
    level="household",
    unit="yuan/person-month",
    clause=("EC.5", "EC.8", "S3.2.12"),
    when="single_offered",
    round="dibao_benefit_rounding",
)
def full_standard_m_hh(dibao_standard_m_hh):
    """The full standard that a person included singly may get."""
    return dibao_standard_m_hh


@rule(
    level="person",
    unit="yuan/month",
    clause="S3.2.12",
    when="reading_single_person_base=own_income",
    round="dibao_benefit_rounding",
)
def own_gap_m(dibao_standard_m_hh, counted_income_m):
    """The standard less the person's own counted income, never negative."""
    return np.maximum(dibao_standard_m_hh - counted_income_m, 0)


@rule(
    level="household",
    unit="yuan/person-month",
    clause="S3.2.12",
    when="reading_single_person_base=household_gap",
    round="dibao_benefit_rounding",
)
def head_gap_m_hh(dibao_standard_m_hh, counted_income_pc_m_hh):
    """The standard less household income per capita: nothing in an edge household."""
    return np.maximum(dibao_standard_m_hh - counted_income_pc_m_hh, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("EC.5", "S3.2.12", "M57.3"),
    when="single_offered",
)
def single_person_base_m_hh(
    members,
    n_single_cases_hh,
    is_severe_or_ill,
    full_standard_m_hh,
    own_gap_m,
    head_gap_m_hh,
    reading_single_person_base,
):
    """单人保, before supplements: for each person included singly, on one of three bases."""
    if reading_single_person_base == "own_income":
        return np.where(n_single_cases_hh > 0, members.sum(own_gap_m, is_severe_or_ill), 0)
    if reading_single_person_base == "household_gap":
        return n_single_cases_hh * head_gap_m_hh
    return n_single_cases_hh * full_standard_m_hh


@rule(
    level="household",
    unit="yuan/month",
    clause="M57.13",
    when="reading_work_refusal_sanction=own_share",
)
def single_withheld_m_hh(
    members,
    n_single_cases_hh,
    is_severe_or_ill,
    is_refuser,
    supplement_share,
    dibao_standard_m_hh,
    full_standard_m_hh,
    own_gap_m,
    head_gap_m_hh,
    supplement_for_single,
    reading_single_person_base,
):
    """What persons included singly lose who themselves refuse work: their amount and supplement."""
    who = is_severe_or_ill & is_refuser
    amount = members.count(who) * full_standard_m_hh
    if reading_single_person_base == "household_gap":
        amount = members.count(who) * head_gap_m_hh
    if reading_single_person_base == "own_income":
        amount = members.sum(own_gap_m, who)
    if supplement_for_single:
        amount = amount + dibao_standard_m_hh * members.sum(supplement_share, who)
    return np.where(n_single_cases_hh > 0, amount, 0)


@rule(level="household", unit="ratio", clause="EC.7", when="single_offered")
def single_supplement_share_hh(members, supplement_share, is_severe_or_ill, supplement_for_single):
    """Supplement shares of those who may be included singly, added up."""
    if not supplement_for_single:
        return np.zeros(1)
    return members.sum(supplement_share, is_severe_or_ill)


@rule(level="household", unit="yuan/month", clause=("EC.5", "EC.7", "S3.2.12", "M57.3"))
def single_person_benefit_m_hh(
    n_single_cases_hh, single_person_base_m_hh, single_supplement_share_hh, dibao_standard_m_hh
):
    """单人保: the base amount and the supplement of each person included singly."""
    benefit = single_person_base_m_hh + dibao_standard_m_hh * single_supplement_share_hh
    return np.where(n_single_cases_hh > 0, benefit, 0)
