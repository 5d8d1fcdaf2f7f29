"""Step 4, category: A, B or C, for every household, eligible or not."""

import numpy as np

from jiuzhu_sim.rules.kit import codes, rule

CATEGORY = codes("category_hh")


@rule(level="person", clause=("EC.6", "EC.7"))
def is_elder_or_minor(age, category_elder_age, category_minor_age):
    """Of high age or a minor."""
    return (age >= category_elder_age) | (age < category_minor_age)


@rule(level="household", unit="persons", clause="EC.7")
def n_elder_or_minor_hh(members, is_elder_or_minor):
    """Members who are of high age or minors."""
    return members.count(is_elder_or_minor)


@rule(level="household", unit="persons", clause="EC.7")
def n_severe_and_aged_hh(members, is_elder_or_minor, is_severe_or_ill):
    """Members who are both: of high age or a minor, and severely disabled or seriously ill."""
    return members.count(is_elder_or_minor & is_severe_or_ill)


@rule(level="household", clause="EC.6")
def category_hh(
    members,
    n_severe_or_ill_hh,
    n_elder_or_minor_hh,
    age,
    disability_grade,
    is_student,
    category_young_elder_age,
):
    """A: a member of high age, a minor, severely disabled or seriously ill; B: a member from the
    age of young elders on, disabled, or a student; else C.
    """
    is_a = (n_severe_or_ill_hh > 0) | (n_elder_or_minor_hh > 0)
    is_b = members.any((age >= category_young_elder_age) | (disability_grade > 0) | is_student)
    return np.where(is_a, CATEGORY.A, np.where(is_b, CATEGORY.B, CATEGORY.C))
