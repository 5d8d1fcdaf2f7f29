"""Tekun (特困供养): three tests of the household, the care grade of a person, and what is paid."""

import numpy as np

from jiuzhu_sim.rules.kit import below, codes, rule

CARE = codes("care_grade")
KIND = codes("disability_kind")
STOP = codes("stop_reason_hh")


@rule(
    level="person",
    clause=("S3.2.16", "M43.1", "M43.4"),
    when="tekun_offered",
    otherwise=False,
)
def is_without_labour(
    age,
    is_student,
    disability_grade,
    disability_kind,
    tekun_elder_age,
    tekun_minor_age,
    tekun_student_age,
    tekun_disability_grade_mental,
    tekun_disability_grade_physical,
    tekun_disability_grade_visual,
):
    """无劳动能力: old, a minor (students somewhat longer), or disabled of a kind and grade listed.

    The list decides, not whether somebody is recorded as able to work.
    """
    is_young = (age < tekun_minor_age) | (is_student & (age < tekun_student_age))
    is_mental = (disability_kind == KIND.intellectual) | (disability_kind == KIND.psychiatric)
    limit = np.where(is_mental, tekun_disability_grade_mental, 0)
    limit = np.where(disability_kind == KIND.physical, tekun_disability_grade_physical, limit)
    limit = np.where(disability_kind == KIND.visual, tekun_disability_grade_visual, limit)
    is_disabled = (disability_grade > 0) & (disability_grade <= limit)
    return (age >= tekun_elder_age) | is_young | is_disabled


@rule(
    level="household",
    clause=("S3.2.16", "M43.1"),
    when="tekun_offered",
    otherwise=False,
)
def is_without_labour_hh(members, is_without_labour, is_unit_member, n_members_hh):
    """No member has labour ability: one who has is himself an obligor of the others."""
    return ~members.any(is_unit_member & ~is_without_labour) & (n_members_hh > 0)


@rule(
    level="household",
    unit="yuan/month",
    clause="M43.2",
    when="tekun_offered",
)
def tekun_income_m_hh(
    members,
    counted_income_m_hh,
    pension_basic_m,
    preferential_allowance_m,
    is_unit_member,
    income_exempt_basic_pension,
    income_exempt_preferential_allowance,
):
    """Counted income without basic pension and preferential allowance, where a place counts them:
    for tekun they never count.
    """
    left_out = np.zeros(1)
    if not income_exempt_basic_pension:
        left_out = left_out + pension_basic_m
    if not income_exempt_preferential_allowance:
        left_out = left_out + preferential_allowance_m
    return np.maximum(counted_income_m_hh - members.sum(left_out, is_unit_member), 0)


@rule(
    level="household",
    clause=("S3.2.16", "M43.2"),
    when="tekun_offered",
    otherwise=False,
)
def is_without_means_hh(tekun_income_m_hh, guaranteed_m_hh, is_property_passed_hh):
    """无生活来源: that income below what is guaranteed, property test passed."""
    return below(tekun_income_m_hh, guaranteed_m_hh) & is_property_passed_hh


@rule(
    level="household",
    clause=("S3.2.16", "M43.3"),
    when="tekun_offered",
    otherwise=False,
)
def is_without_obligor_hh(has_able_obligor):
    """无法定义务人: nobody has a legal duty to support, or those who have it are unable."""
    return ~has_able_obligor


@rule(
    level="household",
    clause=("S3.2.16", "S4.3.4", "M43.1", "M43.2", "M43.3"),
    when="tekun_offered",
    otherwise=False,
)
def is_tekun_hh(is_without_labour_hh, is_without_means_hh, is_without_obligor_hh, stop_reason_hh):
    """特困: no labour ability, no means and no able obligor, all three; no ground to stop.

    It comes before dibao.
    """
    is_met = is_without_labour_hh & is_without_means_hh & is_without_obligor_hh
    return is_met & (stop_reason_hh == STOP.none)


@rule(level="person", clause=("S2.2.3", "M43.5"), when="tekun_offered", otherwise="able")
def care_grade(n_selfcare_failed, tekun_partial_from, tekun_full_from):
    """护理等级, by the self-care items failed: able, partial or full loss; tekun or not."""
    is_partial = n_selfcare_failed >= tekun_partial_from
    grade = np.where(is_partial, CARE.partial, CARE.able)
    return np.where(n_selfcare_failed >= tekun_full_from, CARE.full, grade)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S3.2.16", "S2.7.1", "S2.7.2", "LP.6"),
    when="tekun_offered",
    round="fen",
)
def tekun_basic_m_hh(is_tekun_hh, dibao_standard_m_hh, n_members_hh, tekun_basic_ratio):
    """基本生活: a multiple of the dibao standard for each member, whatever the income."""
    return np.where(is_tekun_hh, dibao_standard_m_hh * n_members_hh * tekun_basic_ratio, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S2.7.1", "LP.6"),
    when="tekun_offered",
    round="fen",
)
def tekun_basic_concentrated_m_hh(
    members,
    is_tekun_hh,
    is_in_institution,
    is_unit_member,
    dibao_standard_m_hh,
    tekun_basic_ratio,
):
    """集中供养基本生活: the part for those in an institution."""
    persons = members.count(is_in_institution & is_unit_member)
    return np.where(is_tekun_hh, dibao_standard_m_hh * persons * tekun_basic_ratio, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S2.7.2", "LP.6"),
    when="tekun_offered",
)
def tekun_basic_dispersed_m_hh(tekun_basic_m_hh, tekun_basic_concentrated_m_hh):
    """分散供养基本生活: the part for those at home."""
    return tekun_basic_m_hh - tekun_basic_concentrated_m_hh


@rule(
    level="person",
    unit="yuan/month",
    clause=("S2.7.1", "S2.7.2", "M43.5", "LP.6"),
    when="tekun_care_offered",
    round="fen",
)
def tekun_care_m(
    is_tekun_hh,
    is_unit_member,
    care_grade,
    is_in_institution,
    local_minimum_wage,
    tekun_care_share_able,
    tekun_care_share_partial,
    tekun_care_share_full,
    tekun_institution_care_share_able,
    tekun_institution_care_share_partial,
    tekun_institution_care_share_full,
):
    """照料护理: a share of the minimum wage by care grade, other shares in an institution."""
    able = np.where(is_in_institution, tekun_institution_care_share_able, tekun_care_share_able)
    partial = np.where(
        is_in_institution, tekun_institution_care_share_partial, tekun_care_share_partial
    )
    full = np.where(is_in_institution, tekun_institution_care_share_full, tekun_care_share_full)
    share = np.where(care_grade == CARE.partial, partial, able)
    share = np.where(care_grade == CARE.full, full, share)
    return np.where(is_tekun_hh & is_unit_member, local_minimum_wage * share, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S2.7.2", "LP.6"),
    when="tekun_care_offered",
)
def tekun_care_dispersed_m_hh(members, tekun_care_m, is_in_institution):
    """分散供养护理: care of those who live at home, run by the township."""
    return members.sum(tekun_care_m, ~is_in_institution)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S2.7.1", "LP.6"),
    when="tekun_care_offered",
)
def tekun_care_concentrated_m_hh(members, tekun_care_m, is_in_institution):
    """集中供养护理: care of those in an institution, paid by the district."""
    return members.sum(tekun_care_m, is_in_institution)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S3.2.16", "S2.7.1", "S2.7.2", "LP.6"),
    when="tekun_offered",
)
def tekun_benefit_m_hh(tekun_basic_m_hh, tekun_care_dispersed_m_hh, tekun_care_concentrated_m_hh):
    """特困供养金: basic living and care together."""
    return tekun_basic_m_hh + tekun_care_dispersed_m_hh + tekun_care_concentrated_m_hh
