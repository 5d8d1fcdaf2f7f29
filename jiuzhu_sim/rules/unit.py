"""Step 1, unit: who counts as a member of the household that is assessed and covered whole."""

from jiuzhu_sim.rules.kit import codes, rule

BECAUSE = codes("not_counted_because")
LAYER = codes("layer_hh")
RELATION = codes("relation")
STAGE = codes("education_stage")


@rule(level="person", clause=("M57.1", "M57.2", "S3.10.22"), when="unit_rule=legal", otherwise=True)
def is_family_member(
    age,
    relation,
    is_living_together,
    not_counted_because,
    education_stage,
    is_student,
    labour_capable,
    category_minor_age,
):
    """Spouse and children who are minors, students up to bachelor or unable to work, wherever they
    live; relatives who live there.

    Not counted: clergy away for years, prisoners, those declared missing.
    """
    is_studying = is_student | (education_stage != STAGE.none)
    is_child = (relation == RELATION.child) & (
        (age < category_minor_age)
        | ~labour_capable
        | (is_studying & (education_stage != STAGE.postgraduate))
    )
    is_always_member = (relation == RELATION.head) | (relation == RELATION.spouse) | is_child
    is_relative_at_home = is_living_together & (relation != RELATION.none)
    return (not_counted_because == BECAUSE.none) & (is_always_member | is_relative_at_home)


@rule(level="person", clause=("M57.1", "M57.2", "S3.10.22", "S4.3.4"))
def is_unit_member(is_family_member, not_counted_because):
    """Who counts as a member; nobody before birth or after death, nor who has moved to special aid
    (an orphan) and is supported there.
    """
    is_there = (not_counted_because != BECAUSE.unborn) & (not_counted_because != BECAUSE.dead)
    return is_family_member & is_there & (not_counted_because != BECAUSE.special_aid)


@rule(
    level="household", unit="persons", clause=("EC.2", "S4.2.22", "S3.10.17", "S3.10.22", "M57.1")
)
def n_members_hh(members, is_unit_member):
    """Members living together (共同生活家庭成员), who are assessed and covered as a whole."""
    return members.count(is_unit_member)


@rule(level="household", clause=("S3.10.22", "S3.11.11", "N2022.2"))
def is_covered_in_part_hh(was_dibao, n_covered_now, n_members_hh, layer_hh):
    """In dibao with some members left out: against whole-household cover, to be corrected.

    A single-person case is the one exception.
    """
    is_part = was_dibao & (n_covered_now > 0) & (n_covered_now < n_members_hh)
    return is_part & (layer_hh == LAYER.dibao)
