"""Education aid by stage of schooling, and student aid paid without application."""

import numpy as np

from jiuzhu_sim.rules.kit import codes, rule

AREA = codes("area")
LAYER = codes("layer_hh")
STAGE = codes("education_stage")


@rule(level="household", clause=("S2.6.1", "S3.2.19"))
def is_assisted_hh(layer_hh):
    """特困、低保、单人保或边缘家庭: a family of one of the first four layers."""
    is_covered = (layer_hh == LAYER.tekun) | (layer_hh == LAYER.dibao)
    return is_covered | (layer_hh == LAYER.single_person) | (layer_hh == LAYER.edge)


@rule(
    level="household",
    clause=("S3.1.4", "S3.1.7", "S3.1.9", "S3.1.10", "S3.2.19"),
    when="education_offered",
    otherwise=False,
)
def is_education_family_hh(is_registered_poor, is_assisted_hh, education_for_whom):
    """Its students get the aids by stage: registered poor, or in one of the first four layers."""
    if education_for_whom == "low_income":
        return is_assisted_hh
    return is_registered_poor


@rule(level="person", unit="yuan/year", clause="S3.1.2", when="education_offered")
def preschool_aid_y(
    education_stage,
    is_education_family_hh,
    is_martyr_child,
    is_orphan,
    disability_grade,
    education_preschool_subsidy,
):
    """学前资助: poor children, and martyrs' children, orphans and disabled ones of any family.

    Whether the kindergarten is an approved one is not known; it is taken to be.
    """
    is_entitled = is_education_family_hh | is_martyr_child | is_orphan | (disability_grade > 0)
    is_served = (education_stage == STAGE.preschool) & is_entitled
    return np.where(is_served, education_preschool_subsidy, 0)


@rule(level="person", unit="yuan/year", clause=("S3.1.4", "S3.1.5"), when="education_offered")
def boarder_aid_y(
    education_stage,
    is_boarder,
    is_education_family_hh,
    education_boarder_primary,
    education_boarder_junior,
    education_boarder_supplement,
):
    """寄宿生生活补助: boarders in primary or junior secondary school, the supplement included."""
    primary = education_boarder_primary + education_boarder_supplement
    junior = education_boarder_junior + education_boarder_supplement
    aid = np.where(education_stage == STAGE.primary, primary, 0)
    aid = np.where(education_stage == STAGE.junior, junior, aid)
    return np.where(is_boarder & is_education_family_hh, aid, 0)


@rule(level="person", unit="yuan/year", clause="S3.1.6", when="education_offered")
def nutrition_aid_y(
    education_stage, area, is_education_family_hh, education_nutrition_day, reading_nutrition_days
):
    """营养改善补助: by the day, for poor pupils of rural schools.

    A rural school is taken to be one that a rural household's child goes to.
    """
    is_pupil = (education_stage == STAGE.primary) | (education_stage == STAGE.junior)
    is_served = is_pupil & (area == AREA.rural) & is_education_family_hh
    return np.where(is_served, education_nutrition_day * reading_nutrition_days, 0)


@rule(level="person", unit="yuan/year", clause="S3.1.7", when="education_offered")
def senior_aid_y(
    education_stage,
    is_education_family_hh,
    education_senior_grant,
    education_senior_special,
    education_senior_tuition,
    education_senior_textbooks,
    education_senior_lodging,
):
    """普通高中资助: two grants and three fees. Lodging counts whether or not the student boards."""
    grants = education_senior_grant + education_senior_special
    fees = education_senior_tuition + education_senior_textbooks + education_senior_lodging
    is_served = (education_stage == STAGE.senior) & is_education_family_hh
    return np.where(is_served, grants + fees, 0)


@rule(level="person", unit="yuan/year", clause="S3.1.9", when="education_offered")
def vocational_aid_y(
    education_stage,
    study_year,
    is_education_family_hh,
    education_vocational_tuition,
    education_vocational_tuition_years,
    education_vocational_grant,
    education_vocational_grant_years,
    education_vocational_special,
    education_vocational_textbooks,
    education_vocational_lodging,
):
    """中职资助: the national grant in the first years only, tuition as long as it is exempted."""
    is_granted = study_year <= education_vocational_grant_years
    is_exempted = study_year <= education_vocational_tuition_years
    aid = np.where(is_granted, education_vocational_grant, 0)
    aid = aid + np.where(is_exempted, education_vocational_tuition, 0)
    aid = aid + education_vocational_special
    aid = aid + education_vocational_textbooks + education_vocational_lodging
    is_served = (education_stage == STAGE.vocational) & is_education_family_hh
    return np.where(is_served, aid, 0)


@rule(level="person", unit="yuan/year", clause="S3.1.10", when="education_offered")
def higher_aid_y(
    education_stage,
    is_education_family_hh,
    education_higher_grant,
    education_higher_special,
    education_higher_tuition_bachelor,
    education_higher_tuition_college,
):
    """高校资助: two grants and tuition, bachelor or junior college; not for postgraduates."""
    grants = education_higher_grant + education_higher_special
    is_bachelor = education_stage == STAGE.bachelor
    is_college = education_stage == STAGE.college
    aid = np.where(is_bachelor, grants + education_higher_tuition_bachelor, 0)
    aid = np.where(is_college, grants + education_higher_tuition_college, aid)
    return np.where(is_education_family_hh, aid, 0)


@rule(level="person", unit="yuan/year", clause="S4.5.13", when="education_offered")
def university_aid_y(education_stage, is_unit_member, is_dibao_hh, education_university_grant):
    """低保家庭大学生补助: bachelor and junior college students of dibao families."""
    is_student = (education_stage == STAGE.bachelor) | (education_stage == STAGE.college)
    return np.where(is_student & is_unit_member & is_dibao_hh, education_university_grant, 0)


@rule(
    level="person",
    unit="yuan/year",
    clause=("S3.1.1", "S3.2.19", "S4.5.13"),
    when="education_offered",
)
def education_aid_y(
    preschool_aid_y,
    boarder_aid_y,
    nutrition_aid_y,
    senior_aid_y,
    vocational_aid_y,
    higher_aid_y,
    university_aid_y,
):
    """Education aid of a student: all items; what every student gets anyway is not in it."""
    school = preschool_aid_y + boarder_aid_y + nutrition_aid_y + senior_aid_y + vocational_aid_y
    return school + higher_aid_y + university_aid_y


@rule(
    level="household",
    unit="yuan/year",
    clause=("S3.1.1", "S3.2.19", "S4.5.13"),
    when="education_offered",
)
def education_aid_y_hh(members, education_aid_y):
    """Education aid of all students of the family."""
    return members.sum(education_aid_y)


@rule(
    level="person",
    clause=("S2.6.1", "S2.6.2", "S2.6.3"),
    when="student_aid_automatic",
    otherwise=False,
)
def is_student_aid_on(
    education_stage,
    is_orphan,
    is_unit_member,
    is_assisted_hh,
    months_since_recognised,
    student_aid_start_after_months,
    has_left_this_semester,
):
    """免申即享资助在发: a student of an assisted family, or an orphan, once the aid has started.

    Students are those from primary school to postgraduate studies; preschool children are not
    students (S3.1.2 speaks of them apart). A family that left within the semester keeps the aid
    until the semester ends, so that it stands here until the flag is gone.
    """
    is_student = (education_stage != STAGE.none) & (education_stage != STAGE.preschool)
    is_recognised = (is_assisted_hh & is_unit_member) | is_orphan
    is_started = months_since_recognised >= student_aid_start_after_months
    return is_student & ((is_recognised & is_started) | has_left_this_semester)


@rule(
    level="household",
    clause=("S2.6.1", "S2.6.2", "S2.6.3"),
    when="student_aid_automatic",
    otherwise=False,
)
def is_student_aid_on_hh(members, is_student_aid_on):
    """A member gets student aid without application."""
    return members.any(is_student_aid_on)


@rule(
    level="person",
    unit="yuan/year",
    clause=("S2.6.1", "S2.6.2", "S2.6.3"),
    when="student_aid_automatic",
)
def student_aid_y(is_student_aid_on, student_aid_amount):
    """免申即享资助: the yearly amount at which aid now runs, whenever in the year it started."""
    return np.where(is_student_aid_on, student_aid_amount, 0)


@rule(
    level="household",
    unit="yuan/year",
    clause=("S2.6.1", "S2.6.2", "S2.6.3"),
    when="student_aid_automatic",
)
def student_aid_y_hh(members, student_aid_y):
    """Student aid without application, of all students of the family."""
    return members.sum(student_aid_y)
