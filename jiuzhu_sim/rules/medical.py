"""Medical aid, the subsidy of the insurance premium, and medical cards."""

import numpy as np

from jiuzhu_sim.rules.kit import rule


@rule(level="person", clause=("S4.5.11", "S3.2.12"), when="medical_offered", otherwise=False)
def is_dibao_person(is_unit_member, is_dibao_hh, is_severe_or_ill, n_single_cases_hh):
    """低保对象: a member of a dibao household, or one who is included singly."""
    is_single_case = is_severe_or_ill & (n_single_cases_hh > 0)
    return (is_unit_member & is_dibao_hh) | is_single_case


@rule(
    level="person",
    unit="yuan/year",
    clause=("S1.9.6", "S4.5.11"),
    when="medical_offered",
    round="fen",
)
def premium_aid_y(
    is_insured,
    is_registered_poor,
    is_dibao_person,
    medical_premium,
    medical_premium_share_registered_poor,
    medical_premium_share_dibao,
):
    """资助参保: a share of the premium for those insured; who is both gets the higher share."""
    share = np.where(is_registered_poor, medical_premium_share_registered_poor, 0)
    share = np.maximum(share, np.where(is_dibao_person, medical_premium_share_dibao, 0))
    return np.where(is_insured, medical_premium * share, 0)


@rule(level="household", unit="yuan/year", clause=("S1.9.6", "S4.5.11"), when="medical_offered")
def premium_aid_y_hh(members, premium_aid_y):
    """Premium subsidy of all members."""
    return members.sum(premium_aid_y)


@rule(
    level="person",
    clause=("S1.9.7", "S3.2.17"),
    when="medical_offered",
    otherwise=False,
)
def is_medical_aid_person(
    is_registered_poor,
    is_relapse_monitored,
    is_unit_member,
    is_tekun_hh,
    is_dibao_person,
    is_assisted_hh,
    medical_aid_for,
):
    """医疗救助对象: the registered poor; or tekun, dibao and those who may fall back into poverty
    (S3.2.17); or the registered poor and all assisted families.
    """
    if medical_aid_for == "assisted":
        return is_registered_poor | (is_assisted_hh & is_unit_member)
    if medical_aid_for == "dibao_tekun_monitored":
        is_covered = (is_tekun_hh & is_unit_member) | is_dibao_person
        return is_covered | is_relapse_monitored
    return is_registered_poor


@rule(
    level="person",
    unit="yuan/year",
    clause=("S1.9.7", "S3.2.17"),
    when="medical_offered",
    round="fen",
)
def medical_aid_y(
    is_medical_aid_person,
    medical_compliant_y,
    medical_aid_rate,
    reading_medical_aid_deductible,
    reading_medical_aid_ceiling,
):
    """医疗救助: a share of the compliant cost above the deductible, up to the ceiling.

    The cost is what basic and major-illness insurance have left to the person.
    """
    cost = np.maximum(medical_compliant_y - reading_medical_aid_deductible, 0)
    aid = np.minimum(cost * medical_aid_rate, reading_medical_aid_ceiling)
    return np.where(is_medical_aid_person, aid, 0)


@rule(level="household", unit="yuan/year", clause=("S1.9.7", "S3.2.17"), when="medical_offered")
def medical_aid_y_hh(members, medical_aid_y):
    """Medical aid of all members."""
    return members.sum(medical_aid_y)


@rule(level="household", unit="yuan/year", clause="S4.5.12", when="medical_offered")
def medical_card_y_hh(is_dibao_hh, n_members_hh, medical_card_single, medical_card_several):
    """医疗卡: one a year for a dibao household, by whether it has one person or several."""
    value = np.where(n_members_hh > 1, medical_card_several, medical_card_single)
    return np.where(is_dibao_hh, value, 0)


@rule(
    level="household",
    unit="yuan/year",
    clause=("S1.9.6", "S1.9.7", "S4.5.11", "S4.5.12"),
    when="medical_offered",
)
def medical_total_y_hh(premium_aid_y_hh, medical_aid_y_hh, medical_card_y_hh):
    """Premium subsidy, medical aid and medical card together."""
    return premium_aid_y_hh + medical_aid_y_hh + medical_card_y_hh
