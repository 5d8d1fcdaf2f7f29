"""Step 8, category: A, B or C with the review cycle, the support class, the supplements' share."""

import numpy as np

from jiuzhu_sim.rules.kit import codes, combined, rule

AREA = codes("area")
CATEGORY = codes("category_hh")
CLASS = codes("support_class_hh")
STAGE = codes("education_stage")


@rule(level="person", clause=("EC.6", "EC.7", "S1.2.1", "M57.10"))
def is_elder(age, is_unit_member, category_elder_age):
    """A member of high age."""
    return (age >= category_elder_age) & is_unit_member


@rule(level="person", clause=("EC.6", "EC.7", "S1.2.1", "M57.10"))
def is_minor(age, is_unit_member, category_minor_age):
    """A member who is a minor."""
    return (age < category_minor_age) & is_unit_member


@rule(level="household", clause=("EC.6", "S1.2.1"))
def is_category_a_hh(
    members,
    is_elder,
    is_minor,
    n_severe_or_ill_hh,
    is_key_group,
    is_unit_member,
    category_key_groups,
):
    """A member of high age, a minor, severely disabled or seriously ill, or of a key group."""
    is_a = is_elder | is_minor
    if category_key_groups:
        is_a = is_a | (is_key_group & is_unit_member)
    return members.any(is_a) | (n_severe_or_ill_hh > 0)


@rule(level="household", clause=("EC.6", "S1.2.2"))
def is_category_b_hh(
    members,
    age,
    disability_grade,
    is_severely_disabled,
    is_student,
    education_stage,
    is_single_parent,
    is_unit_member,
    category_young_elder_age,
    category_elder_age,
    category_students,
    category_single_parents,
):
    """A young elder, one disabled but not severely, a student (of some or any stage), a single
    parent.
    """
    is_pupil = is_student
    if category_students == "compulsory":
        is_pupil = (education_stage == STAGE.primary) | (education_stage == STAGE.junior)
    is_young_elder = (age >= category_young_elder_age) & (age < category_elder_age)
    is_b = is_young_elder | ((disability_grade > 0) & ~is_severely_disabled) | is_pupil
    is_b = members.any(is_b & is_unit_member)
    return is_b | is_single_parent if category_single_parents else is_b


@rule(
    level="household",
    clause=("S1.2.3", "S1.2.4"),
    when="reading_review_class_priority=shortest_interval",
    otherwise=False,
)
def is_category_c_hh(members, labour_capable, is_unit_member, is_category_a_hh, is_category_b_hh):
    """A member able to work, or neither A nor B; asked only where the shortest interval decides."""
    return members.any(labour_capable & is_unit_member) | ~(is_category_a_hh | is_category_b_hh)


@rule(level="household", clause=("EC.6", "S1.2.1", "S1.2.2", "S1.2.3", "S1.2.4", "M57.12"))
def category_hh(
    is_category_a_hh,
    is_category_b_hh,
    is_category_c_hh,
    area,
    review_months_a,
    review_months_b,
    review_months_c_urban,
    review_months_c_rural,
    reading_review_class_priority,
):
    """类别 A, B or C, for every household, eligible or not.

    Where classes overlap: the first that fits, or the one with the shortest review interval.
    """
    if reading_review_class_priority == "first_match":
        return np.where(
            is_category_a_hh, CATEGORY.A, np.where(is_category_b_hh, CATEGORY.B, CATEGORY.C)
        )
    months_c = np.where(area == AREA.urban, review_months_c_urban, review_months_c_rural)
    a = np.where(is_category_a_hh, review_months_a, np.inf)
    b = np.where(is_category_b_hh, review_months_b, np.inf)
    c = np.where(is_category_c_hh, months_c, np.inf)
    shortest = np.minimum(np.minimum(a, b), c)
    return np.where(a <= shortest, CATEGORY.A, np.where(b <= shortest, CATEGORY.B, CATEGORY.C))


@rule(
    level="household",
    clause=("M57.12", "GO2020.4"),
    when="review_by=stability",
    otherwise=False,
)
def is_income_changing_hh(members, labour_capable, is_student, is_unit_member):
    """A member able to work; it stands for irregular income, which the data do not tell."""
    return members.any(labour_capable & ~is_student & is_unit_member)


@rule(
    level="household",
    unit="months",
    clause=("S1.2.1", "S1.2.2", "S1.2.3", "M57.12", "GO2020.4", "S4.2.22"),
)
def review_months_hh(
    category_hh,
    is_income_changing_hh,
    area,
    review_by,
    review_months_stable,
    review_months_changing,
    review_months_a,
    review_months_b,
    review_months_c_urban,
    review_months_c_rural,
):
    """复核周期: months from one review to the next, by category (C by area) or by stability."""
    if review_by == "stability":
        return np.where(is_income_changing_hh, review_months_changing, review_months_stable)
    months_c = np.where(area == AREA.urban, review_months_c_urban, review_months_c_rural)
    months_b = np.where(category_hh == CATEGORY.B, review_months_b, months_c)
    return np.where(category_hh == CATEGORY.A, review_months_a, months_b)


@rule(level="household", clause=("S0.2.6", "S4.3.7", "S4.2.27"))
def support_category_hh(
    members,
    category_hh,
    labour_capable,
    is_unit_member,
    n_members_hh,
    reading_support_category_map,
):
    """What "category A" and "C" mean outside the review classes: those, or by capacity to work.

    By capacity: A nobody able to work (常补), B some, C all members (非常补).
    """
    if reading_support_category_map == "review_class":
        return category_hh
    able = members.count(labour_capable & is_unit_member)
    some = np.where(able < n_members_hh, CATEGORY.B, CATEGORY.C)
    return np.where(able == 0, CATEGORY.A, some)


@rule(
    level="household",
    clause=("S3.10.4", "S3.10.23"),
    when="dibao_benefit_form=classes",
    otherwise="iii",
)
def support_class_hh(
    members,
    labour_capable,
    is_unit_member,
    gross_income_m_hh,
    has_able_obligor,
    n_severe_or_ill_hh,
    is_single_parent,
    was_dibao,
    classes_newcomers_third,
):
    """一二三类: I nobody able to work, no income, obligors unable; II illness, disability, single
    parent; III all others, in some places with all who are new. The three conditions of class I
    are read together.
    """
    is_one = (
        ~members.any(labour_capable & is_unit_member) & (gross_income_m_hh <= 0) & ~has_able_obligor
    )
    is_two = (n_severe_or_ill_hh > 0) | is_single_parent
    found = np.where(is_one, CLASS.i, np.where(is_two, CLASS.ii, CLASS.iii))
    return np.where(was_dibao, found, CLASS.iii) if classes_newcomers_third else found


@rule(level="person", unit="ratio", clause=("EC.7", "M57.10", "LP.7", "LP.15"))
def supplement_share(
    is_elder,
    is_minor,
    is_severely_disabled,
    is_seriously_ill,
    is_unit_member,
    supplement_elder_share,
    supplement_minor_share,
    supplement_severe_share,
    supplement_ill_share,
    supplement_stacking,
):
    """分类施保: share of the standard added for a member, the highest of its kinds or all."""
    shares = (
        supplement_elder_share,
        supplement_minor_share,
        supplement_severe_share,
        supplement_ill_share,
    )
    kinds = (
        is_elder,
        is_minor,
        is_severely_disabled & is_unit_member,
        is_seriously_ill & is_unit_member,
    )
    return combined(kinds, shares, supplement_stacking)
