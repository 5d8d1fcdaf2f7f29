"""What a person can do and suffers: study, disability, serious illness, ability to work."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.population.household_types import Homes
from jiuzhu_sim.population.recipe import Recipe, by_age


@dataclass(frozen=True)
class Conditions:
    """Columns by person; `is_severe` is a disability that the recipe takes to end work."""

    is_student: NDArray[np.bool_]
    disability_grade: NDArray[np.int8]
    disability_kind: NDArray[np.int8]
    is_severe: NDArray[np.bool_]
    serious_illness: NDArray[np.bool_]
    labour_capable: NDArray[np.bool_]


def afflict(recipe: Recipe, homes: Homes) -> Conditions:
    """Study, disability, illness and ability to work of every person, by age."""
    draws, age = homes.person_draws, homes.age
    disability, illness = recipe["disability"], recipe["illness"]
    is_student = draws.chance("student", by_age(recipe["student_share"])[age])
    is_disabled = draws.chance(
        "disabled", by_age(disability["share"])[age] * disability["low_income_factor"]
    )
    grades = [grade for grade, _ in enumerate(disability["grade_share"], start=1)]
    grade = np.array(grades, np.int8)[draws.pick("grade", disability["grade_share"])]
    kinds = list(column("disability_kind").codes or {})
    kind = draws.pick("kind", [disability["kind_share"][name] for name in kinds])
    serious_illness = draws.chance(
        "illness", by_age(illness["share"])[age] * illness["low_income_factor"]
    )
    is_severe = is_disabled & (grade <= recipe["labour"]["severe_grade_max"])
    can_work = draws.chance("labour", by_age(recipe["labour"]["share"])[age])
    return Conditions(
        is_student=is_student,
        disability_grade=np.where(is_disabled, grade, 0).astype(np.int8),
        disability_kind=np.where(is_disabled, kind, kinds.index("other")).astype(np.int8),
        is_severe=is_severe,
        serious_illness=serious_illness,
        labour_capable=can_work & ~is_student & ~is_severe & ~serious_illness,
    )
